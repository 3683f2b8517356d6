"""Time stamps of a service outside the house (RFC 3161): asked for over a root's statement, kept, and checked."""

import base64
import hashlib
from datetime import datetime
from pathlib import Path

import requests
from cryptography.x509 import Certificate, load_pem_x509_certificates
from flask import current_app
from rfc3161_client import (
    TimestampRequestBuilder,
    TimeStampResponse,
    VerificationError,
    VerifierBuilder,
    decode_timestamp_response,
)

from app.errors import Conflict

TIMEOUT_SECONDS = 20
MOST_BYTES = 64 * 1024
ASKING = {"Content-Type": "application/timestamp-query", "Accept": "application/timestamp-reply"}


def ask_for_stamp(statement: str) -> str | None:
    """The service's answer in base 64, checked; None when no service is set. ``Conflict`` says why there is none."""
    address = current_app.config["AUDIT_TSA_URL"]
    if not address:
        return None
    request = TimestampRequestBuilder().data(statement.encode()).build()
    try:
        answer = requests.post(
            address, data=request.as_bytes(), headers=ASKING, timeout=TIMEOUT_SECONDS, stream=True
        )
        answer.raise_for_status()
        content = answer.raw.read(MOST_BYTES, decode_content=True)
        response = decode_timestamp_response(content)
        _check(response, statement, nonce=request.nonce)
    except (requests.RequestException, OSError, ValueError, VerificationError) as error:
        raise Conflict(
            "Dịch vụ cấp dấu thời gian không trả lời đúng: %(why)s.", why=str(error)[:200]
        ) from error
    return base64.b64encode(content).decode()


def stamped_at(stamp: str, statement: str) -> datetime | None:
    """When the service saw the statement; None when the stamp is not for it or is not the service's."""
    try:
        response = decode_timestamp_response(base64.b64decode(stamp, validate=True))
        _check(response, statement)
    except (ValueError, VerificationError):
        return None
    return response.tst_info.gen_time


def _check(response: TimeStampResponse, statement: str, nonce: int | None = None) -> None:
    """By the certificates of ``AUDIT_TSA_CERTIFICATES``; without them only that the stamp is over this statement."""
    roots = _certificates()
    if not roots:
        if response.tst_info.message_imprint.message != _imprint(response, statement):
            raise VerificationError("the stamp is over something else")
        if nonce is not None and response.tst_info.nonce != nonce:
            raise VerificationError("the answer is to another request")
        return
    verifier = VerifierBuilder(roots=roots, nonce=nonce).build()
    verifier.verify_message(response, statement.encode())


def _imprint(response: TimeStampResponse, statement: str) -> bytes:
    """Requests are made with SHA-512, the library's own choice."""
    size = len(response.tst_info.message_imprint.message)
    return {32: hashlib.sha256, 48: hashlib.sha384}.get(size, hashlib.sha512)(statement.encode()).digest()


def _certificates() -> list[Certificate]:
    place = current_app.config["AUDIT_TSA_CERTIFICATES"]
    return load_pem_x509_certificates(Path(place).read_bytes()) if place else []
