"""A returned sheet: which rows the reason names, and which were changed since, by the audit trail."""

import re
from typing import NamedTuple

from sqlalchemy import func, select

from app.extensions import db
from app.models import AuditEvent
from app.row_access import system_access
from app.scoring.queries.sheets import Page

ENTERED = {"self_points", "option", "figure_a", "figure_b", "figure_n", "explanation", "na_claimed"}
FILES = ("evidence_attached", "evidence_detached")


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
    return Returned(reason, named, _changed_since(page.sheet.id))


def _is_named(code: str, reason: str) -> bool:
    """Whether the reason names the code or one above it; a lone number such as "2" says too little."""
    parts = code.split(".")
    line = [".".join(parts[:length]) for length in range(2, len(parts) + 1)]
    return any(re.search(rf"(?<![\w.,/]){re.escape(name)}(?![\w/]|[.,]\d)", reason) for name in line)


@system_access("rows changed since a sheet was returned")
def _changed_since(sheet_id: int) -> set[int]:
    """Scores whose entry or files changed after the sheet's last return."""
    chain = f"sheet:{sheet_id}"
    last = select(func.max(AuditEvent.place)).where(
        AuditEvent.chain == chain, AuditEvent.action == "sheet_returned"
    )
    query = select(AuditEvent.object_id, AuditEvent.action, AuditEvent.changes).where(
        AuditEvent.chain == chain,
        AuditEvent.object_type == "Score",
        AuditEvent.place > last.scalar_subquery(),
        AuditEvent.action.in_(("changed", *FILES)),
    )
    return {
        int(score_id)
        for score_id, action, changes in db.session.execute(query)
        if action in FILES or ENTERED & changes.keys()
    }
