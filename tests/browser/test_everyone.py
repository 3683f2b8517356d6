"""What everyone does by hand: notices, the daily letter, announcements, proposals, help, guides, language, tokens."""

from collections.abc import Callable
from io import BytesIO

import docx
import pytest
from playwright.sync_api import expect

from app.extensions import db
from app.scoring.operations.digests import write_digest
from tests.browser import desks
from tests.browser.people import Person
from tests.province import NOW, PASSWORD
from tests.scoring.views.stages import appraising, concluded, opened, sheet_id

pytestmark = pytest.mark.browser


def test_a_clerk_switches_the_daily_letter_reads_notices_and_reads_in_english(app, province, visit):
    sheet = desks.remind(app, province, opened(app, province), "SO-TP", times=3)
    clerk = visit("tp-nhap")
    choose_letters(clerk, lambda: is_written(app, province, "tp-nhap"))
    read_notices(clerk, sheet)
    read_in_english(clerk, sheet)


def choose_letters(clerk: Person, written: Callable[[], bool]) -> None:
    """Off: no letter is written; on again: one is, for there are reminders to tell."""
    clerk.go("/home/")
    clerk.follow("Cài đặt của tôi", within=".person")
    switch = clerk.page.get_by_label("Nhận thư tổng hợp")
    expect(switch).to_be_checked()
    switch.uncheck()
    clerk.press("Lưu")
    clerk.reads("Đã lưu cài đặt.")
    expect(switch).not_to_be_checked()
    assert written() is False
    switch.check()
    clerk.press("Lưu")
    expect(switch).to_be_checked()
    assert written() is True


def read_notices(clerk: Person, sheet: int) -> None:
    """They are counted; one leads to its place; then all are read at once."""
    clerk.go("/home/")
    unread = clerk.page.locator("#notifications .badge-state")
    expect(unread).to_have_text("4")
    clerk.press(clerk.page.locator("#notifications .as-link").first)
    assert clerk.page.url.endswith(f"/sheets/{sheet}")
    clerk.page.goto("/home/")
    expect(unread).to_have_text("3")
    clerk.page.goto(f"/sheets/{sheet}")
    expect(clerk.page.locator(".person .unread")).to_have_text("3 chưa đọc")
    clerk.page.goto("/home/")
    clerk.follow("Xem tất cả", within="#notifications")
    expect(clerk.page.locator(".thread .mine")).to_have_count(3)
    clerk.press("Đánh dấu đã đọc tất cả")
    expect(clerk.page.locator(".thread .mine")).to_have_count(0)
    expect(clerk.page.locator(f'.thread a[href="/sheets/{sheet}"]')).to_have_count(4)
    clerk.go("/home/")
    clerk.reads("Không có thông báo chưa đọc.", "#notifications")


def read_in_english(clerk: Person, sheet: int) -> None:
    """Chosen once, kept on every page, chosen back."""
    clerk.follow("English", within=".languages")
    for path, heading in (
        ("/home/", "Welcome, Nguyễn Văn Tp Nhap"),
        (f"/sheets/{sheet}/check", "Check, approve and send"),
        ("/evidence/", "Evidence"),
        ("/home/settings", "My settings"),
        ("/proposalview/add", "Add: Proposals and reports"),
    ):
        clerk.go(path)
        expect(clerk.page.locator("html")).to_have_attribute("lang", "en")
        expect(clerk.page.locator("h1")).to_have_text(heading)
    clerk.follow("Tiếng Việt", within=".languages")
    expect(clerk.page.locator("html")).to_have_attribute("lang", "vi")
    clerk.page.goto("/home/")
    clerk.reads("Xin chào")


def is_written(app, province, name: str) -> bool:
    """Whether this morning's letter goes to the account."""
    with app.app_context():
        made = write_digest(province.account(name), address="http://localhost", at=NOW)
        db.session.commit()
        return made


def test_a_proposal_is_answered_and_talked_over(province, visit):
    manager, clerk = visit("quan-ly"), visit("tp-nhap")
    clerk.page.goto("/home/")
    propose(clerk)
    answer(manager)
    talk(clerk)
    manager.page.goto("/home/")
    manager.reads("Có trao đổi mới về kiến nghị “Sửa tiêu chí 1.3”.")


def test_a_manager_announces_is_asked_about_it_and_finds_everything_again(app, province, visit):
    opened(app, province)
    manager, clerk = visit("quan-ly"), visit("tp-nhap")
    announce(manager, clerk)
    ask(clerk)
    reply(manager)
    search(manager, "so tu phap", "Cơ quan, đơn vị", "Sở Tư pháp")
    search(manager, "tc-nhap", "Tài khoản", "Nguyễn Văn Tc Nhap")
    search(manager, "huong dan cham", "Thông báo, hướng dẫn", "Hướng dẫn chấm điểm năm 2026")


def search(person: Person, words: str, kind: str, title: str) -> None:
    """From the menu, without marks: the hit stands among its kind and leads to a page that names it."""
    person.page.locator("#side-search").fill(words)
    with person.page.expect_navigation():
        person.page.keyboard.press("Enter")
    person.look()
    found = person.page.locator(".hits", has_text=kind).locator("[data-hit]", has_text=title).first
    with person.page.expect_navigation():
        found.click()
    person.look()
    person.reads(title)


def announce(manager: Person, clerk: Person) -> None:
    manager.go("/home/")
    manager.follow("Thông báo, hướng dẫn", within=".menu")
    manager.follow("Thêm mới")
    manager.fill(title="Hướng dẫn chấm điểm năm 2026", body="Các cơ quan thực hiện theo văn bản kèm theo.")
    written = BytesIO()
    docx.Document().save(written)
    manager.attach(written.getvalue(), "12-HD-SNV.docx")
    manager.press("Lưu")
    manager.reads("12-HD-SNV.docx")
    clerk.go("/home/")
    clerk.follow("Hướng dẫn chấm điểm năm 2026")
    clerk.reads("Các cơ quan thực hiện theo văn bản kèm theo.")
    assert clerk.download(clerk.page.get_by_role("link", name="12-HD-SNV.docx")) == written.getvalue()


def ask(clerk: Person) -> None:
    """From the announcement and from the guide: the question stands where it was asked, with its state."""
    clerk.follow("Đặt câu hỏi, góp ý")
    expect(clerk.page.locator("main [name=title]")).to_have_value("Hỏi về: Hướng dẫn chấm điểm năm 2026")
    clerk.fill(body="Số liệu lấy đến ngày nào?")
    clerk.press("Lưu")
    clerk.page.goto("/guide/nhap-lieu.md")
    clerk.follow("Đặt câu hỏi, góp ý")
    clerk.fill(title="Ký số ở bước nào?", body="Mục 6 chưa nói rõ.")
    clerk.press("Lưu")
    clerk.page.goto("/guide/nhap-lieu.md")
    clerk.reads("Ký số ở bước nào?", "#questions")
    clerk.look()


def reply(manager: Person) -> None:
    manager.go("/home/")
    manager.follow("Thông báo, hướng dẫn", within=".menu")
    manager.page.get_by_role("link", name="Xem", exact=True).click()
    manager.follow("Hỏi về: Hướng dẫn chấm điểm năm 2026", within="#questions")
    manager.reads("Số liệu lấy đến ngày nào?")
    manager.fill(body="Đến hết ngày 31/12.")
    manager.press("Gửi trao đổi")
    manager.reads("Đến hết ngày 31/12.", "#talk .thread")


def propose(clerk: Person) -> None:
    clerk.follow("Kiến nghị, phản ánh", within=".menu")
    clerk.follow("Thêm mới")
    clerk.fill(title="Sửa tiêu chí 1.3", body="Đề nghị tính cả tin bài trên báo tỉnh.")
    clerk.press("Lưu")
    clerk.reads("Mới gửi")


def answer(manager: Person) -> None:
    manager.page.goto("/home/")
    manager.page.locator(".stat", has_text="Kiến nghị, phản ánh mới").get_by_role("link").click()
    manager.page.get_by_role("link", name="Xem", exact=True).click()
    manager.follow("Sửa")
    manager.page.locator("main [name=state]").select_option(label="Tiếp thu")
    manager.fill(answer="Sẽ bổ sung trong bộ tiêu chí năm sau.")
    manager.press("Lưu")


def talk(clerk: Person) -> None:
    """Its sender is told, sees state and answer, and writes on."""
    clerk.page.goto("/home/")
    clerk.press(clerk.page.get_by_role("button", name="Sở Nội vụ đã trả lời kiến nghị"))
    clerk.reads("Tiếp thu", ".page-head")
    clerk.reads("Sẽ bổ sung trong bộ tiêu chí năm sau.", "#talk")
    clerk.fill(body="Xin cảm ơn.")
    clerk.press("Gửi trao đổi")
    expect(clerk.page.locator("#talk .thread .quote")).to_have_text(
        ["Sẽ bổ sung trong bộ tiêu chí năm sau.", "Xin cảm ơn."]
    )


STEPS = {
    "tp-nhap": ["/sheets/{sheet}", "/sheets/{sheet}/check", "/evidence/"],
    "td-nv": ["/appraisals/{round}"],
    "quan-ly": ["/rounds/{round}", "/progress/{round}", "/results/{round}"],
}


def test_help_opens_in_place_and_leads_to_the_guide_with_its_pictures(app, province, visit):
    round_id = appraising(app, province)
    sheet = sheet_id(app, province, round_id, "SO-TP")
    for name, paths in STEPS.items():
        person = visit(name)
        for path in paths:
            open_help(person, path.format(round=round_id, sheet=sheet))
        follow_help(person)


def open_help(person: Person, path: str) -> None:
    """It stands in the flow of the page and hides nothing of the step."""
    person.page.goto(path)
    person.page.locator("details.help summary").click()
    expect(person.page.locator(".help-body")).to_have_css("position", "static")
    person.reads("Điều", ".help-body")
    person.look()


def follow_help(person: Person) -> None:
    """The guide opens at the step's own heading, and its pictures come into view."""
    person.follow("Xem hướng dẫn", within=".help-body")
    anchor = person.page.evaluate("decodeURIComponent(location.hash.slice(1))")
    expect(person.page.locator(f'[id="{anchor}"]')).to_be_in_viewport()
    pictures = person.page.locator(".guide img").all()
    for picture in pictures[:1] + pictures[-1:]:
        picture.scroll_into_view_if_needed()
        expect(picture).to_have_js_property("complete", True)
        assert picture.evaluate("(img) => img.naturalWidth > 300")
    assert len(pictures) > 5


def test_a_program_reads_with_a_token_until_its_owner_ends_that_session(app, province, visit):
    concluded(app, province, published=True)
    manager, program = visit("quan-ly"), visit(None).context.request
    manager.page.goto("/home/")
    manager.follow("Dữ liệu cho phần mềm khác", within=".menu")
    listed = manager.page.locator("main .card-head a")
    place = listed.first.get_attribute("href")
    manager.reads("/api/v1/security/login")
    spec = manager.page.get_by_role("link", name="Mô tả OpenAPI (JSON)").get_attribute("href")
    assert place in manager.page.request.get(spec).json()["paths"]
    given = program.post("/api/v1/security/login", data={"username": "quan-ly", "password": PASSWORD}).json()
    head = {"Authorization": f"Bearer {given['access_token']}"}
    assert [program.get(place).status, program.get(place, headers=head).status] == [401, 200]
    manager.page.goto("/home/settings")
    manager.follow("Phiên đăng nhập, bảo mật")
    expect(manager.page.locator("main tbody tr")).to_have_count(2)
    manager.reads("Phần mềm khác (mã truy cập)", "main tbody")
    manager.fill(password=PASSWORD)
    manager.press(manager.page.get_by_role("button", name="Kết thúc phiên trên"))
    manager.reads("Tài khoản không đăng nhập ở nơi nào khác.")
    assert program.get(place, headers=head).status == 401
