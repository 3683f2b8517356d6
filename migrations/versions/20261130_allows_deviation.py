"""whether a criteria set takes own points that differ from the computed ones; existing sets do"""

import sqlalchemy as sa
from alembic import op

revision = "e83d1f5a60b7"
down_revision = "a1ca2813e81e"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # In place: SQLite cannot make the table anew while criteria point at it.
    column = sa.Column("allows_deviation", sa.Boolean(), nullable=False, server_default=sa.true())
    op.add_column("criteria_set", column)


def downgrade() -> None:
    op.drop_column("criteria_set", "allows_deviation")
