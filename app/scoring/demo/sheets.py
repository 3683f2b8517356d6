"""Sheets of a round filled in, approved and sent; rows in bulk, acts through the operations."""

from datetime import date, datetime
from random import Random
from typing import NamedTuple

from sqlalchemy import bindparam, insert, select
from sqlalchemy.orm import joinedload

from app import audit
from app.extensions import db
from app.holding import hold_row
from app.models import Agency
from app.scoring.demo import words
from app.scoring.demo.filling import Filled, fill_row
from app.scoring.demo.papers import Paper
from app.scoring.demo.people import clerk, leader
from app.scoring.demo.province import SEED, Demo
from app.scoring.models import Criterion, Evidence, Round, Score, ScoreEvidence, Sheet
from app.scoring.operations import sheets as acts


class Fate(NamedTuple):
    """How much of a sheet is filled in (0…1) and what became of it: draft, approved or sent."""

    share: float
    state: str


def sheets_of(round_: Round) -> list[Sheet]:
    return list(
        db.session.scalars(
            select(Sheet)
            .where(Sheet.round_id == round_.id)
            .options(joinedload(Sheet.agency), joinedload(Sheet.round))
            .order_by(Sheet.id)
        )
    )


def quality_of(agency: Agency, round_: Round) -> float:
    """How well an agency works: its own 0.72 to 0.95, a little better or worse from period to period."""
    own = Random(f"{SEED}:{agency.code}").uniform(0.72, 0.95)
    return min(0.98, own + Random(f"{SEED}:{agency.code}:{round_.period}").uniform(-0.07, 0.07))


def fill_sheets(demo: Demo, round_: Round, fates: dict[int, Fate], first: datetime, last: datetime) -> None:
    """Rows, evidence, approval and sending of every sheet, at times between ``first`` and ``last``."""
    sheets = sheets_of(round_)
    leaves = _self_leaves(round_)
    rows, links = [], []
    for sheet in sheets:
        rng = Random(f"{SEED}:{round_.period}:{round_.programme}:{sheet.agency.code}")
        mine = leaves.get(sheet.id, [])
        chosen = mine[: round(len(mine) * fates[sheet.id].share)]
        filled = [
            (score_id, node, fill_row(node, quality_of(sheet.agency, round_), rng))
            for score_id, node in chosen
        ]
        saved_by = demo.people[clerk(sheet.agency.code)].id
        rows += [_row(score_id, entry, saved_by, first) for score_id, _node, entry in filled]
        links += _links(demo, sheet, filled, first, rng)
    _write(rows, links)
    audit.record_rows(Score, Score.sheet_id.in_([sheet.id for sheet in sheets]), at=first)
    for sheet in sheets:
        _send(demo, sheet, fates[sheet.id], _between(first, last, demo.rng))
    db.session.flush()


def _self_leaves(round_: Round) -> dict[int, list[tuple[int, Criterion]]]:
    """Sheet id → (score id, criterion) of the unit's own leaves, in the set's order."""
    query = (
        select(Score.sheet_id, Score.id, Criterion)
        .join(Criterion, Criterion.id == Score.criterion_id)
        .join(Sheet, Sheet.id == Score.sheet_id)
        .where(Sheet.round_id == round_.id, Criterion.assessed_by == "self", ~Score.na_by_rule)
        .order_by(Score.sheet_id, Criterion.position)
    )
    found: dict[int, list[tuple[int, Criterion]]] = {}
    for sheet_id, score_id, criterion in db.session.execute(query):
        found.setdefault(sheet_id, []).append((score_id, criterion))
    return found


def _row(score_id: int, entry: Filled, saved_by: int, at: datetime) -> dict:
    figures = entry.figures
    return {
        "row_id": score_id,
        "a": figures.a,
        "b": figures.b,
        "n": figures.n,
        "place": figures.option,
        "own": entry.points,
        "words": entry.explanation,
        "claimed": entry.na_claimed,
        "at": at,
        "by": saved_by,
    }


def _write(rows: list[dict], links: list[dict]) -> None:
    scores = Score.__table__
    change = (
        scores.update()
        .where(scores.c.id == bindparam("row_id"))
        .values(
            figure_a=bindparam("a"),
            figure_b=bindparam("b"),
            figure_n=bindparam("n"),
            option=bindparam("place"),
            self_points=bindparam("own"),
            explanation=bindparam("words"),
            na_claimed=bindparam("claimed"),
            saved_at=bindparam("at"),
            saved_by_id=bindparam("by"),
            version=scores.c.version + 1,
        )
    )
    db.session.flush()
    if rows:
        db.session.connection().execute(change, rows)
    if links:
        db.session.execute(insert(ScoreEvidence), links)


def _links(demo: Demo, sheet: Sheet, filled: list, at: datetime, rng: Random) -> list[dict]:
    """A document for every row that needs one, and for some that do not."""
    wanted = [
        score_id
        for score_id, node, entry in filled
        if entry.points and (node.evidence_required or rng.random() < 0.1)
    ]
    if not wanted:
        return []
    library = _library(demo, sheet, at)
    return [{"score_id": score_id, "evidence_id": rng.choice(library)} for score_id in wanted]


def _library(demo: Demo, sheet: Sheet, at: datetime) -> list[int]:
    """Ids of the agency's documents of the round's year; made once, reused by the other programme's sheet."""
    year = int(sheet.round.period[:4])
    there = demo.library.get((sheet.agency_id, year))
    if there is None:
        made = [_document(demo, sheet.agency, year, place, at) for place in range(len(words.DOCUMENTS))]
        db.session.add_all(made)
        db.session.flush()
        there = demo.library[sheet.agency_id, year] = [evidence.id for evidence in made]
    return there


def _document(demo: Demo, agency: Agency, year: int, place: int, at: datetime) -> Evidence:
    """Departments have papers of their own; the others share one text, each with its own number."""
    title, ending, body = words.DOCUMENTS[place]
    own = agency.group.code == "so"
    number = f"{agency.id + 17 * (place + 1)}/{ending}-{agency.code.rpartition('-')[2]}"
    issued = date(year, 2 + 3 * place, 3 + agency.id % 24 if own else 15)
    issuer, shown = (agency.name, number) if own else (agency.group.name, f"…/{ending}")
    paper = Paper(title.format(year=year), shown, issued, issuer, body)
    return Evidence(
        agency_id=agency.id,
        file=demo.papers.keep(paper, f"{ending}.pdf", at),
        file_name=f"{ending} {year} – {agency.short_name or agency.name}.pdf",
        number=number,
        issued_on=issued,
        issuer=agency.name,
        summary=paper.title,
        created_at=at,
        created_by_id=demo.people[clerk(agency.code)].id,
    )


def _send(demo: Demo, sheet: Sheet, fate: Fate, at: datetime) -> None:
    if fate.state == "draft":
        return
    code = sheet.agency.code
    snapshot = acts.approve(hold_row(sheet), actor=demo.people[leader(code)], at=at)
    if fate.state == "approved":
        return
    paper = Paper(
        f"BÁO CÁO Kết quả tự đánh giá – {sheet.round.name}",
        f"{100 + sheet.id}/BC",
        at.date(),
        sheet.agency_name,
        words.SIGNED_REPORT.format(code=snapshot.code),
    )
    name = f"Báo cáo tự đánh giá {sheet.round.period} – {code} (đã ký).pdf"
    writer = demo.people[clerk(code)]
    acts.sign(hold_row(sheet), demo.papers.keep(paper, name, at), name, actor=writer, at=at)
    acts.send(hold_row(sheet), actor=writer, at=at)


def _between(first: datetime, last: datetime, rng: Random) -> datetime:
    return (first + (last - first) * rng.random()).replace(microsecond=0)
