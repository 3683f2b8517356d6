"""What became of each score, and when it counts as a difference."""

from decimal import Decimal

import pytest
from sqlalchemy import event

from app.extensions import db
from app.scoring.models import Criterion, Score, Sheet
from app.scoring.queries.outcomes import Outcome, round_outcomes
from app.scoring.queries.standings import finals
from app.scoring.rules import Final

ONE, TWO = Decimal(1), Decimal(2)
NOT_APPLICABLE = Final(False, None)


def _outcome(appraised, *, points=ONE, claimed=False, excluded=False, assessed_by="self", late=False):
    score = Score(
        self_points=points,
        na_claimed=claimed,
        na_by_rule=excluded,
        criterion=Criterion(assessed_by=assessed_by),
        sheet=Sheet(not_submitted=late),
    )
    return Outcome(score, Final(True, None), appraised)


@pytest.mark.parametrize(
    ("outcome", "differs"),
    [
        (_outcome(Final(True, ONE)), False),
        (_outcome(Final(True, TWO)), True),
        (_outcome(None), False),
        (_outcome(NOT_APPLICABLE, points=None, claimed=True), False),
        (_outcome(Final(True, ONE), points=None, claimed=True), True),
        (_outcome(NOT_APPLICABLE), True),
        (_outcome(Final(True, None)), True),
        (_outcome(Final(True, TWO), late=True), False),
        (_outcome(Final(True, TWO), points=None, assessed_by="council"), False),
        (_outcome(Final(True, TWO), points=None), True),
    ],
)
def test_a_difference_is_an_appraisal_that_is_not_the_units_own(outcome, differs):
    assert outcome.differs is differs


def test_finals_are_those_of_the_standings(appraised):
    expected = finals(appraised.round)
    found = round_outcomes(appraised.round)
    assert {
        sheet_id: {outcome.score.criterion_id: outcome.final for outcome in outcomes}
        for sheet_id, outcomes in found.items()
    } == expected


def test_one_sheet_alone_gives_the_same_as_the_round(appraised):
    sheet = appraised.sheet("SO-TP")
    alone, whole = round_outcomes(appraised.round, sheet), round_outcomes(appraised.round)
    assert alone == {sheet.id: whole[sheet.id]}


def test_statements_do_not_grow_with_the_sheets(appraised):
    sheet = appraised.sheet("SO-TP")
    assert _statements(lambda: round_outcomes(appraised.round)) == 6
    assert _statements(lambda: round_outcomes(appraised.round, sheet)) == 6


def _statements(read):
    said = []

    def count(_connection, _cursor, statement, *_rest):
        said.append(statement)

    event.listen(db.engine, "before_cursor_execute", count)
    try:
        read()
    finally:
        event.remove(db.engine, "before_cursor_execute", count)
    return len(said)
