"""The pictures of the officials' guides, taken from the running application: ``python -m scripts.guide_pictures``.

Each stage of the demo province is made in a folder of its own and served by ``run.py``; Chromium signs in as the demo
accounts, and ``guide_shots.SHOTS`` says which page becomes which picture of ``docs/vi/img``. With ``--data FOLDER``
the stages are kept there and used again; with names only those pictures are taken.
"""

import argparse
import os
import shutil
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from urllib.request import urlopen

from PIL import Image
from playwright.sync_api import Browser, Locator, Page, sync_playwright
from playwright.sync_api import Error as PlaywrightError

from app.scoring.demo import PASSWORD
from scripts.guide_shots import SHOTS, Shot

ROOT = Path(__file__).resolve().parent.parent
PICTURES = ROOT / "docs" / "vi" / "img"
LARGEST = 150_000  # bytes
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

THIS_YEARS = "select max(id) from round where programme = 'cchc' and period like '20__' and state <> 'preparing'"
# What stands in the shots' addresses: name → statement giving one value.
PLACES = {
    "round": THIS_YEARS,
    "next": "select max(id) from round where state = 'preparing'",
    "approved": (
        "select max(s.id) from sheet s join agency a on a.id = s.agency_id"
        " where a.code = 'SO-TNMT' and s.state = 'approved'"
    ),
    "asked": (
        "select max(x.sheet_id) from score x join sheet s on s.id = x.sheet_id join agency a on a.id = s.agency_id"
        " where a.code = 'SO-TP' and x.asked_at is not null and x.answered_at is null"
    ),
    "code": "select code from snapshot order by id desc limit 1",
} | {
    code.lower().replace("-", "_"): (
        "select s.id from sheet s join agency a on a.id = s.agency_id"
        f" where a.code = '{code}' and s.round_id = ({THIS_YEARS})"
    )
    for code in ("SO-TP", "SO-KHCN")
}


def main(arguments: list[str]) -> int:
    options = _options(arguments)
    wanted = [shot for shot in SHOTS if not options.names or shot.name in options.names]
    stages = list(dict.fromkeys(shot.stage for shot in wanted))
    failed: list[str] = []
    PICTURES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="guides-") as passing, sync_playwright() as playwright:
        make_stages(stages, options.data or Path(passing) / "made")
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=QUIET)
        for stage in stages:
            copy = Path(passing) / stage  # the shots change what they see
            shutil.copytree((options.data or Path(passing) / "made") / stage, copy)
            with served(copy) as address:
                failed += take(browser, address, copy, [shot for shot in wanted if shot.stage == stage])
        browser.close()
    for trouble in failed:
        print(trouble, file=sys.stderr)
    return 1 if failed else 0


def _options(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m scripts.guide_pictures", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help="only these pictures")
    parser.add_argument("--data", type=Path, help="folder that keeps the stages' databases")
    return parser.parse_args(arguments)


def find_chromium() -> str:
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        raise SystemExit("Chromium was not found; install it so that it is in PATH.")
    return found


def make_stages(stages: list[str], folder: Path) -> None:
    """Seed the stages that ``folder`` does not hold yet, side by side."""
    running = {}
    for stage in stages:
        if not (folder / stage / "scoring.db").exists():
            command = [sys.executable, "-m", "flask", "--app", "run", "scoring", "seed", "--stage", stage]
            running[stage] = subprocess.Popen(
                command, cwd=ROOT, env=_environment(folder / stage), stdout=subprocess.DEVNULL
            )
    failed = [stage for stage, process in running.items() if process.wait() != 0]
    if failed:
        raise SystemExit(f"seeding failed: {', '.join(failed)}")


def _environment(data: Path, **more: str) -> dict[str, str]:
    """This process's, without a database of somebody else's."""
    kept = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "FILES_DIR"}}
    return kept | {"DATA_DIR": str(data)} | more


@contextmanager
def served(data: Path) -> Iterator[str]:
    """The address of the application serving ``data``."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = _environment(data, PORT=str(port), BASE_URL="https://chamdiem.thanhhoa.gov.vn")
    with (data / "server.log").open("w") as log:
        server = subprocess.Popen(
            [sys.executable, "run.py"], cwd=ROOT, env=environment, stdout=log, stderr=log
        )
    address = f"http://127.0.0.1:{port}"
    try:
        _await(address + "/healthz", server)
        yield address
    finally:
        server.terminate()
        server.wait()


def _await(url: str, server: subprocess.Popen) -> None:
    for _try in range(240):
        if server.poll() is not None:
            break
        try:
            urlopen(url, timeout=5).close()
            return
        except OSError:
            time.sleep(0.5)
    raise SystemExit("the application did not start")


def take(browser: Browser, address: str, data: Path, shots: list[Shot]) -> list[str]:
    """One signed-in page an account and size. Returns what went wrong: script errors, shots that could not be taken."""
    places, pages, failed = _places(data), {}, []
    for shot in shots:
        seat = (shot.account, shot.size)
        if seat not in pages:
            pages[seat] = _sit_down(browser, address, shot)
            pages[seat].on("pageerror", lambda error: failed.append(f"script error: {error}"))
        try:
            _take(pages[seat], shot, places)
        except PlaywrightError as error:
            failed.append(f"{shot.name}: {error}")
    for page in pages.values():
        page.context.close()
    return failed


def _take(page: Page, shot: Shot, places: dict[str, object]) -> None:
    page.goto(shot.path.format(**places))
    seen = (shot.act(page) if shot.act else None) or page
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(400)
    _keep(seen, PICTURES / f"{shot.name}.png")


def _places(data: Path) -> dict[str, object]:
    with sqlite3.connect(data / "scoring.db") as database:
        return {name: (database.execute(sql).fetchone() or [None])[0] for name, sql in PLACES.items()}


def _sit_down(browser: Browser, address: str, shot: Shot) -> Page:
    width, height = shot.size
    context = browser.new_context(
        viewport={"width": width, "height": height}, base_url=address, locale="vi-VN", reduced_motion="reduce"
    )
    page = context.new_page()
    page.set_default_timeout(20_000)
    if shot.account is not None:
        page.goto("/login/?next=/password/")
        page.fill("[name=username]", shot.account)
        page.fill("[name=password]", PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url(lambda url: "/login/" not in url)
    return page


def _keep(seen: Page | Locator, place: Path) -> None:
    """The picture in as many colours as keep it under ``LARGEST``."""
    picture = Image.open(BytesIO(seen.screenshot())).convert("RGB")
    for colours in (256, 128, 64, 32):
        written = BytesIO()
        picture.quantize(colours, dither=Image.Dither.NONE).save(written, "PNG", optimize=True)
        if written.tell() <= LARGEST:
            break
    place.write_bytes(written.getvalue())
    print(f"{place.relative_to(ROOT)}  {written.tell() // 1000} kB")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
