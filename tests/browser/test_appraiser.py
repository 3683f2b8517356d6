"""What an appraiser does by hand: by agency and by criterion, one key, phrases, evidence beside the points, Excel."""

import re
from decimal import Decimal
from pathlib import Path

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from app.extensions import db
from app.holding import hold_row
from app.scoring.models import Appraisal, Criterion, Round, Score, Sheet
from app.scoring.operations import evidence, sheets
from tests.browser.people import DESKTOP
from tests.province import NOW, begin_appraisal, sheet_of
from tests.scoring.views.conftest import Year, make_year
from tests.scoring.views.filling import ENTRIES, kept_file
from tests.scoring.views.test_appraisal_workbook import Work

pytestmark = pytest.mark.browser

UNITS = {"SO-NV": ("nv-nhap", "nv-duyet"), "SO-TC": ("tc-nhap", "tc-duyet")}
REASON = "Không có văn bản cho lùi hạn"


@pytest.fixture
def year(app, province) -> Year:
    """Sở Nội vụ and Sở Tài chính have sent the same figures; the round is in appraisal."""
    year = make_year(app, province, "cchc", "2026")
    with app.app_context():
        round_ = db.session.get(Round, year.round_id)
        for code, people in UNITS.items():
            clerk, leader = (province.account(name) for name in people)
            sheet = sheet_of(round_, province, code)
            for score in sheet.scores:
                if score.criterion.code in ENTRIES and not score.na_by_rule:
                    sheets.save_row(
                        hold_row(score), ENTRIES[score.criterion.code], version=score.version, actor=clerk, at=NOW
                    )
                if score.criterion.code in ("1.1", "2.1"):
                    words = evidence.Description(f"{score.criterion.code}/KH")
                    evidence.attach_new(hold_row(score), kept_file(), words, actor=clerk, at=NOW)
            sheets.approve(hold_row(sheet), actor=leader, at=NOW)
            sheets.sign(hold_row(sheet), evidence.keep_file(kept_file(), at=NOW), "ky.pdf", actor=clerk, at=NOW)
            sheets.send(hold_row(sheet), actor=clerk, at=NOW)
        begin_appraisal(round_, province)
    return year


def given(year: Year) -> dict[tuple[str, str], tuple]:
    """(agency, criterion) → (points, reason) as the database has them."""
    query = (
        select(Sheet.agency_name, Criterion.code, Appraisal.points, Appraisal.reason)
        .join(Score, Score.id == Appraisal.score_id)
        .join(Criterion, Criterion.id == Score.criterion_id)
        .join(Sheet, Sheet.id == Score.sheet_id)
    )
    with year.app.app_context():
        return {(row[0], row[1]): (row[2], row[3]) for row in db.session.execute(query)}


def saved(pair) -> None:
    expect(pair).to_have_attribute("data-state", "saved")


def test_one_key_takes_the_self_points_with_the_evidence_open_beside_them(year, visit):
    person = visit("td-tp")
    page = person.page
    page.goto("/home/")
    page.get_by_role("link", name="Bắt đầu chấm").click()
    person.look()
    page.get_by_role("link", name="Sở Nội vụ").click()
    first, second = (page.locator(f'.pair:has(.code:text-is("{code}"))') for code in ("2.1", "2.2"))
    first.get_by_role("link", name="2.1/KH").click()
    expect(page.locator("#preview")).to_be_visible()
    pane, box = page.locator("#preview").bounding_box(), first.locator("[data-points]").bounding_box()
    assert box["x"] + box["width"] < pane["x"]
    assert 0 <= pane["y"] < DESKTOP["height"]
    person.look()
    first.locator("[data-points]").focus()
    page.keyboard.press("=")
    expect(first.locator("[data-points]")).to_have_value("1,5")
    page.keyboard.press("Enter")
    saved(first)
    second.locator("[data-points]").fill("0,25")
    second.locator("[name=reason]").fill(REASON)
    second.locator("[name=reason]").press("Enter")
    saved(second)
    expect(page.locator("#desk-progress .meter-text")).to_have_text(re.compile("^2/"))
    person.look_on_a_phone()
    page.get_by_role("link", name="Cơ quan sau").click()
    expect(page.locator("#phrases option")).to_have_attribute("value", REASON)
    assert given(year) == {
        ("Sở Nội vụ", "2.1"): (Decimal("1.5"), ""),
        ("Sở Nội vụ", "2.2"): (Decimal("0.25"), REASON),
    }


def test_one_criterion_side_by_side_shows_where_like_cases_got_unlike_points(year, visit):
    person = visit("td-tp")
    page = person.page
    page.goto(f"/appraisals/{year.round_id}?by=criteria")
    person.look()
    page.get_by_role("link", name="2.1 Xây dựng văn bản").click()
    for name, points in (("Sở Nội vụ", "1,25"), ("Sở Tài chính", "1")):
        pair = page.locator(f'.pair:has(.name:text-is("{name}"))')
        pair.locator("[data-points]").fill(points)
        pair.locator("[name=reason]").fill(REASON)
        pair.locator("[name=reason]").press("Enter")
        saved(pair)
    page.reload()
    expect(page.locator("#unlike .unlike-what")).to_contain_text(["Cùng số liệu", "Cùng tài liệu"])
    expect(page.locator("#unlike dt")).to_have_text(["1,25 điểm", "1 điểm"] * 2)
    expect(page.locator('.pair:has(.name:text-is("Sở Tài chính"))')).to_contain_text(
        "Cùng số liệu với Sở Nội vụ nhưng bạn chấm khác điểm."
    )
    person.look()


def test_what_is_undisputed_is_taken_at_once(year, visit):
    person = visit("td-nv")
    page = person.page
    page.goto(f"/appraisals/{year.round_id}/agencies/{year.other_sheet_id}")
    page.get_by_role("button", name="Lấy điểm tự chấm của").click()
    page.locator("[data-ask-yes]").click()
    expect(page.locator(".pair[data-state=saved]").first).to_be_visible()
    kept = {code: found[0] for (_agency, code), found in given(year).items()}
    assert kept == {"1.1": 1, "1.2": 1, "1.3": 1, "3.1": Decimal("0.5"), "3.2": 0}
    person.look()


def test_the_work_comes_back_from_excel_cell_by_cell(year, visit):
    person = visit("td-tp")
    page = person.page
    page.goto(f"/appraisals/{year.round_id}")
    page.get_by_role("link", name="Thẩm định bằng Excel").click()
    person.look()
    with page.expect_download() as kept:
        page.get_by_role("link", name="Tải tệp Excel").click()
    filled = Work(Path(kept.value.path()).read_bytes())
    assert filled.sheet.protection.sheet
    filled.put("Sở Nội vụ/2.1", points=1.5).put("Sở Tài chính/2.1", points=1, why=REASON)
    page.locator("input[type=file]").set_input_files(
        {"name": "thẩm định.xlsx", "mimeType": "application/octet-stream", "buffer": filled.data}
    )
    page.get_by_role("button", name="Xem thay đổi").click()
    expect(page.locator(".upload-changes")).to_contain_text("Sở Tài chính")
    person.look()
    page.get_by_role("button", name="Lưu các thay đổi này").click()
    page.wait_for_url(f"**/appraisals/{year.round_id}")
    assert given(year) == {
        ("Sở Nội vụ", "2.1"): (Decimal("1.5"), ""),
        ("Sở Tài chính", "2.1"): (Decimal(1), REASON),
    }
