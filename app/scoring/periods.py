"""Periods of a round: year ``2026``, half ``2026-H1``, quarter ``2026-Q3``, month ``2026-05``. Pure."""

import calendar
import re
from datetime import date

from app.errors import Refused

_SHAPE = re.compile(r"(?P<year>20\d\d)(?:-(?:H(?P<half>[12])|Q(?P<quarter>[1-4])|(?P<month>0[1-9]|1[0-2])))?")


def period_bounds(period: str) -> tuple[date, date]:
    """First and last day of the period; raises ``Refused`` when it is not written as one."""
    found = _SHAPE.fullmatch(period.strip().upper())
    if found is None:
        raise Refused("Kỳ phải ghi như 2026, 2026-H1, 2026-Q3 hoặc 2026-05.", field="period")
    year, half, quarter, month = (int(found[name] or 0) for name in ("year", "half", "quarter", "month"))
    first, length = 1, 12
    if half:
        first, length = 6 * half - 5, 6
    elif quarter:
        first, length = 3 * quarter - 2, 3
    elif month:
        first, length = month, 1
    last = first + length - 1
    return date(year, first, 1), date(year, last, calendar.monthrange(year, last)[1])


def next_period(period: str) -> str:
    """The same kind of period one year later."""
    period_bounds(period)
    return f"{int(period[:4]) + 1}{period[4:]}"
