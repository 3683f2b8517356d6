"""app/cli/keeping.py: the trail, from the command line, with its exit status."""

import json
import sqlite3

import pytest


@pytest.fixture
def flask(app):
    """``flask("audit", "verify")`` → (exit status, its JSON or None, stderr)."""

    def run(*words, on=app) -> tuple[int, dict | None, str]:
        result = on.test_cli_runner().invoke(args=[*map(str, words), "--json"])
        return result.exit_code, json.loads(result.stdout) if result.stdout else None, result.stderr

    return run


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
