"""Which screens there are and where they stand in the menu; the screens themselves live in each system's ``views``.

A row is (view, label, icon, category); without a label the screen has no entry. Names of entries and categories
are the ones granted in ``app/security.py``.
"""

from flask_appbuilder import AppBuilder
from flask_babel import lazy_gettext as _l

from app.scoring.views.appraisals import AppraisalView
from app.scoring.views.assignments import AssignmentDeskView
from app.scoring.views.criteria import CriteriaDeskView
from app.scoring.views.differences import DifferenceView
from app.scoring.views.home import HomeView
from app.scoring.views.public import PublicView
from app.scoring.views.round_acts import RoundDeskView
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
    (AppraisalView, None, "", ""),
    (DifferenceView, _l("Chênh lệch, kết luận"), "fa-scale-balanced", "Work"),
    (PasswordView, None, "", ""),
    (RoundDeskView, _l("Kỳ chấm điểm"), "fa-calendar-check", "Work"),
    (CriteriaDeskView, _l("Bộ tiêu chí"), "fa-list-check", "Work"),
    (AssignmentDeskView, _l("Phân công thẩm định"), "fa-people-arrows", "Work"),
]

LINKS = [
    ("ReformAppraisals", _l("Thẩm định Cải cách hành chính"), "fa-list-check", "Work", "/appraisals/cchc/"),
    ("TaskAppraisals", _l("Thẩm định Hoàn thành nhiệm vụ"), "fa-clipboard-check", "Work", "/appraisals/htnv/"),
]


def register(appbuilder: AppBuilder) -> None:
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
    for name, label, icon, category, url in LINKS:
        appbuilder.add_link(
            name,
            href=url,
            label=label,
            icon=icon,
            category=category,
            category_label=CATEGORIES[category],
        )
