"""Every page, for every kind of account, speaks the reader's language and no other."""

import re
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

import flask_admin
import pytest
from babel.messages.pofile import read_po

from config import Config
from tests.access.calls import calls
from tests.access.world import Story, World
from tests.conftest import Browser
from tests.province import PASSWORD

TRANSLATIONS = Path(Config.BABEL_TRANSLATION_DIRECTORIES)
FRAMEWORKS = (
    TRANSLATIONS / "vi" / "LC_MESSAGES" / "messages.po",
    TRANSLATIONS / "vi" / "LC_MESSAGES" / "wtforms.po",
    Path(flask_admin.__file__).parent / "translations" / "vi" / "LC_MESSAGES" / "admin.po",
)
READERS = {
    "visitor": None,
    "clerk": "tp-nhap",
    "appraiser": "td-nv",
    "manager": "quan-ly",
    "administrator": "quan-tri",
}

# What is the same in every language, and Vietnamese words that are English ones too (to print, because, number).
NAMES = {
    "bearer",
    "caps",
    "csv",
    "ods",
    "ctrl",
    "dd",
    "excel",
    "hh",
    "iso",
    "json",
    "lock",
    "macro",
    "mb",
    "mm",
    "nfc",
    "nfd",
    "office",
    "openapi",
    "pdf",
    "qr",
    "sha",
    "unicode",
    "utf",
    "windows",
    "word",
    "xls",
    "xlsx",
    "yyyy",
}
SYMBOLS = {"bc", "kh", "quan", "stp", "syt", "ubnd", "xong"}  # of documents in our examples
VIETNAMESE_TOO = {"an", "do", "in", "so"}
IN_FILES = {
    "agency",
    "choice",
    "citizen",
    "data",
    "official",
    "shift",
    "sum",
    "text",
    "web",
}  # values of columns of files that come in, and words of programs (Ctrl+Shift+F9, the tab Data, "trang web")

# What people typed in the little province and is a sentence of ours, or English, as well.
TYPED = {
    "Chấm điểm",  # the product's name
    "Có",  # an answer of a survey form
    "Không",
    "Hội đồng chấm",
    "Nhắc việc",
    "Nhập liệu",
    "Trung bình",
    "form=KS-01; questions=KS-01-C02; weights=100,80,50,0",
}
SPOKEN = {"aria-label", "title", "placeholder", "alt", "data-confirm", "data-th", "data-label"}
SILENT = {"script", "style", "code"}
WORD = re.compile(r"\w+")
ADDRESS = re.compile(r"\S+@\S+")
FILE = re.compile(r"[./](xlsx|docx|pdf|csv|zip)$")


class Page(HTMLParser):
    """What a page says: its texts and spoken attributes, each with white space folded.

    Parts marked with another language (the switch to it) are left out.
    """

    def __init__(self, html: str, language: str):
        super().__init__()
        self.language, self.said, self.within = language, [], []
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        elsewhere = dict(attributes).get("lang", self.language) != self.language
        silent = tag in SILENT or elsewhere or any(silent for _, silent in self.within)
        if not silent:
            self.said += [value for name, value in attributes if name in SPOKEN and value]
        if tag not in {"br", "hr", "img", "input", "link", "meta", "col", "wbr", "source"}:
            self.within.append((tag, silent))

    def handle_endtag(self, tag):
        while any(tag == open_tag for open_tag, _ in self.within):
            if self.within.pop()[0] == tag:
                break

    def handle_data(self, data):
        if data.strip() and not any(silent for _, silent in self.within):
            self.said.append(" ".join(data.split()))


def ours() -> dict[str, str]:
    """Our sentences: Vietnamese → English."""
    with (TRANSLATIONS / "en" / "LC_MESSAGES" / "messages.po").open("rb") as file:
        return {str(message.id): str(message.string) for message in read_po(file) if message.id}


def ascii_words(text: str) -> set[str]:
    text = ADDRESS.sub("", text.lower())
    return {word for word in WORD.findall(text) if len(word) > 1 and word.isascii() and word.isalpha()}


NUMBERS = r"[\d.,:/-]+"
PLACE = re.compile(r"%\(\w+\)[sd]|{\w+}")


@cache
def english_words() -> frozenset[str]:
    """The words of the frameworks' own sentences and of our English, less those that are Vietnamese as well."""
    words = set()
    for path in FRAMEWORKS:
        with path.open("rb") as file:
            for message in read_po(file):
                words |= ascii_words(PLACE.sub("", str(message.id)))
    for english in ours().values():
        words |= ascii_words(PLACE.sub("", english))
    return frozenset(words - VIETNAMESE_TOO - NAMES - SYMBOLS)


@pytest.fixture
def addresses(app, province, told) -> list[str]:
    """Where all that can be read lies, in a round that is being appraised."""

    def make() -> World:
        with app.app_context():
            return Story(app, province).until_appraising()

    return [call.address for call in calls(app, told("until appraising", make)) if call.method == "GET"]


def pages(app, addresses: list[str], reader: str, language: str) -> dict[str, Page]:
    """Every page a reader reaches by GET, by address."""
    browser = Browser(app.test_client())
    browser.get(f"/lang/{language}")
    if READERS[reader] is not None:
        browser.post("/login/", {"username": READERS[reader], "password": PASSWORD})
    found = {}
    for url in addresses:
        if "/lang/" in url or "/static/" in url or "logout" in url or FILE.search(url):
            continue
        with browser.get(url) as answer:
            if answer.mimetype == "text/html" and answer.status_code != 302:
                found[url] = Page(answer.text, language)
    return found


@cache
def of_ours() -> tuple[frozenset[str], list[re.Pattern]]:
    """Our Vietnamese sentences as they stand on a page: those without places, and those with, filled by numbers."""
    said = [vietnamese.replace("%%", "%") for vietnamese, english in ours().items() if vietnamese != english]
    split = [PLACE.split(text) for text in said if PLACE.search(text)]
    patterns = [re.compile(NUMBERS.join(map(re.escape, parts))) for parts in split]
    return frozenset(text for text in said if not PLACE.search(text)), patterns


@cache
def is_ours(said: str) -> bool:
    plain, with_places = of_ours()
    return said in plain or any(pattern.fullmatch(said) for pattern in with_places)


def test_our_vietnamese_has_no_english_word_but_the_values_of_files():
    words = {word for vietnamese in ours() for word in ascii_words(PLACE.sub("", vietnamese))}
    assert words & english_words() == IN_FILES


@pytest.mark.parametrize("reader", READERS)
def test_no_english_word_stands_on_a_vietnamese_page(reader, app, addresses):
    found = {
        (url, said, word)
        for url, page in pages(app, addresses, reader, "vi").items()
        for said in page.said
        for word in ascii_words(said) & english_words()
        if not is_ours(said) and said not in TYPED
    }
    assert found == set()


@pytest.mark.parametrize("reader", READERS)
def test_no_vietnamese_sentence_of_ours_stands_on_an_english_page(reader, app, addresses):
    found = {
        (url, said)
        for url, page in pages(app, addresses, reader, "en").items()
        for said in page.said
        if is_ours(said) and said not in TYPED
    }
    assert found == set()
