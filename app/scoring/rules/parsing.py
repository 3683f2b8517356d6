"""The column ``rule`` of a criteria table, read into plain data. Nothing is ever evaluated as code.

``parse_rule`` never raises: what is wrong comes back as issues in words. Numbers in the data are strings
(``"0.75"``), so that it can be stored as JSON:

* choices: ``{"options": [{"label", "points"}]}``, best first
* percent_tiers: ``{"bands": [{"low", "inclusive", "points"}]}``, descending, the last ``low`` is None
* proportional: ``{"min", "full"}`` in percent or None
* count, bonus, penalty: ``{"unit", "noun"}``; ``unit`` None (not for count) means that points are typed
* survey: ``{"form", "questions", "weights"}``; no questions means all scale questions of the form
* manual: ``{"guidance"}``; sum: ``{}``
"""

import re
import unicodedata
from collections.abc import Callable, Iterable
from decimal import Decimal
from itertools import pairwise
from typing import Any, Literal, NamedTuple

from app.errors import Refused, Sentence
from app.points import format_points, plain, to_points

from .bounds import Clash, clashes, lacks_upper_bound, read_bounds
from .methods import CHOICES, COUNTED, OUTSIDE_MAXIMUM, Method


class Issue(NamedTuple):
    """Something wrong in a rule: an error stops the import, a warning is for a person to judge."""

    severity: Literal["error", "warning"]
    code: str
    sentence: Sentence


class ParsedRule(NamedTuple):
    """``method`` may differ from the one asked for: percentages told in prose become tiers to choose from."""

    method: Method
    data: dict[str, Any]
    issues: tuple[Issue, ...]


class Line(NamedTuple):
    """One ``label => points`` of a rule."""

    label: str
    points: Decimal


_FORMAL = re.compile(r"(>=|≥|<=|≤|>|<)\s*([0-9.,]+)\s*%?")
_COUNTED = re.compile(r"(-?[0-9.,]+)\s*(?:điểm\s*)?/\s*(.+)", re.IGNORECASE)
_SIGNS = {"≥": ">=", "≤": "<="}


def parse_rule(method: Method, text: str | None, maximum: Decimal) -> ParsedRule:
    """Read one rule. Errors: see the issue codes in each reader below."""
    text = " ".join(unicodedata.normalize("NFC", text or "").split())
    if method is Method.SUM:
        return ParsedRule(method, {}, ())
    if method is Method.MANUAL:
        return ParsedRule(method, {"guidance": text}, ())
    if not text and method not in OUTSIDE_MAXIMUM:
        return ParsedRule(method, {}, (_error("rule_missing", "Chưa có thang điểm."),))
    return _reader(method)(method, text, maximum)


def _reader(method: Method) -> Callable[[Method, str, Decimal], ParsedRule]:
    if method in CHOICES:
        return _choices
    if method in COUNTED:
        return _counted
    return {
        Method.PERCENT_TIERS: _percent_tiers,
        Method.PROPORTIONAL: _proportional,
        Method.SURVEY: _survey,
    }[method]


def _error(code: str, template: str, **values: Any) -> Issue:
    return Issue("error", code, Sentence(template, values))


def _warning(code: str, template: str, **values: Any) -> Issue:
    return Issue("warning", code, Sentence(template, values))


def _unreadable(text: str) -> Issue:
    return _error("rule_unreadable", "Không đọc được thang điểm: “%(text)s”.", text=text[:80])


def _number(text: str) -> Decimal | None:
    try:
        return to_points(text)
    except Refused:
        return None


# --- tables of label => points


def _lines(text: str) -> tuple[list[Line], list[Issue]]:
    lines, issues = [], []
    for part in filter(None, (part.strip() for part in text.split("|"))):
        label, arrow, typed = (piece.strip() for piece in part.rpartition("=>"))
        points = _number(typed.removesuffix("điểm"))
        if not arrow or not label:
            issues.append(_unreadable(part))
        elif points is None:
            issues.append(
                _error(
                    "option_points_unreadable",
                    "Không đọc được điểm “%(points)s” của bậc “%(label)s”.",
                    points=typed[:30],
                    label=label[:80],
                )
            )
        else:
            lines.append(Line(label, points))
    if not issues and len(lines) < 2:
        issues.append(_error("too_few_options", "Thang điểm phải có ít nhất hai bậc."))
    return lines, issues


def _points_issues(lines: list[Line], maximum: Decimal) -> Iterable[Issue]:
    best = max(line.points for line in lines)
    if best != maximum:
        yield _error(
            "best_not_max",
            "Bậc cao nhất được %(best)s điểm, khác điểm tối đa %(maximum)s.",
            best=format_points(best),
            maximum=format_points(maximum),
        )
    if any(line.points < 0 for line in lines):
        yield _error("negative_points", "Điểm của một bậc không được âm.")
    if any(a.points < b.points for a, b in pairwise(lines)):
        yield _warning("options_not_descending", "Các bậc chưa xếp từ điểm cao đến điểm thấp.")


def _choices(method: Method, text: str, maximum: Decimal) -> ParsedRule:
    lines, issues = _lines(text)
    if not issues:
        issues += _points_issues(lines, maximum)
        issues += _prose_issues([line.label for line in lines])
    options = [{"label": line.label, "points": plain(line.points)} for line in lines]
    return ParsedRule(method, {"options": options}, tuple(issues))


def _prose_issues(labels: list[str]) -> Iterable[Issue]:
    tiers = [read_bounds(label) for label in labels]
    if any(tiers):
        for number, label in enumerate(labels, 1):
            if lacks_upper_bound(label):
                yield _warning("tier_bound_missing", "Bậc %(tier)s thiếu cận trên của tỷ lệ.", tier=number)
    for clash in clashes(tiers):
        yield _clash_issue(clash)


def _clash_issue(clash: Clash) -> Issue:
    values = {"first": clash.first, "second": clash.second, "at": format_points(clash.at)}
    if clash.code == "tier_overlap":
        return _warning(clash.code, "Bậc %(first)s và bậc %(second)s chồng nhau tại %(at)s%%.", **values)
    return _warning(clash.code, "Giữa bậc %(first)s và bậc %(second)s có khoảng trống từ %(at)s%%.", **values)


# --- formal bands of percentages


def _percent_tiers(method: Method, text: str, maximum: Decimal) -> ParsedRule:
    lines, issues = _lines(text)
    if not any(line.label[0] in "<>≥≤" for line in lines):
        return _choices(Method.TIERS, text, maximum)
    signs = []
    for line in lines:
        found = _FORMAL.fullmatch(line.label)
        percent = _number(found[2]) if found else None
        if percent is None:
            issues.append(_unreadable(line.label))
        else:
            signs.append((_SIGNS.get(found[1], found[1]), percent))
    if issues:
        return ParsedRule(method, {"bands": []}, tuple(issues))
    issues += _points_issues(lines, maximum)
    issues += _band_issues(signs)
    return ParsedRule(method, {"bands": _bands(signs, lines)}, tuple(issues))


def _bands(signs: list[tuple[str, Decimal]], lines: list[Line]) -> list[dict[str, Any]]:
    """The last band takes everything that is left, however it was written."""
    bands = [
        {"low": plain(percent), "inclusive": sign == ">=", "points": plain(line.points)}
        for (sign, percent), line in zip(signs, lines, strict=True)
    ]
    bands[-1] |= {"low": None, "inclusive": True}
    return bands


def _band_issues(signs: list[tuple[str, Decimal]]) -> Iterable[Issue]:
    *upper, (last_sign, last) = signs
    lows = [(percent, sign == ">") for sign, percent in upper]
    if any(sign not in (">", ">=") for sign, _ in upper) or any(a <= b for a, b in pairwise(lows)):
        yield _error("not_descending", "Các ngưỡng tỷ lệ phải giảm dần, chỉ bậc cuối dùng dấu “nhỏ hơn”.")
        return
    if last_sign in (">", ">="):
        if (last_sign, last) != (">=", 0):
            yield _gap(last)
        elif lows[-1] <= (last, False):
            yield _error("not_descending", "Các ngưỡng tỷ lệ phải giảm dần, chỉ bậc cuối dùng dấu “nhỏ hơn”.")
        return
    end = (last, last_sign == "<=")
    if end < lows[-1]:
        yield _gap(last)
    elif end > lows[-1]:
        yield _error("tier_overlap", "Hai bậc cuối chồng nhau tại %(at)s%%.", at=format_points(lows[-1][0]))


def _gap(percent: Decimal) -> Issue:
    return _error("tier_gap", "Có khoảng trống ở hai bậc cuối, tại %(at)s%%.", at=format_points(percent))


# --- named settings


def _settings(parts: Iterable[str]) -> dict[str, str] | None:
    """``min=50%; full=95%`` as a dict of lower-case names; None when a part is no setting or comes twice."""
    found: dict[str, str] = {}
    for part in filter(None, (part.strip() for part in parts)):
        name, sign, value = (piece.strip() for piece in part.partition("="))
        if not sign or not value or name.lower() in found:
            return None
        found[name.lower()] = value
    return found


def _proportional(method: Method, text: str, maximum: Decimal) -> ParsedRule:
    ratio, *parts = text.split(";")
    settings = _settings(parts)
    known = settings is not None and settings.keys() <= {"min", "full"}
    limits = {name: _number(value.removesuffix("%")) for name, value in (settings or {}).items()}
    low, full = limits.get("min"), limits.get("full")
    if ratio.replace(" ", "").lower() != "a/b" or not known or not _limits_hold(limits, low, full):
        return ParsedRule(method, {"min": None, "full": None}, (_unreadable(text),))
    return ParsedRule(method, {"min": _text(low), "full": _text(full)}, ())


def _limits_hold(limits: dict[str, Decimal | None], low: Decimal | None, full: Decimal | None) -> bool:
    readable = all(limit is not None and limit >= 0 for limit in limits.values())
    return readable and full != 0 and (low is None or full is None or low <= full)


def _text(number: Decimal | None) -> str | None:
    return None if number is None else plain(number)


def _counted(method: Method, text: str, maximum: Decimal) -> ParsedRule:
    found = _COUNTED.fullmatch(text)
    unit = _number(found[1]) if found else None
    if unit is None:
        issues = (_unreadable(text),) if method is Method.COUNT else ()
        return ParsedRule(method, {"unit": None, "noun": text}, issues)
    issues = () if unit > 0 else (_error("negative_points", "Điểm cho một đơn vị phải lớn hơn 0."),)
    return ParsedRule(method, {"unit": plain(unit), "noun": found[2].strip()}, issues)


def _survey(method: Method, text: str, maximum: Decimal) -> ParsedRule:
    settings = _settings(text.split(";"))
    if settings is None or not {"form", "weights"} <= settings.keys() <= {"form", "questions", "weights"}:
        return ParsedRule(method, {}, (_unreadable(text),))
    weights = [_number(weight) for weight in settings["weights"].split(",")]
    questions = [code.strip() for code in settings.get("questions", "").split(",") if code.strip()]
    if any(weight is None or not 0 <= weight <= 100 for weight in weights):
        return ParsedRule(method, {}, (_unreadable(settings["weights"]),))
    data = {"form": settings["form"], "questions": questions, "weights": [plain(w) for w in weights]}
    return ParsedRule(method, data, ())
