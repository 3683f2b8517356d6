"""The column ``rule`` of a criteria table, read into plain data. Nothing is ever evaluated as code.

``parse_rule`` never raises: what is wrong comes back as issues in words. Numbers in the data are strings
(``"0.75"``), so that it can be stored as JSON:

* choices: ``{"options": [{"label", "points"}]}``, best first
* percent_tiers, count by tiers: ``{"bands": [{"low" or "high", "inclusive", "points"}]}``, see ``bands``
* proportional: ``{"min", "full"}`` in percent or None
* count, bonus, penalty: ``{"unit", "noun"}`` and ``"per"`` where it is not one; ``unit`` None (not for count) means
  that points are typed
* deduct: the same and ``"floor"``
* survey: ``{"form", "questions", "weights"}``; no questions means all scale questions of the form
* manual: ``{"guidance"}``; sum: ``{}``
"""

import re
import unicodedata
from collections.abc import Callable, Iterable
from decimal import Decimal
from itertools import pairwise
from typing import Any

from app.points import format_points, plain

from .bands import fraction_warning, is_formal, read_bands
from .bounds import Clash, clashes, lacks_upper_bound, read_bounds
from .counting import read_counted, read_deduction
from .issues import Issue, Line, ParsedRule, read_number, rule_error, rule_warning, unreadable
from .methods import CHOICES, OUTSIDE_MAXIMUM, Method

_ARROW = "=>"
_AFTER_POINTS = re.compile(r"\s*(?:điểm|đ)?[\s;.,]*$")
_LONG_ARROW = re.compile("={2,}>")
# What word processors make of the arrow, or people of its two signs.
_OTHER_ARROWS = re.compile("[\u2192\u21d2\u27a1\u21e8]|-{1,2}>")


def parse_rule(method: Method, text: str | None, maximum: Decimal) -> ParsedRule:
    """Read one rule. Errors: see the issue codes in each reader below."""
    text = _LONG_ARROW.sub(_ARROW, unicodedata.normalize("NFC", text or ""))
    if _ARROW not in text and method is not Method.MANUAL:
        text = _OTHER_ARROWS.sub(_ARROW, text)
    if _ARROW in text:
        text = _lines_as_bars(text)
    text = " ".join(text.split())
    if method is Method.SUM:
        return ParsedRule(method, {}, ())
    if method is Method.MANUAL:
        return ParsedRule(method, {"guidance": text}, ())
    if not text and method not in OUTSIDE_MAXIMUM:
        return ParsedRule(method, {}, (rule_error("rule_missing", "Chưa có thang điểm."),))
    return _reader(method)(method, text, maximum)


def _lines_as_bars(text: str) -> str:
    """A line break inside the cell ends an option as ``|`` does, once the option has its points."""
    joined = ""
    for line in text.splitlines():
        option = joined.rpartition("|")[2]
        ended = _ARROW in option and option.rpartition(_ARROW)[2].strip()
        joined = f"{joined}{'|' if ended else ' '}{line}"
    return joined


def _reader(method: Method) -> Callable[[Method, str, Decimal], ParsedRule]:
    if method in CHOICES:
        return _choices
    return {
        Method.PERCENT_TIERS: _percent_tiers,
        Method.PROPORTIONAL: _proportional,
        Method.COUNT: _count,
        Method.DEDUCT: lambda _method, text, maximum: read_deduction(text, maximum or None),
        Method.BONUS: read_counted,
        Method.PENALTY: read_counted,
        Method.SURVEY: _survey,
    }[method]


# --- tables of label => points


def _lines(text: str) -> tuple[list[Line], list[Issue]]:
    lines, issues = [], []
    for part in filter(None, (part.strip() for part in text.split("|"))):
        label, arrow, typed = (piece.strip() for piece in part.rpartition(_ARROW))
        points = read_number(_AFTER_POINTS.sub("", typed))
        if _ARROW in label:
            issues.append(
                rule_error("stray_arrow", "Một bậc chỉ có một dấu “=>”: “%(text)s”.", text=part[:80])
            )
        elif not arrow or not label:
            issues.append(unreadable(part))
        elif points is None:
            issues.append(
                rule_error(
                    "option_points_unreadable",
                    "Không đọc được điểm “%(points)s” của bậc “%(label)s”.",
                    points=typed[:30],
                    label=label[:80],
                )
            )
        else:
            lines.append(Line(label, points))
    if not issues and len(lines) < 2:
        issues.append(rule_error("too_few_options", "Thang điểm phải có ít nhất hai bậc."))
    return lines, issues


def _points_issues(lines: list[Line], maximum: Decimal) -> Iterable[Issue]:
    best = max(line.points for line in lines)
    if best != maximum:
        yield rule_error(
            "best_not_max",
            "Bậc cao nhất được %(best)s điểm, khác điểm tối đa %(maximum)s.",
            best=format_points(best),
            maximum=format_points(maximum),
        )
    if any(line.points < 0 for line in lines):
        yield rule_error("negative_points", "Điểm của một bậc không được âm.")
    if any(a.points < b.points for a, b in pairwise(lines)):
        yield rule_warning("options_not_descending", "Các bậc chưa xếp từ điểm cao đến điểm thấp.")


def _choices(method: Method, text: str, maximum: Decimal) -> ParsedRule:
    lines, issues = _lines(text)
    if not issues:
        issues += _points_issues(lines, maximum)
        issues += _prose_issues([line.label for line in lines])
        issues += _repeated([line.label for line in lines])
    options = [{"label": line.label, "points": plain(line.points)} for line in lines]
    return ParsedRule(method, {"options": options}, tuple(issues))


def _repeated(labels: list[str]) -> Iterable[Issue]:
    known: set[str] = set()
    for label in labels:
        if label.casefold() in known:
            yield rule_error("option_repeated", "Hai bậc cùng tên “%(label)s”.", label=label[:80])
        known.add(label.casefold())


def _prose_issues(labels: list[str]) -> Iterable[Issue]:
    tiers = [read_bounds(label) for label in labels]
    if any(tiers):
        for number, label in enumerate(labels, 1):
            if lacks_upper_bound(label):
                yield rule_warning(
                    "tier_bound_missing", "Bậc %(tier)s thiếu cận trên của tỷ lệ.", tier=number
                )
    for clash in clashes(tiers):
        yield _clash_issue(clash)


def _clash_issue(clash: Clash) -> Issue:
    values = {"first": clash.first, "second": clash.second, "at": format_points(clash.at)}
    if clash.code == "tier_overlap":
        return rule_warning(clash.code, "Bậc %(first)s và bậc %(second)s chồng nhau tại %(at)s%%.", **values)
    return rule_warning(
        clash.code, "Giữa bậc %(first)s và bậc %(second)s có khoảng trống từ %(at)s%%.", **values
    )


# --- formal bands of percentages or of numbers


def _percent_tiers(method: Method, text: str, maximum: Decimal) -> ParsedRule:
    lines, issues = _lines(text)
    if not is_formal(lines):
        return _choices(Method.TIERS, text, maximum)
    return _banded(method, lines, issues, maximum, percent=True)


def _banded(
    method: Method, lines: list[Line], issues: list[Issue], maximum: Decimal, *, percent: bool
) -> ParsedRule:
    bands: list[dict[str, Any]] = []
    if not issues:
        bands, issues = read_bands(lines, percent=percent)
        issues = [*(_points_issues(lines, maximum) if bands else ()), *issues]
    return ParsedRule(method, {"bands": bands}, tuple(issues))


def _count(method: Method, text: str, maximum: Decimal) -> ParsedRule:
    """Points each, or tiers of how many there are: ``<=2 => 1 | <=5 => 0,5 | >5 => 0``."""
    if _ARROW not in text:
        return read_counted(method, text, maximum)
    return _banded(method, *_lines(text), maximum, percent=False)


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
    limits = {name: read_number(value.removesuffix("%")) for name, value in (settings or {}).items()}
    low, full = limits.get("min"), limits.get("full")
    if ratio.replace(" ", "").lower() != "a/b" or not known or not _limits_hold(limits, low, full):
        return ParsedRule(method, {"min": None, "full": None}, (unreadable(text),))
    issues = (fraction_warning(),) if limits and 0 < max(limits.values()) <= 1 else ()
    return ParsedRule(method, {"min": _text(low), "full": _text(full)}, issues)


def _limits_hold(limits: dict[str, Decimal | None], low: Decimal | None, full: Decimal | None) -> bool:
    readable = all(limit is not None and limit >= 0 for limit in limits.values())
    return readable and full != 0 and (low is None or full is None or low <= full)


def _text(number: Decimal | None) -> str | None:
    return None if number is None else plain(number)


def _survey(method: Method, text: str, maximum: Decimal) -> ParsedRule:
    """A weight may be “-”: that answer is named as not counted (“không biết”)."""
    settings = _settings(text.split(";"))
    if settings is None or not {"form", "weights"} <= settings.keys() <= {"form", "questions", "weights"}:
        return ParsedRule(method, {}, (unreadable(text),))
    weights = [weight.strip() for weight in settings["weights"].split(",")]
    read = [None if weight == "-" else read_number(weight) for weight in weights]
    questions = [code.strip() for code in settings.get("questions", "").split(",") if code.strip()]
    wrong = [w for w, r in zip(weights, read, strict=True) if w != "-" and (r is None or not 0 <= r <= 100)]
    if wrong or not any(weight is not None for weight in read):
        return ParsedRule(method, {}, (unreadable(settings["weights"]),))
    known = [weight for weight in read if weight is not None]
    issues = [_weights_as_fractions()] if 0 < max(known) <= 1 else []
    data = {
        "form": settings["form"],
        "questions": questions,
        "weights": [None if weight is None else plain(weight) for weight in read],
    }
    return ParsedRule(method, data, tuple(issues))


def _weights_as_fractions() -> Issue:
    return rule_warning(
        "weights_as_fractions",
        "Mọi trọng số đều không quá 1%: nếu ý là 100%, 80% thì phải ghi 100,80, không ghi 1 hay 0,8.",
    )
