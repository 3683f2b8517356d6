"""Points of things that are counted: so many each, so many off the full mark, or a tier of their number."""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from app.errors import Sentence
from app.figures import grouped
from app.points import format_points, quantise

from .asking import Asked, called
from .methods import Method
from .shapes import Suggestion, band_reached, within

_BAND_OF_COUNT = "%(name)s: %(n)s → bậc %(tier)s → %(points)s điểm"


def of_count(
    method: Method, rule: dict[str, Any], maximum: Decimal, n: Decimal | None, asked: Sequence[Asked] = ()
) -> Suggestion:
    """Points of so many things; none where the rule has no unit and points are typed."""
    if n is None:
        return Suggestion()
    if rule.get("bands"):
        place = band_reached(rule["bands"], Fraction(n))
        points = within(Decimal(rule["bands"][place]["points"]), maximum)
        values = {"name": called(asked)["n"], "n": grouped(n), "tier": place + 1}
        return Suggestion(points, Sentence(_BAND_OF_COUNT, values | {"points": format_points(points)}))
    if rule.get("unit") is None:
        return Suggestion()
    amount = quantise(_times(rule, n) * Decimal(rule["unit"]))
    return (
        _deducted(rule, maximum, n, amount) if method is Method.DEDUCT else _added(rule, maximum, n, amount)
    )


def _times(rule: dict[str, Any], n: Decimal) -> Decimal:
    """How often the unit counts: for every full ``per`` things."""
    return n // Decimal(rule["per"]) if rule.get("per") else n


def _counting(rule: dict[str, Any], n: Decimal, amount: Decimal) -> dict[str, Any]:
    values = {"n": grouped(n), "noun": rule["noun"], "unit": format_points(Decimal(rule["unit"]))}
    if rule.get("per"):
        values |= {"times": grouped(_times(rule, n)), "per": grouped(Decimal(rule["per"]))}
    return values | {"product": format_points(amount)}


def _added(rule: dict[str, Any], maximum: Decimal, n: Decimal, product: Decimal) -> Suggestion:
    points = within(product, maximum)
    values = _counting(rule, n, product) | {"points": format_points(points)}
    return Suggestion(points, Sentence(_ADDED[bool(rule.get("per")), product > maximum], values))


_ADDED = {
    (False, False): "%(n)s %(noun)s × %(unit)s = %(points)s điểm",
    (False, True): "%(n)s %(noun)s × %(unit)s = %(product)s → tối đa %(points)s điểm",
    (True, False): "%(n)s %(noun)s = %(times)s lần đủ %(per)s × %(unit)s = %(points)s điểm",
    (True, True): (
        "%(n)s %(noun)s = %(times)s lần đủ %(per)s × %(unit)s = %(product)s → tối đa %(points)s điểm"
    ),
}


def _deducted(rule: dict[str, Any], maximum: Decimal, n: Decimal, amount: Decimal) -> Suggestion:
    floor = Decimal(rule.get("floor") or 0)
    left = maximum - amount
    points = within(max(left, floor), maximum)
    values = _counting(rule, n, amount) | {"points": format_points(points), "maximum": format_points(maximum)}
    return Suggestion(points, Sentence(_DEDUCTED[bool(rule.get("per")), left < floor], values))


_DEDUCTED = {
    (False, False): "%(maximum)s − %(n)s %(noun)s × %(unit)s = %(points)s điểm",
    (False, True): "%(maximum)s − %(n)s %(noun)s × %(unit)s → không dưới %(points)s điểm",
    (True, False): "%(maximum)s − %(times)s lần đủ %(per)s %(noun)s × %(unit)s = %(points)s điểm",
    (True, True): "%(maximum)s − %(times)s lần đủ %(per)s %(noun)s × %(unit)s → không dưới %(points)s điểm",
}
