"""Groups, agencies, questionnaires and issued sets out of ``demo/``; and the empty province."""

import csv
import io
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from random import Random

from sqlalchemy import select

from app.accounts import ADMINISTRATOR, MANAGER, create_account
from app.extensions import db
from app.files import FileStore
from app.holding import hold_row
from app.models import Account, Agency, AgencyGroup
from app.scoring.demo.papers import Papers
from app.scoring.demo.people import make_people
from app.scoring.imports.finding import has_errors
from app.scoring.models import CriteriaSet
from app.scoring.operations import criteria, surveys
from app.scoring.operations.agencies import import_agencies

FILES = Path(__file__).resolve().parents[3] / "demo"
SEED = 192
BEGINNING = datetime(2023, 11, 1, 1, 0, tzinfo=UTC)
ISSUED_ON = date(2023, 11, 15)


@dataclass
class Demo:
    """The rows that later steps need; ``sets`` by (programme, group code), ``bands`` by programme."""

    groups: dict[str, AgencyGroup]
    agencies: dict[str, Agency]
    people: dict[str, Account]
    sets: dict[tuple[str, str], CriteriaSet]
    bands: dict[str, list[dict]]
    papers: Papers
    library: dict[tuple[int, int], list[int]] = field(default_factory=dict)
    rng: Random = field(default_factory=lambda: Random(SEED))

    @property
    def manager(self) -> Account:
        return self.people["quanly"]


def make_groups() -> dict[str, AgencyGroup]:
    """The default groups: so, dvsn, huyen, xa."""
    groups = {
        row["code"]: AgencyGroup(code=row["code"], name=row["name"], sort_order=int(row["sort_order"]))
        for row in _rows("agency_groups.csv")
    }
    db.session.add_all(groups.values())
    db.session.flush()
    return groups


def make_empty(*, at: datetime) -> list[tuple[Account, str]]:
    """The default groups, one manager and one administrator; each account with its one-time password."""
    make_groups()
    made = [("quanly", MANAGER, "Quản lý"), ("quantri", ADMINISTRATOR, "Quản trị")]
    return [
        create_account(
            username=username,
            last_name="Tài khoản",
            first_name=name,
            email=f"{username}@chamdiem.invalid",
            account_type=account_type,
            actor=None,
            at=at,
        )
        for username, account_type, name in made
    ]


def make_province(*, at: datetime, files_dir: Path, max_bytes: int, per_group: int | None = None) -> Demo:
    """Everything that is there before the first round; ``per_group`` leaves out most agencies (see ``_agencies``)."""
    groups, rng = make_groups(), Random(SEED)
    for name in ("agencies.csv", "communes.csv"):
        _made, _changed, findings = import_agencies(
            _agencies(name, per_group), name, actor=None, at=BEGINNING
        )
        _require_clean(name, findings)
    _count, findings = surveys.import_surveys(
        _bytes("survey_forms.csv"), "survey_forms.csv", actor=None, at=BEGINNING
    )
    _require_clean("survey_forms.csv", findings)
    agencies = {a.code: a for a in db.session.scalars(select(Agency).order_by(Agency.id))}
    sets = {}
    for row in _rows("titles.csv"):
        group = row["file"].removesuffix(".csv").rpartition("_")[2]
        sets[row["programme"].lower(), group] = _issued_set(row, groups[group], len(sets))
    appraising = {n.appraiser_agency for s in sets.values() for n in s.criteria} & agencies.keys()
    return Demo(
        groups,
        agencies,
        make_people(agencies, appraising, rng),
        sets,
        _bands(),
        Papers(FileStore(files_dir, max_bytes)),
        rng=rng,
    )


def _issued_set(row: dict, group: AgencyGroup, place: int) -> CriteriaSet:
    made, _parsed, findings = criteria.import_criteria(
        _bytes(row["file"]),
        row["file"],
        programme=row["programme"].lower(),
        groups=[group],
        name=row["title"],
        actor=None,
        at=BEGINNING,
        legal_number=f"{4501 + place}/QĐ-UBND",
        legal_date=ISSUED_ON,
        legal_issuer="UBND tỉnh Thanh Hóa",
    )
    _require_clean(row["file"], findings)
    criteria.issue(hold_row(made), actor=None, at=BEGINNING)
    return made


def _agencies(name: str, per_group: int | None) -> bytes:
    """The file; with ``per_group`` all departments (they appraise) and so many of every other group."""
    if per_group is None:
        return _bytes(name)
    seen: Counter[str] = Counter()
    out = io.StringIO()
    rows = _rows(name)
    writer = csv.DictWriter(out, list(rows[0]))
    writer.writeheader()
    for row in rows:
        seen[row["group_code"]] += 1
        if row["group_code"] == "so" or seen[row["group_code"]] <= per_group:
            writer.writerow(row)
    return out.getvalue().encode()


def _bands() -> dict[str, list[dict]]:
    found: dict[str, list[dict]] = {}
    for row in _rows("grade_bands.csv"):
        found.setdefault(row["programme"].lower(), []).append(row)
    return found


def _require_clean(name: str, findings: list) -> None:
    if has_errors(findings):
        raise ValueError(f"demo/{name}: " + "; ".join(str(finding.sentence) for finding in findings))


def _bytes(name: str) -> bytes:
    return (FILES / name).read_bytes()


def _rows(name: str) -> list[dict]:
    with (FILES / name).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))
