"""After appraisal: ask an agency to explain a difference, take its answer, record the council's conclusion."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal

from app import audit
from app.accounts import require_manager
from app.errors import Conflict, Refused, Sentence
from app.extensions import db
from app.holding import Held
from app.models import Account
from app.scoring.models import FailedCondition, GradeBand, Score, Sheet
from app.scoring.operations.declaring import changes
from app.scoring.operations.granting import notify_agency
from app.scoring.policy import require_entry
from app.scoring.queries.own_outcome import reasons_of
from app.scoring.rules import Method, allowed_points
from app.scoring.states import Matter, SheetState, sheet_step

LONGEST_NUMBER = 60
REASONS_LENGTH = 600


@changes(Matter.EXPLANATIONS)
def ask_explanation(held: Held[Score], reason: str, *, actor: Account, at: datetime) -> None:
    """Open a window of the round's days for the agency to explain a row."""
    ask_explanations([held], reason, actor=actor, at=at)


@changes(Matter.EXPLANATIONS)
def ask_explanations(held: Sequence[Held[Score]], reason: str, *, actor: Account, at: datetime) -> None:
    """The same question about several rows; each agency gets one notice for all of its rows."""
    require_manager(actor)
    scores = [held_score.row for held_score in held]
    if not scores:
        raise Refused("Hãy đánh dấu ít nhất một dòng.")
    for score in scores:
        _require_askable(score, at)
    if not reason.strip():
        raise Refused("Hãy ghi nội dung cần giải trình.", field="reason")
    asked_about: dict[Sheet, list[Score]] = {}
    for score in scores:
        score.asked_at, score.asked_reason = at, reason.strip()
        score.answer_due_at = at + timedelta(days=score.sheet.round.explanation_days)
        score.answer = score.answered_at = None
        audit.record("explanation_asked", score, actor=actor, at=at, reason=reason)
        asked_about.setdefault(score.sheet, []).append(score)
    why = reasons_of([score.id for score in scores])
    for sheet, asked in asked_about.items():
        notify_agency(sheet, _request(sheet, asked, why), at=at, mail=True, page="/explanations")


def _request(sheet: Sheet, asked: Sequence[Score], why: Mapping[int, list[str]]) -> Sentence:
    """The notice; with the appraisers' reasons, not their names, as far as there is room."""
    said = {"codes": ", ".join(score.criterion.code for score in asked), "round": sheet.round.name}
    pairs = [(score.criterion.code, text.rstrip(".")) for score in asked for text in why.get(score.id, ())]
    reasons = "; ".join(text if len(asked) == 1 else f"{code}: {text}" for code, text in pairs)
    if not reasons:
        return Sentence("Đề nghị giải trình tiêu chí %(codes)s – %(round)s", said)
    said["why"] = reasons if len(reasons) <= REASONS_LENGTH else reasons[: REASONS_LENGTH - 1] + "…"
    return Sentence("Đề nghị giải trình tiêu chí %(codes)s – %(round)s. Lý do thẩm định: %(why)s", said)


def _require_askable(score: Score, at: datetime) -> None:
    sheet_step("settle", score.sheet.state)
    if score.concluded_na or score.concluded_points is not None:
        raise Conflict("Tiêu chí %(code)s đã có kết luận.", code=score.criterion.code)
    if score.asked_at is not None and score.answered_at is None and at <= score.answer_due_at:
        raise Conflict("Tiêu chí %(code)s đang chờ cơ quan giải trình.", code=score.criterion.code)


@changes(Matter.EXPLANATIONS)
def answer_explanation(held: Held[Score], text: str, *, actor: Account, at: datetime) -> None:
    """The agency's explanation (giải trình) within its window."""
    score = held.row
    require_entry(actor, score.sheet)
    if score.asked_at is None:
        raise Conflict("Tiêu chí này không được yêu cầu giải trình.")
    sheet_step("settle", score.sheet.state)
    if at > score.answer_due_at:
        raise Conflict("Đã hết thời hạn giải trình.")
    if not text.strip():
        raise Refused("Hãy nhập nội dung giải trình.", field="answer")
    score.answer, score.answered_at = text.strip(), at
    audit.record("explanation_answered", score, actor=actor, at=at)


@changes(Matter.CONCLUSIONS)
def conclude_score(
    held: Held[Score],
    points: Decimal | None,
    reason: str,
    minutes_number: str,
    *,
    actor: Account,
    at: datetime,
    not_applicable: bool = False,
) -> None:
    """The council's concluded points (or not applicable) with the minutes' number."""
    require_manager(actor)
    score = held.row
    sheet_step("settle", score.sheet.state)
    if score.na_by_rule:
        raise Refused("Tiêu chí này không áp dụng cho cơ quan.")
    if not not_applicable:
        _check(score, points)
    if not reason.strip():
        raise Refused("Phải ghi số biên bản và lý do kết luận.", field="reason")
    if not minutes_number.strip():
        raise Refused("Phải ghi số biên bản và lý do kết luận.", field="minutes_number")
    if len(minutes_number.strip()) > LONGEST_NUMBER:
        raise Refused("Nội dung dài quá %(most)s ký tự.", field="minutes_number", most=LONGEST_NUMBER)
    score.concluded_na, score.concluded_points = not_applicable, None if not_applicable else points
    score.conclusion_reason, score.minutes_number = reason.strip(), minutes_number.strip()
    audit.record("score_concluded", score, actor=actor, at=at, points=points, minutes=minutes_number)


def _check(score: Score, points: Decimal | None) -> None:
    if points is None:
        raise Refused("Hãy nhập điểm kết luận.", field="points")
    criterion = score.criterion
    wrong = allowed_points(Method(criterion.method), criterion.rule, criterion.maximum, points)
    if wrong is not None:
        raise Refused(wrong.template, field="points", **wrong.values)


@changes(Matter.CONCLUSIONS)
def withdraw_conclusion(held: Held[Score], *, actor: Account, at: datetime) -> None:
    """Take a conclusion back before the round is concluded: the mean of the appraisals counts again."""
    require_manager(actor)
    score = held.row
    sheet_step("settle", score.sheet.state)
    if not score.concluded_na and score.concluded_points is None:
        raise Conflict("Tiêu chí này chưa có kết luận.")
    score.concluded_na, score.concluded_points = False, None
    score.conclusion_reason = score.minutes_number = None
    audit.record("conclusion_withdrawn", score, actor=actor, at=at)


@changes(Matter.CONDITIONS)
def fail_condition(held: Held[Sheet], band: GradeBand, reason: str, *, actor: Account, at: datetime) -> None:
    """Record that the agency fails the extra condition of a grade band, with the reason."""
    require_manager(actor)
    sheet = held.row
    _require_unconcluded(sheet)
    if band.round_id != sheet.round_id or not reason.strip():
        raise Refused("Hãy chọn mức xếp loại của kỳ này và nêu lý do.", field="reason")
    db.session.add(FailedCondition(sheet=sheet, band=band, reason=reason.strip()))
    audit.record("condition_failed", sheet, actor=actor, at=at, band=band.name, reason=reason)


@changes(Matter.CONDITIONS)
def clear_condition(held: Held[FailedCondition], *, actor: Account, at: datetime) -> None:
    require_manager(actor)
    failure = held.row
    _require_unconcluded(failure.sheet)
    audit.record("condition_cleared", failure.sheet, actor=actor, at=at, band=failure.band.name)
    db.session.delete(failure)


def _require_unconcluded(sheet: Sheet) -> None:
    """The sheet is held and says it as it is; its round, merely read beside it, may be as it was before."""
    if sheet.state == SheetState.CONCLUDED:
        raise Conflict("Kỳ chấm điểm đã kết luận.")
