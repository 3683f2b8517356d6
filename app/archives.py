"""What a Word, Excel or OpenDocument file may not carry: a bomb, entities, programs, links that act when opened.

Nothing here runs or resolves anything: names, sizes and the words of the parts are looked at.
"""

import codecs
import re
import zipfile
import zlib
from pathlib import PurePosixPath
from zipfile import ZipFile, ZipInfo

from app.errors import Refused

UNREADABLE = (
    zipfile.BadZipFile,
    zlib.error,
    KeyError,
    RuntimeError,
    NotImplementedError,
    EOFError,
    OSError,
    ValueError,
)
"""What ``zipfile`` raises for an archive that is damaged or means harm."""

MOST_PARTS = 20_000
MOST_UNPACKED = 200 * 1024 * 1024
DEEPEST = 3
_HEAD = 64 * 1024
_OFFICE = ("docx", "xlsx", "pptx", "odt", "ods")
_PROGRAMS = (
    *("zip", "7z", "rar", "gz", "tar", "jar", "iso", "exe", "dll", "scr", "com", "msi", "bat", "cmd", "ps1"),
    *(
        "js",
        "jse",
        "vbs",
        "vbe",
        "wsf",
        "hta",
        "lnk",
        "html",
        "htm",
        "svg",
        "chm",
        "reg",
        "docm",
        "xlsm",
        "pptm",
    ),
)
_DTD = re.compile(r"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_LINK = re.compile(rb"<(?:\w+:)?Relationship\b[^>]*>")
_KIND = re.compile(rb"""\bType\s*=\s*["'][^"']*/(attachedTemplate|oleObject|frame|subDocument)["']""")
_OUTSIDE = re.compile(rb"""\bTargetMode\s*=\s*["']External["']""")
_DDE = re.compile(
    rb"<(?:\w+:)?ddeLink\b|<(?:\w+:)?f\b[^>]*>[^<|]*\w\|[^<]*!|instrText[^>]*>\s*DDE", re.IGNORECASE
)
_PACKAGED = "\x01Ole10Native".encode("utf-16-le")


def refuse_harm(archive: ZipFile, name: str, depth: int = 1) -> None:
    """Read the archive once; ``Refused`` says what the file called ``name`` carries. May raise ``UNREADABLE``."""
    parts = archive.infolist()
    if sum(part.file_size for part in parts) > MOST_UNPACKED or len(parts) > MOST_PARTS or depth > DEEPEST:
        raise Refused("Tệp “%(name)s” nén quá nhiều nội dung nên không nhận được.", name=name)
    refuse_locked(archive, name)
    if len({part.filename.casefold() for part in parts}) < len(parts) or any(map(_leads_out, parts)):
        raise zipfile.BadZipFile("parts of one name, or outside the archive")
    for part in parts:
        _refuse_part(archive, part, name, depth)


def refuse_locked(archive: ZipFile, name: str) -> None:
    if any(part.flag_bits & 1 for part in archive.infolist()):
        raise Refused("Tệp “%(name)s” đang đặt mật khẩu. Hãy bỏ mật khẩu rồi gửi lại.", name=name)


def _leads_out(part: ZipInfo) -> bool:
    name = part.filename
    return name.startswith("/") or "\\" in name or ":" in name or ".." in PurePosixPath(name).parts


def _refuse_part(archive: ZipFile, part: ZipInfo, name: str, depth: int) -> None:
    kind = PurePosixPath(part.filename.lower()).suffix.removeprefix(".")
    if kind in _PROGRAMS:
        raise _carries(name, part)
    if kind in ("xml", "rels", "vml"):
        _refuse_words(archive.read(part), name)
    elif kind in _OFFICE:
        with archive.open(part) as inner, ZipFile(inner) as within:
            refuse_harm(within, name, depth + 1)
    elif kind == "bin" and _PACKAGED in archive.read(part):
        raise _carries(name, part)


def _carries(name: str, part: ZipInfo) -> Refused:
    shown = PurePosixPath(part.filename).name[:60]
    return Refused(
        "Tệp “%(name)s” có tệp khác bên trong (%(part)s). Hãy bỏ ra rồi gửi lại.", name=name, part=shown
    )


def _refuse_words(content: bytes, name: str) -> None:
    """Entities, and links that are followed without a click."""
    if has_dtd(content):
        raise Refused("Tệp “%(name)s” có khai báo lạ mà tệp Word, Excel thật không có.", name=name)
    links = (link for link in _LINK.findall(content) if _OUTSIDE.search(link))
    if any(_KIND.search(link) for link in links) or _DDE.search(content):
        raise Refused(
            "Tệp “%(name)s” có liên kết tự chạy khi mở tệp. Hãy bỏ liên kết rồi gửi lại.", name=name
        )


def has_dtd(content: bytes) -> bool:
    """Whether an XML part declares a document type; it can only stand before the first element."""
    head = content[:_HEAD]
    wide = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}.get(head[:2])
    if wide is None and b"\x00" in head[:4]:
        wide = "utf-16-le" if head[1:2] == b"\x00" else "utf-16-be"
    return _DTD.search(head.decode(wide or "latin-1", "replace")) is not None
