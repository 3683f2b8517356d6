"""Tables that people reported: each gives the right result on the command line and says the same on the web page."""

import re
from pathlib import Path

import pytest
from sqlalchemy import select

from app.extensions import db
from app.holding import hold_row
from app.models import Account, Agency
from app.scoring.models import CriteriaSet, Score, SurveyForm
from app.scoring.operations import rounds
from tests.province import DEADLINE, NOW

REPORTS = Path(__file__).parents[1] / "data" / "reports"
NOT_KNOWN = {"orphan_agency", "unknown_agency"}
"""What the little province lacks and the demo has; warnings that the files are not about."""

CRITERIA = {
    "code-1.10-as-number": (1, [("error", 4, "code", "number_shown_otherwise")]),
    "code-became-date": (1, [("error", 4, "code", "date_in_cell"), ("error", 5, "code", "date_in_cell")]),
    "error-values-in-optional-cells": (
        1,
        [
            ("error", 4, "evidence_required", "error_value"),
            ("error", 4, "appraiser_agency", "error_value"),
            ("error", 5, "evidence", "error_value"),
            ("error", 6, "not_applicable_for", "error_value"),
        ],
    ),
    "sums-never-computed": (1, [("error", row, "max_score", "uncomputed") for row in (2, 3, 7)]),
    "hidden-first-sheet": (
        0,
        [
            ("warning", None, None, "sheets_left"),
            ("warning", None, None, "hidden_sheet"),
            ("warning", None, None, "other_sheet_fits"),
        ],
    ),
    "two-sets-in-one-file": (
        0,
        [("warning", None, None, "sheets_left"), ("warning", None, None, "other_sheet_fits")],
    ),
    "headings-with-colon-and-brackets": (
        0,
        [
            ("warning", 1, "evidence_required", "heading_in_brackets"),
            ("warning", 1, "not_applicable_for", "heading_in_brackets"),
        ],
    ),
    "merged-optional-cells": (
        0,
        [
            ("warning", 5, "evidence_required", "merged_cells"),
            ("warning", 5, "appraiser_agency", "merged_cells"),
        ],
    ),
    "tcvn3": (1, [("error", None, None, "legacy_letters")]),
    "tcvn3-letters-in-xlsx": (1, [("error", None, None, "legacy_letters")]),
    "workbook-with-password": (1, [("error", None, None, "has_password")]),
    "letterhead-of-11-rows": (0, []),
}
AGENCIES = {
    "codes-001-007-as-numbers": [("error", row, "code", "number_shown_otherwise") for row in (2, 3)],
    "error-values-in-dates": [
        ("error", 2, "active_to", "error_value"),
        ("error", 2, "successor_code", "error_value"),
    ],
    "dates-never-computed": [
        ("error", 2, "active_from", "uncomputed"),
        ("error", 2, "active_to", "uncomputed"),
    ],
}


def file_of(kind: str, name: str) -> Path:
    return next(REPORTS.glob(f"{kind}-{name}.*"))


def codes(answer) -> list[tuple]:
    found = answer.json["findings"]
    return [(f["severity"], f["row"], f["column"], f["code"]) for f in found if f["code"] not in NOT_KNOWN]


def sentences(answer) -> list[str]:
    return [f["message"] for f in answer.json["findings"] if f["code"] not in NOT_KNOWN]


def send(browser, url: str, path: Path, **form):
    with path.open("rb") as file:
        return browser.post(url, {"file": (file, path.name)} | form)


def told(page, sentence: str) -> bool:
    return sentence in page.text.replace("&#34;", '"').replace("&amp;", "&").replace("&gt;", ">")


@pytest.fixture
def issue(scoring):
    def run(name: str, *more: str):
        words = ("--programme", "cchc", "--group", "so", "--name", "x", "--issue", "--json", *more)
        return scoring("import-criteria", file_of("criteria", name), *words)

    return run


@pytest.mark.parametrize("name", CRITERIA)
def test_a_reported_criteria_file_gives_the_right_result(app, province, sign_in, issue, name):
    answer = issue(name)
    assert (answer.status, codes(answer)) == CRITERIA[name]
    assert (answer.json["set_id"] is None) == (answer.status == 1)
    form = {"programme": "cchc", "name": "y", "groups": str(province.groups["so"])}
    browser = sign_in("quan-ly")
    page = send(browser, "/criteria/import", file_of("criteria", name), **form)
    assert page.status_code == (422 if answer.status else 302)
    if page.status_code == 302:
        page = browser.get(page.headers["Location"])
    assert [sentence for sentence in sentences(answer) if not told(page, sentence)] == []


def test_the_visible_sheet_is_read_or_the_one_that_was_named(issue):
    assert [issue(name).json["max_points"] for name in ("hidden-first-sheet", "two-sets-in-one-file")] == ["6", "6"]
    answer = issue("hidden-first-sheet", "--sheet", "2024")
    assert (answer.status, answer.json["nodes"], codes(answer)) == (0, 2, [])


def test_merged_cells_are_filled_within_their_area(app, issue):
    answer = issue("merged-optional-cells")
    with app.app_context():
        made = db.session.get(CriteriaSet, answer.json["set_id"])
        leaves = {node.code: (node.evidence_required, node.appraiser_agency) for node in made.criteria}
    assert [leaves[code] for code in ("1.1.1", "1.1.2")] == [(True, "SO-NV")] * 2


@pytest.mark.parametrize("name", ["tcvn3", "tcvn3-letters-in-xlsx"])
def test_legacy_letters_are_converted_on_request(app, province, sign_in, issue, name):
    answer = issue(name, "--letters", "tcvn3")
    assert (answer.status, codes(answer)) == (0, [("warning", None, None, "letters_converted")])
    with app.app_context():
        node = db.session.get(CriteriaSet, answer.json["set_id"]).criteria[0]
        assert node.name == "Công tác chỉ đạo, điều hành"
    form = {"programme": "cchc", "name": "y", "groups": str(province.groups["so"]), "letters": "tcvn3"}
    assert send(sign_in("quan-ly"), "/criteria/import", file_of("criteria", name), **form).status_code == 302


@pytest.mark.parametrize("name", AGENCIES)
def test_a_reported_agencies_file_is_refused_at_its_cells(scoring, counted, sign_in, name):
    before, path = counted(Agency), file_of("agencies", name)
    answer = scoring("import-agencies", path, "--json")
    page = send(sign_in("quan-ly"), "/agencies-desk/import", path)
    assert (answer.status, codes(answer)) == (1, AGENCIES[name])
    assert (page.status_code, all(told(page, s) for s in sentences(answer))) == (422, True)
    assert counted(Agency) == before


@pytest.fixture
def dated(app, province) -> None:
    """The two agencies of the file that leaves out their short names and dates."""
    with app.app_context():
        commune = Agency(code="TH-X-14797", name="UBND phường Hạc Thành 2", group=province.group("xa"))
        for agency in (province.agency("SO-TC"), commune):
            agency.short_name, agency.active_from, agency.active_to = "ngắn", NOW.date(), DEADLINE.date()
            db.session.add(agency)
        db.session.commit()


def kept(app) -> dict[str, tuple]:
    with app.app_context():
        found = db.session.scalars(select(Agency).where(Agency.code.in_(["SO-TC", "TH-X-14797"])))
        return {a.code: (a.name, a.short_name, a.active_from, a.active_to) for a in found}


UPDATED = {
    code: (name, "ngắn", NOW.date(), DEADLINE.date())
    for code, name in (("SO-TC", "Sở Tài chính tỉnh"), ("TH-X-14797", "UBND phường Hạc Thành (mới)"))
}


def test_an_update_leaves_what_the_file_lacks(app, dated, scoring):
    path, before = file_of("agencies", "update-of-three-columns"), kept(app)
    dry = scoring("import-agencies", path, "--dry-run", "--json")
    assert (dry.status, len(dry.json["changes"]), kept(app)) == (0, 2, before)
    answer = scoring("import-agencies", path)
    assert (answer.status, kept(app)) == (0, UPDATED)
    assert "dòng 2, SO-TC, name: “Sở Tài chính” → “Sở Tài chính tỉnh”" in answer.out
    again = scoring("import-agencies", path, "--json")
    assert (again.json["updated"], codes(again)) == (0, [("warning", None, None, "rows_unchanged")])


def test_the_page_shows_an_update_before_it_does_it(app, dated, sign_in):
    path, before, browser = file_of("agencies", "update-of-three-columns"), kept(app), sign_in("quan-ly")
    page = send(browser, "/agencies-desk/import", path)
    assert (page.status_code, kept(app)) == (200, before)
    assert "Sở Tài chính</td>" in page.text and "<strong>Sở Tài chính tỉnh</strong>" in page.text
    pending = re.search(r'name="pending" value="([^"]+)"', page.text)[1]
    with app.app_context():
        db.session.scalars(select(Agency).where(Agency.code == "SO-TC")).one().name = "Sở Tài chính khác"
        db.session.commit()
    moved = browser.post("/agencies-desk/import", {"pending": pending})
    assert (moved.status_code, "đã thay đổi từ lúc xem trước" in moved.text) == (409, True)
    pending = re.search(r'name="pending" value="([^"]+)"', send(browser, "/agencies-desk/import", path).text)[1]
    assert browser.post("/agencies-desk/import", {"pending": pending}).status_code == 302
    assert kept(app) == UPDATED


def people(app) -> set[str]:
    with app.app_context():
        return set(db.session.scalars(select(Account.username).where(Account.username.in_(["mau.mot", "an.nguoi"]))))


def test_no_account_comes_from_a_hidden_row_unless_confirmed(app, scoring):
    path = file_of("accounts", "hidden-row")
    answer = scoring("import-accounts", path, "--json")
    assert (answer.status, codes(answer), people(app)) == (0, [("warning", 3, None, "hidden_row")], {"mau.mot"})


@pytest.mark.parametrize(("tick", "made"), [({}, {"mau.mot"}), ({"hidden_rows": "on"}, {"mau.mot", "an.nguoi"})])
def test_the_page_says_the_hidden_row_and_takes_it_when_ticked(app, sign_in, tick, made):
    browser = sign_in("quan-ly")
    page = send(browser, "/accounts-desk/import", file_of("accounts", "hidden-row"), **tick)
    page = browser.get(page.headers["Location"])
    assert (page.status_code, "Dòng đang ẩn trong tệp" in page.text, people(app)) == (200, True, made)


def test_hidden_rows_are_taken_on_the_command_line_when_asked_for(app, scoring):
    answer = scoring("import-accounts", file_of("accounts", "hidden-row"), "--hidden-rows", "--json")
    assert (codes(answer), people(app)) == ([("warning", 3, None, "hidden_row_read")], {"mau.mot", "an.nguoi"})


def test_a_score_whose_code_is_the_number_1_10_is_refused(app, province, scoring, issue):
    with app.app_context():
        db.session.add(Agency(code="DVSN-01", name="Đơn vị sự nghiệp", group=province.group("so")))
        db.session.commit()
    words = ("--programme", "cchc", "--group", "so", "--name", "s", "--issue", "--json")
    made = scoring("import-criteria", REPORTS / "scores-1.10-set.xlsx", *words)
    assert (made.status, codes(made)) == (0, [])
    with app.app_context():
        round_ = rounds.create_round(
            programme="cchc", period="2026", name="k", entry_deadline=DEADLINE, actor=province.account("quan-ly"),
            at=NOW, sets={province.group("so"): db.session.get(CriteriaSet, made.json["set_id"])},
        )  # fmt: skip
        rounds.open_round(hold_row(round_), actor=province.account("quan-ly"), at=NOW)
        db.session.commit()
        number = round_.id
    words = ("--round", number, "--stage", "self", "--json")
    answer = scoring("import-scores", REPORTS / "scores-1.10-as-number.xlsx", *words)
    assert (answer.status, codes(answer)[0]) == (1, ("error", 2, "criterion_code", "number_shown_otherwise"))
    with app.app_context():
        assert db.session.scalar(select(db.func.count()).where(Score.self_points.is_not(None))) == 0


def test_a_known_form_stays_and_that_is_said(app, scoring, sign_in):
    path = file_of("survey", "known-form-changed")
    answer = scoring("import-surveys", path, "--json")
    page = send(sign_in("quan-ly"), "/surveys-desk/import", path)
    assert (answer.status, codes(answer)) == (0, [("warning", 2, "form_code", "form_kept")])
    assert (page.status_code, told(page, sentences(answer)[0])) == (200, True)
    with app.app_context():
        form = db.session.scalars(select(SurveyForm).where(SurveyForm.code == "KS-02")).one()
        assert form.title != "Phiếu khảo sát đã sửa tên"


def test_answers_on_two_lines_are_four_answers(app, scoring, sign_in):
    path = file_of("survey", "options-on-two-lines")
    answer = scoring("import-surveys", path, "--json")
    assert (answer.status, answer.json["imported"], codes(answer)) == (0, 1, [])
    with app.app_context():
        form = db.session.scalars(select(SurveyForm).order_by(SurveyForm.id.desc())).first()
        assert form.questions[0].options == ["Rất tốt", "Tốt", "Trung bình", "Yếu"]
    page = send(sign_in("quan-ly"), "/surveys-desk/import", path)
    assert (page.status_code, "đã có với cùng nội dung" in page.text) == (200, True)
