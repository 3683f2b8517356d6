"""Registers: FAB's list, show, add, edit and delete with its traps closed, over one model each.

What is closed, and why, stands at each override; ``tests/web/test_register.py`` holds a test for each.
"""

import hashlib
from typing import Any

from flask import abort, flash, g, has_request_context, redirect, request, url_for
from flask_appbuilder import ModelView, expose
from flask_appbuilder.models.filters import BaseFilter
from flask_appbuilder.security.decorators import has_access
from flask_appbuilder.urltools import get_order_args, get_page_args, get_page_size_args
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import Boolean, Date, inspect
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError
from wtforms import BooleanField, HiddenField, SelectField
from wtforms.validators import InputRequired, Optional

from app.errors import DomainError, NotInScope
from app.extensions import db
from app.models import Moment, Points, Searchable
from app.text import fold
from app.web import formats
from app.web.desk import refusal_of, said
from app.web.fields import DayField, MomentField, PointsField

REFUSALS = (DomainError, IntegrityError, StaleDataError)
TYPED_FIELDS = {Points: PointsField, Moment: MomentField, Date: DayField}
TYPED_FORMATS = {Points: formats.points, Moment: formats.moment, Date: formats.day}


class _RequestFilters:
    """FAB keeps the search of a request on the view, which all threads share; this keeps it on the request."""

    def __get__(self, view, _owner=None):
        if view is None:
            return self
        base = view.__dict__.get("_base_of_filters")
        if base is None or not has_request_context():
            return base
        kept = g.setdefault("register_filters", {})
        if id(view) not in kept:
            own = base.copy()
            own.search_columns = base.search_columns
            own._search_filters, own._all_filters = base._search_filters, base._all_filters
            kept[id(view)] = own
        return kept[id(view)]

    def __set__(self, view, value):
        view.__dict__["_base_of_filters"] = value


class FoldedSearch(BaseFilter):
    """Every word typed stands somewhere in ``search_text``, whatever its marks and case."""

    name = _l("Tìm")
    arg_name = "folded"

    def apply(self, query, value):
        for word in fold(value).split():
            query = query.filter(self.model.search_text.contains(word, autoescape=True))
        return query


class Register(ModelView):
    """Base of every FAB model view.

    ``choices`` maps a text column to {value: Vietnamese}. ``check`` and ``check_delete`` may raise any
    ``DomainError``: nothing is saved and what was typed stays.
    """

    _filters = _RequestFilters()
    include_route_methods = {"list", "show", "add", "edit", "delete"}
    list_template = "register/list.html"
    page_size = 25
    largest_page = 100
    search_columns: list[str] = []
    choices: dict[str, dict[str, str]] = {}

    # Columns of our own types get our own fields and formats.

    def _init_properties(self):
        super()._init_properties()
        self.search_columns = list(type(self).search_columns)
        self._filters = self.datamodel.get_filters(self.search_columns)
        self._columns = {
            attribute.key: attribute.columns[0] for attribute in inspect(self.datamodel.obj).column_attrs
        }
        formats_here = {name: self._format_of(name) for name in {*self.list_columns, *self.show_columns}}
        self.formatters_columns = {
            name: function for name, function in formats_here.items() if function is not None
        } | self.formatters_columns
        self.add_form_extra_fields = self._own_fields(self.add_columns) | self.add_form_extra_fields
        self.edit_form_extra_fields = self._own_fields(self.edit_columns) | self.edit_form_extra_fields
        if self._ordered_by_name():
            self.base_order = self.base_order or ("sort_key", "asc")

    def _init_titles(self):
        super()._init_titles()
        self.add_title = self.show_title = self.edit_title = self.list_title

    def _format_of(self, name: str):
        if name in self.choices:
            return self._choice_name(name)
        column = self._columns.get(name)
        kind = type(column.type) if column is not None else None
        return TYPED_FORMATS.get(kind)

    def _choice_name(self, name: str):
        names = self.choices[name]
        return lambda value: said(names.get(value, value or formats.NONE))

    def _own_fields(self, names: list[str]) -> dict[str, Any]:
        return {name: field for name in names if (field := self._own_field(name)) is not None}

    def _own_field(self, name: str):
        column = self._columns.get(name)
        if column is None:
            return None
        label, about = self.label_columns.get(name, name), self.description_columns.get(name, "")
        needed = not column.nullable and column.default is None
        rules = [*self.validators_columns.get(name, ()), InputRequired() if needed else Optional()]
        if name in self.choices:
            pairs = [(value, _l(text)) for value, text in self.choices[name].items()]
            return SelectField(
                label, rules, choices=pairs, description=about, render_kw={"class": "form-control"}
            )
        if isinstance(column.type, Boolean):
            return BooleanField(label, description=about)
        kind = TYPED_FIELDS.get(type(column.type))
        return (
            None
            if kind is None
            else kind(label, rules, description=about, render_kw={"class": "form-control"})
        )

    # Reading: words without marks, Vietnamese order, known columns, bounded pages.

    def _ordered_by_name(self) -> bool:
        return issubclass(self.datamodel.obj, Searchable)

    def _list(self, **kwargs):
        words = request.args.get("q", "").strip()
        if words and self._ordered_by_name():
            self._filters.add_filter("search_text", FoldedSearch, words)
        return super()._list(**kwargs)

    def _get_list_widget(
        self, filters, actions=None, order_column="", order_direction="", page=None, page_size=None, **kwargs
    ):
        if order_column not in self.order_columns or order_direction not in ("asc", "desc"):
            order_column = order_direction = ""
        if self._ordered_by_name() and order_column in self.datamodel.obj.search_fields[-1:]:
            order_column = "sort_key"
        size = min(page_size or self.page_size, self.largest_page)
        return super()._get_list_widget(filters, actions, order_column, order_direction, page, size, **kwargs)

    # FAB keeps the last five addresses in the session cookie and goes "back" to another tab's.

    def update_redirect(self):
        """Nothing is remembered."""

    def get_redirect(self):
        return url_for(f"{self.endpoint}.list")

    # Writing: rows in scope only, hidden fields never filled from the address, nothing lost, nothing half done.

    def get_row(self, pk: str):
        """The row within ``base_filters``; anything else does not exist."""
        item = self.datamodel.get(pk, self._base_filters) if pk.isdecimal() else None
        if item is None:
            raise NotInScope()
        return item

    def check(self, item, created: bool) -> None:
        """Rules of the row; raise a ``DomainError`` to refuse. Runs inside the transaction, before it is written."""

    def check_delete(self, item) -> None:
        """Rules of deleting; raise a ``DomainError`` to refuse."""

    def can_change(self, item) -> bool:
        """Whether the row shows an edit form at all."""
        return True

    @expose("/show/<pk>", methods=["GET"])
    @has_access
    def show(self, pk):
        self.get_row(pk)
        widgets = self._show(pk)
        return self.render_template(
            self.show_template,
            pk=pk,
            title=self.show_title,
            widgets=widgets,
            related_views=self._related_views,
        )

    @expose("/delete/<pk>", methods=["POST"])
    @has_access
    def delete(self, pk):
        item = self.get_row(pk)
        try:
            self.check_delete(item)
            db.session.delete(item)
            db.session.commit()
        except REFUSALS as error:
            _roll_back(error)
        else:
            flash(self.delete_row_message, "success")
        return redirect(self.get_redirect())

    def _add(self):
        form = self.add_form.refresh()
        if (
            request.method == "POST"
            and form.validate()
            and self._save(form, self.datamodel.obj(), created=True)
        ):
            return None
        return self._get_add_widget(form=form)

    def _edit(self, pk):
        item = self.get_row(pk)
        if not self.can_change(item):
            abort(403)
        if request.method == "POST":
            form = self.edit_form.refresh(request.form)
            form._id = pk
            if form.validate() and self._unchanged(form, item) and self._save(form, item, created=False):
                return None
            item = self.get_row(pk)
        else:
            form = self.edit_form.refresh(obj=item)
            form.seen.data = seen_mark(item)
            self.prefill_form(form, pk)
        return self._get_related_views_widgets(
            item,
            orders=get_order_args(),
            pages=get_page_args(),
            page_sizes=get_page_size_args(),
            widgets=self._get_edit_widget(form=form),
        )

    def _init_forms(self):
        super()._init_forms()
        self.edit_form = type("EditForm", (self.edit_form,), {"seen": HiddenField()})

    def _unchanged(self, form, item) -> bool:
        """Whether the row is still the one the form was drawn from; the row is held until the commit."""
        db.session.refresh(item, with_for_update=True)
        if form.seen.data == seen_mark(item):
            return True
        flash(
            _("Người khác vừa sửa bản ghi này. Nội dung bạn nhập được giữ ở dưới; lưu lần nữa để ghi đè."),
            "danger",
        )
        form.seen.data = seen_mark(item)
        return False

    def _save(self, form, item, *, created: bool) -> bool:
        """Check and write in one transaction; on a refusal nothing is written and the form keeps its text."""
        seen = form._fields.pop("seen", None)
        try:
            with db.session.no_autoflush:
                self.process_form(form, created)
                form.populate_obj(item)
                self.check(item, created)
            db.session.add(item)
            db.session.commit()
        except REFUSALS as error:
            _roll_back(error, form)
            if seen is not None:
                form._fields["seen"] = seen
            return False
        flash(self.add_row_message if created else self.edit_row_message, "success")
        return True


def seen_mark(item) -> str:
    """A digest of the row's values, to notice that someone else has saved it since the form was drawn."""
    values = [str(getattr(item, attribute.key)) for attribute in inspect(type(item)).column_attrs]
    return hashlib.sha256("\x1f".join(values).encode()).hexdigest()[:16]


def _roll_back(error: Exception, form=None) -> None:
    db.session.rollback()
    refusal = refusal_of(error)
    if refusal.status in (403, 404):
        raise refusal
    words = said(refusal.sentence)
    field = form._fields.get(refusal.field) if form is not None and refusal.field else None
    if field is not None:
        field.errors = [*field.errors, words]
    else:
        flash(words, "danger")
