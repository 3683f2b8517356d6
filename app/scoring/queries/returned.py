"""A returned sheet: which rows the reason names, and which were changed since, by the audit trail."""

import re
from typing import NamedTuple

from app.scoring.queries.review import changed_since
from app.scoring.queries.sheets import Page


class Returned(NamedTuple):
    """Ids of scores: ``named`` in the reason (with everything below a named heading), ``changed`` since."""

    reason: str
    named: set[int]
    changed: set[int]


def returned(page: Page) -> Returned | None:
    """None for a sheet that was never returned; else one statement."""
    reason = page.sheet.return_reason
    if not reason:
        return None
    named = {row.score.id for row in page.leaves if _is_named(row.criterion.code, reason)}
    return Returned(reason, named, changed_since(page.sheet.id, "sheet_returned"))


def _is_named(code: str, reason: str) -> bool:
    """Whether the reason names the code or one above it; a lone number such as "2" says too little."""
    parts = code.split(".")
    line = [".".join(parts[:length]) for length in range(2, len(parts) + 1)]
    return any(re.search(rf"(?<![\w.,/]){re.escape(name)}(?![\w/]|[.,]\d)", reason) for name in line)
