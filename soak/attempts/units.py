"""Attempts of units on their sheets and documents."""

from uuid import uuid4

from sqlalchemy import delete, insert, select, update

from app.scoring.models import (
    LeaderComment,
    Score,
    ScoreEvidence,
    Sheet,
)
from app.scoring.operations import (
    differences,
    entry_import,
    evidence,
    granting,
    review,
    sheets,
    unlocking,
)
from soak.acts import perform
from soak.attempts.noting import attempt, some_points
from soak.crew import Job, job
from soak.scene import Place
from soak.world import must


@attempt(sheets.save_row)
def save_row(place: Place) -> Job:
    row = place.rows["2.1"]
    version = place.world.read(Score, row).version
    return job("save", person="tp-nhap", score_id=row, points=some_points(), version=version)


@attempt(entry_import.apply_upload)
def upload_rows(place: Place) -> Job:
    row = place.rows["2.1"]
    return job("upload_row", person="tp-nhap", sheet_id=place.sheet_id, score_id=row, points=some_points())


@attempt(evidence.attach_new)
def attach_new(place: Place) -> Job:
    _one_document(place)
    return job("attach_new", person="tp-nhap", score_id=place.rows["1.1"])


@attempt(evidence.attach_existing)
def attach_existing(place: Place) -> Job:
    document = _one_document(place)
    return job("attach_existing", person="tp-nhap", score_id=place.rows["1.2"], evidence_id=document)


@attempt(evidence.attach_to_rows)
def attach_to_rows(place: Place) -> Job:
    document, rows = _one_document(place), [place.rows[code] for code in ("1.2", "1.3")]
    return job("attach_to_rows", person="tp-nhap", score_ids=rows, evidence_id=document)


@attempt(evidence.detach)
def detach(place: Place) -> Job:
    document = _one_document(place)
    link = {"score_id": place.rows["1.2"], "evidence_id": document}
    place.world.by_hand(insert(ScoreEvidence).values(**link))
    return job("detach", person="tp-nhap", **link)


@attempt(evidence.describe)
def describe(place: Place) -> Job:
    document = _one_document(place)
    return job("describe", person="tp-nhap", evidence_id=document, number=uuid4().hex[:6])


def _one_document(place: Place) -> int:
    """The document that proves 1.1; whatever earlier races attached to the sheet is off it."""
    proven = ScoreEvidence.score_id == place.rows["1.1"]
    kept = place.world.find(
        select(ScoreEvidence.evidence_id).where(proven).order_by(ScoreEvidence.evidence_id)
    )
    mine = select(Score.id).where(Score.sheet_id == place.sheet_id)
    place.world.by_hand(
        delete(ScoreEvidence).where(proven, ScoreEvidence.evidence_id != kept),
        delete(ScoreEvidence).where(ScoreEvidence.score_id.in_(mine), ~proven),
    )
    return kept


@attempt(review.present)
def present(place: Place) -> Job:
    mine = update(Sheet).where(Sheet.id == place.sheet_id)
    place.world.by_hand(mine.values(presented_at=None, presented_by_id=None))
    return job("present", person="tp-nhap", sheet_id=place.sheet_id)


@attempt(review.hand_back)
def hand_back(place: Place) -> Job:
    return job("hand_back", person="tp-duyet", sheet_id=place.sheet_id, comment=f"Bổ sung {uuid4().hex[:6]}")


@attempt(review.settle_comment)
def settle_comment(place: Place) -> Job:
    must(perform("hand_back", person="tp-duyet", sheet_id=place.sheet_id, comment="Bổ sung"))
    newest = select(LeaderComment.id).where(LeaderComment.sheet_id == place.sheet_id)
    comment = place.world.find(newest.order_by(LeaderComment.id.desc()).limit(1))
    return job("settle_comment", person="tp-nhap", comment_id=comment)


@attempt(sheets.reopen)
def reopen(place: Place) -> Job:
    place.signed()
    return job("reopen", person="tp-duyet", sheet_id=place.sheet_id)


@attempt(sheets.sign)
def sign(place: Place) -> Job:
    place.signed()
    return job("sign", person="tp-nhap", sheet_id=place.sheet_id)


@attempt(granting.return_sheet)
def return_sheet(place: Place) -> Job:
    place.sent()
    return job("return_sheet", person="quan-ly", sheet_id=place.sheet_id)


@attempt(unlocking.request_return)
def request_return(place: Place) -> Job:
    place.sent()
    place.without_requests()
    return job("request_return", person="quan-ly", sheet_id=place.sheet_id)


@attempt(differences.answer_explanation)
def answer_explanation(place: Place) -> Job:
    must(perform("ask_explanation", person="quan-ly", score_id=place.score_id))
    return job("answer_explanation", person="tp-nhap", score_id=place.score_id)
