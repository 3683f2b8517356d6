"""The XML of Word, Excel and PowerPoint since 2007: links that act, other workbooks, fields, formulas."""

from collections.abc import Mapping

from app.archives import formulas, refusals
from app.archives.fields import Fields
from app.archives.markup import Judge
from app.archives.targets import is_on_own_drive, may_be_clicked

_NOTED_BY_WORD = frozenset(["image", "attachedTemplate", "audio", "video", "media"])
"""Kept on the author's own disk, and noted in the file by the program itself; nothing is fetched from elsewhere."""
_PROGRAMS = frozenset(
    str.split(
        """vbaProject wordVbaData xlMacrosheet xlIntlMacrosheet attachedToolbars control activeXControlBinary
        webextension webextensiontaskpanes customUI extensibility"""
    )
)
_OTHER_DATA = frozenset(
    str.split(
        """externalLink externalLinkPath externalLinkLongPath xlPathMissing xlStartup xlAlternateStartup
        volatileDependencies mailMergeSource mailMergeHeaderSource"""
    )
)
_LOADED = frozenset(["src", "althref", "SchemaRef", "sourceFileName", "FileBindingName"])
_ACTIONS = ("ppaction://program", "ppaction://macro", "ppaction://ole")
_SOURCES = frozenset(["ddeLink", "oleLink", "externalBook", "webPr", "olapPr", "volType", "connectString"])
_HEARD = frozenset(["Relationship", "HyperlinkBase", "connection"])
_BINARIES = frozenset(["binData", "binaryData", "docOleData"])


class Declarations(Judge):
    """``[Content_Types].xml``: the content type of each part."""

    elements = frozenset(["Override", "Default"])

    def __init__(self):
        self.by_part, self.by_extension = {}, {}

    def start(self, element, attributes) -> None:
        kind = attributes.get("ContentType", "")
        if element == "Override":
            self.by_part[attributes.get("PartName", "").lower().lstrip("/")] = kind
        elif element == "Default":
            self.by_extension[attributes.get("Extension", "").lower().lstrip(".")] = kind

    def type_of(self, part: str) -> str:
        """The part's content type; empty when none is declared."""
        place = part.lower()
        return self.by_part.get(place) or self.by_extension.get(place.rpartition(".")[2], "")

    def has(self, content_type: str) -> bool:
        return content_type.lower() in {kind.lower() for kind in self._all()}

    def has_macros(self) -> bool:
        return any("macroenabled" in kind.lower() or "vbaproject" in kind.lower() for kind in self._all())

    def _all(self) -> list[str]:
        return [*self.by_part.values(), *self.by_extension.values()]


class OoxmlJudge(Fields):
    """Judges any part: what an element means is taken from its name, not from where the part lies."""

    elements = Fields.elements | formulas.ELEMENTS | _HEARD | _SOURCES | _BINARIES
    attributes = _LOADED | {"href", "sourceFile", "action", "formula"}

    def __init__(self, name: str):
        super().__init__(name)
        self.words: str | None = None  # of a formula, or of the place that links start from

    def start(self, element: str, attributes: Mapping[str, str]) -> None:
        super().start(element, attributes)
        if element in formulas.ELEMENTS or element == "HyperlinkBase":
            self.words, self.listens = "", True
        elif element == "Relationship":
            self._refuse_relationship(attributes)
        elif element in _SOURCES:
            raise refusals.other_data(self.name)
        elif element == "connection":
            self._refuse_connection(attributes)
        elif element in _BINARIES:
            raise refusals.inside(self.name, element)
        for key, value in attributes.items():
            self._refuse_attribute(element, key, value)

    def text(self, words: str) -> None:
        if self.words is None:
            super().text(words)
        else:
            self.words += words

    def end(self, element: str) -> None:
        super().end(element)
        if self.words is None or not (element in formulas.ELEMENTS or element == "HyperlinkBase"):
            return
        words, self.words, self.listens = self.words, None, False
        if element == "HyperlinkBase":
            self._refuse_unsafe(words)
        else:
            formulas.refuse_formula(words, self.name)

    def _refuse_relationship(self, attributes: Mapping[str, str]) -> None:
        kind = attributes.get("Type", "").rstrip("/").rpartition("/")[2]
        target = attributes.get("Target", "")
        if kind in _PROGRAMS:
            raise refusals.macros(self.name)
        if kind in _OTHER_DATA:
            raise refusals.other_data(self.name)
        if attributes.get("TargetMode", "").strip().lower() == "external":
            if kind == "hyperlink":
                self._refuse_unsafe(target)
            elif not (kind in _NOTED_BY_WORD and is_on_own_drive(target)):
                raise refusals.fetches(self.name, target)
        elif "://" in target or target.startswith(("\\\\", "//")):
            raise refusals.fetches(self.name, target)

    def _refuse_connection(self, attributes: Mapping[str, str]) -> None:
        """Only a text file that was read once from the author's own disk is left; nothing refreshes by itself."""
        refreshes = (
            attributes.get("refreshOnLoad", "0") in ("1", "true") or attributes.get("interval", "0") != "0"
        )
        if attributes.get("type") != "6" or refreshes:
            raise refusals.other_data(self.name)

    def _refuse_attribute(self, element: str, key: str, value: str) -> None:
        if key in _LOADED or (key == "href" and element in ("imagedata", "fill", "stroke", "image", "pict")):
            if value and not (is_on_own_drive(value) or _is_within(value)):
                raise refusals.fetches(self.name, value)
        elif key in ("href", "sourceFile"):
            self._refuse_unsafe(value)
        elif key == "action" and value.lower().startswith(_ACTIONS):
            raise refusals.fetches(self.name, value)
        elif key == "formula" and element not in ("cfRule",):
            formulas.refuse_formula(value, self.name)

    def _refuse_unsafe(self, target: str) -> None:
        if not may_be_clicked(target):
            raise refusals.unsafe_target(self.name, target)


def _is_within(target: str) -> bool:
    """A part of the file, or of the letter it was copied from."""
    return target.lower().startswith("cid:") or not (":" in target or target.startswith(("/", "\\", "%")))
