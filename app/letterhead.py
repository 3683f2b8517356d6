"""How the head of a document names an agency: lines, place name and symbol (Decree 30/2020/NĐ-CP, annex I). Pure."""

import re

COMMITTEE = "Ủy ban nhân dân"
_COMMITTEE = re.compile(r"(?:ubnd|[uủ][yỷ] ban nhân dân)\s+", re.IGNORECASE)
_LEVEL = r"(?:tỉnh|thành phố|huyện|thị xã|thị trấn|xã|phường|đặc khu)"
_COMMITTEE_OF = re.compile(rf"{_COMMITTEE.pattern}(?P<area>{_LEVEL}\s+(?P<name>.+))", re.IGNORECASE)
_BEGINS_PART = re.compile(rf"(?:và|của|thuộc|{_LEVEL})", re.IGNORECASE)
LONGEST_WHOLE = 25  # letters: more do not fit on one line of the left column
_NOT_IN_SYMBOL = ("và", "của", "các", "thuộc")
_HARD_BLANK = "\u00a0"


def is_committee(name: str) -> bool:
    """Whether the agency is a People's Committee, as written in short or in full."""
    return _COMMITTEE.match(name) is not None


def spelt_out(name: str) -> str:
    """The head of a document does not abbreviate: "UBND xã Đông Tiến" → "Ủy ban nhân dân xã Đông Tiến"."""
    return f"{COMMITTEE}{name[4:]}" if name.upper().startswith("UBND ") else name


def name_lines(name: str) -> str:
    """The name in capitals; a committee on two lines, and no proper name or word of two syllables ever broken.

    What must stay together is joined by hard blanks, so both writers break the lines at the same places.
    """
    found = _COMMITTEE_OF.fullmatch(name.strip())
    if found is not None:
        kind = found["area"].removesuffix(found["name"]).split()
        parts = (
            [kind + found["name"].split()]
            if len(found["area"]) <= LONGEST_WHOLE
            else [kind, found["name"].split()]
        )
        return f"{COMMITTEE}\n{' '.join(map(_whole, parts))}".upper()
    spelt = _COMMITTEE.sub(f"{COMMITTEE} ", name.strip())
    return " ".join(_whole(part) for part in _parts(spelt.split())).upper()


def _whole(words: list[str]) -> str:
    text = " ".join(words)
    return text.replace(" ", _HARD_BLANK) if len(text) <= LONGEST_WHOLE else text


def _parts(words: list[str]) -> list[list[str]]:
    """Words that belong together: "Sở Nông nghiệp", "và Môi trường"; "Khu kinh tế", "Nghi Sơn"."""
    parts: list[list[str]] = []
    for word in words:
        last = parts[-1] if parts else []
        opens = bool(last) and _BEGINS_PART.fullmatch(last[-1]) is not None
        capital = bool(last) and word[:1].isupper() and last[-1][:1].islower() and not opens
        if not last or capital or (_BEGINS_PART.fullmatch(word) and not opens):
            parts.append([word])
        else:
            last.append(word)
    return parts


def default_place(name: str, province: str) -> str:
    """The place before a document's date: the province's name, of a commune its own (numbered ones with their kind)."""
    found = _COMMITTEE_OF.fullmatch(name.strip())
    if found is None or re.match(r"tỉnh\b", found["area"], re.IGNORECASE):
        return province
    if found["name"].isdigit():
        return found["area"][:1].upper() + found["area"][1:]
    return found["name"]


def default_symbol(name: str) -> str:
    """The agency's abbreviation in numbers of its documents: "Sở Tư pháp" → STP; every committee's is UBND."""
    if _COMMITTEE_OF.fullmatch(name.strip()):
        return "UBND"
    words = [word for word in re.findall(r"\w+", name) if word.casefold() not in _NOT_IN_SYMBOL]
    if name == name.upper():
        return "".join(word[0] for word in words)
    return "".join(word if word.isupper() else word[0].upper() for word in words)
