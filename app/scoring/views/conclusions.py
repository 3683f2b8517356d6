"""The council's conclusions: on one row with its thread, on many rows of the list, and taking one back."""

from collections.abc import Callable
from datetime import datetime

from flask import flash, redirect, request, session, url_for
from flask_appbuilder import expose, permission_name
from flask_appbuilder.security.decorators import has_access
from flask_babel import gettext as _

from app.clock import now
from app.errors import DomainError, Refused
from app.limits import whole
from app.points import to_points
from app.scoring.models import Score
from app.scoring.operations import council, differences
from app.scoring.operations.council import Basis, Ruling
from app.scoring.queries.differences import SORTS, Pair, hold_round, hold_scores, scores_with_rows
from app.scoring.queries.sheets import get_score, hold_score
from app.scoring.rules import Final
from app.scoring.views import typed
from app.web.desk import DeskView, me, writes
from app.web.rows import row_id

ROWS_A_PAGE = 30
NOT_APPLICABLE = "KAD"

Shows = Callable[[Pair, datetime], bool]
SHOWN: dict[str, Shows] = {
    "": lambda pair, _at: pair.counts or pair.asked,
    "open": lambda pair, _at: (pair.counts or pair.asked) and not pair.concluded,
    "answered": lambda pair, _at: pair.answered and not pair.concluded,
    "awaited": lambda pair, at: pair.is_awaited(at),
}
"""Which rows of the list are shown."""


class ConclusionActs(DeskView):
    """``DifferenceView`` has the pages that these acts come from and go back to."""

    @expose("/scores/<int:score_id>/conclude", methods=["POST"])
    @has_access
    @permission_name("write")
    @writes(again="agency_again")
    def conclude(self, score_id: int):
        """The council's points, or that the leaf does not apply, with the reason and the minutes' number."""
        held, number = hold_score(me(), score_id), typed.text("minutes_number")
        not_applicable = "not_applicable" in request.form
        written = typed.text("points")
        differences.conclude_score(
            held,
            None if not_applicable or not written else _points(written, held.row, "points"),
            typed.text("reason"),
            number,
            not_applicable=not_applicable,
            actor=me(),
            at=now(),
        )
        score = held.row
        _remember_number(score.sheet.round_id, number)
        flash(_("Đã ghi kết luận tiêu chí %(code)s.", code=score.criterion.code), "success")
        return back_to(score)

    @expose("/<int:round_id>/conclude", methods=["POST"])
    @has_access
    @permission_name("write")
    @writes(again="round")
    def conclude_many(self, round_id: int):
        """Every row marked in the list, or every row of the list: one minutes number, one reason."""
        round_, number = hold_round(round_id), typed.text("minutes_number")
        seen, chosen = _seen(), _chosen()
        held = hold_scores(round_, chosen)
        scores = {held_score.row.id: held_score.row for held_score in held}
        rulings = {number: Ruling(seen.get(number, ""), _typed_final(scores.get(number), number)) for number in chosen}
        count = council.conclude_scores(
            held, rulings, _basis(rulings), typed.text("conclusion_reason"), number, actor=me(), at=now()
        )
        _remember_number(round_id, number)
        flash(_("Đã ghi kết luận %(count)s dòng theo biên bản %(number)s.", count=count, number=number), "success")
        return redirect(url_for(".round", round_id=round_id, **request.args))

    @expose("/scores/<int:score_id>/withdraw", methods=["POST"])
    @has_access
    @permission_name("write")
    @writes(again="agency_again")
    def withdraw(self, score_id: int):
        held = hold_score(me(), score_id)
        differences.withdraw_conclusion(held, actor=me(), at=now())
        score = held.row
        flash(_("Đã rút kết luận tiêu chí %(code)s.", code=score.criterion.code), "success")
        return back_to(score)

    def agency_again(self, score_id: int, refusal: DomainError):
        """The agency's page with what was typed into one row, after a refusal."""
        score = get_score(me(), score_id)
        return self.agency(score.sheet.round_id, score.sheet_id, refusal=refusal, at_score=score_id)


def listed(pairs: list[Pair], at: datetime) -> dict:
    """The page of the list that was asked for: which rows, in which order; what may be concluded of all pages."""
    show = request.args.get("show", "open" if "open" in request.args else "")
    show = show if show in SHOWN else ""
    sort = request.args.get("sort", "size")
    sort = sort if sort in SORTS else "size"
    found = sorted((pair for pair in pairs if SHOWN[show](pair, at)), key=SORTS[sort])
    page = max(request.args.get("page", 1, type=whole), 1)
    shown = found[(page - 1) * ROWS_A_PAGE : page * ROWS_A_PAGE]
    free = [pair for pair in found if not pair.concluded and not pair.is_awaited(at)]
    return {
        "pairs": shown,
        "scores": scores_with_rows([pair.score_id for pair in shown]),
        "count": len(found),
        "open_count": sum(SHOWN["open"](pair, at) for pair in pairs),
        "free": {pair.score_id for pair in free},
        "seen": " ".join(f"{pair.score_id}={pair.mark}" for pair in free),
        "show": show,
        "sort": sort,
        "page": page,
        "pages": -(-len(found) // ROWS_A_PAGE),
    }


def remembered_number(round_id: int) -> str:
    """The number of the minutes that this person last wrote into a conclusion of the round."""
    kept = session.get("minutes_number") or [None, ""]
    return kept[1] if kept[0] == round_id else ""


def _remember_number(round_id: int, number: str) -> None:
    session["minutes_number"] = [round_id, number]


def _seen() -> dict[int, str]:
    """Of the hidden field: score id → its mark when the page was drawn."""
    parts = (part.partition("=") for part in request.form.get("seen", "").split())
    return {number: mark for text, _sign, mark in parts if (number := row_id(text)) is not None}


def _chosen() -> list[int]:
    """Ids of the rows marked, or of the whole list. What is typed at a row that is not marked is not left out."""
    seen = _seen()
    chosen = set(seen) if "every" in request.form else set(typed.ids("rowid"))
    if any(typed.text(f"points-{number}") for number in seen.keys() - chosen):
        raise Refused("Có điểm đã nhập ở dòng chưa đánh dấu. Hãy đánh dấu dòng đó hoặc xóa điểm.", field="rowid")
    return sorted(chosen)


def _typed_final(score: Score | None, number: int) -> Final | None:
    text = typed.text(f"points-{number}")
    if score is None or not text:
        return None
    if text.upper() == NOT_APPLICABLE:
        return Final(False, None)
    return Final(True, _points(text, score, f"points-{number}"))


def _points(text: str, score: Score, field: str):
    try:
        return to_points(text, within=score.criterion.maximum)
    except DomainError as refusal:
        raise refusal.at(field) from refusal


def _basis(rulings: dict[int, Ruling]) -> Basis:
    """Not asked for where every row has points of its own."""
    chosen = typed.text("basis")
    if chosen in set(Basis):
        return Basis(chosen)
    if rulings and all(ruling.typed is not None for ruling in rulings.values()):
        return Basis.TYPED
    raise Refused("Hãy chọn: giữ điểm thẩm định hay lấy điểm tự chấm.", field="basis")


def back_to(score: Score):
    page = url_for(".agency", round_id=score.sheet.round_id, sheet_id=score.sheet_id)
    return redirect(f"{page}#score-{score.id}")


