"""Documents as Word, Excel, PowerPoint, LibreOffice, Google and WPS write them: all of them are taken.

Some were written by these programs' kin (``genuine/`` by LibreOffice, the rest by python-docx, openpyxl, XlsxWriter);
others repeat the parts, content types and relations that Office and WPS add to a file.
"""

import base64
import io
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import xlsxwriter

from tests.hostile.compound import compound
from tests.hostile.files import PDF, PNG, excel, repacked, word
from tests.hostile.office import (
    MATHTYPE,
    declared,
    field,
    formula,
    link,
    linked,
    mark,
    odf,
    paragraph,
    workbook,
)

TRUE_PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAQAAAAECAIAAAAmkwkpAAAAEElEQVR4nGP4z8AARwzEcQCukw/x0F8jngAAAABJRU5ErkJggg=="
)
FOLDER = Path(__file__).parent / "genuine"
MAIN = "application/vnd.openxmlformats-officedocument."
MICROSOFT = "application/vnd.ms-"


class Genuine(NamedTuple):
    about: str
    name: str
    content: bytes


def genuine() -> list[Genuine]:
    return [*_saved_by_libreoffice(), *_word(), *_excel(), *_odf(), *_old()]


def _saved_by_libreoffice() -> Iterator[Genuine]:
    for path in sorted(FOLDER.iterdir()):
        yield Genuine(f"LibreOffice {path.suffix}", path.name, path.read_bytes())


def _with(document: bytes, parts: dict[str, tuple[str, bytes | str]]) -> bytes:
    """``parts``: name → (content type, content)."""
    types = {name: kind for name, (kind, _content) in parts.items()}
    return declared(document, types, **{name: content for name, (_kind, content) in parts.items()})


def _word() -> Iterator[Genuine]:
    writing, drawing = f"{MAIN}wordprocessingml.", f"{MAIN}drawingml."
    ole = f"{MAIN}oleObject"
    inner = repacked(word(), {})
    chart = {
        "word/charts/chart1.xml": (
            f"{drawing}chart+xml",
            '<c:chartSpace xmlns:c="c"><c:f>Sheet1!$B$1</c:f></c:chartSpace>',
        ),
        "word/charts/style1.xml": (f"{MICROSOFT}office.chartstyle+xml", "<a/>"),
        "word/charts/colors1.xml": (f"{MICROSOFT}office.chartcolorstyle+xml", "<a/>"),
        "word/embeddings/Microsoft_Excel_Worksheet.xlsx": (f"{MAIN}spreadsheetml.sheet", excel()),
    }
    cases: dict[str, bytes] = {
        "python-docx": word(),
        "Word with comments and people": _with(word(), {
            "word/comments.xml": (f"{writing}comments+xml", "<a/>"),
            "word/commentsExtended.xml": (f"{writing}commentsExtended+xml", "<a/>"),
            "word/commentsIds.xml": (f"{writing}commentsIds+xml", "<a/>"),
            "word/commentsExtensible.xml": (f"{writing}commentsExtensible+xml", "<a/>"),
            "word/people.xml": (f"{writing}people+xml", "<a/>"),
        }),
        "Word with a glossary": _with(word(), {
            "word/glossary/document.xml": (f"{writing}document.glossary+xml", "<a/>"),
            "word/glossary/settings.xml": (f"{writing}settings+xml", "<a/>"),
        }),
        "Word with a diagram": _with(word(), {
            "word/diagrams/data1.xml": (f"{drawing}diagramData+xml", "<a/>"),
            "word/diagrams/layout1.xml": (f"{drawing}diagramLayout+xml", "<a/>"),
            "word/diagrams/quickStyle1.xml": (f"{drawing}diagramStyle+xml", "<a/>"),
            "word/diagrams/colors1.xml": (f"{drawing}diagramColors+xml", "<a/>"),
            "word/diagrams/drawing1.xml": (f"{MICROSOFT}office.drawingml.diagramDrawing+xml", "<a/>"),
        }),
        "Word with a chart and its workbook": _with(word(), chart),
        "Word with embedded fonts": _with(word(), {
            "word/fonts/font1.odttf": (f"{MAIN}obfuscatedFont", bytes(range(1, 60))),
        }),
        "Word with MathType": _with(word(), {
            "word/embeddings/oleObject1.bin": (ole, compound({"Equation Native": b"x"}, {"": MATHTYPE})),
            "word/media/image1.wmf": ("image/x-wmf", b"\xd7\xcd\xc6\x9a" + bytes(40)),
        }),
        "Word with an old workbook": _with(word(), {
            "word/embeddings/Microsoft_Excel_97-2003_Worksheet.xls": (f"{MICROSOFT}excel", (FOLDER / "libreoffice.xls").read_bytes()),
            "word/media/image1.emf": ("image/x-emf", b"\x01\x00\x00\x00" + bytes(36) + b" EMF" + bytes(40)),
        }),
        "Word with a PDF as an object": _with(word(), {
            "word/embeddings/oleObject1.bin": (ole, compound({"CONTENTS": PDF, "\x01CompObj": b"x"})),
        }),
        "Word with a document in it": _with(word(), {"word/embeddings/a.docx": (f"{writing}document", inner)}),
        "Word with icons": _with(word(), {
            "word/media/image2.svg": ("image/svg+xml", '<svg xmlns="http://www.w3.org/2000/svg"><path fill="url(#a)" d="M0 0"/></svg>'),
        }),
        "Word, signed": _with(word(), {
            "_xmlsignatures/origin.sigs": ("application/vnd.openxmlformats-package.digital-signature-origin", b""),
            "_xmlsignatures/sig1.xml": ("application/vnd.openxmlformats-package.digital-signature-xmlsignature+xml", "<Signature/>"),
        }),
        "Word with a picture pasted from the web": linked(
            link("image", "file:///C:\\Users\\ADMIN\\AppData\\Local\\Temp\\msohtmlclip1\\01\\clip_image001.png")
        ),
        "Word with its author's template": linked(
            link("attachedTemplate", "file:///C:\\Users\\ADMIN\\AppData\\Roaming\\Microsoft\\Templates\\Mau.dotx")
        ),
        "Word with links": linked(*(
            link("hyperlink", target) for target in (
                "https://chinhphu.vn/?a=1&amp;b=%C3%AA", "mailto:so@tinh.gov.vn", "Ph%E1%BB%A5%20l%E1%BB%A5c.docx",
                "file:///D:\\Van%20ban\\KH.docx", "javascript:void(0)", "#_Toc1", "D:\\Van ban\\a.pdf",
            )
        )),
        "Word with fields": field(' TOC \\o "1-3" \\h \\z \\u '),
        "Word with a picture from a letter": field(' INCLUDEPICTURE "cid:image001.png@01D" \\* MERGEFORMAT'),
        "Word with references": field(' ADDIN ZOTERO_ITEM CSL_CITATION {"DDE":"http://zotero.org/x"} '),
        "Word with a sum": paragraph(f"{mark('begin')}<w:r><w:instrText> =SUM(ABOVE) \\# \"0,0\"</w:instrText></w:r>{mark('separate')}{mark('end')}"),
        "Word with fields in fields": paragraph(
            f"{mark('begin')}<w:r><w:instrText> IF </w:instrText></w:r>{mark('begin')}<w:r><w:instrText>PAGE</w:instrText>"
            f"</w:r>{mark('end')}<w:r><w:instrText> = 1 \"a\" \"b\"</w:instrText></w:r>{mark('separate')}{mark('end')}"
        ),
        "Word with words about DDE": paragraph("<w:r><w:t>DDEAUTO c:\\cmd.exe, cmd|'/C calc'!A0</w:t></w:r>"),
        "Google Docs": _with(word(), {"docProps/custom.xml": (f"{MAIN}custom-properties+xml", "<Properties/>")}),
        "WPS Writer": _with(word(), {
            "customXml/item1.xml": ("application/xml", '<s:customData xmlns:s="http://www.wps.cn/officeDocument/2013/wpsCustomData"/>'),
            "customXml/itemProps1.xml": (f"{MAIN}customXmlProperties+xml", "<a/>"),
            "docProps/custom.xml": (f"{MAIN}custom-properties+xml", "<Properties><property name='KSOProductBuildVer'/></Properties>"),
        }),
    }  # fmt: skip
    for about, content in cases.items():
        yield Genuine(about, "a.docx", content)


def _excel() -> Iterator[Genuine]:
    sheets = f"{MAIN}spreadsheetml."
    devmode = "Microsoft Print to PDF".encode("utf-16-le") + bytes(60)
    apple = b'<?xml version="1.0"?>\n<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "x"><plist version="1.0"/>'
    connection = '<connections><connection id="1" name="a" type="6" refreshedVersion="6"><textPr sourceFile="C:\\a.csv"/></connection></connections>'
    cases: dict[str, bytes] = {
        "openpyxl": excel(),
        "XlsxWriter": _xlsxwriter(),
        "Excel with printer settings": _with(excel(), {"xl/printerSettings/printerSettings1.bin": (f"{sheets}printerSettings", devmode)}),
        "Excel of a Mac": _with(excel(), {"xl/printerSettings/printerSettings1.bin": (f"{sheets}printerSettings", apple)}),
        "Excel with a pivot table": _with(excel(), {
            "xl/pivotCache/pivotCacheDefinition1.xml": (f"{sheets}pivotCacheDefinition+xml", '<a refreshOnLoad="1"/>'),
            "xl/pivotCache/pivotCacheRecords1.xml": (f"{sheets}pivotCacheRecords+xml", "<a/>"),
            "xl/pivotTables/pivotTable1.xml": (f"{sheets}pivotTable+xml", "<a/>"),
            "xl/slicers/slicer1.xml": (f"{MICROSOFT}excel.slicer+xml", "<a/>"),
        }),
        "Excel with threads": _with(excel(), {
            "xl/threadedComments/threadedComment1.xml": (f"{MICROSOFT}excel.threadedcomments+xml", "<a/>"),
            "xl/persons/person.xml": (f"{MICROSOFT}excel.person+xml", "<a/>"),
        }),
        "Excel with check boxes": _with(excel(), {"xl/ctrlProps/ctrlProp1.xml": (f"{MICROSOFT}excel.controlproperties+xml", "<a/>")}),
        "Excel with dynamic arrays": _with(excel(), {
            "xl/metadata.xml": (f"{sheets}sheetMetadata+xml", "<a/>"),
            "xl/richData/rdrichvalue.xml": (f"{MICROSOFT}excel.rdrichvalue+xml", "<a/>"),
        }),
        "Excel that read a text file": _with(excel(), {"xl/connections.xml": (f"{sheets}connections+xml", connection)}),
        "WPS Spreadsheets": _with(excel(), {
            "xl/cellimages.xml": ("application/vnd.wps-officedocument.cellimage+xml", "<a/>"),
            "xl/media/image1.png": ("image/png", PNG),
            "docProps/custom.xml": (f"{MAIN}custom-properties+xml", "<Properties/>"),
        }),
        "Excel with words about links": formula('"a|b! http://x"&amp;IF(A1="\\\\x",1,2)&amp;HYPERLINK("https://chinhphu.vn","x")'),
        "Excel with a table": formula("SUM(Bảng1[[#This Row],[Điểm]])+'Quý 1 (2026)'!A1"),
        "Excel with names": workbook("<definedNames><definedName name='_xlnm.Print_Area'>'Quý I'!$A$1:$B$2</definedName></definedNames>"),
    }  # fmt: skip
    for about, content in cases.items():
        yield Genuine(about, "a.xlsx", content)


def _xlsxwriter() -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out)
    sheet = book.add_worksheet("Bảng điểm")
    sheet.write_row(0, 0, ["Mã", "Điểm", 1])
    sheet.write_formula("A3", "=SUM(C1:C1)")
    sheet.write_url("A4", "https://chinhphu.vn")
    sheet.write_comment("A1", "Ghi chú")
    sheet.insert_image("D1", "a.png", {"image_data": io.BytesIO(TRUE_PNG)})
    sheet.data_validation("B2", {"validate": "list", "source": ["có", "không"]})
    sheet.conditional_format("B2", {"type": "formula", "criteria": "=$B$2>1", "format": book.add_format()})
    chart = book.add_chart({"type": "column"})
    chart.add_series({"values": "='Bảng điểm'!$C$1:$C$1"})
    sheet.insert_chart("F1", chart)
    book.close()
    return out.getvalue()


def _odf() -> Iterator[Genuine]:
    yield Genuine(
        "Google Docs as ODT",
        "a.odt",
        odf(**{"Fonts/Roboto-regular.ttf": b"\x00\x01\x00\x00x", "styles.xml": "<a/>"}),
    )
    yield Genuine(
        "Word as ODT",
        "a.odt",
        odf('<draw:image xlink:href="media/image1.png"/>', **{"media/image1.png": PNG}),
    )
    old = {
        "layout-cache": b"\x03\x00x",
        "Configurations2/accelerator/current.xml": "",
        "ObjectReplacements/Object 1": b"VCLMTF",
    }
    yield Genuine(
        "LibreOffice of old",
        "a.odt",
        odf('<draw:object xlink:href="./Object 1"/>', **old, **{"Object 1/content.xml": "<a/>"}),
    )
    words = '<text:a xlink:href="https://chinhphu.vn"/><text:a xlink:href="../a.odt"/><office:event-listeners><script:event-listener xlink:href=""/></office:event-listeners>'
    yield Genuine("LibreOffice with links", "a.odt", odf(words))
    cell = '<table:table-cell table:formula="of:=SUM([.A1:.A3])"/>'
    yield Genuine("LibreOffice with formulas", "a.ods", odf(cell, "spreadsheet"))


def _old() -> Iterator[Genuine]:
    native = compound(
        {"WordDocument": bytes(64) + b"\x13 PAGE \x14" + b"1\x15", "ObjectPool/_1/Equation Native": b"x"},
        {"ObjectPool/_1": MATHTYPE},
    )
    yield Genuine("Word 97 with MathType", "a.doc", native)
    yield Genuine("PowerPoint 97", "a.ppt", compound({"PowerPoint Document": b"x", "Current User": b"x"}))
