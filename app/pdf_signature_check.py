"""Digital signatures in a PDF (PAdES, ISO 32000): who signed, when, and whether the file still is what was signed.

pyHanko does the work, offline: no list of revoked certificates is fetched. A certificate is trusted when its chain
ends in one of the given roots; without roots nothing is said about trust. Nothing here raises for a file's content.
"""

import asyncio
import logging
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO

from asn1crypto.x509 import Certificate
from pyhanko.keys import load_certs_from_pemder
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.validation import KeyUsageConstraints, async_validate_pdf_signature
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.status import PdfSignatureStatus, SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from app.pdf_signatures import UNREADABLE, PdfSignature, Trust

log = logging.getLogger(__name__)
MOST_SIGNATURES = 20
_USAGE = KeyUsageConstraints(key_usage={"digital_signature", "non_repudiation"}, match_all_key_usages=False)


def trust_roots(folder: Path | None) -> list[Certificate]:
    """The certificates (PEM or DER) in the folder; none when there is no folder."""
    files = sorted(folder.iterdir()) if folder is not None and folder.is_dir() else []
    return list(
        load_certs_from_pemder([str(file) for file in files if file.suffix in (".pem", ".crt", ".cer")])
    )


def pdf_signatures(file: BinaryIO, roots: Sequence[Certificate] = ()) -> list[PdfSignature]:
    """Every signature in the order of signing; none for a file that cannot be read as PDF."""
    try:
        file.seek(0)
        embedded = PdfFileReader(file, strict=False).embedded_regular_signatures[:MOST_SIGNATURES]
    except Exception:  # a malformed file raises whatever its damage leads to
        log.info("signatures of a PDF not read", exc_info=True)
        return []
    return [_signature(one, roots) for one in embedded]


def _signature(embedded: EmbeddedPdfSignature, roots: Sequence[Certificate]) -> PdfSignature:
    try:
        context = ValidationContext(
            trust_roots=list(roots), allow_fetching=False, revocation_mode="soft-fail"
        )
        checked = async_validate_pdf_signature(embedded, context, context, key_usage_settings=_USAGE)
        return _told(asyncio.run(checked), roots)
    except Exception:
        log.info("a signature of a PDF not checked", exc_info=True)
        return UNREADABLE._replace(name=_common_name(embedded))


def _told(status: PdfSignatureStatus, roots: Sequence[Certificate]) -> PdfSignature:
    subject = status.signing_cert.subject.native
    stamp = status.timestamp_validity
    stamped = stamp is not None and stamp.intact and stamp.valid
    return PdfSignature(
        name=_text(subject.get("common_name")),
        organisation=_text(subject.get("organization_name")),
        signed_at=stamp.timestamp if stamped else status.signer_reported_dt,
        stamped=stamped,
        intact=status.intact and status.valid,
        whole=_is_whole(status),
        trust=(Trust.TRUSTED if status.trusted else Trust.UNTRUSTED) if roots else Trust.UNCHECKED,
    )


def _is_whole(status: PdfSignatureStatus) -> bool:
    """The signature covers the file, or what follows it changes nothing that is read: further signatures, proofs."""
    if status.coverage == SignatureCoverageLevel.ENTIRE_FILE:
        return True
    level = status.modification_level
    harmless = level is not None and level <= ModificationLevel.FORM_FILLING
    return status.coverage == SignatureCoverageLevel.ENTIRE_REVISION and harmless


def _common_name(embedded: EmbeddedPdfSignature) -> str:
    try:
        return _text(embedded.signer_cert.subject.native.get("common_name"))
    except Exception:
        return ""


def _text(value: str | list[str] | None) -> str:
    """A name of a certificate, which may have several; the last one is the most specific."""
    text = value[-1] if isinstance(value, list) and value else value
    return str(text or "")[:200]
