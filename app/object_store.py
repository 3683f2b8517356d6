"""The evidence store in S3-compatible storage: the same addresses and verbs, for servers that share no folder.

A content arrives in a folder of this machine, is judged there, and is put under its digest in one request; what is
there is never renamed. ``FILES_URL`` is ``s3://bucket/prefix``; keys, region and ``AWS_ENDPOINT_URL_S3`` come from
the environment in the client's own words.
"""

import hashlib
import tempfile
from collections.abc import Container, Iterator
from datetime import datetime
from pathlib import Path
from typing import BinaryIO
from urllib.parse import urlsplit

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from app.errors import Unavailable
from app.files import FileStore

SECONDS = 20
_IN_MEMORY = 8 * 1024 * 1024
_ABSENT = {"404", "NoSuchKey", "NotFound"}


class ObjectStore(FileStore):
    """``root`` only holds what is arriving; contents are objects of the bucket."""

    def __init__(self, url: str, root: Path, max_bytes: int, clamd: str | None = None):
        super().__init__(root, max_bytes, clamd)
        parts = urlsplit(url)
        self.bucket, self.prefix = parts.netloc, parts.path.strip("/")
        settings = Config(connect_timeout=SECONDS, read_timeout=SECONDS, retries={"max_attempts": 3})
        self.client = boto3.session.Session().client("s3", config=settings)

    def key(self, sha256: str) -> str:
        return self._key(super().path(sha256).relative_to(self.root).as_posix())

    def _key(self, place: str) -> str:
        return f"{self.prefix}/{place}" if self.prefix else place

    def exists(self, sha256: str) -> bool:
        return self.size(sha256) is not None

    def size(self, sha256: str) -> int | None:
        try:
            return self.client.head_object(Bucket=self.bucket, Key=self.key(sha256))["ContentLength"]
        except ClientError as error:
            if error.response["Error"]["Code"] in _ABSENT:
                return None
            raise _silent() from error
        except BotoCoreError as error:
            raise _silent() from error

    def open(self, sha256: str) -> BinaryIO:
        """The content in a file of this machine that is gone when it is closed."""
        content = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 – the caller closes it
        try:
            self.client.download_fileobj(self.bucket, self.key(sha256), content)
        except (ClientError, BotoCoreError) as error:
            content.close()
            if isinstance(error, ClientError) and error.response["Error"]["Code"] in _ABSENT:
                raise FileNotFoundError(sha256) from error
            raise _silent() from error
        content.seek(0)
        return content

    def verify(self, sha256: str) -> bool:
        try:
            with self.open(sha256) as content:
                digest = hashlib.sha256()
                while piece := content.read(_IN_MEMORY):
                    digest.update(piece)
        except FileNotFoundError:
            return False
        return digest.hexdigest() == sha256

    def strays(self, known: Container[str], before: datetime) -> Iterator[Path]:
        for name, written in self._objects():
            path = self.root / name
            if written < before and not (path.name in known and self.is_content(path)):
                yield path

    def remove(self, path: Path, before: datetime) -> bool:
        """Delete an object that is still as old as ``strays`` found it."""
        place = {"Bucket": self.bucket, "Key": self._key(path.relative_to(self.root).as_posix())}
        try:
            if self.client.head_object(**place)["LastModified"] >= before:
                return False
            self.client.delete_object(**place)
        except ClientError as error:
            if error.response["Error"]["Code"] in _ABSENT:
                return False
            raise _silent() from error
        except BotoCoreError as error:
            raise _silent() from error
        return True

    def answers(self) -> bool:
        """Whether the bucket is there and ours; OSError with the reason when not."""
        try:
            self.client.head_bucket(Bucket=self.bucket)
        except (ClientError, BotoCoreError) as error:
            raise OSError(f"object store: {error}") from error
        return True

    def _objects(self) -> Iterator[tuple[str, datetime]]:
        """(name below the prefix, when it was written)"""
        start = f"{self.prefix}/" if self.prefix else ""
        for page in self.client.get_paginator("list_objects_v2").paginate(Bucket=self.bucket, Prefix=start):
            for found in page.get("Contents", []):
                yield found["Key"].removeprefix(start), found["LastModified"]

    def _move_into_place(self, arrived: Path, place: Path) -> None:
        key = self.key(place.name)
        try:
            self.client.upload_file(str(arrived), self.bucket, key)
        except (ClientError, BotoCoreError, boto3.exceptions.S3UploadFailedError) as error:
            raise _silent() from error


def _silent() -> Unavailable:
    return Unavailable("Kho tài liệu chưa trả lời nên chưa làm được. Hãy thử lại sau ít phút.")
