"""How long a new clerk needs, at a person's pace: ``python -m scripts.clerk_times``.

The demo province is served; Chromium does what a person who knows nothing but the slip with the one-time password
would do, and waits as long as one would: ``READING`` at each new page, ``POINTING`` before each click, ``KEY`` for
each key, ``CELL`` for each cell filled in Excel. Prints the steps with the seconds since the beginning, and ends
with status 1 when a whole takes longer than its limit.
"""

import sys
import tempfile
import time
from io import BytesIO
from pathlib import Path

import openpyxl
from playwright.sync_api import Browser, Locator, Page, sync_playwright

from app.scoring.demo import PASSWORD
from scripts.guide_pictures import QUIET, find_chromium, make_stages, served

READING, POINTING, KEY, CELL = 6.0, 1.5, 0.25, 2.5  # seconds
FIRST_CRITERION, WHOLE_SHEET = 120, 300  # seconds
CLERK, OWN = "so-ngv.nhap", "Mua-thu-vang-2026"
STAGE = "draft"


class Hand:
    """A person at a page: every act takes its time; ``steps`` are (seconds since the beginning, what was done)."""

    def __init__(self, browser: Browser, address: str):
        self.page: Page = browser.new_page(base_url=address, locale="vi-VN")
        self.began = time.monotonic()

    def tell(self, words: str) -> None:
        print(f"  {self.seconds:6.1f} s  {words}", flush=True)

    @property
    def seconds(self) -> float:
        return time.monotonic() - self.began

    def open(self, path: str) -> None:
        self.page.goto(path)
        time.sleep(READING)

    def click(self, place: Locator, words: str, *, reads: bool = True) -> None:
        time.sleep(POINTING)
        place.click()
        self.page.wait_for_load_state("load")
        time.sleep(READING if reads else 0)
        self.tell(words)

    def type(self, place: Locator, text: str) -> None:
        time.sleep(POINTING)
        place.press_sequentially(text, delay=KEY * 1000)


def slip(browser: Browser, address: str) -> str:
    """The manager gives the clerk a one-time password; what stands on the slip."""
    page = browser.new_page(base_url=address)
    page.goto("/login/")
    page.fill("[name=username]", "quanly")
    page.fill("[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/home/")
    page.goto(f"/search/?q={CLERK}")
    page.locator("main [data-hit]").first.click()
    page.get_by_role("button", name="Cấp mật khẩu dùng một lần").click()
    page.locator("[data-ask-yes]").click()
    return page.locator(".slip .secret").last.text_content().strip()


def first_criterion(hand: Hand, one_time: str) -> float:
    """From the sign-in page to the first row that says it is saved."""
    page = hand.page
    hand.open("/")
    hand.click(page.get_by_role("link", name="Đăng nhập").first, "sign-in page")
    hand.type(page.locator("[name=username]"), CLERK)
    hand.type(page.locator("[name=password]"), one_time)
    hand.click(page.locator("button[type=submit]").first, "signed in; asked for a password of one's own")
    for name, text in (("old", one_time), ("new", OWN), ("again", OWN)):
        hand.type(page.locator(f"[name={name}]"), text)
    hand.click(page.get_by_role("button", name="Đổi mật khẩu"), "own password set")
    if "/home/" not in page.url:
        hand.click(page.get_by_role("link", name="Trang chủ").first, "home")
    hand.click(page.get_by_role("link", name="Mở phiếu").first, "the sheet")
    row = page.locator("form[data-row]").first
    hand.click(row.locator("input[type=radio]").first, "an option chosen", reads=False)
    page.wait_for_selector("form[data-row][data-state=saved]")
    hand.tell("first criterion saved")
    return hand.seconds


def whole_sheet(hand: Hand) -> float:
    """From the sheet to every row saved, by the workbook."""
    page, hand.began = hand.page, time.monotonic()
    hand.click(page.get_by_role("link", name="Nhập bằng Excel").first, "the Excel page")
    with page.expect_download() as kept:
        page.get_by_role("link", name="Tải tệp Excel").click()
    data, cells = filled(Path(kept.value.path()).read_bytes())
    time.sleep(READING + cells * CELL)
    hand.tell(f"{cells} cells filled in Excel")
    page.locator("input[type=file]").set_input_files(
        {"name": "phieu.xlsx", "mimeType": "application/octet-stream", "buffer": data}
    )
    hand.click(page.get_by_role("button", name="Xem thay đổi"), "what would change, cell by cell")
    hand.click(page.get_by_role("button", name="Lưu các thay đổi này"), "saved", reads=False)
    done = page.locator("#sheet-figures .meter-text").text_content().strip()
    hand.tell(f"{done} criteria scored")
    assert len(set(done.split("/"))) == 1, done
    return hand.seconds


def filled(workbook: bytes) -> tuple[bytes, int]:
    """The workbook with every open cell of points, figures and options filled; how many cells that took."""
    book = openpyxl.load_workbook(BytesIO(workbook))
    sheet, count = book.worksheets[0], 0
    heads = {sheet.cell(5, at).value: at for at in range(1, sheet.max_column + 1)}
    lists = {
        cells.coord: rule.formula1
        for rule in sheet.data_validations.dataValidation
        if rule.type == "list"
        for cells in rule.sqref.ranges
    }
    for at in range(6, sheet.max_row + 1):
        cells = {name: sheet.cell(at, heads[name]) for name in heads if name in FILLED}
        for name in _needed([name for name in FILLED if not cells[name].protection.locked]):
            cell = cells[name]
            if cell.value is None:
                cell.value = _first(book, lists[cell.coordinate]) if name == "Mức đã chọn" else TYPED[name]
                count += 1
    out = BytesIO()
    book.save(out)
    return out.getvalue(), count


TYPED = {"Số đạt được": 9, "Tổng số": 10, "Số lượng": 1, "Điểm tự chấm": 0}
FILLED = ("Mức đã chọn", *TYPED)


def _needed(open_: list[str]) -> list[str]:
    """Points are typed only where neither an option nor figures give them."""
    others = [name for name in open_ if name != "Điểm tự chấm"]
    return others or open_


def _first(book, formula: str) -> str:
    """The first entry of a drop-down list, written out or a range."""
    if formula.startswith('"'):
        return formula.strip('"').split(",")[0]
    tab, _sep, cells = formula.lstrip("=").rpartition("!")
    return book[tab.strip("'")][cells.replace("$", "").split(":")[0]].value


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="clerk-") as folder, sync_playwright() as playwright:
        make_stages([STAGE], Path(folder))
        with served(Path(folder) / STAGE) as address:
            browser = playwright.chromium.launch(executable_path=find_chromium(), args=QUIET)
            hand = Hand(browser, address)
            one_time = slip(browser, address)
            hand.began = time.monotonic()
            print("a new clerk, from the address on the slip:")
            first = first_criterion(hand, one_time)
            print("a whole sheet by Excel:")
            whole = whole_sheet(hand)
            browser.close()
    print(f"first saved criterion: {first:.0f} s of {FIRST_CRITERION}; whole sheet: {whole:.0f} s of {WHOLE_SHEET}")
    return int(first > FIRST_CRITERION or whole > WHOLE_SHEET)


if __name__ == "__main__":
    sys.exit(main())
