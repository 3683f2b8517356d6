"""What a unit would enter in one row: figures first, points from them, and an explanation where one is owed."""

from decimal import Decimal
from random import Random
from typing import NamedTuple

from app.scoring.demo import words
from app.scoring.models import Criterion
from app.scoring.rules import (
    CHOICES,
    COUNTED,
    OUTSIDE_MAXIMUM,
    RATIOS,
    Figures,
    Method,
    quantise,
    round_half_up,
    suggest,
)


class Filled(NamedTuple):
    """One row as entered."""

    figures: Figures
    points: Decimal | None
    explanation: str = ""
    na_claimed: bool = False


def fill_row(criterion: Criterion, quality: float, rng: Random) -> Filled:
    """``quality`` 0…1 is how good the agency is; figures suggest the points, few agencies enter others."""
    method = Method(criterion.method)
    figures = _figures(method, criterion.rule, quality, rng)
    suggestion = suggest(method, criterion.rule, criterion.maximum, figures)
    if suggestion.nothing_to_do:
        return Filled(figures, None, rng.choice(words.NOTHING_TO_DO), na_claimed=True)
    if suggestion.points is None:
        return Filled(figures, _typed(method, criterion.maximum, quality, rng), rng.choice(words.DONE))
    other = quantise(suggestion.points - criterion.maximum / 10)
    if method not in OUTSIDE_MAXIMUM and other > 0 and rng.random() < 0.03:
        return Filled(figures, other, rng.choice(words.OWN_POINTS))
    return Filled(figures, suggestion.points, rng.choice(words.DONE) if rng.random() < 0.25 else "")


def _figures(method: Method, rule: dict, quality: float, rng: Random) -> Figures:
    if method in CHOICES:
        return Figures(option=_place(len(rule["options"]), quality, rng))
    if method in RATIOS:
        done, all_of = _ratio(quality, rng)
        return Figures(a=Decimal(done), b=Decimal(all_of))
    if method in OUTSIDE_MAXIMUM:
        rare = rng.random() < (quality - 0.5 if method is Method.BONUS else 0.9 - quality)
        return Figures(n=Decimal(1 if rare else 0))
    if method in COUNTED:
        return Figures(n=Decimal(rng.randint(0, max(1, round(6 * quality)))))
    return Figures()


def _place(options: int, quality: float, rng: Random) -> int:
    """Which option, best first."""
    place = 0
    while place < options - 1 and rng.random() > quality + 0.05:
        place += 1
    return place


def _ratio(quality: float, rng: Random) -> tuple[int, int]:
    """a of b; now and then there was nothing to do."""
    if rng.random() < 0.02:
        return 0, 0
    all_of = rng.randint(8, 240)
    share = 1.0 if rng.random() < quality - 0.25 else min(1.0, max(0.0, rng.gauss(quality, 0.1)))
    return round(all_of * share), all_of


def _typed(method: Method, maximum: Decimal, quality: float, rng: Random) -> Decimal:
    """Points typed by hand, in quarters."""
    if method in OUTSIDE_MAXIMUM:
        return Decimal(0)
    quarters = int(maximum * 4 * Decimal(str(round(min(1.0, rng.gauss(quality, 0.08)), 3))))
    return min(maximum, max(Decimal(0), round_half_up(Decimal(quarters) / 4, 2)))


def appraised(criterion: Criterion, own: Decimal | None, rng: Random) -> tuple[Decimal, str]:
    """An appraiser's points for self points (None: the agency gave none) and the reason, empty when equal."""
    if own is None:
        given = _typed(Method(criterion.method), criterion.maximum, 0.8, rng)
        return given, rng.choice(words.COUNCIL)
    if own == 0 or rng.random() < 0.88:
        return own, ""
    lower = _lower(criterion, own, rng)
    return lower, rng.choice(words.LOWERED) if lower != own else ""


def _lower(criterion: Criterion, own: Decimal, rng: Random) -> Decimal:
    """The next worse option, or a part of the points less."""
    options = [Decimal(option["points"]) for option in (criterion.rule or {}).get("options", ())]
    below = [points for points in options if points < own]
    if below:
        return max(below)
    return max(Decimal(0), quantise(own - criterion.maximum * rng.choice((Decimal("0.1"), Decimal("0.25")))))
