"""Acts 1 to 3: the manager sets the province up and opens the round; an agency gets its account."""

import csv
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import openpyxl
from playwright.sync_api import expect

from app.clock import now
from tests.browser.people import Person
from tests.browser.province import (
    ACCOUNTS,
    AGENCIES,
    AGENCIES_WITH_A_MISTAKE,
    CRITERIA,
    CRITERIA_WITH_A_MISTAKE,
    ROUND,
)
from tests.browser.stage import Stage

FORMS = Path(__file__).parents[3] / "demo" / "survey_forms.csv"

# 1. The manager signs in for the first time, brings in agencies, forms, accounts and criteria, issues the set.


def first_sign_in_and_imports(stage: Stage) -> None:
    manager = stage.person("manager")
    manager.sign_in_first("quanly", stage.passwords["quanly"])
    import_agencies(manager)
    manager.go("/surveys-desk/")
    manager.attach(FORMS.read_bytes(), FORMS.name)
    manager.press("Nhập")
    manager.reads("KS-01")
    import_accounts(manager, stage)
    import_criteria(manager)


def import_agencies(manager: Person) -> None:
    manager.go("/agencyview/list/")
    manager.follow("Nhập danh sách")
    manager.attach(AGENCIES_WITH_A_MISTAKE.encode(), "cơ quan.csv")
    manager.press("Kiểm tra và nhập", answer=422)
    expect(manager.page.locator("tr.error td")).to_have_text(
        ["Lỗi", "4", "Mã khối", "Không có khối nào mang mã sở."]
    )
    manager.attach(AGENCIES.encode(), "cơ quan.csv")
    manager.press("Kiểm tra và nhập")
    manager.reads("Đã thêm 3 cơ quan, cập nhật 0.")


def import_accounts(manager: Person, stage: Stage) -> None:
    manager.go("/accounts-desk/")
    manager.follow("Nhập danh sách")
    manager.attach(as_workbook(ACCOUNTS), "tài khoản.xlsx")
    manager.press("Kiểm tra và tạo tài khoản")
    names, paper = stage.keep_slips(manager), manager.paper()
    assert [name for name in names if name not in paper or stage.passwords[name] not in paper] == []
    assert "Trang chủ" not in paper
    manager.press("Đã lưu, xóa khỏi phần mềm", sure=True)


def as_workbook(table: str) -> bytes:
    """Lines of comma-separated words as Excel saves them."""
    book = openpyxl.Workbook()
    for line in csv.reader(table.splitlines()):
        book.active.append(line)
    written = BytesIO()
    book.save(written)
    return written.getvalue()


def import_criteria(manager: Person) -> None:
    manager.go("/criteria/")
    manager.follow("Nhập từ tệp")
    manager.attach(CRITERIA_WITH_A_MISTAKE.encode(), "bộ tiêu chí.csv")
    manager.fill(name="Bộ tiêu chí CCHC khối sở", legal_number="192/QĐ-UBND", legal_date="15/01/2026")
    manager.page.get_by_label("Chương trình").select_option(index=1)
    manager.page.get_by_label("Sở, ban, ngành").check()
    manager.press("Kiểm tra và nhập", answer=422)
    cells = manager.page.locator("tr.error").first.locator("td")
    expect(cells.nth(1)).to_have_text("3")
    expect(cells.nth(2)).to_have_text("Thang điểm")
    manager.attach(CRITERIA.encode(), "bộ tiêu chí.csv")
    manager.press("Kiểm tra và nhập")
    manager.reads("Đã nhập 7 tiêu chí chấm điểm.")
    manager.press("Ban hành", sure=True)
    manager.reads("Đã ban hành bộ tiêu chí")


# 2. The guided path opens a round; every leaf of every agency has an appraiser.


def open_the_round(stage: Stage) -> None:
    manager = stage.person("manager")
    manager.go("/rounds/")
    manager.follow("Tạo kỳ chấm điểm")
    entry, appraisal = (now() + timedelta(days=days) for days in (10, 20))
    manager.fill(
        period="2026",
        name=ROUND,
        entry_deadline=f"{entry:%d/%m/%Y}",
        appraisal_deadline=f"{appraisal:%d/%m/%Y}",
    )
    manager.press("Tạo kỳ")
    manager.follow("Xem, sửa")
    manager.reads("Sở Y tế")
    manager.follow("Tiếp: bộ tiêu chí")
    manager.press("Lưu và tiếp tục")
    manager.press("Lưu và tiếp tục")
    manager.press("Lưu và tiếp tục")
    manager.press("Phân công theo bộ tiêu chí", sure=True)
    manager.reads("Mọi tiêu chí của mọi cơ quan đã có người thẩm định.")
    manager.follow("Tiếp: kiểm tra và mở")
    manager.press("Mở kỳ chấm điểm", sure=True)
    manager.reads("Chưa gửi")


# 3. A leader asks for an account for the clerk; the manager approves; the slip holds a one-time password.


def ask_for_an_account(stage: Stage) -> None:
    leader, manager = stage.person("leader"), stage.person("manager")
    leader.sign_in_first("yt-duyet", stage.passwords["yt-duyet"])
    leader.go("/accountrequestview/list/")
    leader.follow("Thêm mới")
    leader.fill(
        last_name="Vũ Thị",
        first_name="Hạnh",
        position="Chuyên viên",
        email="hanh@tinh.example",
        reason="Bổ sung người nhập liệu",
    )
    leader.press("Lưu")
    manager.go("/home/")
    manager.page.locator(".stat", has_text="Đăng ký tài khoản chờ duyệt").get_by_role("link").click()
    manager.page.wait_for_url("**/accounts-desk/")
    manager.look()
    manager.reads("Vũ Thị Hạnh")
    manager.press("Duyệt, tạo tài khoản", sure=True)
    stage.clerk_name = stage.keep_slips(manager)[0]
    leader.go("/accountrequestview/list/")
    leader.reads("Đã duyệt")
    stage.person("clerk").sign_in_first(stage.clerk_name, stage.passwords[stage.clerk_name])
