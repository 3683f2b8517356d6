"""Terms of a round: deadlines that lie ahead and in order, surveys that follow them, days for an explanation."""

from datetime import timedelta

import pytest

from app.errors import Conflict, NotAllowed, Refused
from app.extensions import db
from app.holding import hold_row
from app.scoring.models import CriteriaSet, Round
from app.scoring.operations import deadlines, preparation, rounds, surveys
from app.scoring.queries.surveys import campaigns_of
from tests.province import DEADLINE, NOW, open_round

LATER = DEADLINE + timedelta(days=10)
LAST = DEADLINE + timedelta(days=20)


@pytest.fixture
def manager(ctx, province):
    return province.account("quan-ly")


@pytest.fixture
def round_(manager, province):
    return open_round(province)


def closings(round_):
    return [campaign.closes_at for campaign in campaigns_of(round_)]


def move(round_, manager, entry, appraisal=None):
    moved = deadlines.change_deadlines(hold_row(round_), entry, appraisal, actor=manager, at=NOW)
    db.session.flush()
    return moved


def test_surveys_that_closed_with_the_old_deadline_close_with_the_new_one(round_, manager):
    assert closings(round_) == [DEADLINE]
    assert (move(round_, manager, LATER), closings(round_)) == (1, [LATER])
    assert (move(round_, manager, LATER, LAST), closings(round_)) == (1, [LAST])


def test_a_survey_that_closes_with_the_entry_deadline_stays_with_it(round_, manager):
    move(round_, manager, DEADLINE, LAST)
    campaign = campaigns_of(round_)[0]
    surveys.set_closing(hold_row(campaign), DEADLINE, actor=manager, at=NOW)
    assert (move(round_, manager, LATER, LAST), closings(round_)) == (1, [LATER])


def test_a_survey_with_a_closing_of_its_own_keeps_it(round_, manager):
    own = DEADLINE - timedelta(days=1)
    surveys.set_closing(hold_row(campaigns_of(round_)[0]), own, actor=manager, at=NOW)
    assert (move(round_, manager, LATER), closings(round_)) == (0, [own])


def test_the_same_minute_is_no_change_and_writes_nothing(round_, manager):
    round_.entry_deadline = DEADLINE.replace(second=41)
    db.session.commit()
    assert move(round_, manager, DEADLINE.replace(second=0, microsecond=0)) == 0
    assert (list(db.session.dirty), round_.entry_deadline.second) == ([], 41)


@pytest.mark.parametrize(
    ("entry", "appraisal", "field"),
    [
        (NOW, None, "entry_deadline"),
        (LATER, NOW - timedelta(days=1), "appraisal_deadline"),
        (LATER, LATER, "appraisal_deadline"),
        (LATER, DEADLINE, "appraisal_deadline"),
    ],
)
def test_deadlines_lie_ahead_and_in_order_in_every_state(round_, manager, entry, appraisal, field):
    for state in ("preparing", "open"):
        round_.state = state
        with pytest.raises(Refused) as refusal:
            move(round_, manager, entry, appraisal)
        assert refusal.value.field == field


@pytest.mark.parametrize("entry, appraisal", [(NOW, None), (LATER, LATER), (LATER, DEADLINE)])
def test_a_round_is_not_made_with_deadlines_that_could_not_be_set(manager, province, entry, appraisal):
    with pytest.raises(Refused):
        rounds.create_round(
            programme="cchc", period="2030", name="CCHC 2030", sets={}, actor=manager, at=NOW,
            entry_deadline=entry, appraisal_deadline=appraisal,
        )  # fmt: skip
    assert db.session.query(Round).count() == 0


def test_a_round_whose_deadline_has_passed_is_not_opened(manager, province):
    sets = {province.group("so"): db.session.get(CriteriaSet, province.reform_set)}
    made = rounds.create_round(
        programme="cchc", period="2030", name="CCHC 2030", sets=sets, actor=manager, at=NOW, entry_deadline=DEADLINE
    )
    with pytest.raises(Conflict, match="Hạn tự đánh giá đã qua"):
        rounds.open_round(hold_row(made), actor=manager, at=DEADLINE)
    made.tie_break = ["9"]
    with pytest.raises(Conflict, match="Lĩnh vực “9”"):
        rounds.open_round(hold_row(made), actor=manager, at=NOW)


def test_days_for_an_explanation_change_until_the_conclusion(round_, manager, province):
    round_.state = "consolidated"
    deadlines.set_explanation_days(hold_row(round_), 60, actor=manager)
    assert round_.explanation_days == 60
    for days in (0, 61, 5000):
        with pytest.raises(Refused):
            deadlines.set_explanation_days(hold_row(round_), days, actor=manager)
    with pytest.raises(NotAllowed):
        deadlines.set_explanation_days(hold_row(round_), 7, actor=province.account("tp-nhap"))
    round_.state = "concluded"
    with pytest.raises(Conflict):
        deadlines.set_explanation_days(hold_row(round_), 7, actor=manager)


def test_ties_are_broken_by_fields_that_every_set_of_the_round_has(round_, manager, province):
    round_.state = "preparing"
    other = db.session.get(CriteriaSet, province.task_set)
    other.programme, other.groups = "cchc", [province.group("xa")]
    preparation.set_groups(hold_row(round_), {province.group("xa"): other}, actor=manager, at=NOW)
    values = {"tie_break": ["2", "1"]}
    preparation.change_round(hold_row(round_), values, actor=manager, at=NOW)
    with pytest.raises(Refused) as refusal:  # the other set has no field 3
        preparation.change_round(hold_row(round_), {"tie_break": ["3"]}, actor=manager, at=NOW)
    assert (refusal.value.field, round_.tie_break) == ("tie_break", ["2", "1"])


def test_a_survey_is_not_closed_in_the_past_but_may_be_closed_at_once(round_, manager):
    held = hold_row(campaigns_of(round_)[0])
    held.row.opens_at = NOW - timedelta(days=2)
    with pytest.raises(Refused):
        surveys.set_closing(held, NOW - timedelta(days=1), actor=manager, at=NOW)
    this_minute = NOW.replace(second=0, microsecond=0)
    surveys.set_closing(held, this_minute, actor=manager, at=NOW)
    assert held.row.closes_at == this_minute
