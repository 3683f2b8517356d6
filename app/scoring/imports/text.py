"""Text as people type it: folding for comparison, Unicode form, yes and no, dates."""

import re
import unicodedata
from datetime import date

YES = {"yes", "y", "co", "x", "true", "1"}
NO = {"no", "n", "khong", "false", "0", ""}

_UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u200b\u2060\ufeff\ufffe\uffff]")
_ISO_DATE = re.compile(r"(\d{4}-\d{2}-\d{2})(?:[ T].*)?")
_VIETNAMESE_DATE = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")


def folded(text: str) -> str:
    """Lower case, without marks, one space between words: ``"Điểm  tối_đa"`` → ``"diem toi da"``."""
    decomposed = unicodedata.normalize("NFD", text.casefold())
    bare = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return " ".join(bare.replace("đ", "d").replace("_", " ").replace("*", " ").split())


def cleaned(text: str) -> str:
    """Without invisible characters, plain spaces, trimmed; the Unicode form is left as it is."""
    return _UNSEEN.sub("", text.replace("\u00a0", " ")).replace("\r\n", "\n").replace("\r", "\n").strip()


def parse_yes_no(text: str) -> bool | None:
    """None when the text is neither; empty is no."""
    word = folded(text)
    if word in YES:
        return True
    return False if word in NO else None


def parse_date(text: str) -> date:
    """ISO (``2025-07-01``) or Vietnamese (``1/7/2025``). Raises ValueError."""
    found = _VIETNAMESE_DATE.fullmatch(text)
    if found:
        day, month, year = (int(part) for part in found.groups())
        return date(year, month, day)
    iso = _ISO_DATE.fullmatch(text)
    if not iso:
        raise ValueError(text)
    return date.fromisoformat(iso[1])
