"""A round in appraisal with a file and notices, its backup, and an empty database elsewhere."""

import shutil
from io import BytesIO
from pathlib import Path

import pytest
from flask import Flask
from flask_migrate import upgrade

from app import backup
from app.accounts import notify
from app.errors import Sentence
from app.extensions import db
from app.files import FileStore
from app.holding import hold_row
from app.scoring.operations import evidence
from tests.conftest import BACKUP_KEYS, settings
from tests.province import NOW, appraise_everything, begin_appraisal, open_round, score_of, sheet_of
from tests.shelves import let_go

PDF = b"%PDF-1.4\n%%EOF\n"
NOTICE = Sentence("Đợt %(round)s: %(what)s", {"round": "2026", "what": Sentence("còn %(n)s dòng", {"n": 3})})


@pytest.fixture
def store(app) -> FileStore:
    return FileStore(app.config["FILES_DIR"], 1_000_000)


@pytest.fixture(scope="session")
def kept_backups(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("backups")


@pytest.fixture
def made(app, province, told, store, kept_backups, tmp_path) -> Path:
    """The backup of the database as it stands."""

    def make() -> str:
        with app.app_context():
            _tell(province, store)
            target = kept_backups / "sao-luu.tar"
            backup.create(target, store, BACKUP_KEYS)
            return target.name

    name = told("backup", make)
    return Path(shutil.copy(kept_backups / name, tmp_path / name))


def _tell(province, store: FileStore) -> None:
    round_ = open_round(province)
    kept, clerk = store.put(BytesIO(PDF), "Kế hoạch.pdf"), province.account("tp-nhap")
    score = score_of(sheet_of(round_, province, "SO-TP"), "1.1")
    evidence.attach_new(hold_row(score), kept, evidence.Description("12/KH"), actor=clerk, at=NOW)
    begin_appraisal(round_, province)
    appraise_everything(round_, province, "td-nv")
    notify(clerk, NOTICE, at=NOW, url="/sheets/1")
    db.session.commit()


@pytest.fixture(scope="session")
def _elsewhere(shelf, tmp_path_factory) -> tuple[Flask, Path]:
    """An application of its own, and the folder that keeps its migrated, empty database."""
    kept, other = tmp_path_factory.mktemp("empty"), shelf.app(settings(tmp_path_factory.mktemp("elsewhere")))
    with other.app_context():
        upgrade()
        let_go(other)
    shelf.keep(other, kept)
    return other, kept


@pytest.fixture
def elsewhere(shelf, _elsewhere) -> Flask:
    other, kept = _elsewhere
    shelf.put(other, kept)
    return other


def files_in(app: Flask) -> list[str]:
    return sorted(path.name for path in Path(app.config["FILES_DIR"]).rglob("*") if path.is_file())
