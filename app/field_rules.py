"""Rules of single fields that several nouns share: one line of text, a code, an address of mail.

Each takes what was typed and returns what is kept, or refuses and names the field. The nouns' own rules
(``app.accounts.fields``, ``app.agencies``) are made of these; no form has a rule that its noun lacks.
"""

import re
import unicodedata
from collections.abc import Mapping
from typing import Any

from app.errors import Refused, Sentence

# One address, as the HTML standard defines a valid one: ASCII, no spaces, no comma, and here a domain with a dot.
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
EMAIL = re.compile(rf"[a-z0-9.!#$%&'*+/=?^_`{{|}}~-]{{1,64}}@(?:{_LABEL}\.)+{_LABEL}")
CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
SYMBOL = re.compile(r"[^\W_](?:[^\W_]|[-.&](?=[^\W_]))*")
EMAIL_LENGTH = 254  # RFC 5321: what a mail server takes
BAD_EMAIL = Sentence("Địa chỉ thư điện tử không hợp lệ.")
BAD_CODE = Sentence(
    "Mã chỉ gồm chữ cái không dấu, chữ số và các dấu . _ -, bắt đầu bằng chữ cái hoặc chữ số."
)

BAD_SYMBOL = Sentence(
    "Ký hiệu chỉ gồm chữ cái, chữ số và các dấu - . & ở giữa, không có dấu cách hay dấu gạch chéo."
)


def one_line(text: str | None, field: str, *, required: bool = True) -> str:
    """Text without spaces around it; line breaks and other control characters are refused."""
    kept = (text or "").strip()
    if required and not kept:
        raise Refused("Không được để trống ô này.", field=field)
    if any(unicodedata.category(sign) in ("Cc", "Zl", "Zp") for sign in kept):
        raise Refused("Nội dung phải nằm trên một dòng, không có ký tự điều khiển.", field=field)
    return kept


def email_of(text: str | None, field: str = "email") -> str:
    """One well-formed address in small letters."""
    kept = (text or "").strip().lower()
    if not is_email(kept):
        raise Refused(BAD_EMAIL.template, field=field)
    return kept


def is_email(text: str) -> bool:
    """Whether this is one address as it is kept: well-formed, in small letters."""
    return len(text) <= EMAIL_LENGTH and EMAIL.fullmatch(text) is not None


def code_of(text: str | None, field: str = "code") -> str:
    kept = one_line(text, field)
    if not CODE.fullmatch(kept):
        raise Refused(BAD_CODE.template, field=field)
    return kept


def whole_of(typed: str | int | None, field: str | None = None) -> int:
    """A whole number without sign, of at most six digits."""
    text = str(typed if typed is not None else "").strip()
    if not text.isascii() or not text.isdigit() or len(text) > 6:
        raise Refused("Hãy ghi một số nguyên.", field=field)
    return int(text)


def symbol_of(text: str | None, field: str) -> str | None:
    """The abbreviation of an agency in numbers of its documents, the part behind "12/BC-"; None when left empty."""
    kept = one_line(text, field, required=False)
    if kept and not SYMBOL.fullmatch(kept):
        raise Refused(BAD_SYMBOL.template, field=field)
    return kept or None


def known_fields(values: Mapping[str, Any], fields: tuple[str, ...]) -> dict[str, Any]:
    """The values; a name that is not among ``fields`` is the caller's mistake."""
    if unknown := values.keys() - set(fields):
        raise TypeError(f"not changeable: {sorted(unknown)}")
    return dict(values)


def set_fields(row: Any, new: Mapping[str, Any]) -> None:
    for name, value in new.items():
        setattr(row, name, value)
