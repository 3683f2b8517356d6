"""app/audit.py: every change leaves who, what, old and new, in the transaction of the change."""

from decimal import Decimal

from app import audit
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
    event = events(object_type="Account", action="changed")[-1]
    assert event.changes == {"password": ["***", "***"]}


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
