"""app/audit/replay.py: every row is what the trail says last; where it is not, the row and column are named."""

import pytest
from alembic.script import ScriptDirectory
from flask_migrate import downgrade, upgrade
from sqlalchemy import text

from app import audit
from app.audit.replay import OTHER_KEY, UNKNOWN
from app.cli.database import migrate
from app.extensions import db
from tests.province import NOW, open_round
from tests.statements import counted


def before() -> str:
    """The migration before this one."""
    return ScriptDirectory("migrations").get_revision("16cc36075bcb").down_revision


def differences() -> list[tuple[str, str, str]]:
    return [(one.table, one.key, one.column) for one in audit.differences()]


def test_a_province_as_its_people_left_it_differs_nowhere(ctx, province):
    open_round(province)
    assert differences() == []


def test_a_value_changed_by_hand_is_named_by_table_row_and_column(ctx, province):
    db.session.execute(text("update agency set name = 'Khác', short_name = 'K' where code = 'SO-TP'"))
    key = str(province.agencies["SO-TP"])
    assert differences() == [("agency", key, "name"), ("agency", key, "short_name")]


def test_a_row_put_in_or_taken_out_by_hand_is_named(ctx, province):
    db.session.execute(text("insert into agency_group (code, name, sort_order, search_text, sort_key)"
                            " values ('x', 'X', 1, '', '')"))  # fmt: skip
    db.session.execute(text("delete from survey_question where id = (select max(id) from survey_question)"))
    assert [(table, column) for table, _key, column in differences()] == [("agency_group", ""), ("survey_question", "")]


def test_a_password_marked_with_another_key_is_told_apart_from_one_replaced(app, ctx, province, monkeypatch):
    monkeypatch.setitem(app.config, "FINGERPRINT_KEY", "another")
    assert {str(one.sentence) for one in audit.differences()} == {str(OTHER_KEY)}
    audit.baseline(actor=None, at=NOW, reason="khóa mới")
    db.session.commit()
    assert differences() == []


def test_the_replay_reads_each_table_in_a_few_statements_however_many_rows(ctx, province):
    with counted() as few:
        list(audit.differences())
    open_round(province)
    with counted() as many:
        list(audit.differences())
    assert len(few) == len(many)


@pytest.mark.sqlite
def test_an_older_database_is_upgraded_with_a_baseline_and_differs_nowhere(app, ctx, province):
    open_round(province)
    db.session.remove()
    downgrade(revision=before())
    with db.engine.begin() as connection:
        connection.execute(text("drop trigger audit_event_no_delete"))
        connection.execute(text("delete from audit_head"))
        connection.execute(text("delete from audit_event"))
        connection.execute(text("create trigger audit_event_no_delete before delete on audit_event "
                                "begin select raise(abort, 'audit events are append-only'); end"))  # fmt: skip
    upgrade()
    assert {str(one.sentence) for one in audit.differences()} == {str(UNKNOWN)}
    db.session.remove()
    downgrade(revision=before())
    migrate()
    assert (audit.has_baseline(), differences(), list(audit.broken_links())) == (True, [], [])
    province.agency("SO-TP").name = "Sở Tư pháp tỉnh"
    db.session.commit()
    assert differences() == []
    db.session.execute(text("update sheet set agency_name = 'Khác' where id = (select min(id) from sheet)"))
    assert [(table, column) for table, _key, column in differences()] == [("sheet", "agency_name")]
