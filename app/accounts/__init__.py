"""Accounts: their types, their fields' rules, finding them, and the acts on them (Đ.3.2, 6, 8, 10.3, 16.5).

``types`` · ``names`` (finding them) · ``fields`` (rules of their fields) · ``operations`` · ``resets`` (one-time
passwords, for managers by two people) · ``requests`` (what people ask for) · ``queries`` (the accounts desk).
"""

from app.accounts.fields import require_free
from app.accounts.names import (
    account_named,
    account_of_email,
    find_account,
    free_username,
    held_accounts,
    working_administrators,
    working_managers,
)
from app.accounts.operations import (
    change_account,
    create_account,
    lock_account,
    require_other_manager,
    unlock_account,
    unlock_for_new_work,
)
from app.accounts.resets import give_one_time_password
from app.accounts.types import (
    ACCOUNT_TYPES,
    ADMINISTRATOR,
    APPRAISER,
    DATA_ENTRY,
    MANAGER,
    asker_of,
    ensure_roles,
    is_administrator,
    is_appraiser,
    is_data_entry,
    is_leader,
    is_manager,
    require_manager,
    role_named,
    type_of,
)
from app.notices import has_mailbox, notify

__all__ = [
    "ACCOUNT_TYPES",
    "ADMINISTRATOR",
    "APPRAISER",
    "DATA_ENTRY",
    "MANAGER",
    "account_named",
    "account_of_email",
    "asker_of",
    "change_account",
    "create_account",
    "ensure_roles",
    "find_account",
    "free_username",
    "give_one_time_password",
    "has_mailbox",
    "held_accounts",
    "is_administrator",
    "is_appraiser",
    "is_data_entry",
    "is_leader",
    "is_manager",
    "lock_account",
    "notify",
    "require_free",
    "require_manager",
    "require_other_manager",
    "role_named",
    "type_of",
    "unlock_account",
    "unlock_for_new_work",
    "working_administrators",
    "working_managers",
]
