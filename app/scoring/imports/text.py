"""Text as people type it: folding for comparison, Unicode form, yes and no, dates."""

import re
import unicodedata
from datetime import date

from app.errors import Refused
from app.moments import read_day
from app.text import entered

YES = {"yes", "y", "co", "x", "true", "1", "bat buoc", "✓", "✔", "☑"}
NO = {"no", "n", "khong", "false", "0", "", "khong bat buoc"}

_UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u200b\u2060\ufeff\ufffe\uffff]")


def folded(text: str) -> str:
    """Lower case, without marks, one space between words: ``"Điểm  tối_đa"`` → ``"diem toi da"``."""
    decomposed = unicodedata.normalize("NFD", entered(text).casefold())
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
    """``moments.read_day``; ValueError with its sentence when the text names no day."""
    try:
        return read_day(text)
    except Refused as refusal:
        raise ValueError(str(refusal)) from None
