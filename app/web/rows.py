"""How registers read their tables: what a screen shows is loaded along, names stand in Vietnamese order."""

from collections.abc import Callable

from flask_appbuilder.models.filters import BaseFilter
from flask_appbuilder.models.sqla.interface import SQLAInterface
from flask_babel import lazy_gettext as _l

from app.limits import whole
from app.text import fold

OWN_ORDER = ("sort_order", "position", "sort_key")


class Rows(SQLAInterface):
    """``Rows(Agency, joinedload(Agency.group))``: the options are what keeps a list at a constant number of queries."""

    def __init__(self, obj, *options):
        super().__init__(obj)
        self.options = options

    @property
    def order(self) -> tuple[str, str]:
        """The order where none is asked for: the province's own, else the Vietnamese alphabet."""
        column = next((name for name in OWN_ORDER if hasattr(self.obj, name)), "id")
        return column, "desc" if column == "id" else "asc"

    def apply_all(self, query, filters=None, order_column="", order_direction="", *args, **kwargs):
        if not order_column:
            order_column, order_direction = self.order
        return super().apply_all(
            query.options(*self.options), filters, order_column, order_direction, *args, **kwargs
        )


class FoldedSearch(BaseFilter):
    """Every word typed stands somewhere in ``search_text``, whatever its marks and case."""

    name = _l("Tìm")
    arg_name = "folded"

    def apply(self, query, value):
        for word in fold(value).split():
            query = query.filter(self.model.search_text.contains(word, autoescape=True))
        return query


class Narrowed(BaseFilter):
    """Base filter by a function ``query → query``; asked anew at each request, so it may look at who asks."""

    name = _l("Phạm vi")
    arg_name = "narrowed"

    def apply(self, query, value: Callable):
        return value(query)


def row_id(text: str) -> int | None:
    """The id that an address names; None for anything that cannot be one."""
    try:
        return whole(text) if text.isdecimal() else None
    except ValueError:
        return None
