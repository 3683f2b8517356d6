"""Answers to the questionnaires of a round, written in bulk as public answers would be."""

from datetime import datetime
from random import Random

from sqlalchemy import insert, select

from app.extensions import db
from app.scoring.demo import words
from app.scoring.demo.province import SEED, Demo
from app.scoring.demo.sheets import quality_of, sheets_of
from app.scoring.models import Criterion, Round, Sheet, SurveyAnswer, SurveyCampaign, SurveyResponse
from app.scoring.queries.surveys import campaigns_of


def answer(demo: Demo, round_: Round, at: datetime, *, per_form: int) -> None:
    """So many filled forms about each agency whose set asks for the form."""
    rng, sheets = Random(f"{SEED}:{round_.id}:answers"), sheets_of(round_)
    forms = {set_id: _forms_of(set_id) for set_id in {sheet.criteria_set_id for sheet in sheets}}
    for campaign in campaigns_of(round_):
        about = [sheet for sheet in sheets if campaign.form.code in forms[sheet.criteria_set_id]]
        pairs = [(sheet, number) for sheet in about for number in range(per_form)]
        if pairs:
            _write(campaign, pairs, at, rng)
    db.session.flush()


def _forms_of(set_id: int) -> set[str]:
    rules = db.session.scalars(
        select(Criterion.rule).where(Criterion.criteria_set_id == set_id, Criterion.method == "survey")
    )
    return {rule.get("form") for rule in rules}


def _write(campaign: SurveyCampaign, pairs: list[tuple[Sheet, int]], at: datetime, rng: Random) -> None:
    responses = [
        {
            "campaign_id": campaign.id,
            "about_agency_id": sheet.agency_id,
            "browser_mark": f"{rng.getrandbits(96):024x}",
            "submitted_at": at,
        }
        for sheet, _number in pairs
    ]
    ids = db.session.scalars(
        insert(SurveyResponse).returning(SurveyResponse.id, sort_by_parameter_order=True), responses
    ).all()
    rows = [
        row
        for response_id, (sheet, _number) in zip(ids, pairs, strict=True)
        for row in _answers(campaign, response_id, quality_of(sheet.agency, campaign.round), rng)
    ]
    db.session.execute(insert(SurveyAnswer), rows)


def _answers(campaign: SurveyCampaign, response_id: int, quality: float, rng: Random) -> list[dict]:
    rows = []
    for question in campaign.form.questions:
        option, text = None, None
        if question.kind == "text":
            text = rng.choice(words.OPINIONS)
        elif question.kind == "scale":
            option = min(
                int(rng.expovariate(1 / max(0.05, 1.6 * (1.05 - quality)))), len(question.options) - 1
            )
        else:
            option = rng.randrange(len(question.options))
        if option is not None or text:
            rows.append(
                {"response_id": response_id, "question_id": question.id, "option": option, "text": text}
            )
    return rows
