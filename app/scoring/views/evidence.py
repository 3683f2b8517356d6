"""Tài liệu kiểm chứng: the agency's library, the file itself, adding to a row, taking off it, describing it."""

from flask import current_app, flash, redirect, render_template, request, send_file, url_for
from flask_appbuilder import expose, permission_name
from flask_appbuilder.security.decorators import has_access
from flask_babel import gettext as _

from app.accounts import is_data_entry
from app.clock import now
from app.csp import allow_preview
from app.errors import NotInScope, Refused
from app.extensions import db
from app.holding import Held
from app.scoring.forms.sheets import read_description
from app.scoring.models import Evidence, Score
from app.scoring.operations import evidence as acts
from app.scoring.operations.sheets import require_editable
from app.scoring.policy import require_entry
from app.scoring.queries.entry import previous_evidence
from app.scoring.queries.evidence import (
    Usage,
    get_evidence,
    get_own_evidence,
    hold_own_evidence,
    usage_of,
    uses_of,
)
from app.scoring.queries.sheets import agency_evidence, get_score, hold_score
from app.web.desk import DeskView, is_htmx, me, writes
from app.web.uploads import content_to_send, keep_uploads


class EvidenceView(DeskView):
    """Files are opened by their evidence, so that every opening is checked against the rows of the account."""

    route_base = "/evidence"
    default_view = "index"

    @expose("/")
    @has_access
    @permission_name("read")
    def index(self):
        """The library of one's own agency, searched without diacritics; there is none for anybody else."""
        search, agency_id = request.args.get("q", ""), me().agency_id
        if not is_data_entry(me()) or agency_id is None:
            raise NotInScope()
        found = agency_evidence(agency_id, search)
        return self.render_template(
            "evidence/library.html",
            found=found,
            uses=uses_of(found),
            search=search,
            used=usage_of(agency_id),
            allowed=allowed_usage(),
        )

    @expose("/<int:evidence_id>/file")
    @has_access
    @permission_name("read")
    def file(self, evidence_id: int):
        """The bytes: in the page when a browser can show them and they can do nothing, else as a download."""
        evidence = get_evidence(me(), evidence_id)
        stored, inline = evidence.file, evidence.file.inline
        answer = send_file(
            content_to_send(stored.sha256),
            mimetype=stored.media_type,
            as_attachment=not inline or bool(request.args.get("download")),
            download_name=evidence.file_name,
            etag=stored.sha256,
        )
        answer.headers["Cache-Control"] = "private, no-cache"
        return allow_preview(answer)

    @expose("/rows/<int:score_id>/pick")
    @has_access
    @permission_name("read")
    def pick(self, score_id: int):
        """The dialog's list: what proved this criterion before, then the agency's library."""
        score = get_score(me(), score_id)
        require_entry(me(), score.sheet)
        search = request.args.get("q", "")
        attached = {item.id for item in score.evidence}
        return render_template(
            "evidence/pick.html",
            score=score,
            before=[] if search else [e for e in previous_evidence(score) if e.id not in attached],
            found=[e for e in agency_evidence(score.sheet.agency_id, search) if e.id not in attached],
            search=search,
        )

    @expose("/rows/<int:score_id>/upload", methods=["POST"])
    @has_access
    @permission_name("write")
    @writes(again="row_refused")
    def upload(self, score_id: int):
        """New files for a row; each is checked by its content before it is kept."""
        score = get_score(me(), score_id)
        require_entry(me(), score.sheet)
        require_editable(score.sheet, now())
        uploads = [upload for upload in request.files.getlist("files") if upload.filename]
        if not uploads:
            raise Refused("Hãy chọn tệp cần đính kèm.")
        description = read_description(request.form)
        db.session.rollback()  # nobody waits while files are written and scanned
        kept, allowed = keep_uploads(uploads), allowed_usage()
        held = hold_score(me(), score_id)
        for stored in kept:
            acts.attach_new(held, stored, description, actor=me(), at=now(), allowed=allowed)
        return self._row(held.row)

    @expose("/rows/<int:score_id>/attach/<int:evidence_id>", methods=["POST"])
    @has_access
    @permission_name("write")
    @writes(again="row_refused")
    def attach(self, score_id: int, evidence_id: int):
        """One file for several criteria, or last year's again."""
        held, evidence = self._both(score_id, evidence_id)
        acts.attach_existing(held, evidence, actor=me(), at=now())
        return self._row(held.row)

    @expose("/rows/<int:score_id>/detach/<int:evidence_id>", methods=["POST"])
    @has_access
    @permission_name("write")
    @writes(again="row_refused")
    def detach(self, score_id: int, evidence_id: int):
        held, evidence = self._both(score_id, evidence_id)
        acts.detach(held, evidence, actor=me(), at=now())
        return self._row(held.row)

    def _both(self, score_id: int, evidence_id: int) -> tuple[Held[Score], Evidence]:
        held = hold_score(me(), score_id)
        require_entry(me(), held.row.sheet)
        evidence = get_evidence(me(), evidence_id)
        if evidence.agency_id != held.row.sheet.agency_id:
            raise NotInScope()
        return held, evidence

    def _row(self, score: Score):
        if not is_htmx():
            return redirect(url_for("SheetView.show", sheet_id=score.sheet_id, _anchor=f"row-{score.id}"))
        db.session.flush()
        return render_template("evidence/chips.html", score=score, editable=True, refusal=None)

    def row_refused(self, score_id: int, evidence_id: int | None = None, refusal=None):
        score = get_score(me(), score_id)
        return render_template("evidence/chips.html", score=score, editable=True, refusal=refusal)

    @expose("/<int:evidence_id>/describe")
    @has_access
    @permission_name("write")
    def describe_form(self, evidence_id: int, refusal=None):
        evidence = get_own_evidence(me(), evidence_id)
        return self.render_template(
            "evidence/describe.html",
            evidence=evidence,
            uses=uses_of([evidence]).get(evidence.id, []),
            typed=request.form,
            refusal=refusal,
        )

    @expose("/<int:evidence_id>/describe", methods=["POST"])
    @has_access
    @permission_name("write")
    @writes(again="describe_form")
    def describe(self, evidence_id: int):
        """Number, date, issuer and summary of the document."""
        held, sheets = hold_own_evidence(me(), evidence_id)
        acts.describe(held, sheets, read_description(request.form), actor=me(), at=now())
        flash(_("Đã lưu thông tin tài liệu “%(name)s”.", name=held.row.file_name), "success")
        return redirect(url_for("EvidenceView.index"))


def allowed_usage() -> Usage:
    """How much an agency may keep, by the settings."""
    return Usage(current_app.config["AGENCY_FILES"], current_app.config["AGENCY_FILES_BYTES"])
