"""The sheet as a workbook: what goes out, what comes back, what it may change and what it may not."""

import io
from decimal import Decimal

import openpyxl
import pytest

from app.extensions import db
from app.holding import hold_row
from app.models import AuditEvent
from app.scoring.imports.entry_cells import FORMER_HEADINGS
from app.scoring.models import CriteriaSet, Score
from app.scoring.operations import sheets
from app.scoring.rules import Figures
from tests.province import NOW
from tests.scoring.views.entry_files import SHEET_NAMES, Filled, apply, download, upload
from tests.scoring.views.filling import approve, fill
from tests.statements import counted

COLUMNS = (
    "option",
    "figure_a",
    "figure_b",
    "figure_n",
    "self_points",
    "na_claimed",
    "explanation",
    "version",
)
NOTHING = "Tệp không thay đổi gì"


@pytest.fixture
def clerk(sign_in):
    return sign_in("tp-nhap")


def kept(year, code: str) -> tuple:
    score = year.score(code)
    return tuple(getattr(score, name) for name in COLUMNS)


def all_kept(year) -> dict[str, tuple]:
    return {code: kept(year, code) for code in year.scores}


def save(year, code: str, entry: sheets.RowEntry, who: str = "tp-duyet") -> None:
    with year.app.app_context():
        score = db.session.get(Score, year.scores[code])
        sheets.save_row(hold_row(score), entry, version=score.version, actor=year.province.account(who), at=NOW)
        db.session.commit()


def change(year, clerk, code: str, **values) -> None:
    """Download, fill in, upload, apply."""
    data = Filled(download(clerk, year.sheet_id)).put(code, **values).data
    page = upload(clerk, year.sheet_id, data)
    assert page.status_code == 200, page.text
    answer = apply(clerk, year.sheet_id, page.text)
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/sheets/{year.sheet_id}")


def test_a_workbook_that_nobody_touched_changes_nothing(year, clerk):
    fill(year)
    save(
        year, "2.2", sheets.RowEntry(Figures(option=1), Decimal("0.25"), "=Chưa đủ\r\n- còn “thiếu” _x0041_")
    )
    before = all_kept(year)
    page = upload(clerk, year.sheet_id, download(clerk, year.sheet_id))
    assert (page.status_code, NOTHING in page.text, all_kept(year) == before) == (200, True, True)


def test_an_empty_sheet_comes_back_without_changes(year, clerk):
    assert NOTHING in upload(clerk, year.sheet_id, Filled(download(clerk, year.sheet_id)).data).text


@pytest.mark.parametrize(
    ("code", "values", "wanted"),
    [
        ("1.1", {"option": "1. Đúng hạn (1 điểm)"}, (0, None, None, None, Decimal(1), False, "")),
        ("1.1", {"option": 2}, (1, None, None, None, Decimal(0), False, "")),
        ("1.2", {"a": 9, "b": 10}, (None, Decimal(9), Decimal(10), None, Decimal(1), False, "")),
        ("2.1", {"a": "7.500", "b": 10000}, (None, Decimal(7500), Decimal(10000), None, Decimal("1.5"), False, "")),
        ("1.3", {"n": 2}, (None, None, None, Decimal(2), Decimal(1), False, "")),
        ("2.2", {"option": "3. Không (0 điểm)"}, (2, None, None, None, Decimal(0), False, "")),
        ("3.1", {"n": 1}, (None, None, None, Decimal(1), Decimal("0.5"), False, "")),
        ("3.2", {"n": 1}, (None, None, None, Decimal(1), Decimal(1), False, "")),
        ("1.2", {"points": 1.5, "why": "Ước"}, (None, None, None, None, Decimal("1.5"), False, "Ước")),
        ("1.2", {"na": "Có", "why": "Không có"}, (None, None, None, None, None, True, "Không có")),
    ],
)
def test_each_kind_of_cell_changes_its_row(year, clerk, code, values, wanted):
    change(year, clerk, code, **values)
    assert kept(year, code)[:-1] == wanted


def test_only_the_rows_that_changed_are_saved(year, clerk):
    fill(year)
    before = all_kept(year)
    change(year, clerk, "1.2", a=10)
    after = all_kept(year)
    assert [code for code in before if before[code] != after[code]] == ["1.2"]


def test_the_preview_writes_nothing_and_shows_old_and_new(year, clerk):
    fill(year)
    before = all_kept(year)
    page = upload(clerk, year.sheet_id, Filled(download(clerk, year.sheet_id)).put("1.2", a=10).data).text
    row = page.split('data-th="Đang lưu">')[1]
    assert (row.split("<")[0], row.split("<b>")[1].split("<")[0]) == ("9", "10")
    assert ("Việc đã xong" in page, "sẽ là 2 / 2 điểm" in page) == (True, True)
    assert all_kept(year) == before


def test_applying_twice_saves_once(year, clerk):
    page = upload(clerk, year.sheet_id, Filled(download(clerk, year.sheet_id)).put("1.3", n=2).data).text
    apply(clerk, year.sheet_id, page)
    once = kept(year, "1.3")
    assert apply(clerk, year.sheet_id, page).status_code == 302
    assert kept(year, "1.3") == once


def test_the_same_file_uploaded_again_changes_nothing(year, clerk):
    data = Filled(download(clerk, year.sheet_id)).put("1.3", n=2, points=1).put("1.2", na="x", points=1).data
    apply(clerk, year.sheet_id, upload(clerk, year.sheet_id, data).text)
    assert NOTHING in upload(clerk, year.sheet_id, data).text


def test_applying_leaves_one_trace_with_the_files_name(year, clerk):
    change(year, clerk, "1.3", n=2)
    with year.app.app_context():
        found = db.session.query(AuditEvent).filter_by(action="sheet_workbook_applied").all()
        assert [event.actor_name for event in found] == ["tp-nhap"]


# Conflicts


def collided(year, clerk):
    """The clerk's file says 9 of 10, a colleague has saved 8 of 10 and a reason since."""
    data = Filled(download(clerk, year.sheet_id)).put("1.2", a=9, b=10).data
    save(year, "1.2", sheets.RowEntry(Figures(a=Decimal(8), b=Decimal(10)), None, "Của lãnh đạo"))
    return upload(clerk, year.sheet_id, data).text


def choice(year, code: str, field: str) -> str:
    return f"choice-{year.scores[code]}-{field}"


def test_only_what_two_people_changed_differently_is_a_conflict(year, clerk):
    page = collided(year, clerk)
    name = choice(year, "1.2", "a")
    assert (page.count('type="radio"'), page.count(f'name="{name}"')) == (2, 2)


@pytest.mark.parametrize(("chosen", "figure"), [("mine", 9), ("theirs", 8)])
def test_a_conflict_takes_the_text_that_was_chosen_and_keeps_the_rest(year, clerk, chosen, figure):
    answer = apply(clerk, year.sheet_id, collided(year, clerk), **{choice(year, "1.2", "a"): chosen})
    score = year.score("1.2")
    assert (answer.status_code, score.figure_a, score.explanation) == (302, Decimal(figure), "Của lãnh đạo")


def test_without_a_choice_nothing_is_saved(year, clerk):
    page = collided(year, clerk)
    before = all_kept(year)
    answer = apply(clerk, year.sheet_id, page)
    assert (answer.status_code, "hãy chọn một trong hai bản" in answer.text) == (422, True)
    assert all_kept(year) == before


def test_a_row_saved_after_it_was_shown_is_shown_again_with_the_choices_made(year, clerk):
    data = Filled(download(clerk, year.sheet_id)).put("1.2", a=9, b=10).put("1.3", n=2).data
    save(year, "1.2", sheets.RowEntry(Figures(a=Decimal(8), b=Decimal(10))))
    page = upload(clerk, year.sheet_id, data).text
    save(year, "1.3", sheets.RowEntry(Figures(n=Decimal(1))))
    before = all_kept(year)
    again = apply(
        clerk, year.sheet_id, page, **{choice(year, "1.2", "a"): "mine", choice(year, "1.3", "n"): "mine"}
    )
    assert (again.status_code, all_kept(year) == before) == (409, True)
    assert again.text.count('value="mine" required checked') == 2
    chosen = {choice(year, "1.2", "a"): "theirs", choice(year, "1.3", "n"): "mine"}
    assert apply(clerk, year.sheet_id, again.text, **chosen).status_code == 302
    assert (year.score("1.2").figure_a, year.score("1.3").figure_n) == (Decimal(8), Decimal(2))


def test_a_choice_that_makes_a_row_impossible_is_named_and_nothing_is_saved(year, clerk):
    data = Filled(download(clerk, year.sheet_id)).put("1.2", a=9, b=10).put("1.3", n=2).data
    save(year, "1.2", sheets.RowEntry(Figures(a=Decimal(3), b=Decimal(4))))
    before = all_kept(year)
    page = upload(clerk, year.sheet_id, data).text
    chosen = {choice(year, "1.2", "a"): "mine", choice(year, "1.2", "b"): "theirs"}
    answer = apply(clerk, year.sheet_id, page, **chosen)
    said = "Tiêu chí 1.2: Việc đã xong (9) không được lớn hơn Việc phải làm (4)."
    assert (answer.status_code, said in answer.text) == (422, True)
    assert all_kept(year) == before


# Who and when


def test_the_workbook_of_another_agency_does_not_exist(year, clerk, sign_in):
    data = download(sign_in("tc-nhap"), year.other_sheet_id)
    path = f"/sheets/{year.other_sheet_id}"
    answers = [
        clerk.get(f"{path}/workbook.xlsx"),
        clerk.get(f"{path}/upload"),
        upload(clerk, year.other_sheet_id, data),
        clerk.post(f"{path}/upload/apply"),
    ]
    assert [answer.status_code for answer in answers] == [404] * 4


def test_managers_and_appraisers_do_not_fill_in_sheets(year, sign_in):
    for name in ("quan-ly", "td-nv", "quan-tri"):
        assert sign_in(name).get(f"/sheets/{year.sheet_id}/workbook.xlsx").status_code == 403


def test_after_the_deadline_nothing_is_given_read_or_applied(year, clerk):
    data = Filled(download(clerk, year.sheet_id)).put("1.3", n=2).data
    page = upload(clerk, year.sheet_id, data).text
    year.end_entry()
    answers = [
        clerk.get(f"/sheets/{year.sheet_id}/workbook.xlsx"),
        upload(clerk, year.sheet_id, data),
        apply(clerk, year.sheet_id, page),
    ]
    assert [answer.status_code for answer in answers] == [409] * 3
    assert ("Đã hết thời hạn nhập liệu" in answers[2].text, kept(year, "1.3")[3]) == (True, None)


def test_an_approved_sheet_takes_no_upload(year, clerk):
    data = Filled(download(clerk, year.sheet_id)).put("1.3", n=2).data
    approve(year)
    assert upload(clerk, year.sheet_id, data).status_code == 409


def test_the_sheet_offers_excel_only_while_it_can_be_filled_in(year, clerk):
    link = f'href="/sheets/{year.sheet_id}/upload"'
    assert link in clerk.get(f"/sheets/{year.sheet_id}").text
    year.end_entry()
    assert link not in clerk.get(f"/sheets/{year.sheet_id}").text


# Files that are not what they should be


def findings(answer) -> list[tuple[str, str]]:
    """(row, column) of what the page names; asserts that the file was refused."""
    assert answer.status_code == 422
    rows = answer.text.split('<td class="num" data-th="Dòng">')[1:]
    return [(row.split("<")[0], row.split('data-th="Cột">')[1].split("<")[0]) for row in rows]


def test_cells_that_cannot_be_read_are_named_by_row_and_column_and_nothing_is_saved(year, clerk):
    filled = Filled(download(clerk, year.sheet_id))
    filled.put("1.1", option="Tốt").put("1.2", a="chín", b=10).put("1.3", n=2.5).put("2.1", na="chắc")
    filled.put("2.2", points=3).put("3.1", n=-1).put("3.2", n=1)
    before = all_kept(year)
    rows = [str(filled.row(code)) for code in ("1.1", "1.2", "1.3", "2.1", "2.2", "3.1")]
    wanted = [
        "Mức đã chọn",
        "Số đạt được",
        "Số lượng",
        "Đề nghị không áp dụng",
        "Điểm tự chấm",
        "Số lượng",
    ]
    found = findings(upload(clerk, year.sheet_id, filled.data))
    assert (found, all_kept(year) == before) == (list(zip(rows, wanted, strict=True)), True)


def test_cells_that_the_criterion_does_not_ask_for_are_named(year, clerk):
    filled = Filled(download(clerk, year.sheet_id)).put("1.1", a=1).put("1.4", points=1)
    wanted = [(str(filled.row("1.1")), "Số đạt được"), (str(filled.row("1.4")), "Điểm tự chấm")]
    assert findings(upload(clerk, year.sheet_id, filled.data)) == wanted


@pytest.mark.parametrize("name", ["id", "version", "Mã phiếu", "Nội dung khi tải", "Dấu kiểm"])
def test_edited_hidden_cells_are_named(year, clerk, name):
    filled = Filled(download(clerk, year.sheet_id)).put("1.2", **{name: "7"})
    assert findings(upload(clerk, year.sheet_id, filled.data)) == [(str(filled.row("1.2")), "Cả dòng")]


def test_a_hidden_part_moved_to_another_row_is_the_row_it_names_and_a_second_one_is_refused(year, clerk):
    filled = Filled(download(clerk, year.sheet_id))
    for heading in ("Mã phiếu", "Mã dòng", "Phiên bản", "Nội dung khi tải", "Dấu kiểm"):
        filled.put("3.1", **{heading: filled.cell("1.3", heading).value})
    assert findings(upload(clerk, year.sheet_id, filled.data)) == [(str(filled.row("3.1")), "Cả dòng")]


def test_a_lost_hidden_column_is_named(year, clerk):
    filled = Filled(download(clerk, year.sheet_id))
    filled.sheet.delete_cols(filled.columns["Dấu kiểm"])
    answer = upload(clerk, year.sheet_id, filled.data)
    assert (answer.status_code, "Thiếu cột “Dấu kiểm”" in answer.text) == (422, True)


def test_the_file_of_another_agency_is_named(year, clerk, sign_in):
    data = Filled(download(sign_in("tc-nhap"), year.other_sheet_id)).put("1.3", n=2).data
    answer = upload(clerk, year.sheet_id, data)
    assert (answer.status_code, "Tệp này là phiếu của cơ quan khác." in answer.text) == (422, True)


def test_the_file_of_another_round_is_named(year, clerk):
    other = year.another(period="2027")
    answer = upload(clerk, year.sheet_id, download(clerk, other.sheet_id))
    assert (answer.status_code, "phiếu của kỳ “CCHC 2027”" in answer.text) == (422, True)


def test_a_formula_that_nothing_has_computed_is_no_empty_cell(year, clerk):
    fill(year)
    filled = Filled(download(clerk, year.sheet_id)).put("1.2", a="=4+5")
    assert findings(upload(clerk, year.sheet_id, filled.data)) == [(str(filled.row("1.2")), "Số đạt được")]


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04 broken", b"a;b;c\n1;2;3\n", b"%PDF-1.4"])
def test_what_is_no_workbook_is_refused(year, clerk, data):
    assert upload(clerk, year.sheet_id, data).status_code == 422


def test_without_a_file_the_page_asks_for_one(year, clerk):
    answer = clerk.post(f"/sheets/{year.sheet_id}/upload")
    assert (answer.status_code, "Hãy chọn tệp đã nhập." in answer.text) == (422, True)


def test_an_explanation_too_long_is_named(year, clerk):
    filled = Filled(download(clerk, year.sheet_id)).put("1.3", why="x" * 4001)
    assert findings(upload(clerk, year.sheet_id, filled.data)) == [(str(filled.row("1.3")), "Giải trình")]


def test_a_pending_upload_made_up_or_of_another_sheet_is_refused(year, clerk):
    other = year.another(period="2027")
    data = Filled(download(clerk, other.sheet_id)).put("1.3", n=2).data
    page = upload(clerk, other.sheet_id, data).text
    answers = [apply(clerk, year.sheet_id, page)]
    answers += [
        clerk.post(f"/sheets/{year.sheet_id}/upload/apply", {"pending": text}) for text in ("", "e30.x")
    ]
    assert [answer.status_code for answer in answers] == [422] * 3
    assert (kept(year, "1.3")[3], kept(other, "1.3")[3]) == (None, None)


# The workbook itself


def test_every_leaf_has_a_row_and_only_entry_cells_of_own_leaves_are_open(year, clerk):
    filled = Filled(download(clerk, year.sheet_id))
    sheet = filled.sheet
    heads = {place: name for name, place in filled.columns.items()}
    open_cells = {}
    for at in range(6, sheet.max_row + 1):
        names = {heads[c] for c in range(1, sheet.max_column + 1) if not sheet.cell(at, c).protection.locked}
        open_cells[sheet.cell(at, 1).value] = names - {"Điểm tự chấm", "Đề nghị không áp dụng", "Giải trình"}
    ratio = {"Số đạt được", "Tổng số"}
    assert open_cells == {
        "1": set(), "1.1": {"Mức đã chọn"}, "1.2": ratio, "1.3": {"Số lượng"}, "1.4": set(), "1.5": set(),
        "2": set(), "2.1": ratio, "2.2": {"Mức đã chọn"},
        "3": set(), "3.1": {"Số lượng"}, "3.2": {"Số lượng"},
    }  # fmt: skip
    assert (
        filled.cell("1.4", "points").protection.locked,
        filled.cell("1.1", "points").protection.locked,
    ) == (
        True,
        False,
    )


def test_the_workbook_is_protected_without_a_password_and_hides_what_binds_it(year, clerk):
    filled = Filled(download(clerk, year.sheet_id))
    hidden = {name for name, at in filled.columns.items() if _is_hidden(filled.sheet, at)}
    assert (filled.sheet.protection.sheet, filled.sheet.protection.password) == (True, None)
    assert {"Mã phiếu", "Mã dòng", "Phiên bản", "Nội dung khi tải", "Dấu kiểm"} <= hidden
    assert (filled.book.worksheets[1].sheet_state, "Giải trình" in hidden) == ("hidden", False)


def _is_hidden(sheet, place: int) -> bool:
    return any(d.hidden and d.min <= place <= d.max for d in sheet.column_dimensions.values())


def test_the_totals_that_the_workbook_carries_are_those_of_the_sheet(year, clerk):
    fill(year)
    sheet = openpyxl.load_workbook(io.BytesIO(download(clerk, year.sheet_id)), data_only=True).worksheets[0]
    assert sheet["A4"].value == "Tự chấm: 5,5 / 10 điểm   ·   Đã chấm: 7/7 tiêu chí"
    page = clerk.get(f"/sheets/{year.sheet_id}").text
    assert page.split("data-total>")[1].split("<")[0] == "5,5"


def test_what_a_person_wrote_never_becomes_a_formula(year, clerk):
    save(year, "1.3", sheets.RowEntry(Figures(n=Decimal(1)), None, '=HYPERLINK("http://x","y")'))
    cell = Filled(download(clerk, year.sheet_id)).cell("1.3", "why")
    assert (cell.data_type, cell.value) == ("s", '=HYPERLINK("http://x","y")')


def test_an_upload_takes_as_many_statements_for_one_row_as_for_all_but_the_saving(year, clerk):
    data = download(clerk, year.sheet_id)
    clerk.token()
    with counted() as one:
        upload(clerk, year.sheet_id, Filled(data).put("1.3", n=1).data)
    many = Filled(data).put("1.3", n=1).put("3.1", n=1).put("3.2", n=1).put("1.2", a=1, b=2).data
    with counted() as more:
        upload(clerk, year.sheet_id, many)
    assert len(one) == len(more)


# Figures and what points stand on


def test_thousands_typed_as_text_and_numbers_in_cells_are_what_they_say(year, clerk):
    change(year, clerk, "1.2", a="1.042", b=1100)
    assert kept(year, "1.2")[1:3] == (1042, 1100)
    answer = upload(clerk, year.sheet_id, Filled(download(clerk, year.sheet_id)).put("1.2", a=1.042).data)
    assert (answer.status_code, "phải là số nguyên" in answer.text) == (422, True)
    assert kept(year, "1.2")[1:3] == (1042, 1100)


def test_points_without_figures_are_said_in_the_preview_and_are_not_done(year, clerk):
    page = upload(clerk, year.sheet_id, Filled(download(clerk, year.sheet_id)).put("1.2", points=1.5).data).text
    assert ("Chưa nhập số liệu ở 1 tiêu chí" in page, "Chưa nhập số liệu</span>" in page) == (True, True)
    apply(clerk, year.sheet_id, page)
    assert kept(year, "1.2")[4] == Decimal("1.5")
    sheet = clerk.get(f"/sheets/{year.sheet_id}").text
    assert ("Chưa nhập số liệu: Việc đã xong, Việc phải làm." in sheet, ">0/7<" in sheet) == (True, True)


def test_a_workbook_that_went_out_under_the_former_headings_is_taken_back(year, clerk):
    filled = Filled(download(clerk, year.sheet_id)).put("1.2", a=9, b=10)
    for heading, former in FORMER_HEADINGS.items():
        filled.sheet.cell(Filled.HEAD, filled.columns[SHEET_NAMES[heading]]).value = former
    assert upload(clerk, year.sheet_id, filled.data).status_code == 200


def test_no_heading_note_or_rule_of_the_workbook_speaks_of_letters_or_of_rule_signs(year, clerk):
    filled = Filled(download(clerk, year.sheet_id))
    texts = [str(cell.value) for line in filled.sheet.iter_rows(max_col=11) for cell in line if cell.value]
    assert [text for text in texts if ">=" in text or "a/b" in text or "(a)" in text or "\na:" in text] == []
    how = filled.cell("2.1", "Cách chấm").value
    assert "Điểm tối đa × Văn bản đúng tiến độ / Văn bản được giao" in how


@pytest.mark.parametrize(("tick", "rows"), [({}, 0), ({"hidden_rows": "on"}, 1)])
def test_a_hidden_row_is_read_when_that_was_asked_for_and_said_either_way(year, clerk, tick, rows):
    filled = Filled(download(clerk, year.sheet_id)).put("1.3", n=2)
    filled.sheet.row_dimensions[filled.row("1.3")].hidden = True
    file = {"file": (io.BytesIO(filled.data), "phieu.xlsx")}
    page = clerk.post(f"/sheets/{year.sheet_id}/upload", file | tick)
    assert (page.status_code, "Dòng đang ẩn trong tệp" in page.text) == (200, True)
    assert ("Lưu các thay đổi này" in page.text) == bool(rows)


@pytest.fixture
def computed_only(year):
    """The round's set takes computed points alone."""
    with year.app.app_context():
        db.session.get(CriteriaSet, year.province.reform_set).allows_deviation = False
        db.session.commit()


@pytest.mark.parametrize(
    ("code", "values", "words"),
    [
        ("1.2", {"a": 9, "b": 10, "points": 2}, "chỉ nhận điểm tính từ số liệu (1 điểm)"),
        ("1.1", {"option": 2, "points": 1}, "chỉ nhận điểm tính từ số liệu (0 điểm)"),
        ("2.1", {"a": 0, "b": 0, "points": 2}, "mà tổng số bằng 0"),
    ],
)
def test_a_set_of_computed_points_finds_others_at_their_cell(year, clerk, computed_only, code, values, words):
    before = all_kept(year)
    data = Filled(download(clerk, year.sheet_id)).put(code, why="Có giải trình", **values).data
    page = upload(clerk, year.sheet_id, data)
    assert (page.status_code, words in page.text, 'name="pending"' in page.text) == (422, True, False)
    assert all_kept(year) == before


def test_figures_that_someone_saved_meanwhile_are_refused_at_their_row(year, clerk, computed_only):
    page = upload(clerk, year.sheet_id, Filled(download(clerk, year.sheet_id)).put("1.3", points=1).data).text
    save(year, "1.3", sheets.RowEntry(Figures(n=Decimal(3))))
    answer = apply(clerk, year.sheet_id, page, **{f"choice-{year.scores['1.3']}-points": "mine"})
    assert (kept(year, "1.3")[4], answer.status_code) == (Decimal("1.5"), 409)
    again = apply(clerk, year.sheet_id, answer.text)
    assert (again.status_code, "Tiêu chí 1.3: Bộ tiêu chí này chỉ nhận" in again.text) == (422, True)
    assert kept(year, "1.3")[4] == Decimal("1.5")


def test_points_without_figures_are_not_done_by_an_explanation(year, clerk, computed_only):
    data = Filled(download(clerk, year.sheet_id)).put("1.3", points=1, why="Có danh mục").data
    page = upload(clerk, year.sheet_id, data).text
    assert "chưa tính là đã chấm, cho đến khi có số liệu." in page
    sheet = openpyxl.load_workbook(io.BytesIO(download(clerk, year.sheet_id))).worksheets[0]
    cells = [str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert any("chỉ nhận điểm tính từ số liệu" in text for text in cells)
    assert not any("LEN(TRIM(" in text for text in cells)
