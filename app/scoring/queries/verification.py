"""What a verification code or a file's digest stands for."""

import hashlib
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.codes import read_verification_code
from app.extensions import db
from app.models import StoredFile
from app.scoring.models import Sheet, Snapshot


class Verified(NamedTuple):
    """A frozen report; ``intact``: its content still has the digest that was printed."""

    snapshot: Snapshot
    intact: bool


def verify_code(typed: str) -> Verified | None:
    """The report that carries this code, whatever case and spaces it was typed with."""
    code = read_verification_code(typed)
    if code is None:
        return None
    snapshot = db.session.scalars(_snapshots().where(Snapshot.code == code)).one_or_none()
    return None if snapshot is None else Verified(snapshot, is_intact(snapshot))


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
