"""Which field a constraint of the database is about, and what a person hears when it refuses (layout, rule 10).

The operations ask first and say more; this is for what only the database can see: two people who save at once.
``tests/web/test_constraint_words.py`` compares the list with the tables.
"""

import re
from functools import cache

from sqlalchemy import UniqueConstraint
from sqlalchemy.exc import IntegrityError

from app.errors import Conflict, Sentence
from app.extensions import Model

CODE_TAKEN = Sentence("Mã này đã có.")
NAME_TAKEN = Sentence("Tên này đã có.")
TAKEN = Sentence("Giá trị này đã có.")
NOT_LISTED = Sentence("Hãy chọn một mục trong danh sách.")
BAD_STATE = Sentence("Trạng thái không hợp lệ.")
NEGATIVE = Sentence("Điểm không được âm.")
TWICE = Sentence("Nội dung này vừa được lưu, có thể từ một cửa sổ khác. Hãy tải lại trang để xem.")
TWO_PEOPLE = Sentence("Việc này phải do hai người khác nhau thực hiện.")
ANSWERED = Sentence("Phiếu này đã được trả lời.")
MISMATCH = Sentence("Các nội dung nhập không khớp nhau.")
IN_USE = Sentence("Dữ liệu trùng với nội dung đã có hoặc đang được dùng ở nơi khác nên không lưu được.")

Words = tuple[str | None, Sentence]

WORDS: dict[str, Words] = {
    "ck_account_session_through": (None, MISMATCH),
    "ck_agency_active_period": ("active_to", Sentence("Ngày kết thúc không được trước ngày bắt đầu.")),
    "ck_appraisal_points_not_negative": ("points", NEGATIVE),
    "ck_appraisal_points_or_not_applicable": ("points", MISMATCH),
    "ck_appraiser_work_state": ("state", BAD_STATE),
    "ck_criteria_set_programme": ("programme", NOT_LISTED),
    "ck_criteria_set_state": ("state", BAD_STATE),
    "ck_criterion_maximum_not_negative": ("maximum", Sentence("Điểm tối đa không được âm.")),
    "ck_leader_comment_answered": ("answer", MISMATCH),
    "ck_leader_comment_settled": ("answer", MISMATCH),
    "ck_manager_reset_decided": ("state", MISMATCH),
    "ck_manager_reset_decided_when": ("state", MISMATCH),
    "ck_manager_reset_state": ("state", BAD_STATE),
    "ck_manager_reset_two_people": (None, TWO_PEOPLE),
    "ck_proposal_message_says_something": ("body", Sentence("Hãy ghi nội dung trao đổi.")),
    "ck_publication_ended_with_reason": ("reason", Sentence("Hãy nêu lý do gỡ.")),
    "ck_publication_file_has_name": ("file", MISMATCH),
    "ck_round_places": ("places", Sentence("Số chữ số thập phân phải từ 0 đến 3.")),
    "ck_round_programme": ("programme", NOT_LISTED),
    "ck_round_state": ("state", BAD_STATE),
    "ck_score_claimed_or_scored": ("points", MISMATCH),
    "ck_score_concluded_once": ("points", MISMATCH),
    "ck_score_concluded_points_not_negative": ("points", NEGATIVE),
    "ck_score_self_points_not_negative": ("points", NEGATIVE),
    "ck_sheet_presented": (None, MISMATCH),
    "ck_sheet_receipt": (None, MISMATCH),
    "ck_sheet_state": ("state", BAD_STATE),
    "ck_snapshot_status": ("status", BAD_STATE),
    "ck_survey_campaign_daily_cap": ("daily_cap", Sentence("Số này phải lớn hơn 0.")),
    "ck_survey_campaign_mode": ("mode", Sentence("Hãy chọn cách trả lời.")),
    "ck_survey_code_batch_channel": ("channel", NOT_LISTED),
    "ck_survey_form_audience": ("audience", NOT_LISTED),
    "ck_survey_question_kind": ("kind", NOT_LISTED),
    "ck_survey_response_account_inside": ("channel", MISMATCH),
    "ck_survey_response_channel": ("channel", NOT_LISTED),
    "ck_survey_response_mark_of_link": ("channel", MISMATCH),
    "ck_survey_response_number_of_paper": ("paper_number", MISMATCH),
    "ck_unlock_request_decided": ("state", MISMATCH),
    "ck_unlock_request_one_subject": (None, MISMATCH),
    "ck_unlock_request_sheet_has_deadline": ("deadline", MISMATCH),
    "ck_unlock_request_state": ("state", BAD_STATE),
    "ck_unlock_request_two_people": (None, TWO_PEOPLE),
    "uq_ab_api_key_lookup_hash": (None, TAKEN),
    "uq_ab_api_key_uuid": (None, TAKEN),
    "uq_ab_group_name": ("name", NAME_TAKEN),
    "uq_ab_group_role_group_id_role_id": (None, TWICE),
    "uq_ab_permission_name": ("name", NAME_TAKEN),
    "uq_ab_permission_view_permission_id_view_menu_id": (None, TWICE),
    "uq_ab_permission_view_role_permission_view_id_role_id": (None, TWICE),
    "uq_ab_register_user_email": ("email", Sentence("Thư điện tử này đã có tài khoản khác dùng.")),
    "uq_ab_register_user_username": ("username", Sentence("Tên đăng nhập này đã có.")),
    "uq_ab_role_name": ("name", NAME_TAKEN),
    "uq_ab_user_email": ("email", Sentence("Thư điện tử này đã có tài khoản khác dùng.")),
    "uq_ab_user_group_user_id_group_id": (None, TWICE),
    "uq_ab_user_role_user_id_role_id": ("account_type", TWICE),
    "uq_ab_user_username": ("username", Sentence("Tên đăng nhập này đã có.")),
    "uq_ab_view_menu_name": ("name", NAME_TAKEN),
    "uq_account_session_key_hash": (None, TAKEN),
    "uq_agency_code": ("code", CODE_TAKEN),
    "uq_agency_group_code": ("code", CODE_TAKEN),
    "uq_appraisal_score_id_appraiser_id": ("points", TWICE),
    "uq_appraiser_work_round_id_appraiser_id": ("appraiser", TWICE),
    "uq_assignment_round_id_appraiser_id_group_id_criterion_id": (
        "appraiser",
        Sentence("Người thẩm định này đã được phân công mục này."),
    ),
    "uq_audit_event_chain_place": (None, TWICE),
    "uq_criteria_set_programme_name_version": ("name", Sentence("Đã có bộ tiêu chí cùng tên và cùng số bản.")),
    "uq_criterion_criteria_set_id_code": ("code", Sentence("Mã này đã có trong bộ tiêu chí.")),
    "uq_failed_condition_sheet_id_band_id": ("band_id", TWICE),
    "uq_grade_band_round_id_lower": ("bands", Sentence("Có hai mức xếp loại cùng điểm bắt đầu.")),
    "uq_grade_band_round_id_name": ("bands", Sentence("Có hai mức xếp loại trùng tên.")),
    "uq_proposal_agency_id_title_created_at": ("title", TWICE),
    "uq_recovery_code_account_id_hash": (None, TAKEN),
    "uq_result_sheet_id": (None, TWICE),
    "uq_round_programme_name": ("name", Sentence("Đã có kỳ chấm điểm mang tên này.")),
    "uq_round_record_round_id_number": (None, TWICE),
    "uq_round_set_round_id_group_id": (None, Sentence("Mỗi khối chỉ có một bộ tiêu chí trong kỳ.")),
    "uq_score_sheet_id_criterion_id": (None, TWICE),
    "uq_sheet_receipt_number": (None, TAKEN),
    "uq_sheet_round_id_agency_id": (None, TWICE),
    "uq_sign_on_person_issuer_subject": (None, TAKEN),
    "uq_snapshot_code": (None, TAKEN),
    "uq_stored_file_sha256": ("file", TWICE),
    "uq_survey_answer_response_id_question_id": (None, ANSWERED),
    "uq_survey_campaign_round_id_form_id": (None, TWICE),
    "uq_survey_campaign_token": (None, TAKEN),
    "uq_survey_code_digest": (None, TAKEN),
    "uq_survey_form_code": ("code", CODE_TAKEN),
    "uq_survey_question_form_id_code": ("code", Sentence("Mã này đã có trong phiếu khảo sát.")),
    "uq_survey_response_campaign_id_about_agency_id_account_id": (None, ANSWERED),
    "uq_survey_response_campaign_id_about_agency_id_browser_mark": (None, ANSWERED),
    "uq_survey_response_campaign_id_about_agency_id_paper_number": (
        "paper_number",
        Sentence("Số phiếu giấy này đã nhập."),
    ),
}


def collision(error: IntegrityError) -> Conflict:
    """The refusal that the constraint's name stands for; a general one for foreign keys and empty columns."""
    field, sentence = WORDS.get(constraint_of(error) or "", (None, IN_USE))
    return Conflict(sentence.template, field=field)


def constraint_of(error: IntegrityError) -> str | None:
    """The name of the unique or check constraint that was hurt. SQLite names the columns of a unique one instead."""
    named = getattr(getattr(error.orig, "diag", None), "constraint_name", None)
    if named is not None:
        return named
    words = str(error.orig)
    unique = re.search(r"UNIQUE constraint failed: (.+)", words)
    if unique:
        return _unique_names().get(frozenset(unique[1].split(", ")))
    check = re.search(r"CHECK constraint failed: (\w+)", words)
    return check[1] if check else None


@cache
def _unique_names() -> dict[frozenset[str], str]:
    return {
        frozenset(f"{table.name}.{column.name}" for column in constraint.columns): str(constraint.name)
        for table in Model.metadata.tables.values()
        for constraint in table.constraints
        if isinstance(constraint, UniqueConstraint)
    }
