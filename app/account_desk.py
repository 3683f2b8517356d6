"""Bàn làm việc về tài khoản: requests, resets, locks and whole lists of accounts (Đ.8.2, 10.3, 16.5).

One-time passwords stand on a page of their own that the same session may open until its owner confirms
(``app.sign_in.shown_once``).
"""

from flask import flash, redirect, request, url_for
from flask_appbuilder import expose, permission_name
from flask_appbuilder.security.decorators import has_access
from flask_babel import gettext as _

from app import four_eyes
from app.account_views import ready_password, show_slips
from app.accounts import give_one_time_password, unlock_account
from app.accounts.queries import (
    get_account,
    get_manager_reset,
    get_request,
    get_reset,
    locked_accounts,
    pending_manager_resets,
    pending_requests,
    pending_resets,
    with_second_factor,
)
from app.accounts.requests import approve_request, refuse_request, refuse_resets, settle_reset
from app.accounts.resets import (
    confirm_manager_reset,
    is_reset_by_two,
    refuse_manager_reset,
    request_manager_reset,
)
from app.clock import now
from app.errors import Sentence
from app.extensions import db
from app.limits import whole
from app.scoring.operations.accounts import import_accounts, passwords_for
from app.scoring.views.table_upload import uploaded_table
from app.sign_in.requirement import require_second_factor, type_lines
from app.web.desk import DeskView, me, writes
from app.web.rows import row_id


class AccountDeskView(DeskView):
    route_base = "/accounts-desk"
    default_view = "desk"

    @expose("/", methods=["GET"])
    @has_access
    @permission_name("read")
    def desk(self, refusal=None, **shown):
        """``shown`` are the ids of the act that was refused: its sentence stands in its own row."""
        resets, waiting = pending_resets(_page("resets")), pending_manager_resets()
        named = [group.account for group in resets.items if group.account]
        requests, locked = pending_requests(_page("requests")), locked_accounts(_page("locked"))
        drawn = {
            "request_id": {item.id for item in requests.items},
            "reset_id": {item.id for group in resets.items for item in group.requests},
            "manager_reset_id": {item.id for item in waiting},
            "account_id": {account.id for account in [*named, *locked.items]},
        }
        return self.render_template(
            "account/desk.html",
            requests=requests,
            resets=resets,
            manager_resets=[(a, four_eyes.relation(a.requested_by, me(), at=now())) for a in waiting],
            by_two={account.id for account in named if is_reset_by_two(account, at=now())},
            asked={asked.account_id for asked in waiting},
            with_factor=with_second_factor({account.id for account in named}),
            locked=locked,
            has_own_row=any(number in drawn[name] for name, number in shown.items()),
            refusal=refusal,
            shown=shown,
            typed=request.form,
        )

    @expose("/requests/<int:request_id>/approve", methods=["POST"])
    @has_access
    @permission_name("write")
    @writes(again="desk")
    def approve(self, request_id):
        made = ready_password()
        account, password = approve_request(get_request(request_id), actor=me(), at=now(), password=made)
        return show_slips([(account, password)], back=url_for(".desk"))

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
        made = ready_password()
        account, password = settle_reset(
            get_reset(reset_id),
            password=made,
            actor=me(),
            at=now(),
            without_second_factor="without_second_factor" in request.form,
        )
        return show_slips([(account, password)], back=url_for(".desk"))

    @expose("/resets/<int:reset_id>/refuse", methods=["POST"])
    @has_access
    @permission_name("write")
    @writes(again="desk")
    def refuse_reset(self, reset_id):
        count = refuse_resets(get_reset(reset_id), request.form.get("note", ""), actor=me(), at=now())
        return self._done(_("Đã từ chối %(count)s đề nghị cấp lại mật khẩu.", count=count))

    @expose("/accounts/<int:account_id>/manager-reset", methods=["POST"])
    @has_access
    @permission_name("write")
    @writes(again="desk")
    def ask_manager_reset(self, account_id):
        """The first manager asks for another's new password; a second one confirms."""
        number = request.form.get("reset_id", "")
        request_manager_reset(
            get_account(account_id),
            request.form.get("reason", ""),
            actor=me(),
            at=now(),
            without_second_factor="without_second_factor" in request.form,
            request=get_reset(whole(number)) if number.isdecimal() else None,
        )
        return self._done(_("Đã ghi đề nghị và báo cho các tài khoản quản lý; chờ một quản lý khác xác nhận."))

    @expose("/manager-resets/<int:manager_reset_id>/confirm", methods=["POST"])
    @has_access
    @permission_name("write")
    @writes(again="desk")
    def confirm_manager_reset(self, manager_reset_id):
        made = ready_password()
        asked = get_manager_reset(manager_reset_id)
        password = confirm_manager_reset(asked, actor=me(), at=now(), password=made)
        return show_slips([(asked.account, password)], back=url_for(".desk"))

    @expose("/manager-resets/<int:manager_reset_id>/refuse", methods=["POST"])
    @has_access
    @permission_name("write")
    @writes(again="desk")
    def refuse_manager_reset(self, manager_reset_id):
        refuse_manager_reset(get_manager_reset(manager_reset_id), actor=me(), at=now())
        return self._done(_("Đã bỏ đề nghị cấp lại mật khẩu."))

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
        made, account = ready_password(), get_account(account_id)
        lost = "without_second_factor" in request.form
        password = give_one_time_password(
            account, actor=me(), at=now(), without_second_factor=lost, password=made
        )
        return show_slips([(account, password)], back=url_for(".desk"))

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
        file = uploaded_table(Sentence("Hãy chọn tệp danh sách tài khoản."))
        db.session.commit()  # nobody waits for the hashing
        ready = passwords_for(file.data, file.name, file.reading)
        made, findings = import_accounts(
            file.data, file.name, actor=me(), at=now(), passwords=ready, reading=file.reading
        )
        if not made:
            return self.import_form(findings=findings, file_name=file.name), 422
        return show_slips(made, back=url_for(".desk"), findings=findings)

    def _done(self, words: str):
        flash(words, "success")
        return redirect(url_for("AccountDeskView.desk"))


def _page(name: str) -> int:
    """The page of one of the desk's lists that the address asks for."""
    return row_id(request.args.get(name, "")) or 1


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
        flash(_("Đã lưu. Tài khoản thuộc loại vừa đổi mà chưa bật xác thực hai lớp phải đăng nhập lại."), "success")
        return redirect(url_for(".rule"))
