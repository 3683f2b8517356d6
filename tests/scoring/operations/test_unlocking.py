"""operations/unlocking.py: what was sent is opened by two managers with a reason, or not at all."""

import pytest
from sqlalchemy.exc import IntegrityError

from app.errors import Conflict, NotAllowed, Refused
from app.extensions import db
from app.models import AuditEvent
from app.scoring.models import Round, UnlockRequest
from app.scoring.operations import unlocking
from app.scoring.queries.appraisals import get_work
from tests.province import NOW, appraise_everything, begin_appraisal, open_round


@pytest.fixture
def work(ctx, province):
    """The sent work of the appraiser of Sở Nội vụ."""
    round_ = open_round(province)
    begin_appraisal(round_, province)
    appraise_everything(round_, province, "td-nv")
    return get_work(province.account("td-nv"), round_.id)


def ask(work, province, name="quan-ly", reason="Chấm nhầm cột") -> UnlockRequest:
    return unlocking.request_unlock(work, reason, actor=province.account(name), at=NOW)


def test_asking_alone_opens_nothing(work, province):
    asked = ask(work, province)
    assert (asked.state, work.state, work.appraiser.locked_at is None) == ("pending", "sent", False)


def test_a_second_manager_opens_the_work(work, province):
    asked = ask(work, province)
    unlocking.confirm_unlock(asked, actor=province.account("quan-ly-2"), at=NOW)
    assert (asked.state, work.state, work.unlock_reason) == ("confirmed", "open", "Chấm nhầm cột")
    assert work.appraiser.locked_at is None


def test_the_first_manager_cannot_be_the_second(work, province):
    asked = ask(work, province)
    with pytest.raises(NotAllowed, match="tự xác nhận"):
        unlocking.confirm_unlock(asked, actor=province.account("quan-ly"), at=NOW)
    assert (asked.state, work.state) == ("pending", "sent")


def test_the_database_too_wants_two_people(work, province):
    asked = ask(work, province)
    asked.state, asked.decided_by_id, asked.decided_at = "confirmed", asked.requested_by_id, NOW
    with pytest.raises(IntegrityError, match="two_people"):
        db.session.flush()


@pytest.mark.parametrize(
    ("name", "reason", "refusal"),
    [("quan-ly", " ", Refused), ("td-tp", "Xin mở", NotAllowed), ("quan-tri", "Xin mở", NotAllowed)],
)
def test_asking_needs_a_manager_and_a_reason(work, province, name, reason, refusal):
    with pytest.raises(refusal):
        ask(work, province, name, reason)


def test_one_request_at_a_time(work, province):
    ask(work, province)
    with pytest.raises(Conflict, match="đang chờ"):
        ask(work, province, "quan-ly-2")


def test_a_decided_request_stays_decided(work, province):
    asked, second = ask(work, province), province.account("quan-ly-2")
    unlocking.refuse_unlock(asked, actor=second, at=NOW)
    for act in (unlocking.confirm_unlock, unlocking.refuse_unlock):
        with pytest.raises(Conflict, match="đã được xử lý"):
            act(asked, actor=second, at=NOW)
    assert work.state == "sent"


def test_a_round_concluded_meanwhile_is_not_opened(work, province):
    asked = ask(work, province)
    db.session.get(Round, work.round_id).state = "concluded"
    with pytest.raises(Conflict, match="đã kết luận"):
        unlocking.confirm_unlock(asked, actor=province.account("quan-ly-2"), at=NOW)


def test_both_people_and_the_reason_are_on_the_rounds_trail(work, province):
    unlocking.confirm_unlock(ask(work, province), actor=province.account("quan-ly-2"), at=NOW)
    events = db.session.query(AuditEvent).filter(
        AuditEvent.action.in_(["unlock_requested", "unlock_confirmed"])
    )
    assert [
        (event.action, event.actor_name, event.changes["reason"], event.chain)
        for event in events.order_by(AuditEvent.id)
    ] == [
        ("unlock_requested", "quan-ly", "Chấm nhầm cột", f"round:{work.round_id}"),
        ("unlock_confirmed", "quan-ly-2", "Chấm nhầm cột", f"round:{work.round_id}"),
    ]
