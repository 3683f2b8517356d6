"""DOCX of an administrative document, to be edited, signed and stamped in Word or LibreOffice."""

import io
from datetime import UTC

import docx
import segno
from docx.document import Document
from docx.enum.section import WD_ORIENT
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.table import Table as WordTable
from docx.table import _Cell as WordCell
from docx.text.paragraph import Paragraph as WordParagraph

from app.letterhead import name_lines
from app.text import printable
from app.web.documents import layout
from app.web.documents.model import (
    AdministrativeDocument,
    Heading,
    Paragraph,
    Row,
    Signature,
    Table,
    Verification,
)

FONT = "Times New Roman"
_ALIGN = {
    "left": WD_ALIGN_PARAGRAPH.LEFT,
    "center": WD_ALIGN_PARAGRAPH.CENTER,
    "right": WD_ALIGN_PARAGRAPH.RIGHT,
    "justify": WD_ALIGN_PARAGRAPH.JUSTIFY,
}
_INDENT_MM = 3


def write_docx(document: AdministrativeDocument) -> bytes:
    """The document as a DOCX file."""
    word = docx.Document()
    _set_up(word, document)
    _write_head(word, document)
    _write_titles(word, document)
    kept = layout.notes_after_last_table(document)
    last = None if kept is None else len(document.body) - kept - 1
    for place, item in enumerate(document.body):
        if isinstance(item, Table):
            _write_table(word, item, layout.text_width(document), with_next=place == last)
        elif isinstance(item, Heading):
            _write_heading(word, item)
        else:
            _write_paragraph(word, item)
    _write_closing(word, document, after=2 if kept is None else kept)
    if document.verification:
        _write_verification(word, document.verification, layout.text_width(document))
    out = io.BytesIO()
    word.save(out)
    return out.getvalue()


def _set_up(word: Document, document: AdministrativeDocument) -> None:
    """Page, margins, base font, page number from page 2, code in every footer, the file's properties."""
    section = word.sections[0]
    width, height = layout.paper(document)
    section.orientation = WD_ORIENT.LANDSCAPE if document.landscape else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = Mm(width), Mm(height)
    section.top_margin, section.bottom_margin = Mm(layout.MARGIN_TOP), Mm(layout.MARGIN_BOTTOM)
    section.left_margin, section.right_margin = Mm(layout.MARGIN_LEFT), Mm(layout.MARGIN_RIGHT)
    section.header_distance = section.footer_distance = Mm(10)
    section.different_first_page_header_footer = True
    normal = word.styles["Normal"]
    normal.font.name, normal.font.size = FONT, Pt(13)
    for script in ("w:eastAsia", "w:cs"):
        normal.element.rPr.rFonts.set(qn(script), FONT)
    normal.paragraph_format.space_before = normal.paragraph_format.space_after = Pt(0)
    _add_page_number(_align(section.header.paragraphs[0], "center"))
    if document.verification:
        for footer in (section.footer, section.first_page_footer):
            _say(footer.paragraphs[0], f"Mã xác thực: {document.verification.code}", "right", size=9)
    _set_properties(word, document)


def _set_properties(word: Document, document: AdministrativeDocument) -> None:
    properties = word.core_properties
    properties.title, properties.author = printable(document.title)[:255], printable(document.issuer)[:255]
    properties.comments, properties.language = "", "vi-VN"
    if document.verification:
        issued_at = document.verification.issued_at
        moment = issued_at.astimezone(UTC) if issued_at.tzinfo else issued_at
        properties.created = properties.modified = moment.replace(tzinfo=None)


def _write_head(word: Document, document: AdministrativeDocument) -> None:
    width = layout.text_width(document)
    widths = [width * 0.42, width * 0.58]
    names, below = _plain_table(word, widths, rows=2).rows
    left, right = names.cells
    if document.issuer_parent:
        _say(_next(left), name_lines(document.issuer_parent), "center", size=12)
    _say(_next(left), name_lines(document.issuer), "center", size=12, bold=True)
    _rule(left.add_paragraph(), widths[0], 24)
    _say(_next(right), layout.NATION, "center", size=12, bold=True)
    _say(right.add_paragraph(), layout.MOTTO, "center", bold=True)
    _rule(right.add_paragraph(), widths[1], 57)
    _say(below.cells[0].paragraphs[0], layout.number_line(document), "center")
    _say(below.cells[1].paragraphs[0], layout.place_and_date(document), "center", italic=True)


def _write_titles(word: Document, document: AdministrativeDocument) -> None:
    title = _say(word.add_paragraph(), document.title.upper(), "center", size=14, bold=True)
    title.paragraph_format.space_before = Pt(18)
    if document.subtitle:
        _say(word.add_paragraph(), document.subtitle, "center", bold=True)
    rule = _rule(word.add_paragraph(), layout.text_width(document), 36)
    rule.paragraph_format.space_after = Pt(10)


def _write_heading(word: Document, heading: Heading) -> None:
    written = _say(word.add_paragraph(), heading.text, "left", bold=True, italic=heading.level > 1)
    written.paragraph_format.space_before, written.paragraph_format.space_after = Pt(10), Pt(6)
    written.paragraph_format.keep_with_next = True


def _write_paragraph(word: Document, paragraph: Paragraph) -> None:
    written = _say(
        word.add_paragraph(), paragraph.text, paragraph.align, bold=paragraph.bold, italic=paragraph.italic
    )
    written.paragraph_format.space_after = Pt(6)
    if paragraph.align == "justify":
        written.paragraph_format.first_line_indent = Mm(10)


def _write_table(word: Document, table: Table, width: float, *, with_next: bool) -> None:
    """``with_next``: the last row stays on one page with what follows."""
    if table.title:
        caption = _say(word.add_paragraph(), table.title, "center", bold=True)
        caption.paragraph_format.space_before = caption.paragraph_format.space_after = Pt(6)
        caption.paragraph_format.keep_with_next = True
    drawn = _plain_table(word, layout.column_widths(table, width), rows=len(table.rows) + 1)
    drawn.style = "Table Grid"
    head, *rows = drawn.rows
    for cell, column in zip(head.cells, table.columns, strict=True):
        _say(cell.paragraphs[0], column.title, "center", size=11, bold=True)
        cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
    head._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
    for drawn_row, row in zip(rows, table.rows, strict=True):
        _write_row(drawn_row.cells, row, table)
        if row.heads or (with_next and row is table.rows[-1]):
            _keep_with_next(drawn_row.cells)
    _keep_with_next(head.cells)


def _write_row(cells: tuple[WordCell, ...], row: Row, table: Table) -> None:
    for cell, said, column in zip(cells, row.cells, table.columns, strict=True):
        text = layout.cell_text(said, column)
        written = _say(cell.paragraphs[0], text, layout.alignment(column), size=11, bold=row.bold)
        written.paragraph_format.space_before = written.paragraph_format.space_after = Pt(2)
        written.paragraph_format.left_indent = Mm(row.level * _INDENT_MM if column.indented else 0)
        cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER


def _keep_with_next(cells: tuple[WordCell, ...]) -> None:
    for paragraph in (paragraph for cell in cells for paragraph in cell.paragraphs):
        paragraph.paragraph_format.keep_with_next = True


def _write_closing(word: Document, document: AdministrativeDocument, *, after: int) -> None:
    """Recipients at the left, the place for signature and stamp at the right, on one page with the last words.

    ``after``: how many paragraphs before it belong to it.
    """
    word.add_paragraph()
    for paragraph in word.paragraphs[-1 - after :]:
        paragraph.paragraph_format.keep_with_next = True
    width = layout.text_width(document)
    rows = _plain_table(word, [width * 0.45, width * 0.55], rows=2 if document.clerk else 1).rows
    left, right = rows[0].cells
    _write_signature(left, document.clerk)
    _write_signature(right, document.signature)
    if document.recipients:
        below = rows[-1].cells[0]
        _say(_next(below), layout.RECIPIENTS, "left", size=12, bold=True, italic=True)
        for line in layout.recipient_lines(document):
            _say(below.add_paragraph(), line, "left", size=11)
    for row in rows if document.verification else rows[:-1]:
        _keep_with_next(row.cells)


def _write_signature(cell, signature: Signature | None) -> None:
    if signature is None:
        return
    for text in filter(None, (signature.authority, signature.role)):
        _say(_next(cell), text, "center", bold=True)
    if signature.note:
        _say(_next(cell), signature.note, "center", size=12, italic=True)
    name = _say(cell.add_paragraph(), signature.name or "", "center", bold=True)
    name.paragraph_format.space_before = Mm(26)


def _write_verification(word: Document, verification: Verification, width: float) -> None:
    word.add_paragraph().paragraph_format.keep_with_next = True
    picture, words = _plain_table(word, [30, width - 30]).rows[0].cells
    qr = io.BytesIO()
    segno.make(verification.url, error="m", micro=False).save(qr, kind="png", border=2, scale=6)
    qr.seek(0)
    picture.paragraphs[0].add_run().add_picture(qr, width=Mm(26))
    words.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
    for label, value in layout.verification_lines(verification):
        _say(_next(words), f"{label}: {value}", "left", size=9.5)


def _plain_table(word: Document, widths: list[float], rows: int = 1) -> WordTable:
    """A table without borders and of fixed widths (millimetres), whose rows never break over two pages."""
    table = word.add_table(rows=rows, cols=len(widths))
    table.autofit, table.alignment = False, WD_TABLE_ALIGNMENT.CENTER
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Mm(width)
    for row in table.rows:
        row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
        for cell, width in zip(row.cells, widths, strict=True):
            cell.width = Mm(width)
    return table


def _next(cell: WordCell) -> WordParagraph:
    """The cell's first paragraph while that is empty, afterwards a new one."""
    first = cell.paragraphs[0]
    return first if not first.text and len(cell.paragraphs) == 1 else cell.add_paragraph()


def _say(
    paragraph: WordParagraph,
    text: str,
    align: str,
    *,
    size: float = 13,
    bold: bool = False,
    italic: bool = False,
) -> WordParagraph:
    run = paragraph.add_run(printable(text))
    run.font.size, run.bold, run.italic = Pt(size), bold, italic
    return _align(paragraph, align)


def _align(paragraph: WordParagraph, align: str) -> WordParagraph:
    paragraph.alignment = _ALIGN[align]
    return paragraph


def _rule(paragraph: WordParagraph, width: float, length: float) -> WordParagraph:
    """A thin line of ``length`` millimetres in the middle of ``width``."""
    shape = paragraph.paragraph_format
    shape.left_indent = shape.right_indent = Mm((width - length) / 2)
    shape.line_spacing = Pt(8)
    borders, top = OxmlElement("w:pBdr"), OxmlElement("w:top")
    for key, value in (("val", "single"), ("sz", "6"), ("space", "1"), ("color", "000000")):
        top.set(qn(f"w:{key}"), value)
    borders.append(top)
    paragraph._p.get_or_add_pPr().insert_element_before(
        borders, "w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc", "w:rPr"
    )
    return paragraph


def _add_page_number(paragraph: WordParagraph) -> None:
    for kind, instruction in (("begin", None), (None, "PAGE"), ("end", None)):
        element = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            element.set(qn("w:fldCharType"), kind)
        else:
            element.text = instruction
        paragraph.add_run()._r.append(element)
