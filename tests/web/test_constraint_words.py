"""app/web/constraint_words.py: what only the database can refuse ends beside its field, in words."""

import pytest
from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlalchemy.exc import IntegrityError

from app.extensions import Model, db
from app.models import Agency
from app.scoring.models import CriteriaSet, Criterion, GradeBand, Round
from app.web.constraint_words import WORDS, constraint_of
from app.web.desk import refusal_of
from app.web.saving import roll_back


def constraints() -> dict[str, UniqueConstraint | CheckConstraint]:
    return {
        str(constraint.name): constraint
        for table in Model.metadata.tables.values()
        for constraint in table.constraints
        if isinstance(constraint, UniqueConstraint | CheckConstraint)
    }


def test_every_unique_and_check_constraint_has_its_field_and_its_sentence(app):
    assert set(WORDS) == set(constraints())


class Said(Exception):
    """What a driver says."""


def test_every_unique_constraint_is_known_by_the_columns_that_sqlite_names(app):
    for name, constraint in constraints().items():
        if isinstance(constraint, UniqueConstraint):
            columns = ", ".join(f"{constraint.table.name}.{column.name}" for column in constraint.columns)
            said = Said(f"UNIQUE constraint failed: {columns}")
            assert constraint_of(IntegrityError("", {}, said)) == name


def hurt(*rows):
    db.session.add_all(rows)
    with pytest.raises(IntegrityError) as error:
        db.session.flush()
    db.session.rollback()
    return error.value


@pytest.mark.parametrize(
    ("name", "field"),
    [
        ("uq_agency_code", "code"),
        ("ck_agency_active_period", "active_to"),
        ("ck_criterion_maximum_not_negative", "maximum"),
        ("uq_criterion_criteria_set_id_code", "code"),
        ("uq_criteria_set_programme_name_version", "name"),
        ("ck_round_places", "places"),
        ("uq_grade_band_round_id_lower", "bands"),
    ],
)
def test_a_collision_in_the_database_names_its_field(ctx, province, opened, name, field):
    day = province.agency("SO-TP").active_from
    group = province.groups["so"]
    first = db.session.get(CriteriaSet, province.reform_set)
    node = first.criteria[0]
    new = {"name": "X", "method": "sum", "field_code": "9"}
    make = {
        "uq_agency_code": lambda: Agency(code="SO-TP", name="X", group_id=group),
        "ck_agency_active_period": lambda: Agency(
            code="X", name="X", group_id=group, active_from=_day(2), active_to=_day(1)
        ),
        "ck_criterion_maximum_not_negative": lambda: Criterion(
            criteria_set_id=first.id, code="99", maximum=-1, **new
        ),
        "uq_criterion_criteria_set_id_code": lambda: Criterion(
            criteria_set_id=first.id, code=node.code, maximum=1, **new
        ),
        "uq_criteria_set_programme_name_version": lambda: CriteriaSet(
            programme=first.programme, name=first.name, version=first.version, created_at=first.created_at
        ),
        "ck_round_places": lambda: _with(db.session.get(Round, opened), places=9),
        "uq_grade_band_round_id_lower": lambda: GradeBand(round_id=opened, name="Khác", lower=0),
    }[name]
    assert day is None
    error = hurt(make())
    refusal = refusal_of(error)
    assert (constraint_of(error), refusal.field, refusal.sentence) == (name, field, WORDS[name][1])


def _day(number):
    from datetime import date

    return date(2026, 1, number)


def _with(row, **values):
    for name, value in values.items():
        setattr(row, name, value)
    return row


def test_the_sentence_stands_at_the_forms_field(app, province):
    with app.app_context():
        error = hurt(Agency(code="SO-TP", name="X", group_id=province.groups["so"]))
    view = next(view for view in app.appbuilder.baseviews if type(view).__name__ == "AgencyView")
    with app.test_request_context("/", method="POST", data={"code": "SO-TP"}):
        form = view.add_form()
        roll_back(error, form)
        assert list(form.code.errors) == ["Mã này đã có."]
