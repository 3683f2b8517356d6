"""The manager's desk, by hand: follow, compare, rank, try out, set up the next year, send back by two."""

from decimal import Decimal
from io import BytesIO

import docx
import openpyxl
import pytest
from playwright.sync_api import expect

from tests.browser import desks
from tests.browser.people import Person

pytestmark = pytest.mark.browser


def agencies_on(person: Person) -> list[tuple[str, str]]:
    """(agency, state) as the progress table shows them."""
    lines = person.page.locator("main table.data tbody tr").all()
    return [
        (line.locator("th").inner_text().strip(), line.locator(".badge-state").first.inner_text().strip())
        for line in lines
    ]


def agencies_in(data: bytes) -> list[tuple[str, str]]:
    """The same of the workbook: its table stands below the row that names its columns."""
    rows = list(openpyxl.load_workbook(BytesIO(data)).active.iter_rows(values_only=True))
    head = next(place for place, row in enumerate(rows) if row[0] == "Khối")
    return [(row[1], row[2]) for row in rows[head + 1 :] if row[1]]


def narrow(person: Person, name: str, **option: str) -> None:
    """Choose in one of the toolbar's lists, which asks for the page anew."""
    with person.page.expect_navigation():
        person.page.locator(f".toolbar [name={name}]").select_option(**option)
    person.look()


def test_progress_is_narrowed_by_group_and_state_and_the_file_says_what_the_screen_shows(app, province, visit):
    round_id = desks.round_of_both_groups(app, province)
    manager = visit("quan-ly")
    manager.go(f"/progress/{round_id}")
    export = manager.page.locator(".toolbar").get_by_role("link", name="Xuất Excel")
    expect(manager.page.locator(".stack")).to_have_count(2)
    assert agencies_in(manager.download(export)) == agencies_on(manager)
    narrow(manager, "group", label="UBND cấp xã")
    communes = [("UBND phường Hạc Thành", "Đang nhập"), ("UBND xã Đông Tiến", "Đang nhập")]
    assert (agencies_on(manager), agencies_in(manager.download(export))) == (communes, communes)
    narrow(manager, "group", label="Sở, ban, ngành")
    narrow(manager, "state", label="Đã gửi")
    sent = [("Sở Tư pháp", "Đã gửi")]
    assert (agencies_on(manager), agencies_in(manager.download(export))) == (sent, sent)
    narrow(manager, "state", value="approved")
    expect(manager.page.locator(".empty-title")).to_have_text("Không có cơ quan nào khớp bộ lọc")


def test_the_heat_map_leads_to_the_agency_and_the_council_takes_its_minutes_along(app, province, visit):
    round_id = desks.round_with_differences(app, province)
    manager = visit("quan-ly")
    manager.go(f"/differences/{round_id}")
    row = manager.page.locator(".heat tbody tr", has_text="Sở Tư pháp")
    assert [text.strip() for text in row.locator("td").all_inner_texts()] == ["−0,5", "−0,5", "không khác", "−1"]
    narrow(manager, "field", value="1")
    expect(manager.page.locator(".heat thead abbr")).to_have_text(["1.1", "1.2", "1.3", "1.4", "1.5"])
    cell = manager.page.locator(".heat td a", has_text="−0,5")
    manager.follow("−0,5", within=".heat")
    expect(cell).to_have_count(0)
    expect(manager.page.locator(".pair .code")).to_have_text(["1.2"])
    conclude(manager, "0,75")
    manager.follow("Bản đồ chênh lệch")
    document = docx.Document(BytesIO(manager.download(manager.page.get_by_role("link", name="Biên bản").first)))
    cells = [[cell.text for cell in line.cells] for table in document.tables for line in table.rows]
    assert ["1", "Sở Tư pháp", "1.2 Hoàn thành kế hoạch", "2", "1", "0,5", "0,75"] in [row[:7] for row in cells]


def conclude(manager: Person, points: str) -> None:
    pair = manager.page.locator(".pair")
    pair.locator("summary", has_text="Ghi kết luận").click()
    form = pair.locator("form", has_text="Số biên bản")
    form.locator("[name=points]").fill(points)
    form.locator("[name=reason]").fill("Hội đồng thống nhất")
    form.locator("[name=minutes_number]").fill("05/BB-HĐTĐ")
    manager.press(form.get_by_role("button", name="Ghi kết luận"))
