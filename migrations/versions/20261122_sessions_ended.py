"""an account counts how often its owner has ended the other sessions"""

import sqlalchemy as sa
from alembic import op

revision = "0de7ac4edd01"
down_revision = "2b07a4eed5ed"
branch_labels = None
depends_on = None

# As in 5e4d1c0cced1: copying the table would trip over its foreign keys.
IN_PLACE = {"schema": None, "recreate": "never"}


def upgrade() -> None:
    with op.batch_alter_table("ab_user", **IN_PLACE) as batch_op:
        batch_op.add_column(sa.Column("sessions_ended", sa.Integer(), server_default="0", nullable=False))


def downgrade() -> None:
    with op.batch_alter_table("ab_user", **IN_PLACE) as batch_op:
        batch_op.drop_column("sessions_ended")
