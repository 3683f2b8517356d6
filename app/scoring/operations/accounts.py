"""Import of accounts: a table comes in whole or not at all; each account gets a one-time password."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import func, select

from app import audit
from app.accounts import APPRAISER, DATA_ENTRY, MANAGER, create_account, require_manager
from app.errors import Sentence
from app.extensions import db
from app.models import Account, Agency
from app.scoring.imports.accounts import AccountRow, parse_accounts
from app.scoring.imports.finding import Finding, has_errors

TYPES = {"data_entry": DATA_ENTRY, "appraiser": APPRAISER, "manager": MANAGER}
NO_MAIL = "chamdiem.invalid"


def import_accounts(
    data: bytes, file_name: str, *, actor: Account | None, at: datetime
) -> tuple[list[tuple[Account, str]], list[Finding]]:
    """(account, one-time password) for each row, and the findings; no account when there are errors."""
    if actor is not None:
        require_manager(actor)
    agencies = {agency.code: agency for agency in db.session.scalars(select(Agency))}
    parsed = parse_accounts(data, file_name, agencies=agencies.keys())
    findings = sorted([*parsed.findings, *_taken(parsed.rows)], key=lambda finding: finding.row or 0)
    if has_errors(findings):
        return [], findings
    made = [_create(row, agencies, actor, at) for row in parsed.rows]
    audit.record("accounts_imported", None, actor=actor, at=at, label=file_name, accounts=len(made))
    return made, findings


def _taken(rows: list[AccountRow]) -> list[Finding]:
    """Names and addresses that other accounts have."""
    names = set(db.session.scalars(select(func.lower(Account.username))))
    emails = set(db.session.scalars(select(func.lower(Account.email))))
    found = []
    for row in rows:
        if row.username.lower() in names:
            sentence = Sentence("Tên đăng nhập “%(username)s” đã có.", {"username": row.username})
            found.append(Finding("error", row.row, "username", "username_taken", sentence))
        if row.email and row.email.lower() in emails:
            sentence = Sentence("Thư điện tử “%(email)s” đã có tài khoản khác dùng.", {"email": row.email})
            found.append(Finding("error", row.row, "email", "email_taken", sentence))
    return found


def _create(
    row: AccountRow, agencies: Mapping[str, Agency], actor: Account | None, at: datetime
) -> tuple[Account, str]:
    last_name, _space, first_name = row.full_name.strip().rpartition(" ")
    return create_account(
        username=row.username,
        last_name=last_name,
        first_name=first_name,
        email=row.email or f"{row.username.lower()}@{NO_MAIL}",
        account_type=TYPES[row.account_type],
        agency=agencies.get(row.agency_code),
        can_approve=row.can_approve,
        actor=actor,
        at=at,
    )
