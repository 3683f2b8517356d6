"""OLE compound files: Word, Excel and PowerPoint before 2007, and objects that newer files embed."""

import re
import struct
from collections.abc import Callable
from io import BytesIO

import olefile

from app.archives import contents, refusals
from app.archives.fields import refuse_field

_MACROS = frozenset(["_vba_project", "_vba_project_cur", "vba", "macros"])
_PACKED = frozenset(["\x01ole10native"])
_LOCKED = frozenset(["encryptedpackage", "encryptedsummary"])
_MAIN = frozenset(
    ["worddocument", "workbook", "book", "powerpoint document", "equation native", "visiodocument"]
)
_HARMFUL_CLASSES = {
    "0003000C-0000-0000-C000-000000000046": "Package",
    "F20DA720-C02F-11CE-927B-0800095AE340": "Package",
    "25336920-03F9-11CF-8FD0-00AA00686F13": "HTML",
    "0002CE02-0000-0000-C000-000000000046": "Equation 3.0",
    "00000300-0000-0000-C000-000000000046": "StdOleLink",
    "79EAC9E0-BAF9-11CE-8C82-00AA004BA90B": "URL",
    "8856F961-340A-11D0-A96B-00C04FD705A2": "Web Browser",
    "D27CDB6E-AE6D-11CF-96B8-444553540000": "Flash",
    "06290BD3-48AA-11D2-8432-006008C3FBFC": "Scriptlet",
}
"""Packed programs, web pages, and the equation editor that Microsoft withdrew in 2018 because it was attacked."""
_CODE = re.compile(rb"\x13([^\x13-\x15]{1,1000})")
_WIDE_CODE = re.compile(rb"\x13\x00((?:[^\x13-\x15].|[\x13-\x15][^\x00]){1,1000})", re.DOTALL)
_BOUNDSHEET, _SUPBOOK, _FILEPASS, _END = 0x85, 0x1AE, 0x2F, 0x0A
_MACRO_SHEET = (1, 6)
_UNREADABLE = (
    OSError,
    ValueError,
    IndexError,
    TypeError,
    AttributeError,
    OverflowError,
    RecursionError,
    struct.error,
)
"""What olefile raises for a directory that is damaged or means harm."""


def refuse_harm_in_compound(
    content: bytes, name: str, part: str = "", inner: Callable[[bytes], None] | None = None
) -> None:
    """``part``: the object's place in a newer file, which ``inner`` judges a package by; else it is the file itself.

    ValueError when the content is no compound file.
    """
    try:
        with olefile.OleFileIO(BytesIO(content)) as file:
            _refuse_entries(file, name, part)
            _refuse_streams(file, name, part, inner)
    except _UNREADABLE as error:
        if part:
            raise refusals.unreadable_part(name, part) from error
        raise ValueError("no compound file") from error


def _refuse_entries(file: olefile.OleFileIO, name: str, part: str) -> None:
    entries = file.listdir(streams=True, storages=True)
    words = {word.casefold() for entry in entries for word in entry}
    if words & _MACROS:
        raise refusals.macros(name)
    if words & _LOCKED:
        raise refusals.locked(name)
    if words & _PACKED:
        raise refusals.inside(name, part or "Ole10Native")
    classes = {file.root.clsid, *(file.getclsid(entry) for entry in entries)}
    for found in classes & _HARMFUL_CLASSES.keys():
        raise refusals.inside(name, _HARMFUL_CLASSES[found])
    if part and not words & (_MAIN | {"package", "contents", "embeddedodf"}):
        raise refusals.inside(name, part)


def _refuse_streams(file, name: str, part: str, inner: Callable[[bytes], None] | None) -> None:
    for entry in file.listdir():
        kind, content = entry[-1].casefold(), file.openstream(entry).read()
        if kind == "\x01ole" and len(content) > 7 and content[4] & 1:
            raise refusals.fetches(name, "OLE")
        if kind == "worddocument":
            _refuse_word(content, name)
        elif kind in ("workbook", "book"):
            _refuse_excel(content, name)
        elif kind in ("package", "embeddedodf"):
            if inner is None or not content.startswith(contents.ZIP):
                raise refusals.inside(name, entry[-1])
            inner(content)
        elif kind == "contents" and part and not content.startswith(b"%PDF"):
            raise refusals.inside(name, part)


def _refuse_word(content: bytes, name: str) -> None:
    if len(content) > 12 and content[11] & 1:
        raise refusals.locked(name)
    codes = [code.decode("latin-1") for code in _CODE.findall(content)]
    codes += [code.decode("utf-16-le", "replace") for code in _WIDE_CODE.findall(content)]
    for code in codes:
        refuse_field(code, name)


def _refuse_excel(content: bytes, name: str) -> None:
    """The workbook's own records, up to its first sheet: macro sheets, a password, DDE, links over the network."""
    at = 0
    while at + 4 <= len(content):
        kind = int.from_bytes(content[at : at + 2], "little")
        size = int.from_bytes(content[at + 2 : at + 4], "little")
        record, at = content[at + 4 : at + 4 + size], at + 4 + size
        if kind == _FILEPASS:
            raise refusals.locked(name)
        if kind == _BOUNDSHEET and len(record) > 5 and record[5] in _MACRO_SHEET:
            raise refusals.macros(name)
        if kind == _SUPBOOK and _acts(record):
            raise refusals.other_data(name)
        if kind == _END:
            return


def _acts(record: bytes) -> bool:
    """Whether this outside source is a program (DDE), a web address or another machine's file."""
    if len(record) <= 4 or record[2:4] in (b"\x01\x04", b"\x01\x3a"):
        return False
    wide = len(record) > 4 and record[4] & 1
    path = record[5:].decode("utf-16-le" if wide else "latin-1", "replace")
    return "\x03" in path or path.startswith(("\x01\x01@", "\x01\x05", "\x05", "\\\\"))
