"""Evidence: who opens a file and how, what is taken as a file, use in several rows, description."""

import hashlib
from io import BytesIO
from pathlib import Path

import pytest
from werkzeug.test import EnvironBuilder

from app.extensions import db
from app.files import FileStore
from app.models import StoredFile
from app.scoring.models import Evidence, Round
from tests.province import begin_appraisal
from tests.scoring.views.filling import PDF, approve, attach, fill
from tests.statements import counted

REPORTS = Path(__file__).parents[2] / "data" / "reports"
SHA256 = hashlib.sha256(PDF).hexdigest()


def upload(browser, year, *files, code="1.1", **description):
    data = {"files": [(BytesIO(content), name) for content, name in files], **description}
    url = f"/evidence/rows/{year.scores[code]}/upload"
    return browser.htmx(url, data, content_type="multipart/form-data")


def names(year, code="1.1") -> list[str]:
    return [item.file_name for item in year.score(code).evidence]


def evidence(year, evidence_id: int) -> Evidence:
    with year.app.app_context():
        found = db.session.get(Evidence, evidence_id)
        db.session.expunge_all()
        return found


def test_several_files_are_attached_at_once_and_the_row_shows_them(year, sign_in):
    answer = upload(
        sign_in("tp-nhap"), year, (PDF, "Kế hoạch.pdf"), (PDF + b"2", "Báo cáo.pdf"), number="15/KH"
    )
    assert (answer.status_code, names(year)) == (200, ["Kế hoạch.pdf", "Báo cáo.pdf"])
    assert "15/KH – Báo cáo.pdf" in answer.text


def test_reported_files_are_taken_or_refused_as_evidence_and_as_the_signed_report(year, sign_in):
    locked, scanned = (
        (REPORTS / f"evidence-pdf-{name}.pdf").read_bytes() for name in ("needs-password", "with-printer-header")
    )
    refused = upload(sign_in("tp-nhap"), year, (locked, "khoa.pdf"))
    assert ("đang đặt mật khẩu" in refused.text, "khoa.pdf" in names(year)) == (True, False)
    assert upload(sign_in("tp-nhap"), year, (scanned, "quet.pdf")).status_code == 200
    assert "quet.pdf" in names(year)
    approve(year)
    for content, status in ((locked, 422), (scanned, 302)):
        file = {"file": (BytesIO(content), "ky.pdf")}
        answer = sign_in("tp-nhap").post(
            f"/sheets/{year.sheet_id}/sign", file, content_type="multipart/form-data"
        )
        assert answer.status_code == status


def test_the_same_bytes_are_kept_once(year, sign_in):
    clerk = sign_in("tp-nhap")
    upload(clerk, year, (PDF, "a.pdf"))
    upload(clerk, year, (PDF, "b.pdf"), code="1.3")
    with year.app.app_context():
        assert db.session.query(StoredFile).count() == 1


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (b"<html><script>alert(1)</script></html>", "gia.pdf", "không đúng với phần đuôi"),
        (b"MZ\x90\x00" * 40, "chay.exe", "Không nhận loại tệp"),
        (b"<svg onload='alert(1)'/>", "anh.svg", "Không nhận loại tệp"),
        (b"", "rong.pdf", "không có nội dung"),
    ],
)
def test_what_is_not_a_document_is_refused_by_its_content(year, sign_in, content, name, words):
    answer = upload(sign_in("tp-nhap"), year, (content, name))
    assert (answer.status_code, words in answer.text, names(year)) == (422, True, [])


def test_a_refused_upload_never_touches_what_others_sent(year, sign_in):
    """The order that lost it: the refused one wrote the content anew and took it back."""
    clerk, store = sign_in("tp-nhap"), FileStore(year.app.config["FILES_DIR"], 1_000_000)
    upload(clerk, year, (PDF, "a.pdf"))
    before = store.path(SHA256).stat()
    assert upload(clerk, year, (PDF, "a.pdf"), (b"<html>", "xau.pdf"), code="1.3").status_code == 422
    after = store.path(SHA256).stat()
    assert (after.st_ino, after.st_mtime_ns, store.verify(SHA256)) == (before.st_ino, before.st_mtime_ns, True)
    assert list((store.root / "incoming").iterdir()) == []


def test_a_file_beyond_the_limit_is_refused(year, sign_in, monkeypatch):
    monkeypatch.setitem(year.app.config, "MAX_UPLOAD_BYTES", 100)
    answer = upload(sign_in("tp-nhap"), year, (PDF + b"0" * 100, "to.pdf"))
    assert (answer.status_code, "lớn hơn mức cho phép" in answer.text, names(year)) == (422, True, [])


class SlowSender(BytesIO):
    """An upload that notes how many statements were sent to the database while it was arriving."""

    def __init__(self, content: bytes, statements: list[str]):
        super().__init__(content)
        self.statements, self.seen = statements, 0

    def read(self, *args):
        self.seen = max(self.seen, len(self.statements))
        return super().read(*args)


def test_no_statement_is_sent_while_an_upload_arrives(year, sign_in):
    clerk = sign_in("tp-nhap")
    body = EnvironBuilder(method="POST", data={"files": (BytesIO(PDF), "a.pdf")}).get_environ()
    headers = {"X-CSRFToken": clerk.token(), "HX-Request": "true"}
    with counted() as statements:
        sender = SlowSender(body["wsgi.input"].read(), statements)
        clerk.client.post(
            f"/evidence/rows/{year.scores['1.1']}/upload",
            input_stream=sender,
            content_type=body["CONTENT_TYPE"],
            content_length=body["CONTENT_LENGTH"],
            headers=headers,
        )
    assert (sender.seen, names(year)) == (0, ["a.pdf"])


def test_without_a_file_nothing_happens(year, sign_in):
    assert upload(sign_in("tp-nhap"), year).status_code == 422


def test_nobody_else_attaches_and_nobody_after_the_deadline(year, sign_in):
    codes = [upload(sign_in(n), year, (PDF, "a.pdf")).status_code for n in ("tc-nhap", "quan-ly", "td-nv")]
    year.end_entry()
    late = upload(sign_in("tp-nhap"), year, (PDF, "a.pdf")).status_code
    assert (codes, late, names(year)) == ([404, 403, 403], 409, [])


def test_an_approved_sheet_takes_no_more_files_and_loses_none(year, sign_in):
    approve(year)
    clerk, kept = sign_in("tp-nhap"), year.score("1.1").evidence[0].id
    assert upload(clerk, year, (PDF, "a.pdf")).status_code == 409
    assert clerk.htmx(f"/evidence/rows/{year.scores['1.1']}/detach/{kept}").status_code == 409
    assert names(year) == ["Kế hoạch.pdf"]


def test_one_file_proves_several_criteria_and_stays_when_taken_off_one(year, sign_in):
    kept, clerk = attach(year), sign_in("tp-nhap")
    for _twice in range(2):
        assert clerk.htmx(f"/evidence/rows/{year.scores['1.3']}/attach/{kept}").status_code == 200
    assert (names(year, "1.1"), names(year, "1.3")) == (["Kế hoạch.pdf"], ["Kế hoạch.pdf"])
    assert clerk.htmx(f"/evidence/rows/{year.scores['1.1']}/detach/{kept}").status_code == 200
    assert (names(year, "1.1"), names(year, "1.3")) == ([], ["Kế hoạch.pdf"])


def test_another_agencys_file_is_not_attached(year, sign_in):
    kept = attach(year)
    with year.app.app_context():
        db.session.get(Evidence, kept).agency_id = year.province.agencies["SO-TC"]
        db.session.commit()
    assert sign_in("tp-nhap").htmx(f"/evidence/rows/{year.scores['1.3']}/attach/{kept}").status_code == 404


def test_the_dialog_offers_last_years_file_and_finds_without_diacritics(year, sign_in):
    fill(year)
    later, clerk = year.another(period="2027"), sign_in("tp-nhap")
    url = f"/evidence/rows/{later.scores['1.1']}/pick"
    assert "Kỳ trước đã dùng" in clerk.get(url).text
    assert "Kế hoạch.pdf" in clerk.get(url, query_string={"q": "ke hoach"}).text
    assert "Không tìm thấy" in clerk.get(url, query_string={"q": "khong co"}).text


def test_a_pdf_opens_in_the_page_under_its_vietnamese_name(year, sign_in):
    answer = sign_in("tp-nhap").get(f"/evidence/{attach(year)}/file", buffered=True)
    disposition, policy = answer.headers["Content-Disposition"], answer.headers["Content-Security-Policy"]
    assert (answer.data, answer.mimetype, disposition.split(";")[0]) == (PDF, "application/pdf", "inline")
    assert ("K%E1%BA%BF%20ho%E1%BA%A1ch.pdf" in disposition, "frame-ancestors 'self'" in policy) == (
        True,
        True,
    )


def test_what_a_browser_cannot_show_is_a_download(year, sign_in):
    kept = attach(year)
    with year.app.app_context():
        db.session.get(Evidence, kept).file.media_type = "application/msword"
        db.session.commit()
    answer = sign_in("tp-nhap").get(f"/evidence/{kept}/file", buffered=True)
    assert answer.headers["Content-Disposition"].split(";")[0] == "attachment"


def test_a_file_is_opened_by_its_agency_a_manager_and_the_assigned_appraiser_alone(year, sign_in):
    kept = attach(year, "1.1")
    people = ("tp-nhap", "tc-nhap", "quan-ly", "quan-tri", "td-nv", "td-tp")

    def codes():
        return [sign_in(name).get(f"/evidence/{kept}/file", buffered=True).status_code for name in people]

    assert codes() == [200, 404, 200, 403, 404, 404]
    with year.app.app_context():
        begin_appraisal(db.session.get(Round, year.round_id), year.province)
    assert codes() == [200, 404, 200, 403, 200, 404]


def test_the_library_holds_ones_own_files_and_says_where_they_are_used(year, sign_in):
    attach(year)
    page = sign_in("tp-nhap").get("/evidence/").text
    assert ("Kế hoạch.pdf" in page, f"/sheets/{year.sheet_id}#row-{year.scores['1.1']}" in page) == (
        True,
        True,
    )
    assert "Chưa có tài liệu nào" in sign_in("tc-nhap").get("/evidence/").text


def test_a_document_is_described_and_a_wrong_date_keeps_what_was_typed(year, sign_in):
    kept, clerk = attach(year), sign_in("tp-nhap")
    typed = {"number": "15/KH-STP", "issued_on": "31/02/2026", "issuer": "Sở Tư pháp", "summary": "Kế hoạch"}
    wrong = clerk.post(f"/evidence/{kept}/describe", typed)
    assert (wrong.status_code, "15/KH-STP" in wrong.text, "31/02/2026" in wrong.text) == (422, True, True)
    assert clerk.post(f"/evidence/{kept}/describe", typed | {"issued_on": "28/02/2026"}).status_code == 302
    found = evidence(year, kept)
    assert (found.number, f"{found.issued_on}", found.issuer) == ("15/KH-STP", "2026-02-28", "Sở Tư pháp")


def test_nobody_else_describes_and_nobody_once_it_is_approved(year, sign_in):
    kept = attach(year)
    url = f"/evidence/{kept}/describe"
    codes = [sign_in(name).post(url, {"number": "x"}).status_code for name in ("tc-nhap", "quan-ly", "td-nv")]
    assert codes == [404, 403, 403]
    approve(year)
    assert sign_in("tp-nhap").post(url, {"number": "x"}).status_code == 409
    assert evidence(year, kept).number == "12/KH"


@pytest.mark.parametrize("name", ["td-nv", "quan-ly"])
def test_who_enters_nothing_for_an_agency_has_no_library_and_no_way_to_it(year, sign_in, name):
    browser = sign_in(name)
    assert browser.get("/evidence/").status_code == 404
    assert ('href="/evidence/"' in browser.get("/home/").text) is False
