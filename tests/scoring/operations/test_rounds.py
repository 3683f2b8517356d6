"""Acts on rounds that have an edge of their own."""

from app.extensions import db
from app.holding import hold_row
from app.scoring.models import CriteriaSet
from app.scoring.operations.rounds import create_round, open_round
from tests.province import DEADLINE, NOW


def test_a_round_can_be_opened_right_after_its_set_was_read_and_it_was_made(ctx, province):
    criteria_set = db.session.get(CriteriaSet, province.reform_set)
    assert len(criteria_set.criteria) == 12
    round_ = create_round(
        programme="cchc",
        period="2026",
        name="CCHC 2026",
        entry_deadline=DEADLINE,
        sets={province.group("so"): criteria_set},
        actor=None,
        at=NOW,
    )
    assert open_round(hold_row(round_), actor=None, at=NOW) == 3
