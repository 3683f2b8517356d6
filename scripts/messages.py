"""Babel's extractor for modules whose tables carry names that screens say later (``said(NAMES[state])``)."""

import ast
from collections.abc import Iterator
from typing import BinaryIO

from babel.messages.extract import extract_python

Message = tuple[int, str | None, str | tuple[str, ...], list[str]]  # line, function, message, comments


def tables(file: BinaryIO, keywords, comment_tags, options) -> Iterator[Message]:
    """What Babel finds by its keywords, and every Vietnamese string of a constant of a module or class."""
    yield from extract_python(file, keywords, comment_tags, options)
    file.seek(0)
    for line, text in _constants(ast.parse(file.read())):
        yield line, None, text, []


def _constants(tree: ast.AST) -> Iterator[tuple[int, str]]:
    places = [tree, *(node for node in ast.walk(tree) if isinstance(node, ast.ClassDef))]
    assigned = [part for place in places for part in place.body if isinstance(part, (ast.Assign, ast.AnnAssign))]
    for node in (node for part in assigned if part.value for node in ast.walk(part.value)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and not node.value.isascii():
            yield node.lineno, node.value
