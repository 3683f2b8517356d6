"""The sign-in pages: password, code, the province's single sign-on; and signing out, which is a POST."""

from datetime import datetime

from flask import abort, current_app, flash, g, redirect, request, session, url_for
from flask_appbuilder import expose
from flask_appbuilder.security.decorators import no_cache
from flask_appbuilder.security.forms import LoginForm_db
from flask_appbuilder.security.views import AuthDBView
from flask_appbuilder.utils.base import get_safe_redirect
from flask_babel import gettext as _
from flask_login import logout_user

from app.clock import now
from app.errors import DomainError, Refused
from app.extensions import db
from app.sign_in import entering, sessions, single_sign_on

AWAY = (
    "_away"  # in the cookie of who is at the single sign-on: where they wanted to go, since when, asked again
)


class SessionView(AuthDBView):
    """Sign-in and sign-out. A foreign page can do neither for someone."""

    @expose("/login/", methods=["GET", "POST"])
    @no_cache
    def login(self):
        if g.user.is_authenticated:
            return redirect(self._get_safe_next_url())
        form = LoginForm_db()
        if single_sign_on.is_on() and current_app.config["OIDC_ONLY"] and request.method == "POST":
            abort(403)
        if form.validate_on_submit():
            goal = request.args.get("next", "")
            try:
                account = entering.judge_password(form.username.data, form.password.data, at=now())
            except Refused as refusal:
                flash(_told(refusal), "warning")
            else:
                return self._proceed(account, entering.Way(), goal)
        elif session.pop("_ended", False):
            session.pop("_flashes", None)  # FAB has said that access is denied
            flash(_("Phiên làm việc đã hết; hãy đăng nhập lại."), "warning")
        return self.render_template(
            self.login_template,
            title=_("Đăng nhập"),
            form=form,
            appbuilder=self.appbuilder,
            single_sign_on=single_sign_on.is_on(),
        )

    @expose("/login/code/", methods=["GET", "POST"])
    @no_cache
    def code(self):
        """The second step of whoever has a second factor."""
        account = entering.waiting_account(at=now())
        if account is None:
            if request.method == "POST":
                flash(_("Đã quá mười phút; hãy đăng nhập lại từ đầu."), "warning")
            return redirect(url_for(".login"))
        refusal = None
        if request.method == "POST":
            try:
                entering.enter_with_code(account, request.form.get("code", ""), at=now())
                return self._onward(request.args.get("next", ""))
            except DomainError as found:
                refusal = _told(found)
        page = self.render_template("account/code.html", refusal=refusal, appbuilder=self.appbuilder)
        return page, 200 if refusal is None else 422

    @expose("/login/province/", methods=["GET"])
    @no_cache
    def province(self):
        """Off to the province's single sign-on. A link, not a form: the policy lets forms go nowhere else."""
        again = request.args.get("again") == "1"
        session[AWAY] = [request.args.get("next", ""), now().isoformat(), again]
        try:
            return single_sign_on.redirect_to_provider(again=again)
        except Refused as refusal:
            return self._again(refusal)

    @expose("/login/province/back/", methods=["GET"])
    @no_cache
    def back(self):
        """Back from it, with a code for the one question who this is."""
        moment, (goal, since, again) = now(), session.pop(AWAY, ("", "", False))
        try:
            claims = single_sign_on.claims_from_provider()
            db.session.rollback()  # what was read of who is signed in
            db.session.connection(execution_options={"reading": False})  # a GET that writes
            account = entering.admit_claims(claims, at=moment)
        except Refused as refusal:
            return self._again(refusal)
        asked = again and single_sign_on.was_asked(claims, since=datetime.fromisoformat(since))
        self._leave(at=moment)
        answer = self._proceed(account, entering.Way("single_sign_on", claims["sub"], asked), goal)
        db.session.commit()
        return answer

    def _leave(self, *, at: datetime) -> None:
        """End the session in use: signing out, or another follows it."""
        if g.user.is_authenticated:
            account = g.user._get_current_object()
            sessions.end_session(g.session_id, actor=account, at=at, signed_out=True)

    def _again(self, refusal: Refused):
        flash(_told(refusal), "warning")
        return redirect(url_for(".login"))

    def _proceed(self, account, way: entering.Way, goal: str):
        if entering.enter_or_wait(account, way, at=now()):
            return self._onward(goal)
        return redirect(url_for(".code", next=goal or None))

    def _onward(self, goal: str):
        """To where the person wanted to go, if that is a page of ours; else home."""
        return redirect(get_safe_redirect(goal) if goal else self.appbuilder.get_url_for_index)

    @expose("/logout/", methods=["POST"])
    def logout(self):
        self._leave(at=now())
        db.session.commit()
        logout_user()
        session.clear()
        answer = redirect(url_for("PublicView.index"))
        answer.headers["Clear-Site-Data"] = (
            '"storage"'  # texts that the browser kept in case the session ended
        )
        return answer


def _told(refusal: DomainError) -> str:
    template, values = refusal.sentence
    return _(template, **values) if values else _(template)
