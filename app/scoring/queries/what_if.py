"""What would come out: a criterion left out, or one score changed. Computed beside the data, never written."""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from sqlalchemy import Row

from app.errors import NotInScope, Refused
from app.scoring.queries.standings import Line, Standings, leaves_of_round, standings_of
from app.scoring.rules import Band, Entry, Final, field_totals, grade, rank, total


@dataclass(frozen=True)
class Change:
    """``without``: id of a leaf that counts for nobody. ``points`` at ``criterion_id`` for the sheet ``sheet_id``."""

    without: int | None = None
    sheet_id: int | None = None
    criterion_id: int | None = None
    points: Decimal | None = None

    def __bool__(self) -> bool:
        return self.without is not None or self.points is not None


@dataclass(frozen=True)
class Outlook:
    """One agency's line and where it would stand; ``moved`` counts the places won."""

    line: Line
    index: Fraction | None
    rank: int | None
    grade: str | None

    @property
    def moved(self) -> int:
        return self.line.rank - self.rank if self.line.rank and self.rank else 0


def outlooks(standings: Standings, group_id: int, change: Change) -> list[Outlook]:
    """The group's agencies in the order in which they would stand; one statement more than the standings."""
    leaves, round_ = leaves_of_round(standings.round), standings.round
    lines = next((lines for group, lines in standings.groups if group.id == group_id), None)
    if lines is None:
        raise NotInScope()
    _check(change, leaves, lines)
    changed = {line.sheet.id: standings_of(_finals(line, change), leaves) for line in lines}
    totals = {key: total(found) for key, found in changed.items()}
    ties = {key: field_totals(found) for key, found in changed.items()}
    ranks = rank(
        [
            Entry(
                key,
                totals[key].index,
                tuple(
                    ties[key][code].index if code in ties[key] else None for code in round_.tie_break or ()
                ),
            )
            for key in totals
        ]
    )
    bands = [Band(band.name, band.lower, True) for band in round_.bands]
    found = [
        Outlook(line, index, ranks[line.sheet.id], grade(index, bands, line.band_failed))
        for line in lines
        for index in [totals[line.sheet.id].index]
    ]
    return sorted(found, key=lambda row: (row.rank is None, row.rank or 0, row.line.sheet.sort_key))


def _finals(line: Line, change: Change) -> dict[int, Final]:
    finals = {key: final for key, final in line.leaves.items() if key != change.without}
    if change.points is not None and line.sheet.id == change.sheet_id and change.criterion_id in finals:
        finals[change.criterion_id] = Final(True, change.points)
    return finals


def _check(change: Change, leaves: dict[int, Row], lines: list[Line]) -> None:
    if change.points is None:
        return
    leaf = leaves.get(change.criterion_id)
    if leaf is None or change.sheet_id not in {line.sheet.id for line in lines}:
        raise Refused("Hãy chọn cơ quan và tiêu chí cần thử.", field="points")
    if not 0 <= change.points <= leaf.maximum:
        raise Refused("Điểm thử phải từ 0 đến %(maximum)s.", field="points", maximum=str(leaf.maximum))
