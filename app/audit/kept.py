"""What was kept outside the house against the database: log lines, saved mails, receipts' proofs.

Any line of the file that holds a JSON object is looked at: a link of a chain (``chain``, ``place``, ``hash``), a root
(``number``, ``root``, ``signature``), or a receipt's proof, which holds both.
"""

import json
from collections.abc import Iterator
from email import message_from_bytes, policy
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import select, tuple_

from app.audit.coverage import Lines, uncovered
from app.audit.keys import is_signed, trusted_keys
from app.audit.models import AuditRoot
from app.audit.roots import as_line, statement
from app.errors import Sentence
from app.extensions import db
from app.models import AuditEvent, AuditHead

BATCH = 400
MAILS = (".eml", ".mbox")
ROOT_FIELDS = ("number", "made_at", "former", "root", "leaves", "events", "public_key", "signature")


class Kept(NamedTuple):
    """How much of the file was compared, and what does not agree."""

    links: int
    roots: int
    findings: list[Sentence]


def against(path: Path) -> Kept:
    """Compare all that the file holds; nothing of ours in it is told by ``links`` and ``roots`` both 0."""
    links, roots, found, lines = 0, 0, [], Lines()
    objects = _objects(path)
    while batch := list(islice(objects, BATCH)):
        marks = {(o["chain"], o["place"]): o["hash"] for o in batch if _is_link(o)}
        kept_roots = [o for o in batch if _is_root(o)]
        links, roots = links + len(marks), roots + len(kept_roots)
        found += [*_links(marks), *(sentence for root in kept_roots for sentence in _root(root))]
        lines.take(batch)
    found += uncovered(lines)
    return Kept(links, roots, [*{str(sentence): sentence for sentence in found}.values()])


def _is_link(read: dict) -> bool:
    return (
        isinstance(read.get("chain"), str)
        and type(read.get("place")) is int
        and isinstance(read.get("hash"), str)
    )


def _is_root(read: dict) -> bool:
    return type(read.get("number")) is int and isinstance(read.get("root"), str) and "signature" in read


def _objects(path: Path) -> Iterator[dict[str, Any]]:
    """Every JSON object of a file of lines, and the objects directly within it."""
    for line in _lines(path):
        start = line.find("{")
        if start < 0:
            continue
        try:
            read = json.loads(line[start:])
        except ValueError:
            continue
        if isinstance(read, dict):
            yield read
            yield from (inner for inner in read.values() if isinstance(inner, dict))


def _lines(path: Path) -> Iterator[str]:
    if path.suffix.lower() in MAILS:
        message = message_from_bytes(path.read_bytes(), policy=policy.default)
        for part in message.walk():
            if part.get_content_type() == "text/plain":
                yield from part.get_content().splitlines()
        return
    with path.open(encoding="utf-8", errors="replace") as file:
        if path.suffix.lower() == ".json":
            yield " ".join(file.read().split("\n"))
        else:
            yield from file


def _links(marks: dict[tuple[str, int], str]) -> Iterator[Sentence]:
    if not marks:
        return
    wanted = tuple_(AuditEvent.chain, AuditEvent.place).in_(list(marks))
    there = {
        (chain, place): mark
        for chain, place, mark in db.session.execute(
            select(AuditEvent.chain, AuditEvent.place, AuditEvent.hash).where(wanted)
        )
    }
    ends = dict(db.session.execute(select(AuditHead.chain, AuditHead.place)).all())
    for (chain, place), mark in marks.items():
        values = {"chain": chain, "place": place, "end": ends.get(chain, 0)}
        if (chain, place) not in there:
            yield Sentence(
                "Chuỗi %(chain)s: bản giữ ngoài có mắt xích %(place)s, cơ sở dữ liệu chỉ đến %(end)s "
                "(cũ hơn hoặc đã bị cắt).",
                values,
            )
        elif there[chain, place] != mark:
            yield Sentence(
                "Chuỗi %(chain)s: mắt xích %(place)s khác với bản giữ ngoài (đã bị sửa hoặc lập lại).", values
            )


def _root(kept: dict[str, Any]) -> Iterator[Sentence]:
    values = {"number": kept["number"]}
    root = db.session.get(AuditRoot, kept["number"])
    if root is None:
        yield Sentence(
            "Dấu nhật ký số %(number)s có ở bản giữ ngoài, không có trong cơ sở dữ liệu (cũ hơn hoặc đã bị cắt).",
            values,
        )
        return
    if any(kept.get(name) != as_line(root)[name] for name in ROOT_FIELDS):
        yield Sentence("Dấu nhật ký số %(number)s khác với bản giữ ngoài.", values)
    trusted = trusted_keys()
    if trusted and (
        kept.get("public_key") not in trusted
        or not is_signed(statement(root), str(kept.get("signature")), str(kept.get("public_key")))
    ):
        yield Sentence(
            "Dấu nhật ký số %(number)s ở bản giữ ngoài không mang chữ ký của khóa đã biết.", values
        )
