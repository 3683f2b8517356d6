"""Khối and cơ quan, đơn vị: data, never code (the district level ended on 30/6/2025)."""

from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import joinedload

from app import agencies
from app.extensions import db
from app.models import Agency, AgencyGroup
from app.web.desk import me
from app.web.register import Register
from app.web.rows import Rows


class AgencyGroupView(Register):
    datamodel = Rows(AgencyGroup)
    list_title = _l("Khối cơ quan")
    list_columns = ["code", "name", "sort_order"]
    show_columns = add_columns = edit_columns = list_columns
    order_columns = ["code", "name", "sort_order"]
    label_columns = {"code": _l("Mã"), "name": _l("Tên khối"), "sort_order": _l("Thứ tự")}
    description_columns = {"code": _l("Ngắn, không dấu; dùng trong các tệp nhập, ví dụ: so")}

    def create(self, values):
        agencies.create_group(values, actor=me())

    def change(self, held, values):
        agencies.change_group(held, values, actor=me())

    def remove(self, held):
        agencies.delete(held, actor=me())


class AgencyView(Register):
    datamodel = Rows(Agency, joinedload(Agency.group), joinedload(Agency.successor))
    list_title = _l("Cơ quan, đơn vị")
    list_template = "register/agencies.html"
    list_columns = ["code", "name", "short_name", "group", "active_from", "active_to"]
    show_columns = [*list_columns, "place", "symbol", "successor"]
    add_columns = edit_columns = [
        "code",
        "name",
        "short_name",
        "group",
        "place",
        "symbol",
        "active_from",
        "active_to",
        "successor",
    ]
    order_columns = ["code", "name", "active_from", "active_to"]
    narrow_by = ("group_id",)
    label_columns = {
        "code": _l("Mã"),
        "name": _l("Tên cơ quan, đơn vị"),
        "short_name": _l("Tên ngắn"),
        "group": _l("Khối"),
        "place": _l("Địa danh"),
        "symbol": _l("Ký hiệu"),
        "group_id": _l("Khối"),
        "active_from": _l("Hoạt động từ"),
        "active_to": _l("Đến hết ngày"),
        "successor": _l("Cơ quan kế thừa"),
    }
    description_columns = {
        "place": _l(
            "Ghi trước ngày, tháng trên văn bản. Để trống: tên tỉnh; với xã, phường là tên xã, phường."
        ),
        "symbol": _l(
            "Viết tắt của cơ quan trong số văn bản, ví dụ STP trong 12/BC-STP. Để trống: lấy từ tên cơ quan."
        ),
        "active_to": _l("Để trống nếu đang hoạt động. Cơ quan không còn ở ngày cuối kỳ thì không vào kỳ đó."),
        "successor": _l("Cơ quan nhận nhiệm vụ sau khi sáp nhập, giải thể."),
    }

    def narrowing(self, name):
        groups = db.session.scalars(
            db.select(AgencyGroup).order_by(AgencyGroup.sort_order, AgencyGroup.sort_key)
        )
        return [(str(group.id), group.name) for group in groups]

    def create(self, values):
        agencies.create_agency(values, actor=me())

    def change(self, held, values):
        agencies.change_agency(held, values, actor=me())

    def remove(self, held):
        agencies.delete(held, actor=me())
