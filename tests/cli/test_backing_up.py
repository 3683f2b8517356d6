"""app/cli/backing_up.py: backups from the command line, with their exit status and what they say."""

import json
import shutil
import sqlite3
import stat
import subprocess
from contextlib import closing
from pathlib import Path

import pytest

from app import create_app
from app.extensions import db
from tests.backup.forging import replace, rewrite, settle
from tests.conftest import BACKUP_KEYS, settings
from tests.shelves import let_go

SH = Path(__file__).parent.parent.parent / "deploy" / "backup.sh"


@pytest.fixture
def flask(app):
    """``flask("backup", "verify", file)`` → (exit status, its JSON or None, stderr)."""

    def run(*words, on=app) -> tuple[int, dict | None, str]:
        result = on.test_cli_runner().invoke(args=[*map(str, words), "--json"])
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result.exit_code, json.loads(result.stdout) if result.stdout else None, result.stderr

    return run


def spoken(app, *words) -> list[str]:
    return app.test_cli_runner().invoke(args=[*map(str, words)]).stdout.splitlines()


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
    let_go(other)


@pytest.fixture
def without_setting(app):
    """No BACKUP_KEY is set: the key lies in a file."""
    app.config["BACKUP_KEY"], before = None, app.config["BACKUP_KEY"]
    place = app.config["DATA_DIR"].with_name(f"{app.config['DATA_DIR'].name}-key")
    shutil.rmtree(place, ignore_errors=True)
    yield place / "backup-key"
    app.config["BACKUP_KEY"] = before
    shutil.rmtree(place, ignore_errors=True)


def test_a_backup_says_what_it_holds_and_its_key(flask, app, made):
    status, said, _ = flask("backup", "verify", made)
    assert (status, said["whole"], said["rows"] > 50, said["files"], said["missing"]) == (0, True, True, 0, {})
    assert f"Niêm phong bằng khóa {said['key']} (BACKUP_KEY)." in spoken(app, "backup", "verify", made)


def test_without_a_setting_a_key_is_made_apart_and_its_place_is_said(app, without_setting, tmp_path, flask):
    first = spoken(app, "backup", "create", tmp_path / "1.tar")
    second = spoken(app, "backup", "create", tmp_path / "2.tar")
    assert first[0].startswith(f"Đã tạo khóa niêm phong {without_setting}. Hãy cất một bản ở nơi khác")
    assert (first[2], second[1]) == (second[1], first[2])
    assert stat.S_IMODE(without_setting.stat().st_mode) == 0o600
    assert app.config["DATA_DIR"] not in without_setting.parents
    without_setting.unlink()
    for act in ("verify", "rehearse", "restore"):
        status, said, _ = flask("backup", act, tmp_path / "1.tar")
        assert (status, "Không có khóa niêm phong bản sao lưu" in said["error"]) == (1, True)
    assert without_setting.exists() is False


def test_a_key_that_could_be_guessed_is_refused(app, flask, tmp_path):
    app.config["BACKUP_KEY"], before = "short", app.config["BACKUP_KEY"]
    try:
        assert flask("backup", "create", tmp_path / "a.tar")[1]["error"].endswith("ít nhất 32 ký tự.")
    finally:
        app.config["BACKUP_KEY"] = before


def test_a_backup_restores_where_there_are_no_tables_yet_and_proves_it(flask, made, elsewhere):
    status, said, _ = flask("backup", "restore", made, on=elsewhere)
    assert (status, said["different"], said["broken"]) == (0, [], [])


def test_what_was_restored_is_not_restored_over(flask, made, elsewhere):
    flask("backup", "restore", made, on=elsewhere)
    status, said, spoken = flask("backup", "restore", made, on=elsewhere)
    words = "Cơ sở dữ liệu đã có nội dung; chỉ phục hồi vào cơ sở dữ liệu trống."
    assert (status, said, spoken.strip()) == (1, {"error": words}, words)


def test_a_damaged_or_forged_backup_is_refused_before_any_table_is_made(flask, made, elsewhere):
    rewrite(made, replace("tables/ab_user.jsonl", b"tp-nhap@", b"tp-nhan@"))
    for act in ("verify", "rehearse", "restore"):
        status, said, _ = flask("backup", act, made, on=elsewhere)
        assert (status, said) == (1, {"error": "Bản sao lưu hỏng: tables/ab_user.jsonl đã bị thay đổi."})
    rewrite(made, lambda members: settle(members, keys=(b"k" * 32,)))
    for act in ("verify", "rehearse", "restore"):
        status, said, _ = flask("backup", act, made, on=elsewhere)
        assert (status, "niêm phong bằng khóa" in said["error"]) == (1, True)
    assert list(elsewhere.config["DATA_DIR"].glob("scoring.db*")) == []


def test_a_refused_restore_takes_the_tables_away_that_it_made(flask, made, elsewhere):
    rewrite(made, replace("tables/agency.jsonl", b'"group_id":1', b'"group_id":9', BACKUP_KEYS))
    status, said, _ = flask("backup", "restore", made, on=elsewhere)
    assert (status, said["error"].startswith("Không phục hồi được bảng agency: ")) == (1, True)
    assert list(elsewhere.config["DATA_DIR"].glob("scoring.db*")) == []


def test_without_the_key_the_digests_are_checked_and_that_is_said(flask, app, made):
    rewrite(made, lambda members: settle(members, keys=(b"k" * 32,)))
    status, said, _ = flask("backup", "verify", made, "--without-key")
    assert (status, said["key"]) == (0, None)
    told = spoken(app, "backup", "verify", made, "--without-key")
    assert "KHÔNG kiểm tra niêm phong: không biết được bản sao lưu có bị làm giả hay không." in told


def content(app) -> list[str]:
    """The database as statements, without the list of routines that ran."""
    place = app.config["DATA_DIR"] / "scoring.db"
    with closing(sqlite3.connect(place)) as connection:
        return [line for line in connection.iterdump() if "routine_run" not in line]


def test_a_rehearsal_compares_and_leaves_only_a_note_that_it_ran(flask, app, made, tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "t"))
    (tmp_path / "t").mkdir()
    before = content(app)
    status, said, _ = flask("backup", "rehearse", made)
    assert (status, said["different"], said["broken"]) == (0, [], [])
    assert "Mọi cột của mọi bảng và mọi tệp giống hệt lúc sao lưu." in spoken(app, "backup", "rehearse", made)
    let_go(app)
    assert [*(tmp_path / "t").iterdir()] == []
    assert content(app) == before


def test_a_rehearsal_of_values_that_do_not_come_back_names_the_column(flask, made):
    def lie(members):
        members["tables/agency.jsonl"] = members["tables/agency.jsonl"].replace("Sở Tư pháp".encode(), b"X")
        settle(members)

    rewrite(made, lie)
    status, said, _ = flask("backup", "rehearse", made)
    assert (status, said["different"]) == (1, ["agency.name"])


@pytest.fixture
def lacking(app, made, tmp_path, flask) -> Path:
    """A backup of a database that names a file which the store does not have."""
    values = f"('{'0' * 64}', 1, 'application/pdf', '2026-01-01 00:00:00.000000')"
    with app.app_context():
        db.session.execute(
            db.text(f"insert into stored_file (sha256, size, media_type, created_at) values {values}")
        )
        db.session.commit()
    file = tmp_path / "lacking.tar"
    assert flask("backup", "create", file)[0] == 2
    return file


def test_an_incomplete_backup_is_made_with_status_2_and_every_reader_says_so(app, flask, lacking, elsewhere):
    line = f"Thiếu tệp {'0' * 64}: ?."
    for act, on in (("verify", app), ("rehearse", app), ("restore", elsewhere)):
        result = on.test_cli_runner().invoke(args=["backup", act, str(lacking)])
        assert (result.exit_code, line in result.stdout.splitlines()) == (2, True), act
        assert "Bản sao lưu KHÔNG ĐẦY ĐỦ" in result.stdout


def test_a_backup_never_overwrites_and_needs_a_folder(flask, made, tmp_path):
    assert flask("backup", "create", made)[0] == 2
    assert flask("backup", "create", tmp_path / "khong-co" / "a.tar")[0] == 2
    assert flask("backup", "restore", tmp_path / "khong-co.tar")[0] == 2


@pytest.mark.parametrize(
    ("statuses", "deleted", "status"),
    [
        ("", True, 0),
        ("backup.create=2 backup.verify=2 backup.rehearse=2", False, 2),
        ("backup.verify=1", False, 1),
        ("backup.rehearse=1", False, 1),
    ],
)
def test_the_nightly_script_keeps_older_backups_until_a_new_one_has_proved_complete(
    tmp_path, statuses, deleted, status
):
    """A stand-in for the command writes what it was asked and answers with the status wanted."""
    command = tmp_path / ".venv" / "bin" / "flask"
    command.parent.mkdir(parents=True)
    command.write_text(
        '#!/bin/sh\necho "$3 $4" >> asked\ntest "$4" != create || touch "$5"\nfor one in $STATUSES; do\n'
        'case "$one" in "$3.$4="*) exit "${one#*=}";; esac\ndone\n'
    )
    command.chmod(0o755)
    old = tmp_path / "cham-diem-20200101-000000.tar"
    old.touch()
    subprocess.run(["touch", "-d", "60 days ago", old], check=True)
    settings = {"PATH": "/usr/bin:/bin", "BACKUP_DIR": str(tmp_path), "STATUSES": statuses}
    done = subprocess.run(["sh", SH], cwd=tmp_path, env=settings, capture_output=True, text=True)
    assert (done.returncode, not old.exists()) == (status, deleted)
    if status == 2:
        asked = (tmp_path / "asked").read_text().splitlines()
        assert asked == ["backup create", "backup verify", "backup rehearse", "audit verify", "scoring sweep-files"]
