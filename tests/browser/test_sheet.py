"""A clerk fills in the sheet in a real browser, and nothing that was typed is ever lost."""

from decimal import Decimal

import pytest
from playwright.sync_api import Page, expect

from app.extensions import db
from app.scoring.models import Score, Sheet
from tests.browser.people import DESKTOP, PHONE, is_as_wide_as_the_screen
from tests.province import open_round, sheet_of
from tests.scoring.views.filling import PDF

pytestmark = pytest.mark.browser


@pytest.fixture
def sheet_id(app, province) -> int:
    with app.app_context():
        return sheet_of(open_round(province), province, "SO-TP").id


def row(page: Page, code: str):
    return page.locator(f'form[data-code="{code}"]')


def saved(page: Page, code: str) -> None:
    expect(row(page, code)).to_have_attribute("data-state", "saved")


def scores(app, sheet_id: int) -> dict[str, tuple]:
    with app.app_context():
        found = db.session.get(Sheet, sheet_id).scores
        return {s.criterion.code: (s.self_points, s.explanation, len(s.evidence)) for s in found}


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_rows_save_themselves_and_everything_is_there_after_a_reload(app, sheet_id, visit, size):
    page = visit("tp-nhap", size).page
    page.goto(f"/sheets/{sheet_id}")
    row(page, "1.1").get_by_label("Đúng hạn").check()
    saved(page, "1.1")
    row(page, "1.2").locator("[name=a]").fill("9")
    row(page, "1.2").locator("[name=b]").fill("10")
    row(page, "1.3").locator("[name=n]").fill("2")
    saved(page, "1.2")
    expect(row(page, "1.2").locator(".suggest")).to_contain_text("9/10 = 90% → bậc 2 → 1 điểm")
    row(page, "1.3").locator("[name=explanation]").fill("Có danh mục kèm theo")
    row(page, "2.1").locator("[name=a]").focus()
    saved(page, "1.3")
    files = [
        {"name": f"Tệp {n}.pdf", "mimeType": "application/pdf", "buffer": PDF + bytes([n])} for n in (1, 2)
    ]
    row(page, "1.1").locator("[data-upload]").set_input_files(files)
    expect(row(page, "1.1").locator(".chip-file")).to_have_count(2)
    expect(page.locator("#sheet-figures .meter-text")).to_have_text("3/7")
    page.reload()
    expect(page.locator("#sheet-figures [data-total]")).to_have_text("3")
    expect(row(page, "1.3").locator("[name=explanation]")).to_have_value("Có danh mục kèm theo")
    assert is_as_wide_as_the_screen(page)
    kept = scores(app, sheet_id)
    assert [kept[code] for code in ("1.1", "1.2", "1.3")] == [
        (Decimal(1), "", 2),
        (Decimal(1), "", 0),
        (Decimal(1), "Có danh mục kèm theo", 0),
    ]


def test_the_keyboard_alone_fills_a_row_and_moves_to_the_first_box_of_the_next(app, sheet_id, visit):
    page = visit("tp-nhap").page
    page.goto(f"/sheets/{sheet_id}")
    row(page, "1.1").locator("[name=points]").focus()
    page.keyboard.press("Enter")
    expect(row(page, "1.2").locator("[name=a]")).to_be_focused()
    page.keyboard.type("10")
    page.keyboard.press("Tab")
    page.keyboard.type("10")
    page.keyboard.press("Enter")
    saved(page, "1.2")
    expect(row(page, "1.3").locator("[name=n]")).to_be_focused()
    page.keyboard.type("2")
    page.keyboard.press("Enter")
    expect(row(page, "2.1").locator("[name=a]")).to_be_focused()
    page.keyboard.press("Control+Enter")
    expect(row(page, "2.2").locator("[name=option]").first).to_be_focused()
    page.keyboard.press("ArrowDown")
    saved(page, "2.2")
    page.keyboard.press("Enter")
    expect(row(page, "3.1").locator("[name=n]")).to_be_focused()
    assert [scores(app, sheet_id)[code][0] for code in ("1.2", "1.3", "2.2")] == [2, 1, Decimal("0.5")]


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_a_figure_with_two_meanings_is_asked_back_and_chosen_by_a_button(app, sheet_id, visit, size):
    with app.app_context():
        criterion = next(s.criterion for s in db.session.get(Sheet, sheet_id).scores if s.criterion.code == "2.1")
        criterion.figures = {"a": "Diện tích đã bàn giao (ha)", "b": "Diện tích phải bàn giao (ha)"}
        db.session.commit()
    person = visit("tp-nhap", size)
    person.expected.append(422)
    page = person.page
    page.goto(f"/sheets/{sheet_id}")
    row(page, "2.1").locator("[name=a]").fill("1.042")
    row(page, "2.1").locator("[name=b]").fill("1100")
    row(page, "2.1").locator("[name=explanation]").focus()
    row(page, "2.2").locator("[name=explanation]").focus()
    expect(row(page, "2.1").locator("[data-choose]")).to_have_text(["1,0420", "1.042,0"])
    expect(row(page, "2.1").locator("[name=a]")).to_have_value("1.042")
    assert scores(app, sheet_id)["2.1"][0] is None
    row(page, "2.1").get_by_role("button", name="1.042,0").click()
    saved(page, "2.1")
    expect(row(page, "2.1").locator(".suggest")).to_contain_text("1.042/1.100 = 94,73%")
    assert is_as_wide_as_the_screen(page)


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_points_without_figures_are_kept_not_done_and_said_at_the_row(app, sheet_id, visit, size):
    page = visit("tp-nhap", size).page
    page.goto(f"/sheets/{sheet_id}")
    row(page, "1.2").locator("[name=points]").fill("1,5")
    row(page, "1.3").locator("[name=points]").focus()
    saved(page, "1.2")
    missing = row(page, "1.2").locator("[data-missing]")
    expect(missing).to_contain_text("Chưa nhập số liệu: Việc đã xong, Việc phải làm.")
    expect(page.locator("#sheet-figures .meter-text")).to_have_text("0/7")
    page.reload()
    expect(row(page, "1.2").locator("[name=points]")).to_have_value("1,5")
    expect(page.locator("[data-filter=unfinished] b")).to_have_text("7")
    row(page, "1.2").locator("[name=explanation]").fill("Số liệu do đơn vị khác giữ")
    row(page, "1.3").locator("[name=points]").focus()
    expect(page.locator("#sheet-figures .meter-text")).to_have_text("1/7")


def test_two_tabs_collide_in_the_open_and_the_person_chooses(app, sheet_id, visit):
    clerk, leader = visit("tp-nhap"), visit("tp-duyet")
    mine, theirs = clerk.page, leader.page
    for person in (clerk, leader):
        person.expected.append(409)
        person.page.goto(f"/sheets/{sheet_id}")
    for page, text in ((theirs, "Bản của lãnh đạo"), (mine, "Bản của tôi")):
        row(page, "1.3").locator("[name=explanation]").fill(text)
        row(page, "1.3").locator("[name=n]").fill("1")
        row(page, "2.1").locator("[name=a]").focus()
        expect(row(page, "1.3")).to_have_attribute("data-state", "saved" if page is theirs else "conflict")
    expect(row(mine, "1.3").locator(".collision")).to_contain_text("Bản của lãnh đạo")
    assert scores(app, sheet_id)["1.3"][1] == "Bản của lãnh đạo"
    row(mine, "1.3").locator("[data-keep-mine]").click()
    saved(mine, "1.3")
    assert scores(app, sheet_id)["1.3"][1] == "Bản của tôi"
    row(theirs, "1.3").locator("[name=explanation]").fill("Lần nữa")
    row(theirs, "2.1").locator("[name=a]").focus()
    row(theirs, "1.3").locator("[data-take-theirs]").click()
    expect(row(theirs, "1.3").locator("[name=explanation]")).to_have_value("Bản của tôi")


def test_a_session_that_ended_loses_nothing(app, sheet_id, visit):
    person = visit("tp-nhap")
    page = person.page
    person.expected.append(400)
    page.goto(f"/sheets/{sheet_id}", wait_until="networkidle")
    cookies = page.context.cookies()
    page.context.clear_cookies()
    row(page, "1.3").locator("[name=explanation]").fill("Gõ khi phiên đã hết")
    row(page, "2.1").locator("[name=a]").focus()
    expect(page.locator("#session-note")).to_be_visible()
    assert scores(app, sheet_id)["1.3"][1] == ""
    page.context.add_cookies(cookies)
    page.locator("[data-retry]").click()
    saved(page, "1.3")
    assert scores(app, sheet_id)["1.3"][1] == "Gõ khi phiên đã hết"


def test_what_the_server_never_got_comes_back_after_a_reload(app, sheet_id, visit):
    page = visit("tp-nhap").page
    page.goto(f"/sheets/{sheet_id}")
    page.on("dialog", lambda dialog: dialog.accept())
    page.route("**/sheets/rows/*", lambda route: route.abort("aborted"))
    row(page, "1.3").locator("[name=explanation]").fill("Mất mạng giữa chừng")
    row(page, "2.1").locator("[name=a]").focus()
    expect(row(page, "1.3")).to_have_attribute("data-state", "failed")
    page.unroute("**/sheets/rows/*")
    page.reload()
    expect(row(page, "1.3").locator("[name=explanation]")).to_have_value("Mất mạng giữa chừng")
    row(page, "1.3").locator("[name=n]").focus()
    row(page, "2.1").locator("[name=a]").focus()
    saved(page, "1.3")
    with app.app_context():
        assert db.session.query(Score).filter(Score.explanation == "Mất mạng giữa chừng").count() == 1


def test_filters_and_the_next_unfinished_row(sheet_id, visit):
    page = visit("tp-nhap").page
    page.goto(f"/sheets/{sheet_id}")
    row(page, "1.1").get_by_label("Không", exact=False).last.check()
    saved(page, "1.1")
    page.locator("[data-filter=unfinished]").click()
    expect(page.locator("form.leaf:visible")).to_have_count(6)
    page.locator("[data-next-unfinished]").click()
    expect(row(page, "1.2").locator("[name=a]")).to_be_focused()
