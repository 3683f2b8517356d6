"""Spoilt import files: read or refused in words, with the row and the column, and never half of one written."""

import io
import os
import re
from collections.abc import Callable

import openpyxl
import pytest

from app.errors import DomainError
from app.extensions import db
from app.holding import hold_row
from app.scoring.exports.entry_workbook import entry_workbook
from app.scoring.imports.entry_workbook import entry_signer
from app.scoring.operations.accounts import import_accounts
from app.scoring.operations.agencies import import_agencies
from app.scoring.operations.criteria import import_criteria
from app.scoring.operations.entry_import import read_upload
from app.scoring.operations.scores import import_scores
from app.scoring.operations.surveys import import_surveys
from app.scoring.queries.sheets import sheet_page
from tests.hostile.mutations import Spoilt, spoilt, spoilt_workbooks
from tests.province import FORMS, NOW, TASK_SET, open_round, sheet_of

DEMO = FORMS.parent
STEP = 1 if os.environ.get("EVERY_FILE") else 3  # `make soak` tries every file
ACCOUNTS = """username,full_name,email,agency_code,account_type,can_approve
lan.tt,Trần Thị Lan,lan@yte.example,SO-TP,Nhập liệu,có
binh.lv,Lê Văn Bình,,SO-TC,appraiser,không
"""
SCORES = """agency_code,criterion_code,points,not_applicable,reason
SO-TP,1.1,"0,5",,Đạt
SO-TP,1.2,1,,Theo văn bản
SO-TC,1.1,0,,"Chưa thực hiện, sẽ bổ sung"
"""
SOURCES = {
    "agencies": b"".join((DEMO / "agencies.csv").read_bytes().splitlines(keepends=True)[:16]),
    "criteria": TASK_SET.encode(),
    "surveys": FORMS.read_bytes(),
    "accounts": ACCOUNTS.encode(),
    "scores": SCORES.encode(),
}
WHOLE_FILE = {
    *("file_too_big", "empty_file", "too_many_rows", "damaged_file", "unknown_encoding", "missing_column", "no_header"),
    *("has_dtd", "other_sheet"),
    *("edited_row", "too_many_cells"),  # the whole row
}
MARKS = re.compile(r"[ăâđêôơưáàảãạấầẩẫậắằẳẵặéèẻẽẹếềểễệíìỉĩịóòỏõọốồổỗộớờởỡợúùủũụứừửữựýỳỷỹỵ]", re.IGNORECASE)


def importer(name: str, province, round_) -> Callable:
    group = [province.group("so")]
    acts = {
        "agencies": lambda data, file: import_agencies(data, file, actor=None, at=NOW),
        "surveys": lambda data, file: import_surveys(data, file, actor=None, at=NOW),
        "accounts": lambda data, file: import_accounts(data, file, actor=None, at=NOW),
        "scores": lambda data, file: import_scores(data, file, hold_row(round_), "self", actor=None, at=NOW),
    }
    return acts.get(
        name,
        lambda data, file: import_criteria(
            data, file, programme="htnv", groups=group, name="Bộ", actor=None, at=NOW
        ),
    )


def faults(act: Callable, files: list[Spoilt]) -> dict[str, str]:
    """What goes wrong with each file: a crash, a finding without its cell, or rows although there are errors."""
    found = {}
    for file in files:
        before = count_rows()
        try:
            *_made, findings = act(file.data, file.name)
            db.session.flush()
        except DomainError as refusal:
            wrong = None if MARKS.search(str(refusal)) else "no sentence"
        except Exception as error:  # noqa: BLE001 – any crash is what is looked for
            wrong = repr(error)[:200]
        else:
            wrong = _fault(findings, count_rows() != before, file)
        db.session.rollback()
        if wrong is not None:
            found[file.about] = wrong
    return found


def _fault(findings, written: bool, file: Spoilt) -> str | None:
    errors = [finding for finding in findings if finding.severity == "error"]
    if errors and written:
        return "rows written although there are errors"
    for error in errors:
        if not MARKS.search(error.message):
            return f"no sentence: {error}"
        if error.code not in WHOLE_FILE and (error.row is None or not error.column):
            return f"no cell: {error}"
    return None


def count_rows() -> int:
    tables = (
        "agency",
        "criterion",
        "criteria_set",
        "ab_user",
        "survey_question",
        "survey_form",
        "audit_event",
    )
    return sum(db.session.scalar(db.text(f"select count(*) from {name}")) for name in tables)


@pytest.mark.parametrize("name", SOURCES)
def test_a_spoilt_table_is_read_whole_or_refused_with_its_cells(ctx, province, name):
    round_ = open_round(province)
    files = list(spoilt(SOURCES[name]))[::STEP]
    assert len(files) >= 50
    assert faults(importer(name, province, round_), files) == {}


def test_three_hundred_and_more_spoilt_files_are_tried():
    assert sum(1 for data in SOURCES.values() for _file in list(spoilt(data))[::STEP]) >= 300


def test_the_good_files_are_taken(ctx, province):
    round_ = open_round(province)
    for name, data in SOURCES.items():
        *made, findings = importer(name, province, round_)(data, "a.csv")
        assert ([f for f in findings if f.severity == "error"], bool(made[0])) == ([], name != "surveys"), (
            name
        )


def test_a_spoilt_workbook_of_scores_is_read_whole_or_refused(ctx, province, app):
    sheet = sheet_of(open_round(province), province, "SO-TP")
    signer, clerk = entry_signer(app.secret_key, "sheet"), province.account("tp-nhap")
    book = entry_workbook(sheet_page(sheet), signer)
    files = [*spoilt_workbooks(book), *edited(book)]
    found = faults(lambda data, name: read_upload(data, name, sheet, signer, actor=clerk, at=NOW), files)
    assert (len(files) >= 50, found) == (True, {})


def edited(book: bytes):
    """Each cell of a row that is to be filled in, with what does not belong there; hidden columns too."""
    head = 5
    for place in range(1, openpyxl.load_workbook(io.BytesIO(book)).worksheets[0].max_column + 1):
        for text in ("NaN", "1e308", -1, 1e300, "ư" * 5000, "31/02/2026", True, "=1+1"):
            opened = openpyxl.load_workbook(io.BytesIO(book))
            opened.worksheets[0].cell(head + 2, place).value = text
            out = io.BytesIO()
            opened.save(out)
            yield Spoilt(f"column {place} is {str(text)[:9]}", "a.xlsx", out.getvalue())
