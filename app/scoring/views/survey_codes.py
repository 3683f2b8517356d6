"""One-time codes of a citizens' campaign: made and shown once, taken back; paper forms brought in from a file."""

from flask import flash, redirect, request, send_file, url_for
from flask_appbuilder import expose, permission_name
from flask_appbuilder.security.decorators import has_access
from flask_babel import gettext as _

from app.clock import now
from app.errors import NotInScope, Refused
from app.holding import Held
from app.limits import whole
from app.scoring.exports.survey_files import code_url, codes_workbook, papers_workbook
from app.scoring.imports.finding import has_errors
from app.scoring.imports.survey_papers import COLUMNS
from app.scoring.models import SurveyCampaign
from app.scoring.operations import survey_codes as acts
from app.scoring.operations.survey_papers import import_papers
from app.scoring.queries import survey_sources, surveys
from app.scoring.queries.progress import get_progress_round
from app.scoring.states import CHANNEL_NAMES, RoundState
from app.scoring.views import typed
from app.scoring.views.files import attachment
from app.scoring.views.survey_places import public_url, qr, secret
from app.web.desk import DeskView, me, writes

MOST_ON_A_PAGE = 300
"""Each printed slip carries a picture of its own; more come as a workbook."""


class SurveyCodesView(DeskView):
    route_base = "/surveys-desk"
    default_view = "codes"

    @expose("/<int:round_id>/<int:campaign_id>/codes")
    @has_access
    @permission_name("read")
    def codes(self, round_id: int, campaign_id: int, refusal=None, findings=(), **_route):
        campaign = _campaign(round_id, campaign_id)
        return self.render_template(
            "surveys_desk/codes.html",
            round=campaign.round,
            campaign=campaign,
            agency_options=[(agency.id, agency.name) for agency in surveys.agencies_of(campaign)],
            batches=survey_sources.batches_of(campaign),
            channels=CHANNEL_NAMES,
            concluded=campaign.round.state == RoundState.CONCLUDED,
            headings={column.name: column.headings[0] for column in COLUMNS},
            refusal=refusal,
            findings=findings,
            most=acts.MOST_AN_AGENCY,
            most_on_a_page=MOST_ON_A_PAGE,
        )

    @expose("/<int:round_id>/<int:campaign_id>/codes", methods=["POST"])
    @has_access
    @permission_name("write")
    @writes(again="codes")
    def make(self, round_id: int, campaign_id: int):
        """The answer to this very request is the only place where the codes are readable."""
        held = _held(round_id, campaign_id)
        campaign = held.row
        about = surveys.public_agency(campaign, request.form.get("agency", type=whole))
        agencies = [about] if about is not None else surveys.agencies_of(campaign)
        count, channel, page = typed.whole("count"), typed.text("channel"), typed.text("what") == "page"
        if page and count * len(agencies) > MOST_ON_A_PAGE:
            raise Refused(
                "Trang in có nhiều nhất %(most)s mã; hãy tải tệp Excel.", field="count", most=MOST_ON_A_PAGE
            )
        made = acts.make_codes(held, agencies, channel, count, secret=secret(), actor=me(), at=now())
        if page:
            return self.render_template(
                "surveys_desk/slips.html",
                campaign=campaign,
                made=made,
                address=public_url(campaign),
                qr=qr,
                code_url=code_url,
            )
        name = CHANNEL_NAMES[channel]
        table = codes_workbook(campaign, made, public_url(campaign), name)
        return send_file(**attachment(table, f"Mã trả lời {campaign.form.code} {name}.xlsx"))

    @expose("/<int:round_id>/<int:campaign_id>/codes/<int:batch_id>/revoke", methods=["POST"])
    @has_access
    @permission_name("write")
    @writes(again="codes")
    def revoke(self, round_id: int, campaign_id: int, batch_id: int):
        held = _held(round_id, campaign_id)
        acts.revoke_codes(held, survey_sources.get_batch(held.row, batch_id), actor=me(), at=now())
        flash(_("Đã thu hồi các mã chưa dùng."), "success")
        return redirect(url_for(".codes", round_id=round_id, campaign_id=campaign_id))

    @expose("/<int:round_id>/<int:campaign_id>/papers.xlsx")
    @has_access
    @permission_name("read")
    def papers_file(self, round_id: int, campaign_id: int):
        campaign = _campaign(round_id, campaign_id)
        return send_file(
            **attachment(papers_workbook(campaign), f"Phiếu giấy {campaign.form.code}.xlsx")
        )

    @expose("/<int:round_id>/<int:campaign_id>/papers", methods=["POST"])
    @has_access
    @permission_name("write")
    @writes(again="codes")
    def import_papers(self, round_id: int, campaign_id: int):
        """All papers of the file or none."""
        upload = request.files.get("file")
        if upload is None or not upload.filename:
            raise Refused("Hãy chọn tệp phiếu giấy (CSV hoặc XLSX).", field="file")
        held = _held(round_id, campaign_id)
        made, findings = import_papers(held, upload.read(), upload.filename, actor=me(), at=now())
        if has_errors(findings):
            return self.codes(round_id, campaign_id, findings=findings), 422
        flash(_("Đã nhập %(n)s phiếu giấy.", n=made), "success")
        return redirect(url_for(".codes", round_id=round_id, campaign_id=campaign_id))


def _held(round_id: int, campaign_id: int) -> Held[SurveyCampaign]:
    return surveys.hold_campaign(get_progress_round(me(), round_id), _campaign(round_id, campaign_id).id)


def _campaign(round_id: int, campaign_id: int) -> SurveyCampaign:
    """A citizens' campaign of the round; the other forms have no codes."""
    campaign = surveys.get_campaign(get_progress_round(me(), round_id), campaign_id)
    if campaign.form.audience != "citizen":
        raise NotInScope()
    return campaign
