"""From figures to suggested points, with the working shown."""

from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import Any, NamedTuple

from app.errors import Sentence
from app.points import format_points, quantise, round_half_up

from .methods import CHOICES, COUNTED, RATIOS, Method


class Figures(NamedTuple):
    """What was typed: ``a`` of ``b`` or a ``percent`` (0…100), ``n`` things, or the index of an option."""

    a: Decimal | None = None
    b: Decimal | None = None
    n: Decimal | None = None
    option: int | None = None
    percent: Decimal | None = None


class Suggestion(NamedTuple):
    """Points within 0…maximum, or None where the figures give none. ``nothing_to_do``: b = 0, so the unit
    must claim that the criterion does not apply, or explain."""

    points: Decimal | None = None
    working: Sentence | None = None
    nothing_to_do: bool = False


_BAND_REACHED = (
    Sentence("%(percent)s%% → bậc %(tier)s → %(points)s điểm"),
    Sentence("%(a)s/%(b)s = %(percent)s%% → bậc %(tier)s → %(points)s điểm"),
)
_BELOW_MINIMUM = (
    Sentence("%(percent)s%% → dưới %(limit)s%% → %(points)s điểm"),
    Sentence("%(a)s/%(b)s = %(percent)s%% → dưới %(limit)s%% → %(points)s điểm"),
)
_FULL_MARK = (
    Sentence("%(percent)s%% → từ %(limit)s%% → %(points)s điểm"),
    Sentence("%(a)s/%(b)s = %(percent)s%% → từ %(limit)s%% → %(points)s điểm"),
)
_IN_PROPORTION = (
    Sentence("%(percent)s%% × %(maximum)s = %(points)s điểm"),
    Sentence("%(a)s/%(b)s = %(percent)s%% × %(maximum)s = %(points)s điểm"),
)
_NOTHING_TO_DO = Sentence("b = 0: không phát sinh – đề nghị không áp dụng hoặc giải trình")


def suggest(method: Method, rule: dict[str, Any], maximum: Decimal, figures: Figures) -> Suggestion:
    """Suggested points for figures that ``check_figures`` has let through; ``rule`` is the parsed data."""
    if method in CHOICES:
        return _of_option(rule, maximum, figures.option)
    if method in COUNTED:
        return _of_count(rule, maximum, figures.n)
    if method not in RATIOS:
        return Suggestion()
    if figures.b == 0:
        return Suggestion(None, _NOTHING_TO_DO, nothing_to_do=True)
    percent = _percent(figures)
    if percent is None:
        return Suggestion()
    return (_of_bands if method is Method.PERCENT_TIERS else _of_ratio)(rule, maximum, figures, percent)


def check_figures(method: Method, figures: Figures, rule: dict[str, Any] | None = None) -> Sentence | None:
    """Why these figures cannot be, or None. With its rule, options are checked and a ratio may pass 100 %
    where the rule has a band or a full mark above 100 %."""
    numbers = (figures.a, figures.b, figures.n, figures.percent)
    if any(number is not None and number < 0 for number in numbers):
        return Sentence("Số liệu không được âm.")
    if method in RATIOS and not _reaches_beyond_hundred(rule or {}):
        if figures.a is not None and figures.b is not None and figures.a > figures.b:
            return Sentence("a không được lớn hơn b.")
        if figures.percent is not None and figures.percent > 100:
            return Sentence(
                "Tỷ lệ %(percent)s%% vượt quá 100%%.", {"percent": format_points(figures.percent)}
            )
    if method in COUNTED and figures.n is not None and figures.n != figures.n.to_integral_value():
        return Sentence("Số lượng phải là số nguyên.")
    if method in CHOICES and figures.option is not None:
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


def linked(maximum: Decimal, index: Decimal | None) -> Suggestion:
    """The leaf that takes over the reform index (percent): maximum × index ÷ 100, to two places half up."""
    if index is None:
        return Suggestion()
    points = _within(round_half_up(Fraction(maximum) * Fraction(index) / 100, 2), maximum)
    values = {
        "index": format_points(index),
        "maximum": format_points(maximum),
        "points": format_points(points),
    }
    return Suggestion(points, Sentence("%(index)s%% × %(maximum)s = %(points)s điểm", values))


def _within(points: Decimal, maximum: Decimal) -> Decimal:
    return min(max(points, Decimal(0)), maximum)


def _reaches_beyond_hundred(rule: dict[str, Any]) -> bool:
    limits = [band["low"] for band in rule.get("bands", ())] + [rule.get("full")]
    return any(limit is not None and Decimal(limit) > 100 for limit in limits)


def _of_option(rule: dict[str, Any], maximum: Decimal, option: int | None) -> Suggestion:
    options = rule.get("options", ())
    if option is None or not 0 <= option < len(options):
        return Suggestion()
    points = _within(Decimal(options[option]["points"]), maximum)
    values = {"tier": option + 1, "label": options[option]["label"], "points": format_points(points)}
    return Suggestion(points, Sentence("Bậc %(tier)s (%(label)s) → %(points)s điểm", values))


def _of_count(rule: dict[str, Any], maximum: Decimal, n: Decimal | None) -> Suggestion:
    if n is None or rule.get("unit") is None:
        return Suggestion()
    unit = Decimal(rule["unit"])
    product = quantise(n * unit)
    points = _within(product, maximum)
    values = {"n": format_points(n), "noun": rule["noun"], "unit": format_points(unit)}
    values |= {"product": format_points(product), "points": format_points(points)}
    if product > maximum:
        sentence = Sentence("%(n)s %(noun)s × %(unit)s = %(product)s → tối đa %(points)s điểm", values)
    else:
        sentence = Sentence("%(n)s %(noun)s × %(unit)s = %(points)s điểm", values)
    return Suggestion(points, sentence)


def _percent(figures: Figures) -> Fraction | None:
    """Exact; a and b win over a typed percentage."""
    if figures.a is not None and figures.b is not None and figures.b > 0:
        return Fraction(figures.a) / Fraction(figures.b) * 100
    return None if figures.percent is None else Fraction(figures.percent)


def _of_bands(rule: dict[str, Any], maximum: Decimal, figures: Figures, percent: Fraction) -> Suggestion:
    bands = rule.get("bands") or ()
    if not bands:
        return Suggestion()
    place = _band_reached(bands, percent)
    points = _within(Decimal(bands[place]["points"]), maximum)
    shown = _shown(percent, lambda value: _band_reached(bands, value))
    working = _working(figures, shown, _BAND_REACHED, tier=place + 1, points=points)
    return Suggestion(points, working)


def _band_reached(bands: list[dict[str, Any]], percent: Fraction) -> int:
    for place, band in enumerate(bands[:-1]):
        low = Fraction(band["low"])
        if percent > low or (band["inclusive"] and percent == low):
            return place
    return len(bands) - 1


def _of_ratio(rule: dict[str, Any], maximum: Decimal, figures: Figures, percent: Fraction) -> Suggestion:
    side = _side(rule, percent)
    shown = _shown(percent, lambda value: _side(rule, value))
    if side == "below":
        limit = Decimal(rule["min"])
        working = _working(figures, shown, _BELOW_MINIMUM, limit=limit, points=Decimal(0))
        return Suggestion(Decimal(0), working)
    if side == "full":
        limit = Decimal(rule["full"])
        working = _working(figures, shown, _FULL_MARK, limit=limit, points=maximum)
        return Suggestion(maximum, working)
    points = _within(round_half_up(Fraction(maximum) * percent / 100, 3), maximum)
    working = _working(figures, shown, _IN_PROPORTION, maximum=maximum, points=points)
    return Suggestion(points, working)


def _side(rule: dict[str, Any], percent: Fraction) -> str:
    if rule.get("min") is not None and percent < Fraction(rule["min"]):
        return "below"
    if rule.get("full") is not None and percent >= Fraction(rule["full"]):
        return "full"
    return "between"


def _shown(percent: Fraction, verdict: Callable[[Fraction], Any]) -> Decimal:
    """Two places, or more where two would show a limit as reached that was not (89.995 % is not 90 %)."""
    for places in (2, 4, 6, 9):
        shown = round_half_up(percent, places)
        if verdict(Fraction(shown)) == verdict(percent):
            break
    return shown


def _working(
    figures: Figures, shown: Decimal, templates: tuple[Sentence, Sentence], **values: Any
) -> Sentence:
    """The first template for a typed percentage, the second for a of b."""
    texts = {name: format_points(v) if isinstance(v, Decimal) else v for name, v in values.items()}
    texts["percent"] = format_points(shown)
    if figures.a is None or not figures.b:
        return Sentence(templates[0].template, texts)
    texts |= {"a": format_points(figures.a), "b": format_points(figures.b)}
    return Sentence(templates[1].template, texts)
