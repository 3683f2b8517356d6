"""What anyone may see without signing in: published results, verification of a code."""

from flask import g, redirect, request, url_for
from flask_appbuilder import expose
from flask_appbuilder.utils.limit import Limit
from flask_appbuilder.views import BaseView
from flask_babel import gettext as _

from app.scoring.queries.results import (
    group_views,
    published_decision,
    published_rounds,
    published_standings,
)
from app.scoring.queries.verification import matches, verified
from app.scoring.queries.verified_results import verified_result
from app.scoring.states import PROGRAMME_NAMES
from app.scoring.views import charts
from app.sign_in.known_devices import asking_subscriber
from app.web.uploads import send_stored


class PublicView(BaseView):
    """The front page: published results, and the ways to the other public pages."""

    route_base = ""
    default_view = "index"
    base_permissions: list[str] = []

    @expose("/")
    def index(self):
        if g.user.is_authenticated:
            return redirect(url_for("HomeView.home"))
        return self._rounds()

    @expose("/public/")
    def rounds(self):
        """The same page for people who are signed in."""
        return self._rounds()

    @expose("/public/rounds/<int:round_id>")
    def round(self, round_id: int):
        standings = published_standings(round_id)
        return self.render_template(
            "public/round.html",
            round=standings.round,
            views=group_views(standings),
            programmes=PROGRAMME_NAMES,
            charts=charts,
        )

    @expose("/public/rounds/<int:round_id>/decision")
    def decision(self, round_id: int):
        """The file of the decision, as long as the result is published."""
        found = published_decision(round_id)
        return send_stored(found.file, found.file_name)

    def _rounds(self):
        return self.render_template(
            "public/index.html", rounds=published_rounds(), programmes=PROGRAMME_NAMES
        )


class VerificationView(BaseView):
    """Whether a printed report is one of this system's, and still stands. Codes cannot be tried in bulk."""

    route_base = "/verify"
    default_view = "form"
    base_permissions: list[str] = []
    limits = [Limit("30 per minute", key_func=asking_subscriber)]

    @expose("/")
    def form(self):
        typed = request.args.get("code", "").strip()
        if typed:
            return redirect(url_for(".code", code=typed[:40]))
        return self.render_template("public/verify.html", typed="")

    @expose("/<code>")
    def code(self, code: str):
        return self._page(code)

    @expose("/<code>", methods=["POST"])
    def compare(self, code: str):
        upload, found = request.files.get("file"), verified(code)
        if found is None:
            return self._page(code)
        if upload is None or not upload.filename:
            return self._page(code, problem=_("Hãy chọn tệp để đối chiếu.")), 422
        same, sha256 = matches(found, upload.stream)
        return self._page(code, compared=(same, sha256, upload.filename))

    def _page(self, code: str, **more):
        found = verified(code)
        result = verified_result(code) if found is None else None
        page = self.render_template(
            "public/verify.html", typed=code, found=found, result=result, programmes=PROGRAMME_NAMES, **more
        )
        return page if found is not None or result is not None else (page, 404)
