"""What the people of the demo province have at hand: the files of ``demo/``, accounts, filled-in workbooks."""

import csv
import io
from collections.abc import Iterable
from pathlib import Path
from random import Random
from typing import NamedTuple

import openpyxl
from openpyxl.worksheet.worksheet import Worksheet

DEMO = Path(__file__).parents[2] / "demo"
FIGURES = ("Số đạt được", "Tổng số", "Số lượng")


class Place(NamedTuple):
    """An agency as the demo's files name it."""

    code: str
    name: str
    group: str

    @property
    def clerk(self) -> str:
        return f"{self.code.lower()}.nhap"

    @property
    def leader(self) -> str:
        return f"{self.code.lower()}.duyet"


class Table(NamedTuple):
    """A criteria set's file and what the manager types beside it."""

    file: Path
    programme: str
    group: str
    title: str


def demo_rows(name: str) -> list[dict[str, str]]:
    with (DEMO / name).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def places() -> list[Place]:
    rows = demo_rows("agencies.csv") + demo_rows("communes.csv")
    return [Place(row["code"], row["name"], row["group_code"]) for row in rows]


def tables() -> list[Table]:
    found = []
    for row in demo_rows("titles.csv"):
        group = row["file"].removesuffix(".csv").rpartition("_")[2]
        found.append(Table(DEMO / row["file"], row["programme"].lower(), group, row["title"]))
    return found


def appraising() -> list[str]:
    """Codes of the agencies that the sets name as appraisers."""
    return sorted({row["appraiser_agency"] for t in tables() for row in demo_rows(t.file.name)} - {""})


def account_list(taking_part: Iterable[Place]) -> bytes:
    """A clerk and a leader for each agency, an appraiser for each that appraises, a second manager."""
    out = io.StringIO()
    write = csv.writer(out).writerow
    write(("Tên đăng nhập", "Họ và tên", "Thư điện tử", "Mã cơ quan", "Loại tài khoản", "Quyền duyệt"))
    for place in taking_part:
        write(
            (
                place.clerk,
                f"Cán bộ {place.code}",
                f"{place.clerk}@tinh.example",
                place.code,
                "Nhập liệu",
                "không",
            )
        )
        write(
            (
                place.leader,
                f"Lãnh đạo {place.code}",
                f"{place.leader}@tinh.example",
                place.code,
                "Nhập liệu",
                "có",
            )
        )
    for code in appraising():
        name = appraiser(code)
        write((name, f"Thẩm định {code}", f"{name}@tinh.example", code, "Thẩm định", "không"))
    return out.getvalue().encode()


def appraiser(code: str) -> str:
    return f"{code.lower()}.thamdinh"


def filled_sheet(data: bytes, rng: Random) -> bytes:
    """A clerk's workbook with every open cell that its criterion asks for filled in."""
    book = openpyxl.load_workbook(io.BytesIO(data))
    for row in _rows(book.active, "Mức đã chọn"):
        if not row["Dấu kiểm"].value or row["Giải trình"].protection.locked:
            continue
        _fill_entry(row, rng)
        row["Giải trình"].value = "Theo hồ sơ lưu tại cơ quan"
    return _bytes(book)


def _fill_entry(row: dict, rng: Random) -> None:
    asked = [name for name in FIGURES if not row[name].protection.locked]
    if not row["Mức đã chọn"].protection.locked:
        row["Mức đã chọn"].value = rng.choice((1, 1, 1, 2))
    elif asked == list(FIGURES[:2]):
        row[FIGURES[0]].value, row[FIGURES[1]].value = rng.randint(14, 20), 20
    elif asked:
        row[FIGURES[2]].value = rng.randint(0, 3)
    else:
        row["Điểm tự chấm"].value = round(float(row["Điểm tối đa"].value) * rng.choice((0.5, 0.75, 1)), 3)


def filled_appraisal(data: bytes, rng: Random) -> bytes:
    """An appraiser's workbook: mostly the agency's own points, sometimes half of them with the reason why."""
    book = openpyxl.load_workbook(io.BytesIO(data))
    for row in _rows(book.active, "Điểm thẩm định"):
        own = row["Điểm tự chấm"].value
        agrees = isinstance(own, int | float) and rng.random() > 0.06
        given = own if agrees else round(float(row["Điểm tối đa"].value) * rng.choice((0.25, 0.5)), 3)
        row["Điểm thẩm định"].value = given
        row["Lý do"].value = None if agrees else "Hồ sơ kiểm chứng chưa đủ"
    return _bytes(book)


def filled_survey_points(data: bytes, rng: Random) -> bytes:
    """The table of survey points, those that the answers left empty filled in."""
    book = openpyxl.load_workbook(io.BytesIO(data))
    for row in _rows(book.active, "Điểm"):
        if row["Điểm"].value is None:
            row["Điểm"].value = round(float(row["Điểm tối đa"].value) * rng.choice((0.6, 0.75, 0.9)), 3)
    return _bytes(book)


def _rows(sheet: Worksheet, heading: str) -> Iterable[dict]:
    """Heading → cell for each row under the table's head, the row that has ``heading``."""
    lines = list(sheet.iter_rows())
    head = next(at for at, line in enumerate(lines) if heading in [cell.value for cell in line])
    names = [cell.value for cell in lines[head]]
    for line in lines[head + 1 :]:
        row = dict(zip(names, line, strict=True))
        if row["Điểm tối đa"].value is not None:
            yield row


def _bytes(book: openpyxl.Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
