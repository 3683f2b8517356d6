"""XML without DTD: expat tells of each element; a document type, or what cannot be parsed, ends it."""

import re
from collections.abc import Mapping
from xml.parsers import expat

_MARKUP = re.compile(rb"^(?:\xef\xbb\xbf)?[\s\x00]*<|^(?:\xff\xfe|\xfe\xff)[\s\x00]*<")


class Declared(Exception):
    """The part declares a document type."""


class Malformed(Exception):
    """The part is not XML."""


class Judge:
    """Hears the elements of one part; raises what the part carries. Names come without their prefix.

    Prefixes are not resolved: an element does the same to us in whatever namespace it claims to be.
    """

    def start(self, element: str, attributes: Mapping[str, str]) -> None: ...

    def text(self, words: str) -> None: ...

    def end(self, element: str) -> None: ...


def read(content: bytes, judge: Judge) -> None:
    """Parse the whole part; ``Declared``, ``Malformed``, or what the judge raises."""
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _declared
    parser.EntityDeclHandler = _declared
    parser.StartElementHandler = lambda name, found: judge.start(
        _local(name), {_local(key): value for key, value in found.items()} if found else found
    )
    parser.CharacterDataHandler = judge.text
    parser.EndElementHandler = lambda name: judge.end(_local(name))
    try:
        parser.Parse(content, True)
    except (expat.ExpatError, LookupError, ValueError) as error:
        raise Malformed(str(error)) from error


def _local(name: str) -> str:
    return name.rpartition(":")[2]


def _declared(*_parts: object) -> None:
    raise Declared()


def is_markup(content: bytes) -> bool:
    """Whether the content begins as XML or HTML does, in one or two bytes a letter."""
    return _MARKUP.match(content[:4096]) is not None


def has_dtd(content: bytes) -> bool:
    """Whether an XML part declares a document type."""
    try:
        read(content, Judge())
    except Declared:
        return True
    except Malformed:
        return False
    return False
