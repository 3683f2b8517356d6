"""Báo cáo tự đánh giá as a file: DOCX, PDF, XLSX; a draft says that it is one (Đ.9.2)."""

from io import BytesIO
from typing import BinaryIO

from flask import abort, current_app, send_file
from flask_appbuilder import expose, permission_name
from flask_appbuilder.security.decorators import has_access

from app.agencies import symbol_kept
from app.clock import now
from app.media_types import MEDIA_TYPES
from app.pdf_text import page_texts
from app.scoring.exports.comparison import PdfFacts
from app.scoring.exports.detail import sheet_workbook
from app.scoring.exports.issuer import Issuer
from app.scoring.exports.report import report_document
from app.scoring.models import Sheet
from app.scoring.queries.sheets import get_sheet
from app.web.desk import DeskView, me
from app.web.documents import write_docx, write_pdf
from app.web.uploads import send_stored


def issuer() -> Issuer:
    """Who stands at the head of a document, as configured."""
    config = current_app.config
    return Issuer(
        province=config["PROVINCE"],
        committee=config["PROVINCE_PEOPLES_COMMITTEE"],
        home_affairs=config["HOME_AFFAIRS"],
        base_url=config["BASE_URL"],
        symbol=symbol_kept(config["HOME_AFFAIRS"]),
    )


def pdf_facts(file: BinaryIO) -> PdfFacts:
    """Text and digital signatures of a file that was sent; empty for what is no PDF."""
    from app.pdf_signature_check import (
        pdf_signatures,
        trust_roots,
    )  # pyHanko takes a while to load, and few need it

    folder = current_app.config["SIGNATURE_ROOTS"]
    return PdfFacts(page_texts(file), pdf_signatures(file, trust_roots(folder)))


def _written(sheet: Sheet, kind: str) -> bytes:
    if kind == "xlsx":
        return sheet_workbook(sheet, issuer())
    document = report_document(sheet, issuer(), at=now())
    return write_docx(document) if kind == "docx" else write_pdf(document)


class ReportView(DeskView):
    route_base = "/reports"

    @expose("/<int:sheet_id>/signed")
    @has_access
    @permission_name("read")
    def signed(self, sheet_id: int):
        """The signed report as it was sent or stands to be sent."""
        sheet = get_sheet(me(), sheet_id)
        if sheet.signed_file is None:
            abort(404)
        return send_stored(sheet.signed_file, sheet.signed_file_name)

    @expose("/<int:sheet_id>/<any(docx, pdf, xlsx):kind>")
    @has_access
    @permission_name("read")
    def download(self, sheet_id: int, kind: str):
        sheet = get_sheet(me(), sheet_id)
        name = f"Báo cáo tự đánh giá – {sheet.agency_name} – {sheet.round.name}.{kind}"
        return send_file(
            BytesIO(_written(sheet, kind)),
            mimetype=MEDIA_TYPES[kind],
            as_attachment=True,
            download_name=name.replace("/", "-"),
        )
