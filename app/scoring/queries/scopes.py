"""Which rows of each table an account may read, as queries of ids: what the data API is narrowed by.

They say in SQL what ``policy.sees_sheet``, ``is_assigned`` and the result screens say of one row (a test compares
them). What is published anyone may read who has an account; of what is not, a manager all, data entry its own
agency's, an appraiser what is assigned, from the beginning of the appraisal on.
"""

from sqlalchemy import ColumnElement, Select, false, or_, select

from app.accounts import is_appraiser, is_data_entry, is_manager
from app.models import Account, Agency, AgencyGroup
from app.scoring.models import CriteriaSet, Criterion, Result, Round, Score, Sheet
from app.scoring.queries.queue import assigned_now
from app.scoring.states import RoundState

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
    """As ``is_assigned`` says of one score."""
    found = select(Score.id).join(Sheet, Sheet.id == Score.sheet_id)
    return found.join(Criterion, Criterion.id == Score.criterion_id).where(assigned_now(account))
