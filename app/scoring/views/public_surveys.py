"""A citizens' survey form: opened by a one-time code, or by the campaign's link while that is open to all."""

from secrets import token_urlsafe

from flask import redirect, request, url_for
from flask_appbuilder import expose
from flask_appbuilder.utils.limit import Limit
from flask_appbuilder.views import BaseView

from app.clock import now
from app.cookies import cookie, set_lasting_cookie
from app.errors import DomainError
from app.limits import whole
from app.row_access import system_access
from app.scoring.forms.surveys import read_answers
from app.scoring.models import SurveyCampaign
from app.scoring.operations import survey_answers as acts
from app.scoring.queries import surveys
from app.scoring.views.survey_places import asking_network, secret
from app.sign_in.known_devices import asking_subscriber
from app.web.desk import writes

MARK_AGE = 400 * 24 * 3600
MARK_LENGTH = 40


class PublicSurveyView(BaseView):
    """With a code: the form about the code's agency. By the link: choose the agency, answer once about each."""

    route_base = "/survey"
    default_view = "form"
    base_permissions: list[str] = []
    limits = [Limit("60 per minute", key_func=asking_subscriber)]

    @expose("/<token>")
    def form(self, token: str, refusal: DomainError | None = None):
        campaign = surveys.public_campaign(token)
        code, about, refusal = self._opened(campaign, refusal)
        chooses = campaign.mode == "link" and about is None
        page = self.render_template(
            "public/survey.html",
            campaign=campaign,
            form=campaign.form,
            open=surveys.is_open(campaign, now()),
            agencies=surveys.agencies_of(campaign) if chooses else [],
            about=about,
            code=code,
            mark=request.form.get("mark") or token_urlsafe(24),
            typed=request.form,
            refusal=refusal,
        )
        return page

    @system_access("a survey form opened by a one-time code")
    def _opened(self, campaign: SurveyCampaign, refusal: DomainError | None):
        """The code that was typed, the agency it or the form names, and why the code opens nothing."""
        code = request.values.get("code", "").strip()[:MARK_LENGTH]
        if not code:
            about = surveys.public_agency(campaign, request.values.get("agency", type=whole))
            return "", about if campaign.mode == "link" else None, refusal
        try:
            return code, acts.live_code(campaign, code, secret=secret()).batch.about_agency, refusal
        except DomainError as problem:
            return code, None, refusal or problem

    @expose("/<token>", methods=["POST"])
    @system_access("a survey answered without an account")
    @writes(again="form")
    def answer(self, token: str):
        held = surveys.hold_public_campaign(token)
        campaign = held.row
        answers = read_answers(campaign.form, request.form)
        network, done = asking_network(campaign), redirect(url_for(".thanks", token=token))
        code = request.form.get("code", "").strip()
        if code:
            acts.respond_by_code(held, code, answers, secret=secret(), network=network, at=now())
            return done
        about = surveys.public_agency(campaign, request.form.get("agency", type=whole))
        if about is None:
            return redirect(url_for(".form", token=token))
        mark = self._mark(campaign)
        acts.respond_by_link(held, about, answers, mark=mark, network=network, at=now())
        set_lasting_cookie(done, _cookie_of(campaign), mark, seconds=MARK_AGE)
        return done

    def _mark(self, campaign: SurveyCampaign) -> str:
        """The browser's, else the page's: what one page sends twice before its cookie comes counts once."""
        given = cookie(_cookie_of(campaign)) or request.form.get("mark", "")
        return given[:MARK_LENGTH] or token_urlsafe(24)

    @expose("/<token>/thanks")
    def thanks(self, token: str):
        return self.render_template("public/thanks.html", campaign=surveys.public_campaign(token))


def _cookie_of(campaign: SurveyCampaign) -> str:
    """The cookie of the browser's random mark: it tells that this browser has answered here, and nothing else."""
    return f"survey-{campaign.id}"
