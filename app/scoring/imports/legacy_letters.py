"""Vietnamese in the letters of TCVN3 (.VnTime), VNI (VNI-Times) or Windows-1258, read as if it were Latin.

Fonts drew these codes as Vietnamese; without the font they are “C«ng t¸c” or “Coâng taùc”. Such text is recognised
by what it becomes: words that are syllables of Vietnamese, where before none was.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable
from functools import cache

from app.scoring.imports.syllables import is_syllable, marked_words

NAMES = {"tcvn3": "TCVN3 (phông .VnTime)", "vni": "VNI (phông VNI-Times)", "cp1258": "Windows-1258"}
FEWEST_WORDS = 2
"""Different words that must become Vietnamese: one alone may be chance (French “où”)."""

_TCVN3_CODES = range(0xA1, 0xFF)
_TCVN3_LETTERS = (
    "ĂÂÊÔƠƯĐăâêôơưđẰ.....àảãáạẲằẳẵắẴẮẦẨẪẤỀặầẩẫấậèỂẻẽ"
    "éẹềểễếệìỉỄẾỒĩíịòỔỏõóọồổỗốộờởỡớợùỖủũúụừửữứựỳỷỹýỵ"
)
_TCVN3 = {
    code: letter for code, letter in zip(_TCVN3_CODES, _TCVN3_LETTERS, strict=True) if letter != "."
}
_VNI_MARKS = {
    "\u0301": "ù", "\u0300": "ø", "\u0309": "û", "\u0303": "õ", "\u0323": "ï", "\u0302": "â", "\u0306": "ê",
    "\u0302\u0301": "á", "\u0302\u0300": "à", "\u0302\u0309": "å", "\u0302\u0303": "ã", "\u0302\u0323": "ä",
    "\u0306\u0301": "é", "\u0306\u0300": "è", "\u0306\u0309": "ú", "\u0306\u0303": "ü", "\u0306\u0323": "ë",
}  # fmt: skip
_VNI_LETTERS = {"æ": "ỉ", "ó": "ĩ", "ò": "ị", "ô": "ơ", "ö": "ư", "î": "ỵ", "ñ": "đ", "í": "í", "ì": "ì"}
_LATIN = re.compile("[\x80-\xff]")
# What Windows' Latin code page has beside Latin-1: quotes, dashes, ….
_WINDOWS_SIGNS = bytes(set(range(0x80, 0xA0)) - {0x81, 0x8D, 0x8F, 0x90, 0x9D}).decode("cp1252")
_BEYOND_LATIN = re.compile(f"[^\x00-\xff{re.escape(_WINDOWS_SIGNS)}]")
# TCVN3 has letters where Latin has signs: “C«ng t¸c”, “®iÒu”.
_SIGN_IN_WORD = re.compile(
    "[A-Za-z][\xa1-\xbe][A-Za-z]|[\xa1-\xa9\xac-\xb8\xbc-\xbe][A-Za-z]|[A-Za-z][\xa1-\xa8\xac-\xb8]"
)


def converted(text: str, system: str, *, surely: bool = False) -> str:
    """``text`` of that system in Unicode; what is no Latin-only text or is Vietnamese already stays as it is.

    ``surely``: nothing else can stand there, so that “Ghi chó” is “Ghi chú” although a dog is a word as well.
    """
    if not _may_be_legacy(text) or (not surely and _is_vietnamese(text)):
        return text
    return unicodedata.normalize("NFC", _CONVERTERS[system](text))


def found_in(texts: Iterable[str]) -> str | None:
    """The system in which these cells are written, when they are in one."""
    words: dict[str, set[str]] = {system: set() for system in NAMES}
    for text in texts:
        for system, found in _evidence(text).items():
            words[system] |= found
    best = max(words, key=lambda system: len(words[system]))
    return best if len(words[best]) >= FEWEST_WORDS else None


def is_unicode(text: str) -> bool:
    """Whether it has letters that no such font has: it was typed in Unicode."""
    return _BEYOND_LATIN.search(text) is not None


def is_written_in(text: str, system: str) -> bool:
    """Whether this one cell looks like that system's."""
    return system in _evidence(text)


def _evidence(text: str) -> dict[str, set[str]]:
    """System → words of the text that become syllables in it, when (nearly) all do and hardly one was before."""
    if not _may_be_legacy(text) or _is_vietnamese(text):
        return {}
    found = {}
    for system, convert in _CONVERTERS.items():
        words = [word for word in marked_words(unicodedata.normalize("NFC", convert(text))) if len(word) > 1]
        good = {word for word in words if is_syllable(word)}
        wrong = sum(not is_syllable(word) for word in words)
        if good and wrong <= len(words) // 5:
            found[system] = good
    return found


def _may_be_legacy(text: str) -> bool:
    return _LATIN.search(text) is not None and _BEYOND_LATIN.search(text) is None


def _is_vietnamese(text: str) -> bool:
    """Whether more than half of the words with marks are Vietnamese as they stand, and no sign stands inside a word."""
    text = unicodedata.normalize("NFC", text)
    words = marked_words(text)
    known = sum(is_syllable(word) for word in words)
    return bool(words) and known * 2 > len(words) and _SIGN_IN_WORD.search(text) is None


def _from_tcvn3(text: str) -> str:
    return text.translate(_TCVN3)


def _from_vni(text: str) -> str:
    return _vni_pattern().sub(lambda found: _vni_table()[found[0]], text)


def _from_cp1258(text: str) -> str:
    return "".join(map(_cp1258_letter, text))


@cache
def _cp1258_letter(letter: str) -> str:
    try:
        return letter.encode("cp1252").decode("cp1258")
    except UnicodeError:
        return letter


@cache
def _vni_table() -> dict[str, str]:
    """Pairs of a vowel and its mark, and the letters of one code, in both cases."""
    pairs = dict(_VNI_LETTERS)
    for vowel in "aeouy":
        for marks, sign in _VNI_MARKS.items():
            letter = unicodedata.normalize("NFC", vowel + marks)
            if len(letter) == 1:
                pairs[vowel + sign] = letter
    for vowel, letter in (("ô", "ơ"), ("ö", "ư")):
        for mark in ("\u0301", "\u0300", "\u0309", "\u0303", "\u0323"):
            pairs[vowel + _VNI_MARKS[mark]] = unicodedata.normalize("NFC", letter + mark)
    upper = {key.upper(): value.upper() for key, value in pairs.items()}
    mixed = {key[0].upper() + key[1:]: value.upper() for key, value in pairs.items()}
    return pairs | mixed | upper


@cache
def _vni_pattern() -> re.Pattern:
    return re.compile("|".join(sorted(map(re.escape, _vni_table()), key=len, reverse=True)))


_CONVERTERS: dict[str, Callable[[str], str]] = {
    "tcvn3": _from_tcvn3,
    "vni": _from_vni,
    "cp1258": _from_cp1258,
}
