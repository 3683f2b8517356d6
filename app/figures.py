"""Figures: what a unit counted or spent, as typed and as shown.

Officials group thousands with a dot and write a decimal comma; keyboards, spreadsheets and other programs do the
opposite. What has one meaning for the kind of figure is read, what has two is asked back, nothing is guessed. Every
text that ``write_figure`` gives is read as the same figure of the same kind.
"""

import re
import unicodedata
from collections.abc import Iterator
from decimal import Decimal
from enum import StrEnum

from app.errors import Refused, Unclear
from app.points import quantise


class FigureKind(StrEnum):
    """What a figure counts; whole numbers and money have no fraction."""

    WHOLE = "whole"
    MONEY = "money"
    PERCENT = "percent"
    DECIMAL = "decimal"


WITHOUT_FRACTION = frozenset({FigureKind.WHOLE, FigureKind.MONEY})
LIMIT = Decimal(10) ** 15
PERCENT_LIMIT = Decimal(1000)
_LONGEST = 60
_UNSEEN = re.compile("[\u200b\u200e\u200f\u2060\ufeff]")
_GROUPS = {
    sign: re.compile(rf"[1-9][0-9]{{0,2}}(?:{re.escape(sign)}[0-9]{{3}})+") for sign in (".", ",", " ", "'")
}
_DIGITS = re.compile(r"[0-9]{1,40}")
_NUMBER = re.compile(r"(-?)([0-9][0-9., ']*)")
_SCALES = re.compile(r"(?<![^\W\d])(?:tỷ|tỉ|triệu|tr|nghìn|ngàn|ng|k|m|b)\b", re.IGNORECASE)


def read_figure(typed: str | int | Decimal, kind: FigureKind) -> Decimal:
    """The figure that was typed or stands in a number cell; raises ``Refused``, or ``Unclear`` for two meanings.

    A number (of a spreadsheet's cell) has no grouping and is taken as it is.
    """
    if isinstance(typed, Decimal | int):
        figure = Decimal(typed)
        return _checked(str(typed), [figure], kind, with_sign=False)
    text = _normal(typed)
    bare = text.removesuffix("%").rstrip()
    if bare != text and kind is not FigureKind.PERCENT:
        raise Refused("Ô này nhận số, không nhận tỷ lệ phần trăm: “%(text)s”.", text=text[:30])
    found = _NUMBER.fullmatch(bare)
    if found is None or len(bare) > _LONGEST:
        raise _unreadable(text)
    if found[1] and found[2].strip("0., "):
        raise Refused("Số liệu không được âm.")
    readings = list(dict.fromkeys(_readings(found[2].rstrip(), kind)))
    if not readings:
        raise _unreadable(text)
    return _checked(text, readings, kind, with_sign=bare != text)


def _normal(typed: str) -> str:
    """Compatibility forms (full-width digits, thin and hard blanks) as plain ones, without what is not seen."""
    text = unicodedata.normalize("NFKC", _UNSEEN.sub("", typed)).replace("\u2212", "-").replace("\u2019", "'")
    return " ".join(text.split())


def _unreadable(text: str) -> Refused:
    if _SCALES.search(text):
        return Refused(
            "Hãy ghi đủ các chữ số, không ghi tắt “tỷ”, “triệu”, “nghìn”: “%(text)s”.", text=text[:30]
        )
    if any(letter.isalpha() for letter in text):
        return Refused("Ô này chỉ nhận chữ số, không kèm chữ hay đơn vị: “%(text)s”.", text=text[:30])
    return Refused("“%(text)s” không phải là số liệu đọc được; ví dụ đúng: 1.042 hoặc 1042.", text=text[:30])


def _readings(text: str, kind: FigureKind) -> Iterator[Decimal]:
    """Every number that the text can be: digits alone, thousands in groups, a decimal sign.

    Where no fraction is counted, groups win: ``1.000`` is a thousand and never one.
    """
    whole = [_grouped(text, sign) for sign in _GROUPS] + [text if _DIGITS.fullmatch(text) else None]
    grouped = [Decimal(digits) for digits in whole if digits is not None]
    yield from grouped
    if not (grouped and kind in WITHOUT_FRACTION):
        decimals = [_with_decimals(text, point) for point in ",."]
        yield from (found for found in decimals if found is not None)


def _grouped(text: str, sign: str) -> str | None:
    return text.replace(sign, "") if _GROUPS[sign].fullmatch(text) else None


def _with_decimals(text: str, point: str) -> Decimal | None:
    whole, sign, places = text.partition(point)
    if not sign or not _DIGITS.fullmatch(places):
        return None
    digits = [_grouped(whole, other) for other in _GROUPS if other != point]
    digits = [found for found in (*digits, whole if _DIGITS.fullmatch(whole) else None) if found]
    return Decimal(f"{digits[0]}.{places}") if digits else None


def _checked(text: str, readings: list[Decimal], kind: FigureKind, *, with_sign: bool) -> Decimal:
    """The one reading that the kind allows."""
    if any(not reading.is_finite() or reading < 0 for reading in readings):
        raise Refused("Số liệu không được âm.")
    if kind in WITHOUT_FRACTION and not any(_is_whole(reading) for reading in readings):
        raise Refused(
            "“%(text)s” có phần thập phân; số liệu này phải là số nguyên, ví dụ 1.042.", text=text[:30]
        )
    limit = PERCENT_LIMIT if kind is FigureKind.PERCENT else LIMIT
    fitting = [reading for reading in readings if reading <= limit]
    if not fitting:
        raise Refused("Số liệu quá lớn: nhiều nhất là %(limit)s.", limit=write_figure(limit, kind))
    fine = [reading for reading in fitting if reading == quantise(reading)]
    if not fine:
        raise Refused("Số liệu có nhiều nhất 3 chữ số thập phân: “%(text)s”.", text=text[:30])
    if kind is FigureKind.PERCENT and not with_sign:
        fine += [reading * 100 for reading in fine if 0 < reading <= 1]
    if len(fine) > 1:
        raise _unclear(text, fine, kind)
    return fine[0].normalize() + 0 if fine[0] else Decimal(0)


def _is_whole(number: Decimal) -> bool:
    """``42,00`` counts as whole; ``1042.000`` may be a slip for a million and does not."""
    places = -number.as_tuple().exponent
    return number == number.to_integral_value() and places <= 2


def _unclear(text: str, readings: list[Decimal], kind: FigureKind) -> Unclear:
    written = tuple(write_figure(reading, kind) for reading in sorted(readings))
    return Unclear(
        "“%(text)s” có thể hiểu là %(readings)s; hãy chọn hoặc ghi lại cho rõ.",
        written,
        text=text[:30],
        readings=" / ".join(written),
    )


def write_figure(figure: Decimal, kind: FigureKind) -> str:
    """``1.042``, ``1.042,5``, ``95%``: grouped, with a decimal comma, and readable in one way only.

    Where a fraction may stand, ``1.042`` and ``1,042`` would have two meanings: one gets a decimal more.
    """
    text = grouped(figure)
    whole, comma, places = text.partition(",")
    if len(places) == 3 and 0 < abs(figure) < 1000 and whole != "0":
        text = f"{text}0"
    elif not comma and kind not in WITHOUT_FRACTION and text.count(".") == 1:
        text = f"{text},0"
    return f"{text}%" if kind is FigureKind.PERCENT else text


def grouped(number: Decimal) -> str:
    """For sentences: ``12.500.000``, ``1.042,5``."""
    whole, point, places = f"{number:f}".partition(".")
    places = places.rstrip("0")
    shown = f"{int(whole):,}".replace(",", ".")
    if number < 0 and not shown.startswith("-"):
        shown = f"-{shown}"
    return f"{shown},{places}" if places else shown
