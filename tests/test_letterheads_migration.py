"""Place name, symbol and readings of signed reports go up, and down again, with today's rows in the tables."""

import sqlalchemy as sa
from flask_migrate import downgrade, upgrade

from app import create_app
from app.extensions import db

HERE = "a1ca2813e81e"
BEFORE = f"{HERE}-1"
AGENCY = "insert into agency (id, code, name, group_id, search_text, sort_key) values (1, 'SO-A', 'Sở A', 1, '', '')"
GROUP = "insert into agency_group (id, code, name, sort_order, search_text, sort_key) values (1, 'so', 'Sở', 0, '', '')"


def test_agencies_stay_and_have_neither_place_nor_symbol(tmp_path):
    app = create_app({"DATA_DIR": tmp_path, "SQLALCHEMY_DATABASE_URI": f"sqlite:///{tmp_path / 'old.db'}"})
    with app.app_context():
        upgrade(revision=HERE)
        downgrade(revision=BEFORE)
        with db.engine.begin() as connection:
            connection.execute(sa.text(GROUP))
            connection.execute(sa.text(AGENCY))
        upgrade(revision=HERE)
        with db.engine.connect() as connection:
            assert connection.execute(sa.text("select code, place, symbol from agency")).all() == [("SO-A", None, None)]
        downgrade(revision=BEFORE)
        with db.engine.connect() as connection:
            inspector = sa.inspect(connection)
            names = {column["name"] for name in ("agency", "signed_scan") for column in inspector.get_columns(name)}
            assert names.isdisjoint({"place", "symbol", "reading"})
            assert connection.scalar(sa.text("select name from agency")) == "Sở A"
