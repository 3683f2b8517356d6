"""What anyone may see without signing in: published results, verification of a code, public survey forms."""

from secrets import token_urlsafe

from flask import g, redirect, request, url_for
from flask_appbuilder import expose
from flask_appbuilder.utils.limit import Limit
from flask_appbuilder.views import BaseView
from flask_babel import gettext as _

from app.clock import now
from app.cookies import cookie, set_lasting_cookie
from app.errors import DomainError
from app.limits import whole
from app.scoring.forms.surveys import read_answers
from app.scoring.models import SurveyCampaign
from app.scoring.operations import surveys as survey_acts
from app.scoring.queries import surveys
from app.scoring.queries.results import get_published_round, group_views, published_rounds
from app.scoring.queries.standings import round_standings
from app.scoring.queries.verification import matches, verified
from app.scoring.states import PROGRAMME_NAMES
from app.scoring.views import charts
from app.sign_in.known_devices import asking_subscriber
from app.web.desk import writes

MARK_AGE = 400 * 24 * 3600


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
        round_ = get_published_round(round_id)
        return self.render_template(
            "public/round.html",
            round=round_,
            views=group_views(round_standings(round_)),
            programmes=PROGRAMME_NAMES,
            charts=charts,
        )

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
        page = self.render_template(
            "public/verify.html", typed=code, found=found, programmes=PROGRAMME_NAMES, **more
        )
        return page if found is not None else (page, 404)


class PublicSurveyView(BaseView):
    """A survey form by its link: choose the agency, answer, once an agency and browser."""

    route_base = "/survey"
    default_view = "form"
    base_permissions: list[str] = []
    limits = [Limit("60 per minute", key_func=asking_subscriber)]

    @expose("/<token>")
    def form(self, token: str, refusal: DomainError | None = None):
        campaign = surveys.public_campaign(token)
        about = surveys.public_agency(campaign, request.values.get("agency", type=whole))
        return self.render_template(
            "public/survey.html",
            campaign=campaign,
            form=campaign.form,
            open=surveys.is_open(campaign, now()),
            agencies=[] if about else surveys.agencies_of(campaign),
            about=about,
            typed=request.form,
            refusal=refusal,
        )

    @expose("/<token>", methods=["POST"])
    @writes(again="form")
    def answer(self, token: str):
        campaign = surveys.public_campaign(token)
        about = surveys.public_agency(campaign, request.form.get("agency", type=whole))
        if about is None:
            return redirect(url_for(".form", token=token))
        mark = cookie(_mark_of(campaign))[:40] or token_urlsafe(24)
        answers = read_answers(campaign.form, request.form)
        survey_acts.respond(campaign, about, answers, at=now(), browser_mark=mark)
        answer = redirect(url_for(".thanks", token=token))
        set_lasting_cookie(answer, _mark_of(campaign), mark, seconds=MARK_AGE)
        return answer

    @expose("/<token>/thanks")
    def thanks(self, token: str):
        return self.render_template("public/thanks.html", campaign=surveys.public_campaign(token))


def _mark_of(campaign: SurveyCampaign) -> str:
    """The cookie of the browser's random mark: it tells that this browser has answered here, and nothing else."""
    return f"survey-{campaign.id}"
