"""The XML of OpenDocument, and pictures in SVG: whatever is drawn lies in the archive, nothing listens or runs."""

from collections.abc import Mapping

from app.archives import formulas, refusals
from app.archives.markup import Judge
from app.archives.targets import is_on_own_drive, is_outside, may_be_clicked

_CLICKED = frozenset(
    ["a", "area-rectangle", "area-circle", "area-polygon", "hyperlink", "button", "image-button"]
)
_RUN = frozenset(
    ["event-listener", "script", "applet", "plugin", "floating-frame", "macro", "library-linked"]
)
_OTHER_DATA = frozenset(
    str.split(
        """dde-connection dde-connection-decl dde-source dde-link dde-links cell-range-source table-source
        database-source-sql connection-resource auto-reload submission"""
    )
)
_LOADED = ("href", "src")


class OdfJudge(Judge):
    elements = _RUN | _OTHER_DATA | {"encryption-data"}
    attributes = frozenset([*_LOADED, "formula", "condition"])

    def __init__(self, name: str):
        self.name = name

    def start(self, element: str, attributes: Mapping[str, str]) -> None:
        if element == "encryption-data":
            raise refusals.locked(self.name)
        if element in _RUN and (element != "event-listener" or _listens(attributes)):
            raise refusals.macros(self.name)
        if element in _OTHER_DATA:
            raise refusals.fetches(self.name, attributes.get("href", element))
        for key, value in attributes.items():
            if key in _LOADED:
                self._refuse_target(element, value)
            elif key == "formula" or key == "condition":
                formulas.refuse_formula(value, self.name)

    def _refuse_target(self, element: str, target: str) -> None:
        if element in _CLICKED:
            if not may_be_clicked(target):
                raise refusals.unsafe_target(self.name, target)
        elif element == "template":
            if is_outside(target) and not (is_on_own_drive(target) or _beside(target)):
                raise refusals.fetches(self.name, target)
        elif is_outside(target):
            raise refusals.fetches(self.name, target)


def _listens(attributes: Mapping[str, str]) -> bool:
    """Whether an event starts something; LibreOffice's own templates name events that start nothing."""
    return any(attributes.get(key) for key in ("href", "macro-name", "action"))


def _beside(target: str) -> bool:
    """A template's place, told from the document's own."""
    return target.startswith("../") and ":" not in target


class _Everything(frozenset):
    """A set that every name is in."""

    def __contains__(self, _name: object) -> bool:
        return True


class SvgJudge(Judge):
    """A drawing: no script, no page within, nothing from elsewhere."""

    elements = _Everything()

    def __init__(self, name: str):
        self.name = name

    def start(self, element: str, attributes: Mapping[str, str]) -> None:
        if element.lower() in ("script", "foreignobject", "iframe", "object", "embed", "handler", "listener"):
            raise refusals.macros(self.name)
        for key, value in attributes.items():
            if key.lower().startswith("on"):
                raise refusals.macros(self.name)
            if key.lower() in _LOADED and not value.startswith(("#", "data:image/")):
                if not (element == "a" and may_be_clicked(value)):
                    raise refusals.fetches(self.name, value)
            elif "url(" in value and "url(#" not in value.replace("'", "").replace('"', ""):
                raise refusals.fetches(self.name, value)
