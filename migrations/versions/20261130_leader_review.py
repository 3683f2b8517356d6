"""drafts are presented to the leader, who hands them back with comments"""

import sqlalchemy as sa
from alembic import op

import app.column_types

revision = "5b7d20c9e4f1"
down_revision = "9b3e6d20c7f4"
branch_labels = None
depends_on = None

ALL_ROWS = (
    "using ((select string_to_array(current_setting('app.kinds', true), ',') && '{manager,system}')) "
    "with check ((select string_to_array(current_setting('app.kinds', true), ',') && '{manager,system}'))"
)
OWN = (
    "(select string_to_array(current_setting('app.kinds', true), ',') && '{entry}') "
    "and (sheet_id in (select own_sheets()))"
)
ROW_POLICIES: dict[str, dict[str, str]] = {
    "leader_comment": {
        "all_rows": f"for all {ALL_ROWS}",
        "read_rows": f"for select using ({OWN})",
        "add_rows": f"for insert with check ({OWN})",
        "change_rows": f"for update using ({OWN}) with check ({OWN})",
    },
}


def upgrade() -> None:
    with op.batch_alter_table("sheet") as table:
        table.add_column(sa.Column("presented_at", app.column_types.Moment(), nullable=True))
        table.add_column(sa.Column("presented_by_id", sa.Integer(), nullable=True))
        table.create_index(op.f("ix_sheet_presented_by_id"), ["presented_by_id"])
        table.create_foreign_key(
            op.f("fk_sheet_presented_by_id_ab_user"), "ab_user", ["presented_by_id"], ["id"]
        )
        table.create_check_constraint(
            op.f("ck_sheet_presented"), "(presented_at is null) = (presented_by_id is null)"
        )
    _comments()
    _policies()


def _comments() -> None:
    op.create_table(
        "leader_comment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sheet_id", sa.Integer(), nullable=False),
        sa.Column("score_id", sa.Integer(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("written_at", app.column_types.Moment(), nullable=False),
        sa.Column("written_by_id", sa.Integer(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("settled_at", app.column_types.Moment(), nullable=True),
        sa.Column("settled_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(settled_at is null) = (settled_by_id is null)", name=op.f("ck_leader_comment_settled")
        ),
        sa.CheckConstraint(
            "settled_at is not null or answer = ''", name=op.f("ck_leader_comment_answered")
        ),
        sa.ForeignKeyConstraint(["sheet_id"], ["sheet.id"], name=op.f("fk_leader_comment_sheet_id_sheet")),
        sa.ForeignKeyConstraint(["score_id"], ["score.id"], name=op.f("fk_leader_comment_score_id_score")),
        sa.ForeignKeyConstraint(
            ["written_by_id"], ["ab_user.id"], name=op.f("fk_leader_comment_written_by_id_ab_user")
        ),
        sa.ForeignKeyConstraint(
            ["settled_by_id"], ["ab_user.id"], name=op.f("fk_leader_comment_settled_by_id_ab_user")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_leader_comment")),
    )
    for column in ("sheet_id", "score_id", "written_by_id", "settled_by_id"):
        op.create_index(op.f(f"ix_leader_comment_{column}"), "leader_comment", [column])


def _policies() -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    for table, policies in ROW_POLICIES.items():
        op.execute(f"alter table {table} enable row level security")
        op.execute(f"alter table {table} force row level security")
        for name, policy in policies.items():
            op.execute(f"create policy {name} on {table} {policy}")


def downgrade() -> None:
    op.drop_table("leader_comment")
    with op.batch_alter_table("sheet") as table:
        table.drop_constraint(op.f("ck_sheet_presented"), type_="check")
        table.drop_constraint(op.f("fk_sheet_presented_by_id_ab_user"), type_="foreignkey")
        table.drop_index(op.f("ix_sheet_presented_by_id"))
        table.drop_column("presented_by_id")
        table.drop_column("presented_at")
