"""One's own account: password, sessions, second factor."""

from flask import flash, g, redirect, request, session, url_for
from flask_appbuilder import expose, permission_name
from flask_appbuilder.forms import DynamicForm
from flask_appbuilder.security.decorators import has_access
from flask_appbuilder.views import BaseView
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import PasswordField
from wtforms.validators import EqualTo, InputRequired, ValidationError

from app.clock import now
from app.errors import Refused
from app.extensions import db
from app.passwords import is_password, password_problem
from app.shown_once import show_once
from app.sign_in import second_factor
from app.sign_in.browsers import device_of, is_handheld
from app.sign_in.entering import judge_own_password, judge_owner, mark, was_asked_again
from app.sign_in.passwords import change_password
from app.sign_in.sessions import end_other_sessions, end_session, live_sessions, require_own_session
from app.sign_in.shown_once import SecretList
from app.web.desk import DeskView, me, said, writes
from app.web.qr import qr


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
        try:
            judge_own_password(me(), field.data or "", at=now())
        except Refused as refusal:
            raise ValidationError(said(refusal.sentence)) from refusal

    def validate_new(self, field) -> None:
        problem = password_problem(field.data or "", g.user)
        if problem is None and is_password(g.user.password, field.data):
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
        db.session.commit()  # nobody waits for the hashing
        change_password(me(), form.new.data, kept=g.session_id, at=now())
        db.session.commit()
        session["_mark"] = mark(me())
        flash(_("Đã đổi mật khẩu."), "success")
        return redirect(self.appbuilder.get_url_for_index)

    def _page(self, form):
        return self.render_template("password.html", form=form, forced=g.must_change_password)


class OwnSessionsView(DeskView):
    """Phiên đăng nhập: where one is signed in, and ending it there."""

    route_base = "/sessions"
    default_view = "sessions"

    @expose("/", methods=["GET"])
    @has_access
    @permission_name("read")
    def sessions(self, session_id=None, refusal=None):
        live, through = live_sessions(me(), at=now()), g.live_session.through
        return self.render_template(
            "account/sessions.html",
            sessions=[(row, device_of(row), is_handheld(row.browser)) for row in live],
            here=g.session_id,
            by_password=through != "single_sign_on",
            asked=was_asked_again(at=now()),
            refusal=refusal,
        )

    @expose("/<int:session_id>/end", methods=["POST"])
    @has_access
    @permission_name("write")
    @writes(again="sessions")
    def end(self, session_id):
        if session_id == g.session_id:
            raise Refused("Đây là phiên đang dùng; hãy bấm Đăng xuất.")
        require_own_session(session_id, actor=me())
        _prove_owner()
        end_session(session_id, actor=me(), at=now())
        flash(_("Đã kết thúc phiên đăng nhập."), "success")
        return redirect(url_for(".sessions"))

    @expose("/others/end", methods=["POST"])
    @has_access
    @permission_name("write")
    @writes(again="sessions")
    def end_others(self):
        _prove_owner()
        end_other_sessions(me(), kept=g.session_id, at=now())
        flash(_("Đã đăng xuất khỏi mọi thiết bị khác."), "success")
        return redirect(url_for(".sessions"))


class SecondFactorView(DeskView):
    """Xác thực hai lớp: switching it on and off, recovery codes."""

    route_base = "/second-factor"
    default_view = "show"

    @expose("/", methods=["GET"])
    @has_access
    @permission_name("read")
    def show(self, refusal=None):
        factor = second_factor.factor_of(me())
        on = factor is not None and factor.confirmed_at is not None
        secret = second_factor.secret_of(factor) if factor is not None and not on else None
        return self.render_template(
            "account/second_factor.html",
            factor=factor,
            on=on,
            secret=secret,
            picture=qr(second_factor.telephone_address(me(), secret)) if secret else "",
            codes_left=second_factor.recovery_codes_left(me()) if on else 0,
            required=second_factor.is_required_of(me()),
            by_password=g.live_session.through != "single_sign_on",
            asked=was_asked_again(at=now()),
            refusal=refusal,
            act=request.endpoint.split(".")[1],
        )

    @expose("/begin", methods=["POST"])
    @has_access
    @permission_name("write")
    @writes()
    def begin(self):
        second_factor.begin_second_factor(me())
        return redirect(url_for(".show"))

    @expose("/confirm", methods=["POST"])
    @has_access
    @permission_name("write")
    @writes(again="show")
    def confirm(self):
        code = request.form.get("code", "")
        second_factor.begun_factor(me())
        _prove_owner()
        codes = second_factor.confirm_second_factor(me(), code, session_id=g.session_id, at=now())
        return self._codes(codes)

    @expose("/codes", methods=["POST"])
    @has_access
    @permission_name("write")
    @writes(again="show")
    def renew(self):
        _prove_owner()
        return self._codes(second_factor.renew_recovery_codes(me(), request.form.get("code", ""), at=now()))

    @expose("/off", methods=["POST"])
    @has_access
    @permission_name("write")
    @writes(again="show")
    def off(self):
        _prove_owner()
        second_factor.disable_second_factor(me(), request.form.get("code", ""), at=now())
        flash(_("Đã tắt xác thực hai lớp."), "success")
        return redirect(url_for(".show"))

    def _codes(self, codes):
        title = _("Mã dự phòng")
        return show_once(
            SecretList(
                title=title,
                hint=_("Mỗi mã thay cho điện thoại đúng một lần. Cất nơi khóa được, không để cùng mật khẩu."),
                back=url_for(".show"),
                columns=[_("Họ và tên"), _("Tên đăng nhập"), *(str(n) for n in range(1, len(codes) + 1))],
                rows=[[me().full_name, me().username, *codes]],
                secret=list(range(2, 2 + len(codes))),
            )
        )


def _prove_owner() -> None:
    """Whoever sits at an open session proves once more to be its owner, before a grave act."""
    judge_owner(me(), g.live_session, request.form.get("password", ""), at=now())
