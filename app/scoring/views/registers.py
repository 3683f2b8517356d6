"""The scoring system's registers: sets and criteria while they are drafts, rounds, assignments, surveys."""

from flask import flash
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import or_
from sqlalchemy.orm import joinedload, selectinload

from app.clock import now
from app.extensions import db
from app.models import Account, Agency
from app.scoring.models import (
    Assignment,
    CriteriaSet,
    Criterion,
    Extension,
    Round,
    Sheet,
)
from app.scoring.operations import assignments, criteria, deadlines, drafts, preparation
from app.scoring.rules import METHOD_NAMES
from app.scoring.states import PROGRAMME_NAMES, ROUND_NAMES, SET_NAMES, RoundState, SetState
from app.scoring.views.round_forms import say_moved
from app.text import fold
from app.web import formats
from app.web.desk import me
from app.web.fields import NamedLinesField
from app.web.register import Register
from app.web.rows import Narrowed, Rows
from app.web.saving import hold_read

PROGRAMMES = {programme.value: name for programme, name in PROGRAMME_NAMES.items()}


def names_of(things) -> str:
    return ", ".join(str(thing) for thing in things) or _("Tất cả")


class CriteriaSetView(Register):
    """Sets of every state; only a draft is changed here. The tree, import and issue are on the criteria desk."""

    datamodel = Rows(CriteriaSet, selectinload(CriteriaSet.groups))
    list_title = _l("Bộ tiêu chí")
    show_template = "register/criteria_set.html"
    choices = {"programme": PROGRAMMES, "state": {state.value: name for state, name in SET_NAMES.items()}}
    narrow_by = ("programme", "state")
    list_columns = ["name", "version", "programme", "groups", "legal_number", "state"]
    show_columns = ["programme", "version", "groups", "legal_number", "legal_date", "legal_issuer", "allows_deviation",
                    "state", "created_at", "issued_at", "retired_at"]  # fmt: skip
    edit_columns = ["name", "groups", "legal_number", "legal_date", "legal_issuer", "allows_deviation"]
    add_columns = ["programme", *edit_columns]
    order_columns = ["name", "version", "programme", "state"]
    label_columns = {
        "name": _l("Tên bộ tiêu chí"),
        "version": _l("Bản"),
        "programme": _l("Chương trình"),
        "groups": _l("Khối áp dụng"),
        "legal_number": _l("Số văn bản"),
        "legal_date": _l("Ngày văn bản"),
        "legal_issuer": _l("Cơ quan ban hành"),
        "allows_deviation": _l("Cho tự chấm khác gợi ý khi có giải trình"),
        "state": _l("Trạng thái"),
        "created_at": _l("Tạo lúc"),
        "issued_at": _l("Ban hành lúc"),
        "retired_at": _l("Hết hiệu lực lúc"),
    }
    description_columns = {
        "allows_deviation": _l("Bỏ chọn thì bộ tiêu chí chỉ nhận điểm tính từ số liệu hoặc mức đã chọn."),
    }
    formatters_columns = {"groups": names_of}

    def can_change(self, item):
        return item.state == SetState.DRAFT

    def prefill_add(self, form):
        form.allows_deviation.data = True

    def create(self, values):
        drafts.create_set(values, actor=me(), at=now())

    def change(self, held, values):
        drafts.change_set(held, values, actor=me())

    def remove(self, held):
        criteria.delete_draft(held, actor=me(), at=now())


def of_drafts(query):
    return query.join(Criterion.criteria_set).filter(CriteriaSet.state == SetState.DRAFT)


class CriterionView(Register):
    """Criteria of drafts alone: an issued set never changes. The set is read again after every change."""

    datamodel = Rows(Criterion, joinedload(Criterion.criteria_set), joinedload(Criterion.parent))
    base_filters = [["id", Narrowed, of_drafts]]
    list_title = _l("Tiêu chí của bộ dự thảo")
    hint = _l("Bộ tiêu chí đã ban hành không sửa được; hãy sao chép thành bản mới rồi sửa bản dự thảo.")
    choices = {
        "method": {method.value: name for method, name in METHOD_NAMES.items()},
        "assessed_by": {"self": "Đơn vị tự chấm", "council": "Hội đồng chấm", "survey": "Khảo sát"},
    }
    narrow_by = ("criteria_set_id",)
    list_columns = ["code", "name", "maximum", "method", "assessed_by", "appraiser_agency", "criteria_set"]
    show_columns = ["criteria_set", "parent", "code", "name", "maximum", "method", "rule_text", "figures",
                    "evidence", "evidence_required", "assessed_by", "appraiser_agency", "not_applicable_for",
                    "note"]  # fmt: skip
    edit_columns = ["code", "name", "maximum", "method", "rule_text", "figures", "evidence",
                    "evidence_required", "assessed_by", "appraiser_agency", "not_applicable_for",
                    "note"]  # fmt: skip
    add_columns = ["criteria_set", "parent", *edit_columns]
    order_columns = ["code", "maximum", "method", "position"]
    label_columns = {
        "criteria_set": _l("Bộ tiêu chí"),
        "criteria_set_id": _l("Bộ tiêu chí"),
        "parent": _l("Thuộc mục"),
        "code": _l("Mã"),
        "name": _l("Nội dung"),
        "maximum": _l("Điểm tối đa"),
        "method": _l("Cách chấm"),
        "rule_text": _l("Thang điểm"),
        "figures": _l("Số liệu"),
        "evidence": _l("Tài liệu kiểm chứng"),
        "evidence_required": _l("Bắt buộc có tài liệu"),
        "assessed_by": _l("Nguồn điểm"),
        "appraiser_agency": _l("Mã cơ quan thẩm định"),
        "not_applicable_for": _l("Không áp dụng cho"),
        "note": _l("Ghi chú"),
        "position": _l("Vị trí"),
    }
    description_columns = {
        "rule_text": _l("Ví dụ: >=100% => 2 | >=80% => 1 | <80% => 0"),
        "figures": _l("Mỗi dòng một số liệu, ví dụ: a: Số vốn đã giải ngân [số tiền]"),
        "not_applicable_for": _l("Mỗi dòng một mã khối hoặc mã cơ quan."),
    }
    add_form_query_rel_fields = {
        "criteria_set": [["id", Narrowed, lambda query: query.filter(CriteriaSet.state == SetState.DRAFT)]],
        "parent": [["id", Narrowed, of_drafts]],
    }
    add_form_extra_fields = edit_form_extra_fields = {
        "figures": NamedLinesField(
            label_columns["figures"],
            description=description_columns["figures"],
            render_kw={"class": "form-control", "rows": 3},
        )
    }
    formatters_columns = {
        "figures": lambda figures: "\n".join(f"{key}: {label}" for key, label in (figures or {}).items()),
        "not_applicable_for": lambda codes: ", ".join(codes or ()),
    }

    def narrowing(self, name):
        sets = db.session.scalars(
            db.select(CriteriaSet).where(CriteriaSet.state == SetState.DRAFT).order_by(CriteriaSet.sort_key)
        )
        return [(str(criteria_set.id), str(criteria_set)) for criteria_set in sets]

    def create(self, values):
        own = {name: value for name, value in values.items() if name not in ("criteria_set", "parent")}
        held_set = hold_read(values["criteria_set"])
        self._say_findings(drafts.add_criterion(held_set, values["parent"], own, actor=me()))

    def change(self, held, values):
        self._say_findings(drafts.change_criterion(held, values, actor=me()))

    def remove(self, held):
        self._say_findings(drafts.remove_criterion(held, actor=me()))

    def _say_findings(self, errors):
        if errors:
            flash(_("Bộ tiêu chí còn %(count)s lỗi; xem ở trang bộ tiêu chí.", count=errors), "warning")


class RoundView(Register):
    """Name, deadlines and settings of a round; its acts are on the round desk."""

    datamodel = Rows(Round)
    include_route_methods = {"list", "show", "edit"}
    list_title = _l("Kỳ chấm điểm")
    show_template = "register/round.html"
    base_order = ("period_end", "desc")
    choices = {"programme": PROGRAMMES, "state": {state.value: name for state, name in ROUND_NAMES.items()}}
    narrow_by = ("programme", "state")
    list_columns = ["name", "programme", "period", "entry_deadline", "appraisal_deadline", "state"]
    show_columns = ["programme", "period", "period_start", "period_end", "state", "entry_deadline",
                    "appraisal_deadline", "explanation_days", "places", "tie_break", "opened_at",
                    "concluded_at", "published_at", "decision_number"]  # fmt: skip
    edit_columns = ["name", "entry_deadline", "appraisal_deadline", "explanation_days", "places", "tie_break"]
    order_columns = ["name", "programme", "period", "entry_deadline", "state"]
    label_columns = {
        "name": _l("Tên kỳ"),
        "programme": _l("Chương trình"),
        "period": _l("Kỳ"),
        "period_start": _l("Ngày đầu kỳ"),
        "period_end": _l("Ngày cuối kỳ"),
        "state": _l("Trạng thái"),
        "entry_deadline": _l("Hạn tự đánh giá"),
        "appraisal_deadline": _l("Hạn thẩm định"),
        "explanation_days": _l("Số ngày giải trình"),
        "places": _l("Số chữ số lẻ khi hiển thị"),
        "tie_break": _l("Lĩnh vực xét khi bằng điểm"),
        "opened_at": _l("Mở lúc"),
        "concluded_at": _l("Kết luận lúc"),
        "published_at": _l("Công bố lúc"),
        "decision_number": _l("Số quyết định"),
    }
    description_columns = {
        "name": _l("Chỉ sửa được khi kỳ đang chuẩn bị."),
        "entry_deadline": _l("Sau thời điểm hiện tại; chỉ ghi ngày là 17:00. Đóng khi chuyển sang thẩm định."),
        "appraisal_deadline": _l("Sau hạn tự đánh giá. Khảo sát đóng theo thời hạn cũ chuyển sang thời hạn mới."),
        "explanation_days": _l("Từ 1 đến 60; áp dụng cho yêu cầu giải trình gửi từ lúc sửa."),
        "places": _l(
            "Từ 0 đến 3; xếp hạng luôn theo chỉ số chưa làm tròn. Chỉ sửa được khi kỳ đang chuẩn bị."
        ),
        "tie_break": _l(
            "Mỗi dòng một mã lĩnh vực có trong mọi bộ tiêu chí của kỳ, xét theo thứ tự. Để trống: bằng điểm thì "
            "bằng hạng. Chỉ sửa được khi kỳ đang chuẩn bị."
        ),
    }
    formatters_columns = {"tie_break": lambda codes: ", ".join(codes or ()) or formats.NONE}

    def can_change(self, item):
        return item.state != RoundState.CONCLUDED

    def change(self, held, values):
        say_moved(preparation.change_round(held, values, actor=me(), at=now()))


class AssignmentView(Register):
    """Who appraises what in which round; made on the assignment desk, taken off here or there."""

    datamodel = Rows(
        Assignment,
        joinedload(Assignment.round),
        joinedload(Assignment.appraiser).joinedload(Account.agency),
        joinedload(Assignment.group),
        joinedload(Assignment.criterion),
        selectinload(Assignment.agencies),
    )
    include_route_methods = {"list", "show", "delete"}
    list_title = _l("Phân công thẩm định")
    narrow_by = ("round_id",)
    list_columns = ["round", "appraiser", "appraiser.agency", "group", "criterion", "agencies"]
    show_columns = list_columns
    order_columns = ["id"]
    base_order = ("id", "desc")
    label_columns = {
        "round": _l("Kỳ chấm điểm"),
        "round_id": _l("Kỳ chấm điểm"),
        "appraiser": _l("Người thẩm định"),
        "appraiser.agency": _l("Cơ quan"),
        "group": _l("Khối được chấm"),
        "criterion": _l("Lĩnh vực, tiêu chí"),
        "agencies": _l("Cơ quan được chấm"),
    }
    formatters_columns = {
        "agencies": names_of,
        "criterion": lambda criterion: str(criterion) if criterion is not None else _("Cả bộ tiêu chí"),
    }

    def narrowing(self, name):
        return [(str(round_.id), round_.name) for round_ in _rounds()]

    def search(self, filters, words):
        filters.add_filter("id", Narrowed, _assigned_to(words))

    def can_remove(self, item):
        return deadlines.is_assignable(item.round)

    def remove(self, held):
        assignments.unassign(held, actor=me(), at=now())


def _rounds():
    return db.session.scalars(db.select(Round).order_by(Round.period_end.desc(), Round.sort_key))


def _assigned_to(words: str):
    """Query → query with the assignments whose appraiser or criterion carries every word."""

    def narrow(query):
        query = query.join(Assignment.appraiser).outerjoin(Assignment.criterion)
        for word in fold(words).split():
            query = query.filter(
                or_(
                    Account.search_text.contains(word, autoescape=True),
                    Criterion.search_text.contains(word, autoescape=True),
                )
            )
        return query

    return narrow


class ExtensionView(Register):
    """Gia hạn: granted on the progress desk, kept for good."""

    datamodel = Rows(
        Extension, joinedload(Extension.sheet).joinedload(Sheet.round), joinedload(Extension.granted_by)
    )
    include_route_methods = {"list", "show"}
    list_title = _l("Gia hạn")
    base_order = ("granted_at", "desc")
    list_columns = ["sheet.agency_name", "sheet.round", "deadline", "decision_number", "reason", "granted_at"]
    show_columns = [*list_columns, "granted_by"]
    order_columns = ["deadline", "granted_at"]
    label_columns = {
        "sheet.agency_name": _l("Cơ quan, đơn vị"),
        "sheet.round": _l("Kỳ chấm điểm"),
        "deadline": _l("Hạn mới"),
        "decision_number": _l("Số văn bản"),
        "reason": _l("Lý do"),
        "granted_at": _l("Gia hạn lúc"),
        "granted_by": _l("Người gia hạn"),
    }

    def search(self, filters, words):
        wanted = Extension.sheet.has(
            Sheet.agency.has(Agency.search_text.contains(fold(words), autoescape=True))
        )
        filters.add_filter("id", Narrowed, lambda query: query.filter(wanted))

    def can_change(self, item):
        return False
