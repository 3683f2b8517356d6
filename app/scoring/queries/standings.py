"""Totals, ranks and grades of a round in one pass over its scores (Đ.11.1; design §3).

Four statements whatever the number of agencies: sheets, leaves, scores, sent appraisals.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

from sqlalchemy import Row, and_, select
from sqlalchemy.orm import joinedload

from app.extensions import db
from app.models import AgencyGroup
from app.row_access import system_access
from app.scoring.models import (
    Appraisal,
    AppraiserWork,
    Criterion,
    FailedCondition,
    Round,
    RoundSet,
    Score,
    Sheet,
)
from app.scoring.rules import (
    Band,
    Entry,
    Final,
    Leaf,
    Method,
    Standing,
    Total,
    field_totals,
    final_points,
    grade,
    rank,
    total,
)
from app.scoring.states import RoundState, WorkState

KINDS = {Method.BONUS: "bonus", Method.PENALTY: "penalty"}


@dataclass
class Line:
    """One agency's row of a ranking. ``leaves`` maps criterion id to its final; ``fields`` field code to total."""

    sheet: Sheet
    total: Total
    fields: dict[str, Total]
    leaves: dict[int, Final]
    rank: int | None = None
    grade: str | None = None
    band_failed: list[str] = field(default_factory=list)

    @property
    def index(self) -> Fraction | None:
        return self.total.index


@dataclass
class Standings:
    """A round's lines, group by group; ``provisional`` until the round is concluded."""

    round: Round
    provisional: bool
    groups: list[tuple[AgencyGroup, list[Line]]]

    @property
    def lines(self) -> list[Line]:
        return [line for _group, lines in self.groups for line in lines]


def leaf_of(criterion: Criterion | Row) -> Leaf:
    """``criterion``: anything with code, field_code, maximum, method and caps."""
    return Leaf(
        criterion.code,
        criterion.field_code,
        criterion.maximum,
        KINDS.get(Method(criterion.method), "normal"),
        tuple((code, Decimal(most)) for code, most in criterion.caps or ()),
    )


def leaves_of_round(round_: Round) -> dict[int, Row]:
    """Criterion id → what ``leaf_of`` wants, and id, name, position, criteria_set_id; of every set in use."""
    columns = (
        Criterion.id,
        Criterion.code,
        Criterion.field_code,
        Criterion.maximum,
        Criterion.method,
        Criterion.caps,
        Criterion.name,
        Criterion.position,
        Criterion.criteria_set_id,
    )
    query = (
        select(*columns)
        .where(
            Criterion.is_leaf,
            Criterion.criteria_set_id.in_(
                select(RoundSet.criteria_set_id).where(RoundSet.round_id == round_.id)
            ),
        )
        .order_by(Criterion.criteria_set_id, Criterion.position)
    )
    return {row.id: row for row in db.session.execute(query)}


def sent_points(round_: Round, sheet_id: int | None = None) -> dict[int, list[Decimal | None]]:
    """Score id → points of the appraisals sent (None: accepted as not applicable)."""
    query = (
        select(Appraisal.score_id, Appraisal.points)
        .join(Score, Score.id == Appraisal.score_id)
        .join(Sheet, Sheet.id == Score.sheet_id)
        .join(
            AppraiserWork,
            and_(
                AppraiserWork.round_id == Sheet.round_id, AppraiserWork.appraiser_id == Appraisal.appraiser_id
            ),
        )
        .where(Sheet.round_id == round_.id, AppraiserWork.state == WorkState.SENT)
        .order_by(Appraisal.id)
    )
    if sheet_id is not None:
        query = query.where(Sheet.id == sheet_id)
    found: dict[int, list[Decimal | None]] = defaultdict(list)
    for score_id, points in db.session.execute(query):
        found[score_id].append(points)
    return found


def _score_rows(round_: Round, sheet_id: int | None) -> Iterable[Row]:
    query = (
        select(
            Score.id,
            Score.sheet_id,
            Score.criterion_id,
            Score.na_by_rule,
            Score.survey_points,
            Score.concluded_points,
            Score.concluded_na,
        )
        .join(Sheet, Sheet.id == Score.sheet_id)
        .where(Sheet.round_id == round_.id)
    )
    return db.session.execute(query if sheet_id is None else query.where(Sheet.id == sheet_id))


def _final(row: Row, leaf: Row, sent: dict[int, list]) -> Final:
    if row.na_by_rule:
        return Final(False, None)
    return final_points(
        row.concluded_points,
        row.concluded_na,
        sent.get(row.id, ()),
        row.survey_points,
        leaf.method in (Method.SURVEY, Method.SURVEY_TIERS),
    )


def finals(
    round_: Round, sheet_id: int | None = None, leaves: dict[int, Row] | None = None
) -> dict[int, dict[int, Final]]:
    """Sheet id → criterion id → final of that leaf; ``leaves`` when the caller has read them already."""
    leaves = leaves_of_round(round_) if leaves is None else leaves
    sent = sent_points(round_, sheet_id)
    found: dict[int, dict[int, Final]] = defaultdict(dict)
    for row in _score_rows(round_, sheet_id):
        found[row.sheet_id][row.criterion_id] = _final(row, leaves[row.criterion_id], sent)
    return found


def standings_of(finals_of_sheet: dict[int, Final], leaves: dict[int, Row]) -> list[Standing]:
    ordered = sorted(finals_of_sheet, key=lambda leaf_id: leaves[leaf_id].position)
    return [Standing(leaf_of(leaves[leaf_id]), *finals_of_sheet[leaf_id]) for leaf_id in ordered]


def round_standings(round_: Round) -> Standings:
    """Every sheet's total, fields, rank in its group and grade, groups and agencies in Vietnamese order of rank."""
    sheets = db.session.scalars(
        select(Sheet)
        .where(Sheet.round_id == round_.id)
        .options(joinedload(Sheet.group), joinedload(Sheet.agency))
    ).all()
    leaves, failed = leaves_of_round(round_), failed_conditions(round_)
    by_sheet = finals(round_, leaves=leaves)
    lines = [_line(sheet, by_sheet.get(sheet.id, {}), leaves) for sheet in sheets]
    bands = [Band(band.name, band.lower, True) for band in round_.bands]
    groups: dict[AgencyGroup, list[Line]] = defaultdict(list)
    for line in lines:
        line.band_failed = failed.get(line.sheet.id, [])
        line.grade = grade(line.index, bands, line.band_failed)
        groups[line.sheet.group].append(line)
    ordered = sorted(groups, key=lambda group: (group.sort_order, group.code))
    return Standings(
        round_,
        round_.state != RoundState.CONCLUDED,
        [(group, _ranked(round_, groups[group])) for group in ordered],
    )


def _line(sheet: Sheet, finals_of_sheet: dict[int, Final], leaves: dict[int, Row]) -> Line:
    standings = standings_of(finals_of_sheet, leaves)
    return Line(sheet, total(standings), field_totals(standings), finals_of_sheet)


def _ranked(round_: Round, lines: list[Line]) -> list[Line]:
    ranks = rank([Entry(line.sheet.id, line.index, _ties(round_, line)) for line in lines])
    for line in lines:
        line.rank = ranks[line.sheet.id]
    return sorted(
        lines, key=lambda line: (line.rank is None, line.rank or 0, line.sheet.sort_key, line.sheet.id)
    )


def _ties(round_: Round, line: Line) -> tuple:
    return tuple(line.fields[code].index if code in line.fields else None for code in round_.tie_break or ())


def failed_conditions(round_: Round) -> dict[int, list[str]]:
    """Sheet id → names of the bands whose extra condition it fails."""
    query = (
        select(FailedCondition)
        .join(Sheet, Sheet.id == FailedCondition.sheet_id)
        .where(Sheet.round_id == round_.id)
        .options(joinedload(FailedCondition.band))
    )
    found: dict[int, list[str]] = defaultdict(list)
    for failure in db.session.scalars(query):
        found[failure.sheet_id].append(failure.band.name)
    return found


def sheet_total(sheet: Sheet) -> tuple[Total, dict[str, Total], dict[int, Final]]:
    """Total, field totals and finals of one sheet alone."""
    leaves = leaves_of_round(sheet.round)
    by_sheet = finals(sheet.round, sheet.id, leaves)
    found = by_sheet.get(sheet.id, {})
    standings = standings_of(found, leaves)
    return total(standings), field_totals(standings), found


@system_access("an agency's reform index, for a criterion linked to it")
def reform_index(sheet: Sheet) -> Fraction | None:
    """The same agency's reform index of the same period, for a task-completion leaf linked to it."""
    query = (
        select(Sheet)
        .join(Round, Round.id == Sheet.round_id)
        .where(
            Round.programme == "cchc",
            Round.period == sheet.round.period,
            Sheet.agency_id == sheet.agency_id,
            Round.state != RoundState.PREPARING,
        )
        .options(joinedload(Sheet.round))
        .order_by(Round.id.desc())
        .limit(1)
    )
    reform = db.session.scalars(query).first()
    if reform is None:
        return None
    found, _fields, _finals = sheet_total(reform)
    return found.index if found.unscored < len(_finals) else None
