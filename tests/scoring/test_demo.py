"""The demo province: made through the acts of people, so it holds like a real year."""

import hashlib

import pytest
from sqlalchemy import select
from werkzeug.security import check_password_hash

from app import audit
from app.accounts import find_account
from app.cli.database import make_roles, migrate
from app.clock import now
from app.extensions import db
from app.files import FileStore
from app.models import Account, AccountRequest, ResetRequest, StoredFile
from app.office.models import Announcement, Proposal
from app.scoring.checks import check
from app.scoring.demo import PASSWORD, SHOWN_ACCOUNTS, build
from app.scoring.models import AppraiserWork, Result, Round, Sheet, Snapshot
from app.scoring.queries.standings import round_standings
from tests.conftest import settings
from tests.kept import once


@pytest.fixture(scope="session")
def built(shelf, tmp_path_factory, for_all_workers):
    """A small demo province, brought to its end."""
    app = shelf.app(settings(tmp_path_factory.mktemp("demo")))
    shelf.put(app, once(for_all_workers / "demo-kept", lambda place: make(app, shelf, place)))
    return app


def make(app, shelf, place) -> None:
    with app.app_context():
        migrate()
        make_roles()
        build("concluded", at=now(), files_dir=app.config["FILES_DIR"], per_group=1)
        db.session.commit()
    shelf.keep(app, place)


@pytest.fixture
def demo(built):
    with built.app_context():
        yield built
        db.session.remove()
        db.engine.dispose()


def test_three_years_are_behind_and_a_round_stands_in_each_state(demo):
    rounds = db.session.query(Round).order_by(Round.id).all()
    half = f"{now().year}-H1" if now().month > 6 else f"{now().year - 1}-H2"
    assert [(r.programme, r.period, r.state, r.published_at is not None) for r in rounds] == [
        ("cchc", "2023", "concluded", True),
        ("cchc", "2024", "concluded", True),
        ("cchc", "2025", "concluded", True),
        ("htnv", "2025", "concluded", True),
        ("htnv", half, "consolidated", False),
        ("cchc", half, "appraising", False),
        ("cchc", str(now().year), "concluded", True),
        ("htnv", str(now().year), "concluded", True),
        ("cchc", str(now().year + 1), "preparing", False),
    ]


def test_what_was_frozen_is_what_the_scores_give(demo):
    for round_ in db.session.query(Round).filter_by(state="concluded"):
        frozen = {
            r.sheet_id: (r.points, r.maximum, r.rank, r.grade)
            for r in db.session.query(Result).filter_by(round_id=round_.id)
        }
        assert frozen == {
            line.sheet.id: (line.total.points, line.total.maximum, line.rank, line.grade)
            for line in round_standings(round_).lines
        }


def test_every_report_has_its_digest_its_receipt_and_its_scan(demo):
    store = FileStore(demo.config["FILES_DIR"], 0)
    for snapshot in db.session.query(Snapshot):
        assert hashlib.sha256(snapshot.content.encode()).hexdigest() == snapshot.digest
    sheets = db.session.query(Sheet).filter(Sheet.submitted_at.is_not(None)).all()
    assert len({sheet.receipt_number for sheet in sheets}) == len(sheets)
    assert {store.exists(file.sha256) for file in db.session.query(StoredFile)} == {True}


def test_the_trail_is_whole(demo):
    assert list(audit.broken_links()) == []


def test_the_shown_accounts_sign_in_at_once(demo):
    for name, _role in SHOWN_ACCOUNTS:
        account = find_account(name)
        assert (check_password_hash(account.password, PASSWORD), account.must_change_password) == (
            True,
            False,
        )
        assert account.locked_at is None
    locked = db.session.query(Account).filter(Account.locked_at.is_not(None))
    senders = select(AppraiserWork.appraiser_id).where(AppraiserWork.state == "sent")
    assert locked.filter(~Account.id.in_(senders)).count() == 0


def test_something_waits_on_the_desk_of_the_office(demo):
    assert [db.session.query(m).count() for m in (Announcement, Proposal, AccountRequest, ResetRequest)] == [
        2,
        3,
        1,
        1,
    ]


def test_no_invariant_is_broken(demo):
    db.session.commit()
    assert check(FileStore(demo.config["FILES_DIR"], 0)) == []
