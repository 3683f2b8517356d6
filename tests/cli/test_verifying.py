"""``verify``: a printed code, the signed scan, the frozen content."""

from datetime import timedelta
from io import BytesIO

import pytest

from app.extensions import db
from app.files import FileStore
from app.holding import hold_row
from app.scoring.models import Round, Score, Snapshot
from app.scoring.operations import evidence, sheets
from tests.province import NOW, sheet_of

SCAN = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


@pytest.fixture
def sent(app, province, opened, tmp_path) -> str:
    """The verification code of the sent report of Sở Tài chính, which claims that nothing applies."""
    with app.app_context():
        sheet = sheet_of(db.session.get(Round, opened), province, "SO-TC")
        for score in db.session.query(Score).filter_by(sheet_id=sheet.id, na_by_rule=False):
            if score.criterion.assessed_by == "self":
                score.na_claimed, score.explanation = True, "Không phát sinh"
        clerk = province.account("tc-nhap")
        snapshot = sheets.approve(hold_row(sheet), actor=province.account("tc-duyet"), at=NOW)
        stored = FileStore(tmp_path / "files", 1000).put(BytesIO(SCAN), "ky.pdf")
        sheets.sign(hold_row(sheet), evidence.keep_file(stored, at=NOW), "ky.pdf", actor=clerk, at=NOW)
        sheets.send(hold_row(sheet), actor=clerk, at=NOW + timedelta(minutes=1))
        db.session.commit()
        return snapshot.code


def test_a_code_names_its_report(scoring, sent):
    answer = scoring("verify", sent.lower().replace("-", " "), "--json")
    data = answer.json
    assert (answer.status, data["found"], data["code"], data["status"], data["intact"]) == (
        0,
        True,
        sent,
        "current",
        True,
    )
    assert (data["agency"], data["round"], len(data["digest"])) == ("SO-TC", "CCHC 2026", 64)


def test_content_that_was_tampered_with_does_not_pass(scoring, sent, app):
    with app.app_context():
        db.session.execute(db.update(Snapshot).values(content=Snapshot.content + " "))
        db.session.commit()
    answer = scoring("verify", sent, "--json")
    assert (answer.status, answer.json["intact"]) == (1, False)


def test_a_withdrawn_report_does_not_pass(scoring, sent, app):
    with app.app_context():
        db.session.execute(db.update(Snapshot).values(status="withdrawn"))
        db.session.commit()
    answer = scoring("verify", sent, "--json")
    assert (answer.status, answer.json["status"]) == (1, "withdrawn")


def test_the_signed_scan_is_recognised(scoring, sent, tmp_path):
    scan = tmp_path / "scan.pdf"
    scan.write_bytes(SCAN)
    answer = scoring("verify", scan, "--json")
    [match] = answer.json["matches"]
    assert (answer.status, match["kind"], match["agency"], match["code"]) == (
        0,
        "signed_report",
        "SO-TC",
        sent,
    )


def test_another_file_is_not(scoring, sent, tmp_path):
    scan = tmp_path / "scan.pdf"
    scan.write_bytes(SCAN + b"\n")
    answer = scoring("verify", scan, "--json")
    assert (answer.status, answer.json["found"], answer.json["matches"]) == (1, False, [])


def test_a_code_that_nobody_has_is_not_found(scoring):
    answer = scoring("verify", "2345-6789-ABCD", "--json")
    assert (answer.status, answer.json) == (1, {"code": "2345-6789-ABCD", "found": False})


def test_what_is_neither_a_file_nor_a_code_is_wrong_use(scoring):
    assert scoring("verify", "không-có.pdf").status == 2
