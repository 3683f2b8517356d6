"""by which decision a result stands on the public page, and who was reminded when

A round that is published gets its publication with what was kept of it: the decision's number. Day, signer and file
were not asked for. The file may be read by anyone while the result is published.
"""

import sqlalchemy as sa
from alembic import op

from app.column_types import Moment

revision = "9b3e6d20c7f4"
down_revision = "b17e5c90d4f2"
branch_labels = None
depends_on = None

EVERY = "(select string_to_array(current_setting('app.kinds', true), ',') && '{manager,system}')"
ENTRY = "(select string_to_array(current_setting('app.kinds', true), ',') && '{entry}')"
APPRAISER = "(select string_to_array(current_setting('app.kinds', true), ',') && '{appraiser}')"
ANYONE = "(select current_setting('app.kinds', true) <> '')"
SIGNED_IN = "(select current_setting('app.account', true) <> '')"
ALL_ROWS = f"for all using ({EVERY}) with check ({EVERY})"
PUBLISHED = "round_id in (select r.id from round r where r.state = 'concluded' and r.published_at is not null)"
FILE = "exists (select 1 from evidence e where e.file_id = stored_file.id) or exists (select 1 from signed_scan c where c.file_id = stored_file.id)"
ANNOUNCED = "exists (select 1 from announcement n where n.file_id = stored_file.id)"
DECISION = "exists (select 1 from publication p where p.file_id = stored_file.id)"
FILES_BEFORE = f"for select using ({SIGNED_IN} and ({ANNOUNCED}) or {ENTRY} and ({FILE}) or {APPRAISER} and ({FILE}))"

ROW_POLICIES: dict[str, dict[str, str]] = {
    "publication": {
        "all_rows": ALL_ROWS,
        "read_rows": f"for select using ({ANYONE} and (ended_at is null and {PUBLISHED}))",
    },
    "reminder": {
        "all_rows": ALL_ROWS,
    },
    "stored_file": {
        "all_rows": ALL_ROWS,
        "read_rows": f"for select using ({SIGNED_IN} and ({ANNOUNCED}) or {ENTRY} and ({FILE}) "
        f"or {APPRAISER} and ({FILE}) or {ANYONE} and ({DECISION}))",
    },
}


def upgrade() -> None:
    _make_publication()
    _make_reminder()
    op.execute(
        "insert into publication (round_id, decision_number, signer, published_at) "
        "select id, coalesce(decision_number, ''), '', published_at from round where published_at is not null"
    )
    if op.get_bind().dialect.name != "postgresql":
        return
    for table in ("publication", "reminder"):
        op.execute(f"alter table {table} enable row level security")
        op.execute(f"alter table {table} force row level security")
        for name, policy in ROW_POLICIES[table].items():
            op.execute(f"create policy {name} on {table} {policy}")
    op.execute("drop policy read_rows on stored_file")
    op.execute(f"create policy read_rows on stored_file {ROW_POLICIES['stored_file']['read_rows']}")


def _make_publication() -> None:
    op.create_table(
        "publication",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("decision_number", sa.String(60), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("signer", sa.String(150), nullable=False),
        sa.Column("file_id", sa.Integer(), nullable=True),
        sa.Column("file_name", sa.String(255), nullable=True),
        sa.Column("published_at", Moment(), nullable=False),
        sa.Column("published_by_id", sa.Integer(), nullable=True),
        sa.Column("ended_at", Moment(), nullable=True),
        sa.Column("end_reason", sa.Text(), nullable=True),
        sa.Column("ended_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(file_id is null) = (file_name is null)", name=op.f("ck_publication_file_has_name")
        ),
        sa.CheckConstraint(
            "(ended_at is null) = (end_reason is null)", name=op.f("ck_publication_ended_with_reason")
        ),
        _foreign("publication", "round_id", "round"),
        _foreign("publication", "file_id", "stored_file"),
        _foreign("publication", "published_by_id", "ab_user"),
        _foreign("publication", "ended_by_id", "ab_user"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_publication")),
    )
    for column in ("round_id", "file_id", "published_by_id", "ended_by_id"):
        op.create_index(op.f(f"ix_publication_{column}"), "publication", [column])


def _make_reminder() -> None:
    op.create_table(
        "reminder",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sheet_id", sa.Integer(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("accounts", sa.Integer(), nullable=False),
        sa.Column("letters", sa.Integer(), nullable=False),
        _foreign("reminder", "sheet_id", "sheet"),
        _foreign("reminder", "by_id", "ab_user"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reminder")),
    )
    for column in ("sheet_id", "by_id"):
        op.create_index(op.f(f"ix_reminder_{column}"), "reminder", [column])


def _foreign(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}_{target}"))


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("drop policy read_rows on stored_file")
        op.execute(f"create policy read_rows on stored_file {FILES_BEFORE}")
    op.drop_table("reminder")
    op.drop_table("publication")
