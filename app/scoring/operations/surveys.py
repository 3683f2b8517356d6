"""Acts on surveys: import forms, take a response, turn answers into points of survey leaves."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import func, select

from app import audit
from app.accounts import is_data_entry, require_manager
from app.errors import Conflict, NotAllowed, NotInScope, Refused
from app.extensions import db
from app.holding import Held
from app.models import Account, Agency
from app.scoring.imports.finding import Finding
from app.scoring.imports.surveys import parse_surveys
from app.scoring.models import (
    Round,
    SurveyAnswer,
    SurveyCampaign,
    SurveyForm,
    SurveyQuestion,
    SurveyResponse,
)
from app.scoring.operations.declaring import changes
from app.scoring.operations.holding import hold_sheets
from app.scoring.queries.surveys import (
    agencies_of,
    campaigns_of,
    counts_of,
    is_open,
    leaf_points,
    survey_scores,
)
from app.scoring.rules import Method
from app.scoring.states import Matter, RoundState

WORDS_LIMIT = 2000


def import_surveys(
    data: bytes, file_name: str, *, actor: Account | None, at: datetime
) -> tuple[int, list[Finding]]:
    """Import questionnaires; forms already answered are left as they are. How many were made, and findings."""
    if actor is not None:
        require_manager(actor)
    parsed = parse_surveys(data, file_name)
    if any(finding.severity == "error" for finding in parsed.findings):
        return 0, parsed.findings
    known = set(db.session.scalars(select(SurveyForm.code)))
    made = [_form(row) for row in parsed.rows if row.code not in known]
    db.session.add_all(made)
    db.session.flush()
    audit.record("surveys_imported", None, actor=actor, at=at, label=file_name, forms=[f.code for f in made])
    return len(made), parsed.findings


def _form(row) -> SurveyForm:
    return SurveyForm(
        code=row.code,
        title=row.title,
        audience=row.audience,
        questions=[
            SurveyQuestion(
                code=question.code,
                text=question.text,
                kind="scale" if question.type.startswith("scale") else question.type,
                options=list(question.options),
                position=position,
            )
            for position, question in enumerate(row.questions)
        ],
    )


def respond(
    campaign: SurveyCampaign,
    about: Agency,
    answers: Mapping[int, int | str],
    *,
    at: datetime,
    account: Account | None = None,
    browser_mark: str | None = None,
) -> SurveyResponse:
    """One filled form. ``answers``: question id → option index or words. Every scale and choice question counts."""
    if not is_open(campaign, at):
        raise Conflict("Phiếu khảo sát không mở để trả lời.")
    if about.id not in {agency.id for agency in agencies_of(campaign)}:
        raise NotInScope()
    _require_respondent(campaign, about, account)
    _require_first(campaign, about, account, browser_mark)
    response = SurveyResponse(
        campaign_id=campaign.id,
        about_agency_id=about.id,
        account_id=account.id if account is not None else None,
        browser_mark=browser_mark if account is None else None,
        submitted_at=at,
        answers=_answers(campaign.form, answers),
    )
    db.session.add(response)
    return response


def _require_respondent(campaign: SurveyCampaign, about: Agency, account: Account | None) -> None:
    """Officials answer about their own agency, agencies about the others, citizens about any."""
    if account is None:
        return
    if not is_data_entry(account):
        raise NotAllowed("Chỉ cán bộ của cơ quan, đơn vị trả lời phiếu này trong phần mềm.")
    own = account.agency_id == about.id
    if campaign.form.audience == "official" and not own:
        raise Refused("Phiếu này chỉ trả lời về cơ quan của mình.")
    if campaign.form.audience == "agency" and own:
        raise Refused("Phiếu này trả lời về cơ quan khác, không phải cơ quan của mình.")


def _require_first(campaign, about, account, browser_mark) -> None:
    mine = (
        SurveyResponse.account_id == account.id
        if account is not None
        else SurveyResponse.browser_mark == browser_mark
    )
    before = select(func.count()).where(
        SurveyResponse.campaign_id == campaign.id, SurveyResponse.about_agency_id == about.id, mine
    )
    if db.session.scalar(before):
        raise Conflict("Phiếu này đã được trả lời. Xin cảm ơn.")


def _answers(form: SurveyForm, given: Mapping[int, int | str]) -> list[SurveyAnswer]:
    answers = []
    for question in form.questions:
        value = given.get(question.id)
        if question.kind == "text":
            words = str(value or "").strip()[:WORDS_LIMIT]
            if words:
                answers.append(SurveyAnswer(question_id=question.id, text=words))
            continue
        if not isinstance(value, int) or not 0 <= value < len(question.options):
            raise Refused("Hãy trả lời câu “%(question)s”.", field=f"q{question.id}", question=question.text)
        answers.append(SurveyAnswer(question_id=question.id, option=value))
    return answers


@changes(Matter.SURVEY_POINTS)
def compute_points(held: Held[Round], *, actor: Account | None, at: datetime) -> int:
    """Turn the answers so far into points of the survey leaves; how many leaves have points now."""
    if actor is not None:
        require_manager(actor)
    round_ = held.row
    _require_unconcluded(round_)
    hold_sheets(held)
    forms = {campaign.form.code: (campaign.form, counts_of(campaign)) for campaign in campaigns_of(round_)}
    scored = 0
    for score in survey_scores(round_):
        if score.criterion.method != Method.SURVEY:
            continue
        form, counts = forms.get(score.criterion.rule.get("form"), (None, {}))
        answers = counts.get(score.sheet.agency_id)
        if form is None or not answers:
            continue
        points, working = leaf_points(score.criterion, form, answers)
        score.survey_points, score.survey_working = points, None if working is None else str(working)
        scored += points is not None
    audit.record("survey_points_computed", round_, actor=actor, at=at, leaves=scored)
    return scored


@changes(Matter.DEADLINES)
def set_closing(held: Held[SurveyCampaign], closes_at: datetime, *, actor: Account, at: datetime) -> None:
    """Until when the form takes answers; a concluded round asks nobody any more."""
    require_manager(actor)
    campaign = held.row
    _require_unconcluded(campaign.round)
    if closes_at <= campaign.opens_at:
        raise Refused("Thời điểm đóng phải sau thời điểm mở.", field="closes_at")
    campaign.closes_at = closes_at


def _require_unconcluded(round_: Round) -> None:
    if round_.state == RoundState.CONCLUDED:
        raise Conflict("Kỳ chấm điểm đã kết luận.")
