"""Filling in the little sheet through the operations, up to a stage, for tests of what comes after."""

from decimal import Decimal
from io import BytesIO

from flask import current_app

from app.extensions import db
from app.files import FileStore
from app.holding import hold_row
from app.scoring.models import Score, Sheet
from app.scoring.operations import evidence, sheets
from app.scoring.rules import Figures
from tests.province import NOW

PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
ENTRIES = {
    "1.1": sheets.RowEntry(Figures(option=0)),
    "1.2": sheets.RowEntry(Figures(a=Decimal(9), b=Decimal(10))),
    "1.3": sheets.RowEntry(Figures(n=Decimal(2))),
    "2.1": sheets.RowEntry(Figures(a=Decimal(3), b=Decimal(4))),
    "2.2": sheets.RowEntry(Figures(option=1)),
    "3.1": sheets.RowEntry(Figures(n=Decimal(1))),
    "3.2": sheets.RowEntry(Figures(n=Decimal(0))),
}


def kept_file():
    return FileStore(current_app.config["FILES_DIR"], 1000).put(BytesIO(PDF), "Kế hoạch.pdf")


def attach(year, code: str = "1.1") -> int:
    """Evidence for a row; its id."""
    with year.app.app_context():
        made = evidence.attach_new(
            hold_row(db.session.get(Score, year.scores[code])),
            kept_file(),
            evidence.Description("12/KH"),
            actor=year.province.account("tp-nhap"),
            at=NOW,
        )
        db.session.commit()
        return made.id


def fill(year) -> None:
    with year.app.app_context():
        actor = year.province.account("tp-nhap")
        for code, entry in ENTRIES.items():
            score = db.session.get(Score, year.scores[code])
            sheets.save_row(hold_row(score), entry, version=score.version, actor=actor, at=NOW)
        db.session.commit()
    attach(year)


def approve(year) -> None:
    fill(year)
    with year.app.app_context():
        sheet = db.session.get(Sheet, year.sheet_id)
        sheets.approve(hold_row(sheet), actor=year.province.account("tp-duyet"), at=NOW)
        db.session.commit()


def sign(year) -> None:
    approve(year)
    with year.app.app_context():
        sheet, file = db.session.get(Sheet, year.sheet_id), evidence.keep_file(kept_file(), at=NOW)
        sheets.sign(hold_row(sheet), file, "ky.pdf", actor=year.province.account("tp-nhap"), at=NOW)
        db.session.commit()


def send(year) -> str:
    """The receipt's number."""
    sign(year)
    with year.app.app_context():
        sheet = db.session.get(Sheet, year.sheet_id)
        number = sheets.send(hold_row(sheet), actor=year.province.account("tp-nhap"), at=NOW)
        db.session.commit()
        return number
