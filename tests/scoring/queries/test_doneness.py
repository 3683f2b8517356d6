"""When a row is done: one predicate in Python and in SQL, and no way around it."""

import io
from decimal import Decimal
from itertools import product
from types import SimpleNamespace

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from itsdangerous import Signer
from sqlalchemy import select, update

from app.errors import Refused
from app.extensions import db
from app.holding import hold_row
from app.scoring.exports.entry_workbook import HEAD, entry_workbook
from app.scoring.models import CriteriaSet, Criterion, Round, Score
from app.scoring.operations.entry_import import apply_upload, read_upload
from app.scoring.operations.scores import import_scores
from app.scoring.operations.sheets import RowEntry, save_row
from app.scoring.queries.doneness import done_clause, is_done
from app.scoring.queries.entry import before_values, tally
from app.scoring.queries.precheck import precheck
from app.scoring.queries.sheets import progress_counts, sheet_page
from app.scoring.rules import Figures
from tests.province import NOW, sheet_of

FIGURED = {"1.1": "option", "1.2": "ab", "1.3": "n", "2.1": "ab", "2.2": "option", "3.1": "n", "3.2": "n"}
SIGNER = Signer("secret")


@pytest.fixture
def sheet(opened, ctx, province):
    return sheet_of(db.session.get(Round, opened), province, "SO-TP")


def test_the_set_says_what_each_leafs_points_stand_on(sheet):
    assert {s.criterion.code: s.criterion.ground for s in sheet.scores if s.criterion.ground} == FIGURED


COLUMNS = {"option": ["option"], "ab": ["figure_a", "figure_b"], "a": ["figure_a"], "n": ["figure_n"], "": []}


def set_deviation(sheet, allowed: bool) -> None:
    own = CriteriaSet.id == sheet.criteria_set_id
    db.session.execute(update(CriteriaSet).where(own).values(allows_deviation=allowed))
    db.session.expire_all()


@pytest.mark.parametrize("allowed", [True, False])
@pytest.mark.parametrize("ground", list(COLUMNS))
def test_python_and_sql_agree_on_every_combination(sheet, ground, allowed):
    set_deviation(sheet, allowed)
    score = next(s for s in sheet.scores if s.criterion.code == "1.1")
    db.session.execute(update(Criterion).where(Criterion.id == score.criterion_id).values(ground=ground))
    given_ = product(*([None, 0] for _column in COLUMNS[ground]))
    for figures, own, words, claimed in product(given_, (None, Decimal(1)), ("", "Có lý do"), (False, True)):
        if claimed and own is not None:
            continue
        values = dict(zip(COLUMNS[ground], figures, strict=True))
        values |= {"self_points": own, "explanation": words, "na_claimed": claimed}
        db.session.execute(update(Score).where(Score.id == score.id).values(values))
        db.session.expire_all()
        query = select(done_clause()).select_from(Score).join(Criterion).where(Score.id == score.id)
        done = is_done(score.criterion, score)
        assert bool(db.session.scalar(query)) == done, values
        if done and not claimed and not allowed:
            assert None not in figures, values


def save(score: Score, entry: RowEntry, province) -> None:
    save_row(hold_row(score), entry, version=score.version, actor=province.account("tp-nhap"), at=NOW)
    db.session.flush()


def test_points_without_figures_are_kept_and_not_done(sheet, province):
    for score in sheet.scores:
        if score.criterion.code in FIGURED:
            save(score, RowEntry(points=Decimal("0.5")), province)
    page, counted = sheet_page(sheet), tally(sheet)
    assert {row.score.self_points for row in page.leaves if row.self_scored} == {Decimal("0.5")}
    assert (page.done, counted.done, progress_counts([sheet.id])[sheet.id]) == (0, 0, (0, 7))
    problems = {p.code: str(p.sentence) for p in precheck(page) if p.severity == "error"}
    assert problems["1.1"].startswith(("Chưa nhập số liệu", "Chưa có tài liệu"))
    assert problems["1.2"] == "Chưa nhập số liệu: Việc đã xong, Việc phải làm."
    assert problems["2.2"] == "Chưa nhập số liệu: chưa chọn mức đạt được."
    assert {p.text.count("Chưa nhập số liệu") for p in precheck(page) if p.code in ("1.2", "2.2")} == {1}


def test_an_explanation_stands_in_for_figures_everywhere_alike(sheet, province):
    score = next(s for s in sheet.scores if s.criterion.code == "2.1")
    save(score, RowEntry(points=Decimal(1), explanation="Số liệu do Sở khác giữ"), province)
    assert (sheet_page(sheet).done, tally(sheet).done, progress_counts([sheet.id])[sheet.id][0]) == (1, 1, 1)


def test_an_explanation_stands_in_for_nothing_where_the_set_takes_computed_points_alone(sheet, province):
    set_deviation(sheet, False)
    score = next(s for s in sheet.scores if s.criterion.code == "2.1")
    save(score, RowEntry(points=Decimal(1), explanation="Số liệu do Sở khác giữ"), province)
    page = sheet_page(sheet)
    assert (page.done, tally(sheet).done, progress_counts([sheet.id])[sheet.id][0]) == (0, 0, 0)
    wanted = "Chưa nhập số liệu: Văn bản đúng tiến độ, Văn bản được giao."
    assert [str(p.sentence) for p in precheck(page) if (p.code, p.severity) == ("2.1", "error")] == [wanted]


PARTS = st.sampled_from([None, Decimal(0), Decimal(1)])
NUMBERS = st.sampled_from([None, Decimal(0), Decimal(1), Decimal(2)])
OPTIONS = st.sampled_from([None, 0, 1])
TYPED = st.builds(
    RowEntry,
    st.builds(Figures, a=PARTS, b=NUMBERS, n=NUMBERS, option=OPTIONS, percent=st.none()),
    st.sampled_from([None, Decimal(0), Decimal("0.5"), Decimal(1)]),
    st.sampled_from(["", "", "Giải trình"]),
    st.booleans(),
)
STEPS = st.lists(st.tuples(st.sampled_from(list(FIGURED)), st.sampled_from("tiwl"), TYPED), max_size=6)


@pytest.mark.parametrize("allowed", [True, False])
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_no_order_of_typing_importing_or_taking_over_makes_a_row_done_without_its_ground(
    sheet, province, allowed, steps
):
    set_deviation(sheet, allowed)
    by_code = {score.criterion.code: score for score in sheet.scores}
    with db.session.begin_nested() as savepoint:
        for code, way, entry in steps:
            try:
                WAYS[way](sheet, by_code[code], entry, province)
            except Refused:
                db.session.expire_all()
        page = sheet_page(sheet)
        for row in page.leaves:
            score = row.score
            if not (row.self_scored and row.done) or score.na_claimed:
                continue
            entered = {"option": score.option, "a": score.figure_a, "b": score.figure_b, "n": score.figure_n}
            letters = FIGURED[row.criterion.code]
            needed = [letters] if letters == "option" else list(letters)
            explained = allowed and score.explanation
            assert all(entered[name] is not None for name in needed) or explained, row.criterion.code
            assert allowed or score.self_points == row.suggestion.points, row.criterion.code
        assert page.done == tally(sheet).done == progress_counts([sheet.id])[sheet.id][0]
        savepoint.rollback()
    db.session.expire_all()


def typing(sheet, score, entry, province) -> None:
    save(score, entry, province)


def importing(sheet, score, entry, province) -> None:
    claimed = entry.na_claimed
    points = "" if claimed else entry.points if entry.points is not None else 0
    row = f"SO-TP,{score.criterion.code},{points},{'yes' if claimed else ''},{entry.explanation}\n"
    table = "agency_code,criterion_code,points,not_applicable,reason\n" + row
    import_scores(table.encode(), "s.csv", hold_row(sheet.round), "self", actor=None, at=NOW)
    db.session.flush()


def by_workbook(sheet, score, entry, province) -> None:
    book = openpyxl.load_workbook(io.BytesIO(entry_workbook(sheet_page(sheet), SIGNER)))
    tab = book.worksheets[0]
    columns = {tab.cell(HEAD + 1, at).value: at for at in range(1, tab.max_column + 1)}
    line = next(at for at in range(HEAD + 2, tab.max_row + 1) if tab.cell(at, 1).value == score.criterion.code)
    tab.cell(line, columns["Điểm tự chấm"]).value = entry.points
    tab.cell(line, columns["Số lượng"]).value = entry.figures.n if score.criterion.ground == "n" else None
    tab.cell(line, columns["Giải trình"]).value = entry.explanation or None
    out = io.BytesIO()
    book.save(out)
    actor = province.account("tp-nhap")
    changed, _findings = read_upload(out.getvalue(), "p.xlsx", sheet, SIGNER, actor=actor, at=NOW)
    waiting = [change.pending for change in changed]
    apply_upload(hold_row(sheet), waiting, {}, file_name="p.xlsx", actor=actor, at=NOW)
    db.session.flush()


def taking_over(sheet, score, entry, province) -> None:
    """Last year's row as the button types it, whatever last year held."""
    figures, own = entry.figures, None if entry.na_claimed else entry.points
    before = SimpleNamespace(
        option=figures.option, figure_a=figures.a, figure_b=figures.b, figure_n=figures.n,
        self_points=own, explanation=entry.explanation, na_claimed=entry.na_claimed,
    )  # fmt: skip
    taken = before_values(score.criterion, before)
    numbers = {name: Decimal(taken[name].replace(".", "")) for name in ("a", "b", "n") if name in taken}
    points = Decimal(taken["points"].replace(",", ".")) if taken["points"] else None
    typed = RowEntry(Figures(**numbers, option=taken["option"]), points, taken["explanation"], taken["na"])
    save(score, typed, province)


WAYS = {"t": typing, "i": importing, "w": by_workbook, "l": taking_over}
