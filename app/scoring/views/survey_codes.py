"""One-time codes of a citizens' campaign: made and shown once, taken back; paper forms brought in from a file."""

from flask import flash, redirect, request, send_file, url_for
from flask_appbuilder import expose, permission_name
from flask_appbuilder.security.decorators import has_access
from flask_babel import gettext as _

from app.clock import now
from app.errors import NotInScope, Sentence
from app.holding import Held
from app.limits import whole
from app.scoring.exports.survey_files import papers_workbook
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
from app.scoring.views.survey_places import public_url, secret
from app.scoring.views.table_upload import uploaded_table
from app.shown_once import show_once
from app.sign_in.shown_once import SecretList
from app.web.desk import DeskView, me, said, writes
from app.web.formats import moment


class SurveyCodesView(DeskView):
    route_base = "/surveys-desk"
    default_view = "codes"

    @expose("/<int:round_id>/<int:campaign_id>/codes")
    @has_access
    @permission_name("read")
    def codes(self, round_id: int, campaign_id: int, refusal=None, findings=(), file_name="", done="", **_route):
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
            file_name=file_name,
            done=done,
            most=acts.MOST_AN_AGENCY,
        )

    @expose("/<int:round_id>/<int:campaign_id>/codes", methods=["POST"])
    @has_access
    @permission_name("write")
    @writes(again="codes")
    def make(self, round_id: int, campaign_id: int):
        """The codes are readable on the page that follows, and nowhere else."""
        held = _held(round_id, campaign_id)
        campaign = held.row
        about = surveys.public_agency(campaign, request.form.get("agency", type=whole))
        agencies = [about] if about is not None else surveys.agencies_of(campaign)
        count, channel = typed.whole("count"), typed.text("channel")
        made = acts.make_codes(held, agencies, channel, count, secret=secret(), actor=me(), at=now())
        return show_once(_slips(campaign, made, said(CHANNEL_NAMES[channel])))

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
        file = uploaded_table(Sentence("Hãy chọn tệp phiếu giấy."))
        held = _held(round_id, campaign_id)
        made, findings = import_papers(
            held, file.data, file.name, actor=me(), at=now(), reading=file.reading
        )
        if has_errors(findings):
            return self.codes(round_id, campaign_id, findings=findings, file_name=file.name), 422
        done = _("Đã nhập %(n)s phiếu giấy.", n=made)
        if findings:
            return self.codes(round_id, campaign_id, findings=findings, file_name=file.name, done=done)
        flash(done, "success")
        return redirect(url_for(".codes", round_id=round_id, campaign_id=campaign_id))


def _slips(campaign: SurveyCampaign, made: list[acts.NewCodes], channel: str) -> SecretList:
    address = public_url(campaign)
    return SecretList(
        title=_("Mã trả lời %(form)s – %(channel)s", form=campaign.form.code, channel=channel),
        hint=_(
            "Quét mã QR hoặc mở địa chỉ rồi nhập mã. Mã trả lời một lần, không ghi tên người trả lời; nhận trả lời "
            "đến %(time)s.",
            time=moment(campaign.closes_at),
        ),
        back=url_for(".codes", round_id=campaign.round_id, campaign_id=campaign.id),
        columns=[_("Phiếu khảo sát"), _("Cơ quan, đơn vị"), _("Địa chỉ"), _("Mã trả lời"), _("Liên kết")],
        rows=[
            [campaign.form.title, new.agency.name, address, code, f"{address}?code={code}"]
            for new in made
            for code in new.codes
        ],
        secret=[3],
        link=4,
    )


def _held(round_id: int, campaign_id: int) -> Held[SurveyCampaign]:
    return surveys.hold_campaign(get_progress_round(me(), round_id), _campaign(round_id, campaign_id).id)


def _campaign(round_id: int, campaign_id: int) -> SurveyCampaign:
    """A citizens' campaign of the round; the other forms have no codes."""
    campaign = surveys.get_campaign(get_progress_round(me(), round_id), campaign_id)
    if campaign.form.audience != "citizen":
        raise NotInScope()
    return campaign
