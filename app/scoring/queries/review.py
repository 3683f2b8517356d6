"""What passes between an agency's clerks and its leader: comments, rows changed since, the history of the sheet."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from app.accounts import is_leader
from app.errors import NotInScope
from app.extensions import db
from app.holding import Held, hold_one
from app.models import Account, AuditEvent
from app.row_access import system_access
from app.scoring.models import LeaderComment, Score, Sheet
from app.scoring.policy import require_visible
from app.scoring.states import SheetState

ENTERED = {"self_points", "option", "figure_a", "figure_b", "figure_n", "explanation", "na_claimed"}
FILES = ("evidence_attached", "evidence_detached")
TURNS = {
    "sheet_presented": "Trình lãnh đạo",
    "sheet_handed_back": "Trả lại kèm ý kiến",
    "sheet_approved": "Phê duyệt báo cáo",
    "sheet_reopened": "Mở lại để sửa",
    "sheet_sent": "Gửi kết quả tự đánh giá",
    "sheet_returned": "Sở Nội vụ trả lại phiếu",
}
"""Acts of the trail that make the history of a sheet."""


class Turn(NamedTuple):
    """One act of a sheet's history; ``person`` by full name, empty where an office acted and not a person."""

    at: datetime
    act: str
    person: str
    comment: str
    criteria: str


def comments_of(sheet: Sheet) -> list[LeaderComment]:
    """Every comment of the leader on the sheet, the oldest first; one statement."""
    query = (
        select(LeaderComment)
        .where(LeaderComment.sheet_id == sheet.id)
        .options(
            joinedload(LeaderComment.score).joinedload(Score.criterion),
            joinedload(LeaderComment.written_by),
            joinedload(LeaderComment.settled_by),
        )
        .order_by(LeaderComment.id)
    )
    return list(db.session.scalars(query))


def open_comments(sheet: Sheet) -> list[LeaderComment]:
    """Those that no clerk has settled."""
    return [comment for comment in comments_of(sheet) if comment.settled_at is None]


def open_comment_counts(sheet_ids: list[int]) -> dict[int, int]:
    """Sheet id → comments not settled; one statement."""
    query = (
        select(LeaderComment.sheet_id, func.count())
        .where(LeaderComment.sheet_id.in_(sheet_ids), LeaderComment.settled_at.is_(None))
        .group_by(LeaderComment.sheet_id)
    )
    return {sheet_id: count for sheet_id, count in db.session.execute(query)} if sheet_ids else {}


def get_comment(account: Account, comment_id: int) -> LeaderComment:
    """A comment on a sheet within the account's rows, or ``NotInScope``."""
    return _in_sight(account, db.session.get(LeaderComment, comment_id))


def hold_comment(account: Account, comment_id: int) -> Held[LeaderComment]:
    """As ``get_comment``, held with the sheet until the commit."""
    held = hold_one(select(LeaderComment).join(LeaderComment.sheet).where(LeaderComment.id == comment_id))
    _in_sight(account, held.row if held is not None else None)
    return held


def _in_sight(account: Account, comment: LeaderComment | None) -> LeaderComment:
    if comment is None:
        raise NotInScope()
    require_visible(account, comment.sheet)
    return comment


def waiting_for(account: Account) -> list[Sheet]:
    """Drafts of the leader's agency that were presented and wait for approval, the longest waiting first."""
    if not is_leader(account) or account.agency_id is None:
        return []
    query = (
        select(Sheet)
        .where(
            Sheet.agency_id == account.agency_id,
            Sheet.state == SheetState.DRAFT,
            Sheet.presented_at.is_not(None),
        )
        .options(joinedload(Sheet.round), joinedload(Sheet.presented_by))
        .order_by(Sheet.presented_at, Sheet.id)
    )
    return list(db.session.scalars(query))


def changed_since_presented(sheet: Sheet) -> set[int]:
    """Ids of the scores that changed after the draft was presented; empty for one that was not."""
    return changed_since(sheet.id, "sheet_presented") if sheet.presented_at is not None else set()


@system_access("rows of a sheet changed since an act")
def changed_since(sheet_id: int, action: str) -> set[int]:
    """Scores whose entry or files changed after the last act of this name on the sheet; one statement."""
    chain = f"sheet:{sheet_id}"
    last = select(func.max(AuditEvent.place)).where(AuditEvent.chain == chain, AuditEvent.action == action)
    query = select(AuditEvent.object_id, AuditEvent.action, AuditEvent.changes).where(
        AuditEvent.chain == chain,
        AuditEvent.object_type == "Score",
        AuditEvent.place > last.scalar_subquery(),
        AuditEvent.action.in_(("changed", *FILES)),
    )
    return {
        int(score_id)
        for score_id, name, changes in db.session.execute(query)
        if name in FILES or ENTERED & changes.keys()
    }


@system_access("the history of a sheet, for those who see it")
def history_of(sheet: Sheet) -> list[Turn]:
    """What happened to the sheet since the round opened, the newest first; one statement.

    Managers who gave it back are not named: they acted for their office.
    """
    query = (
        select(AuditEvent.at, AuditEvent.action, AuditEvent.changes, AuditEvent.actor_name, Account)
        .outerjoin(Account, Account.id == AuditEvent.actor_id)
        .where(
            AuditEvent.chain == f"sheet:{sheet.id}",
            AuditEvent.object_type == "Sheet",
            AuditEvent.action.in_(TURNS),
        )
        .order_by(AuditEvent.place.desc())
    )
    return [_turn(*row) for row in db.session.execute(query)]


def _turn(at: datetime, action: str, changes: dict, name: str, account: Account | None) -> Turn:
    office = action == "sheet_returned"
    person = account.full_name if account is not None else name
    comment = changes.get("reason" if office else "comment", "")
    return Turn(at, TURNS[action], "" if office else person, comment, changes.get("criteria", ""))
