"""The province of the deadline hour: one round open and almost filled in, one in appraisal."""

from dataclasses import asdict, dataclass
from datetime import timedelta
from decimal import Decimal

from sqlalchemy import select, update

from app import audit
from app.accounts import APPRAISER, DATA_ENTRY, MANAGER, role_named
from app.cli import make_roles
from app.clock import now
from app.extensions import db
from app.holding import hold_row
from app.models import Account, Agency, AgencyGroup
from app.passwords import hashed
from app.scoring.models import Criterion, Round, Score, Sheet
from app.scoring.operations import assignments, criteria, rounds
from soak.databases import migrate
from tests.province import PASSWORD

FIELDS, LEAVES_A_FIELD = 6, 8
HEADINGS = "code,parent_code,name,max_score,scoring_method,rule,figures,assessed_by,appraiser_agency\n"


@dataclass(frozen=True)
class Stage:
    """What the people of the hour must know. ``agencies``: (clerk, leader, sheet, its scores); ``appraisers``:
    (user name, their scores)."""

    agencies: list[tuple[str, str, int, list[int]]]
    appraisers: list[tuple[str, list[int]]]
    manager: str
    open_round: int
    judged_round: int

    def plain(self) -> dict:
        return asdict(self)


def make_stage(agencies: int) -> Stage:
    """Fill an empty database; commits. The first appraisal of each field is its appraiser's."""
    migrate()
    make_roles()
    group = AgencyGroup(code="xa", name="UBND cấp xã")
    home = Agency(code="SO-NV", name="Sở Nội vụ", group=AgencyGroup(code="so", name="Sở"))
    communes = [Agency(code=f"X-{n:03d}", name=f"UBND xã số {n}", group=group) for n in range(agencies)]
    db.session.add_all([group, home, *communes])
    people = _people(home, communes)
    made, _parsed, findings = criteria.import_criteria(
        _table().encode(), "set.csv", programme="cchc", groups=[group], name="Giờ chót", actor=None, at=now()
    )
    if made is None:
        raise ValueError([str(finding.sentence) for finding in findings])
    criteria.issue(hold_row(made), actor=None, at=now())
    places = [_round(period, group, made, people) for period in ("2026", "2027")]
    rounds.begin_appraisal(hold_row(places[1]), actor=people["manager"], at=now())
    db.session.execute(update(Score).values(self_points=Decimal(1), figure_a=Decimal(1), figure_b=Decimal(1)))
    audit.baseline(actor=None, at=now(), reason="made by hand")
    db.session.commit()
    return _stage(places[0], places[1])


def _people(home: Agency, communes: list[Agency]) -> dict[str, Account]:
    rows = [("manager", MANAGER, home)]
    rows += [(f"appraiser-{field}", APPRAISER, home) for field in range(1, FIELDS + 1)]
    for place, commune in enumerate(communes):
        rows += [(f"clerk-{place}", DATA_ENTRY, commune), (f"leader-{place}", DATA_ENTRY, commune)]
    secret = hashed(PASSWORD)
    roles = {name: role_named(name) for name in (MANAGER, APPRAISER, DATA_ENTRY)}
    people = {
        name: Account(
            username=name,
            last_name="Lê",
            first_name=name,
            email=f"{name}@soak.example",
            active=True,
            agency=agency,
            can_approve=name.startswith("leader"),
            must_change_password=False,
            password=secret,
            roles=[roles[role]],
        )
        for name, role, agency in rows
    }
    db.session.add_all(people.values())
    db.session.flush()
    return people


def _table() -> str:
    lines = [HEADINGS]
    for field in range(1, FIELDS + 1):
        lines.append(f"{field},,Lĩnh vực {field},{LEAVES_A_FIELD},sum,,,,\n")
        lines += [
            f"{field}.{n},{field},Tiêu chí {field}.{n},1,proportional,a/b,a: Đúng hạn; b: Tổng số,self,SO-NV\n"
            for n in range(1, LEAVES_A_FIELD + 1)
        ]
    return "".join(lines)


def _round(period: str, group: AgencyGroup, made, people: dict[str, Account]) -> Round:
    """Open, each field assigned to one appraiser."""
    round_ = rounds.create_round(
        programme="cchc",
        period=period,
        name=f"CCHC {period}",
        entry_deadline=now() + timedelta(days=1),
        sets={group: made},
        actor=None,
        at=now(),
    )
    rounds.open_round(hold_row(round_), actor=None, at=now())
    for field in db.session.scalars(
        select(Criterion).where(Criterion.criteria_set_id == made.id, Criterion.parent_id.is_(None))
    ):
        appraiser = people[f"appraiser-{field.code}"]
        assignments.assign(hold_row(round_), appraiser, group, field, actor=None, at=now())
    db.session.flush()
    return round_


def _stage(entry: Round, judged: Round) -> Stage:
    agencies = []
    for sheet in db.session.scalars(select(Sheet).where(Sheet.round_id == entry.id).order_by(Sheet.id)):
        place = int(sheet.agency.code.removeprefix("X-"))
        rows = [score.id for score in sheet.scores]
        agencies.append((f"clerk-{place}", f"leader-{place}", sheet.id, rows))
    tasks = select(Score.id, Criterion.field_code).join(Criterion).join(Sheet, Sheet.id == Score.sheet_id)
    tasks = db.session.execute(tasks.where(Sheet.round_id == judged.id).order_by(Score.id)).all()
    appraisers = [
        (f"appraiser-{field}", [row.id for row in tasks if row.field_code == str(field)])
        for field in range(1, FIELDS + 1)
    ]
    return Stage(agencies, appraisers, "manager", entry.id, judged.id)
