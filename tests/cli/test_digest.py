"""``send-digest``: one letter a person a day, with what is theirs, and none where there is nothing to say."""

from datetime import timedelta

import pytest

from app.clock import local_date, now
from app.extensions import db
from app.models import Account, Digest, Notification, OutgoingMail
from app.office.models import Announcement
from app.scoring.models import Round
from app.scoring.operations.digests import write_digest
from app.scoring.queries.surveys import campaigns_of
from tests.province import begin_appraisal, open_round
from tests.statements import counted


@pytest.fixture(autouse=True)
def _mail_is_on(app, monkeypatch):
    monkeypatch.setitem(app.config, "SMTP_HOST", "mail.example")
    monkeypatch.setitem(app.config, "BASE_URL", "https://diem.example/")


@pytest.fixture
def round_id(app, province) -> int:
    """An open round whose entry ends in three days."""
    with app.app_context():
        round_ = open_round(province)
        round_.entry_deadline = now() + timedelta(days=3, hours=1)
        db.session.query(Notification).delete()
        db.session.commit()
        return round_.id


def letters(app) -> dict[str, str]:
    """Recipient's name → the letter's text."""
    with app.app_context():
        mails = db.session.query(OutgoingMail).filter(OutgoingMail.subject.startswith("Việc cần làm")).all()
        found = {mail.recipient.split("@")[0]: mail.body for mail in mails}
        assert len(found) == len(mails)
        return found


def tell(app, province, name: str, text: str, **values) -> None:
    with app.app_context():
        account_id = province.accounts[name]
        db.session.add(Notification(account_id=account_id, text=text, created_at=now(), **values))
        db.session.commit()


def test_nobody_gets_a_letter_when_there_is_nothing_to_say(app, scoring):
    assert scoring("send-digest", "--json").json == {"off": False, "made": 0, "people": 11}
    assert letters(app) == {}


def test_a_clerk_reads_the_deadline_with_the_days_left_and_where_to_work(app, scoring, round_id):
    scoring("send-digest")
    text = letters(app)["tp-nhap"]
    lines = text.splitlines()
    assert (lines[0], lines[2]) == ("Kính gửi Nguyễn Văn Tp Nhap,", "SẮP ĐẾN HẠN")
    assert "CCHC 2026: hạn gửi" in lines[3]
    assert "(còn 3 ngày). Còn 7 tiêu chí chưa chấm." in lines[3]
    assert lines[-2:] == [
        "Mở phần mềm: https://diem.example/home/",
        "Ngừng nhận thư này: https://diem.example/home/settings",
    ]


def test_a_second_run_of_the_day_writes_nothing(app, scoring, round_id):
    first = scoring("send-digest", "--json").json["made"]
    assert (first, scoring("send-digest", "--json").json["made"]) == (8, 0)
    assert len(letters(app)) == 8


def test_the_next_day_brings_the_next_letter_without_yesterdays_news(app, province, round_id):
    tell(app, province, "tp-nhap", "Tin hôm qua")
    with app.app_context():
        clerk = province.account("tp-nhap")
        assert write_digest(clerk, address="", at=now()) is True
        assert write_digest(clerk, address="", at=now() + timedelta(days=1)) is True
        first, second = db.session.query(OutgoingMail).order_by(OutgoingMail.id).all()[-2:]
        assert ("Tin hôm qua" in first.body, "Tin hôm qua" in second.body) == (True, False)


def test_news_are_the_owners_unread_notifications_and_fresh_announcements(app, province, scoring):
    tell(app, province, "tp-nhap", "Phiếu được trả lại")
    tell(app, province, "tp-nhap", "Đã đọc rồi", read_at=now())
    tell(app, province, "tc-nhap", "Chuyện của Sở Tài chính")
    with app.app_context():
        old, fresh = now() - timedelta(days=9), now() - timedelta(minutes=5)
        xa = [province.group("xa")]
        db.session.add_all(
            [
                Announcement(title="Văn bản cũ", body="…", published_at=old),
                Announcement(title="Dành cho xã", body="…", published_at=fresh, groups=xa),
            ]
        )
        db.session.commit()
    scoring("send-digest")
    found = letters(app)
    assert {"tp-nhap", "tc-nhap"} <= found.keys()
    told = [line for line in found["tp-nhap"].splitlines() if line.startswith("- ")]
    assert told == ["- Phiếu được trả lại"]


def test_whoever_switched_it_off_cannot_sign_in_or_has_no_mailbox_gets_none(app, province, scoring, round_id):
    with app.app_context():
        db.session.add(Digest(account_id=province.accounts["tp-nhap"], wanted=False))
        province.account("tp-duyet").active = False
        province.account("tc-nhap").locked_at = now()
        province.account("tc-duyet").email = "tc@khong.invalid"
        db.session.commit()
    assert scoring("send-digest", "--json").json["people"] == 7
    assert sorted(letters(app)) == ["nv-duyet", "nv-nhap", "quan-ly", "quan-ly-2"]


def test_a_manager_reads_how_many_have_sent_and_who_is_late(app, scoring, round_id):
    scoring("send-digest")
    assert "Đã gửi 0/3 phiếu." in letters(app)["quan-ly"]
    with app.app_context():
        db.session.get(Round, round_id).entry_deadline = now() - timedelta(hours=1)
        db.session.query(Digest).delete()
        db.session.query(OutgoingMail).delete()
        db.session.commit()
    scoring("send-digest")
    found = letters(app)
    assert "- CCHC 2026: 3 cơ quan quá hạn, chưa gửi." in found["quan-ly"]
    assert "ĐANG CHỜ\n- CCHC 2026: quá hạn gửi từ" in found["tp-nhap"]


def test_an_appraiser_reads_how_much_is_left(app, province, scoring, round_id):
    with app.app_context():
        round_ = db.session.get(Round, round_id)
        round_.appraisal_deadline = now() + timedelta(hours=30, minutes=5)
        begin_appraisal(round_, province)
        db.session.query(Notification).delete()
        db.session.commit()
    scoring("send-digest")
    assert "(còn 30 giờ). Đã chấm 0/" in letters(app)["td-nv"]


def test_without_a_mail_server_nothing_is_written(app, scoring, round_id, monkeypatch):
    monkeypatch.setitem(app.config, "SMTP_HOST", "")
    assert scoring("send-digest", "--json").json == {"off": True, "made": 0}
    assert letters(app) == {}


def test_a_far_deadline_is_no_reason_to_write(app, province, scoring, round_id):
    with app.app_context():
        db.session.get(Round, round_id).entry_deadline = now() + timedelta(days=20)
        db.session.commit()
    assert scoring("send-digest", "--json").json["made"] == 0


def test_the_day_is_that_of_the_province(app, province, round_id):
    """At 18:30 UTC it is the next day in Thanh Hóa."""
    evening = now().replace(hour=16, minute=30)
    with app.app_context():
        clerk = db.session.get(Account, province.accounts["tp-nhap"])
        made = [write_digest(clerk, address="", at=evening + timedelta(hours=more)) for more in (0, 0.2, 2)]
        assert made == [True, False, True]
        assert db.session.get(Digest, clerk.id).made_on == local_date(evening) + timedelta(days=1)


def test_a_letters_statements_do_not_grow_with_what_it_tells(app, province, round_id):
    with app.app_context(), counted() as few:
        write_digest(province.account("tp-nhap"), address="", at=now())
    for number in range(5):
        tell(app, province, "tc-nhap", f"Tin {number}")
    with app.app_context(), counted() as many:
        write_digest(province.account("tc-nhap"), address="", at=now())
    assert len(many) == len(few)


def test_a_survey_form_that_closes_soon_is_named(app, province, scoring, round_id):
    with app.app_context():
        round_ = db.session.get(Round, round_id)
        campaigns_of(round_)[0].closes_at = now() + timedelta(days=5, minutes=5)
        db.session.commit()
    scoring("send-digest")
    line = next(line for line in letters(app)["tp-nhap"].splitlines() if line.startswith("- Phiếu “"))
    assert (" cơ quan: đóng " in line, line.endswith("(còn 5 ngày).")) == (True, True)
