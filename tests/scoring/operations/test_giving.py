"""app/scoring/operations/assignments.py and giving.py: who is given what, and what goes when it is taken back."""

from decimal import Decimal

import pytest

from app.errors import Conflict, NotAllowed, Refused
from app.extensions import db
from app.holding import hold_row
from app.models import AuditEvent
from app.scoring.models import Appraisal, Assignment
from app.scoring.operations import assignments, rounds
from app.scoring.operations.appraisals import Verdict
from app.scoring.queries.appraisals import round_works
from tests.province import (
    NOW,
    appraise_everything,
    open_round,
)
from tests.scoring.operations.appraising import account_of, save


def test_assigning_widens_the_same_assignment(province, ctx):
    made, manager = open_round(province), province.account("quan-ly")
    person, group = province.account("td-tp"), province.group("so")
    first = assignments.assign(hold_row(made), person, group, None, [province.agency("SO-TC")], actor=manager, at=NOW)
    second = assignments.assign(hold_row(made), person, group, None, [province.agency("SO-NV")], actor=manager, at=NOW)
    assert (second.id, {agency.code for agency in second.agencies}) == (first.id, {"SO-NV", "SO-TC"})
    assert assignments.assign(hold_row(made), person, group, None, actor=manager, at=NOW).agencies == []


@pytest.mark.parametrize("name", ["tp-nhap", "quan-ly-2"])
def test_only_appraisers_are_assigned(province, ctx, name):
    made = open_round(province)
    with pytest.raises(Refused):
        assignments.assign(
            hold_row(made),
            province.account(name),
            province.group("so"),
            None,
            actor=province.account("quan-ly"),
            at=NOW,
        )


def test_only_managers_assign_and_only_before_consolidation(province, round_):
    person, group = province.account("td-tp"), province.group("so")
    with pytest.raises(NotAllowed):
        assignments.assign(hold_row(round_), person, group, None, actor=province.account("tp-nhap"), at=NOW)
    round_.state = "consolidated"
    with pytest.raises(Conflict):
        assignments.assign(hold_row(round_), person, group, None, actor=province.account("quan-ly"), at=NOW)


def test_a_group_or_leaf_outside_the_round_is_not_assigned(province, round_):
    person, manager = province.account("td-tp"), province.account("quan-ly")
    with pytest.raises(Refused):
        assignments.assign(hold_row(round_), person, province.group("xa"), None, actor=manager, at=NOW)
    foreign = open_round(province, "htnv").sets[0].criteria_set.criteria[0]
    with pytest.raises(Refused):
        assignments.assign(hold_row(round_), person, province.group("so"), foreign, actor=manager, at=NOW)


def test_an_appraiser_who_has_sent_gets_no_new_assignment_before_unlocking(province, round_):
    appraise_everything(round_, province, "td-tp")
    person, manager = province.account("td-tp"), province.account("quan-ly")
    with pytest.raises(Conflict, match="mở khóa"):
        assignments.assign(hold_row(round_), person, province.group("so"), None, actor=manager, at=NOW)


def test_appraisal_does_not_begin_with_a_leaf_uncovered(province, ctx):
    made, manager = open_round(province), province.account("quan-ly")
    for assignment in db.session.query(Assignment).filter_by(round_id=made.id):
        assignments.unassign(hold_row(assignment), actor=manager, at=NOW)
    with pytest.raises(Conflict, match="chưa có người thẩm định"):
        rounds.begin_appraisal(hold_row(made), actor=manager, at=NOW)


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
        hold_row(assignment_of(round_, province, "td-nv", "1")), actor=province.account("quan-ly"), at=NOW
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
    whole = assignments.assign(hold_row(round_), province.account("td-nv"), group, None, actor=manager, at=NOW)
    assignments.unassign(hold_row(assignment_of(round_, province, "td-nv", "1")), actor=manager, at=NOW)
    db.session.commit()
    assert given_by(province, "td-nv") == [("SO-TP", "1.2")]
    assignments.unassign(hold_row(whole), actor=manager, at=NOW)
    assert given_by(province, "td-nv") == []


def test_the_assignment_of_an_appraiser_who_has_sent_stays_until_unlocked(province, round_):
    appraise_everything(round_, province, "td-nv")
    with pytest.raises(Conflict, match="hãy mở khóa trước"):
        assignments.unassign(
            hold_row(assignment_of(round_, province, "td-nv", "1")), actor=province.account("quan-ly"), at=NOW
        )


def test_an_appraiser_left_with_nothing_has_no_work_and_the_round_waits_for_a_successor(province, round_):
    appraise_everything(round_, province, "td-tp")
    manager, person = province.account("quan-ly"), province.account("td-nv")
    for assignment in db.session.query(Assignment).filter_by(appraiser_id=person.id):
        assignments.unassign(hold_row(assignment), actor=manager, at=NOW)
    db.session.commit()
    works = [work.appraiser.username for work in round_works(round_)]
    assert (works, round_.state) == (["td-tp"], "appraising")


def test_the_round_consolidates_when_the_last_who_had_not_sent_is_taken_off(province, round_):
    manager, group = province.account("quan-ly"), province.group("so")
    third = account_of(province, "td-ba")
    extra = assignments.assign(hold_row(round_), third, group, None, actor=manager, at=NOW)
    db.session.commit()
    for name in ("td-nv", "td-tp"):
        appraise_everything(round_, province, name)
    assert round_.state == "appraising"
    assignments.unassign(hold_row(extra), actor=manager, at=NOW)
    assert round_.state == "consolidated"


def test_an_assignment_given_to_another_takes_what_the_first_had_given_along(province, round_):
    save(province, round_, "1.2", Verdict(Decimal("0.5")))
    third, manager = account_of(province, "td-ba"), province.account("quan-ly")
    assignment = assignment_of(round_, province, "td-nv", "1")
    assignments.reassign(hold_row(assignment), third, actor=manager, at=NOW)
    db.session.commit()
    assert (given_by(province, "td-nv"), "td-ba" in {w.appraiser.username for w in round_works(round_)}) == (
        [],
        True,
    )
