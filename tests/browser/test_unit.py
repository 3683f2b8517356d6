"""What the unit's clerk does by hand beside filling rows: home, last year's row, files, Excel, the own result."""

import base64
from datetime import date
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from app.extensions import db
from app.files import FileStore
from app.holding import hold_row
from app.scoring.models import Evidence, Score
from app.scoring.operations import evidence, sheets
from app.scoring.rules import Figures
from tests.browser.people import DESKTOP, PHONE
from tests.browser.test_finding import PIXEL
from tests.province import NOW
from tests.scoring.views.conftest import Year, make_year
from tests.scoring.views.entry_files import Filled
from tests.scoring.views.filling import PDF, send
from tests.scoring.views.stages import concluded

pytestmark = pytest.mark.browser

WHY = "Ban hành ngày 05/01, trước thời hạn"
_WAVE = "524946462400000057415645666d74201000000001000100401f0000401f0000010008006461746100000000"
SOUND = bytes.fromhex(_WAVE)
OF_ALL_KINDS = [
    {"name": "ảnh.png", "mimeType": "image/png", "buffer": base64.b64decode(PIXEL)},
    {"name": "ghi âm.wav", "mimeType": "audio/wav", "buffer": SOUND},
    {"name": "danh mục.xlsx", "mimeType": "application/octet-stream", "buffer": b""},
]


@pytest.fixture
def year(app, province) -> Year:
    """This year's sheet; last year's has points, an explanation and a file at 1.1."""
    before = make_year(app, province, "cchc", "2025")
    _save(before, "1.1", sheets.RowEntry(Figures(option=0), explanation=WHY))
    with app.app_context():
        stored = FileStore(app.config["FILES_DIR"], 10_000).put(BytesIO(PDF), "Kế hoạch 2025.pdf")
        score, clerk = db.session.get(Score, before.scores["1.1"]), province.account("tp-nhap")
        evidence.attach_new(hold_row(score), stored, evidence.Description("12/KH"), actor=clerk, at=NOW)
        db.session.commit()
    return make_year(app, province, "cchc", "2026")


def _save(year: Year, code: str, entry: sheets.RowEntry, name: str = "tp-nhap") -> None:
    with year.app.app_context():
        score = db.session.get(Score, year.scores[code])
        sheets.save_row(hold_row(score), entry, version=score.version, actor=year.province.account(name), at=NOW)
        db.session.commit()


def row(page: Page, code: str):
    return page.locator(f'form[data-code="{code}"]')


def saved(page: Page, code: str) -> None:
    expect(row(page, code)).to_have_attribute("data-state", "saved")


def test_home_leads_into_the_sheet_where_last_years_row_is_taken_over_by_clicks(year, visit):
    person = visit("tp-nhap")
    page = person.page
    page.goto("/home/")
    card = page.locator(".due", has_text="CCHC 2026")
    expect(card).to_contain_text("Còn 7 tiêu chí chưa chấm")
    person.look()
    card.get_by_role("link", name="1. Chỉ đạo điều hành").click()
    page.wait_for_url(f"**/sheets/{year.sheet_id}#field-1")
    before = row(page, "1.1").locator(".before")
    expect(before).to_contain_text("Kỳ 2025: 1 điểm")
    expect(before).to_contain_text(WHY)
    before.get_by_role("button", name="Lấy lại").click()
    saved(page, "1.1")
    before.get_by_role("button", name="Đính lại Kế hoạch 2025.pdf").click()
    expect(row(page, "1.1").locator(".chip-file")).to_contain_text("12/KH – Kế hoạch 2025.pdf")
    expect(before.locator(".before-file")).to_have_count(0)
    person.look()
    kept = year.score("1.1")
    assert (kept.option, kept.self_points, kept.explanation) == (0, Decimal(1), WHY)
    assert [item.number for item in kept.evidence] == ["12/KH"]


def test_the_sheet_folds_filters_and_keeps_its_totals_in_view(year, visit):
    _save(year, "1.2", sheets.RowEntry(Figures(a=Decimal(9), b=Decimal(10)), points=Decimal(2)))
    person = visit("tp-nhap")
    page = person.page
    page.goto(f"/sheets/{year.sheet_id}")
    page.get_by_role("button", name="Thu gọn").click()
    expect(page.locator("form.leaf:visible")).to_have_count(0)
    page.get_by_role("button", name="Mở hết").click()
    expect(page.locator("form.leaf:visible")).to_have_count(7)
    for name, codes in (("bare", ["1.1"]), ("differs", ["1.2"]), ("", [])):
        page.locator(f"[data-filter='{name}']").click()
        shown = page.locator("form.leaf:visible")
        assert shown.evaluate_all("all => all.map(row => row.dataset.code)")[: len(codes)] == codes
    for size in (DESKTOP, PHONE):
        page.set_viewport_size(size)
        row(page, "1.3").evaluate("row => row.scrollIntoView({ block: 'start' })")
        expect(page.locator("#field-1")).to_be_in_viewport()
        row(page, "3.2").scroll_into_view_if_needed()
        expect(page.locator("#sheet-figures [data-total]")).to_be_in_viewport()
        expect(page.locator("#sheet-figures .meter-text")).to_be_in_viewport()


def test_pictures_and_sound_open_in_the_page_and_a_document_is_described_and_found(year, visit):
    person = visit("tp-nhap")
    page = person.page
    page.goto(f"/sheets/{year.sheet_id}")
    workbook = page.request.get(f"/sheets/{year.sheet_id}/workbook.xlsx").body()
    row(page, "1.1").locator("[data-upload]").set_input_files(
        [*OF_ALL_KINDS[:2], OF_ALL_KINDS[2] | {"buffer": workbook}]
    )
    expect(row(page, "1.1").locator(".chip-file")).to_have_count(3)
    for name, element in (("ảnh.png", "img"), ("ghi âm.wav", "audio, video")):
        page.get_by_role("link", name=name).click()
        expect(page.frame_locator("#preview iframe").locator(element)).to_have_count(1)
    person.look()
    with page.expect_download() as kept:
        page.get_by_role("link", name="danh mục.xlsx").click()
    assert Path(kept.value.path()).read_bytes() == workbook
    page.goto("/evidence/")
    page.locator("#library tr", has_text="ảnh.png").get_by_role("link", name="Ghi thông tin").click()
    person.look()
    for label, text in (("Số, ký hiệu", "15/BB-STP"), ("Cơ quan ban hành", "Sở Tư pháp")):
        page.get_by_label(label).fill(text)
    page.get_by_label("Ngày ban hành").click()
    page.keyboard.type("05/01/2026")
    page.keyboard.press("Tab")
    page.get_by_label("Trích yếu").fill("Biên bản kiểm tra")
    page.get_by_role("button", name="Lưu").click()
    page.get_by_label("Tìm tài liệu").fill("bien ban kiem")
    page.get_by_role("button", name="Tìm", exact=True).click()
    expect(page.locator("#library tbody tr")).to_have_count(1)
    expect(page.locator("#library tbody tr")).to_contain_text("15/BB-STP, 05/01/2026")
    person.look_on_a_phone()
    page.goto("/search/?q=15/bb-stp")
    expect(page.locator("[data-hit]")).to_have_count(1)
    expect(page.locator("[data-hit]")).to_contain_text("15/BB-STP")
    with year.app.app_context():
        found = db.session.query(Evidence).filter_by(number="15/BB-STP").one()
        assert (found.issued_on, found.issuer) == (date(2026, 1, 5), "Sở Tư pháp")


def test_the_workbook_comes_back_cell_by_cell_and_each_conflict_is_chosen(year, visit):
    person = visit("tp-nhap")
    page = person.page
    page.goto(f"/sheets/{year.sheet_id}")
    page.get_by_role("link", name="Nhập bằng Excel").click()
    person.look()
    with page.expect_download() as kept:
        page.get_by_role("link", name="Tải tệp Excel").click()
    filled = Filled(Path(kept.value.path()).read_bytes())
    assert filled.sheet.protection.sheet
    filled.put("1.2", a=9, b=10).put("1.3", n=2, why="Nhập khi không có mạng").put("2.1", a=3, b=4)
    theirs = sheets.RowEntry(Figures(n=Decimal(1)), explanation="Bản của lãnh đạo")
    _save(year, "1.3", theirs, "tp-duyet")
    page.locator("input[type=file]").set_input_files(
        {"name": "phiếu.xlsx", "mimeType": "application/octet-stream", "buffer": filled.data}
    )
    page.get_by_role("button", name="Xem thay đổi").click()
    expect(page.locator(".upload-changes th[scope=rowgroup] .code")).to_have_text(["1.2", "1.3", "2.1"])
    expect(page.locator(".upload-conflict")).to_have_count(2)
    person.look()
    page.locator(".upload-conflict", has_text="Số tin bài").get_by_text("Lấy bản trong tệp:").click()
    page.locator(".upload-conflict", has_text="Giải trình").get_by_text("Giữ bản đang lưu:").click()
    page.get_by_role("button", name="Lưu các thay đổi này").click()
    page.wait_for_url(f"**/sheets/{year.sheet_id}")
    expect(page.locator("#sheet-figures .meter-text")).to_have_text("3/7")
    kept = {
        code: (year.score(code).self_points, year.score(code).explanation) for code in ("1.2", "1.3", "2.1")
    }
    assert kept == {
        "1.2": (Decimal(1), ""),
        "1.3": (Decimal(1), "Bản của lãnh đạo"),
        "2.1": (Decimal("1.5"), ""),
    }


def test_after_the_conclusion_the_own_result_is_compared_and_can_be_printed(app, province, visit):
    concluded(app, province, period="2025")
    concluded(app, province)
    person = visit("tp-nhap")
    page = person.page
    page.goto("/home/")
    expect(page.locator("main")).to_contain_text("Kết quả gần nhất")
    page.get_by_role("link", name="Xem kết quả các kỳ").click()
    person.look()
    page.get_by_role("link", name="CCHC 2026").first.click()
    page.get_by_role("link", name="Kết quả của cơ quan theo lĩnh vực").click()
    expect(page.locator(".chart-box canvas")).to_have_count(2)
    expect(page.locator("section", has_text="Những tiêu chí mất nhiều điểm nhất").last).to_contain_text("2.1")
    expect(page.locator("section", has_text="Qua các kỳ").last.locator("details th[scope=row]")).to_have_text(
        ["2025", "2026"]
    )
    person.look()
    page.emulate_media(media="print")
    assert (
        page.locator("table.data.cards").first.evaluate("table => getComputedStyle(table).display") == "table"
    )
    expect(page.locator(".side")).to_be_hidden()


def test_the_open_tab_is_in_sight_on_a_phone(year, visit):
    send(year)
    page = visit("tp-nhap", PHONE).page
    page.goto(f"/sheets/{year.sheet_id}/receipt")
    expect(page.locator(".tabs [aria-current]")).to_have_text("Giấy biên nhận")
    expect(page.locator(".tabs [aria-current]")).to_be_in_viewport(ratio=1)
