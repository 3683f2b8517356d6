"""app/cli/keeping.py: backups and the trail, from the command line, with their exit status."""

import json
import sqlite3
from pathlib import Path

import pytest

from app import create_app
from app.extensions import db
from tests.conftest import settings


@pytest.fixture
def flask(app):
    """``flask("backup", "verify", file)`` → (exit status, its JSON or None, stderr)."""

    def run(*words, on=app) -> tuple[int, dict | None, str]:
        result = on.test_cli_runner().invoke(args=[*map(str, words), "--json"])
        return result.exit_code, json.loads(result.stdout) if result.stdout else None, result.stderr

    return run


@pytest.fixture
def made(flask, tmp_path) -> Path:
    file = tmp_path / "sao-luu.tar"
    assert flask("backup", "create", file)[0] == 0
    return file


@pytest.fixture
def elsewhere(tmp_path):
    """An application whose database has no tables yet."""
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    other = create_app(settings(folder))
    yield other
    with other.app_context():
        db.session.remove()
        db.engine.dispose()


def test_a_backup_says_what_it_holds(flask, made):
    status, said, _ = flask("backup", "verify", made)
    assert (status, said["whole"], said["rows"] > 50, said["files"]) == (0, True, True, 0)


def test_a_backup_restores_where_there_are_no_tables_yet_and_proves_it(flask, made, elsewhere):
    status, said, _ = flask("backup", "restore", made, on=elsewhere)
    assert (status, said["different"], said["broken"]) == (0, [], [])


def test_what_was_restored_is_not_restored_over(flask, made, elsewhere):
    flask("backup", "restore", made, on=elsewhere)
    status, said, spoken = flask("backup", "restore", made, on=elsewhere)
    words = "Cơ sở dữ liệu đã có nội dung; chỉ phục hồi vào cơ sở dữ liệu trống."
    assert (status, said, spoken.strip()) == (1, {"error": words}, words)


def test_a_damaged_backup_is_refused_before_any_table_is_made(flask, made, elsewhere):
    made.write_bytes(made.read_bytes().replace(b"tp-nhap@", b"tp-nhan@"))
    for act in ("verify", "restore"):
        status, said, _ = flask("backup", act, made, on=elsewhere)
        assert (status, said) == (1, {"error": "Bản sao lưu hỏng: tables/ab_user.jsonl đã bị thay đổi."})
    assert list(elsewhere.config["DATA_DIR"].glob("scoring.db")) == []


def test_a_backup_never_overwrites_and_needs_a_folder(flask, made, tmp_path):
    assert flask("backup", "create", made)[0] == 2
    assert flask("backup", "create", tmp_path / "khong-co" / "a.tar")[0] == 2
    assert flask("backup", "restore", tmp_path / "khong-co.tar")[0] == 2


def test_a_whole_trail_is_said_to_be_whole(flask):
    status, said, _ = flask("audit", "verify")
    assert (status, said["whole"], said["broken"]) == (0, True, [])


def test_a_trail_that_someone_edited_is_named(app, flask):
    place = app.config["DATA_DIR"] / "scoring.db"
    with sqlite3.connect(place) as connection:
        names = connection.execute("select name from sqlite_master where type = 'trigger'").fetchall()
        for (name,) in names:
            connection.execute(f"drop trigger {name}")
        chain, number, event = connection.execute(
            "select chain, place, id from audit_event order by id limit 1 offset 3"
        ).fetchone()
        connection.execute("update audit_event set actor_name = 'ai đó' where id = ?", [event])
    connection.close()
    status, said, _ = flask("audit", "verify")
    assert (status, said["broken"]) == (1, [{"chain": chain, "place": number, "event_id": event}])


def test_people_get_sentences(app):
    spoken = app.test_cli_runner().invoke(args=["audit", "verify"]).stdout
    assert (spoken.startswith("Nhật ký nguyên vẹn: "), spoken.endswith(" chuỗi.\n")) == (True, True)
