"""The command line as a shell sees it: what it prints, and with which exit status."""

import json
from dataclasses import dataclass
from typing import Any

import pytest

from app.extensions import db


@dataclass
class Answer:
    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@pytest.fixture
def scoring(app):
    """``scoring("rank", "--round", "1")`` → its answer; the database is free again afterwards."""

    def run(*words: str) -> Answer:
        result = app.test_cli_runner().invoke(args=["scoring", *map(str, words)])
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return Answer(result.exit_code, result.stdout, result.stderr)

    return run


@pytest.fixture
def counted(app):
    """``counted(Model)``: rows in the database as another program would see them."""

    def count(model) -> int:
        with app.app_context():
            found = db.session.scalar(db.select(db.func.count()).select_from(model))
            db.session.rollback()
            return found

    return count


@pytest.fixture
def written(tmp_path):
    """``written("a.csv", "…")`` → the path of a file with this text."""

    def write(name: str, text: str):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return write
