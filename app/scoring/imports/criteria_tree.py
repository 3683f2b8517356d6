"""The shape of a criteria tree: codes, parents, levels and sums."""

from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal

from app.errors import Sentence
from app.scoring.imports.criterion_row import CriterionRow
from app.scoring.imports.finding import Findings
from app.scoring.imports.table import TableRow
from app.scoring.rules import format_points

DEEPEST_LEVEL = 4


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
    children: dict[str | None, list[CriterionRow]] = defaultdict(list)
    for node in nodes:
        children[node.parent_code].append(node)
    for node in nodes:
        below = children[node.code]
        if not below or unreadable & {node.code, *(child.code for child in below)}:
            continue
        total = sum((child.maximum for child in below if child.counts_to_maximum), Decimal(0))
        if total != node.maximum:
            message = Sentence(
                "Điểm tối đa là %(maximum)s nhưng tổng điểm tối đa của các tiêu chí con là %(total)s.",
                {"maximum": format_points(node.maximum), "total": format_points(total)},
            )
            findings.error(node.row, "max_score", "sum_mismatch", message)
