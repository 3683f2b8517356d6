"""Help in place: for each step its article of the Regulation, what it says, and the part of the guide that shows how.

The Regulation is 192/QĐ-UBND, Thanh Hóa, 18/01/2021; the sentences are shortened from it. A page shows its own help
beside its heading (``ui.page_header``).
"""

from typing import NamedTuple

from flask import Flask, g, request
from flask_babel import lazy_gettext as _l

from app.accounts import is_data_entry

ENTRY, APPRAISAL, MANAGING, TECHNICAL, INDEX = "nhap-lieu", "tham-dinh", "quan-ly", "quan-tri", "README"


class Help(NamedTuple):
    """``article`` may be empty: the step is ours. ``anchor`` is a heading of the guide."""

    article: str
    words: str
    guide: str
    anchor: str


_FILL = _l("Nhập liệu theo từng tiêu chí, giải trình, đính kèm tài liệu kiểm chứng, tự đánh giá số điểm.")
_APPROVE = _l("Sau khi nhập liệu, lãnh đạo kết xuất, phê duyệt báo cáo; cơ quan đính và gửi báo cáo đúng thời hạn.")
_APPRAISE = _l("Chấm điểm từng tiêu chí theo báo cáo và tài liệu; nêu lý do nếu điểm khác điểm tự đánh giá.")
_LOCK = _l("Gửi kết quả là kết thúc việc thẩm định; phần mềm tự động khóa tài khoản sau khi gửi.")
_SUM = _l("Phần mềm tự tổng hợp sau khi thẩm định xong, xếp thứ hạng theo điểm từ cao xuống thấp.")
_REPORT = _l("Sở Nội vụ kết xuất báo cáo, gửi Tổ thẩm định, Hội đồng thẩm định thống nhất trình UBND tỉnh.")
_ACCOUNTS = _l("Sở Nội vụ cấp, phân quyền tài khoản; đơn vị trực thuộc cần tài khoản thì thống nhất với Sở Nội vụ.")
_SETS = _l("Bộ tiêu chí trong phần mềm phải thống nhất với hồ sơ giấy và có giá trị tương đương.")
_URGE = _l("Sở Nội vụ kiểm tra, đôn đốc các cơ quan, đơn vị và báo cáo kết quả thực hiện.")
_SHARE = _l("Các sở, ngành phân công người thẩm định số liệu thuộc nhiệm vụ được giao.")
_EXPLAIN = _l("Giải trình trong thời hạn Sở Nội vụ đặt; Hội đồng kết luận điểm cuối cùng.")
_SURVEY = _l("Phiếu khảo sát là một phần của việc nhập liệu; mỗi người trả lời một lần về mỗi cơ quan.")
_PASSWORD = _l("Thay đổi mật khẩu được cấp và tự bảo mật tài khoản.")
_PROPOSE = _l("Kiến nghị sửa đổi, bổ sung bộ tiêu chí; phản ánh lỗi, vướng mắc khi dùng phần mềm.")
_MACHINE = _l("Bảo đảm kỹ thuật để phần mềm hoạt động liên tục, an toàn.")

HELP = {
    "SheetView.show": Help("9.1", _FILL, ENTRY, "2-chấm-từng-tiêu-chí"),
    "SheetView.check": Help("9.2", _APPROVE, ENTRY, "5-kiểm-tra-trước-khi-gửi"),
    "SheetView.receipt": Help("9.3", _APPROVE, ENTRY, "7-ký-đính-và-gửi-điều-93"),
    "SheetWorkbookView.form": Help("9.1", _FILL, ENTRY, "2-chấm-từng-tiêu-chí"),
    "ExplanationView.explanations": Help("", _EXPLAIN, ENTRY, "8-giải-trình-khi-sở-nội-vụ-yêu-cầu"),
    "OutcomeView.show": Help("11.1", _SUM, ENTRY, "9-xem-kết-quả"),
    "EvidenceView.index": Help("9.1", _FILL, ENTRY, "3-đính-tài-liệu-kiểm-chứng"),
    "LibraryView.rows": Help("9.1", _FILL, ENTRY, "3-đính-tài-liệu-kiểm-chứng"),
    "SurveyView.form": Help("9.1", _SURVEY, ENTRY, "4-trả-lời-phiếu-khảo-sát"),
    "SurveyView.index": Help("9.1", _SURVEY, ENTRY, "4-trả-lời-phiếu-khảo-sát"),
    "AppraisalView.index": Help("10.1", _APPRAISE, APPRAISAL, "1-xem-phần-việc"),
    "AppraisalView.desk": Help("10.1", _APPRAISE, APPRAISAL, "1-xem-phần-việc"),
    "AppraisalView.agency": Help("10.2", _APPRAISE, APPRAISAL, "2-chấm-theo-cơ-quan"),
    "AppraisalView.criterion": Help("10.2", _APPRAISE, APPRAISAL, "4-chấm-theo-tiêu-chí"),
    "AppraisalWorkbookView.form": Help("10.2", _APPRAISE, APPRAISAL, "2-chấm-theo-cơ-quan"),
    "AppraisalView.send": Help("10.3", _LOCK, APPRAISAL, "5-gửi-kết-quả-điều-103"),
    "CriteriaDeskView.sets": Help("6.2", _SETS, MANAGING, "1-danh-mục-cơ-quan-và-bộ-tiêu-chí"),
    "CriteriaDeskView.show": Help("6.2", _SETS, MANAGING, "1-danh-mục-cơ-quan-và-bộ-tiêu-chí"),
    "CriteriaDeskView.import_form": Help("6.2", _SETS, MANAGING, "1-danh-mục-cơ-quan-và-bộ-tiêu-chí"),
    "RoundDeskView.rounds": Help("12.2", _URGE, MANAGING, "2-mở-kỳ-chấm-điểm-và-phân-công-thẩm-định"),
    "RoundDeskView.show": Help("12.2", _URGE, MANAGING, "2-mở-kỳ-chấm-điểm-và-phân-công-thẩm-định"),
    "RoundDeskView.new": Help("12.2", _URGE, MANAGING, "2-mở-kỳ-chấm-điểm-và-phân-công-thẩm-định"),
    "RoundDeskView.prepare": Help("12.2", _URGE, MANAGING, "2-mở-kỳ-chấm-điểm-và-phân-công-thẩm-định"),
    "AssignmentDeskView.show": Help("14.1", _SHARE, MANAGING, "2-mở-kỳ-chấm-điểm-và-phân-công-thẩm-định"),
    "AccountDeskView.desk": Help("6.1", _ACCOUNTS, MANAGING, "3-cấp-tài-khoản-điều-61-8"),
    "AccountDeskView.import_form": Help("6.1", _ACCOUNTS, MANAGING, "3-cấp-tài-khoản-điều-61-8"),
    "SurveyCodesView.codes": Help("9.1", _SURVEY, MANAGING, "4-khảo-sát"),
    "SurveyDeskView.show": Help("9.1", _SURVEY, MANAGING, "4-khảo-sát"),
    "SurveyReviewView.review": Help("9.1", _SURVEY, MANAGING, "4-khảo-sát"),
    "SurveyReviewView.sources": Help("9.1", _SURVEY, MANAGING, "4-khảo-sát"),
    "ProgressView.show": Help("12.2", _URGE, MANAGING, "6-theo-dõi-tiến-độ-và-nhắc-việc-điều-122"),
    "ProgressView.reminder": Help("12.2", _URGE, MANAGING, "6-theo-dõi-tiến-độ-và-nhắc-việc-điều-122"),
    "ProgressView.appraisers": Help("12.2", _URGE, MANAGING, "6-theo-dõi-tiến-độ-và-nhắc-việc-điều-122"),
    "ProgressView.sheet": Help("12.2", _URGE, MANAGING, "5-gia-hạn-trả-lại-phiếu"),
    "RoundDeskView.before_appraisal": Help("10.1", _APPRAISE, MANAGING, "7-chuyển-sang-thẩm-định"),
    "RoundDeskView.before_conclusion": Help("11.2", _REPORT, MANAGING, "10-kết-luận-công-bố-chuẩn-bị-năm-sau"),
    "DifferenceView.round": Help("11.1", _SUM, MANAGING, "8-chênh-lệch-giải-trình-kết-luận-của-hội-đồng"),
    "DifferenceView.agency": Help("", _EXPLAIN, MANAGING, "8-chênh-lệch-giải-trình-kết-luận-của-hội-đồng"),
    "DifferenceView.appraisers": Help("10.3", _LOCK, MANAGING, "7-chuyển-sang-thẩm-định"),
    "ResultView.show": Help("11.2", _REPORT, MANAGING, "9-kết-quả-xếp-hạng-xuất-báo-cáo-điều-11"),
    "ResultView.agency": Help("11.1", _SUM, MANAGING, "9-kết-quả-xếp-hạng-xuất-báo-cáo-điều-11"),
    "WhatIfView.what_if": Help("11.2", _REPORT, MANAGING, "9-kết-quả-xếp-hạng-xuất-báo-cáo-điều-11"),
    "PasswordView.this_form_get": Help("16.1", _PASSWORD, INDEX, "đăng-nhập-lần-đầu"),
    "ProposalView.list": Help("15.2", _PROPOSE, INDEX, "điều-chung"),
    "SystemView.facts": Help("13", _MACHINE, TECHNICAL, "1-xem-tình-trạng"),
}

# Steps that a clerk comes to as well, with the clerk's own part of the guide.
CLERKS = {
    "ResultView.show": Help("11.1", _SUM, ENTRY, "9-xem-kết-quả"),
    "ResultView.agency": Help("11.1", _SUM, ENTRY, "9-xem-kết-quả"),
}


def help_here() -> Help | None:
    here = request.endpoint or ""
    if here in CLERKS and is_data_entry(g.user):
        return CLERKS[here]
    return HELP.get(here)


def init_app(app: Flask) -> None:
    app.jinja_env.globals["help_here"] = help_here
