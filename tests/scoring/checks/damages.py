"""One way to break each rule, as a hand in the database would: rule → SQL on the province of ``stages``."""

CONCLUDED = "(select id from round where state = 'concluded')"
APPRAISING = "(select id from round where state = 'appraising')"
OPEN = "(select id from round where state = 'open')"
SENT = f"(select min(id) from sheet where round_id = {APPRAISING} and submitted_at is not null)"
APPROVED = "(select id from sheet where state = 'approved')"
DRAFT = f"(select min(id) from sheet where state = 'draft' and round_id = {OPEN})"
LEAF = "(select min(id) from criterion where is_leaf)"
SELF_LEAF = f"(select min(id) from score where sheet_id = {SENT} and self_points is not null)"
CLERK = "(select id from ab_user where username = 'tp-nhap')"
SENT_WORK = f"(select id from appraiser_work where round_id = {APPRAISING} and state = 'sent')"
RESULT = "(select min(id) from result)"
LATER = "'2099-01-01 00:00:00'"
EARLIER = "'2001-01-01 00:00:00'"


def set_column(table: str, column: str, value: str, which: str = "") -> str:
    """Give one row another value; the first row of the table unless ``which`` names another."""
    return f"update {table} set {column} = {value} where id = {which or f'(select min(id) from {table})'}"


def twice(table: str) -> list[str]:
    """The table without its constraints and with its first row in it twice."""
    return [
        f"create table copy_of_{table} as select * from {table}",
        f"drop table {table}",
        f"alter table copy_of_{table} rename to {table}",
        f"insert into {table} select * from {table} limit 1",
        f"update {table} set id = 99999 where rowid = (select max(rowid) from {table})",
    ]


DAMAGES: dict[str, str | list[str]] = {
    # criteria
    "set_sums": set_column("criterion", "maximum", "maximum + 1", LEAF),
    "leaves_without_children": set_column("criterion", "is_leaf", "0", LEAF),
    "tree_in_one_piece": set_column("criterion", "level", "7", LEAF),
    "rules_as_worded": set_column("criterion", "rule", "'{}'", LEAF),
    "set_states_dated": set_column("criteria_set", "issued_at", "null"),
    "issued_sets_without_errors": set_column("criteria_set", "findings", """'[{"severity": "error"}]'"""),
    # rounds
    "period_dates": set_column("round", "period_end", "'2030-01-01'"),
    "round_sets_fit": set_column("criteria_set", "programme", "'htnv'"),
    "round_states_dated": set_column("round", "concluded_at", "null", CONCLUDED),
    "publications_fit_round": set_column("publication", "decision_number", "'0/QĐ'"),
    "sheets_since_opening": set_column("round", "state", "'preparing'", OPEN),
    "sheet_states_fit_round": set_column("sheet", "state", "'submitted'", SENT),
    "rounds_consolidated": f"update appraiser_work set state = 'sent' where round_id = {APPRAISING}",
    # sheets
    "one_sheet_an_agency": twice("sheet"),
    "sheet_set_of_its_group": set_column(
        "sheet", "group_id", "(select id from agency_group where code = 'xa')"
    ),
    "drafts_are_bare": set_column("sheet", "approved_by_id", "1", DRAFT),
    "approved_have_snapshot": set_column("sheet", "snapshot_id", "null", APPROVED),
    "sent_have_everything": set_column("sheet", "signed_file_id", "null", SENT),
    "appraised_were_sent_or_marked": set_column("sheet", "not_submitted", "1", SENT),
    "receipts_name_their_sheet": set_column("sheet", "receipt_number", "'CCHC-1'", SENT),
    "sent_in_time": set_column("sheet", "submitted_at", LATER, SENT),
    "signed_reports_are_pdf": "update stored_file set media_type = 'image/png'",
    "extensions_lie_ahead": set_column("extension", "deadline", EARLIER),
    "extensions_after_opening": set_column("extension", "granted_at", EARLIER),
    # scores
    "every_leaf_has_a_score": f"delete from score where id = {SELF_LEAF}",
    "no_score_beside_the_leaves": set_column(
        "score", "criterion_id", "(select min(id) from criterion where not is_leaf)", SELF_LEAF
    ),
    "one_score_a_leaf": twice("score"),
    "points_in_bounds": set_column("score", "self_points", "99000", SELF_LEAF),
    "claimed_or_scored": set_column("score", "na_claimed", "1", SELF_LEAF),
    "excluded_leaves_stay_empty": set_column("score", "na_by_rule", "1", SELF_LEAF),
    "self_points_where_asked": set_column("criterion", "assessed_by", "'council'", LEAF),
    "survey_points_where_asked": set_column("score", "survey_points", "100", SELF_LEAF),
    "concluded_once": "update score set concluded_na = 1 where concluded_points is not null",
    "saved_in_time": set_column("score", "saved_at", LATER, SELF_LEAF),
    "answers_were_asked_for": "update score set asked_at = null where answered_at is not null",
    "evidence_of_its_own_agency": set_column(
        "evidence", "agency_id", "(select id from agency where code = 'XA-A')"
    ),
    "scores_frozen": set_column("score", "saved_at", LATER),
    # snapshots
    "digest_of_content": set_column("snapshot", "content", "replace(content, '1', '2')"),
    "codes_are_readable": set_column("snapshot", "code", "'O0O0-1I1I-LLLL'"),
    "current_is_the_sheets_own": set_column("snapshot", "status", "'withdrawn'"),
    "current_when_approved_or_later": set_column("sheet", "state", "'draft'", APPROVED),
    "one_current_a_sheet": "update snapshot set sheet_id = (select min(sheet_id) from snapshot)",
    "frozen_at_approval": set_column("snapshot", "created_at", EARLIER),
    "content_equals_rows": set_column("score", "self_points", "0", SELF_LEAF),
    # appraisals
    "appraised_by_the_assigned": "delete from assignment",
    "nobody_appraises_their_own": "update ab_user set agency_id = (select id from agency where code = 'SO-TC')",
    "appraised_in_bounds": set_column("appraisal", "points", "99000"),
    "points_or_not_applicable": set_column("appraisal", "not_applicable", "1"),
    "excluded_leaves_not_appraised": set_column(
        "score", "na_by_rule", "1", "(select min(score_id) from appraisal)"
    ),
    "appraisals_belong_to_work": "delete from appraiser_work",
    "nothing_saved_after_sending": set_column("appraisal", "saved_at", LATER),
    "works_dated": set_column("appraiser_work", "receipt_number", "null", SENT_WORK),
    "works_fit_round": f"update appraiser_work set state = 'open' where round_id = {CONCLUDED}",
    "sent_works_complete": "update appraisal set reason = ' '",
    "senders_are_locked": [
        f"update appraiser_work set sent_at = {LATER} where state = 'sent'",
        "update ab_user set locked_at = null, lock_reason = null, locked_by_sending = 0",
    ],
    "appraised_when_all_sent": f"update sheet set state = 'appraised' where round_id = {APPRAISING}",
    # results
    "results_of_concluded_rounds": f"delete from result where id = {RESULT}",
    "results_in_their_round": set_column("result", "round_id", APPRAISING, RESULT),
    "result_points": set_column("result", "points", "points + 1", RESULT),
    "result_fields": set_column("result", "fields", "'{}'", RESULT),
    "result_ranks": set_column("result", "rank", "rank + 1", RESULT),
    "result_grades": set_column("result", "grade", "'Giỏi'", RESULT),
    "concluded_fully_scored": [
        f"update appraiser_work set state = 'open' where round_id = {CONCLUDED}",
    ],
    "outcomes_frozen": set_column("appraisal", "saved_at", LATER),
    "records_of_concluded_rounds": "delete from round_record",
    "record_digests": set_column("round_record", "content", "replace(content, '1', '2')"),
    # files
    "files_are_there": set_column("stored_file", "sha256", f"'{'a' * 64}'"),
    "file_sizes": set_column("stored_file", "size", "size + 1"),
    # people
    "data_entry_has_agency": set_column("ab_user", "agency_id", "null", CLERK),
    "one_account_type": f"delete from ab_user_role where user_id = {CLERK}",
    "approval_for_data_entry": "update ab_user set can_approve = 1",
    "a_manager_is_there": "update ab_user set active = 0",
    "locks_have_reasons": set_column("ab_user", "locked_at", EARLIER, CLERK),
    "usernames_differ": set_column("ab_user", "username", "'TP-Duyet'", CLERK),
    "names_well_formed": set_column("ab_user", "email", "'a@b.vn, evil@x.vn'", CLERK),
    "addresses_differ": set_column("ab_user", "email", "'TP-Duyet@thanhhoa.example'", CLERK),
    "codes_differ": set_column("agency", "code", "'so-nv'", "(select id from agency where code = 'SO-TP')"),
    "successors_end": "update agency set successor_id = id where code = 'XA-A'",
    "account_requests_decided": set_column("account_request", "state", "'approved'"),
    "reset_requests_decided": set_column("reset_request", "state", "'refused'"),
    "letters_can_be_sent": set_column("outgoing_mail", "recipient", "'ai đó'"),
    "notices_can_be_read": set_column("notification", "read_at", EARLIER),
    # surveys
    "one_respondent": set_column("survey_response", "account_id", "null"),
    "officials_answer_inside": "update survey_form set audience = 'official'",
    "codes_open_once": "update survey_code set used = 0",
    "removals_of_their_own": "update survey_removal set restored_at = removed_at",
    "about_an_agency_of_the_round": set_column(
        "survey_response", "about_agency_id", "(select id from agency where code = 'XA-A')"
    ),
    "asked_the_right_people": [
        "update survey_form set audience = 'agency'",
    ],
    "answers_of_the_form": "update survey_question set form_id = form_id + 1",
    "answers_are_offered": "update survey_answer set option = 9",
    "responses_are_complete": "delete from survey_answer where id = (select min(id) from survey_answer)",
    # trail
    "chains_unbroken": set_column("audit_event", "actor_name", "'ai đó'"),
    "approvals_on_the_trail": "delete from audit_event where action = 'sheet_approved'",
    "sendings_on_the_trail": "delete from audit_event where action = 'sheet_sent'",
    "appraisals_on_the_trail": "delete from audit_event where action = 'appraisal_sent'",
    "conclusions_on_the_trail": "delete from audit_event where action = 'round_concluded'",
}
