"""From a column to the field that edits it and the words that show it."""

from flask_appbuilder.fields import QuerySelectField, QuerySelectMultipleField
from flask_appbuilder.fieldwidgets import Select2ManyWidget, Select2Widget
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import JSON, Boolean, Date, Integer, String, Text
from wtforms import BooleanField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, Optional, ValidationError

from app.column_types import Moment, Points
from app.web import formats
from app.web.fields import DayField, LinesField, MomentField, PointsField, WholeField

SHOWN = {"class": "form-control"}
TYPED_FIELDS = {Points: PointsField, Moment: MomentField, Date: DayField}
TYPED_FORMATS = {Points: formats.points, Moment: formats.moment, Date: formats.day}


def format_for(column):
    """The function that writes this column's value; None: as it is."""
    return None if column is None else TYPED_FORMATS.get(type(column.type))


def field_for(column, *, label, about="", choices=None, rules=()):
    """An unbound WTForms field for a plain column, or None where FAB's own will do."""
    common = {"description": about, "render_kw": dict(SHOWN)}
    rules = [*rules, _presence(column)]
    if choices is not None:
        return SelectField(
            label, rules, choices=[SelectChoice(value, _l(text)) for value, text in choices.items()], **common
        )
    kind = type(column.type)
    if kind is Boolean:
        return BooleanField(label, description=about)
    if kind in TYPED_FIELDS:
        common["render_kw"] |= HINTS.get(kind, {})
        return TYPED_FIELDS[kind](label, rules, **common)
    if kind is JSON:
        common["render_kw"]["rows"] = 3
        return LinesField(label, **common)
    if kind is Integer:
        words = {"render_kw": SHOWN | {"inputmode": "numeric"}, "default": _usual(column)}
        return WholeField(label, rules, **common | words)
    return _text_field(column, label, rules, common) if kind in (String, Text) else None


class RowField(QuerySelectField):
    """FAB's select of rows; it refuses what is no choice in English."""

    def pre_validate(self, form):
        try:
            super().pre_validate(form)
        except ValidationError as error:
            raise ValidationError(_("Hãy chọn một mục trong danh sách.")) from error


class RowsField(QuerySelectMultipleField):
    """FAB's select of several rows; by itself it forgets what is no choice, so that "these groups" became "all"."""

    def pre_validate(self, form):
        _chosen = self.data  # only reading them tells the known ones from the others
        try:
            super().pre_validate(form)
        except ValidationError as error:
            raise ValidationError(_("Hãy chọn một mục trong danh sách.")) from error


def choices_of_rows(datamodel, name, *, label, about="", filters=()):
    """A select of several rows of another table in Vietnamese order."""
    related = datamodel.get_related_interface(name)
    within = related.get_filters().add_filter_list(list(filters))
    return RowsField(
        label,
        description=about,
        query_func=lambda: related.query(within)[1],
        get_pk_func=lambda row: row.id,
        validators=[Optional()],
        widget=Select2ManyWidget(),
    )


def choice_of_row(datamodel, name, *, label, about="", filters=()):
    """A select of another table's rows in Vietnamese order; FAB's own shows "__None" for nothing."""
    related = datamodel.get_related_interface(name)
    within = related.get_filters().add_filter_list(list(filters))
    optional = datamodel.is_nullable(name)
    return RowField(
        label,
        description=about,
        query_func=lambda: related.query(within)[1],
        get_pk_func=lambda row: row.id,
        allow_blank=optional,
        blank_text=_l("(không chọn)"),
        validators=[Optional() if optional else DataRequired()],
        widget=Select2Widget(),
    )


HINTS = {
    Points: {"inputmode": "decimal"},
    Date: {"data-date": "", "inputmode": "numeric", "placeholder": "dd/mm/yyyy"},
    Moment: {"inputmode": "numeric", "placeholder": "dd/mm/yyyy hh:mm"},
}


def _usual(column):
    """What stands in the field of a new row, and may not be cleared."""
    return column.default.arg if column.default is not None and column.default.is_scalar else None


def _presence(column):
    if column.nullable or (column.default is not None and type(column.type) is not Integer):
        return Optional()
    return DataRequired() if type(column.type) in (String, Text) else InputRequired()


def _text_field(column, label, rules, common):
    empty = None if column.nullable else ""
    filters = [lambda text: (text or "").strip() or empty]
    if type(column.type) is Text:
        common["render_kw"]["rows"] = 4
        return TextAreaField(label, rules, filters=filters, **common)
    if column.type.length:
        rules.append(Length(max=column.type.length))
    return StringField(label, rules, filters=filters, **common)
