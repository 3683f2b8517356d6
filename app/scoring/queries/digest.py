"""What a person's daily letter says: what is new, what falls due soon, what waits; in Vietnamese, as mails are.

Sources are those of the home pages, so that a letter never tells more than its reader sees there.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import or_, select

from app.accounts import has_mailbox, is_appraiser, is_data_entry, is_manager
from app.clock import written
from app.extensions import db
from app.models import Account, Digest
from app.notices import notifications_of
from app.office.reading import latest_announcements
from app.scoring.models import Round
from app.scoring.queries import home
from app.scoring.queries.appraisals import works_of
from app.scoring.queries.queue import queues
from app.scoring.queries.review import waiting_for
from app.scoring.states import RoundState, WorkState

SOON = timedelta(days=14)
"""A deadline further away is no reason to write."""
FIRST_LOOK = timedelta(days=1)
"""How far back the first letter looks for what is new."""

WAITING = {
    "accounts": "đăng ký tài khoản chờ duyệt",
    "resets": "đề nghị cấp lại mật khẩu",
    "proposals": "kiến nghị, phản ánh mới",
    "answers": "giải trình chờ kết luận",
}


@dataclass(frozen=True)
class Letter:
    """The lines of each part."""

    new: list[str]
    due: list[str]
    waiting: list[str]

    @property
    def is_empty(self) -> bool:
        return not (self.new or self.due or self.waiting)


def recipients() -> list[int]:
    """Ids of the accounts that can sign in, have a mailbox and have not switched the letter off."""
    query = (
        select(Account)
        .outerjoin(Digest, Digest.account_id == Account.id)
        .where(Account.active, Account.locked_at.is_(None), or_(Digest.wanted.is_(None), Digest.wanted))
        .order_by(Account.id)
    )
    return [account.id for account in db.session.scalars(query) if has_mailbox(account)]


def letter_for(account: Account, at: datetime, since: datetime | None) -> Letter:
    """Everything to tell the account now; ``since``: up to when the letter before has told what is new."""
    due, waiting = [], []
    if is_data_entry(account) and account.agency_id is not None:
        sheets = home.open_sheets(account, at)
        due, waiting = list(_entry_due(account, sheets, at)), list(_entry_waiting(account, sheets, at))
    elif is_appraiser(account):
        due = list(_appraisals_due(account, at))
    elif is_manager(account):
        rounds = home.open_rounds(at)
        due, waiting = list(_rounds_due(rounds, at)), list(_manager_waiting(rounds))
    return Letter(_news(account, at, since or at - FIRST_LOOK), due, waiting)


def _news(account: Account, at: datetime, since: datetime) -> list[str]:
    """Unread notifications and announcements since then, the oldest first."""
    told = [notice for notice in notifications_of(account, 20, unread=True) if notice.created_at > since]
    published = [found for found in latest_announcements(account, at) if found.published_at > since]
    return [notice.text for notice in reversed(told)] + [
        f"Văn bản, hướng dẫn: {found.title}" for found in reversed(published)
    ]


def _entry_due(account: Account, sheets: list[home.OpenSheet], at: datetime) -> Iterator[str]:
    for row in sheets:
        if row.sheet.state in home.UNSENT and _is_soon(row.deadline, at):
            yield f"{row.sheet.round.name}: {_until('hạn gửi', row.deadline, at)}. {row.next_step.words}."
    for score in home.explanations_due(account, at):
        until = _until("hạn", score.answer_due_at, at)
        yield f"Giải trình tiêu chí {score.criterion.code} ({score.sheet.round.name}): {until}."
    for campaign, left in home.surveys_due(account, at):
        if _is_soon(campaign.closes_at, at):
            yield f"Phiếu “{campaign.form.title}” về {left} cơ quan: {_until('đóng', campaign.closes_at, at)}."


def _entry_waiting(account: Account, sheets: list[home.OpenSheet], at: datetime) -> Iterator[str]:
    for sheet in waiting_for(account):
        yield f"{sheet.round.name}: trình lúc {written(sheet.presented_at)}, chờ phê duyệt."
    for row in sheets:
        if row.late and at - row.deadline <= SOON:
            yield f"{row.sheet.round.name}: quá hạn gửi từ {written(row.deadline)}. {row.next_step.words}."


def _appraisals_due(account: Account, at: datetime) -> Iterator[str]:
    works = [w for w in works_of(account) if w.state == WorkState.OPEN and _appraised_soon(w.round, at)]
    found = queues(account, [work.round for work in works]) if works else {}
    for work in works:
        count, until = found[work.round_id].count, _until("hạn thẩm định", work.round.appraisal_deadline, at)
        yield f"{work.round.name}: {until}. Đã chấm {count.done}/{count.total}, thiếu {count.owed} lý do."


def _appraised_soon(round_: Round, at: datetime) -> bool:
    ends = round_.appraisal_deadline
    return round_.state == RoundState.APPRAISING and ends is not None and _is_soon(ends, at)


def _rounds_due(rounds: list[home.OpenRound], at: datetime) -> Iterator[str]:
    for row in rounds:
        round_ = row.round
        if round_.state == RoundState.OPEN and _is_soon(round_.entry_deadline, at):
            until = _until("hạn nhập liệu", round_.entry_deadline, at)
            yield f"{round_.name}: {until}. Đã gửi {row.sent}/{row.sheets} phiếu."
        elif _appraised_soon(round_, at):
            yield f"{round_.name}: {_until('hạn thẩm định', round_.appraisal_deadline, at)}."


def _manager_waiting(rounds: list[home.OpenRound]) -> Iterator[str]:
    for name, count in home.waiting_counts().items():
        if count:
            yield f"{count} {WAITING[name]}."
    for row in rounds:
        if row.late:
            yield f"{row.round.name}: {len(row.late)} cơ quan quá hạn, chưa gửi."


def _is_soon(deadline: datetime, at: datetime) -> bool:
    return at <= deadline <= at + SOON


def _until(words: str, deadline: datetime, at: datetime) -> str:
    """``hạn gửi 31/12/2026 17:00 (còn 3 ngày)``; hours on the last two days."""
    hours = int((deadline - at).total_seconds() // 3600)
    left = f"{hours // 24} ngày" if hours >= 48 else f"{hours} giờ"
    return f"{words} {written(deadline)} (còn {left})"
