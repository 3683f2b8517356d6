"""Acts 9 and 10: the ranking and its files; concluded, published, verified, and copied for the next year."""

from decimal import Decimal
from io import BytesIO

import openpyxl

from app.clock import local_date, now
from tests.browser.acts.appraisal import conclude
from tests.browser.people import Person
from tests.browser.province import ROUND
from tests.browser.stage import Stage
from tests.province import DECISION

FILES = "section.card.no-print"

# 9. The ranking, and its files that say the same numbers.


def rank_and_export(stage: Stage) -> None:
    manager = stage.person("manager")
    manager.go("/surveys-desk/1")
    manager.page.get_by_role("link", name="Xem nguồn phiếu, tính điểm").click()
    manager.press("Tính điểm khảo sát", sure=True)
    manager.go("/results/1")
    check_ranking_file(manager)
    links = manager.page.locator(FILES)
    for name in ("Điểm theo lĩnh vực", "Điểm theo tiêu chí", "Phiếu từng cơ quan", "Chênh lệch"):
        openpyxl.load_workbook(BytesIO(manager.download(links.get_by_role("link", name=name))))
    assert manager.download(links.get_by_role("link", name="Báo cáo (Word)"))[:2] == b"PK"
    assert manager.download(links.get_by_role("link", name="Báo cáo (PDF)"))[:4] == b"%PDF"


def check_ranking_file(manager: Person) -> None:
    """On the results' page: the workbook opened by another library says the screen's numbers, group by group."""
    link = manager.page.locator(FILES).get_by_role("link", name="Bảng xếp hạng")
    book = openpyxl.load_workbook(BytesIO(manager.download(link)))
    groups = manager.page.locator("nav.tabs a[href*='group=']")
    places = groups.evaluate_all("all => all.map(a => a.pathname + a.search)")
    tables = [tab for tab in book.worksheets if any(cell.value == "Xếp hạng" for cell in tab["A"])]
    for tab, place in zip(tables, places or [None], strict=True):
        if place is not None:
            manager.go(place)
        assert ranking_in(tab) == ranking_on(manager)


def ranking_on(person: Person) -> list[tuple]:
    """(rank, agency, points, maximum, index, grade) as the screen shows them."""
    lines = person.page.locator("main table.data.cards").first.locator("tbody tr").all()
    cells = [[cell.strip() for cell in line.locator("td, th").all_text_contents()] for line in lines]
    return [(number(c[0]), c[1], *map(number, c[2:5]), c[5]) for c in cells]


def ranking_in(tab) -> list[tuple]:
    """The same columns of the workbook; only its table begins with a number."""
    rows = list(tab.iter_rows(values_only=True))
    grade = next(row for row in rows if row[0] == "Xếp hạng").index("Xếp loại")
    lines = [row for row in rows if isinstance(row[0], int)]
    return [(Decimal(c[0]), c[1], *(Decimal(str(value)) for value in c[2:5]), c[grade]) for c in lines]


def number(shown: str) -> Decimal:
    return Decimal(shown.replace(",", "."))


# 10. Concluded, published, verified by anyone, and copied for the next year.


def conclude_and_publish(stage: Stage) -> None:
    manager, anyone = stage.person("manager"), stage.person("anyone")
    for agency in ("Sở Nội vụ", "Sở Tư pháp"):
        conclude_without_answers(manager, agency)
    manager.go("/rounds/1/conclude")
    for box in manager.page.locator("input[name=asked], input[name=kept]").all():
        box.check()
    manager.press("Kết luận kỳ chấm điểm", sure=True)
    today = f"{local_date(now()):%d/%m/%Y}"
    manager.fill(decision_number="345/QĐ-UBND", decided_on=today, signer="Chủ tịch Nguyễn Văn A")
    manager.attach(DECISION, "quyet-dinh.pdf")
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


def conclude_without_answers(manager: Person, agency: str) -> None:
    """Nobody answered the survey about this agency: the council settles its points."""
    manager.go("/rounds/1/conclude")
    manager.follow(agency)
    conclude(manager, "Sự quan tâm của người đứng đầu", "0", "Không có phiếu khảo sát")
