"""The clerk presents, the leader hands back with a comment at a row, the clerk mends it, the leader approves."""

import pytest
from playwright.sync_api import expect

from app.extensions import db
from app.scoring.models import Sheet
from tests.browser.people import DESKTOP, PHONE, Person, is_as_wide_as_the_screen
from tests.scoring.views.conftest import make_year
from tests.scoring.views.filling import fill

pytestmark = pytest.mark.browser


def is_in_sight(person: Person, name: str) -> bool:
    """The button is there without scrolling."""
    box = person.page.get_by_role("button", name=name).first.bounding_box()
    return box["y"] + box["height"] <= person.page.viewport_size["height"]


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_a_draft_goes_to_the_leader_comes_back_and_is_approved(app, province, visit, size):
    year = make_year(app, province, "cchc", "2026")
    fill(year)
    clerk, leader = visit("tp-nhap", size), visit("tp-duyet", size)
    present(clerk)
    hand_back(leader)
    mend(clerk)
    approve(leader, size)
    with app.app_context():
        assert db.session.get(Sheet, year.sheet_id).state == "approved"
    clerk.go("/home/")
    expect(clerk.page.locator(".next-bar .btn")).to_have_text("Đính kèm báo cáo đã ký")
    clerk.follow("Đính kèm báo cáo đã ký")
    assert is_in_sight(clerk, "Đính tệp") or size == PHONE


def present(clerk: Person) -> None:
    clerk.go("/home/")
    clerk.follow("Kiểm tra và trình lãnh đạo")
    clerk.page.locator("#note").fill("Kính trình")
    clerk.press("Trình lãnh đạo", sure=True)
    clerk.reads("Đã trình lãnh đạo phê duyệt.")
    assert is_as_wide_as_the_screen(clerk.page)


def hand_back(leader: Person) -> None:
    leader.go("/home/")
    expect(leader.page.locator(".person-role")).to_contain_text("Lãnh đạo phê duyệt")
    leader.page.locator("#waiting").get_by_role("link").click()
    leader.page.locator("#last-year summary").click()
    leader.page.get_by_label("Ý kiến ở tiêu chí 1.2").fill("Kèm báo cáo quý IV")
    leader.page.locator("#hand-back-form").get_by_role("button").click()
    leader.reads("Đã trả lại phiếu kèm 1 ý kiến.")
    assert is_as_wide_as_the_screen(leader.page)


def mend(clerk: Person) -> None:
    clerk.go("/home/")
    clerk.follow("Xem và sửa theo ý kiến")
    clerk.page.locator("#comments").get_by_role("link", name="1.2").click()
    row = clerk.page.locator('form[data-code="1.2"]')
    row.locator("[name=explanation]").fill("Đã bổ sung báo cáo quý IV")
    clerk.page.locator(".remark-row [name=answer]").focus()
    expect(row).to_have_attribute("data-state", "saved")
    clerk.page.locator(".remark-row [name=answer]").fill("Đã kèm")
    clerk.page.locator(".remark-row").get_by_role("button").click()
    expect(clerk.page.locator(".remark-row")).to_have_count(0)
    expect(clerk.page.locator(".next-bar .btn")).to_have_text("Kiểm tra và trình lãnh đạo")
    assert is_as_wide_as_the_screen(clerk.page)
    clerk.follow("Kiểm tra và trình lãnh đạo")
    clerk.press("Trình lãnh đạo", sure=True)


def approve(leader: Person, size: dict) -> None:
    leader.go("/home/")
    leader.follow("Kiểm tra và phê duyệt báo cáo")
    assert is_in_sight(leader, "Phê duyệt báo cáo") or size == PHONE
    leader.press("Phê duyệt báo cáo", sure=True)
    history = leader.page.locator("#history")
    expect(history).to_contain_text("Kèm báo cáo quý IV")
    expect(history.locator("li b")).to_contain_text(["Phê duyệt báo cáo", "Trình lãnh đạo"])
