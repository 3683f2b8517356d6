"""Bàn làm việc về tài khoản: requests, resets, locks and whole lists of accounts (Đ.8.2, 10.3, 16.5).

One-time passwords are drawn into the answer of the very act that made them and kept nowhere.
"""

from flask import flash, redirect, request, url_for
from flask_appbuilder import expose, permission_name
from flask_appbuilder.security.decorators import has_access
from flask_babel import gettext as _

from app.account_queries import (
    get_account,
    get_request,
    get_reset,
    locked_accounts,
    pending_requests,
    pending_resets,
    with_second_factor,
)
from app.account_requests import approve_request, refuse_request, refuse_reset, settle_reset
from app.account_views import Slip
from app.accounts import give_one_time_password, unlock_account
from app.clock import now
from app.errors import Refused
from app.scoring.operations.accounts import import_accounts
from app.sign_in.requirement import require_second_factor, type_lines
from app.web.desk import DeskView, me, writes


class AccountDeskView(DeskView):
    route_base = "/accounts-desk"
    default_view = "desk"

    @expose("/", methods=["GET"])
    @has_access
    @permission_name("read")
    def desk(self, refusal=None, **shown):
        """``shown`` are the ids of the act that was refused: its sentence stands in its own row."""
        resets = pending_resets()
        return self.render_template(
            "account/desk.html",
            requests=pending_requests(),
            resets=resets,
            with_factor=with_second_factor({account.id for _request, account in resets if account}),
            locked=locked_accounts(),
            refusal=refusal,
            shown=shown,
            typed=request.form,
        )

    @expose("/requests/<int:request_id>/approve", methods=["POST"])
    @has_access
    @permission_name("write")
    @writes(again="desk")
    def approve(self, request_id):
        account, password = approve_request(get_request(request_id), actor=me(), at=now())
        return self._slips([Slip(account, password)])

    @expose("/requests/<int:request_id>/refuse", methods=["POST"])
    @has_access
    @permission_name("write")
    @writes(again="desk")
    def refuse(self, request_id):
        refuse_request(get_request(request_id), request.form.get("note", ""), actor=me(), at=now())
        return self._done(_("Đã từ chối và báo cho cơ quan."))

    @expose("/resets/<int:reset_id>/settle", methods=["POST"])
    @has_access
    @permission_name("write")
    @writes(again="desk")
    def settle(self, reset_id):
        account, password = settle_reset(
            get_reset(reset_id),
            actor=me(),
            at=now(),
            without_second_factor="without_second_factor" in request.form,
        )
        return self._slips([Slip(account, password)])

    @expose("/resets/<int:reset_id>/refuse", methods=["POST"])
    @has_access
    @permission_name("write")
    @writes(again="desk")
    def refuse_reset(self, reset_id):
        refuse_reset(get_reset(reset_id), request.form.get("note", ""), actor=me(), at=now())
        return self._done(_("Đã từ chối đề nghị cấp lại mật khẩu."))

    @expose("/accounts/<int:account_id>/unlock", methods=["POST"])
    @has_access
    @permission_name("write")
    @writes(again="desk")
    def unlock(self, account_id):
        unlock_account(get_account(account_id), request.form.get("reason", ""), actor=me(), at=now())
        return self._done(_("Đã mở khóa tài khoản."))

    @expose("/accounts/<int:account_id>/password", methods=["POST"])
    @has_access
    @permission_name("write")
    @writes(again="desk")
    def give_password(self, account_id):
        account = get_account(account_id)
        lost = "without_second_factor" in request.form
        password = give_one_time_password(account, actor=me(), at=now(), without_second_factor=lost)
        return self._slips([Slip(account, password)])

    @expose("/import", methods=["GET"])
    @has_access
    @permission_name("read")
    def import_form(self, refusal=None, findings=(), file_name=""):
        return self.render_template(
            "account/import.html", refusal=refusal, findings=findings, file_name=file_name
        )

    @expose("/import", methods=["POST"])
    @has_access
    @permission_name("write")
    @writes(again="import_form")
    def import_file(self):
        upload = request.files.get("file")
        if upload is None or not upload.filename:
            raise Refused("Hãy chọn tệp danh sách tài khoản.", field="file")
        made, findings = import_accounts(upload.read(), upload.filename, actor=me(), at=now())
        if not made:
            return self.import_form(findings=findings, file_name=upload.filename), 422
        return self._slips([Slip(*pair) for pair in made], findings)

    def _slips(self, slips, findings=()):
        back = url_for("AccountDeskView.desk")
        return self.render_template("account/slips.html", slips=slips, back=back, findings=findings)

    def _done(self, words: str):
        flash(words, "success")
        return redirect(url_for("AccountDeskView.desk"))


class SecondFactorRuleView(DeskView):
    """Which account types must have a second factor."""

    route_base = "/second-factor-rule"
    default_view = "rule"

    @expose("/", methods=["GET"])
    @has_access
    @permission_name("read")
    def rule(self, refusal=None):
        return self.render_template("account/second_factor_rule.html", lines=type_lines(), refusal=refusal)

    @expose("/", methods=["POST"])
    @has_access
    @permission_name("write")
    @writes(again="rule")
    def save(self):
        require_second_factor(request.form.getlist("account_types"), actor=me(), at=now())
        flash(_("Đã lưu. Quy định có hiệu lực từ lần đăng nhập tới của mỗi tài khoản."), "success")
        return redirect(url_for(".rule"))
