"""Progress: the manager's view of a round, reminders, extensions and returns."""

from datetime import timedelta
from io import BytesIO

import pytest
from openpyxl import load_workbook
from sqlalchemy import event, func, select

from app.clock import PROVINCE_ZONE
from app.extensions import db
from app.models import Notification, OutgoingMail
from app.scoring.models import Extension, Round, Sheet, UnlockRequest
from app.scoring.queries.progress import agency_rows
from app.scoring.states import SheetState
from tests.province import NOW
from tests.scoring.views.stages import appraising, opened, sheet_id

LATER = f"{(NOW + timedelta(days=40)).astimezone(PROVINCE_ZONE):%d/%m/%Y} 17:00"


def count(app, model) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(model))


def reminders(app) -> list[str]:
    """Texts of the notices that remind; the opening was told before."""
    with app.app_context():
        query = select(Notification.text).where(Notification.text.startswith("Nhắc việc"))
        return list(db.session.scalars(query))


def submit(app, key) -> None:
    """The sheet as if it had been sent."""
    with app.app_context():
        sheet = db.session.get(Sheet, key)
        sheet.state, sheet.submitted_at, sheet.receipt_number = SheetState.SUBMITTED, NOW, "CCHC-2026-1"
        db.session.commit()


def test_the_manager_sees_every_agency_with_its_progress(app, province, sign_in):
    round_id = opened(app, province)
    page = sign_in("quan-ly").get(f"/progress/{round_id}").text
    assert [name in page for name in ("Sở Nội vụ", "Sở Tư pháp", "Sở Tài chính")] == [True] * 3
    assert page.count("0/7") == 2  # Sở Tài chính has one criterion less
    assert page.count("0/6") == 1


@pytest.mark.parametrize("name", ["tp-nhap", "td-nv", "quan-tri"])
def test_nobody_but_a_manager_follows_a_round(app, province, sign_in, name):
    round_id = opened(app, province)
    assert sign_in(name).get(f"/progress/{round_id}").status_code != 200


def test_the_list_is_narrowed_by_group_state_and_words_without_marks(app, province, sign_in):
    round_id = opened(app, province)
    submit(app, sheet_id(app, province, round_id, "SO-TC"))
    manager = sign_in("quan-ly")

    def found(**chosen) -> list[bool]:
        body = manager.get(f"/progress/{round_id}", query_string=chosen).text.rsplit('role="search"', 1)[1]
        rows = body.split("<tbody>")[1] if "<tbody>" in body else ""
        return [name in rows for name in ("Sở Nội vụ", "Sở Tư pháp", "Sở Tài chính")]

    assert found(search="so tu phap") == [False, True, False]
    assert found(state="submitted") == [False, False, True]
    assert found(state="unsent") == [True, True, False]
    assert found(state="late") == [False, False, False]
    assert found(group="999") == [False, False, False]


def test_the_file_holds_the_rows_of_the_screen(app, province, sign_in):
    round_id = opened(app, province)
    answer = sign_in("quan-ly").get(f"/progress/{round_id}/progress.xlsx?search=tai+chinh")
    rows = list(load_workbook(BytesIO(answer.data)).active.iter_rows(values_only=True))
    assert [row[1:5] for row in rows if row[1] and "Sở" in str(row[1])] == [
        ("Sở Tài chính", "Đang nhập", 0, 6)
    ]


def test_one_click_reminds_everyone_who_has_not_sent(app, province, sign_in):
    round_id = opened(app, province)
    submit(app, sheet_id(app, province, round_id, "SO-TC"))
    assert sign_in("quan-ly").post(f"/progress/{round_id}/remind").status_code == 302
    assert (len(reminders(app)), count(app, OutgoingMail)) == (4, 6 + 4)


def test_the_reminder_goes_to_the_narrowed_list_alone(app, province, sign_in):
    round_id = opened(app, province)
    sign_in("quan-ly").post(f"/progress/{round_id}/remind?search=tu+phap")
    assert len(reminders(app)) == 2


def test_an_agency_that_has_sent_is_not_reminded(app, province, sign_in):
    round_id = opened(app, province)
    key = sheet_id(app, province, round_id, "SO-TC")
    submit(app, key)
    answer = sign_in("quan-ly").post(f"/progress/{round_id}/sheets/{key}/remind")
    assert (answer.status_code, reminders(app)) == (409, [])


def test_an_agency_reminds_nobody(app, province, sign_in):
    round_id = opened(app, province)
    sign_in("tp-nhap").post(f"/progress/{round_id}/remind")
    assert reminders(app) == []


def test_the_words_can_be_changed_and_are_seen_before_they_are_sent(app, province, sign_in):
    round_id, manager = opened(app, province), sign_in("quan-ly")
    page = manager.get(f"/progress/{round_id}/remind?search=tu+phap").text
    assert "Nhắc việc: Sở Tư pháp chưa gửi" in page and "Sẽ nhắc 1 cơ quan" in page
    form = {"text": "Kính gửi {cơ quan}", "preview": "1"}
    page = manager.post(f"/progress/{round_id}/remind?search=tu+phap", form).text
    assert ("Nhắc việc: Kính gửi Sở Tư pháp" in page, reminders(app)) == (True, [])
    form = {"text": "Kính gửi {ông}"}
    answer = manager.post(f"/progress/{round_id}/remind?search=tu+phap", form)
    assert (answer.status_code, "Không có chỗ điền {ông}" in answer.text, reminders(app)) == (422, True, [])
    manager.post(f"/progress/{round_id}/remind?search=tu+phap", {"text": "Kính gửi {cơ quan}"})
    assert reminders(app) == ["Nhắc việc: Kính gửi Sở Tư pháp"] * 2


def test_who_was_reminded_when_stands_on_the_list_and_a_second_time_is_asked_about(app, province, sign_in):
    round_id, manager = opened(app, province), sign_in("quan-ly")
    manager.post(f"/progress/{round_id}/remind?search=tu+phap")
    page = manager.get(f"/progress/{round_id}").text
    assert page.count("Nguyễn Văn Quan Ly</span>") == 1
    answer = manager.post(f"/progress/{round_id}/remind")
    assert (answer.status_code, "Nhắc lại?" in answer.text, len(reminders(app))) == (409, True, 2)
    manager.post(f"/progress/{round_id}/remind", {"again": "no"})
    assert len(reminders(app)) == 2 + 4
    assert "Bỏ qua 1 cơ quan đã nhắc" in manager.get(f"/progress/{round_id}").text
    manager.post(f"/progress/{round_id}/remind", {"again": "yes"})
    assert len(reminders(app)) == 2 + 4 + 6


def test_it_is_said_whether_letters_go_out(app, province, sign_in):
    round_id, manager = opened(app, province), sign_in("quan-ly")
    key = sheet_id(app, province, round_id, "SO-TP")
    pages = (f"/progress/{round_id}/remind", f"/progress/{round_id}/sheets/{key}")
    assert all("thư điện tử chưa bật" in manager.get(page).text for page in pages)
    manager.post(f"/progress/{round_id}/remind")
    assert "Thư điện tử chưa bật: 6 thư nằm chờ" in manager.get(f"/progress/{round_id}").text
    app.config["SMTP_HOST"] = "mail.tinh.vn"
    try:
        assert all("và qua thư điện tử" in manager.get(page).text for page in pages)
    finally:
        app.config["SMTP_HOST"] = None


def extend(browser, round_id, key, **typed):
    data = {"deadline": LATER, "decision_number": "12/SNV", "reason": "Sáp nhập cơ quan"} | typed
    return browser.post(f"/progress/{round_id}/sheets/{key}/extend", data)


def test_an_extension_carries_its_decision_and_shows_on_the_list(app, province, sign_in):
    round_id, manager = opened(app, province), sign_in("quan-ly")
    key = sheet_id(app, province, round_id, "SO-TP")
    assert extend(manager, round_id, key).status_code == 302
    assert "12/SNV" in manager.get(f"/progress/{round_id}/sheets/{key}").text
    assert LATER in manager.get(f"/progress/{round_id}").text


def test_what_an_agency_is_told_says_until_when(app, province, sign_in):
    round_id, manager = opened(app, province), sign_in("quan-ly")
    key = sheet_id(app, province, round_id, "SO-TP")
    extend(manager, round_id, key)
    manager.post(f"/progress/{round_id}/sheets/{key}/remind")
    with app.app_context():
        told = set(db.session.scalars(db.select(Notification.text)))
    assert {text for text in told if LATER in text} == {
        f"“CCHC 2026”: cơ quan được gia hạn đến {LATER}.",
        f"Nhắc việc: Sở Tư pháp chưa gửi kết quả tự đánh giá kỳ “CCHC 2026”; hạn gửi {LATER}.",
    }


@pytest.mark.parametrize(
    "typed",
    [
        {"deadline": "32/13/2026"},
        {"deadline": ""},
        {"deadline": "01/01/2020"},
        {"decision_number": " "},
        {"reason": ""},
    ],
)
def test_a_wrong_extension_is_refused_and_what_was_typed_stays(app, province, sign_in, typed):
    round_id = opened(app, province)
    key = sheet_id(app, province, round_id, "SO-TP")
    answer = extend(sign_in("quan-ly"), round_id, key, **typed)
    kept = "12/SNV" if "decision_number" not in typed else "Sáp nhập cơ quan"
    assert (answer.status_code, kept in answer.text, "error-text" in answer.text) == (422, True, True)
    assert count(app, Extension) == 0


def test_a_sheet_is_returned_with_a_reason_and_a_new_deadline(app, province, sign_in):
    round_id, manager = opened(app, province), sign_in("quan-ly")
    key = sheet_id(app, province, round_id, "SO-TP")
    submit(app, key)
    data = {"reason": "Thiếu tài liệu kiểm chứng", "deadline": LATER}
    assert manager.post(f"/progress/{round_id}/sheets/{key}/return", data).status_code == 302
    assert "Cần một tài khoản quản lý khác xác nhận." in manager.get(f"/progress/{round_id}/sheets/{key}").text
    with app.app_context():
        assert db.session.get(Sheet, key).state == SheetState.SUBMITTED
        asked = db.session.query(UnlockRequest).one().id
    second = sign_in("quan-ly-2")
    assert "Xác nhận mở khóa" in second.get(f"/progress/{round_id}/sheets/{key}").text
    answer = second.post(f"/differences/{round_id}/unlocks/{asked}/confirm")
    assert answer.headers["Location"] == f"/progress/{round_id}/sheets/{key}"
    with app.app_context():
        assert db.session.get(Sheet, key).state == SheetState.DRAFT


def test_a_return_without_a_reason_is_refused(app, province, sign_in):
    round_id = opened(app, province)
    key = sheet_id(app, province, round_id, "SO-TP")
    submit(app, key)
    data = {"reason": " ", "deadline": LATER}
    answer = sign_in("quan-ly").post(f"/progress/{round_id}/sheets/{key}/return", data)
    assert (answer.status_code, LATER in answer.text) == (422, True)


def test_a_draft_is_not_returned(app, province, sign_in):
    round_id = opened(app, province)
    key = sheet_id(app, province, round_id, "SO-TP")
    data = {"reason": "Thiếu", "deadline": LATER}
    assert sign_in("quan-ly").post(f"/progress/{round_id}/sheets/{key}/return", data).status_code == 409


def test_a_sheet_of_another_round_is_not_found(app, province, sign_in):
    first, second = opened(app, province), opened(app, province, period="2027")
    key = sheet_id(app, province, first, "SO-TP")
    assert extend(sign_in("quan-ly"), second, key).status_code == 404


def test_the_appraisers_progress_appears_with_the_appraisal(app, province, sign_in):
    page = sign_in("quan-ly").get(f"/progress/{appraising(app, province)}/appraisers").text
    assert ("Nguyễn Văn Td Nv" in page, "0/14" in page) == (True, True)


@pytest.mark.parametrize("kept", [1, 3])
def test_the_list_takes_the_same_statements_whatever_the_number_of_agencies(app, province, kept):
    round_id = opened_with(app, province, kept)
    with app.app_context():
        round_, statements = db.session.get(Round, round_id), []

        def hear(*details) -> None:
            statements.append(details[2])

        event.listen(db.engine, "before_cursor_execute", hear)
        rows = agency_rows(round_, NOW)
        event.remove(db.engine, "before_cursor_execute", hear)
        assert (len(rows), len(statements)) == (kept, 6)


def opened_with(app, province, kept: int) -> int:
    """An open round in which only so many agencies are left."""
    round_id = opened(app, province)
    with app.app_context():
        for sheet in db.session.scalars(select(Sheet).where(Sheet.round_id == round_id)).all()[kept:]:
            for score in sheet.scores:
                db.session.delete(score)
            db.session.flush()
            db.session.delete(sheet)
        db.session.commit()
    return round_id
