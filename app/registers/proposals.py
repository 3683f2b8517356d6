"""Kiến nghị, phản ánh: criteria to change (Đ.14.3, 15.2), faults of the software (Đ.12.4, 16.3, 18)."""

from flask_babel import lazy_gettext as _l
from sqlalchemy import or_
from sqlalchemy.orm import joinedload

from app.accounts import is_data_entry, is_manager, notify
from app.clock import now
from app.errors import Refused
from app.models import Proposal
from app.web.desk import me
from app.web.register import Register
from app.web.rows import Narrowed, Rows

KINDS = {"criteria": "Kiến nghị về tiêu chí", "fault": "Phản ánh lỗi phần mềm"}
STATES = {
    "new": "Mới gửi",
    "considering": "Đang xem xét",
    "accepted": "Tiếp thu",
    "declined": "Không tiếp thu",
    "fixed": "Đã khắc phục",
}


def visible(query):
    """A manager sees every proposal; an agency's clerks the agency's own; anyone else their own."""
    reader = me()
    if is_manager(reader):
        return query
    own = Proposal.created_by_id == reader.id
    if is_data_entry(reader) and reader.agency_id is not None:
        own = or_(own, Proposal.agency_id == reader.agency_id)
    return query.filter(own)


class ProposalView(Register):
    datamodel = Rows(Proposal, joinedload(Proposal.agency), joinedload(Proposal.created_by))
    include_route_methods = {"list", "show", "add", "edit"}
    base_filters = [["id", Narrowed, visible]]
    base_order = ("created_at", "desc")
    list_title = _l("Kiến nghị, phản ánh")
    choices = {"kind": KINDS, "state": STATES}
    narrow_by = ("kind", "state")
    list_columns = ["title", "kind", "agency", "state", "created_at"]
    show_columns = ["kind", "agency", "created_by", "created_at", "body", "state", "answer", "answered_at"]
    add_columns = ["kind", "title", "body"]
    edit_columns = ["state", "answer"]
    order_columns = ["title", "kind", "state", "created_at"]
    label_columns = {
        "kind": _l("Loại"),
        "title": _l("Tiêu đề"),
        "body": _l("Nội dung"),
        "agency": _l("Cơ quan, đơn vị"),
        "created_by": _l("Người gửi"),
        "created_at": _l("Gửi lúc"),
        "state": _l("Tình trạng"),
        "answer": _l("Trả lời của Sở Nội vụ"),
        "answered_at": _l("Trả lời lúc"),
    }

    def check(self, item, created):
        actor, at = me(), now()
        if created:
            item.agency_id, item.created_by_id, item.created_at = actor.agency_id, actor.id, at
            return
        if item.state in ("accepted", "declined") and not item.answer:
            raise Refused("Hãy ghi nội dung trả lời.", field="answer")
        item.answered_at = at
        notify(item.created_by, f"Sở Nội vụ đã trả lời kiến nghị “{item.title}”.", at=at)
