"""daily letters, and the talk about a proposal"""

import sqlalchemy as sa
from alembic import op

import app.column_types

revision = "d16e57a1d7a1"
down_revision = "7a7ec0de7a61"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "digest",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("wanted", sa.Boolean(), nullable=False),
        sa.Column("made_on", sa.Date(), nullable=True),
        sa.Column("told_until", app.column_types.Moment(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["ab_user.id"], name=op.f("fk_digest_account_id_ab_user")),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_digest")),
    )
    op.create_table(
        "proposal_message",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("proposal_id", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("at", app.column_types.Moment(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=True),
        sa.CheckConstraint(
            "body <> '' or state is not null", name=op.f("ck_proposal_message_says_something")
        ),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["proposal.id"], name=op.f("fk_proposal_message_proposal_id_proposal")
        ),
        sa.ForeignKeyConstraint(
            ["author_id"], ["ab_user.id"], name=op.f("fk_proposal_message_author_id_ab_user")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposal_message")),
    )
    op.create_index(op.f("ix_proposal_message_proposal_id"), "proposal_message", ["proposal_id"])


def downgrade() -> None:
    op.drop_table("proposal_message")
    op.drop_table("digest")
