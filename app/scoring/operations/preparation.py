"""Settings of a round: its sets, grade bands and how results are shown and ties are broken."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import select

from app import audit
from app.accounts import require_manager
from app.errors import Conflict, Refused
from app.extensions import db
from app.holding import Held
from app.models import Account, AgencyGroup
from app.moments import kept_moment
from app.scoring.models import Assignment, CriteriaSet, Criterion, GradeBand, Round
from app.scoring.operations.deadlines import change_deadlines, require_explanation_days, set_explanation_days
from app.scoring.operations.declaring import changes
from app.scoring.operations.rounds import round_name, set_group
from app.scoring.queries.rounds import tie_break_fields
from app.scoring.states import ROUND_STEPS, Matter, round_step

HUNDRED = Decimal(100)


class BandEntry(NamedTuple):
    """A grade band as typed: its lower bound in percent, and the extra condition in words."""

    name: str
    lower: Decimal
    condition: str = ""


@changes(Matter.SETTINGS)
def set_groups(
    held: Held[Round], chosen: Mapping[AgencyGroup, CriteriaSet | None], *, actor: Account, at: datetime
) -> None:
    """Which set each group is scored by (None: the group is not scored); assignments of what left are removed."""
    require_manager(actor)
    round_ = held.row
    round_step("prepare", round_.state)
    before = {item.group_id: item.criteria_set_id for item in round_.sets}
    for group, criteria_set in chosen.items():
        if before.get(group.id) != (criteria_set.id if criteria_set is not None else None):
            set_group(held, group, criteria_set, actor=actor)
    db.session.flush()
    removed = _remove_stray_assignments(round_)
    after = {item.group.code: item.criteria_set.id for item in round_.sets}
    audit.record("round_sets_chosen", round_, actor=actor, at=at, sets=after, assignments_removed=removed)


def _remove_stray_assignments(round_: Round) -> int:
    sets = {item.group_id: item.criteria_set_id for item in round_.sets}
    rows = db.session.execute(
        select(Assignment, Criterion.criteria_set_id)
        .outerjoin(Criterion, Criterion.id == Assignment.criterion_id)
        .where(Assignment.round_id == round_.id)
    ).all()
    stray = [
        assignment
        for assignment, set_id in rows
        if assignment.group_id not in sets or (set_id is not None and set_id != sets[assignment.group_id])
    ]
    for assignment in stray:
        db.session.delete(assignment)
    return len(stray)


@changes(Matter.SETTINGS)
def rename(held: Held[Round], name: str, *, actor: Account, at: datetime) -> None:
    """Another name while preparing; names are unique within a programme."""
    require_manager(actor)
    round_ = held.row
    _require_preparing(round_, "name")
    round_.name = round_name(name, round_.programme, but=round_)


def _require_preparing(round_: Round, field: str) -> None:
    if round_.state not in ROUND_STEPS["prepare"].sources:
        raise Conflict("Nội dung này chỉ sửa được khi kỳ chấm điểm đang chuẩn bị.", field=field)


@changes(Matter.SETTINGS)
def set_bands(held: Held[Round], bands: Sequence[BandEntry], *, actor: Account, at: datetime) -> None:
    """Replace the grade bands of a round in preparation. The lowest starts at 0, no two alike."""
    require_manager(actor)
    round_ = held.row
    round_step("prepare", round_.state)
    _require_bands(bands)
    round_.bands = []
    db.session.flush()
    round_.bands = [
        GradeBand(name=band.name.strip(), lower=band.lower, condition=band.condition.strip() or None)
        for band in sorted(bands, key=lambda band: -band.lower)
    ]
    audit.record(
        "round_bands_set",
        round_,
        actor=actor,
        at=at,
        bands=[f"{band.name.strip()}: {band.lower}" for band in round_.bands],
    )


def _require_bands(bands: Sequence[BandEntry]) -> None:
    if not bands:
        raise Refused("Phải có ít nhất một mức xếp loại.", field="bands")
    if any(not band.name.strip() for band in bands):
        raise Refused("Mỗi mức xếp loại phải có tên.", field="bands")
    if len({band.name.strip().casefold() for band in bands}) < len(bands):
        raise Refused("Có hai mức xếp loại trùng tên.", field="bands")
    if any(not 0 <= band.lower <= HUNDRED for band in bands):
        raise Refused("Điểm từ của mỗi mức phải trong khoảng 0 đến 100.", field="bands")
    if len({band.lower for band in bands}) < len(bands):
        raise Refused("Có hai mức xếp loại cùng điểm bắt đầu.", field="bands")
    if 0 < max(band.lower for band in bands) <= 1:
        raise Refused("Điểm từ của mỗi mức ghi theo phần trăm: 90, không ghi 0,9.", field="bands")
    if min(band.lower for band in bands) != 0:
        raise Refused("Mức thấp nhất phải bắt đầu từ 0 để cơ quan nào cũng được xếp loại.", field="bands")


@changes(Matter.SETTINGS)
def set_rules(
    held: Held[Round],
    *,
    places: int,
    tie_break: Sequence[str],
    explanation_days: int,
    actor: Account,
    at: datetime,
) -> None:
    """Decimal places shown, field codes that break ties in order, days for an explanation; while preparing."""
    require_manager(actor)
    round_ = held.row
    _require_preparing(round_, "places" if places != round_.places else "tie_break")
    if places not in range(4):
        raise Refused("Số chữ số thập phân phải từ 0 đến 3.", field="places")
    require_explanation_days(explanation_days)
    _require_fields(round_, tie_break)
    round_.places, round_.tie_break, round_.explanation_days = places, list(tie_break), explanation_days
    audit.record(
        "round_rules_set",
        round_,
        actor=actor,
        at=at,
        places=places,
        tie_break=list(tie_break),
        explanation_days=explanation_days,
    )


def _require_fields(round_: Round, tie_break: Sequence[str]) -> None:
    unknown = set(tie_break) - set(tie_break_fields(round_))
    if unknown:
        raise Refused(
            "Lĩnh vực “%(code)s” phải có trong tất cả bộ tiêu chí của kỳ.",
            field="tie_break",
            code=sorted(unknown)[0],
        )
    if len(set(tie_break)) < len(tie_break):
        raise Refused("Mỗi lĩnh vực chỉ được chọn một lần.", field="tie_break")


FIELDS = ("name", "entry_deadline", "appraisal_deadline", "explanation_days", "places", "tie_break")


@changes(Matter.SETTINGS, Matter.DEADLINES)
def change_round(held: Held[Round], values: Mapping[str, Any], *, actor: Account, at: datetime) -> int:
    """Change the fields named in ``values`` (of ``FIELDS``), each by its own operation; the others stay as they are.

    How many surveys close at another moment now.
    """
    require_manager(actor)
    if unknown := values.keys() - set(FIELDS):
        raise TypeError(f"not changeable: {sorted(unknown)}")
    round_ = held.row
    then = {name: values.get(name, getattr(round_, name)) for name in FIELDS}
    then["tie_break"] = list(then["tie_break"] or ())
    if then["name"] != round_.name:
        rename(held, then["name"], actor=actor, at=at)
    rules = {name: then[name] for name in ("places", "tie_break")}
    if rules != {"places": round_.places, "tie_break": list(round_.tie_break or ())}:
        set_rules(held, **rules, explanation_days=then["explanation_days"], actor=actor, at=at)
    elif then["explanation_days"] != round_.explanation_days:
        set_explanation_days(held, then["explanation_days"], actor=actor)
    before = round_.entry_deadline, round_.appraisal_deadline
    deadlines = kept_moment(then["entry_deadline"], before[0]), kept_moment(then["appraisal_deadline"], before[1])
    return 0 if deadlines == before else change_deadlines(held, *deadlines, actor=actor, at=at)
