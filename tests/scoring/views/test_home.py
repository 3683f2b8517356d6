"""Home: each account type sees what waits for it, and nothing that is not its own."""

import re
from decimal import Decimal

import pytest
from sqlalchemy import select

from app.accounts import notify
from app.errors import Sentence
from app.extensions import db
from app.holding import hold_row
from app.models import Digest, Notification
from app.scoring.models import Sheet
from app.scoring.operations import differences, reminding
from tests.province import NOW, score_of
from tests.scoring.views.stages import appraising, concluded, consolidated, opened, sheet_id


def home(browser) -> str:
    answer = browser.get("/home/")
    assert answer.status_code == 200
    return answer.text


@pytest.mark.parametrize("name", ["tp-nhap", "td-nv", "quan-ly", "quan-tri"])
def test_every_account_type_has_a_home_before_anything_has_happened(app, sign_in, name):
    assert "Không có thông báo chưa đọc." in home(sign_in(name))


def test_a_clerk_sees_the_deadline_the_progress_and_the_next_step(app, province, sign_in):
    opened(app, province)
    page = home(sign_in("tp-nhap"))
    assert ("0/7" in page, "Còn 7 tiêu chí chưa chấm" in page, "còn 29 ngày" in page) == (True, True, True)


def test_a_clerk_sees_each_fields_progress_and_what_is_missing(app, province, sign_in):
    round_id = opened(app, province)
    with app.app_context():
        sheet = db.session.get(Sheet, sheet_id(app, province, round_id, "SO-TP"))
        score_of(sheet, "1.1").self_points, score_of(sheet, "1.1").option = Decimal(1), 0
        db.session.commit()
    page = " ".join(home(sign_in("tp-nhap")).split())
    assert '"Còn thiếu"><li><b>1</b> Chưa có tài liệu kiểm chứng</li></ul>' in page
    assert "Còn 6 tiêu chí chưa chấm" in page
    assert re.findall(r"#field-(\d)\".+?value=\"(\d)\" max=\"(\d)\"", page) == [
        ("1", "1", "3"),
        ("2", "0", "2"),
        ("3", "0", "2"),
    ]


def test_a_clerk_reads_that_the_deadline_has_passed(app, province, sign_in):
    opened(app, province, days_left=-1)
    assert "Đã hết hạn; liên hệ Sở Nội vụ nếu cần gia hạn" in home(sign_in("tp-nhap"))


def test_a_clerk_sees_last_years_result(app, province, sign_in):
    concluded(app, province)
    page = home(sign_in("tp-nhap"))
    assert "Kết quả gần nhất" in page
    assert "hạng 2/3" in page


def test_a_clerk_is_asked_for_an_explanation_of_its_own_rows_only(app, province, sign_in):
    round_id = consolidated(app, province)
    with app.app_context():
        sheet = db.session.get(Sheet, sheet_id(app, province, round_id, "SO-TP"))
        manager = province.account("quan-ly")
        differences.ask_explanation(hold_row(score_of(sheet, "1.1")), "Nêu rõ số văn bản", actor=manager, at=NOW)
        db.session.commit()
    assert "Nêu rõ số văn bản" in home(sign_in("tp-nhap"))
    assert "Nêu rõ số văn bản" not in home(sign_in("tc-nhap"))


def test_an_appraiser_sees_the_work_to_do(app, province, sign_in):
    appraising(app, province)
    assert "Còn 9 lượt chưa chấm" in home(sign_in("td-tp"))


def test_a_manager_sees_who_is_late(app, province, sign_in):
    opened(app, province, days_left=-1)
    page = home(sign_in("quan-ly"))
    assert ("3 cơ quan quá hạn, chưa gửi" in page, "0 trên 3 cơ quan đã gửi" in page) == (True, True)


def test_the_administrator_sees_the_machine_and_no_agency(app, province, sign_in):
    concluded(app, province)
    page = home(sign_in("quan-tri"))
    assert ("SQLite" in page, "Sở Tư pháp" in page, "CCHC 2026" in page) == (True, False, False)


def told(app, province, name="tp-nhap") -> int:
    with app.app_context():
        notify(province.account(name), Sentence("Cơ quan được gia hạn nộp."), at=NOW, url="/surveys/")
        db.session.commit()
        return db.session.scalars(select(Notification.id)).one()


def read_at(app, key):
    with app.app_context():
        return db.session.get(Notification, key).read_at


def test_reading_a_notification_marks_it_and_goes_to_its_page(app, province, sign_in):
    key = told(app, province)
    answer = sign_in("tp-nhap").post(f"/home/notifications/{key}/read")
    assert (answer.status_code, answer.location, read_at(app, key) is None) == (302, "/surveys/", False)


def test_someone_elses_notification_does_not_exist(app, province, sign_in):
    key = told(app, province)
    assert sign_in("tc-nhap").post(f"/home/notifications/{key}/read").status_code == 404
    assert read_at(app, key) is None


def test_all_notifications_are_marked_at_once_and_only_ones_own(app, province, sign_in):
    key, other = told(app, province), sign_in("tc-nhap")
    other.post("/home/notifications/read")
    assert read_at(app, key) is None
    sign_in("tp-nhap").post("/home/notifications/read")
    assert read_at(app, key) is not None


def test_the_system_page_is_the_administrators_alone(app, sign_in):
    assert sign_in("quan-tri").get("/system/").status_code == 200
    for name in ("quan-ly", "tp-nhap", "td-nv"):
        assert sign_in(name).get("/system/").status_code != 200


def digest_wanted(app, province, name: str) -> bool | None:
    with app.app_context():
        found = db.session.get(Digest, province.accounts[name])
        return None if found is None else found.wanted


def test_a_person_switches_the_daily_letter_off_and_on_again(app, province, sign_in):
    clerk = sign_in("tp-nhap")
    assert 'name="digest" value="1" checked' in clerk.get("/home/settings").text
    clerk.post("/home/settings", {})
    assert digest_wanted(app, province, "tp-nhap") is False
    assert 'name="digest" value="1">' in clerk.get("/home/settings").text
    assert "Đã lưu cài đặt." in clerk.post("/home/settings", {"digest": "1"}, follow_redirects=True).text
    assert (digest_wanted(app, province, "tp-nhap"), digest_wanted(app, province, "tc-nhap")) == (True, None)


def test_without_a_mailbox_the_switch_says_so(app, province, sign_in):
    with app.app_context():
        province.account("tp-nhap").email = "tp@khong.invalid"
        db.session.commit()
    page = sign_in("tp-nhap").get("/home/settings").text
    assert ("Tài khoản chưa có thư điện tử" in page, "tp@khong.invalid" in page) == (True, False)


def test_a_notice_is_said_in_its_readers_language(app, province, sign_in):
    round_id = opened(app, province)
    with app.app_context():
        sheet = db.session.get(Sheet, sheet_id(app, province, round_id, "SO-TP"))
        reminding.remind(hold_row(sheet.round), [sheet], actor=province.account("quan-ly"), at=NOW)
        unlock = {"subject": Sentence("phiếu đã gửi của %(name)s", {"name": "Sở Y tế"})}
        told = Sentence("Đã xác nhận mở khóa: %(subject)s.", unlock)
        notify(province.account("tp-nhap"), told, at=NOW, url="/home/")
        db.session.commit()
    clerk = sign_in("tp-nhap")
    assert "Nhắc việc: Sở Tư pháp chưa gửi kết quả tự đánh giá kỳ “CCHC 2026”" in home(clerk)
    clerk.get("/lang/en")
    page = home(clerk)
    assert "Reminder: Sở Tư pháp has not sent its self-assessment of “CCHC 2026”" in page
    assert "Unlocking confirmed: the sheet sent by Sở Y tế." in page
