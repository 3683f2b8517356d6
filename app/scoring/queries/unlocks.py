"""Requests to unlock what is sent or concluded: waiting, and confirmed."""

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from app.errors import NotInScope, Sentence
from app.extensions import db
from app.holding import Held, hold_one
from app.scoring.models import Appraisal, AppraiserWork, Round, Score, Sheet, UnlockRequest


def subject_of(request: UnlockRequest) -> Sentence:
    """What is to be opened, in words."""
    if request.work is not None:
        name = request.work.appraiser.full_name
        return Sentence("kết quả thẩm định của %(name)s", {"name": name})
    if request.sheet is not None:
        return Sentence("phiếu đã gửi của %(name)s", {"name": request.sheet.agency_name})
    return Sentence("kết quả đã kết luận của “%(name)s”", {"name": request.round.name})


def page_of(request: UnlockRequest) -> str:
    """Where the request is confirmed or refused."""
    if request.work_id is not None:
        return f"/differences/{request.round_id}/appraisers#work-{request.work_id}"
    if request.sheet_id is not None:
        return f"/progress/{request.round_id}/sheets/{request.sheet_id}"
    return f"/rounds/{request.round_id}"


def _requests() -> Select:
    """With everything that says what a request is about but its round, which the caller has."""
    work = joinedload(UnlockRequest.work)
    return select(UnlockRequest).options(
        work.joinedload(AppraiserWork.appraiser),
        work.joinedload(AppraiserWork.round),
        joinedload(UnlockRequest.sheet),
        joinedload(UnlockRequest.requested_by),
        joinedload(UnlockRequest.decided_by),
    )


def waiting_unlocks(round_: Round) -> list[UnlockRequest]:
    """The round's requests that wait for a second manager."""
    query = _requests().where(UnlockRequest.round_id == round_.id, UnlockRequest.state == "pending")
    return list(db.session.scalars(query.order_by(UnlockRequest.id)).unique())


def confirmed_unlocks(round_: Round, sheet: Sheet | None = None) -> list[UnlockRequest]:
    """In the order of time; of one sheet, those of the appraisers who have appraised it."""
    query = _requests().where(UnlockRequest.round_id == round_.id, UnlockRequest.state == "confirmed")
    if sheet is not None:
        theirs = (
            select(Appraisal.appraiser_id)
            .join(Score, Score.id == Appraisal.score_id)
            .where(Score.sheet_id == sheet.id)
        )
        query = query.where(UnlockRequest.work.has(AppraiserWork.appraiser_id.in_(theirs)))
    return list(db.session.scalars(query.order_by(UnlockRequest.decided_at, UnlockRequest.id)).unique())


def waiting_unlock(like: UnlockRequest) -> UnlockRequest | None:
    """A request about the same subject that waits."""
    same = [
        request
        for request in waiting_unlocks(like.round)
        if (request.work, request.sheet) == (like.work, like.sheet)
    ]
    return same[0] if same else None


def hold_unlock(round_id: int, request_id: int) -> Held[UnlockRequest]:
    """A request of this very round, held with the round until the commit; else ``NotInScope``."""
    mine = UnlockRequest.id == request_id, UnlockRequest.round_id == round_id
    held = hold_one(select(UnlockRequest).join(UnlockRequest.round).where(*mine))
    if held is None:
        raise NotInScope()
    return held
