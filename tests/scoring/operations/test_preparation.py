"""Settings of a round: sets, deadlines, bands, rules of showing and ties; deleting drafts."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from app.errors import Conflict, NotAllowed, Refused
from app.extensions import db
from app.holding import hold_row
from app.models import AuditEvent
from app.scoring.models import CriteriaSet, Criterion
from app.scoring.operations import assignments, criteria, preparation, rounds
from app.scoring.operations.preparation import BandEntry
from app.scoring.queries.assigned import assignments_of
from tests.province import DEADLINE, NOW, begin_appraisal, open_round

LATER = DEADLINE + timedelta(days=10)


@pytest.fixture
def manager(ctx, province):
    return province.account("quan-ly")


@pytest.fixture
def prepared(manager, province):
    return rounds.create_round(
        programme="cchc",
        period="2026",
        name="CCHC 2026",
        entry_deadline=DEADLINE,
        sets={province.group("so"): db.session.get(CriteriaSet, province.reform_set)},
        actor=manager,
        at=NOW,
    )


def events(action):
    db.session.flush()
    query = select(AuditEvent).where(AuditEvent.action == action).order_by(AuditEvent.id)
    return [event.changes for event in db.session.scalars(query)]


def refused(act, round_, *args, **kwargs):
    with pytest.raises(Refused) as refusal:
        act(hold_row(round_), *args, **kwargs)
    return refusal.value.field


def bands(*pairs):
    return [BandEntry(name, Decimal(lower)) for name, lower in pairs]


def test_bands_are_kept_from_high_to_low(prepared, manager):
    preparation.set_bands(hold_row(prepared), bands(("Đạt", "0"), ("Tốt", "79.5")), actor=manager, at=NOW)
    assert [(band.name, band.lower) for band in prepared.bands] == [("Tốt", Decimal("79.5")), ("Đạt", 0)]
    assert events("round_bands_set") == [{"bands": ["Tốt: 79.5", "Đạt: 0"]}]


@pytest.mark.parametrize(
    "wrong",
    [
        [],
        bands(("Tốt", "80")),
        bands(("Tốt", "0"), ("tốt ", "50")),
        bands(("Tốt", "0"), ("Khá", "0")),
        bands(("", "0")),
        bands(("Tốt", "0"), ("Quá", "100.5")),
    ],
)
def test_bands_that_leave_agencies_without_a_grade_are_refused(prepared, manager, wrong):
    assert refused(preparation.set_bands, prepared, wrong, actor=manager, at=NOW) == "bands"


def test_bands_of_an_open_round_stay(manager, province):
    with pytest.raises(Conflict):
        preparation.set_bands(hold_row(open_round(province)), bands(("Đạt", "0")), actor=manager, at=NOW)


def test_rules_of_showing_and_ties_are_kept(prepared, manager):
    preparation.set_rules(hold_row(prepared), places=3, tie_break=["2", "1"], explanation_days=7, actor=manager, at=NOW)
    assert (prepared.places, prepared.tie_break, prepared.explanation_days) == (3, ["2", "1"], 7)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"places": 4}, "places"),
        ({"explanation_days": 0}, "explanation_days"),
        ({"tie_break": ["9"]}, "tie_break"),
        ({"tie_break": ["1", "1"]}, "tie_break"),
    ],
)
def test_rules_out_of_bounds_are_refused(prepared, manager, values, field):
    kept = {"places": 2, "tie_break": [], "explanation_days": 5}
    assert refused(preparation.set_rules, prepared, **kept | values, actor=manager, at=NOW) == field


def test_a_deadline_moves_and_the_trail_says_from_where(prepared, manager):
    preparation.change_deadlines(hold_row(prepared), LATER, None, actor=manager, at=NOW)
    assert prepared.entry_deadline == LATER
    assert events("round_deadlines_changed") == [
        {"entry_deadline": [str(DEADLINE), str(LATER)], "appraisal_deadline": [None, None]}
    ]


def test_an_open_rounds_deadline_never_moves_into_the_past(manager, province):
    round_ = open_round(province)
    past = NOW - timedelta(minutes=1)
    field = refused(preparation.change_deadlines, round_, past, None, actor=manager, at=NOW)
    assert (field, round_.entry_deadline) == ("entry_deadline", DEADLINE)


def test_appraisal_ends_after_self_assessment(prepared, manager):
    field = refused(preparation.change_deadlines, prepared, LATER, DEADLINE, actor=manager, at=NOW)
    assert field == "appraisal_deadline"


def test_once_appraisal_has_begun_only_its_own_deadline_moves(manager, province):
    round_ = open_round(province)
    begin_appraisal(round_, province)
    preparation.change_deadlines(hold_row(round_), DEADLINE, LATER, actor=manager, at=NOW)
    assert round_.appraisal_deadline == LATER
    with pytest.raises(Conflict):
        preparation.change_deadlines(hold_row(round_), LATER, None, actor=manager, at=NOW)


def test_changing_a_groups_set_takes_its_old_assignments_away(prepared, manager, province):
    assignments.assign_by_sets(hold_row(prepared), actor=manager, at=NOW)
    copy = criteria.copy_set(db.session.get(CriteriaSet, province.reform_set), actor=manager, at=NOW)
    criteria.issue(hold_row(copy), actor=manager, at=NOW)
    preparation.set_groups(hold_row(prepared), {province.group("so"): copy}, actor=manager, at=NOW)
    db.session.flush()
    assert (assignments_of(prepared), [item.criteria_set_id for item in prepared.sets]) == ([], [copy.id])


def test_the_same_sets_again_keep_the_assignments(prepared, manager, province):
    made = assignments.assign_by_sets(hold_row(prepared), actor=manager, at=NOW)
    kept = db.session.get(CriteriaSet, province.reform_set)
    preparation.set_groups(hold_row(prepared), {province.group("so"): kept}, actor=manager, at=NOW)
    assert len(assignments_of(prepared)) == made


def test_a_round_is_renamed_to_a_name_that_is_free(prepared, manager, province):
    open_round(province, period="2025")
    assert refused(preparation.rename, prepared, "CCHC 2025", actor=manager, at=NOW) == "name"
    preparation.rename(hold_row(prepared), " CCHC cả năm ", actor=manager, at=NOW)
    assert prepared.name == "CCHC cả năm"


def test_settings_are_the_managers(prepared, province):
    clerk = province.account("tp-nhap")
    for act in (
        lambda: preparation.set_bands(hold_row(prepared), bands(("Đạt", "0")), actor=clerk, at=NOW),
        lambda: preparation.set_groups(hold_row(prepared), {}, actor=clerk, at=NOW),
        lambda: preparation.change_deadlines(hold_row(prepared), LATER, None, actor=clerk, at=NOW),
        lambda: preparation.rename(hold_row(prepared), "Tên", actor=clerk, at=NOW),
        lambda: preparation.set_rules(
            hold_row(prepared), places=2, tie_break=[], explanation_days=5, actor=clerk, at=NOW
        ),
    ):
        with pytest.raises(NotAllowed):
            act()


def test_a_draft_is_thrown_away_with_its_tree(manager, province):
    draft = criteria.copy_set(db.session.get(CriteriaSet, province.reform_set), actor=manager, at=NOW)
    heir = criteria.copy_set(draft, actor=manager, at=NOW)
    criteria.delete_draft(hold_row(draft), actor=manager, at=NOW)
    db.session.flush()
    left = db.session.scalars(select(Criterion.id).where(Criterion.criteria_set_id == draft.id)).all()
    assert (left, heir.copied_from_id) == ([], None)
    assert events("criteria_set_deleted") == [{"nodes": 12}]


def test_an_issued_set_is_never_thrown_away(manager, province):
    with pytest.raises(Conflict):
        criteria.delete_draft(hold_row(db.session.get(CriteriaSet, province.reform_set)), actor=manager, at=NOW)


def test_a_round_that_closes_on_a_leap_day_is_copied_all_the_same(prepared, manager):
    prepared.entry_deadline = datetime(2028, 2, 29, 10, tzinfo=UTC)
    copy = rounds.copy_round(prepared, actor=manager, at=NOW)
    assert copy.entry_deadline == datetime(2029, 2, 28, 10, tzinfo=UTC)
