"""Requests to unlock what an appraiser has sent: waiting, and confirmed."""

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from app.errors import NotInScope
from app.extensions import db
from app.scoring.models import Appraisal, AppraiserWork, Round, Score, Sheet, UnlockRequest


def _requests() -> Select:
    work = joinedload(UnlockRequest.work)
    return select(UnlockRequest).options(
        work.joinedload(AppraiserWork.appraiser),
        work.joinedload(AppraiserWork.round),
        joinedload(UnlockRequest.requested_by),
        joinedload(UnlockRequest.decided_by),
    )


def waiting_unlocks(round_: Round) -> dict[int, UnlockRequest]:
    """Work id → the request that waits for a second manager."""
    query = _requests().where(UnlockRequest.round_id == round_.id, UnlockRequest.state == "pending")
    return {request.work_id: request for request in db.session.scalars(query).unique()}


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


def waiting_unlock(work: AppraiserWork) -> UnlockRequest | None:
    return db.session.scalars(
        select(UnlockRequest).where(UnlockRequest.work_id == work.id, UnlockRequest.state == "pending")
    ).first()


def get_unlock(round_: Round, request_id: int) -> UnlockRequest:
    """A request of this very round, held until the commit; else ``NotInScope``."""
    query = _requests().where(UnlockRequest.id == request_id, UnlockRequest.round_id == round_.id)
    found = db.session.scalars(query.with_for_update(of=UnlockRequest)).unique().one_or_none()
    if found is None:
        raise NotInScope()
    return found
