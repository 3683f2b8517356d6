"""The language of a request, where Flask-Babel alone does not reach.

Flask-Babel and Flask-AppBuilder find ``translations/`` by themselves. WTForms' own sentences ("This field is
required.") come from WTForms' package, which has no Vietnamese: they are given ours, request by request.
"""

from functools import cache

from babel.support import NullTranslations, Translations
from flask import Flask, request
from flask_admin.babel import wtforms_domain
from flask_babel import get_locale
from wtforms.i18n import messages_path

WTFORMS_DOMAIN = "wtforms"


def init_app(app: Flask) -> None:
    """Give every form of ``app``, Flask-Admin's included, WTForms' sentences in the request's language."""
    folder = app.config["BABEL_TRANSLATION_DIRECTORIES"].split(";")[-1]  # FAB puts its own before ours
    _teach_flask_admin(folder)

    @app.before_request
    def choose_form_language() -> None:
        # Read by flask_wtf.i18n, which otherwise looks into WTForms' package only.
        request.wtforms_translations = form_sentences(folder, str(get_locale()))


@cache
def form_sentences(folder: str, language: str) -> NullTranslations:
    """WTForms' sentences in ``language``: ours where we have them, else WTForms' own, else English."""
    ours = Translations.load(folder, [language], domain=WTFORMS_DOMAIN)
    if isinstance(ours, Translations):
        return ours
    return Translations.load(messages_path(), [language], domain=WTFORMS_DOMAIN)


def _teach_flask_admin(folder: str) -> None:
    """Add our folder to the places Flask-Admin's WTForms domain searches, once a process."""
    folders = wtforms_domain._translation_directories
    if folder not in folders:
        folders.append(folder)
