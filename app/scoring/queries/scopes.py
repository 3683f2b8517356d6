"""Which rows of each table an account may read, as queries of ids: what the data API is narrowed by.

They say in SQL what ``policy.sees_sheet``, ``is_assigned`` and the result screens say of one row (a test compares
them). What is published anyone may read who has an account; of what is not, a manager all, data entry its own
agency's, an appraiser what is assigned, from the beginning of the appraisal on.
"""

from sqlalchemy import CTE, ColumnElement, Select, false, or_, select, true

from app.accounts import is_appraiser, is_data_entry, is_manager
from app.models import Account, Agency, AgencyGroup
from app.scoring.models import (
    Assignment,
    AssignmentAgency,
    CriteriaSet,
    Criterion,
    Result,
    Round,
    Score,
    Sheet,
)
from app.scoring.queries.appraisals import APPRAISED_BY_PEOPLE
from app.scoring.states import RoundState

BEFORE_APPRAISAL = (RoundState.PREPARING, RoundState.OPEN)
IS_PUBLISHED = (Round.state == RoundState.CONCLUDED) & Round.published_at.is_not(None)


def scores_in_sight(account: Account) -> Select:
    found = select(Score.id).join(Sheet, Sheet.id == Score.sheet_id)
    if is_manager(account):
        return found
    reached = [_works_for(account, Sheet.agency_id)]
    if is_appraiser(account):
        reached.append(Score.id.in_(_assigned_scores(account)))
    return found.where(or_(*reached))


def sheets_in_sight(account: Account) -> Select:
    if is_manager(account):
        return select(Sheet.id)
    reached = [_works_for(account, Sheet.agency_id)]
    if is_appraiser(account):
        assigned = select(Score.sheet_id).where(Score.id.in_(_assigned_scores(account)))
        reached.append(Sheet.id.in_(assigned))
    return select(Sheet.id).where(or_(*reached))


def results_in_sight(account: Account) -> Select:
    found = (
        select(Result.id).join(Sheet, Sheet.id == Result.sheet_id).join(Round, Round.id == Result.round_id)
    )
    if is_manager(account):
        return found
    own = _works_for(account, Sheet.agency_id) & (Round.state == RoundState.CONCLUDED)
    return found.where(or_(IS_PUBLISHED, own))


def rounds_in_sight(account: Account) -> Select:
    if is_manager(account):
        return select(Round.id)
    own = select(Sheet.round_id).where(Sheet.id.in_(sheets_in_sight(account)))
    return select(Round.id).where(or_(IS_PUBLISHED, Round.id.in_(own)))


def agencies_in_sight(account: Account) -> Select:
    if is_manager(account):
        return select(Agency.id)
    met = select(Sheet.agency_id).where(_is_met(account))
    return select(Agency.id).where(or_(Agency.id == account.agency_id, Agency.id.in_(met)))


def groups_in_sight(account: Account) -> Select:
    """A sheet keeps the group that its agency had then; both groups are in sight."""
    if is_manager(account):
        return select(AgencyGroup.id)
    met = select(Sheet.group_id).where(_is_met(account))
    now = select(Agency.group_id).where(Agency.id.in_(agencies_in_sight(account)))
    return select(AgencyGroup.id).where(or_(AgencyGroup.id.in_(met), AgencyGroup.id.in_(now)))


def criteria_sets_in_sight(account: Account) -> Select:
    if is_manager(account):
        return select(CriteriaSet.id)
    met = select(Sheet.criteria_set_id).where(_is_met(account))
    return select(CriteriaSet.id).where(CriteriaSet.id.in_(met))


def criteria_in_sight(account: Account) -> Select:
    return select(Criterion.id).where(Criterion.criteria_set_id.in_(criteria_sets_in_sight(account)))


def sees_conclusions(account: Account, round_: Round) -> bool:
    """What the council gives is the manager's until the round is concluded."""
    return is_manager(account) or round_.state == RoundState.CONCLUDED


def _works_for(account: Account, agency_id: ColumnElement) -> ColumnElement:
    """As ``policy.works_for``: data entry of that very agency."""
    if not is_data_entry(account) or account.agency_id is None:
        return false()
    return agency_id == account.agency_id


def _is_met(account: Account) -> ColumnElement:
    """A sheet that the account sees, or sees the result of."""
    judged = select(Result.sheet_id).where(Result.id.in_(results_in_sight(account)))
    return or_(Sheet.id.in_(sheets_in_sight(account)), Sheet.id.in_(judged))


def _assigned_scores(account: Account) -> Select:
    """As ``is_assigned`` says of one score; nobody appraises their own agency."""
    below = _below(account)
    listed = select(AssignmentAgency.agency_id).where(AssignmentAgency.assignment_id == Assignment.id)
    inside = select(below.c.id).where(
        below.c.root == Assignment.criterion_id, below.c.id == Score.criterion_id
    )
    own = true() if account.agency_id is None else Sheet.agency_id != account.agency_id
    return (
        select(Score.id)
        .join(Sheet, Sheet.id == Score.sheet_id)
        .join(Round, Round.id == Sheet.round_id)
        .join(Criterion, Criterion.id == Score.criterion_id)
        .join(Assignment, (Assignment.round_id == Round.id) & (Assignment.group_id == Sheet.group_id))
        .where(
            Assignment.appraiser_id == account.id,
            Round.state.not_in(BEFORE_APPRAISAL),
            or_(Assignment.criterion_id.is_(None), inside.exists()),
            or_(~listed.exists(), Sheet.agency_id.in_(listed)),
            own,
            ~Score.na_by_rule,
            Criterion.assessed_by.in_(APPRAISED_BY_PEOPLE),
        )
    )


def _below(account: Account) -> CTE:
    """(root, id): each criterion assigned to the account with itself and everything below it."""
    roots = select(Assignment.criterion_id.label("root"), Assignment.criterion_id.label("id")).where(
        Assignment.appraiser_id == account.id, Assignment.criterion_id.is_not(None)
    )
    below = roots.distinct().cte(recursive=True)
    deeper = select(below.c.root, Criterion.id).join(below, Criterion.parent_id == below.c.id)
    return below.union_all(deeper)
