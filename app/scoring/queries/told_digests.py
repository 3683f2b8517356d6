"""Digests that the trail told at an act against the rows as they are: approved reports, signed scans, conclusions."""

import hashlib
from collections.abc import Iterator

from sqlalchemy import select

from app.extensions import db
from app.models import AuditEvent, StoredFile
from app.scoring.models import RoundRecord, Sheet, Snapshot


def _told(action: str) -> Iterator[tuple[int, dict]]:
    """(Id of the thing, details) of each such act, in time."""
    query = (
        select(AuditEvent.object_id, AuditEvent.changes)
        .where(AuditEvent.action == action)
        .order_by(AuditEvent.id)
    )
    return ((int(number), details) for number, details in db.session.execute(query) if number.isdecimal())


def reports_unlike_trail() -> Iterator[str]:
    """Frozen reports whose content is not the one whose digest stands at its approval."""
    told = {
        details.get("code"): (sheet_id, details.get("digest"))
        for sheet_id, details in _told("sheet_approved")
    }
    there = set()
    query = select(Snapshot.id, Snapshot.code, Snapshot.sheet_id, Snapshot.content).order_by(Snapshot.id)
    for number, code, sheet_id, content in db.session.execute(query):
        there.add(code)
        if told.get(code) != (sheet_id, hashlib.sha256(content.encode()).hexdigest()):
            yield f"bản đóng băng {number} ({code})"
    for code in told.keys() - there:
        yield f"bản đóng băng ({code}) đã mất"


def scans_unlike_trail() -> Iterator[str]:
    """Sheets whose signed report is another file than the one last attached."""
    told = {sheet_id: details.get("sha256") for sheet_id, details in _told("signed_report_attached")}
    query = (
        select(Sheet.id, Sheet.agency_name, StoredFile.sha256)
        .join(StoredFile, StoredFile.id == Sheet.signed_file_id)
        .order_by(Sheet.id)
    )
    for number, name, sha256 in db.session.execute(query):
        if told.get(number) != sha256:
            yield f"phiếu {number} ({name})"


def records_unlike_trail() -> Iterator[str]:
    """Frozen conclusions whose content is not the one whose digest stands at the conclusion."""
    told: dict[int, list[str]] = {}
    for round_id, details in _told("round_concluded"):
        told.setdefault(round_id, []).append(details.get("digest"))
    query = select(RoundRecord.round_id, RoundRecord.number, RoundRecord.content)
    found = {}
    for round_id, _number, content in db.session.execute(
        query.order_by(RoundRecord.round_id, RoundRecord.number)
    ):
        found.setdefault(round_id, []).append(hashlib.sha256(content.encode()).hexdigest())
    for round_id in sorted(told.keys() | found.keys()):
        if told.get(round_id) != found.get(round_id):
            yield f"kỳ {round_id}"


def signed_files() -> list[str]:
    """SHA-256 of every file that is a sheet's signed report."""
    query = select(StoredFile.sha256).join(Sheet, Sheet.signed_file_id == StoredFile.id)
    return sorted(set(db.session.scalars(query)))
