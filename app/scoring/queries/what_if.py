"""What would come out: criteria left out, weights and scores changed. Computed beside the data, never written."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

from app.errors import NotInScope, Refused
from app.scoring.models import Criterion
from app.scoring.queries.outlines import round_outlines
from app.scoring.queries.standings import Line, Standings, leaf_of
from app.scoring.rules import (
    OUTSIDE_MAXIMUM,
    Band,
    Entry,
    Final,
    Leaf,
    Method,
    Standing,
    field_totals,
    grade,
    rank,
    total,
)

LARGEST_WEIGHT = Decimal(1000)


@dataclass(frozen=True)
class Changes:
    """``without``: ids of leaves and fields that count for nobody. ``weights``: id of a leaf or field → its maximum.
    ``scores``: (sheet id, leaf id) → points of that agency there.
    """

    without: tuple[int, ...] = ()
    weights: dict[int, Decimal] = field(default_factory=dict)
    scores: dict[tuple[int, int], Decimal] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.without or self.weights or self.scores)


@dataclass(frozen=True)
class Outlook:
    """One agency's line and where it would stand; ``moved`` counts the places won."""

    line: Line
    index: Fraction | None
    rank: int | None
    grade: str | None

    @property
    def moved(self) -> int:
        return self.line.rank - self.rank if self.line.rank and self.rank else 0


class Trial:
    """The group's agencies under other rules. ``nodes``: the fields and leaves of its set, in order."""

    def __init__(self, standings: Standings, group_id: int):
        self.round = standings.round
        found = next((pair for pair in standings.groups if pair[0].id == group_id), None)
        if found is None:
            raise NotInScope()
        self.group, self.lines = found
        outline = round_outlines(self.round).get(self.lines[0].sheet.criteria_set_id, [])
        self.nodes = {node.id: node for node in outline if node.is_leaf or node.parent_id is None}
        self.leaves = [node for node in outline if node.is_leaf]
        self.sheets = {line.sheet.id: line.sheet for line in self.lines}

    def maximum(self, node: Criterion) -> Decimal:
        """What the leaf, or all of the field, can bring; bonuses and penalties stand outside."""
        own = [leaf.maximum for leaf in self._below(node) if is_weighted(leaf)]
        return sum(own, Decimal(0))

    def _below(self, node: Criterion) -> list[Criterion]:
        if node.is_leaf:
            return [node]
        return [leaf for leaf in self.leaves if leaf.field_code == node.code]

    def check(self, changes: Changes) -> None:
        """Refuse what names no criterion or agency of the group, or is beyond its bounds."""
        for key in changes.without:
            self._node(key, "without")
        for key, weight in changes.weights.items():
            node = self._node(key, "node")
            if not 0 < weight <= LARGEST_WEIGHT or not self.maximum(node):
                raise Refused(
                    "Điểm tối đa thử phải lớn hơn 0 và không quá %(most)s.",
                    field="maximum",
                    most=str(LARGEST_WEIGHT),
                )
        for (sheet_id, key), points in changes.scores.items():
            node = self.nodes.get(key)
            if sheet_id not in self.sheets or node is None or not node.is_leaf:
                raise Refused("Hãy chọn cơ quan và tiêu chí cần thử.", field="points")
            if not 0 <= points <= node.maximum:
                raise Refused(
                    "Điểm thử phải từ 0 đến %(maximum)s.", field="points", maximum=str(node.maximum)
                )

    def _node(self, key: int, name: str) -> Criterion:
        if key not in self.nodes:
            raise Refused("Tiêu chí này không thuộc bộ tiêu chí của khối.", field=name)
        return self.nodes[key]

    def outlooks(self, changes: Changes) -> list[Outlook]:
        """The group's agencies in the order in which they would stand."""
        self.check(changes)
        gone = {leaf.id for key in changes.without for leaf in self._below(self.nodes[key])}
        factors = self._factors(changes.weights)
        stood = {line.sheet.id: self._stand(line, changes, gone, factors) for line in self.lines}
        return _ranked(self.round, self.lines, stood)

    def _factors(self, weights: dict[int, Decimal]) -> dict[int, Fraction]:
        """Leaf id → by what its maximum and points are multiplied: leaves first, then the fields around them."""
        factors = {leaf.id: Fraction(1) for leaf in self.leaves if is_weighted(leaf)}
        asked = sorted(weights.items(), key=lambda pair: not self.nodes[pair[0]].is_leaf)
        for key, weight in asked:
            below = [leaf for leaf in self._below(self.nodes[key]) if leaf.id in factors]
            now = sum((Fraction(leaf.maximum) * factors[leaf.id] for leaf in below), Fraction(0))
            for leaf in below:
                factors[leaf.id] *= Fraction(weight) / now
        return factors

    def _stand(
        self, line: Line, changes: Changes, gone: set[int], factors: dict[int, Fraction]
    ) -> list[Standing]:
        """How the agency would stand at each leaf that still counts."""
        found = []
        for node in self.leaves:
            if node.id in line.leaves and node.id not in gone:
                given = changes.scores.get((line.sheet.id, node.id))
                final = line.leaves[node.id] if given is None else Final(True, given)
                found.append(_weighted(leaf_of(node), final, factors.get(node.id, Fraction(1))))
        return found


def is_weighted(leaf: Criterion) -> bool:
    """Whether the leaf's maximum is part of the set's."""
    return Method(leaf.method) not in OUTSIDE_MAXIMUM


def _weighted(leaf: Leaf, final: Final, factor: Fraction) -> Standing:
    """Exact: equal agencies stay equal."""
    points = None if final.points is None else Fraction(final.points) * factor
    caps = tuple((code, Fraction(most)) for code, most in leaf.caps)
    exact = leaf._replace(maximum=Fraction(leaf.maximum) * factor, caps=caps)
    return Standing(exact, final.applicable, points)


def _ranked(round_, lines: Sequence[Line], stood: dict[int, list[Standing]]) -> list[Outlook]:
    indexes = {key: total(found).index for key, found in stood.items()}
    fields = {key: field_totals(found) for key, found in stood.items()}
    codes = round_.tie_break or ()
    ranks = rank(
        [
            Entry(
                key,
                indexes[key],
                tuple(fields[key][code].index if code in fields[key] else None for code in codes),
            )
            for key in stood
        ]
    )
    bands = [Band(band.name, band.lower, True) for band in round_.bands]
    found = [
        Outlook(line, index, ranks[line.sheet.id], grade(index, bands, line.band_failed))
        for line in lines
        for index in [indexes[line.sheet.id]]
    ]
    return sorted(found, key=lambda row: (row.rank is None, row.rank or 0, row.line.sheet.sort_key))


def movers(outlooks: Sequence[Outlook]) -> list[Outlook]:
    """Those whose rank would change, the longest way first."""
    return sorted((row for row in outlooks if row.moved), key=lambda row: (-abs(row.moved), row.rank))
