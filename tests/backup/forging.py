"""Backups as hands make them: members changed, added, turned into links; with or without the right digests and seal."""

import hashlib
import json
import tarfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

from app.backup import seal
from tests.conftest import BACKUP_KEYS

Members = dict[str, bytes]


def members_of(source: Path) -> Members:
    with tarfile.open(source) as archive:
        return {member.name: archive.extractfile(member).read() for member in archive.getmembers()}


def write(target: Path, members: Members, kinds: dict[str, bytes] | None = None) -> Path:
    """A tar of these members; ``kinds`` are types of tar for some of them, which then hold nothing."""
    with tarfile.open(target, "w") as archive:
        for name, content in members.items():
            member = tarfile.TarInfo(name)
            member.type = (kinds or {}).get(name, tarfile.REGTYPE)
            member.linkname = "manifest.json" if member.type in (tarfile.SYMTYPE, tarfile.LNKTYPE) else ""
            member.size = len(content) if member.type == tarfile.REGTYPE else 0
            archive.addfile(member, BytesIO(content))
    return target


def rewrite(source: Path, change: Callable[[Members], None]) -> Path:
    """The same backup after ``change(members)``, its digests and seal as they were."""
    members = members_of(source)
    change(members)
    return write(source, members)


def manifest_in(members: Members) -> dict:
    return json.loads(members["manifest.json"])


def settle(members: Members, manifest: object = None, keys=BACKUP_KEYS) -> None:
    """Make the digests and the seal right again, as whoever holds the key could."""
    found = manifest_in(members) if manifest is None else manifest
    if manifest is None:
        held = {name: content for name, content in members.items() if not name.startswith("manifest.")}
        found["members"] = {name: hashlib.sha256(content).hexdigest() for name, content in held.items()}
    members["manifest.json"] = found if isinstance(found, bytes) else json.dumps(found).encode()
    members["manifest.seal"] = seal.sealed(members["manifest.json"], keys)


def replace(name: str, old: bytes, new: bytes, keys=None) -> Callable[[Members], None]:
    """Change one member; with ``keys`` the digests and the seal follow."""

    def change(members: Members) -> None:
        assert old in members[name]
        members[name] = members[name].replace(old, new, 1)
        if keys is not None:
            settle(members, keys=keys)

    return change
