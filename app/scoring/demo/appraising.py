"""Appraisal of a round: points in bulk, sending, settling and concluding through the operations."""

from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random

from sqlalchemy import exists, insert, select
from sqlalchemy.orm import joinedload

from app import audit
from app.accounts import unlock_account
from app.clock import local_date
from app.extensions import db
from app.holding import hold_row
from app.models import Account
from app.scoring.demo import words
from app.scoring.demo.filling import appraised
from app.scoring.demo.papers import Paper
from app.scoring.demo.people import clerk
from app.scoring.demo.province import SEED, Demo
from app.scoring.models import Appraisal, Criterion, Round, Score, Sheet
from app.scoring.operations import appraisals, concluding, differences, publishing, rounds, surveys
from app.scoring.queries.appraisals import round_works
from app.scoring.queries.assigned import Coverage
from app.scoring.queries.conclusion import conclusion_checks
from app.scoring.queries.standings import finals
from app.scoring.queries.survey_sources import answers_mark

SETTLED = 8
NOT_YET = "so-tp.thamdinh"  # the appraiser whose account is shown has work left


def begin(demo: Demo, round_: Round, at: datetime) -> None:
    rounds.begin_appraisal(hold_row(round_), actor=demo.manager, at=at)
    db.session.flush()


def appraise_all(demo: Demo, round_: Round, at: datetime) -> None:
    """Every appraiser scores everything and sends; the round consolidates by itself."""
    _give(round_, at, share=lambda _person: 1.0)
    for work in round_works(round_):
        appraisals.send_work(hold_row(work.round), hold_row(work), actor=work.appraiser, at=at)
    surveys.compute_points(hold_row(round_), seen=answers_mark(round_), actor=demo.manager, at=at)
    db.session.flush()


def appraise_some(demo: Demo, round_: Round, at: datetime) -> None:
    """Every third appraiser has sent and is locked, the others are half way."""
    works = round_works(round_)
    done = {work.appraiser_id for work in works[::3]} - {demo.people[NOT_YET].id}
    _give(round_, at, share=lambda person: 1.0 if person in done else 0.5)
    for work in works:
        if work.appraiser_id in done:
            appraisals.send_work(hold_row(work.round), hold_row(work), actor=work.appraiser, at=at)
    surveys.compute_points(hold_row(round_), seen=answers_mark(round_), actor=demo.manager, at=at)
    db.session.flush()


def _give(round_: Round, at: datetime, share: Callable[[int], float]) -> None:
    """Points for so much of each appraiser's part (account id → 0…1), in bulk."""
    coverage = Coverage(round_)
    pending = {item.score_id: coverage.appraisers(item) for item in coverage.items}
    rng = Random(f"{SEED}:{round_.period}:{round_.programme}")
    query = (
        select(Score.id, Score.self_points, Score.na_claimed, Sheet.not_submitted, Criterion)
        .join(Sheet, Sheet.id == Score.sheet_id)
        .join(Criterion, Criterion.id == Score.criterion_id)
        .where(Sheet.round_id == round_.id)
        .order_by(Score.id)
    )
    rows = [
        {"score_id": row.id, "appraiser_id": person, "saved_at": at, **_verdict(row, rng)}
        for row in db.session.execute(query)
        for person in sorted(pending.get(row.id, ()))
        if rng.random() < share(person)
    ]
    db.session.execute(insert(Appraisal), rows)
    given = select(Score.id).join(Sheet).where(Sheet.round_id == round_.id)
    audit.record_rows(Appraisal, Appraisal.score_id.in_(given), at=at)


def _verdict(row, rng: Random) -> dict:
    if row.na_claimed and not row.not_submitted:
        if rng.random() < 0.8:
            return {"points": None, "not_applicable": True, "reason": words.ACCEPTED_CLAIM}
        return {"points": row.Criterion.maximum / 2, "not_applicable": False, "reason": words.REFUSED_CLAIM}
    own = None if row.not_submitted or row.Criterion.assessed_by != "self" else row.self_points
    points, reason = appraised(row.Criterion, own, rng)
    return {"points": points, "not_applicable": False, "reason": reason}


def settle(demo: Demo, round_: Round, at: datetime, *, answered: bool) -> None:
    """Some differences go to their agencies; when ``answered``, the council concludes them too."""
    rng = Random(f"{SEED}:{round_.id}")
    lowered = _lowered(round_)
    for place, score in enumerate(rng.sample(lowered, min(SETTLED, len(lowered)))):
        differences.ask_explanation(hold_row(score), words.ASKED, actor=demo.manager, at=at)
        if not answered and place % 2:
            continue
        writer = demo.people[clerk(score.sheet.agency.code)]
        later = at + timedelta(minutes=40 + place)
        differences.answer_explanation(hold_row(score), words.ANSWERED, actor=writer, at=later)
        if answered:
            differences.conclude_score(
                hold_row(score), score.self_points, words.CONCLUDED, "12/BB-HĐTĐ", actor=demo.manager, at=later
            )
    db.session.flush()


def _lowered(round_: Round) -> list[Score]:
    """Scores with fewer appraised points than self points."""
    fewer = exists().where(Appraisal.score_id == Score.id, Appraisal.points < Score.self_points)
    query = (
        select(Score)
        .join(Sheet, Sheet.id == Score.sheet_id)
        .where(Sheet.round_id == round_.id, fewer)
        .options(joinedload(Score.criterion), joinedload(Score.sheet).joinedload(Sheet.agency))
        .order_by(Score.id)
    )
    return list(db.session.scalars(query))


def conclude(demo: Demo, round_: Round, at: datetime, decision: str) -> None:
    """Conclude, publish, and open the appraisers' accounts, so that every account of the demonstration signs in."""
    _conclude_disputed(demo, round_, at)
    db.session.flush()
    left = conclusion_checks(round_, at).left
    concluding.conclude_round(hold_row(round_), left=left, actor=demo.manager, at=at)
    publishing.publish(hold_row(round_), _decision(demo, round_, decision, at), actor=demo.manager, at=at)
    for account in _locked(round_):
        unlock_account(account, "Mở tài khoản cho kỳ chấm điểm tiếp theo.", actor=demo.manager, at=at)
    db.session.flush()


def _decision(demo: Demo, round_: Round, number: str, at: datetime) -> publishing.Decision:
    """A decision signed on the day of the conclusion, as a small PDF."""
    title = f"QUYẾT ĐỊNH Về việc công bố kết quả {round_.name}"
    paper = Paper(title, number, local_date(at), "Ủy ban nhân dân tỉnh Thanh Hóa", words.DECIDED)
    file = demo.papers.keep(paper, "quyet-dinh-cong-bo.pdf", at)
    return publishing.Decision(number, local_date(at), words.SIGNER, file, "quyet-dinh-cong-bo.pdf")


def _conclude_disputed(demo: Demo, round_: Round, at: datetime) -> None:
    """Two appraisers may disagree on whether a leaf applies: the council decides for them."""
    found = {
        (sheet_id, criterion_id)
        for sheet_id, leaves in finals(round_).items()
        for criterion_id, final in leaves.items()
        if final.applicable and final.points is None
    }
    for sheet_id, criterion_id in sorted(found):
        score = db.session.scalars(
            select(Score).where(Score.sheet_id == sheet_id, Score.criterion_id == criterion_id)
        ).one()
        differences.conclude_score(
            hold_row(score), score.criterion.maximum / 2, words.CONCLUDED, "12/BB-HĐTĐ", actor=demo.manager, at=at
        )


def _locked(round_: Round) -> list[Account]:
    return [work.appraiser for work in round_works(round_) if work.appraiser.locked_at is not None]
