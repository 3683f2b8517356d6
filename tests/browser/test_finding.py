"""What hands do: search by keyboard, paste, several files at once, one file for several criteria; also on a phone."""

import base64

import pytest
from playwright.sync_api import expect

from app.extensions import db
from app.scoring.models import Sheet
from tests.browser.people import PHONE
from tests.province import open_round, sheet_of
from tests.scoring.views.filling import PDF

pytestmark = pytest.mark.browser

PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
PASTE = """(node, [picture, text]) => {
    const data = new DataTransfer();
    const bytes = Uint8Array.from(atob(picture), (letter) => letter.charCodeAt(0));
    data.items.add(new File([bytes], "image.png", { type: "image/png" }));
    if (text) data.setData("text/plain", text);
    const paste = new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true });
    return node.dispatchEvent(paste);
}"""


@pytest.fixture
def sheet_id(app, province) -> int:
    with app.app_context():
        return sheet_of(open_round(province), province, "SO-TP").id


def proofs(app, sheet_id: int) -> dict[str, int]:
    with app.app_context():
        found = db.session.get(Sheet, sheet_id).scores
        return {score.criterion.code: len(score.evidence) for score in found if score.evidence}


def files(*names: str) -> list[dict]:
    return [{"name": n, "mimeType": "application/pdf", "buffer": PDF + n.encode()} for n in names]


def test_the_keyboard_alone_searches_and_comes_to_the_very_row(sheet_id, visit):
    person = visit("tp-nhap")
    page = person.page
    page.goto("/home/")
    page.keyboard.press("/")
    page.keyboard.type("hoan thanh ke")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search/?q=hoan+thanh+ke")
    expect(page.locator("[data-hit]")).to_have_count(1)
    person.look()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/sheets/{sheet_id}#row-*")
    expect(page.locator('form[data-code="1.2"] [name=a]')).to_be_focused()
    page.goto("/home/settings")
    page.locator("[data-slash]").uncheck()
    page.goto("/home/")
    page.keyboard.press("/")
    expect(page.locator("#side-search")).not_to_be_focused()


def test_a_phone_has_search_and_help_at_hand(sheet_id, visit):
    person = visit("tp-nhap", PHONE)
    page = person.page
    page.goto(f"/sheets/{sheet_id}")
    expect(page.get_by_role("link", name="Nhập bằng Excel")).to_be_visible()
    page.locator("details.help summary").click()
    expect(page.locator(".help-body")).to_contain_text("Điều 9.1.")
    person.look()
    page.locator(".search-btn").click()
    page.wait_for_load_state("load")
    page.locator("#search").press_sequentially("van ban")
    expect(page.locator("[data-hit]").first).to_contain_text("2.1 Xây dựng văn bản")
    person.look()
    page.locator("#search").fill("không có gì như thế")
    expect(page.locator(".empty-title")).to_contain_text("Không tìm thấy")
    person.look()


def test_files_are_pasted_sent_together_and_attached_to_several_criteria(app, sheet_id, visit):
    person = visit("tp-nhap")
    page = person.page
    page.goto(f"/sheets/{sheet_id}")
    row = page.locator('form[data-code="1.1"]')
    row.locator("[name=explanation]").focus()
    assert row.locator("[name=explanation]").evaluate(PASTE, [PIXEL, "từ bảng tính"]) is True
    assert row.locator("[name=explanation]").evaluate(PASTE, [PIXEL, ""]) is False
    expect(row.locator(".chip-file")).to_have_count(1)
    expect(row.locator(".chip-file")).to_contain_text("Ảnh chụp 20")
    row.locator("[data-upload]").set_input_files(files("a.pdf", "b.pdf"))
    expect(row.locator(".chip-file")).to_have_count(3)
    expect(page.locator(".uploads")).to_have_count(0)
    page.set_viewport_size(PHONE)
    page.goto("/evidence/")
    person.expected.append(422)
    page.locator("[data-library-upload]").set_input_files(files("a.pdf", "c.pdf", "d.pdf"))
    expect(page.locator("[data-uploads] .error-text")).to_contain_text("đã có trong kho")
    expect(page.locator("#library tbody tr")).to_have_count(5)
    person.look()
    page.locator("body").evaluate(PASTE, [base64.b64encode(base64.b64decode(PIXEL) + b"2").decode(), ""])
    expect(page.locator("#library tbody tr")).to_have_count(6)
    page.locator("#library tr", has_text="d.pdf").get_by_role("link", name="Đính vào tiêu chí").click()
    page.locator("[data-narrow]").fill("van ban")
    expect(page.locator("[data-choice]:visible")).to_have_count(3)
    for code in ("2.1", "2.2"):
        page.locator("[data-choice]", has_text=code).locator("input").check()
    expect(page.locator("[data-chosen]")).to_have_text("2")
    person.look()
    page.locator("[data-attach]").click()
    expect(page.locator("main")).to_contain_text("Đã đính “d.pdf” vào 2 tiêu chí.")
    assert proofs(app, sheet_id) == {"1.1": 3, "2.1": 1, "2.2": 1}
