"""Which documents an account may open, and where a document is used."""

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import func, select, union_all
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from app.accounts import is_appraiser, is_manager
from app.errors import NotInScope
from app.extensions import db
from app.holding import Held, hold_all, hold_one, hold_rows
from app.models import Account, StoredFile
from app.scoring.models import Criterion, Evidence, Round, Score, ScoreEvidence, Sheet, SignedScan
from app.scoring.policy import works_for
from app.scoring.queries.appraisals import may_see_evidence
from app.scoring.queries.sheets import can_enter, sheets_of_agency


def get_evidence(account: Account, evidence_id: int) -> Evidence:
    """A document of the account's own agency, any for a manager, one of an assigned score for an appraiser."""
    evidence = db.session.get(Evidence, evidence_id, options=[joinedload(Evidence.file)])
    if evidence is None or not _sees(account, evidence):
        raise NotInScope()
    return evidence


def _sees(account: Account, evidence: Evidence) -> bool:
    if is_manager(account) or works_for(account, evidence.agency_id):
        return True
    return is_appraiser(account) and may_see_evidence(account, evidence)


def get_own_evidence(account: Account, evidence_id: int) -> Evidence:
    """A document of the account's own agency, or ``NotInScope``."""
    evidence = get_evidence(account, evidence_id)
    if not works_for(account, evidence.agency_id):
        raise NotInScope()
    return evidence


def hold_own_evidence(account: Account, evidence_id: int) -> tuple[Held[Evidence], list[Held[Sheet]]]:
    """As ``get_own_evidence``, held after every sheet that it proves something on; nobody attaches it meanwhile."""
    sheets = hold_rows(Sheet, sheets_with(get_own_evidence(account, evidence_id)))
    held = hold_one(select(Evidence).where(Evidence.id == evidence_id), with_references=True)
    if held is None:
        raise NotInScope()
    return held, sheets


def sheets_with(evidence: Evidence) -> set[int]:
    """Ids of the sheets that the document proves something on."""
    query = select(Score.sheet_id).join(ScoreEvidence, ScoreEvidence.score_id == Score.id)
    return set(db.session.scalars(query.where(ScoreEvidence.evidence_id == evidence.id)))


def uses_of(evidence: list[Evidence]) -> dict[int, list[tuple[str, str, int, int]]]:
    """Evidence id → (round's name, criterion's code, sheet id, score id) of each use, newest round first."""
    query = (
        select(ScoreEvidence.evidence_id, Round.name, Criterion.code, Sheet.id, Score.id)
        .join(Score, Score.id == ScoreEvidence.score_id)
        .join(Criterion, Criterion.id == Score.criterion_id)
        .join(Sheet, Sheet.id == Score.sheet_id)
        .join(Round, Round.id == Sheet.round_id)
        .where(ScoreEvidence.evidence_id.in_([item.id for item in evidence]))
        .order_by(Round.period_end.desc(), Criterion.position)
    )
    found: dict[int, list[tuple[str, str, int, int]]] = {}
    for evidence_id, *use in db.session.execute(query):
        found.setdefault(evidence_id, []).append(tuple(use))
    return found


RESERVE = 10
"""Scans beyond what an agency may keep, and the part of its bytes (a tenth) that is theirs alone."""


class Usage(NamedTuple):
    """What an agency keeps on disk, or may keep: files, and their bytes together."""

    files: int
    size: int

    def with_reserve(self) -> "Usage":
        """What a signed report may fill: full shelves keep no report from being sent in time."""
        return Usage(self.files + RESERVE, self.size + self.size // RESERVE)


def usage_of(agency_id: int) -> Usage:
    """Documents, and every scan of a signed report that ever came, also one replaced or withdrawn since.

    A content that is there as two documents counts twice: each was an upload.
    """
    documents = select(Evidence.file_id).where(Evidence.agency_id == agency_id)
    scans = select(SignedScan.file_id).join(Sheet).where(Sheet.agency_id == agency_id)
    kept = union_all(documents, scans).subquery()
    total = select(func.count(), func.coalesce(func.sum(StoredFile.size), 0)).select_from(StoredFile)
    found = db.session.execute(total.join(kept, kept.c.file_id == StoredFile.id)).one()
    return Usage(found[0], int(found[1]))


def fillable_sheets(account: Account, at: datetime) -> list[Sheet]:
    """Sheets of the account's agency that can be filled in now, newest period first."""
    return [sheet for sheet in sheets_of_agency(account.agency_id) if can_enter(sheet, at)]


def rows_to_attach(sheets: list[Sheet]) -> dict[int, list[Score]]:
    """Sheet id → its scores that are the unit's to score, in the set's order, with their evidence; two statements."""
    query = (
        select(Score)
        .join(Score.criterion)
        .where(
            Score.sheet_id.in_([sheet.id for sheet in sheets]),
            Criterion.assessed_by == "self",
            ~Score.na_by_rule,
        )
        .options(contains_eager(Score.criterion), selectinload(Score.evidence))
        .order_by(Score.sheet_id, Criterion.position)
    )
    found: dict[int, list[Score]] = {sheet.id: [] for sheet in sheets}
    for score in db.session.scalars(query):
        found[score.sheet_id].append(score)
    return found


def hold_own_scores(account: Account, ids: Collection[int]) -> dict[int, Held[Score]]:
    """Scores of the account's own agency by id, held with their sheets until the commit; all, or ``NotInScope``."""
    query = (
        select(Score)
        .join(Score.sheet)
        .join(Score.criterion)
        .where(Score.id.in_(ids), Sheet.agency_id == account.agency_id)
        .options(
            contains_eager(Score.criterion),
            contains_eager(Score.sheet).options(joinedload(Sheet.round), selectinload(Sheet.extensions)),
            selectinload(Score.evidence),
        )
        .order_by(Score.sheet_id, Score.id)
    )
    found = {held.row.id: held for held in hold_all(query)}
    if len(found) < len(set(ids)):
        raise NotInScope()
    return found
