"""The sheet as a workbook: download, upload, see what would change, apply.

Nothing of an upload is kept between the two requests: what waits for the person's word travels in the page, signed
with its sheet, and comes back with their choices.
"""

from collections.abc import Sequence

from flask import flash, redirect, send_file, url_for
from flask_appbuilder import expose, permission_name
from flask_appbuilder.security.decorators import has_access
from flask_babel import gettext as _

from app.clock import now
from app.errors import Conflict, DomainError, Refused, Sentence
from app.scoring.exports.entry_workbook import entry_workbook
from app.scoring.imports.entry_cells import HEADINGS, option_texts, packed, unpacked
from app.scoring.imports.finding import Finding, has_errors
from app.scoring.models import Sheet
from app.scoring.operations.entry_import import (
    Pending,
    RowChange,
    apply_upload,
    changes_of,
    read_upload,
)
from app.scoring.policy import require_entry
from app.scoring.queries.entry import closed_reason
from app.scoring.queries.sheets import deadline_of, get_sheet, hold_sheet, sheet_page
from app.scoring.views import pending
from app.scoring.views.files import attachment
from app.scoring.views.sheets import sheet_words
from app.scoring.views.table_upload import uploaded_table
from app.web.desk import DeskView, me, writes

KIND = "sheet"


class SheetWorkbookView(DeskView):
    """Only the sheet's own data entry comes here; state and deadline are checked by the operation."""

    route_base = "/sheets"
    class_permission_name = "SheetView"

    @expose("/<int:sheet_id>/workbook.xlsx")
    @has_access
    @permission_name("write")
    def workbook(self, sheet_id: int):
        sheet = _own_sheet(sheet_id)
        closed = closed_reason(sheet, now())
        if closed is not None:
            raise Conflict(closed.template, **closed.values)
        name = f"Phiếu {sheet.agency.code} {sheet.round.programme.upper()} {sheet.round.period}.xlsx"
        return send_file(**attachment(entry_workbook(sheet_page(sheet), pending.signer(KIND)), name))

    @expose("/<int:sheet_id>/upload")
    @has_access
    @permission_name("write")
    def form(self, sheet_id: int):
        return self.form_page(sheet_id)

    @expose("/<int:sheet_id>/upload", methods=["POST"])
    @has_access
    @permission_name("write")
    @writes(again="form_page")
    def upload(self, sheet_id: int):
        """Reads and shows; nothing is written."""
        sheet = _own_sheet(sheet_id)
        file = uploaded_table(Sentence("Hãy chọn tệp đã nhập."))
        changed, findings = read_upload(
            file.data, file.name, sheet, pending.signer(KIND), actor=me(), at=now(), reading=file.reading
        )
        if has_errors(findings):
            return self.form_page(sheet_id, findings=findings, file_name=file.name), 422
        return self._preview(sheet, changed, file.name, findings=findings)

    @expose("/<int:sheet_id>/upload/apply", methods=["POST"])
    @has_access
    @permission_name("write")
    @writes(again="preview_again")
    def apply(self, sheet_id: int):
        """The whole upload in one transaction, or nothing of it."""
        sheet = hold_sheet(me(), sheet_id)
        require_entry(me(), sheet.row)
        waiting = pending.unseal(KIND, sheet_id)
        rows = apply_upload(
            sheet, _rows(waiting), pending.choices(), file_name=waiting.file_name, actor=me(), at=now()
        )
        if rows:
            flash(
                _("Đã lưu %(count)s dòng từ tệp “%(name)s”.", count=rows, name=waiting.file_name), "success"
            )
        else:
            flash(_("Phiếu đã đúng như tệp; không có gì phải lưu."), "info")
        return redirect(url_for("SheetView.show", sheet_id=sheet_id))

    def form_page(self, sheet_id: int, refusal=None, findings=(), file_name=""):
        sheet = _own_sheet(sheet_id)
        return self.render_template(
            "sheet/upload.html",
            refusal=refusal,
            findings=findings,
            file_name=file_name,
            headings=HEADINGS,
            closed=closed_reason(sheet, now()),
            deadline=deadline_of(sheet),
            **sheet_words(sheet),
        )

    def preview_again(self, sheet_id: int, refusal: DomainError):
        """The sheet as it is now beside the upload; the choices made so far stay."""
        try:
            waiting = pending.unseal(KIND, sheet_id)
        except Refused as broken:
            return self.form_page(sheet_id, refusal=broken)
        sheet = _own_sheet(sheet_id)
        return self._preview(sheet, changes_of(sheet, _rows(waiting)), waiting.file_name, refusal)

    def _preview(
        self,
        sheet: Sheet,
        changed: Sequence[RowChange],
        file_name: str,
        refusal: DomainError | None = None,
        findings: Sequence[Finding] = (),
    ):
        return self.render_template(
            "sheet/upload_preview.html",
            changed=changed,
            conflicts=sum(len(change.conflicts) for change in changed),
            cells=sum(len(change.cells) for change in changed),
            pending=_seal(sheet, file_name, changed),
            choices=pending.choices(),
            file_name=file_name,
            refusal=refusal,
            findings=findings,
            headings=HEADINGS,
            option_texts=option_texts,
            closed=closed_reason(sheet, now()),
            deadline=deadline_of(sheet),
            **sheet_words(sheet),
        )


def _own_sheet(sheet_id: int) -> Sheet:
    sheet = get_sheet(me(), sheet_id)
    require_entry(me(), sheet)
    return sheet


def _seal(sheet: Sheet, file_name: str, changed: Sequence[RowChange]) -> str:
    rows = [
        [row.score_id, row.shown, packed(row.kept), packed(row.mine)]
        for row in (change.pending for change in changed)
    ]
    return pending.seal(KIND, sheet.id, file_name, rows)


def _rows(waiting: pending.Waiting) -> list[Pending]:
    return [Pending(key, shown, unpacked(kept), unpacked(mine)) for key, shown, kept, mine in waiting.rows]
