"""Own points in a set that takes computed points alone: which of them it refuses, and the pre-send check."""

from decimal import Decimal

import pytest

from app.errors import Conflict, Refused
from app.extensions import db
from app.holding import hold_row
from app.scoring.models import CriteriaSet, Criterion, Round
from app.scoring.operations import sheets
from app.scoring.operations.sheets import RowEntry, save_row
from app.scoring.queries.deviation import forbidden_deviation
from app.scoring.queries.precheck import precheck
from app.scoring.queries.sheets import sheet_page
from app.scoring.rules import Figures, Suggestion
from tests.province import NOW, open_round, score_of, sheet_of

COMPUTED = "Bộ tiêu chí này chỉ nhận điểm tính từ số liệu (1,5 điểm); hãy để trống ô điểm hoặc sửa số liệu."
NOTHING = (
    "Bộ tiêu chí này chỉ nhận điểm tính từ số liệu mà tổng số bằng 0; "
    "hãy để trống ô điểm và đề nghị không áp dụng."
)


@pytest.mark.parametrize(
    ("suggestion", "points", "sentence"),
    [
        (Suggestion(Decimal("1.5")), None, None),
        (Suggestion(Decimal("1.5")), Decimal("1.500"), None),
        (Suggestion(Decimal("1.5")), Decimal(1), COMPUTED),
        (Suggestion(Decimal("1.5")), Decimal(0), COMPUTED),
        (Suggestion(), Decimal(1), None),
        (Suggestion(nothing_to_do=True), None, None),
        (Suggestion(nothing_to_do=True), Decimal(0), NOTHING),
    ],
)
def test_points_that_are_not_computed_are_refused_where_something_is_computed(suggestion, points, sentence):
    strict, free = (Criterion(criteria_set=CriteriaSet(allows_deviation=allowed)) for allowed in (False, True))
    found = forbidden_deviation(strict, suggestion, points)
    assert (None if found is None else str(found)) == sentence
    assert forbidden_deviation(free, suggestion, points) is None


@pytest.fixture
def sheet(opened, ctx, province):
    db.session.get(CriteriaSet, province.reform_set).allows_deviation = False
    return sheet_of(db.session.get(Round, opened), province, "SO-TP")


def save(sheet, code, entry, province) -> None:
    score = score_of(sheet, code)
    actor = province.account("tp-nhap")
    save_row(hold_row(score), entry, version=score.version, actor=actor, at=NOW)
    db.session.flush()


@pytest.mark.parametrize(
    ("code", "figures", "points"),
    [
        ("1.1", Figures(option=0), "0.5"),
        ("1.2", Figures(a=Decimal(9), b=Decimal(10)), "2"),
        ("1.2", Figures(a=Decimal(0), b=Decimal(0)), "1"),
        ("1.3", Figures(n=Decimal(2)), "1.5"),
        ("2.1", Figures(a=Decimal(3), b=Decimal(4)), "1.499"),
        ("3.2", Figures(n=Decimal(0)), "1"),
    ],
)
def test_typed_points_that_differ_are_refused_and_nothing_changes(sheet, province, code, figures, points):
    entry = RowEntry(figures, Decimal(points), "Có giải trình")
    with pytest.raises(Refused, match="Bộ tiêu chí này chỉ nhận điểm tính từ số liệu") as refusal:
        save(sheet, code, entry, province)
    score = score_of(sheet, code)
    kept = (score.version, score.self_points, score.explanation, score.figure_a, score.figure_n, score.option)
    assert (refusal.value.field, kept) == ("points", (1, None, "", None, None, None))


def test_computed_points_are_taken_typed_or_not_and_a_claim_remains(sheet, province):
    save(sheet, "2.1", RowEntry(Figures(a=Decimal(3), b=Decimal(4)), Decimal("1.5")), province)
    save(sheet, "1.3", RowEntry(Figures(n=Decimal(2))), province)
    save(sheet, "1.2", RowEntry(Figures(a=Decimal(0), b=Decimal(0)), Decimal(1), "Không có", na_claimed=True), province)
    found = {row.criterion.code: row for row in sheet_page(sheet).leaves}
    assert [found[code].score.self_points for code in ("2.1", "1.3", "1.2")] == [Decimal("1.5"), Decimal(1), None]
    assert all(found[code].done and found[code].forbidden is None for code in ("2.1", "1.3", "1.2"))


def test_a_total_of_nothing_asks_for_the_claim_alone(sheet, province):
    save(sheet, "1.2", RowEntry(Figures(a=Decimal(0), b=Decimal(0))), province)
    page = sheet_page(sheet)
    row = next(row for row in page.leaves if row.criterion.code == "1.2")
    assert str(row.suggestion.working) == "Việc phải làm bằng 0: không phát sinh – đề nghị không áp dụng"
    assert [str(p.sentence) for p in precheck(page) if p.code == "1.2"] == ["Tổng số bằng 0: hãy đề nghị không áp dụng"]


@pytest.mark.parametrize(("b", "sentence"), [("4", COMPUTED), ("0", NOTHING)])
def test_stored_points_that_differ_block_the_approval_whatever_explains_them(sheet, province, b, sentence):
    score = score_of(sheet, "2.1")
    score.figure_a, score.figure_b = Decimal(3) if b == "4" else Decimal(0), Decimal(b)
    score.self_points, score.explanation = Decimal(1), "Có giải trình"
    db.session.flush()
    found = [(p.severity, str(p.heading), str(p.sentence)) for p in precheck(sheet_page(sheet)) if p.code == "2.1"]
    assert found == [("error", "Điểm tự chấm không phải điểm tính từ số liệu", sentence)]
    with pytest.raises(Conflict, match="Còn 7 lỗi"):
        sheets.approve(hold_row(sheet), actor=province.account("tp-duyet"), at=NOW)


def test_points_that_no_figure_gives_are_typed_as_before(ctx, province):
    """A linked leaf whose index is not there suggests nothing."""
    db.session.get(CriteriaSet, province.task_set).allows_deviation = False
    sheet = sheet_of(open_round(province, "htnv"), province, "SO-TP")
    save(sheet, "2.1", RowEntry(points=Decimal("1.25")), province)
    row = next(row for row in sheet_page(sheet).leaves if row.criterion.code == "2.1")
    assert (row.done, row.forbidden, row.score.self_points) == (True, None, Decimal("1.25"))
