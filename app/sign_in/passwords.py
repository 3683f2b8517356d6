"""Changing one's own password."""

from datetime import datetime

from app import audit
from app.models import Account
from app.passwords import hashed
from app.sign_in.sessions import end_sessions


def change_password(account: Account, password: str, *, kept: int, at: datetime) -> None:
    """The owner's new password, found good before; every session but ``kept`` ends (Đ.16.1)."""
    account.password = hashed(password)
    account.must_change_password = False
    end_sessions(account, kept=kept, at=at)
    audit.record("password_changed", account, actor=account, at=at)
