"""A digital signature in a PDF as the rest of the house knows it; ``app.pdf_signature_check`` finds them."""

from datetime import datetime
from enum import StrEnum
from typing import NamedTuple


class Trust(StrEnum):
    """``unchecked``: no roots were given."""

    TRUSTED = "trusted"
    UNTRUSTED = "untrusted"
    UNCHECKED = "unchecked"


class PdfSignature(NamedTuple):
    """``intact``: what was signed is unchanged and the signature is the signer's key's. ``whole``: nothing but further
    signatures was added to the file afterwards. ``stamped``: ``signed_at`` is a time stamp's, not the signer's own.
    """

    name: str
    organisation: str
    signed_at: datetime | None
    stamped: bool
    intact: bool
    whole: bool
    trust: Trust

    @property
    def holds(self) -> bool:
        return self.intact and self.whole


UNREADABLE = PdfSignature("", "", None, False, False, False, Trust.UNCHECKED)
"""A signature that is there and cannot be read."""
