"""A receipt's proof: there when the night's root is made, and checked by a program that imports nothing of ours."""

import io
import json
import subprocess
import sys
import zipfile

import pytest

from app import audit
from app.audit import kept, roots
from app.extensions import db
from app.files import FileStore
from app.scoring.models import Sheet
from tests.province import NOW, open_round
from tests.scoring.checks import stages


@pytest.fixture
def sent(app, province, told) -> int:
    """A sheet that was sent, in a round where others go on working."""

    def make() -> int:
        with app.app_context():
            round_ = open_round(province)
            sheet, _clerk = stages.send(province, FileStore(app.config["FILES_DIR"], 1_000_000), round_, "SO-TP", "tp")
            return sheet.id

    return told("sent for a proof", make)


def anchored(app) -> audit.AuditRoot:
    with app.app_context():
        return audit.anchor(actor=None, at=NOW).root.number


def unpacked(answer, folder):
    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        archive.extractall(folder)
    return folder / "bang-chung.json"


def checked(proof, *more: str) -> tuple[int, str]:
    program = proof.with_name("verify_receipt.py")
    run = subprocess.run([sys.executable, "-I", program, proof, *more], capture_output=True, encoding="utf-8")
    return run.returncode, run.stdout


def test_until_the_root_is_made_the_receipt_says_so(sent, sign_in):
    browser = sign_in("tp-nhap")
    assert "sẽ có sau lần lập dấu kế tiếp" in browser.get(f"/sheets/{sent}/receipt").text
    assert browser.get(f"/sheets/{sent}/receipt/proof").status_code == 409


def test_afterwards_it_has_the_roots_code_and_a_proof_that_holds_by_itself(app, sent, sign_in, tmp_path):
    anchored(app)
    browser = sign_in("tp-nhap")
    with app.app_context():
        code, key = roots.short_code(roots.last_root()), roots.last_root().public_key
    assert code in browser.get(f"/sheets/{sent}/receipt").text
    proof = unpacked(browser.get(f"/sheets/{sent}/receipt/proof"), tmp_path)
    status, said = checked(proof, "--public-key", key)
    assert (status, code in said, "sheet_sent" in said) == (0, True, True)
    with app.app_context():
        number = db.session.get(Sheet, sent).receipt_number
        assert (number in said, kept.against(proof)) == (True, kept.Kept(1, 1, []))


def test_a_later_root_leaves_the_proof_as_it_was(app, sent, sign_in, tmp_path):
    anchored(app)
    before = sign_in("tp-nhap").get(f"/sheets/{sent}/receipt/proof").data
    anchored(app)
    after = sign_in("tp-nhap").get(f"/sheets/{sent}/receipt/proof").data
    names = [zipfile.ZipFile(io.BytesIO(data)).read("bang-chung.json") for data in (before, after)]
    assert names[0] == names[1]


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (lambda proof: proof | {"event": proof["event"].replace("tp-nhap", "tc-nhap")}, "Nội dung của việc"),
        (lambda proof: proof | {"path": proof["path"][1:]}, "Đường dẫn"),
        (lambda proof: proof | {"root": proof["root"] | {"events": 1}}, "Chữ ký"),
        (lambda proof: proof | {"root": proof["root"] | {"signature": "00" * 64}}, "Chữ ký"),
        (lambda proof: {"link": {}}, "Không đọc được"),
    ],
)
def test_a_proof_that_was_changed_does_not_hold(app, sent, sign_in, tmp_path, damage, words):
    anchored(app)
    proof = unpacked(sign_in("tp-nhap").get(f"/sheets/{sent}/receipt/proof"), tmp_path)
    proof.write_text(json.dumps(damage(json.loads(proof.read_text(encoding="utf-8")))), encoding="utf-8")
    status, said = checked(proof)
    assert (status, words in said) == (1, True)


def test_another_key_than_the_known_one_is_named(app, sent, sign_in, tmp_path):
    anchored(app)
    proof = unpacked(sign_in("tp-nhap").get(f"/sheets/{sent}/receipt/proof"), tmp_path)
    status, said = checked(proof, "--public-key", "ab" * 32)
    assert (status, "khóa khác" in said) == (1, True)


def test_nobody_elses_receipt_has_a_proof(app, sent, sign_in):
    anchored(app)
    assert sign_in("tc-nhap").get(f"/sheets/{sent}/receipt/proof").status_code == 404
