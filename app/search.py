"""Tìm kiếm: one box for everything that an account may see; ``/`` leads into it from every page.

Rows are those of the screens themselves: registers and announcements by the account's grants, the rest by
``scoring.queries.search``.
"""

from typing import NamedTuple

from flask import request, url_for
from flask_appbuilder import expose, permission_name
from flask_appbuilder.security.decorators import has_access
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.accounts import is_administrator, is_manager
from app.clock import now
from app.extensions import db
from app.models import Account
from app.office.models import Announcement
from app.office.reading import announcements_to
from app.scoring.queries.search import LONGEST, Finder, Hit
from app.scoring.states import ROUND_NAMES, SHEET_NAMES, RoundState, SheetState
from app.web.desk import DeskView, me
from app.web.formats import moment

SHOWN, MOST = 5, 100

# Where a hit leads: the endpoint and the names of the hit's keys; ``#`` begins the anchor of the last key.
PLACES = {
    "agency": ("AgencyView.show", ("pk",), ""),
    "sheet": ("SheetView.show", (None, "sheet_id"), ""),
    "desk agency": ("AppraisalView.agency", ("round_id", "sheet_id"), ""),
    "set": ("CriteriaDeskView.show", ("set_id",), "c-"),
    "desk criterion": ("AppraisalView.criterion", ("round_id", "criterion_id"), ""),
    "row": ("SheetView.show", ("sheet_id",), "row-"),
    "evidence": ("EvidenceView.file", ("evidence_id",), ""),
    "round": ("RoundDeskView.show", ("round_id",), ""),
    "desk": ("AppraisalView.desk", ("round_id",), ""),
    "sheet of round": ("SheetView.show", ("sheet_id",), ""),
    "announcement": ("AnnouncementView.show", ("pk",), ""),
    "account": ("AccountView.show", ("pk",), ""),
}

GROUPS = {
    "agencies": (_l("Cơ quan, đơn vị"), "fa-building"),
    "rounds": (_l("Kỳ chấm điểm"), "fa-calendar-check"),
    "criteria": (_l("Tiêu chí"), "fa-list-check"),
    "evidence": (_l("Tài liệu kiểm chứng"), "fa-folder-open"),
    "accounts": (_l("Tài khoản"), "fa-users"),
    "announcements": (_l("Thông báo, hướng dẫn"), "fa-bullhorn"),
}


class Found(NamedTuple):
    """A group of hits; ``more`` when there are others than those shown."""

    name: str
    label: str
    icon: str
    hits: list[Hit]
    more: bool


class SearchView(DeskView):
    route_base = "/search"
    default_view = "index"
    base_permissions = ["can_read"]

    @expose("/")
    @has_access
    @permission_name("read")
    def index(self):
        typed, only = request.args.get("q", "").strip()[:LONGEST], request.args.get("in", "")
        names = [name for name in groups_of(me()) if only not in GROUPS or name == only]
        found = find(me(), typed, names, MOST if only in GROUPS else SHOWN)
        return self.render_template(
            "search.html",
            typed=typed,
            only=only if only in GROUPS else "",
            kinds=[GROUPS[name][0] for name in groups_of(me())],
            found=found,
            total=sum(len(group.hits) for group in found),
            address=address_of,
            detail=detail_of,
        )


def groups_of(account: Account) -> list[str]:
    """What there is to find for this kind of account."""
    if is_manager(account):
        return list(GROUPS)
    if is_administrator(account):
        return ["announcements"]
    return [name for name in GROUPS if name != "accounts"]


def find(account: Account, typed: str, names: list[str], limit: int) -> list[Found]:
    """The groups that hold a hit, each with ``limit`` of them at most."""
    finder = Finder(account, typed, limit + 1)
    if not finder.words:
        return []
    own = {"accounts": _accounts, "announcements": _announcements}
    groups = [(name, own[name](finder) if name in own else getattr(finder, name)()) for name in names]
    return [Found(name, *GROUPS[name], hits[:limit], len(hits) > limit) for name, hits in groups if hits]


def _accounts(finder: Finder) -> list[Hit]:
    query = select(Account).where(finder.matches(Account)).options(joinedload(Account.agency))
    rows = db.session.scalars(query.order_by(Account.sort_key, Account.id).limit(finder.limit))
    return [
        Hit("account", (row.id,), row.full_name, " · ".join(filter(None, [row.username, str(row.agency or "")])))
        for row in rows
    ]


def _announcements(finder: Finder) -> list[Hit]:
    query = announcements_to(select(Announcement).where(finder.matches(Announcement)), finder.account, now())
    order = (Announcement.published_at.desc(), Announcement.id.desc())
    rows = db.session.scalars(query.order_by(*order).limit(finder.limit))
    return [Hit("announcement", (row.id,), row.title, moment(row.published_at)) for row in rows]


def address_of(hit: Hit) -> str:
    endpoint, names, anchor = PLACES[hit.place]
    values = {name: key for name, key in zip(names, hit.keys, strict=False) if name}
    return url_for(endpoint, **values, _anchor=f"{anchor}{hit.keys[-1]}" if anchor else None)


def detail_of(hit: Hit) -> str:
    """States by their names; every other detail is people's own words."""
    if hit.place in ("round", "desk"):
        return ROUND_NAMES[RoundState(hit.detail)]
    return SHEET_NAMES[SheetState(hit.detail)] if hit.place == "sheet of round" else hit.detail
