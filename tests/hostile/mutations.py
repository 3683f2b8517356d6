"""Good import files, spoilt one way at a time: cells, rows, columns, encodings, delimiters, parts of a workbook."""

import csv
import io
import random
import re
import zipfile
from collections.abc import Callable, Iterator
from typing import NamedTuple

import openpyxl

from tests.hostile.files import DTD, repacked

Rows = list[list[str]]

CELLS = {
    "empty": "",
    "not a number": "NaN",
    "float's edge": "1e308",
    "full-width": "１，５",
    "a number of 400 digits": "9" * 400,
    "minus": "-1",
    "40,000 letters": "ư" * 40_000,
    "script": "<script>alert(1)</script>",
    "template": "{{7*7}} %(name)s %s",
    "formula": "=1+1",
    "NUL": "a\x00b",
    "line ends": "a\r\nb\n\nc",
    "no such day": "31/02/2026",
    "year 10000": "01/01/10000",
    "right to left": "\u202eabc",
    "separators": "a|b;c,d\t=>",
}


class Spoilt(NamedTuple):
    """``cell``: the (row, column) that was changed, when one was."""

    about: str
    name: str
    data: bytes
    cell: tuple[int, str] | None = None


def written(rows: Rows, delimiter: str = ",") -> bytes:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator="\r\n").writerows(rows)
    return out.getvalue().encode()


def as_workbook(rows: Rows) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append([re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f]", "", cell) for cell in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def read(data: bytes) -> Rows:
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def spoilt(data: bytes) -> Iterator[Spoilt]:
    """Every spoilt form of a CSV of ours."""
    rows = read(data)
    yield from _cells(rows)
    yield from _tables(rows)
    yield from _bytes(data, rows)
    yield from spoilt_workbooks(as_workbook(rows))


def _cells(rows: Rows) -> Iterator[Spoilt]:
    at = min(3, len(rows) - 1)
    for place, column in enumerate(rows[0]):
        for about, text in CELLS.items():
            changed = [list(row) for row in rows]
            changed[at][place] = text
            yield Spoilt(f"{column} is {about}", "a.csv", written(changed), (at + 1, column))


def _tables(rows: Rows) -> Iterator[Spoilt]:
    head, body = rows[0], rows[1:]
    shuffled = body[::-1]
    random.Random(1).shuffle(shuffled)
    changes: dict[str, Callable[[], Rows]] = {
        "no rows": lambda: [head],
        "no header": lambda: body,
        "two headers": lambda: [head, head, *body],
        "each row twice": lambda: [head, *(row for row in body for _time in range(2))],
        "rows shuffled": lambda: [head, *shuffled],
        "empty rows between": lambda: [
            head,
            *(row for pair in ((line, []) for line in body) for row in pair),
        ],
        "short rows": lambda: [head, *(row[:2] for row in body)],
        "long rows": lambda: [head, *([*row, "thừa", "thừa"] for row in body)],
        "30,001 rows": lambda: [head, *(body * (30_001 // len(body) + 1))],
        "20 titles above": lambda: [["Tiêu đề"]] * 20 + rows,
        "columns turned round": lambda: [row[::-1] for row in rows],
        "shifted by one": lambda: [["", *row] for row in rows],
        "300 more columns": lambda: [[*row, *["x"] * 300] for row in rows],
        "headers in capitals": lambda: [[cell.upper() for cell in head], *body],
        "one header for all": lambda: [[head[0]] * len(head), *body],
        "only the first letter": lambda: [[cell[:1] for cell in row] for row in rows],
    }
    for about, change in changes.items():
        yield Spoilt(about, "a.csv", written(change()))
    for place, column in enumerate(head):
        without = [row[:place] + row[place + 1 :] for row in rows]
        yield Spoilt(f"without {column}", "a.csv", written(without))


def _bytes(data: bytes, rows: Rows) -> Iterator[Spoilt]:
    text = data.decode("utf-8-sig")
    for encoding in ("utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-8-sig", "utf-7"):
        yield Spoilt(f"in {encoding}", "a.csv", text.encode(encoding))
    for encoding in ("cp1258", "latin-1", "ascii", "shift-jis"):
        yield Spoilt(f"in {encoding}", "a.csv", text.encode(encoding, "replace"))
    for delimiter in ";\t|:":
        yield Spoilt(f"between {delimiter!r}", "a.csv", written(rows, delimiter))
    for part in (1, 10, 30, 50, 70, 90, 99):
        yield Spoilt(f"{part} % of it", "a.csv", data[: len(data) * part // 100])
    middle = len(data) // 2
    for about, junk in {
        "a quote": b'"',
        "NUL": b"\x00",
        "bytes": b"\xff\xfe\xfd",
        "a lone CR": b"\r",
    }.items():
        yield Spoilt(f"{about} in the middle", "a.csv", data[:middle] + junk + data[middle:])
    yield Spoilt("all quotes gone", "a.csv", data.replace(b'"', b""))
    yield Spoilt("nothing", "a.csv", b"")
    yield Spoilt("a BOM alone", "a.csv", b"\xef\xbb\xbf")
    yield Spoilt("called a workbook", "a.xlsx", data)
    yield Spoilt("called an old workbook", "a.xls", data)


def spoilt_workbooks(book: bytes) -> Iterator[Spoilt]:
    """Every spoilt form of a workbook."""
    for part in (1, 30, 60, 90, 99):
        yield Spoilt(f"{part} % of the workbook", "a.xlsx", book[: len(book) * part // 100])
    for at in range(0, len(book), max(1, len(book) // 12)):
        yield Spoilt(f"byte {at} turned", "a.xlsx", book[:at] + bytes([book[at] ^ 0x55]) + book[at + 1 :])
    with zipfile.ZipFile(io.BytesIO(book)) as archive:
        parts = {name: archive.read(name).decode("utf-8", "replace") for name in archive.namelist()}
    sheet = next(name for name in parts if re.fullmatch(r"xl/worksheets/sheet1?\.xml", name))
    changes = {
        "a date in place of texts": (sheet, re.sub(r' t="s"', "", parts[sheet])),
        "an error in each cell": (sheet, re.sub(r't="s"><v>\d+', 't="e"><v>#DIV/0!', parts[sheet])),
        "truths in each cell": (sheet, re.sub(r't="s"><v>\d+', 't="b"><v>1', parts[sheet])),
        "a number no float holds": (sheet, re.sub(r't="s"><v>\d+', "><v>1e999", parts[sheet])),
        "not a number": (sheet, re.sub(r't="s"><v>\d+', "><v>NaN", parts[sheet])),
        "texts that are not there": (sheet, re.sub(r't="s"><v>\d+', 't="s"><v>999999', parts[sheet])),
        "uncomputed formulas": (sheet, re.sub(r' t="s"><v>\d+</v>', "><f>1/0</f>", parts[sheet])),
        "a cell at the far corner": (
            sheet,
            parts[sheet].replace(
                "</sheetData>", '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
            ),
        ),
        "entities": (sheet, DTD + re.sub(r"<\?xml.*?\?>", "", parts[sheet])),
        "no sheet": (sheet, ""),
        "half a sheet": (sheet, parts[sheet][: len(parts[sheet]) // 2]),
        "no list of sheets": ("xl/workbook.xml", "<workbook/>"),
        "no relations": ("xl/_rels/workbook.xml.rels", "<Relationships/>"),
    }
    for about, (name, content) in changes.items():
        yield Spoilt(about, "a.xlsx", repacked(book, {name: content}))
    yield Spoilt("called a CSV", "a.csv", book)
