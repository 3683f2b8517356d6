"""tests/unheld.py: a request that writes what a freeze reads, and holds nothing, does not pass the suite."""

import pytest

from app.extensions import db
from app.holding import hold_row
from tests.province import open_round, score_of, sheet_of


@pytest.fixture
def score(app, province):
    with app.test_request_context("/", method="POST"):
        yield score_of(sheet_of(open_round(province), province, "SO-TP"), "1.1")


def test_a_score_written_unheld_in_a_request_fails(score):
    score.explanation = "Quên giữ"
    with pytest.raises(AssertionError, match="without being held"):
        db.session.flush()
    db.session.rollback()


def test_a_score_written_while_it_is_held_passes(score):
    hold_row(score).row.explanation = "Đã giữ"
    db.session.flush()
