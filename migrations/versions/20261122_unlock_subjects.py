"""two managers open sent sheets and concluded rounds too; a record for each conclusion"""

import sqlalchemy as sa
from alembic import op

import app.column_types

revision = "7d1c0b5e92aa"
down_revision = "5e55105f4c70"
branch_labels = None
depends_on = None

ACTS = ("update", "delete")
FINAL = "records of concluded rounds are final"


def upgrade() -> None:
    with op.batch_alter_table("unlock_request") as table:
        table.alter_column("work_id", existing_type=sa.Integer(), nullable=True)
        table.add_column(sa.Column("sheet_id", sa.Integer(), nullable=True))
        table.add_column(sa.Column("deadline", app.column_types.Moment(), nullable=True))
        table.create_foreign_key(op.f("fk_unlock_request_sheet_id_sheet"), "sheet", ["sheet_id"], ["id"])
        table.create_index(op.f("ix_unlock_request_sheet_id"), ["sheet_id"])
        table.create_check_constraint(
            op.f("ck_unlock_request_one_subject"), "work_id is null or sheet_id is null"
        )
        table.create_check_constraint(
            op.f("ck_unlock_request_sheet_has_deadline"), "(sheet_id is null) = (deadline is null)"
        )
    _guard_records(False)
    with op.batch_alter_table("round_record") as table:
        table.add_column(sa.Column("number", sa.Integer(), nullable=False, server_default="1"))
        table.drop_constraint(op.f("uq_round_record_round_id"), type_="unique")
        table.create_unique_constraint(op.f("uq_round_record_round_id_number"), ["round_id", "number"])
        table.create_index(op.f("ix_round_record_round_id"), ["round_id"])
    _guard_records(True)


def _guard_records(on: bool) -> None:
    """SQLite makes the table anew, and its triggers go with the old one."""
    if op.get_bind().dialect.name != "sqlite":
        return
    for act in ACTS:
        op.execute(
            f"create trigger round_record_no_{act} before {act} on round_record "
            f"begin select raise(abort, '{FINAL}'); end"
            if on
            else f"drop trigger round_record_no_{act}"
        )


def downgrade() -> None:
    _guard_records(False)
    with op.batch_alter_table("round_record") as table:
        table.drop_index(op.f("ix_round_record_round_id"))
        table.drop_constraint(op.f("uq_round_record_round_id_number"), type_="unique")
        table.create_unique_constraint(op.f("uq_round_record_round_id"), ["round_id"])
        table.drop_column("number")
    _guard_records(True)
    with op.batch_alter_table("unlock_request") as table:
        table.drop_constraint(op.f("ck_unlock_request_sheet_has_deadline"), type_="check")
        table.drop_constraint(op.f("ck_unlock_request_one_subject"), type_="check")
        table.drop_index(op.f("ix_unlock_request_sheet_id"))
        table.drop_constraint(op.f("fk_unlock_request_sheet_id_sheet"), type_="foreignkey")
        table.drop_column("deadline")
        table.drop_column("sheet_id")
        table.alter_column("work_id", existing_type=sa.Integer(), nullable=False)
