"""app/holding.py: a row that was merely read is never taken for a locked one."""

import pytest
from sqlalchemy import select
from sqlalchemy.dialects import postgresql

from app.extensions import db
from app.holding import Held, held_now, hold_new, hold_one, hold_row, hold_rows, locking
from app.models import AgencyGroup
from app.scoring.models import AppraiserWork, Evidence, Score, Sheet
from tests.province import open_round, score_of, sheet_of


@pytest.fixture
def sheet(ctx, province):
    return sheet_of(open_round(province), province, "SO-TP")


def test_nobody_makes_a_held_row_by_hand(sheet):
    with pytest.raises(TypeError, match="Only the locking queries"):
        Held(object(), sheet)


def test_a_row_is_held_until_its_transaction_ends_and_no_longer(sheet):
    held = hold_row(sheet)
    assert held.row is sheet
    db.session.commit()
    with pytest.raises(RuntimeError, match="no longer held"):
        _ = held.row


def test_a_row_that_is_held_is_as_it_is_now(sheet):
    change = db.text("update sheet set agency_name = 'Sở khác' where id = :id")
    assert sheet.agency_name == "Sở Tư pháp"
    db.session.execute(change, {"id": sheet.id})
    assert sheet.agency_name == "Sở Tư pháp"
    assert hold_row(sheet).row.agency_name == "Sở khác"


def test_a_score_is_held_with_its_sheet(sheet):
    held = hold_row(score_of(sheet, "1.1"))
    assert held.parent.row is sheet


def test_what_belongs_to_a_held_row_is_held_with_it_and_nothing_else(sheet, province):
    other = sheet_of(sheet.round, province, "SO-TC")
    held = hold_row(sheet)
    assert held.part(score_of(sheet, "1.1")).parent is held
    with pytest.raises(ValueError, match="does not belong"):
        held.part(score_of(other, "1.1"))
    with pytest.raises(LookupError, match="by itself"):
        _ = held.parent


def test_a_row_read_before_is_found_held_only_in_the_transaction_that_held_it(sheet):
    score = score_of(sheet, "1.1")
    with pytest.raises(LookupError, match="not held"):
        held_now(score)
    hold_row(score)
    assert held_now(score).parent.row is sheet
    db.session.commit()
    with pytest.raises(LookupError, match="not held"):
        held_now(score)


def test_rows_are_held_by_id_whatever_the_order_asked(sheet, province):
    ids = [sheet_of(sheet.round, province, code).id for code in ("SO-TP", "SO-NV", "SO-TC")]
    assert [held.row.id for held in hold_rows(Sheet, ids)] == sorted(ids)
    assert hold_rows(Sheet, []) == []


def test_a_new_row_is_held_by_the_transaction_that_makes_it(ctx):
    group = AgencyGroup(code="moi", name="Khối mới")
    assert hold_new(group).row.id is not None
    with pytest.raises(ValueError, match="there already"):
        hold_new(group)


def test_a_row_that_is_gone_is_not_held(sheet):
    work = AppraiserWork(round_id=sheet.round_id, appraiser_id=1)
    db.session.add(work)
    db.session.flush()
    db.session.execute(db.text("delete from appraiser_work where id = :id"), {"id": work.id})
    with pytest.raises(LookupError, match="gone"):
        hold_row(work)
    assert hold_one(select(AppraiserWork).where(AppraiserWork.id == work.id)) is None


def test_one_row_is_one_row(sheet):
    with pytest.raises(LookupError, match="More than one"):
        hold_one(select(Sheet).where(Sheet.round_id == sheet.round_id))


def test_the_statement_locks_the_parent_before_the_row():
    query = locking(select(Score).join(Score.sheet)).compile(dialect=postgresql.dialect())
    assert str(query).endswith("FOR NO KEY UPDATE OF sheet, score")


def test_a_row_held_with_its_references_lets_nobody_point_at_it():
    query = locking(select(Evidence), with_references=True).compile(dialect=postgresql.dialect())
    assert str(query).endswith("FOR UPDATE OF evidence")
