"""app/audit/roots.py and anchoring.py: one signed root a night, which names the one before and leaves the house."""

import json
import logging
import stat
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from app import audit
from app.audit import keys, roots
from app.errors import Conflict
from app.extensions import db
from app.models import AuditEvent, OutgoingMail
from app.request_log import JsonLines
from tests.province import NOW


def anchor() -> audit.AuditRoot:
    return audit.anchor(actor=None, at=NOW).root


def rename(province, name: str) -> None:
    province.agency("SO-TP").name = name
    db.session.commit()


def test_each_root_names_the_one_before_and_covers_what_has_come(ctx, province):
    first = anchor()
    rename(province, "Sở Tư pháp tỉnh")
    second = anchor()
    assert (first.number, first.former, second.number) == (1, "", 2)
    assert (second.former, second.events - first.events) == (roots.statement_hash(first), 2)  # and the first root's own
    assert list(roots.findings()) == []


def test_the_key_is_made_once_outside_the_database_for_its_owner_alone(app, ctx):
    first, second = anchor().public_key, anchor().public_key
    place = Path(app.config["AUDIT_KEY_FILE"])
    assert (first == second, stat.S_IMODE(place.stat().st_mode)) == (True, 0o600)
    assert keys.trusted_keys() == {first}


def test_a_root_signed_with_a_key_that_is_not_known_is_named(app, ctx, monkeypatch):
    anchor()
    monkeypatch.setitem(app.config, "AUDIT_PUBLIC_KEYS", ["ab" * 32])
    assert [str(finding) for finding in roots.findings()] == ["Dấu nhật ký số 1: ký bằng khóa lạ"]


def test_no_root_is_signed_over_a_past_that_has_changed(ctx, province):
    anchor()
    for (name,) in db.session.execute(text("select name from sqlite_master where type = 'trigger'")).all():
        db.session.execute(text(f"drop trigger {name}"))
    db.session.execute(text("update audit_event set hash = 'x' where chain = 'general' and place ="
                            " (select max(place) from audit_leaf where chain = 'general')"))  # fmt: skip
    db.session.commit()
    with pytest.raises(Conflict, match="Không ký dấu mới"):
        anchor()


@pytest.mark.parametrize(
    "statement",
    [
        "update audit_root set root = 'x'",
        "delete from audit_root",
        "update audit_leaf set hash = 'x'",
        "delete from audit_leaf",
        "delete from audit_head",
        "update audit_head set place = place - 1",
    ],
)
def test_the_database_refuses_to_change_a_root_or_move_a_chain_back(ctx, statement):
    anchor()
    with pytest.raises(DatabaseError, match="append-only"):
        db.session.execute(text(statement))
    db.session.rollback()


def test_a_root_leaves_by_mail_and_by_the_log_whatever_the_log_level(app, ctx, caplog, monkeypatch):
    monkeypatch.setitem(app.config, "AUDIT_MAIL_TO", ["so-khcn@tinh.example", "huyen@tinh.example"])
    monkeypatch.setattr(logging.getLogger("app"), "level", logging.ERROR)
    root = anchor()
    mails = db.session.query(OutgoingMail).filter(OutgoingMail.subject.startswith("Dấu nhật ký")).all()
    assert [mail.recipient for mail in mails] == ["so-khcn@tinh.example", "huyen@tinh.example"]
    told = (roots.short_code(root), json.dumps(roots.as_line(root)))
    assert {(told[0] in mail.subject, told[1] in mail.body) for mail in mails} == {(True, True)}
    lines = [json.loads(JsonLines().format(record)) for record in caplog.records if record.name == "app.trail"]
    assert [(line["message"], line.get("root")) for line in lines] == [("trail", None), ("audit_root", root.root)]


def test_a_root_stands_on_the_trail(ctx):
    root = anchor()
    event = db.session.query(AuditEvent).filter_by(action="audit_anchored").one()
    assert event.changes == {"number": 1, "digest": root.root}
