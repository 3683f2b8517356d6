"""Appraisers at work in a round of the little province."""

from decimal import Decimal

from app import accounts
from app.extensions import db
from app.holding import hold_row
from app.scoring.models import Appraisal
from app.scoring.operations import appraisals
from app.scoring.queries.appraisals import Task, get_task, get_work, hold_round_of_work, hold_work
from tests.province import (
    NOW,
    appraise_everything,
    begin_appraisal,
    open_round,
    score_of,
    sheet_of,
)


def in_appraisal(province) -> int:
    made = open_round(province)
    sheet = sheet_of(made, province, "SO-TP")
    score_of(sheet, "1.2").self_points = Decimal(1)
    score_of(sheet, "1.3").na_claimed = True
    sheet.state, sheet.submitted_at, sheet.receipt_number = "submitted", NOW, "TDG-1"
    db.session.commit()
    begin_appraisal(made, province)
    return made.id


def save(province, round_, code, verdict, name="td-nv", agency="SO-TP", version=0) -> Task:
    person = province.account(name)
    task = get_task(person, score_of(sheet_of(round_, province, agency), code).id)
    work = get_work(person, round_.id)
    appraisals.save_appraisal(task, hold_row(work), verdict, version=version, actor=person, at=NOW)
    return task


def everything_but(province, round_, code, name="td-nv") -> None:
    """All of the appraiser's scores, with reasons, except that leaf of Sở Tư pháp; nothing is sent."""
    appraise_everything(round_, province, name, send=False)
    score = score_of(sheet_of(round_, province, "SO-TP"), code)
    db.session.query(Appraisal).filter_by(score_id=score.id).delete()
    db.session.commit()


def send(province, round_, name="td-nv") -> str:
    person = province.account(name)
    held_round = hold_round_of_work(person, round_.id)
    return appraisals.send_work(held_round, hold_work(person, round_.id), actor=person, at=NOW)


def account_of(province, username: str):
    """One more appraiser, of no agency."""
    made, _password = accounts.create_account(
        username=username,
        last_name="Trần Thị",
        first_name="Ba",
        email=f"{username}@chamdiem.invalid",
        account_type=accounts.APPRAISER,
        actor=province.account("quan-ly"),
        at=NOW,
    )
    return made
