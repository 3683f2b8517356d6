"""The audit trail: one way to write it, in the transaction of the change itself.

``bind`` tells the session who acts (once a request or command). Every change that the ORM flushes is then
recorded with old and new values, whichever screen made it: FAB form, grid cell, scoring row or command.
Acts that are more than a changed row (a refusal, a sign-in, a workflow step with its reason) call ``record``;
rows written in bulk, past the ORM, are recorded by ``record_rows``.

``broken_links`` walks the chains of events, ``differences`` compares every row with what the trail says of it, and
``roots`` keeps a signed root over all chains, made each night and sent out of the house.
"""

from app.audit import lines  # noqa: F401 – writes the log's lines
from app.audit.anchoring import anchor
from app.audit.chain import BrokenLink, broken_links
from app.audit.fields import QUIET_COLUMNS, UNTRACKED_TABLES
from app.audit.models import AuditLeaf, AuditRoot
from app.audit.record import GENERAL, bind, record
from app.audit.replay import Difference, differences
from app.audit.restoring import restoring
from app.audit.row_sets import baseline, has_baseline, record_rows

__all__ = [
    "GENERAL",
    "QUIET_COLUMNS",
    "UNTRACKED_TABLES",
    "AuditLeaf",
    "AuditRoot",
    "BrokenLink",
    "Difference",
    "anchor",
    "baseline",
    "bind",
    "broken_links",
    "differences",
    "has_baseline",
    "record",
    "record_rows",
    "restoring",
]
