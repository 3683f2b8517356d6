"""How results lie beside one another: means, neighbours closer than a margin, the way to the next grade."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from app.scoring.rules.ranking import Band


class Cluster(NamedTuple):
    """Neighbours in a ranking, each nearer than the margin to the next; ``spread`` is first minus last."""

    first: int
    last: int
    keys: tuple
    spread: Fraction


def mean_of(values: Iterable[Fraction | None]) -> Fraction | None:
    """The mean of what is there; None when nothing is."""
    there = [value for value in values if value is not None]
    return sum(there, Fraction(0)) / len(there) if there else None


def close_neighbours(ranked: Sequence[tuple[object, int, Fraction]], margin: Decimal) -> list[Cluster]:
    """Runs of at least two agencies in which each gap to the next is at most ``margin`` percent points.

    ``ranked``: (key, rank, index) from the first place down.
    """
    runs: list[list[tuple[object, int, Fraction]]] = []
    for entry in ranked:
        if runs and runs[-1][-1][2] - entry[2] <= margin:
            runs[-1].append(entry)
        else:
            runs.append([entry])
    return [
        Cluster(run[0][1], run[-1][1], tuple(entry[0] for entry in run), run[0][2] - run[-1][2])
        for run in runs
        if len(run) > 1
    ]


def next_band(index: Fraction | None, bands: Iterable[Band]) -> tuple[Band, Fraction] | None:
    """The nearest higher band and how many percent points it is away; None at the top or without an index."""
    if index is None:
        return None
    above = [band for band in bands if Fraction(band.lower) > index]
    if not above:
        return None
    nearest = min(above, key=lambda band: band.lower)
    return nearest, Fraction(nearest.lower) - index
