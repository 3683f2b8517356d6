"""What must hold whatever happened: crashes, races, hands in the database (``flask scoring check``).

``check`` asks every rule of ``RULES`` and says which rows break which. It reads one state of the data, so that it
may run while people work, and it changes nothing.
"""

from collections.abc import Iterator
from typing import NamedTuple

from app.errors import Sentence
from app.extensions import db
from app.files import FileStore
from app.scoring.checks import (  # noqa: F401
    appraisals,
    criteria,
    files,
    people,
    results,
    rounds,
    scores,
    sheets,
    snapshots,
    surveys,
    trail,
)
from app.scoring.checks.rules import RULES, Rule

__all__ = ["RULES", "Broken", "Rule", "check"]


class Broken(NamedTuple):
    """A rule's code, what it says, and the row that breaks it: "phiếu 12 (Sở Tư pháp)"."""

    rule: str
    sentence: Sentence
    subject: str

    def __str__(self) -> str:
        return f"{self.rule}: {self.sentence} – {self.subject}"


def check(store: FileStore) -> list[Broken]:
    """Everything that is broken, in the order of the rules; empty when all is sound."""
    _see_one_state()
    return [broken for rule in RULES for broken in _broken(rule, store)]


def _broken(rule: Rule, store: FileStore) -> Iterator[Broken]:
    subjects = rule.find(store) if rule.needs_store else rule.find()
    for subject in subjects:
        yield Broken(rule.code, rule.sentence, subject)


def _see_one_state() -> None:
    """One transaction sees one state; inside somebody's transaction (a test's) that one is used as it is."""
    if db.session().in_transaction():
        return
    options: dict = {"reading": True}
    if db.engine.dialect.name == "postgresql":
        options["isolation_level"] = "REPEATABLE READ"
    db.session.connection(execution_options=options)
