"""Points: how they are read, stored and shown.

In code a number of points is a ``Decimal`` with at most three places; in the database it is an integer of
thousandths; on a screen it has a decimal comma. Never a binary float in between.
"""

import re
import unicodedata
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from app.errors import Refused, Unclear

THOUSANDTH = Decimal("0.001")
LIMIT = Decimal(10) ** 9
_GROUPED = re.compile(r"[1-9][0-9]{0,2}\.[0-9]{3}")
_SHAPE = re.compile(r"-?[0-9]{1,9}(?:[.,][0-9]{1,3})?")


def to_points(text_or_number: str | float | Decimal, within: Decimal | None = None) -> Decimal:
    """Read typed points or a spreadsheet cell; both ``1,25`` and ``1.25`` are decimals, nothing is grouped.

    A float cell is read as the shortest text that names it (what the cell showed). Raises ``Refused`` on
    anything but a plain decimal of at most nine integer digits and three places, and ``Unclear`` on a dot that
    could group thousands (``1.500``) where as many points can be given: ``within`` is the most.
    """
    if isinstance(text_or_number, Decimal | int) and not isinstance(text_or_number, bool):
        return _from_number(text_or_number)
    text = unicodedata.normalize("NFKC", str(text_or_number)).strip().replace("\u2212", "-")
    if not _SHAPE.fullmatch(text):
        raise _refusal(text)
    if within is not None and _GROUPED.fullmatch(text) and int(text.replace(".", "")) <= within:
        raise _unclear(text)
    return _positive_zero(Decimal(text.replace(",", ".")))


def may_group(text: str) -> bool:
    """Whether the dot of ``1.500`` could group thousands."""
    return _GROUPED.fullmatch(text) is not None


def _unclear(text: str) -> Unclear:
    readings = (format_points(Decimal(text)), text.replace(".", ""))
    return Unclear(
        "“%(text)s” có thể hiểu là %(readings)s; hãy chọn hoặc ghi lại cho rõ.",
        readings,
        text=text,
        readings=" / ".join(readings),
    )


def _from_number(number: int | Decimal) -> Decimal:
    if isinstance(number, Decimal) and not number.is_finite() or abs(number) >= LIMIT:
        raise _refusal("")
    points = quantise(Decimal(number))
    if points != number:
        raise _refusal(str(number))
    return _positive_zero(points)


def _refusal(shown: str) -> Refused:
    return Refused(
        "“%(text)s” không phải là số điểm hợp lệ: hãy nhập số có tối đa 3 chữ số thập phân, ví dụ 1,25.",
        text=shown[:30],
    )


def _positive_zero(points: Decimal) -> Decimal:
    return points if points else abs(points)


def to_milli(points: Decimal) -> int:
    """Thousandths as stored, e.g. 1.25 → 1250; half up when there are more places."""
    return int(quantise(points) * 1000)


def from_milli(milli: int | None) -> Decimal | None:
    """Points from stored thousandths; nothing stays nothing."""
    return None if milli is None else Decimal(milli).scaleb(-3)


def quantise(points: Decimal) -> Decimal:
    """To thousandths, half up."""
    return points.quantize(THOUSANDTH, rounding=ROUND_HALF_UP)


def round_half_up(value: Fraction | Decimal, places: int) -> Decimal:
    """An exact value to so many places, half up (away from zero), without passing through a float."""
    scaled = abs(Fraction(value)) * 10**places
    whole = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    return Decimal(-whole if value < 0 else whole).scaleb(-places)


def format_points(points: Decimal, places: int | None = None) -> str:
    """As on screens: ``1,25``; trailing zeros are trimmed unless ``places`` fixes their number (half up)."""
    return plain(points, places).replace(".", ",")


def plain(points: Decimal, places: int | None = None) -> str:
    """As in JSON: ``1.25``, no exponent, no trailing zeros unless ``places`` is given."""
    if places is not None:
        return f"{round_half_up(points, places):f}"
    text = f"{_positive_zero(points):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
