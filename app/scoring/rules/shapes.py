"""What figures are and what they give; where a value falls among bands."""

from decimal import Decimal
from fractions import Fraction
from typing import Any, NamedTuple

from app.errors import Sentence


class Figures(NamedTuple):
    """What was typed: ``a`` of ``b`` or a ``percent`` (0…100), ``n`` things, or the index of an option."""

    a: Decimal | None = None
    b: Decimal | None = None
    n: Decimal | None = None
    option: int | None = None
    percent: Decimal | None = None

    def read_by(self, ground: str) -> "Figures":
        """A figure that stands alone in a ratio is the percentage itself."""
        return self._replace(a=None, percent=self.a) if ground == "a" else self


class Suggestion(NamedTuple):
    """Points within 0…maximum, or None where the figures give none. ``nothing_to_do``: b = 0, so the unit
    must claim that the criterion does not apply, or explain."""

    points: Decimal | None = None
    working: Sentence | None = None
    nothing_to_do: bool = False


def within(points: Decimal, maximum: Decimal) -> Decimal:
    return min(max(points, Decimal(0)), maximum)


def band_reached(bands: list[dict[str, Any]], value: Fraction) -> int:
    """The place of the band that holds the value; the last one takes what is left."""
    for place, band in enumerate(bands[:-1]):
        limit = Fraction(band.get("low", band.get("high")))
        inside = value > limit if "low" in band else value < limit
        if inside or (band["inclusive"] and value == limit):
            return place
    return len(bands) - 1
