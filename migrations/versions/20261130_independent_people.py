"""reset requests know their source, managers are reset by two, tries know their network"""

import sqlalchemy as sa
from alembic import op

import app.column_types

revision = "c41f7be05a93"
down_revision = "0d9a4c7e15fb"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("reset_request") as table:
        table.add_column(sa.Column("source", sa.String(length=80), nullable=False, server_default=""))
    with op.batch_alter_table("sign_in_tries") as table:
        table.add_column(sa.Column("network", sa.String(length=60), nullable=False, server_default=""))
        table.create_index(op.f("ix_sign_in_tries_network"), ["network"])
    with op.batch_alter_table("account_session") as table:
        table.drop_column("must_enrol")
    _manager_resets()


def _manager_resets() -> None:
    op.create_table(
        "manager_reset",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("without_second_factor", sa.Boolean(), nullable=False),
        sa.Column("reset_request_id", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("requested_by_id", sa.Integer(), nullable=False),
        sa.Column("requested_at", app.column_types.Moment(), nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", app.column_types.Moment(), nullable=True),
        sa.CheckConstraint("state in ('pending','confirmed','refused')", name=op.f("ck_manager_reset_state")),
        sa.CheckConstraint(
            "(state = 'pending') = (decided_by_id is null)", name=op.f("ck_manager_reset_decided")
        ),
        sa.CheckConstraint(
            "(state = 'pending') = (decided_at is null)", name=op.f("ck_manager_reset_decided_when")
        ),
        sa.CheckConstraint(
            "account_id <> requested_by_id and (state <> 'confirmed' or "
            "(decided_by_id <> requested_by_id and decided_by_id <> account_id))",
            name=op.f("ck_manager_reset_two_people"),
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["ab_user.id"], name=op.f("fk_manager_reset_account_id_ab_user")
        ),
        sa.ForeignKeyConstraint(
            ["reset_request_id"],
            ["reset_request.id"],
            name=op.f("fk_manager_reset_reset_request_id_reset_request"),
        ),
        sa.ForeignKeyConstraint(
            ["requested_by_id"], ["ab_user.id"], name=op.f("fk_manager_reset_requested_by_id_ab_user")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["ab_user.id"], name=op.f("fk_manager_reset_decided_by_id_ab_user")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_manager_reset")),
    )
    for column in ("account_id", "reset_request_id", "state", "requested_by_id", "decided_by_id"):
        op.create_index(op.f(f"ix_manager_reset_{column}"), "manager_reset", [column])


def downgrade() -> None:
    op.drop_table("manager_reset")
    with op.batch_alter_table("account_session") as table:
        table.add_column(sa.Column("must_enrol", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("sign_in_tries") as table:
        table.drop_index(op.f("ix_sign_in_tries_network"))
        table.drop_column("network")
    with op.batch_alter_table("reset_request") as table:
        table.drop_column("source")
