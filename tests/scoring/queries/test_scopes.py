"""app/scoring/queries/scopes.py: the scopes in SQL say what the predicates say of one row."""

import pytest
from sqlalchemy import delete, select

from app.extensions import db
from app.scoring.models import Assignment, AssignmentAgency, Criterion, Score, Sheet
from app.scoring.policy import sees_sheet
from app.scoring.queries import scopes
from app.scoring.queries.appraisals import is_assigned
from tests.province import ACCOUNTS, begin_appraisal, open_round, sheet_of


@pytest.fixture
def assigned(ctx, province):
    """td-nv has the field 1 of all departments, td-tp the whole set of Sở Tài chính alone and one leaf of Sở Nội vụ."""
    round_ = open_round(province)
    begin_appraisal(round_, province)
    db.session.execute(delete(AssignmentAgency))
    db.session.execute(delete(Assignment))
    nodes = {
        n.code: n.id
        for n in db.session.scalars(select(Criterion))
        if n.criteria_set_id == province.reform_set
    }
    for name, code, only in (("td-nv", "1", None), ("td-tp", None, "SO-TC"), ("td-tp", "1.2", "SO-NV")):
        given = Assignment(
            round_id=round_.id,
            appraiser_id=province.accounts[name],
            group_id=province.groups["so"],
            criterion_id=nodes.get(code),
        )
        db.session.add(given)
        db.session.flush()
        if only:
            db.session.add(AssignmentAgency(assignment_id=given.id, agency_id=province.agencies[only]))
    db.session.commit()
    return round_


def test_the_scores_of_an_appraiser_are_those_assigned_one_by_one(assigned, province):
    for name in ("td-nv", "td-tp"):
        account = province.account(name)
        found = set(db.session.scalars(scopes.scores_in_sight(account)))
        assert found == {score.id for score in db.session.query(Score) if is_assigned(account, score)}
        assert len(found) > 0


def test_an_appraiser_sees_nothing_before_the_appraisal(ctx, province):
    open_round(province)
    account = province.account("td-nv")
    scope = (scopes.scores_in_sight, scopes.sheets_in_sight, scopes.rounds_in_sight)
    assert [db.session.scalars(query(account)).all() for query in scope] == [[], [], []]


def test_the_sheets_are_those_that_the_policy_shows(assigned, province):
    for name, *_rest in ACCOUNTS:
        account = province.account(name)
        wanted = {
            sheet.id
            for sheet in db.session.query(Sheet)
            if sees_sheet(account, sheet, assigned=any(is_assigned(account, score) for score in sheet.scores))
        }
        assert set(db.session.scalars(scopes.sheets_in_sight(account))) == wanted


def test_data_entry_that_works_for_no_agency_sees_no_sheet(assigned, province):
    account = province.account("tp-nhap")
    account.agency_id = None
    db.session.flush()
    assert db.session.scalars(scopes.sheets_in_sight(account)).all() == []
    assert db.session.scalars(scopes.agencies_in_sight(account)).all() == []


def test_a_set_that_no_round_in_sight_uses_is_the_managers(assigned, province):
    clerk, manager = province.account("tp-nhap"), province.account("quan-ly")
    sets = [set(db.session.scalars(scopes.criteria_sets_in_sight(who))) for who in (clerk, manager)]
    assert sets == [{province.reform_set}, {province.reform_set, province.task_set}]
    assert sheet_of(assigned, province, "SO-TP").criteria_set_id == province.reform_set
