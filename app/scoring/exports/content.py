"""A unit's self-assessment as its report says it: frozen by approval, or as it stands while a draft."""

import json
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from types import SimpleNamespace
from typing import NamedTuple

from app.letterhead import default_symbol
from app.scoring.models import Criterion, Sheet, Snapshot
from app.scoring.queries.outlines import sheet_outline
from app.scoring.queries.sheets import Row, sheet_page
from app.scoring.queries.standings import leaf_of
from app.scoring.rules import (
    GROUNDS,
    NO_FIGURES,
    UNKNOWN,
    Standing,
    Total,
    document_title,
    field_totals,
    figures_told,
    ground_text,
    lacking,
    signed_sum,
    total,
)


class ContentRow(NamedTuple):
    """One leaf. ``evidence`` names documents: "Kế hoạch số 12/KH-SYT ngày 07/02/2026". ``unfounded``: points without
    the figures (or the chosen option) that they should come from. ``figures`` as printed, None where they were not
    kept; ``na_by_rule``: whether the set itself excludes the agency, None where that was not kept."""

    code: str
    name: str
    maximum: Decimal
    points: Decimal | None
    not_applicable: bool
    explanation: str
    evidence: list[str]
    unfounded: bool = False
    figures: list[str] | None = None
    working: str | None = None
    na_by_rule: bool | None = None

    @property
    def ground(self) -> str:
        """Figures and working as one cell says them; nothing where the leaf does not apply."""
        if self.not_applicable:
            return ""
        said = ground_text(self.figures, self.working)
        return "\n".join(filter(None, (NO_FIGURES, said.removeprefix(UNKNOWN)))) if self.unfounded else said


@dataclass(frozen=True)
class Content:
    """``snapshot`` is None for a draft; ``approved_by`` and ``approved_at`` too."""

    sheet: Sheet
    agency_name: str
    place: str
    symbol: str
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

    def signed_points(self, field: str) -> Decimal:
        """Points of a field that stands outside the maximum: what it adds less what it takes away."""
        return signed_sum(standing for standing in self.standings() if standing.leaf.field == field)


def report_content(sheet: Sheet) -> Content:
    """From the snapshot once the leader has approved; later changes to names or evidence do not show."""
    return _draft(sheet) if sheet.snapshot is None else _frozen(sheet, sheet.snapshot)


def has_figures(snapshot: Snapshot) -> bool:
    """Whether figures and working were kept as they are printed: since version 2 of the content."""
    return json.loads(snapshot.content).get("version", 1) >= 2


def _frozen(sheet: Sheet, snapshot: Snapshot) -> Content:
    said, outline = json.loads(snapshot.content), sheet_outline(sheet)
    nodes = {node.code: node for node in outline}
    return Content(
        sheet=sheet,
        agency_name=said["agency"]["name"],
        place=said["agency"].get("place", ""),
        symbol=said["agency"].get("symbol") or default_symbol(said["agency"]["name"]),
        round_name=said["round"]["name"],
        set_name=said["criteria_set"]["name"],
        points=Decimal(said["points"]),
        maximum=Decimal(said["maximum"]),
        outline=outline,
        rows={row["code"]: _frozen_row(row, nodes.get(row["code"])) for row in said["rows"]},
        snapshot=snapshot,
        approved_by=said["approved_by"],
        approved_at=datetime.fromisoformat(said["approved_at"]),
    )


def _frozen_row(row: dict, node: Criterion | None) -> ContentRow:
    ground = node.ground if node is not None else ""
    figures = dict(zip(("a", "b", "n", "option"), row["figures"], strict=True))
    return ContentRow(
        row["code"],
        row["name"],
        Decimal(row["maximum"]),
        None if row["points"] is None else Decimal(row["points"]),
        row["not_applicable"],
        row["explanation"],
        [_document(evidence) for evidence in row["evidence"]],
        row["points"] is not None and any(figures[name] is None for name in GROUNDS[ground]),
        row["told"] if "told" in row else _figures_kept(figures, node),
        row.get("working"),
        row.get("na_by_rule"),
    )


def _figures_kept(figures: dict, node: Criterion | None) -> list[str] | None:
    """The figures of a content that was frozen before names and working were kept with them; None without any."""
    values = {
        name: None if value is None else Decimal(value) for name, value in figures.items() if name != "option"
    }
    kept = SimpleNamespace(**{f"figure_{name}": value for name, value in values.items()})
    return (figures_told(node, kept) if node is not None else []) or None


def _document(evidence: dict) -> str:
    issued_on = evidence.get("issued_on")
    day = date.fromisoformat(issued_on) if issued_on else None
    return document_title(evidence["number"], day, evidence["name"])


def _draft(sheet: Sheet) -> Content:
    page = sheet_page(sheet)
    return Content(
        sheet=sheet,
        agency_name=sheet.agency_name,
        place=sheet.agency.place or "",
        symbol=sheet.agency.symbol or default_symbol(sheet.agency_name),
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
        [document_title(item.number, item.issued_on, item.file_name) for item in score.evidence],
        score.self_points is not None and bool(lacking(criterion.ground, score)),
        figures_told(criterion, score),
        None if row.suggestion.working is None else str(row.suggestion.working),
        score.na_by_rule,
    )
