"""The seal of a backup: HMAC-SHA256 of its manifest, with a key that lies neither in the backup nor beside the data.

The key is ``BACKUP_KEY`` (a systemd credential or a variable). It may hold several words: the first seals, the others
still open what was sealed before. Where it is not set, the first backup makes a key in a file of its own.
"""

import hmac
import os
import secrets
from pathlib import Path
from typing import NamedTuple

from app.errors import Conflict, Refused

SHORTEST = 32
SETTING = "BACKUP_KEY"
_METHOD = "hmac-sha256"
_ID_OF = b"cham-diem: which key sealed this backup"

Keys = tuple[bytes, ...]


class Seal(NamedTuple):
    key_id: str
    digest: str


def keys_of(words: str) -> Keys:
    """The keys in a setting; ``Conflict`` for one that could be guessed."""
    keys = tuple(word.encode() for word in words.split())
    if any(len(key) < SHORTEST for key in keys):
        raise Conflict(
            "Khóa niêm phong bản sao lưu (%(setting)s) phải dài ít nhất %(shortest)s ký tự.",
            setting=SETTING,
            shortest=SHORTEST,
        )
    if not keys:
        raise Conflict("Không có khóa niêm phong bản sao lưu. Hãy đặt %(setting)s.", setting=SETTING)
    return keys


def key_file(data_dir: Path) -> Path:
    """Where the key lies without ``BACKUP_KEY``: in a folder beside the data's, so that no copy of that has it."""
    return data_dir.with_name(f"{data_dir.name}-key") / "backup-key"


def kept_keys(place: Path) -> Keys:
    """The keys in this file; ``Conflict`` when it is not there."""
    try:
        return keys_of(place.read_text(encoding="ascii"))
    except (OSError, UnicodeDecodeError) as error:
        raise Conflict(
            "Không có khóa niêm phong bản sao lưu: chưa đặt %(setting)s và không đọc được tệp %(place)s.",
            setting=SETTING,
            place=place,
        ) from error


def make_key(place: Path) -> bool:
    """Make a key in this file (mode 0600) unless one is there; whether it was made now."""
    if place.exists():
        return False
    try:
        place.parent.mkdir(mode=0o700, exist_ok=True)
        descriptor = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return False
    except OSError as error:
        raise Conflict(
            "Chưa có khóa niêm phong bản sao lưu và không ghi được tệp %(place)s (%(why)s). Hãy đặt %(setting)s.",
            setting=SETTING,
            place=place,
            why=error.strerror,
        ) from error
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(secrets.token_hex(32) + "\n")
        file.flush()
        os.fsync(file.fileno())
    return True


def key_id(key: bytes) -> str:
    """A name for the key that does not give it away."""
    return hmac.digest(key, _ID_OF, "sha256").hex()[:16]


def sealed(content: bytes, keys: Keys) -> bytes:
    """The seal of this content as it stands in the backup."""
    return f"{_METHOD} {key_id(keys[0])} {hmac.digest(keys[0], content, 'sha256').hex()}\n".encode()


def check(content: bytes, seal: bytes, keys: Keys) -> str:
    """The id of the key whose seal this is; ``Refused`` when it is none of ours, or of another content."""
    words = seal.decode("ascii", "replace").split()
    if len(words) != 3 or words[0] != _METHOD:
        raise Refused("Bản sao lưu hỏng: niêm phong không đúng mẫu.")
    claimed = Seal(*words[1:])
    key = next((key for key in keys if key_id(key) == claimed.key_id), None)
    if key is None:
        raise Refused(
            "Bản sao lưu niêm phong bằng khóa %(theirs)s; ở đây chỉ có khóa %(ours)s.",
            theirs=claimed.key_id[:16],
            ours=", ".join(map(key_id, keys)),
        )
    if not hmac.compare_digest(hmac.digest(key, content, "sha256").hex().encode(), claimed.digest.encode()):
        raise Refused("Niêm phong không khớp: bản sao lưu đã bị sửa hoặc bị làm giả.")
    return claimed.key_id
