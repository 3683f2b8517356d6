"""Final points of a leaf, and the totals and index of an agency."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Literal, NamedTuple

from app.points import round_half_up

Caps = tuple[tuple[str, Decimal], ...]


class Leaf(NamedTuple):
    """A criterion that takes points. The ``maximum`` of a bonus or penalty is its cap, outside the set's.

    ``caps``: code and most points of the headings above it that limit bonuses or penalties together, the nearest first.
    """

    code: str
    field: str
    maximum: Decimal
    kind: Literal["normal", "bonus", "penalty"] = "normal"
    caps: Caps = ()


class Standing(NamedTuple):
    """How one agency stands at one leaf; ``points`` None is unscored, a penalty's points are positive."""

    leaf: Leaf
    applicable: bool = True
    points: Decimal | None = None


class Final(NamedTuple):
    """The outcome of a leaf: not applicable, scored, or (applicable without points) unscored."""

    applicable: bool
    points: Decimal | None


class Total(NamedTuple):
    """``index`` is percent, exact and unrounded; None where nothing applies. ``unscored`` counts leaves."""

    points: Decimal
    maximum: Decimal
    index: Fraction | None
    unscored: int


def final_points(
    concluded: Decimal | None,
    concluded_na: bool,
    appraisals: Sequence[Decimal | None],
    survey_points: Decimal | None = None,
    is_survey: bool = False,
) -> Final:
    """What the council concluded, else the mean of the appraisals sent, else the survey's points.

    None among the appraisals means that this appraiser accepts “not applicable”. When appraisers disagree on
    that, the leaf stays unscored until the council concludes.
    """
    if concluded_na:
        return Final(False, None)
    if concluded is not None:
        return Final(True, concluded)
    if appraisals:
        return _appraised(appraisals)
    return Final(True, survey_points if is_survey else None)


def _appraised(appraisals: Sequence[Decimal | None]) -> Final:
    scored = [points for points in appraisals if points is not None]
    if not scored:
        return Final(False, None)
    if len(scored) < len(appraisals):
        return Final(True, None)
    return Final(True, round_half_up(sum(map(Fraction, scored), Fraction(0)) / len(scored), 3))


def total(standings: Iterable[Standing]) -> Total:
    """Points over the applicable maximum. A leaf that does not apply leaves both sums.

    Bonus adds to and penalty takes from the points only, each within its cap and within that of the headings above;
    points never fall below 0.
    An unscored leaf counts 0 points, keeps its maximum, and is counted in ``unscored``. Fractions stay exact too.
    """
    applicable = [standing for standing in standings if standing.applicable]
    maximum = sum(s.leaf.maximum for s in applicable if s.leaf.kind == "normal") or Decimal(0)
    points = max(Decimal(0), signed_sum(applicable))
    index = Fraction(points) / Fraction(maximum) * 100 if maximum > 0 else None
    return Total(points, maximum, index, sum(s.points is None for s in applicable))


def signed_sum(standings: Iterable[Standing]) -> Decimal:
    """Points that add less points that take away, each within its caps; may fall below 0."""
    return sum(_within_caps([(standing.leaf.caps, _signed(standing)) for standing in standings])) or Decimal(0)


def _signed(standing: Standing) -> Decimal:
    points = min(max(standing.points or 0, 0), standing.leaf.maximum)
    return -points if standing.leaf.kind == "penalty" else points


def _within_caps(amounts: list[tuple[Caps, Decimal]]) -> list[Decimal]:
    """Amounts under one heading become one amount within its cap, from the deepest headings up."""
    for depth in range(max((len(caps) for caps, _amount in amounts), default=0), 0, -1):
        below: dict[Caps, Decimal] = {}
        for caps, amount in amounts:
            if len(caps) == depth:
                below[caps] = below.get(caps, 0) + amount
        amounts = [pair for pair in amounts if len(pair[0]) != depth]
        amounts += [(caps[1:], max(-caps[0][1], min(caps[0][1], amount))) for caps, amount in below.items()]
    return [amount for _caps, amount in amounts]


def field_totals(standings: Iterable[Standing]) -> dict[str, Total]:
    """The same by field, in the order in which the fields first come."""
    fields: dict[str, list[Standing]] = {}
    for standing in standings:
        fields.setdefault(standing.leaf.field, []).append(standing)
    return {field: total(members) for field, members in fields.items()}
