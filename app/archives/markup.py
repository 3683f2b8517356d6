"""XML without DTD: expat tells of each element; a document type, or what cannot be parsed, ends it."""

import re
from collections.abc import Callable, Mapping
from xml.parsers import expat

_MARKUP = re.compile(rb"^(?:\xef\xbb\xbf)?[\s\x00]*<|^(?:\xff\xfe|\xfe\xff)[\s\x00]*<")


class Declared(Exception):
    """The part declares a document type."""


class Malformed(Exception):
    """The part is not XML."""


class Judge:
    """Hears the elements of one part; raises what the part carries. Names come without their prefix.

    Prefixes are not resolved: an element does the same to us in whatever namespace it claims to be. A large sheet has
    millions of elements: only those named in ``elements``, or with an attribute of ``attributes``, are told.
    """

    elements: frozenset[str] = frozenset()
    attributes: frozenset[str] = frozenset()
    listens = False
    """Whether text is wanted until the next element that is told."""

    def start(self, element: str, attributes: Mapping[str, str]) -> None: ...

    def text(self, words: str) -> None: ...

    def end(self, element: str) -> None: ...


def read(content: bytes, judge: Judge) -> None:
    """Parse the whole part; ``Declared``, ``Malformed``, or what the judge raises."""
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = parser.EntityDeclHandler = _declared
    parser.StartElementHandler, parser.EndElementHandler = _handlers(parser, judge)
    try:
        parser.Parse(content, True)
    except (expat.ExpatError, LookupError, ValueError) as error:
        raise Malformed(str(error)) from error


def _handlers(parser, judge: Judge) -> tuple[Callable, Callable]:
    local, elements, attributes = _LocalNames(), judge.elements, judge.attributes

    def start(name: str, found: dict[str, str]) -> None:
        element = local[name]
        if found:
            found = {local[key]: value for key, value in found.items()}
        if element in elements or (found and not attributes.isdisjoint(found)):
            judge.start(element, found)
            parser.CharacterDataHandler = judge.text if judge.listens else None

    def end(name: str) -> None:
        element = local[name]
        if element in elements:
            judge.end(element)
            parser.CharacterDataHandler = judge.text if judge.listens else None

    return start, end


class _LocalNames(dict):
    """Name → the name without its prefix."""

    def __missing__(self, name: str) -> str:
        self[name] = name.rpartition(":")[2]
        return self[name]


def _declared(*_parts: object) -> None:
    raise Declared()


def is_markup(content: bytes) -> bool:
    """Whether the content begins as XML or HTML does, in one or two bytes a letter."""
    return _MARKUP.match(content[:4096]) is not None


def has_dtd(content: bytes) -> bool:
    """Whether an XML part declares a document type; it can only stand before the first element."""
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = parser.EntityDeclHandler = _declared
    parser.StartElementHandler = _begun
    try:
        parser.Parse(content, True)
    except Declared:
        return True
    except (_Begun, expat.ExpatError, LookupError, ValueError):
        return False
    return False


class _Begun(Exception):
    """The first element is there."""


def _begun(*_element: object) -> None:
    raise _Begun()
