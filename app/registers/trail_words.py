"""The audit trail's vocabulary in the words of the office: acts, things and their columns."""

import re
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from app.office.models import STATE_NAMES as PROPOSAL_NAMES
from app.scoring.rules import METHOD_NAMES
from app.scoring.states import CHANNEL_NAMES, PROGRAMME_NAMES, ROUND_NAMES, SET_NAMES, SHEET_NAMES, WORK_NAMES
from app.web import formats
from app.web.desk import said

ACTIONS = {
    "account_created": "Tạo tài khoản",
    "account_locked": "Khóa tài khoản",
    "account_type_changed": "Đổi loại tài khoản",
    "account_unlocked": "Mở khóa tài khoản",
    "accounts_imported": "Nhập danh sách tài khoản",
    "agencies_imported": "Nhập danh sách cơ quan",
    "agency_reminded": "Nhắc cơ quan",
    "appraisal_begun": "Chuyển kỳ sang thẩm định",
    "appraisal_sent": "Gửi kết quả thẩm định",
    "appraisal_unlocked": "Mở khóa thẩm định",
    "appraisal_workbook_applied": "Nhập điểm thẩm định từ tệp Excel",
    "appraisals_removed": "Bỏ điểm thẩm định",
    "assignment_removed": "Gỡ phân công",
    "assignments_copied": "Sao chép phân công",
    "audit_anchored": "Lập dấu nhật ký",
    "baseline": "Giá trị tại mốc theo dõi",
    "baseline_made": "Lập mốc theo dõi",
    "changed": "Sửa",
    "conclusion_withdrawn": "Rút kết luận",
    "condition_cleared": "Gỡ điều kiện không đạt",
    "condition_failed": "Ghi điều kiện không đạt",
    "created": "Thêm",
    "criteria_set_copied": "Sao chép bộ tiêu chí",
    "criteria_set_deleted": "Xóa bộ tiêu chí",
    "criteria_set_imported": "Nhập bộ tiêu chí",
    "criteria_set_issued": "Ban hành bộ tiêu chí",
    "criteria_set_retired": "Cho hết hiệu lực bộ tiêu chí",
    "deadline_extended": "Gia hạn",
    "deleted": "Xóa",
    "evidence_attached": "Đính tài liệu kiểm chứng",
    "evidence_detached": "Gỡ tài liệu kiểm chứng",
    "explanation_answered": "Giải trình",
    "explanation_asked": "Yêu cầu giải trình",
    "manager_reset_refused": "Không xác nhận cấp lại mật khẩu tài khoản quản lý",
    "manager_reset_requested": "Đề nghị cấp lại mật khẩu tài khoản quản lý",
    "network_barred": "Tạm chặn thiết bị lạ của một mạng",
    "other_sessions_ended": "Đăng xuất khỏi thiết bị khác",
    "password_changed": "Đổi mật khẩu",
    "password_rehashed": "Mã hóa lại mật khẩu khi đăng nhập",
    "password_reset": "Cấp mật khẩu dùng một lần",
    "recovery_codes_renewed": "Lập lại mã dự phòng",
    "round_bands_set": "Đặt mức xếp loại",
    "round_concluded": "Kết luận kỳ chấm điểm",
    "round_consolidated": "Tổng hợp kỳ chấm điểm",
    "round_copied": "Sao chép kỳ chấm điểm",
    "round_created": "Tạo kỳ chấm điểm",
    "round_deadlines_changed": "Đổi thời hạn kỳ",
    "round_opened": "Mở kỳ chấm điểm",
    "round_reopened": "Mở lại kết quả đã kết luận",
    "round_published": "Công bố kết quả",
    "round_rules_set": "Đặt quy tắc của kỳ",
    "comment_settled": "Xử lý ý kiến của lãnh đạo",
    "files_swept": "Dọn tệp không dùng trong kho tài liệu",
    "round_sets_chosen": "Chọn bộ tiêu chí cho kỳ",
    "round_unpublished": "Ngừng công bố kết quả",
    "rows_recorded": "Ghi hàng loạt",
    "score_concluded": "Kết luận điểm",
    "scores_imported": "Nhập điểm",
    "self_points_taken": "Lấy điểm gợi ý",
    "second_factor_disabled": "Tắt xác thực hai lớp",
    "second_factor_enabled": "Bật xác thực hai lớp",
    "second_factor_failed": "Nhập sai mã xác thực",
    "second_factor_removed": "Gỡ xác thực hai lớp khi cấp lại mật khẩu",
    "second_factor_required": "Quy định xác thực hai lớp",
    "session_ended": "Kết thúc một phiên đăng nhập",
    "sheet_approved": "Phê duyệt báo cáo",
    "sheet_handed_back": "Lãnh đạo trả lại kèm ý kiến",
    "sheet_presented": "Trình lãnh đạo",
    "sheet_reopened": "Mở lại phiếu",
    "sheet_returned": "Trả lại phiếu",
    "sheet_sent": "Gửi kết quả tự đánh giá",
    "sheet_workbook_applied": "Nhập phiếu từ tệp Excel",
    "sign_in_failed": "Đăng nhập sai",
    "sign_in_refused": "Từ chối đăng nhập",
    "sign_on_bound": "Gắn tài khoản với người dùng đăng nhập một lần",
    "sign_on_freed": "Gỡ người dùng đăng nhập một lần khi cấp lại mật khẩu",
    "signed_in": "Đăng nhập",
    "token_issued": "Cấp mã truy cập dữ liệu",
    "signed_out": "Đăng xuất",
    "signed_report_attached": "Đính báo cáo đã ký",
    "survey_answers_removed": "Loại phiếu khảo sát",
    "survey_answers_restored": "Khôi phục phiếu khảo sát",
    "survey_codes_made": "Tạo mã trả lời khảo sát",
    "survey_codes_revoked": "Thu hồi mã trả lời khảo sát",
    "survey_papers_imported": "Nhập phiếu khảo sát giấy",
    "survey_points_computed": "Tính điểm khảo sát",
    "surveys_imported": "Nhập phiếu khảo sát",
    "unlock_confirmed": "Xác nhận mở khóa",
    "unlock_refused": "Không mở khóa",
    "unlock_requested": "Đề nghị mở khóa",
}

NOUNS = {
    "Account": "Tài khoản",
    "AccountRequest": "Đăng ký cấp tài khoản",
    "Agency": "Cơ quan, đơn vị",
    "AgencyGroup": "Khối cơ quan",
    "Announcement": "Thông báo",
    "Appraisal": "Điểm thẩm định",
    "AppraiserWork": "Lượt thẩm định",
    "Assignment": "Phân công thẩm định",
    "CriteriaSet": "Bộ tiêu chí",
    "Criterion": "Tiêu chí",
    "Evidence": "Tài liệu kiểm chứng",
    "Extension": "Gia hạn",
    "FailedCondition": "Điều kiện xếp loại",
    "GradeBand": "Mức xếp loại",
    "Proposal": "Kiến nghị, phản ánh",
    "Publication": "Công bố kết quả",
    "ProposalMessage": "Trao đổi về kiến nghị",
    "ManagerReset": "Cấp lại mật khẩu tài khoản quản lý",
    "Reminder": "Lần nhắc cơ quan",
    "RequiredSecondFactor": "Quy định xác thực hai lớp",
    "ResetRequest": "Đề nghị cấp lại mật khẩu",
    "Result": "Kết quả",
    "Role": "Loại tài khoản",
    "Round": "Kỳ chấm điểm",
    "RoundRecord": "Kết quả đã đóng băng",
    "RoundSet": "Bộ tiêu chí của kỳ",
    "Score": "Điểm tiêu chí",
    "SecondFactor": "Xác thực hai lớp",
    "Sheet": "Phiếu chấm điểm",
    "SignOnPerson": "Người dùng đăng nhập một lần",
    "SignedScan": "Bản chụp báo cáo đã ký",
    "Snapshot": "Báo cáo đã duyệt",
    "StoredFile": "Tệp",
    "LeaderComment": "Ý kiến của lãnh đạo",
    "SurveyCampaign": "Đợt khảo sát",
    "SurveyCodeBatch": "Mã trả lời khảo sát",
    "SurveyForm": "Phiếu khảo sát",
    "SurveyQuestion": "Câu hỏi khảo sát",
    "SurveyRemoval": "Loại phiếu khảo sát",
    "SurveyResponse": "Phiếu trả lời khảo sát",
    "UnlockRequest": "Đề nghị mở khóa",
}

COLUMNS = {
    "account_id": "tài khoản", "account_type": "loại tài khoản", "active": "được sử dụng",
    "allows_deviation": "cho tự chấm khác gợi ý khi có giải trình",
    "active_from": "hoạt động từ", "active_to": "hoạt động đến", "agencies": "số cơ quan",
    "agency_id": "cơ quan", "agency_name": "tên cơ quan", "answer": "trả lời", "at": "lúc",
    "author_id": "người viết", "proposal_id": "kiến nghị",
    "answer_due_at": "hạn giải trình", "answered_at": "trả lời lúc", "appraisal_deadline": "hạn thẩm định",
    "appraiser_agency": "cơ quan thẩm định", "appraiser_id": "người thẩm định", "approved_at": "duyệt lúc",
    "approved_by_id": "người duyệt", "asked_at": "yêu cầu lúc", "asked_reason": "lý do yêu cầu",
    "assessed_by": "nguồn điểm", "audience": "đối tượng trả lời", "band": "mức", "band_id": "mức",
    "barred_until": "tạm chặn đến", "body": "nội dung", "can_approve": "quyền duyệt", "closes_at": "đóng lúc",
    "code": "mã", "concluded_at": "kết luận lúc", "concluded_na": "kết luận không áp dụng",
    "concluded_points": "điểm kết luận", "conclusion_reason": "lý do kết luận", "condition": "điều kiện",
    "contact": "cách liên hệ", "copied_from_id": "sao chép từ", "count": "số lượng", "created_at": "tạo lúc",
    "created_by_id": "người tạo", "criteria_set_id": "bộ tiêu chí", "criterion": "tiêu chí",
    "criterion_id": "tiêu chí", "deadline": "hạn", "decided_at": "xử lý lúc", "decided_by_id": "người xử lý",
    "decision_note": "ý kiến xử lý", "decision_number": "số quyết định", "digest": "mã băm",
    "email": "thư điện tử", "entry_deadline": "hạn tự đánh giá", "evidence": "tài liệu kiểm chứng",
    "evidence_id": "tài liệu", "evidence_required": "bắt buộc tài liệu",
    "explanation": "diễn giải", "explanation_days": "số ngày giải trình", "field_code": "lĩnh vực",
    "caps": "giới hạn chung của điểm thưởng, điểm trừ",
    "figure_a": "số đạt được", "figure_b": "tổng số", "figure_n": "số lượng", "figures": "tên số liệu",
    "ground": "số liệu làm căn cứ",
    "file": "tệp", "file_id": "tệp", "file_name": "tên tệp", "findings": "lỗi và cảnh báo",
    "first_name": "tên", "form_id": "phiếu khảo sát", "forms": "phiếu khảo sát", "granted_at": "cấp lúc",
    "granted_by_id": "người cấp", "group_id": "khối", "head_of_agency": "người đứng đầu cơ quan", "id": "mã số",
    "is_leaf": "tiêu chí chấm điểm", "issued_at": "ban hành lúc", "issued_on": "ngày văn bản",
    "issuer": "nơi ban hành", "kind": "loại", "last_name": "họ và tên đệm", "legal_date": "ngày văn bản",
    "legal_issuer": "cơ quan ban hành", "legal_number": "số văn bản", "level": "cấp",
    "linked_programme": "liên kết", "lock_reason": "lý do khóa", "locked_at": "khóa lúc",
    "locked_by_sending": "khóa do đã gửi kết quả",
    "lower": "cận dưới", "maximum": "điểm tối đa", "method": "cách chấm",
    "minutes": "số biên bản", "minutes_number": "số biên bản", "must_change_password": "phải đổi mật khẩu",
    "na_by_rule": "không áp dụng theo bộ tiêu chí", "na_claimed": "đề nghị không áp dụng", "name": "tên",
    "nodes": "số mục", "not_applicable": "không áp dụng", "not_applicable_for": "không áp dụng cho",
    "not_submitted": "không gửi", "note": "ghi chú", "number": "số", "opened_at": "mở lúc",
    "opens_at": "mở lúc", "option": "bậc đã chọn", "options": "phương án", "parent_id": "mục cha",
    "password": "mật khẩu", "password_given_at": "cấp mật khẩu lúc",
    "period": "kỳ", "period_end": "ngày cuối kỳ", "period_start": "ngày đầu kỳ",
    "place": "địa danh", "places": "số chữ số lẻ", "points": "điểm", "position": "vị trí", "programme": "chương trình",
    "presented_at": "trình lúc", "presented_by_id": "người trình",
    "settled_at": "xử lý lúc", "settled_by_id": "người xử lý",
    "written_at": "ghi lúc", "written_by_id": "người ghi", "comment": "ý kiến", "criteria": "các tiêu chí",
    "published_at": "đăng lúc", "reason": "lý do", "receipt": "số biên nhận", "receipt_number": "số biên nhận",
    "requested_at": "đề nghị lúc", "requested_by_id": "người đề nghị", "retired_at": "hết hiệu lực lúc",
    "return_reason": "lý do trả lại", "record": "mã băm", "round": "kỳ chấm điểm",
    "round_id": "kỳ chấm điểm", "row": "bản ghi",
    "rule": "thang điểm đã đọc", "rule_text": "thang điểm", "rules_version": "phiên bản quy tắc",
    "self_points": "điểm tự chấm", "sent_at": "gửi lúc",
    "sha256": "mã băm", "sheet_id": "phiếu", "sheets": "số phiếu", "short_name": "tên ngắn",
    "signed_file_id": "báo cáo đã ký", "signed_file_name": "tên báo cáo đã ký", "size": "dung lượng",
    "snapshot_id": "bản chốt", "sort_order": "thứ tự", "source": "nguồn", "state": "trạng thái",
    "status": "trạng thái", "submitted_at": "gửi lúc", "submitted_by_id": "người gửi",
    "successor_id": "cơ quan kế thừa", "symbol": "ký hiệu", "summary": "trích yếu", "survey_points": "điểm khảo sát",
    "survey_working": "cách tính khảo sát", "text": "nội dung", "tie_break": "tiêu chí xét khi bằng điểm",
    "requested_by": "người đề nghị", "title": "tiêu đề", "token": "liên kết công khai",
    "unlock_reason": "lý do mở khóa",
    "unlocked_at": "mở khóa lúc", "username": "tên đăng nhập", "stage": "giai đoạn", "imported": "đã nhập",
    "work_id": "lượt thẩm định", "sessions_ended": "số lần kết thúc phiên",
    "not_submitted_agencies": "không gửi", "due": "hạn", "accounts": "số tài khoản",
    "assignments_removed": "số phân công đã bỏ", "bands": "mức xếp loại", "changed": "số đã sửa",
    "files": "số tệp", "leaves": "số điểm", "made": "số đã thêm", "rows": "số dòng", "scores": "số điểm",
    "sets": "bộ tiêu chí", "account_types": "loại tài khoản phải dùng",
    "address": "địa chỉ mạng", "through": "bằng", "score_id": "dòng của phiếu",
    "subject": "người dùng đăng nhập một lần", "operator": "người thực hiện trên máy chủ",
    "names": "số tên đăng nhập", "reset_request_id": "đề nghị cấp lại mật khẩu", "asked_by_id": "người đề nghị",
    "without_second_factor": "gỡ cả xác thực hai lớp",
    "about_agency_id": "về cơ quan", "campaign_id": "đợt khảo sát", "channel": "kênh trả lời",
    "daily_cap": "số phiếu mỗi mạng mỗi ngày", "mode": "cách trả lời", "points_at": "tính điểm lúc",
    "removed_at": "loại lúc", "removed_by_id": "người loại", "responses": "các phiếu",
    "restored_at": "khôi phục lúc", "revoked_at": "thu hồi lúc",
    "answers": "câu trả lời", "bound_at": "gắn lúc",
    "browser_mark": "mã trình duyệt", "confirmed_at": "xác nhận lúc",
    "content": "nội dung", "fields": "điểm lĩnh vực", "grade": "xếp loại", "groups": "nhóm",
    "permissions": "quyền", "rank": "hạng", "recovery_codes": "mã dự phòng", "roles": "loại tài khoản",
    "saved_at": "lưu lúc", "saved_by_id": "người lưu", "secret": "khóa bí mật", "version": "phiên bản",
    "network": "mạng", "paper_number": "số phiếu giấy", "removal_id": "lần loại", "codes": "mã trả lời",
    "by_id": "người nhắc", "letters": "số thư", "decided_on": "ngày quyết định", "signer": "người ký",
    "published_by_id": "người đăng", "ended_at": "gỡ lúc", "end_reason": "lý do gỡ", "ended_by_id": "người gỡ",
    "asked_left": "giải trình chưa trả lời khi kết luận", "kept_left": "chênh lệch giữ điểm thẩm định",
    "reading": "kết quả đối chiếu, chữ ký số", "confirmed": "người gửi xác nhận",
    "announcement_id": "thông báo", "guide": "hướng dẫn", "assignment_id": "phân công",
}  # fmt: skip

STATES_OF = {
    "AppraiserWork": WORK_NAMES,
    "CriteriaSet": SET_NAMES,
    "Round": ROUND_NAMES,
    "Sheet": SHEET_NAMES,
    "AccountRequest": {"pending": "Chờ xử lý", "approved": "Đã duyệt", "refused": "Từ chối"},
    "ResetRequest": {"pending": "Chờ xử lý", "approved": "Đã cấp", "refused": "Từ chối"},
    "ManagerReset": {"pending": "Chờ xác nhận", "confirmed": "Đã cấp", "refused": "Từ chối"},
    "UnlockRequest": {"pending": "Chờ xác nhận", "confirmed": "Đã mở khóa", "refused": "Không mở khóa"},
    "Proposal": PROPOSAL_NAMES,
    "ProposalMessage": PROPOSAL_NAMES,
}
VALUES = {
    "programme": PROGRAMME_NAMES,
    "linked_programme": PROGRAMME_NAMES,
    "method": METHOD_NAMES,
    "assessed_by": {"self": "Đơn vị tự chấm", "council": "Hội đồng chấm", "survey": "Khảo sát"},
    "audience": {
        "official": "Cán bộ, công chức",
        "citizen": "Người dân, tổ chức",
        "agency": "Cơ quan, đơn vị",
    },
    "kind": {
        "criteria": "Kiến nghị về tiêu chí",
        "fault": "Phản ánh lỗi phần mềm",
        "scale": "Thang mức độ",
        "choice": "Chọn một phương án",
        "text": "Ý kiến tự do",
    },
    "channel": CHANNEL_NAMES,
    "mode": {"codes": "Mã trả lời", "link": "Liên kết mở"},
    "source": {"screen": "Màn hình", "import": "Tệp nhập"},
    "through": {"password": "mật khẩu", "single_sign_on": "đăng nhập một lần"},
    "status": {"current": "còn hiệu lực", "withdrawn": "đã rút lại"},
}
UNSAID = {
    "asked_by_id",
    "id",
    "token",
    "sha256",
    "rule",
    "findings",
    "field_code",
    "level",
    "media_type",
    "row_set",
}
UNSAID |= {"saved_at", "saved_by_id"}  # the event says when and by whom
HIDDEN = "***"
FINGERPRINT = re.compile(r"[0-9a-f]{8}:[0-9a-f]{32}")
LONGEST = 160
MOMENT = re.compile(r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d(:\d\d(\.\d+)?)?([+-]\d\d:\d\d|Z)")
DAY = re.compile(r"\d{4}-\d\d-\d\d")
NUMBER = re.compile(r"-?\d+\.\d+")

Names = Mapping[str, Mapping[int, str]]
"""Column that holds an id → id → name."""


def change_lines(changes: dict[str, Any], noun: str = "", names: Names | None = None) -> list[str]:
    """One line a column: ``hạn: 31/12/2026 → 05/01/2027``; a pair is old and new, anything else a detail."""
    return [
        f"{said(COLUMNS.get(name, name))}: {_words(value, _meanings(name, noun, names or {}))}"
        for name, value in changes.items()
        if name not in UNSAID
    ]


def _meanings(name: str, noun: str, names: Names) -> Mapping[Any, str]:
    if name == "state":
        return STATES_OF.get(noun, {})
    return VALUES.get(name) or names.get(name, {})


def _words(value: Any, meanings: Mapping[Any, str]) -> str:
    if isinstance(value, list) and len(value) == 2:
        old, new = (_plain(item, meanings) for item in value)
        return new if value[0] is None else f"{old} → {new}"
    items = value if isinstance(value, list) else [value]
    return ", ".join(_plain(item, meanings) for item in items)


def _plain(value: Any, meanings: Mapping[Any, str]) -> str:
    if value is None or value == "":
        return formats.NONE
    if isinstance(value, bool):
        return said("Có") if value else said("Không")
    if isinstance(value, str) and FINGERPRINT.fullmatch(value):
        return HIDDEN
    if isinstance(value, (str, int)) and value in meanings:
        return said(meanings[value])
    text = _local(str(value))
    return text if len(text) <= LONGEST else text[:LONGEST] + "…"


def _local(text: str) -> str:
    """Times, days and decimals, kept as ISO text, in the province's writing."""
    if MOMENT.fullmatch(text):
        return formats.moment(datetime.fromisoformat(text))
    if DAY.fullmatch(text):
        return formats.day(date.fromisoformat(text))
    return formats.points(Decimal(text)) if NUMBER.fullmatch(text) else text
