"""Changes of a round's own settings: its deadlines close nothing by themselves, and nothing moves after the end."""

from sqlalchemy import inspect, select

from app.accounts import require_manager
from app.errors import Conflict, Refused
from app.extensions import db
from app.holding import Held
from app.models import Account
from app.scoring.models import Round, SurveyCampaign
from app.scoring.operations.declaring import changes
from app.scoring.states import ASSIGNABLE, Matter, RoundState


def is_assignable(round_: Round) -> bool:
    """Whether assignments of the round may still change."""
    return round_.state in ASSIGNABLE


@changes(Matter.DEADLINES)
def check_round_change(held: Held[Round], *, actor: Account) -> None:
    """Guard of an edit that is already on the round but not written; surveys close with the new deadline."""
    require_manager(actor)
    round_ = held.row
    if round_.state == RoundState.CONCLUDED:
        raise Conflict("Kỳ chấm điểm đã kết luận nên không sửa được.")
    if not 0 <= round_.places <= 3:
        raise Refused("Số chữ số lẻ phải từ 0 đến 3.", field="places")
    if _has_changed(round_, "entry_deadline") and round_.state not in (
        RoundState.PREPARING,
        RoundState.OPEN,
    ):
        raise Conflict("Kỳ đã chuyển sang thẩm định nên không đổi hạn tự đánh giá được.")
    if round_.appraisal_deadline is not None and round_.appraisal_deadline < round_.entry_deadline:
        raise Refused("Hạn thẩm định không được trước hạn tự đánh giá.", field="appraisal_deadline")
    if _has_changed(round_, "entry_deadline") or _has_changed(round_, "appraisal_deadline"):
        _move_campaigns(round_)


def _has_changed(round_: Round, name: str) -> bool:
    history = inspect(round_).attrs[name].history
    return history.has_changes() and history.deleted != history.added


def _move_campaigns(round_: Round) -> None:
    closes = round_.appraisal_deadline or round_.entry_deadline
    for campaign in db.session.scalars(select(SurveyCampaign).where(SurveyCampaign.round_id == round_.id)):
        campaign.closes_at = closes
