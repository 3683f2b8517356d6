"""Home: for each account type what is due, how far it is and what waits; notifications."""

from flask import flash, redirect, request, url_for
from flask_appbuilder import expose, permission_name
from flask_appbuilder.security.decorators import has_access
from flask_appbuilder.utils.base import get_safe_redirect
from flask_babel import gettext as _

from app import machine, notices, routines
from app.accounts import has_mailbox, is_appraiser, is_data_entry, is_manager
from app.clock import now
from app.extensions import db
from app.models import Digest
from app.office.reading import latest_announcements
from app.scoring.operations.digests import choose_digest
from app.scoring.queries import home
from app.scoring.queries.own_outcome import reasons_of
from app.scoring.queries.review import waiting_for
from app.scoring.states import PROGRAMME_NAMES, ROUND_NAMES, SHEET_NAMES, WORK_NAMES
from app.web.desk import DeskView, me, writes

SHOWN = 6


class HomeView(DeskView):
    route_base = "/home"
    default_view = "home"

    @expose("/")
    @has_access
    @permission_name("read")
    def home(self):
        kind, found = _page_of(me())
        return self.render_template(
            f"home/{kind}.html",
            account=me(),
            notifications=notices.notifications_of(me(), SHOWN, unread=True),
            unread=notices.unread_count(me()),
            announcements=latest_announcements(me(), now()),
            programmes=PROGRAMME_NAMES,
            round_names=ROUND_NAMES,
            sheet_names=SHEET_NAMES,
            work_names=WORK_NAMES,
            at=now(),
            **found,
        )

    @expose("/notifications")
    @has_access
    @permission_name("read")
    def notifications(self):
        return self.render_template(
            "home/notifications.html",
            notifications=notices.notifications_of(me()),
            unread=notices.unread_count(me()),
        )

    @expose("/notifications/<int:notification_id>/read", methods=["POST"])
    @has_access
    @permission_name("write")
    @writes()
    def read_one(self, notification_id: int):
        notification = notices.read_one(me(), notification_id, at=now())
        return redirect(get_safe_redirect(notification.url or url_for(".notifications")))

    @expose("/notifications/read", methods=["POST"])
    @has_access
    @permission_name("write")
    @writes()
    def read_all(self):
        notices.read_all(me(), at=now())
        return redirect(url_for(".home") if request.form.get("back") == "home" else url_for(".notifications"))

    @expose("/settings")
    @has_access
    @permission_name("read")
    def settings(self):
        """What a person may choose for themselves."""
        digest = db.session.get(Digest, me().id)
        return self.render_template(
            "home/settings.html",
            wanted=digest is None or digest.wanted,
            mailbox=has_mailbox(me()),
            email=me().email,
        )

    @expose("/settings", methods=["POST"])
    @has_access
    @permission_name("write")
    @writes()
    def choose(self):
        choose_digest(me(), bool(request.form.get("digest")))
        flash(_("Đã lưu cài đặt."), "success")
        return redirect(url_for(".settings"))


def _page_of(account) -> tuple[str, dict]:
    """The account type's page and its rows."""
    if is_data_entry(account):
        sheets, explanations = home.open_sheets(account, now()), home.explanations_due(account, now())
        return "entry", {
            "sheets": sheets,
            "outlooks": home.outlooks(sheets),
            "waiting": waiting_for(account),
            "explanations": explanations,
            "reasons": reasons_of([score.id for score in explanations]),
            "surveys": home.surveys_due(account, now()),
            "results": home.last_results(account),
        }
    if is_appraiser(account):
        return "appraiser", {"works": home.open_works(account)}
    if is_manager(account):
        found = {"rounds": home.open_rounds(now()), "waiting": home.waiting_counts()}
        return "manager", found | {"routines": routines.standings(now())}
    return "administrator", {"machine": machine.facts(), "routines": routines.standings(now())}
