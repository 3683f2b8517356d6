"""lists of secrets that their owner has not confirmed yet, sealed for the session that made them"""

import sqlalchemy as sa
from alembic import op

from app.column_types import Moment

revision = "b17e5c90d4f2"
down_revision = "8c4f1e0b7a35"
branch_labels = None
depends_on = None

EVERY = "(select string_to_array(current_setting('app.kinds', true), ',') && '{manager,system}')"
OWN = (
    "(select current_setting('app.account', true) <> '') and "
    "(exists (select 1 from account_session s where s.id = session_id)) or "
    "(select string_to_array(current_setting('app.kinds', true), ',') && '{sign_in}')"
)
ROW_POLICIES: dict[str, dict[str, str]] = {
    "shown_once": {
        "all_rows": f"for all using ({EVERY}) with check ({EVERY})",
        "read_rows": f"for select using ({OWN})",
        "add_rows": f"for insert with check ({OWN})",
        "remove_rows": f"for delete using ({OWN})",
    }
}


def upgrade() -> None:
    op.create_table(
        "shown_once",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("made_at", Moment(), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["account_session.id"],
            name="fk_shown_once_session_id_account_session",
            ondelete="CASCADE",
        ),
    )
    op.create_index("ix_shown_once_session_id", "shown_once", ["session_id"])
    if op.get_bind().dialect.name == "postgresql":
        op.execute("alter table shown_once enable row level security")
        op.execute("alter table shown_once force row level security")
        for name, policy in ROW_POLICIES["shown_once"].items():
            op.execute(f"create policy {name} on shown_once {policy}")


def downgrade() -> None:
    op.drop_table("shown_once")
