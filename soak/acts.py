"""What a request does, act by act: load and lock, one verb, commit; a refusal is an answer."""

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm.exc import StaleDataError

from app import audit
from app.accounts import asker_of, find_account
from app.clock import now
from app.errors import DomainError
from app.extensions import db
from app.models import StoredFile
from app.row_access import asking, sign_in_access
from app.scoring.operations import (
    appraisals,
    concluding,
    council,
    differences,
    granting,
    review,
    rounds,
    sheets,
    unlocking,
)
from app.scoring.operations.holding import hold_sheets
from app.scoring.queries.appraisals import hold_round_of_work, hold_work
from app.scoring.queries.conclusion import conclusion_checks
from app.scoring.queries.differences import hold_scores, round_pairs
from app.scoring.queries.queue import task_to_save
from app.scoring.queries.review import hold_comment
from app.scoring.queries.rounds import hold_round
from app.scoring.queries.sheets import hold_score, hold_sheet
from app.scoring.queries.unlocks import hold_unlock
from app.scoring.queries.works import hold_work_of_round
from app.scoring.rules import Figures

ACTS: dict[str, Callable[..., Any]] = {}


class Answer(NamedTuple):
    """``done`` was acknowledged; ``refused`` was told to the person (409, 422…); ``busy`` is a 503.

    ``broken`` (a 500) must never be. ``process``: who served it, where that is known.
    """

    status: str
    value: Any = None
    process: int = 0

    @property
    def done(self) -> bool:
        return self.status == "done"


def act(function: Callable[..., Any]) -> Callable[..., Any]:
    ACTS[function.__name__] = function
    return function


def perform(act_name: str, /, *, tag: str = "", **values: Any) -> Answer:
    """One request: committed when it is answered, taken back when it is refused. ``tag`` names it on the trail."""
    try:
        audit.bind(None, name=values.get("person", ""), request_id=tag)
        with sign_in_access():
            who = asker_of(find_account(values["person"]))
        with asking(who):
            value = ACTS[act_name](**values)
            db.session.commit()
        return Answer("done", value)
    except (DomainError, StaleDataError, IntegrityError) as error:
        db.session.rollback()
        return Answer("refused", getattr(error, "status", 409))
    except OperationalError as error:
        db.session.rollback()
        return Answer("busy", str(error.orig))
    except Exception as error:  # a 500: the race says so, and its process goes on
        db.session.rollback()
        return Answer("broken", repr(error))
    finally:
        db.session.remove()


@act
def save(person: str, score_id: int, points: str, version: int) -> tuple[int, datetime]:
    """The row's new version, and the moment that was held against the deadline."""
    account = find_account(person)
    held = hold_score(account, score_id)
    at = now()
    entry = sheets.RowEntry(Figures(), Decimal(points), f"Theo thực tế {points}")
    sheets.save_row(held, entry, version=version, actor=account, at=at)
    db.session.flush()
    return held.row.version, at


@act
def approve(person: str, sheet_id: int) -> str:
    account = find_account(person)
    return sheets.approve(hold_sheet(account, sheet_id), actor=account, at=now()).code


@act
def present(person: str, sheet_id: int) -> None:
    account = find_account(person)
    review.present(hold_sheet(account, sheet_id), "", actor=account, at=now())


@act
def hand_back(person: str, sheet_id: int, comment: str) -> int:
    account = find_account(person)
    return review.hand_back(hold_sheet(account, sheet_id), comment, {}, actor=account, at=now())


@act
def settle_comment(person: str, comment_id: int) -> None:
    account = find_account(person)
    review.settle_comment(hold_comment(account, comment_id), "Đã bổ sung", actor=account, at=now())


@act
def reopen(person: str, sheet_id: int) -> None:
    account = find_account(person)
    sheets.reopen(hold_sheet(account, sheet_id), actor=account, at=now())


@act
def sign(person: str, sheet_id: int) -> None:
    account, file = find_account(person), db.session.scalars(select(StoredFile)).first()
    sheets.sign(hold_sheet(account, sheet_id), file, "ky.pdf", actor=account, at=now())


@act
def send(person: str, sheet_id: int) -> str:
    account = find_account(person)
    return sheets.send(hold_sheet(account, sheet_id), actor=account, at=now())


@act
def save_appraisal(person: str, score_id: int, points: str, version: int) -> int:
    account = find_account(person)
    task, work = task_to_save(account, score_id)
    verdict = appraisals.Verdict(Decimal(points), reason=f"Theo hồ sơ {points}")
    return appraisals.save_appraisal(task, work, verdict, version=version, actor=account, at=now()).version


@act
def send_work(person: str, round_id: int) -> str:
    account = find_account(person)
    held_round = hold_round_of_work(account, round_id)
    return appraisals.send_work(held_round, hold_work(account, round_id), actor=account, at=now())


@act
def unlock_work(person: str, round_id: int, work_id: int) -> None:
    held_round = hold_round(round_id)
    work = hold_work_of_round(held_round.row, work_id)
    appraisals.unlock_work(held_round, work, "Mở để chấm lại", actor=find_account(person), at=now())


@act
def request_unlock(person: str, round_id: int, work_id: int) -> int:
    held_round = hold_round(round_id)
    work = hold_work_of_round(held_round.row, work_id)
    asked = unlocking.request_unlock(held_round, work, "Chấm lại", actor=find_account(person), at=now())
    db.session.flush()
    return asked.id


@act
def refuse_unlock(person: str, round_id: int, unlock_id: int) -> None:
    unlocking.refuse_unlock(hold_unlock(round_id, unlock_id), actor=find_account(person), at=now())


@act
def conclude_score(person: str, score_id: int, points: str) -> None:
    account = find_account(person)
    score = hold_score(account, score_id)
    differences.conclude_score(score, Decimal(points), "Theo hồ sơ", "05/BB", actor=account, at=now())


@act
def conclude_scores(person: str, round_id: int, score_ids: list[int]) -> None:
    """Several rows keep their appraised points, by one number."""
    held = hold_scores(hold_round(round_id), score_ids)
    pairs = round_pairs(held[0].row.sheet.round, score_ids=score_ids)
    rulings = {pair.score_id: council.Ruling(pair.mark) for pair in pairs}
    council.conclude_scores(
        held, rulings, council.Basis.APPRAISED, "Theo hồ sơ", "06/BB", actor=find_account(person), at=now()
    )


@act
def begin_appraisal(person: str, round_id: int) -> None:
    rounds.begin_appraisal(hold_round(round_id), actor=find_account(person), at=now())


@act
def conclude_round(person: str, round_id: int) -> None:
    """As somebody who has just seen what is left open."""
    held, at = hold_round(round_id), now()
    hold_sheets(held)
    concluding.conclude_round(held, left=conclusion_checks(held.row, at).left, actor=find_account(person), at=at)


@act
def return_sheet(person: str, sheet_id: int) -> None:
    account = find_account(person)
    sheet, at = hold_sheet(account, sheet_id), now()
    granting.return_sheet(sheet, "Bổ sung", at + timedelta(days=30), actor=account, at=at)


@act
def save_until_refused(person: str, score_id: int, version: int) -> list[tuple[int, datetime]]:
    """Save again and again until refused: what was acknowledged, in order."""
    acknowledged = []
    while (answer := perform("save", person=person, score_id=score_id, points="1", version=version)).done:
        acknowledged.append(answer.value)
        version = answer.value[0]
    return acknowledged
