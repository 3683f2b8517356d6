"""Counts and distributions of survey answers."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import Select, func, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from app.errors import NotInScope, Sentence
from app.extensions import db
from app.holding import Held, hold_all, hold_one, hold_row
from app.models import Account, Agency
from app.row_access import system_access
from app.scoring.models import (
    Criterion,
    Round,
    Score,
    Sheet,
    SurveyAnswer,
    SurveyCampaign,
    SurveyForm,
    SurveyQuestion,
    SurveyResponse,
)
from app.scoring.rules import survey_points
from app.scoring.states import RoundState

Counts = dict[int, dict[int, dict[int, int]]]
"""Agency id → question id → option index → number of answers."""


def campaign_by_token(token: str) -> SurveyCampaign:
    campaign = db.session.scalars(
        select(SurveyCampaign)
        .where(SurveyCampaign.token == token)
        .options(joinedload(SurveyCampaign.form).selectinload(SurveyForm.questions))
    ).one_or_none()
    if campaign is None:
        raise NotInScope("Liên kết khảo sát không đúng.")
    return campaign


def is_open(campaign: SurveyCampaign, at: datetime) -> bool:
    """Answers are taken from the opening until the closing time, while the round is open or in appraisal."""
    running = campaign.round.state in (RoundState.OPEN, RoundState.APPRAISING)
    return running and campaign.opens_at <= at <= campaign.closes_at


def campaigns_of(round_: Round) -> list[SurveyCampaign]:
    return list(
        db.session.scalars(
            select(SurveyCampaign)
            .where(SurveyCampaign.round_id == round_.id)
            .join(SurveyCampaign.form)
            .options(joinedload(SurveyCampaign.form).selectinload(SurveyForm.questions))
            .order_by(SurveyForm.code)
        )
    )


@system_access("the agencies of a round, for a survey")
def agencies_of(campaign: SurveyCampaign) -> list[Agency]:
    """Agencies of the round that the form can be about."""
    return list(
        db.session.scalars(
            select(Agency)
            .join(Sheet, Sheet.agency_id == Agency.id)
            .where(Sheet.round_id == campaign.round_id)
            .order_by(Agency.sort_key, Agency.id)
        )
    )


def counts_of(campaign: SurveyCampaign) -> Counts:
    """Answers that count; those removed stay out."""
    rows = db.session.execute(
        select(SurveyResponse.about_agency_id, SurveyAnswer.question_id, SurveyAnswer.option, func.count())
        .join(SurveyAnswer, SurveyAnswer.response_id == SurveyResponse.id)
        .where(
            SurveyResponse.campaign_id == campaign.id,
            SurveyResponse.removal_id.is_(None),
            SurveyAnswer.option.is_not(None),
        )
        .group_by(SurveyResponse.about_agency_id, SurveyAnswer.question_id, SurveyAnswer.option)
    )
    found: Counts = defaultdict(lambda: defaultdict(dict))
    for agency_id, question_id, option, count in rows:
        found[agency_id][question_id][option] = count
    return found


def response_counts(campaign: SurveyCampaign) -> dict[int, int]:
    """Agency id → number of filled forms about it that count."""
    query = (
        select(SurveyResponse.about_agency_id, func.count())
        .where(SurveyResponse.campaign_id == campaign.id, SurveyResponse.removal_id.is_(None))
        .group_by(SurveyResponse.about_agency_id)
    )
    return {agency_id: count for agency_id, count in db.session.execute(query)}


def words_of(
    campaign: SurveyCampaign, question: SurveyQuestion, about_ids: list[int], limit: int = 200
) -> list[str]:
    """Free-text answers about the agencies, newest first."""
    return list(
        db.session.scalars(
            select(SurveyAnswer.text)
            .join(SurveyResponse, SurveyResponse.id == SurveyAnswer.response_id)
            .where(
                SurveyResponse.campaign_id == campaign.id,
                SurveyResponse.removal_id.is_(None),
                SurveyResponse.about_agency_id.in_(about_ids),
                SurveyAnswer.question_id == question.id,
                SurveyAnswer.text.is_not(None),
            )
            .order_by(SurveyAnswer.id.desc())
            .limit(limit)
        )
    )


def leaf_points(
    criterion: Criterion, form: SurveyForm, counts: dict[int, dict[int, int]]
) -> tuple[Decimal | None, Sentence | None]:
    """Points of a survey leaf from an agency's counts, with the working."""
    wanted = set(criterion.rule.get("questions") or ())
    questions = [
        question
        for question in form.questions
        if (question.code in wanted if wanted else question.kind == "scale")
    ]
    typed = criterion.rule.get("weights", ())
    weights = [None if weight is None else Decimal(weight) for weight in typed]
    return survey_points(criterion.maximum, weights, [counts.get(question.id, {}) for question in questions])


def survey_scores(round_: Round) -> list[Score]:
    """The survey leaves of every agency of the round to which they apply, agency by agency."""
    return list(
        db.session.scalars(
            select(Score)
            .join(Sheet, Sheet.id == Score.sheet_id)
            .join(Agency, Agency.id == Sheet.agency_id)
            .join(Criterion, Criterion.id == Score.criterion_id)
            .where(Sheet.round_id == round_.id, Criterion.assessed_by == "survey", ~Score.na_by_rule)
            .options(joinedload(Score.criterion), contains_eager(Score.sheet).contains_eager(Sheet.agency))
            .order_by(Agency.sort_key, Agency.id, Criterion.position, Criterion.id)
        )
    )


def answered_about(account: Account, campaigns: list[SurveyCampaign]) -> dict[int, set[int]]:
    """Campaign id → ids of the agencies that the account has answered about."""
    rows = db.session.execute(
        select(SurveyResponse.campaign_id, SurveyResponse.about_agency_id).where(
            SurveyResponse.account_id == account.id,
            SurveyResponse.campaign_id.in_([campaign.id for campaign in campaigns]),
        )
    )
    found: dict[int, set[int]] = defaultdict(set)
    for campaign_id, agency_id in rows:
        found[campaign_id].add(agency_id)
    return found


def form_with_questions(form_id: int) -> SurveyForm | None:
    return db.session.get(SurveyForm, form_id, options=[selectinload(SurveyForm.questions)])


def answered_forms() -> set[int]:
    """Ids of the forms that somebody has answered; these no longer change."""
    return set(
        db.session.scalars(
            select(SurveyCampaign.form_id)
            .join(SurveyResponse, SurveyResponse.campaign_id == SurveyCampaign.id)
            .distinct()
        )
    )


def _inside(account: Account) -> Select:
    """Campaigns that accounts of the agency answer inside: of rounds in which the agency has a sheet."""
    return (
        select(SurveyCampaign)
        .join(SurveyForm, SurveyForm.id == SurveyCampaign.form_id)
        .join(Sheet, Sheet.round_id == SurveyCampaign.round_id)
        .where(Sheet.agency_id == account.agency_id, SurveyForm.audience.in_(["official", "agency"]))
        .options(
            joinedload(SurveyCampaign.round),
            joinedload(SurveyCampaign.form).selectinload(SurveyForm.questions),
        )
        .order_by(SurveyCampaign.closes_at, SurveyForm.code, SurveyCampaign.id)
    )


def campaigns_for(account: Account, at: datetime) -> list[tuple[SurveyCampaign, list[Agency]]]:
    """Open campaigns and the agencies that the account answers about: its own, or all the others."""
    campaigns = [campaign for campaign in db.session.scalars(_inside(account)) if is_open(campaign, at)]
    return [(campaign, _about(campaign, account)) for campaign in campaigns]


def _about(campaign: SurveyCampaign, account: Account) -> list[Agency]:
    own = campaign.form.audience == "official"
    return [agency for agency in agencies_of(campaign) if (agency.id == account.agency_id) == own]


def campaign_about(account: Account, campaign_id: int, agency_id: int) -> tuple[SurveyCampaign, Agency]:
    """A campaign within the account's rows and an agency that it may answer about, or ``NotInScope``."""
    campaign = db.session.scalars(_inside(account).where(SurveyCampaign.id == campaign_id)).one_or_none()
    about = {agency.id: agency for agency in _about(campaign, account)} if campaign is not None else {}
    if agency_id not in about:
        raise NotInScope()
    return campaign, about[agency_id]


def public_campaign(token: str) -> SurveyCampaign:
    """The campaign behind a public link; forms that officials and agencies answer inside have none."""
    campaign = campaign_by_token(token)
    if campaign.form.audience != "citizen" or campaign.round.state == RoundState.PREPARING:
        raise NotInScope("Liên kết khảo sát không đúng.")
    return campaign


def hold_public_campaign(token: str) -> Held[SurveyCampaign]:
    """The same, held with its round until the commit."""
    return hold_row(public_campaign(token))


def public_agency(campaign: SurveyCampaign, agency_id: int | None) -> Agency | None:
    """The agency of the round that a public answer is about; None while none is chosen."""
    if agency_id is None:
        return None
    found = next((agency for agency in agencies_of(campaign) if agency.id == agency_id), None)
    if found is None:
        raise NotInScope()
    return found


def hold_campaign_about(account: Account, campaign_id: int, agency_id: int) -> tuple[Held[SurveyCampaign], Agency]:
    """``campaign_about``, the campaign held with its round until the commit."""
    campaign, about = campaign_about(account, campaign_id, agency_id)
    return hold_row(campaign), about


@dataclass(frozen=True)
class QuestionView:
    """Answers to one question: (option, count, share in percent) for options, ``words`` for text."""

    question: SurveyQuestion
    options: list[tuple[str, int, int]]
    answers: int
    words: list[str]


@dataclass(frozen=True)
class CampaignView:
    """A campaign with its answers, all agencies together or one alone; ``counts``: (agency, forms filled)."""

    campaign: SurveyCampaign
    counts: list[tuple[Agency, int]]
    questions: list[QuestionView]

    @property
    def responses(self) -> int:
        return sum(count for _agency, count in self.counts)

    @property
    def silent(self) -> int:
        return sum(not count for _agency, count in self.counts)


def campaign_view(campaign: SurveyCampaign, about_id: int | None = None) -> CampaignView:
    """Counts per agency, and distribution and words of each question about ``about_id``, or about everyone."""
    filled, counts = response_counts(campaign), counts_of(campaign)
    agencies = agencies_of(campaign)
    chosen = [about_id] if about_id is not None else [agency.id for agency in agencies]
    return CampaignView(
        campaign,
        [(agency, filled.get(agency.id, 0)) for agency in agencies],
        [_question_view(campaign, question, counts, chosen) for question in campaign.form.questions],
    )


def _question_view(
    campaign: SurveyCampaign, question: SurveyQuestion, counts: Counts, chosen: list[int]
) -> QuestionView:
    if question.kind == "text":
        words = words_of(campaign, question, about_ids=chosen)
        return QuestionView(question, [], len(words), words)
    given = [
        sum(counts[agency_id][question.id].get(option, 0) for agency_id in chosen if agency_id in counts)
        for option in range(len(question.options))
    ]
    total = sum(given)
    shares = [round(100 * count / total) if total else 0 for count in given]
    return QuestionView(question, list(zip(question.options, given, shares, strict=True)), total, [])


def get_campaign(round_: Round, campaign_id: int) -> SurveyCampaign:
    """A campaign of this very round, or ``NotInScope``."""
    found = next((campaign for campaign in campaigns_of(round_) if campaign.id == campaign_id), None)
    if found is None:
        raise NotInScope()
    return found


def hold_campaigns_of_form(form_id: int) -> list[Held[SurveyCampaign]]:
    """Wherever the form is out: whoever answers it holds one of these."""
    query = select(SurveyCampaign).join(SurveyCampaign.round).where(SurveyCampaign.form_id == form_id)
    return hold_all(query.order_by(SurveyCampaign.round_id, SurveyCampaign.id))


def hold_campaign(round_: Round, campaign_id: int) -> Held[SurveyCampaign]:
    """A campaign of this very round, held with the round until the commit; else ``NotInScope``."""
    mine = SurveyCampaign.id == campaign_id, SurveyCampaign.round_id == round_.id
    held = hold_one(select(SurveyCampaign).join(SurveyCampaign.round).where(*mine))
    if held is None:
        raise NotInScope()
    return held


def forms() -> list[SurveyForm]:
    """Every form with its questions, by code; two statements."""
    return list(
        db.session.scalars(
            select(SurveyForm).options(selectinload(SurveyForm.questions)).order_by(SurveyForm.code)
        )
    )
