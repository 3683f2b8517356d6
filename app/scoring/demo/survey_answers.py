"""Answers to the questionnaires of a round, by the operations that people use: inside, by code, counted from paper."""

import csv
import io
from datetime import datetime
from random import Random

from flask import current_app
from sqlalchemy import select

from app.accounts import is_data_entry
from app.extensions import db
from app.holding import Held, hold_row
from app.models import Account, Agency
from app.scoring.demo import words
from app.scoring.demo.province import SEED, Demo
from app.scoring.demo.sheets import quality_of, sheets_of
from app.scoring.imports.survey_papers import COLUMNS
from app.scoring.models import Criterion, Round, SurveyCampaign, SurveyQuestion
from app.scoring.operations.survey_answers import network_within, respond_by_code, respond_inside
from app.scoring.operations.survey_codes import make_codes
from app.scoring.operations.survey_papers import import_papers
from app.scoring.queries.surveys import campaigns_of

BY_CODE, INSIDE, NEIGHBOURS = 1, 2, 1
"""Forms about an agency by a code, by its own people, by its neighbours'; citizens' other forms are on paper."""


def answer(demo: Demo, round_: Round, at: datetime, *, per_form: int) -> None:
    """So many filled forms about each agency whose set asks for the form; fewer where few may answer."""
    rng, sheets = Random(f"{SEED}:{round_.id}:answers"), sheets_of(round_)
    forms = {set_id: _forms_of(set_id) for set_id in {sheet.criteria_set_id for sheet in sheets}}
    people = _people()
    for held in [hold_row(campaign) for campaign in campaigns_of(round_)]:
        campaign = held.row
        about = [sheet.agency for sheet in sheets if campaign.form.code in forms[sheet.criteria_set_id]]
        if campaign.form.audience == "citizen":
            _citizens(demo, held, about, at, rng, per_form)
        else:
            _inside(held, about, people, at, rng)
    db.session.flush()


def _forms_of(set_id: int) -> set[str]:
    rules = db.session.scalars(
        select(Criterion.rule).where(Criterion.criteria_set_id == set_id, Criterion.method == "survey")
    )
    return {rule.get("form") for rule in rules}


def _people() -> dict[int, list[Account]]:
    """Agency id → its accounts that enter data."""
    found: dict[int, list[Account]] = {}
    for account in db.session.scalars(select(Account).order_by(Account.id)):
        if is_data_entry(account):
            found.setdefault(account.agency_id, []).append(account)
    return found


def _inside(
    held: Held[SurveyCampaign],
    about: list[Agency],
    people: dict[int, list[Account]],
    at: datetime,
    rng: Random,
) -> None:
    campaign = held.row
    for place, agency in enumerate(about):
        if campaign.form.audience == "official":
            asked = people[agency.id][:INSIDE]
        else:
            asked = [people[about[place - step].id][0] for step in range(1, NEIGHBOURS + 1)]
        for account in asked:
            given = _answers(campaign, agency, rng)
            respond_inside(held, agency, given, account=account, at=at)


def _citizens(
    demo: Demo, held: Held[SurveyCampaign], about: list[Agency], at: datetime, rng: Random, per_form: int
) -> None:
    campaign = held.row
    secret = current_app.config["SECRET_KEY"]
    made = make_codes(held, about, "print", BY_CODE, secret=secret, actor=demo.manager, at=at)
    for place, new in enumerate(made):
        network = network_within(campaign, f"203.0.113.{place}", secret=secret)
        for code in new.codes:
            given = _answers(campaign, new.agency, rng)
            respond_by_code(held, code, given, secret=secret, network=network, at=at)
    table = _papers(campaign, about, rng, per_form - BY_CODE)
    _count, findings = import_papers(held, table, "phieu-giay.csv", actor=demo.manager, at=at)
    if findings:
        raise ValueError([str(finding.sentence) for finding in findings])


def _papers(campaign: SurveyCampaign, about: list[Agency], rng: Random, each: int) -> bytes:
    out = io.StringIO()
    table = csv.writer(out)
    table.writerow([column.name for column in COLUMNS])
    codes = {question.id: question for question in campaign.form.questions}
    for agency in about:
        for number in range(1, each + 1):
            for key, given in _answers(campaign, agency, rng).items():
                shown = given if isinstance(given, str) else given + 1
                table.writerow([agency.code, number, codes[key].code, shown])
    return out.getvalue().encode()


def _answers(campaign: SurveyCampaign, agency: Agency, rng: Random) -> dict[int, int | str]:
    quality = quality_of(agency, campaign.round)
    return {question.id: _answer(question, quality, rng) for question in campaign.form.questions}


def _answer(question: SurveyQuestion, quality: float, rng: Random) -> int | str:
    if question.kind == "text":
        return rng.choice(words.OPINIONS)
    if question.kind == "scale":
        return min(int(rng.expovariate(1 / max(0.05, 1.6 * (1.05 - quality)))), len(question.options) - 1)
    return rng.randrange(len(question.options))
