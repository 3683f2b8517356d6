"""Nhập danh sách cơ quan, đơn vị: a whole table or nothing, with findings by row and column (design §7)."""

from flask import flash, redirect, send_file, url_for
from flask_appbuilder import expose, permission_name
from flask_appbuilder.security.decorators import has_access
from flask_babel import gettext as _

from app.clock import now
from app.errors import Sentence
from app.scoring.exports.agencies import agencies_template
from app.scoring.imports.agencies import COLUMNS
from app.scoring.imports.changes import mark_of
from app.scoring.imports.finding import has_errors
from app.scoring.operations.agencies import AgencyFile, import_agencies, read_agencies
from app.scoring.queries.criteria import groups
from app.scoring.views.files import attachment
from app.scoring.views.table_upload import TableFile, is_confirmed, sealed, unsealed, uploaded_table
from app.web.desk import DeskView, me, writes

KIND = "agencies"
_HEADINGS = {column.name: column.headings[0] for column in COLUMNS}


class AgencyDeskView(DeskView):
    """Only managers come here; the register of agencies leads here."""

    route_base = "/agencies-desk"
    default_view = "import_form"

    @expose("/import", methods=["GET"])
    @has_access
    @permission_name("read")
    def import_form(self, refusal=None, findings=(), file_name="", done=""):
        return self.render_template(
            "agencies/import.html",
            refusal=refusal,
            findings=findings,
            file_name=file_name,
            done=done,
            headings=_HEADINGS,
            groups=groups(),
        )

    @expose("/import", methods=["POST"])
    @has_access
    @permission_name("write")
    @writes(again="import_form")
    def import_file(self):
        """A file that changes known agencies is shown first and written when that page is answered."""
        if is_confirmed():
            file = unsealed(KIND, me().id)
        else:
            file = uploaded_table(Sentence("Hãy chọn tệp danh sách cơ quan, đơn vị."))
            would = read_agencies(file.data, file.name, file.reading)
            if would.changes:
                return self._preview(file, would)
        made, changed, findings = import_agencies(
            file.data, file.name, actor=me(), at=now(), reading=file.reading, seen=file.seen
        )
        if has_errors(findings):
            return self.import_form(findings=findings, file_name=file.name), 422
        done = _("Đã thêm %(made)s cơ quan, cập nhật %(changed)s.", made=made, changed=changed)
        if findings:
            return self.import_form(findings=findings, file_name=file.name, done=done)
        flash(done, "success")
        return redirect(url_for("AgencyView.list"))

    def _preview(self, file: TableFile, would: AgencyFile):
        return self.render_template(
            "imports/preview.html",
            changes=would.changes,
            new=would.new,
            findings=would.findings,
            file_name=file.name,
            headings=_HEADINGS,
            action=url_for(".import_file"),
            back=url_for(".import_form"),
            pending=sealed(KIND, me().id, file, mark_of(would.changes)),
        )

    @expose("/template.xlsx")
    @has_access
    @permission_name("read")
    def template(self):
        return send_file(**attachment(agencies_template(), "Mẫu danh sách cơ quan.xlsx"))
