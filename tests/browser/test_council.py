"""What takes two managers or two steps: questions in bulk, conditions, unlocking, reopening, the second factor."""

import pyotp
import pytest
from playwright.sync_api import expect

from app.clock import local_date, now
from tests.browser import desks
from tests.browser.people import Person
from tests.province import DECISION, PASSWORD
from tests.scoring.views.stages import concluded, with_differences

pytestmark = pytest.mark.browser


def test_questions_conditions_and_an_unlocked_appraiser_before_the_conclusion(app, province, visit):
    round_id = desks.round_with_differences(app, province)
    manager = visit("quan-ly")
    ask_in_bulk(manager, visit("tp-nhap"), round_id)
    record_a_condition(manager, round_id)
    unlock_an_appraiser(manager, visit("quan-ly-2"), round_id)


def ask_in_bulk(manager: Person, clerk: Person, round_id: int) -> None:
    manager.go(f"/differences/{round_id}")
    for code in ("1.2", "2.1"):
        manager.page.get_by_label(f"Chọn {code} của Sở Tư pháp").check()
    manager.fill(reason="Nêu rõ số văn bản")
    manager.press("Yêu cầu giải trình")
    clerk.go("/home/")
    expect(clerk.page.locator(".todo .title")).to_contain_text(["1.2", "2.1"])
    clerk.reads("Nêu rõ số văn bản")


def record_a_condition(manager: Person, round_id: int) -> None:
    manager.go(f"/results/{round_id}")
    manager.page.get_by_text("Ghi nhận một cơ quan không đạt điều kiện").click()
    manager.page.get_by_label("Cơ quan, đơn vị").select_option(label="Sở Tư pháp")
    manager.page.locator("#band_id").select_option(index=0)
    manager.fill(reason="Quyết định kỷ luật số 12/QĐ")
    manager.press("Ghi nhận")
    manager.reads("Không đạt điều kiện của mức")


def unlock_an_appraiser(manager: Person, second: Person, round_id: int) -> None:
    manager.go(f"/differences/{round_id}/appraisers")
    row = manager.page.locator("tbody tr", has_text="Sở Tư pháp")
    row.locator("summary").click()
    row.get_by_label("Lý do mở khóa").fill("Nhập nhầm điểm")
    manager.press(row.get_by_role("button", name="Đề nghị mở khóa"))
    expect(row).to_contain_text("Cần một tài khoản quản lý khác xác nhận.")
    second.go("/home/")
    second.page.locator("#notifications").get_by_role("button", name="Chờ xác nhận mở khóa").click()
    second.page.wait_for_url(f"**/differences/{round_id}/appraisers#work-*")
    second.press("Xác nhận mở khóa", sure=True)
    expect(second.page.locator("tbody tr", has_text="Sở Tư pháp")).to_contain_text("Đang chấm")
    second.reads("Nhập nhầm điểm")


def test_a_council_concludes_in_one_sitting_and_the_result_is_published(app, province, visit):
    """56 rows or 3, it takes as many clicks: the box, the choice, the button; number and reason once."""
    round_id = with_differences(app, province)
    manager, anyone = visit("quan-ly"), visit(None)
    conclude_in_bulk(manager, round_id)
    conclude_the_round(manager, round_id)
    publish(manager, round_id)
    anyone.go(f"/public/rounds/{round_id}")
    anyone.look_on_a_phone()
    anyone.reads("Quyết định số 345/QĐ-UBND ngày")
    anyone.reads("đăng ngày")
    assert anyone.download(anyone.page.get_by_role("link", name="Tải quyết định (PDF)")) == DECISION


def conclude_in_bulk(manager: Person, round_id: int) -> None:
    manager.go(f"/differences/{round_id}?group=all&show=open")
    manager.look_on_a_phone()
    box = manager.page.get_by_label("Điểm kết luận 1.3 của Sở Tư pháp")
    box.fill("1,25")
    box.blur()
    expect(manager.page.get_by_label("Chọn 1.3 của Sở Tư pháp")).to_be_checked()
    manager.page.get_by_label("Chọn 2.1 của Sở Tư pháp").check()
    manager.page.get_by_label("Giữ điểm thẩm định").check()
    manager.fill(minutes_number="05/BB-HĐTĐ", conclusion_reason="Theo hồ sơ")
    manager.press("Ghi kết luận")
    manager.reads("1 dòng, 1 chưa kết luận")
    expect(manager.page.locator("[name=minutes_number]")).to_have_value("05/BB-HĐTĐ")


def conclude_the_round(manager: Person, round_id: int) -> None:
    manager.go(f"/rounds/{round_id}")
    manager.follow("Kiểm tra và kết luận")
    manager.look_on_a_phone()
    manager.page.get_by_label("Đã xem: 1 dòng chênh lệch").check()
    manager.press("Kết luận kỳ chấm điểm", sure=True)


def publish(manager: Person, round_id: int) -> None:
    manager.look_on_a_phone()
    today = f"{local_date(now()):%d/%m/%Y}"
    manager.fill(decision_number="345/QĐ-UBND", decided_on=today)
    manager.press("Công bố kết quả", sure=True, answer=422)
    manager.reads("Hãy ghi người ký quyết định.")
    manager.fill(signer="Chủ tịch Nguyễn Văn A")
    manager.attach(DECISION, "quyet-dinh.pdf")
    manager.press("Công bố kết quả", sure=True)


def test_a_concluded_round_opens_when_two_managers_agree(app, province, visit):
    round_id = concluded(app, province)
    manager, second = visit("quan-ly"), visit("quan-ly-2")
    manager.go(f"/rounds/{round_id}")
    manager.page.get_by_text("Mở lại kết quả đã kết luận").click()
    manager.fill(reopen_reason="Cộng sai điểm thưởng")
    manager.press("Đề nghị mở lại", sure=True)
    manager.reads("Cần một tài khoản quản lý khác xác nhận.")
    second.go(f"/rounds/{round_id}")
    second.press("Xác nhận mở khóa", sure=True)
    expect(second.page.locator("main .badge-state").first).to_have_text("Đã tổng hợp")


def test_the_second_factor_is_switched_on_and_a_printed_code_stands_in_for_the_telephone(province, visit):
    clerk = visit("tp-nhap")
    clerk.go("/second-factor/")
    clerk.press("Bắt đầu")
    secret = clerk.page.locator("code.secret").inner_text().replace(" ", "")
    clerk.fill(code=pyotp.TOTP(secret).now(), password=PASSWORD)
    clerk.press("Bật xác thực hai lớp")
    codes = clerk.page.locator(".slip .secret").all_inner_texts()
    assert len(codes) == 8
    asked = []
    clerk.page.once("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    clerk.go("/home/")
    assert asked == ["beforeunload"]
    clerk.reads("chưa xác nhận đã lưu")
    elsewhere = visit(None)
    elsewhere.sign_in("tp-nhap", PASSWORD)
    expect(elsewhere.page.locator("h1")).to_have_text("Nhập mã xác thực")
    elsewhere.fill(code="000000")
    elsewhere.press("Tiếp tục", answer=422)
    elsewhere.fill(code=codes[3])
    elsewhere.press("Tiếp tục")
    elsewhere.go("/home/")
    elsewhere.reads("Xin chào")
