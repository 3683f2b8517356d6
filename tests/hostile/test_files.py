"""Hostile files at every door: refused with a sentence, nothing stored, nothing written; what is kept is harmless."""

import hashlib
import io
import unicodedata

import pytest

from app.extensions import db
from app.models import StoredFile
from app.scoring.models import Evidence
from tests.hostile.files import HTML, KEPT, NOT_TAKEN, PDF, Hostile, bomb, excel, refused, word
from tests.scoring.views.stages import opened, sheet_id

BOUNDARY = b"hostile-boundary"


def body(field: str, name: bytes, content: bytes) -> bytes:
    """A multipart body by hand: a client library would clean the name."""
    head = b'Content-Disposition: form-data; name="' + field.encode() + b'"; filename="' + name + b'"'
    return b"--%b\r\n%b\r\n\r\n%b\r\n--%b--\r\n" % (BOUNDARY, head, content, BOUNDARY)


def send(browser, url: str, field: str, name: str, content: bytes):
    quoted = (
        name.encode("utf-8", "surrogatepass").replace(b"\\", b"\\\\").replace(b"\r", b"").replace(b"\n", b"")
    )
    kind = f"multipart/form-data; boundary={BOUNDARY.decode()}"
    return browser.post(url, body(field, quoted, content), content_type=kind)


@pytest.fixture
def desk(app, province, sign_in):
    """(browser, upload address, store) of a clerk whose sheet is open; an upload may have one megabyte."""
    before = app.config["MAX_UPLOAD_BYTES"]
    app.config["MAX_UPLOAD_BYTES"] = 1024 * 1024
    sheet = sheet_id(app, province, opened(app, province), "SO-TP")
    with app.app_context():
        row = db.session.execute(db.text("select min(id) from score where sheet_id = :id"), {"id": sheet})
        url = f"/evidence/rows/{row.scalar_one()}/upload"
    yield sign_in("tp-nhap"), url, app
    app.config["MAX_UPLOAD_BYTES"] = before


def kept(app) -> list[str]:
    root = app.config["FILES_DIR"]
    return sorted(path.name for path in root.rglob("*") if path.is_file())


def rows(app) -> tuple[int, int]:
    with app.app_context():
        return db.session.query(StoredFile).count(), db.session.query(Evidence).count()


def test_every_hostile_file_is_refused_as_evidence_with_its_reason(desk):
    browser, url, app = desk
    wrong = {}
    for file in refused():
        answer = send(browser, url, "files", file.name, file.content)
        good = answer.status_code == 422 or (answer.status_code, file.words) == (413, "lớn hơn mức cho phép")
        if not good or file.words not in answer.text or kept(app) or rows(app) != (0, 0):
            wrong[file.about] = (answer.status_code, kept(app), rows(app))
    assert (len(refused()) >= 100, wrong) == (True, {})


@pytest.mark.parametrize("file", KEPT, ids=lambda file: file.about)
def test_what_is_kept_is_given_back_to_the_byte_and_can_do_nothing(desk, file: Hostile):
    browser, url, app = desk
    assert send(browser, url, "files", file.name, file.content).status_code == 302
    assert kept(app) == [hashlib.sha256(file.content).hexdigest()]
    given = browser.get("/evidence/1/file")
    assert (given.data, given.headers["X-Content-Type-Options"]) == (file.content, "nosniff")
    assert given.headers["Content-Security-Policy"].startswith("default-src 'none'; img-src")
    given.close()


def test_one_bad_file_among_good_ones_leaves_nothing_of_any_and_each_reason_is_said(desk):
    browser, url, app = desk
    files = (
        body("files", name, content)
        for name, content in ((b"tot.pdf", PDF), (b"to.pdf", b""), (b"xau.pdf", HTML))
    )
    parts = b"".join(part[: -len(BOUNDARY) - 6] for part in files) + b"--%b--\r\n" % BOUNDARY
    kind = f"multipart/form-data; boundary={BOUNDARY.decode()}"
    answer = browser.post(url, parts, content_type=kind)
    words = (
        "Chưa nhận tệp nào trong 3 tệp",
        "Tệp “to.pdf” không có nội dung.",
        "Nội dung tệp “xau.pdf” không đúng",
    )
    assert (answer.status_code, [said for said in words if said not in answer.text]) == (422, [])
    assert (kept(app), rows(app)) == ([], (0, 0))


NAMES = {
    "../../../etc/passwd.pdf": "passwd.pdf",
    "..\\..\\boot.pdf": "boot.pdf",
    "C:\\Users\\An\\kế hoạch.pdf": "kế hoạch.pdf",
    "a\u202efdp.exe.pdf": "afdp.exe.pdf",
    "CON.pdf": "CON.pdf",
    "nul.pdf": "nul.pdf",
    "aux.c.pdf": "aux.c.pdf",
    "a\x07b\x1b.pdf": "ab.pdf",
    "Đ" * 400 + ".pdf": "Đ" * 196 + ".pdf",
    " . . a.pdf . ": "a.pdf",
    "<script>alert(1)<\u2044script>.pdf": "<script>alert(1)<\u2044script>.pdf",
    "'; drop table evidence;--.pdf": "'; drop table evidence;--.pdf",
    "=cmd|'x'!A0.pdf": "=cmd|'x'!A0.pdf",
    unicodedata.normalize("NFC", "Quyết định số 192.pdf"): "Quyết định số 192.pdf",
    unicodedata.normalize("NFD", "Quyết định số 192.pdf"): "Quyết định số 192.pdf",
    "\U0001f600.pdf": "\U0001f600.pdf",
}


@pytest.mark.parametrize(("name", "as_kept"), NAMES.items(), ids=range(len(NAMES)))
def test_a_name_is_kept_for_people_and_is_never_a_path(desk, name, as_kept):
    browser, url, app = desk
    assert send(browser, url, "files", name, PDF).status_code == 302
    with app.app_context():
        assert db.session.query(Evidence.file_name).scalar() == as_kept
    assert kept(app) == [hashlib.sha256(PDF).hexdigest()]
    page = browser.get("/evidence/").text
    assert "<script>alert(1)" not in page


DOORS = {
    "/criteria/import": ("quan-ly", {"programme": "cchc"}),
    "/agencies-desk/import": ("quan-ly", {}),
    "/accounts-desk/import": ("quan-ly", {}),
    "/surveys-desk/import": ("quan-ly", {}),
    "sheet": ("tp-nhap", {}),
    "sign": ("tp-nhap", {}),
    "announcement": ("quan-ly", {"title": "Hướng dẫn", "body": "…", "published_at": "01/02/2026 08:00"}),
}


@pytest.mark.parametrize("door", DOORS)
def test_no_door_for_files_crashes_or_writes(desk, sign_in, door):
    _browser, _url, app = desk
    person, fields = DOORS[door]
    url = {"sheet": "/sheets/1/upload", "sign": "/sheets/1/sign", "announcement": "/announcementview/add"}
    field, browser, wrong = "upload" if door == "announcement" else "file", sign_in(person), {}
    before = state(app)
    for file in [file for file in refused() if file.words != NOT_TAKEN][::2]:
        content = bomb(excel(), "xl/x.xml", 250) if file.words == "lớn hơn mức cho phép" else file.content
        data = fields | {field: (io.BytesIO(content), file.name)}
        answer = browser.post(url.get(door, door), data, content_type="multipart/form-data")
        answer.close()
        if answer.status_code >= 500 or state(app) != before or kept(app):
            wrong[file.about] = answer.status_code
    assert wrong == {}


def state(app) -> dict[str, int]:
    """How many rows each table has, the trail apart."""
    with app.app_context():
        names = [table.name for table in db.metadata.sorted_tables if not table.name.startswith("audit")]
        return {name: db.session.scalar(db.text(f'select count(*) from "{name}"')) for name in names}


def test_a_word_document_is_no_table(desk, sign_in):
    data = {"file": (io.BytesIO(word()), "a.xlsx")}
    answer = sign_in("quan-ly").post("/agencies-desk/import", data, content_type="multipart/form-data")
    assert (answer.status_code, "tệp hỏng hoặc không phải bảng Excel" in answer.text) == (422, True)
