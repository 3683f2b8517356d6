"""Acts 4 to 6: the clerk fills the sheet, the leader approves, it is sent; the late ones are reminded."""

from datetime import timedelta
from io import BytesIO

import openpyxl
from playwright.sync_api import expect

from app.clock import now
from tests.browser.people import PHONE, Person
from tests.browser.province import PDF, ROUND
from tests.browser.stage import Stage

# 4. The clerk fills the sheet, reloads, loses nothing, and answers the survey.


def row(person: Person, code: str) -> None:
    return person.page.locator(f'form[data-code="{code}"]')


def saved(person: Person, code: str) -> None:
    expect(row(person, code)).to_have_attribute("data-state", "saved")


def fill_the_sheet(stage: Stage) -> None:
    clerk = stage.person("clerk")
    clerk.go("/home/")
    clerk.follow("Mở phiếu")
    stage.sheet = clerk.page.url.split("/")[-1]
    row(clerk, "1.1").get_by_label("Đúng hạn").check()
    saved(clerk, "1.1")
    row(clerk, "1.2").locator("[name=a]").fill("9")
    row(clerk, "1.2").locator("[name=b]").fill("10")
    row(clerk, "1.3").locator("[name=n]").fill("2")
    expect(row(clerk, "1.2").locator(".suggest")).to_contain_text("9/10 = 90% → bậc 2 → 1 điểm")
    row(clerk, "2.1").locator("[name=a]").fill("3")
    saved(clerk, "1.3")
    row(clerk, "2.1").locator("[name=b]").fill("4")
    row(clerk, "2.1").locator("[data-points]").fill("1,75")
    row(clerk, "2.1").locator("[name=explanation]").fill("Một văn bản lùi hạn theo chỉ đạo")
    row(clerk, "1.1").locator("[name=explanation]").focus()
    saved(clerk, "2.1")
    clerk.attach(PDF, "Tờ trình.pdf", 'form[data-code="2.1"] [data-upload]')
    expect(row(clerk, "2.1").locator(".chip-file")).to_have_count(1)
    clerk.look()
    clerk.page.reload()
    expect(clerk.page.locator("#sheet-figures [data-total]")).to_have_text("4,75")
    expect(row(clerk, "2.1").locator("[data-points]")).to_have_value("1,75")
    expect(row(clerk, "2.1").locator("[name=explanation]")).to_have_value("Một văn bản lùi hạn theo chỉ đạo")
    expect(row(clerk, "2.1").locator(".chip-file")).to_have_count(1)
    answer_the_survey(clerk)


def answer_the_survey(clerk: Person) -> None:
    clerk.go("/home/")
    clerk.go("/surveys/")
    clerk.follow("Trả lời")
    for question in clerk.page.locator("li.question fieldset").all():
        question.locator("input").first.check()
    clerk.press("Gửi phiếu")
    clerk.reads("Đã trả lời")


# 5. The check lists what is missing; the leader approves, the clerk sends; another agency gets more time.


def check_approve_and_send(stage: Stage) -> None:
    clerk, leader = stage.person("clerk"), stage.person("leader")
    clerk.go(f"/sheets/{stage.sheet}/check")
    expect(clerk.page.locator(".findings li.error b")).to_have_text(["1.1", "2.2"])
    clerk.page.locator(".findings li.error a").last.click()
    row(clerk, "2.2").get_by_label("Đầy đủ").check()
    saved(clerk, "2.2")
    clerk.attach(PDF + b"%", "Kế hoạch.pdf", 'form[data-code="1.1"] [data-upload]')
    expect(row(clerk, "1.1").locator(".chip-file")).to_have_count(1)
    leader.go(f"/sheets/{stage.sheet}/check")
    leader.reads("Mọi tiêu chí đã chấm")
    leader.press("Phê duyệt báo cáo", sure=True)
    report = download_reports(leader)
    clerk.go(f"/sheets/{stage.sheet}/check")
    clerk.attach(report + b"\n% signed", "Báo cáo đã ký.pdf", ".sign-form input[type=file]")
    clerk.press("Đính tệp")
    clerk.press("Gửi kết quả tự đánh giá", sure=True)
    clerk.go(f"/sheets/{stage.sheet}/receipt")
    clerk.reads("5,75 / 10")
    stage.code = clerk.page.locator("dt:text('Mã xác thực') + dd").text_content().strip()
    clerk.go(f"/sheets/{stage.sheet}")
    expect(clerk.page.locator("form[data-row]")).to_have_count(0)
    give_more_time(stage.person("manager"), stage)


def download_reports(leader: Person) -> bytes:
    """The PDF; Word and Excel open too and say the same points."""
    links = leader.page.locator("main .actions")
    book = openpyxl.load_workbook(BytesIO(leader.download(links.get_by_role("link", name="Excel"))))
    cells = {cell.value for tab in book for line in tab.iter_rows() for cell in line}
    assert {"Tổng điểm tự chấm: 5,75/10 điểm = 57,50%", 1.75} <= cells
    assert leader.download(links.get_by_role("link", name="Word"))[:2] == b"PK"
    pdf = leader.download(links.get_by_role("link", name="PDF"))
    assert pdf[:4] == b"%PDF"
    return pdf


def give_more_time(manager: Person, stage: Stage) -> None:
    manager.go("/progress/1")
    manager.follow("Sở Tư pháp")
    manager.fill(
        deadline=f"{now() + timedelta(days=15):%d/%m/%Y}",
        decision_number="45/UBND-NC",
        reason="Mưa lũ kéo dài",
    )
    manager.press("Gia hạn")
    manager.reads("45/UBND-NC")


# 6. The manager sees who is late and reminds them.


def watch_and_remind(stage: Stage) -> None:
    manager = stage.person("manager")
    manager.go("/home/")
    manager.follow("Theo dõi tiến độ")
    expect(manager.page.locator("table.data tbody th")).to_have_text(["Sở Nội vụ", "Sở Tư pháp", "Sở Y tế"])
    manager.follow("Nhắc 2 cơ quan chưa gửi")
    manager.press("Nhắc 2 cơ quan chưa gửi")
    late = stage.person("another clerk", PHONE)
    late.sign_in_first("tp-nhap", stage.passwords["tp-nhap"])
    late.go("/home/notifications")
    longer = f"{now() + timedelta(days=15):%d/%m/%Y} 17:00"
    late.reads(f"“{ROUND}”: cơ quan được gia hạn đến {longer}.")
    late.reads(f"Nhắc việc: Sở Tư pháp chưa gửi kết quả tự đánh giá kỳ “{ROUND}”; hạn gửi {longer}.")
