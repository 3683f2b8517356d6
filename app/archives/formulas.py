"""Formulas of workbooks: which of them talk to a program or to another place."""

import re

from app.archives import refusals
from app.archives.targets import may_be_clicked

ELEMENTS = frozenset(
    str.split(
        """f formula formula1 formula2 definedName oldFormula calculatedColumnFormula totalsRowFormula"""
    )
)
_TEXTS = re.compile(r'"[^"]*"')
_NAMES = re.compile(r"'(?:[^']|'')*'(?=!)")
_DDE = re.compile(r"\|.*!", re.DOTALL)
_ELSEWHERE = re.compile(r"://|\\\\")
_ACTING = re.compile(
    r"(?<![\w.])(?:_xlfn\.|com\.microsoft\.)?(WEBSERVICE|RTD|DDE|CALL|REGISTER(?:\.ID)?|EXEC|IMAGE)\s*\(",
    re.IGNORECASE,
)
_HYPERLINK = re.compile(r'(?<![\w.])HYPERLINK\s*\(\s*"([^"]*)"', re.IGNORECASE)
_WORTH_A_LOOK = re.compile(r"[|(:\\]")


def refuse_formula(words: str, name: str) -> None:
    """Refuse a formula that acts; ``name`` is the file's."""
    if not _WORTH_A_LOOK.search(words):
        return
    bare = _TEXTS.sub('""', words)
    if _DDE.search(bare) or _ELSEWHERE.search(bare) or _ACTING.search(_NAMES.sub("", bare)):
        raise refusals.formula(name, words)
    for target in _HYPERLINK.findall(words):
        if not may_be_clicked(target):
            raise refusals.unsafe_target(name, target)
