"""Order and grades. Both look at the unrounded index; rounding is for showing only."""

from collections.abc import Collection, Hashable, Iterable, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from app.points import round_half_up


class Band(NamedTuple):
    """A grade from ``lower`` (percent) up; ``conditional`` when a person must confirm an extra condition."""

    name: str
    lower: Decimal
    conditional: bool = False


class Entry(NamedTuple):
    """One agency in its group. ``ties`` are compared in turn at an equal index, the higher first."""

    key: Hashable
    index: Fraction | None
    ties: tuple[Fraction | Decimal | None, ...] = ()


def grade(index: Fraction | None, bands: Iterable[Band], failed: Collection[str] = ()) -> str | None:
    """The highest band whose lower bound the index reaches, skipping conditional ones named in ``failed``."""
    if index is None:
        return None
    for band in sorted(bands, key=lambda band: band.lower, reverse=True):
        if Fraction(band.lower) <= index and not (band.conditional and band.name in failed):
            return band.name
    return None


def rank(entries: Sequence[Entry]) -> dict[Hashable, int | None]:
    """Ranks by unrounded index, high to low; equals share a rank and the next is skipped (1, 2, 2, 4).

    An agency without an index has no rank and takes no place.
    """
    strengths = {entry.key: _strength(entry) for entry in entries if entry.index is not None}
    first_places: dict[tuple, int] = {}
    for place, strength in enumerate(sorted(strengths.values(), reverse=True), 1):
        first_places.setdefault(strength, place)
    return {e.key: first_places[strengths[e.key]] if e.key in strengths else None for e in entries}


def _strength(entry: Entry) -> tuple:
    return (Fraction(entry.index), *((tie is not None, Fraction(tie or 0)) for tie in entry.ties))


def rounded(index: Fraction | Decimal, places: int = 2) -> Decimal:
    """The index as shown, half up."""
    return round_half_up(index, places)
