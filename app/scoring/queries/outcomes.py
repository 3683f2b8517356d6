"""What became of each score: what the unit said, what appraisers gave, what the council concluded."""

from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple

from sqlalchemy import and_, select
from sqlalchemy.orm import joinedload

from app.extensions import db
from app.models import AgencyGroup
from app.scoring.models import Appraisal, AppraiserWork, Criterion, Round, Score, Sheet
from app.scoring.queries.standings import finals, sent_points
from app.scoring.rules import Final, final_points
from app.scoring.states import WorkState


class Reason(NamedTuple):
    """What one appraiser gave (None: accepts that the leaf does not apply) and why."""

    appraiser: str
    points: Decimal | None
    text: str


@dataclass
class Outcome:
    """One score. ``appraised`` is None while no appraisal was sent; its points are their mean."""

    score: Score
    final: Final
    appraised: Final | None = None
    reasons: list[Reason] = field(default_factory=list)

    @property
    def self_counts(self) -> bool:
        """Self points of a sheet that was never sent count as nothing (design §4)."""
        return self.score.criterion.assessed_by == "self" and not self.score.sheet.not_submitted

    @property
    def self_final(self) -> Final:
        """How the unit sees itself."""
        score = self.score
        if score.na_by_rule or (score.na_claimed and self.self_counts):
            return Final(False, None)
        return Final(True, score.self_points if self.self_counts else None)

    @property
    def differs(self) -> bool:
        """What the appraisers gave is not what the unit gave itself; disagreement on “does not apply” too."""
        if self.appraised is None or not self.self_counts or self.score.na_by_rule:
            return False
        return self.appraised != self.self_final

    @property
    def is_concluded(self) -> bool:
        return self.score.concluded_na or self.score.concluded_points is not None


def round_outcomes(round_: Round, sheet: Sheet | None = None) -> dict[int, list[Outcome]]:
    """Sheet id → its outcomes in the set's order, of the whole round or of one sheet; six statements."""
    sheet_id = sheet.id if sheet is not None else None
    final, sent = finals(round_, sheet_id), sent_points(round_, sheet_id)
    reasons = _reasons(round_, sheet_id)
    found: dict[int, list[Outcome]] = defaultdict(list)
    for score in db.session.scalars(_scores(round_, sheet_id)):
        given = sent.get(score.id)
        appraised = final_points(None, False, given) if given else None
        outcome = Outcome(
            score, final[score.sheet_id][score.criterion_id], appraised, reasons.get(score.id, [])
        )
        found[score.sheet_id].append(outcome)
    return dict(found)


def round_differences(round_: Round) -> list[Outcome]:
    """Outcomes that differ from the unit's own points, by group, agency and place in the set."""
    by_sheet = round_outcomes(round_)
    return [outcome for outcomes in by_sheet.values() for outcome in outcomes if outcome.differs]


def _scores(round_: Round, sheet_id: int | None):
    query = (
        select(Score)
        .join(Sheet, Sheet.id == Score.sheet_id)
        .join(Criterion, Criterion.id == Score.criterion_id)
        .join(AgencyGroup, AgencyGroup.id == Sheet.group_id)
        .where(Sheet.round_id == round_.id)
        .options(joinedload(Score.criterion), joinedload(Score.sheet).joinedload(Sheet.group))
        .order_by(AgencyGroup.sort_order, AgencyGroup.code, Sheet.sort_key, Sheet.id, Criterion.position)
    )
    return query if sheet_id is None else query.where(Sheet.id == sheet_id)


def _reasons(round_: Round, sheet_id: int | None) -> dict[int, list[Reason]]:
    """Score id → what each appraiser who has sent gave, in the order of their appraisals."""
    query = (
        select(Appraisal)
        .join(Score, Score.id == Appraisal.score_id)
        .join(Sheet, Sheet.id == Score.sheet_id)
        .join(
            AppraiserWork,
            and_(
                AppraiserWork.round_id == Sheet.round_id, AppraiserWork.appraiser_id == Appraisal.appraiser_id
            ),
        )
        .where(Sheet.round_id == round_.id, AppraiserWork.state == WorkState.SENT)
        .options(joinedload(Appraisal.appraiser))
        .order_by(Appraisal.id)
    )
    if sheet_id is not None:
        query = query.where(Sheet.id == sheet_id)
    found: dict[int, list[Reason]] = defaultdict(list)
    for appraisal in db.session.scalars(query):
        reason = Reason(appraisal.appraiser.full_name, appraisal.points, appraisal.reason.strip())
        found[appraisal.score_id].append(reason)
    return found
