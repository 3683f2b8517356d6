"""Which screens there are and where they stand in the menu; the screens themselves live in each system's ``views``.

A row is (view, label, icon, category); without a label the screen has no entry. Names of entries and categories
are the ones granted in ``app/security.py``.
"""

from flask_appbuilder import AppBuilder
from flask_babel import lazy_gettext as _l

from app.scoring.views.assignments import AssignmentDeskView
from app.scoring.views.criteria import CriteriaDeskView
from app.scoring.views.evidence import EvidenceView
from app.scoring.views.explanations import ExplanationView
from app.scoring.views.home import HomeView
from app.scoring.views.progress import ProgressView
from app.scoring.views.public import PublicSurveyView, PublicView, VerificationView
from app.scoring.views.results import ResultView
from app.scoring.views.round_acts import RoundDeskView
from app.scoring.views.sheet_rows import SheetRowView
from app.scoring.views.sheet_steps import SheetStepView
from app.scoring.views.sheets import SheetView
from app.scoring.views.surveys import SurveyView
from app.scoring.views.system import SystemView
from app.security import PasswordView

__all__ = ["PublicView", "register"]

CATEGORIES = {
    "Work": _l("Chấm điểm"),
    "Registers": _l("Danh mục"),
    "Accounts": _l("Tài khoản"),
    "Office": _l("Trao đổi"),
    "System": _l("Hệ thống"),
}

MENU = [
    (HomeView, _l("Trang chủ"), "fa-house", ""),
    (PasswordView, None, "", ""),
    (VerificationView, None, "", ""),
    (PublicSurveyView, None, "", ""),
    (ProgressView, _l("Tiến độ"), "fa-bars-progress", "Work"),
    (ResultView, _l("Kết quả, xếp hạng"), "fa-ranking-star", "Work"),
    (SystemView, _l("Tình trạng hệ thống"), "fa-server", "System"),
    (RoundDeskView, _l("Kỳ chấm điểm"), "fa-calendar-check", "Work"),
    (CriteriaDeskView, _l("Bộ tiêu chí"), "fa-list-check", "Work"),
    (AssignmentDeskView, _l("Phân công thẩm định"), "fa-people-arrows", "Work"),
    (SheetView, None, "", ""),
    (SheetRowView, None, "", ""),
    (SheetStepView, None, "", ""),
    (ExplanationView, None, "", ""),
    (EvidenceView, _l("Tài liệu kiểm chứng"), "fa-folder-open", "Work"),
    (SurveyView, _l("Trả lời khảo sát"), "fa-square-poll-vertical", "Work"),
]

LINKS = [
    ("ReformSheets", _l("Đánh giá cải cách hành chính"), "fa-list-check", "Work", "/sheets/cchc/"),
    ("TaskSheets", _l("Hoàn thành nhiệm vụ"), "fa-clipboard-check", "Work", "/sheets/htnv/"),
]


def register(appbuilder: AppBuilder) -> None:
    for name, label, icon, category, url in LINKS:
        appbuilder.add_link(
            name,
            href=url,
            label=label,
            icon=icon,
            category=category,
            category_label=CATEGORIES[category],
        )
    for view, label, icon, category in MENU:
        if label is None:
            appbuilder.add_view_no_menu(view)
            continue
        appbuilder.add_view(
            view,
            view.__name__,
            icon=icon,
            label=label,
            category=category,
            category_label=CATEGORIES.get(category, ""),
        )
