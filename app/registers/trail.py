"""Nhật ký: who did what, when, from what to what. Nothing in it is ever changed."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import or_

from app.models import AuditEvent
from app.registers.trail_words import ACTIONS, NOUNS, change_lines
from app.text import fold
from app.web.desk import said
from app.web.register import Register
from app.web.rows import Narrowed, Rows


def _named(names: dict[str, str], words: str) -> list[str]:
    return [key for key, name in names.items() if all(word in fold(name) for word in fold(words).split())]


def _matching(words: str):
    """Query → query with the events whose actor, object, act or noun carries the words."""
    pattern = {"autoescape": True}

    def narrow(query):
        return query.filter(
            or_(
                AuditEvent.actor_name.icontains(words, **pattern),
                AuditEvent.label.icontains(words, **pattern),
                AuditEvent.object_id == words,
                AuditEvent.request_id == words,
                AuditEvent.action.in_(_named(ACTIONS, words)),
                AuditEvent.object_type.in_(_named(NOUNS, words)),
            )
        )

    return narrow


class AuditView(Register):
    datamodel = Rows(AuditEvent)
    include_route_methods = {"list", "show"}
    base_order = ("id", "desc")
    list_title = _l("Nhật ký")
    choices = {"action": ACTIONS, "object_type": NOUNS}
    narrow_by = ("action", "object_type")
    list_columns = ["at", "actor_name", "action", "object_type", "label", "changes"]
    show_columns = [*list_columns, "object_id", "address", "request_id"]
    order_columns = ["at", "actor_name"]
    label_columns = {
        "at": _l("Thời điểm"),
        "actor_name": _l("Người thực hiện"),
        "action": _l("Việc"),
        "object_type": _l("Đối tượng"),
        "object_id": _l("Mã số"),
        "label": _l("Tên"),
        "changes": _l("Nội dung thay đổi"),
        "address": _l("Địa chỉ máy"),
        "request_id": _l("Mã yêu cầu"),
    }
    formatters_columns = {
        "changes": lambda changes: "\n".join(change_lines(changes or {})),
        "actor_name": lambda name: name or _("(hệ thống)"),
    }

    def narrowing(self, name):
        return sorted(super().narrowing(name), key=lambda pair: fold(said(pair[1])))

    def search(self, filters, words):
        filters.add_filter("id", Narrowed, _matching(words))

    def can_change(self, item):
        return False
