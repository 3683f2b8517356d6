"""What is asked of a PDF: it begins as one, its end is there, and it opens without a password."""

import os
import re
from typing import BinaryIO

from pypdf import PasswordType, PdfReader
from pypdf.errors import DependencyError, PyPdfError

from app.errors import Refused

PDF_START, PDF_WITHIN = b"%PDF-", 1024
"""Readers look for the beginning in the first 1,024 bytes: printers and scanners write their own commands before it."""
_END, _TAIL = b"%%EOF", 64 * 1024
_ENCRYPTED = re.compile(rb"/Encrypt\b")
_PRINTER = re.compile(rb"(?:\xef\xbb\xbf|\x1b%-12345X|[ \t]*@PJL[^\r\n]*|[\s\x00])*")
_MALFORMED = (
    PyPdfError,
    ValueError,
    TypeError,
    KeyError,
    AttributeError,
    IndexError,
    RecursionError,
    OSError,
)
"""What pypdf raises for a file that other readers may still open."""


def refuse_unreadable_pdf(file: BinaryIO, head: bytes, name: str) -> None:
    _refuse_other_beginning(head, name)
    _refuse_cut_off(file, name)
    if _needs_password(file):
        raise Refused("Tệp “%(name)s” đang đặt mật khẩu. Hãy bỏ mật khẩu rồi gửi lại.", name=name)


def _refuse_other_beginning(head: bytes, name: str) -> None:
    """Printer commands and white space may stand before a PDF; a page, a picture or a letter's head may not."""
    before = head[: head.find(PDF_START)]
    if _PRINTER.fullmatch(before):
        return
    shown = "".join(char for char in before[:40].decode("latin-1") if char.isprintable())
    raise Refused(
        "Tệp “%(name)s” có nội dung khác đứng trước phần PDF (“%(before)s”). Hãy mở tệp, lưu hoặc in lại thành PDF "
        "rồi gửi lại.",
        name=name,
        before=shown,
    )


def _refuse_cut_off(file: BinaryIO, name: str) -> None:
    """A PDF whose end never arrived opens for nobody."""
    file.seek(0, os.SEEK_END)
    file.seek(max(0, file.tell() - _TAIL))
    if _END not in file.read():
        raise Refused(
            "Tệp “%(name)s” thiếu phần cuối, có thể đã bị cắt. Hãy mở kiểm tra rồi gửi lại.", name=name
        )


def _needs_password(file: BinaryIO) -> bool:
    """Whether it stays shut without a password; one that only forbids printing or copying opens with none.

    Only files that name an encryption are read further. One that pypdf cannot read is left to the reader's program.
    """
    file.seek(0)
    if not _ENCRYPTED.search(file.read()):
        return False
    file.seek(0)
    try:
        reader = PdfReader(file)
        return reader.is_encrypted and reader.decrypt("") == PasswordType.NOT_DECRYPTED
    except (DependencyError, NotImplementedError):
        return True  # an encryption that nobody but its maker reads
    except _MALFORMED:
        return False
