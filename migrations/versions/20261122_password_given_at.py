"""one-time passwords die; those that are out count from today"""

import sqlalchemy as sa
from alembic import op

import app.column_types

revision = "f1257da75e1d"
down_revision = "0b1dc5ab70e1"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("ab_user") as table:
        table.add_column(sa.Column("password_given_at", app.column_types.Moment(), nullable=True))
    op.execute("update ab_user set password_given_at = current_timestamp where must_change_password")


def downgrade() -> None:
    with op.batch_alter_table("ab_user") as table:
        table.drop_column("password_given_at")
