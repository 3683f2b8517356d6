"""What a round's ranking came from, as canonical JSON: frozen by conclusion, or as it stands before.

``round``, ``bands``, ``criteria_sets`` (each with its ``criteria``), ``appraisers``, ``unlocks``, ``groups``,
``sheets`` (each with
its ``scores``; a score with its ``appraisals`` sent), and the ``ranking``. Points are plain decimals in strings;
what a score does not have is left out.
"""

import hashlib
import json
from collections import defaultdict
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Row, Select, and_, select

from app.clock import PROVINCE_ZONE
from app.extensions import db
from app.models import Account
from app.scoring.models import (
    Appraisal,
    AppraiserWork,
    CriteriaSet,
    Criterion,
    Round,
    RoundRecord,
    RoundSet,
    Score,
    Sheet,
    UnlockRequest,
)
from app.scoring.queries.standings import Line, Standings, leaf_of, round_standings
from app.scoring.queries.unlocks import confirmed_unlocks
from app.scoring.rules import RULES_VERSION, plain, ranking_row
from app.scoring.states import WorkState

FORMAT = 1


def record_of(round_: Round) -> RoundRecord | None:
    """What the last conclusion froze; what an earlier one froze stays beside it."""
    mine = select(RoundRecord).where(RoundRecord.round_id == round_.id)
    return db.session.scalars(mine.order_by(RoundRecord.number.desc()).limit(1)).one_or_none()


def content_of(round_: Round) -> str:
    """The frozen content, or that of the provisional standings."""
    record = record_of(round_) if round_.concluded_at is not None else None
    return record.content if record is not None else record_content(round_, round_standings(round_))


def digest_of(content: str) -> str:
    return hashlib.sha256(content.encode()).hexdigest()


def record_content(round_: Round, standings: Standings) -> str:
    """Canonical: sorted keys, no spaces. The same data give the same bytes."""
    lines = sorted(standings.lines, key=lambda line: line.sheet.id)
    content = {
        "format": FORMAT,
        "rules_version": RULES_VERSION,
        "round": _round(round_),
        "bands": [{"name": b.name, "lower": plain(b.lower), "condition": b.condition} for b in round_.bands],
        "criteria_sets": _criteria_sets(round_),
        "groups": {group.code: group.name for group, _lines in standings.groups},
        "appraisers": _appraisers(round_),
        "unlocks": [_unlock(request) for request in confirmed_unlocks(round_)],
        "sheets": _sheets(round_, lines),
        "ranking": [_ranked(line) for line in lines],
    }
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _round(round_: Round) -> dict[str, Any]:
    return {
        "id": round_.id,
        "programme": round_.programme,
        "period": round_.period,
        "name": round_.name,
        "places": round_.places,
        "tie_break": list(round_.tie_break or []),
        "concluded_at": _moment(round_.concluded_at),
    }


def _moment(moment: datetime | None) -> str | None:
    return None if moment is None else moment.astimezone(PROVINCE_ZONE).isoformat(timespec="seconds")


def _criteria_sets(round_: Round) -> list[dict[str, Any]]:
    used = select(RoundSet.criteria_set_id).where(RoundSet.round_id == round_.id)
    nodes: dict[int, list[dict]] = defaultdict(list)
    query = select(Criterion).where(Criterion.criteria_set_id.in_(used)).order_by(Criterion.position)
    found = db.session.scalars(query).all()
    codes = {node.id: node.code for node in found}
    for node in found:
        nodes[node.criteria_set_id].append(_criterion(node, codes.get(node.parent_id)))
    sets = db.session.scalars(select(CriteriaSet).where(CriteriaSet.id.in_(used)).order_by(CriteriaSet.id))
    return [
        {
            "id": item.id,
            "name": item.name,
            "version": item.version,
            "legal_number": item.legal_number,
            "criteria": nodes[item.id],
        }
        for item in sets
    ]


def _criterion(node: Criterion, parent: str | None) -> dict[str, Any]:
    return {
        "code": node.code,
        "field": node.field_code,
        "name": node.name,
        "maximum": plain(node.maximum),
        "method": node.method,
        "kind": leaf_of(node).kind if node.is_leaf else "normal",
        "rule": node.rule_text,
        "is_leaf": node.is_leaf,
        "parent": parent,
        **_there(caps=node.caps),
    }


def _appraisers(round_: Round) -> dict[str, str]:
    query = (
        select(Account)
        .join(AppraiserWork, AppraiserWork.appraiser_id == Account.id)
        .where(AppraiserWork.round_id == round_.id)
    )
    return {account.username: account.full_name for account in db.session.scalars(query).unique()}


def _unlock(request: UnlockRequest) -> dict[str, Any]:
    """``appraiser``'s work or ``agency``'s sheet; the concluded result where neither is there."""
    return _there(
        appraiser=request.work.appraiser.username if request.work else None,
        agency=request.sheet.agency.code if request.sheet else None,
        reason=request.reason,
        requested_by=request.requested_by.username,
        confirmed_by=request.decided_by.username,
        confirmed_at=_moment(request.decided_at),
    )


def _sheets(round_: Round, lines: list[Line]) -> list[dict[str, Any]]:
    scores = _scores(round_)
    return [
        {
            "id": line.sheet.id,
            "agency": line.sheet.agency.code,
            "name": line.sheet.agency_name,
            "group": line.sheet.group.code,
            "criteria_set": line.sheet.criteria_set_id,
            "not_submitted": line.sheet.not_submitted,
            "failed_bands": sorted(line.band_failed),
            "scores": scores[line.sheet.id],
        }
        for line in lines
    ]


def _scores(round_: Round) -> dict[int, list[dict[str, Any]]]:
    """Sheet id → its scores in the set's order."""
    given = _appraisals(round_)
    query = (
        select(
            Score.id,
            Score.sheet_id,
            Criterion.code,
            Score.na_by_rule,
            Score.na_claimed,
            Score.self_points,
            Score.survey_points,
            Score.concluded_points,
            Score.concluded_na,
            Score.conclusion_reason,
            Score.minutes_number,
        )
        .join(Criterion, Criterion.id == Score.criterion_id)
        .join(Sheet, Sheet.id == Score.sheet_id)
        .where(Sheet.round_id == round_.id)
        .order_by(Score.sheet_id, Criterion.position)
    )
    found: dict[int, list[dict]] = defaultdict(list)
    for row in db.session.execute(query):
        found[row.sheet_id].append(_score(row, given.get(row.id, [])))
    return found


def _score(row: Row, given: list[dict]) -> dict[str, Any]:
    return _there(
        code=row.code,
        excluded=row.na_by_rule,
        claimed_not_applicable=row.na_claimed,
        self=_plain(row.self_points),
        survey=_plain(row.survey_points),
        concluded=_plain(row.concluded_points),
        concluded_not_applicable=row.concluded_na,
        conclusion_reason=row.conclusion_reason,
        minutes=row.minutes_number,
        appraisals=given,
    )


def _appraisals(round_: Round) -> dict[int, list[dict[str, Any]]]:
    """Score id → the appraisals sent; one without points accepts that the leaf does not apply."""
    found: dict[int, list[dict]] = defaultdict(list)
    for row in db.session.execute(_sent(round_)):
        given = _there(by=row.username, points=_plain(row.points), reason=row.reason)
        found[row.score_id].append(given)
    return found


def _sent(round_: Round) -> Select:
    work = and_(
        AppraiserWork.round_id == Sheet.round_id, AppraiserWork.appraiser_id == Appraisal.appraiser_id
    )
    return (
        select(Appraisal.score_id, Appraisal.points, Appraisal.reason, Account.username)
        .join(Score, Score.id == Appraisal.score_id)
        .join(Sheet, Sheet.id == Score.sheet_id)
        .join(AppraiserWork, work)
        .join(Account, Account.id == Appraisal.appraiser_id)
        .where(Sheet.round_id == round_.id, AppraiserWork.state == WorkState.SENT)
        .order_by(Appraisal.id)
    )


def _there(**values: Any) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value not in (None, False, "", [])}


def _plain(points: Decimal | None) -> str | None:
    return None if points is None else plain(points)


def _ranked(line: Line) -> dict[str, Any]:
    return ranking_row(line.sheet.id, line.sheet.agency.code, line.total, line.fields, line.rank, line.grade)
