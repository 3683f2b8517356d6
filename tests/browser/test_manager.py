"""The manager's desk, by hand: follow, compare, rank, try out, set up the next year, send back by two."""

import re
from email import message_from_string
from email.policy import default
from io import BytesIO
from zipfile import ZipFile

import docx
import openpyxl
import pytest
from flask import Flask
from playwright.sync_api import expect

from tests.browser import desks
from tests.browser.people import Person
from tests.mail_server import MailServer, mail_server
from tests.scoring.views.stages import concluded

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


def test_progress_is_narrowed_exported_reminded_of_and_a_sheet_goes_back_by_two_managers(
    app, province, visit
):
    round_id = desks.round_of_both_groups(app, province)
    manager = visit("quan-ly")
    manager.go(f"/progress/{round_id}")
    narrow_progress(manager)
    with mail_server(app) as server:
        remind_by_mail(app, server, manager, visit("nv-nhap"))
    send_back(manager, visit("quan-ly-2"), visit("tp-nhap"))


def narrow_progress(manager: Person) -> None:
    """By group and state; the file says what the screen shows."""
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


def remind_by_mail(app: Flask, server: MailServer, manager: Person, clerk: Person) -> None:
    """Words are seen, then sent to what the filters leave; the letter arrives, its link opens the late sheet."""
    narrow(manager, "state", label="Đang nhập")
    manager.follow("Nhắc 2 cơ quan chưa gửi")
    manager.reads("Nhắc việc: Sở Nội vụ chưa gửi", "#reminder-preview")
    manager.press("Nhắc 2 cơ quan chưa gửi")
    assert app.test_cli_runner().invoke(args=["scoring", "send-mail"]).exit_code == 0
    letters = [message_from_string(letter, policy=default) for letter in server.letters]
    told = [letter.get_content() for letter in letters if "nv-nhap" in letter["To"]]
    words = next(text for text in told if "Nhắc việc" in text)
    clerk.go(re.search(r"http://localhost(/\S+)", words).group(1))
    clerk.reads("Sở Nội vụ · CCHC 2026", ".page-head")


def send_back(one: Person, other: Person, clerk: Person) -> None:
    """One manager asks, the other confirms; the clerk finds the reason and the row that it names."""
    one.page.goto(one.page.url.partition("?")[0])
    one.follow("Sở Tư pháp")
    one.fill(reason="Mục 1.2 ghi thiếu số liệu", deadline="31/01/2028")
    one.press("Đề nghị trả lại", sure=True)
    one.reads("Cần một tài khoản quản lý khác xác nhận.")
    expect(one.page.get_by_role("button", name="Xác nhận mở khóa")).to_have_count(0)
    clerk.page.goto("/home/")
    clerk.reads("Đã gửi")
    other.page.goto("/home/")
    other.press(other.page.get_by_role("button", name="Chờ xác nhận mở khóa"))
    other.reads("Mục 1.2 ghi thiếu số liệu")
    other.press("Xác nhận mở khóa", sure=True)
    one.page.goto("/home/")
    one.press(one.page.get_by_role("button", name="Đã xác nhận mở khóa"))
    one.reads("Đang nhập", ".page-head")
    clerk.go("/home/")
    clerk.follow("Mở phiếu")
    clerk.reads("Mục 1.2 ghi thiếu số liệu")
    clerk.page.locator("[data-filter=returned]").click()
    expect(clerk.page.locator("form.leaf:visible .code")).to_have_text(["1.2"])


def test_the_heat_map_leads_to_the_agency_and_the_council_takes_its_minutes_along(app, province, visit):
    round_id = desks.round_with_differences(app, province)
    manager = visit("quan-ly")
    manager.go(f"/differences/{round_id}")
    row = manager.page.locator(".heat tbody tr", has_text="Sở Tư pháp")
    assert [text.strip() for text in row.locator("td").all_inner_texts()] == ["−0,5", "−0,5", "không khác", "−1"]
    narrow(manager, "field", value="1")
    expect(manager.page.locator(".heat thead .code")).to_have_text(["1.1", "1.2", "1.3", "1.4", "1.5"])
    cell = manager.page.locator(".heat td a", has_text="−0,5")
    manager.follow("−0,5", within=".heat")
    expect(cell).to_have_count(0)
    expect(manager.page.locator(".pair .code")).to_have_text(["1.2"])
    conclude(manager, "0,75")
    manager.follow("Bản đồ chênh lệch")
    document = docx.Document(BytesIO(manager.download(manager.page.get_by_role("link", name="Biên bản").first)))
    cells = [[cell.text for cell in line.cells] for table in document.tables for line in table.rows]
    rows = [row[:4] + row[5:8] for row in cells]  # the column between them holds figures and working
    assert ["1", "Sở Tư pháp", "1.2 Hoàn thành kế hoạch", "2", "1", "0,5", "0,75"] in rows


def conclude(manager: Person, points: str) -> None:
    pair = manager.page.locator(".pair")
    pair.locator("summary", has_text="Ghi kết luận").click()
    form = pair.locator("form", has_text="Số biên bản")
    form.locator("[name=points]").fill(points)
    form.locator("[name=reason]").fill("Hội đồng thống nhất")
    form.locator("[name=minutes_number]").fill("05/BB-HĐTĐ")
    manager.press(form.get_by_role("button", name="Ghi kết luận"))


INKED = """(canvas) => {
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    const inks = new Set();
    for (let at = 0; at < data.length; at += 4)
        if (data[at + 3] === 255) inks.add((data[at] << 16) | (data[at + 1] << 8) | data[at + 2]);
    return inks.size;
}"""


def drawn(person: Person) -> list[str]:
    """The charts of the page that are drawn in more than one colour, by name, each with its table opened beside."""
    found = []
    for chart in person.page.locator("figure.chart").all():
        chart.scroll_into_view_if_needed()
        expect(chart.locator("canvas")).to_be_visible()
        assert chart.locator("canvas").evaluate(INKED) > 3
        expect(chart.locator("table")).to_be_hidden()
        chart.locator("summary").click()
        expect(chart.locator("table")).to_be_visible()
        found.append(chart.locator(".chart-box").get_attribute("id").rsplit("-", 1)[0])
    return found


def ranking(person: Person) -> list[tuple[str, str, str]]:
    """(rank, agency, movement) as the ranking shows them."""
    lines = person.page.locator(".ranking tbody tr").all()
    cells = (".place", "th", "td.movement")
    return [tuple(line.locator(cell).first.inner_text().strip() for cell in cells) for line in lines]


def test_results_are_drawn_printed_and_tried_otherwise_and_the_data_stay_as_they_are(app, province, visit):
    desks.concluded_years(app, province)
    manager = visit("quan-ly")
    before = desks.contents(app)
    see_results(manager)
    try_changes(manager)
    assert desks.contents(app) == before


def see_results(manager: Person) -> None:
    """Every chart is drawn with its table beside it; on paper the ranking is a table."""
    manager.go("/results/")
    manager.follow("CCHC 2025")
    assert ranking(manager) == [
        ("1", "Sở Tài chính", "="),
        ("2", "Sở Tư pháp", "tăng 1"),
        ("3", "Sở Nội vụ", "giảm 1"),
    ]
    assert drawn(manager) == ["rank", "moved", "grades", "spread", "past"]
    manager.look()
    expect(manager.page.locator("#past-1 ~ details tbody th")).to_have_text(["2024", "2025"])
    manager.reads("Hạng 2–3")
    manager.reads("cách nhau 0,20 điểm")
    expect(manager.page.locator("#grades-1 ~ details td")).to_have_text(["0", "3", "0", "0", "0"])
    expect(manager.page.locator("#moved-1 ~ details tbody th")).to_have_text(["Sở Tư pháp", "Sở Nội vụ"])
    counts = manager.page.locator("#spread-1 ~ details td").all_inner_texts()
    assert (sum(map(int, counts)), len(counts)) == (3, 2)
    print_it(manager)
    expect(manager.page.locator(".heat tbody tr", has_text="Sở Nội vụ").locator("td")).to_have_count(3)
    with ZipFile(BytesIO(manager.download(manager.page.get_by_role("link", name="Tất cả trong một tệp")))) as files:
        assert [name.rpartition(".")[2] for name in files.namelist()].count("xlsx") == 5
    manager.follow("Sở Nội vụ", within=".ranking")
    assert drawn(manager) == ["fields", "years"]


def print_it(person: Person) -> None:
    """The ranking is a table on paper, and what is only for hands is not there."""
    person.page.emulate_media(media="print")
    expect(person.page.locator(".ranking table")).to_have_css("display", "table")
    expect(person.page.locator(".ranking thead")).to_be_visible()
    expect(person.page.locator("[data-print]")).to_be_hidden()
    expect(person.page.locator(".side")).to_be_hidden()
    person.page.emulate_media(media="screen")


def try_out(person: Person, **change: str) -> list[tuple[str, str]]:
    """Add one change to those on trial: option texts by a part of them, figures as typed; the ranking that comes."""
    form = person.page.locator("form", has_text="Thêm thay đổi")
    for name, value in change.items():
        field = form.locator(f"[name={name}]")
        if name in ("maximum", "points"):
            field.fill(value)
        else:
            field.select_option(label=field.locator("option", has_text=value).first.inner_text().strip())
    person.press(form.get_by_role("button", name="Thử"))
    return trial(person)


def trial(person: Person) -> list[tuple[str, str]]:
    """(agency, movement) in the order of the ranks on trial."""
    return [(agency, movement) for _rank, agency, movement in ranking(person)]


UNMOVED = [("Sở Tài chính", "="), ("Sở Tư pháp", "="), ("Sở Nội vụ", "=")]
MOVED = [("Sở Tài chính", "="), ("Sở Nội vụ", "tăng 1"), ("Sở Tư pháp", "giảm 1")]
TWO_CHANGES = [("Sở Nội vụ", "tăng 2"), ("Sở Tài chính", "giảm 1"), ("Sở Tư pháp", "giảm 1")]
THREE_CHANGES = [("Sở Nội vụ", "tăng 2"), ("Sở Tư pháp", "tăng 1"), ("Sở Tài chính", "giảm 2")]


def try_changes(manager: Person) -> None:
    """A weight, a criterion left out, a score: alone and together. Ranks move on the screen alone."""
    manager.page.goto("/results/")
    manager.follow("CCHC 2025")
    manager.follow("Thử thay đổi")
    assert trial(manager) == UNMOVED
    assert try_out(manager, node="2.1.", maximum="1") == MOVED
    manager.reads("2 cơ quan đổi hạng: 1 tăng, 1 giảm.")
    manager.follow("Làm lại từ đầu")
    assert try_out(manager, without="2.1.") == MOVED
    manager.follow("Làm lại từ đầu")
    assert try_out(manager, sheet="Sở Nội vụ", criterion="1.4.", points="1") == MOVED
    assert try_out(manager, without="2.1.") == TWO_CHANGES
    assert try_out(manager, sheet="Sở Tư pháp", criterion="1.4.", points="1") == THREE_CHANGES
    manager.follow("Bỏ thay đổi này: Sở Tư pháp")
    assert trial(manager) == TWO_CHANGES
    manager.follow("Về bảng xếp hạng")


def test_the_guided_path_leads_from_last_years_round_to_the_next_one_opened(app, province, visit):
    last = concluded(app, province)
    with app.app_context():
        desks.set_for_communes(province)
    manager = visit("quan-ly")
    manager.go(f"/rounds/{last}")
    manager.press("Tạo kỳ kế tiếp từ kỳ này", sure=True)
    manager.reads("CCHC 2027")
    manager.follow("Xem, sửa")
    manager.reads("UBND cấp xã")
    manager.follow("Tiếp: bộ tiêu chí")
    manager.page.get_by_label("UBND cấp xã").select_option(index=1)
    manager.press("Lưu và tiếp tục")
    manager.fill(entry_deadline="31/01/2028", appraisal_deadline="28/02/2028 17:00")
    manager.press("Lưu và tiếp tục")
    manager.press("Lưu và tiếp tục")
    expect(manager.page.locator(".tab-count")).to_have_text(["✓", "16"])
    manager.follow("UBND cấp xã", within=".tabs[aria-label=Khối]")
    give(manager, "Td Nv", "Chỉ đạo điều hành", "Điểm thưởng")
    expect(manager.page.locator(".tab-count")).to_have_text(["✓", "4"])
    expect(manager.page.locator(".heat tbody td")).to_have_text(["✓", "✓", "✓", "✓", "0/4", "✓"])
    give(manager, "Td Tp", "Thể chế")
    manager.reads("Mọi tiêu chí của mọi cơ quan đã có người thẩm định.")
    manager.follow("Tiếp: kiểm tra và mở")
    manager.press("Mở kỳ chấm điểm", sure=True)
    manager.reads("Đã mở kỳ chấm điểm và tạo 5 phiếu.")


def give(manager: Person, person: str, *fields: str) -> None:
    """In the matrix's form: these fields of the group to this person."""
    form = manager.page.locator("form", has_text="Tất cả cơ quan của khối")
    form.locator("label", has_text=person).locator("[name=appraisers]").check()
    for field in fields:
        form.locator("label", has_text=field).locator("[name=criteria]").check()
    manager.look()
    manager.press(form.get_by_role("button", name="Phân công"))
