"""How a criterion's points come about, in the words of an administrative document: one writer for screen and Excel."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from app.errors import Sentence
from app.figures import grouped
from app.points import format_points

from .asking import figure_name
from .methods import Method

_PERCENT_BANDS = {
    ("low", True): "từ %(limit)s%% → %(points)s điểm",
    ("low", False): "trên %(limit)s%% → %(points)s điểm",
    ("high", True): "không quá %(limit)s%% → %(points)s điểm",
    ("high", False): "dưới %(limit)s%% → %(points)s điểm",
}
_COUNT_BANDS = {
    ("low", True): "từ %(limit)s → %(points)s điểm",
    ("low", False): "trên %(limit)s → %(points)s điểm",
    ("high", True): "không quá %(limit)s → %(points)s điểm",
    ("high", False): "dưới %(limit)s → %(points)s điểm",
}
_LAST_BAND = {"low": "thấp hơn → %(points)s điểm", "high": "cao hơn → %(points)s điểm"}
_EACH = {
    False: "%(points)s điểm cho mỗi %(noun)s, tối đa %(max)s",
    True: "%(points)s điểm cho đủ mỗi %(per)s %(noun)s, tối đa %(max)s",
}
_LESS_EACH = {
    False: "%(max)s điểm, trừ %(points)s điểm cho mỗi %(noun)s, không dưới %(floor)s điểm",
    True: "%(max)s điểm, trừ %(points)s điểm cho đủ mỗi %(per)s %(noun)s, không dưới %(floor)s điểm",
}


def rule_told(criterion: Any) -> list[Sentence]:
    """One sentence a line, out of the parsed rule; the text as written where nothing could be read."""
    rule, method = criterion.rule or {}, Method(criterion.method)
    if rule.get("options"):
        return [_option(option) for option in rule["options"]]
    if rule.get("bands"):
        templates = _PERCENT_BANDS if method is Method.PERCENT_TIERS else _COUNT_BANDS
        return [_band(band, templates) for band in rule["bands"]]
    if method is Method.PROPORTIONAL and rule:
        return list(_proportion(criterion, rule))
    if rule.get("unit"):
        return [_amount(rule, method, criterion.maximum)]
    if method is Method.SURVEY and rule.get("form"):
        return list(_survey(rule))
    return [Sentence("%(text)s", {"text": criterion.rule_text})] if criterion.rule_text else []


def _points(text: str) -> str:
    return format_points(Decimal(text))


def _option(option: dict[str, Any]) -> Sentence:
    values = {"label": option["label"], "points": _points(option["points"])}
    return Sentence("%(label)s → %(points)s điểm", values)


def _band(band: dict[str, Any], templates: dict[tuple[str, bool], str]) -> Sentence:
    side = "low" if "low" in band else "high"
    points = {"points": _points(band["points"])}
    if band[side] is None:
        return Sentence(_LAST_BAND[side], points)
    template = templates[side, bool(band["inclusive"])]
    return Sentence(template, points | {"limit": grouped(Decimal(band[side]))})


def _proportion(criterion: Any, rule: dict[str, Any]) -> Iterator[Sentence]:
    names = {"part": figure_name(criterion, "a"), "whole": figure_name(criterion, "b")}
    yield Sentence("Điểm tối đa × %(part)s / %(whole)s", names)
    if rule.get("min"):
        yield Sentence("dưới %(limit)s%% được 0 điểm", {"limit": _points(rule["min"])})
    if rule.get("full"):
        yield Sentence("từ %(limit)s%% được điểm tối đa", {"limit": _points(rule["full"])})


def _amount(rule: dict[str, Any], method: Method, maximum: Decimal) -> Sentence:
    values = {"points": _points(rule["unit"]), "noun": rule["noun"], "max": format_points(maximum)}
    if rule.get("per"):
        values["per"] = grouped(Decimal(rule["per"]))
    if method is Method.DEDUCT:
        values["floor"] = _points(rule.get("floor") or "0")
        return Sentence(_LESS_EACH[bool(rule.get("per"))], values)
    return Sentence(_EACH[bool(rule.get("per"))], values)


def _survey(rule: dict[str, Any]) -> Iterator[Sentence]:
    yield Sentence("Theo kết quả phiếu khảo sát %(form)s", {"form": rule["form"]})
    if rule.get("questions"):
        yield Sentence("Câu hỏi: %(questions)s", {"questions": ", ".join(rule["questions"])})
    weights = " – ".join("–" if weight is None else f"{_points(weight)}%" for weight in rule["weights"])
    yield Sentence("Các mức trả lời tính: %(weights)s", {"weights": weights})
