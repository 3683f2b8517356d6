"""What a browser says of itself, in words for its owner: ``Chrome trên Windows``."""

from app.errors import Sentence
from app.sign_in.models import AccountSession

# The first word that stands in the text decides: Edge and Cốc Cốc call themselves Chrome, too, Chrome Safari.
BROWSERS = (
    ("Edg", "Edge"),
    ("coc_coc", "Cốc Cốc"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)
HANDHELD = ("iPhone", "Android")


def device_of(session: AccountSession) -> Sentence:
    return Sentence("Phần mềm khác (mã truy cập)") if session.through == "token" else device_words(session.browser)


def device_words(user_agent: str) -> Sentence:
    """A guess from the ``User-Agent``, which anyone may write as they like."""
    browser, system = _first(BROWSERS, user_agent), _first(SYSTEMS, user_agent)
    if browser and system:
        return Sentence("%(browser)s trên %(system)s", {"browser": browser, "system": system})
    return Sentence(browser or system or "Trình duyệt không rõ")


def is_handheld(user_agent: str) -> bool:
    return any(word in user_agent for word in HANDHELD)


def _first(names: tuple[tuple[str, str], ...], text: str) -> str | None:
    return next((name for word, name in names if word in text), None)
