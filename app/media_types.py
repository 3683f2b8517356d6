"""What a stored file may be, decided by its content; the extension only has to agree.

Web pages, SVG, programs and documents with macros are not on the list: none of them proves anything that a
PDF would not, and each of them can act on whoever opens it.
"""

import os
import zipfile
from pathlib import Path
from typing import BinaryIO

import filetype

from app.archives import UNREADABLE, refuse_harm, refuse_locked
from app.errors import Refused

_OFFICE = "application/vnd.openxmlformats-officedocument."
_OPEN_DOCUMENT = "application/vnd.oasis.opendocument."
MEDIA_TYPES = {
    "pdf": "application/pdf",
    "docx": f"{_OFFICE}wordprocessingml.document",
    "xlsx": f"{_OFFICE}spreadsheetml.sheet",
    "pptx": f"{_OFFICE}presentationml.presentation",
    "odt": f"{_OPEN_DOCUMENT}text",
    "ods": f"{_OPEN_DOCUMENT}spreadsheet",
    "doc": "application/msword",
    "xls": "application/vnd.ms-excel",
    "ppt": "application/vnd.ms-powerpoint",
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "gif": "image/gif",
    "webp": "image/webp",
    "heic": "image/heic",
    "mp3": "audio/mpeg",
    "m4a": "audio/mp4",
    "wav": "audio/x-wav",
    "ogg": "audio/ogg",
    "mp4": "video/mp4",
}
INLINE_TYPES = frozenset(
    MEDIA_TYPES[extension]
    for extension in ("pdf", "png", "jpg", "gif", "webp", "mp3", "m4a", "wav", "ogg", "mp4")
)
_LEGACY_OFFICE = ("doc", "xls", "ppt")
_ZIPPED = ("docx", "xlsx", "pptx", "odt", "ods")
_OLE_MAGIC = bytes.fromhex("d0cf11e0a1b11ae1")
_NOT_SOUND_OR_VIDEO = (b"heic", b"heix", b"mif1", b"msf1", b"avif", b"qt  ")
_HEAD_BYTES = 8192
_PDF_END, _PDF_TAIL = b"%%EOF", 64 * 1024
_HIDDEN_PROGRAMS = tuple(word.encode("utf-16-le") for word in ("_VBA_PROJECT", "\x01Ole10Native"))
_LARGEST_PART = 1_000_000


def media_type_of(path: Path, name: str) -> str:
    """The media type of the file at ``path``, called ``name`` by the sender; refuses what is not allowed."""
    extension = Path(name).suffix.lower().removeprefix(".")
    if extension not in MEDIA_TYPES:
        raise Refused("Không nhận loại tệp của “%(name)s”. Hãy gửi PDF, Word, Excel hoặc ảnh.", name=name)
    with path.open("rb") as file:
        head = file.read(_HEAD_BYTES)
        if extension in _ZIPPED:
            if head.startswith(_OLE_MAGIC):
                raise Refused("Tệp “%(name)s” đang đặt mật khẩu. Hãy bỏ mật khẩu rồi gửi lại.", name=name)
            agrees = head.startswith(b"PK\x03\x04") and _is_zipped_document(file, extension, name)
        else:
            agrees = _head_agrees(head, extension)
            if agrees and extension == "pdf":
                _refuse_cut_off(file, name)
            elif agrees and extension in _LEGACY_OFFICE:
                _refuse_old_macros(file, name)
    if not agrees:
        raise Refused("Nội dung tệp “%(name)s” không đúng với phần đuôi của tên tệp.", name=name)
    return MEDIA_TYPES[extension]


def _head_agrees(head: bytes, extension: str) -> bool:
    if extension in _LEGACY_OFFICE:
        return head.startswith(_OLE_MAGIC)
    if extension in ("m4a", "mp4"):
        return head[4:8] == b"ftyp" and head[8:12] not in _NOT_SOUND_OR_VIDEO
    return filetype.guess_mime(head) == MEDIA_TYPES[extension]


def _refuse_cut_off(file: BinaryIO, name: str) -> None:
    """A PDF whose end never arrived opens for nobody."""
    file.seek(0, os.SEEK_END)
    file.seek(max(0, file.tell() - _PDF_TAIL))
    if _PDF_END not in file.read():
        raise Refused(
            "Tệp “%(name)s” thiếu phần cuối, có thể đã bị cắt. Hãy mở kiểm tra rồi gửi lại.", name=name
        )


def _refuse_old_macros(file: BinaryIO, name: str) -> None:
    """Word, Excel and PowerPoint before 2007 name their programs in the file's own directory."""
    file.seek(0)
    content = file.read()
    if any(word in content for word in _HIDDEN_PROGRAMS):
        raise _macros(name)


def _macros(name: str) -> Refused:
    return Refused("Tệp “%(name)s” có chứa macro. Hãy lưu lại thành tệp không có macro.", name=name)


def _is_zipped_document(file: BinaryIO, extension: str, name: str) -> bool:
    """Whether a zip is the document its extension says; a document with macros is refused."""
    try:
        with zipfile.ZipFile(file) as archive:
            refuse_locked(archive, name)
            parts = archive.namelist()
            declared = _declared_type(archive, extension)
            if not _has_macros(parts, declared):
                refuse_harm(archive, name)
    except UNREADABLE:
        return False
    if _has_macros(parts, declared):
        raise _macros(name)
    wanted = MEDIA_TYPES[extension]
    if extension in ("odt", "ods"):
        return declared == wanted
    return f"{wanted}.main+xml" in declared


def _declared_type(archive: zipfile.ZipFile, extension: str) -> str:
    """What the archive itself says it is: ODF in ``mimetype``, Office in the list of content types."""
    part = "mimetype" if extension in ("odt", "ods") else "[Content_Types].xml"
    with archive.open(part) as content:
        return content.read(_LARGEST_PART).decode("utf-8", errors="replace").strip()


def _has_macros(parts: list[str], declared: str) -> bool:
    names = [part.lower() for part in parts]
    return (
        "macroenabled" in declared.lower()
        or any(name.endswith("vbaproject.bin") for name in names)
        or any(name.startswith(("basic/", "scripts/")) or "/activex/" in name for name in names)
    )
