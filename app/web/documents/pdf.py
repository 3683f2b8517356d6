"""PDF/A of an administrative document, set by Typst.

What is said goes to the template as JSON and is never Typst source, so no text can act as markup. The typeface is
Tinos, which has the widths of Times New Roman and every Vietnamese letter; ``scripts/assets.py`` ships it, so that a
document looks the same whatever fonts the machine has. Only a letter that Tinos lacks is taken from Typst's own fonts.
"""

import io
import json
from dataclasses import asdict
from datetime import UTC, datetime, time
from functools import cache
from pathlib import Path
from typing import Any

import segno
import typst

from app.letterhead import name_lines
from app.text import printable
from app.web.documents import layout
from app.web.documents.model import AdministrativeDocument, Heading, Paragraph, Row, Table

_TEMPLATE = Path(__file__).with_name("administrative.typ")
_FONT_FOLDER = Path(__file__).parents[2] / "static" / "vendor" / "document-font"
FAMILY = "Tinos"
_ARCHIVE = "a-2a"
_INDENT_MM = 3
_LONGEST_WHOLE_CELL = 600


def write_pdf(document: AdministrativeDocument) -> bytes:
    """The document as PDF/A-2a; as plain PDF when it holds a letter that no font of the machine has."""
    compiler = typst.Compiler(
        str(_TEMPLATE),
        root=str(_TEMPLATE.parent),
        font_paths=document_fonts(),
        sys_inputs={"document": json.dumps(_data(document), ensure_ascii=False)},
    )
    timestamp = _timestamp(document)
    try:
        return compiler.compile(format="pdf", timestamp=timestamp, pdf_standards=_ARCHIVE)
    except typst.TypstError:
        return compiler.compile(format="pdf", timestamp=timestamp)


@cache
def document_fonts() -> typst.Fonts:
    """Tinos and Typst's own fonts, read once a process; never the machine's."""
    return typst.Fonts(include_system_fonts=False, font_paths=[_FONT_FOLDER])


def _timestamp(document: AdministrativeDocument) -> datetime:
    """The document's own time to the second, never the clock's: making it again gives the same bytes."""
    if document.verification is None:
        return datetime.combine(document.date, time(), tzinfo=UTC)
    issued_at = document.verification.issued_at.replace(microsecond=0)
    return issued_at.astimezone(UTC) if issued_at.tzinfo else issued_at.replace(tzinfo=UTC)


def _data(document: AdministrativeDocument) -> dict[str, Any]:
    """Everything the template draws, keys as in ``administrative.typ``."""
    proof = document.verification
    data = {
        "font": FAMILY,
        "landscape": document.landscape,
        "issuer_parent": document.issuer_parent and name_lines(document.issuer_parent),
        "issuer": name_lines(document.issuer),
        "nation": layout.NATION,
        "motto": layout.MOTTO,
        "number": layout.number_line(document),
        "place_and_date": layout.place_and_date(document),
        "title": document.title.upper(),
        "subtitle": document.subtitle,
        "body": [_item(item, layout.text_width(document)) for item in document.body],
        "notes": layout.notes_after_last_table(document),
        "recipients_label": layout.RECIPIENTS,
        "recipients": layout.recipient_lines(document) if document.recipients else [],
        "signature": asdict(document.signature) if document.signature else None,
        "clerk": asdict(document.clerk) if document.clerk else None,
        "verification": layout.verification_lines(proof) if proof else None,
        "code": proof.code if proof else None,
        "qr": _qr_svg(proof.url) if proof else None,
    }
    return _printable(data)


def _item(item: Heading | Paragraph | Table, width: float) -> dict[str, Any]:
    if isinstance(item, Table):
        widths = layout.column_widths(item, width)
        head = [column.title for column in item.columns]
        rows = [{"cells": _cells(row, item), "level": row.level, "heads": row.heads} for row in item.rows]
        return {"kind": "table", "title": item.title, "widths": widths, "head": head, "rows": rows}
    return {"kind": "heading" if isinstance(item, Heading) else "paragraph", **asdict(item)}


def _cells(row: Row, table: Table) -> list[dict[str, Any]]:
    """A row's cells; one too long for a fair piece of a page may be broken over two."""
    texts = [layout.cell_text(cell, column) for cell, column in zip(row.cells, table.columns, strict=True)]
    return [
        {
            "text": layout.breakable(text),
            "align": layout.alignment(column),
            "bold": row.bold,
            "indent": row.level * _INDENT_MM if column.indented else 0,
            "breakable": max(map(len, texts)) > _LONGEST_WHOLE_CELL,
        }
        for text, column in zip(texts, table.columns, strict=True)
    ]


def _qr_svg(content: str) -> str:
    out = io.BytesIO()
    segno.make(content, error="m", micro=False).save(out, kind="svg", border=2, scale=4)
    return out.getvalue().decode()


def _printable(value: Any) -> Any:
    """The same data with every text in NFC and without control characters."""
    if isinstance(value, str):
        return printable(value)
    if isinstance(value, dict):
        return {key: _printable(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_printable(inner) for inner in value]
    return value
