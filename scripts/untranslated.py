"""List the messages of a catalogue that have no translation: ``python scripts/untranslated.py FILE.po``.

Exit status 1 when there are any.
"""

import sys
from pathlib import Path

from babel.messages.pofile import read_po


def untranslated(path: Path) -> list[str]:
    with path.open("rb") as file:
        catalogue = read_po(file)
    return [str(message.id) for message in catalogue if message.id and not message.string]


def main() -> int:
    path = Path(sys.argv[1])
    missing = untranslated(path)
    for message in missing:
        print(f"  {message}")
    print(f"{path}: {len(missing)} without translation")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
