"""The ten acts (design §5) with the demo's own files and people, each act by clicking."""

import re
from datetime import timedelta
from random import Random
from typing import NamedTuple

from playwright.sync_api import Locator, expect

from app.clock import local_date, now
from soak.years import files
from soak.years.files import DEMO, Place
from tests.browser.acts.appraisal import conclude
from tests.browser.acts.results import check_ranking_file
from tests.browser.people import SECRET, Person
from tests.browser.stage import Stage
from tests.province import DECISION

RNG = Random(192)


class Year(NamedTuple):
    """A period, its groups by programme, and the agencies that fill in their sheets."""

    period: str
    groups: dict[str, tuple[str, ...]]
    active: list[Place]


class Opened(NamedTuple):
    """A round as its pages name it."""

    id: int
    programme: str
    name: str


def set_up(stage: Stage, taking_part: list[Place]) -> None:
    """Act 1: first sign-in; agencies, survey forms, accounts and criteria sets come in from files."""
    manager = stage.person("manager")
    manager.sign_in_first("quanly", stage.passwords["quanly"])
    for name in ("agencies.csv", "communes.csv"):
        manager.go("/agencies-desk/import")
        manager.attach((DEMO / name).read_bytes(), name)
        manager.press("Kiểm tra và nhập")
    manager.go("/surveys-desk/")
    manager.attach((DEMO / "survey_forms.csv").read_bytes(), "survey_forms.csv")
    manager.press("Nhập")
    manager.go("/accounts-desk/import")
    manager.attach(files.account_list(taking_part), "tài khoản.csv")
    manager.press("Kiểm tra và tạo tài khoản")
    stage.keep_slips(manager)
    for number, table in enumerate(files.tables(), 4501):
        bring_in_and_issue(manager, table, f"{number}/QĐ-UBND")


def bring_in_and_issue(manager: Person, table: files.Table, number: str) -> None:
    manager.go("/criteria/import")
    manager.attach(table.file.read_bytes(), table.file.name)
    manager.fill(name=table.title, legal_number=number, legal_date="15/11/2024")
    manager.page.locator("main select[name=programme]").select_option(table.programme)
    labels = {
        "so": "Sở, ban, ngành",
        "dvsn": "Đơn vị sự nghiệp",
        "huyen": "UBND cấp huyện",
        "xa": "UBND cấp xã",
    }
    manager.page.get_by_label(labels[table.group]).check()
    manager.press("Kiểm tra và nhập")
    manager.press("Ban hành", sure=True)


def open_round(stage: Stage, year: Year, programme: str) -> Opened:
    """Act 2: the guided path; every leaf of every agency has an appraiser."""
    manager = stage.person("manager")
    name = {"cchc": "Chỉ số cải cách hành chính", "htnv": "Mức độ hoàn thành nhiệm vụ"}[
        programme
    ] + f" năm {year.period}"
    manager.go(f"/rounds/new?programme={programme}")
    entry, appraisal = (f"{now() + timedelta(days=days):%d/%m/%Y}" for days in (10, 20))
    manager.fill(period=year.period, name=name, entry_deadline=entry, appraisal_deadline=appraisal)
    manager.press("Tạo kỳ")
    round_id = int(re.search(r"/rounds/(\d+)", manager.page.url)[1])
    manager.go(f"/rounds/{round_id}/prepare/sets")
    for _step in ("sets", "deadlines", "bands"):
        manager.press("Lưu và tiếp tục")
    manager.press("Phân công theo bộ tiêu chí", sure=True)
    manager.reads("Mọi tiêu chí của mọi cơ quan đã có người thẩm định.")
    manager.follow("Tiếp: kiểm tra và mở")
    manager.press("Mở kỳ chấm điểm", sure=True)
    return Opened(round_id, programme, name)


def fill_and_send(stage: Stage, place: Place, first: bool) -> dict[str, str]:
    """Acts 3 to 5 in one agency: workbook, evidence, approval, signed report, receipt. Sheet's path → code."""
    clerk, leader = stage.person("clerk"), stage.person("leader")
    for person, name in ((clerk, place.clerk), (leader, place.leader)):
        if first:
            person.sign_in_first(name, stage.passwords[name])
        else:
            person.sign_in(name, SECRET)
    clerk.go("/sheets/")
    links = clerk.page.locator("main a[href^='/sheets/']").evaluate_all("all => all.map(a => a.pathname)")
    codes = {}
    for sheet in sorted({path for path in links if re.fullmatch(r"/sheets/\d+", path)}):
        clerk.go(f"{sheet}/check")
        if clerk.page.locator("dt:text('Mã xác thực')").count() or not fill(clerk, sheet):
            continue
        leader.go(f"{sheet}/check")
        leader.press("Phê duyệt báo cáo", sure=True)
        report = leader.download(leader.page.locator("main .actions").get_by_role("link", name="PDF"))
        clerk.go(f"{sheet}/check")
        clerk.attach(report + b"\n% signed", "Báo cáo đã ký.pdf", ".sign-form input[type=file]")
        clerk.press("Đính tệp")
        clerk.press("Gửi kết quả tự đánh giá", sure=True)
        clerk.go(f"{sheet}/receipt")
        codes[sheet] = clerk.page.locator("dt:text('Mã xác thực') + dd").text_content().strip()
    for part in ("clerk", "leader"):
        stage.people.pop(part).context.close()
    return codes


def fill(clerk: Person, sheet: str) -> bool:
    """The workbook there and back, then a file for every criterion that must have one; False: not open."""
    clerk.go(f"{sheet}/upload")
    link = clerk.page.get_by_role("link", name="Tải tệp Excel")
    if not link.count():
        return False
    clerk.attach(files.filled_sheet(clerk.download(link), RNG), "phiếu.xlsx")
    clerk.press("Xem thay đổi")
    clerk.press("Lưu các thay đổi này")
    for row in clerk.page.locator("form[data-row][data-required='1']").all():
        number = row.get_attribute("id")
        paper = f"%PDF-1.4\n%{sheet}{number}\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n".encode()
        clerk.attach(paper, f"Văn bản {row.get_attribute('data-code')}.pdf", f"#{number} [data-upload]")
        expect(row.locator(".chip-file")).to_have_count(1)
    return True


def answer_surveys(stage: Stage, opened: Opened, about: list[Place]) -> None:
    """Citizens answer by the open link, officials inside; the rest of the points comes from a table."""
    manager = stage.person("manager")
    manager.go(f"/surveys-desk/{opened.id}")
    if manager.page.locator("input[name=mode][value=link]").count():
        manager.page.locator("input[name=mode][value=link]").first.check()
        manager.page.locator("form:has(input[name=mode]) button").first.click()
        manager.reads("Đã đổi cách trả lời phiếu.")
    links = manager.page.locator(".link-box input[readonly]").evaluate_all("all => all.map(box => box.value)")
    for link in links:
        citizen = Person(stage.browser, stage.address, {"width": 390, "height": 844}, stage.troubles)
        for place in about:
            citizen.go(link.removeprefix(stage.address))
            choice = citizen.page.locator("select[name=agency]")
            if place.name not in choice.locator("option").all_text_contents():
                continue
            choice.select_option(label=place.name)
            citizen.press("Trả lời về cơ quan này")
            for question in citizen.page.locator("li.question fieldset").all():
                RNG.choice(question.locator("input").all()[:3]).check()
            citizen.press("Gửi phiếu")
        citizen.context.close()
    if manager.page.get_by_role("link", name="Xem nguồn phiếu, tính điểm").count():
        manager.page.get_by_role("link", name="Xem nguồn phiếu, tính điểm").click()
        manager.press("Tính điểm khảo sát", sure=True)
        table = manager.download(manager.page.get_by_role("link", name="Tải bảng điểm khảo sát"))
        manager.attach(
            files.filled_survey_points(table, RNG), "điểm khảo sát.xlsx", "#from-file input[type=file]"
        )
        manager.press("Kiểm tra và nhập")
        manager.reads("Mọi tiêu chí khảo sát đã có điểm.")


def watch_and_begin(stage: Stage, opened: Opened) -> None:
    """Act 6: progress, a reminder to the late ones, and on to the appraisal."""
    manager = stage.person("manager")
    manager.go(f"/progress/{opened.id}")
    late = re.compile("^Nhắc .* cơ quan chưa gửi")
    if manager.page.get_by_role("link", name=late).count():
        manager.follow(late)
        manager.press(manager.page.get_by_role("button", name=late).first)
    manager.go(f"/rounds/{opened.id}/appraise")
    manager.press("Chuyển sang thẩm định", sure=True)


def appraise(stage: Stage, code: str, rounds: list[Opened], first: bool) -> None:
    """Act 7: each of their rounds by workbook, then sent; after the last one the account is locked."""
    name = files.appraiser(code)
    person = stage.person("appraiser")
    if first:
        person.sign_in_first(name, stage.passwords[name])
    else:
        person.sign_in(name, SECRET)
    person.go("/appraisals/")
    mine = [o for o in rounds if person.page.locator(f"main a[href='/appraisals/{o.id}']").count()]
    for opened in mine:
        person.go(f"/appraisals/{opened.id}/upload")
        book = person.download(person.page.get_by_role("link", name="Tải tệp Excel"))
        person.attach(files.filled_appraisal(book, RNG), "thẩm định.xlsx")
        person.press("Xem thay đổi")
        person.press("Lưu các thay đổi này")
        person.go(f"/appraisals/{opened.id}/send")
        person.press("Gửi kết quả thẩm định", sure=True)
    person.reads("Đã gửi, tài khoản đã khóa")
    person.go("/home/")
    expect(person.page).to_have_url(re.compile("/login/"))
    stage.people.pop("appraiser").context.close()


def settle(stage: Stage, opened: Opened, active: list[Place]) -> bool:
    """Act 8: a difference is asked about, explained by its agency, concluded; False when nobody has one."""
    manager = stage.person("manager")
    manager.go(f"/differences/{opened.id}")
    for place in active:
        manager.go(f"/differences/{opened.id}/agencies/{sheet_of(manager, opened, place)}")
        asking = manager.page.locator("summary", has_text="Yêu cầu giải trình")
        if asking.count():
            settle_one(stage, place, manager.page.locator(".pair", has=asking).first)
            return True
    return False


def settle_one(stage: Stage, place: Place, pair: Locator) -> None:
    manager, clerk = stage.person("manager"), stage.person("clerk")
    title = pair.locator(".name").first.text_content().strip()
    pair.locator("summary", has_text="Yêu cầu giải trình").click()
    pair.locator("[name=reason]").first.fill("Nêu rõ căn cứ của điểm tự chấm")
    manager.press(pair.get_by_role("button", name="Gửi yêu cầu"))
    clerk.sign_in(place.clerk, SECRET)
    clerk.go("/home/")
    clerk.follow("Giải trình")
    clerk.fill(answer="Văn bản đã ban hành đúng hạn, gửi kèm hồ sơ")
    clerk.press("Gửi giải trình")
    stage.people.pop("clerk").context.close()
    manager.go(manager.page.url.removeprefix(stage.address).partition("#")[0])
    conclude(manager, title, "0,5", "Chấp nhận một phần giải trình")


def sheet_of(manager: Person, opened: Opened, place: Place) -> str:
    manager.go(f"/progress/{opened.id}")
    link = manager.page.locator("main a", has_text=re.compile(f"^\\s*{re.escape(place.name)}\\s*$")).first
    return link.get_attribute("href").rpartition("/")[2]


def rank_and_publish(stage: Stage, opened: Opened, code: str) -> None:
    """Acts 9 and 10: the files say the screen's numbers; concluded, published, verified, copied."""
    manager, anyone = stage.person("manager"), stage.person("anyone")
    manager.go(f"/results/{opened.id}")
    check_ranking_file(manager)
    manager.go(f"/rounds/{opened.id}")
    manager.follow("Kiểm tra và kết luận")
    for box in manager.page.locator("input[name=asked], input[name=kept]").all():
        box.check()
    manager.press("Kết luận kỳ chấm điểm", sure=True)
    today = f"{local_date(now()):%d/%m/%Y}"
    manager.fill(decision_number=f"{600 + opened.id}/QĐ-UBND", decided_on=today, signer="Chủ tịch Nguyễn Văn A")
    manager.attach(DECISION, "quyet-dinh.pdf")
    manager.press("Công bố kết quả", sure=True)
    anyone.go("/public/")
    anyone.follow(opened.name)
    anyone.go("/verify/")
    anyone.fill(code=code)
    anyone.press("Kiểm tra")
    anyone.reads("Báo cáo do hệ thống lập và đang có hiệu lực.")
    manager.go(f"/results/{opened.id}")
    assert manager.download(manager.page.get_by_role("link", name="Tất cả trong một tệp"))[:2] == b"PK"
