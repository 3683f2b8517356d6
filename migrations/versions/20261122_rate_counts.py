"""sign-ins and requests by address are counted in the database, for all workers and machines together"""

import sqlalchemy as sa
from alembic import op

revision = "7a7ec0de7a61"
down_revision = "7d1c0b5e92aa"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "rate_count",
        sa.Column("key", sa.String(255), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("ends_at", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_rate_count"),
    )
    op.create_index("ix_rate_count_ends_at", "rate_count", ["ends_at"])


def downgrade() -> None:
    op.drop_table("rate_count")
