"""app/scoring/operations/differences.py: asking, answering, concluding, withdrawing, conditions of bands."""

from datetime import timedelta
from decimal import Decimal

import pytest

from app.errors import Conflict, NotAllowed, NotInScope, Refused
from app.extensions import db
from app.holding import hold_row
from app.models import Notification
from app.scoring.models import Appraisal, FailedCondition, Round
from app.scoring.operations import differences
from app.scoring.queries.differences import round_pairs
from app.scoring.queries.outcomes import round_differences
from app.scoring.queries.standings import finals
from app.scoring.rules import Final
from tests.province import (
    NOW,
    appraise_everything,
    begin_appraisal,
    open_round,
    score_of,
    sheet_of,
)


@pytest.fixture
def round_(told, ctx, province):
    """Consolidated: everything appraised at its maximum, Sở Tư pháp had given itself 1 of 2 at 1.2."""
    return db.session.get(Round, told("consolidated, one claim", lambda: _consolidated(province)))


def _consolidated(province) -> int:
    made = open_round(province)
    sheet = sheet_of(made, province, "SO-TP")
    score_of(sheet, "1.2").self_points = Decimal(1)
    score_of(sheet, "1.3").na_claimed = True
    sheet.state, sheet.submitted_at, sheet.receipt_number = "submitted", NOW, "TDG-1"
    db.session.commit()
    begin_appraisal(made, province)
    for name in ("td-nv", "td-tp"):
        appraise_everything(made, province, name)
    return made.id


@pytest.fixture
def score(round_, province):
    return score_of(sheet_of(round_, province, "SO-TP"), "1.2")


@pytest.fixture
def manager(province, ctx):
    return province.account("quan-ly")


WHY, REASON = "Lý do thẩm định", "Theo hồ sơ kiểm chứng"


def notices(province, name) -> list[str]:
    account_id = province.accounts[name]
    return [n.text for n in db.session.query(Notification).filter_by(account_id=account_id)]


def test_a_question_opens_the_rounds_days_and_tells_the_agency(score, manager, province):
    differences.ask_explanation(hold_row(score), " Nêu căn cứ ", actor=manager, at=NOW)
    assert (score.asked_reason, score.answer_due_at) == ("Nêu căn cứ", NOW + timedelta(days=5))
    assert notices(province, "tp-nhap")[-1] == f"Đề nghị giải trình tiêu chí 1.2 – CCHC 2026. {WHY}: {REASON}"
    assert not [text for text in notices(province, "tc-nhap") if "giải trình" in text]


def test_one_notice_for_all_rows_of_an_agency(round_, manager, province):
    sheet = sheet_of(round_, province, "SO-TP")
    before = len(notices(province, "tp-nhap"))
    rows = [score_of(sheet, "1.2"), score_of(sheet, "1.3")]
    differences.ask_explanations([hold_row(score) for score in rows], "Nêu căn cứ", actor=manager, at=NOW)
    assert notices(province, "tp-nhap")[before:] == [
        f"Đề nghị giải trình tiêu chí 1.2, 1.3 – CCHC 2026. {WHY}: 1.2: {REASON}; 1.3: {REASON}"
    ]


def test_when_one_row_cannot_be_asked_about_none_is(round_, manager, province):
    sheet = sheet_of(round_, province, "SO-TP")
    first, second = score_of(sheet, "1.2"), score_of(sheet, "1.3")
    differences.ask_explanation(hold_row(second), "Nêu căn cứ", actor=manager, at=NOW)
    with pytest.raises(Conflict, match=r"1\.3"):
        differences.ask_explanations([hold_row(first), hold_row(second)], "Nêu căn cứ", actor=manager, at=NOW)
    assert first.asked_at is None


def test_asking_again_is_possible_once_answered_or_too_late(score, manager, province):
    differences.ask_explanation(hold_row(score), "Lần một", actor=manager, at=NOW)
    with pytest.raises(Conflict):
        differences.ask_explanation(hold_row(score), "Lần hai", actor=manager, at=NOW + timedelta(days=5))
    differences.ask_explanation(hold_row(score), "Lần hai", actor=manager, at=NOW + timedelta(days=6))
    differences.answer_explanation(
        hold_row(score), "Trả lời", actor=province.account("tp-nhap"), at=NOW + timedelta(days=7)
    )
    differences.ask_explanation(hold_row(score), "Lần ba", actor=manager, at=NOW + timedelta(days=7))
    assert (score.asked_reason, score.answer) == ("Lần ba", None)


def test_the_agency_answers_within_its_window(score, manager, province):
    clerk = province.account("tp-nhap")
    with pytest.raises(Conflict, match="không được yêu cầu"):
        differences.answer_explanation(hold_row(score), "Trả lời", actor=clerk, at=NOW)
    differences.ask_explanation(hold_row(score), "Nêu căn cứ", actor=manager, at=NOW)
    with pytest.raises(Refused):
        differences.answer_explanation(hold_row(score), " ", actor=clerk, at=NOW)
    with pytest.raises(Conflict, match="hết thời hạn"):
        differences.answer_explanation(hold_row(score), "Trả lời", actor=clerk, at=NOW + timedelta(days=6))
    differences.answer_explanation(hold_row(score), " Đã nộp ", actor=clerk, at=NOW + timedelta(days=5))
    assert score.answer == "Đã nộp"


def test_only_that_agencys_data_entry_answers(score, manager, province):
    differences.ask_explanation(hold_row(score), "Nêu căn cứ", actor=manager, at=NOW)
    for name, refusal in (("tc-nhap", NotInScope), ("td-nv", NotInScope), ("quan-ly", NotAllowed)):
        with pytest.raises(refusal):
            differences.answer_explanation(hold_row(score), "Trả lời", actor=province.account(name), at=NOW)


@pytest.mark.parametrize("name", ["tp-duyet", "td-nv", "quan-tri"])
def test_only_a_manager_asks_concludes_and_withdraws(score, province, name):
    actor = province.account(name)
    with pytest.raises(NotAllowed):
        differences.ask_explanation(hold_row(score), "Nêu căn cứ", actor=actor, at=NOW)
    with pytest.raises(NotAllowed):
        differences.conclude_score(hold_row(score), Decimal(1), "Lý do", "1/BB", actor=actor, at=NOW)
    with pytest.raises(NotAllowed):
        differences.withdraw_conclusion(hold_row(score), actor=actor, at=NOW)


def test_a_conclusion_outweighs_the_appraisals_until_it_is_withdrawn(round_, score, manager):
    def final() -> Final:
        db.session.flush()
        return finals(round_)[score.sheet_id][score.criterion_id]

    assert final() == Final(True, Decimal(2))
    differences.conclude_score(hold_row(score), Decimal("1.5"), "Lý do", "1/BB", actor=manager, at=NOW)
    assert final() == Final(True, Decimal("1.5"))
    differences.conclude_score(hold_row(score), None, "Lý do", "2/BB", not_applicable=True, actor=manager, at=NOW)
    assert final() == Final(False, None)
    differences.withdraw_conclusion(hold_row(score), actor=manager, at=NOW)
    assert (final(), score.conclusion_reason, score.minutes_number) == (Final(True, Decimal(2)), None, None)
    with pytest.raises(Conflict):
        differences.withdraw_conclusion(hold_row(score), actor=manager, at=NOW)


@pytest.mark.parametrize(
    ("points", "reason", "number", "field"),
    [
        (None, "Lý do", "1/BB", "points"),
        (Decimal("2.5"), "Lý do", "1/BB", "points"),
        (Decimal(1), " ", "1/BB", "reason"),
        (Decimal(1), "Lý do", "", "minutes_number"),
    ],
)
def test_a_conclusion_needs_points_reason_and_minutes(score, manager, points, reason, number, field):
    with pytest.raises(Refused) as refusal:
        differences.conclude_score(hold_row(score), points, reason, number, actor=manager, at=NOW)
    assert refusal.value.field == field


def test_nothing_is_settled_outside_the_appraised_state(score, manager):
    for state in ("draft", "submitted", "appraising", "concluded"):
        score.sheet.state = state
        with pytest.raises(Conflict):
            differences.ask_explanation(hold_row(score), "Nêu căn cứ", actor=manager, at=NOW)
        with pytest.raises(Conflict):
            differences.conclude_score(hold_row(score), Decimal(1), "Lý do", "1/BB", actor=manager, at=NOW)


def test_a_leaf_outside_the_set_is_not_concluded(round_, province, manager):
    excluded = score_of(sheet_of(round_, province, "SO-TC"), "2.2")
    with pytest.raises(Refused):
        differences.conclude_score(hold_row(excluded), Decimal(1), "Lý do", "1/BB", actor=manager, at=NOW)


def test_the_light_pairs_say_what_the_outcomes_say(round_):
    light = {pair.score_id for pair in round_pairs(round_) if pair.differs}
    assert light == {outcome.score.id for outcome in round_differences(round_)}


def test_appraisers_who_disagree_on_applying_leave_a_row_to_conclude(round_, score, province):
    second = Appraisal(
        score_id=score.id, appraiser_id=province.accounts["td-tp"], not_applicable=True, saved_at=NOW
    )
    db.session.add(second)
    db.session.flush()
    pair = next(pair for pair in round_pairs(round_) if pair.score_id == score.id)
    assert (pair.unscored, pair.is_open, pair.final) == (True, True, Final(True, None))


def test_a_failed_condition_is_recorded_with_its_reason_and_cleared(round_, province, manager):
    sheet, band = sheet_of(round_, province, "SO-TP"), round_.bands[0]
    with pytest.raises(Refused):
        differences.fail_condition(hold_row(sheet), band, " ", actor=manager, at=NOW)
    differences.fail_condition(hold_row(sheet), band, "Có đơn vị trực thuộc bị kỷ luật", actor=manager, at=NOW)
    db.session.flush()
    failure = db.session.query(FailedCondition).one()
    differences.clear_condition(hold_row(failure), actor=manager, at=NOW)
    db.session.flush()
    assert db.session.query(FailedCondition).count() == 0
