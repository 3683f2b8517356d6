"""questions about an announcement or a guide are proposals, talked over as those are"""

import sqlalchemy as sa
from alembic import op

revision = "c41e07b95d26"
down_revision = "5a1d5e47e9ce"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("proposal") as table:
        table.add_column(sa.Column("announcement_id", sa.Integer(), nullable=True))
        table.add_column(sa.Column("guide", sa.String(length=20), nullable=True))
        table.create_index("ix_proposal_announcement_id", ["announcement_id"])
        table.create_index("ix_proposal_guide", ["guide"])
        table.create_foreign_key(
            "fk_proposal_announcement_id_announcement", "announcement", ["announcement_id"], ["id"]
        )


def downgrade() -> None:
    with op.batch_alter_table("proposal") as table:
        table.drop_constraint("fk_proposal_announcement_id_announcement", type_="foreignkey")
        table.drop_index("ix_proposal_guide")
        table.drop_index("ix_proposal_announcement_id")
        table.drop_column("guide")
        table.drop_column("announcement_id")
