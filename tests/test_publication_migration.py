"""The migration of publications goes up, and down again, with a published round of today in the database."""

import sqlalchemy as sa
from flask_migrate import downgrade, upgrade

from app import create_app
from app.extensions import db

BEFORE, HERE = "b17e5c90d4f2", "9b3e6d20c7f4"
ROUND = """insert into round (id, programme, period, period_start, period_end, name, state, entry_deadline,
explanation_days, places, tie_break, published_at, decision_number, search_text, sort_key)
values (:id, 'cchc', '2025', '2025-01-01', '2025-12-31', :name, 'concluded', '2026-01-10', 5, 2, '[]', :at, :number,
'', '')"""


def test_a_published_round_gets_its_publication(tmp_path):
    app = create_app({"DATA_DIR": tmp_path, "SQLALCHEMY_DATABASE_URI": f"sqlite:///{tmp_path / 'old.db'}"})
    with app.app_context():
        upgrade(revision=BEFORE)
        with db.engine.begin() as connection:
            out = {"id": 1, "name": "CCHC 2025", "at": "2026-02-03 04:05:06.000000", "number": "99/QĐ-UBND"}
            connection.execute(sa.text(ROUND), out)
            connection.execute(sa.text(ROUND), {"id": 2, "name": "Đã gỡ", "at": None, "number": "98/QĐ-UBND"})
        upgrade(revision=HERE)
        with db.engine.connect() as connection:
            columns = "round_id, decision_number, decided_on, signer, file_id, published_at, ended_at"
            found = [tuple(row) for row in connection.execute(sa.text(f"select {columns} from publication"))]
        assert found == [(1, "99/QĐ-UBND", None, "", None, "2026-02-03 04:05:06.000000", None)]
        downgrade(revision=BEFORE)
        assert not {"publication", "reminder"} & set(sa.inspect(db.engine).get_table_names())
