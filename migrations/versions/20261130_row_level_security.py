"""row-level security on PostgreSQL: tables of agencies and persons show and take only the rows of whoever asks

``app/row_access.py`` tells each transaction who that is; what the policies mean is told, table by table, in
``app/row_policies.py`` and ``app/scoring/row_policies.py``. This is their text as it was then. SQLite has no such thing.
"""

from alembic import op

revision = "8c4f1e0b7a35"
down_revision = "5634f83cd905"
branch_labels = None
depends_on = None

EVERY = "(select string_to_array(current_setting('app.kinds', true), ',') && '{manager,system}')"
ENTRY = "(select string_to_array(current_setting('app.kinds', true), ',') && '{entry}')"
APPRAISER = "(select string_to_array(current_setting('app.kinds', true), ',') && '{appraiser}')"
SIGNING_IN = "(select string_to_array(current_setting('app.kinds', true), ',') && '{sign_in}')"
ANYONE = "(select current_setting('app.kinds', true) <> '')"
SIGNED_IN = "(select current_setting('app.account', true) <> '')"
ACCOUNT = "(select nullif(current_setting('app.account', true), '')::integer)"
AGENCY = "(select nullif(current_setting('app.agency', true), '')::integer)"
ALL_ROWS = f"for all using ({EVERY}) with check ({EVERY})"
PUBLISHED = "round_id in (select r.id from round r where r.state = 'concluded' and r.published_at is not null)"
FILE = "exists (select 1 from evidence e where e.file_id = stored_file.id) or exists (select 1 from signed_scan c where c.file_id = stored_file.id)"

ROW_FUNCTIONS: dict[str, str] = {
    "own_sheets": f"() returns setof integer language plpgsql stable as $$ declare asked text := current_setting('app.kinds', true); begin perform set_config('app.kinds', 'system', true); return query select s.id from sheet s where s.agency_id = {AGENCY}; perform set_config('app.kinds', asked, true); end $$",
    "assigned_sheets": f"() returns setof integer language plpgsql stable as $$ declare asked text := current_setting('app.kinds', true); begin perform set_config('app.kinds', 'system', true); return query select s.id from sheet s where s.agency_id is distinct from {AGENCY} and exists (select 1 from assignment a join round r on r.id = a.round_id where a.appraiser_id = {ACCOUNT} and a.round_id = s.round_id and a.group_id = s.group_id and r.state not in ('preparing', 'open') and (not exists (select 1 from assignment_agency l where l.assignment_id = a.id) or exists (select 1 from assignment_agency l where l.assignment_id = a.id and l.agency_id = s.agency_id))); perform set_config('app.kinds', asked, true); end $$",
    "proven_sheets": "(document integer, owner integer) returns setof integer language plpgsql stable as $$ declare asked text := current_setting('app.kinds', true); begin perform set_config('app.kinds', 'system', true); return query select c.sheet_id from score_evidence p join score c on c.id = p.score_id join sheet s on s.id = c.sheet_id where p.evidence_id = document and s.agency_id = owner; perform set_config('app.kinds', asked, true); end $$",
}

ROW_POLICIES: dict[str, dict[str, str]] = {
    "ab_api_key": {
        "all_rows": ALL_ROWS,
    },
    "ab_register_user": {
        "all_rows": ALL_ROWS,
    },
    "ab_user": {
        "all_rows": ALL_ROWS,
        "read_rows": f"for select using ({SIGNED_IN} and (id = {ACCOUNT} or id in (select u.user_id from ab_user_role u join ab_role r on r.id = u.role_id where r.name = 'Quản lý')) or {ENTRY} and (agency_id = {AGENCY}) or {SIGNING_IN})",
        "change_rows": f"for update using ({SIGNED_IN} and (id = {ACCOUNT}) or {SIGNING_IN}) with check ({SIGNED_IN} and (id = {ACCOUNT}) or {SIGNING_IN})",
    },
    "ab_user_group": {
        "all_rows": ALL_ROWS,
        "read_rows": f"for select using ({ANYONE})",
    },
    "ab_user_role": {
        "all_rows": ALL_ROWS,
        "read_rows": f"for select using ({ANYONE})",
    },
    "account_request": {
        "all_rows": ALL_ROWS,
        "read_rows": f"for select using ({ENTRY} and (agency_id = {AGENCY}))",
        "add_rows": f"for insert with check ({ENTRY} and (agency_id = {AGENCY} and requested_by_id = {ACCOUNT}))",
    },
    "account_session": {
        "all_rows": ALL_ROWS,
        "read_rows": f"for select using ({SIGNED_IN} and (account_id = {ACCOUNT}) or {SIGNING_IN})",
        "add_rows": f"for insert with check ({SIGNED_IN} and (account_id = {ACCOUNT}) or {SIGNING_IN})",
        "change_rows": f"for update using ({SIGNED_IN} and (account_id = {ACCOUNT}) or {SIGNING_IN}) with check ({SIGNED_IN} and (account_id = {ACCOUNT}) or {SIGNING_IN})",
        "remove_rows": f"for delete using ({SIGNED_IN} and (account_id = {ACCOUNT}) or {SIGNING_IN})",
    },
    "agency": {
        "all_rows": ALL_ROWS,
        "read_rows": f"for select using ({ANYONE})",
        "change_rows": f"for update using ({ENTRY} and (id = {AGENCY})) with check (false)",
    },
    "appraisal": {
        "all_rows": ALL_ROWS,
        "read_rows": f"for select using ({APPRAISER} and (appraiser_id = {ACCOUNT}))",
        "add_rows": f"for insert with check ({APPRAISER} and (appraiser_id = {ACCOUNT} and exists (select 1 from score c where c.id = score_id)))",
        "change_rows": f"for update using ({APPRAISER} and (appraiser_id = {ACCOUNT} and exists (select 1 from score c where c.id = score_id))) with check ({APPRAISER} and (appraiser_id = {ACCOUNT} and exists (select 1 from score c where c.id = score_id)))",
    },
    "appraiser_work": {
        "all_rows": ALL_ROWS,
        "read_rows": f"for select using ({APPRAISER} and (appraiser_id = {ACCOUNT}))",
        "change_rows": f"for update using ({APPRAISER} and (appraiser_id = {ACCOUNT})) with check ({APPRAISER} and (appraiser_id = {ACCOUNT}))",
    },
    "assignment": {
        "all_rows": ALL_ROWS,
        "read_rows": f"for select using ({APPRAISER} and (appraiser_id = {ACCOUNT}))",
    },
    "assignment_agency": {
        "all_rows": ALL_ROWS,
        "read_rows": f"for select using ({APPRAISER} and (exists (select 1 from assignment a where a.id = assignment_id)))",
    },
    "audit_event": {
        "all_rows": ALL_ROWS,
        "add_rows": f"for insert with check ({ANYONE} and (actor_id is null or actor_id = {ACCOUNT}) or {SIGNING_IN})",
    },
    "digest": {
        "all_rows": ALL_ROWS,
        "read_rows": f"for select using ({SIGNED_IN} and (account_id = {ACCOUNT}))",
        "add_rows": f"for insert with check ({SIGNED_IN} and (account_id = {ACCOUNT}))",
        "change_rows": f"for update using ({SIGNED_IN} and (account_id = {ACCOUNT})) with check ({SIGNED_IN} and (account_id = {ACCOUNT}))",
    },
    "evidence": {
        "all_rows": ALL_ROWS,
        "read_rows": f"for select using ({ENTRY} and (agency_id = {AGENCY}) or {APPRAISER} and (exists (select 1 from proven_sheets(id, agency_id) p where p in (select assigned_sheets()))))",
        "add_rows": f"for insert with check ({ENTRY} and (agency_id = {AGENCY}))",
        "change_rows": f"for update using ({ENTRY} and (agency_id = {AGENCY})) with check ({ENTRY} and (agency_id = {AGENCY}))",
    },
    "extension": {
        "all_rows": ALL_ROWS,
        "read_rows": f"for select using ({ENTRY} and (sheet_id in (select own_sheets())) or {APPRAISER} and (sheet_id in (select assigned_sheets())))",
    },
    "failed_condition": {
        "all_rows": ALL_ROWS,
        "read_rows": f"for select using ({ENTRY} and (sheet_id in (select own_sheets())) or {APPRAISER} and (sheet_id in (select assigned_sheets())))",
    },
    "manager_reset": {
        "all_rows": ALL_ROWS,
    },
    "notification": {
        "all_rows": ALL_ROWS,
        "read_rows": f"for select using ({SIGNED_IN} and (account_id = {ACCOUNT}))",
        "add_rows": f"for insert with check ({SIGNED_IN} or {SIGNING_IN})",
        "change_rows": f"for update using ({SIGNED_IN} and (account_id = {ACCOUNT})) with check ({SIGNED_IN} and (account_id = {ACCOUNT}))",
    },
    "outgoing_mail": {
        "all_rows": ALL_ROWS,
        "add_rows": f"for insert with check ({SIGNED_IN} or {SIGNING_IN})",
    },
    "proposal": {
        "all_rows": ALL_ROWS,
        "read_rows": f"for select using ({SIGNED_IN} and (created_by_id = {ACCOUNT}) or {ENTRY} and (agency_id = {AGENCY}))",
        "add_rows": f"for insert with check ({SIGNED_IN} and (created_by_id = {ACCOUNT}))",
    },
    "proposal_message": {
        "all_rows": ALL_ROWS,
        "read_rows": f"for select using ({SIGNED_IN} and (exists (select 1 from proposal p where p.id = proposal_id)))",
        "add_rows": f"for insert with check ({SIGNED_IN} and (author_id = {ACCOUNT} and exists (select 1 from proposal p where p.id = proposal_id)))",
    },
    "recovery_code": {
        "all_rows": ALL_ROWS,
        "read_rows": f"for select using ({SIGNED_IN} and (account_id = {ACCOUNT}) or {SIGNING_IN})",
        "add_rows": f"for insert with check ({SIGNED_IN} and (account_id = {ACCOUNT}) or {SIGNING_IN})",
        "change_rows": f"for update using ({SIGNED_IN} and (account_id = {ACCOUNT}) or {SIGNING_IN}) with check ({SIGNED_IN} and (account_id = {ACCOUNT}) or {SIGNING_IN})",
        "remove_rows": f"for delete using ({SIGNED_IN} and (account_id = {ACCOUNT}) or {SIGNING_IN})",
    },
    "reset_request": {
        "all_rows": ALL_ROWS,
    },
    "result": {
        "all_rows": ALL_ROWS,
        "read_rows": f"for select using ({ANYONE} and ({PUBLISHED}) or {ENTRY} and (round_id in (select r.id from round r where r.state = 'concluded') and sheet_id in (select own_sheets())))",
    },
    "round_record": {
        "all_rows": ALL_ROWS,
    },
    "score": {
        "all_rows": ALL_ROWS,
        "read_rows": f"for select using ({ENTRY} and (sheet_id in (select own_sheets())) or {APPRAISER} and (sheet_id in (select assigned_sheets())))",
        "change_rows": f"for update using ({ENTRY} and (sheet_id in (select own_sheets()))) with check ({ENTRY} and (sheet_id in (select own_sheets())))",
    },
    "score_evidence": {
        "all_rows": ALL_ROWS,
        "read_rows": f"for select using ({ENTRY} and (exists (select 1 from score c where c.id = score_id)) or {APPRAISER} and (exists (select 1 from score c where c.id = score_id)))",
        "add_rows": f"for insert with check ({ENTRY} and (exists (select 1 from score c where c.id = score_id)))",
        "remove_rows": f"for delete using ({ENTRY} and (exists (select 1 from score c where c.id = score_id)))",
    },
    "second_factor": {
        "all_rows": ALL_ROWS,
        "read_rows": f"for select using ({SIGNED_IN} and (account_id = {ACCOUNT}) or {SIGNING_IN})",
        "add_rows": f"for insert with check ({SIGNED_IN} and (account_id = {ACCOUNT}) or {SIGNING_IN})",
        "change_rows": f"for update using ({SIGNED_IN} and (account_id = {ACCOUNT}) or {SIGNING_IN}) with check ({SIGNED_IN} and (account_id = {ACCOUNT}) or {SIGNING_IN})",
        "remove_rows": f"for delete using ({SIGNED_IN} and (account_id = {ACCOUNT}) or {SIGNING_IN})",
    },
    "sheet": {
        "all_rows": ALL_ROWS,
        "read_rows": f"for select using ({ENTRY} and (agency_id = {AGENCY}) or {APPRAISER} and (id in (select assigned_sheets())) or {ANYONE} and ({PUBLISHED}))",
        "change_rows": f"for update using ({ENTRY} and (agency_id = {AGENCY})) with check ({ENTRY} and (agency_id = {AGENCY}))",
    },
    "sign_in_tries": {
        "all_rows": ALL_ROWS,
        "read_rows": f"for select using ({SIGNING_IN})",
        "add_rows": f"for insert with check ({SIGNING_IN})",
        "change_rows": f"for update using ({SIGNING_IN}) with check ({SIGNING_IN})",
        "remove_rows": f"for delete using ({SIGNING_IN})",
    },
    "sign_on_person": {
        "all_rows": ALL_ROWS,
        "read_rows": f"for select using ({SIGNED_IN} and (account_id = {ACCOUNT}) or {SIGNING_IN})",
        "add_rows": f"for insert with check ({SIGNED_IN} and (account_id = {ACCOUNT}) or {SIGNING_IN})",
        "change_rows": f"for update using ({SIGNED_IN} and (account_id = {ACCOUNT}) or {SIGNING_IN}) with check ({SIGNED_IN} and (account_id = {ACCOUNT}) or {SIGNING_IN})",
        "remove_rows": f"for delete using ({SIGNED_IN} and (account_id = {ACCOUNT}) or {SIGNING_IN})",
    },
    "signed_scan": {
        "all_rows": ALL_ROWS,
        "read_rows": f"for select using ({ENTRY} and (sheet_id in (select own_sheets())) or {APPRAISER} and (sheet_id in (select assigned_sheets())))",
        "add_rows": f"for insert with check ({ENTRY} and (sheet_id in (select own_sheets())))",
    },
    "snapshot": {
        "all_rows": ALL_ROWS,
        "read_rows": f"for select using ({ENTRY} and (sheet_id in (select own_sheets())) or {APPRAISER} and (sheet_id in (select assigned_sheets())))",
        "add_rows": f"for insert with check ({ENTRY} and (sheet_id in (select own_sheets())))",
        "change_rows": f"for update using ({ENTRY} and (sheet_id in (select own_sheets()))) with check ({ENTRY} and (sheet_id in (select own_sheets())))",
    },
    "stored_file": {
        "all_rows": ALL_ROWS,
        "read_rows": f"for select using ({SIGNED_IN} and (exists (select 1 from announcement n where n.file_id = stored_file.id)) or {ENTRY} and ({FILE}) or {APPRAISER} and ({FILE}))",
    },
    "survey_answer": {
        "all_rows": ALL_ROWS,
        "read_rows": f"for select using ({SIGNED_IN} and (exists (select 1 from survey_response r where r.id = response_id)))",
        "add_rows": f"for insert with check ({ENTRY} and (exists (select 1 from survey_response r where r.id = response_id)))",
    },
    "survey_code": {
        "all_rows": ALL_ROWS,
    },
    "survey_code_batch": {
        "all_rows": ALL_ROWS,
    },
    "survey_removal": {
        "all_rows": ALL_ROWS,
    },
    "survey_response": {
        "all_rows": ALL_ROWS,
        "read_rows": f"for select using ({SIGNED_IN} and (account_id = {ACCOUNT}))",
        "add_rows": f"for insert with check ({ENTRY} and (account_id = {ACCOUNT}))",
    },
    "unlock_request": {
        "all_rows": ALL_ROWS,
    },
}


def upgrade() -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    for name, function in ROW_FUNCTIONS.items():
        op.execute(f"create function {name} {function}")
    for table, policies in ROW_POLICIES.items():
        op.execute(f"alter table {table} enable row level security")
        op.execute(f"alter table {table} force row level security")
        for name, policy in policies.items():
            op.execute(f"create policy {name} on {table} {policy}")


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        for table, policies in ROW_POLICIES.items():
            for name in policies:
                op.execute(f"drop policy {name} on {table}")
            op.execute(f"alter table {table} no force row level security")
            op.execute(f"alter table {table} disable row level security")
        for name in ROW_FUNCTIONS:
            op.execute(f"drop function {name}")
