"""Two gunicorns on one PostgreSQL and one evidence folder behave as one: nothing lives in a process."""

import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

import pytest
from flask import Flask
from sqlalchemy import func, select

from app import create_app
from app.extensions import db
from app.files import FileStore
from app.models import AuditEvent
from app.row_access import system_access
from app.scoring.models import Evidence, Score, Sheet
from app.sign_in.tries import OWN_TRIES
from soak.databases import database
from soak.people import Person, answer_of
from soak.server import Server, stop, variables
from soak.world import migrate_and_fill
from tests import province as little
from tests.conftest import settings
from tests.province import PASSWORD
from tests.scoring.checks import stages

pytestmark = pytest.mark.postgres
SIGN_INS_A_MINUTE = 20


class House(NamedTuple):
    """Both addresses, an application on the same database to look with, and one filled, approved sheet."""

    one: str
    other: str
    app: Flask
    sheet_id: int
    late_row: int

    def person(self, name: str, at: str) -> Person:
        who = Person(at, name)
        assert who.sign_in().status_code == 302
        return who


@pytest.fixture(scope="session")
def house():
    with tempfile.TemporaryDirectory(prefix="cham-diem-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        with database("postgres", folder) as address:
            limit = f"{SIGN_INS_A_MINUTE} per 1 minute"
            mine = variables(address, folder, SIGN_IN_LIMIT=limit, PROXY="1", WEB_CONCURRENCY="1")
            servers = [Server(folder, mine), Server(folder, mine)]
            for server in servers:
                server.launch()
            app = create_app(settings(folder) | {"SQLALCHEMY_DATABASE_URI": address})
            try:
                yield House(servers[0].address, servers[1].address, app, *_filled(app, folder, servers))
            finally:
                stop(*servers)
                with app.app_context():
                    db.engine.dispose()


def _filled(app: Flask, folder: Path, servers: list[Server]) -> tuple[int, int]:
    """The little province with Sở Tư pháp's report approved; the servers came up meanwhile."""
    with app.app_context(), system_access("tests"):
        province = migrate_and_fill()
        round_ = little.open_round(province)
        sheet, _clerk, _kept = stages.fill(
            province, FileStore(folder / "files", 1_000_000), round_, "SO-TP", "tp"
        )
        late = little.score_of(little.sheet_of(round_, province, "SO-TC"), "1.1")
        db.session.commit()
        found = sheet.id, late.id
        db.session.remove()
    for server in servers:
        server.wait()
    return found


def test_who_signs_in_at_one_saves_at_the_other(house):
    clerk = house.person("tc-nhap", house.one)
    clerk.address = house.other
    assert clerk.save(house.late_row, "1", 1).status_code == 200
    with house.app.app_context(), system_access("tests"):
        assert db.session.get(Score, house.late_row).version == 2


def test_a_session_ended_at_one_is_ended_at_the_other(house):
    here, there = house.person("nv-nhap", house.one), house.person("nv-nhap", house.other)
    assert there.get("/home/").status_code == 200
    here.post("/sessions/others/end", {"password": PASSWORD})
    assert (there.get("/home/").status_code, here.get("/home/").status_code) == (302, 200)


def test_a_file_uploaded_at_one_is_opened_at_the_other(house):
    clerk = house.person("tc-nhap", house.one)
    assert clerk.upload(house.late_row, stages.PDF, "kế hoạch.pdf").status_code == 200
    with house.app.app_context(), system_access("tests"):
        evidence_id = db.session.scalars(select(Evidence.id).order_by(Evidence.id.desc())).first()
    clerk.address = house.other
    assert clerk.get(f"/evidence/{evidence_id}/file").content == stages.PDF


def test_sending_at_both_at_once_gives_one_receipt(house):
    clerks = [house.person("tp-nhap", house.one), house.person("tp-nhap", house.other)]
    assert clerks[0].sign(house.sheet_id, stages.PDF).status_code == 302
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda clerk: answer_of(clerk.step(house.sheet_id, "send")), clerks))
    pages = [clerk.get(f"/sheets/{house.sheet_id}/receipt").text for clerk in clerks]
    with house.app.app_context(), system_access("tests"):
        number = db.session.get(Sheet, house.sheet_id).receipt_number
        sent = db.session.scalar(select(func.count()).where(AuditEvent.action == "sheet_sent"))
    assert ([answer.done for answer in answers], sent) == ([True, True], 1)
    assert [number in page for page in pages] == [True, True]


def test_wrong_passwords_at_both_bar_the_place_they_come_from_at_both(house):
    for turn in range(OWN_TRIES):
        Person((house.one, house.other)[turn % 2], "td-tp").sign_in("sai-mat-khau")
    assert [Person(at, "td-tp").sign_in().status_code for at in (house.one, house.other)] == [200, 200]


def test_sign_ins_are_counted_over_both(house):
    nobody = Person(house.one, "khong-co")
    nobody.session.headers["X-Forwarded-For"] = "10.0.0.9"
    statuses = []
    for turn in range(SIGN_INS_A_MINUTE + 2):
        nobody.address = (house.one, house.other)[turn % 2]
        statuses.append(nobody.sign_in("sai-mat-khau").status_code)
    assert statuses[SIGN_INS_A_MINUTE:] == [429, 429]
