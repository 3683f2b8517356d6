"""notices whose sentence a restore of before had turned into a list are sentences again

A backup of format 1 wrote ["template", {values}] where the database holds {"template": …, "values": {…}}; whoever had such
a notice could not open the home page.
"""

import sqlalchemy as sa
from alembic import op

revision = "c27b90e4d1a6"
down_revision = "16cc36075bcb"
branch_labels = None
depends_on = None

NOTIFICATION = sa.table("notification", sa.column("id", sa.Integer), sa.column("sentence", sa.JSON))


def upgrade() -> None:
    connection = op.get_bind()
    for number, sentence in connection.execute(sa.select(NOTIFICATION)).all():
        if _is_flat(sentence):
            change = sa.update(NOTIFICATION).where(NOTIFICATION.c.id == number)
            connection.execute(change.values(sentence=_mended(sentence)))


def downgrade() -> None:
    """What was mended stays: the version before reads it as well."""


def _is_flat(value) -> bool:
    is_pair = isinstance(value, list) and len(value) == 2
    return is_pair and isinstance(value[0], str) and isinstance(value[1], dict)


def _mended(value):
    if not _is_flat(value):
        return value
    return {"template": value[0], "values": {name: _mended(one) for name, one in value[1].items()}}
