"""What a clerk or a leader does next on a sheet: one sentence and one button, the same on every page."""

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import func, select

from app.accounts import is_leader
from app.clock import written
from app.errors import Sentence
from app.extensions import db
from app.models import Account
from app.scoring.models import Score, Sheet
from app.scoring.queries.review import open_comment_counts
from app.scoring.queries.sheets import can_enter, deadline_of
from app.scoring.states import SheetState

UNSENT = (SheetState.DRAFT, SheetState.APPROVED)


class NextStep(NamedTuple):
    """``label`` is the button that leads to ``page`` of the sheet; ``due``: it is this person's to do now."""

    words: Sentence
    label: Sentence
    page: str = ""
    due: bool = True


class Facts(NamedTuple):
    """What the step depends on besides the sheet itself: counts of rows, open comments and requests to explain."""

    done: int
    to_do: int
    comments: int = 0
    asked: int = 0


def facts_of(sheets: list[Sheet], counts: Mapping[int, tuple[int, int]], at: datetime) -> dict[int, Facts]:
    """Sheet id → its facts; ``counts`` as of ``progress_counts``, needed for drafts alone; at most two statements."""
    drafts = [sheet.id for sheet in sheets if sheet.state == SheetState.DRAFT]
    appraised = [sheet.id for sheet in sheets if sheet.state == SheetState.APPRAISED]
    comments, asked = open_comment_counts(drafts), _asked_counts(appraised, at)
    return {
        sheet.id: Facts(*counts.get(sheet.id, (0, 0)), comments.get(sheet.id, 0), asked.get(sheet.id, 0))
        for sheet in sheets
    }


def _asked_counts(sheet_ids: list[int], at: datetime) -> dict[int, int]:
    query = (
        select(Score.sheet_id, func.count())
        .where(
            Score.sheet_id.in_(sheet_ids),
            Score.asked_at.is_not(None),
            Score.answered_at.is_(None),
            Score.answer_due_at >= at,
        )
        .group_by(Score.sheet_id)
    )
    return {sheet_id: count for sheet_id, count in db.session.execute(query)} if sheet_ids else {}


def next_step(account: Account, sheet: Sheet, facts: Facts, at: datetime) -> NextStep:
    if sheet.state in UNSENT and at > deadline_of(sheet):
        words = Sentence("Đã hết hạn; liên hệ Sở Nội vụ nếu cần gia hạn")
        return NextStep(words, Sentence("Xem phiếu"), due=False)
    if sheet.state == SheetState.DRAFT:
        return _of_draft(account, sheet, facts, at)
    if sheet.state == SheetState.APPROVED:
        return _of_approved(sheet)
    return _of_sent(sheet, facts)


def _of_draft(account: Account, sheet: Sheet, facts: Facts, at: datetime) -> NextStep:
    if not can_enter(sheet, at):
        words = Sentence("Kỳ đã chuyển sang thẩm định; phiếu chỉ còn xem được")
        return NextStep(words, Sentence("Xem phiếu"), due=False)
    if sheet.presented_at is not None:
        return _of_presented(account, sheet)
    if facts.comments:
        words = Sentence("Lãnh đạo trả lại kèm ý kiến: còn %(count)s ý kiến chưa xử lý", {"count": facts.comments})
        return NextStep(words, Sentence("Xem và sửa theo ý kiến"), "#comments", not is_leader(account))
    if facts.done < facts.to_do:
        return _of_unfinished(sheet, facts)
    if is_leader(account):
        return NextStep(
            Sentence("Phiếu đã chấm đủ, chờ kiểm tra và phê duyệt"),
            Sentence("Kiểm tra và phê duyệt báo cáo"),
            "/check",
        )
    return NextStep(
        Sentence("Phiếu đã chấm đủ; hãy kiểm tra rồi trình lãnh đạo phê duyệt"),
        Sentence("Kiểm tra và trình lãnh đạo"),
        "/check",
    )


def _of_presented(account: Account, sheet: Sheet) -> NextStep:
    said = {"time": written(sheet.presented_at)}
    if is_leader(account):
        words = Sentence("Phiếu được trình lúc %(time)s, chờ phê duyệt", said)
        return NextStep(words, Sentence("Kiểm tra và phê duyệt báo cáo"), "/check")
    words = Sentence("Đã trình lãnh đạo lúc %(time)s, chờ phê duyệt", said)
    return NextStep(words, Sentence("Xem phiếu đã trình"), "/check", due=False)


def _of_unfinished(sheet: Sheet, facts: Facts) -> NextStep:
    words = Sentence("Còn %(count)s tiêu chí chưa chấm", {"count": facts.to_do - facts.done})
    if sheet.return_reason:
        words = Sentence("Sửa theo lý do trả lại: %(reason)s", {"reason": sheet.return_reason})
    return NextStep(words, Sentence("Nhập tiếp"), "#sheet-figures")


def _of_approved(sheet: Sheet) -> NextStep:
    if sheet.signed_file_id is None:
        words = Sentence("Báo cáo đã được phê duyệt; hãy ký rồi đính kèm báo cáo đã ký")
        return NextStep(words, Sentence("Đính kèm báo cáo đã ký"), "/check#sign")
    words = Sentence("Báo cáo đã ký đã được đính kèm; hãy gửi kết quả tự đánh giá")
    return NextStep(words, Sentence("Gửi kết quả tự đánh giá"), "/check#send")


def _of_sent(sheet: Sheet, facts: Facts) -> NextStep:
    if facts.asked:
        words = Sentence("Sở Nội vụ đề nghị giải trình %(count)s tiêu chí", {"count": facts.asked})
        return NextStep(words, Sentence("Giải trình"), "/explanations")
    if sheet.state == SheetState.CONCLUDED:
        words = Sentence("Kỳ chấm điểm đã kết luận")
        return NextStep(words, Sentence("Xem kết quả từng tiêu chí"), "/outcome", due=False)
    if sheet.state == SheetState.APPRAISED:
        words = Sentence("Đã thẩm định xong; chờ Hội đồng kết luận")
    else:
        words = Sentence("Chờ kết quả thẩm định")
    if sheet.submitted_at is None:
        return NextStep(words, Sentence("Xem phiếu"), due=False)
    return NextStep(words, Sentence("Xem giấy biên nhận"), "/receipt", due=False)
