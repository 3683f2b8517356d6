"""``seed --stage empty`` on a database that is new, and what every command says before there is one."""

import pytest

from app import create_app
from app.accounts import ADMINISTRATOR, MANAGER, find_account
from app.extensions import db
from app.models import Account, AgencyGroup
from tests.cli.conftest import Answer
from tests.conftest import settings


@pytest.fixture
def fresh(tmp_path):
    """An application whose database does not exist yet."""
    app = create_app(settings(tmp_path / "new"))
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def run(app, *words) -> Answer:
    result = app.test_cli_runner().invoke(args=["scoring", *words])
    return Answer(result.exit_code, result.stdout, result.stderr)


def test_an_empty_province_is_made_once(fresh):
    before = run(fresh, "rank", "--round", "1", "--json")
    assert (before.status, list(before.json)) == (1, ["error"])

    made = run(fresh, "seed", "--stage", "empty", "--json")
    assert (made.status, made.json["seeded"]) == (0, True)
    names = [row["username"] for row in made.json["accounts"]]
    assert names == ["quanly", "quantri"]
    with fresh.app_context():
        groups = db.session.scalars(db.select(AgencyGroup.code).order_by(AgencyGroup.sort_order)).all()
        assert groups == ["so", "dvsn", "huyen", "xa"]
        assert [find_account(name).role_names for name in names] == [{MANAGER}, {ADMINISTRATOR}]
        assert [find_account(name).must_change_password for name in names] == [True, True]
        db.session.rollback()

    again = run(fresh, "seed", "--stage", "empty", "--json")
    assert (again.status, again.json["seeded"]) == (0, False)
    refused = run(fresh, "seed", "--stage", "draft", "--json")
    assert (refused.status, refused.json["seeded"]) == (1, False)
    with fresh.app_context():
        assert db.session.scalar(db.select(db.func.count()).select_from(Account)) == 2


def test_a_stage_that_is_none_is_wrong_use(scoring):
    assert scoring("seed", "--stage", "finished").status == 2
