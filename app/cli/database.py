"""The database's own state: without tables, without accounts, or in use."""

import sqlite3
from contextlib import closing
from pathlib import Path

from flask import current_app
from flask_migrate import upgrade
from sqlalchemy import func, inspect, select

from app import audit
from app.accounts import ensure_roles
from app.clock import now
from app.errors import Conflict
from app.extensions import db
from app.models import Account, Agency

MIGRATIONS = Path(__file__).resolve().parents[2] / "migrations"


def has_tables() -> bool:
    """Whether the schema is there; asking neither makes nor changes a database file."""
    return "round" in _table_names()


def _table_names() -> set[str]:
    url = db.engine.url
    if url.get_backend_name() != "sqlite":
        return set(inspect(db.engine).get_table_names())
    place = Path(url.database or "").absolute()
    if not place.is_file():
        return set()
    with closing(sqlite3.connect(f"{place.as_uri()}?mode=ro", uri=True)) as database:
        return {name for (name,) in database.execute("select name from sqlite_master where type = 'table'")}


def is_of_this_machine() -> bool:
    """Whether the database is a file here, or a server reached by a socket or the loopback address."""
    url = db.engine.url
    if url.get_backend_name() == "sqlite":
        return True
    named = [url.host, *(url.query.get(name) for name in ("host", "hostaddr", "service"))]
    hosts = [word for one in named if one for word in ([one] if isinstance(one, str) else one)]
    return all(word.startswith("/") or word in ("localhost", "127.0.0.1", "::1") for word in hosts)


def is_new() -> bool:
    """Whether nothing is there yet, not even somebody else's table."""
    return not _table_names()


def refuse_demo(*, must_be_new: bool) -> None:
    """``Conflict`` where accounts with a public password could be met by others than who makes them."""
    if not is_of_this_machine() or current_app.config["HTTPS"] or current_app.config["PROXY"]:
        why = "cơ sở dữ liệu ở máy khác, hoặc cài đặt là của máy chủ phục vụ (HTTPS, PROXY)"
    elif must_be_new and not is_new():
        why = "cơ sở dữ liệu này không mới: đã có bảng"
    else:
        return
    raise Conflict(
        "Không tạo dữ liệu mẫu: %(why)s, mà mọi tài khoản mẫu dùng chung một mật khẩu công khai. %(way)s",
        why=why,
        way="Tỉnh mới: STAGE=empty. Dùng thử: đặt DATA_DIR vào một thư mục mới và bỏ DATABASE_URL.",
    )


def is_empty() -> bool:
    """No account and no agency yet: a seed may fill it."""
    people = db.session.scalar(select(func.count()).select_from(Account))
    return not people and not db.session.scalar(select(func.count()).select_from(Agency))


def migrate() -> None:
    """Bring the schema to the newest migration; makes the database when there is none."""
    Path(current_app.config["DATA_DIR"]).mkdir(parents=True, exist_ok=True)
    db.session.remove()
    older = has_tables() and not inspect(db.engine).has_table("audit_root")
    upgrade(directory=str(MIGRATIONS))
    if older:  # its rows were not all tracked: from here on the trail knows each of them
        audit.baseline(actor=None, at=now(), reason="nâng cấp")
        db.session.commit()


def make_roles() -> None:
    """The account types' role rows; commits."""
    ensure_roles()
    db.session.commit()
