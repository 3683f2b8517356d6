"""The shape of a criteria tree: codes, parents, levels and sums."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from app.errors import Sentence
from app.scoring.imports.criterion_row import CriterionRow
from app.scoring.imports.finding import Findings, Severity
from app.scoring.imports.table import TableRow
from app.scoring.rules import OUTSIDE_MAXIMUM, Method, format_points, plain

DEEPEST_LEVEL = 4


class SumFinding(NamedTuple):
    """A node whose maximum does not fit those below it."""

    severity: Severity
    node: Any
    code: str
    sentence: Sentence


class Shape:
    """Who stands under whom, from the rows that have a code of their own.

    Levels count from 1 at the top; orphans, and nodes of a cycle, count from where the way up ends.
    """

    def __init__(self, rows: Sequence[TableRow]):
        self.parents = {row.cells["code"]: row.cells["parent_code"] for row in rows}
        self.with_children = set(self.parents.values()) & self.parents.keys()
        self.levels: dict[str, int] = {}
        self.in_cycle: set[str] = set()
        for code in self.parents:
            self._place(code)

    def is_leaf(self, code: str) -> bool:
        return code not in self.with_children

    def _place(self, code: str) -> None:
        """Walks up to the first node already placed, then numbers the way back down."""
        way: dict[str, None] = {}
        while code in self.parents and code not in self.levels and code not in way:
            way[code] = None
            code = self.parents[code]
        if code in way:
            steps = list(way)
            self.in_cycle.update(steps[steps.index(code) :])
        level = self.levels.get(code, 0)
        for step in reversed(way):
            level += 1
            self.levels[step] = level


def rows_with_own_code(rows: Sequence[TableRow], findings: Findings) -> list[TableRow]:
    first_rows: dict[str, int] = {}
    kept = []
    for row in rows:
        code = row.cells["code"]
        if not code:
            findings.error(row.number, "code", "missing_code", Sentence("Thiếu mã tiêu chí."))
        elif code in first_rows:
            _add_duplicate(row, first_rows[code], findings)
        else:
            first_rows[code] = row.number
            kept.append(row)
    return kept


def _add_duplicate(row: TableRow, first: int, findings: Findings) -> None:
    values = {"code": row.cells["code"], "first": first}
    message = Sentence("Mã %(code)s đã có ở dòng %(first)s.", values)
    if "code" in row.numeric:
        message = Sentence(
            "Mã %(code)s đã có ở dòng %(first)s. Ô này là số nên Excel có thể đã bỏ số 0 ở cuối; "
            "hãy định dạng cột Mã là văn bản.",
            values,
        )
    findings.error(row.number, "code", "duplicate_code", message)


def check_shape(rows: Sequence[TableRow], shape: Shape, findings: Findings) -> None:
    for row in rows:
        code, parent = row.cells["code"], row.cells["parent_code"]
        if parent and parent not in shape.parents:
            message = Sentence("Không có tiêu chí nào mang mã cha %(parent)s.", {"parent": parent})
            findings.error(row.number, "parent_code", "orphan_code", message)
        elif code in shape.in_cycle:
            message = Sentence("Tiêu chí %(code)s nằm dưới chính nó.", {"code": code})
            findings.error(row.number, "parent_code", "cycle", message)
        elif shape.levels[code] > DEEPEST_LEVEL:
            message = Sentence(
                "Tiêu chí ở cấp %(level)s; bộ tiêu chí có nhiều nhất %(deepest)s cấp.",
                {"level": shape.levels[code], "deepest": DEEPEST_LEVEL},
            )
            findings.error(row.number, "parent_code", "too_deep", message)
        elif not parent and shape.is_leaf(code):
            message = Sentence("Cấp thứ nhất là lĩnh vực, phải có tiêu chí con.")
            findings.error(row.number, "code", "leaf_on_first_level", message)


def check_sums(nodes: Sequence[CriterionRow], unreadable: set[str], findings: Findings) -> None:
    """A node's maximum equals its children's, bonuses and penalties left out (design §3).

    ``unreadable`` names the codes whose own maximum could not be read: sums with them say nothing.
    """
    for severity, node, code, message in sum_findings(nodes, unreadable):
        report = findings.error if severity == "error" else findings.warning
        report(node.row, "max_score", code, message)


def sum_findings(nodes: Sequence[Any], unreadable: Collection[str] = ()) -> Iterator[SumFinding]:
    """What does not add up. ``nodes``: anything with code, parent_code, maximum, method and is_leaf."""
    below, unread = _children(nodes), set(unreadable)
    kinds = _kinds_below(nodes, below)
    for node in nodes:
        children = below[node.code]
        if not children or unread & {node.code, *(child.code for child in children)}:
            continue
        if kinds[node.code] and kinds[node.code] <= OUTSIDE_MAXIMUM:
            yield from _outside_findings(node, children, kinds[node.code])
            continue
        counted = [child for child in children if not kinds[child.code] <= OUTSIDE_MAXIMUM]
        total = sum((child.maximum for child in counted), Decimal(0))
        if total != node.maximum:
            values = {"maximum": format_points(node.maximum), "total": format_points(total)}
            message = Sentence(
                "Điểm tối đa là %(maximum)s nhưng tổng điểm tối đa của các tiêu chí con là %(total)s.", values
            )
            yield SumFinding("error", node, "sum_mismatch", message)


def _outside_findings(node: Any, children: Sequence[Any], kinds: set[Method]) -> Iterator[SumFinding]:
    """A heading over bonuses (or penalties) alone may say how many points they give (or take) together at most."""
    if not node.maximum:
        return
    if len(kinds) > 1:
        message = Sentence(
            "Mục gồm cả điểm thưởng và điểm trừ phải có điểm tối đa là 0: điểm thưởng, điểm trừ đứng ngoài tổng điểm."
        )
        yield SumFinding("error", node, "maximum_of_both", message)
        return
    total = sum((child.maximum for child in children), Decimal(0))
    if node.maximum < total:
        values = {"maximum": format_points(node.maximum), "total": format_points(total)}
        message = Sentence(
            "Mục này đứng ngoài tổng điểm; cả mục được tính nhiều nhất %(maximum)s điểm, các tiêu chí con cộng lại "
            "là %(total)s.",
            values,
        )
        yield SumFinding("warning", node, "capped_together", message)


def caps_of(nodes: Sequence[Any]) -> dict[str, list[list[str]]]:
    """Code of a bonus or penalty → code and maximum of each heading above that limits it, the nearest first."""
    below, by_code = _children(nodes), {node.code: node for node in nodes}
    kinds = _kinds_below(nodes, below)
    found: dict[str, list[list[str]]] = {}
    for leaf in nodes:
        if below[leaf.code] or leaf.method not in OUTSIDE_MAXIMUM:
            continue
        caps, node = [], by_code.get(leaf.parent_code or "")
        for _level in range(DEEPEST_LEVEL):
            if node is None:
                break
            if node.maximum > 0 and kinds[node.code] == {leaf.method}:
                caps.append([node.code, plain(node.maximum)])
            node = by_code.get(node.parent_code or "")
        found[leaf.code] = caps
    return {code: caps for code, caps in found.items() if caps}


def _children(nodes: Sequence[Any]) -> dict[str, list[Any]]:
    children: dict[str, list[Any]] = defaultdict(list)
    for node in nodes:
        if node.parent_code:
            children[node.parent_code].append(node)
    return children


def _kinds_below(nodes: Sequence[Any], below: Mapping[str, Sequence[Any]]) -> dict[str, set[Method]]:
    """Code → methods of the leaves at or below it. A way up ends where the method is known already."""
    by_code = {node.code: node for node in nodes}
    kinds: dict[str, set[Method]] = {node.code: set() for node in nodes}
    for leaf in nodes:
        node = None if below[leaf.code] else leaf
        while node is not None and Method(leaf.method) not in kinds[node.code]:
            kinds[node.code].add(Method(leaf.method))
            node = by_code.get(node.parent_code or "")
    return kinds
