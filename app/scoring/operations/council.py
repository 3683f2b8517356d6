"""The council's conclusions on many rows in one sitting: one minutes number and reason, all of them or none."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from app.accounts import require_manager
from app.errors import Conflict, DomainError, Refused
from app.holding import Held
from app.models import Account
from app.scoring.models import Score
from app.scoring.operations.declaring import changes
from app.scoring.operations.differences import conclude_score
from app.scoring.queries.differences import Pair, round_pairs, rows_named
from app.scoring.rules import Final
from app.scoring.states import Matter, sheet_step


class Basis(StrEnum):
    """Which points a row gets that has none typed."""

    APPRAISED = "appraised"
    SELF = "self"
    TYPED = "typed"


class Ruling(NamedTuple):
    """``seen``: the row's ``Pair.mark`` as it was shown; ``typed``: what the council gives instead of the basis."""

    seen: str
    typed: Final | None = None


@changes(Matter.CONCLUSIONS)
def conclude_scores(
    held: Sequence[Held[Score]],
    rulings: Mapping[int, Ruling],
    basis: Basis,
    reason: str,
    minutes_number: str,
    *,
    actor: Account,
    at: datetime,
) -> int:
    """Conclude every row of ``rulings`` (by score id); refused as a whole, with the rows that stand in the way named.

    The rows belong to one round. A row that changed since it was shown, or whose explanation is awaited, is refused.
    """
    require_manager(actor)
    rows = {held_score.row.id: held_score for held_score in held}
    if not rulings:
        raise Refused("Hãy đánh dấu ít nhất một dòng.")
    for held_score in held:
        sheet_step("settle", held_score.row.sheet.state)
    pairs = _pairs(rows, rulings)
    _require_as_seen(pairs, rulings, at)
    _require_points(pairs, rulings, basis)
    for pair in pairs:
        final = _final(pair, rulings[pair.score_id], basis)
        try:
            conclude_score(
                rows[pair.score_id],
                final.points,
                reason,
                minutes_number,
                actor=actor,
                at=at,
                not_applicable=not final.applicable,
            )
        except DomainError as error:
            raise _naming(pair, error) from error
    return len(pairs)


def _pairs(rows: Mapping[int, Held[Score]], rulings: Mapping[int, Ruling]) -> list[Pair]:
    found = round_pairs(next(iter(rows.values())).row.sheet.round, score_ids=rows.keys()) if rows else []
    if {pair.score_id for pair in found} != set(rulings):
        raise Conflict("Có dòng không còn trong danh sách của kỳ này. Hãy tải lại trang.")
    return found


def _require_as_seen(pairs: Collection[Pair], rulings: Mapping[int, Ruling], at: datetime) -> None:
    changed = [pair for pair in pairs if pair.mark != rulings[pair.score_id].seen]
    if changed:
        raise Conflict(
            "%(count)s dòng đã thay đổi từ khi mở trang: %(rows)s. Chưa ghi kết luận nào; hãy xem lại các dòng này.",
            count=len(changed),
            rows=rows_named(changed),
        )
    settled = [pair for pair in pairs if pair.concluded]
    if settled:
        raise Conflict("Các dòng này đã có kết luận: %(rows)s.", rows=rows_named(settled))
    awaited = [pair for pair in pairs if pair.is_awaited(at)]
    if awaited:
        raise Conflict("Các dòng này đang chờ cơ quan giải trình: %(rows)s.", rows=rows_named(awaited))


def _require_points(pairs: Collection[Pair], rulings: Mapping[int, Ruling], basis: Basis) -> None:
    lacking = [pair for pair in pairs if _lacks(_final(pair, rulings[pair.score_id], basis))]
    if not lacking:
        return
    words = {
        Basis.APPRAISED: "Chưa có điểm thẩm định thống nhất ở các dòng: %(rows)s. Hãy nhập điểm kết luận tại dòng.",
        Basis.SELF: "Cơ quan không có điểm tự chấm được tính ở các dòng: %(rows)s. Hãy nhập điểm kết luận tại dòng.",
        Basis.TYPED: "Chưa nhập điểm kết luận ở các dòng: %(rows)s.",
    }
    raise Refused(words[basis], field="basis", rows=rows_named(lacking))


def _lacks(final: Final | None) -> bool:
    return final is None or (final.applicable and final.points is None)


def _final(pair: Pair, ruling: Ruling, basis: Basis) -> Final | None:
    given = {Basis.APPRAISED: pair.appraised, Basis.SELF: pair.own, Basis.TYPED: None}
    return ruling.typed if ruling.typed is not None else given[basis]


def _naming(pair: Pair, error: DomainError) -> DomainError:
    """What is wrong with the points of one row, with the row; minutes number and reason are of all rows."""
    if error.field != "points":
        return error
    return Refused("%(row)s: %(why)s", field="points", row=rows_named([pair]), why=error.sentence)
