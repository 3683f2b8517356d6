"""app/backup/restoring.py: what is backed up comes back raw value for raw value; a refusal leaves nothing."""

import sqlite3
from contextlib import closing
from io import BytesIO
from pathlib import Path

import pytest
from sqlalchemy import text

from app import backup
from app.errors import Conflict, Refused
from app.extensions import db
from app.files import FileStore
from app.models import Agency, Notification, StoredFile
from app.scoring.models import Round
from app.scoring.queries.standings import round_standings
from tests.backup.conftest import NOTICE, files_in
from tests.conftest import BACKUP_KEYS
from tests.province import NOW
from tests.shelves import let_go, rows_of


def ranking(round_id: int) -> list[tuple]:
    lines = round_standings(db.session.get(Round, round_id)).lines
    return [(line.sheet.agency_name, line.total, line.rank, line.grade) for line in lines]


def raw_rows(folder: Path) -> dict[str, list[tuple]]:
    """Every table as SQLite itself gives it."""
    with closing(sqlite3.connect(folder / "scoring.db")) as database:
        return {name: sorted(found, key=repr) for name, found in rows_of(database, frozenset()).items()}


def store_of(app) -> FileStore:
    return FileStore(app.config["FILES_DIR"], 1_000_000)


def refused(elsewhere, source: Path, kind: type, store: FileStore | None = None) -> str:
    """The sentence; the database has as many rows as before, and the store no file."""
    with elsewhere.app_context():
        before = db.session.query(Agency).count()
        db.session.remove()
        with pytest.raises(kind) as error:
            backup.restore(source, store or store_of(elsewhere), BACKUP_KEYS)
        assert (db.session.query(Agency).count(), files_in(elsewhere)) == (before, [])
        db.session.remove()
    return str(error.value)


def test_a_backup_restored_elsewhere_gives_the_same_ranking_files_and_backup(app, made, elsewhere, tmp_path):
    with app.app_context():
        before = ranking(1)
    with elsewhere.app_context():
        summary = backup.restore(made, store_of(elsewhere), BACKUP_KEYS)
        assert (ranking(1), summary.files, len(files_in(elsewhere))) == (before, 1, 1)
        again = backup.create(tmp_path / "again.tar", store_of(elsewhere), BACKUP_KEYS)
        assert again[1:] == summary[1:]


@pytest.mark.sqlite
def test_every_raw_value_of_every_table_is_the_one_that_was_saved(app, made, elsewhere):
    with elsewhere.app_context():
        backup.restore(made, None, BACKUP_KEYS)
    let_go(app)
    let_go(elsewhere)
    before, after = raw_rows(app.config["DATA_DIR"]), raw_rows(elsewhere.config["DATA_DIR"])
    assert len(before) > 50
    assert {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)} == set()


def test_a_notice_is_the_sentence_that_it_was(made, elsewhere):
    with elsewhere.app_context():
        backup.restore(made, None, BACKUP_KEYS)
        assert db.session.query(Notification).filter_by(text=str(NOTICE)).one().sentence == NOTICE


def test_a_database_with_content_is_not_overwritten_and_no_file_is_put(made, elsewhere):
    with elsewhere.app_context():
        backup.restore(made, None, BACKUP_KEYS)
    assert refused(elsewhere, made, Conflict).startswith("Cơ sở dữ liệu đã có nội dung")


def test_another_version_of_the_data_is_refused_and_no_file_is_put(made, elsewhere):
    with elsewhere.app_context():
        db.session.execute(text("update alembic_version set version_num = 'older'"))
        db.session.commit()
    assert "phiên bản dữ liệu" in refused(elsewhere, made, Conflict)


@pytest.mark.sqlite
def test_a_row_that_the_database_refuses_is_a_sentence(made, elsewhere):
    never = "create trigger never before insert on agency begin select raise(abort, 'no'); end"
    with elsewhere.app_context():
        db.session.execute(text(never))
        db.session.commit()
    assert refused(elsewhere, made, Refused) == "Không phục hồi được bảng agency: no."


class FullStore(FileStore):
    """Takes one file, then has no room."""

    def put_as(self, stream, sha256):
        if files_of(self.root):
            raise OSError(28, "No space left on device")
        super().put_as(stream, sha256)


def files_of(root: Path) -> list[Path]:
    return [path for path in root.rglob("*") if path.is_file()]


def test_a_disk_that_is_full_at_the_second_file_leaves_neither_rows_nor_files(app, store, made, elsewhere, tmp_path):
    two = tmp_path / "two.tar"
    with app.app_context():
        second = store.put(BytesIO(b"%PDF-1.4\n2\n%%EOF\n"), "a.pdf")
        row = StoredFile(sha256=second.sha256, size=second.size, media_type="application/pdf", created_at=NOW)
        db.session.add(row)
        db.session.commit()
        assert backup.create(two, store, BACKUP_KEYS).files == 2
    full = FullStore(elsewhere.config["FILES_DIR"], 1_000_000)
    assert "No space left" in refused(elsewhere, two, OSError, full)


def test_what_differs_from_the_backup_is_named_by_column(ctx, made, store):
    assert backup.differences(made, store, BACKUP_KEYS) == []
    db.session.execute(text("update agency set name = 'Sở khác' where code = 'SO-TP'"))
    db.session.execute(text("update notification set sentence = '[1]' where url = '/sheets/1'"))
    db.session.execute(text("insert into rate_count (key, count, ends_at) values ('a', 1, 2.5)"))
    db.session.commit()
    next(path for path in files_of(store.root)).unlink()
    found = backup.differences(made, store, BACKUP_KEYS)
    assert found[:-1] == ["agency.name", "notification.sentence", "rate_count"]
    assert found[-1].startswith("files/")
