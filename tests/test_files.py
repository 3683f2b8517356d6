import hashlib
import io
import unicodedata
import zipfile

import docx
import openpyxl
import pytest

from app.errors import Refused
from app.files import FileStore, Stored, clean_name, size_text
from app.media_types import INLINE_TYPES
from tests.hostile.compound import compound

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF"
OLE = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(504)


@pytest.fixture
def store(tmp_path):
    return FileStore(tmp_path / "files", max_bytes=1_000_000)


def put(store, content, name):
    return store.put(io.BytesIO(content), name)


def refusal(store, content, name):
    with pytest.raises(Refused) as refused:
        put(store, content, name)
    return str(refused.value)


def files_below(store):
    return [path for path in store.root.rglob("*") if path.is_file()]


def word(**extra_parts):
    out = io.BytesIO()
    docx.Document().save(out)
    with zipfile.ZipFile(out, "a") as archive:
        for part, content in extra_parts.items():
            archive.writestr(part, content)
    return out.getvalue()


def excel():
    out = io.BytesIO()
    openpyxl.Workbook().save(out)
    return out.getvalue()


def zipped(parts):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for part, content in parts.items():
            archive.writestr(part, content)
    return out.getvalue()


def test_a_file_is_kept_under_its_digest_and_can_be_read_again(store):
    sha256 = hashlib.sha256(PDF).hexdigest()
    assert put(store, PDF, "Quyết định.pdf") == Stored(sha256, len(PDF), "application/pdf", "Quyết định.pdf")
    assert store.path(sha256) == store.root / sha256[:2] / sha256[2:4] / sha256
    with store.open(sha256) as file:
        assert file.read() == PDF


def test_the_same_content_under_two_names_is_one_file(store):
    first, second = put(store, PDF, "một.pdf"), put(store, PDF, "hai.pdf")
    assert (first.sha256, second.name) == (second.sha256, "hai.pdf")
    assert files_below(store) == [store.path(first.sha256)]


def test_a_stored_file_verifies_until_a_byte_of_it_changes(store):
    sha256 = put(store, PDF, "a.pdf").sha256
    assert store.verify(sha256) is True
    path = store.path(sha256)
    path.chmod(0o600)
    path.write_bytes(PDF[:-1] + b"!")
    assert store.verify(sha256) is False
    put(store, PDF, "a.pdf")
    assert store.verify(sha256) is True


def test_content_that_was_never_stored_neither_exists_nor_verifies(store):
    assert (store.exists("0" * 64), store.verify("0" * 64)) == (False, False)


@pytest.mark.parametrize("address", ["../../etc/passwd", "", "A" * 64, "0" * 63, "0" * 64 + "\n"])
def test_only_a_digest_is_an_address(store, address):
    with pytest.raises(ValueError, match="not a SHA-256 digest"):
        store.path(address)


@pytest.mark.parametrize(
    ("content", "name", "media_type"),
    [
        (b"\x89PNG\r\n\x1a\n" + bytes(24), "a.PNG", "image/png"),
        (b"\xff\xd8\xff\xe0" + bytes(24), "a.jpeg", "image/jpeg"),
        (b"GIF89a" + bytes(24), "a.gif", "image/gif"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 " + bytes(24), "a.webp", "image/webp"),
        (b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic", "a.heic", "image/heic"),
        (b"ID3\x03" + bytes(24), "a.mp3", "audio/mpeg"),
        (b"\x00\x00\x00\x18ftypM4A \x00\x00\x00\x00", "a.m4a", "audio/mp4"),
        (b"RIFF\x24\x00\x00\x00WAVEfmt " + bytes(24), "a.wav", "audio/x-wav"),
        (b"OggS" + bytes(24), "a.ogg", "audio/ogg"),
        (b"\x00\x00\x00\x18ftypiso5\x00\x00\x00\x00", "a.mp4", "video/mp4"),
        (compound({"WordDocument": b"x"}), "a.doc", "application/msword"),
        (compound({"Workbook": b"x"}), "a.xls", "application/vnd.ms-excel"),
        (zipped({"mimetype": "application/vnd.oasis.opendocument.text"}), "a.odt",
         "application/vnd.oasis.opendocument.text"),
        (word(), "a.docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        (excel(), "a.xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ],
)  # fmt: skip
def test_allowed_kinds_are_known_by_their_content(store, content, name, media_type):
    assert put(store, content, name).media_type == media_type


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"<!DOCTYPE html><script>alert(1)</script>", "Báo cáo.pdf"),
        (PDF, "Báo cáo.png"),
        (b"\x89PNG\r\n\x1a\n" + bytes(24), "Báo cáo.jpg"),
        (excel(), "Báo cáo.docx"),
        (zipped({"a.txt": "x"}), "Báo cáo.xlsx"),
        (b"PK\x03\x04 cut off", "Báo cáo.docx"),
        (b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00", "Báo cáo.mp4"),
        (PDF, "Báo cáo.doc"),
    ],
)
def test_content_that_does_not_agree_with_the_extension_is_refused(store, content, name):
    said = refusal(store, content, name)
    assert said == f"Nội dung tệp “{name}” không đúng với phần đuôi của tên tệp."


@pytest.mark.parametrize("name", ["a.html", "a.svg", "a.exe", "a.docm", "pdf", "a.pdf.js"])
def test_kinds_off_the_list_are_refused_whatever_they_contain(store, name):
    said = refusal(store, PDF, name)
    assert said == f"Không nhận loại tệp của “{name}”. Hãy gửi PDF, Word, Excel hoặc ảnh."


def test_a_document_with_macros_is_refused(store):
    said = refusal(store, word(**{"word/vbaProject.bin": b"x"}), "Mẫu.docx")
    assert said == "Tệp “Mẫu.docx” có chứa macro. Hãy lưu lại thành tệp không có macro."


def test_a_document_with_a_password_is_refused_with_the_reason(store):
    said = refusal(store, OLE, "Mẫu.xlsx")
    assert said == "Tệp “Mẫu.xlsx” đang đặt mật khẩu. Hãy bỏ mật khẩu rồi gửi lại."


def test_an_empty_file_is_refused(store):
    assert refusal(store, b"", "a.pdf") == "Tệp “a.pdf” không có nội dung."


def test_a_file_without_a_name_is_refused(store):
    assert refusal(store, PDF, "  /") == "Tệp gửi lên không có tên."


def test_a_file_that_is_too_big_is_refused_while_it_is_read(store):
    class Endless:
        pieces = 0

        def read(self, size):
            self.pieces += 1
            return bytes(size)

    stream = Endless()
    with pytest.raises(Refused) as refused:
        store.put(stream, "a.pdf")
    assert str(refused.value) == "Tệp “a.pdf” lớn hơn mức cho phép (976 KB)."
    assert stream.pieces == 1


def test_nothing_stays_on_disk_of_a_refused_file(store):
    refusal(store, b"<html>", "a.pdf")
    refusal(store, bytes(1_000_001), "a.pdf")
    assert files_below(store) == []


@pytest.mark.parametrize(
    ("declared", "kept"),
    [
        (unicodedata.normalize("NFD", "Quyết định số 192.pdf"), "Quyết định số 192.pdf"),
        ("C:\\Users\\An\\báo cáo.pdf", "báo cáo.pdf"),
        ("../../etc/a.pdf", "a.pdf"),
        ("a\x00b\r\nc\u202efdp.pdf", "abcfdp.pdf"),
        ("á" * 300 + ".pdf", "á" * 196 + ".pdf"),
    ],
)
def test_names_are_kept_readable_and_harmless(declared, kept):
    assert clean_name(declared) == kept


def test_sizes_are_told_in_the_unit_that_fits_with_a_decimal_comma():
    sizes = (900, 903_088, 1536 * 1024, 20 * 1024**2, 5 * 1024**3)
    assert [size_text(size) for size in sizes] == ["900 byte", "881 KB", "1,5 MB", "20 MB", "5 GB"]


def test_only_kinds_that_browsers_show_without_acting_are_previewed():
    assert sorted(INLINE_TYPES) == [
        "application/pdf", "audio/mp4", "audio/mpeg", "audio/ogg", "audio/x-wav",
        "image/gif", "image/jpeg", "image/png", "image/webp", "video/mp4",
    ]  # fmt: skip
