"""every scan of a signed report counts towards what an agency may keep"""

import sqlalchemy as sa
from alembic import op

revision = "5ca115b0a4d5"
down_revision = "d16e57a1d7a1"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "signed_scan",
        sa.Column("sheet_id", sa.Integer(), nullable=False),
        sa.Column("file_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["file_id"], ["stored_file.id"], name=op.f("fk_signed_scan_file_id_stored_file")),
        sa.ForeignKeyConstraint(["sheet_id"], ["sheet.id"], name=op.f("fk_signed_scan_sheet_id_sheet")),
        sa.PrimaryKeyConstraint("sheet_id", "file_id", name=op.f("pk_signed_scan")),
    )
    op.execute(
        "insert into signed_scan (sheet_id, file_id) "
        "select id, signed_file_id from sheet where signed_file_id is not null"
    )


def downgrade() -> None:
    op.drop_table("signed_scan")
