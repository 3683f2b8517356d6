"""an account remembers that sending its appraisals locked it, not a hand"""

import sqlalchemy as sa
from alembic import op

revision = "5e4d1c0cced1"
down_revision = "a1d1700c0de5"
branch_labels = None
depends_on = None

# A column more or less needs no copy of the table, and copying this one would trip over its foreign keys.
IN_PLACE = {"schema": None, "recreate": "never"}


def upgrade() -> None:
    with op.batch_alter_table("ab_user", **IN_PLACE) as batch_op:
        batch_op.add_column(
            sa.Column("locked_by_sending", sa.Boolean(), server_default=sa.false(), nullable=False)
        )
    account = sa.table(
        "ab_user", sa.column("locked_by_sending", sa.Boolean), sa.column("lock_reason", sa.String)
    )
    by_sending = account.c.lock_reason.startswith("Đã gửi kết quả thẩm định:")
    op.execute(account.update().where(by_sending).values(locked_by_sending=True))


def downgrade() -> None:
    with op.batch_alter_table("ab_user", **IN_PLACE) as batch_op:
        batch_op.drop_column("locked_by_sending")
