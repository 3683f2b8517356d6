"""What a stored file may be, decided by its content; the extension only has to agree.

Web pages, SVG, programs and documents with macros are not on the list: none of them proves anything that a
PDF would not, and each of them can act on whoever opens it.
"""

import zipfile
from pathlib import Path
from typing import BinaryIO

import filetype

from app.archives import (
    UNREADABLE,
    declared_types,
    refusals,
    refuse_harm,
    refuse_harm_in_compound,
    refuse_locked,
)
from app.errors import Refused
from app.pdf import PDF_START, PDF_WITHIN, refuse_unreadable_pdf

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


def media_type_of(path: Path, name: str) -> str:
    """The media type of the file at ``path``, called ``name`` by the sender; refuses what is not allowed."""
    extension = Path(name).suffix.lower().removeprefix(".")
    if extension not in MEDIA_TYPES:
        raise Refused("Không nhận loại tệp của “%(name)s”. Hãy gửi PDF, Word, Excel hoặc ảnh.", name=name)
    with path.open("rb") as file:
        head = file.read(_HEAD_BYTES)
        if extension in _ZIPPED:
            if head.startswith(_OLE_MAGIC):
                raise refusals.locked(name)
            agrees = head.startswith(b"PK\x03\x04") and _is_zipped_document(file, extension, name)
        else:
            agrees = _head_agrees(head, extension)
            if agrees and extension == "pdf":
                refuse_unreadable_pdf(file, head, name)
            elif agrees and extension in _LEGACY_OFFICE:
                agrees = _is_old_document(file, name)
    if not agrees:
        raise Refused("Nội dung tệp “%(name)s” không đúng với phần đuôi của tên tệp.", name=name)
    return MEDIA_TYPES[extension]


def _head_agrees(head: bytes, extension: str) -> bool:
    if extension in _LEGACY_OFFICE:
        return head.startswith(_OLE_MAGIC)
    if extension == "pdf":
        return PDF_START in head[:PDF_WITHIN]
    if extension in ("m4a", "mp4"):
        return head[4:8] == b"ftyp" and head[8:12] not in _NOT_SOUND_OR_VIDEO
    return filetype.guess_mime(head) == MEDIA_TYPES[extension]


def _is_old_document(file: BinaryIO, name: str) -> bool:
    """Whether the file is of Word, Excel or PowerPoint before 2007; one that carries harm is refused."""
    file.seek(0)
    try:
        refuse_harm_in_compound(file.read(), name)
    except ValueError:
        return False
    return True


def _is_zipped_document(file: BinaryIO, extension: str, name: str) -> bool:
    """Whether a zip is the document its extension says; a document with macros is refused."""
    try:
        with zipfile.ZipFile(file) as archive:
            refuse_locked(archive, name)
            agrees, declares_macros = _declared(archive, extension)
            if declares_macros or _has_macros(archive.namelist()):
                raise refusals.macros(name)
            refuse_harm(archive, name)
    except UNREADABLE:
        return False
    return agrees


def _declared(archive: zipfile.ZipFile, extension: str) -> tuple[bool, bool]:
    """Whether the archive itself says that it is of this kind (ODF in ``mimetype``), and that it has macros."""
    wanted = MEDIA_TYPES[extension]
    if extension in ("odt", "ods"):
        return archive.read("mimetype").decode("utf-8", errors="replace").strip() == wanted, False
    declared = declared_types(archive)
    return declared.has(f"{wanted}.main+xml"), declared.has_macros()


def _has_macros(parts: list[str]) -> bool:
    names = [part.lower() for part in parts]
    return any(name.endswith("vbaproject.bin") for name in names) or any(
        name.startswith(("basic/", "scripts/")) or "/activex/" in name for name in names
    )
