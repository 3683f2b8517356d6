"""app/scoring/operations/appraisals.py and assignments.py: who scores what, sending, locks, unlocking."""

from datetime import timedelta
from decimal import Decimal

import pytest

from app import accounts
from app.errors import Conflict, NotAllowed, NotInScope, Refused
from app.extensions import db
from app.models import AuditEvent
from app.scoring.models import Appraisal, Assignment, Round
from app.scoring.operations import appraisals, assignments, preparation, rounds
from app.scoring.operations.appraisals import Verdict
from app.scoring.operations.scores import import_scores
from app.scoring.queries.appraisals import Task, get_task, get_work, round_works
from app.scoring.queries.assigned import Coverage
from app.scoring.queries.hints import suggestions
from app.scoring.queries.queue import queue_of, task_to_save
from app.scoring.queries.sheets import suggestion_for
from app.scoring.queries.standings import round_standings
from app.scoring.queries.works import work_lines
from tests.province import (
    NOW,
    appraise_everything,
    begin_appraisal,
    open_round,
    score_of,
    sheet_of,
)


@pytest.fixture
def round_(told, ctx, province):
    """In appraisal; Sở Tư pháp has sent 1 at 1.2 and claims that 1.3 does not apply."""
    return db.session.get(Round, told("in appraisal, one claim", lambda: _in_appraisal(province)))


def _in_appraisal(province) -> int:
    made = open_round(province)
    sheet = sheet_of(made, province, "SO-TP")
    score_of(sheet, "1.2").self_points = Decimal(1)
    score_of(sheet, "1.3").na_claimed = True
    sheet.state, sheet.submitted_at, sheet.receipt_number = "submitted", NOW, "TDG-1"
    db.session.commit()
    begin_appraisal(made, province)
    return made.id


def save(province, round_, code, verdict, name="td-nv", agency="SO-TP", version=0) -> Task:
    person = province.account(name)
    task = get_task(person, score_of(sheet_of(round_, province, agency), code).id)
    work = get_work(person, round_.id)
    appraisals.save_appraisal(task, work, verdict, version=version, actor=person, at=NOW)
    return task


def everything_but(province, round_, code, name="td-nv") -> None:
    """All of the appraiser's scores, with reasons, except that leaf of Sở Tư pháp; nothing is sent."""
    appraise_everything(round_, province, name, send=False)
    score = score_of(sheet_of(round_, province, "SO-TP"), code)
    db.session.query(Appraisal).filter_by(score_id=score.id).delete()
    db.session.commit()


def send(province, round_, name="td-nv") -> str:
    person = province.account(name)
    return appraisals.send_work(get_work(person, round_.id), actor=person, at=NOW)


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
                task, work, Verdict(Decimal(1)), version=0, actor=province.account(name), at=NOW
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
        appraisals.take_over([task], get_work(person, round_.id), actor=person, at=NOW)
    assert send(province, round_).startswith("TD-2026")


def test_a_manager_moves_the_deadline_and_scoring_goes_on(province, round_):
    round_.appraisal_deadline = NOW - timedelta(seconds=1)
    later = round_.entry_deadline + timedelta(days=9)
    preparation.change_deadlines(
        round_, round_.entry_deadline, later, actor=province.account("quan-ly"), at=NOW
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
    assignments.assign(tasks, person, group, None, actor=province.account("quan-ly"), at=NOW)
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
    assignments.assign(round_, third, group, None, actor=manager, at=NOW)
    assert (third.locked_at, third.lock_reason, third.locked_by_sending) == (None, None, False)


def test_a_second_open_work_keeps_the_account_open(province, round_):
    tasks = open_round(province, "htnv")
    person, group = province.account("td-tp"), province.group("so")
    assignments.assign(tasks, person, group, None, actor=province.account("quan-ly"), at=NOW)
    begin_appraisal_of_all(tasks, province)
    appraise_everything(round_, province, "td-tp")
    assert person.locked_at is None
    appraise_everything(tasks, province, "td-tp")
    assert person.locked_at == NOW


def begin_appraisal_of_all(round_, province) -> None:
    own = [province.agency("SO-TP")]
    manager, group = province.account("quan-ly"), province.group("so")
    assignments.assign(round_, province.account("td-nv"), group, None, own, actor=manager, at=NOW)
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
    appraisals.unlock_work(work, "Chấm nhầm", actor=manager, at=NOW)
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
        appraisals.unlock_work(work, reason, actor=province.account(name), at=NOW)


def test_open_work_and_concluded_rounds_are_not_unlocked(province, round_):
    work, manager = get_work(province.account("td-nv"), round_.id), province.account("quan-ly")
    with pytest.raises(Conflict, match="chưa gửi"):
        appraisals.unlock_work(work, "Xin mở", actor=manager, at=NOW)
    appraise_everything(round_, province, "td-nv")
    round_.state = "concluded"
    with pytest.raises(Conflict, match="đã kết luận"):
        appraisals.unlock_work(work, "Xin mở", actor=manager, at=NOW)


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
    assert appraisals.take_over([task], work, actor=person, at=NOW) == 1
    db.session.commit()
    assert db.session.query(AuditEvent).filter_by(action="self_points_taken").one().changes == {"scores": 1}
    with pytest.raises(Conflict):
        appraisals.take_over([get_task(person, score.id)], work, actor=person, at=NOW)


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
        appraisals.take_over([get_task(person, score.id)], get_work(person, round_.id), actor=person, at=NOW)


def test_assigning_widens_the_same_assignment(province, ctx):
    made, manager = open_round(province), province.account("quan-ly")
    person, group = province.account("td-tp"), province.group("so")
    first = assignments.assign(made, person, group, None, [province.agency("SO-TC")], actor=manager, at=NOW)
    second = assignments.assign(made, person, group, None, [province.agency("SO-NV")], actor=manager, at=NOW)
    assert (second.id, {agency.code for agency in second.agencies}) == (first.id, {"SO-NV", "SO-TC"})
    assert assignments.assign(made, person, group, None, actor=manager, at=NOW).agencies == []


@pytest.mark.parametrize("name", ["tp-nhap", "quan-ly-2"])
def test_only_appraisers_are_assigned(province, ctx, name):
    made = open_round(province)
    with pytest.raises(Refused):
        assignments.assign(
            made,
            province.account(name),
            province.group("so"),
            None,
            actor=province.account("quan-ly"),
            at=NOW,
        )


def test_only_managers_assign_and_only_before_consolidation(province, round_):
    person, group = province.account("td-tp"), province.group("so")
    with pytest.raises(NotAllowed):
        assignments.assign(round_, person, group, None, actor=province.account("tp-nhap"), at=NOW)
    round_.state = "consolidated"
    with pytest.raises(Conflict):
        assignments.assign(round_, person, group, None, actor=province.account("quan-ly"), at=NOW)


def test_a_group_or_leaf_outside_the_round_is_not_assigned(province, round_):
    person, manager = province.account("td-tp"), province.account("quan-ly")
    with pytest.raises(Refused):
        assignments.assign(round_, person, province.group("xa"), None, actor=manager, at=NOW)
    foreign = open_round(province, "htnv").sets[0].criteria_set.criteria[0]
    with pytest.raises(Refused):
        assignments.assign(round_, person, province.group("so"), foreign, actor=manager, at=NOW)


def test_an_appraiser_who_has_sent_gets_no_new_assignment_before_unlocking(province, round_):
    appraise_everything(round_, province, "td-tp")
    person, manager = province.account("td-tp"), province.account("quan-ly")
    with pytest.raises(Conflict, match="mở khóa"):
        assignments.assign(round_, person, province.group("so"), None, actor=manager, at=NOW)


def test_appraisal_does_not_begin_with_a_leaf_uncovered(province, ctx):
    made, manager = open_round(province), province.account("quan-ly")
    for assignment in db.session.query(Assignment).filter_by(round_id=made.id):
        assignments.unassign(assignment, actor=manager, at=NOW)
    with pytest.raises(Conflict, match="chưa có người thẩm định"):
        rounds.begin_appraisal(made, actor=manager, at=NOW)


def assignment_of(round_, province, name: str, code: str) -> Assignment:
    return next(
        assignment
        for assignment in db.session.query(Assignment).filter_by(round_id=round_.id)
        if assignment.appraiser_id == province.accounts[name]
        and assignment.criterion is not None
        and assignment.criterion.code == code
    )


def given_by(province, name: str) -> list[tuple[str, str]]:
    found = db.session.query(Appraisal).filter_by(appraiser_id=province.accounts[name])
    return sorted((a.score.sheet.agency.code, a.score.criterion.code) for a in found)


def test_what_was_given_goes_with_the_assignment_and_stands_on_the_trail(province, round_):
    save(province, round_, "1.2", Verdict(Decimal("0.5")))
    save(province, round_, "1.3", Verdict(None, not_applicable=True))
    save(province, round_, "2.1", Verdict(Decimal(1)))
    assignments.unassign(
        assignment_of(round_, province, "td-nv", "1"), actor=province.account("quan-ly"), at=NOW
    )
    db.session.commit()
    event = db.session.query(AuditEvent).filter_by(action="appraisals_removed").one()
    assert (given_by(province, "td-nv"), event.actor_id, event.changes) == (
        [("SO-TP", "2.1")],
        province.accounts["quan-ly"],
        {"count": 2, "points": ["Sở Tư pháp, 1.2: 0.5", "Sở Tư pháp, 1.3: không áp dụng"]},
    )


def test_scores_that_another_assignment_still_gives_are_kept(province, round_):
    save(province, round_, "1.2", Verdict(Decimal("0.5")))
    manager, group = province.account("quan-ly"), province.group("so")
    whole = assignments.assign(round_, province.account("td-nv"), group, None, actor=manager, at=NOW)
    assignments.unassign(assignment_of(round_, province, "td-nv", "1"), actor=manager, at=NOW)
    db.session.commit()
    assert given_by(province, "td-nv") == [("SO-TP", "1.2")]
    assignments.unassign(whole, actor=manager, at=NOW)
    assert given_by(province, "td-nv") == []


def test_the_assignment_of_an_appraiser_who_has_sent_stays_until_unlocked(province, round_):
    appraise_everything(round_, province, "td-nv")
    with pytest.raises(Conflict, match="hãy mở khóa trước"):
        assignments.unassign(
            assignment_of(round_, province, "td-nv", "1"), actor=province.account("quan-ly"), at=NOW
        )


def test_an_appraiser_left_with_nothing_has_no_work_and_the_round_waits_for_a_successor(province, round_):
    appraise_everything(round_, province, "td-tp")
    manager, person = province.account("quan-ly"), province.account("td-nv")
    for assignment in db.session.query(Assignment).filter_by(appraiser_id=person.id):
        assignments.unassign(assignment, actor=manager, at=NOW)
    db.session.commit()
    works = [work.appraiser.username for work in round_works(round_)]
    assert (works, round_.state) == (["td-tp"], "appraising")


def test_the_round_consolidates_when_the_last_who_had_not_sent_is_taken_off(province, round_):
    manager, group = province.account("quan-ly"), province.group("so")
    third = account_of(province, "td-ba")
    extra = assignments.assign(round_, third, group, None, actor=manager, at=NOW)
    db.session.commit()
    for name in ("td-nv", "td-tp"):
        appraise_everything(round_, province, name)
    assert round_.state == "appraising"
    assignments.unassign(extra, actor=manager, at=NOW)
    assert round_.state == "consolidated"


def account_of(province, username: str):
    """One more appraiser, of no agency."""
    made, _password = accounts.create_account(
        username=username,
        last_name="Trần Thị",
        first_name="Ba",
        email=f"{username}@chamdiem.invalid",
        account_type=accounts.APPRAISER,
        actor=province.account("quan-ly"),
        at=NOW,
    )
    return made


def test_an_assignment_given_to_another_takes_what_the_first_had_given_along(province, round_):
    save(province, round_, "1.2", Verdict(Decimal("0.5")))
    third, manager = account_of(province, "td-ba"), province.account("quan-ly")
    assignment = assignment_of(round_, province, "td-nv", "1")
    with db.session.no_autoflush:
        assignment.appraiser = third
        assignments.check_reassigned(assignment, actor=manager, at=NOW)
    db.session.commit()
    assert (given_by(province, "td-nv"), "td-ba" in {w.appraiser.username for w in round_works(round_)}) == (
        [],
        True,
    )


APPRAISALS = "agency_code,criterion_code,points,not_applicable,reason\nSO-TP,1.2,0.5,,Thiếu hồ sơ\n"


def test_imported_appraisals_count_at_once_and_are_their_importers_work(province, round_):
    manager = province.account("quan-ly")
    count, findings = import_scores(
        APPRAISALS.encode(), "diem.csv", round_, "appraisal", actor=manager, at=NOW
    )
    db.session.commit()
    assert (count, findings) == (1, [])
    line = next(line for line in round_standings(round_).lines if line.sheet.agency_name == "Sở Tư pháp")
    final = line.leaves[score_of(line.sheet, "1.2").criterion_id]
    assert final.points == Decimal("0.5")
    imported = next(work for work in work_lines(round_) if work.work.appraiser.username == "nhap-tu-tep")
    assert (imported.work.state, imported.total, imported.done) == ("sent", 1, 1)


def test_an_import_for_the_last_appraiser_finishes_the_round(province, round_):
    appraise_everything(round_, province, "td-tp")
    rows = ["agency_code,criterion_code,points,not_applicable,reason"]
    person = province.account("td-nv")
    sheets = {sheet_of(round_, province, code).id: code for code in province.agencies if code[:2] == "SO"}
    items = {item.score_id: item for item in Coverage(round_).items_of(person.id)}
    for sheet_id, code in sheets.items():
        for score in sheet_of(round_, province, code).scores:
            if score.id in items and score.sheet_id == sheet_id:
                rows.append(f"{code},{score.criterion.code},0,,Theo tệp")
    import_scores(
        "\n".join(rows).encode(), "diem.csv", round_, "appraisal", actor=None, at=NOW, appraiser=person
    )
    db.session.commit()
    assert ([work.state for work in round_works(round_)], round_.state) == (["sent", "sent"], "consolidated")
    assert (person.locked_by_sending, person.lock_reason) == (True, "Đã gửi kết quả thẩm định: CCHC 2026")
