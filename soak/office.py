"""``python -m soak.office [--write]``: our own files, saved by LibreOffice in every format, change nothing on import.

Makes each file that people take away and bring back, lets LibreOffice save it as XLSX, XLS, ODS and CSV, and reads it
again: nothing may change and no figure be asked back. ``--write`` keeps the files in ``tests/data/office``, where
``tests/scoring/imports/test_office.py`` reads them without LibreOffice.
"""

import argparse
import io
import logging
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import xlsxwriter
from flask_migrate import upgrade
from sqlalchemy import select

from app import create_app
from app.cli import make_roles
from app.extensions import db
from app.holding import hold_row
from app.models import Agency
from app.scoring.exports.appraisal_workbook import appraisal_workbook
from app.scoring.exports.criteria import set_workbook
from app.scoring.exports.entry_workbook import entry_workbook
from app.scoring.exports.survey_points import survey_points_workbook
from app.scoring.imports.agencies import COLUMNS
from app.scoring.imports.criteria_export import criteria_rows
from app.scoring.imports.entry_workbook import entry_signer
from app.scoring.imports.finding import Finding
from app.scoring.models import CriteriaSet
from app.scoring.operations.agencies import read_agencies
from app.scoring.operations.appraisal_import import read_appraisals
from app.scoring.operations.criteria import read_criteria
from app.scoring.operations.entry_import import read_upload
from app.scoring.operations.scores import read_scores
from app.scoring.operations.sheets import RowEntry, save_row
from app.scoring.queries.appraisals import get_work, tasks
from app.scoring.queries.queue import queue_of
from app.scoring.queries.sheets import sheet_page
from app.scoring.rules import Figures
from app.web.workbook import Column, Row, Tab, write_workbook
from tests import province as little
from tests.conftest import settings
from tests.province import NOW, Province, answer_surveys, begin_appraisal, open_round, score_of, sheet_of

FORMATS = ("xlsx", "xls", "ods", "csv")
CSV_FILTER = "csv:Text - txt - csv (StarCalc):44,34,76,1"
"""Comma, double quote, UTF-8, from the first row; cells as they are displayed, which is what people get."""
KEPT = Path(__file__).parents[1] / "tests" / "data" / "office"
TEXT = 'Dòng một\nDòng hai; “ngoặc”, "nháy" | =1+1'
Reader = Callable[[bytes, str], tuple[list, list[Finding]]]


class World:
    """The little province with a sheet filled in, a work of an appraiser and survey points."""

    def __init__(self, province: Province):
        self.province = province
        self.manager = province.account("quan-ly")
        self.round = open_round(province)
        self.sheet = sheet_of(self.round, province, "SO-TP")
        self.clerk = province.account("tp-nhap")
        self._fill()
        answer_surveys(self.round, province)
        self.judged = open_round(province, period="2025")
        begin_appraisal(self.judged, province)
        self.work = get_work(province.account("td-nv"), self.judged.id)
        db.session.commit()

    def _fill(self) -> None:
        entries = {
            "1.1": RowEntry(Figures(option=0), None, TEXT),
            "1.2": RowEntry(Figures(a=Decimal(1042), b=Decimal(1500))),
            "1.3": RowEntry(Figures(n=Decimal(3))),
            "2.1": RowEntry(Figures(a=Decimal(1), b=Decimal(3)), Decimal("0.125"), "Lý do khác"),
            "2.2": RowEntry(Figures(), None, "Không có văn bản", True),
        }
        for code, entry in entries.items():
            score = score_of(self.sheet, code)
            save_row(hold_row(score), entry, version=score.version, actor=self.clerk, at=NOW)
        db.session.commit()

    def files(self) -> dict[str, tuple[bytes, Reader]]:
        """Name → (our export, how it is read back: what would change, findings)."""
        criteria_set = db.session.get(CriteriaSet, self.province.reform_set)
        queue = tasks(self.work.appraiser, queue_of(self.work.appraiser, self.judged).places)
        return {
            "criteria": (set_workbook(criteria_set), self._criteria),
            "agencies": (agencies_table(), self._agencies),
            "survey-points": (survey_points_workbook(self.round), self._scores),
            "sheet": (entry_workbook(sheet_page(self.sheet), signer("sheet")), self._sheet),
            "appraisal": (appraisal_workbook(self.work, queue, signer("appraisal")), self._appraisal),
        }

    def _criteria(self, data: bytes, name: str) -> tuple[list, list[Finding]]:
        parsed, findings = read_criteria(data, name)
        kept = criteria_rows(db.session.get(CriteriaSet, self.province.reform_set).criteria)
        return [row for row in criteria_rows(parsed.nodes) if row not in kept], findings

    def _agencies(self, data: bytes, name: str) -> tuple[list, list[Finding]]:
        file = read_agencies(data, name)
        return [*file.changes, *file.new], file.findings

    def _scores(self, data: bytes, name: str) -> tuple[list, list[Finding]]:
        file = read_scores(data, name, self.round, "survey")
        return file.changes, file.findings

    def _sheet(self, data: bytes, name: str) -> tuple[list, list[Finding]]:
        return read_upload(data, name, self.sheet, signer("sheet"), actor=self.clerk, at=NOW)

    def _appraisal(self, data: bytes, name: str) -> tuple[list, list[Finding]]:
        return read_appraisals(data, name, self.work, signer("appraisal"), at=NOW)


def signer(kind: str):
    return entry_signer("for-tests-only", kind)


def agencies_table() -> bytes:
    """The agencies as their import file."""
    found = db.session.scalars(select(Agency).order_by(Agency.id))
    rows = [
        Row([a.code, a.name, a.short_name, a.group.code, a.active_from, a.active_to, a.successor and a.successor.code])
        for a in found
    ]
    columns = [Column(c.headings[0], "date" if c.kind == "date" else "text", widest=40) for c in COLUMNS]
    return write_workbook([Tab("Cơ quan", (), columns, rows)], title="Cơ quan")


def odd_table() -> bytes:
    """What spreadsheets do to cells, for the tests of the readers: errors, formats, hidden and merged cells."""
    data = io.BytesIO()
    with xlsxwriter.Workbook(data) as book:
        sheet, hidden = book.add_worksheet("Mới"), book.add_worksheet("Cũ")
        sheet.write_row(0, 0, ["Mã", "Nội dung", "Điểm tối đa", "Ngày", "Không áp dụng cho", "Số tờ"])
        sheet.write_row(1, 0, ["1a", "lỗi"])
        sheet.write_formula(1, 2, "=1/0", None, "#DIV/0!")
        sheet.write_formula(1, 3, "=NA()", None, "#N/A")
        sheet.write_number(2, 0, 7, book.add_format({"num_format": "000"}))
        sheet.write_row(2, 1, ["số 0 ở đầu", 1])
        sheet.write_row(3, 0, ["1c", "ẩn"])
        sheet.set_row(3, None, None, {"hidden": True})
        sheet.write_row(4, 0, ["1d", "gộp"])
        sheet.write_row(5, 0, ["1e", "dưới"])
        sheet.merge_range(4, 4, 5, 4, "so")
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        sheet.write_datetime(6, 0, datetime(2026, 1, 10), day)
        sheet.write_string(6, 1, "ngày")
        sheet.write_datetime(6, 3, datetime(2026, 12, 31), day)
        hidden.write_row(0, 0, ["Mã", "Nội dung"])
        hidden.write_row(1, 0, ["2a", "trang ẩn"])
        hidden.hide()
    return data.getvalue()


def save_all(paths: list[Path], kind: str, folder: Path) -> dict[str, bytes]:
    """Name → the file as LibreOffice saves it; a CSV holds the first sheet."""
    profile = f"-env:UserInstallation=file://{folder}/profile"
    out = folder / kind
    words = ["soffice", profile, "--headless", "--convert-to", CSV_FILTER if kind == "csv" else kind]
    subprocess.run([*words, "--outdir", out, *paths], check=True, capture_output=True, timeout=600)
    return {path.stem: next(out.glob(f"{path.stem}*.{kind}")).read_bytes() for path in paths}


def trips(world: World, folder: Path) -> Iterator[tuple[str, str, bytes, list, list[Finding]]]:
    """(file, format, bytes, what would change, findings) of every file in every format, our own first."""
    files, paths = world.files(), []
    for name, (data, read) in files.items():
        yield name, "ours", data, *read(data, f"{name}.xlsx")
        paths.append(folder / f"{name}.xlsx")
        paths[-1].write_bytes(data)
    odd = folder / "odd.xlsx"
    odd.write_bytes(odd_table())
    for kind in FORMATS:
        back = save_all([*paths, odd], kind, folder)
        yield "odd", kind, back.pop("odd"), [], []  # the tests know what must be found in it
        for name, data in back.items():
            yield name, kind, data, *files[name][1](data, f"{name}.{kind}")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m soak.office")
    parser.add_argument("--write", action="store_true", help="keep the files for the tests")
    logging.disable(logging.INFO)
    keep, wrong = parser.parse_args().write, 0
    with tempfile.TemporaryDirectory(prefix="office-") as folder:
        app = create_app(settings(Path(folder)) | {"LOG_LEVEL": "ERROR"})
        with app.app_context():
            upgrade()
            make_roles()
            world = World(little.build())
            for name, kind, data, changes, findings in trips(world, Path(folder)):
                errors = [finding for finding in findings if finding.severity == "error"]
                wrong += bool(changes or errors)
                print(f"{name:<14}{kind:<6}{len(changes)} changes, {len(errors)} errors", *changes, *errors, sep="\n  ")
                if keep:
                    KEPT.mkdir(exist_ok=True)
                    (KEPT / (f"{name}.xlsx" if kind == "ours" else f"{name}-libreoffice.{kind}")).write_bytes(data)
            db.engine.dispose()
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
