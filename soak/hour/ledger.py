"""What people were told is kept: a line an acknowledged write, and afterwards each looked for in the database."""

import json
from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import select

from app.extensions import db
from app.files import FileStore
from app.models import Account, StoredFile
from app.scoring.models import Appraisal, Evidence, Score, ScoreEvidence, Sheet


class Line(NamedTuple):
    """``kind``: save, appraise, upload, send. ``text``: the points, or the SHA-256 of what was uploaded."""

    kind: str
    person: str
    subject: int
    version: int
    text: str


class Ledger:
    def __init__(self, place: Path):
        self.place = place

    def add(self, *line: str | int) -> None:
        """Flushed at once: what stands here was acknowledged."""
        with self.place.open("a") as book:
            book.write(json.dumps(line) + "\n")

    def lines(self) -> list[Line]:
        return [Line(*json.loads(line)) for line in self.place.read_text().splitlines()]


def lost(lines: list[Line], store: FileStore) -> tuple[Counter, list[Line]]:
    """How many of each kind were acknowledged, and those that the database does not hold.

    Each save counts the row's version on, so that a row's version tells how many of them are there; the last one's
    points must stand. One save more may be there: its answer was under way when the hour ended.
    """
    found = {"save": _saved, "appraise": _appraised, "send": _sent}
    last = {(line.kind, line.person, line.subject): line for line in lines if line.kind in found}
    missing = [line for line in last.values() if not found[line.kind](line)]
    missing += [line for line in lines if line.kind == "upload" and not _kept(line, store)]
    db.session.remove()
    return Counter(line.kind for line in lines), missing


def _saved(line: Line) -> bool:
    score = db.session.get(Score, line.subject)
    return _stands(line, score.version, score.self_points)


def _appraised(line: Line) -> bool:
    mine = select(Appraisal).join(Account, Account.id == Appraisal.appraiser_id)
    mine = mine.where(Account.username == line.person, Appraisal.score_id == line.subject)
    given = db.session.scalars(mine).one_or_none()
    return given is not None and _stands(line, given.version, given.points)


def _stands(line: Line, version: int, points: Decimal | None) -> bool:
    return version == line.version + 1 or (version, points) == (line.version, Decimal(line.text))


def _sent(line: Line) -> bool:
    sheet = db.session.get(Sheet, line.subject)
    return sheet.submitted_at is not None and sheet.receipt_number is not None


def _kept(line: Line, store: FileStore) -> bool:
    attached = (
        select(StoredFile.id)
        .join(Evidence, Evidence.file_id == StoredFile.id)
        .join(ScoreEvidence, ScoreEvidence.evidence_id == Evidence.id)
        .where(StoredFile.sha256 == line.text, ScoreEvidence.score_id == line.subject)
    )
    return db.session.scalar(attached) is not None and store.verify(line.text)
