"""The admin grid (lưới quản trị): registers edited cell by cell, on Flask-Admin, behind our sign-in and rights.

A cell is saved alone, by the noun's own operation: the row is loaded within the table's own query and held, and a
cell that somebody else has changed since the page was drawn is asked about. The flush listener of ``app.audit``
writes the trail as for any other screen.
"""

import hashlib

from flask import Flask, Response, abort, g, json, redirect, request, url_for
from flask_admin import Admin, AdminIndexView, expose
from flask_admin.contrib.sqla import ModelView
from flask_admin.form import BaseForm
from flask_admin.model.form import create_editable_list_form
from flask_admin.model.widgets import XEditableWidget
from flask_admin.theme import Bootstrap4Theme
from flask_appbuilder import AppBuilder, permission_name
from flask_appbuilder import expose as fab_expose
from flask_appbuilder.security.decorators import has_access
from flask_appbuilder.views import BaseView
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app import grid_tables
from app.csp import csp_nonce
from app.errors import NotAllowed
from app.extensions import db
from app.limits import LARGEST_WHOLE
from app.text import fold
from app.web.desk import refusal_of, said
from app.web.rows import row_id
from app.web.saving import REFUSALS, hold_read


class GridView(BaseView):
    """Owns the permission of the grid and its entry in the menu."""

    route_base = "/grid-start"
    default_view = "start"
    base_permissions = ["can_grid"]

    @fab_expose("/", methods=["GET"])
    @has_access
    @permission_name("grid")
    def start(self):
        return redirect(url_for("grid.index"))


class Gate:
    """Flask-Admin's views are public unless they say otherwise; every view of ours says so through this."""

    def is_accessible(self) -> bool:
        return g.user.is_authenticated and self.security.has_access("can_grid", GridView.__name__)

    def inaccessible_callback(self, name, **kwargs):
        if g.user.is_authenticated:
            raise NotAllowed("Tài khoản của bạn không có quyền làm việc này.")
        if request.method != "GET":
            abort(401)  # a redirect would look like a saved cell
        return redirect(url_for("SessionView.login", next=request.full_path))


class CellWidget(XEditableWidget):
    """Yes and no in words and as a plain select, where Flask-Admin draws icons and a select2 in English."""

    def __call__(self, field, **kwargs):
        return super().__call__(field, **kwargs | {"data-seen": seen_mark(field)})

    def get_kwargs(self, field, kwargs):
        if field.type != "BooleanField":
            return super().get_kwargs(field, kwargs)
        choices = [{"value": "1", "text": _("Có")}, {"value": "0", "text": _("Không")}]
        return kwargs | {
            "data-type": "select",
            "data-value": "1" if field.data else "0",
            "data-source": json.dumps(choices),
        }


class GridIndex(Gate, AdminIndexView):
    @expose()
    def index(self):
        return redirect(url_for("grid_agencies.index_view"))


class GridTable(Gate, ModelView):
    """One table. Nothing is added, deleted or exported here: the registers and desks do that with their checks."""

    list_template = "grid/list.html"
    form = BaseForm
    can_create = can_edit = can_delete = can_view_details = can_export = can_set_page_size = False
    column_display_actions = column_auto_select_related = False
    action_disallowed_list = ["delete"]
    page_size = 50

    def __init__(self, table: grid_tables.Table, security):
        self.table, self.security = table, security
        self.column_list = list(table.columns)
        self.column_labels = table.columns
        self.column_editable_list = list(table.cells)
        self.column_formatters = {name: _shown(show) for name, show in table.shown.items()}
        self.column_searchable_list = list(table.search)
        self.column_sortable_list = ()
        self.column_default_sort = list(table.order)
        super().__init__(
            table.model, db, name=table.title, endpoint=f"grid_{table.name}", url=f"/grid/{table.name}"
        )

    def get_list_form(self):
        cells = type("Cells", (BaseForm,), dict(self.table.cells))
        return create_editable_list_form(BaseForm, cells, CellWidget())

    def search_placeholder(self):
        return _("Tìm, có dấu hoặc không dấu")

    def is_editable(self, name):
        """Flask-Admin asks for ``can_edit`` too, which would open its own edit pages."""
        return name in self.table.cells

    # One query for what the list shows and what an id may reach.

    def get_query(self):
        return self.table.narrow(super().get_query()).options(*self.table.options)

    def get_count_query(self):
        return self.table.narrow(super().get_count_query())

    def get_list(self, page, sort_column, sort_desc, search, filters, *args, **kwargs):
        words = fold(search) if search else search
        page = min(page or 0, LARGEST_WHOLE // self.page_size)  # no database counts rows beyond
        return super().get_list(page, sort_column, sort_desc, words, filters, *args, **kwargs)

    def get_one(self, id):
        number = row_id(str(id or ""))
        if number is None:
            return None
        return self.get_query().filter(self.model.id == number).one_or_none()

    @expose("/ajax/update/", methods=("POST",))
    def ajax_update(self):
        """Save one cell; a refusal is the cell's error: its sentence as text, with a 4xx status."""
        form = self.list_form()
        for field in list(form):
            if field.name not in request.form:
                del form[field.name]
        row = self.get_one(request.form.get("list_form_pk"))
        if row is None:
            return _said(_("Không tìm thấy nội dung này."), 404)
        if not form.validate():
            return _said(" ".join(str(error) for errors in form.errors.values() for error in errors), 422)
        cells = [field for field in form if field.name in self.table.cells]
        return self._save(cells[0], row) if cells else _said(_("Không tìm thấy nội dung này."), 404)

    def _save(self, cell, row):
        try:
            held = hold_read(row)
            theirs = self._changed_meanwhile(cell, row)
            if theirs is not None:
                return theirs
            note = self.table.change(held, {cell.name: cell.data})
            db.session.commit()
        except REFUSALS as error:
            db.session.rollback()
            refusal = refusal_of(error)
            return _said(said(refusal.sentence), refusal.status)
        return _said(said(note or ""), seen=seen_mark(self._as_it_is(cell, row)))

    def _changed_meanwhile(self, cell, row) -> Response | None:
        """The answer that shows both values, when the cell is no longer as the page showed it."""
        there = self._as_it_is(cell, row)
        mark = seen_mark(there)
        if request.form.get("seen", mark) == mark:
            return None
        words = _(
            "Người khác vừa sửa ô này thành “%(theirs)s”. Giá trị đang nhập được giữ; lưu lần nữa để ghi đè.",
            theirs=_text_of(there),
        )
        return _said(words, 409, seen=mark)

    def _as_it_is(self, cell, row):
        """The cell's field with the row's value, whatever was sent."""
        return self._list_form_class(obj=row)[cell.name]


def seen_mark(cell) -> str:
    """A digest of what a cell shows, to notice that somebody else has saved it since."""
    return hashlib.sha256(_text_of(cell).encode()).hexdigest()[:16]


def _text_of(cell) -> str:
    if cell.type == "BooleanField":
        return said("Có" if cell.data else "Không")
    return str(cell._value() if cell.data is not None else "")


def _said(words: str, status: int = 200, *, seen: str = "") -> Response:
    """Plain text: a refusal repeats what was typed. ``seen``: the mark of the cell as it is now."""
    return Response(words, status, {"X-Seen": seen} if seen else {}, mimetype="text/plain")


def _shown(show):
    return lambda _view, _context, row, _name: show(row)


def init_app(app: Flask, appbuilder: AppBuilder) -> None:
    GridIndex.security = appbuilder.sm
    admin = Admin(
        app,
        name=_l("Lưới quản trị"),
        theme=Bootstrap4Theme(base_template="grid/base.html"),
        index_view=GridIndex(name=_l("Lưới quản trị"), url="/grid", endpoint="grid"),
        csp_nonce_generator=csp_nonce,
    )
    for table in grid_tables.TABLES:
        admin.add_view(GridTable(table, appbuilder.sm))
