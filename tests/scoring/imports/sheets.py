"""Small workbooks with what a spreadsheet does to cells: errors, formulas, formats, hidden and merged ones."""

import io
import zipfile
from collections.abc import Callable, Sequence
from typing import Any
from xml.sax.saxutils import escape

import openpyxl
import xlsxwriter

_ODS_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?><office:document-content'
    ' xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
    ' xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"'
    ' xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'
    ' xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0"'
    ' xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0" office:version="1.3">'
    '<office:automatic-styles><style:style style:name="off" style:family="table">'
    '<style:table-properties table:display="false"/></style:style></office:automatic-styles>'
    "<office:body><office:spreadsheet>"
)
_ODS_END = "</office:spreadsheet></office:body></office:document-content>"


def changed(rows: Sequence[Sequence[Any]], change: Callable[[Any], None]) -> bytes:
    """A workbook of one sheet after ``change(sheet)``, as openpyxl writes it."""
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    for row in rows:
        sheet.append(list(row))
    change(sheet)
    data = io.BytesIO()
    workbook.save(data)
    return data.getvalue()


def written(write: Callable[[xlsxwriter.Workbook], None]) -> bytes:
    """What XlsxWriter writes, which computes nothing and puts 0 for a formula's value."""
    data = io.BytesIO()
    with xlsxwriter.Workbook(data) as workbook:
        write(workbook)
    return data.getvalue()


def ods(*sheets: Sequence[str], hidden: Sequence[int] = (), encrypted: bool = False) -> bytes:
    """``sheets``: the XML of each one's rows; ``hidden``: places of sheets that are."""
    tables = "".join(
        f'<table:table table:name="T{place}"{off if place in hidden else ""}>{"".join(rows)}</table:table>'
        for place, rows in enumerate(sheets, 1)
        for off in [' table:style-name="off"']
    )
    return package(_ODS_HEAD + tables + _ODS_END, encrypted)


def package(content: str, encrypted: bool = False) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", content)
        secret = "<manifest:encryption-data/>" if encrypted else ""
        archive.writestr("META-INF/manifest.xml", f"<manifest>{secret}</manifest>")
    return data.getvalue()


def line(*cells: str, more: str = "") -> str:
    """An ODS row; a cell that is no XML yet is a text."""
    return f"<table:table-row{more}>{''.join(map(cell, cells))}</table:table-row>"


def cell(text: str) -> str:
    if text.startswith("<"):
        return text
    if not text:
        return "<table:table-cell/>"
    return f'<table:table-cell office:value-type="string"><text:p>{escape(text)}</text:p></table:table-cell>'


def typed(kind: str, text: str, more: str) -> str:
    """An ODS cell of that type with further attributes."""
    return f'<table:table-cell office:value-type="{kind}"{more}><text:p>{escape(text)}</text:p></table:table-cell>'
