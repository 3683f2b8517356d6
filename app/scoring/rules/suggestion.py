"""From figures to suggested points, with the working shown."""

from collections.abc import Callable, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from app.errors import Sentence
from app.figures import grouped
from app.points import format_points, round_half_up

from .asking import Asked, called
from .count_points import of_count
from .methods import CHOICES, COUNTED, RATIOS, Method
from .shapes import Figures, Suggestion, band_reached, within

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
_NOTHING_TO_DO = "%(name)s bằng 0: không phát sinh – đề nghị không áp dụng hoặc giải trình"


def suggest(
    method: Method,
    rule: dict[str, Any],
    maximum: Decimal,
    figures: Figures,
    asked: Sequence[Asked] = (),
) -> Suggestion:
    """Suggested points for figures that ``check_figures`` has let through; ``rule`` is the parsed data.

    ``asked`` says what the figures are called.
    """
    if method in CHOICES:
        return _of_option(rule, maximum, figures.option)
    if method in COUNTED:
        return of_count(method, rule, maximum, figures.n, asked)
    if method not in RATIOS:
        return Suggestion()
    if figures.b == 0:
        working = Sentence(_NOTHING_TO_DO, {"name": called(asked)["b"]})
        return Suggestion(None, working, nothing_to_do=True)
    percent = _percent(figures)
    if percent is None:
        return Suggestion()
    return (_of_bands if method is Method.PERCENT_TIERS else _of_ratio)(rule, maximum, figures, percent)


def linked(maximum: Decimal, index: Decimal | None) -> Suggestion:
    """The leaf that takes over the reform index (percent): maximum × index ÷ 100, to two places half up."""
    if index is None:
        return Suggestion()
    points = within(round_half_up(Fraction(maximum) * Fraction(index) / 100, 2), maximum)
    values = {
        "index": format_points(index),
        "maximum": format_points(maximum),
        "points": format_points(points),
    }
    return Suggestion(points, Sentence("%(index)s%% × %(maximum)s = %(points)s điểm", values))


def _of_option(rule: dict[str, Any], maximum: Decimal, option: int | None) -> Suggestion:
    options = rule.get("options", ())
    if option is None or not 0 <= option < len(options):
        return Suggestion()
    points = within(Decimal(options[option]["points"]), maximum)
    values = {"tier": option + 1, "label": options[option]["label"], "points": format_points(points)}
    return Suggestion(points, Sentence("Bậc %(tier)s (%(label)s) → %(points)s điểm", values))


def _percent(figures: Figures) -> Fraction | None:
    """Exact; a and b win over a typed percentage."""
    if figures.a is not None and figures.b is not None and figures.b > 0:
        return Fraction(figures.a) / Fraction(figures.b) * 100
    return None if figures.percent is None else Fraction(figures.percent)


def _of_bands(rule: dict[str, Any], maximum: Decimal, figures: Figures, percent: Fraction) -> Suggestion:
    bands = rule.get("bands") or ()
    if not bands:
        return Suggestion()
    place = band_reached(bands, percent)
    points = within(Decimal(bands[place]["points"]), maximum)
    shown = _shown(percent, lambda value: band_reached(bands, value))
    working = _working(figures, shown, _BAND_REACHED, tier=place + 1, points=points)
    return Suggestion(points, working)


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
    points = within(round_half_up(Fraction(maximum) * percent / 100, 3), maximum)
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
    texts |= {"a": grouped(figures.a), "b": grouped(figures.b)}
    return Sentence(templates[1].template, texts)
