"""app/scoring/operations/appraisals.py: who scores what, sending, locks, unlocking, imports."""

from datetime import timedelta
from decimal import Decimal

import pytest

from app import accounts
from app.errors import Conflict, NotAllowed, NotInScope, Refused
from app.extensions import db
from app.holding import hold_row
from app.models import AuditEvent
from app.scoring.models import Assignment
from app.scoring.operations import appraisals, assignments, preparation
from app.scoring.operations.appraisals import Verdict
from app.scoring.queries.appraisals import get_task, get_work
from app.scoring.queries.assigned import Coverage
from app.scoring.queries.hints import suggestions
from app.scoring.queries.queue import queue_of, task_to_save
from app.scoring.queries.sheets import suggestion_for
from tests.province import (
    NOW,
    appraise_everything,
    begin_appraisal,
    open_round,
    score_of,
    sheet_of,
)
from tests.scoring.operations.appraising import account_of, everything_but, save, send


def test_a_difference_is_kept_and_owes_a_reason(province, round_):
    task = save(province, round_, "1.2", Verdict(Decimal("0.5")))
    assert (task.differs, task.needs_reason) == (True, True)
    again = save(province, round_, "1.2", Verdict(Decimal("0.5"), reason="Thiếu"), version=1)
    assert (again.differs, again.needs_reason) == (True, False)


@pytest.mark.parametrize(
    ("code", "verdict", "differs"),
    [
        ("1.2", Verdict(Decimal("1.000")), False),
        ("1.2", Verdict(None, not_applicable=True), True),
        ("1.3", Verdict(None, not_applicable=True), False),
        ("1.3", Verdict(Decimal(0)), True),
        ("1.1", Verdict(Decimal(0)), True),
        ("1.4", Verdict(Decimal(1)), False),
    ],
)
def test_what_differs_is_what_the_unit_did_not_say(province, round_, code, verdict, differs):
    assert save(province, round_, code, verdict).differs is differs


def test_a_sheet_never_sent_owes_no_reasons(province, round_):
    score_of(sheet_of(round_, province, "SO-TC"), "1.2").self_points = Decimal(2)
    assert save(province, round_, "1.2", Verdict(Decimal(0)), agency="SO-TC").differs is False


def test_the_older_version_does_not_overwrite_the_newer(province, round_):
    save(province, round_, "1.2", Verdict(Decimal(1)))
    with pytest.raises(Conflict):
        save(province, round_, "1.2", Verdict(Decimal(2)))


@pytest.mark.parametrize("points", [None, Decimal(-1), Decimal("2.001")])
def test_points_stay_between_nothing_and_the_maximum(province, round_, points):
    with pytest.raises(Refused):
        save(province, round_, "1.2", Verdict(points))


def test_nobody_scores_with_the_work_of_another(province, round_):
    task = get_task(province.account("td-nv"), score_of(sheet_of(round_, province, "SO-TP"), "1.2").id)
    work = get_work(province.account("td-nv"), round_.id)
    for name in ("td-tp", "quan-ly", "tp-nhap"):
        with pytest.raises(NotAllowed):
            appraisals.save_appraisal(
                task, hold_row(work), Verdict(Decimal(1)), version=0, actor=province.account(name), at=NOW
            )


def test_sending_needs_every_score(province, round_):
    everything_but(province, round_, "1.2")
    with pytest.raises(Conflict, match="Còn 1 tiêu chí"):
        send(province, round_)


def test_sending_needs_every_reason(province, round_):
    everything_but(province, round_, "1.2")
    save(province, round_, "1.2", Verdict(Decimal(0)))
    with pytest.raises(Conflict, match="Còn 1 tiêu chí"):
        send(province, round_)
    save(province, round_, "1.2", Verdict(Decimal(0), reason="Không có báo cáo"), version=1)
    assert send(province, round_) == f"TD-2026-{round_.id}-{province.accounts['td-nv']}"


def test_after_the_deadline_nothing_is_scored_and_what_is_complete_is_sent(province, round_):
    person = province.account("td-nv")
    appraise_everything(round_, province, "td-nv", send=False)
    round_.appraisal_deadline = NOW - timedelta(seconds=1)
    with pytest.raises(Conflict, match="Đã hết thời hạn thẩm định"):
        save(province, round_, "1.2", Verdict(Decimal(1)), version=1)
    task = get_task(person, score_of(sheet_of(round_, province, "SO-TP"), "1.2").id)
    with pytest.raises(Conflict, match="Đã hết thời hạn thẩm định"):
        appraisals.take_over([task], hold_row(get_work(person, round_.id)), actor=person, at=NOW)
    assert send(province, round_).startswith("TD-2026")


def test_a_manager_moves_the_deadline_and_scoring_goes_on(province, round_):
    round_.appraisal_deadline = NOW - timedelta(seconds=1)
    later = round_.entry_deadline + timedelta(days=9)
    preparation.change_deadlines(
        hold_row(round_), round_.entry_deadline, later, actor=province.account("quan-ly"), at=NOW
    )
    assert save(province, round_, "1.2", Verdict(Decimal(1))).scored is True


def test_sending_waits_for_a_returned_sheet(province, round_):
    appraise_everything(round_, province, "td-nv", send=False)
    sheet_of(round_, province, "SO-TC").state = "draft"
    with pytest.raises(Conflict, match="đang trả lại"):
        send(province, round_)


def test_sending_locks_the_account_once_no_work_is_open(province, round_):
    appraise_everything(round_, province, "td-nv")
    person = province.account("td-nv")
    assert (person.locked_at, person.lock_reason) == (NOW, "Đã gửi kết quả thẩm định: CCHC 2026")
    assert send(province, round_) == send(province, round_)


@pytest.mark.parametrize(("by_sending", "still_locked"), [(True, False), (False, True)])
def test_the_next_appraisal_opens_what_sending_locked_and_no_other_lock(
    province, round_, by_sending, still_locked
):
    person = province.account("td-tp")
    accounts.lock_account(person, "Khóa", actor=None, at=NOW, by_sending=by_sending)
    tasks, group = open_round(province, "htnv"), province.group("so")
    assignments.assign(hold_row(tasks), person, group, None, actor=province.account("quan-ly"), at=NOW)
    begin_appraisal_of_all(tasks, province)
    reasons = [
        event.changes["reason"] for event in db.session.query(AuditEvent).filter_by(action="account_unlocked")
    ]
    assert (person.locked_at is not None, person.lock_reason is not None, reasons) == (
        still_locked,
        still_locked,
        [] if still_locked else ["có kỳ thẩm định mới"],
    )


def test_sending_again_in_the_next_year_locks_again(province, round_):
    for name in ("td-nv", "td-tp"):
        appraise_everything(round_, province, name)
    following = open_round(province, period="2027")
    assert province.account("td-nv").locked_by_sending is True
    begin_appraisal(following, province)
    assert [province.account(name).locked_at for name in ("td-nv", "td-tp")] == [None, None]
    appraise_everything(following, province, "td-nv")
    assert [province.account(name).locked_at for name in ("td-nv", "td-tp")] == [NOW, None]


def test_new_work_during_appraisal_opens_the_account_too(province, round_):
    third = account_of(province, "td-ba")
    accounts.lock_account(third, "Đã gửi", actor=None, at=NOW, by_sending=True)
    manager, group = province.account("quan-ly"), province.group("so")
    assignments.assign(hold_row(round_), third, group, None, actor=manager, at=NOW)
    assert (third.locked_at, third.lock_reason, third.locked_by_sending) == (None, None, False)


def test_a_second_open_work_keeps_the_account_open(province, round_):
    tasks = open_round(province, "htnv")
    person, group = province.account("td-tp"), province.group("so")
    assignments.assign(hold_row(tasks), person, group, None, actor=province.account("quan-ly"), at=NOW)
    begin_appraisal_of_all(tasks, province)
    appraise_everything(round_, province, "td-tp")
    assert person.locked_at is None
    appraise_everything(tasks, province, "td-tp")
    assert person.locked_at == NOW


def begin_appraisal_of_all(round_, province) -> None:
    own = [province.agency("SO-TP")]
    manager, group = province.account("quan-ly"), province.group("so")
    assignments.assign(hold_row(round_), province.account("td-nv"), group, None, own, actor=manager, at=NOW)
    begin_appraisal(round_, province)


def test_the_round_consolidates_when_the_last_appraiser_has_sent(province, round_):
    appraise_everything(round_, province, "td-nv")
    assert round_.state == "appraising"
    appraise_everything(round_, province, "td-tp")
    assert (round_.state, sheet_of(round_, province, "SO-TC").state) == ("consolidated", "appraised")


def test_unlocking_resumes_the_round_and_its_sheets(province, round_):
    for name in ("td-nv", "td-tp"):
        appraise_everything(round_, province, name)
    work, manager = get_work(province.account("td-nv"), round_.id), province.account("quan-ly")
    appraisals.unlock_work(hold_row(work.round), hold_row(work), "Chấm nhầm", actor=manager, at=NOW)
    db.session.commit()
    assert (work.state, work.unlock_reason, round_.state) == ("open", "Chấm nhầm", "appraising")
    assert (province.account("td-nv").locked_at, sheet_of(round_, province, "SO-TC").state) == (
        None,
        "appraising",
    )
    send(province, round_)
    assert round_.state == "consolidated"


@pytest.mark.parametrize(
    ("name", "reason", "refusal"),
    [("quan-ly", " ", Refused), ("td-tp", "Xin mở", NotAllowed), ("quan-tri", "Xin mở", NotAllowed)],
)
def test_unlocking_needs_a_manager_and_a_reason(province, round_, name, reason, refusal):
    appraise_everything(round_, province, "td-nv")
    work = get_work(province.account("td-nv"), round_.id)
    with pytest.raises(refusal):
        appraisals.unlock_work(hold_row(work.round), hold_row(work), reason, actor=province.account(name), at=NOW)


def test_open_work_and_concluded_rounds_are_not_unlocked(province, round_):
    work, manager = get_work(province.account("td-nv"), round_.id), province.account("quan-ly")
    with pytest.raises(Conflict, match="chưa gửi"):
        appraisals.unlock_work(hold_row(work.round), hold_row(work), "Xin mở", actor=manager, at=NOW)
    appraise_everything(round_, province, "td-nv")
    round_.state = "concluded"
    with pytest.raises(Conflict, match="đã kết luận"):
        appraisals.unlock_work(hold_row(work.round), hold_row(work), "Xin mở", actor=manager, at=NOW)


def test_nobody_ever_appraises_their_own_agency(province, round_):
    person = province.account("td-nv")
    own = sheet_of(round_, province, "SO-NV").id
    assert own not in {place.sheet_id for place in queue_of(person, round_).places}
    assert own not in {item.sheet_id for item in Coverage(round_).items_of(person.id)}
    for find in (get_task, task_to_save):
        with pytest.raises(NotInScope):
            find(person, score_of(sheet_of(round_, province, "SO-NV"), "1.2").id)


def test_the_queue_is_what_coverage_assigns(province, round_):
    for name in ("td-nv", "td-tp"):
        person = province.account(name)
        places = [place.score_id for place in queue_of(person, round_).places]
        assert places == [item.score_id for item in Coverage(round_).items_of(person.id)]


def test_an_assignment_may_be_for_single_agencies(province, round_):
    for assignment in db.session.query(Assignment).filter_by(appraiser_id=province.accounts["td-tp"]):
        assignment.agencies = [province.agency("SO-TC")]
    db.session.commit()
    sheets = {place.sheet_id for place in queue_of(province.account("td-tp"), round_).places}
    assert sheets == {sheet_of(round_, province, "SO-TC").id}
    with pytest.raises(NotInScope):
        get_task(province.account("td-tp"), score_of(sheet_of(round_, province, "SO-NV"), "2.1").id)


def test_leaves_that_do_not_apply_or_come_from_a_survey_are_nobodys(province, round_):
    appraised = {
        place.criterion_id
        for name in ("td-nv", "td-tp")
        for place in queue_of(province.account(name), round_).places
    }
    survey = score_of(sheet_of(round_, province, "SO-TP"), "1.5").criterion_id
    reviewed = score_of(sheet_of(round_, province, "SO-TC"), "2.2")
    places = queue_of(province.account("td-tp"), round_).places
    assert (survey in appraised, reviewed.id in {place.score_id for place in places}) == (False, False)


def test_undisputed_points_are_taken_over_and_counted_on_the_trail(province, round_):
    person = province.account("td-nv")
    score = score_of(sheet_of(round_, province, "SO-TP"), "1.2")
    score.figure_a, score.figure_b = Decimal(9), Decimal(10)
    work, task = get_work(person, round_.id), get_task(person, score.id)
    assert appraisals.take_over([task], hold_row(work), actor=person, at=NOW) == 1
    db.session.commit()
    assert db.session.query(AuditEvent).filter_by(action="self_points_taken").one().changes == {"scores": 1}
    with pytest.raises(Conflict):
        appraisals.take_over([get_task(person, score.id)], hold_row(work), actor=person, at=NOW)


def test_a_linked_leafs_suggestion_is_the_one_that_the_unit_sees(province, round_):
    tasks_round = open_round(province, "htnv")
    person = province.account("td-nv")
    appraise_everything(round_, province, "td-nv")
    score = score_of(sheet_of(tasks_round, province, "SO-TP"), "2.1")
    task = get_task(person, score.id)
    assert suggestions([task]) == {score.id: suggestion_for(score)}
    assert suggestion_for(score).points is not None


def test_points_off_the_suggestion_are_not_taken_over(province, round_):
    person = province.account("td-nv")
    score = score_of(sheet_of(round_, province, "SO-TP"), "1.2")
    score.figure_a, score.figure_b = Decimal(10), Decimal(10)
    with pytest.raises(Conflict):
        appraisals.take_over([get_task(person, score.id)], hold_row(get_work(person, round_.id)), actor=person, at=NOW)
