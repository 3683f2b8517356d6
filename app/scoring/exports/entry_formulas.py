"""Formulas of the entry workbook: what a row's figures give, and how much of it counts.

They only show the clerk where the sheet stands; after the upload the rules compute again, exactly.
"""

from decimal import Decimal
from typing import Any, NamedTuple

from app.scoring.rules import COUNTED, OUTSIDE_MAXIMUM, Method, plain

# Excel computes in binary: nine places are far finer than any figure and far coarser than its error.
_PLACES = 9


class Places(NamedTuple):
    """Addresses of the cells of one row; ``options`` is the range with the points of its options."""

    option: str
    a: str
    b: str
    n: str
    points: str
    not_applicable: str
    suggested: str
    options: str = ""


def suggestion_formula(criterion: Any, at: Places) -> str | None:
    """The points that the row's figures give, empty until they are there; None where figures give none."""
    rule, maximum = criterion.rule or {}, plain(criterion.maximum)
    if rule.get("options"):
        # The drop-down's texts begin with the option's number.
        chosen = f'INDEX({at.options},VALUE(LEFT({at.option},FIND(".",{at.option}&".")-1)))'
        return f'=IF({at.option}="","",IFERROR(MIN({maximum},{chosen}),""))'
    if criterion.linked_programme:
        return None
    method = Method(criterion.method)
    if method in COUNTED and rule.get("unit"):
        return f'=IF(ISNUMBER({at.n}),MIN({maximum},ROUND({at.n}*{rule["unit"]},3)),"")'
    if method is Method.PERCENT_TIERS and rule.get("bands"):
        return _of_ratio(at, _band_formula(rule["bands"], maximum, at))
    if method is Method.PROPORTIONAL:
        return _of_ratio(at, _share_formula(rule, maximum, at))
    return None


def _of_ratio(at: Places, points: str) -> str:
    return f'=IF(AND(ISNUMBER({at.a}),ISNUMBER({at.b})),IF({at.b}=0,"",{points}),"")'


def _above(at: Places, limit: str) -> str:
    """a/b in percent less the limit, times b: positive above it, 0 on it."""
    return f"ROUND(100*{at.a}-{limit}*{at.b},{_PLACES})"


def _band_formula(bands: list[dict[str, Any]], maximum: str, at: Places) -> str:
    formula = f"MIN({maximum},{bands[-1]['points']})"
    for band in reversed(bands[:-1]):
        sign = ">=" if band["inclusive"] else ">"
        formula = f"IF({_above(at, band['low'])}{sign}0,MIN({maximum},{band['points']}),{formula})"
    return formula


def _share_formula(rule: dict[str, Any], maximum: str, at: Places) -> str:
    formula = f"MIN({maximum},ROUND({maximum}*{at.a}/{at.b},3))"
    if rule.get("full") is not None:
        formula = f"IF({_above(at, rule['full'])}>=0,{maximum},{formula})"
    if rule.get("min") is not None:
        formula = f"IF({_above(at, rule['min'])}<0,0,{formula})"
    return formula


def taken_formula(at: Places, yes: str, mark: str, *, typed_only: bool) -> str:
    """The points that the row stands at: typed ones, else the suggestion; ``mark`` where it does not apply."""
    other = '""' if typed_only else at.suggested
    return f'=IF({at.not_applicable}="{yes}","{mark}",IF(ISNUMBER({at.points}),{at.points},{other}))'


def counted_formula(criterion: Any, taken: str) -> str:
    """What the row adds to the total: a penalty takes away, nothing passes the maximum."""
    sign = "-" if Method(criterion.method) is Method.PENALTY else ""
    return f"=IF(ISNUMBER({taken}),{sign}MIN({plain(criterion.maximum)},MAX(0,{taken})),0)"


def applicable_formula(criterion: Any, at: Places, yes: str) -> str:
    """The row's part of the maximum; bonus and penalty stand outside it."""
    maximum = Decimal(0) if Method(criterion.method) in OUTSIDE_MAXIMUM else criterion.maximum
    return f'=IF({at.not_applicable}="{yes}",0,{plain(maximum)})'
