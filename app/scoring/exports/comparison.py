"""Whether a file that came back signed still says what the approved report says: its code, its totals, its rows."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from app.codes import CODE_ALPHABET, read_verification_code
from app.pdf_signatures import PdfSignature
from app.scoring.exports.content import has_figures
from app.scoring.exports.issuer import Issuer
from app.scoring.exports.report import GROUND, TOTAL, report_document
from app.scoring.models import Sheet
from app.scoring.queries.signed_papers import Content, PaperReading, SignatureTold
from app.web.documents import AdministrativeDocument, Paragraph, Table
from app.web.documents.layout import cell_text

FEWEST_LETTERS = 200
"""A file with fewer is a picture of the paper."""
_GROUP = rf"[{CODE_ALPHABET}]{{4}}"
_DASH = r"\s?[-\u2010\u2011\u2013]\s?"
_CODE = rf"(?<![\w-])({_GROUP}{_DASH}{_GROUP}{_DASH}{_GROUP})(?![\w-])"
_LABELLED = re.compile(rf"(?:Mã xác thực\s*:?\s*|/verify/){_CODE}")
_ANY_CODE = re.compile(_CODE)
_HYPHENS = re.compile("[\u2010\u2011]")
_UNSEEN = re.compile("[\\s\u00ad\u200b\u200c\u200d\u2060\ufeff]+")


class PdfFacts(NamedTuple):
    """What a file holds, whatever sheet it comes to; ``pages`` is None for one that cannot be read."""

    pages: list[str] | None
    signatures: Sequence[PdfSignature]


def compared(sheet: Sheet, facts: PdfFacts, issuer: Issuer) -> PaperReading:
    """What the file says beside the sheet's approved report."""
    snapshot, pages = sheet.snapshot, facts.pages or []
    texts = [unicodedata.normalize("NFC", page) for page in pages]
    own, seen = snapshot.code, _codes(texts, _ANY_CODE)
    labelled = _codes(texts, _LABELLED)
    document, old = report_document(sheet, issuer, at=snapshot.created_at), not has_figures(snapshot)
    content, places = _content(document, texts, old=old)
    without = [place for place, text in enumerate(texts, 1) if own not in _codes([text], _ANY_CODE)]
    return PaperReading(
        approved=own,
        seen=sorted(seen),
        labelled=sorted(labelled),
        pages=len(texts),
        pages_without_code=without if own in seen else [],
        content=content,
        places=places,
        signatures=[SignatureTold.of(one) for one in facts.signatures],
    )


def _codes(texts: Sequence[str], pattern: re.Pattern) -> set[str]:
    found = (read_verification_code(_HYPHENS.sub("-", match)) for text in texts for match in pattern.findall(text))
    return {code for code in found if code is not None}


class _Expected(NamedTuple):
    """A total or row: what it is called, how it may be written without blanks, and the head of the table it is in."""

    name: str
    spellings: list[str]
    head: str | None = None
    whole: bool = True


def _content(document: AdministrativeDocument, texts: Sequence[str], *, old: bool) -> tuple[Content, list[str]]:
    """Whether the totals and rows of the document stand in the file, in their order and with nothing among them."""
    if sum(map(len, texts)) < FEWEST_LETTERS:
        return Content.UNREAD, []
    said = "".join(_squeezed(_without_margins(text, place)) for place, text in enumerate(texts, 1))
    places, missing, count, at, former = [], 0, 0, 0, None
    for one in _expected(document, old):
        count += 1
        found = min(((start, len(text)) for text in one.spellings if (start := said.find(text, at)) >= 0), default=None)
        if found is None:
            missing += 1
            places.append(one.name)
        elif former is not None and former.head == one.head and one.whole and _foreign(said[at : found[0]], one.head):
            places.append(former.name)
        former = one if found is not None else None
        at = sum(found) if found is not None else at
    if 2 * missing > count:
        return Content.FOREIGN, []
    return (Content.DIFFERENT if places else Content.SAME), list(dict.fromkeys(places))


def _foreign(between: str, head: str | None) -> str:
    """What stands between two rows and is neither the table's head on a new page nor a page's number."""
    return re.sub(r"^[0-9]{1,3}$", "", between.replace(head or "", ""))


def _expected(document: AdministrativeDocument, old: bool) -> Iterator[_Expected]:
    for item in document.body:
        if isinstance(item, Paragraph) and item.text.startswith(TOTAL):
            yield _Expected(TOTAL, [_squeezed(item.text)])
        elif isinstance(item, Table):
            titles = [column.title for column in item.columns]
            head = _squeezed("".join(titles))
            ground = titles.index(GROUND) if old and GROUND in titles else None
            for row in item.rows:
                cells = [cell_text(cell, column) for cell, column in zip(row.cells, item.columns, strict=True)]
                yield _Expected(cells[0] or cells[1], _spellings(cells, ground), head, whole=ground is None)


def _spellings(cells: list[str], ground: int | None) -> list[str]:
    """The whole row; up to its points where it may have been printed before figures and working were.

    ``ground`` is the column of these, None for a report that was approved with them.
    """
    if ground is None:
        return [_squeezed("".join(cells))]
    before, points = cells[:ground], cells[ground + 1]
    return [_squeezed("".join([*before, points])), _squeezed("".join([*before, cells[ground], points]))]


def _squeezed(text: Any) -> str:
    return _UNSEEN.sub("", unicodedata.normalize("NFC", text))


def _without_margins(text: str, place: int) -> str:
    """The page without its number above and its code below, wherever the program that wrote it put them."""
    bare = re.sub(rf"Mã xác thực\s*:?\s*{_CODE}\s*$", "", text.strip()).strip()
    bare = re.sub(rf"^Mã xác thực\s*:?\s*{_CODE}", "", bare).strip()
    return re.sub(rf"^{place}(?=\s)|(?<=\s){place}$", "", bare)
