"""Thông báo, hướng dẫn: to all, or to the groups listed, from a moment on."""

from flask_appbuilder import expose, permission_name
from flask_appbuilder.security.decorators import has_access
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import joinedload, selectinload
from wtforms import BooleanField, FileField

from app.clock import now
from app.errors import NotInScope
from app.office import announcing
from app.office.models import Announcement
from app.office.reading import announcements_to, questions_on
from app.scoring.operations.evidence import keep_file
from app.web.desk import me
from app.web.register import Register
from app.web.rows import Narrowed, Rows
from app.web.uploads import keep_upload, send_stored
from app.web.widgets import DropZone


def visible(query):
    return announcements_to(query, me(), now())


def group_names(groups) -> str:
    return ", ".join(group.name for group in groups) or _("Tất cả")


def _words(values) -> dict:
    return {name: values[name] for name in announcing.FIELDS}


class AnnouncementView(Register):
    datamodel = Rows(Announcement, selectinload(Announcement.groups), joinedload(Announcement.file))
    include_route_methods = Register.include_route_methods | {"file"}
    base_filters = [["id", Narrowed, visible]]
    base_order = ("published_at", "desc")
    list_title = _l("Thông báo, hướng dẫn")
    show_template = "register/announcement.html"
    list_columns = ["title", "published_at", "groups", "file_name"]
    show_columns = ["published_at", "groups", "body"]
    add_columns = ["title", "body", "groups", "published_at", "upload"]
    edit_columns = [*add_columns, "drop_file"]
    order_columns = ["title", "published_at"]
    label_columns = {
        "title": _l("Tiêu đề"),
        "body": _l("Nội dung"),
        "groups": _l("Gửi tới"),
        "published_at": _l("Đăng lúc"),
        "file_name": _l("Tệp đính kèm"),
        "upload": _l("Tệp đính kèm"),
        "drop_file": _l("Gỡ tệp đang đính kèm"),
    }
    description_columns = {
        "groups": _l("Để trống là gửi tới tất cả."),
        "published_at": _l("Người nhận chỉ thấy từ thời điểm này."),
    }
    formatters_columns = {"groups": group_names}
    add_form_extra_fields = {
        "upload": FileField(
            _l("Tệp đính kèm"),
            description=_l("PDF, Office, ảnh hoặc âm thanh; tối đa 20 MB."),
            widget=DropZone(),
        )
    }
    edit_form_extra_fields = add_form_extra_fields | {"drop_file": BooleanField(_l("Gỡ tệp đang đính kèm"))}

    def prefill_add(self, form):
        form.published_at.data = now()

    def show_more(self, item):
        return {"questions": questions_on(me(), announcement=item)}

    def create(self, values):
        item = announcing.announce(_words(values), actor=me())
        self._attach(item, values)

    def change(self, held, values):
        announcing.change(held, _words(values), actor=me())
        if values["drop_file"]:
            announcing.attach(held.row, None, None, actor=me())
        self._attach(held.row, values)

    def _attach(self, item, values):
        if getattr(values["upload"], "filename", ""):
            stored = keep_upload(values["upload"])
            announcing.attach(item, keep_file(stored, at=now()), stored.name, actor=me())

    def remove(self, held):
        announcing.take_back(held, actor=me())

    @expose("/file/<pk>", methods=["GET"])
    @has_access
    @permission_name("show")
    def file(self, pk):
        item = self.get_row(pk)
        if item.file is None:
            raise NotInScope()
        return send_stored(item.file, item.file_name or item.title)
