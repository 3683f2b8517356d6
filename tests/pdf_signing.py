"""Signed PDFs made by certificates of a test's own: a root, and a person of an agency below it."""

import datetime
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import NameOID
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import PdfSignatureMetadata, signers
from pypdf import PdfWriter

WHO, WHERE = "Nguyễn Văn An", "Sở Tư pháp"


class Authority(NamedTuple):
    """``root``: its certificate as PEM; ``signer``: the key and chain of the person."""

    root: bytes
    signer: signers.SimpleSigner


@cache
def authority() -> Authority:
    """Made once: certificates are for reading."""
    root_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    root_name = _name("Root CA thử nghiệm", "Đơn vị cấp chứng thư")
    root = _certificate(root_name, root_name, root_key, root_key, is_ca=True)
    person = _certificate(_name(WHO, WHERE), root_name, key, root_key, is_ca=False)
    packed = pkcs12.serialize_key_and_certificates(b"x", key, person, [root], serialization.NoEncryption())
    return Authority(root.public_bytes(serialization.Encoding.PEM), signers.SimpleSigner.load_pkcs12_data(packed, []))


def _name(common: str, organisation: str) -> x509.Name:
    attributes = ((NameOID.ORGANIZATION_NAME, organisation), (NameOID.COMMON_NAME, common))
    return x509.Name([x509.NameAttribute(oid, value) for oid, value in attributes])


def _certificate(name: x509.Name, issuer: x509.Name, key, issuer_key, *, is_ca: bool) -> x509.Certificate:
    moment, day = datetime.datetime.now(datetime.UTC), datetime.timedelta(days=1)
    usage = dict.fromkeys(("key_encipherment", "data_encipherment", "key_agreement", "crl_sign"), False)
    usage |= dict.fromkeys(("encipher_only", "decipher_only"), False)
    usage |= {"digital_signature": not is_ca, "content_commitment": not is_ca, "key_cert_sign": is_ca}
    return (
        x509.CertificateBuilder(issuer, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(moment - day)
        .not_valid_after(moment + day)
        .add_extension(x509.BasicConstraints(ca=is_ca, path_length=None), critical=True)
        .add_extension(x509.KeyUsage(**usage), critical=True)
        .sign(issuer_key, hashes.SHA256())
    )


def signed(pdf: bytes, field: str = "Signature1") -> bytes:
    """The PDF with one more signature, added to its end."""
    out = BytesIO()
    writer = IncrementalPdfFileWriter(BytesIO(pdf))
    signers.sign_pdf(writer, PdfSignatureMetadata(field_name=field), authority().signer, output=out)
    return out.getvalue()


def with_page_added(pdf: bytes) -> bytes:
    """Changed after signing, by adding to its end as signing does."""
    writer, out = PdfWriter(BytesIO(pdf), incremental=True), BytesIO()
    writer.add_blank_page(width=100, height=100)
    writer.write(out)
    return out.getvalue()


def roots_folder(folder: Path) -> Path:
    """A folder that holds the root."""
    (folder / "root.pem").write_bytes(authority().root)
    return folder
