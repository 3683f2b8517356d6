"""Concluded rounds: what was frozen is what the scores give (Đ.11)."""

from collections.abc import Callable, Iterator

from sqlalchemy import case, func, or_, select

from app.extensions import db
from app.points import plain
from app.scoring.checks.rules import named, rule
from app.scoring.models import Appraisal, Result, Round, RoundRecord, Score, Sheet, UnlockRequest
from app.scoring.queries.records import digest_of
from app.scoring.queries.standings import Line, round_standings
from app.scoring.states import RoundState


def _differing(differs: Callable[[Result, Line], bool]) -> Iterator[str]:
    """Sheets of concluded rounds whose result is there and differs from what the scores give now."""
    results = {result.sheet_id: result for result in db.session.scalars(select(Result))}
    for round_ in _concluded():
        for line in round_standings(round_).lines:
            result = results.get(line.sheet.id)
            if result is not None and differs(result, line):
                yield f"kết quả {result.id} ({line.sheet.agency_name}, {round_.name})"


def _concluded() -> list[Round]:
    return list(
        db.session.scalars(select(Round).where(Round.state == RoundState.CONCLUDED).order_by(Round.id))
    )


@rule("Kỳ đã kết luận có một kết quả cho mỗi phiếu; kỳ chưa kết luận không có kết quả nào")
def results_of_concluded_rounds() -> Iterator[str]:
    query = (
        select(Sheet.id, Sheet.agency_name, Round.name)
        .join(Round, Round.id == Sheet.round_id)
        .outerjoin(Result, Result.sheet_id == Sheet.id)
        .where((Round.state == RoundState.CONCLUDED) != Result.id.is_not(None))
    )
    return named("phiếu", query)


@rule("Kết quả phải thuộc đúng kỳ của phiếu")
def results_in_their_round() -> Iterator[str]:
    query = select(Result.id, Sheet.agency_name).join(Sheet, Sheet.id == Result.sheet_id)
    return named("kết quả", query.where(Result.round_id != Sheet.round_id))


@rule("Điểm và điểm tối đa đã kết luận phải bằng điểm tính lại")
def result_points() -> Iterator[str]:
    return _differing(lambda result, line: (result.points, result.maximum) != line.total[:2])


@rule("Điểm từng lĩnh vực đã kết luận phải bằng điểm tính lại")
def result_fields() -> Iterator[str]:
    return _differing(lambda result, line: result.fields != _fields(line))


def _fields(line: Line) -> dict:
    return {
        code: {"points": plain(total.points), "maximum": plain(total.maximum)}
        for code, total in line.fields.items()
    }


@rule("Thứ hạng đã kết luận phải bằng thứ hạng tính lại")
def result_ranks() -> Iterator[str]:
    return _differing(lambda result, line: result.rank != line.rank)


@rule("Mức xếp loại đã kết luận phải bằng mức tính lại")
def result_grades() -> Iterator[str]:
    return _differing(lambda result, line: result.grade != line.grade)


@rule("Kỳ đã kết luận không còn tiêu chí chưa có điểm")
def concluded_fully_scored() -> Iterator[str]:
    for round_ in _concluded():
        for line in round_standings(round_).lines:
            if line.total.unscored:
                yield f"phiếu {line.sheet.id} ({line.sheet.agency_name}, {round_.name})"


@rule("Sau khi kỳ kết luận không thẩm định hay giải trình nữa")
def outcomes_frozen() -> Iterator[str]:
    query = (
        select(Score.id, Sheet.agency_name, Round.name)
        .join(Sheet, Sheet.id == Score.sheet_id)
        .join(Round, Round.id == Sheet.round_id)
        .outerjoin(Appraisal, Appraisal.score_id == Score.id)
        .where(or_(Appraisal.saved_at > Round.concluded_at, Score.answered_at > Round.concluded_at))
        .distinct()
    )
    return named("điểm", query)


@rule("Mỗi lần kết luận có một bản đóng băng: nhiều hơn số lần mở lại một bản khi kỳ đang kết luận, không thì bằng")
def records_of_concluded_rounds() -> Iterator[str]:
    records = _count(RoundRecord, RoundRecord.round_id == Round.id)
    reopened = _count(
        UnlockRequest,
        UnlockRequest.round_id == Round.id,
        UnlockRequest.state == "confirmed",
        UnlockRequest.work_id.is_(None),
        UnlockRequest.sheet_id.is_(None),
    )
    concluded = case((Round.state == RoundState.CONCLUDED, 1), else_=0)
    return named("kỳ", select(Round.id, Round.name).where(records != reopened + concluded))


def _count(model, *conditions):
    return select(func.count(model.id)).where(*conditions).correlate(Round).scalar_subquery()


@rule("Mã băm của kỳ đã kết luận phải là của dữ liệu đã đóng băng")
def record_digests() -> Iterator[str]:
    for record in db.session.scalars(select(RoundRecord).order_by(RoundRecord.id)):
        if digest_of(record.content) != record.digest:
            yield f"bản đóng băng {record.id} ({record.round.name})"
