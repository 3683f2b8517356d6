"""``make run``: database ready, addresses said, then gunicorn in this very process."""

import os
import sys

import click
from flask import Flask, current_app
from werkzeug.security import check_password_hash

from app.accounts import find_account
from app.cli.database import has_tables, is_empty, migrate, refuse_demo
from app.cli.seeding import fill
from app.errors import Conflict
from app.extensions import db
from app.row_access import system_access
from app.scoring.demo import PASSWORD, SHOWN_ACCOUNTS, STAGES


def serve(app: Flask) -> None:
    """Make or migrate the database, fill a new one with the demo province (``STAGE``), and serve."""
    with app.app_context(), system_access("the server starts"):
        prepare(os.environ.get("STAGE") or "draft")
        for line in welcome():
            click.echo(line)
        db.session.remove()
        db.engine.dispose()
    sys.stdout.flush()
    os.execv(sys.executable, [sys.executable, "-m", "gunicorn", "-c", "gunicorn.conf.py", "run:app"])


def prepare(stage: str) -> None:
    """A database that is there keeps every row; one that is new is migrated and filled, with demo data only here."""
    if stage not in ("empty", *STAGES):
        raise SystemExit(f"STAGE phải là một trong: empty, {', '.join(STAGES)}.")
    if stage != "empty" and (not has_tables() or is_empty()):
        try:
            refuse_demo(must_be_new=True)
        except Conflict as refusal:
            raise SystemExit(str(refusal)) from refusal
        db.session.rollback()
    if not has_tables():
        click.echo("Đang tạo cơ sở dữ liệu và dữ liệu mẫu (dưới một phút) …")
    migrate()
    if is_empty():
        for line in fill(stage).lines:
            click.echo(line)
        db.session.commit()


def welcome() -> list[str]:
    """The address, and one account of each type where the demo province is."""
    lines = ["", f"  {current_app.config['APP_NAME']}: {current_app.config['BASE_URL']}", ""]
    account = find_account(SHOWN_ACCOUNTS[0][0])
    if account is not None and check_password_hash(account.password, PASSWORD):
        lines += [_account_line(name, role) for name, role in SHOWN_ACCOUNTS]
        lines.append("")
    return lines


def _account_line(username: str, role: str) -> str:
    account = find_account(username)
    locked = " (đã khóa sau khi gửi kết quả thẩm định)" if account is not None and account.locked_at else ""
    return f"  {username:<18}{PASSWORD:<18}{role}{locked}"
