"""The shape of a criteria tree: codes, parents, levels and sums."""

from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal

from app.errors import Sentence
from app.scoring.imports.criterion_row import CriterionRow
from app.scoring.imports.finding import Findings
from app.scoring.imports.table import TableRow

DEEPEST_LEVEL = 4


class Shape:
    """Who stands under whom, from the rows that have a code of their own."""

    def __init__(self, rows: Sequence[TableRow]):
        self.parents = {row.cells["code"]: row.cells["parent_code"] for row in rows}
        self.with_children = set(self.parents.values()) & self.parents.keys()

    def is_leaf(self, code: str) -> bool:
        return code not in self.with_children

    def level(self, code: str) -> int:
        """1 at the top; orphans and nodes of a cycle count from where the way up ends."""
        return len(self._way_up(code))

    def is_in_cycle(self, code: str) -> bool:
        return self.parents[self._way_up(code)[-1]] == code

    def _way_up(self, code: str) -> list[str]:
        way: dict[str, None] = {}
        while code in self.parents and code not in way:
            way[code] = None
            code = self.parents[code]
        return list(way)


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
        elif shape.is_in_cycle(code):
            message = Sentence("Tiêu chí %(code)s nằm dưới chính nó.", {"code": code})
            findings.error(row.number, "parent_code", "cycle", message)
        elif shape.level(code) > DEEPEST_LEVEL:
            message = Sentence("Tiêu chí ở cấp %(level)s; bộ tiêu chí có nhiều nhất %(deepest)s cấp.",
                               {"level": shape.level(code), "deepest": DEEPEST_LEVEL})
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
            message = Sentence("Điểm tối đa là %(maximum)s nhưng tổng điểm tối đa của các tiêu chí con là %(total)s.",
                               {"maximum": points_text(node.maximum), "total": points_text(total)})
            findings.error(node.row, "max_score", "sum_mismatch", message)


def points_text(points: Decimal) -> str:
    """The Vietnamese way, no idle zeros: ``Decimal("1.250")`` → ``"1,25"``."""
    text = format(points, "f")
    return (text.rstrip("0").rstrip(".") if "." in text else text).replace(".", ",")
