"""Formulas of the entry workbook: what a row's figures give, and how much of it counts.

They only show the clerk where the sheet stands; after the upload the rules compute again, exactly.
"""

from collections.abc import Callable
from decimal import Decimal
from typing import Any, NamedTuple

from app.scoring.rules import COUNTED, GROUNDS, OUTSIDE_MAXIMUM, Method, plain

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
    explanation: str
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
    if method in COUNTED and (rule.get("unit") or rule.get("bands")):
        return f'=IF(ISNUMBER({at.n}),{_count_formula(method, rule, maximum, at)},"")'
    if method is Method.PERCENT_TIERS and rule.get("bands"):
        return _of_ratio(criterion, at, lambda above: _band_formula(rule["bands"], maximum, above))
    if method is Method.PROPORTIONAL:
        share = f"{at.a}/100" if criterion.ground == "a" else f"{at.a}/{at.b}"
        return _of_ratio(criterion, at, lambda above: _share_formula(rule, maximum, share, above))
    return None


Above = Callable[[str], str]
"""The value less a limit, in the spreadsheet's words: positive above it, 0 on it."""


def _of_ratio(criterion: Any, at: Places, points: Callable[[Above], str]) -> str:
    """A percentage of its own, or a/b: there the difference is taken times b, so that nothing is divided."""
    if criterion.ground == "a":
        alone = points(lambda limit: f"ROUND({at.a}-{limit},{_PLACES})")
        return f'=IF(ISNUMBER({at.a}),{alone},"")'
    both = points(lambda limit: f"ROUND(100*{at.a}-{limit}*{at.b},{_PLACES})")
    return f'=IF(AND(ISNUMBER({at.a}),ISNUMBER({at.b})),IF({at.b}=0,"",{both}),"")'


def _count_formula(method: Method, rule: dict[str, Any], maximum: str, at: Places) -> str:
    if rule.get("bands"):
        return _band_formula(rule["bands"], maximum, lambda limit: f"ROUND({at.n}-{limit},{_PLACES})")
    times = f"INT({at.n}/{rule['per']})" if rule.get("per") else at.n
    amount = f"ROUND({times}*{rule['unit']},3)"
    if method is Method.DEDUCT:
        return f"MAX({rule.get('floor') or 0},{maximum}-{amount})"
    return f"MIN({maximum},{amount})"


def _band_formula(bands: list[dict[str, Any]], maximum: str, above: Above) -> str:
    formula = f"MIN({maximum},{bands[-1]['points']})"
    for band in reversed(bands[:-1]):
        side = "low" if "low" in band else "high"
        sign = {"low": ">", "high": "<"}[side] + ("=" if band["inclusive"] else "")
        formula = f"IF({above(band[side])}{sign}0,MIN({maximum},{band['points']}),{formula})"
    return formula


def _share_formula(rule: dict[str, Any], maximum: str, share: str, above: Above) -> str:
    formula = f"MIN({maximum},ROUND({maximum}*{share},3))"
    if rule.get("full") is not None:
        formula = f"IF({above(rule['full'])}>=0,{maximum},{formula})"
    if rule.get("min") is not None:
        formula = f"IF({above(rule['min'])}<0,0,{formula})"
    return formula


def taken_formula(at: Places, yes: str, mark: str, *, typed_only: bool) -> str:
    """The points that the row stands at: typed ones, else the suggestion; ``mark`` where it does not apply."""
    other = '""' if typed_only else at.suggested
    return f'=IF({at.not_applicable}="{yes}","{mark}",IF(ISNUMBER({at.points}),{at.points},{other}))'


def counted_formula(criterion: Any, taken: str) -> str:
    """What the row adds to the total: a penalty takes away, nothing passes the maximum."""
    sign = "-" if Method(criterion.method) is Method.PENALTY else ""
    return f"=IF(ISNUMBER({taken}),{sign}MIN({plain(criterion.maximum)},MAX(0,{taken})),0)"


def done_formula(criterion: Any, at: Places, taken: str) -> str:
    """As on the sheet: 1 for points that stand on figures, or on an explanation where the set takes one."""
    cells = {"option": at.option, "a": at.a, "b": at.b, "n": at.n}
    wanted = ",".join(f'{cells[name]}<>""' for name in GROUNDS[criterion.ground])
    if not wanted:
        return f'=IF({taken}="",0,1)'
    explained = f",LEN(TRIM({at.explanation}))>0" if criterion.criteria_set.allows_deviation else ""
    founded = f'OR({at.not_applicable}<>"",AND({wanted}){explained})'
    return f'=IF({taken}="",0,IF({founded},1,0))'


def capped_formula(most: str, first: str, last: str) -> str:
    """What a heading that limits the rows below it takes off their sum, or adds to it where they take away."""
    below = f"SUM({first}:{last})"
    return f"=MIN({most},MAX(-{most},{below}))-{below}"


def applicable_formula(criterion: Any, at: Places, yes: str) -> str:
    """The row's part of the maximum; bonus and penalty stand outside it."""
    maximum = Decimal(0) if Method(criterion.method) in OUTSIDE_MAXIMUM else criterion.maximum
    return f'=IF({at.not_applicable}="{yes}",0,{plain(maximum)})'
