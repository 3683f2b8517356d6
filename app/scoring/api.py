"""The province's data for programs: what each resource of ``/api/v1/`` shows, and to whom. Reading alone.

Rows are narrowed by ``queries/scopes.py``, the rights of the screens. Points are text, so that nobody's floats spoil
them; conclusions stay hidden until the round is concluded, and so one may neither filter nor order by them.
"""

from collections.abc import Callable
from typing import Any

from flask_babel import lazy_gettext as _l
from marshmallow import fields
from sqlalchemy import Select

from app.models import Agency, AgencyGroup
from app.points import plain, round_half_up
from app.scoring.models import CriteriaSet, Criterion, Result, Round, Score, Sheet
from app.scoring.queries import scopes
from app.scoring.queries.page_totals import final_of_scores, self_totals
from app.scoring.rules import Method
from app.scoring.states import Programme, RoundState, SetState, SheetState
from app.web.api import ReadApi, ReadRows
from app.web.api_columns import Column, MomentText, PointsText
from app.web.desk import me
from app.web.rows import Narrowed

PROGRAMMES = tuple(Programme)
PERIODS = ("2026", "2026-H1", "2026-Q3", "2026-05")
ASSESSORS = ("self", "council", "survey")


def seen_by(scope: Callable[..., Select], model: Any) -> list[list]:
    """The base filter of a resource: the rows that the account asking may read."""
    return [["id", Narrowed, lambda query: query.filter(model.id.in_(scope(me())))]]


def whole(about: str, column: Any = None, attribute: str | None = None) -> Column:
    return Column(about, fields.Integer(attribute=attribute), column)


def text(
    about: str,
    column: Any = None,
    attribute: str | None = None,
    order: Any = None,
    values: tuple[str, ...] = (),
) -> Column:
    return Column(about, fields.String(attribute=attribute), column, order, values)


def points(about: str, column: Any = None, attribute: str | None = None) -> Column:
    return Column(about, PointsText(attribute=attribute), column)


def moment(about: str, column: Any = None) -> Column:
    return Column(about, MomentText(), column)


def computed(about: str, function: Callable) -> Column:
    return Column(about, fields.Function(function))


def index_text(index, places: int) -> str | None:
    return None if index is None else f"{round_half_up(index, places):f}"


class GroupApi(ReadApi):
    resource_name = "groups"
    title = _l("Khối cơ quan")
    datamodel = ReadRows(AgencyGroup)
    base_filters = seen_by(scopes.groups_in_sight, AgencyGroup)
    columns = {
        "id": whole(_l("Mã số"), AgencyGroup.id),
        "code": text(_l("Mã khối"), AgencyGroup.code),
        "name": text(_l("Tên"), AgencyGroup.search_text, "name", AgencyGroup.sort_key),
        "sort_order": whole(_l("Thứ tự của khối"), AgencyGroup.sort_order),
    }


class AgencyApi(ReadApi):
    resource_name = "agencies"
    title = _l("Cơ quan, đơn vị")
    datamodel = ReadRows(Agency, [Agency.group])
    base_filters = seen_by(scopes.agencies_in_sight, Agency)
    columns = {
        "id": whole(_l("Mã số"), Agency.id),
        "code": text(_l("Mã cơ quan"), Agency.code),
        "name": text(_l("Tên"), Agency.search_text, "name", Agency.sort_key),
        "short_name": text(_l("Tên viết tắt")),
        "place": text(_l("Địa danh trên văn bản")),
        "symbol": text(_l("Ký hiệu trong số văn bản")),
        "group_id": whole(_l("Khối hiện nay (mã số)"), Agency.group_id),
        "group_code": text(_l("Khối hiện nay (mã khối)"), AgencyGroup.code, "group.code"),
        "active_from": Column(_l("Tồn tại từ ngày"), fields.Date(), Agency.active_from),
        "active_to": Column(_l("Tồn tại đến ngày"), fields.Date(), Agency.active_to),
    }


class CriteriaSetApi(ReadApi):
    resource_name = "criteria_sets"
    title = _l("Bộ tiêu chí")
    datamodel = ReadRows(CriteriaSet)
    base_filters = seen_by(scopes.criteria_sets_in_sight, CriteriaSet)
    columns = {
        "id": whole(_l("Mã số"), CriteriaSet.id),
        "programme": text(_l("Chương trình"), CriteriaSet.programme, values=PROGRAMMES),
        "name": text(_l("Tên"), CriteriaSet.search_text, "name", CriteriaSet.sort_key),
        "version": whole(_l("Bản"), CriteriaSet.version),
        "state": text(_l("Trạng thái"), CriteriaSet.state, values=tuple(SetState)),
        "legal_number": text(_l("Số quyết định"), CriteriaSet.legal_number),
        "legal_date": Column(_l("Ngày quyết định"), fields.Date(), CriteriaSet.legal_date),
        "legal_issuer": text(_l("Cơ quan ban hành")),
        "allows_deviation": Column(
            _l("Cho tự chấm khác gợi ý khi có giải trình"), fields.Boolean(), CriteriaSet.allows_deviation
        ),
    }


class CriterionApi(ReadApi):
    resource_name = "criteria"
    title = _l("Lĩnh vực, tiêu chí, tiêu chí thành phần")
    datamodel = ReadRows(Criterion)
    base_filters = seen_by(scopes.criteria_in_sight, Criterion)
    columns = {
        "id": whole(_l("Mã số"), Criterion.id),
        "criteria_set_id": whole(_l("Bộ tiêu chí (mã số)"), Criterion.criteria_set_id),
        "parent_id": whole(_l("Tiêu chí cấp trên (mã số)"), Criterion.parent_id),
        "code": text(_l("Mã tiêu chí"), Criterion.code),
        "field_code": text(_l("Lĩnh vực (mã tiêu chí cấp 1)"), Criterion.field_code),
        "name": text(_l("Tên"), Criterion.search_text, "name", Criterion.sort_key),
        "position": whole(_l("Vị trí trong bộ"), Criterion.position),
        "level": whole(_l("Cấp, từ 1"), Criterion.level),
        "is_leaf": Column(_l("Có chấm điểm trực tiếp không"), fields.Boolean(), Criterion.is_leaf),
        "maximum": points(_l("Điểm tối đa"), Criterion.maximum),
        "method": text(_l("Cách chấm"), Criterion.method, values=tuple(Method)),
        "rule_text": text(_l("Thang điểm")),
        "assessed_by": text(_l("Nguồn điểm"), Criterion.assessed_by, values=ASSESSORS),
    }


class RoundApi(ReadApi):
    resource_name = "rounds"
    title = _l("Kỳ chấm điểm")
    datamodel = ReadRows(Round)
    base_filters = seen_by(scopes.rounds_in_sight, Round)
    columns = {
        "id": whole(_l("Mã số"), Round.id),
        "programme": text(_l("Chương trình"), Round.programme, values=PROGRAMMES),
        "period": text(_l("Kỳ"), Round.period, values=PERIODS),
        "period_start": Column(_l("Ngày đầu kỳ"), fields.Date(), Round.period_start),
        "period_end": Column(_l("Ngày cuối kỳ"), fields.Date(), Round.period_end),
        "name": text(_l("Tên"), Round.search_text, "name", Round.sort_key),
        "state": text(_l("Trạng thái"), Round.state, values=tuple(RoundState)),
        "entry_deadline": moment(_l("Hạn tự đánh giá"), Round.entry_deadline),
        "appraisal_deadline": moment(_l("Hạn thẩm định"), Round.appraisal_deadline),
        "concluded_at": moment(_l("Thời điểm kết luận"), Round.concluded_at),
        "published_at": moment(_l("Thời điểm công bố"), Round.published_at),
        "decision_number": text(_l("Số quyết định công bố"), Round.decision_number),
    }


class ResultApi(ReadApi):
    resource_name = "results"
    title = _l("Kết quả, xếp hạng")
    datamodel = ReadRows(Result, [Result.sheet, Sheet.round, Sheet.agency, Sheet.group])
    base_filters = seen_by(scopes.results_in_sight, Result)
    columns = {
        "id": whole(_l("Mã số"), Result.id),
        "round_id": whole(_l("Kỳ chấm điểm (mã số)"), Result.round_id),
        "programme": text(_l("Chương trình"), Round.programme, "sheet.round.programme", values=PROGRAMMES),
        "period": text(_l("Kỳ"), Round.period, "sheet.round.period", values=PERIODS),
        "sheet_id": whole(_l("Phiếu chấm điểm (mã số)"), Result.sheet_id),
        "agency_id": whole(_l("Cơ quan (mã số)"), Sheet.agency_id, "sheet.agency_id"),
        "agency_code": text(_l("Mã cơ quan"), Agency.code, "sheet.agency.code"),
        "agency_name": text(
            _l("Tên cơ quan khi mở kỳ"), Sheet.search_text, "sheet.agency_name", Sheet.sort_key
        ),
        "group_id": whole(_l("Khối khi mở kỳ (mã số)"), Sheet.group_id, "sheet.group_id"),
        "group_code": text(_l("Khối khi mở kỳ (mã khối)"), AgencyGroup.code, "sheet.group.code"),
        "points": points(_l("Điểm"), Result.points),
        "maximum": points(_l("Điểm tối đa sau khi trừ phần không áp dụng"), Result.maximum),
        "index": computed(
            _l("Chỉ số phần trăm, làm tròn như khi công bố"),
            lambda result: index_text(result.index, result.sheet.round.places),
        ),
        "rank": whole(_l("Hạng trong khối"), Result.rank),
        "grade": text(_l("Xếp loại"), Result.grade),
        "fields": Column(_l("Điểm và điểm tối đa theo mã lĩnh vực"), fields.Raw()),
    }


def _complete_sheets(sheets: list[Sheet]) -> None:
    totals = self_totals(sheets, scopes.scores_in_sight(me()))
    for sheet in sheets:
        sheet.self_total = totals[sheet.id]


class SheetApi(ReadApi):
    resource_name = "sheets"
    title = _l("Phiếu chấm điểm")
    datamodel = ReadRows(Sheet, [Sheet.round, Sheet.agency, Sheet.group], _complete_sheets)
    base_filters = seen_by(scopes.sheets_in_sight, Sheet)
    columns = {
        "id": whole(_l("Mã số"), Sheet.id),
        "round_id": whole(_l("Kỳ chấm điểm (mã số)"), Sheet.round_id),
        "agency_id": whole(_l("Cơ quan (mã số)"), Sheet.agency_id),
        "agency_code": text(_l("Mã cơ quan"), Agency.code, "agency.code"),
        "agency_name": text(_l("Tên cơ quan khi mở kỳ"), Sheet.search_text, "agency_name", Sheet.sort_key),
        "group_id": whole(_l("Khối khi mở kỳ (mã số)"), Sheet.group_id),
        "criteria_set_id": whole(_l("Bộ tiêu chí (mã số)"), Sheet.criteria_set_id),
        "state": text(_l("Trạng thái"), Sheet.state, values=tuple(SheetState)),
        "not_submitted": Column(_l("Không gửi kết quả tự đánh giá"), fields.Boolean(), Sheet.not_submitted),
        "submitted_at": moment(_l("Thời điểm gửi"), Sheet.submitted_at),
        "receipt_number": text(_l("Số biên nhận")),
        "self_points": points(_l("Tổng điểm tự chấm ở các tiêu chí được xem"), attribute="self_total.points"),
        "self_maximum": points(
            _l("Tổng điểm tối đa ở các tiêu chí được xem"), attribute="self_total.maximum"
        ),
        "self_unscored": whole(_l("Số tiêu chí chưa có điểm tự chấm"), attribute="self_total.unscored"),
    }


def _complete_scores(scores: list[Score]) -> None:
    finals = final_of_scores(scores)
    for score in scores:
        score.final = finals.get(score.id)
        score.open_to_reader = scopes.sees_conclusions(me(), score.sheet.round)


def _if_open(name: str) -> Callable[[Score], Any]:
    """The score's value, as text where it is points; nothing while the round is not concluded."""

    def value(score: Score) -> Any:
        found = getattr(score, name) if score.open_to_reader else None
        return found if found is None or isinstance(found, bool) else plain(found)

    return value


def _final_points(score: Score) -> str | None:
    return None if score.final is None or score.final.points is None else plain(score.final.points)


class ScoreApi(ReadApi):
    resource_name = "scores"
    title = _l("Điểm từng tiêu chí")
    datamodel = ReadRows(Score, [Score.sheet, Score.criterion, Sheet.round, Sheet.agency], _complete_scores)
    base_filters = seen_by(scopes.scores_in_sight, Score)
    columns = {
        "id": whole(_l("Mã số"), Score.id),
        "sheet_id": whole(_l("Phiếu chấm điểm (mã số)"), Score.sheet_id),
        "round_id": whole(_l("Kỳ chấm điểm (mã số)"), Sheet.round_id, "sheet.round_id"),
        "agency_id": whole(_l("Cơ quan (mã số)"), Sheet.agency_id, "sheet.agency_id"),
        "agency_code": text(_l("Mã cơ quan"), Agency.code, "sheet.agency.code"),
        "criterion_id": whole(_l("Tiêu chí (mã số)"), Score.criterion_id),
        "criterion_code": text(_l("Mã tiêu chí"), Criterion.code, "criterion.code", Criterion.position),
        "maximum": points(_l("Điểm tối đa"), Criterion.maximum, "criterion.maximum"),
        "na_by_rule": Column(_l("Bộ tiêu chí loại trừ cơ quan này"), fields.Boolean(), Score.na_by_rule),
        "na_claimed": Column(_l("Cơ quan đề nghị không áp dụng"), fields.Boolean(), Score.na_claimed),
        "self_points": points(_l("Điểm tự chấm"), Score.self_points),
        "explanation": text(_l("Giải trình")),
        "survey_points": computed(_l("Điểm khảo sát, sau khi kết luận"), _if_open("survey_points")),
        "concluded_points": computed(
            _l("Điểm Hội đồng kết luận, sau khi kết luận"), _if_open("concluded_points")
        ),
        "concluded_na": computed(
            _l("Hội đồng kết luận không áp dụng, sau khi kết luận"), _if_open("concluded_na")
        ),
        "final_points": computed(_l("Điểm cuối cùng, sau khi kết luận"), _final_points),
    }


RESOURCES = (GroupApi, AgencyApi, CriteriaSetApi, CriterionApi, RoundApi, ResultApi, SheetApi, ScoreApi)
