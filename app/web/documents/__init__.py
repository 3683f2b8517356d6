"""Administrative documents in the form of Decree 30/2020/NĐ-CP, as DOCX and as PDF from one description."""

from app.web.documents.docx import write_docx
from app.web.documents.model import (
    AdministrativeDocument,
    Column,
    Heading,
    Paragraph,
    Row,
    Signature,
    Table,
    Verification,
)
from app.web.documents.pdf import write_pdf

__all__ = [
    "AdministrativeDocument",
    "Column",
    "Heading",
    "Paragraph",
    "Row",
    "Signature",
    "Table",
    "Verification",
    "write_docx",
    "write_pdf",
]
