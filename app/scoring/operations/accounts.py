"""Import of accounts: a table comes in whole or not at all; each account gets a one-time password."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from sqlalchemy import func, select

from app import audit
from app.accounts import APPRAISER, DATA_ENTRY, MANAGER, create_account, require_manager
from app.accounts.fields import taken
from app.extensions import db
from app.models import Account, Agency
from app.passwords import OneTime, new_one_times
from app.scoring.imports.accounts import AccountRow, parse_accounts
from app.scoring.imports.columns import AS_IT_IS, Reading
from app.scoring.imports.finding import Finding, has_errors

TYPES = {"data_entry": DATA_ENTRY, "appraiser": APPRAISER, "manager": MANAGER}
NO_MAIL = "chamdiem.invalid"


def passwords_for(data: bytes, file_name: str, reading: Reading = AS_IT_IS) -> list[OneTime]:
    """A one-time password for each row of a file that can be read; made before the import's transaction begins."""
    parsed = parse_accounts(data, file_name, reading=reading)
    return [] if parsed.has_errors else new_one_times(len(parsed.rows))


def import_accounts(
    data: bytes,
    file_name: str,
    *,
    actor: Account | None,
    at: datetime,
    passwords: Sequence[OneTime] = (),
    reading: Reading = AS_IT_IS,
) -> tuple[list[tuple[Account, str]], list[Finding]]:
    """(account, one-time password) for each row, and the findings; no account when there are errors.

    ``passwords``: those of ``passwords_for``, else they are made here.
    """
    if actor is not None:
        require_manager(actor)
    agencies = {agency.code: agency for agency in db.session.scalars(select(Agency))}
    parsed = parse_accounts(data, file_name, agencies=agencies.keys(), reading=reading)
    findings = sorted([*parsed.findings, *_taken(parsed.rows)], key=lambda finding: finding.row or 0)
    if has_errors(findings):
        return [], findings
    ready = passwords or new_one_times(len(parsed.rows))
    made = [
        _create(row, agencies, password, actor, at)
        for row, password in zip(parsed.rows, ready, strict=True)
    ]
    audit.record("accounts_imported", None, actor=actor, at=at, label=file_name, accounts=len(made))
    return made, findings


def _taken(rows: list[AccountRow]) -> Iterator[Finding]:
    """Names and addresses by which another account, or an earlier row, signs in."""
    both = select(func.lower(Account.username), func.lower(Account.email))
    owners: dict[str, tuple[str, str]] = {}
    for pair in db.session.execute(both):
        owners |= dict.fromkeys(pair, tuple(pair))
    for row in rows:
        own = (row.username.lower(), _address(row))
        others = [owners[each] for each in own if each in owners]
        problem = taken(*own, *others[0]) if others else None
        if problem is not None:
            field, sentence = problem
            yield Finding("error", row.row, field, f"{field}_taken", sentence)
        owners |= dict.fromkeys(own, own)


def _address(row: AccountRow) -> str:
    """The row's address of mail; one that no letter reaches where the file has none."""
    name = row.username.lower()
    return row.email.strip().lower() or f"{name.replace('@', '.')}@{NO_MAIL}"


def _create(
    row: AccountRow,
    agencies: Mapping[str, Agency],
    password: OneTime,
    actor: Account | None,
    at: datetime,
) -> tuple[Account, str]:
    last_name, _space, first_name = row.full_name.strip().rpartition(" ")
    return create_account(
        username=row.username,
        last_name=last_name,
        first_name=first_name,
        email=_address(row),
        account_type=TYPES[row.account_type],
        agency=agencies.get(row.agency_code),
        can_approve=row.can_approve,
        actor=actor,
        at=at,
        password=password,
    )
