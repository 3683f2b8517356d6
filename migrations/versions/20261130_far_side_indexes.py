"""an index for each foreign key that is searched from its far side"""

from alembic import op

revision = "c340827099bd"
down_revision = "c41f7be05a93"
branch_labels = None
depends_on = None

INDEXES = (
    ("ab_user_role", "role_id"),
    ("account_request", "account_id"),
    ("account_request", "decided_by_id"),
    ("account_request", "requested_by_id"),
    ("agency", "successor_id"),
    ("announcement", "file_id"),
    ("announcement_group", "group_id"),
    ("assignment", "criterion_id"),
    ("assignment", "group_id"),
    ("assignment_agency", "agency_id"),
    ("criteria_set", "copied_from_id"),
    ("criteria_set_group", "group_id"),
    ("criterion", "parent_id"),
    ("evidence", "created_by_id"),
    ("evidence", "file_id"),
    ("extension", "granted_by_id"),
    ("failed_condition", "band_id"),
    ("proposal", "created_by_id"),
    ("proposal_message", "author_id"),
    ("reset_request", "decided_by_id"),
    ("round", "copied_from_id"),
    ("round_set", "criteria_set_id"),
    ("round_set", "group_id"),
    ("score_evidence", "evidence_id"),
    ("sheet", "approved_by_id"),
    ("sheet", "criteria_set_id"),
    ("sheet", "signed_file_id"),
    ("sheet", "snapshot_id"),
    ("sheet", "submitted_by_id"),
    ("signed_scan", "file_id"),
    ("unlock_request", "decided_by_id"),
    ("unlock_request", "requested_by_id"),
)


def upgrade() -> None:
    for table, column in INDEXES:
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column])


def downgrade() -> None:
    for table, column in reversed(INDEXES):
        op.drop_index(op.f(f"ix_{table}_{column}"), table)
