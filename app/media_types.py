"""What a stored file may be, decided by its content; the extension only has to agree.

Web pages, SVG, programs and documents with macros are not on the list: none of them proves anything that a
PDF would not, and each of them can act on whoever opens it.
"""

import zipfile
import zlib
from pathlib import Path
from typing import BinaryIO

import filetype

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
_MOST_ZIP_ENTRIES = 20_000
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
    if not agrees:
        raise Refused("Nội dung tệp “%(name)s” không đúng với phần đuôi của tên tệp.", name=name)
    return MEDIA_TYPES[extension]


def _head_agrees(head: bytes, extension: str) -> bool:
    if extension in _LEGACY_OFFICE:
        return head.startswith(_OLE_MAGIC)
    if extension in ("m4a", "mp4"):
        return head[4:8] == b"ftyp" and head[8:12] not in _NOT_SOUND_OR_VIDEO
    return filetype.guess_mime(head) == MEDIA_TYPES[extension]


def _is_zipped_document(file: BinaryIO, extension: str, name: str) -> bool:
    """Whether a zip is the document its extension says; a document with macros is refused."""
    try:
        with zipfile.ZipFile(file) as archive:
            parts = archive.namelist()
            if len(parts) > _MOST_ZIP_ENTRIES:
                return False
            declared = _declared_type(archive, extension)
    except (zipfile.BadZipFile, KeyError, RuntimeError, NotImplementedError, EOFError, zlib.error):
        return False
    if _has_macros(parts, declared):
        raise Refused("Tệp “%(name)s” có chứa macro. Hãy lưu lại thành tệp không có macro.", name=name)
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
        or any(name.startswith(("basic/", "scripts/")) for name in names)
    )
