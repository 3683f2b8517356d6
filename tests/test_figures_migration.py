"""The migration of figures goes up, and down again, with the rows of a database of today in it."""

import sqlalchemy as sa
from flask_migrate import downgrade, upgrade

from app import create_app
from app.extensions import db

BEFORE, HERE = "c27b90e4d1a6", "5634f83cd905"
LEAVES = [
    ("1.1", "yes_no", '{"options": [{"label": "Có", "points": "1"}]}', None, "option"),
    ("1.2", "percent_tiers", '{"bands": [{"low": null, "inclusive": true, "points": "1"}]}', None, "ab"),
    ("1.3", "proportional", '{"min": null, "full": null}', None, "ab"),
    ("1.4", "count", '{"unit": "0.5", "noun": "tin"}', None, "n"),
    ("1.5", "bonus", '{"unit": null, "noun": ""}', None, ""),
    ("1.6", "manual", '{"guidance": "x"}', "cchc", ""),
]


def test_leaves_learn_what_their_points_stand_on_and_figures_stay(tmp_path):
    app = create_app({"DATA_DIR": tmp_path, "SQLALCHEMY_DATABASE_URI": f"sqlite:///{tmp_path / 'old.db'}"})
    with app.app_context():
        upgrade(revision=BEFORE)
        with db.engine.begin() as connection:
            fill(connection)
        upgrade(revision=HERE)
        with db.engine.connect() as connection:
            found = connection.execute(sa.text("select code, ground, caps from criterion order by code")).all()
            kept = connection.execute(sa.text("select figure_a, figure_b from score")).all()
        assert [(row.code, row.ground, row.caps) for row in found] == [
            (code, ground, "[]") for code, *_rest, ground in LEAVES
        ]
        assert kept == [(42500, 100000)]
        downgrade(revision=BEFORE)
        with db.engine.connect() as connection:
            names = {column["name"] for column in sa.inspect(connection).get_columns("criterion")}
            assert names.isdisjoint({"ground", "caps"})
            assert connection.scalar(sa.text("select count(*) from criterion")) == len(LEAVES)


def fill(connection) -> None:
    """One set of leaves, and a fraction of a task that somebody once typed."""
    tables = sa.MetaData()
    tables.reflect(connection)

    def add(table_name: str, /, **values) -> None:
        table = tables.tables[table_name]
        needed = {
            column.name: EMPTY.get(column.type.__class__.__name__, "")
            for column in table.columns
            if not column.nullable and not column.primary_key and column.server_default is None
        }
        connection.execute(table.insert().values({**needed, **values}))

    add("criteria_set", id=1, programme="cchc", name="Bộ cũ", state="issued", findings=[])
    for place, (code, method, rule, linked, _ground) in enumerate(LEAVES, 1):
        values = {"id": place, "criteria_set_id": 1, "code": code, "method": method, "is_leaf": True}
        sql = sa.text("update criterion set rule = :rule where id = :id")
        add("criterion", **values, maximum=1000, linked_programme=linked, rule={}, figures={}, not_applicable_for=[])
        connection.execute(sql, {"rule": rule, "id": place})
    add("agency_group", id=1, code="so", name="Sở")
    add("agency", id=1, code="SO-A", name="Sở A", group_id=1)
    add("round", id=1, programme="cchc", period="2026", name="Năm 2026", state="open", places=2)
    add("sheet", id=1, round_id=1, agency_id=1, group_id=1, criteria_set_id=1, agency_name="Sở A", state="draft")
    add("score", id=1, sheet_id=1, criterion_id=2, figure_a=42500, figure_b=100000)


EMPTY = {
    "INTEGER": 1, "BIGINT": 0, "BOOLEAN": False, "JSON": {}, "DATETIME": sa.func.current_timestamp(),
    "DATE": sa.func.current_date(),
}  # fmt: skip
