"""The demo's rounds: past ones concluded and published, one in each other state, this year's brought to a stage."""

from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from app.extensions import db
from app.holding import hold_row
from app.scoring.demo.appraising import appraise_all, appraise_some, begin, conclude, settle
from app.scoring.demo.province import Demo
from app.scoring.demo.sheets import Fate, fill_sheets, sheets_of
from app.scoring.demo.survey_answers import answer
from app.scoring.models import Round, Sheet
from app.scoring.operations import assignments, rounds
from app.scoring.states import PROGRAMME_NAMES, Programme

DRAFT, SUBMITTED, APPRAISED, CONCLUDED = range(4)
ENTRY_DAYS = 21


class Calendar(NamedTuple):
    """When a round was opened, filled in (from, until), appraised and concluded."""

    opened: datetime
    first_entry: datetime
    last_entry: datetime
    deadline: datetime
    appraised: datetime
    concluded: datetime


def past_years(demo: Demo) -> None:
    """Three years of CCHC (districts are gone since 2025) and one of HTNV: concluded and published."""
    districts = ("so", "dvsn", "huyen")
    for programme, year, groups, number in (
        (Programme.CCHC, 2023, districts, 623),
        (Programme.CCHC, 2024, districts, 624),
        (Programme.CCHC, 2025, ("so", "dvsn"), 625),
        (Programme.HTNV, 2025, ("so", "dvsn"), 645),
    ):
        round_ = _open(demo, programme, str(year), groups, _past(year))
        fates = {sheet.id: Fate(1.0, "sent") for sheet in sheets_of(round_)}
        _consolidate(demo, round_, fates, _past(year), answered=True)
        conclude(demo, round_, _past(year).concluded, f"{number}/QĐ-UBND")


def half_year(demo: Demo, *, at: datetime) -> None:
    """The last half-year: HTNV waits for the council, CCHC is with the appraisers, three agencies sent nothing."""
    year, half = (at.year, 1) if at.month > 6 else (at.year - 1, 2)
    for programme in (Programme.HTNV, Programme.CCHC):
        round_ = _open(demo, programme, f"{year}-H{half}", ("so", "dvsn"), _half_year(at))
        sheets = sheets_of(round_)
        if programme == Programme.HTNV:
            fates = {sheet.id: Fate(1.0, "sent") for sheet in sheets}
            _consolidate(demo, round_, fates, _half_year(at), answered=False)
            continue
        fates = {
            sheet.id: Fate(1.0, "sent") if place % 10 else Fate(0.5, "draft")
            for place, sheet in enumerate(sheets)
        }
        fill_sheets(demo, round_, fates, _half_year(at).first_entry, _half_year(at).last_entry)
        answer(demo, round_, _half_year(at).last_entry, per_form=4)
        begin(demo, round_, _half_year(at).deadline + timedelta(days=1))
        appraise_some(demo, round_, at - timedelta(days=2))


def _half_year(at: datetime) -> Calendar:
    days = (38, 36, 21, 20, 10, 1)
    opened, first, last, deadline, appraised, concluded = (at - timedelta(days=day) for day in days)
    return Calendar(opened, first, last, _office_closing(deadline), appraised, concluded)


def _past(year: int) -> Calendar:
    def day(month: int, date: int, later: int = 0) -> datetime:
        return datetime(year + later, month, date, 2, 30, tzinfo=UTC)

    return Calendar(day(12, 2), day(12, 4), day(12, 18), day(12, 20), day(1, 14, 1), day(1, 28, 1))


def _consolidate(
    demo: Demo, round_: Round, fates: dict[int, Fate], times: Calendar, *, answered: bool
) -> None:
    """Filled in, surveyed, appraised; ``answered``: the council has concluded what was asked."""
    fill_sheets(demo, round_, fates, times.first_entry, times.last_entry)
    answer(demo, round_, times.last_entry, per_form=6)
    begin(demo, round_, times.deadline + timedelta(days=1))
    appraise_all(demo, round_, times.appraised)
    settle(demo, round_, times.appraised + timedelta(days=2), answered=answered)


def this_year(demo: Demo, level: int, *, at: datetime) -> None:
    """Both programmes of the present year. ``level``: how far (see ``STAGES``)."""
    year = str(at.year)
    times = _present(at, level)
    for programme, groups in ((Programme.CCHC, ("so", "dvsn", "xa")), (Programme.HTNV, ("so", "dvsn"))):
        round_ = _open(demo, programme, year, groups, times)
        sheets = sheets_of(round_)
        fates = {sheet.id: _fate(demo, sheet) if level == DRAFT else Fate(1.0, "sent") for sheet in sheets}
        fill_sheets(demo, round_, fates, times.first_entry, times.last_entry)
        answer(demo, round_, at, per_form=2 if level == DRAFT else 5)
        if level >= APPRAISED:
            begin(demo, round_, times.appraised)
    if level >= APPRAISED:
        _appraise_present(demo, year, level, times)


def _appraise_present(demo: Demo, year: str, level: int, times: Calendar) -> None:
    running = [r for r in db.session.query(Round).order_by(Round.id) if r.period == year]
    for round_ in running:
        appraise_all(demo, round_, times.appraised)
    for place, round_ in enumerate(running):
        settle(demo, round_, times.appraised, answered=level == CONCLUDED)
        if level == CONCLUDED:
            conclude(demo, round_, times.concluded, f"{701 + place}/QĐ-UBND")


def _present(at: datetime, level: int) -> Calendar:
    """Entry is under way, or has been over for three weeks when the appraisers have sent."""
    if level < APPRAISED:
        deadline = _office_closing(at + timedelta(days=ENTRY_DAYS))
        return Calendar(
            at - timedelta(days=18), at - timedelta(days=15), at - timedelta(hours=3), deadline, at, at
        )
    opened, first, last, deadline, appraised, concluded = (
        at - timedelta(days=days) for days in (55, 50, 21, 20, 3, 1)
    )
    return Calendar(opened, first, last, _office_closing(deadline), appraised, concluded)


def _office_closing(day: datetime) -> datetime:
    """17:00 of that day in the province."""
    return day.replace(hour=10, minute=0, second=0, microsecond=0)


def _fate(demo: Demo, sheet: Sheet) -> Fate:
    """How far an agency has come in the middle of the entry weeks; Sở Tư pháp has something left to do."""
    if sheet.agency.code == "SO-TP":
        return Fate(0.7, "draft")
    drawn = demo.rng.random()
    if drawn < 0.22:
        return Fate(1.0, "sent")
    if drawn < 0.30:
        return Fate(1.0, "approved")
    return Fate(0.0 if drawn > 0.82 else demo.rng.uniform(0.1, 1.0), "draft")


def next_year(demo: Demo, *, at: datetime) -> None:
    """CCHC of the coming year is being prepared."""
    deadline = _office_closing(at + timedelta(days=380))
    times = Calendar(at - timedelta(days=1), at, at, deadline, at, at)
    _prepare(demo, Programme.CCHC, str(at.year + 1), ("so", "dvsn", "xa"), times)


def _open(demo: Demo, programme: Programme, period: str, groups: tuple[str, ...], times: Calendar) -> Round:
    round_ = _prepare(demo, programme, period, groups, times)
    rounds.open_round(hold_row(round_), actor=demo.manager, at=times.opened)
    assignments.assign_by_sets(hold_row(round_), actor=demo.manager, at=times.opened)
    db.session.flush()
    return round_


def _prepare(
    demo: Demo, programme: Programme, period: str, groups: tuple[str, ...], times: Calendar
) -> Round:
    round_ = rounds.create_round(
        programme=programme.value,
        period=period,
        name=f"{PROGRAMME_NAMES[programme]} {_words(period)}",
        entry_deadline=times.deadline,
        appraisal_deadline=times.deadline + timedelta(days=30),
        sets={demo.groups[code]: demo.sets[programme.value, code] for code in groups},
        actor=demo.manager,
        at=times.opened,
    )
    conditions = {row["name"]: row["condition"] for row in demo.bands[programme.value]}
    for band in round_.bands:
        band.condition = conditions.get(band.name)
    db.session.flush()
    return round_


def _words(period: str) -> str:
    year, _dash, half = period.partition("-")
    return {"": "", "H1": "6 tháng đầu ", "H2": "6 tháng cuối "}[half] + f"năm {year}"
