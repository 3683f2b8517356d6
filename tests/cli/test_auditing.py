"""app/cli/auditing.py: verify, anchor, key, baseline; and where commands leave the trail's lines."""

import json
import logging
import socket

import pytest

from app.audit import lines
from app.audit.keys import public_key_of, signing_key
from app.extensions import db
from tests.tamperings import unguarded


@pytest.fixture
def run(app):
    def act(*arguments: str) -> tuple[int, dict]:
        outcome = app.test_cli_runner().invoke(args=["audit", *map(str, arguments), "--json"])
        return outcome.exit_code, json.loads(outcome.stdout)

    return act


def change(app, statement: str) -> None:
    with app.app_context():
        db.session.execute(db.text(statement))
        db.session.commit()


def test_a_row_changed_by_hand_is_named(app, province, run):
    change(app, "update agency set name = 'Khác' where code = 'SO-TP'")
    status, said = run("verify")
    line = f"agency {province.agencies['SO-TP']}, name: giá trị đang lưu khác với giá trị cuối cùng trong nhật ký."
    assert (status, said["whole"], said["different"]) == (1, False, [line])


def test_what_was_kept_elsewhere_is_compared(app, run, tmp_path):
    _status, root = run("anchor")
    kept = tmp_path / "log"
    kept.write_text(json.dumps(root), encoding="utf-8")
    assert run("verify", "--against", kept)[1]["against"] == []
    kept.write_text(json.dumps(root | {"number": 7}), encoding="utf-8")
    status, said = run("verify", "--against", kept)
    assert (status, len(said["against"])) == (1, 1)


def test_a_file_without_a_line_of_the_trail_is_refused(app, run, tmp_path):
    other = tmp_path / "khac.log"
    other.write_text("{}\n", encoding="utf-8")
    assert run("verify", "--against", other)[0] == 1


def test_the_public_key_is_printed_and_is_that_of_the_root(app, run):
    key, root = run("key")[1]["public_key"], run("anchor")[1]
    with app.app_context():
        assert key == root["public_key"] == public_key_of(signing_key())


def test_a_second_baseline_needs_a_reason(app, run):
    assert [run("baseline")[0], run("baseline")[0], run("baseline", "--reason", "khóa mới")[0]] == [0, 1, 0]
    assert run("verify")[0] == 0


@pytest.fixture
def collector(tmp_path, monkeypatch):
    """The machine's log, and the trail's logger put back afterwards."""
    address = str(tmp_path / "log")
    monkeypatch.delenv("INVOCATION_ID", raising=False)
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listening:
        listening.bind(address)
        listening.settimeout(5)
        yield listening, address
    for handler in list(lines.LINES.handlers):
        if isinstance(handler, logging.handlers.SysLogHandler):
            lines.LINES.removeHandler(handler)
            handler.close()
    lines.LINES.propagate = True


def test_a_command_leaves_its_lines_in_the_machines_log(app, run, collector, monkeypatch):
    listening, address = collector
    monkeypatch.setitem(app.config, "LOG_SOCKET", address)
    root = run("anchor")[1]
    first, second = (listening.recv(65536).decode().split("cham-diem-command: ", 1)[1].rstrip("\0") for _twice in "12")
    assert (json.loads(first)["acts"], json.loads(second)["root"]) == (["audit_anchored"], root["root"])


def test_under_systemd_they_stay_in_the_units_own_log(app, run, collector, monkeypatch):
    listening, address = collector
    monkeypatch.setitem(app.config, "LOG_SOCKET", address)
    monkeypatch.setenv("INVOCATION_ID", "ab")
    run("anchor")
    listening.settimeout(0.2)
    with pytest.raises(TimeoutError):
        listening.recv(65536)


def test_a_whole_trail_is_said_to_be_whole(app, run):
    status, said = run("verify")
    assert (status, said["whole"], said["broken"]) == (0, True, [])
    spoken = app.test_cli_runner().invoke(args=["audit", "verify"]).stdout
    assert (spoken.startswith("Nhật ký nguyên vẹn: "), spoken.endswith(" chuỗi.\n")) == (True, True)


def test_an_event_that_someone_edited_is_named(app, run):
    with app.app_context(), unguarded() as hand:
        chain, place, number = hand.connection.execute(
            db.text("select chain, place, id from audit_event order by id limit 1 offset 3")
        ).one()
        hand.run("update audit_event set actor_name = 'ai đó' where id = :n", n=number)
    status, said = run("verify")
    assert (status, said["broken"]) == (1, [{"chain": chain, "place": place, "event_id": number}])


def test_an_empty_database_is_left_empty_by_a_routine(app, run):
    with app.app_context(), unguarded() as hand:
        hand.run("delete from ab_user_role", "delete from ab_user", "delete from agency")
    run("verify")
    with app.app_context():
        assert db.session.scalar(db.text("select count(*) from routine_run")) == 0
