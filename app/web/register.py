"""Registers: FAB's list, show, add, edit and delete with its traps closed, over one model each.

What is closed, and why, stands at each override; ``tests/web/test_register.py`` and ``tests/test_traps.py`` hold
a test for each.
"""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from flask import after_this_request, flash, redirect, request, url_for
from flask_appbuilder import ModelView, expose
from flask_appbuilder.security.decorators import has_access
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import inspect
from wtforms import HiddenField

from app.errors import Conflict, NotInScope
from app.extensions import db
from app.holding import Held
from app.models import Searchable
from app.web import formats
from app.web.columns import choice_of_row, choices_of_rows, field_for, format_for
from app.web.desk import said
from app.web.rows import FoldedSearch, row_id
from app.web.saving import REFUSALS, as_refused, hold_read, roll_back, seen_mark


class Register(ModelView):
    """Base of every FAB model view; ``datamodel`` is a ``Rows``.

    ``choices`` maps a text column to {value: Vietnamese}. ``narrow_by`` names the columns with a select above the
    list; their pairs come from ``choices`` or ``narrowing``. A form's values go to the noun's own operations by
    ``create``, ``change`` and ``remove``, never onto the row; what these refuse is not saved and stays typed.
    """

    include_route_methods = {"list", "show", "add", "edit", "delete"}
    list_template = "register/list.html"
    show_template = "register/show.html"
    page_size = 25
    largest_page = 100
    search_columns: list[str] = []
    choices: dict[str, dict[str, str]] = {}
    narrow_by: Sequence[str] = ()
    hint = ""
    delete_row_message = _l("Đã xóa.")
    add_row_message = _l("Đã thêm.")
    edit_row_message = _l("Đã lưu.")

    # Columns of our own types get our own fields and formats.

    def _init_properties(self):
        super()._init_properties()
        self.search_columns = []  # no search panel of FAB's: it would draw every related row (and shares its state)
        self._columns = {
            attribute.key: attribute.columns[0] for attribute in inspect(self.datamodel.obj).column_attrs
        }
        formats_here = {name: self._format_of(name) for name in {*self.list_columns, *self.show_columns}}
        self.formatters_columns = {
            name: function for name, function in formats_here.items() if function is not None
        } | self.formatters_columns
        for columns, extra, filters in (
            (self.add_columns, "add_form_extra_fields", self.add_form_query_rel_fields),
            (self.edit_columns, "edit_form_extra_fields", self.edit_form_query_rel_fields),
        ):
            setattr(self, extra, self._own_fields(columns, filters or {}) | getattr(self, extra))

    def _init_titles(self):
        super()._init_titles()
        self.add_title = _l("Thêm mới: %(register)s", register=self.list_title)
        self.edit_title = _l("Sửa: %(register)s", register=self.list_title)
        self.show_title = self.list_title

    def _init_forms(self):
        super()._init_forms()
        self.edit_form = type("EditForm", (self.edit_form,), {"seen": HiddenField()})

    def _format_of(self, name: str):
        if name in self.choices:
            names = self.choices[name]
            return lambda value: said(names.get(value, value or formats.NONE))
        return format_for(self._columns.get(name))

    def _own_fields(self, names: list[str], filters: dict) -> dict:
        found = {name: self._own_field(name, filters.get(name, ())) for name in names}
        return {name: field for name, field in found.items() if field is not None}

    def _own_field(self, name: str, filters):
        words = {"label": self.label_columns.get(name, name), "about": self.description_columns.get(name, "")}
        if name in self._columns:
            chosen, rules = self.choices.get(name), self.validators_columns.get(name, ())
            return field_for(self._columns[name], choices=chosen, rules=rules, **words)
        if self.datamodel.is_relation_many_to_one(name):
            return choice_of_row(self.datamodel, name, filters=filters, **words)
        if self.datamodel.is_relation_many_to_many(name):
            return choices_of_rows(self.datamodel, name, filters=filters, **words)
        return None

    # Reading: words without marks, Vietnamese order, known columns, bounded pages; nothing is kept on the view,
    # which all threads share.

    def narrowing(self, name: str) -> list[tuple[str, str]]:
        """(value, label) pairs of the select above the list for this column."""
        return [(value, said(label)) for value, label in self.choices.get(name, {}).items()]

    def narrow(self, filters, name: str, value: str) -> None:
        """Add the choice of one select to the filters of this request."""
        filters.add_filter(name, self.datamodel.FilterEqual, value)

    def search(self, filters, words: str) -> None:
        """Add what was typed into the search box to the filters of this request."""
        if issubclass(self.datamodel.obj, Searchable):
            filters.add_filter("search_text", FoldedSearch, words)

    def _list(self, **kwargs):
        name, filters = type(self).__name__, self.datamodel.get_filters()
        selects = [(column, self.label_columns[column], self.narrowing(column)) for column in self.narrow_by]
        for column, _label, pairs in selects:
            wanted = request.args.get(column, "")
            if wanted in {value for value, _text in pairs}:
                self.narrow(filters, column, wanted)
        words = request.args.get("q", "").strip()
        if words:
            self.search(filters, words)
        widgets = self._get_list_widget(filters, **_asked(name), **kwargs)
        return widgets | {"selects": selects, "hint": self.hint}

    def _get_list_widget(
        self, filters, actions=None, order_column="", order_direction="", page=None, page_size=None, **kwargs
    ):
        if order_column not in self.order_columns:
            order_column = order_direction = ""
        if order_column in getattr(self.datamodel.obj, "search_fields", ())[-1:]:
            order_column = "sort_key"
        size = min(page_size or self.page_size, self.largest_page)
        column, direction = (order_column, order_direction) if order_column else self.base_order or ("", "")
        count, rows = self.datamodel.query(
            filters.get_joined_filters(self._base_filters), column, direction, page=page, page_size=size
        )
        widget = self.list_widget(
            label_columns=self.label_columns,
            include_columns=self.list_columns,
            value_columns=self.datamodel.get_values(rows, self.list_columns),
            order_columns=self.order_columns,
            formatters_columns=self.formatters_columns,
            page=page,
            page_size=size,
            count=count,
            pks=[row.id for row in rows],
            changeable={row.id for row in rows if self.can_change(row)},
            removable={row.id for row in rows if self.can_remove(row)},
            actions={},
            filters=filters,
            modelview_name=type(self).__name__,
            **kwargs,
        )
        return {"list": widget}

    def _with_related(self, item, widgets: dict) -> dict:
        """The lists of related registers, each with its own order and page from the address."""
        asked = [_asked(type(view).__name__) for view in self._related_views]
        widgets["related_views"] = [
            self._get_related_view_widget(item, view, **wish)
            for view, wish in zip(self._related_views, asked, strict=True)
        ]
        return widgets

    # FAB keeps the last five addresses in the session cookie and goes "back" to another tab's.

    def update_redirect(self):
        """Nothing is remembered."""

    def get_redirect(self):
        return url_for(f"{self.endpoint}.list")

    # Writing: rows in scope only, hidden fields never filled from the address, nothing lost, nothing half done.

    def get_row(self, pk: str):
        """The row within ``base_filters``; anything else does not exist."""
        number = row_id(str(pk))
        item = None if number is None else self.datamodel.get(number, self._base_filters)
        if item is None:
            raise NotInScope()
        return item

    def create(self, values: dict[str, Any]) -> None:
        """Make a row by the noun's operation. ``values``: what was typed, by ``add_columns``."""
        raise NotImplementedError

    def change(self, held: Held, values: dict[str, Any]) -> None:
        """Change the held row by the noun's operation. ``values``: what was typed, by ``edit_columns``."""
        raise NotImplementedError

    def remove(self, held: Held) -> None:
        """Delete the held row by the noun's operation."""
        raise NotImplementedError

    def can_change(self, item) -> bool:
        """Whether the row shows an edit form at all."""
        return True

    def can_remove(self, item) -> bool:
        """Whether the row shows a delete button at all."""
        return self.can_change(item)

    def show_more(self, item) -> dict:
        """Further values for the template of one record."""
        return {}

    def prefill_add(self, form) -> None:
        """Values of an empty add form."""

    @expose("/show/<pk>", methods=["GET"])
    @has_access
    def show(self, pk):
        item = self.get_row(pk)
        widgets = self._with_related(item, self._get_show_widget(item.id, item))
        widgets["show"].template_args |= {
            "changeable": self.can_change(item),
            "removable": self.can_remove(item),
        }
        return self.render_template(
            self.show_template,
            pk=item.id,
            item=item,
            title=self.show_title,
            widgets=widgets,
            related_views=self._related_views,
            **self.show_more(item),
        )

    @expose("/delete/<pk>", methods=["POST"])
    @has_access
    def delete(self, pk):
        item = self.get_row(pk)
        goal = self.get_redirect()
        held = hold_read(item)
        try:
            self.remove(held)
            db.session.commit()
        except REFUSALS as error:
            roll_back(error)
        else:
            flash(self.delete_row_message, "success")
        return redirect(goal)

    def _add(self):
        form = self.add_form.refresh()
        if request.method == "GET":
            self.prefill_add(form)
        elif form.validate() and self._save_new(form):
            return None
        else:
            after_this_request(as_refused)
        return self._get_add_widget(form=form)

    def _edit(self, pk):
        item = self.get_row(pk)
        if not self.can_change(item):
            raise Conflict("Bản ghi này không còn sửa được ở trạng thái hiện tại.")
        if request.method == "POST":
            form = self.edit_form.refresh(request.form)
            form._id = item.id
            if form.validate() and self._save_change(form, item):
                return None
            item = self.get_row(pk)
            after_this_request(as_refused)
        else:
            form = self.edit_form.refresh(obj=item)
            form.seen.data = seen_mark(item)
            self.prefill_form(form, item.id)
        return self._with_related(item, self._get_edit_widget(form=form))

    def _save_new(self, form) -> bool:
        return self._save(form, partial(self.create, self._typed(form, self.add_columns)), self.add_row_message)

    def _typed(self, form, columns: list[str]) -> dict[str, Any]:
        return {name: form[name].data for name in columns}

    def _save_change(self, form, item) -> bool:
        """Save unless the row is no longer the one that the form was drawn from; it is held until the commit."""
        held = hold_read(item)
        if form.seen.data == seen_mark(item):
            values = self._typed(form, self.edit_columns)
            return self._save(form, partial(self.change, held, values), self.edit_row_message)
        flash(
            _("Người khác vừa sửa bản ghi này. Nội dung bạn nhập được giữ ở dưới; lưu lần nữa để ghi đè."),
            "danger",
        )
        form.seen.data = seen_mark(item)
        form.seen.raw_data = None
        return False

    def _save(self, form, act: Callable[[], None], message) -> bool:
        """Act in one transaction; on a refusal nothing is written and the form keeps its text."""
        try:
            act()
            db.session.commit()
        except REFUSALS as error:
            roll_back(error, form)
            return False
        if message:
            flash(message, "success")
        return True


def _asked(view_name: str) -> dict:
    """Order, page and page size that the address asks for this view; junk counts as not asked."""
    page, size = (row_id(request.args.get(f"{word}_{view_name}", "")) for word in ("page", "psize"))
    direction = request.args.get(f"_od_{view_name}", "")
    column = request.args.get(f"_oc_{view_name}", "") if direction in ("asc", "desc") else ""
    return {"order_column": column, "order_direction": direction, "page": page, "page_size": size}
