"""Form fields for what this country types: decimal comma, dd/mm/yyyy, dd/mm/yyyy hh:mm.

Each says ``type = "StringField"``: Flask-Admin's in-place editing knows fields by that name.
"""

from collections.abc import Callable
from datetime import date, datetime
from typing import TypeVar

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import StringField, TextAreaField
from wtforms.validators import StopValidation

from app import moments
from app.clock import PROVINCE_ZONE
from app.errors import Refused
from app.field_rules import whole_of
from app.points import format_points, to_points
from app.web.desk import said

Value = TypeVar("Value")


class TypedField(StringField):
    """Text that becomes a value; what cannot be read stays in the field with its error."""

    type = "StringField"
    blank = _l("Không được để trống ô này.")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.type = "StringField"

    def process_formdata(self, valuelist):
        text = (valuelist[0] if valuelist else "").strip()
        self.raw_text = text
        self.data = None
        if text:
            self.data = self.read(text)

    def pre_validate(self, form):
        """Blanks are typed and are nothing: where something must stand they are refused."""
        if self.flags.required and self.raw_data and self.data is None and not self.process_errors:
            raise StopValidation(str(self.blank))

    def _value(self) -> str:
        if self.data is None:
            return getattr(self, "raw_text", "")
        return self.write(self.data)


class PointsField(TypedField):
    """``Decimal`` of at most three places; ``1,25`` and ``1.25`` are both read."""

    def read(self, text: str):
        return _read(to_points, text)

    def write(self, value) -> str:
        return format_points(value)


class WholeField(TypedField):
    """``int`` without sign."""

    blank = _l("Hãy ghi một số nguyên.")

    def read(self, text: str) -> int:
        return _read(whole_of, text)

    def write(self, value: int) -> str:
        return str(value)


class DayField(TypedField):
    """``date`` written dd/mm/yyyy."""

    def read(self, text: str) -> date:
        return _read(moments.read_day, text)

    def write(self, value: date) -> str:
        return f"{value:%d/%m/%Y}"


class MomentField(TypedField):
    """Aware ``datetime``, dd/mm/yyyy hh:mm in the province's time; a day alone means 17:00, office closing."""

    blank = _l("Hãy ghi thời điểm.")

    def read(self, text: str) -> datetime:
        return read_moment(text)

    def write(self, value: datetime) -> str:
        return f"{value.astimezone(PROVINCE_ZONE):%d/%m/%Y %H:%M}"


class LinesField(TextAreaField):
    """A list of strings, one a line."""

    def process_formdata(self, valuelist):
        lines = (valuelist[0] if valuelist else "").splitlines()
        self.data = [line.strip() for line in lines if line.strip()]

    def _value(self) -> str:
        return "\n".join(self.data or [])


class NamedLinesField(TextAreaField):
    """A dict of strings, one ``name: text`` a line."""

    def process_formdata(self, valuelist):
        lines = [line for line in (valuelist[0] if valuelist else "").splitlines() if line.strip()]
        pairs = [line.partition(":") for line in lines]
        self.data = {name.strip(): text.strip() for name, _colon, text in pairs}
        if not all(name and text for name, text in self.data.items()):
            self.raw_text = valuelist[0]
            raise ValueError(_("Mỗi dòng phải ghi theo dạng “tên: nội dung”."))

    def _value(self) -> str:
        kept = getattr(self, "raw_text", None)
        return kept or "\n".join(f"{name}: {text}" for name, text in (self.data or {}).items())


def read_moment(text: str) -> datetime:
    """``moments.read_moment``; ValueError with a sentence when the text names none."""
    return _read(moments.read_moment, text)


def _read(read: Callable[[str], Value], text: str) -> Value:
    """What the reader makes of the text; its refusal as the ValueError that WTForms shows beside the field."""
    try:
        return read(text)
    except Refused as refusal:
        raise ValueError(said(refusal.sentence)) from refusal
