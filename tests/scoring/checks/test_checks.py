"""app/scoring/checks: a sound province passes, and each rule finds what was broken for it."""

import json
import os
import shutil
import sqlite3
import time
from io import BytesIO
from pathlib import Path

import pytest

from app import create_app
from app.extensions import db
from app.files import FileStore
from app.scoring.checks import RULES, check
from tests.conftest import settings
from tests.scoring.checks import stages
from tests.scoring.checks.damages import DAMAGES

RULE = {rule.code: rule for rule in RULES}
IN_THE_STORE = {"files_are_whole", "no_orphan_files"}


@pytest.fixture(scope="module")
def staged(filled, tmp_path_factory) -> Path:
    """The folder of a province with rounds in every stage, made once."""
    folder = tmp_path_factory.mktemp("staged")
    shutil.copy(filled[0] / "scoring.db", folder)
    with create_app(settings(folder)).app_context():
        stages.build(filled[1], FileStore(folder / "files", 1_000_000))
        db.session.remove()
        db.engine.dispose()
    return folder


@pytest.fixture
def store(app, staged) -> FileStore:
    folder = app.config["DATA_DIR"]
    shutil.copy(staged / "scoring.db", folder / "scoring.db")
    shutil.copytree(staged / "files", folder / "files")
    return FileStore(folder / "files", 1_000_000)


def found(code: str, store: FileStore) -> list[str]:
    rule = RULE[code]
    return list(rule.find(store) if rule.needs_store else rule.find())


def break_it(store: FileStore, statements: str | list[str]) -> None:
    """As somebody would who opens the file of the database: no keys, no checks, no triggers."""
    connection = sqlite3.connect(store.root.parent / "scoring.db", isolation_level=None)
    connection.execute("PRAGMA ignore_check_constraints=ON")
    for (name,) in connection.execute("select name from sqlite_master where type = 'trigger'").fetchall():
        connection.execute(f"drop trigger {name}")
    for statement in [statements] if isinstance(statements, str) else statements:
        connection.execute(statement)
    connection.close()


def test_a_sound_province_breaks_no_rule(store, ctx):
    assert [str(broken) for broken in check(store)] == []


@pytest.mark.parametrize("code", DAMAGES)
def test_a_rule_finds_its_damage(store, ctx, code):
    assert found(code, store) == []
    db.session.rollback()
    break_it(store, DAMAGES[code])
    assert found(code, store) != []


def test_every_rule_has_its_damage():
    assert set(RULE) == DAMAGES.keys() | IN_THE_STORE


def test_a_changed_file_is_named(store, ctx):
    path = next(path for path in store.root.rglob("*") if path.is_file())
    path.chmod(0o600)
    path.write_bytes(path.read_bytes().replace(b"1.4", b"1.5"))
    broken = [(finding.rule, finding.subject) for finding in check(store)]
    assert broken == [("files_are_whole", f"tệp 1 ({path.name})")]


def test_a_file_that_nothing_names_is_found_once_it_has_settled(store, ctx):
    kept = store.put(BytesIO(b"%PDF-1.4\nlost\n%%EOF\n"), "Lạc.pdf")
    path = store.path(kept.sha256)
    os.utime(path, (0, time.time() - 23 * 3600))
    assert found("no_orphan_files", store) == []
    os.utime(path, (0, time.time() - 25 * 3600))
    place = f"{kept.sha256[:2]}/{kept.sha256[2:4]}/{kept.sha256}"
    assert found("no_orphan_files", store) == [f"tệp {place}"]


def test_a_finding_says_the_rule_and_the_row(store, ctx):
    break_it(store, "update score set self_points = 99000 where id = 1")
    assert [str(broken) for broken in check(store)][0] == (
        "points_in_bounds: Điểm tự chấm, khảo sát, kết luận phải trong thang điểm – điểm 1 (1.1, Sở Nội vụ)"
    )


def test_the_command_says_what_is_broken_and_ends_with_1(store, app):
    sound = app.test_cli_runner().invoke(args=["scoring", "check"])
    assert (sound.exit_code, sound.output) == (0, f"{len(RULES)} quy tắc, 0 sai lệch.\n")
    break_it(store, DAMAGES["period_dates"])
    broken = app.test_cli_runner().invoke(args=["scoring", "check", "--json"])
    assert (broken.exit_code, [finding["rule"] for finding in json.loads(broken.output)["broken"]]) == (
        1,
        ["period_dates"],
    )


def lost(store: FileStore, content: bytes, hours: int) -> Path:
    """A content in the store that no row names, written this long ago."""
    path = store.path(store.put(BytesIO(b"%PDF-1.4\n" + content + b"\n%%EOF\n"), "Lạc.pdf").sha256)
    os.utime(path, (0, time.time() - hours * 3600))
    return path


def test_the_sweep_takes_what_nothing_names_after_a_day_and_leaves_the_rest(store, app):
    kept = {path for path in store.root.rglob("*") if path.is_file()}
    for path in kept:
        os.utime(path, (0, 0))
    young, old = lost(store, b"one", 23), lost(store, b"two", 25)
    arrival, foreign = store.root / "incoming" / "tmp1", store.root / "ghi-chu.txt"
    for path in (arrival, foreign):
        path.write_bytes(b"half")
        os.utime(path, (0, 0))
    swept = app.test_cli_runner().invoke(args=["scoring", "sweep-files", "--json"])
    assert (swept.exit_code, set(json.loads(swept.output)["removed"])) == (0, {old.name, "tmp1"})
    assert {path for path in store.root.rglob("*") if path.is_file()} == kept | {young, foreign}
    again = app.test_cli_runner().invoke(args=["scoring", "sweep-files"])
    assert (again.exit_code, again.output) == (0, "Đã xóa 0 tệp.\n")
