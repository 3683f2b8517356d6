"""Which screens there are and where they stand in the menu; the screens themselves live in each system's ``views``.

A row is (view, label, icon, category). Names of entries and categories are the ones granted in
``app/security.py``.
"""

from flask_appbuilder import AppBuilder
from flask_babel import lazy_gettext as _l

from app.account_desk import AccountDeskView, SecondFactorRuleView
from app.account_views import AccountRequestView, AccountView, PublicAccountView, ResetRequestView
from app.grid import GridView
from app.guides import GuideView
from app.own_account import OwnSessionsView, PasswordView, SecondFactorView
from app.registers import AgencyGroupView, AgencyView, AnnouncementView, AuditView, ProposalView
from app.scoring.api import RESOURCES
from app.scoring.views.agencies import AgencyDeskView
from app.scoring.views.appraisal_workbook import AppraisalWorkbookView
from app.scoring.views.appraisals import AppraisalView
from app.scoring.views.assignments import AssignmentDeskView
from app.scoring.views.criteria import CriteriaDeskView
from app.scoring.views.differences import DifferenceView
from app.scoring.views.evidence import EvidenceView
from app.scoring.views.explanations import ExplanationView
from app.scoring.views.home import HomeView
from app.scoring.views.library import LibraryView
from app.scoring.views.outcome import OutcomeView
from app.scoring.views.progress import ProgressView
from app.scoring.views.public import PublicView, VerificationView
from app.scoring.views.public_surveys import PublicSurveyView
from app.scoring.views.registers import (
    AssignmentView,
    CriteriaSetView,
    CriterionView,
    ExtensionView,
    RoundView,
)
from app.scoring.views.reports import ReportView
from app.scoring.views.results import ResultView
from app.scoring.views.round_acts import RoundDeskView
from app.scoring.views.sheet_rows import SheetRowView
from app.scoring.views.sheet_steps import SheetStepView
from app.scoring.views.sheet_workbook import SheetWorkbookView
from app.scoring.views.sheets import SheetView
from app.scoring.views.survey_codes import SurveyCodesView
from app.scoring.views.survey_desk import SurveyDeskView
from app.scoring.views.survey_registers import SurveyFormView, SurveyQuestionView
from app.scoring.views.survey_review import SurveyReviewView
from app.scoring.views.surveys import SurveyView
from app.scoring.views.system import SystemView
from app.scoring.views.what_if import WhatIfView
from app.search import SearchView
from app.shown_once import ShownOnceView
from app.web import openapi

__all__ = ["PublicView", "register"]

CATEGORIES = {
    "Work": _l("Chấm điểm"),
    "Registers": _l("Danh mục"),
    "Accounts": _l("Tài khoản"),
    "Office": _l("Trao đổi"),
    "System": _l("Hệ thống"),
}

MENU = [
    (RoundDeskView, _l("Kỳ chấm điểm"), "fa-calendar-check", "Work"),
    (CriteriaDeskView, _l("Bộ tiêu chí"), "fa-list-check", "Work"),
    (AssignmentDeskView, _l("Phân công thẩm định"), "fa-people-arrows", "Work"),
    (ProgressView, _l("Tiến độ"), "fa-bars-progress", "Work"),
    (DifferenceView, _l("Chênh lệch, kết luận"), "fa-scale-balanced", "Work"),
    (SurveyDeskView, _l("Khảo sát"), "fa-square-poll-horizontal", "Work"),
    (ResultView, _l("Kết quả, xếp hạng"), "fa-ranking-star", "Work"),
    (EvidenceView, _l("Tài liệu kiểm chứng"), "fa-folder-open", "Work"),
    (SurveyView, _l("Trả lời khảo sát"), "fa-square-poll-vertical", "Work"),
    (AgencyGroupView, _l("Khối cơ quan"), "fa-layer-group", "Registers"),
    (AgencyView, _l("Cơ quan, đơn vị"), "fa-building", "Registers"),
    (CriteriaSetView, _l("Danh sách bộ tiêu chí"), "fa-book", "Registers"),
    (CriterionView, _l("Tiêu chí dự thảo"), "fa-pen-to-square", "Registers"),
    (RoundView, _l("Danh sách kỳ"), "fa-calendar-days", "Registers"),
    (AssignmentView, _l("Danh sách phân công"), "fa-user-tag", "Registers"),
    (ExtensionView, _l("Gia hạn"), "fa-calendar-plus", "Registers"),
    (SurveyFormView, _l("Phiếu khảo sát"), "fa-square-poll-horizontal", "Registers"),
    (GridView, _l("Lưới quản trị"), "fa-table-cells", "Registers"),
    (AccountDeskView, _l("Xử lý tài khoản"), "fa-user-clock", "Accounts"),
    (AccountView, _l("Tài khoản"), "fa-users", "Accounts"),
    (AccountRequestView, _l("Đăng ký cấp tài khoản"), "fa-user-plus", "Accounts"),
    (ResetRequestView, _l("Đề nghị cấp lại mật khẩu"), "fa-key", "Accounts"),
    (SecondFactorRuleView, _l("Quy định xác thực hai lớp"), "fa-shield-halved", "Accounts"),
    (AnnouncementView, _l("Thông báo, hướng dẫn"), "fa-bullhorn", "Office"),
    (ProposalView, _l("Kiến nghị, phản ánh"), "fa-comment-dots", "Office"),
    (GuideView, _l("Hướng dẫn sử dụng"), "fa-circle-question", "Office"),
    (openapi.ApiGuideView, _l("Dữ liệu cho phần mềm khác"), "fa-plug", "System"),
    (SystemView, _l("Tình trạng hệ thống"), "fa-server", "System"),
    (AuditView, _l("Nhật ký"), "fa-clock-rotate-left", "System"),
]

# Entries of the menu that lead into a screen by programme, named as the Regulation names them.
LINKS = [
    ("ReformSheets", _l("Đánh giá cải cách hành chính"), "fa-list-check", "Work", "/sheets/cchc/"),
    ("TaskSheets", _l("Hoàn thành nhiệm vụ"), "fa-clipboard-check", "Work", "/sheets/htnv/"),
    ("ReformAppraisals", _l("Thẩm định Cải cách hành chính"), "fa-list-check", "Work", "/appraisals/cchc/"),
    (
        "TaskAppraisals",
        _l("Thẩm định Hoàn thành nhiệm vụ"),
        "fa-clipboard-check",
        "Work",
        "/appraisals/htnv/",
    ),
]

WITHOUT_ENTRY = [
    AgencyDeskView,
    AppraisalView,
    AppraisalWorkbookView,
    ExplanationView,
    LibraryView,
    OutcomeView,
    OwnSessionsView,
    PasswordView,
    PublicAccountView,
    PublicSurveyView,
    ReportView,
    SearchView,
    SecondFactorView,
    SheetRowView,
    SheetStepView,
    SheetView,
    SheetWorkbookView,
    ShownOnceView,
    SurveyCodesView,
    SurveyQuestionView,
    SurveyReviewView,
    VerificationView,
    WhatIfView,
]


def register(appbuilder: AppBuilder) -> None:
    appbuilder.add_view(HomeView, HomeView.__name__, icon="fa-house", label=_l("Trang chủ"))
    for view in WITHOUT_ENTRY:
        appbuilder.add_view_no_menu(view)
    for name, label, icon, category, url in LINKS:
        appbuilder.add_link(
            name, href=url, label=label, icon=icon, category=category, category_label=CATEGORIES[category]
        )
    for view, label, icon, category in MENU:
        appbuilder.add_view(
            view,
            view.__name__,
            icon=icon,
            label=label,
            category=category,
            category_label=CATEGORIES[category],
        )
    openapi.register(appbuilder, RESOURCES)
