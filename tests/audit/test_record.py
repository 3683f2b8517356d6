"""app/audit: every change leaves who, what, old and new, in the transaction of the change."""

import ast
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

import app
from app import audit
from app.accounts import MANAGER, role_named
from app.audit import fields
from app.extensions import db
from app.holding import hold_row
from app.models import Agency, AuditEvent
from app.scoring.operations.survey_answers import respond_inside
from app.scoring.queries.surveys import campaigns_of
from tests.province import NOW, open_round, score_of, sheet_of
from tests.statements import counted

SOURCE = Path(app.__file__).parent


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


def last_change(noun: str, key: int) -> dict:
    return events(object_type=noun, object_id=str(key), action="changed")[-1].changes


def test_a_key_that_a_relationship_has_set_is_written(ctx, province):
    account = province.account("tp-nhap")
    account.agency = province.agency("SO-TC")
    db.session.commit()
    ids = [province.agencies["SO-TP"], province.agencies["SO-TC"]]
    assert last_change("Account", account.id) == {"agency_id": ids}


def test_a_right_given_to_an_account_is_written(ctx, province):
    account = province.account("tp-nhap")
    before = [role.id for role in account.roles]
    account.roles = [role_named(MANAGER)]
    db.session.commit()
    assert last_change("Account", account.id) == {"roles": [before, [role_named(MANAGER).id]]}


def test_rows_that_go_with_their_parent_are_written(ctx, province):
    round_ = open_round(province)
    gone = [band.id for band in round_.bands]
    round_.bands = []
    db.session.commit()
    assert [int(event.object_id) for event in events(object_type="GradeBand", action="deleted")] == gone != []


def test_a_response_is_one_event_with_a_digest_of_its_answers(ctx, province):
    campaign = campaigns_of(open_round(province))[0]
    answers = {question.id: 0 for question in campaign.form.questions if question.kind != "text"}
    clerk = province.account("tp-nhap")
    audit.bind(clerk, address="10.0.0.7")
    response = respond_inside(hold_row(campaign), clerk.agency, answers, account=clerk, at=NOW)
    db.session.commit()
    (event,) = events(object_type="SurveyResponse", object_id=str(response.id))
    first = event.changes["answers"][1]
    response.answers[0].option = 1
    db.session.commit()
    assert last_change("SurveyResponse", response.id)["answers"][1] != first
    said = (event.actor_id, event.actor_name, event.address, event.changes["account_id"][1] == clerk.id)
    assert said == (None, "", "", False)  # who has answered what is nobody's to read


def test_a_transaction_hangs_its_events_on_the_chains_in_three_statements(ctx, province):
    sheet = sheet_of(open_round(province), province, "SO-TP")
    score = score_of(sheet, "1.1")
    with counted() as statements:
        score.self_points = Decimal("0.5")
        db.session.flush()
        score.explanation = "Theo thực tế"
        audit.record("evidence_attached", score, actor=None, at=NOW)
        db.session.commit()
    assert sum("audit_" in statement for statement in statements) == 3


def test_who_reads_the_trail_in_the_transaction_finds_what_it_has_done(ctx, province):
    province.agency("SO-TP").name = "Sở Tư pháp tỉnh"
    db.session.flush()
    assert events(action="changed")[-1].changes["name"][1] == "Sở Tư pháp tỉnh"


def test_a_savepoint_taken_back_leaves_what_came_before_it(ctx, province):
    province.agency("SO-TP").name = "Trước"
    db.session.flush()
    with db.session.begin_nested() as inner:
        province.agency("SO-TC").name = "Trong"
        db.session.flush()
        inner.rollback()
    db.session.commit()
    assert events(object_type="Agency", action="changed")[-1].changes["name"][1] == "Trước"


def statements_past_the_orm() -> list[tuple[str, str]]:
    """(Module, table) of each ``insert``, ``update`` or ``delete`` on rows that the trail tells of."""
    tables = {mapper.class_.__name__: mapper.local_table for mapper in fields.mappers()}
    untold = fields.UNTRACKED_TABLES
    tracked = {name for name, table in tables.items() if table.name not in untold}
    found = []
    for path in sorted(SOURCE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.args:
                written = node.func.id in {"insert", "update", "delete"} and ast.unparse(node.args[0])
            else:
                written = isinstance(node, ast.Attribute) and node.attr == "__table__" and ast.unparse(node.value)
            if written and written.removesuffix(".__table__") in tracked:
                found.append((str(path.relative_to(SOURCE)), written))
    return found


NOTHING_TO_TELL = {
    ("backup/making.py", "StoredFile"),  # only read
    ("scoring/operations/files.py", "StoredFile"),  # a row that holds a digest and is never committed
    ("scoring/operations/survey_answers.py", "SurveyCode"),  # used
    ("sign_in/second_factor.py", "SecondFactor"),  # last_step
    ("sign_in/second_factor.py", "RecoveryCode"),  # used_at; deleted together with their factor, or before new ones
}


def test_rows_written_past_the_orm_are_told_by_the_same_module(ctx):
    untold = [
        (module, name)
        for module, name in statements_past_the_orm()
        if "audit.record_rows(" not in (SOURCE / module).read_text(encoding="utf-8")
    ]
    assert set(untold) == NOTHING_TO_TELL
