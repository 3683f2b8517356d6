"""Kiến nghị, phản ánh: criteria to change (Đ.14.3, 15.2), faults of the software (Đ.12.4, 16.3, 18)."""

from flask import redirect, request, url_for
from flask_appbuilder import expose, permission_name
from flask_appbuilder.security.decorators import has_access
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.clock import now
from app.errors import NotInScope
from app.extensions import db
from app.guides import read_guide
from app.office import talk
from app.office.models import STATE_NAMES, STATE_TONES, Announcement, Proposal
from app.office.reading import announcements_to, proposals_of
from app.web.desk import me, writes
from app.web.register import Register
from app.web.rows import Narrowed, Rows, row_id

KINDS = {
    "criteria": "Kiến nghị về tiêu chí",
    "fault": "Phản ánh lỗi phần mềm",
    "question": "Câu hỏi, góp ý",
}


def visible(query):
    return proposals_of(query, me())


def subject() -> tuple[Announcement | None, str | None, str]:
    """What the address says the question is about: an announcement in the asker's reach or a guide; its title."""
    if number := request.args.get("announcement", ""):
        query = announcements_to(select(Announcement), me(), now())
        item = db.session.scalar(query.where(Announcement.id == row_id(number)))
        if item is None:
            raise NotInScope()
        return item, None, item.title
    if name := request.args.get("guide", ""):
        guide = read_guide(name)
        if guide is None:
            raise NotInScope()
        return None, name, guide.title
    return None, None, ""


class ProposalView(Register):
    datamodel = Rows(Proposal, joinedload(Proposal.agency), joinedload(Proposal.created_by))
    include_route_methods = {"list", "show", "add", "edit", "reply"}
    base_filters = [["id", Narrowed, visible]]
    base_order = ("created_at", "desc")
    list_title = _l("Kiến nghị, phản ánh")
    show_template = "register/proposal.html"
    choices = {"kind": KINDS, "state": STATE_NAMES}
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

    def prefill_add(self, form):
        title = subject()[-1]
        if title:
            form.kind.data = "question"
            form.title.data = _("Hỏi về: %(title)s", title=title)[:300]

    def create(self, values):
        announcement, guide, _title = subject()
        about = {"announcement": announcement, "guide": guide}
        talk.propose(**values, **about, actor=me(), at=now())

    def change(self, held, values):
        talk.answer(held, values["state"], values["answer"], actor=me(), at=now())

    @expose("/reply/<pk>", methods=["POST"])
    @has_access
    @permission_name("show")
    @writes(again="reply_refused")
    def reply(self, pk):
        """One more turn of the talk."""
        item = self.get_row(pk)
        talk.write(item, request.form.get("body", ""), actor=me(), at=now())
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
            talk=talk.turns_of(item),
            states=STATE_NAMES,
            tones=STATE_TONES,
            refusal=refusal,
        )
