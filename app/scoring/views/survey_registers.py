"""Phiếu khảo sát and its questions: changed as long as nobody has answered."""

from flask import g, request, url_for
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import joinedload

from app.extensions import db
from app.scoring.models import SurveyForm, SurveyQuestion
from app.scoring.operations import survey_forms
from app.scoring.queries.surveys import answered_forms
from app.web.desk import me
from app.web.register import Register
from app.web.rows import Rows, row_id


class SurveyQuestionView(Register):
    datamodel = Rows(SurveyQuestion, joinedload(SurveyQuestion.form))
    list_title = _l("Câu hỏi khảo sát")
    choices = {"kind": {"scale": "Thang mức độ", "choice": "Chọn một phương án", "text": "Ý kiến tự do"}}
    list_columns = ["code", "text", "kind", "options"]
    show_columns = ["form", "code", "text", "kind", "options", "position"]
    add_columns = ["form", "code", "text", "kind", "options", "position"]
    edit_columns = ["code", "text", "kind", "options", "position"]
    order_columns = ["code", "kind", "position"]
    label_columns = {
        "form": _l("Phiếu khảo sát"),
        "code": _l("Mã"),
        "text": _l("Câu hỏi"),
        "kind": _l("Loại câu hỏi"),
        "options": _l("Phương án"),
        "position": _l("Thứ tự"),
    }
    description_columns = {
        "options": _l("Mỗi dòng một phương án, tốt nhất ở đầu. Câu hỏi tự do thì để trống.")
    }
    formatters_columns = {"options": lambda options: " | ".join(options or ())}

    def prefill_add(self, form):
        asked = row_id(request.args.get("_flt_0_form", ""))
        form.form.data = db.session.get(SurveyForm, asked) if asked else None
        form.position.data = len(form.form.data.questions) if form.form.data else 0

    def create(self, values):
        own = {name: value for name, value in values.items() if name != "form"}
        survey_forms.add_question(values["form"], own, actor=me())

    def change(self, held, values):
        survey_forms.change_question(held.row, values, actor=me())

    def remove(self, held):
        survey_forms.delete_question(held.row, actor=me())

    def get_redirect(self):
        """Back to the form that the question belongs to."""
        row = row_id(str((request.view_args or {}).get("pk", "")))
        question = db.session.get(SurveyQuestion, row) if row else None
        form = row_id(request.form.get("form", "")) if question is None else question.form_id
        return url_for("SurveyFormView.show", pk=form) if form else url_for("SurveyFormView.list")


class SurveyFormView(Register):
    datamodel = Rows(SurveyForm)
    related_views = [SurveyQuestionView]
    list_title = _l("Phiếu khảo sát")
    choices = {
        "audience": {
            "official": "Cán bộ, công chức, viên chức",
            "citizen": "Người dân, tổ chức",
            "agency": "Cơ quan, đơn vị",
        }
    }
    narrow_by = ("audience",)
    list_columns = ["code", "title", "audience"]
    show_columns = add_columns = edit_columns = list_columns
    order_columns = ["code", "title", "audience"]
    label_columns = {"code": _l("Mã phiếu"), "title": _l("Tên phiếu"), "audience": _l("Người trả lời")}

    def create(self, values):
        survey_forms.create_form(values, actor=me())

    def change(self, held, values):
        survey_forms.change_form(held.row, values, actor=me())

    def remove(self, held):
        survey_forms.delete_form(held.row, actor=me())

    def can_change(self, item):
        if "answered_forms" not in g:
            g.answered_forms = answered_forms()
        return item.id not in g.answered_forms
