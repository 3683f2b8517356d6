"""Survey forms that officials and agencies answer inside the application."""

from flask import flash, redirect, request, url_for
from flask_appbuilder import expose, permission_name
from flask_appbuilder.security.decorators import has_access
from flask_babel import gettext as _

from app.clock import now
from app.errors import DomainError
from app.scoring.forms.surveys import read_answers
from app.scoring.operations.survey_answers import respond_inside
from app.scoring.queries.surveys import (
    answered_about,
    campaign_about,
    campaigns_for,
    hold_campaign_about,
)
from app.web.desk import DeskView, me, writes


class SurveyView(DeskView):
    """Officials answer about their own agency, agencies about the others; each form once."""

    route_base = "/surveys"
    default_view = "index"

    @expose("/")
    @has_access
    @permission_name("read")
    def index(self):
        campaigns = campaigns_for(me(), now())
        answered = answered_about(me(), [campaign for campaign, _agencies in campaigns])
        return self.render_template("survey/list.html", campaigns=campaigns, answered=answered)

    @expose("/<int:campaign_id>/<int:agency_id>")
    @has_access
    @permission_name("write")
    def form(self, campaign_id: int, agency_id: int, refusal: DomainError | None = None):
        campaign, about = campaign_about(me(), campaign_id, agency_id)
        return self.render_template(
            "survey/form.html",
            campaign=campaign,
            form=campaign.form,
            about=about,
            typed=request.form,
            refusal=refusal,
            answered=about.id in answered_about(me(), [campaign]).get(campaign.id, set()),
        )

    @expose("/<int:campaign_id>/<int:agency_id>", methods=["POST"])
    @has_access
    @permission_name("write")
    @writes(again="form")
    def answer(self, campaign_id: int, agency_id: int):
        held, about = hold_campaign_about(me(), campaign_id, agency_id)
        answers = read_answers(held.row.form, request.form)
        respond_inside(held, about, answers, account=me(), at=now())
        flash(_("Đã ghi nhận phiếu khảo sát về “%(agency)s”. Xin cảm ơn.", agency=about.name), "success")
        return redirect(url_for("SurveyView.index"))
