"""A sheet beside the agency's sheet of a year before: totals of what the unit scores itself, and row by row."""

from dataclasses import dataclass
from decimal import Decimal

from app.scoring.models import Score, Sheet
from app.scoring.queries.entry import previous_scores
from app.scoring.queries.sheets import Page, Row, self_standing
from app.scoring.queries.standings import leaf_of
from app.scoring.rules import Standing, Total, field_totals, total


@dataclass(frozen=True)
class FieldPair:
    """A field's total now and then; ``before`` is None where there was no such field."""

    code: str
    name: str
    now: Total
    before: Total | None


@dataclass(frozen=True)
class RowPair:
    row: Row
    before: Score | None

    @property
    def change(self) -> Decimal | None:
        """Points more than last year; None where one of the two has none."""
        now, then = self.row.score.self_points, self.before.self_points if self.before else None
        return None if now is None or then is None else now - then


@dataclass(frozen=True)
class Comparison:
    """``sheet`` is last year's. Both totals count the leaves that the unit scores itself, and no others."""

    sheet: Sheet
    before: dict[str, Score]
    rows: list[RowPair]
    total: Total
    total_before: Total
    fields: list[FieldPair]

    @property
    def is_complete(self) -> bool:
        """Every row of both years is scored, so that the totals can be compared."""
        return not self.total.unscored and not self.total_before.unscored

    @property
    def changed_first(self) -> list[RowPair]:
        """The greatest differences first, rows that cannot be compared last, each in the set's order."""
        return sorted(self.rows, key=lambda pair: -abs(pair.change) if pair.change is not None else 1)


def compare(page: Page) -> Comparison | None:
    """None for an agency without an earlier sheet of the programme; two statements."""
    before = previous_scores(page.sheet)
    if not before:
        return None
    own = [row for row in page.rows if row.self_scored]
    now = [self_standing(row) for row in own]
    then = [_standing(score) for score in before.values() if score.criterion.assessed_by == "self"]
    return Comparison(
        next(iter(before.values())).sheet,
        before,
        [RowPair(row, before.get(row.criterion.code)) for row in own],
        total(now),
        total(then),
        _fields(page, now, then),
    )


def _standing(score: Score) -> Standing:
    return Standing(leaf_of(score.criterion), not score.na_claimed, None if score.na_claimed else score.self_points)


def _fields(page: Page, now: list[Standing], then: list[Standing]) -> list[FieldPair]:
    names = {row.criterion.code: row.criterion.name for row in page.rows}
    earlier = field_totals(then)
    return [
        FieldPair(code, names.get(code, ""), found, earlier.get(code)) for code, found in field_totals(now).items()
    ]
