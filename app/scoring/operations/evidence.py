"""Tài liệu kiểm chứng: add a file to a score, reuse one of the agency's, take one off."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app import audit
from app.accounts import is_data_entry
from app.errors import Conflict, NotAllowed, NotInScope, Refused
from app.extensions import db
from app.files import Stored
from app.holding import Held
from app.models import Account, StoredFile
from app.row_access import system_access
from app.scoring.models import Evidence, Score, Sheet
from app.scoring.operations.declaring import changes
from app.scoring.operations.room import require_room
from app.scoring.operations.sheets import require_editable
from app.scoring.policy import require_entry, require_own_evidence
from app.scoring.queries.evidence import Usage, sheets_with
from app.scoring.states import Matter, SheetState

FILES_PER_SCORE = 30


@dataclass(frozen=True)
class Description:
    """The document's own number, date, issuer and summary."""

    number: str = ""
    issued_on: date | None = None
    issuer: str = ""
    summary: str = ""


@system_access("one row for each content, whoever sent it first")
def keep_file(stored: Stored, *, at: datetime) -> StoredFile:
    """The row of a stored file; the same bytes have one row however often, and by how many at once, they come."""
    there = select(StoredFile).where(StoredFile.sha256 == stored.sha256)
    file = db.session.scalars(there).one_or_none()
    if file is None:
        file = StoredFile(sha256=stored.sha256, size=stored.size, media_type=stored.media_type, created_at=at)
        try:
            with db.session.begin_nested():
                db.session.add(file)
        except IntegrityError:
            file = db.session.scalars(there).one()
    return file


@changes(Matter.DOCUMENTS)
def attach_new(
    held: Held[Score],
    stored: Stored,
    description: Description,
    *,
    actor: Account,
    at: datetime,
    allowed: Usage | None = None,
) -> Evidence:
    """Make the file evidence of the agency and of this score, within what the agency may keep."""
    score = held.row
    _require_attachable(score, actor, at)
    if allowed is not None:
        require_room(score.sheet.agency_id, stored.name, stored.size, allowed)
    evidence = _made(score.sheet.agency_id, keep_file(stored, at=at), stored.name, description, actor, at)
    _link(score, evidence, actor, at)
    return evidence


def add_to_library(stored: Stored, *, actor: Account, at: datetime, allowed: Usage | None = None) -> Evidence:
    """Keep the file in the library of the actor's agency, for criteria to come; the same file is kept there once."""
    if not is_data_entry(actor) or actor.agency_id is None:
        raise NotAllowed("Chỉ cán bộ nhập liệu của cơ quan được thực hiện việc này.")
    if allowed is not None:
        require_room(actor.agency_id, stored.name, stored.size, allowed)
    file = keep_file(stored, at=at)
    there = select(Evidence.file_name).where(
        Evidence.agency_id == actor.agency_id, Evidence.file_id == file.id
    )
    name = db.session.scalars(there.order_by(Evidence.id).limit(1)).first()
    if name is not None:
        raise Refused("Tệp “%(name)s” đã có trong kho với tên “%(there)s”.", name=stored.name, there=name)
    return _made(actor.agency_id, file, stored.name, Description(), actor, at)


def _made(
    agency_id: int, file: StoredFile, name: str, description: Description, actor: Account, at: datetime
) -> Evidence:
    evidence = Evidence(
        agency_id=agency_id,
        file=file,
        file_name=name,
        number=description.number.strip(),
        issued_on=description.issued_on,
        issuer=description.issuer.strip(),
        summary=description.summary.strip(),
        created_at=at,
        created_by_id=actor.id,
    )
    db.session.add(evidence)
    return evidence


@changes(Matter.DOCUMENTS)
def attach_existing(held: Held[Score], evidence: Evidence, *, actor: Account, at: datetime) -> None:
    """Reuse a file of the agency's library, of this year or an earlier one."""
    score = held.row
    _require_attachable(score, actor, at)
    if evidence.agency_id != score.sheet.agency_id:
        raise NotInScope()
    if evidence not in score.evidence:
        _link(score, evidence, actor, at)


@changes(Matter.DOCUMENTS)
def attach_to_rows(
    evidence: Evidence, seen: Mapping[Held[Score], int], *, actor: Account, at: datetime
) -> int:
    """Attach the file to several scores, all or none; how many are new.

    ``seen``: each score's version when it was chosen. What somebody saved since is a ``Conflict`` that names it.
    """
    if not seen:
        raise Refused("Hãy chọn ít nhất một tiêu chí.", field="rows")
    newer = [held.row.criterion.code for held, version in seen.items() if held.row.version != version]
    if newer:
        raise Conflict(
            "Tiêu chí %(codes)s vừa được lưu lại; hãy xem rồi đính lại.", field="rows", codes=", ".join(newer)
        )
    fresh = [held for held in seen if evidence not in held.row.evidence]
    for held in seen:
        attach_existing(held, evidence, actor=actor, at=at)
    return len(fresh)


@changes(Matter.DOCUMENTS)
def describe(
    held: Held[Evidence],
    sheets: Sequence[Held[Sheet]],
    description: Description,
    *,
    actor: Account,
    at: datetime,
) -> None:
    """Correct the document's number, date, issuer or summary while no approved report relies on it.

    ``sheets``: every sheet that it proves something on, held before the document is, which nobody attaches
    meanwhile (``with_references``).
    """
    evidence = held.row
    require_own_evidence(actor, evidence)
    states = {sheet.row.id: sheet.row.state for sheet in sheets}
    if not sheets_with(evidence) <= states.keys():
        raise Conflict("Tài liệu vừa được đính vào một phiếu khác; hãy lưu lại lần nữa.")
    if any(state != SheetState.DRAFT for state in states.values()):
        raise Conflict("Tài liệu đang nằm trong báo cáo đã duyệt hoặc đã gửi nên không sửa được.")
    evidence.number, evidence.issued_on = description.number.strip(), description.issued_on
    evidence.issuer, evidence.summary = description.issuer.strip(), description.summary.strip()


@changes(Matter.DOCUMENTS)
def detach(held: Held[Score], evidence: Evidence, *, actor: Account, at: datetime) -> None:
    """Take the file off this score; it stays in the agency's library."""
    score = held.row
    _require_attachable(score, actor, at)
    if evidence not in score.evidence:
        raise NotInScope()
    score.evidence.remove(evidence)
    audit.record(
        "evidence_detached", score, actor=actor, at=at, evidence=evidence.id, name=evidence.file_name
    )


def _require_attachable(score: Score, actor: Account, at: datetime) -> None:
    require_entry(actor, score.sheet)
    require_editable(score.sheet, at)
    if score.na_by_rule:
        raise Refused("Tiêu chí này không áp dụng cho cơ quan.")


def _link(score: Score, evidence: Evidence, actor: Account, at: datetime) -> None:
    if len(score.evidence) >= FILES_PER_SCORE:
        raise Refused("Mỗi tiêu chí đính tối đa %(count)s tệp.", count=FILES_PER_SCORE)
    score.evidence.append(evidence)
    db.session.flush()
    audit.record(
        "evidence_attached", score, actor=actor, at=at, evidence=evidence.id, name=evidence.file_name
    )
