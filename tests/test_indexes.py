"""Every foreign key can be searched from its far side: its column begins an index, or is named here with the reason."""

from sqlalchemy import Table, UniqueConstraint, inspect

from app.extensions import Model, db

NOT_SEARCHED = {
    ("ab_user", "created_by_fk"): "FAB's; accounts are not deleted, and nobody asks whom somebody made",
    ("ab_user", "changed_by_fk"): "the same",
    ("score", "saved_by_id"): "written with every saved row, asked by nobody; accounts are not deleted",
}


def beginnings(table: Table) -> set[str]:
    """Columns that an index, a unique constraint or the primary key begins with."""
    unique = [found for found in table.constraints if isinstance(found, UniqueConstraint)]
    keys = [*table.indexes, *unique, table.primary_key]
    return {next(iter(key.columns)).name for key in keys if len(key.columns)}


def unindexed() -> set[tuple[str, str]]:
    return {
        (table.name, column.name)
        for table in Model.metadata.tables.values()
        for column in table.columns
        if column.foreign_keys and column.name not in beginnings(table)
    }


def test_every_foreign_key_begins_an_index_or_is_named_with_its_reason(app):
    assert unindexed() == set(NOT_SEARCHED)


def test_the_migrations_make_the_indexes_that_the_models_name(app, ctx):
    found = inspect(db.engine)
    missing = {
        (table.name, index.name)
        for table in Model.metadata.tables.values()
        for index in table.indexes
        if index.name not in {made["name"] for made in found.get_indexes(table.name)}
    }
    assert missing == set()
