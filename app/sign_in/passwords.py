"""What a password must be, and changing one's own."""

from datetime import datetime

from flask_babel import gettext as _
from werkzeug.security import generate_password_hash

from app import audit
from app.models import Account
from app.sign_in.sessions import end_sessions
from app.text import fold

PASSWORD_LENGTH = 10
COMMON_PASSWORDS = ("password", "matkhau", "123456", "qwerty", "abc123", "admin", "chamdiem", "noivu")


def password_problem(password: str, account: Account) -> str | None:
    """Why this password will not do, or None: ten characters, letters and digits, nothing common or its own name."""
    folded = fold(password)
    if len(password) < PASSWORD_LENGTH:
        return _("Mật khẩu phải có ít nhất %(count)s ký tự.", count=PASSWORD_LENGTH)
    if not any(c.isdigit() for c in password) or not any(c.isalpha() for c in password):
        return _("Mật khẩu phải có cả chữ và số.")
    if account.username.split(".")[0] in folded or any(word in folded for word in COMMON_PASSWORDS):
        return _("Mật khẩu dễ đoán; hãy chọn mật khẩu khác.")
    return None


def change_password(account: Account, password: str, *, kept: int, at: datetime) -> None:
    """The owner's new password, found good before; every session but ``kept`` ends (Đ.16.1)."""
    account.password = generate_password_hash(password)
    account.must_change_password = False
    end_sessions(account, kept=kept, at=at)
    audit.record("password_changed", account, actor=account, at=at)
