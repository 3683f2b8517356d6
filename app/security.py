"""Who may open what: the account types' grants as one table, and FAB's security manager with our sign-in rules.

A grant names a view and its permissions. ``read`` and ``write`` belong to the working screens, ``list``, ``show``,
``add``, ``edit``, ``delete`` to the registers, ``menu`` shows the entry in the sidebar. Which *rows* an account
reaches is decided in each system's ``policy.py``; what it may *do* to them, in the operations.
"""

from datetime import timedelta

from flask import current_app, flash, g, redirect, request, session, url_for
from flask_appbuilder import expose
from flask_appbuilder.forms import DynamicForm
from flask_appbuilder.security.decorators import has_access, no_cache
from flask_appbuilder.security.forms import LoginForm_db
from flask_appbuilder.security.sqla.manager import SecurityManager
from flask_appbuilder.security.views import AuthDBView
from flask_appbuilder.utils.base import get_safe_redirect
from flask_appbuilder.views import BaseView
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import login_user, logout_user
from sqlalchemy import select
from sqlalchemy.orm import joinedload
from werkzeug.security import check_password_hash, generate_password_hash
from wtforms import PasswordField
from wtforms.validators import EqualTo, InputRequired, ValidationError

from app import audit, tokens
from app.accounts import ADMINISTRATOR, APPRAISER, DATA_ENTRY, MANAGER, end_other_sessions, find_account
from app.clock import now
from app.errors import NotAllowed, Sentence
from app.extensions import db
from app.models import Account
from app.text import fold
from app.tokens import is_api

WRONG_PASSWORDS, BARRED_FOR = 5, timedelta(minutes=15)
PASSWORD_LENGTH = 10
COMMON_PASSWORDS = ("password", "matkhau", "123456", "qwerty", "abc123", "admin", "chamdiem", "noivu")

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
    "PasswordView": "this_form_get this_form_post end_others",
    "GuideView": _READ,
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
        "AccountDeskView": _WORK,
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
        "ApiGuideView": _READ,
        "Work": "menu",
        "Registers": "menu",
        "Accounts": "menu",
        "Office": "menu",
        "System": "menu",
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


def password_problem(password: str, account: Account) -> str | None:
    """Why this password will not do, or None: ten characters, letters and digits, nothing common or its own name."""
    folded = fold(password)
    if len(password) < PASSWORD_LENGTH:
        return _("Mật khẩu phải có ít nhất %(count)s ký tự.", count=PASSWORD_LENGTH)
    if not any(c.isdigit() for c in password) or not any(c.isalpha() for c in password):
        return _("Mật khẩu phải có cả chữ và số.")
    if account.username.split(".")[0] in folded or any(word in folded for word in COMMON_PASSWORDS):
        return _("Mật khẩu dễ đoán; hãy chọn mật khẩu khác.")
    return None


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
    for name in ("_user_id", "_mark", "_since", "_seen"):
        session.pop(name, None)
    session["_ended"] = True


def session_mark(account: Account) -> str:
    """What binds a session to the password and to the owner's count: a change of either ends every other session."""
    return f"{(account.password or '')[-16:]}.{account.sessions_ended}"


def _begin_session(account: Account) -> None:
    session.permanent = True
    session["_mark"] = session_mark(account)
    session["_since"] = session["_seen"] = now().timestamp()


class SessionView(AuthDBView):
    """Sign-in and sign-out. Signing out is a POST: a foreign page cannot do it for someone."""

    @expose("/login/", methods=["GET", "POST"])
    @no_cache
    def login(self):
        if g.user.is_authenticated:
            return redirect(self._get_safe_next_url())
        form = LoginForm_db()
        if form.validate_on_submit():
            account = self.appbuilder.sm.auth_user_db(form.username.data, form.password.data)
            if account is not None:
                _begin_session(account)
                login_user(account, remember=False)
                return redirect(get_safe_redirect(request.args.get("next", "")))
            flash(g.get("sign_in_problem") or _("Tên đăng nhập hoặc mật khẩu không đúng."), "warning")
        elif session.pop("_ended", False):
            session.pop("_flashes", None)  # FAB has said that access is denied
            flash(_("Phiên làm việc đã hết; hãy đăng nhập lại."), "warning")
        return self.render_template(
            self.login_template, title=_("Đăng nhập"), form=form, appbuilder=self.appbuilder
        )

    @expose("/logout/", methods=["POST"])
    def logout(self):
        if g.user.is_authenticated:
            audit.record("signed_out", g.user, actor=g.user._get_current_object(), at=now())
            db.session.commit()
        logout_user()
        session.clear()
        return redirect(url_for("PublicView.index"))


class PasswordForm(DynamicForm):
    """Change of one's own password; asks for the old one."""

    old = PasswordField(
        _l("Mật khẩu hiện tại"), [InputRequired()], render_kw={"autocomplete": "current-password"}
    )
    new = PasswordField(_l("Mật khẩu mới"), [InputRequired()], render_kw={"autocomplete": "new-password"})
    again = PasswordField(
        _l("Nhập lại mật khẩu mới"),
        [InputRequired(), EqualTo("new", message=_l("Hai mật khẩu phải giống nhau."))],
        render_kw={"autocomplete": "new-password"},
    )

    def validate_old(self, field) -> None:
        if not check_password_hash(g.user.password, field.data or ""):
            raise ValidationError(_("Mật khẩu hiện tại không đúng."))

    def validate_new(self, field) -> None:
        problem = password_problem(field.data or "", g.user)
        if problem is None and check_password_hash(g.user.password, field.data):
            problem = _("Mật khẩu mới phải khác mật khẩu hiện tại.")
        if problem is not None:
            raise ValidationError(problem)


class PasswordView(BaseView):
    """Đổi mật khẩu: forced at the first sign-in, at any time later (Đ.16.1)."""

    route_base = "/password"
    default_view = "this_form_get"

    @expose("/", methods=["GET"])
    @has_access
    def this_form_get(self):
        return self._page(PasswordForm())

    @expose("/", methods=["POST"])
    @has_access
    def this_form_post(self):
        form = PasswordForm()
        if not form.validate():
            return self._page(form), 422
        account = g.user._get_current_object()
        account.password = generate_password_hash(form.new.data)
        account.must_change_password = False
        audit.record("password_changed", account, actor=account, at=now())
        db.session.commit()
        session["_mark"] = session_mark(account)
        flash(_("Đã đổi mật khẩu."), "success")
        return redirect(self.appbuilder.get_url_for_index)

    @expose("/others/", methods=["POST"])
    @has_access
    def end_others(self):
        """Sign out everywhere else; this session is bound anew."""
        account = g.user._get_current_object()
        end_other_sessions(account, at=now())
        db.session.commit()
        session["_mark"] = session_mark(account)
        flash(_("Đã đăng xuất khỏi mọi thiết bị khác."), "success")
        return redirect(url_for(".this_form_get"))

    def _page(self, form):
        return self.render_template("password.html", form=form, forced=g.user.must_change_password)


FORCED = Sentence("Đây là mật khẩu dùng một lần; hãy đổi mật khẩu trước khi tiếp tục.")
OPEN_WHILE_FORCED = {
    "PasswordView.this_form_get",
    "PasswordView.this_form_post",
    "SessionView.logout",
    "LocaleView.index",
    "static",
    "appbuilder.static",
}


def _working_account(account_id: int) -> Account | None:
    """The account with what every request asks of it; None when it may not work: inactive or locked."""
    query = (
        select(Account)
        .where(Account.id == account_id, Account.active, Account.locked_at.is_(None))
        .options(joinedload(Account.roles), joinedload(Account.groups), joinedload(Account.agency))
    )
    return db.session.scalars(query).unique().one_or_none()


class ProvinceSecurity(SecurityManager):
    """Locks, forced change of password and the end of sessions, over FAB's database sign-in."""

    user_model = Account
    authdbview = SessionView

    def register_views(self):
        """Our own sign-in alone: FAB's registers of users, roles and permissions have no place here."""
        self.auth_view = self.authdbview()
        self.appbuilder.add_view_no_menu(self.auth_view)
        self.limit_sign_ins(self.auth_view)

    def limit_sign_ins(self, view) -> None:
        """An address has one number of tries, whether on the page or for a token of the API."""
        limit = self.limiter.shared_limit(self.auth_rate_limit, scope="sign-in", methods=["POST"])
        limit(view.blueprint)

    def auth_user_db(self, username, password):
        account, moment = find_account(username or ""), now()
        if account is not None and account.barred_until and account.barred_until > moment:
            g.sign_in_problem = _("Sai mật khẩu nhiều lần; hãy thử lại sau %(minutes)s phút.", minutes=15)
            return None
        found = super().auth_user_db(username, password)
        if found is not None and found.locked_at is not None:
            g.sign_in_problem = _("Tài khoản đã khóa: %(reason)s", reason=found.lock_reason or "")
            audit.record("sign_in_refused", found, actor=found, at=moment)
            db.session.commit()
            return None
        return found

    def on_user_login_failed(self, user):
        audit.record("sign_in_failed", user, actor=None, at=now(), username=user.username)
        if user.fail_login_count >= WRONG_PASSWORDS:
            user.barred_until, user.fail_login_count = now() + BARRED_FOR, 0
        db.session.commit()

    def on_user_login(self, user):
        user.barred_until = None
        audit.record("signed_in", user, actor=user, at=now())
        db.session.commit()

    def load_user(self, pk):
        account = None if _session_ended() else _working_account(int(pk))
        return account if account is not None and session.get("_mark") == session_mark(account) else None

    def create_jwt_manager(self, app):
        app.config["JWT_SECRET_KEY"] = tokens.key_from(app.config["SECRET_KEY"])
        return tokens.watch(super().create_jwt_manager(app))

    def load_user_jwt(self, _header, claims):
        """The account behind a token of the API, under the rules of a session; None refuses the token."""
        account = _working_account(int(claims["sub"]))
        if (
            account is None
            or account.must_change_password
            or not tokens.is_bound(claims, session_mark(account))
        ):
            return None
        g.user, g.account_id = account, account.id
        return account

    @staticmethod
    def before_request():
        SecurityManager.before_request()
        if (request.endpoint or "").endswith("static"):
            return None  # a picture neither needs the person nor keeps the session awake
        account = g.user._get_current_object() if g.user.is_authenticated else None
        audit.bind(account, request_id=g.get("request_id", ""), address=request.remote_addr or "")
        if account is not None:
            g.account_id = account.id
            session["_seen"] = now().timestamp()
        elif "_user_id" in session:
            _forget_ended_session()
        forced = account is not None and account.must_change_password
        if forced and is_api():
            raise NotAllowed(FORCED.template)
        if forced and request.endpoint not in OPEN_WHILE_FORCED:
            flash(_(FORCED.template), "warning")
            return redirect(url_for("PasswordView.this_form_get"))
        return None
