"""The raw rectangle of a sheet, as every reader of a file format gives it, and what is known beside its values."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import cached_property
from typing import NamedTuple

from app.errors import Sentence

Cell = str | int | float | bool | date | datetime | time | timedelta
Place = tuple[int, int]
"""Row and column of a cell, both from 0."""

MAX_SHEETS = 20
# Far beyond any real table, far below what a hostile corner cell (XFD1048576) would allocate.
LAST_ROW = 30_000
LAST_COLUMN = 256
MAX_CELLS = 2_000_000
"""Of one file, empty ones with a format too: reading more would keep a server busy for minutes."""


class Unreadable(Exception):
    """The bytes are not a table that can be read."""

    def __init__(self, code: str, sentence: Sentence):
        self.code = code
        self.sentence = sentence
        super().__init__(str(sentence))


class Area(NamedTuple):
    """Merged cells, first and last row and column from 0; the content stands in the first."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass
class Facts:
    """What the values alone do not tell. ``shown``: number cells that are displayed as another text."""

    errors: dict[Place, str] = field(default_factory=dict)
    uncomputed: set[Place] = field(default_factory=set)
    shown: dict[Place, str] = field(default_factory=dict)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    merged: list[Area] = field(default_factory=list)


@dataclass
class Grid:
    """Rows from the first row of the sheet on. ``is_alternative``: one of several readings of a CSV.

    ``read_facts`` is called for the sheet that is read alone.
    """

    rows: Sequence[Sequence[Cell]]
    name: str = ""
    is_hidden: bool = False
    is_alternative: bool = False
    decoded_as_legacy: bool = False
    read_facts: Callable[[], Facts] = Facts

    @property
    def has_content(self) -> bool:
        return any(str(cell).strip() for row in self.rows for cell in row)

    @cached_property
    def facts(self) -> Facts:
        return self.read_facts()


def damaged() -> Unreadable:
    return Unreadable(
        "damaged_file", Sentence("Không đọc được tệp: tệp hỏng hoặc không phải bảng Excel, ODS, CSV.")
    )


def empty() -> Unreadable:
    return Unreadable("empty_file", Sentence("Tệp không có dữ liệu."))


def locked() -> Unreadable:
    return Unreadable(
        "has_password", Sentence("Tệp đang đặt mật khẩu nên không đọc được; hãy bỏ mật khẩu rồi tải lên lại.")
    )


def too_wide() -> Unreadable:
    message = Sentence(
        "Bảng quá rộng: có ô nằm ngoài %(rows)s dòng hoặc %(columns)s cột đầu.",
        {"rows": LAST_ROW, "columns": LAST_COLUMN},
    )
    return Unreadable("too_many_rows", message)


def cell_text(cell: Cell) -> str:
    """1.0 → "1", 0.125 → "0.125" (15 digits, as Excel keeps them), dates in ISO."""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, float):
        text = format(Decimal(format(cell, ".15g")), "f")
        return text.rstrip("0").rstrip(".") if "." in text else text
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time.min else cell.isoformat(sep=" ")
    if isinstance(cell, date | time):
        return cell.isoformat()
    return str(cell)


def column_letters(place: int) -> str:
    """0 → A, 26 → AA."""
    letters, number = "", place + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
