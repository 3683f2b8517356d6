"""Every editable column of every register, grid and desk, in every state: one rule by whichever door it comes.

The walk is made from the columns that registers and grids declare: a new column is tried without a test of its own.
Each value is typed into the register, the row is put back, then into the grid and the desk; what came of it, the
sentence of a refusal and the row must be the same. A refused value leaves the row as it was.
"""

import html
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import JSON, Boolean, Date, Integer, String, Text, inspect, update

from app.clock import written
from app.column_types import Moment, Points
from app.extensions import db
from app.grid_tables import TABLES
from app.models import Account, Agency, AgencyGroup
from app.office.models import Announcement, Proposal
from app.scoring.models import CriteriaSet, Criterion, Round, SurveyForm, SurveyQuestion, SurveyResponse
from app.scoring.operations import criteria
from app.scoring.states import RoundState, SetState
from app.web.register import Register
from app.web.saving import seen_mark
from tests.province import NOW, answer_surveys, open_round

# Typed text → whether the column takes it where the row may change at all. By the column's kind, then by its name.
KINDS: dict[type, dict[str, bool]] = {
    Moment: {"15/03/2029 16:30": True, "31-12": False, "01/01/0025": False, "01/01/2206 10:00": False},
    Date: {"05/06/2020": True, "31-12": False, "01/01/0025": False, "01/01/2206": False},
    Integer: {"3": True, "x": False, "-1": False, "": False},
    Points: {"1,25": True, "mười": False, "-1": False, "": False},
    Text: {"Nội dung mới": True},
    String: {"Nội dung mới": True, "hai\ndòng": False, "a" * 900: False},
    Boolean: {"1": True},
    JSON: {"mot\nhai": True},
}
PAST = {"15/03/2020 16:30": False}
NAMED: dict[tuple[type, str], dict[str, bool]] = {
    (Round, "entry_deadline"): {"15/03/2029 16:30": True, **PAST, "31-12": False, "01/01/2206": False, "": False},
    (Round, "appraisal_deadline"): {"15/04/2030 16:30": True, **PAST, "31-12": False, "01/01/0025": False},
    (Round, "explanation_days"): {"7": True, "0": False, "61": False, "5000": False, "x": False, "": False},
    (Round, "places"): {"3": True, "4": False, "x": False, "": False},
    (Round, "tie_break"): {"2\n1": True, "9": False, "1\n1": False},
    (Agency, "code"): {"MOI-1": True, "SO-NV": False, "so-nv": False, "MỚI 1": False, " ": False, "a" * 31: False},
    (Agency, "symbol"): {"STP": True, "S TP": False, "a" * 31: False},
    (Agency, "active_to"): {"05/06/2032": True, "31-12": False, "01/01/2206": False},
    (AgencyGroup, "code"): {"moi": True, "xa": False, "XA": False, "=1": False},
    (Account, "email"): {"moi@thanhhoa.example": True, "khong phai thu": False, "quan-ly@thanhhoa.example": False},
    (Account, "can_approve"): {"": True},
    (Account, "account_type"): {"Nhập liệu": True, "khac": False},
    (Criterion, "code"): {"1.9": True, "1.2": False, " ": False},
    (Criterion, "name"): {"Nội dung mới": True, " ": False},
    (Criterion, "figures"): {"n: Số việc": True, "không có dấu hai chấm": False},
    (Criterion, "appraiser_agency"): {"SO-TP": True, "hai\ndòng": False, "a" * 31: False},
    (SurveyForm, "code"): {"KS-99": True, "KS-02": False, " ": False},
    (SurveyQuestion, "options"): {"Tốt\nKém": True, "Tốt": False, "Tốt\ntốt": False, "Có => 1\nKhông => 0": False},
    (SurveyQuestion, "kind"): {"choice": True, "text": False, "khac": False},
    (Announcement, "body"): {"Nội dung mới": True, " ": False},
    (Announcement, "upload"): {"": True},
    (Announcement, "drop_file"): {"": True},
    (Proposal, "state"): {"considering": True, "answered": False, "khac": False},
}
# Columns of a row that may change, which still change in these states alone.
ONLY_IN: dict[tuple[type, str], set[str]] = {
    (Round, "name"): {"preparing"},
    (Round, "places"): {"preparing"},
    (Round, "tie_break"): {"preparing"},
    (Round, "entry_deadline"): {"preparing", "open"},
    (Round, "appraisal_deadline"): {"preparing", "open", "appraising"},
    (Round, "explanation_days"): {"preparing", "open", "appraising", "consolidated"},
}


FIRST = ("", "preparing", "draft", "new")
"""In these states every value is tried, in the others one that is taken and one that is not."""


@dataclass
class Place:
    """A row in a state; ``changes``: whether it may change there at all."""

    model: type
    row_id: int
    state: str = ""
    changes: bool = True


def registers(app) -> dict[type, Register]:
    """Model → the register that edits its rows."""
    views = [view for view in app.appbuilder.baseviews if isinstance(view, Register)]
    return {view.datamodel.obj: view for view in views if "edit" in view.include_route_methods and view.edit_columns}


GRIDS = {table.model: table for table in TABLES}


def values_of(model: type, column: str, view: Register | None) -> dict[str, bool]:
    """What is tried in the column, at least one value that is taken and, but for free text, one that is not."""
    if (model, column) in NAMED:
        return NAMED[model, column]
    if view is not None and column in view.choices:
        return {list(view.choices[column])[-1]: True, "khac": False}
    attribute = inspect(model).attrs[column]
    if _is_link(model, column):
        target = attribute.mapper.class_
        known = db.session.scalars(db.select(target.id).order_by(target.id.desc())).first()
        return {str(known): True, "999999": False}
    kind = attribute.columns[0].type
    return next(values for base, values in KINDS.items() if isinstance(kind, base))


def _is_link(model: type, column: str) -> bool:
    """A row of another table: the register offers a list, the grid takes its code."""
    return hasattr(inspect(model).attrs.get(column), "direction")


def code_for(model: type, column: str, typed: str) -> str:
    """The grid writes rows of other tables as codes."""
    if not _is_link(model, column):
        return typed
    row = db.session.get(inspect(model).attrs[column].mapper.class_, int(typed))
    return typed if row is None else getattr(row, GRIDS[model].cells[column].args[1])


def form_of(app, view: Register, row) -> dict[str, Any]:
    """The edit form of the row as a browser would send it back."""
    with app.test_request_context("/"):
        form = view.edit_form(obj=row)
        sent: dict[str, Any] = {"seen": seen_mark(row)}
        for field in form:
            if field.name not in view.edit_columns or field.type in ("FileField",):
                continue
            if field.type == "BooleanField":
                sent |= {field.name: "1"} if field.data else {}
            elif hasattr(field, "get_pk_func") or field.type in ("QuerySelectMultipleField", "RowField"):
                rows = field.data if isinstance(field.data, list) else [field.data] if field.data else []
                sent[field.name] = [str(one.id) for one in rows] if isinstance(field.data, list) else (
                    str(field.data.id) if field.data else "__None"
                )
            elif field.type == "SelectField":
                sent[field.name] = field.data if field.data is not None else ""
            else:
                sent[field.name] = field._value()
    if view.datamodel.obj is Account:
        sent["account_type"] = next(iter(row.role_names))
    return sent


def row_values(row) -> dict[str, Any]:
    """Columns and the rows beside it, but for what is kept for searching and by the machine alone."""
    found = {attribute.key: getattr(row, attribute.key) for attribute in inspect(type(row)).column_attrs}
    quiet = ("search_text", "sort_key", "findings", "rule", "ground", "caps", "changed_on", "answered_at")
    links = {"groups": [group.id for group in row.groups]} if hasattr(row, "groups") else {}
    return {name: value for name, value in found.items() if name not in quiet} | links


@dataclass
class Outcome:
    """``sentence``: what the grid or the page said when it refused."""

    taken: bool
    page: str
    before: dict[str, Any]
    after: dict[str, Any]


class World:
    def __init__(self, app, browser):
        self.app, self.browser = app, browser

    def by(self, place: Place, act: Callable[[Any], Any]) -> Outcome:
        """What comes of the act; the row is put back as it was."""
        with self.app.app_context():
            row = db.session.get(place.model, place.row_id)
            before = row_values(row)
            columns = {c.key: getattr(row, c.key) for c in inspect(place.model).column_attrs}
            sent = act(row)
        answer = self.browser.post(*sent)
        with self.app.app_context():
            row = db.session.get(place.model, place.row_id)
            after = row_values(row)
            if after != before:
                db.session.execute(update(place.model).where(place.model.id == place.row_id).values(**columns))
                if "groups" in before:
                    row.groups = [db.session.get(AgencyGroup, number) for number in before["groups"]]
                db.session.commit()
        return Outcome(answer.status_code in (200, 302), html.unescape(answer.text), before, after)

    def by_register(self, place: Place, view: Register, column: str, typed: str) -> Outcome:
        def sent(row):
            form = form_of(self.app, view, row)
            form[column] = [typed] if isinstance(form.get(column), list) else typed
            if column in form and typed == "" and view.edit_form and _is_flag(place.model, column):
                form.pop(column)
            return f"{view.route_base}/edit/{place.row_id}", form

        return self.by(place, sent)

    def by_grid(self, place: Place, column: str, typed: str) -> Outcome:
        table = GRIDS[place.model]
        return self.by(
            place,
            lambda _row: (
                f"/grid/{table.name}/ajax/update/",
                {"list_form_pk": str(place.row_id), column: code_for(place.model, column, typed)},
            ),
        )

    def by_desk(self, place: Place, column: str, typed: str) -> Outcome:
        def sent(row):
            form = {name: shown(getattr(row, name)) for name in ("entry_deadline", "appraisal_deadline")}
            return f"/rounds/{place.row_id}/deadlines", form | {column: typed}

        return self.by(place, sent)


def _is_flag(model: type, column: str) -> bool:
    attribute = inspect(model).attrs.get(column)
    return hasattr(attribute, "columns") and isinstance(attribute.columns[0].type, Boolean)


def shown(moment) -> str:
    return written(moment) if moment else ""


def places(province, opened: int) -> Iterator[Place]:
    manager = province.account("quan-ly")
    yield Place(AgencyGroup, province.groups["so"])
    yield Place(Agency, province.agencies["XA-A"])
    yield Place(Account, province.accounts["tp-duyet"])
    draft = criteria.copy_set(db.session.get(CriteriaSet, province.reform_set), actor=manager, at=NOW)
    said = Announcement(title="Thông báo", body="Nội dung", published_at=NOW)
    asked = Proposal(kind="fault", title="Lỗi", body="Lỗi", created_by_id=manager.id, created_at=NOW)
    db.session.add_all([said, asked])
    db.session.flush()
    yield Place(CriteriaSet, draft.id, SetState.DRAFT)
    yield Place(CriteriaSet, province.reform_set, SetState.ISSUED, changes=False)
    yield Place(CriteriaSet, province.task_set, SetState.RETIRED, changes=False)
    db.session.get(CriteriaSet, province.task_set).state = SetState.RETIRED
    yield Place(Criterion, next(node.id for node in draft.criteria if node.code == "1.3"), SetState.DRAFT)
    issued = db.session.get(CriteriaSet, province.reform_set).criteria
    yield Place(Criterion, next(node.id for node in issued if node.code == "1.3"), SetState.ISSUED, changes=False)
    assert db.session.scalars(db.select(SurveyResponse.id)).first() is not None
    forms = list(db.session.scalars(db.select(SurveyForm).order_by(SurveyForm.id)))
    for form, changes in ((forms[0], False), (forms[-1], True)):
        state = "new" if changes else "answered"
        yield Place(SurveyForm, form.id, state, changes)
        yield Place(SurveyQuestion, form.questions[0].id, state, changes)
    yield Place(Announcement, said.id)
    yield Place(Proposal, asked.id)
    for state in RoundState:
        yield Place(Round, opened, state, state != RoundState.CONCLUDED)
    db.session.commit()


@pytest.fixture
def world(app, province, sign_in, told) -> tuple[World, list[Place]]:
    def make():
        with app.app_context():
            round_ = open_round(province)
            answer_surveys(round_, province)
            db.session.commit()
            found = list(places(province, round_.id))
            db.session.commit()
            return found

    found = told("doors that agree", make)
    return World(app, sign_in("quan-ly")), found


def attempts(world: World, place: Place) -> Iterator[tuple[str, str, bool, dict[str, Outcome]]]:
    """(column, typed, whether it should be taken, what came of it by each door)."""
    view, table = registers(world.app).get(place.model), GRIDS.get(place.model)
    columns = dict.fromkeys([*(view.edit_columns if view else ()), *(table.cells if table else ())])
    for column in columns:
        with world.app.app_context():
            tried = values_of(place.model, column, view)
        if place.state not in FIRST:
            tried = dict({right: (typed, right) for typed, right in tried.items()}.values())
        for typed, right in tried.items():
            may = place.changes and place.state in ONLY_IN.get((place.model, column), {place.state})
            found = {}
            if view is not None and column in view.edit_columns:
                found["register"] = world.by_register(place, view, column, typed)
            if table is not None and column in table.cells:
                found["grid"] = world.by_grid(place, column, typed)
            if place.model is Round and column in ("name", "entry_deadline", "appraisal_deadline"):
                found["desk"] = world.by_desk(place, column, typed)
            yield column, typed, right and may, found


def faults(world: World, place: Place) -> Iterator[str]:
    for column, typed, right, found in attempts(world, place):
        for door, outcome in found.items():
            name = f"{place.model.__name__} ({place.state or '–'}).{column} = {typed[:20]!r} by {door}"
            if outcome.taken != right:
                yield f"{name}: {'taken' if outcome.taken else 'refused'}"
            if not right and outcome.after != outcome.before:
                yield f"{name}: the row has changed"
            if right:
                others = {k for k in outcome.after if outcome.after[k] != outcome.before[k]} - _moves_with(column)
                if others:
                    yield f"{name}: {sorted(others)} changed too"
        grid = found.get("grid")
        if grid is not None and not grid.taken and not _is_link(place.model, column):
            for door in found.keys() - {"grid"}:
                if place.changes and grid.page not in found[door].page:
                    yield f"{place.model.__name__}.{column} = {typed[:20]!r}: the {door} does not say “{grid.page}”"


def _moves_with(column: str) -> set[str]:
    """The column itself, as a number too, and what a kind of question or a code carries along."""
    return {column, f"{column}_id", *({"field_code"} if column == "code" else ())}


@pytest.mark.parametrize("model", [AgencyGroup, Agency, Account, CriteriaSet, Criterion, SurveyForm, SurveyQuestion,
                                   Announcement, Proposal])  # fmt: skip
def test_a_column_has_one_rule_by_every_door(world, model):
    walker, found = world
    assert [fault for place in found if place.model is model for fault in faults(walker, place)] == []


@pytest.mark.parametrize("state", RoundState)
def test_a_rounds_column_has_one_rule_by_every_door(world, state):
    walker, found = world
    place = next(place for place in found if place.model is Round and place.state == state)
    with walker.app.app_context():
        times = {"opened_at": NOW, "entry_deadline": NOW + timedelta(days=30, seconds=17)}
        db.session.execute(update(Round).where(Round.id == place.row_id).values(state=state, **times))
        db.session.commit()
    assert list(faults(walker, place)) == []


def test_every_register_and_grid_that_edits_is_walked(app, world):
    _walker, found = world
    assert {place.model for place in found} | {GRIDS_ALONE} == set(registers(app)) | set(GRIDS)


GRIDS_ALONE = next(table.model for table in TABLES if table.name == "assignments")
"""Assignments are given to somebody else by the grid alone: ``tests/scoring/operations/test_giving.py``."""
