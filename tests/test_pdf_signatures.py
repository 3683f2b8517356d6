"""Digital signatures of a PDF: who, whether the file still is what was signed, whether the certificate is trusted."""

from io import BytesIO

import pytest

from app.pdf_signature_check import pdf_signatures, trust_roots
from app.pdf_signatures import Trust
from app.web.documents import write_pdf
from tests.pdf_signing import WHERE, WHO, authority, roots_folder, signed, with_page_added
from tests.web.documents.sample import report


@pytest.fixture(scope="module")
def plain() -> bytes:
    return write_pdf(report(rows=1))


@pytest.fixture(scope="module")
def once(plain) -> bytes:
    return signed(plain)


def _found(pdf, roots=()):
    return pdf_signatures(BytesIO(pdf), roots)


def test_a_signature_names_its_signer_and_holds(once):
    (found,) = _found(once)
    assert (found.name, found.organisation, found.intact, found.whole) == (WHO, WHERE, True, True)
    assert (found.signed_at is not None, found.stamped) == (True, False)


def test_without_roots_nothing_is_said_of_trust_and_with_them_the_chain_counts(once, tmp_path):
    roots = trust_roots(roots_folder(tmp_path))
    strange = trust_roots(_other_root(tmp_path))
    assert [_found(once, given)[0].trust for given in ((), roots, strange)] == [
        Trust.UNCHECKED,
        Trust.TRUSTED,
        Trust.UNTRUSTED,
    ]


def _other_root(folder):
    fresh = authority.__wrapped__()
    (folder / "other").mkdir()
    (folder / "other" / "root.cer").write_bytes(fresh.root)
    (folder / "other" / "README").write_text("no certificate")
    return folder / "other"


def test_several_signatures_are_listed_in_their_order_and_the_first_still_holds(once):
    found = _found(signed(once, "Signature2"))
    assert [(one.intact, one.whole) for one in found] == [(True, True), (True, True)]


def test_a_changed_byte_breaks_the_signature(once, plain):
    changed = once[:900] + bytes([once[900] ^ 1]) + once[901:]
    assert [one.intact for one in _found(changed)] == [False]


def test_what_is_added_after_signing_is_seen(once):
    (found,) = _found(with_page_added(once))
    assert (found.intact, found.whole, found.holds) == (True, False, False)


@pytest.mark.parametrize("damage", [b"", b"%PDF-1.4 nothing", b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\n%%EOF"])
def test_a_file_that_is_no_pdf_has_no_signatures(damage):
    assert _found(damage) == []


def test_an_unsigned_report_has_none(plain):
    assert _found(plain) == []
