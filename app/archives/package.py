"""The archive itself: its size, names and locks; then each of its parts, and the packages among them."""

import zipfile
import zlib
from collections.abc import Callable
from io import BytesIO
from pathlib import PurePosixPath
from typing import Protocol
from zipfile import ZipFile, ZipInfo

from app.archives import contents, refusals
from app.archives.compound import refuse_harm_in_compound
from app.archives.markup import Declared, Judge, Malformed, is_markup, read
from app.archives.odf import OdfJudge, SvgJudge
from app.archives.ooxml import Declarations, OoxmlJudge
from app.archives.parts import Kind, kind_of_place, kind_of_type

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
TYPES = "[Content_Types].xml"
_APPLE_SETTINGS = b"<!DOCTYPE plist PUBLIC"


class Format(Protocol):
    """How one family of files names its parts and reads their XML."""

    def kind(self, part: str) -> Kind | None: ...

    def judge(self, name: str) -> Judge: ...


class Ooxml:
    def __init__(self, declared: Declarations):
        self.declared = declared

    def kind(self, part: str) -> Kind | None:
        return Kind.XML if part == TYPES else kind_of_type(self.declared.type_of(part))

    def judge(self, name: str) -> Judge:
        return OoxmlJudge(name)


class Odf:
    def kind(self, part: str) -> Kind | None:
        return kind_of_place(part)

    def judge(self, name: str) -> Judge:
        return OdfJudge(name)


def refuse_harm(archive: ZipFile, name: str, depth: int = 1) -> None:
    """Read the archive once; ``Refused`` says what the file called ``name`` carries. May raise ``UNREADABLE``."""
    parts = archive.infolist()
    if sum(part.file_size for part in parts) > MOST_UNPACKED or len(parts) > MOST_PARTS or depth > DEEPEST:
        raise refusals.too_much(name)
    refuse_locked(archive, name)
    if len({part.filename.casefold() for part in parts}) < len(parts) or any(map(_leads_out, parts)):
        raise zipfile.BadZipFile("parts of one name, or outside the archive")
    form = Ooxml(declared_types(archive)) if TYPES in archive.namelist() else Odf()
    for part in parts:
        if not part.is_dir():
            _refuse_part(archive, part, form, name, depth)


def refuse_locked(archive: ZipFile, name: str) -> None:
    if any(part.flag_bits & 1 for part in archive.infolist()):
        raise refusals.locked(name)


def declared_types(archive: ZipFile) -> Declarations:
    """What the parts of a Word, Excel or PowerPoint file are declared to be. May raise ``UNREADABLE``."""
    declared = Declarations()
    try:
        read(archive.read(TYPES), declared)
    except (Declared, Malformed) as error:
        raise zipfile.BadZipFile(TYPES) from error
    return declared


def _leads_out(part: ZipInfo) -> bool:
    name = part.filename
    return name.startswith("/") or "\\" in name or ":" in name or ".." in PurePosixPath(name).parts


def _refuse_part(archive: ZipFile, part: ZipInfo, form: Format, name: str, depth: int) -> None:
    kind = form.kind(part.filename)
    content = archive.read(part)
    if kind is None:
        _refuse_unlisted(content, part.filename, name)
    elif kind is Kind.PACKAGE or (kind is Kind.COMPOUND and content.startswith(contents.ZIP)):
        with ZipFile(BytesIO(content)) as within:
            refuse_inner(within, name, part.filename, depth)
    elif kind is Kind.COMPOUND:
        refuse_harm_in_compound(content, name, part.filename, _inner(name, part.filename, depth))
    elif kind in (Kind.XML, Kind.SVG):
        _read_part(content, form.judge(name) if kind is Kind.XML else SvgJudge(name), name, part.filename)
    elif not (contents.is_picture(content) if kind is Kind.PICTURE else contents.is_inert(content)):
        raise refusals.inside(name, part.filename)
    elif kind is Kind.INERT and is_markup(content) and not _is_apple_settings(content):
        _read_part(content, form.judge(name), name, part.filename)


def refuse_inner(archive: ZipFile, name: str, part: str, depth: int) -> None:
    """A package in a package: an office file without macros, judged like the outer one."""
    names = archive.namelist()
    if TYPES in names:
        if declared_types(archive).has_macros():
            raise refusals.macros(name)
    elif "mimetype" not in names or not archive.read("mimetype").startswith(
        b"application/vnd.oasis.opendocument."
    ):
        raise refusals.inside(name, part)
    refuse_harm(archive, name, depth + 1)


def _inner(name: str, part: str, depth: int) -> Callable[[bytes], None]:
    """Judges a package that lies within an OLE object."""

    def judge(content: bytes) -> None:
        with ZipFile(BytesIO(content)) as within:
            refuse_inner(within, name, part, depth)

    return judge


def _refuse_unlisted(content: bytes, part: str, name: str) -> None:
    """A part that no list has. What office programs threw away themselves (``[trash]``) is left where it is."""
    if part.startswith("[trash]/") and contents.is_inert(content) and not is_markup(content):
        return
    if contents.is_inert(content) and (is_markup(content) or part.endswith(".xml")):
        raise refusals.unknown_part(name, part)
    raise refusals.inside(name, part)


def _read_part(content: bytes, judge: Judge, name: str, part: str) -> None:
    if not content.strip():
        return  # LibreOffice leaves such settings
    try:
        read(content, judge)
    except Declared as error:
        raise refusals.declarations(name) from error
    except Malformed as error:
        raise refusals.unreadable_part(name, part) from error


def _is_apple_settings(content: bytes) -> bool:
    """A Mac's printer settings: a property list with Apple's own document type, which no program here parses."""
    return _APPLE_SETTINGS in content[:500] and b"<plist" in content[:800] and b"<!ENTITY" not in content
