"""Which page becomes which picture of the guides, in the order in which they are taken: later shots see what earlier
ones of the same stage did."""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from playwright.sync_api import Locator, Page

from app.scoring.demo import PASSWORD

ROOT = Path(__file__).resolve().parent.parent
DESKTOP, PHONE = (1366, 768), (390, 844)
CLERK, LEADER, APPRAISER, SENT = "so-tp.nhap", "so-tnmt.duyet", "so-tp.thamdinh", "so-khcn.thamdinh"
MANAGER, ADMINISTRATOR = "quanly", "quantri"


class Shot(NamedTuple):
    """``path`` may name the places of ``guide_pictures``; ``act`` prepares the page and may return the part to show."""

    name: str
    stage: str
    account: str | None
    path: str
    act: Callable[[Page], Locator | None] | None = None
    size: tuple[int, int] = DESKTOP


def confirm(page: Page) -> None:
    page.locator("dialog[open] .btn").last.click()


def row_with_figures(page: Page) -> Locator:
    """The first criterion whose figures gave a suggestion, below the bar that stays in view."""
    row = page.locator("form.leaf:has([name=a]):has(.suggest):has(.chip-file)").first
    row.evaluate("row => { scrollTo(0, row.getBoundingClientRect().top + scrollY - innerHeight / 4) }")
    return row


def scroll_to_figures(page: Page) -> None:
    row_with_figures(page)


def preview(page: Page) -> None:
    row_with_figures(page).locator("[data-preview]").first.click()
    page.wait_for_timeout(1500)


def reuse(page: Page) -> None:
    row_with_figures(page).locator("[data-pick]").click()
    page.locator("[data-pick-list] >> *").first.wait_for()


def approve(page: Page) -> None:
    """An approved report is opened again; the picture shows the question before it is approved anew."""
    check = page.url
    page.get_by_role("button", name="Mở lại để sửa").click()
    confirm(page)
    page.locator(".badge-state.draft").first.wait_for()
    page.goto(check)
    page.get_by_role("button", name="Phê duyệt báo cáo").click()


def first_survey(page: Page) -> None:
    page.get_by_role("link", name="Trả lời", exact=True).first.click()
    page.wait_for_load_state()
    for question in page.locator(".question:has(input[type=radio])").all()[:2]:
        question.locator("label.option").nth(1).click()


def broken_set(page: Page) -> None:
    """A criteria file with two mistakes of the usual kind: a code used twice, a sum that does not add up."""
    text = (ROOT / "demo" / "criteria_cchc_so.csv").read_text(encoding="utf-8")
    broken = text.replace("\n1.1.2,", "\n1.1.1,", 1).replace("\n2.1.1,", "\n2.9.1,", 1)
    file = {"name": "Bộ tiêu chí sở 2027.csv", "mimeType": "text/csv", "buffer": broken.encode()}
    page.set_input_files("#file", file)
    page.fill("#name", "Bộ tiêu chí CCHC các sở năm 2027")
    page.select_option("#programme", "cchc")
    page.locator("[name=groups]").first.check()
    page.get_by_role("button", name="Kiểm tra và nhập").click()
    page.locator("#findings").wait_for()


def open_next(page: Page) -> None:
    page.get_by_role("link", name="Kiểm tra và mở kỳ").click()


def give_account(page: Page) -> None:
    page.get_by_role("button", name="Duyệt, tạo tài khoản").first.click()
    confirm(page)
    page.locator(".slip").first.wait_for()


def begin_appraisal(page: Page) -> None:
    page.get_by_role("button", name="Chuyển sang thẩm định").click()
    page.locator("dialog[open]").wait_for()


def begun(page: Page) -> None:
    begin_appraisal(page)
    confirm(page)
    page.locator(".note-success").wait_for()


def score_some(page: Page) -> None:
    """Two rows taken over, a third with a lower mark and its reason still owed."""
    rows = page.locator("form.pair:has(.take)")
    for place in (0, 1):
        rows.nth(place).locator("[data-points]").press("=")
    rows.nth(2).locator("[data-points]").fill("0,25")
    rows.nth(3).locator("[data-points]").focus()
    rows.nth(2).locator(".differs-mark").wait_for()
    rows.nth(1).evaluate("row => { scrollTo(0, row.getBoundingClientRect().top + scrollY - 90) }")


def read_evidence(page: Page) -> None:
    page.locator("form.pair [data-preview]").first.click()
    page.wait_for_timeout(1500)


def first_criterion(page: Page) -> None:
    page.locator("main table.data tbody a").first.click()
    page.wait_for_load_state()


def locked_out(page: Page) -> None:
    page.fill("[name=username]", SENT)
    page.fill("[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.locator(".note-warning").wait_for()


def conclusion(page: Page) -> None:
    row = page.locator("article.pair:has(summary:text-is('Ghi kết luận của hội đồng'))").first
    row.locator("summary:text-is('Ghi kết luận của hội đồng')").click()
    row.locator("[name=reason]").last.fill("Hội đồng thống nhất giữ điểm thẩm định.")
    row.locator("[name=minutes_number]").fill("15/BB-HĐTĐ")


def leave_out_a_criterion(page: Page) -> None:
    page.get_by_role("link", name="Thử thay đổi").first.click()
    page.select_option("#without", index=6)
    page.get_by_role("button", name="Thử", exact=True).click()
    page.wait_for_url("**without=*")


SHOTS = [
    Shot("dang-nhap", "draft", None, "/login/"),
    Shot("doi-mat-khau", "draft", CLERK, "/password/"),
    Shot("nhap-trang-chu", "draft", CLERK, "/home/"),
    Shot("nhap-phieu", "draft", CLERK, "/sheets/{so_tp}"),
    Shot("nhap-dong", "draft", CLERK, "/sheets/{so_tp}", row_with_figures),
    Shot("nhap-xem-tai-lieu", "draft", CLERK, "/sheets/{so_tp}", preview),
    Shot("nhap-dung-lai", "draft", CLERK, "/sheets/{so_tp}", reuse),
    Shot("nhap-dien-thoai", "draft", CLERK, "/sheets/{so_tp}", scroll_to_figures, PHONE),
    Shot("nhap-excel", "draft", CLERK, "/sheets/{so_tp}/upload"),
    Shot("nhap-khao-sat", "draft", CLERK, "/surveys/", first_survey),
    Shot("nhap-kiem-tra", "draft", CLERK, "/sheets/{so_tp}/check"),
    Shot("nhap-xin-tai-khoan", "draft", CLERK, "/accountrequestview/add"),
    Shot("lanh-dao-duyet", "draft", LEADER, "/sheets/{approved}/check", approve),
    Shot("quan-ly-trang-chu", "draft", MANAGER, "/home/"),
    Shot("quan-ly-loi-tep", "draft", MANAGER, "/criteria/import", broken_set),
    Shot("quan-ly-phan-cong", "draft", MANAGER, "/assignments/{round}"),
    Shot("quan-ly-tai-khoan", "draft", MANAGER, "/accounts-desk/"),
    Shot("quan-ly-phieu-mat-khau", "draft", MANAGER, "/accounts-desk/", give_account),
    Shot("quan-ly-tien-do", "draft", MANAGER, "/progress/{round}"),
    Shot("quan-ly-gia-han", "draft", MANAGER, "/progress/{round}/sheets/{so_tp}"),
    Shot("quan-ly-khao-sat", "draft", MANAGER, "/surveys-desk/{round}"),
    Shot("quan-ly-mo-ky", "draft", MANAGER, "/rounds/{next}", open_next),
    Shot("quan-tri", "draft", ADMINISTRATOR, "/system/"),
    Shot("quan-ly-chuyen-tham-dinh", "submitted", MANAGER, "/rounds/{round}/appraise", begin_appraisal),
    Shot("quan-ly-dang-tham-dinh", "submitted", MANAGER, "/rounds/{round}/appraise", begun),
    Shot("tham-dinh-viec", "submitted", APPRAISER, "/appraisals/cchc/"),
    Shot(
        "tham-dinh-theo-tieu-chi", "submitted", APPRAISER, "/appraisals/{round}?by=criteria", first_criterion
    ),
    Shot("tham-dinh-co-quan", "submitted", APPRAISER, "/appraisals/{round}/next", score_some),
    Shot("tham-dinh-tai-lieu", "submitted", APPRAISER, "/appraisals/{round}/next", read_evidence),
    Shot("tham-dinh-dien-thoai", "submitted", APPRAISER, "/appraisals/{round}/next", None, PHONE),
    Shot("tham-dinh-kiem-tra", "submitted", APPRAISER, "/appraisals/{round}/send"),
    Shot("tham-dinh-khoa", "appraised", None, "/login/", locked_out),
    Shot("nhap-giai-trinh", "appraised", CLERK, "/sheets/{asked}/explanations"),
    Shot("quan-ly-chenh-lech", "appraised", MANAGER, "/differences/{round}"),
    Shot("quan-ly-ghi-ket-luan", "appraised", MANAGER, "/differences/{round}/agencies/{so_khcn}", conclusion),
    Shot("quan-ly-ket-luan", "appraised", MANAGER, "/rounds/{round}/conclude"),
    Shot("quan-ly-xep-hang", "concluded", MANAGER, "/results/{round}"),
    Shot("quan-ly-thu-thay-doi", "concluded", MANAGER, "/results/{round}", leave_out_a_criterion),
    Shot("nhap-bien-nhan", "concluded", CLERK, "/sheets/{so_tp}/receipt"),
    Shot("nhap-ket-qua", "concluded", CLERK, "/results/{round}/agencies/{so_tp}"),
    Shot("cong-khai", "concluded", None, "/public/rounds/{round}"),
    Shot("xac-thuc", "concluded", None, "/verify/{code}"),
]
