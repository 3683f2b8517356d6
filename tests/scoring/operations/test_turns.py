"""app/scoring/operations/turns.py: who is told what at each turn of a round."""

from datetime import timedelta

import pytest

from app.extensions import db
from app.holding import hold_row
from app.models import Notification, OutgoingMail
from app.scoring.models import Round
from app.scoring.operations import rounds, turns
from app.scoring.operations.publishing import unpublish
from app.scoring.operations.turns import TURNS, tell_turn
from tests.province import (
    NOW,
    answer_surveys,
    appraise_everything,
    begin_appraisal,
    conclude_round,
    open_round,
    publish_round,
)
from tests.queries import counted


def told_since(province, before: int) -> dict[str, list[str]]:
    """Account → its notices since."""
    names = {number: name for name, number in province.accounts.items()}
    found: dict[str, list[str]] = {}
    for notice in db.session.query(Notification).filter(Notification.id > before).order_by(Notification.id):
        found.setdefault(names.get(notice.account_id, "?"), []).append(notice.text)
    return found


def last() -> int:
    return db.session.query(db.func.coalesce(db.func.max(Notification.id), 0)).scalar()


@pytest.fixture
def round_(ctx, province):
    return open_round(province)


def test_the_opening_is_told_to_clerks_and_leaders_of_the_rounds_agencies(round_, province):
    found = told_since(province, 0)
    assert set(found) == {name for name in province.accounts if name.split("-")[0] in ("tp", "tc", "nv")}
    assert all(len(texts) == 1 and "Đã mở kỳ chấm điểm “CCHC 2026”" in texts[0] for texts in found.values())


def test_each_turn_is_told_to_those_it_concerns_and_once(round_, province):
    agencies = set(told_since(province, 0))
    answer_surveys(round_, province)
    before = last()
    begin_appraisal(round_, province)
    found = told_since(province, before)
    assert set(found) == agencies | {"td-nv", "td-tp"}
    assert "được phân công thẩm định" in found["td-nv"][0] and "chỉ còn xem" in found["tp-nhap"][0]
    before = last()
    for name in ("td-nv", "td-tp"):
        appraise_everything(round_, province, name)
    assert {name: len(texts) for name, texts in told_since(province, before).items()} == {"quan-ly": 1, "quan-ly-2": 1}
    before = last()
    conclude_round(round_, province)
    assert set(told_since(province, before)) == agencies | {"td-nv", "td-tp"}
    before = last()
    publish_round(round_, province)
    found = told_since(province, before)
    assert set(found) == agencies | {"td-nv", "td-tp", "quan-ly-2"}
    assert found["tp-nhap"] == ["Kết quả “CCHC 2026” đã được công bố theo Quyết định số 99/QĐ-UBND."]
    before = last()
    unpublish(hold_row(round_), "Đính chính", actor=province.account("quan-ly"), at=NOW)
    taken_down = told_since(province, before)
    assert set(taken_down) == set(found) and "đã được gỡ khỏi trang công khai" in taken_down["tp-nhap"][0]


def test_an_account_that_is_not_active_is_told_nothing(round_, province):
    province.account("tp-nhap").active = False
    db.session.commit()
    before = last()
    begin_appraisal(round_, province)
    assert "tp-nhap" not in told_since(province, before)


def test_letters_go_where_there_is_a_mailbox(round_, province):
    recipients = [mail.recipient for mail in db.session.query(OutgoingMail)]
    assert len(recipients) == len(set(recipients)) and not [one for one in recipients if one.endswith(".invalid")]


def test_a_round_of_many_accounts_takes_as_many_statements_as_one_of_few(round_, province):
    def statements(only) -> int:
        return len(counted(lambda: tell_turn("opened", round_, actor=None, at=NOW, only=only)))

    assert max(statements({province.accounts["tp-nhap"]}), statements(None)) <= 4


def test_every_turn_leads_to_a_page_there_is(app, round_):
    adapter = app.url_map.bind("localhost")
    for turn, all_told in TURNS.items():
        for told in all_told:
            path = told.page % {"round": round_.id, "sheet": 1}
            assert adapter.match(path, method="GET"), (turn, path)


def test_every_turn_fills_its_sentences(round_):
    round_.decision_number = "1/QĐ"
    for all_told in TURNS.values():
        for told in all_told:
            template = told.words.template
            assert "%" not in template % turns._values(template, round_)


def test_whoever_does_it_is_not_told(round_, province):
    before, manager = last(), province.account("quan-ly")
    tell_turn("consolidated", round_, actor=manager, at=NOW)
    assert set(told_since(province, before)) == {"quan-ly-2"}


def test_the_deadline_of_appraisal_is_said_where_there_is_one(round_, province):
    db.session.get(Round, round_.id).appraisal_deadline = NOW + timedelta(days=40)
    before = last()
    rounds.begin_appraisal(hold_row(round_), actor=province.account("quan-ly"), at=NOW)
    assert "hạn thẩm định" in told_since(province, before)["td-nv"][0]
