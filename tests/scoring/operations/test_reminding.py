"""app/scoring/operations/reminding.py: own words, once within a day unless somebody says again."""

from datetime import timedelta

import pytest

from app.clock import written
from app.errors import Conflict, NotAllowed, Refused
from app.extensions import db
from app.holding import hold_row
from app.models import Notification
from app.scoring.models import Reminder, Sheet
from app.scoring.operations.reminding import DEFAULT_TEXT, Reminded, remind, text_for
from app.scoring.queries.reminders import last_reminders
from tests.province import NOW, open_round, sheet_of


@pytest.fixture
def round_(ctx, province):
    return open_round(province)


@pytest.fixture
def sheet(round_, province):
    return sheet_of(round_, province, "SO-TP")


@pytest.fixture
def manager(province, ctx):
    return province.account("quan-ly")


def texts(province, name) -> list[str]:
    query = db.session.query(Notification).filter_by(account_id=province.accounts[name])
    return [notice.text for notice in query if notice.text.startswith("Nhắc việc")]


def test_the_words_are_filled_with_the_agencys_particulars(sheet):
    text = text_for("{cơ quan}: {kỳ}, hạn {hạn}.", sheet)
    assert text.startswith("Sở Tư pháp: CCHC 2026, hạn ")


@pytest.mark.parametrize("text", ["", "  ", "Kính gửi {tên}", "a" * 1001])
def test_words_that_cannot_be_filled_are_refused(round_, sheet, manager, text):
    with pytest.raises(Refused) as refused:
        remind(hold_row(round_), [sheet], text, actor=manager, at=NOW)
    assert (refused.value.field, db.session.query(Reminder).count()) == ("text", 0)


def test_a_reminder_is_kept_and_told_to_the_agencys_accounts(round_, sheet, manager, province):
    told = remind(hold_row(round_), [sheet], "Mai hết hạn, {cơ quan}", actor=manager, at=NOW)
    assert told[:2] == (1, 2)
    assert texts(province, "tp-nhap") == ["Nhắc việc: Mai hết hạn, Sở Tư pháp"] and not texts(province, "tc-nhap")
    kept = last_reminders(round_)[sheet.id]
    assert (kept.text, kept.by, kept.at, kept.accounts) == ("Mai hết hạn, Sở Tư pháp", manager, NOW, 2)


def test_within_a_day_it_is_asked_whether_again(round_, sheet, manager, province):
    other, later = sheet_of(round_, province, "SO-TC"), NOW + timedelta(hours=5)
    remind(hold_row(round_), [sheet], actor=manager, at=NOW)
    with pytest.raises(Conflict, match=rf"Đã nhắc 1 cơ quan .* lúc {written(NOW)}\. Nhắc lại\?"):
        remind(hold_row(round_), [sheet, other], actor=manager, at=later)
    assert (len(texts(province, "tp-nhap")), len(texts(province, "tc-nhap"))) == (1, 0)
    told = remind(hold_row(round_), [sheet, other], actor=manager, at=later, again=False)
    assert (told.agencies, told.skipped, len(texts(province, "tp-nhap"))) == (1, 1, 1)
    told = remind(hold_row(round_), [sheet, other], actor=manager, at=later, again=True)
    assert (told.agencies, told.skipped, len(texts(province, "tp-nhap"))) == (2, 0, 2)
    assert remind(hold_row(round_), [sheet], actor=manager, at=later + timedelta(hours=24)).agencies == 1


def test_an_agency_without_an_account_is_counted_and_not_called_reminded(round_, sheet, manager, province):
    for name in ("tp-nhap", "tp-duyet"):
        province.account(name).active = False
    db.session.commit()
    assert remind(hold_row(round_), [sheet], actor=manager, at=NOW) == Reminded(0, 0, 0, 0, 1)
    assert db.session.query(Reminder).count() == 0


def test_only_a_manager_reminds_and_only_who_has_not_sent(round_, sheet, manager, province):
    with pytest.raises(NotAllowed):
        remind(hold_row(round_), [sheet], actor=province.account("tp-nhap"), at=NOW)
    db.session.get(Sheet, sheet.id).state = "submitted"
    with pytest.raises(Conflict, match="đã gửi"):
        remind(hold_row(round_), [sheet], actor=manager, at=NOW)


def test_the_usual_words_have_places_for_everything(sheet):
    assert "{" in DEFAULT_TEXT and "{" not in text_for(DEFAULT_TEXT, sheet)
