"""Which figures and which points cannot be."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from app.errors import Sentence
from app.figures import WITHOUT_FRACTION, FigureKind, grouped
from app.points import format_points

from .asking import DEFAULT_NAMES, Asked, called
from .methods import CHOICES, COUNTED, RATIOS, Method
from .shapes import Figures


def check_figures(
    method: Method,
    figures: Figures,
    rule: dict[str, Any] | None = None,
    asked: Sequence[Asked] = (),
) -> Sentence | None:
    """Why these figures cannot be, or None. With its rule, options are checked and a ratio may pass 100 %
    where the rule has a band or a full mark above 100 %. ``asked`` says names and kinds of the figures."""
    numbers = (figures.a, figures.b, figures.n, figures.percent)
    if any(number is not None and number < 0 for number in numbers):
        return Sentence("Số liệu không được âm.")
    return (
        _check_ratio(method, figures, rule or {}, called(asked))
        or _check_whole(method, figures, asked)
        or _check_option(method, figures, rule)
    )


def _check_ratio(
    method: Method, figures: Figures, rule: dict[str, Any], names: dict[str, str]
) -> Sentence | None:
    if method not in RATIOS or _reaches_beyond_hundred(rule):
        return None
    if figures.a is not None and figures.b is not None and figures.a > figures.b:
        values = {"part": names["a"], "a": grouped(figures.a), "whole": names["b"], "b": grouped(figures.b)}
        return Sentence("%(part)s (%(a)s) không được lớn hơn %(whole)s (%(b)s).", values)
    if figures.percent is not None and figures.percent > 100:
        return Sentence("Tỷ lệ %(percent)s%% vượt quá 100%%.", {"percent": format_points(figures.percent)})
    return None


def _check_whole(method: Method, figures: Figures, asked: Sequence[Asked]) -> Sentence | None:
    counted = [Asked("n", DEFAULT_NAMES["n"], FigureKind.WHOLE)] if method in COUNTED else []
    for one in asked or counted:
        number = getattr(figures, one.letter)
        if one.kind in WITHOUT_FRACTION and number is not None and number != number.to_integral_value():
            return Sentence("%(name)s phải là số nguyên.", {"name": one.name})
    return None


def _check_option(method: Method, figures: Figures, rule: dict[str, Any] | None) -> Sentence | None:
    if method not in CHOICES or figures.option is None:
        return None
    count = len((rule or {}).get("options", ()))
    if figures.option < 0 or (rule is not None and figures.option >= count):
        return Sentence("Bậc đã chọn không có trong thang điểm.")
    return None


def allowed_points(
    method: Method, rule: dict[str, Any], maximum: Decimal, points: Decimal
) -> Sentence | None:
    """Why these points cannot be given, or None. A penalty is typed as the positive points it takes away."""
    if 0 <= points <= maximum:
        return None
    return Sentence("Điểm phải từ 0 đến %(maximum)s.", {"maximum": format_points(maximum)})


def _reaches_beyond_hundred(rule: dict[str, Any]) -> bool:
    limits = [band.get("low", band.get("high")) for band in rule.get("bands", ())] + [rule.get("full")]
    return any(limit is not None and Decimal(limit) > 100 for limit in limits)
