"""What the verification page says about a printed report: whose it is, whether it still stands, and its points.

Whoever holds a code holds the paper with everything in it. The page repeats the total and the totals of the fields, so
that changed numbers are seen; single criteria, explanations and names of files it does not.
"""

import hashlib
import json
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import BinaryIO, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.codes import read_verification_code
from app.extensions import db
from app.models import StoredFile
from app.row_access import system_access
from app.scoring.models import Criterion, Sheet, Snapshot
from app.scoring.queries.outlines import fields_of, is_outside, sheet_outline
from app.scoring.queries.signed_papers import Told, paper_told
from app.scoring.queries.standings import leaf_of
from app.scoring.rules import Standing as PointsStanding
from app.scoring.rules import Total, field_totals, signed_sum


class Standing(StrEnum):
    """``superseded``: withdrawn, and the agency has approved another report of the same round since."""

    CURRENT = "current"
    WITHDRAWN = "withdrawn"
    SUPERSEDED = "superseded"


class FieldTotal(NamedTuple):
    """A field of the report: its own points of its applicable maximum, as printed.

    ``maximum`` is None for bonuses and penalties; their points are what they add, or take away (below 0).
    """

    code: str
    name: str
    points: Decimal
    maximum: Decimal | None


@dataclass(frozen=True)
class Verified:
    """A report behind a code, with the points that it has printed; none where the content is not ``intact``: has not
    the digest that was printed."""

    code: str
    agency: str
    round_name: str
    programme: str
    approved_at: datetime
    digest: str
    standing: Standing
    sent_at: datetime | None
    signed_sha256: str | None
    points: Decimal | None
    maximum: Decimal | None
    fields: list[FieldTotal]
    intact: bool
    signed_told: list[Told] = field(default_factory=list)


@system_access("a report by the code printed on it")
def verified(typed: str) -> Verified | None:
    """The report that the typed code names, whatever case, spaces or dashes; None when there is none."""
    code = read_verification_code(typed)
    if code is None:
        return None
    snapshot = db.session.scalars(
        select(Snapshot)
        .where(Snapshot.code == code)
        .options(
            joinedload(Snapshot.sheet).options(
                joinedload(Sheet.round), joinedload(Sheet.signed_file), joinedload(Sheet.agency)
            )
        )
    ).one_or_none()
    return None if snapshot is None else _verified(snapshot)


def _verified(snapshot: Snapshot) -> Verified:
    sheet, standing = snapshot.sheet, _standing(snapshot)
    current, intact = standing == Standing.CURRENT, is_intact(snapshot)
    content = json.loads(snapshot.content) if intact else {}
    return Verified(
        snapshot.code,
        sheet.agency_name,
        sheet.round.name,
        sheet.round.programme,
        snapshot.created_at,
        snapshot.digest,
        standing,
        sheet.submitted_at if current else None,
        sheet.signed_file.sha256 if current and sheet.signed_file is not None else None,
        Decimal(content["points"]) if intact else None,
        Decimal(content["maximum"]) if intact else None,
        _fields(sheet, content["rows"]) if intact else [],
        intact,
        paper_told(sheet) if current and sheet.submitted_at is not None else [],
    )


def _fields(sheet: Sheet, rows: list[dict]) -> list[FieldTotal]:
    """The report's own rows summed by the fields of its set."""
    outline = sheet_outline(sheet)
    said = {row["code"]: row for row in rows}
    standings = [
        _standing_of(node, said[node.code]) for node in outline if node.is_leaf and node.code in said
    ]
    totals = field_totals(standings)
    return [_field(node, totals[node.code], standings) for node in fields_of(outline) if node.code in totals]


def _field(node: Criterion, found: Total, standings: list[PointsStanding]) -> FieldTotal:
    if not is_outside(node, found):
        return FieldTotal(node.code, node.name, found.points, found.maximum)
    own = signed_sum(standing for standing in standings if standing.leaf.field == node.code)
    return FieldTotal(node.code, node.name, own, None)


def _standing_of(node: Criterion, row: dict) -> PointsStanding:
    points = None if row["points"] is None else Decimal(row["points"])
    return PointsStanding(leaf_of(node), not row["not_applicable"], points)


def _standing(snapshot: Snapshot) -> Standing:
    if snapshot.status == "current":
        return Standing.CURRENT
    return Standing.SUPERSEDED if snapshot.sheet.snapshot_id is not None else Standing.WITHDRAWN


def matches(found: Verified, stream: BinaryIO) -> tuple[bool, str]:
    """Whether a file is the signed report as it was sent, or the approved content; and its SHA-256."""
    sha256 = hashlib.file_digest(stream, "sha256").hexdigest()
    return sha256 in (found.signed_sha256, found.digest), sha256


class FrozenReport(NamedTuple):
    """A frozen report; ``intact``: its content still has the digest that was printed."""

    snapshot: Snapshot
    intact: bool


def verify_code(typed: str) -> FrozenReport | None:
    """The report that carries this code, whatever case and spaces it was typed with."""
    code = read_verification_code(typed)
    if code is None:
        return None
    snapshot = db.session.scalars(_snapshots().where(Snapshot.code == code)).one_or_none()
    return None if snapshot is None else FrozenReport(snapshot, is_intact(snapshot))


def is_intact(snapshot: Snapshot) -> bool:
    return hashlib.sha256(snapshot.content.encode()).hexdigest() == snapshot.digest


def snapshots_with(sha256: str) -> list[Snapshot]:
    """Reports whose frozen content has this digest."""
    return list(db.session.scalars(_snapshots().where(Snapshot.digest == sha256).order_by(Snapshot.id)))


def signed_sheets(sha256: str) -> list[Sheet]:
    """Sheets whose signed report is this very file."""
    query = (
        select(Sheet)
        .join(StoredFile, StoredFile.id == Sheet.signed_file_id)
        .where(StoredFile.sha256 == sha256)
        .options(joinedload(Sheet.round), joinedload(Sheet.agency), joinedload(Sheet.snapshot))
        .order_by(Sheet.id)
    )
    return list(db.session.scalars(query))


def _snapshots():
    return select(Snapshot).options(
        joinedload(Snapshot.sheet).options(joinedload(Sheet.round), joinedload(Sheet.agency))
    )
