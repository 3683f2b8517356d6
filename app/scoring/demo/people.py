"""Made-up people: two managers, an administrator, a clerk and a leader an agency, the appraisers of the sets."""

from collections.abc import Iterable
from random import Random

from sqlalchemy import select

from app.accounts import ADMINISTRATOR, APPRAISER, DATA_ENTRY, MANAGER, role_named
from app.extensions import db
from app.models import Account, Agency
from app.passwords import hashed

PASSWORD = "Thanh-Hoa-2026"
SHOWN_ACCOUNTS = (
    ("quanly", "Tài khoản quản lý (Sở Nội vụ)"),
    ("so-tp.nhap", "Tài khoản nhập liệu (Sở Tư pháp)"),
    ("so-tp.duyet", "Lãnh đạo phê duyệt (Sở Tư pháp)"),
    ("so-tp.thamdinh", "Tài khoản thẩm định (Sở Tư pháp)"),
    ("quantri", "Quản trị kỹ thuật"),
)
OFFICE = "SO-NV"

_FAMILIES = (
    "Nguyễn",
    "Trần",
    "Lê",
    "Phạm",
    "Hoàng",
    "Vũ",
    "Đặng",
    "Bùi",
    "Đỗ",
    "Hồ",
    "Ngô",
    "Dương",
    "Trịnh",
    "Mai",
)
_MIDDLES = ("Văn", "Thị", "Minh", "Thu", "Quang", "Ngọc", "Đức", "Thanh", "Hữu", "Xuân")
_GIVEN = (
    "An",
    "Bình",
    "Châu",
    "Dũng",
    "Giang",
    "Hà",
    "Hạnh",
    "Hiền",
    "Hùng",
    "Hương",
    "Khánh",
    "Lan",
    "Linh",
) + ("Long", "Mai", "Nam", "Nga", "Phương", "Quân", "Sơn", "Tâm", "Thảo", "Trang", "Tuấn", "Vân", "Yến")


def make_people(agencies: dict[str, Agency], appraising: Iterable[str], rng: Random) -> dict[str, Account]:
    """User name → account. One hash serves all: they share the demo password."""
    secret = hashed(PASSWORD)
    roles = {name: role_named(name) for name in (DATA_ENTRY, APPRAISER, MANAGER, ADMINISTRATOR)}
    rows = [("quanly", MANAGER, OFFICE), ("quanly2", MANAGER, OFFICE), ("quantri", ADMINISTRATOR, None)]
    rows += [(f"{code.lower()}.thamdinh", APPRAISER, code) for code in sorted(appraising)]
    for code in agencies:
        rows += [(f"{code.lower()}.nhap", DATA_ENTRY, code), (f"{code.lower()}.duyet", DATA_ENTRY, code)]
    people = {
        username: Account(
            username=username,
            last_name=f"{rng.choice(_FAMILIES)} {rng.choice(_MIDDLES)}",
            first_name=rng.choice(_GIVEN),
            email=f"{username}@thanhhoa.example",
            active=True,
            agency=agencies.get(code or ""),
            can_approve=username.endswith(".duyet"),
            must_change_password=False,
            password=secret,
            roles=[roles[role]],
        )
        for username, role, code in rows
    }
    db.session.add_all(people.values())
    db.session.flush()
    return people


def clerk(agency_code: str) -> str:
    return f"{agency_code.lower()}.nhap"


def leader(agency_code: str) -> str:
    return f"{agency_code.lower()}.duyet"


def appraisers() -> list[Account]:
    return list(
        db.session.scalars(select(Account).where(Account.roles.any(name=APPRAISER)).order_by(Account.id))
    )
