"""Before points: where the answers came from, agency by agency; what looks odd is removed or restored."""

from datetime import datetime

from flask import flash, redirect, request, url_for
from flask_appbuilder import expose, permission_name
from flask_appbuilder.security.decorators import has_access
from flask_babel import gettext as _

from app.clock import PROVINCE_ZONE, now
from app.errors import NotInScope, Refused
from app.limits import whole
from app.networks import network_label
from app.scoring.models import SurveyCampaign
from app.scoring.operations import survey_review as acts
from app.scoring.operations.surveys import compute_points
from app.scoring.queries import survey_sources, surveys
from app.scoring.queries.progress import get_progress_round, hold_progress_round
from app.scoring.states import CHANNEL_NAMES, PROGRAMME_NAMES, RoundState
from app.scoring.views import typed
from app.web.desk import DeskView, me, said, writes

HOUR = "%Y-%m-%dT%H"


class SurveyReviewView(DeskView):
    route_base = "/surveys-desk"
    default_view = "review"

    @expose("/<int:round_id>/sources")
    @has_access
    @permission_name("read")
    def review(self, round_id: int, refusal=None):
        round_ = get_progress_round(me(), round_id)
        campaigns = surveys.campaigns_of(round_)
        return self.render_template(
            "surveys_desk/review.html",
            round=round_,
            tables=[(campaign, survey_sources.agency_sources(campaign)) for campaign in campaigns],
            seen=survey_sources.answers_mark(round_),
            stale=any(survey_sources.is_stale(campaign) for campaign in campaigns),
            channels=CHANNEL_NAMES,
            programmes=PROGRAMME_NAMES,
            concluded=round_.state == RoundState.CONCLUDED,
            refusal=refusal,
        )

    @expose("/<int:round_id>/points", methods=["POST"])
    @has_access
    @permission_name("write")
    @writes(again="review")
    def compute(self, round_id: int):
        round_ = hold_progress_round(me(), round_id)
        scored = compute_points(round_, seen=typed.text("seen"), actor=me(), at=now())
        flash(_("Đã tính điểm khảo sát cho %(n)s tiêu chí của các cơ quan.", n=scored), "success")
        return redirect(url_for("SurveyDeskView.show", round_id=round_id))

    @expose("/<int:round_id>/<int:campaign_id>/sources")
    @has_access
    @permission_name("read")
    def sources(self, round_id: int, campaign_id: int, refusal=None):
        if not request.values.get("agency"):
            return redirect(url_for(".review", round_id=round_id))
        campaign, about = _asked(round_id, campaign_id)
        narrowed = _narrowed()
        everything = survey_sources.responses_about(campaign, about, survey_sources.Narrowed())
        return self.render_template(
            "surveys_desk/sources.html",
            round=campaign.round,
            campaign=campaign,
            about=about,
            sources=survey_sources.sources_of([survey_sources.source_of(one) for one in everything]),
            responses=[one for one in everything if narrowed.takes(one)],
            most=survey_sources.LISTED,
            narrowed=narrowed,
            removals=survey_sources.removals_about(campaign, about),
            channels=CHANNEL_NAMES,
            label=network_label,
            here=lambda more: _place(campaign, about, **more, _anchor="answers"),
            narrowed_words=_words(narrowed),
            channel_key=str,
            channel_words=_channel_words,
            hour_key=lambda hour: hour.strftime(HOUR),
            hour_words=_hour_words,
            concluded=campaign.round.state == RoundState.CONCLUDED,
            refusal=refusal,
        )

    @expose("/<int:round_id>/<int:campaign_id>/remove", methods=["POST"])
    @has_access
    @permission_name("write")
    @writes(again="sources")
    def remove(self, round_id: int, campaign_id: int):
        """Those ticked, or with ``what=shown`` all of the network, hour or channel that is looked at."""
        campaign, about = _asked(round_id, campaign_id)
        held = surveys.hold_campaign(campaign.round, campaign.id)
        narrowed = _narrowed()
        shown = survey_sources.responses_about(campaign, about, narrowed)
        if typed.text("what") == "shown" and not narrowed:
            raise Refused("Hãy chọn một mạng, một giờ hoặc một kênh trước.", field="response")
        ticked = set(typed.ids("response"))
        chosen = shown if typed.text("what") == "shown" else [one for one in shown if one.id in ticked]
        removal = acts.remove_answers(held, about, chosen, typed.text("reason"), actor=me(), at=now())
        flash(_("Đã loại %(n)s phiếu; hãy tính lại điểm khảo sát.", n=removal.count), "success")
        return redirect(_place(campaign, about))

    @expose("/<int:round_id>/<int:campaign_id>/removals/<int:removal_id>/restore", methods=["POST"])
    @has_access
    @permission_name("write")
    @writes()
    def restore(self, round_id: int, campaign_id: int, removal_id: int):
        held = surveys.hold_campaign(get_progress_round(me(), round_id), campaign_id)
        campaign = held.row
        removal, responses = survey_sources.get_removal(campaign, removal_id)
        acts.restore_answers(held, removal, responses, actor=me(), at=now())
        flash(_("Đã khôi phục %(n)s phiếu; hãy tính lại điểm khảo sát.", n=len(responses)), "success")
        return redirect(_place(campaign, removal.about_agency))


def _asked(round_id: int, campaign_id: int):
    """The campaign of the address and the agency that the form or the query names."""
    campaign = surveys.get_campaign(get_progress_round(me(), round_id), campaign_id)
    about = surveys.public_agency(campaign, request.values.get("agency", type=whole))
    if about is None:
        raise NotInScope()
    return campaign, about


def _narrowed() -> survey_sources.Narrowed:
    asked = request.values.get("hour", "")
    try:
        hour = datetime.strptime(asked, HOUR).replace(tzinfo=PROVINCE_ZONE) if asked else None
    except ValueError:
        raise NotInScope() from None
    return survey_sources.Narrowed(request.values.get("network", ""), hour, request.values.get("channel", ""))


def _place(campaign: SurveyCampaign, about, **more) -> str:
    """The page of this agency's answers, narrowed or not."""
    return url_for(".sources", round_id=campaign.round_id, campaign_id=campaign.id, agency=about.id, **more)


def _channel_words(channel: str) -> str:
    return said(CHANNEL_NAMES.get(channel, ""))


def _words(narrowed: survey_sources.Narrowed) -> str:
    """What the list is narrowed to, as the page names it."""
    words = (
        _channel_words(narrowed.channel),
        _hour_words(narrowed.hour) if narrowed.hour else "",
        network_label(narrowed.network) if narrowed.network else "",
    )
    return " · ".join(filter(None, words))


def _hour_words(hour: datetime) -> str:
    return f"{hour:%H}:00–{hour:%H}:59 {hour:%d/%m/%Y}"
