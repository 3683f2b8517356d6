"""The agency's library: files put in without a criterion, and one file for several criteria at once."""

from flask import flash, redirect, request, url_for
from flask_appbuilder import expose, permission_name
from flask_appbuilder.security.decorators import has_access
from flask_babel import gettext as _

from app.clock import now
from app.errors import DomainError, NotInScope, Refused
from app.extensions import db
from app.scoring.operations import evidence as acts
from app.scoring.queries.evidence import (
    fillable_sheets,
    get_own_evidence,
    hold_own_scores,
    rows_to_attach,
)
from app.scoring.views.evidence import allowed_usage
from app.web.desk import DeskView, is_htmx, me, said, writes
from app.web.rows import row_id
from app.web.uploads import keep_uploads


class LibraryView(DeskView):
    """What a clerk does in the library; ``EvidenceView`` shows it."""

    route_base = "/evidence/library"
    class_permission_name = "EvidenceView"

    @expose("/upload", methods=["POST"])
    @has_access
    @permission_name("write")
    @writes(again="upload_refused")
    def upload(self):
        """Files of the library alone; each is checked by its content before it is kept."""
        uploads = [upload for upload in request.files.getlist("files") if upload.filename]
        if not uploads:
            raise Refused("Hãy chọn tệp cần tải lên.")
        db.session.rollback()  # nobody waits while files are written and scanned
        kept, allowed = keep_uploads(uploads), allowed_usage()
        for stored in kept:
            acts.add_to_library(stored, actor=me(), at=now(), allowed=allowed)
        if is_htmx():
            return ""
        flash(_("Đã đưa %(count)s tệp vào kho.", count=len(uploads)), "success")
        return redirect(url_for("EvidenceView.index"))

    def upload_refused(self, refusal: DomainError):
        if is_htmx():
            return self.render_template("error_fragment.html", words=said(refusal.sentence), status=0)
        flash(said(refusal.sentence), "danger")
        return redirect(url_for("EvidenceView.index"))

    @expose("/<int:evidence_id>/rows")
    @has_access
    @permission_name("write")
    def rows(self, evidence_id: int, refusal: DomainError | None = None):
        """Every criterion that this file could prove now, with boxes to tick."""
        evidence = get_own_evidence(me(), evidence_id)
        sheets = fillable_sheets(me(), now())
        return self.render_template(
            "evidence/rows.html",
            evidence=evidence,
            sheets=sheets,
            scores=rows_to_attach(sheets),
            chosen={value.split(":")[0] for value in request.form.getlist("rows")},
            refusal=refusal,
        )

    @expose("/<int:evidence_id>/rows", methods=["POST"])
    @has_access
    @permission_name("write")
    @writes(again="rows")
    def attach(self, evidence_id: int):
        evidence, versions = get_own_evidence(me(), evidence_id), _chosen()
        scores = hold_own_scores(me(), versions) if versions else {}
        seen = {held: versions[key] for key, held in scores.items()}
        count = acts.attach_to_rows(evidence, seen, actor=me(), at=now())
        words = _("Đã đính “%(name)s” vào %(count)s tiêu chí.", name=evidence.file_name, count=count)
        flash(words, "success")
        return redirect(url_for("EvidenceView.index"))


def _chosen() -> dict[int, int]:
    """Score id → version, of every box that is ticked; its value is ``id:version``."""
    found = {}
    for value in request.form.getlist("rows"):
        score_id, version = (row_id(part) for part in (value.split(":") + [""])[:2])
        if score_id is None or version is None:
            raise NotInScope()
        found[score_id] = version
    return found
