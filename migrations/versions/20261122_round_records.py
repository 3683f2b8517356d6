"""frozen records of concluded rounds, which the database refuses to change or delete"""

import sqlalchemy as sa
from alembic import op

import app.column_types

revision = "5ea1ed0f00d5"
down_revision = "5e4d1c0cced1"
branch_labels = None
depends_on = None

ACTS = ("update", "delete")


def upgrade() -> None:
    op.create_table(
        "round_record",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("rules_version", sa.String(length=20), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("created_at", app.column_types.Moment(), nullable=False),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_round_record_round_id_round")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_round_record")),
        sa.UniqueConstraint("round_id", name=op.f("uq_round_record_round_id")),
    )
    if op.get_bind().dialect.name == "sqlite":
        for act in ACTS:
            op.execute(
                f"create trigger round_record_no_{act} before {act} on round_record "
                "begin select raise(abort, 'records of concluded rounds are final'); end"
            )
        return
    op.execute(
        "create function refuse_record_change() returns trigger language plpgsql as "
        "$$ begin raise exception 'records of concluded rounds are final'; end $$"
    )
    op.execute(
        "create trigger round_record_final before update or delete or truncate on round_record "
        "for each statement execute function refuse_record_change()"
    )


def downgrade() -> None:
    op.drop_table("round_record")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("drop function refuse_record_change")
