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
    assert (count(app, Notification), count(app, OutgoingMail)) == (4, 4)


def test_the_reminder_goes_to_the_narrowed_list_alone(app, province, sign_in):
    round_id = opened(app, province)
    sign_in("quan-ly").post(f"/progress/{round_id}/remind?search=tu+phap")
    assert count(app, Notification) == 2


def test_an_agency_that_has_sent_is_not_reminded(app, province, sign_in):
    round_id = opened(app, province)
    key = sheet_id(app, province, round_id, "SO-TC")
    submit(app, key)
    answer = sign_in("quan-ly").post(f"/progress/{round_id}/sheets/{key}/remind")
    assert (answer.status_code, count(app, Notification)) == (409, 0)


def test_an_agency_reminds_nobody(app, province, sign_in):
    round_id = opened(app, province)
    sign_in("tp-nhap").post(f"/progress/{round_id}/remind")
    assert count(app, Notification) == 0


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
    assert told == {
        f"“CCHC 2026”: cơ quan được gia hạn đến {LATER}.",
        f"Nhắc việc: “CCHC 2026” chưa được gửi; hạn gửi {LATER}.",
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
        assert (len(rows), len(statements)) == (kept, 5)


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
