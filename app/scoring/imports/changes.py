"""What an import would change in rows that are there already, cell by cell, to be seen before it is done."""

import hashlib
import json
from collections.abc import Iterable
from typing import NamedTuple

from app.errors import Sentence


class Change(NamedTuple):
    """``what`` names the row's object; ``column`` is the column's English name; ``old`` and ``new`` as texts."""

    row: int
    what: str
    column: str
    old: str
    new: str

    def as_dict(self) -> dict[str, str | int]:
        return self._asdict()


def mark_of(changes: Iterable[Change]) -> str:
    """A digest of what a person was shown, to find out whether the import would do something else now."""
    text = json.dumps([list(change) for change in changes], ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


MOVED = Sentence("Dữ liệu đã thay đổi từ lúc xem trước. Hãy xem lại các thay đổi rồi mới nhập.")


def unchanged(rows: int) -> Sentence:
    """How many rows say what is there already."""
    return Sentence("Có %(count)s dòng giống nội dung đã có; giữ nguyên.", {"count": rows})
