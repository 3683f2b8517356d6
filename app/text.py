"""Vietnamese words in order, and without their marks: keys to store in columns for sorting and searching.

A key is made of ASCII digits only, so SQLite and every PostgreSQL collation put it in the same order. Letters
decide first over the whole text (a ă â b c d đ e ê …), tones only when all letters are equal
(ngang, huyền, hỏi, ngã, sắc, nặng); numbers stand in the order of their value, before letters.
"""

import re
import unicodedata

_LETTERS = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
_END, _GAP, _NUMBER, _FIRST_LETTER, _FOREIGN = "00", "01", "02", 3, "99"
_LETTER_CODES = {letter: f"{place:02d}" for place, letter in enumerate(_LETTERS, start=_FIRST_LETTER)}
_TONES = {"\u0300": "1", "\u0309": "2", "\u0303": "3", "\u0301": "4", "\u0323": "5"}
_SHAPES = {"\u0306", "\u0302", "\u031b"}
_SPACE = (" ", "0")
_LONGEST_NUMBER = 99
_FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")
_ILLEGAL_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
# Icelandic and African letters that look like Đ, and the wide letters, digits and signs of East Asian keyboards.
_WIDE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}
_LOOKALIKES = _WIDE | {0xD0: 0x110, 0x189: 0x110}


def sort_key(text: str) -> str:
    """The place of ``text`` in a Vietnamese dictionary, as a string of digits; case does not count."""
    letters = _letters_and_tones(text.translate(_LOOKALIKES))
    codes, tones, place = [], [], 0
    while place < len(letters):
        letter, tone = letters[place]
        if letter.isdecimal():
            number = _number_from(letters, place)
            codes.append(_number_code(number))
            place += len(number)
            continue
        codes.append(_letter_code(letter))
        tones.append(tone)
        place += 1
    return "".join(codes) + _END + "".join(tones)


def person_sort_key(full_name: str) -> str:
    """Vietnamese people stand in the order of given name (the last word), family name, middle names."""
    words = full_name.split()
    return sort_key(" ".join([words[-1], words[0], *words[1:-1]] if len(words) > 1 else words))


def fold(text: str) -> str:
    """``text`` for searching: lower case, no marks, đ as d, single spaces ("Sở  Nội vụ" → "so noi vu")."""
    bare = "".join(c for c in _marks_apart(text) if not unicodedata.combining(c))
    return unicodedata.normalize("NFC", " ".join(bare.replace("đ", "d").split()))


def _marks_apart(text: str) -> str:
    return unicodedata.normalize("NFD", text.translate(_LOOKALIKES).casefold())


def is_writable(text: str) -> bool:
    """Whether every database, file and page can hold it: no control characters but tab and line ends, no half pairs."""
    return _UNWRITABLE.search(text) is None


def entered(text: str) -> str:
    """``text`` as it is kept whichever door it came in by: NFC, Đ the Vietnamese letter, no wide letters.

    Keyboards and other software send the same Vietnamese word in several forms; searches, unique names and digests
    must not tell them apart. For text of forms and imported cells; not for passwords, nor for contents of files.
    """
    return unicodedata.normalize("NFC", text).translate(_LOOKALIKES)


def printable(text: str) -> str:
    """``text`` in NFC, without the control characters that no XML file (XLSX, DOCX) may hold."""
    return unicodedata.normalize("NFC", _ILLEGAL_IN_XML.sub("", text))


def is_like_formula(text: str) -> bool:
    """Whether a spreadsheet would compute this text if it were typed into a cell."""
    return text.startswith(_FORMULA_SIGNS)


def disarmed(text: str) -> str:
    """``text`` for a CSV cell: an apostrophe in front of what a spreadsheet would compute."""
    return f"'{text}" if is_like_formula(text.lstrip("'")) else text


def rearmed(cell: str) -> str:
    """The text that ``disarmed`` made this cell from."""
    return cell[1:] if cell.startswith("'") and is_like_formula(cell.lstrip("'")) else cell


def _letters_and_tones(text: str) -> list[tuple[str, str]]:
    """Each letter with its shape (ă â đ ê ô ơ ư) and the digit of its tone: "Tỉnh" → t0 i2 n0 h0.

    Whatever is neither letter nor digit counts as one space, and as nothing at either end.
    """
    found: list[tuple[str, str]] = []
    for char in unicodedata.normalize("NFD", text.casefold()):
        if char.isalnum():
            found.append((char, "0"))
        elif not unicodedata.combining(char):
            found += [_SPACE] if found and found[-1] != _SPACE else []
        elif found and char in _TONES:
            found[-1] = (found[-1][0], _TONES[char])
        elif found and char in _SHAPES:
            found[-1] = (unicodedata.normalize("NFC", found[-1][0] + char), found[-1][1])
    return found[:-1] if found and found[-1] == _SPACE else found


def _number_from(letters: list[tuple[str, str]], start: int) -> str:
    digits = ""
    for letter, _tone in letters[start : start + _LONGEST_NUMBER]:
        if not letter.isdecimal():
            break
        digits += letter
    return digits


def _number_code(digits: str) -> str:
    value = "".join(str(unicodedata.decimal(digit)) for digit in digits).lstrip("0")
    return f"{_NUMBER}{len(value):02d}{value}"


def _letter_code(letter: str) -> str:
    if letter in _LETTER_CODES:
        return _LETTER_CODES[letter]
    return _GAP if letter == " " else f"{_FOREIGN}{ord(letter[0]):07d}"
