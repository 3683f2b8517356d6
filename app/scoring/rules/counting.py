"""Rules that count things: so many points each, so many off the full mark each, or tiers of a number.

``0,25 / 2 văn bản`` gives for every *full* two; ``per`` is left out where it is one.
"""

import re
from decimal import Decimal
from typing import Any

from app.errors import Refused
from app.figures import FigureKind, read_figure
from app.points import format_points, plain

from .issues import Issue, ParsedRule, read_number, rule_error, rule_warning, unreadable
from .methods import Method

_COUNTED = re.compile(r"(?:trừ\s+)?(-?[0-9.,]+)\s*(?:điểm\s*)?/\s*(.+)", re.IGNORECASE)
_PER = re.compile(r"([0-9][0-9.,]*)\s*(%.*|\s\S.*)")
_FLOOR = re.compile(r"(?:min|floor|tối thiểu|không dưới|sàn)\s*=?\s*([0-9.,]+)", re.IGNORECASE)
_NO_LESS_THAN_NOTHING = re.compile(r"không âm", re.IGNORECASE)


def read_counted(method: Method, text: str) -> ParsedRule:
    """count, bonus, penalty. A count that takes away is read as a deduction from the full mark, and says so."""
    found = _COUNTED.fullmatch(text)
    unit = read_number(found[1]) if found else None
    if unit is None:
        issues = (unreadable(text),) if method is Method.COUNT else ()
        return ParsedRule(method, {"unit": None, "noun": text}, issues)
    if method is Method.COUNT and unit < 0:
        return _as_deduction(text)
    data, issues = _amount(unit, found[2])
    return ParsedRule(method, data, tuple(issues))


def _as_deduction(text: str) -> ParsedRule:
    parsed = read_deduction(text, None)
    said = rule_warning("count_deducts", "Điểm cho một đơn vị là số âm: hiểu là trừ dần từ điểm tối đa.")
    return parsed._replace(issues=(*parsed.issues, said))


def read_deduction(text: str, maximum: Decimal | None) -> ParsedRule:
    """``2 / báo cáo chậm; min=5``: what is taken away each time, and where it ends (0 when not told)."""
    amount, *settings = (part.strip() for part in text.split(";"))
    found = _COUNTED.fullmatch(amount)
    unit = read_number(found[1]) if found else None
    floor = _floor([part for part in settings if part])
    if unit is None or floor is None:
        return ParsedRule(Method.DEDUCT, {"unit": None, "noun": text}, (unreadable(text),))
    data, issues = _amount(abs(unit), found[2])
    if maximum is not None and floor >= maximum:
        issues.append(
            rule_error(
                "floor_too_high",
                "Điểm thấp nhất %(floor)s phải nhỏ hơn điểm tối đa %(maximum)s.",
                floor=format_points(floor),
                maximum=format_points(maximum),
            )
        )
    return ParsedRule(Method.DEDUCT, data | {"floor": plain(floor)}, tuple(issues))


def _floor(settings: list[str]) -> Decimal | None:
    """0 when nothing is said; None when what is said cannot be read."""
    if not settings:
        return Decimal(0)
    found = _FLOOR.fullmatch(settings[0])
    if len(settings) > 1 or not (found or _NO_LESS_THAN_NOTHING.fullmatch(settings[0])):
        return None
    return read_number(found[1]) if found else Decimal(0)


def _amount(unit: Decimal, thing: str) -> tuple[dict[str, Any], list[Issue]]:
    """``2 văn bản`` is two of the noun ``văn bản``."""
    issues = [] if unit > 0 else [rule_error("negative_points", "Điểm cho một đơn vị phải lớn hơn 0.")]
    found = _PER.fullmatch(thing.strip())
    if found is None:
        return {"unit": plain(unit), "noun": thing.strip()}, issues
    per, noun = _size(found[1]), found[2].strip()
    if not per:
        issues.append(unreadable(thing))
    data = {"unit": plain(unit), "noun": noun}
    return (data if per in (None, Decimal(1)) else data | {"per": plain(per)}), issues


def _size(text: str) -> Decimal | None:
    try:
        return read_figure(text, FigureKind.WHOLE)
    except Refused:
        return None
