"""What the desks of the journeys hold: rounds of the little province, made by the operations that people use."""

from decimal import Decimal

from flask import Flask
from sqlalchemy import select

from app.extensions import db
from app.holding import hold_row
from app.scoring.models import CriteriaSet, Round
from app.scoring.operations import appraisals, assignments, criteria, differences, reminding, rounds, sheets
from app.scoring.queries.appraisals import get_work, tasks
from app.scoring.queries.assigned import Coverage
from app.scoring.rules import Figures
from tests.province import (
    DEADLINE,
    NOW,
    REFORM_SET,
    Province,
    begin_appraisal,
    conclude_round,
    open_round,
    score_of,
    sheet_of,
)
from tests.scoring.views.stages import consolidated

COMMUNE_SET = REFORM_SET.replace("SO-TC,\n", ",\n")


def set_for_communes(province: Province) -> CriteriaSet:
    """The reform set once more, issued for the communes; commits."""
    made, _parsed, findings = criteria.import_criteria(
        COMMUNE_SET.encode(),
        "xa.csv",
        programme="cchc",
        groups=[province.group("xa")],
        name="Bộ CCHC cấp xã",
        actor=None,
        at=NOW,
    )
    assert made is not None, [str(finding.sentence) for finding in findings]
    criteria.issue(hold_row(made), actor=None, at=NOW)
    db.session.commit()
    return made


def round_of_both_groups(app: Flask, province: Province) -> int:
    """An open round of departments and communes; Sở Tư pháp has sent, Sở Nội vụ has begun."""
    with app.app_context():
        manager = province.account("quan-ly")
        round_ = rounds.create_round(
            programme="cchc",
            period="2026",
            name="CCHC 2026",
            entry_deadline=DEADLINE,
            sets={
                province.group("so"): db.session.get(CriteriaSet, province.reform_set),
                province.group("xa"): set_for_communes(province),
            },
            actor=manager,
            at=NOW,
        )
        rounds.open_round(hold_row(round_), actor=manager, at=NOW)
        assignments.assign_by_sets(hold_row(round_), actor=manager, at=NOW)
        fill(round_, province, "SO-NV", "nv-nhap", {"1.3": Figures(n=Decimal(1))})
        mark_sent(round_, province, "SO-TP")
        db.session.commit()
        return round_.id


def fill(round_: Round, province: Province, agency: str, clerk: str, rows: dict[str, Figures]) -> None:
    """Rows of one sheet; the figures are the reason for the points."""
    sheet = sheet_of(round_, province, agency)
    for code, figures in rows.items():
        score = score_of(sheet, code)
        entry = sheets.RowEntry(figures)
        sheets.save_row(hold_row(score), entry, version=score.version, actor=province.account(clerk), at=NOW)


def mark_sent(round_: Round, province: Province, agency: str) -> None:
    """As if the signed report had been sent."""
    sheet = sheet_of(round_, province, agency)
    sheet.state, sheet.submitted_at, sheet.receipt_number = "submitted", NOW, f"{round_.period}-{agency}"


def round_with_differences(app: Flask, province: Province) -> int:
    """A consolidated round: Sở Tư pháp gave itself 1 at 1.2 and 2 at 2.1; appraised 0,5 and 1,5. No conclusion yet."""
    with app.app_context():
        round_ = open_round(province)
        rows = {
            "1.2": Figures(a=Decimal(9), b=Decimal(10)),
            "1.3": Figures(n=Decimal(2)),
            "2.1": Figures(a=Decimal(4), b=Decimal(4)),
            "3.1": Figures(n=Decimal(0)),
            "3.2": Figures(n=Decimal(0)),
        }
        fill(round_, province, "SO-TP", "tp-nhap", rows)
        mark_sent(round_, province, "SO-TP")
        db.session.commit()
        begin_appraisal(round_, province)
        for name in ("td-nv", "td-tp"):
            _appraise(round_, province, name)
        return round_.id


GIVEN = {"1.2": Decimal("0.5"), "1.3": Decimal(1), "2.1": Decimal("1.5")}


def _appraise(round_: Round, province: Province, name: str) -> None:
    """Every leaf assigned to this appraiser gets what GIVEN says, else 0; sent."""
    person = province.account(name)
    work = get_work(person, round_.id)
    for task in tasks(person, Coverage(round_).items_of(person.id)):
        points = GIVEN.get(task.score.criterion.code, Decimal(0))
        verdict = appraisals.Verdict(points, reason="Chưa đủ hồ sơ")
        appraisals.save_appraisal(task, hold_row(work), verdict, version=0, actor=person, at=NOW)
    appraisals.send_work(hold_row(work.round), hold_row(work), actor=person, at=NOW)
    db.session.commit()


# What the council gives in each year, by agency and criterion; everything else is appraised with its maximum.
COUNCIL = {
    "2024": {"SO-TP": {"1.4": "0.6", "2.1": "1"}, "SO-NV": {"1.4": "0.8", "2.1": "1.2"}},
    "2025": {"SO-TP": {"1.4": "0.6", "2.1": "1.5"}, "SO-NV": {"1.4": "0.8", "2.1": "1.28"}},
}


def concluded_years(app: Flask, province: Province) -> dict[str, int]:
    """Two concluded years; period → round. Sở Tài chính leads; Sở Tư pháp overtakes Sở Nội vụ by a hair in 2025."""
    return {period: _concluded_year(app, province, period) for period in COUNCIL}


def _concluded_year(app: Flask, province: Province, period: str) -> int:
    round_id = consolidated(app, province, period)
    with app.app_context():
        round_, manager = db.session.get(Round, round_id), province.account("quan-ly")
        for agency, points in COUNCIL[period].items():
            for code, given in points.items():
                score = score_of(sheet_of(round_, province, agency), code)
                differences.conclude_score(
                    hold_row(score), Decimal(given), "Theo hồ sơ", "05/BB", actor=manager, at=NOW
                )
        conclude_round(round_, province)
        db.session.commit()
    return round_id


def contents(app: Flask) -> dict[str, list[tuple]]:
    """Every table of the database but the sessions, which note when they were last used."""
    with app.app_context():
        tables = [table for table in db.metadata.sorted_tables if "session" not in table.name]
        return {table.name: [tuple(row) for row in db.session.execute(select(table))] for table in tables}


def remind(app: Flask, province: Province, round_id: int, agency: str, times: int) -> int:
    """So many reminders to the agency that has not sent; its sheet."""
    with app.app_context():
        sheet = sheet_of(db.session.get(Round, round_id), province, agency)
        for _time in range(times):
            held, person = hold_row(sheet.round), province.account("quan-ly")
            reminding.remind(held, [sheet], again=True, actor=person, at=NOW)
        db.session.commit()
        return sheet.id
