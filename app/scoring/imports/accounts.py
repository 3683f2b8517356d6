"""The table of accounts (Đ.3.2, Đ.8.2)."""

from collections.abc import Collection
from typing import NamedTuple

from app.accounts.fields import BAD_USERNAME, is_username
from app.errors import Sentence
from app.field_rules import BAD_EMAIL, is_email
from app.models import LEADER
from app.scoring.imports.cells import Unique, read_yes_no, require
from app.scoring.imports.finding import Findings, Imported
from app.scoring.imports.table import AS_IT_IS, Column, Reading, TableRow, read_table
from app.scoring.imports.text import folded

COLUMNS = (
    Column("username", ("Tên đăng nhập", "Tài khoản"), required=True, kind="code"),
    Column("full_name", ("Họ và tên", "Họ tên"), required=True, longest=64, kind="line"),
    Column("email", ("Thư điện tử",), longest=320),
    Column("agency_code", ("Mã cơ quan", "Cơ quan"), required=True, kind="code"),
    Column("account_type", ("Loại tài khoản",), required=True),
    Column("can_approve", ("Được duyệt", "Quyền duyệt")),
)

# Folded words → account type.
ACCOUNT_TYPES = {
    "data entry": "data_entry",
    "nhap lieu": "data_entry",
    "tai khoan nhap lieu": "data_entry",
    folded(LEADER): "data_entry",
    "appraiser": "appraiser",
    "tham dinh": "appraiser",
    "tai khoan tham dinh": "appraiser",
    "manager": "manager",
    "quan ly": "manager",
    "tai khoan quan ly": "manager",
}


class AccountRow(NamedTuple):
    """``account_type`` is empty when unreadable; ``email`` may be, and an appraiser's ``agency_code``."""

    username: str
    full_name: str
    email: str
    agency_code: str
    account_type: str
    can_approve: bool
    row: int


def parse_accounts(
    data: bytes,
    filename: str,
    *,
    agencies: Collection[str] | None = None,
    reading: Reading = AS_IT_IS,
) -> Imported[AccountRow]:
    """``agencies``: the agency codes there are, not checked when None."""
    table = read_table(data, filename, COLUMNS, reading)
    findings = Findings(table.findings)
    usernames = Unique("username", "duplicate_username", findings)
    emails = Unique("email", "duplicate_email", findings)
    accounts = []
    for row in table.rows:
        account = _account(row, findings)
        _check_account(account, agencies, findings)
        if account.email:
            emails.is_first(row, account.email.lower(), account.email)
        if account.username and usernames.is_first(row, account.username.lower(), account.username):
            accounts.append(account)
    return Imported(accounts, findings.in_order())


def _account(row: TableRow, findings: Findings) -> AccountRow:
    return AccountRow(
        username=require(row, "username", "missing_username", Sentence("Thiếu tên đăng nhập."), findings),
        full_name=require(row, "full_name", "missing_name", Sentence("Thiếu họ và tên."), findings),
        email=row.cells["email"],
        agency_code=row.cells["agency_code"],
        account_type=_account_type(row, findings),
        can_approve=read_yes_no(row, "can_approve", findings)
        or folded(row.cells["account_type"]) == folded(LEADER),
        row=row.number,
    )


def _account_type(row: TableRow, findings: Findings) -> str:
    text = row.cells["account_type"]
    account_type = ACCOUNT_TYPES.get(folded(text))
    if account_type is None:
        message = Sentence("Loại tài khoản phải là Nhập liệu, Thẩm định hoặc Quản lý.")
        findings.error(row.number, "account_type", "unknown_account_type", message)
    return account_type or ""


def _check_account(account: AccountRow, agencies: Collection[str] | None, findings: Findings) -> None:
    if account.username and not is_username(account.username.lower()):
        findings.error(account.row, "username", "bad_username", BAD_USERNAME)
    if account.email and not is_email(account.email.lower()):
        findings.error(account.row, "email", "bad_email", BAD_EMAIL)
    if account.account_type == "data_entry" and not account.agency_code:
        message = Sentence("Tài khoản nhập liệu phải thuộc một cơ quan.")
        findings.error(account.row, "agency_code", "missing_agency", message)
    if agencies is not None and account.agency_code and account.agency_code not in agencies:
        message = Sentence("Không có cơ quan nào mang mã %(code)s.", {"code": account.agency_code})
        findings.error(account.row, "agency_code", "unknown_agency", message)
    if account.can_approve and account.account_type in ("appraiser", "manager"):
        message = Sentence("Quyền duyệt chỉ có ở tài khoản nhập liệu.")
        findings.error(account.row, "can_approve", "approve_without_data_entry", message)
