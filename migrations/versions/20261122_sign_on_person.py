"""single sign-on binds an account to the provider's unchanging name of a person"""

import sqlalchemy as sa
from alembic import op

import app.column_types

revision = "0b1dc5ab70e1"
down_revision = "5ca115b0a4d5"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "sign_on_person",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("issuer", sa.String(length=300), nullable=False),
        sa.Column("subject", sa.String(length=255), nullable=False),
        sa.Column("bound_at", app.column_types.Moment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["ab_user.id"], name=op.f("fk_sign_on_person_account_id_ab_user")
        ),
        sa.PrimaryKeyConstraint("account_id", "issuer", name=op.f("pk_sign_on_person")),
        sa.UniqueConstraint("issuer", "subject", name=op.f("uq_sign_on_person_issuer_subject")),
    )


def downgrade() -> None:
    op.drop_table("sign_on_person")
