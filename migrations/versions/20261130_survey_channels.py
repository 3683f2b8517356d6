"""how each survey answer came: channel and network, one-time codes, removals with their reason

Public answers from before say "unknown". A citizens' campaign whose link is out already keeps it, with a cap.
"""

import sqlalchemy as sa
from alembic import op

from app.column_types import Moment

revision = "6181dcc03f61"
down_revision = "c340827099bd"
branch_labels = None
depends_on = None

CAMPAIGN_CHECKS = {"mode": "mode in ('codes','link')", "daily_cap": "daily_cap > 0"}
RESPONSE_CHECKS = {
    "channel": "channel in ('inside','print','sms','link','paper','unknown')",
    "account_inside": "(account_id is not null) = (channel = 'inside')",
    "mark_of_link": "(browser_mark is not null) = (channel in ('link','unknown'))",
    "number_of_paper": "(paper_number is not null) = (channel = 'paper')",
}
ONE_RESPONDENT = "(account_id is null) <> (browser_mark is null)"
PAPER = ["campaign_id", "about_agency_id", "paper_number"]


def upgrade() -> None:
    _make_code_tables()
    _make_removals()
    with op.batch_alter_table("survey_campaign") as table:
        table.add_column(sa.Column("mode", sa.String(10), nullable=False, server_default="codes"))
        table.add_column(sa.Column("daily_cap", sa.Integer(), nullable=False, server_default="20"))
        table.add_column(sa.Column("points_at", Moment(), nullable=True))
        table.create_index(op.f("ix_survey_campaign_form_id"), ["form_id"])
        for name, rule in CAMPAIGN_CHECKS.items():
            table.create_check_constraint(op.f(f"ck_survey_campaign_{name}"), rule)
    op.execute(
        "update survey_campaign set mode = 'link' "
        "where form_id in (select id from survey_form where audience = 'citizen')"
    )
    with op.batch_alter_table("survey_response") as table:
        table.add_column(sa.Column("channel", sa.String(10), nullable=False, server_default="unknown"))
        table.add_column(sa.Column("paper_number", sa.String(40), nullable=True))
        table.add_column(sa.Column("network", sa.String(16), nullable=True))
        table.add_column(sa.Column("removal_id", sa.Integer(), nullable=True))
    op.execute("update survey_response set channel = 'inside' where account_id is not null")
    _constrain_responses()


def _make_code_tables() -> None:
    op.create_table(
        "survey_code_batch",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("about_agency_id", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(10), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("revoked_at", Moment(), nullable=True),
        sa.CheckConstraint("channel in ('print','sms')", name=op.f("ck_survey_code_batch_channel")),
        _foreign("survey_code_batch", "campaign_id", "survey_campaign"),
        _foreign("survey_code_batch", "about_agency_id", "agency"),
        _foreign("survey_code_batch", "created_by_id", "ab_user"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey_code_batch")),
    )
    for column in ("campaign_id", "about_agency_id", "created_by_id"):
        op.create_index(op.f(f"ix_survey_code_batch_{column}"), "survey_code_batch", [column])
    op.create_table(
        "survey_code",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("used", sa.Boolean(), nullable=False),
        _foreign("survey_code", "batch_id", "survey_code_batch"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey_code")),
        sa.UniqueConstraint("digest", name=op.f("uq_survey_code_digest")),
    )
    op.create_index(op.f("ix_survey_code_batch_id"), "survey_code", ["batch_id"])


def _make_removals() -> None:
    op.create_table(
        "survey_removal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("about_agency_id", sa.Integer(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(500), nullable=False),
        sa.Column("removed_at", Moment(), nullable=False),
        sa.Column("removed_by_id", sa.Integer(), nullable=False),
        sa.Column("restored_at", Moment(), nullable=True),
        _foreign("survey_removal", "campaign_id", "survey_campaign"),
        _foreign("survey_removal", "about_agency_id", "agency"),
        _foreign("survey_removal", "removed_by_id", "ab_user"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey_removal")),
    )
    for column in ("campaign_id", "about_agency_id", "removed_by_id"):
        op.create_index(op.f(f"ix_survey_removal_{column}"), "survey_removal", [column])


def _foreign(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}_{target}"))


def _constrain_responses() -> None:
    with op.batch_alter_table("survey_response") as table:
        table.alter_column("channel", existing_type=sa.String(10), server_default=None)
        table.drop_constraint(op.f("ck_survey_response_one_respondent"), type_="check")
        table.create_foreign_key(
            op.f("fk_survey_response_removal_id_survey_removal"), "survey_removal", ["removal_id"], ["id"]
        )
        table.create_unique_constraint(
            op.f("uq_survey_response_campaign_id_about_agency_id_paper_number"), PAPER
        )
        for name, rule in RESPONSE_CHECKS.items():
            table.create_check_constraint(op.f(f"ck_survey_response_{name}"), rule)
        table.create_index(op.f("ix_survey_response_account_id"), ["account_id"])
        table.create_index(op.f("ix_survey_response_removal_id"), ["removal_id"])
        table.create_index("ix_survey_response_campaign_id_network", ["campaign_id", "network"])


def downgrade() -> None:
    """Answers by code and on paper have no respondent of the old kind: each gets a mark of its own."""
    with op.batch_alter_table("survey_response") as table:
        for name in RESPONSE_CHECKS:
            table.drop_constraint(op.f(f"ck_survey_response_{name}"), type_="check")
    op.execute(
        "update survey_response set browser_mark = 'was-' || channel || '-' || id "
        "where account_id is null and browser_mark is null"
    )
    with op.batch_alter_table("survey_response") as table:
        table.drop_index("ix_survey_response_campaign_id_network")
        table.drop_index(op.f("ix_survey_response_removal_id"))
        table.drop_index(op.f("ix_survey_response_account_id"))
        table.drop_constraint(
            op.f("uq_survey_response_campaign_id_about_agency_id_paper_number"), type_="unique"
        )
        table.drop_constraint(op.f("fk_survey_response_removal_id_survey_removal"), type_="foreignkey")
        table.create_check_constraint(op.f("ck_survey_response_one_respondent"), ONE_RESPONDENT)
        for column in ("removal_id", "network", "paper_number", "channel"):
            table.drop_column(column)
    with op.batch_alter_table("survey_campaign") as table:
        for name in CAMPAIGN_CHECKS:
            table.drop_constraint(op.f(f"ck_survey_campaign_{name}"), type_="check")
        table.drop_index(op.f("ix_survey_campaign_form_id"))
        for column in ("points_at", "daily_cap", "mode"):
            table.drop_column(column)
    for name in ("survey_code", "survey_code_batch", "survey_removal"):
        op.drop_table(name)
