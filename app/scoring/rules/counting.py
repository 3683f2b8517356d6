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

_COUNTED = re.compile(
    r"(trừ\s+)?([-\u2212]?[0-9.,]+)\s*(?:điểm\s*)?(?:/|(?=(?:cho\s+)?(?:mỗi|từng|cứ)\s))\s*(.+)", re.IGNORECASE
)
_EACH = re.compile(r"^(?:cho\s+)?(?:mỗi|từng|cứ)\s+", re.IGNORECASE)
_PER = re.compile(r"([0-9][0-9.,]*)\s*(%.*|\s\S.*)")
# Without “năm”, which is a year as well.
_NUMBER_WORDS = {"một": 1, "hai": 2, "ba": 3, "bốn": 4, "sáu": 6, "bảy": 7, "tám": 8, "chín": 9, "mười": 10}
_NUMBER_WORD = re.compile(rf"^({'|'.join(_NUMBER_WORDS)})\s+", re.IGNORECASE)
_LIMITS = r"(?:min|floor|tối thiểu|không dưới|không thấp hơn|sàn)"
_FLOOR = re.compile(rf"{_LIMITS}\s*[=:]?\s*([0-9.,]+)\s*(?:điểm)?", re.IGNORECASE)
_FLOOR_BEHIND = re.compile(rf"\s*[,(]\s*({_LIMITS}\s*[=:]?\s*[0-9.,]+\s*(?:điểm)?|không âm)\s*\)?\s*$", re.IGNORECASE)
_LIMIT_IN_NOUN = re.compile(
    rf"\b(?:{_LIMITS}|max|tối đa|không quá|không vượt quá)\s*(?:trừ\s*)?[=:]?\s*([0-9.,]*[0-9])", re.IGNORECASE
)
_NO_LESS_THAN_NOTHING = re.compile(r"không âm", re.IGNORECASE)


def read_counted(method: Method, text: str, maximum: Decimal) -> ParsedRule:
    """count, bonus, penalty. A count that takes away is read as a deduction from the full mark, and says so."""
    found = _COUNTED.fullmatch(text)
    unit = read_number(found[2]) if found else None
    if unit is None:
        issues = (unreadable(text),) if method is Method.COUNT else ()
        return ParsedRule(method, {"unit": None, "noun": text}, issues)
    if method is Method.COUNT and (unit < 0 or found[1]):
        return _as_deduction(text)
    if method is Method.BONUS and found[1]:
        return ParsedRule(method, {"unit": None, "noun": text}, (unreadable(text),))
    data, issues = _amount(unit, found[3])
    limit = _LIMIT_IN_NOUN.search(data["noun"])
    if limit is not None and _is_maximum(read_number(limit[1]), data, maximum):
        data["noun"] = data["noun"][: limit.start()].rstrip(" ,;(")
    elif limit is not None:
        issues.append(_limit_not_read(limit[0]))
    return ParsedRule(method, data, tuple(issues))


def _is_maximum(limit: Decimal | None, data: dict[str, Any], maximum: Decimal) -> bool:
    """Whether the limit says what the maximum says, in points or in things: “tối đa 10 tin” at 0,1 of 1 point."""
    in_things = limit is not None and limit * Decimal(data["unit"]) == maximum * Decimal(data.get("per", 1))
    return limit == maximum or in_things


def _limit_not_read(text: str) -> Issue:
    """A limit that is written behind the noun holds nothing: the criterion's maximum does."""
    return rule_error(
        "limit_not_read", "“%(text)s” không được tính: giới hạn điểm phải ghi ở cột điểm tối đa.", text=text[:80]
    )


def _as_deduction(text: str) -> ParsedRule:
    parsed = read_deduction(text, None)
    said = rule_warning("count_deducts", "Điểm cho một đơn vị là số âm: hiểu là trừ dần từ điểm tối đa.")
    return parsed._replace(issues=(*parsed.issues, said))


def read_deduction(text: str, maximum: Decimal | None) -> ParsedRule:
    """``2 / báo cáo chậm; min=5``: what is taken away each time, and where it ends (0 when not told)."""
    amount, *settings = (part.strip() for part in _FLOOR_BEHIND.sub(r";\1", text).split(";"))
    found = _COUNTED.fullmatch(amount)
    unit = read_number(found[2]) if found else None
    floor = _floor([part for part in settings if part])
    if unit is None or floor is None or _LIMIT_IN_NOUN.search(found[3]):
        return ParsedRule(Method.DEDUCT, {"unit": None, "noun": text}, (unreadable(text),))
    data, issues = _amount(abs(unit), found[3])
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
    """``2 văn bản``, ``mỗi 2 văn bản`` and ``hai văn bản`` are two of the noun ``văn bản``."""
    issues = [] if unit > 0 else [rule_error("negative_points", "Điểm cho một đơn vị phải lớn hơn 0.")]
    thing = _EACH.sub("", thing.strip())
    thing = _NUMBER_WORD.sub(lambda word: f"{_NUMBER_WORDS[word[1].lower()]} ", thing)
    found = _PER.fullmatch(thing)
    noun, per = (found[2].strip(), _size(found[1])) if found else (thing, Decimal(1))
    # What begins with a number or a sign is no noun: “2văn bản”, “(2) văn bản”, “2-3 văn bản”, “2”.
    if not per or not noun.startswith("%") and not noun[:1].isalpha():
        issues.append(unreadable(thing))
    data = {"unit": plain(unit), "noun": noun}
    return (data if per in (None, Decimal(1)) else data | {"per": plain(per)}), issues


def _size(text: str) -> Decimal | None:
    try:
        return read_figure(text, FigureKind.WHOLE)
    except Refused:
        return None
