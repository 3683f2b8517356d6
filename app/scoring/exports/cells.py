"""How outcomes are said in a cell: points as a number, “KAD” for not applicable, nothing for unscored."""

from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction

from app.scoring.exports.unlocks import unlock_texts
from app.scoring.models import Round, Score
from app.scoring.queries.outcomes import Outcome
from app.scoring.queries.sheets import suggestion_for
from app.scoring.queries.standings import Standings
from app.scoring.rules import (
    NO_FIGURES,
    Final,
    figures_told,
    format_points,
    ground_text,
    period_told,
    rounded,
)
from app.scoring.states import PROGRAMME_NAMES, Programme
from app.text import fold

NOT_APPLICABLE = "KAD"
PROVISIONAL = "Kết quả tạm tính: kỳ chấm điểm chưa được kết luận."
SIGNED_HERE = "(Chữ ký của người có thẩm quyền,\ndấu/chữ ký số của cơ quan)"
LEGEND = f"{NOT_APPLICABLE}: không áp dụng. Ô trống: chưa có điểm."


def final_cell(final: Final | None) -> Decimal | str | None:
    if final is None:
        return None
    return final.points if final.applicable else NOT_APPLICABLE


def index_cell(index: Fraction | None, round_: Round) -> Decimal | None:
    """The index as shown, at the round's places."""
    return None if index is None else rounded(index, round_.places)


def index_text(index: Fraction | None, round_: Round) -> str:
    return "" if index is None else format_points(rounded(index, round_.places), round_.places)


def index_axis(indexes: Iterable[Fraction | None]) -> tuple[int, int]:
    """Both ends of a chart's axis: round numbers, the lower one near enough to let differences be seen."""
    there = [index for index in indexes if index is not None]
    lowest, highest = min(there, default=Fraction(0)), max(there, default=Fraction(0))
    return max(0, int(lowest // 10) * 10 - 10), max(100, int(-(-highest // 10)) * 10)


def concluded_cell(outcome: Outcome) -> Decimal | str | None:
    score = outcome.score
    return NOT_APPLICABLE if score.concluded_na else score.concluded_points


def ground_cell(score: Score) -> str:
    """What the unit's points stand on: its figures and their working; nothing where the criterion does not apply."""
    if score.na_by_rule or score.na_claimed or score.sheet.not_submitted:
        return ""
    working = suggestion_for(score).working
    said = ground_text(figures_told(score.criterion, score), None if working is None else str(working))
    return "\n".join(filter(None, (NO_FIGURES, said))) if score.without_figures else said


def reasons_text(outcome: Outcome) -> str:
    """A line an appraiser who gave a reason: "Lê Thị Bình (1,5): …"."""
    return "\n".join(
        f"{reason.appraiser} ({_given(reason.points)}): {reason.text}"
        for reason in outcome.reasons
        if reason.text
    )


def _given(points: Decimal | None) -> str:
    return NOT_APPLICABLE if points is None else format_points(points)


def is_told(name: str, title: str) -> bool:
    """Whether a title says the name of the round already, whatever its capitals."""
    return fold(name) in fold(title)


def programme_name(programme: str) -> str:
    return PROGRAMME_NAMES[Programme(programme)]


def round_subject(round_: Round) -> str:
    """What is assessed and when, with the round's name where that says more."""
    subject = f"{programme_name(round_.programme)} {period_told(round_.period)}"
    return subject if is_told(round_.name, subject) else f"{subject} – {round_.name}"


def round_notes(standings: Standings) -> list[str]:
    """Lines below a table of results: provisional or decided, what the marks mean, what was unlocked."""
    round_ = standings.round
    notes = [PROVISIONAL] if standings.provisional else []
    if not standings.provisional and round_.decision_number:
        notes.append(f"Theo {decided_words(round_)}.")
    return [*notes, LEGEND, *unlock_texts(round_)]


def decided_words(round_: Round) -> str:
    """``Quyết định số 99/QĐ-UBND ngày 31/12/2026``; the day where it was kept."""
    found = round_.publications[-1] if round_.publications else None
    day = f" ngày {found.decided_on:%d/%m/%Y}" if found is not None and found.decided_on else ""
    return f"Quyết định số {round_.decision_number}{day}"
