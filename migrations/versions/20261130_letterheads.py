"""place name and symbol of agencies; what was found in a signed report"""

import sqlalchemy as sa
from alembic import op

revision = "a1ca2813e81e"
down_revision = "5b7d20c9e4f1"
branch_labels = None
depends_on = None

KINDS = "(select string_to_array(current_setting('app.kinds', true), ',') && '{%s}')"
EVERY, ENTRY, APPRAISER = KINDS % "manager,system", KINDS % "entry", KINDS % "appraiser"
OWN = f"{ENTRY} and (sheet_id in (select own_sheets()))"
ASSIGNED = f"{APPRAISER} and (sheet_id in (select assigned_sheets()))"
ROW_POLICIES: dict[str, dict[str, str]] = {
    "signed_scan": {
        "all_rows": f"for all using ({EVERY}) with check ({EVERY})",
        "read_rows": f"for select using ({OWN} or {ASSIGNED})",
        "add_rows": f"for insert with check ({OWN})",
        "change_rows": f"for update using ({OWN}) with check ({OWN})",
    }
}


def upgrade() -> None:
    op.add_column("agency", sa.Column("place", sa.String(100), nullable=True))
    op.add_column("agency", sa.Column("symbol", sa.String(30), nullable=True))
    op.add_column("signed_scan", sa.Column("reading", sa.JSON(), nullable=True))
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"create policy change_rows on signed_scan {ROW_POLICIES['signed_scan']['change_rows']}")


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("drop policy change_rows on signed_scan")
    op.drop_column("signed_scan", "reading")
    op.drop_column("agency", "symbol")
    op.drop_column("agency", "place")
