"""The manifest: what a backup holds, checked by a schema before anything of it is believed."""

import json
from typing import Any, NamedTuple

from jsonschema import Draft202012Validator

from app.backup import seal
from app.backup.archive import MANIFEST, OLD_SEAL, SEAL, Reader
from app.errors import Refused

FORMAT = 2
_DIGEST = {"type": "string", "pattern": "^[0-9a-f]{64}$"}
_COUNT = {"type": "integer", "minimum": 0}
_RAW_TABLE = {
    "type": "object",
    "required": ["rows", "columns"],
    "additionalProperties": False,
    "properties": {"rows": _COUNT, "columns": {"type": "object", "additionalProperties": _DIGEST}},
}
_FIELDS = {
    "format": {"const": FORMAT},
    "made_at": {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00$"},
    "revision": {"type": "string", "pattern": "^[0-9a-z_]{1,40}$"},
    "rows": _COUNT,
    "files": _COUNT,
    "members": {
        "type": "object",
        "propertyNames": {"pattern": r"^(tables/[a-z0-9_]+\.jsonl|files/[0-9a-f]{64})$"},
        "additionalProperties": _DIGEST,
    },
    "missing": {
        "type": "object",
        "propertyNames": _DIGEST,
        "additionalProperties": {"type": "array", "items": {"type": "string"}},
    },
    "raw": {
        "type": "object",
        "propertyNames": {"pattern": "^[a-z0-9_]+$"},
        "additionalProperties": _RAW_TABLE,
    },
}
SCHEMA = Draft202012Validator(
    {"type": "object", "required": [*_FIELDS], "additionalProperties": False, "properties": _FIELDS}
)


class Summary(NamedTuple):
    """What a backup holds. ``missing``: SHA-256 of each file that the store no longer had → the names it was given;
    ``key``: the id of the key that sealed it, None when the seal was not looked at."""

    made_at: str
    revision: str
    rows: int
    files: int
    missing: dict[str, list[str]]
    key: str | None


class Manifest(NamedTuple):
    """``members``: name → SHA-256; ``raw``: the digests of ``raw.digests`` when the backup was made."""

    summary: Summary
    members: dict[str, str]
    raw: dict[str, dict[str, Any]]

    def tables(self) -> set[str]:
        return {name[7:-6] for name in self.members if name.startswith("tables/")}

    def files(self) -> list[str]:
        """The SHA-256 of each file, in order."""
        return sorted(name[6:] for name in self.members if name.startswith("files/"))


def written(manifest: Manifest) -> bytes:
    fields = {name: value for name, value in manifest.summary._asdict().items() if name != "key"}
    content = {"format": FORMAT, **fields, "members": manifest.members, "raw": manifest.raw}
    return json.dumps(content, ensure_ascii=False, sort_keys=True, indent=1).encode()


def manifest_of(archive: Reader, keys: seal.Keys | None) -> Manifest:
    """The manifest of this backup, its seal checked unless there are no keys; ``Refused`` says what is wrong."""
    if SEAL not in archive.members and OLD_SEAL in archive.members:
        raise Refused(
            "Bản sao lưu theo định dạng cũ, không có niêm phong nên không nhận. Hãy phục hồi bằng phiên bản phần mềm "
            "đã lập bản sao lưu, rồi nâng cấp."
        )
    content, sealed = archive.read(MANIFEST), archive.read(SEAL)
    key = None if keys is None else seal.check(content, sealed, keys)
    fields = _fields(content)
    members, raw = fields.pop("members"), fields.pop("raw")
    del fields["format"]
    return Manifest(Summary(**fields, key=key), members, raw)


def _fields(content: bytes) -> dict[str, Any]:
    try:
        found = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise Refused("Bản sao lưu hỏng: %(name)s không đúng mẫu.", name=MANIFEST) from error
    if isinstance(found, dict) and isinstance(found.get("format"), int) and found["format"] != FORMAT:
        raise Refused(
            "Bản sao lưu theo định dạng %(theirs)s; phần mềm này chỉ đọc định dạng %(ours)s.",
            theirs=found["format"],
            ours=FORMAT,
        )
    wrong = next(SCHEMA.iter_errors(found), None)
    if wrong is not None:
        place = ".".join(str(part)[:60] for part in wrong.absolute_path)
        raise Refused("Bản sao lưu hỏng: %(name)s không đúng mẫu (%(place)s).", name=MANIFEST, place=place or "…")
    return found
