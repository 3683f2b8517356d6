"""Acts on survey forms and their questions, which change as long as nobody has answered the form."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import func, select

from app.accounts import require_manager
from app.errors import Conflict, Refused
from app.extensions import db
from app.field_rules import known_fields, one_line, set_fields, whole_of
from app.models import Account
from app.scoring.models import SurveyForm, SurveyQuestion
from app.scoring.queries.surveys import answered_forms, hold_campaigns_of_form

FORM_FIELDS = ("code", "title", "audience")
QUESTION_FIELDS = ("code", "text", "kind", "options", "position")
AUDIENCES = ("official", "citizen", "agency")
KINDS = ("scale", "choice", "text")


def create_form(values: Mapping[str, Any], *, actor: Account | None) -> SurveyForm:
    """A new form without questions."""
    if actor is not None:
        require_manager(actor)
    new = _form_values(dict.fromkeys(FORM_FIELDS) | dict(values))
    _require_own_code(new["code"], None)
    form = SurveyForm(**new, questions=[])
    db.session.add(form)
    db.session.flush()
    return form


def change_form(form: SurveyForm, values: Mapping[str, Any], *, actor: Account) -> None:
    """Change the fields named in ``values`` (of ``FORM_FIELDS``)."""
    _require_changeable(form, actor)
    new = _form_values(values)
    if "code" in new:
        _require_own_code(new["code"], form)
    set_fields(form, new)


def delete_form(form: SurveyForm, *, actor: Account) -> None:
    """Delete a form with its questions; the database refuses one that is out in a round."""
    _require_changeable(form, actor)
    db.session.delete(form)
    db.session.flush()


def add_question(form: SurveyForm, values: Mapping[str, Any], *, actor: Account | None) -> SurveyQuestion:
    """A new question; without ``position`` it is the last one."""
    if actor is not None:
        _require_changeable(form, actor)
    usual = dict.fromkeys(QUESTION_FIELDS) | {"position": len(form.questions)}
    new = _question_values(usual | dict(values))
    _require_own_question(form, new["code"], None)
    _require_options(new["kind"], new["options"])
    question = SurveyQuestion(**new)
    form.questions.append(question)
    return question


def change_question(question: SurveyQuestion, values: Mapping[str, Any], *, actor: Account) -> None:
    """Change the fields named in ``values`` (of ``QUESTION_FIELDS``)."""
    _require_changeable(question.form, actor)
    new = _question_values(values)
    if "code" in new:
        _require_own_question(question.form, new["code"], question)
    _require_options(new.get("kind", question.kind), new.get("options", question.options or []))
    set_fields(question, new)


def delete_question(question: SurveyQuestion, *, actor: Account) -> None:
    _require_changeable(question.form, actor)
    question.form.questions.remove(question)
    db.session.flush()


def _require_changeable(form: SurveyForm, actor: Account) -> None:
    """Nobody has answered, and nobody does until the commit: whoever answers holds a campaign of the form."""
    require_manager(actor)
    hold_campaigns_of_form(form.id)
    if form.id in answered_forms():
        raise Conflict("Phiếu khảo sát đã có người trả lời nên không sửa được.")


def _form_values(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values as they are kept, or a refusal that names the field."""
    new = known_fields(values, FORM_FIELDS)
    for name in new.keys() & {"code", "title"}:
        new[name] = one_line(new[name], name)
    if "audience" in new and new["audience"] not in AUDIENCES:
        raise Refused("Hãy chọn một mục trong danh sách.", field="audience")
    return new


def _question_values(values: Mapping[str, Any]) -> dict[str, Any]:
    new = known_fields(values, QUESTION_FIELDS)
    if "code" in new:
        new["code"] = one_line(new["code"], "code")
    if "text" in new:
        new["text"] = (new["text"] or "").strip()
        if not new["text"]:
            raise Refused("Không được để trống ô này.", field="text")
    if "kind" in new and new["kind"] not in KINDS:
        raise Refused("Hãy chọn một mục trong danh sách.", field="kind")
    if "options" in new:
        new["options"] = [option.strip() for option in new["options"] or () if option.strip()]
    if "position" in new:
        new["position"] = whole_of(new["position"], "position")
    return new


def _require_options(kind: str, options: list[str]) -> None:
    """A scale or choice has at least two different options, a free text none."""
    if kind == "text" and options:
        raise Refused("Câu hỏi tự luận không có phương án trả lời.", field="options")
    if kind != "text" and len(options) < 2:
        raise Refused("Câu hỏi chọn phải có ít nhất hai phương án, mỗi dòng một phương án.", field="options")
    if any("=>" in option for option in options):
        message = "Phương án trả lời không có dấu “=>”: điểm của từng mức ghi ở bộ tiêu chí."
        raise Refused(message, field="options")
    if len({option.casefold() for option in options}) < len(options):
        raise Refused("Có hai phương án trả lời giống nhau.", field="options")


def _require_own_code(code: str, but: SurveyForm | None) -> None:
    """Codes are told apart without regard to capitals: people type them in files."""
    same = select(SurveyForm.id).where(func.lower(SurveyForm.code) == code.lower())
    if but is not None:
        same = same.where(SurveyForm.id != but.id)
    if db.session.scalars(same).first() is not None:
        raise Refused("Mã “%(code)s” đã có, kể cả khi viết khác chữ hoa.", field="code", code=code)


def _require_own_question(form: SurveyForm, code: str, but: SurveyQuestion | None) -> None:
    if any(other.code == code for other in form.questions if other is not but):
        raise Refused("Mã “%(code)s” đã có trong phiếu khảo sát.", field="code", code=code)
