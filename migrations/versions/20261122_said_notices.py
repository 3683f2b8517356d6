"""notifications keep their sentence, so that each reader has it in their language"""

import sqlalchemy as sa
from alembic import op

import app.column_types

revision = "5a1d5e47e9ce"
down_revision = "f1257da75e1d"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("notification") as table:
        table.add_column(sa.Column("sentence", app.column_types.Said(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("notification") as table:
        table.drop_column("sentence")
