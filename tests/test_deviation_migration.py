"""The migration of allowed deviations goes up, and down again, with a set in use in the database."""

import sqlalchemy as sa
from flask_migrate import downgrade, upgrade

from app import create_app
from app.extensions import db

BEFORE, HERE = "a1ca2813e81e", "e83d1f5a60b7"
SET = """insert into criteria_set (id, programme, name, version, state, findings, created_at, search_text, sort_key)
values (1, 'cchc', 'Bộ cũ', 1, 'draft', '[]', '2026-01-02 03:04:05.000000', '', '')"""
NODE = """insert into criterion (id, criteria_set_id, code, field_code, name, position, level, is_leaf, maximum, method,
rule_text, rule, figures, ground, caps, evidence, evidence_required, assessed_by, appraiser_agency,
not_applicable_for, note, search_text, sort_key)
values (1, 1, '1', '1', 'Mục', 1, 1, 1, 1000, 'manual', '', '{}', '{}', '', '[]', '', 0, 'self', '', '[]', '', '',
'')"""


def test_sets_of_before_allow_deviation(tmp_path):
    app = create_app({"DATA_DIR": tmp_path, "SQLALCHEMY_DATABASE_URI": f"sqlite:///{tmp_path / 'old.db'}"})
    with app.app_context():
        upgrade(revision=BEFORE)
        with db.engine.begin() as connection:
            connection.execute(sa.text(SET))
            connection.execute(sa.text(NODE))
        upgrade(revision=HERE)
        with db.engine.connect() as connection:
            found = connection.execute(sa.text("select name, allows_deviation from criteria_set")).all()
        assert found == [("Bộ cũ", 1)]
        downgrade(revision=BEFORE)
        with db.engine.connect() as connection:
            query = "select s.name, c.code from criteria_set s join criterion c on c.criteria_set_id = s.id"
            assert connection.execute(sa.text(query)).all() == [("Bộ cũ", "1")]
        assert "allows_deviation" not in {c["name"] for c in sa.inspect(db.engine).get_columns("criteria_set")}
