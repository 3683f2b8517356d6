"""What an administrative document says, without how it is drawn."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

Cell = str | Decimal | int | date | None


@dataclass(frozen=True)
class Heading:
    """A heading inside the text, bold; level 1 in upright, deeper levels in italic letters."""

    text: str
    level: int = 1


@dataclass(frozen=True)
class Paragraph:
    text: str
    align: Literal["justify", "left", "center", "right"] = "justify"
    bold: bool = False
    italic: bool = False


@dataclass(frozen=True)
class Column:
    """``width_mm`` counts against the other columns: a table always fills the width of the text.

    Numbers stand at the right, text at the left, unless ``align`` says otherwise. ``percent2`` is an index
    in percent, shown with two places. An ``indented`` column shows the level of its row.
    """

    title: str
    width_mm: float
    align: Literal["left", "center", "right"] | None = None
    kind: Literal["text", "points", "percent2", "integer"] = "text"
    indented: bool = False


@dataclass(frozen=True)
class Row:
    """``heads``: a heading of the rows below it, never the last one on a page."""

    cells: Sequence[Cell]
    level: int = 0
    bold: bool = False
    heads: bool = False


@dataclass(frozen=True)
class Table:
    columns: Sequence[Column]
    rows: Sequence[Row]
    title: str | None = None


@dataclass(frozen=True)
class Signature:
    """``authority`` stands above the role: "TM. ỦY BAN NHÂN DÂN", "KT. GIÁM ĐỐC"; ``note`` below it."""

    role: str
    name: str | None = None
    note: str | None = None
    authority: str | None = None


@dataclass(frozen=True)
class Verification:
    """How a reader checks the paper: ``digest`` of the data behind it, ``issued_at`` in local time."""

    code: str
    url: str
    digest: str
    issued_at: datetime


@dataclass(frozen=True)
class AdministrativeDocument:
    """``number`` is the whole number and symbol ("12/BC-SYT"); None leaves the place open for the pen, before the
    ``symbol`` ("BC-SYT") where that is known.

    ``clerk`` signs beside the one who presides, as on minutes; the recipients then stand below both.
    """

    issuer: str
    place: str
    date: date
    title: str
    body: Sequence[Heading | Paragraph | Table]
    issuer_parent: str | None = None
    number: str | None = None
    symbol: str | None = None
    subtitle: str | None = None
    signature: Signature | None = None
    clerk: Signature | None = None
    recipients: Sequence[str] = ()
    verification: Verification | None = None
    landscape: bool = False
