"""Surveys of a round: public links, answers so far, points of the survey leaves; import of forms."""

from flask import flash, redirect, request, send_file, url_for
from flask_appbuilder import expose, permission_name
from flask_appbuilder.security.decorators import has_access
from flask_babel import gettext as _

from app.clock import now
from app.errors import Sentence
from app.limits import whole
from app.scoring.exports.survey_points import survey_points_workbook
from app.scoring.imports.changes import mark_of
from app.scoring.imports.finding import has_errors
from app.scoring.imports.scores import COLUMNS
from app.scoring.imports.surveys import COLUMNS as FORM_COLUMNS
from app.scoring.operations import surveys as acts
from app.scoring.operations.scores import ScoreFile, import_scores, read_scores
from app.scoring.queries import survey_sources, surveys
from app.scoring.queries.progress import followed_rounds, get_progress_round, hold_progress_round
from app.scoring.states import CHANNEL_NAMES, PROGRAMME_NAMES, ROUND_NAMES, RoundState
from app.scoring.views import typed
from app.scoring.views.files import attachment
from app.scoring.views.survey_places import public_url
from app.scoring.views.table_upload import TableFile, is_confirmed, sealed, unsealed, uploaded_table
from app.web.desk import DeskView, me, writes
from app.web.qr import qr

KIND = "survey-points"
_POINT_HEADINGS = {column.name: column.headings[0] for column in COLUMNS}
_FORM_HEADINGS = {column.name: column.headings[0] for column in FORM_COLUMNS}
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
    def rounds(self, refusal=None, findings=(), file_name="", done="", nothing=False):
        return self.render_template(
            "surveys_desk/rounds.html",
            rounds=followed_rounds(),
            forms=surveys.forms(),
            findings=findings,
            file_name=file_name,
            done=done,
            nothing=nothing,
            headings=_FORM_HEADINGS,
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
        file = uploaded_table(Sentence("Hãy chọn tệp phiếu khảo sát."))
        made, findings = acts.import_surveys(
            file.data, file.name, actor=me(), at=now(), reading=file.reading
        )
        if has_errors(findings):
            return self.rounds(findings=findings, file_name=file.name), 422
        done = _("Đã nhập %(n)s phiếu khảo sát mới.", n=made)
        if findings:
            return self.rounds(findings=findings, file_name=file.name, done=done, nothing=not made)
        flash(done, "success")
        return redirect(url_for(".rounds"))

    @expose("/<int:round_id>")
    @has_access
    @permission_name("read")
    def show(self, round_id: int, refusal=None, findings=(), file_name="", done="", **_route):
        round_ = get_progress_round(me(), round_id)
        return self.render_template(
            "surveys_desk/show.html",
            round=round_,
            views=[surveys.campaign_view(campaign) for campaign in surveys.campaigns_of(round_)],
            refusal=refusal,
            findings=findings,
            file_name=file_name,
            done=done,
            headings=_POINT_HEADINGS,
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
        """All rows of the file or none; points that it replaces are shown first."""
        round_ = hold_progress_round(me(), round_id)
        if is_confirmed():
            file = unsealed(KIND, round_id)
        else:
            file = uploaded_table(Sentence("Hãy chọn tệp điểm khảo sát."))
            would = read_scores(file.data, file.name, round_.row, "survey", reading=file.reading)
            if would.changes:
                return self._preview(round_id, file, would)
        rows, findings = import_scores(
            file.data, file.name, round_, "survey", actor=me(), at=now(), reading=file.reading, seen=file.seen
        )
        if has_errors(findings):
            return self.show(round_id, findings=findings, file_name=file.name), 422
        done = _("Đã nhập điểm khảo sát cho %(n)s tiêu chí của các cơ quan.", n=rows)
        if findings:
            return self.show(round_id, findings=findings, file_name=file.name, done=done)
        flash(done, "success")
        return redirect(url_for(".show", round_id=round_id))

    def _preview(self, round_id: int, file: TableFile, would: ScoreFile):
        return self.render_template(
            "imports/preview.html",
            changes=would.changes,
            new=None,
            findings=would.findings,
            file_name=file.name,
            headings=_POINT_HEADINGS,
            action=url_for(".import_points", round_id=round_id),
            back=url_for(".show", round_id=round_id),
            pending=sealed(KIND, round_id, file, mark_of(would.changes)),
        )
