"""Surveys of a round: public links, answers so far, points of the survey leaves; import of forms."""

from flask import flash, redirect, request, send_file, url_for
from flask_appbuilder import expose, permission_name
from flask_appbuilder.security.decorators import has_access
from flask_babel import gettext as _

from app.clock import now
from app.errors import Refused
from app.limits import whole
from app.scoring.exports.survey_points import survey_points_workbook
from app.scoring.imports.finding import has_errors
from app.scoring.imports.scores import COLUMNS
from app.scoring.operations import surveys as acts
from app.scoring.operations.scores import import_scores
from app.scoring.queries import survey_sources, surveys
from app.scoring.queries.progress import followed_rounds, get_progress_round, hold_progress_round
from app.scoring.states import CHANNEL_NAMES, PROGRAMME_NAMES, ROUND_NAMES, RoundState
from app.scoring.views import typed
from app.scoring.views.files import attachment
from app.scoring.views.survey_places import public_url
from app.web.desk import DeskView, me, writes
from app.web.qr import qr

AUDIENCES = {
    "official": "Công chức, viên chức trong cơ quan",
    "citizen": "Người dân, doanh nghiệp",
    "agency": "Cơ quan, đơn vị khác",
}


class SurveyDeskView(DeskView):
    route_base = "/surveys-desk"
    default_view = "rounds"

    @expose("/")
    @has_access
    @permission_name("read")
    def rounds(self, refusal=None, findings=()):
        return self.render_template(
            "surveys_desk/rounds.html",
            rounds=followed_rounds(),
            forms=surveys.forms(),
            findings=findings,
            refusal=refusal,
            programmes=PROGRAMME_NAMES,
            states=ROUND_NAMES,
            audiences=AUDIENCES,
        )

    @expose("/import", methods=["POST"])
    @has_access
    @permission_name("write")
    @writes(again="rounds")
    def import_forms(self):
        upload = request.files.get("file")
        if upload is None or not upload.filename:
            raise Refused("Hãy chọn tệp phiếu khảo sát (CSV hoặc XLSX).", field="file")
        made, findings = acts.import_surveys(upload.read(), upload.filename, actor=me(), at=now())
        if has_errors(findings):
            return self.rounds(findings=findings), 422
        flash(_("Đã nhập %(n)s phiếu khảo sát mới.", n=made), "success" if made else "warning")
        return redirect(url_for(".rounds"))

    @expose("/<int:round_id>")
    @has_access
    @permission_name("read")
    def show(self, round_id: int, refusal=None, findings=(), **_route):
        round_ = get_progress_round(me(), round_id)
        return self.render_template(
            "surveys_desk/show.html",
            round=round_,
            views=[surveys.campaign_view(campaign) for campaign in surveys.campaigns_of(round_)],
            refusal=refusal,
            findings=findings,
            headings={column.name: column.headings[0] for column in COLUMNS},
            missing=[score for score in surveys.survey_scores(round_) if score.survey_points is None],
            is_open=lambda campaign: surveys.is_open(campaign, now()),
            public_url=public_url,
            qr=qr,
            channels=CHANNEL_NAMES,
            channel_counts=survey_sources.channel_counts,
            is_stale=survey_sources.is_stale,
            audiences=AUDIENCES,
            programmes=PROGRAMME_NAMES,
            concluded=round_.state == RoundState.CONCLUDED,
        )

    @expose("/<int:round_id>/<int:campaign_id>")
    @has_access
    @permission_name("read")
    def campaign(self, round_id: int, campaign_id: int):
        round_ = get_progress_round(me(), round_id)
        found = surveys.get_campaign(round_, campaign_id)
        about = surveys.public_agency(found, request.args.get("agency", type=whole))
        return self.render_template(
            "surveys_desk/campaign.html",
            round=round_,
            about=about,
            view=surveys.campaign_view(found, about.id if about else None),
            audiences=AUDIENCES,
        )

    @expose("/<int:round_id>/<int:campaign_id>/closing", methods=["POST"])
    @has_access
    @permission_name("write")
    @writes(again="show")
    def set_closing(self, round_id: int, campaign_id: int):
        found = surveys.hold_campaign(get_progress_round(me(), round_id), campaign_id)
        acts.set_closing(found, typed.moment("closes_at"), actor=me(), at=now())
        flash(_("Đã đổi thời điểm đóng phiếu."), "success")
        return redirect(url_for(".show", round_id=round_id))

    @expose("/<int:round_id>/<int:campaign_id>/mode", methods=["POST"])
    @has_access
    @permission_name("write")
    @writes(again="show")
    def set_mode(self, round_id: int, campaign_id: int):
        found = surveys.hold_campaign(get_progress_round(me(), round_id), campaign_id)
        acts.set_mode(found, typed.text("mode"), typed.whole("daily_cap"), actor=me(), at=now())
        flash(_("Đã đổi cách trả lời phiếu."), "success")
        return redirect(url_for(".show", round_id=round_id))

    @expose("/<int:round_id>/points.xlsx")
    @has_access
    @permission_name("read")
    def points_file(self, round_id: int):
        round_ = get_progress_round(me(), round_id)
        return send_file(
            **attachment(
                survey_points_workbook(round_),
                f"Điểm khảo sát {round_.programme.upper()} {round_.period}.xlsx",
            )
        )

    @expose("/<int:round_id>/import-points", methods=["POST"])
    @has_access
    @permission_name("write")
    @writes(again="show")
    def import_points(self, round_id: int):
        """All rows of the file or none."""
        round_ = hold_progress_round(me(), round_id)
        upload = request.files.get("file")
        if upload is None or not upload.filename:
            raise Refused("Hãy chọn tệp điểm khảo sát (CSV hoặc XLSX).", field="file")
        rows, findings = import_scores(upload.read(), upload.filename, round_, "survey", actor=me(), at=now())
        if has_errors(findings):
            return self.show(round_id, findings=findings), 422
        flash(_("Đã nhập điểm khảo sát cho %(n)s tiêu chí của các cơ quan.", n=rows), "success")
        return redirect(url_for(".show", round_id=round_id))
