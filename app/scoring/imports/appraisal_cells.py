"""The entry cells of an appraiser's workbook: points, not applicable, reason."""

from collections.abc import Collection
from decimal import Decimal
from functools import partial
from typing import NamedTuple

from app.errors import Refused
from app.scoring.imports.entry_cells import cell_value, normal, read_answer, read_points
from app.scoring.imports.entry_workbook import Layout
from app.scoring.imports.finding import Findings
from app.scoring.rules import plain


class Given(NamedTuple):
    """What an appraiser gave; ``points`` None with ``not_applicable`` False is nothing yet."""

    points: Decimal | None = None
    not_applicable: bool = False
    reason: str = ""


APPRAISALS = Layout(
    {
        "agency": "Cơ quan",
        "code": "Mã",
        "name": "Tiêu chí",
        "maximum": "Điểm tối đa",
        "self_points": "Điểm tự chấm",
        "explanation": "Giải trình của cơ quan",
        "evidence": "Tài liệu kiểm chứng",
    },
    {"points": "Điểm thẩm định", "not_applicable": "Không áp dụng", "reason": "Lý do"},
)
_READERS = {"not_applicable": read_answer, "reason": normal}


def packed_given(given: Given) -> list:
    """Plain values for JSON, in the order of the fields."""
    return [None if given.points is None else plain(given.points), given.not_applicable, normal(given.reason)]


def unpacked_given(values: list) -> Given:
    points, not_applicable, reason = values
    return Given(None if points is None else Decimal(points), not_applicable, reason)


def read_given(
    row: int,
    texts: dict[str, str],
    kept: Given,
    findings: Findings,
    numeric: Collection[str] = (),
    most: Decimal | None = None,
) -> Given:
    """A cell that cannot be read becomes a finding and keeps its value; points of what does not apply are left out.

    ``numeric``: cells that are numbers of the spreadsheet; ``most``: how many points there are.
    """
    found = kept._asdict()
    readers = _READERS | {"points": partial(read_points, most=most)}
    for name, text in texts.items():
        try:
            found[name] = readers[name](cell_value(name, text, numeric))
        except Refused as refusal:
            findings.error(row, name, f"bad_{name}", refusal.sentence)
    given = Given(**found)
    return given._replace(points=None) if given.not_applicable else given
