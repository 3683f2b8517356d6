"""People at their browsers: each has pages of their own, and every page they come to is looked over.

What must never happen goes into one list of troubles: a script error, a line on the console, a request to another
host, an answer that nobody expected, a breach of WCAG 2.2 A or AA (axe-core), sideways scrolling.
"""

import os
import re
from collections import Counter
from io import BytesIO
from pathlib import Path

from playwright.sync_api import Browser, Download, Locator, Page, expect
from pypdf import PdfReader

DESKTOP = {"width": 1366, "height": 768}
PHONE = {"width": 390, "height": 844}
BROWSERS_OWN = ("data:", "blob:", "chrome:", "chrome-extension:")  # Chromium shows a PDF in pages of its own
AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
# What the console says of requests that ``_answered`` and ``_failed`` judge.
REQUEST_LINES = ("Failed to load resource", "Response Status Error Code", "htmx:afterRequest", "htmx:send")
RULES = """async () => {
    const runOnly = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
    const found = await axe.run(document, { runOnly, resultTypes: ["violations"], iframes: false });
    const words = (breach, node) => `${breach.id}: ${node.target} ${node.any[0]?.message || node.html.slice(0, 160)}`;
    return found.violations.flatMap((breach) => breach.nodes.map((node) => words(breach, node)));
}"""
PATIENCE = int(os.environ.get("PATIENCE", 60)) * 1000  # ms: a busy machine is no reason to fail
expect.set_options(timeout=PATIENCE)
LOOKS = os.environ.get("LOOKS")
"""How often axe looks at a page of one address (numbers aside) and size for one person. In the suite once in the ten
acts and at a share of all pages (``test_every_page.py``), in the journeys of single desks never; ``make soak``: always.
"""
SECRET = "Khu-vuon-2026"


def is_as_wide_as_the_screen(page: Page) -> bool:
    """No sideways scrolling."""
    return page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


class Person:
    """One person at one browser of their own. ``size`` is the window's.

    ``small``: the pages (addresses without numbers) that were looked at on a phone; each other page that the person
    comes to is looked at there once, too. None: only where the test asks for it.
    """

    def __init__(
        self, browser: Browser, address: str, size: dict, troubles: list[str], small: set[str] | None = None
    ):
        self.small, self.looked = small, Counter()
        self.looks = int(LOOKS or small is None)
        self.context = browser.new_context(viewport=size, base_url=address, locale="vi-VN")
        self.context.set_default_timeout(PATIENCE)
        self.page: Page = self.context.new_page()
        self.troubles, self.expected = troubles, []
        self._watch(address)

    def _watch(self, address: str) -> None:
        self.page.on("pageerror", lambda error: self._report(f"script: {error}"))
        self.page.on("console", self._heard)
        self.page.on("response", lambda answer: self._answered(answer, address))
        self.page.on("requestfailed", self._failed)

    def _report(self, words: str) -> None:
        self.troubles.append(f"{self.page.url}: {words}")

    def _heard(self, message) -> None:
        if message.type in ("error", "warning") and not message.text.startswith(REQUEST_LINES):
            self._report(f"console: {message.text}")

    def _answered(self, answer, address: str) -> None:
        if not answer.url.startswith((address + "/", *BROWSERS_OWN)):
            self._report(f"another host: {answer.url}")
        elif answer.status in self.expected:
            self.expected.remove(answer.status)
        elif answer.status >= 400:
            self._report(f"{answer.status} for {answer.url}")

    def _failed(self, request) -> None:
        if request.failure != "net::ERR_ABORTED":  # a download ends the navigation that began it
            self._report(f"{request.failure} for {request.url}")

    def look(self) -> None:
        """Look the page over as it stands."""
        self.page.wait_for_load_state("load")
        self._look_at_this_size()
        page = self._place()
        if self.small is not None and page not in self.small and self.page.viewport_size != PHONE:
            self.small.add(page)
            self.look_on_a_phone()

    def _place(self) -> str:
        """The page's address without numbers and questions."""
        return re.sub(r"\d+", "", self.page.url.partition("?")[0])

    def _look_at_this_size(self) -> None:
        seen = self._place(), self.page.viewport_size["width"]
        self.looked[seen] += 1
        if self.looked[seen] <= self.looks:
            self._ask_axe()
        if not is_as_wide_as_the_screen(self.page):
            self._report("wider than the screen")

    def _ask_axe(self) -> None:
        if not self.page.evaluate("'axe' in window"):
            self.page.evaluate(AXE.read_text(encoding="utf-8"))
        for breach in self.page.evaluate(RULES):
            self._report(f"axe: {breach}")

    def go(self, path: str) -> None:
        self.page.goto(path)
        self.look()

    def on_a_phone(self, paths: list[str]) -> None:
        """The same person with a phone in hand."""
        self.page.set_viewport_size(PHONE)
        for path in paths:
            self.go(path)
        self.page.set_viewport_size(DESKTOP)

    def look_on_a_phone(self) -> None:
        """The page as it stands, on a phone's screen."""
        before = self.page.viewport_size
        self.page.set_viewport_size(PHONE)
        self._look_at_this_size()
        self.page.set_viewport_size(before)

    def follow(self, name: str, within: str = "main") -> None:
        """Click the link of this name."""
        with self.page.expect_navigation():
            self.page.locator(within).get_by_role("link", name=name).first.click()
        self.look()

    def press(self, button: str | Locator, *, sure: bool = False, answer: int = 200) -> None:
        """Click a button that sends a form; ``sure`` answers the question before it; ``answer`` is the status."""
        if isinstance(button, str):
            button = self.page.locator("main").get_by_role("button", name=button, exact=True).first
        if answer >= 400:
            self.expected.append(answer)
        with self.page.expect_navigation() as came:
            button.click()
            if sure:
                self.page.locator("[data-ask-yes]").click()
        assert came.value.status == answer
        self.look()

    def fill(self, **values: str) -> None:
        """Fields by their names."""
        for name, value in values.items():
            self.page.locator(f"main [name={name}]").fill(value)

    def attach(self, data: bytes, name: str, field: str = "main input[type=file]") -> None:
        kind = "application/pdf" if name.endswith(".pdf") else "application/octet-stream"
        self.page.locator(field).first.set_input_files({"name": name, "mimeType": kind, "buffer": data})

    def download(self, link: Locator) -> bytes:
        with self.page.expect_download() as kept:
            link.click()
        found: Download = kept.value
        return Path(found.path()).read_bytes()

    def paper(self) -> str:
        """The words of the page as it is printed."""
        pages = PdfReader(BytesIO(self.page.pdf(format="A4"))).pages
        return "\n".join(page.extract_text() for page in pages)

    def reads(self, words: str, within: str = "main") -> None:
        expect(self.page.locator(within).first).to_contain_text(words)

    def sign_in(self, username: str, password: str) -> None:
        self.go("/login/")
        self.fill(username=username, password=password)
        self.press(self.page.locator("button[type=submit]").first)

    def sign_in_first(self, username: str, one_time: str) -> None:
        """The first sign-in: no other page opens before the one-time password is changed."""
        self.sign_in(username, one_time)
        self.go("/home/")
        self.reads("Đây là mật khẩu dùng một lần")
        self.fill(old=one_time, new=SECRET, again=SECRET)
        self.press("Đổi mật khẩu")
        self.reads("Đã đổi mật khẩu.")
