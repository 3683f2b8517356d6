"""app/audit.py: every change leaves who, what, old and new, in the transaction of the change."""

from decimal import Decimal

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from app import audit
from app.audit import fields
from app.extensions import db
from app.models import Agency, AuditEvent
from tests.province import NOW, open_round, score_of, sheet_of


def events(**wanted) -> list[AuditEvent]:
    query = db.select(AuditEvent).filter_by(**wanted).order_by(AuditEvent.id)
    return list(db.session.scalars(query))


def test_a_changed_row_is_written_with_old_and_new_and_the_actor(ctx, province):
    audit.bind(province.account("quan-ly"), request_id="r-1", address="10.0.0.7")
    province.agency("SO-TP").name = "Sở Tư pháp tỉnh"
    db.session.commit()
    event = events(object_type="Agency", object_id=str(province.agencies["SO-TP"]), action="changed")[-1]
    assert (event.actor_name, event.request_id, event.address, event.changes) == (
        "quan-ly",
        "r-1",
        "10.0.0.7",
        {"name": ["Sở Tư pháp", "Sở Tư pháp tỉnh"]},
    )


def test_a_rolled_back_change_leaves_no_trace(ctx, province):
    before = len(events())
    province.agency("SO-TP").name = "Không giữ lại"
    db.session.flush()
    db.session.rollback()
    assert len(events()) == before


def test_a_new_and_a_deleted_row_are_written(ctx, province):
    agency = Agency(code="THU", name="Cơ quan thử", group_id=province.groups["so"])
    db.session.add(agency)
    db.session.commit()
    db.session.delete(agency)
    db.session.commit()
    seen = [event.action for event in events(object_type="Agency")][-2:]
    assert seen == ["created", "deleted"]


def test_a_password_never_stands_in_the_trail(ctx, province):
    province.account("tp-nhap").password = "scrypt:mật"
    db.session.commit()
    before, now = events(object_type="Account", action="changed")[-1].changes["password"]
    assert (before, now.split(":")[0], "mật" in now) == ("***", fields.fingerprint_key_mark(), False)


def test_points_are_written_as_plain_decimals(ctx, province):
    round_ = open_round(province)
    score = score_of(sheet_of(round_, province, "SO-TP"), "1.1")
    score.self_points = Decimal("0.5")
    db.session.commit()
    event = events(object_type="Score", object_id=str(score.id), action="changed")[-1]
    assert event.changes == {"self_points": [None, "0.5"]}


def test_what_no_one_signed_in_does_has_no_actor(ctx, province):
    audit.bind(None)
    audit.record("backup_made", None, actor=None, at=NOW, label="bản sao")
    db.session.commit()
    event = events(action="backup_made")[-1]
    assert (event.actor_id, event.actor_name, event.label) == (None, "", "bản sao")


def test_the_database_refuses_to_change_or_delete_an_event(ctx, province):
    for statement in ("update audit_event set actor_name = 'ai đó'", "delete from audit_event"):
        with pytest.raises(DatabaseError, match="append-only"):
            db.session.execute(text(statement))
        db.session.rollback()


@pytest.fixture
def unguarded(ctx, province):
    """A trail of a few links in two chains, in a database whose guards an attacker has taken off."""
    round_ = open_round(province)
    score_of(sheet_of(round_, province, "SO-TP"), "1.1").self_points = Decimal("0.5")
    db.session.commit()
    score_of(sheet_of(round_, province, "SO-TP"), "1.1").self_points = Decimal("1")
    db.session.commit()
    for act in ("update", "delete"):
        db.session.execute(text(f"drop trigger audit_event_no_{act}"))
    sheet_id = sheet_of(round_, province, "SO-TP").id
    return f"sheet:{sheet_id}"


def test_an_untouched_trail_has_no_broken_link(unguarded):
    assert list(audit.broken_links()) == []


@pytest.mark.parametrize(
    ("tampering", "place"),
    [
        ("update audit_event set changes = '{}' where chain = :chain and place = 2", 2),
        ("update audit_event set actor_name = 'ke-khac' where chain = :chain and place = 1", 1),
        ("update audit_event set at = '2020-01-01 00:00:00' where chain = :chain and place = 2", 2),
        ("delete from audit_event where chain = :chain and place = 1", 2),
        ("delete from audit_event where chain = :chain and place = (select max(place) from audit_event"
         " where chain = :chain)", None),
        ("update audit_event set place = 99 where chain = :chain and place = 1", 2),
        ("insert into audit_event (chain, place, hash, at, actor_name, action, object_type, object_id, label, changes,"
         " request_id, address) values (:chain, 77, 'x', '2026-01-01', '', 'changed', 'Score', '1', '', '{}', '', '')",
         77),
    ],
)  # fmt: skip
def test_a_tampered_trail_is_named(unguarded, tampering, place):
    db.session.execute(text(tampering), {"chain": unguarded})
    found = [link for link in audit.broken_links() if link.chain == unguarded]
    assert [link.chain for link in found] == [unguarded]
    assert found[0].place == (place or found[0].place)
