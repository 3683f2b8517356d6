"""Nhập danh sách cơ quan, đơn vị: a whole table or nothing, with findings by row and column (design §7)."""

from flask import flash, redirect, request, send_file, url_for
from flask_appbuilder import expose, permission_name
from flask_appbuilder.security.decorators import has_access
from flask_babel import gettext as _

from app.clock import now
from app.errors import Refused
from app.scoring.exports.agencies import agencies_template
from app.scoring.imports.agencies import COLUMNS
from app.scoring.operations.agencies import import_agencies
from app.scoring.queries.criteria import groups
from app.scoring.views.files import attachment
from app.web.desk import DeskView, me, writes


class AgencyDeskView(DeskView):
    """Only managers come here; the register of agencies leads here."""

    route_base = "/agencies-desk"
    default_view = "import_form"

    @expose("/import", methods=["GET"])
    @has_access
    @permission_name("read")
    def import_form(self, refusal=None, findings=(), file_name=""):
        return self.render_template(
            "agencies/import.html",
            refusal=refusal,
            findings=findings,
            file_name=file_name,
            headings={column.name: column.headings[0] for column in COLUMNS},
            groups=groups(),
        )

    @expose("/import", methods=["POST"])
    @has_access
    @permission_name("write")
    @writes(again="import_form")
    def import_file(self):
        upload = request.files.get("file")
        if upload is None or not upload.filename:
            raise Refused("Hãy chọn tệp danh sách cơ quan, đơn vị.", field="file")
        made, changed, findings = import_agencies(upload.read(), upload.filename, actor=me(), at=now())
        if any(finding.severity == "error" for finding in findings):
            return self.import_form(findings=findings, file_name=upload.filename), 422
        flash(_("Đã thêm %(made)s cơ quan, cập nhật %(changed)s.", made=made, changed=changed), "success")
        return redirect(url_for("AgencyView.list"))

    @expose("/template.xlsx")
    @has_access
    @permission_name("read")
    def template(self):
        return send_file(**attachment(agencies_template(), "Mẫu danh sách cơ quan.xlsx"))
