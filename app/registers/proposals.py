"""Kiến nghị, phản ánh: criteria to change (Đ.14.3, 15.2), faults of the software (Đ.12.4, 16.3, 18)."""

from flask import redirect, request, url_for
from flask_appbuilder import expose, permission_name
from flask_appbuilder.security.decorators import has_access
from flask_babel import lazy_gettext as _l
from sqlalchemy import or_
from sqlalchemy.orm import joinedload

from app import proposals
from app.accounts import is_data_entry, is_manager
from app.clock import now
from app.errors import Refused
from app.models import Proposal
from app.web.desk import me, writes
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

TONES = {"new": "info", "considering": "warn", "accepted": "ok", "declined": "danger", "fixed": "ok"}


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
    include_route_methods = {"list", "show", "add", "edit", "reply"}
    base_filters = [["id", Narrowed, visible]]
    base_order = ("created_at", "desc")
    list_title = _l("Kiến nghị, phản ánh")
    show_template = "register/proposal.html"
    choices = {"kind": KINDS, "state": STATES}
    narrow_by = ("kind", "state")
    list_columns = ["title", "kind", "agency", "state", "created_at"]
    show_columns = ["kind", "agency", "created_by", "created_at", "body"]
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
        proposals.answer(item, actor=actor, at=at)

    @expose("/reply/<pk>", methods=["POST"])
    @has_access
    @permission_name("show")
    @writes(again="reply_refused")
    def reply(self, pk):
        """One more turn of the talk."""
        item = self.get_row(pk)
        proposals.write(item, request.form.get("body", ""), actor=me(), at=now())
        return redirect(url_for(".show", pk=item.id, _anchor="talk"))

    def reply_refused(self, pk, refusal):
        """The page again with what was typed."""
        return self.show(pk, refusal=refusal)

    @expose("/show/<pk>", methods=["GET"])
    @has_access
    def show(self, pk, refusal=None):
        item = self.get_row(pk)
        widgets = self._with_related(item, self._get_show_widget(item.id, item))
        return self.render_template(
            self.show_template,
            pk=item.id,
            item=item,
            title=self.show_title,
            widgets=widgets,
            related_views=self._related_views,
            talk=proposals.talk_of(item),
            states=STATES,
            tones=TONES,
            refusal=refusal,
        )
