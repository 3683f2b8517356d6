"""What the admin grid shows and lets edit: one ``Table`` a noun. The rules are the nouns' own verbs."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload
from wtforms import BooleanField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length

from app.accounts import change_account
from app.agencies import change_agency
from app.clock import now
from app.errors import Sentence
from app.extensions import db
from app.holding import Held
from app.models import Account, Agency, AgencyGroup
from app.scoring.models import Assignment, CriteriaSet, Criterion, Round
from app.scoring.operations import assignments, drafts, preparation
from app.scoring.rules import METHOD_NAMES, Method
from app.scoring.states import ROUND_NAMES, RoundState, SetState
from app.web import formats
from app.web.desk import me, said
from app.web.fields import DayField, MomentField, PointsField, TypedField, WholeField


class CodeField(TypedField):
    """A row of another table, shown and typed as its code: no list of hundreds in every cell."""

    def __init__(self, model, column: str, label, validators=None, **kwargs):
        self.model, self.column = model, column
        super().__init__(label, validators, **kwargs)

    def read(self, text: str):
        found = db.session.scalars(
            select(self.model).where(getattr(self.model, self.column) == text)
        ).one_or_none()
        if found is None:
            raise ValueError(_("Không có mã “%(code)s”.", code=text))
        return found

    def write(self, value) -> str:
        return getattr(value, self.column)


@dataclass(frozen=True)
class Table:
    """``columns``: name → heading; ``cells``: the editable ones' fields; ``shown``: how a row's cell reads.

    ``change`` is the noun's operation: it takes the held row and the new values, may refuse, and may return a sentence
    to show after saving.
    """

    name: str
    model: type
    title: Any
    columns: Mapping[str, Any]
    cells: Mapping[str, Any]
    change: Callable[[Held, Mapping[str, Any]], Sentence | None]
    shown: Mapping[str, Callable[[Any], Any]] = field(default_factory=dict)
    options: Sequence[Any] = ()
    search: Sequence[str] = ("search_text",)
    order: Sequence[tuple[str, bool]] = (("sort_key", False),)
    narrow: Callable = staticmethod(lambda query: query)


def _text(length: int, *, required: bool = False):
    rules = [DataRequired()] if required else []
    return StringField(validators=[*rules, Length(max=length)], filters=[_stripped if required else _or_none])


def _flag():
    return BooleanField(false_values=(False, "", "0", "false"))


def _words():
    return TextAreaField(filters=[_stripped])


def _stripped(text: str | None) -> str:
    return (text or "").strip()


def _or_none(text: str | None) -> str | None:
    return _stripped(text) or None


def _day(name: str):
    return lambda row: formats.day(getattr(row, name)) if getattr(row, name) else ""


def _yes_no(name: str):
    return lambda row: _("Có") if getattr(row, name) else _("Không")


def _moment(name: str):
    return lambda row: formats.moment(getattr(row, name)) if getattr(row, name) else ""


AGENCIES = Table(
    name="agencies",
    model=Agency,
    title=_l("Cơ quan, đơn vị"),
    columns={
        "code": _l("Mã"),
        "name": _l("Tên cơ quan, đơn vị"),
        "short_name": _l("Tên ngắn"),
        "group": _l("Mã khối"),
        "place": _l("Địa danh"),
        "symbol": _l("Ký hiệu"),
        "active_from": _l("Hoạt động từ"),
        "active_to": _l("Đến hết ngày"),
    },
    cells={
        "code": _text(30, required=True),
        "name": _text(250, required=True),
        "short_name": _text(100),
        "group": CodeField(AgencyGroup, "code", None, [InputRequired()]),
        "place": _text(100),
        "symbol": _text(30),
        "active_from": DayField(),
        "active_to": DayField(),
    },
    shown={
        "group": lambda row: row.group.code,
        "active_from": _day("active_from"),
        "active_to": _day("active_to"),
    },
    options=[joinedload(Agency.group)],
    change=lambda held, values: change_agency(held, values, actor=me()),
)


ACCOUNTS = Table(
    name="accounts",
    model=Account,
    title=_l("Tài khoản"),
    columns={
        "username": _l("Tên đăng nhập"),
        "last_name": _l("Họ và tên đệm"),
        "first_name": _l("Tên"),
        "roles": _l("Loại tài khoản"),
        "agency": _l("Mã cơ quan"),
        "email": _l("Thư điện tử"),
        "can_approve": _l("Quyền duyệt"),
        "active": _l("Sử dụng"),
    },
    cells={
        "last_name": _text(64, required=True),
        "first_name": _text(64, required=True),
        "agency": CodeField(Agency, "code", None),
        "email": _text(320, required=True),
        "can_approve": _flag(),
        "active": _flag(),
    },
    shown={
        "roles": lambda row: said(row.shown_type),
        "agency": lambda row: row.agency.code if row.agency is not None else "",
        "can_approve": _yes_no("can_approve"),
        "active": _yes_no("active"),
    },
    options=[joinedload(Account.agency), selectinload(Account.roles), selectinload(Account.groups)],
    change=lambda held, values: change_account(held.row, values, actor=me(), at=now()),
)


def _change_round(held: Held[Round], values: Mapping[str, Any]) -> Sentence | None:
    moved = preparation.change_round(held, values, actor=me(), at=now())
    return Sentence("%(count)s đợt khảo sát đóng theo thời hạn mới.", {"count": moved}) if moved else None


ROUNDS = Table(
    name="rounds",
    model=Round,
    title=_l("Thời hạn các kỳ"),
    columns={
        "name": _l("Kỳ chấm điểm"),
        "state": _l("Trạng thái"),
        "entry_deadline": _l("Hạn tự đánh giá"),
        "appraisal_deadline": _l("Hạn thẩm định"),
        "explanation_days": _l("Số ngày giải trình"),
    },
    cells={
        "entry_deadline": MomentField(validators=[InputRequired()]),
        "appraisal_deadline": MomentField(),
        "explanation_days": WholeField(validators=[InputRequired()]),
    },
    shown={
        "state": lambda row: said(ROUND_NAMES[RoundState(row.state)]),
        "entry_deadline": _moment("entry_deadline"),
        "appraisal_deadline": _moment("appraisal_deadline"),
    },
    order=(("period_end", True), ("sort_key", False)),
    change=_change_round,
)


def _change_criterion(held: Held[Criterion], values: Mapping[str, Any]) -> Sentence | None:
    errors = drafts.change_criterion(held, values, actor=me())
    return Sentence("Đã lưu. Bộ tiêu chí còn %(count)s lỗi.", {"count": errors}) if errors else None


CRITERIA = Table(
    name="criteria",
    model=Criterion,
    title=_l("Tiêu chí dự thảo"),
    columns={
        "criteria_set": _l("Bộ tiêu chí"),
        "code": _l("Mã"),
        "name": _l("Nội dung"),
        "maximum": _l("Điểm tối đa"),
        "method": _l("Cách chấm"),
        "rule_text": _l("Thang điểm"),
        "evidence": _l("Tài liệu kiểm chứng"),
        "evidence_required": _l("Bắt buộc"),
        "appraiser_agency": _l("Cơ quan thẩm định"),
        "note": _l("Ghi chú"),
    },
    cells={
        "name": TextAreaField(validators=[DataRequired()], filters=[_stripped]),
        "maximum": PointsField(validators=[InputRequired()]),
        "rule_text": _words(),
        "evidence": _words(),
        "evidence_required": _flag(),
        "appraiser_agency": StringField(validators=[Length(max=30)], filters=[_stripped]),
        "note": _words(),
    },
    shown={
        "maximum": lambda row: formats.points(row.maximum),
        "evidence_required": _yes_no("evidence_required"),
        "method": lambda row: said(METHOD_NAMES[Method(row.method)]),
    },
    options=[joinedload(Criterion.criteria_set)],
    order=(("criteria_set_id", False), ("position", False)),
    narrow=lambda query: query.where(
        Criterion.criteria_set_id.in_(select(CriteriaSet.id).where(CriteriaSet.state == SetState.DRAFT))
    ),
    change=_change_criterion,
)


ASSIGNMENTS = Table(
    name="assignments",
    model=Assignment,
    title=_l("Phân công thẩm định"),
    columns={
        "round": _l("Kỳ chấm điểm"),
        "appraiser": _l("Tài khoản thẩm định"),
        "person": _l("Họ và tên"),
        "group": _l("Khối được chấm"),
        "criterion": _l("Lĩnh vực, tiêu chí"),
        "agencies": _l("Cơ quan được chấm"),
    },
    cells={"appraiser": CodeField(Account, "username", None, [InputRequired()])},
    shown={
        "appraiser": lambda row: row.appraiser.username,
        "person": lambda row: row.appraiser.full_name,
        "criterion": lambda row: row.criterion or _("Cả bộ tiêu chí"),
        "agencies": lambda row: ", ".join(agency.code for agency in row.agencies) or _("Tất cả"),
    },
    options=[
        joinedload(Assignment.round),
        joinedload(Assignment.appraiser).selectinload(Account.roles),
        joinedload(Assignment.group),
        joinedload(Assignment.criterion),
        selectinload(Assignment.agencies),
    ],
    search=("appraiser.search_text",),
    order=(("round_id", True), ("id", False)),
    change=lambda held, values: assignments.reassign(held, values["appraiser"], actor=me(), at=now()),
)

TABLES = (AGENCIES, ACCOUNTS, ROUNDS, CRITERIA, ASSIGNMENTS)
