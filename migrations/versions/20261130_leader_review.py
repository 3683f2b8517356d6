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


PERSON, TOGETHER = "fk_sheet_presented_by_id_ab_user", "ck_sheet_presented"
BOTH_OR_NONE = "(presented_at is null) = (presented_by_id is null)"


def upgrade() -> None:
    op.add_column("sheet", sa.Column("presented_at", app.column_types.Moment(), nullable=True))
    if op.get_bind().dialect.name == "sqlite":
        # In place: SQLite cannot make the table anew while scores point at it.
        op.execute(
            f"alter table sheet add column presented_by_id integer constraint {PERSON} references ab_user (id) "
            f"constraint {TOGETHER} check ({BOTH_OR_NONE})"
        )
    else:
        op.add_column("sheet", sa.Column("presented_by_id", sa.Integer(), nullable=True))
        op.create_foreign_key(op.f(PERSON), "sheet", "ab_user", ["presented_by_id"], ["id"])
        op.create_check_constraint(op.f(TOGETHER), "sheet", BOTH_OR_NONE)
    op.create_index(op.f("ix_sheet_presented_by_id"), "sheet", ["presented_by_id"])
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
    op.drop_index(op.f("ix_sheet_presented_by_id"), "sheet")
    if op.get_bind().dialect.name != "sqlite":  # there both go with their column
        op.drop_constraint(op.f(TOGETHER), "sheet", type_="check")
        op.drop_constraint(op.f(PERSON), "sheet", type_="foreignkey")
    op.drop_column("sheet", "presented_by_id")
    op.drop_column("sheet", "presented_at")
