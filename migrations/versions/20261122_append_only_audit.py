"""the database refuses to change or delete an audit event"""

from alembic import op

revision = "a1d1700c0de5"
down_revision = "74980fee26d7"
branch_labels = None
depends_on = None

ACTS = ("update", "delete")


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for act in ACTS:
            op.execute(
                f"create trigger audit_event_no_{act} before {act} on audit_event "
                "begin select raise(abort, 'audit events are append-only'); end"
            )
        return
    op.execute(
        "create function refuse_audit_change() returns trigger language plpgsql as "
        "$$ begin raise exception 'audit events are append-only'; end $$"
    )
    op.execute(
        "create trigger audit_event_append_only before update or delete or truncate on audit_event "
        "for each statement execute function refuse_audit_change()"
    )


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for act in ACTS:
            op.execute(f"drop trigger audit_event_no_{act}")
        return
    op.execute("drop trigger audit_event_append_only on audit_event")
    op.execute("drop function refuse_audit_change")
