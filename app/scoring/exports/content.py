"""A unit's self-assessment as its report says it: frozen by approval, or as it stands while a draft."""

import json
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from app.scoring.models import Criterion, Sheet, Snapshot
from app.scoring.queries.outlines import sheet_outline
from app.scoring.queries.sheets import Row, sheet_page
from app.scoring.queries.standings import leaf_of
from app.scoring.rules import GROUNDS, Standing, Total, field_totals, lacking, total


class ContentRow(NamedTuple):
    """One leaf. ``evidence`` names the files: "12/KH-SYT ke_hoach.pdf". ``unfounded``: points without the figures
    (or the chosen option) that they should come from."""

    code: str
    name: str
    maximum: Decimal
    points: Decimal | None
    not_applicable: bool
    explanation: str
    evidence: list[str]
    unfounded: bool = False


@dataclass(frozen=True)
class Content:
    """``snapshot`` is None for a draft; ``approved_by`` and ``approved_at`` too."""

    sheet: Sheet
    agency_name: str
    round_name: str
    set_name: str
    points: Decimal
    maximum: Decimal
    outline: list[Criterion]
    rows: dict[str, ContentRow]
    snapshot: Snapshot | None = None
    approved_by: str | None = None
    approved_at: datetime | None = None

    def standings(self) -> list[Standing]:
        """How the unit sees itself, leaf by leaf in the set's order."""
        leaves = [node for node in self.outline if node.code in self.rows]
        return [
            Standing(leaf_of(leaf), not self.rows[leaf.code].not_applicable, self.rows[leaf.code].points)
            for leaf in leaves
        ]

    @property
    def total(self) -> Total:
        return total(self.standings())

    @property
    def fields(self) -> dict[str, Total]:
        return field_totals(self.standings())


def report_content(sheet: Sheet) -> Content:
    """From the snapshot once the leader has approved; later changes to names or evidence do not show."""
    return _draft(sheet) if sheet.snapshot is None else _frozen(sheet, sheet.snapshot)


def _frozen(sheet: Sheet, snapshot: Snapshot) -> Content:
    said, outline = json.loads(snapshot.content), sheet_outline(sheet)
    grounds = {node.code: node.ground for node in outline}
    return Content(
        sheet=sheet,
        agency_name=said["agency"]["name"],
        round_name=said["round"]["name"],
        set_name=said["criteria_set"]["name"],
        points=Decimal(said["points"]),
        maximum=Decimal(said["maximum"]),
        outline=outline,
        rows={row["code"]: _frozen_row(row, grounds.get(row["code"], "")) for row in said["rows"]},
        snapshot=snapshot,
        approved_by=said["approved_by"],
        approved_at=datetime.fromisoformat(said["approved_at"]),
    )


def _frozen_row(row: dict, ground: str) -> ContentRow:
    figures = dict(zip(("a", "b", "n", "option"), row["figures"], strict=True))
    return ContentRow(
        row["code"],
        row["name"],
        Decimal(row["maximum"]),
        None if row["points"] is None else Decimal(row["points"]),
        row["not_applicable"],
        row["explanation"],
        [f"{evidence['number']} {evidence['name']}".strip() for evidence in row["evidence"]],
        row["points"] is not None and any(figures[name] is None for name in GROUNDS[ground]),
    )


def _draft(sheet: Sheet) -> Content:
    page = sheet_page(sheet)
    return Content(
        sheet=sheet,
        agency_name=sheet.agency_name,
        round_name=sheet.round.name,
        set_name=str(sheet.criteria_set),
        points=page.total.points,
        maximum=page.total.maximum,
        outline=[row.criterion for row in page.rows],
        rows={row.criterion.code: _draft_row(row) for row in page.leaves},
    )


def _draft_row(row: Row) -> ContentRow:
    criterion, score = row.criterion, row.score
    return ContentRow(
        criterion.code,
        criterion.name,
        criterion.maximum,
        score.self_points,
        score.na_by_rule or score.na_claimed,
        score.explanation,
        [str(evidence) for evidence in score.evidence],
        score.self_points is not None and bool(lacking(criterion.ground, score)),
    )
