"""Hands in the database: for each kind of change, by what it is found (docs/trust.md has the table printed here).

    pytest -n 0 tests/test_tampering.py -rP | grep "^|"

The world is a province with rounds in every stage and a signed root over its trail; more is done after the root, and
the log's lines are kept elsewhere. Then somebody opens the database without its guards. What ``audit verify`` finds
by itself is told apart from what only the kept lines show (``--against``).
"""

import json
import logging
from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest

from app import audit
from app.audit import kept, roots
from app.cli.auditing import _digests
from app.extensions import db
from app.files import FileStore
from app.models import Account
from app.office.models import Announcement, Proposal
from app.request_log import JsonLines
from app.scoring.models import Round
from app.sign_in.bindings import bind_person
from app.sign_in.second_factor import _new_recovery_codes, begin_second_factor
from tests import tamperings
from tests.province import NOW, score_of, sheet_of
from tests.scoring.checks import stages


class Kept(logging.Handler):
    """The log collector of another machine."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []
        self.setFormatter(JsonLines())

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))


@pytest.fixture
def world(app, province, told, tmp_path):
    """The file of the lines that were kept outside; the database is as its people left it."""
    lines = told("tampering", lambda: _lived(app, province))
    file = tmp_path / "trail.log"
    file.write_text("\n".join(lines), encoding="utf-8")
    with app.app_context():
        yield file
        db.session.rollback()


def _lived(app, province) -> list[str]:
    collector, log = Kept(), logging.getLogger("app.trail")
    log.addHandler(collector)
    try:
        with app.app_context():
            _live(province, FileStore(app.config["FILES_DIR"], 1_000_000))
    finally:
        log.removeHandler(collector)
    later = json.loads(collector.lines[-1])
    later["time"] = (datetime.now(UTC) + timedelta(hours=8)).isoformat()  # of the morning when somebody compares
    return [*collector.lines, json.dumps(later)]


def _live(province, store: FileStore) -> None:
    audit.baseline(actor=None, at=NOW, reason="tỉnh nhỏ")  # its rows and their lines are older than this file
    db.session.commit()
    stages.build(province, store)
    account = province.account("td-nv")
    factor = begin_second_factor(account)
    factor.confirmed_at = NOW
    _new_recovery_codes(factor)
    bind_person(province.account("td-tp"), "https://sso.example", "abc", at=NOW)
    clerk = province.account("tp-nhap")
    db.session.add(Proposal(title="Kiến nghị", body="Sửa", agency=clerk.agency, created_by=clerk, created_at=NOW))
    db.session.add(
        Announcement(title="Hướng dẫn", body="…", published_at=NOW, groups=[province.group("so")])
    )
    db.session.commit()
    audit.anchor(actor=None, at=NOW)
    score = score_of(sheet_of(_round(), province, "SO-NV"), "1.1")
    for points in (0, 1):
        score.self_points = points
        db.session.commit()


def _round() -> Round:
    return db.session.query(Round).filter_by(state="open").one()


def found_by(file=None) -> dict[str, list[str]]:
    """Means → what it says, of those that find something."""
    found = {
        "chuỗi": [str(link) for link in audit.broken_links()],
        "dấu": [str(one) for one in roots.findings()],
        "dòng": [str(one) for one in audit.differences()],
        "mã băm": list(_digests()),
        "bản giữ ngoài": [str(one) for one in kept.against(file).findings] if file is not None else [],
    }
    return {means: said for means, said in found.items() if said}


def test_an_untouched_province_has_nothing_to_find(world):
    assert found_by(world) == {}


@pytest.mark.parametrize("kind", tamperings.KINDS, ids=range(1, len(tamperings.KINDS) + 1))
def test_a_hand_in_the_database_is_found(world, kind):
    with tamperings.unguarded() as hand:
        kind.act(hand)
    found = found_by(world)
    print(f"| {kind.name} | {', '.join(found) or 'KHÔNG'} |")
    assert kind.means <= found.keys(), found
    if kind.says:
        assert any(kind.says in line for lines in found.values() for line in lines), found
    if kind.only_outside:
        assert found.keys() == {"bản giữ ngoài"}, found


def test_there_are_at_least_the_kinds_of_the_review():
    names = [kind.name for kind in tamperings.KINDS]
    assert (len(names) >= 63, len(set(names))) == (True, len(names))


def test_a_signed_file_whose_bytes_were_exchanged_is_found(app, world):
    store = FileStore(app.config["FILES_DIR"], 1_000_000)
    sha256 = db.session.scalar(
        db.text("select sha256 from stored_file where id = (select max(signed_file_id) from sheet)")
    )
    path = next(path for path in store.root.rglob("*") if path.is_file() and path.name.startswith(sha256[:8]))
    path.chmod(0o600)
    path.write_bytes(BytesIO(b"%PDF-1.4 khac").getvalue())
    assert any(sha256 in line for line in found_by()["mã băm"])


def test_a_password_given_by_hand_is_found_and_its_hash_is_not_on_the_trail(world):
    account = db.session.query(Account).filter_by(username="quan-ly").one()
    texts = db.session.scalars(db.text("select changes from audit_event")).all()
    assert account.password not in str(texts)
