"""Who may see and change what in the scoring system: short predicates over an account and a thing.

Outside one's rows a thing does not exist (404, ``NotInScope``); inside them, without the right, 403.
"""

from app.accounts import is_appraiser, is_data_entry, is_leader, is_manager, require_manager
from app.errors import NotAllowed, NotInScope
from app.models import Account
from app.scoring.models import Evidence, Sheet
from app.scoring.states import RoundState, Who

__all__ = [
    "require_entry",
    "require_leader",
    "require_manager",
    "require_own_evidence",
    "require_visible",
    "require_who",
    "sees_sheet",
]


def works_for(account: Account, agency_id: int) -> bool:
    """Data entry of that very agency."""
    return is_data_entry(account) and account.agency_id is not None and account.agency_id == agency_id


def sees_sheet(account: Account, sheet: Sheet, *, assigned: bool = False) -> bool:
    """A manager sees every sheet, an agency its own, an appraiser those assigned while the round lets them work."""
    if is_manager(account) or works_for(account, sheet.agency_id):
        return True
    return assigned and is_appraiser(account) and sheet.round.state != RoundState.PREPARING


def require_visible(account: Account, sheet: Sheet, *, assigned: bool = False) -> None:
    if not sees_sheet(account, sheet, assigned=assigned):
        raise NotInScope()


def require_entry(account: Account, sheet: Sheet) -> None:
    """Data entry of the sheet's agency; a manager sees the sheet but never fills it in."""
    require_visible(account, sheet)
    if not works_for(account, sheet.agency_id):
        raise NotAllowed("Chỉ cán bộ nhập liệu của cơ quan được thực hiện việc này.")


def require_leader(account: Account, sheet: Sheet) -> None:
    require_entry(account, sheet)
    if not is_leader(account):
        raise NotAllowed("Chỉ lãnh đạo cơ quan có quyền phê duyệt được thực hiện việc này (Điều 9.2).")


def require_who(who: Who, account: Account, sheet: Sheet) -> None:
    """The check that belongs to the ``who`` of a sheet's transition."""
    checks = {Who.ENTRY: require_entry, Who.LEADER: require_leader}
    checks.get(who, lambda person, _sheet: require_manager(person))(account, sheet)


def require_own_evidence(account: Account, evidence: Evidence) -> None:
    if not works_for(account, evidence.agency_id):
        raise NotInScope()
