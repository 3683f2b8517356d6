"""Widgets that the browsers' own would not say in the reader's language."""

from flask_babel import gettext as _
from markupsafe import Markup
from wtforms.widgets import FileInput


class DropZone(FileInput):
    """A file input inside a zone to drop on; app.js writes the chosen file's name into it."""

    def __call__(self, field, **kwargs):
        kwargs.pop("class", None)
        return Markup(
            '<div class="drop" data-drop><label><i class="fa fa-cloud-arrow-up" aria-hidden="true"></i>'
            "<span data-file-name>{words}</span>{box}</label></div>"
        ).format(words=_("Kéo tệp vào đây hoặc bấm để chọn"), box=super().__call__(field, **kwargs))
