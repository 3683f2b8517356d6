"""The data API's base: FAB's ModelRestApi for reading alone, over one table of columns a resource.

A column says at once what is shown, what it means, and whether one may filter and order by it. What FAB would do
beyond that is closed: its ``_info`` lists the rows of related tables, its filters live on the view that all threads
share (FAB issue 2366), its converter would make whole numbers of points, its reader of ``q`` fails on half a sentence,
and its words are English.
"""

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any, NamedTuple

import jsonschema
from flask import request
from flask_appbuilder.api import ModelRestApi, expose, permission_name, protect, safe
from flask_appbuilder.exceptions import InvalidColumnFilterFABException, InvalidOrderByColumnFABException
from flask_appbuilder.models.filters import Filters
from flask_appbuilder.models.sqla.interface import SQLAInterface
from flask_babel import gettext as _
from marshmallow import Schema
from sqlalchemy import ColumnElement
from sqlalchemy.orm import InstrumentedAttribute, contains_eager

from app.extensions import db
from app.limits import LARGEST_WHOLE
from app.web.api_columns import FILTER, Column, condition
from app.web.entry import json_of

PAGE, LARGEST_PAGE = 50, 200


class ReadRows(SQLAInterface):
    """``ReadRows(Result, [Result.sheet, Sheet.round])`` reads each row with what it belongs to in one statement.

    ``complete`` is given the rows of a page, to hang on to them what is computed.
    """

    def __init__(self, obj, path: Sequence[InstrumentedAttribute] = (), complete: Callable | None = None):
        super().__init__(obj)
        self.path, self.complete = path, complete

    def _found(self, filters):
        query = db.session.query(self.obj)
        for step in self.path:
            query = query.join(step)
        return filters.apply_all(query)

    def _read(self, query) -> list:
        loaded: dict[type, Any] = {}
        for step in self.path:
            before = loaded.get(step.class_)
            loaded[step.property.mapper.class_] = (
                contains_eager(step) if before is None else before.contains_eager(step)
            )
        rows = query.options(*loaded.values()).all()
        if self.complete is not None:
            self.complete(rows)
        return rows

    def query(self, filters=None, order_column=None, order_direction="", page=0, page_size=PAGE, **_kwargs):
        found = self._found(filters)
        direction = "desc" if order_direction == "desc" else "asc"
        order = [getattr(column, direction)() for column in (order_column, self.obj.id) if column is not None]
        query = found.order_by(*order).offset(page * page_size).limit(page_size)
        return found.order_by(None).count(), self._read(query)

    def get(self, pk, filters=None, *_args, **_kwargs):
        if pk > LARGEST_WHOLE:
            return None
        return next(iter(self._read(self._found(filters).filter(self.obj.id == pk))), None)


COLUMNS = {"type": "array", "items": {"type": "string"}}
ONE = {"type": "object", "properties": {"columns": COLUMNS}, "additionalProperties": False}
MANY = {
    "type": "object",
    "properties": {
        "columns": COLUMNS,
        "filters": {"type": "array", "items": FILTER, "maxItems": 20},
        "order_column": {"type": "string"},
        "order_direction": {"type": "string", "enum": ["asc", "desc"]},
        "page": {"type": "integer", "minimum": 0, "maximum": 1_000_000},
        "page_size": {"type": "integer", "minimum": 1},
    },
    "additionalProperties": False,
}


def asks(schema: dict) -> Callable:
    """The request's ``q``, JSON of that shape, as FAB's ``rison``; what cannot be read is refused."""

    def decorate(view: Callable) -> Callable:
        @wraps(view)
        def ask(self, **places):
            try:
                asked = json_of(request.args.get("q") or "{}")
                jsonschema.validate(asked, schema)
            except (ValueError, jsonschema.ValidationError):
                return self.response_400(_("Tham số q không đúng dạng."))
            return view(self, **places, rison=asked)

        return ask

    return decorate


class Asked(NamedTuple):
    """The rows in sight, and of them those that the request asks for."""

    scope: Filters
    conditions: list[ColumnElement]

    def apply_all(self, query):
        return self.scope.apply_all(query).filter(*self.conditions)


class OwnColumns:
    """In the place of FAB's converter: the resource's own fields, all of them or those asked for."""

    def __init__(self, columns: dict[str, Column]):
        self.schema = Schema.from_dict({name: column.field for name, column in columns.items()})

    def convert(self, names, *_args, **_kwargs) -> Schema:
        return self.schema(only=names)


class ReadApi(ModelRestApi):
    """Base of every resource. ``title`` names it, ``columns`` is its table, ``in_sight`` its rows for who asks."""

    include_route_methods = {"get_list", "get", "info"}
    allow_browser_login = True
    csrf_exempt = False  # nothing here writes
    max_page_size = LARGEST_PAGE
    _apispec_parameter_schemas = {"Asked": MANY}
    page_size = PAGE
    title: Any = ""
    columns: dict[str, Column] = {}

    def __init__(self) -> None:
        names = list(self.columns)
        self.list_columns = self.show_columns = self.add_columns = self.edit_columns = names
        self.list_title = self.show_title = self.title
        self.order_columns = [name for name, column in self.columns.items() if column.column is not None]
        self.search_columns = ["id"]  # FAB's own filters are not asked
        self.model2schemaconverter = lambda *_args: OwnColumns(self.columns)
        super().__init__()

    @expose("/", methods=["GET"])
    @protect()
    @safe
    @permission_name("get")
    @asks(MANY)
    def get_list(self, rison: dict):
        """Các dòng mà tài khoản được xem.
        ---
        get:
          description: Các dòng mà tài khoản được xem, có lọc, sắp xếp, phân trang.
          parameters:
          - in: query
            name: q
            content:
              application/json:
                schema:
                  $ref: '#/components/schemas/Asked'
          responses:
            200:
              description: Các dòng của trang; count là tổng số dòng khớp
              content:
                application/json:
                  schema:
                    type: object
                    properties:
                      count: {type: integer}
                      ids: {type: array, items: {type: integer}}
                      result:
                        type: array
                        items:
                          $ref: '#/components/schemas/{{self.__class__.__name__}}'
            400:
              $ref: '#/components/responses/400'
            401:
              $ref: '#/components/responses/401'
        """
        return self.get_list_headless(rison=rison)

    @expose("/<int:pk>", methods=["GET"])
    @protect()
    @safe
    @permission_name("get")
    @asks(ONE)
    def get(self, pk: int, rison: dict):
        """Một dòng mà tài khoản được xem.
        ---
        get:
          description: Một dòng mà tài khoản được xem.
          parameters:
          - in: path
            name: pk
            required: true
            schema: {type: integer}
          responses:
            200:
              description: Dòng tìm thấy
              content:
                application/json:
                  schema:
                    type: object
                    properties:
                      id: {type: integer}
                      result:
                        $ref: '#/components/schemas/{{self.__class__.__name__}}'
            401:
              $ref: '#/components/responses/401'
            404:
              $ref: '#/components/responses/404'
        """
        return self.get_headless(pk, rison=rison)

    @expose("/_info", methods=["GET"])
    @protect()
    @safe
    @permission_name("info")
    def info(self):
        """Các cột, cách lọc và sắp xếp.
        ---
        get:
          description: Các cột, cách lọc và sắp xếp; không có dòng dữ liệu nào.
          responses:
            200:
              description: Các cột
              content:
                application/json:
                  schema:
                    type: object
            401:
              $ref: '#/components/responses/401'
        """
        return self.response(
            200,
            title=str(self.title),
            columns={name: str(column.about) for name, column in self.columns.items()},
            values={name: column.values for name, column in self.columns.items() if column.values},
            filters={name: column.operators for name, column in self.columns.items() if column.operators},
            order_columns=self.order_columns,
            page_size=PAGE,
            largest_page_size=LARGEST_PAGE,
        )

    def add_apispec_components(self, api_spec) -> None:
        """The one schema of the resource, without what only writing needs."""
        super(ModelRestApi, self).add_apispec_components(api_spec)
        api_spec.components.schema(type(self).__name__, schema=self.list_model_schema)

    def _handle_filters_args(self, rison_args: dict) -> Asked:
        wanted = rison_args.get("filters", [])
        for part in wanted:
            if part["col"] not in self.columns:
                raise InvalidColumnFilterFABException(_("Không có cột “%(name)s”.", name=part["col"]))
        return Asked(
            self._base_filters,
            [condition(p["col"], self.columns[p["col"]], p["opr"], p["value"]) for p in wanted],
        )

    def _handle_order_args(self, rison_args: dict) -> tuple[Any, str]:
        name = rison_args.get("order_column", "")
        if not name:
            return None, "asc"
        if name not in self.order_columns:
            raise InvalidOrderByColumnFABException(_("Không sắp xếp được theo cột “%(name)s”.", name=name))
        column = self.columns[name]
        return column.order if column.order is not None else column.column, rison_args.get(
            "order_direction", "asc"
        )

    # Answers in the reader's language, never kept by anything on the way.

    @staticmethod
    def response(code: int, **kwargs: Any):
        answer = ModelRestApi.response(code, **kwargs)
        answer.headers["Cache-Control"] = "no-store"
        return answer

    def response_403(self):
        return self.response(403, message=_("Tài khoản của bạn không có quyền làm việc này."))

    def response_404(self):
        return self.response(404, message=_("Không tìm thấy nội dung này."))

    def response_500(self, message: str | None = None):
        return self.response(500, message=_("Phần mềm gặp lỗi. Hãy thử lại sau."))
