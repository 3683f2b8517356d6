"""what a criterion's points stand on, and headings that limit their bonuses together"""

import json

import sqlalchemy as sa
from alembic import op

revision = "5634f83cd905"
down_revision = "c27b90e4d1a6"
branch_labels = None
depends_on = None

RATIOS = ("percent_tiers", "proportional")
COUNTED = ("count", "bonus", "penalty")


def upgrade() -> None:
    # In place: SQLite cannot make the table anew while scores point at it.
    op.add_column("criterion", sa.Column("ground", sa.String(10), nullable=False, server_default=""))
    op.add_column("criterion", sa.Column("caps", sa.JSON(), nullable=False, server_default="[]"))
    criterion = sa.table(
        "criterion",
        sa.column("id", sa.Integer),
        sa.column("is_leaf", sa.Boolean),
        sa.column("method", sa.String),
        sa.column("rule", sa.JSON),
        sa.column("linked_programme", sa.String),
        sa.column("ground", sa.String),
    )
    connection = op.get_bind()
    for row in connection.execute(sa.select(criterion).where(criterion.c.is_leaf)).all():
        found = ground(row.method, row.rule, row.linked_programme)
        if found:
            connection.execute(criterion.update().where(criterion.c.id == row.id).values(ground=found))


def ground(method: str, rule: dict | str | None, linked: str | None) -> str:
    """As the rules read it on the day of this migration."""
    rule = (json.loads(rule) if isinstance(rule, str) else rule) or {}
    if rule.get("options"):
        return "option"
    if linked:
        return ""
    if method in RATIOS:
        return "ab"
    return "n" if method in COUNTED and rule.get("unit") else ""


def downgrade() -> None:
    op.drop_column("criterion", "caps")
    op.drop_column("criterion", "ground")
