"""Word's fields: which of them run a program or fetch something when the document is opened or printed."""

import re
from collections.abc import Mapping

from app.archives import refusals
from app.archives.markup import Judge
from app.archives.targets import is_on_own_drive, may_be_clicked

ACTING = frozenset(
    str.split(
        """DDE DDEAUTO INCLUDE INCLUDETEXT LINK RD DATABASE HTMLACTIVEX HTMLCONTROL CONTROL OCX PRINT"""
    )
)
FETCHING = frozenset(["INCLUDEPICTURE", "IMPORT"])
NESTED = "\ufffc"
"""Stands in a field's code for a field within it."""
_CODES = frozenset(["instrText", "delInstrText"])
_NAME = re.compile(r'\s*([^\s"\\=]+)')
_ARGUMENT = re.compile(r'\s*(?:["“”]([^"“”]*)["“”]|([^\s"\\]\S*|\\\\\S*))')
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")


def refuse_field(code: str, name: str) -> None:
    """Refuse a field whose code acts; ``name`` is the file's."""
    code = _INVISIBLE.sub("", code)
    found = _NAME.match(code)
    if found is None:
        return
    kind, argument = found[1].upper(), _ARGUMENT.match(code, found.end())
    target = (argument[1] or argument[2] or "") if argument else ""
    if kind in ACTING or NESTED in kind:
        raise refusals.field_code(name, kind.replace(NESTED, "{…}"))
    if kind in FETCHING and not (is_on_own_drive(target) or target.lower().startswith("cid:")):
        raise refusals.field_code(name, f"{kind} {target}".replace(NESTED, "{…}"))
    if kind == "HYPERLINK" and not may_be_clicked(target):
        raise refusals.unsafe_target(name, target)


class Fields(Judge):
    """Puts the codes of fields together, however they are split over runs, and judges each when it is complete."""

    elements = frozenset(["fldChar", "fldSimple", *_CODES, "t"])

    def __init__(self, name: str):
        self.name, self.loose = name, ""
        self.open: list[str | None] = []  # the codes of fields within fields; None once its result begins

    def start(self, element: str, attributes: Mapping[str, str]) -> None:
        if element == "fldChar":
            self._mark(attributes.get("fldCharType", ""))
        elif element == "fldSimple":
            refuse_field(attributes.get("instr", ""), self.name)
        elif element in _CODES:
            self.listens = True
        elif element == "t":
            self.listens = bool(self.open) and self.open[-1] is not None

    def text(self, words: str) -> None:
        if not self.open:
            self.loose += words
        elif self.open[-1] is not None:
            self.open[-1] += words

    def end(self, element: str) -> None:
        if element in _CODES or element == "t":
            self.listens = False
            code, self.loose = self.loose, ""
            refuse_field(code, self.name)

    def _mark(self, kind: str) -> None:
        if kind == "begin":
            if self.open and self.open[-1] is not None:
                self.open[-1] += NESTED
            self.open.append("")
        elif kind in ("separate", "end") and self.open:
            if self.open[-1] is not None:
                refuse_field(self.open[-1], self.name)
            self.open[-1] = None
            if kind == "end":
                self.open.pop()
