"""Registers of accounts and of the requests for them, and the form for people who cannot sign in."""

from flask import current_app, flash, g, redirect, request, url_for
from flask_appbuilder import expose
from flask_appbuilder.security.decorators import has_access, limit
from flask_appbuilder.views import BaseView
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import or_
from sqlalchemy.orm import joinedload, selectinload
from wtforms import SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Optional

from app.accounts import (
    ACCOUNT_TYPES,
    DATA_ENTRY,
    account_named,
    change_account,
    create_account,
    free_username,
    is_manager,
)
from app.accounts.queries import with_second_factor
from app.accounts.requests import request_account, request_reset
from app.accounts.resets import is_reset_by_two, waiting_reset
from app.clock import now
from app.extensions import db
from app.models import LEADER, Account, AccountRequest, Agency, ResetRequest
from app.passwords import OneTime, new_one_time
from app.shown_once import show_once
from app.sign_in.known_devices import source_of
from app.sign_in.shown_once import SecretList
from app.text import fold
from app.web import formats
from app.web.desk import me, said, writes
from app.web.register import Register
from app.web.rows import Narrowed, Rows

STATES = {"pending": "Chờ xử lý", "approved": "Đã duyệt", "refused": "Từ chối"}
NARROWING = {
    "roles": {name: name for name in (ACCOUNT_TYPES[0], LEADER, *ACCOUNT_TYPES[1:])},
    "active": {"1": "Đang sử dụng", "0": "Ngừng sử dụng"},
}
SHOWN = {"class": "form-control"}


def ready_password() -> OneTime:
    """A one-time password, made while this request holds no transaction: nobody waits for the hashing."""
    db.session.commit()
    return new_one_time()


def show_slips(made, *, back: str, findings=()):
    """Go to the slips of these pairs of account and one-time password; ``findings`` are what the import warned of."""
    address, office = current_app.config["BASE_URL"], current_app.config["APP_NAME"]
    return show_once(
        SecretList(
            title=_("Phiếu mật khẩu dùng một lần"),
            hint=_(
                "Phải đổi mật khẩu khi đăng nhập lần đầu. Không gửi phiếu này qua thư điện tử hoặc tin nhắn."
            ),
            back=back,
            columns=[
                _("Họ và tên"),
                _("Cơ quan, đơn vị"),
                _("Địa chỉ"),
                _("Tên đăng nhập"),
                _("Mật khẩu dùng một lần"),
            ],
            rows=[
                [a.full_name, a.agency.name if a.agency else office, address, a.username, password]
                for a, password in made
            ],
            secret=[3, 4],
            notes=[
                {"severity": f.severity, "row": f.row, "column": f.column, "sentence": said(f.sentence)}
                for f in findings
            ],
        )
    )


def account_type_field():
    pairs = [SelectChoice(name, _l(name)) for name in ACCOUNT_TYPES]
    return SelectField(_l("Loại tài khoản"), choices=pairs, render_kw=dict(SHOWN))


def _of_type(name: str):
    """Accounts whose ``shown_type`` this is."""
    if name not in (DATA_ENTRY, LEADER):
        return Account.roles.any(name=name)
    return Account.roles.any(name=DATA_ENTRY) & Account.can_approve.is_(name == LEADER)


class AccountView(Register):
    datamodel = Rows(Account, joinedload(Account.agency), selectinload(Account.roles))
    include_route_methods = {"list", "show", "add", "edit"}
    list_title = _l("Tài khoản")
    add_row_message = ""  # the slips say it
    show_template = "account/show.html"
    narrow_by = ("roles", "active")
    list_columns = ["username", "full_name", "shown_type", "agency", "can_approve", "active", "locked_at"]
    show_columns = ["username", "full_name", "shown_type", "agency", "email", "can_approve", "active",
                    "must_change_password", "last_login", "locked_at", "lock_reason"]  # fmt: skip
    add_columns = ["last_name", "first_name", "account_type", "agency", "can_approve", "email", "username"]
    edit_columns = ["last_name", "first_name", "account_type", "agency", "can_approve", "email", "active"]
    order_columns = ["username", "full_name", "active", "locked_at"]
    label_columns = {
        "username": _l("Tên đăng nhập"),
        "full_name": _l("Họ và tên"),
        "last_name": _l("Họ và tên đệm"),
        "first_name": _l("Tên"),
        "roles": _l("Loại tài khoản"),
        "shown_type": _l("Loại tài khoản"),
        "account_type": _l("Loại tài khoản"),
        "agency": _l("Cơ quan, đơn vị"),
        "email": _l("Thư điện tử"),
        "can_approve": _l("Quyền duyệt"),
        "active": _l("Sử dụng"),
        "must_change_password": _l("Phải đổi mật khẩu"),
        "last_login": _l("Đăng nhập gần nhất"),
        "locked_at": _l("Bị khóa lúc"),
        "lock_reason": _l("Lý do khóa"),
    }
    description_columns = {
        "username": _l("Để trống để phần mềm tự đặt theo tên và mã cơ quan."),
        "can_approve": _l("Lãnh đạo cơ quan duyệt báo cáo tự đánh giá (Điều 9.2)."),
        "active": _l("Bỏ chọn để ngừng tài khoản; nhật ký và điểm đã nhập vẫn giữ nguyên."),
    }
    formatters_columns = {
        "shown_type": lambda name: said(name),
        "last_login": lambda value: _last_login(value),
    }
    add_form_extra_fields = {
        "account_type": account_type_field(),
        "username": StringField(
            label_columns["username"],
            [Optional()],
            description=description_columns["username"],
            render_kw=SHOWN | {"autocomplete": "off"},
        ),
    }
    edit_form_extra_fields = {"account_type": account_type_field()}

    def narrowing(self, name):
        return [(value, said(label)) for value, label in NARROWING[name].items()]

    def narrow(self, filters, name, value):
        wanted = _of_type(value) if name == "roles" else Account.active.is_(value == "1")
        filters.add_filter("id", Narrowed, lambda query: query.filter(wanted))

    def show_more(self, item):
        return {
            "second_factor": bool(with_second_factor({item.id})),
            "by_two": is_reset_by_two(item, at=now()),
            "reset_waits": waiting_reset(item) is not None,
        }

    def prefill_form(self, form, pk):
        form.account_type.data = next(iter(db.session.get(Account, pk).role_names), None)

    @expose("/add", methods=["GET", "POST"])
    @has_access
    def add(self):
        widgets = self._add()
        if widgets:
            return self.render_template(self.add_template, title=self.add_title, widgets=widgets)
        return g.answer

    def create(self, values):
        g.answer = show_slips([_create(values, ready_password())], back=url_for(".list"))

    def change(self, held, values):
        change_account(held.row, values, actor=me(), at=now())


def _last_login(value) -> str:
    """FAB keeps this one as the server's naive local time."""
    return formats.moment(value.astimezone() if value is not None else None)


def _create(values: dict, password: OneTime) -> tuple[Account, str]:
    agency = values["agency"]
    code = agency.code if agency is not None else "tinh"
    username = values["username"] or free_username(values["last_name"], values["first_name"], code)
    return create_account(**values | {"username": username}, actor=me(), at=now(), password=password)


def own_requests(query):
    """Every request for a manager; for an agency's clerk the agency's own."""
    reader = me()
    return query if is_manager(reader) else query.filter(AccountRequest.agency_id == reader.agency_id)


def _of_agency_or_person(query, words: str):
    """Every word stands in the agency's folded name or code, or in the person's name."""
    query = query.join(AccountRequest.agency)
    for word in words.split():
        query = query.filter(
            or_(
                Agency.search_text.contains(fold(word), autoescape=True),
                AccountRequest.last_name.icontains(word, autoescape=True),
                AccountRequest.first_name.icontains(word, autoescape=True),
            )
        )
    return query


class AccountRequestView(Register):
    """Đăng ký cấp tài khoản (Đ.6.1, 8.2); decided on the accounts desk."""

    datamodel = Rows(
        AccountRequest, joinedload(AccountRequest.agency), joinedload(AccountRequest.requested_by)
    )
    include_route_methods = {"list", "show", "add"}
    base_filters = [["id", Narrowed, own_requests]]
    base_order = ("requested_at", "desc")
    list_title = _l("Đăng ký cấp tài khoản")
    add_row_message = _l("Đã gửi đăng ký tới Sở Nội vụ.")
    hint = _l("Mật khẩu dùng một lần được Sở Nội vụ giao tận tay hoặc theo cách hai bên thống nhất.")
    choices = {"state": STATES}
    narrow_by = ("state",)
    list_columns = ["full_name", "position", "agency", "can_approve", "state", "requested_at"]
    show_columns = ["full_name", "position", "email", "agency", "can_approve", "reason", "requested_by",
                    "requested_at", "state", "decided_at", "decision_note"]  # fmt: skip
    add_columns = ["last_name", "first_name", "position", "email", "can_approve", "reason"]
    order_columns = ["state", "requested_at"]
    label_columns = {
        "full_name": _l("Họ và tên"),
        "last_name": _l("Họ và tên đệm"),
        "first_name": _l("Tên"),
        "position": _l("Chức vụ"),
        "email": _l("Thư điện tử"),
        "agency": _l("Cơ quan, đơn vị"),
        "can_approve": _l("Cần quyền duyệt"),
        "reason": _l("Lý do"),
        "state": _l("Tình trạng"),
        "requested_by": _l("Người đề nghị"),
        "requested_at": _l("Đề nghị lúc"),
        "decided_at": _l("Xử lý lúc"),
        "decision_note": _l("Ý kiến của Sở Nội vụ"),
    }
    description_columns = {"can_approve": _l("Dành cho lãnh đạo cơ quan, người duyệt báo cáo (Điều 9.2).")}

    def search(self, filters, words):
        filters.add_filter("id", Narrowed, lambda query: _of_agency_or_person(query, words))

    def create(self, values):
        typed = {name: value or "" for name, value in values.items()} | {"can_approve": values["can_approve"]}
        request_account(**typed, actor=me(), at=now())

    def can_change(self, item):
        return False


class ResetRequestView(Register):
    """Đề nghị cấp lại mật khẩu (Đ.16.5); settled on the accounts desk."""

    datamodel = Rows(ResetRequest)
    include_route_methods = {"list", "show"}
    base_order = ("requested_at", "desc")
    list_title = _l("Đề nghị cấp lại mật khẩu")
    choices = {"state": STATES}
    narrow_by = ("state",)
    list_columns = ["username", "head_of_agency", "contact", "state", "requested_at"]
    show_columns = [*list_columns, "source", "decided_at", "decision_note"]
    order_columns = ["username", "state", "requested_at"]
    label_columns = {
        "username": _l("Tên đăng nhập"),
        "head_of_agency": _l("Người đứng đầu cơ quan"),
        "contact": _l("Cách liên hệ"),
        "source": _l("Gửi từ"),
        "state": _l("Tình trạng"),
        "requested_at": _l("Đề nghị lúc"),
        "decided_at": _l("Xử lý lúc"),
        "decision_note": _l("Ý kiến của Sở Nội vụ"),
    }

    def search(self, filters, words):
        wanted = ResetRequest.username.icontains(words, autoescape=True)
        filters.add_filter("id", Narrowed, lambda query: query.filter(wanted))

    def can_change(self, item):
        return False


class PublicAccountView(BaseView):
    """Quên mật khẩu: anyone may ask; the answer never tells whether the account exists."""

    route_base = "/reset-request"
    default_view = "form"
    base_permissions: list[str] = []

    @expose("/", methods=["GET"])
    def form(self, refusal=None):
        return self.render_template("account/reset_request.html", refusal=refusal, values=request.form)

    @expose("/", methods=["POST"])
    @limit("5 per minute; 30 per hour", methods=["POST"])
    @writes(again="form")
    def ask(self):
        names = ("username", "contact", "head_of_agency")
        typed = {name: request.form.get(name, "") for name in names}
        source = source_of(account_named(typed["username"]))
        request_reset(**typed, source=source, at=now())
        flash(_("Đã ghi nhận đề nghị. Sở Nội vụ xác minh với người đứng đầu cơ quan trước khi cấp lại."), "success")
        return redirect(self.appbuilder.get_url_for_login)
