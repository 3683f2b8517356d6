"""app/scoring/operations/council.py: many rows concluded by one minutes number, all of them or none."""

from datetime import timedelta
from decimal import Decimal

import pytest

from app.errors import Conflict, NotAllowed, Refused
from app.extensions import db
from app.holding import hold_row
from app.models import AuditEvent
from app.scoring.models import Appraisal, Round, Score
from app.scoring.operations import council, differences
from app.scoring.operations.council import Basis, Ruling
from app.scoring.queries.differences import round_pairs
from app.scoring.rules import Final
from tests.province import NOW, appraise_everything, begin_appraisal, open_round, score_of, sheet_of

REASON, NUMBER = "Theo hồ sơ", "05/BB-HĐTĐ"


@pytest.fixture
def round_(told, ctx, province):
    """Consolidated: both units gave themselves 1 at 1.2 and 0,5 at 2.1, the appraisers the maximum."""
    return db.session.get(Round, told("consolidated, two agencies differ", lambda: _consolidated(province)))


def _consolidated(province) -> int:
    made = open_round(province)
    for code in ("SO-TP", "SO-TC"):
        sheet = sheet_of(made, province, code)
        score_of(sheet, "1.2").self_points = Decimal(1)
        score_of(sheet, "2.1").self_points = Decimal("0.5")
        sheet.state, sheet.submitted_at, sheet.receipt_number = "submitted", NOW, f"TDG-{code}"
    db.session.commit()
    begin_appraisal(made, province)
    for name in ("td-nv", "td-tp"):
        appraise_everything(made, province, name)
    return made.id


@pytest.fixture
def rows(round_, province) -> list[Score]:
    return [
        score_of(sheet_of(round_, province, agency), code) for agency in ("SO-TP", "SO-TC") for code in ("1.2", "2.1")
    ]


def rulings(rows, **typed) -> dict[int, Ruling]:
    """As a page shows the rows now; ``typed`` by place: r0=Final(…)."""
    found = {pair.score_id: pair for pair in round_pairs(rows[0].sheet.round, score_ids=[row.id for row in rows])}
    return {row.id: Ruling(found[row.id].mark, typed.get(f"r{place}")) for place, row in enumerate(rows)}


def conclude(rows, found, basis, manager, *, reason=REASON, number=NUMBER, at=NOW) -> int:
    return council.conclude_scores(
        [hold_row(row) for row in rows], found, basis, reason, number, actor=manager, at=at
    )


@pytest.fixture
def manager(province, ctx):
    return province.account("quan-ly")


def concluded(rows) -> list:
    db.session.expire_all()
    return [(row.concluded_points, row.concluded_na, row.minutes_number) for row in rows]


NOTHING = [(None, False, None)] * 4


def test_rows_keep_the_appraised_points_under_one_number_and_each_is_on_the_trail(rows, manager):
    assert conclude(rows, rulings(rows), Basis.APPRAISED, manager) == 4
    db.session.commit()
    assert concluded(rows) == [(Decimal(2), False, NUMBER)] * 4
    told = db.session.query(AuditEvent).filter_by(action="score_concluded").count()
    assert told == 4


def test_rows_take_the_units_own_points(rows, manager):
    conclude(rows, rulings(rows), Basis.SELF, manager)
    assert [points for points, _na, _number in concluded(rows)] == [1, Decimal("0.5"), 1, Decimal("0.5")]


def test_what_is_typed_at_a_row_comes_before_the_basis(rows, manager):
    conclude(rows, rulings(rows, r0=Final(True, Decimal("1.25")), r1=Final(False, None)), Basis.SELF, manager)
    assert concluded(rows)[:3] == [(Decimal("1.25"), False, NUMBER), (None, True, NUMBER), (Decimal(1), False, NUMBER)]


def test_a_row_that_changed_since_it_was_shown_is_named_and_none_is_concluded(rows, manager):
    found = rulings(rows)
    differences.conclude_score(hold_row(rows[2]), Decimal(1), "Khác", "1/BB", actor=manager, at=NOW)
    differences.withdraw_conclusion(hold_row(rows[2]), actor=manager, at=NOW)
    db.session.commit()
    with pytest.raises(Conflict, match=r"1 dòng đã thay đổi từ khi mở trang: 1\.2 – Sở Tài chính"):
        conclude(rows, found, Basis.APPRAISED, manager)
    db.session.rollback()
    assert concluded(rows) == NOTHING


def test_points_of_an_appraiser_that_changed_since_are_a_change_of_the_row(rows, manager):
    found = rulings(rows)
    for appraisal in db.session.query(Appraisal).filter_by(score_id=rows[1].id):
        appraisal.points = Decimal("1.5")
    db.session.commit()
    with pytest.raises(Conflict, match=r"2\.1 – Sở Tư pháp"):
        conclude(rows, found, Basis.APPRAISED, manager)


def test_a_row_whose_explanation_is_awaited_is_left_to_the_agency(rows, manager):
    differences.ask_explanation(hold_row(rows[0]), "Nêu căn cứ", actor=manager, at=NOW)
    found = rulings(rows)
    with pytest.raises(Conflict, match="đang chờ cơ quan giải trình: 1.2 – Sở Tư pháp"):
        conclude(rows, found, Basis.APPRAISED, manager)
    assert conclude(rows, found, Basis.APPRAISED, manager, at=NOW + timedelta(days=6)) == 4


def test_rows_without_points_of_that_side_are_named(rows, manager):
    rows[1].self_points, rows[1].na_claimed = None, False
    db.session.commit()
    with pytest.raises(Refused, match=r"không có điểm tự chấm.*2\.1 – Sở Tư pháp"):
        conclude(rows, rulings(rows), Basis.SELF, manager)


def test_points_beyond_the_maximum_are_refused_with_the_row(rows, manager):
    with pytest.raises(Refused, match=r"2\.1 – Sở Tư pháp: Điểm phải từ 0 đến 2"):
        conclude(rows, rulings(rows, r1=Final(True, Decimal(3))), Basis.SELF, manager)
    db.session.rollback()
    assert concluded(rows) == NOTHING


@pytest.mark.parametrize(("reason", "number"), [("", NUMBER), (REASON, " "), (REASON, "1" * 61)])
def test_number_and_reason_are_asked_for(rows, manager, reason, number):
    with pytest.raises(Refused):
        conclude(rows, rulings(rows), Basis.APPRAISED, manager, reason=reason, number=number)


def test_only_a_manager_and_only_rows_there_are(rows, manager, province):
    with pytest.raises(NotAllowed):
        conclude(rows, rulings(rows), Basis.APPRAISED, province.account("td-nv"))
    with pytest.raises(Refused, match="Hãy đánh dấu"):
        conclude([], {}, Basis.APPRAISED, manager)
    with pytest.raises(Conflict, match="không còn trong danh sách"):
        conclude(rows, rulings(rows) | {999: Ruling("1:1:1")}, Basis.APPRAISED, manager)
    assert concluded(rows) == NOTHING
