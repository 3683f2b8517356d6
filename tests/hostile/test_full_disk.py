"""A full disk: on upload, on export, on save and on approving everything is there or nothing; the person is told."""

import resource
import sqlite3
from contextlib import closing, contextmanager
from io import BytesIO

import pytest
from sqlalchemy import event, update

from app import backup
from app.errors import Conflict
from app.extensions import db
from app.files import FileStore
from app.scoring.models import Score
from tests.conftest import BACKUP_KEYS
from tests.hostile.files import PDF
from tests.scoring.views.filling import attach, fill

TOLD = "Máy chủ hết chỗ lưu nên nội dung này chưa được lưu."


@contextmanager
def files_at_most(size: int):
    """No file of this process may grow beyond ``size`` bytes: what a full disk looks like to it."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@contextmanager
def full_database(app):
    """The database has no page left: each connection is told that it may not grow."""

    def stop_growing(made, _record):
        pages = made.execute("pragma page_count").fetchone()[0]
        made.execute(f"pragma max_page_count = {pages}")

    with app.app_context():
        engine = db.engine
    engine.dispose()
    with closing(sqlite3.connect(engine.url.database)) as made:
        made.execute("vacuum")  # migrations leave free pages
    event.listen(engine, "connect", stop_growing)
    try:
        yield
    finally:
        event.remove(engine, "connect", stop_growing)
        engine.dispose()


def explain_at_length(app) -> None:
    """A report that fits into no page that is partly free."""
    with app.app_context():
        db.session.execute(update(Score).values(explanation="Đã thực hiện theo kế hoạch. " * 140))
        db.session.commit()


def rows(app) -> dict[str, list]:
    """Every row of every table, to the letter."""
    with app.app_context():
        return {
            table.name: [tuple(row) for row in db.session.execute(table.select())]
            for table in db.metadata.sorted_tables
        }


def kept(app) -> list[str]:
    return sorted(str(path) for path in app.config["FILES_DIR"].rglob("*") if path.is_file())


def test_an_upload_that_does_not_fit_leaves_nothing_and_says_so(year, sign_in):
    clerk, url = sign_in("tp-nhap"), f"/evidence/rows/{year.scores['1.1']}/upload"
    token, before = {"X-CSRFToken": clerk.token()}, rows(year.app)
    big = PDF[:-6] + bytes(400_000) + b"%%EOF\n"
    with files_at_most(200_000):
        answer = clerk.client.post(
            url, data={"files": (BytesIO(big), "a.pdf")}, headers=token, content_type="multipart/form-data"
        )
    assert (answer.status_code, TOLD in answer.text, answer.headers["Connection"]) == (507, True, "close")
    assert (rows(year.app), kept(year.app)) == (before, [])
    again = clerk.htmx(url, {"files": (BytesIO(big), "a.pdf")}, content_type="multipart/form-data")
    assert (again.status_code, len(kept(year.app))) == (200, 1)


def test_a_file_already_there_survives_a_failed_second_upload(year, sign_in, tmp_path):
    store, big = FileStore(tmp_path / "files", 1_000_000), PDF[:-6] + bytes(400_000) + b"%%EOF\n"
    sha256 = store.put(BytesIO(big), "a.pdf").sha256
    with files_at_most(200_000), pytest.raises(OSError, match="File too large"):
        store.put(BytesIO(big), "a.pdf")
    assert store.verify(sha256) is True
    assert [path.name for path in store.root.rglob("*") if path.is_file()] == [sha256]


def test_a_backup_that_does_not_fit_leaves_no_file_and_says_so(year, tmp_path):
    target = tmp_path / "b.tar"
    with year.app.app_context(), files_at_most(100_000), pytest.raises(Conflict) as refused:
        backup.create(target, FileStore(year.app.config["FILES_DIR"], 1000), BACKUP_KEYS)
    assert str(refused.value).startswith("Chưa sao lưu được vào b.tar: ")
    assert [path.name for path in tmp_path.iterdir() if path.suffix in (".tar", ".part")] == []


@pytest.mark.sqlite
def test_a_save_on_a_full_database_is_refused_whole(year, sign_in):
    clerk, refused = sign_in("tp-nhap"), None
    with full_database(year.app):
        for number in range(60):
            before = rows(year.app)
            typed = {"explanation": f"{number} " + "ư" * 3900, "version": year.score("1.1").version}
            answer = clerk.htmx(f"/sheets/rows/{year.scores['1.1']}", typed)
            if answer.status_code != 200:
                refused = answer
                break
        assert refused is not None
        assert (refused.status_code, TOLD in refused.text, rows(year.app) == before) == (507, True, True)
        assert refused.headers["Connection"] == "close"
    answer = clerk.htmx(f"/sheets/rows/{year.scores['1.1']}", typed)
    assert (answer.status_code, year.score("1.1").explanation) == (200, typed["explanation"])


@pytest.mark.sqlite
def test_approving_on_a_full_database_leaves_state_snapshot_and_trail_as_they_were(year, sign_in):
    clerk, leader = sign_in("tp-nhap"), sign_in("tp-duyet")
    fill(year)
    attach(year)
    explain_at_length(year.app)
    before = rows(year.app)
    with full_database(year.app):
        answer = leader.post(f"/sheets/{year.sheet_id}/approve")
        assert (answer.status_code, TOLD in answer.text, rows(year.app) == before) == (507, True, True)
    assert clerk.get(f"/sheets/{year.sheet_id}").status_code == 200
    assert leader.post(f"/sheets/{year.sheet_id}/approve").status_code == 302
    assert year.sheet().state == "approved"


def test_an_export_needs_no_disk(year, sign_in):
    manager = sign_in("quan-ly")
    with files_at_most(50_000):
        answer = manager.client.get(f"/progress/{year.round_id}/progress.xlsx")
    assert (answer.status_code, answer.data[:4]) == (200, b"PK\x03\x04")
