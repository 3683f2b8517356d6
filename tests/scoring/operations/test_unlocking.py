"""operations/unlocking.py: what was sent is opened by two managers with a reason, or not at all."""

from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from app.errors import Conflict, NotAllowed, Refused
from app.extensions import db
from app.holding import hold_row
from app.models import AuditEvent
from app.scoring.models import Result, Round, UnlockRequest
from app.scoring.operations import unlocking
from app.scoring.queries.appraisals import get_work
from app.scoring.queries.proofs import prove
from app.scoring.queries.records import record_of
from app.scoring.queries.sheets import deadline_of
from app.scoring.queries.unlocks import confirmed_unlocks, subject_of
from tests.province import NOW, appraise_everything, begin_appraisal, conclude_round, open_round, sheet_of
from tests.scoring.views import stages


@pytest.fixture
def work(told, ctx, province):
    """The sent work of the appraiser of Sở Nội vụ."""
    round_id = told("one work sent", lambda: _one_work_sent(province))
    return get_work(province.account("td-nv"), round_id)


def _one_work_sent(province) -> int:
    round_ = open_round(province)
    begin_appraisal(round_, province)
    appraise_everything(round_, province, "td-nv")
    return round_.id


def ask(work, province, name="quan-ly", reason="Chấm nhầm cột") -> UnlockRequest:
    return unlocking.request_unlock(hold_row(work.round), hold_row(work), reason, actor=province.account(name), at=NOW)


def test_asking_alone_opens_nothing(work, province):
    asked = ask(work, province)
    assert (asked.state, work.state, work.appraiser.locked_at is None) == ("pending", "sent", False)


def test_a_second_manager_opens_the_work(work, province):
    asked = ask(work, province)
    unlocking.confirm_unlock(hold_row(asked), actor=province.account("quan-ly-2"), at=NOW)
    assert (asked.state, work.state, work.unlock_reason) == ("confirmed", "open", "Chấm nhầm cột")
    assert work.appraiser.locked_at is None


def test_the_first_manager_cannot_be_the_second(work, province):
    asked = ask(work, province)
    with pytest.raises(NotAllowed, match="tự xác nhận"):
        unlocking.confirm_unlock(hold_row(asked), actor=province.account("quan-ly"), at=NOW)
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
    unlocking.refuse_unlock(hold_row(asked), actor=second, at=NOW)
    for act in (unlocking.confirm_unlock, unlocking.refuse_unlock):
        with pytest.raises(Conflict, match="đã được xử lý"):
            act(hold_row(asked), actor=second, at=NOW)
    assert work.state == "sent"


def test_a_round_concluded_meanwhile_is_not_opened(work, province):
    asked = ask(work, province)
    db.session.get(Round, work.round_id).state = "concluded"
    with pytest.raises(Conflict, match="đã kết luận"):
        unlocking.confirm_unlock(hold_row(asked), actor=province.account("quan-ly-2"), at=NOW)


def test_both_people_and_the_reason_are_on_the_rounds_trail(work, province):
    unlocking.confirm_unlock(hold_row(ask(work, province)), actor=province.account("quan-ly-2"), at=NOW)
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


@pytest.fixture
def sheet(ctx, province):
    """A sent sheet."""
    found = sheet_of(open_round(province), province, "SO-TP")
    found.state, found.submitted_at, found.receipt_number = "submitted", NOW, "CCHC-2026-1"
    return found


def test_a_sent_sheet_goes_back_by_two_managers(sheet, province):
    later = NOW + timedelta(days=90)
    asked = unlocking.request_return(hold_row(sheet), "Thiếu phụ lục", later, actor=province.account("quan-ly"), at=NOW)
    assert (sheet.state, asked.state) == ("submitted", "pending")
    with pytest.raises(NotAllowed):
        unlocking.confirm_unlock(hold_row(asked), actor=province.account("quan-ly"), at=NOW)
    unlocking.confirm_unlock(hold_row(asked), actor=province.account("quan-ly-2"), at=NOW)
    assert (sheet.state, sheet.return_reason, deadline_of(sheet)) == ("draft", "Thiếu phụ lục", later)
    assert [str(subject_of(request)) for request in confirmed_unlocks(sheet.round)] == [
        "phiếu đã gửi của Sở Tư pháp"
    ]


def test_a_return_is_asked_for_once(sheet, province):
    manager, later = province.account("quan-ly"), NOW + timedelta(days=3)
    unlocking.request_return(hold_row(sheet), "Thiếu phụ lục", later, actor=manager, at=NOW)
    with pytest.raises(Conflict, match="đang chờ"):
        unlocking.request_return(hold_row(sheet), "Lần nữa", later, actor=province.account("quan-ly-2"), at=NOW)


def test_a_return_whose_time_has_passed_is_not_confirmed(sheet, province):
    later = NOW + timedelta(days=3)
    asked = unlocking.request_return(hold_row(sheet), "Thiếu phụ lục", later, actor=province.account("quan-ly"), at=NOW)
    with pytest.raises(Refused, match="Thời hạn mới"):
        unlocking.confirm_unlock(hold_row(asked), actor=province.account("quan-ly-2"), at=later)
    assert (asked.state, sheet.state) == ("pending", "submitted")


@pytest.fixture
def round_(told, app, ctx, province):
    return db.session.get(Round, told("concluded", lambda: stages.concluded(app, province)))


def test_a_concluded_round_is_opened_by_two_managers_and_keeps_what_was_frozen(round_, province):
    first = record_of(round_)
    asked = unlocking.request_reopening(hold_row(round_), "Sai sót", actor=province.account("quan-ly"), at=NOW)
    assert round_.state == "concluded"
    unlocking.confirm_unlock(hold_row(asked), actor=province.account("quan-ly-2"), at=NOW)
    db.session.flush()
    results = db.session.query(Result).filter_by(round_id=round_.id).count()
    assert (round_.state, round_.published_at, results, record_of(round_)) == ("consolidated", None, 0, first)
    conclude_round(round_, province)
    db.session.flush()
    again = record_of(round_)
    assert (again.number, "Sai sót" in again.content, prove(round_).holds) == (2, True, True)


def test_only_a_concluded_round_is_opened_again(sheet, province):
    with pytest.raises(Conflict):
        unlocking.request_reopening(hold_row(sheet.round), "Sai sót", actor=province.account("quan-ly"), at=NOW)


def test_an_unlock_is_confirmed_by_managers_only(round_, province):
    asked = unlocking.request_reopening(hold_row(round_), "Sai sót", actor=province.account("quan-ly"), at=NOW)
    for name in ("quan-tri", "td-nv", "tp-duyet"):
        with pytest.raises(NotAllowed):
            unlocking.confirm_unlock(hold_row(asked), actor=province.account(name), at=NOW)
    assert (asked.state, round_.state) == ("pending", "concluded")


def test_who_is_the_only_manager_is_told_to_make_a_second_one_first(round_, province):
    province.account("quan-ly-2").active = False
    with pytest.raises(Conflict, match="tài khoản quản lý thứ hai"):
        unlocking.request_reopening(hold_row(round_), "Sai sót", actor=province.account("quan-ly"), at=NOW)
    assert db.session.query(UnlockRequest).count() == 0
