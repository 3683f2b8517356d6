"""Acts on surveys: import forms, how a campaign is answered, turn answers into points of survey leaves."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select

from app import audit
from app.accounts import require_manager
from app.errors import Conflict, Refused, Sentence
from app.extensions import db
from app.holding import Held
from app.models import Account
from app.moments import kept_moment, require_ahead
from app.scoring.imports.columns import AS_IT_IS, Reading
from app.scoring.imports.finding import Finding, Findings
from app.scoring.imports.surveys import SurveyForm as FormRow
from app.scoring.imports.surveys import parse_surveys
from app.scoring.models import Round, Score, SurveyCampaign, SurveyForm
from app.scoring.operations.declaring import changes
from app.scoring.operations.holding import hold_sheets
from app.scoring.operations.survey_forms import FORM_FIELDS, add_question, create_form
from app.scoring.queries.survey_sources import answers_mark
from app.scoring.queries.surveys import Counts, campaigns_of, counts_of, leaf_points, survey_scores
from app.scoring.rules import FROM_FILE, Method
from app.scoring.states import Matter, RoundState

LARGEST_CAP = 10_000


def import_surveys(
    data: bytes, file_name: str, *, actor: Account | None, at: datetime, reading: Reading = AS_IT_IS
) -> tuple[int, list[Finding]]:
    """Import questionnaires; known forms stay as they are, which is said. How many were made, and findings."""
    if actor is not None:
        require_manager(actor)
    parsed = parse_surveys(data, file_name, reading)
    if parsed.has_errors:
        return 0, parsed.findings
    known = {form.code: form for form in db.session.scalars(select(SurveyForm))}
    findings = Findings(parsed.findings)
    for row in parsed.rows:
        if row.code in known:
            _note_known(row, known[row.code], findings)
    made = [_make_form(row) for row in parsed.rows if row.code not in known]
    db.session.flush()
    audit.record("surveys_imported", None, actor=actor, at=at, label=file_name, forms=[f.code for f in made])
    return len(made), findings.in_order()


def _make_form(row: FormRow) -> SurveyForm:
    form = create_form({name: getattr(row, name) for name in FORM_FIELDS}, actor=None)
    for values in _questions(row):
        add_question(form, values, actor=None)
    return form


def _questions(row: FormRow) -> list[dict[str, Any]]:
    return [
        {
            "code": question.code,
            "text": question.text,
            "kind": "scale" if question.type.startswith("scale") else question.type,
            "options": list(question.options),
        }
        for question in row.questions
    ]


def _note_known(row: FormRow, form: SurveyForm, findings: Findings) -> None:
    values = {"code": form.code}
    there = [
        {"code": q.code, "text": q.text, "kind": q.kind, "options": list(q.options or ())} for q in form.questions
    ]
    if (row.title, row.audience, _questions(row)) == (form.title, form.audience, there):
        message = Sentence("Phiếu %(code)s đã có với cùng nội dung; giữ nguyên.", values)
        findings.warning(row.row, "form_code", "form_known", message)
        return
    message = Sentence(
        "Phiếu %(code)s đã có và khác với tệp: phiếu giữ nguyên, nội dung trong tệp không được nhập. "
        "Muốn dùng nội dung mới thì đặt mã phiếu khác.",
        values,
    )
    findings.warning(row.row, "form_code", "form_kept", message)


@changes(Matter.SURVEY_POINTS)
def compute_points(held: Held[Round], *, seen: str, actor: Account | None, at: datetime) -> int:
    """Turn the answers that count into points of the survey leaves; how many leaves have points now.

    ``seen`` is the ``answers_mark`` of the answers whose channels, hours and networks were looked at: answers that
    came or went since then would be counted unseen, so they are refused.
    """
    if actor is not None:
        require_manager(actor)
    round_ = held.row
    require_unconcluded(round_)
    hold_sheets(held)
    campaigns = campaigns_of(round_)
    if seen != answers_mark(round_):
        raise Conflict(
            "Phiếu trả lời đã thay đổi từ lúc mở trang này. Hãy xem lại phân bố rồi mới tính điểm."
        )
    forms = {campaign.form.code: (campaign.form, counts_of(campaign)) for campaign in campaigns}
    scored = sum(_score_leaf(score, forms) for score in survey_scores(round_))
    for campaign in campaigns:
        campaign.points_at = at
    audit.record("survey_points_computed", round_, actor=actor, at=at, leaves=scored)
    return scored


def _score_leaf(score: Score, forms: Mapping[str, tuple[SurveyForm, Counts]]) -> bool:
    """Whether the leaf has points from answers now; points brought in from a file stay where there are none."""
    if score.criterion.method != Method.SURVEY:
        return False
    form, counts = forms.get(score.criterion.rule.get("form"), (None, {}))
    answers = counts.get(score.sheet.agency_id)
    if form is None or not answers:
        if not str(score.survey_working or FROM_FILE).startswith(FROM_FILE):
            score.survey_points = score.survey_working = None
        return False
    points, working = leaf_points(score.criterion, form, answers)
    score.survey_points, score.survey_working = points, None if working is None else str(working)
    return points is not None


@changes(Matter.DEADLINES)
def set_closing(held: Held[SurveyCampaign], closes_at: datetime, *, actor: Account, at: datetime) -> None:
    """Until when the form takes answers; a concluded round asks nobody any more."""
    require_manager(actor)
    campaign = held.row
    require_unconcluded(campaign.round)
    closing = kept_moment(closes_at, campaign.closes_at)
    if closing == campaign.closes_at:
        return
    if closing <= campaign.opens_at:
        raise Refused("Thời điểm đóng phải sau thời điểm mở.", field="closes_at")
    if kept_moment(closing, at) != at:  # this very minute closes the form at once
        require_ahead(closing, at, "closes_at")
    campaign.closes_at = closing


def set_mode(held: Held[SurveyCampaign], mode: str, daily_cap: int, *, actor: Account, at: datetime) -> None:
    """How citizens answer: with codes alone, or by the open link too, then so many a network and day."""
    require_manager(actor)
    campaign = held.row
    require_citizens(campaign)
    require_unconcluded(campaign.round)
    if mode not in ("codes", "link"):
        raise Refused("Hãy chọn cách trả lời.", field="mode")
    if not 1 <= daily_cap <= LARGEST_CAP:
        raise Refused(
            "Số phiếu mỗi mạng mỗi ngày phải từ 1 đến %(most)s.", field="daily_cap", most=LARGEST_CAP
        )
    campaign.mode, campaign.daily_cap = mode, daily_cap


def require_unconcluded(round_: Round) -> None:
    if round_.state == RoundState.CONCLUDED:
        raise Conflict("Kỳ chấm điểm đã kết luận.")


def require_citizens(campaign: SurveyCampaign) -> None:
    """Officials and agencies answer inside the application alone: their forms have no link, code or paper."""
    if campaign.form.audience != "citizen":
        raise Refused("Phiếu này chỉ trả lời trong phần mềm, sau khi đăng nhập.")
