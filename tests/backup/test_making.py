"""app/backup/making.py: what the store has lost is named and recorded, and no backup is given up for it."""

import os
import stat

import pytest
from sqlalchemy import text

from app import backup
from app.errors import Conflict
from app.extensions import db
from app.files import FileStore
from tests.backup.conftest import files_in
from tests.conftest import BACKUP_KEYS


def lose(store: FileStore) -> str:
    file = next(path for path in store.root.rglob("*") if path.is_file())
    file.unlink()
    return file.name


def damage(store: FileStore) -> str:
    file = next(path for path in store.root.rglob("*") if path.is_file())
    file.chmod(0o600)
    file.write_bytes(b"other")
    return file.name


@pytest.mark.parametrize("harm", [lose, damage])
def test_a_file_that_the_store_lost_makes_the_backup_incomplete_and_is_named(app, made, store, tmp_path, harm):
    target = tmp_path / "b.tar"
    with app.app_context():
        sha256 = harm(store)
        summary = backup.create(target, store, BACKUP_KEYS)
    assert (summary.files, summary.missing) == (0, {sha256: ["Kế hoạch.pdf"]})
    assert backup.verify(target, BACKUP_KEYS) == summary


def test_an_incomplete_backup_restores_and_says_what_it_lacks(app, made, store, elsewhere, tmp_path):
    target = tmp_path / "b.tar"
    with app.app_context():
        sha256 = lose(store)
        backup.create(target, store, BACKUP_KEYS)
    with elsewhere.app_context():
        there = FileStore(elsewhere.config["FILES_DIR"], 1000)
        assert backup.restore(target, there, BACKUP_KEYS).missing == {sha256: ["Kế hoạch.pdf"]}
        assert (backup.differences(target, there, BACKUP_KEYS), files_in(elsewhere)) == ([], [])


def test_a_store_that_does_not_answer_is_no_incomplete_backup(app, made, store, tmp_path):
    class Silent(FileStore):
        def open(self, sha256):
            raise Conflict("Kho tài liệu chưa trả lời.")

    with app.app_context(), pytest.raises(Conflict, match="chưa trả lời"):
        backup.create(tmp_path / "b.tar", Silent(store.root, 1000), BACKUP_KEYS)
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith("b.tar")] == []


@pytest.mark.sqlite
def test_a_value_that_is_none_of_its_columns_type_is_named_by_its_table_and_row(app, made, store, tmp_path):
    with app.app_context():
        db.session.execute(text("update agency set active_from = 'gestern' where id = 2"))
        db.session.commit()
        with pytest.raises(Conflict, match="Bảng agency, dòng 2 có giá trị không đọc được"):
            backup.create(tmp_path / "b.tar", store, BACKUP_KEYS)
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith("b.tar")] == []


def test_nobody_but_its_maker_reads_a_backup(app, made, store, tmp_path):
    os.umask(0o022)
    with app.app_context():
        backup.create(tmp_path / "b.tar", store, BACKUP_KEYS)
    assert stat.S_IMODE((tmp_path / "b.tar").stat().st_mode) == 0o600
