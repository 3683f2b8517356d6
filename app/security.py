"""Who may open what: the account types' grants as one table, and FAB's security manager with our sessions.

A grant names a view and its permissions. ``read`` and ``write`` belong to the working screens, ``list``, ``show``,
``add``, ``edit``, ``delete`` to the registers, ``menu`` shows the entry in the sidebar. Which *rows* an account
reaches is decided in each system's ``policy.py``; what it may *do* to them, in the operations.
"""

from flask import current_app, flash, g, redirect, request, session, url_for
from flask_appbuilder.security.sqla.manager import SecurityManager
from flask_babel import gettext as _

from app import audit, row_access, tokens
from app.accounts import ADMINISTRATOR, APPRAISER, DATA_ENTRY, MANAGER, asker_of
from app.clock import now
from app.errors import NotAllowed, Sentence
from app.models import Account
from app.sign_in.entering import mark
from app.sign_in.known_devices import asking_subscriber
from app.sign_in.session_view import SessionView
from app.sign_in.sessions import find_session, note_seen
from app.tokens import is_api

_READ, _WORK = "read menu", "read write menu"
_REGISTER = "list show add edit delete menu"
_LOOK = "list show menu"
_DATA = (
    "GroupApi",
    "AgencyApi",
    "CriteriaSetApi",
    "CriterionApi",
    "RoundApi",
    "ResultApi",
    "SheetApi",
    "ScoreApi",
)
_EVERYONE = {
    "HomeView": _WORK,
    "PasswordView": "this_form_get this_form_post",
    "OwnSessionsView": "read write",
    "SecondFactorView": "read write",
    "ShownOnceView": "read write",
    "GuideView": _READ,
    "SearchView": _READ,
    "ApiGuideView": "read",
    "OpenApi": "get",
} | dict.fromkeys(_DATA, "get info")

GRANTS: dict[str, dict[str, str]] = {
    DATA_ENTRY: _EVERYONE
    | {
        "SheetView": _WORK,
        "ReformSheets": "menu",
        "TaskSheets": "menu",
        "ReportView": "read write",
        "EvidenceView": _WORK,
        "SurveyView": _WORK,
        "ResultView": _READ,
        "AccountRequestView": "list show add menu",
        "Accounts": "menu",
        "ProposalView": "list show add menu",
        "AnnouncementView": _LOOK,
        "Work": "menu",
        "Office": "menu",
    },
    APPRAISER: _EVERYONE
    | {
        "AppraisalView": _WORK,
        "ReformAppraisals": "menu",
        "TaskAppraisals": "menu",
        "EvidenceView": "read",
        "ResultView": _READ,
        "ProposalView": "list show add menu",
        "AnnouncementView": _LOOK,
        "Work": "menu",
        "Office": "menu",
    },
    MANAGER: _EVERYONE
    | {
        "SheetView": "read",
        "ReportView": "read",
        "EvidenceView": "read",
        "RoundDeskView": _WORK,
        "ProgressView": _WORK,
        "AssignmentDeskView": _WORK,
        "DifferenceView": _WORK,
        "CriteriaDeskView": _WORK,
        "SurveyDeskView": _WORK,
        "SurveyCodesView": "read write",
        "SurveyReviewView": "read write",
        "AccountDeskView": _WORK,
        "SecondFactorRuleView": _WORK,
        "ResultView": _WORK,
        "GridView": "grid menu",
        "AgencyDeskView": "read write",
        "AgencyGroupView": _REGISTER,
        "AgencyView": _REGISTER,
        "CriteriaSetView": _REGISTER,
        "CriterionView": _REGISTER,
        "RoundView": "list show edit menu",
        "AssignmentView": "list show delete menu",
        "ExtensionView": _LOOK,
        "SurveyFormView": _REGISTER,
        "SurveyQuestionView": "list show add edit delete",
        "AccountView": "list show add edit menu",
        "AccountRequestView": _LOOK,
        "ResetRequestView": _LOOK,
        "AnnouncementView": _REGISTER,
        "ProposalView": "list show add edit menu",
        "AuditView": _LOOK,
        "Work": "menu",
        "Registers": "menu",
        "Accounts": "menu",
        "Office": "menu",
        "System": "menu",
        "ApiGuideView": _READ,
    },
    ADMINISTRATOR: _EVERYONE
    | {
        "SystemView": _READ,
        "ApiGuideView": _READ,
        "System": "menu",
        "AnnouncementView": _LOOK,
        "Office": "menu",
    },
}


def fab_roles() -> dict[str, list[list[str]]]:
    """``GRANTS`` in the form of ``FAB_ROLES``; FAB matches prefixes, so every pattern is anchored."""
    return {role: [_pair(view, words) for view, words in grants.items()] for role, grants in GRANTS.items()}


def _pair(view: str, words: str) -> list[str]:
    names = ["menu_access" if word == "menu" else f"can_{word}" for word in words.split()]
    return [f"{view}$", f"(?:{'|'.join(names)})$"]


def _session_ended() -> bool:
    """Whether the session is older than it may be, or has been left alone for too long."""
    moment, config = now().timestamp(), current_app.config
    age, idle = moment - session.get("_since", 0), moment - session.get("_seen", 0)
    return (
        age > config["PERMANENT_SESSION_LIFETIME"].total_seconds()
        or idle > config["SESSION_IDLE"].total_seconds()
    )


def _forget_ended_session() -> None:
    """Leave of a session that is over only the mark that makes the sign-in page say so."""
    for name in ("_user_id", "_mark", "_key", "_since", "_seen"):
        session.pop(name, None)
    session["_ended"] = True


OPEN_ALWAYS = {"SessionView.logout", "LocaleView.index", "static", "appbuilder.static"}
PASSWORD_PAGES = {"PasswordView.this_form_get", "PasswordView.this_form_post"}
SECOND_FACTOR_PAGES = {
    "SecondFactorView.show",
    "SecondFactorView.begin",
    "SecondFactorView.confirm",
    "SessionView.province",  # proving once more who one is, where one came by single sign-on
    "SessionView.back",
}


PASSWORD_FIRST = Sentence("Đây là mật khẩu dùng một lần; hãy đổi mật khẩu trước khi tiếp tục.")
SECOND_FACTOR_FIRST = Sentence("Sở Nội vụ yêu cầu xác thực hai lớp; hãy bật trước khi tiếp tục.")


def _forced_page():
    """The one page that is open while something must be done first, or None; asked on every request."""
    if is_api() and (g.must_change_password or g.must_enrol):
        raise NotAllowed((PASSWORD_FIRST if g.must_change_password else SECOND_FACTOR_FIRST).template)
    if g.must_change_password and request.endpoint not in OPEN_ALWAYS | PASSWORD_PAGES:
        flash(_(PASSWORD_FIRST.template), "warning")
        return redirect(url_for("PasswordView.this_form_get"))
    pages = OPEN_ALWAYS | SECOND_FACTOR_PAGES | (PASSWORD_PAGES if g.must_change_password else set())
    if g.must_enrol and request.endpoint not in pages:
        flash(_(SECOND_FACTOR_FIRST.template), "warning")
        return redirect(url_for("SecondFactorView.show"))
    return None


class ProvinceSecurity(SecurityManager):
    """Our accounts, our sign-in, and sessions that end, over FAB's rights."""

    user_model = Account
    authdbview = SessionView

    def __init__(self, appbuilder):
        self._granted: dict[tuple[str, str, str], bool] = {}
        super().__init__(appbuilder)

    def _has_access_builtin_roles(self, role, permission_name: str, view_name: str) -> bool:
        """FAB's answer, kept: what a type of account may open is fixed when the application starts."""
        asked = role.name, permission_name, view_name
        if asked not in self._granted:
            self._granted[asked] = super()._has_access_builtin_roles(role, permission_name, view_name)
        return self._granted[asked]

    def register_views(self):
        """Our own sign-in alone: FAB's registers of users, roles and permissions have no place here."""
        self.auth_view = self.authdbview()
        self.appbuilder.add_view_no_menu(self.auth_view)
        self.limit_sign_ins(self.auth_view)

    def limit_sign_ins(self, view) -> None:
        """A subscriber has one number of tries, whether on the page or for a token of the API."""
        limit = self.limiter.shared_limit(self.auth_rate_limit, scope="sign-in", methods=["POST"])
        limit(view.blueprint)

    def load_user(self, pk):
        """Who the cookie's session belongs to, while both are in force; one statement."""
        if _session_ended():
            return None
        with row_access.asking(row_access.own_session(int(pk))):
            live = find_session(int(pk), session.get("_key", ""))
        if live is None:
            return None
        account = live.account
        if not account.active or account.locked_at is not None or session.get("_mark") != mark(account):
            return None
        g.live_session = live
        row_access.ask_as(asker_of(account))
        return account

    def create_limiter(self, app):
        """FAB's, counting by subscriber wherever a limit does not say otherwise: an IPv6 /64 is one."""
        app.config["RATELIMIT_KEY_FUNC"] = asking_subscriber
        return super().create_limiter(app)

    def create_jwt_manager(self, app):
        app.config["JWT_SECRET_KEY"] = tokens.key_from(app.config["SECRET_KEY"])
        return tokens.watch(super().create_jwt_manager(app))

    def load_user_jwt(self, _header, claims):
        """The account behind a token of the API, whose session is in force as a browser's is; None refuses it."""
        with row_access.asking(row_access.own_session(int(claims["sub"]))):
            live = find_session(int(claims["sub"]), claims.get(tokens.SESSION, ""))
        account = live.account if live is not None else None
        if account is None or not account.active or account.locked_at or account.must_change_password:
            return None
        if live.must_enrol:
            return None
        g.user, g.account_id = account, account.id
        row_access.ask_as(asker_of(account))
        return account

    @staticmethod
    def before_request():
        SecurityManager.before_request()
        if (request.endpoint or "").endswith("static"):
            return None  # a picture neither needs the person nor keeps the session awake
        account = g.user._get_current_object() if g.user.is_authenticated else None
        audit.bind(account, request_id=g.get("request_id", ""), address=request.remote_addr or "")
        if account is None:
            if "_user_id" in session:
                _forget_ended_session()
            return None
        live = g.live_session
        g.account_id, g.session_id, g.must_enrol = account.id, live.id, live.must_enrol
        g.unread = live.unread  # notices; the menu tells their number on every page
        g.unconfirmed = live.unconfirmed
        g.must_change_password = account.must_change_password and live.through == "password"
        session["_seen"] = now().timestamp()
        note_seen(live, at=now())
        return _forced_page()
