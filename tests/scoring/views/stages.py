"""Rounds brought to a stage, for tests that look at screens; each opens a context of its own and gives ids.

A request must not run inside the test's own application context: Flask would share ``g`` between people.
"""

from datetime import timedelta
from decimal import Decimal

from flask import Flask

from app.extensions import db
from app.holding import hold_row
from app.scoring.models import Round, Score
from app.scoring.operations import differences
from tests.province import (
    NOW,
    Province,
    answer_surveys,
    appraise_everything,
    begin_appraisal,
    conclude_round,
    open_round,
    publish_round,
    score_of,
    sheet_of,
)


def opened(app: Flask, province: Province, *, days_left: int = 30, **kind) -> int:
    """An open round whose entry ends in so many days (negative: is over)."""
    with app.app_context():
        round_ = open_round(province, **kind)
        round_.entry_deadline = NOW + timedelta(days=days_left)
        db.session.commit()
        return round_.id


def appraising(app: Flask, province: Province) -> int:
    with app.app_context():
        round_ = open_round(province)
        begin_appraisal(round_, province)
        return round_.id


def consolidated(app: Flask, province: Province, period: str = "2026") -> int:
    """Everything appraised with its maximum; the council gives Sở Tư pháp 1,5 and Sở Nội vụ 1,4 at 2.1."""
    with app.app_context():
        round_ = open_round(province, period=period)
        answer_surveys(round_, province)
        begin_appraisal(round_, province)
        for name in ("td-nv", "td-tp"):
            province.account(name).locked_at = None
            appraise_everything(round_, province, name)
        for code, given in (("SO-TP", "1.5"), ("SO-NV", "1.4")):
            score = score_of(sheet_of(round_, province, code), "2.1")
            manager = province.account("quan-ly")
            differences.conclude_score(hold_row(score), Decimal(given), "Theo hồ sơ", "05/BB", actor=manager, at=NOW)
        db.session.commit()
        return round_.id


def with_differences(app: Flask, province: Province) -> int:
    """Consolidated, no conclusion yet: Sở Tư pháp gave itself 1,5 less at 2.1, 1 less at 1.2 and 0,5 less at 1.3."""
    with app.app_context():
        round_ = open_round(province)
        sheet = sheet_of(round_, province, "SO-TP")
        for score in db.session.query(Score).filter_by(sheet_id=sheet.id):
            if score.criterion.assessed_by == "self":
                score.self_points = score.criterion.maximum
        for code, points in (("1.2", 1), ("1.3", 1), ("2.1", "0.5")):
            score_of(sheet, code).self_points = Decimal(points)
        score_of(sheet, "1.2").figure_a, score_of(sheet, "1.2").figure_b = Decimal(45), Decimal(50)
        sheet.state, sheet.submitted_at, sheet.receipt_number = "submitted", NOW, "TDG-1"
        db.session.commit()
        answer_surveys(round_, province)
        begin_appraisal(round_, province)
        for name in ("td-nv", "td-tp"):
            appraise_everything(round_, province, name)
        return round_.id


def concluded(app: Flask, province: Province, *, published: bool = False, period: str = "2026") -> int:
    round_id = consolidated(app, province, period)
    with app.app_context():
        round_ = db.session.get(Round, round_id)
        conclude_round(round_, province)
        if published:
            publish_round(round_, province)
        db.session.commit()
    return round_id


def sheet_id(app: Flask, province: Province, round_id: int, code: str) -> int:
    with app.app_context():
        return sheet_of(db.session.get(Round, round_id), province, code).id
