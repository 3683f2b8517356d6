"""Terms of a round: its deadlines, the surveys that close with them, days for an explanation (Đ.9–11)."""

from datetime import datetime

from sqlalchemy import select

from app import audit
from app.accounts import require_manager
from app.errors import Conflict, Refused
from app.extensions import db
from app.holding import Held
from app.models import Account
from app.moments import kept_moment, require_ahead
from app.scoring.models import Round, SurveyCampaign
from app.scoring.operations.declaring import changes
from app.scoring.states import ASSIGNABLE, Matter, RoundState

LONGEST_EXPLANATION = 60


def is_assignable(round_: Round) -> bool:
    """Whether assignments of the round may still change."""
    return round_.state in ASSIGNABLE


@changes(Matter.DEADLINES)
def change_deadlines(
    held: Held[Round],
    entry_deadline: datetime,
    appraisal_deadline: datetime | None,
    *,
    actor: Account,
    at: datetime,
) -> int:
    """Move the round's deadlines; how many surveys that closed with the old one close with the new one now.

    A deadline that changes must lie ahead, extensions stay. Forms show minutes: the same minute is no change.
    """
    require_manager(actor)
    round_ = held.row
    entry = kept_moment(entry_deadline, round_.entry_deadline)
    appraisal = kept_moment(appraisal_deadline, round_.appraisal_deadline)
    _require_movable(round_, entry)
    require_deadlines(
        entry, appraisal, at=at, before=(round_.entry_deadline, round_.appraisal_deadline)
    )
    if (entry, appraisal) == (round_.entry_deadline, round_.appraisal_deadline):
        return 0
    moved = _move_campaigns(round_, entry, appraisal)
    audit.record(
        "round_deadlines_changed",
        round_,
        actor=actor,
        at=at,
        entry_deadline=[round_.entry_deadline, entry],
        appraisal_deadline=[round_.appraisal_deadline, appraisal],
    )
    round_.entry_deadline, round_.appraisal_deadline = entry, appraisal
    return moved


def _require_movable(round_: Round, entry: datetime) -> None:
    if round_.state not in ASSIGNABLE:
        raise Conflict("Kỳ chấm điểm đã tổng hợp nên không đổi thời hạn được.")
    if round_.state == RoundState.APPRAISING and entry != round_.entry_deadline:
        raise Conflict(
            "Kỳ chấm điểm đã chuyển sang thẩm định nên không đổi hạn tự đánh giá được.", field="entry_deadline"
        )


def require_deadlines(
    entry: datetime,
    appraisal: datetime | None,
    *,
    at: datetime,
    before: tuple[datetime | None, datetime | None] = (None, None),
) -> None:
    """Refuse what lies behind ``at``, unless it stood so ``before``, and an appraisal that does not end after entry."""
    if entry != before[0]:
        require_ahead(entry, at, "entry_deadline")
    if appraisal is not None and appraisal != before[1]:
        require_ahead(appraisal, at, "appraisal_deadline")
    if appraisal is not None and appraisal <= entry:
        raise Refused("Hạn thẩm định phải sau hạn tự đánh giá.", field="appraisal_deadline")


def _move_campaigns(round_: Round, entry: datetime, appraisal: datetime | None) -> int:
    """A survey follows the deadline that it closed with; one that was given a moment of its own stays."""
    usual = appraisal or entry
    moves = {round_.entry_deadline: entry, round_.appraisal_deadline or round_.entry_deadline: usual}
    campaigns = db.session.scalars(select(SurveyCampaign).where(SurveyCampaign.round_id == round_.id))
    moved = 0
    for campaign in campaigns:
        closing = next(
            (new for old, new in moves.items() if kept_moment(campaign.closes_at, old) == old), campaign.closes_at
        )
        moved += closing != campaign.closes_at
        campaign.closes_at = closing
    return moved


@changes(Matter.DEADLINES)
def set_explanation_days(held: Held[Round], days: int, *, actor: Account) -> None:
    """How many days an agency has for an explanation asked from now on; until the round is concluded."""
    require_manager(actor)
    if held.row.state == RoundState.CONCLUDED:
        raise Conflict("Kỳ chấm điểm đã kết luận nên không sửa được.", field="explanation_days")
    require_explanation_days(days)
    held.row.explanation_days = days


def require_explanation_days(days: int | None) -> None:
    if days is None or not 1 <= days <= LONGEST_EXPLANATION:
        raise Refused(
            "Số ngày giải trình phải từ 1 đến %(most)s.", field="explanation_days", most=LONGEST_EXPLANATION
        )
