"""The proof that a receipt's sending stands under a nightly root, with the program that checks it: one ZIP."""

import io
import zipfile

from app.audit.proofs import VERIFIER, Proven, proof_text, proven
from app.scoring.models import Sheet

PROOF = "bang-chung.json"


def proven_sending(sheet: Sheet) -> Proven | None:
    """The sheet's last sending and its root; None until the root of that night is made."""
    return proven(f"sheet:{sheet.id}", "sheet_sent", sheet.id)


def proof_bundle(found: Proven) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(PROOF, proof_text(found))
        archive.writestr(VERIFIER.name, VERIFIER.read_bytes())
    return out.getvalue()
