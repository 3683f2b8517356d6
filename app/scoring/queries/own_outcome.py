"""What an agency may know of its own appraisal: the reasons, without names, and every row after the conclusion."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import and_, select

from app.errors import Conflict
from app.extensions import db
from app.figures import write_figure
from app.row_access import system_access
from app.scoring.models import Appraisal, AppraiserWork, Criterion, Score, Sheet
from app.scoring.queries.outcomes import Outcome, round_outcomes
from app.scoring.queries.outlines import sheet_outline
from app.scoring.queries.records import record_of
from app.scoring.queries.sheets import suggestion_for
from app.scoring.queries.standings import sheet_total
from app.scoring.rules import Total
from app.scoring.states import SheetState, WorkState


@dataclass(frozen=True)
class OutcomeRow:
    """A node of the tree; a leaf has its ``outcome``, the ``basis`` of its own points, and the appraisers' reasons."""

    criterion: Criterion
    outcome: Outcome | None = None
    basis: str = ""
    reasons: tuple[str, ...] = ()

    @property
    def differs(self) -> bool:
        """The final points are not those that the agency gave itself."""
        found = self.outcome
        return found is not None and found.self_counts and found.final != found.self_final


@dataclass(frozen=True)
class OwnOutcome:
    """A concluded sheet row by row; ``digest`` is that of the frozen record, None for rounds older than records."""

    sheet: Sheet
    rows: list[OutcomeRow]
    total: Total
    fields: dict[str, Total]
    digest: str | None

    @property
    def differing(self) -> int:
        return sum(row.differs for row in self.rows)


def require_outcome(sheet: Sheet) -> None:
    """Raises ``Conflict`` before the round is concluded, and while a conclusion is reopened."""
    if sheet.state != SheetState.CONCLUDED:
        raise Conflict("Kết quả từng tiêu chí có sau khi kỳ chấm điểm được kết luận.")


@system_access("an agency's own outcome: means and reasons of appraisers whom it may not see")
def own_outcome(sheet: Sheet) -> OwnOutcome:
    """Raises ``Conflict`` before the conclusion; the same number of statements whatever the number of rows."""
    require_outcome(sheet)
    outcomes = {
        found.score.criterion_id: found for found in round_outcomes(sheet.round, sheet).get(sheet.id, [])
    }
    total, fields, _finals = sheet_total(sheet)
    record = record_of(sheet.round)
    rows = [_row(node, outcomes.get(node.id)) for node in sheet_outline(sheet)]
    return OwnOutcome(sheet, rows, total, fields, record.digest if record is not None else None)


def _row(node: Criterion, outcome: Outcome | None) -> OutcomeRow:
    if outcome is None:
        return OutcomeRow(node)
    reasons = dict.fromkeys(reason.text for reason in outcome.reasons if reason.text)
    return OutcomeRow(node, outcome, basis_of(outcome.score), tuple(reasons))


def basis_of(score: Score) -> str:
    """Figures and working in words: what the points came from; empty where there is nothing but points."""
    criterion = score.criterion
    if score.survey_working:
        return score.survey_working
    if criterion.assessed_by != "self":
        return ""
    options = criterion.rule.get("options", ())
    chosen = options[score.option]["label"] if score.option is not None and score.option < len(options) else ""
    figures = [
        f"{one.name}: {write_figure(value, one.kind)}"
        for one in criterion.asked
        if (value := getattr(score, f"figure_{one.letter}")) is not None
    ]
    working = suggestion_for(score).working if chosen or figures or criterion.linked_programme else None
    return "\n".join(filter(None, (chosen, "; ".join(figures), str(working) if working and not chosen else "")))


@system_access("reasons of appraisers, without names, for rows that an agency is asked to explain")
def reasons_of(score_ids: Collection[int]) -> dict[int, list[str]]:
    """Score id → different reasons of the appraisals sent, in their order; one statement."""
    if not score_ids:
        return {}
    sent = and_(
        AppraiserWork.round_id == Sheet.round_id,
        AppraiserWork.appraiser_id == Appraisal.appraiser_id,
        AppraiserWork.state == WorkState.SENT,
    )
    query = (
        select(Appraisal.score_id, Appraisal.reason)
        .join(Score, Score.id == Appraisal.score_id)
        .join(Sheet, Sheet.id == Score.sheet_id)
        .join(AppraiserWork, sent)
        .where(Appraisal.score_id.in_(score_ids), Appraisal.reason != "")
        .order_by(Appraisal.id)
    )
    found: dict[int, list[str]] = defaultdict(list)
    for score_id, reason in db.session.execute(query):
        text = reason.strip()
        if text and text not in found[score_id]:
            found[score_id].append(text)
    return {score_id: texts for score_id, texts in found.items() if texts}
