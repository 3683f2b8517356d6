"""The ten acts of a year (design §5), played in Chromium by the people of a province that starts empty.

Manager, leader, clerk and appraisers work on a real server through the screens alone.
"""

import re
from datetime import timedelta
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import expect

from app.clock import now
from tests.browser.conftest import PHONE
from tests.browser.people import SECRET, Person
from tests.browser.province import (
    ACCOUNTS,
    AGENCIES,
    AGENCIES_WITH_A_MISTAKE,
    CRITERIA,
    CRITERIA_WITH_A_MISTAKE,
    PDF,
)

pytestmark = pytest.mark.browser
FORMS = Path(__file__).parents[2] / "demo" / "survey_forms.csv"
ROUND = "Chỉ số CCHC năm 2026"


def test_a_year_in_ten_acts(stage):
    for act in ACTS:
        act(stage)
    assert stage.troubles == []


# 1. The manager signs in for the first time, brings in agencies, forms, accounts and criteria, issues the set.


def first_sign_in_and_imports(stage):
    manager = stage.person("manager")
    manager.sign_in_first("quanly", stage.passwords["quanly"])
    import_agencies(manager)
    manager.go("/surveys-desk/")
    manager.attach(FORMS.read_bytes(), FORMS.name)
    manager.press("Nhập")
    manager.reads("KS-01")
    import_accounts(manager, stage)
    import_criteria(manager)


def import_agencies(manager: Person):
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


def import_accounts(manager: Person, stage):
    manager.go("/accounts-desk/")
    manager.follow("Nhập danh sách")
    manager.attach(ACCOUNTS.encode(), "tài khoản.csv")
    manager.press("Kiểm tra và tạo tài khoản")
    stage.keep_slips(manager)
    manager.follow("Đã in, quay lại")


def import_criteria(manager: Person):
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


def open_the_round(stage):
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


def ask_for_an_account(stage):
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
    manager.go("/accounts-desk/")
    manager.reads("Vũ Thị Hạnh")
    manager.press("Duyệt, tạo tài khoản", sure=True)
    stage.clerk_name = stage.keep_slips(manager)[0]
    leader.go("/accountrequestview/list/")
    leader.reads("Đã duyệt")
    stage.person("clerk").sign_in_first(stage.clerk_name, stage.passwords[stage.clerk_name])


# 4. The clerk fills the sheet, reloads, loses nothing, and answers the survey.


def row(person: Person, code: str):
    return person.page.locator(f'form[data-code="{code}"]')


def saved(person: Person, code: str) -> None:
    expect(row(person, code)).to_have_attribute("data-state", "saved")


def fill_the_sheet(stage):
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


def answer_the_survey(clerk: Person):
    clerk.go("/home/")
    clerk.go("/surveys/")
    clerk.follow("Trả lời")
    for question in clerk.page.locator("li.question fieldset").all():
        question.locator("input").first.check()
    clerk.press("Gửi phiếu")
    clerk.reads("Đã trả lời")


# 5. The check lists what is missing; the leader approves, the clerk sends; another agency gets more time.


def check_approve_and_send(stage):
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


def give_more_time(manager: Person, stage):
    manager.go("/progress/1")
    manager.follow("Sở Tư pháp")
    manager.fill(
        deadline=f"{now() + timedelta(days=15):%d/%m/%Y}", decision_number="45/UBND-NC", reason="Mưa lũ kéo dài"
    )
    manager.press("Gia hạn")
    manager.reads("45/UBND-NC")


# 6. The manager sees who is late and reminds them.


def watch_and_remind(stage):
    manager = stage.person("manager")
    manager.go("/home/")
    manager.follow("Theo dõi tiến độ")
    expect(manager.page.locator("table.data tbody th")).to_have_text(["Sở Nội vụ", "Sở Tư pháp", "Sở Y tế"])
    manager.press("Nhắc 2 cơ quan chưa gửi", sure=True)
    late = stage.person("another clerk", PHONE)
    late.sign_in_first("tp-nhap", stage.passwords["tp-nhap"])
    late.go("/home/notifications")
    late.reads(f"“{ROUND}”: cơ quan được gia hạn nộp")
    late.reads(f"Nhắc việc: “{ROUND}” chưa được gửi.")


# 7. Each appraiser sees only their own part, gives points and reasons, sends, and is locked out.


def appraise(stage):
    manager = stage.person("manager")
    manager.go("/rounds/1")
    manager.follow("Chuyển sang thẩm định")
    manager.press("Chuyển sang thẩm định", sure=True)
    lawyer = stage.person("appraiser")
    lawyer.sign_in_first("td-tp", stage.passwords["td-tp"])
    lawyer.go("/appraisals/1?by=criteria")
    appraise_the_lawyers_part(lawyer, stage)
    send_and_be_locked_out(lawyer, "td-tp")
    official = stage.person("second appraiser")
    official.sign_in_first("td-nv", stage.passwords["td-nv"])
    give_all(official, 1)
    send_and_be_locked_out(official, "td-nv")


def appraise_the_lawyers_part(lawyer: Person, stage):
    lawyer.go(f"/appraisals/1/agencies/{stage.sheet}")
    expect(lawyer.page.locator(".pair .code")).to_have_text(["2.1", "2.2"])
    lawyer.page.locator(".chip-file a").first.click()
    expect(lawyer.page.locator("#preview")).to_be_visible()
    lawyer.look()
    pair = lawyer.page.locator(".pair").first
    pair.locator("[data-points]").fill("1,5")
    pair.locator("[name=reason]").focus()
    lawyer.page.locator(".pair [data-points]").last.fill("1")
    expect(pair.locator(".row-result")).to_contain_text("hãy nêu lý do")
    lawyer.go("/appraisals/1/send")
    lawyer.reads("Khác điểm tự chấm nhưng chưa nêu lý do")
    lawyer.page.locator(".findings li", has_text="chưa nêu lý do").locator("a").click()
    pair.locator("[name=reason]").fill("Đúng tỷ lệ 3/4, không có văn bản cho lùi hạn")
    lawyer.page.locator(".pair [data-points]").last.focus()
    expect(pair).to_have_attribute("data-state", "saved")
    give_all(lawyer, 1)


def give_all(appraiser: Person, round_id: int):
    """Every open row of every agency gets one half."""
    appraiser.go(f"/appraisals/{round_id}")
    paths = [link.get_attribute("href") for link in appraiser.page.locator("table.data th a").all()]
    for path in paths:
        appraiser.go(path)
        for pair in appraiser.page.locator(".pair:not(.scored)").all():
            pair.locator("[data-points]").fill("0,5")
            pair.locator("[name=reason]").fill("Theo hồ sơ kiểm chứng")
            pair.locator("[data-points]").press("Enter")
            expect(pair).to_have_attribute("data-state", "saved")


def send_and_be_locked_out(appraiser: Person, name: str):
    appraiser.go("/appraisals/1/send")
    appraiser.press("Gửi kết quả thẩm định", sure=True)
    appraiser.reads("Đã gửi, tài khoản đã khóa")
    appraiser.go("/home/")
    expect(appraiser.page).to_have_url(re.compile("/login/"))
    appraiser.sign_in(name, SECRET)
    appraiser.reads("Tài khoản đã khóa", "body")


# 8. A difference is explained and concluded.


def settle_the_difference(stage):
    manager, clerk = stage.person("manager"), stage.person("clerk")
    manager.go("/differences/1")
    manager.go(f"/differences/1/agencies/{stage.sheet}")
    pair = manager.page.locator(".pair", has_text="Xây dựng văn bản")
    pair.locator("summary", has_text="Yêu cầu giải trình").click()
    pair.locator("[name=reason]").first.fill("Nêu rõ văn bản cho phép lùi hạn")
    manager.press(pair.get_by_role("button", name="Gửi yêu cầu"))
    clerk.go("/home/")
    clerk.follow("Giải trình")
    clerk.fill(answer="Văn bản số 12/UBND cho phép lùi hạn")
    clerk.press("Gửi giải trình")
    manager.go(f"/differences/1/agencies/{stage.sheet}")
    manager.reads("Văn bản số 12/UBND cho phép lùi hạn")
    conclude(manager, "Xây dựng văn bản", "1,75", "Chấp nhận giải trình")
    manager.reads("theo biên bản 05/BB-HĐTĐ: Chấp nhận giải trình")


def conclude(manager: Person, criterion: str, points: str, reason: str):
    pair = manager.page.locator(".pair", has_text=criterion)
    pair.locator("summary", has_text="Ghi kết luận").click()
    form = pair.locator("form", has_text="Số biên bản")
    form.locator("[name=points]").fill(points)
    form.locator("[name=reason]").fill(reason)
    form.locator("[name=minutes_number]").fill("05/BB-HĐTĐ")
    manager.press(form.get_by_role("button", name="Ghi kết luận"))


# 9. The ranking, and its files that say the same numbers.


def rank_and_export(stage):
    manager = stage.person("manager")
    manager.go("/surveys-desk/1")
    manager.press("Tính điểm khảo sát", sure=True)
    manager.go("/results/1")
    links = manager.page.locator("section.card.no-print")
    book = openpyxl.load_workbook(BytesIO(manager.download(links.get_by_role("link", name="Bảng xếp hạng"))))
    assert ranking_in(book.active) == ranking_on(manager)
    for name in ("Điểm theo lĩnh vực", "Điểm theo tiêu chí", "Phiếu từng cơ quan", "Chênh lệch"):
        openpyxl.load_workbook(BytesIO(manager.download(links.get_by_role("link", name=name))))
    assert manager.download(links.get_by_role("link", name="Báo cáo (Word)"))[:2] == b"PK"
    assert manager.download(links.get_by_role("link", name="Báo cáo (PDF)"))[:4] == b"%PDF"


def ranking_on(person: Person) -> list[tuple]:
    """(rank, agency, points, maximum, index, grade) as the screen shows them."""
    lines = person.page.locator("main table.data.cards").first.locator("tbody tr").all()
    cells = [[cell.strip() for cell in line.locator("td, th").all_text_contents()] for line in lines]
    return [(number(c[0]), c[1], *map(number, c[2:5]), c[5]) for c in cells]


def ranking_in(tab) -> list[tuple]:
    """The same columns of the workbook; only its table begins with a number."""
    lines = [line for line in tab.iter_rows(values_only=True) if isinstance(line[0], int)]
    return [(Decimal(c[0]), c[1], *(Decimal(str(value)) for value in c[2:5]), c[7]) for c in lines]


def number(shown: str) -> Decimal:
    return Decimal(shown.replace(",", "."))


# 10. Concluded, published, verified by anyone, and copied for the next year.


def conclude_and_publish(stage):
    manager, anyone = stage.person("manager"), stage.person("anyone")
    for agency in ("Sở Nội vụ", "Sở Tư pháp"):
        conclude_without_answers(manager, agency)
    manager.go("/rounds/1")
    manager.press("Kết luận kỳ chấm điểm", sure=True)
    manager.fill(decision_number="345/QĐ-UBND")
    manager.press("Công bố kết quả", sure=True)
    anyone.go("/")
    anyone.go("/public/")
    anyone.follow(ROUND)
    anyone.reads("Sở Y tế")
    anyone.go("/verify/")
    anyone.fill(code=stage.code)
    anyone.press("Kiểm tra")
    anyone.reads("Báo cáo do hệ thống lập và đang có hiệu lực.")
    manager.go("/rounds/1")
    manager.press("Tạo kỳ kế tiếp từ kỳ này", sure=True)
    manager.reads("2027")


def conclude_without_answers(manager: Person, agency: str):
    """Nobody answered the survey about this agency: the council settles its points."""
    manager.go("/rounds/1")
    manager.follow(agency)
    conclude(manager, "Sự quan tâm của người đứng đầu", "0", "Không có phiếu khảo sát")


# The main pages once more, on a phone.


def look_on_a_phone(stage):
    for name, paths in PHONE_PAGES.items():
        person = stage.person(name)
        person.page.set_viewport_size(PHONE)
        for path in paths:
            person.go(path.format(sheet=stage.sheet))


PHONE_PAGES = {
    "clerk": ["/home/", "/sheets/{sheet}", "/sheets/{sheet}/check", "/sheets/{sheet}/receipt", "/evidence/"],
    "manager": ["/home/", "/rounds/1", "/rounds/2", "/progress/1", "/differences/1", "/results/1", "/criteria/1"],
}
ACTS = [
    first_sign_in_and_imports,
    open_the_round,
    ask_for_an_account,
    fill_the_sheet,
    check_approve_and_send,
    watch_and_remind,
    appraise,
    settle_the_difference,
    rank_and_export,
    conclude_and_publish,
    look_on_a_phone,
]
