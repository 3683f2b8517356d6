"""a program's token is a session of its own kind"""

from alembic import op

revision = "0d9a4c7e15fb"
down_revision = "c41e07b95d26"
branch_labels = None
depends_on = None

WAYS = "'password','single_sign_on'"


def upgrade() -> None:
    _allow(f"{WAYS},'token'")


def downgrade() -> None:
    op.execute("update account_session set through = 'password' where through = 'token'")
    _allow(WAYS)


def _allow(ways: str) -> None:
    with op.batch_alter_table("account_session") as table:
        table.drop_constraint(op.f("ck_account_session_through"), type_="check")
        table.create_check_constraint(op.f("ck_account_session_through"), f"through in ({ways})")
