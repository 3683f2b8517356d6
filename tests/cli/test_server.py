"""app/cli/server.py: demo accounts, whose password is public, are made on a new database of this machine alone."""

import sqlite3
from contextlib import closing

import pytest
from sqlalchemy import create_engine

from app import create_app
from app.cli.database import is_empty, is_of_this_machine, migrate
from app.cli.server import prepare
from app.extensions import db
from tests.conftest import settings
from tests.shelves import let_go

ELSEWHERE = [
    "postgresql+psycopg://a@db.example/cham_diem",
    "postgresql+psycopg://a@10.0.0.20:5432/cham_diem",
    "postgresql+psycopg://a@/cham_diem?host=db.example",
    "postgresql+psycopg://a@/cham_diem?host=/var/run/postgresql&host=db.example",
    "postgresql+psycopg://a@localhost/cham_diem?hostaddr=10.0.0.20",
    "postgresql+psycopg://a@/cham_diem?service=house",
]
HERE = [
    "sqlite:///scoring.db",
    "postgresql+psycopg://a@localhost/a",
    "postgresql+psycopg://a@[::1]/a",
    "postgresql+psycopg://a@/a?host=/var/run/postgresql",
]


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """An application; each test names its database."""
    return create_app(settings(tmp_path_factory.mktemp("server")))


@pytest.fixture
def on(made, tmp_path, monkeypatch):
    """``on(address)``: the application as if its settings named this database."""
    def use(address: str | None = None, **config):
        engine = create_engine(address or f"sqlite:///{tmp_path / 'scoring.db'}")
        monkeypatch.setattr(type(db), "engine", property(lambda _self: engine))
        for name, value in config.items():
            monkeypatch.setitem(made.config, name, value)
        return made

    yield use
    monkeypatch.undo()
    let_go(made)


@pytest.mark.parametrize("address", [*ELSEWHERE, *HERE])
def test_a_database_of_another_machine_is_known_by_its_address(on, address):
    with on(address).app_context():
        assert is_of_this_machine() is (address in HERE)


@pytest.mark.parametrize("config", [{"HTTPS": True}, {"PROXY": True}], ids=str)
def test_the_settings_of_a_service_take_no_demo_accounts(on, tmp_path, config):
    with on(**config).app_context(), pytest.raises(SystemExit, match="Không tạo dữ liệu mẫu"):
        prepare("draft")
    assert [*tmp_path.iterdir()] == []


def test_a_database_with_tables_of_others_is_refused_and_nothing_is_written(on, tmp_path):
    place = tmp_path / "scoring.db"
    with closing(sqlite3.connect(place)) as database:
        database.execute("create table theirs (a text)")
    before = place.read_bytes()
    with on().app_context(), pytest.raises(SystemExit, match="không mới"):
        prepare("draft")
    assert place.read_bytes() == before


def test_a_migrated_database_without_accounts_waits_for_the_province_not_for_the_demo(app, tmp_path):
    other = create_app(settings(tmp_path))
    with other.app_context():
        migrate()
        with pytest.raises(SystemExit, match="STAGE=empty"):
            prepare("draft")
        assert is_empty()
    let_go(other)


def test_the_seed_command_makes_no_demo_accounts_on_a_service_either(app, monkeypatch):
    monkeypatch.setitem(app.config, "HTTPS", True)
    result = app.test_cli_runner().invoke(args=["scoring", "seed", "--stage", "draft"])
    assert (result.exit_code, "Không tạo dữ liệu mẫu" in result.output) == (1, True)
