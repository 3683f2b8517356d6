"""A province of any size: one group, one set, one open round, every leaf appraised by one appraiser."""

from datetime import timedelta
from typing import NamedTuple

from sqlalchemy import insert, select, update

from app.accounts import APPRAISER, DATA_ENTRY, MANAGER, ensure_roles, role_named
from app.clock import now
from app.extensions import db
from app.holding import hold_row
from app.models import Account, Agency, AgencyGroup
from app.passwords import hashed
from app.scoring.models import Appraisal, AppraiserWork, Round, Score, Sheet
from app.scoring.operations import assignments, criteria, rounds
from app.scoring.states import WorkState

PASSWORD = "Thanh-hoa-1029"
HEADINGS = "code,parent_code,name,max_score,scoring_method,rule,figures,assessed_by,appraiser_agency\n"
FIELDS = 10


class Large(NamedTuple):
    """Ids and names that the measurements need."""

    round_id: int
    sheet_id: int
    score_id: int
    clerk: str


def build(agencies: int, leaves: int) -> Large:
    """Fill an empty, migrated database; commits."""
    at = now()
    ensure_roles()
    group = AgencyGroup(code="xa", name="UBND cấp xã")
    office = AgencyGroup(code="so", name="Sở")
    home = Agency(code="SO-NV", name="Sở Nội vụ", group=office)
    communes = [Agency(code=f"X-{n:04d}", name=f"UBND xã số {n}", group=group) for n in range(agencies)]
    db.session.add_all([group, office, home, *communes])
    people = _people(home, communes[0])
    made, _parsed, findings = criteria.import_criteria(
        _table(leaves).encode(), "large.csv", programme="cchc", groups=[group], name="Lớn", actor=None, at=at
    )
    if made is None:
        raise ValueError([str(finding.sentence) for finding in findings])
    criteria.issue(hold_row(made), actor=None, at=at)
    round_ = rounds.create_round(
        programme="cchc",
        period=str(at.year),
        name="Kỳ lớn",
        entry_deadline=at + timedelta(days=30),
        sets={group: made},
        actor=None,
        at=at,
    )
    rounds.open_round(hold_row(round_), actor=None, at=at)
    assignments.assign(hold_row(round_), people["appraiser"], group, None, actor=None, at=at)
    _score(round_, people["appraiser"])
    sheet = db.session.scalars(select(Sheet).where(Sheet.agency_id == communes[0].id)).one()
    score_id = db.session.scalars(
        select(Score.id).where(Score.sheet_id == sheet.id).order_by(Score.id)
    ).first()
    db.session.commit()
    return Large(round_.id, sheet.id, score_id, "clerk")


def _people(home: Agency, commune: Agency) -> dict[str, Account]:
    secret = hashed(PASSWORD)
    rows = (("manager", MANAGER, home), ("appraiser", APPRAISER, home), ("clerk", DATA_ENTRY, commune))
    roles = {role: role_named(role) for _name, role, _agency in rows}
    people = {
        name: Account(
            username=name,
            last_name="Lê",
            first_name=name,
            email=f"{name}@bench.example",
            active=True,
            agency=agency,
            must_change_password=False,
            password=secret,
            roles=[roles[role]],
        )
        for name, role, agency in rows
    }
    db.session.add_all(people.values())
    db.session.flush()
    return people


def _table(leaves: int) -> str:
    """Ten fields that share the leaves; each leaf is a ratio of one point."""
    lines = [HEADINGS]
    for field in range(1, FIELDS + 1):
        mine = range(field - 1, leaves, FIELDS)
        lines.append(f"{field},,Lĩnh vực {field},{len(mine)},sum,,,,\n")
        lines += [
            f"{field}.{place},{field},Tiêu chí {field}.{place},1,proportional,a/b,a: Đúng hạn; b: Tổng số,self,SO-NV\n"
            for place, _leaf in enumerate(mine, 1)
        ]
    return "".join(lines)


def _score(round_: Round, appraiser: Account) -> None:
    """Self points everywhere, and one sent appraisal for each."""
    scores = db.session.scalars(
        select(Score.id).join(Sheet, Sheet.id == Score.sheet_id).where(Sheet.round_id == round_.id)
    ).all()
    db.session.execute(
        update(Score).values(self_points=1, saved_at=now()).execution_options(synchronize_session=False)
    )
    rows = [
        {"score_id": score_id, "appraiser_id": appraiser.id, "points": place % 5 // 4, "saved_at": now()}
        for place, score_id in enumerate(scores)
    ]
    db.session.execute(insert(Appraisal), rows)
    db.session.add(AppraiserWork(round_id=round_.id, appraiser_id=appraiser.id, state=WorkState.SENT))
    db.session.flush()
