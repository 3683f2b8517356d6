"""Concluding a round: nobody leaves a row as it is without having seen it, and no answer goes unread."""

from datetime import timedelta
from decimal import Decimal

import pytest

from app.errors import Conflict
from app.extensions import db
from app.holding import hold_row
from app.models import AuditEvent
from app.scoring.models import Round, Score
from app.scoring.operations import concluding, differences
from app.scoring.queries.conclusion import conclusion_checks
from tests.province import (
    NOW,
    answer_surveys,
    appraise_everything,
    begin_appraisal,
    open_round,
    score_of,
    sheet_of,
)


@pytest.fixture
def round_(told, ctx, province):
    return db.session.get(Round, told("consolidated, two rows differ", lambda: _consolidated(province)))


def _consolidated(province) -> int:
    """Everything has points; Sở Tư pháp gave itself less at 1.2 and 2.1."""
    made = open_round(province)
    sheet = sheet_of(made, province, "SO-TP")
    for score in db.session.query(Score).filter_by(sheet_id=sheet.id):
        if score.criterion.assessed_by == "self":
            score.self_points = score.criterion.maximum
    score_of(sheet, "1.2").self_points, score_of(sheet, "2.1").self_points = Decimal(1), Decimal("0.5")
    sheet.state, sheet.submitted_at, sheet.receipt_number = "submitted", NOW, "TDG-1"
    db.session.commit()
    answer_surveys(made, province)
    begin_appraisal(made, province)
    for name in ("td-nv", "td-tp"):
        appraise_everything(made, province, name)
    return made.id


@pytest.fixture
def manager(province, ctx):
    return province.account("quan-ly")


@pytest.fixture
def score(round_, province):
    return score_of(sheet_of(round_, province, "SO-TP"), "1.2")


def conclude(round_, manager, left=None, at=NOW):
    more = {} if left is None else {"left": left}
    concluding.conclude_round(hold_row(round_), actor=manager, at=at, **more)


def test_rows_left_at_the_appraisers_mean_are_confirmed_by_number(round_, manager):
    left = conclusion_checks(round_, NOW).left
    assert (left.asked, left.kept) == (0, 2)
    with pytest.raises(Conflict, match="2 dòng chênh lệch giữ điểm thẩm định"):
        conclude(round_, manager)
    conclude(round_, manager, left)
    db.session.commit()
    told = db.session.query(AuditEvent).filter_by(action="round_concluded").one()
    assert (round_.state, told.changes["kept_left"], told.changes["asked_left"]) == ("concluded", 2, 0)


def test_an_answer_that_nobody_decided_stops_the_conclusion(round_, score, manager, province):
    differences.ask_explanation(hold_row(score), "Nêu căn cứ", actor=manager, at=NOW)
    differences.answer_explanation(hold_row(score), "Đã nộp", actor=province.account("tp-nhap"), at=NOW)
    with pytest.raises(Conflict, match=r"1 giải trình đã trả lời .*1\.2 – Sở Tư pháp"):
        conclude(round_, manager, conclusion_checks(round_, NOW).left)
    differences.conclude_score(hold_row(score), Decimal(1), "Đạt", "1/BB", actor=manager, at=NOW)
    conclude(round_, manager, conclusion_checks(round_, NOW).left)
    assert round_.state == "concluded"


def test_an_answer_about_a_row_without_difference_stops_it_too(round_, manager, province):
    score = score_of(sheet_of(round_, province, "SO-TP"), "2.2")
    differences.ask_explanation(hold_row(score), "Nêu căn cứ", actor=manager, at=NOW)
    differences.answer_explanation(hold_row(score), "Đã nộp", actor=province.account("tp-nhap"), at=NOW)
    with pytest.raises(Conflict, match=r"2\.2 – Sở Tư pháp"):
        conclude(round_, manager, conclusion_checks(round_, NOW).left)


def test_requests_still_due_are_confirmed_and_count_no_more_once_too_late(round_, score, manager):
    differences.ask_explanation(hold_row(score), "Nêu căn cứ", actor=manager, at=NOW)
    assert conclusion_checks(round_, NOW).left[:2] == (1, 2)
    assert conclusion_checks(round_, NOW + timedelta(days=6)).left[:2] == (0, 2)
    with pytest.raises(Conflict, match="1 yêu cầu giải trình chưa hết hạn"):
        conclude(round_, manager, conclusion_checks(round_, NOW + timedelta(days=6)).left)
    conclude(round_, manager, conclusion_checks(round_, NOW).left)


def test_other_rows_of_the_same_number_are_asked_anew(round_, score, manager, province):
    """One row concluded and another one asked about meanwhile: the numbers are those that were seen."""
    other = score_of(sheet_of(round_, province, "SO-TP"), "2.1")
    differences.conclude_score(hold_row(score), Decimal(1), "Đạt", "1/BB", actor=manager, at=NOW)
    seen = conclusion_checks(round_, NOW).left
    differences.withdraw_conclusion(hold_row(score), actor=manager, at=NOW)
    differences.conclude_score(hold_row(other), Decimal(1), "Đạt", "1/BB", actor=manager, at=NOW)
    assert conclusion_checks(round_, NOW).left[:2] == seen[:2] == (0, 1)
    with pytest.raises(Conflict, match="xác nhận đúng các số này"):
        conclude(round_, manager, seen)
    assert round_.state == "consolidated"
