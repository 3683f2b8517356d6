"""Formal tiers such as ``>=100% => 2 | >=80% => 1 | <80% => 0``, or the other way round where fewer is better.

``bands`` go from the best points down. Those of a falling limit have ``low``, those of a rising one ``high``; the
last one takes everything that is left, and its limit is None.
"""

import re
from collections.abc import Iterable, Sequence
from decimal import Decimal
from itertools import pairwise
from typing import Any, NamedTuple

from app.errors import Refused
from app.figures import FigureKind, read_figure
from app.points import format_points, plain

from .issues import Issue, Line, read_number, rule_error, rule_warning, unreadable

_FORMAL = re.compile(r"(>=|≥|<=|=<|≤|>|<)\s*([0-9.,]+)\s*(%?)")
_SIGNS = {"≥": ">=", "≤": "<=", "=<": "<="}


class Bound(NamedTuple):
    """A limit with the sign in front of it."""

    sign: str
    limit: Decimal


def is_formal(lines: Sequence[Line]) -> bool:
    return any(line.label[0] in "<>≥≤" or line.label.startswith("=<") for line in lines)


def read_bands(lines: Sequence[Line], *, percent: bool) -> tuple[list[dict[str, Any]], list[Issue]]:
    """The bands of lines that all begin with a sign and a limit. Counts have no per cent sign."""
    bounds, issues = [], []
    for line in lines:
        found = _FORMAL.fullmatch(line.label)
        limit = _limit(found[2], percent=percent) if found else None
        if limit is None or (found[3] and not percent):
            issues.append(unreadable(line.label))
        else:
            bounds.append(Bound(_SIGNS.get(found[1], found[1]), limit))
    if issues:
        return [], issues
    rising = bounds[0].sign in ("<", "<=")
    issues += _rising_issues(bounds) if rising else _falling_issues(bounds)
    if percent and 0 < max(bound.limit for bound in bounds) <= 1:
        issues.append(fraction_warning())
    return _bands(bounds, lines, "high" if rising else "low"), issues


def _limit(text: str, *, percent: bool) -> Decimal | None:
    """A limit of a number of things is grouped as the number itself: ``1.000`` is a thousand."""
    if not percent:
        try:
            return read_figure(text, FigureKind.WHOLE)
        except Refused:
            pass
    return read_number(text)


def fraction_warning() -> Issue:
    return rule_warning(
        "bounds_as_fractions",
        "Mọi ngưỡng đều không quá 1%: nếu ý là 100%, 80% thì phải ghi 100%, 80%, không ghi 1 hay 0,8.",
    )


def _bands(bounds: Sequence[Bound], lines: Sequence[Line], name: str) -> list[dict[str, Any]]:
    bands = [
        {name: plain(bound.limit), "inclusive": "=" in bound.sign, "points": plain(line.points)}
        for bound, line in zip(bounds, lines, strict=True)
    ]
    bands[-1] |= {name: None, "inclusive": True}
    return bands


def _falling_issues(bounds: Sequence[Bound]) -> Iterable[Issue]:
    *upper, last = bounds
    lows = [(bound.limit, bound.sign == ">") for bound in upper]
    if any(bound.sign not in (">", ">=") for bound in upper) or any(a <= b for a, b in pairwise(lows)):
        yield _not_falling()
    elif last.sign in (">", ">="):
        if last != (">=", 0):
            yield _gap(last.limit)
        elif lows[-1] <= (last.limit, False):
            yield _not_falling()
    else:
        yield from _meeting((last.limit, last.sign == "<="), lows[-1])


def _rising_issues(bounds: Sequence[Bound]) -> Iterable[Issue]:
    *upper, last = bounds
    highs = [(bound.limit, bound.sign == "<=") for bound in upper]
    if any(bound.sign not in ("<", "<=") for bound in upper) or any(a >= b for a, b in pairwise(highs)):
        yield _not_rising()
    elif last.sign in ("<", "<="):
        if last != ("<=", 100):
            yield _gap(last.limit)
        elif highs[-1] >= (last.limit, True):
            yield _not_rising()
    else:
        yield from _meeting(highs[-1], (last.limit, last.sign == ">"))


def _meeting(below: tuple[Decimal, bool], above: tuple[Decimal, bool]) -> Iterable[Issue]:
    """Whether the lower range ends where the higher begins; a flag moves the border past its limit."""
    if below < above:
        yield _gap(below[0])
    elif below > above:
        yield rule_error("tier_overlap", "Hai bậc cuối chồng nhau tại %(at)s%%.", at=format_points(above[0]))


def _gap(limit: Decimal) -> Issue:
    return rule_error("tier_gap", "Có khoảng trống ở hai bậc cuối, tại %(at)s%%.", at=format_points(limit))


def _not_falling() -> Issue:
    return rule_error("not_descending", "Các ngưỡng tỷ lệ phải giảm dần, chỉ bậc cuối dùng dấu “nhỏ hơn”.")


def _not_rising() -> Issue:
    return rule_error("not_ascending", "Các ngưỡng phải tăng dần, chỉ bậc cuối dùng dấu “lớn hơn”.")
