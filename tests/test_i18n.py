"""app/i18n.py and translations/: what the frameworks say is said in the reader's language."""

import re
from pathlib import Path

import flask_appbuilder
import flask_babel
import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.pofile import read_po
from flask import Flask
from flask_wtf import FlaskForm
from wtforms import StringField
from wtforms.i18n import messages_path
from wtforms.validators import DataRequired

from app import i18n
from config import Config
from scripts.messages import collected

TRANSLATIONS = Path(Config.BABEL_TRANSLATION_DIRECTORIES)
VIETNAMESE = TRANSLATIONS / "vi" / "LC_MESSAGES"
PLACE = re.compile(r"%\(\w+\)[sd]|{\w+}|%%")
FRAMEWORKS = {"messages": Path(flask_appbuilder.__file__).parent, "wtforms": Path(messages_path()).parent}
SOURCES = [("**.py", "python"), ("**.html", "jinja2")]
KEYWORDS = DEFAULT_KEYWORDS | {"lazy_gettext": None}


class NameForm(FlaskForm):
    name = StringField(validators=[DataRequired()])


def small_app(language: str) -> Flask:
    app = Flask("small")
    app.config.update(
        BABEL_TRANSLATION_DIRECTORIES=Config.BABEL_TRANSLATION_DIRECTORIES, WTF_CSRF_ENABLED=False
    )
    flask_babel.Babel(app, locale_selector=lambda: language)
    i18n.init_app(app)

    @app.post("/")
    def refuse():
        form = NameForm()
        form.validate()
        return form.name.errors[0]

    return app


@pytest.mark.parametrize(
    ("language", "sentence"), [("vi", "Trường này bắt buộc."), ("en", "This field is required.")]
)
def test_an_empty_field_is_refused_in_the_readers_language(language, sentence):
    assert small_app(language).test_client().post("/").text == sentence


def first_form(message_id: str | tuple[str, ...] | list[str]) -> str:
    """A message with a plural is known by its singular."""
    return message_id if isinstance(message_id, str) else message_id[0]


@pytest.mark.parametrize("domain", FRAMEWORKS)
def test_every_sentence_of_the_frameworks_has_a_vietnamese_one(domain):
    theirs = {first_form(row[2]) for row in extract_from_dir(FRAMEWORKS[domain], SOURCES, keywords=KEYWORDS)}
    with (VIETNAMESE / f"{domain}.po").open("rb") as file:
        ours = {first_form(message.id) for message in read_po(file) if message.id and message.string}

    assert theirs - ours == set()


def test_a_form_of_a_register_says_in_vietnamese_that_a_field_is_missing(sign_in):
    page = sign_in("quan-ly").post("/agencygroupview/add", {"code": ""})
    assert (page.status_code, page.text.count("Trường này bắt buộc.")) == (422, 3)


def catalogue(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file)


def test_the_english_catalogue_translates_every_sentence_of_the_source_and_nothing_else():
    english = catalogue(TRANSLATIONS / "en" / "LC_MESSAGES" / "messages.po")
    translated = {message.id for message in english if message.id and message.string}
    assert translated == {message.id for message in collected() if message.id}


@pytest.mark.parametrize("path", sorted(TRANSLATIONS.rglob("*.po")), ids=lambda path: "-".join(path.parts[-3::2]))
def test_a_translation_keeps_the_places_of_its_sentence(path):
    different = []
    for message in catalogue(path):
        texts = message.string if isinstance(message.string, tuple) else (message.string,)
        wanted = sorted(PLACE.findall(first_form(message.id) if message.id else ""))
        different += [text for text in texts if message.id and sorted(PLACE.findall(text)) != wanted]
    assert different == []


def test_names_in_tables_of_states_are_collected_too():
    assert {"Đã ban hành", "Gửi kết quả tự đánh giá", "Bậc theo tỷ lệ", "Quản trị kỹ thuật"} <= {
        message.id for message in collected()
    }
