"""Bộ tiêu chí: import with findings, look, check, issue, retire, copy, compare, export."""

from flask import flash, redirect, request, send_file, url_for
from flask_appbuilder import expose, permission_name
from flask_appbuilder.security.decorators import has_access
from flask_babel import gettext as _

from app.clock import now
from app.errors import Refused, Sentence
from app.limits import whole
from app.scoring.exports.criteria import set_csv, set_workbook, template_workbook
from app.scoring.operations import criteria as operations
from app.scoring.queries import criteria as queries
from app.scoring.rules import KIND_NAMES, METHOD_NAMES
from app.scoring.states import PROGRAMME_NAMES, SET_NAMES
from app.scoring.views import typed
from app.scoring.views.files import attachment
from app.scoring.views.table_upload import uploaded_table
from app.web.desk import DeskView, me, writes

__all__ = ["CriteriaDeskView"]


class CriteriaDeskView(DeskView):
    """Only managers come here; what each state allows is decided in the operations."""

    route_base = "/criteria"
    default_view = "sets"

    @expose("/")
    @has_access
    @permission_name("read")
    def sets(self):
        chosen = {name: request.args.get(name, "") for name in ("programme", "state", "q")}
        lines = queries.criteria_sets(chosen["programme"], chosen["state"], chosen["q"])
        return self.render_template(
            "criteria/sets.html", lines=lines, chosen=chosen, programmes=PROGRAMME_NAMES, states=SET_NAMES
        )

    @expose("/import", methods=["GET"])
    @has_access
    @permission_name("write")
    def import_form(self):
        return self.import_page()

    @expose("/import", methods=["POST"])
    @has_access
    @permission_name("write")
    @writes(again="import_page")
    def import_file(self):
        file = uploaded_table(Sentence("Hãy chọn tệp bộ tiêu chí."))
        made, parsed, findings = operations.import_criteria(
            file.data,
            file.name,
            programme=self._programme(),
            groups=self._groups(),
            name=typed.text("name"),
            legal_number=typed.text("legal_number"),
            legal_date=typed.day("legal_date"),
            legal_issuer=typed.text("legal_issuer"),
            allows_deviation="no_deviation" not in request.form,
            keep_draft="keep_draft" in request.form,
            reading=file.reading,
            actor=me(),
            at=now(),
        )
        if made is None:
            return self.import_page(findings=findings, parsed=parsed, file_name=file.name), 422
        flash(_("Đã nhập %(leaves)s tiêu chí chấm điểm.", leaves=parsed.leaves_count), "success")
        return redirect(url_for("CriteriaDeskView.show", set_id=made.id))

    def import_page(self, refusal=None, findings=(), parsed=None, file_name=""):
        return self.render_template(
            "criteria/import.html",
            refusal=refusal,
            findings=findings,
            parsed=parsed,
            file_name=file_name,
            typed=request.form,
            chosen=set(typed.ids("groups")),
            groups=queries.groups(),
            programmes=PROGRAMME_NAMES,
        )

    def _programme(self) -> str:
        programme = typed.text("programme")
        if programme not in set(PROGRAMME_NAMES):
            raise Refused("Hãy chọn chương trình.", field="programme")
        return programme

    def _groups(self):
        wanted = set(typed.ids("groups"))
        return [group for group in queries.groups() if group.id in wanted]

    @expose("/template.xlsx")
    @has_access
    @permission_name("read")
    def template(self):
        headings = "en" if request.args.get("headings") == "en" else "vi"
        return send_file(**attachment(template_workbook(headings), "Mẫu bộ tiêu chí.xlsx"))

    @expose("/<int:set_id>")
    @has_access
    @permission_name("read")
    def show(self, set_id):
        criteria_set = queries.get_set(set_id)
        return self.render_template(
            "criteria/set.html",
            criteria_set=criteria_set,
            fields=queries.fields_of(criteria_set),
            leaves=sum(node.is_leaf for node in criteria_set.criteria),
            maximum=queries.maximum_of(criteria_set),
            rounds=queries.rounds_with(criteria_set),
            others=queries.comparable_sets(criteria_set),
            methods=METHOD_NAMES,
            assessed=queries.ASSESSED_NAMES,
            kind_names=KIND_NAMES,
            programmes=PROGRAMME_NAMES,
            states=SET_NAMES,
        )

    @expose("/<int:set_id>/<any(xlsx,csv):kind>")
    @has_access
    @permission_name("read")
    def export(self, set_id, kind):
        criteria_set = queries.get_set(set_id)
        headings = "en" if request.args.get("headings") == "en" else "vi"
        data = set_csv(criteria_set) if kind == "csv" else set_workbook(criteria_set, headings)
        return send_file(**attachment(data, f"{criteria_set}.{kind}"))

    @expose("/<int:set_id>/compare")
    @has_access
    @permission_name("read")
    def compare(self, set_id):
        criteria_set = queries.get_set(set_id)
        others = queries.comparable_sets(criteria_set)
        wanted = request.args.get("with", type=whole) or (others[0].id if others else None)
        other = queries.get_set(wanted) if wanted else None
        return self.render_template(
            "criteria/compare.html",
            criteria_set=criteria_set,
            other=other,
            others=others,
            comparison=queries.compare_sets(other, criteria_set) if other else None,
            maximum=queries.maximum_of(criteria_set),
            other_maximum=queries.maximum_of(other) if other else None,
        )

    @expose("/<int:set_id>/check", methods=["POST"])
    @has_access
    @permission_name("write")
    @writes()
    def check(self, set_id):
        findings = operations.check_draft(queries.hold_set(set_id), actor=me())
        if findings:
            flash(_("Đã kiểm tra: còn %(count)s điểm cần xem.", count=len(findings)), "warning")
        else:
            flash(_("Đã kiểm tra: không có lỗi."), "success")
        return self._back(set_id)

    @expose("/<int:set_id>/issue", methods=["POST"])
    @has_access
    @permission_name("write")
    @writes()
    def issue(self, set_id):
        operations.issue(queries.hold_set(set_id), actor=me(), at=now())
        flash(_("Đã ban hành bộ tiêu chí. Từ nay nội dung không thay đổi."), "success")
        return self._back(set_id)

    @expose("/<int:set_id>/retire", methods=["POST"])
    @has_access
    @permission_name("write")
    @writes()
    def retire(self, set_id):
        operations.retire(queries.hold_set(set_id), actor=me(), at=now())
        flash(_("Bộ tiêu chí đã hết hiệu lực; kỳ mới không chọn được nữa."), "success")
        return self._back(set_id)

    @expose("/<int:set_id>/copy", methods=["POST"])
    @has_access
    @permission_name("write")
    @writes()
    def copy(self, set_id):
        copy = operations.copy_set(queries.get_set(set_id), actor=me(), at=now())
        flash(_("Đã tạo bản %(version)s ở trạng thái dự thảo.", version=copy.version), "success")
        return self._back(copy.id)

    @expose("/<int:set_id>/delete", methods=["POST"])
    @has_access
    @permission_name("write")
    @writes()
    def delete(self, set_id):
        operations.delete_draft(queries.hold_set(set_id), actor=me(), at=now())
        flash(_("Đã xóa bản dự thảo."), "success")
        return redirect(url_for("CriteriaDeskView.sets"))

    def _back(self, set_id: int):
        return redirect(url_for("CriteriaDeskView.show", set_id=set_id))
