"""sessions, counted tries and second factors as rows"""

import sqlalchemy as sa
from alembic import op

import app.column_types

revision = "5e55105f4c70"
down_revision = "0de7ac4edd01"
branch_labels = None
depends_on = None

# As in 5e4d1c0cced1: copying the table would trip over its foreign keys.
IN_PLACE = {"schema": None, "recreate": "never"}


def upgrade() -> None:
    op.create_table(
        "account_session",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("key_hash", sa.String(length=64), nullable=False),
        sa.Column("signed_in_at", app.column_types.Moment(), nullable=False),
        sa.Column("seen_at", app.column_types.Moment(), nullable=False),
        sa.Column("ended_at", app.column_types.Moment(), nullable=True),
        sa.Column("address", sa.String(length=60), nullable=False),
        sa.Column("browser", sa.String(length=300), nullable=False),
        sa.Column("through", sa.String(length=20), nullable=False),
        sa.Column("must_enrol", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.CheckConstraint(
            "through in ('password','single_sign_on')", name=op.f("ck_account_session_through")
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["ab_user.id"], name=op.f("fk_account_session_account_id_ab_user")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_session")),
        sa.UniqueConstraint("key_hash", name=op.f("uq_account_session_key_hash")),
    )
    op.create_index(op.f("ix_account_session_account_id"), "account_session", ["account_id"])
    op.create_table(
        "sign_in_tries",
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("source", sa.String(length=80), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("since", app.column_types.Moment(), nullable=False),
        sa.PrimaryKeyConstraint("name", "source", name=op.f("pk_sign_in_tries")),
    )
    op.create_table(
        "second_factor",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("secret", sa.String(length=200), nullable=False),
        sa.Column("salt", sa.String(length=32), nullable=False),
        sa.Column("last_step", sa.Integer(), nullable=False),
        sa.Column("confirmed_at", app.column_types.Moment(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["ab_user.id"], name=op.f("fk_second_factor_account_id_ab_user")
        ),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_second_factor")),
    )
    op.create_table(
        "recovery_code",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("used_at", app.column_types.Moment(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["ab_user.id"], name=op.f("fk_recovery_code_account_id_ab_user")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_code")),
        sa.UniqueConstraint("account_id", "hash", name=op.f("uq_recovery_code_account_id_hash")),
    )
    op.create_table(
        "required_second_factor",
        sa.Column("account_type", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("account_type", name=op.f("pk_required_second_factor")),
    )
    with op.batch_alter_table("ab_user", **IN_PLACE) as batch_op:
        batch_op.drop_column("barred_until")
        batch_op.drop_column("sessions_ended")


def downgrade() -> None:
    with op.batch_alter_table("ab_user", **IN_PLACE) as batch_op:
        batch_op.add_column(sa.Column("sessions_ended", sa.Integer(), server_default="0", nullable=False))
        batch_op.add_column(sa.Column("barred_until", app.column_types.Moment(), nullable=True))
    for table in ("required_second_factor", "recovery_code", "second_factor", "sign_in_tries", "account_session"):
        op.drop_table(table)
