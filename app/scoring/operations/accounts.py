"""Bulk creation of accounts from a table (Đ.8.2)."""

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


def import_accounts(
    data: bytes, file_name: str, *, actor: Account | None, at: datetime
) -> tuple[list[tuple[Account, str]], list[Finding]]:
    """All accounts of the file with their one-time passwords, or none of them; and what was found wrong."""
    if actor is not None:
        require_manager(actor)
    agencies = {agency.code: agency for agency in db.session.scalars(select(Agency))}
    parsed = parse_accounts(data, file_name, agencies=agencies.keys())
    findings = sorted([*parsed.findings, *_taken(parsed.rows)], key=lambda finding: finding.row or 0)
    if has_errors(findings):
        return [], findings
    made = [_create(row, agencies, actor, at) for row in parsed.rows]
    audit.record("accounts_imported", None, actor=actor, at=at, label=file_name, count=len(made))
    return made, findings


def _taken(rows: list[AccountRow]) -> list[Finding]:
    usernames = set(db.session.scalars(select(func.lower(Account.username))))
    emails = set(db.session.scalars(select(func.lower(Account.email))))
    return [
        Finding("error", row.row, column, code, Sentence(template, {"value": value}))
        for row in rows
        for column, value, known, code, template in (
            ("username", row.username, usernames, "username_taken", "Tên đăng nhập “%(value)s” đã có."),
            ("email", row.email, emails, "email_taken", "Thư điện tử “%(value)s” đã có tài khoản khác dùng."),
        )
        if value and value.lower() in known
    ]


def _create(row: AccountRow, agencies: dict[str, Agency], actor, at) -> tuple[Account, str]:
    *family, given = row.full_name.split()
    return create_account(
        username=row.username,
        last_name=" ".join(family),
        first_name=given,
        email=row.email or f"{row.username.lower()}@khong-co.invalid",
        account_type=TYPES[row.account_type],
        agency=agencies.get(row.agency_code),
        can_approve=row.can_approve,
        actor=actor,
        at=at,
    )
