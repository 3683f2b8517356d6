"""roots over all chains of the trail, runs of the routines, and chains that only the database's function lengthens"""

import sqlalchemy as sa
from alembic import op

revision = "16cc36075bcb"
down_revision = "6181dcc03f61"
branch_labels = None
depends_on = None

FINAL = ("audit_root", "audit_leaf")
ACTS = ("update", "delete")

APPEND = """
create function audit_append(chains text[], tails text[]) returns table (place integer, hash text)
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
#variable_conflict use_column
declare
    said json;
    end_place integer;
    end_hash text;
begin
    insert into public.audit_head (chain, place, hash)
        select one, 0, '' from unnest(chains) as one group by one order by one on conflict do nothing;
    perform 1 from public.audit_head as head where head.chain = any (chains) order by head.chain for update;
    for number in 1 .. coalesce(cardinality(chains), 0) loop
        select head.place + 1, head.hash into end_place, end_hash
            from public.audit_head as head where head.chain = chains[number];
        end_hash := encode(sha256(convert_to(
            '["' || end_hash || '",' || to_json(chains[number])::text || ',' || end_place || ',' || tails[number],
            'UTF8')), 'hex');
        said := ('[' || tails[number])::json;
        insert into public.audit_event (chain, place, hash, at, actor_id, actor_name, action, object_type,
                object_id, label, changes, request_id, address)
            values (chains[number], end_place, end_hash, (said ->> 0)::timestamptz at time zone 'UTC',
                (said ->> 1)::integer, said ->> 2, said ->> 3, said ->> 4, said ->> 5, said ->> 6, said -> 7,
                said ->> 8, said ->> 9);
        update public.audit_head as head set place = end_place, hash = end_hash where head.chain = chains[number];
        return query select end_place, end_hash;
    end loop;
end $$
"""


def upgrade() -> None:
    op.create_table(
        "audit_root",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("former", sa.String(64), nullable=False),
        sa.Column("root", sa.String(64), nullable=False),
        sa.Column("leaves", sa.Integer(), nullable=False),
        sa.Column("events", sa.Integer(), nullable=False),
        sa.Column("public_key", sa.String(64), nullable=False),
        sa.Column("signature", sa.String(128), nullable=False),
        sa.Column("stamp", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("number", name="pk_audit_root"),
    )
    op.create_table(
        "audit_leaf",
        sa.Column("root_number", sa.Integer(), nullable=False),
        sa.Column("chain", sa.String(40), nullable=False),
        sa.Column("place", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.ForeignKeyConstraint(["root_number"], ["audit_root.number"], name="fk_audit_leaf_root_number_audit_root"),
        sa.PrimaryKeyConstraint("root_number", "chain", "place", name="pk_audit_leaf"),
    )
    op.create_index("ix_audit_leaf_chain", "audit_leaf", ["chain", "place"])
    op.create_table(
        "routine_run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("ran_at", sa.DateTime(), nullable=False),
        sa.Column("succeeded", sa.Boolean(), nullable=False),
        sa.Column("summary", sa.String(300), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_routine_run"),
    )
    op.create_index("ix_routine_run_name", "routine_run", ["name"])
    if op.get_bind().dialect.name == "sqlite":
        _guard_sqlite()
    else:
        _guard_postgres()


def _guard_sqlite() -> None:
    for table in FINAL:
        for act in ACTS:
            op.execute(
                f"create trigger {table}_no_{act} before {act} on {table} "
                "begin select raise(abort, 'roots of the trail are append-only'); end"
            )
    op.execute(
        "create trigger audit_head_no_delete before delete on audit_head "
        "begin select raise(abort, 'audit events are append-only'); end"
    )
    op.execute(
        "create trigger audit_head_forward before update on audit_head "
        "when new.chain <> old.chain or new.place <= old.place "
        "begin select raise(abort, 'audit events are append-only'); end"
    )


def _guard_postgres() -> None:
    for table in FINAL:
        op.execute(
            f"create trigger {table}_append_only before update or delete or truncate on {table} "
            "for each statement execute function refuse_audit_change()"
        )
    op.execute(
        "create trigger audit_head_kept before delete or truncate on audit_head "
        "for each statement execute function refuse_audit_change()"
    )
    op.execute("alter table audit_event alter column id drop default")
    op.execute("drop sequence if exists audit_event_id_seq")
    op.execute("alter table audit_event alter column id add generated always as identity")
    op.execute(
        "select setval(pg_get_serial_sequence('audit_event', 'id'), greatest((select max(id) from audit_event), 1), "
        "exists (select from audit_event))"
    )
    op.execute(APPEND)
    op.execute("revoke all on function audit_append(text[], text[]) from public")
    op.execute(
        "do $$ begin if to_regrole('cham_diem') is not null then "
        "grant execute on function audit_append(text[], text[]) to cham_diem; end if; end $$"
    )


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("drop trigger audit_head_no_delete")
        op.execute("drop trigger audit_head_forward")
    else:
        op.execute("drop function audit_append(text[], text[])")
        op.execute("drop trigger audit_head_kept on audit_head")
        op.execute("alter table audit_event alter column id drop identity")
        op.execute("create sequence audit_event_id_seq owned by audit_event.id")
        op.execute("alter table audit_event alter column id set default nextval('audit_event_id_seq')")
        op.execute(
            "select setval('audit_event_id_seq', greatest((select max(id) from audit_event), 1), "
            "exists (select from audit_event))"
        )
    op.drop_table("routine_run")
    op.drop_table("audit_leaf")
    op.drop_table("audit_root")
