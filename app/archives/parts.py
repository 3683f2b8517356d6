"""The parts that office files may have. What is not listed here is refused.

Word, Excel and PowerPoint name the kind of each part by its content type, OpenDocument by its place. The lists are of
the standards (ECMA-376, ODF 1.3) and of what Office, LibreOffice, Google and WPS add; left out are macros, XLM sheets,
ActiveX, toolbars, add-ins, web pages and text to be merged in (altChunk), links to other workbooks, live data.
"""

import re
from enum import Enum


class Kind(Enum):
    """What is asked of a part."""

    XML = "parsed without DTD and judged by its elements"
    SVG = "the same, and nothing in it acts or comes from elsewhere"
    PICTURE = "a picture"
    INERT = "bytes of one program: no program, archive or document"
    PACKAGE = "an office file of its own, judged like the outer one"
    COMPOUND = "an object embedded by OLE"


_OFFICE = "application/vnd.openxmlformats-officedocument."
_PACKAGE = "application/vnd.openxmlformats-package."
_FAMILIES = {
    f"{_OFFICE}wordprocessingml.": """document.main document.glossary settings styles stylesWithEffects webSettings
        fontTable numbering footnotes endnotes header footer comments commentsExtended commentsIds commentsExtensible
        people mailMergeRecipientData""",
    f"{_OFFICE}spreadsheetml.": """sheet.main worksheet chartsheet sharedStrings styles calcChain comments table
        tableSingleCells pivotTable pivotCacheDefinition pivotCacheRecords sheetMetadata userNames revisionHeaders
        revisionLog connections queryTable""",
    f"{_OFFICE}presentationml.": """presentation.main slide slideLayout slideMaster notesMaster notesSlide
        handoutMaster presProps viewProps tableStyles commentAuthors comments tags slideUpdateInfo""",
    f"{_OFFICE}drawingml.": "chart chartshapes diagramData diagramLayout diagramStyle diagramColors",
    _OFFICE: """drawing theme themeOverride custom-properties extended-properties customXmlProperties
        customXmlDataProperties xmlMaps""",
    _PACKAGE: "core-properties relationships digital-signature-xmlsignature",
    "application/vnd.ms-word.": """stylesWithEffects commentsExtended commentsIds commentsExtensible people
        keyMapCustomizations bibliography documenttasks""",
    "application/vnd.ms-excel.": """person threadedcomments controlproperties slicer slicerCache timeline
        timelineCache rdrichvalue rdrichvaluestructure rdrichvaluetypes rdarray rdsupportingpropertybag
        rdsupportingpropertybagstructure richstyles richvaluerel rdrichvaluewebimage namedsheetviews
        featurepropertybag pivotTableDefinition survey modelTimeGrouping msforms""",
    "application/vnd.ms-powerpoint.": "comments authors revisioninfo changesinfo slideUpdateInfo tags",
    "application/vnd.ms-office.": """chartstyle chartcolorstyle chartex drawingml.diagramDrawing classificationlabels
        documenttasks intelligence2 themeOverride""",
    "application/vnd.google-apps.": "document spreadsheet presentation",
}
_CONTENT_TYPES = {
    Kind.XML: f"""application/xml text/xml {_OFFICE}vmlDrawing application/vnd.ms-office.vmlDrawing""",
    Kind.SVG: "image/svg+xml image/svg",
    Kind.PICTURE: """image/png image/x-png image/jpeg image/jpg image/pjpeg image/gif image/bmp image/x-bmp image/tiff
        image/webp image/x-emf image/emf image/x-wmf image/wmf image/x-emz image/x-wmz image/vnd.ms-photo image/jxr
        image/heic image/avif image/x-icon image/vnd.microsoft.icon image/ico image/jp2 image/unknown""",
    Kind.INERT: f"""{_OFFICE}wordprocessingml.printerSettings {_OFFICE}spreadsheetml.printerSettings
        {_OFFICE}presentationml.printerSettings {_OFFICE}spreadsheetml.customProperty {_OFFICE}obfuscatedFont
        {_PACKAGE}digital-signature-origin {_PACKAGE}digital-signature-certificate
        application/x-fontdata application/x-font-ttf application/x-font-otf application/x-font application/font-sfnt
        application/vnd.ms-opentype font/ttf font/otf font/woff font/woff2
        application/vnd.ms-office.legacyDiagramText
        audio/mpeg audio/mp3 audio/mp4 audio/x-m4a audio/aac audio/wav audio/x-wav audio/x-ms-wma audio/midi audio/ogg
        video/mp4 video/mpeg video/x-m4v video/x-ms-wmv video/quicktime video/avi video/x-msvideo video/webm
        video/unknown audio/unknown""",
    Kind.PACKAGE: f"""{_OFFICE}wordprocessingml.document {_OFFICE}spreadsheetml.sheet
        {_OFFICE}presentationml.presentation {_OFFICE}presentationml.slide
        application/vnd.oasis.opendocument.text application/vnd.oasis.opendocument.spreadsheet""",
    Kind.COMPOUND: f"""{_OFFICE}oleObject application/msword application/vnd.ms-excel application/vnd.ms-powerpoint
        application/vnd.visio""",
}
_WPS = re.compile(r"application/vnd\.wps-officedocument\.[\w.-]+\+xml")

_BY_CONTENT_TYPE = {
    f"{family}{word}+xml".lower(): Kind.XML for family, words in _FAMILIES.items() for word in words.split()
} | {word.lower(): kind for kind, words in _CONTENT_TYPES.items() for word in words.split()}


def kind_of_type(content_type: str) -> Kind | None:
    """What is asked of a part of this content type; None when no such part is taken."""
    plain = content_type.split(";")[0].strip().lower()
    return _BY_CONTENT_TYPE.get(plain) or (Kind.XML if _WPS.fullmatch(plain) else None)


_BY_PLACE = (
    (r"mimetype", Kind.INERT),
    (r"(?:content|styles|meta|settings)\.xml", Kind.XML),
    (r"META-INF/(?:manifest|documentsignatures)\.xml", Kind.XML),
    (r"(?:[\w.-]+/)?[\w.-]+\.rdf", Kind.XML),
    (r"layout-cache", Kind.INERT),
    (r"Thumbnails/[\w.-]+", Kind.PICTURE),
    (r"(?:Pictures|media|Media)/[^/]+\.svg", Kind.SVG),
    (
        r"(?:Pictures|media|Media)/[^/]+\.(?:mp3|mp4|m4a|m4v|wav|ogg|ogv|oga|webm|avi|wmv|mov|mpg|mpeg)",
        Kind.INERT,
    ),
    (r"(?:Pictures|media|Media)/[^/]+", Kind.PICTURE),
    (r"[Ff]onts/[^/]+\.(?:ttf|otf|ttc|odttf|woff2?|eot)", Kind.INERT),
    (r"Configurations2/(?:[\w-]+/)*[\w.-]+\.xml", Kind.XML),
    (r"Configurations2/images/Bitmaps/[\w.-]+", Kind.PICTURE),
    (r"ObjectReplacements/[^/]+", Kind.PICTURE),
    (r"Obj(?:ect)?[ \w-]*\d+", Kind.COMPOUND),
)
_OBJECT = re.compile(r"^(?:\./)?Obj(?:ect)?[ \w-]*\d+/")


def kind_of_place(place: str) -> Kind | None:
    """What is asked of a part of an OpenDocument file; an object's own parts lie below it, as in a file of its own."""
    while (below := _OBJECT.sub("", place)) != place:
        place = below
    return next((kind for pattern, kind in _BY_PLACE if re.fullmatch(pattern, place)), None)
