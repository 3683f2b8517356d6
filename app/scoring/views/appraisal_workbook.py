"""An appraiser's work on a round as a workbook: download, upload, see what would change, apply."""

from collections.abc import Sequence

from flask import flash, redirect, send_file, url_for
from flask_appbuilder import expose, permission_name
from flask_appbuilder.security.decorators import has_access
from flask_babel import gettext as _

from app.clock import now
from app.errors import DomainError, Refused, Sentence
from app.scoring.exports.appraisal_workbook import appraisal_workbook
from app.scoring.imports.appraisal_cells import APPRAISALS, packed_given, unpacked_given
from app.scoring.imports.finding import Finding, has_errors
from app.scoring.models import AppraiserWork
from app.scoring.operations.appraisal_import import (
    AppraisalChange,
    PendingAppraisal,
    apply_appraisals,
    appraisal_changes,
    read_appraisals,
)
from app.scoring.operations.appraisals import is_late, require_scorable
from app.scoring.queries.appraisals import get_work, hold_work, tasks
from app.scoring.queries.queue import queue_of
from app.scoring.states import RoundState, WorkState
from app.scoring.views import pending
from app.scoring.views.files import attachment
from app.scoring.views.table_upload import uploaded_table
from app.web.desk import DeskView, me, writes

KIND = "appraisal"


class AppraisalWorkbookView(DeskView):
    """Only one's own work; whether it is still open is checked by the operation."""

    route_base = "/appraisals"
    class_permission_name = "AppraisalView"

    @expose("/<int:round_id>/workbook.xlsx")
    @has_access
    @permission_name("write")
    def workbook(self, round_id: int):
        work = get_work(me(), round_id)
        require_scorable(work, now())
        found = tasks(me(), queue_of(me(), work.round).places)
        data = appraisal_workbook(work, found, pending.signer(KIND))
        return send_file(**attachment(data, f"Thẩm định {work.round.name}.xlsx"))

    @expose("/<int:round_id>/upload")
    @has_access
    @permission_name("write")
    def form(self, round_id: int):
        return self.form_page(round_id)

    @expose("/<int:round_id>/upload", methods=["POST"])
    @has_access
    @permission_name("write")
    @writes(again="form_page")
    def upload(self, round_id: int):
        """Reads and shows; nothing is written."""
        work = get_work(me(), round_id)
        file = uploaded_table(Sentence("Hãy chọn tệp đã nhập."))
        changed, findings = read_appraisals(
            file.data, file.name, work, pending.signer(KIND), at=now(), reading=file.reading
        )
        if has_errors(findings):
            return self.form_page(round_id, findings=findings, file_name=file.name), 422
        return self._preview(work, changed, file.name, findings=findings)

    @expose("/<int:round_id>/upload/apply", methods=["POST"])
    @has_access
    @permission_name("write")
    @writes(again="preview_again")
    def apply(self, round_id: int):
        """The whole upload in one transaction, or nothing of it."""
        work = hold_work(me(), round_id)
        waiting = pending.unseal(KIND, work.row.id)
        rows = apply_appraisals(
            work, _rows(waiting), pending.choices(), file_name=waiting.file_name, actor=me(), at=now()
        )
        if rows:
            flash(
                _("Đã lưu %(count)s dòng từ tệp “%(name)s”.", count=rows, name=waiting.file_name), "success"
            )
        else:
            flash(_("Phiếu đã đúng như tệp; không có gì phải lưu."), "info")
        return redirect(url_for("AppraisalView.desk", round_id=round_id))

    def form_page(self, round_id: int, refusal=None, findings=(), file_name=""):
        return self.render_template(
            "appraisals/upload.html",
            refusal=refusal,
            findings=findings,
            file_name=file_name,
            **_words(get_work(me(), round_id)),
        )

    def preview_again(self, round_id: int, refusal: DomainError):
        """The work as it is now beside the upload; the choices made so far stay."""
        work = get_work(me(), round_id)
        try:
            waiting = pending.unseal(KIND, work.id)
        except Refused as broken:
            return self.form_page(round_id, refusal=broken)
        return self._preview(work, appraisal_changes(work, _rows(waiting)), waiting.file_name, refusal)

    def _preview(
        self,
        work: AppraiserWork,
        changed: Sequence[AppraisalChange],
        file_name: str,
        refusal: DomainError | None = None,
        findings: Sequence[Finding] = (),
    ):
        return self.render_template(
            "appraisals/upload_preview.html",
            changed=changed,
            conflicts=sum(len(change.conflicts) for change in changed),
            cells=sum(len(change.cells) for change in changed),
            pending=_seal(work, file_name, changed),
            choices=pending.choices(),
            file_name=file_name,
            refusal=refusal,
            findings=findings,
            **_words(work),
        )


def _words(work: AppraiserWork) -> dict:
    """What both pages show."""
    is_open = work.state == WorkState.OPEN and work.round.state == RoundState.APPRAISING
    writable = is_open and not is_late(work.round, now())
    return {"work": work, "writable": writable, "headings": APPRAISALS.entry}


def _seal(work: AppraiserWork, file_name: str, changed: Sequence[AppraisalChange]) -> str:
    rows = [
        [row.score_id, row.shown, packed_given(row.kept), packed_given(row.mine)]
        for row in (change.pending for change in changed)
    ]
    return pending.seal(KIND, work.id, file_name, rows)


def _rows(waiting: pending.Waiting) -> list[PendingAppraisal]:
    return [
        PendingAppraisal(key, shown, unpacked_given(kept), unpacked_given(mine))
        for key, shown, kept, mine in waiting.rows
    ]
