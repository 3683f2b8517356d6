"""Nhật ký: who did what, when, from what to what. Nothing in it is ever changed."""

from flask import g
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup
from sqlalchemy import or_

from app.extensions import db
from app.models import Account, Agency, AgencyGroup, AuditEvent
from app.registers.trail_words import ACTIONS, NOUNS, change_lines
from app.text import fold
from app.web.desk import said
from app.web.register import Register
from app.web.rows import Narrowed, Rows


def _named(names: dict[str, str], word: str) -> list[str]:
    return [key for key, name in names.items() if word in fold(name)]


def _matching(words: str):
    """Query → query with the events that carry every word: in the actor, object, act or noun."""

    def narrow(query):
        for word in words.split():
            query = query.filter(_carries(word))
        return query

    return narrow


def _carries(word: str):
    return or_(
        AuditEvent.actor_name.icontains(word, autoescape=True),
        AuditEvent.label.icontains(word, autoescape=True),
        AuditEvent.object_id == word,
        AuditEvent.request_id == word,
        AuditEvent.action.in_(_named(ACTIONS, fold(word))),
        AuditEvent.object_type.in_(_named(NOUNS, fold(word))),
    )


PEOPLE = ("account_id", "appraiser_id", "created_by_id", "decided_by_id", "granted_by_id", "requested_by_id",
          "approved_by_id", "submitted_by_id")  # fmt: skip
AGENCIES = ("agency_id", "successor_id", "about_agency_id")


def _names() -> dict[str, dict[int, str]]:
    """What ids in the trail stand for: three queries a request, however many events are shown."""
    if "trail_names" not in g:
        people = dict(db.session.execute(db.select(Account.id, Account.username)).all())
        agencies = dict(db.session.execute(db.select(Agency.id, Agency.name)).all())
        groups = dict(db.session.execute(db.select(AgencyGroup.id, AgencyGroup.name)).all())
        g.trail_names = (
            dict.fromkeys(PEOPLE, people) | dict.fromkeys(AGENCIES, agencies) | {"group_id": groups}
        )
    return g.trail_names


class Events(Rows):
    """Audit events, their changes as lines of words."""

    def get_values(self, lst, list_columns):
        return (dict(zip(list_columns, self.get_values_item(row, list_columns), strict=True)) for row in lst)

    def get_values_item(self, item, show_columns):
        values = dict(zip(show_columns, super().get_values_item(item, show_columns), strict=True))
        lines = change_lines(item.changes or {}, item.object_type, _names())
        return [*(values | {"changes": Markup("<br>").join(lines)}).values()]


class AuditView(Register):
    datamodel = Events(AuditEvent)
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
        "actor_name": lambda name: name or _("(hệ thống)"),
    }

    def narrowing(self, name):
        return sorted(super().narrowing(name), key=lambda pair: fold(said(pair[1])))

    def search(self, filters, words):
        filters.add_filter("id", Narrowed, _matching(words))

    def can_change(self, item):
        return False
