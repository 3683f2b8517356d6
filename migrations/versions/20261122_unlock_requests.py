"""requests to unlock sent appraisals: two managers each"""

import sqlalchemy as sa
from alembic import op

import app.column_types

revision = "2b07a4eed5ed"
down_revision = "5ea1ed0f00d5"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "unlock_request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("work_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("requested_by_id", sa.Integer(), nullable=False),
        sa.Column("requested_at", app.column_types.Moment(), nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", app.column_types.Moment(), nullable=True),
        sa.CheckConstraint("state in ('pending','confirmed','refused')", name=op.f("ck_unlock_request_state")),
        sa.CheckConstraint(
            "(state = 'pending') = (decided_by_id is null)", name=op.f("ck_unlock_request_decided")
        ),
        sa.CheckConstraint(
            "state <> 'confirmed' or decided_by_id <> requested_by_id",
            name=op.f("ck_unlock_request_two_people"),
        ),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_unlock_request_round_id_round")),
        sa.ForeignKeyConstraint(
            ["work_id"], ["appraiser_work.id"], name=op.f("fk_unlock_request_work_id_appraiser_work")
        ),
        sa.ForeignKeyConstraint(
            ["requested_by_id"], ["ab_user.id"], name=op.f("fk_unlock_request_requested_by_id_ab_user")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["ab_user.id"], name=op.f("fk_unlock_request_decided_by_id_ab_user")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unlock_request")),
    )
    op.create_index(op.f("ix_unlock_request_round_id"), "unlock_request", ["round_id"])
    op.create_index(op.f("ix_unlock_request_work_id"), "unlock_request", ["work_id"])


def downgrade() -> None:
    op.drop_table("unlock_request")
