"""Collect the sentences of the source into a template: ``python scripts/messages.py FILE.pot``."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir, extract_python
from babel.messages.pofile import write_po

SOURCE = Path(__file__).parent.parent / "app"
REFUSALS = ("Sentence", "Refused", "Conflict", "NotAllowed", "NotInScope", "Unavailable", "Unclear")
KEYWORDS = DEFAULT_KEYWORDS | {
    "_l": None,
    **dict.fromkeys(REFUSALS),
    "rule_error": (2,),
    "rule_warning": (2,),
}
Message = tuple[int, str | None, str | tuple[str, ...], list[str]]  # line, function, message, comments


def tables(file: BinaryIO, keywords, comment_tags, options) -> Iterator[Message]:
    """What Babel finds by its keywords, and every Vietnamese string in a constant of a module or class.

    Screens say these names later: ``said(NAMES[state])``.
    """
    yield from extract_python(file, keywords, comment_tags, options)
    file.seek(0)
    for line, text in _constants(ast.parse(file.read())):
        yield line, None, text, []


def _constants(tree: ast.AST) -> Iterator[tuple[int, str]]:
    places = [tree, *(node for node in ast.walk(tree) if isinstance(node, ast.ClassDef))]
    parts = [part for place in places for part in place.body if isinstance(part, (ast.Assign, ast.AnnAssign))]
    for node in (node for part in parts if part.value for node in ast.walk(part.value)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and not node.value.isascii():
            yield node.lineno, node.value


METHODS = [
    ("account_views.py", tables),
    ("accounts/*.py", tables),
    ("field_rules.py", tables),
    ("four_eyes.py", tables),
    ("models.py", tables),
    ("registers/*.py", tables),
    ("scoring/queries/criteria.py", tables),
    ("scoring/queries/review.py", tables),
    ("scoring/rules/count_points.py", tables),
    ("scoring/rules/methods.py", tables),
    ("scoring/rules/suggestion.py", tables),
    ("scoring/rules/wording.py", tables),
    ("scoring/states.py", tables),
    ("scoring/views/*.py", tables),
    ("web/desk.py", tables),
    ("**.py", "python"),
    ("**.html", "jinja2"),
]


def collected() -> Catalog:
    """Every sentence that a person may be shown, in the order of the alphabet."""
    catalogue = Catalog(project="cham-diem", version="1", charset="utf-8")
    for _file, _line, message, _comments, _context in extract_from_dir(SOURCE, METHODS, keywords=KEYWORDS):
        catalogue.add(message)
    return catalogue


def main() -> None:
    with Path(sys.argv[1]).open("wb") as file:
        write_po(file, collected(), width=110, sort_output=True)


if __name__ == "__main__":
    main()
