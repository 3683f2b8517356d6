"""Everything about a round's results in one ZIP, and each part by its name."""

import io
import zipfile
from datetime import datetime

from app.scoring.exports.detail import detail_workbook
from app.scoring.exports.differences import differences_workbook
from app.scoring.exports.issuer import Issuer
from app.scoring.exports.matrix import criterion_matrix, field_matrix
from app.scoring.exports.ranking import ranking_workbook
from app.scoring.exports.ranking_report import ranking_document
from app.scoring.models import Round
from app.web.documents import write_docx, write_pdf

PARTS = {
    "ranking.xlsx": "Bảng xếp hạng.xlsx",
    "fields.xlsx": "Điểm theo lĩnh vực.xlsx",
    "criteria.xlsx": "Điểm theo tiêu chí.xlsx",
    "detail.xlsx": "Phiếu của từng cơ quan.xlsx",
    "differences.xlsx": "Chênh lệch.xlsx",
    "report.docx": "Báo cáo kết quả.docx",
    "report.pdf": "Báo cáo kết quả.pdf",
}


def part(name: str, round_: Round, issuer: Issuer, *, at: datetime) -> bytes:
    """The file called ``name`` in ``PARTS``."""
    workbooks = {
        "ranking.xlsx": ranking_workbook,
        "fields.xlsx": field_matrix,
        "criteria.xlsx": criterion_matrix,
        "detail.xlsx": detail_workbook,
        "differences.xlsx": differences_workbook,
    }
    if name in workbooks:
        return workbooks[name](round_)
    document = ranking_document(round_, issuer, at=at)
    return write_pdf(document) if name.endswith(".pdf") else write_docx(document)


def file_name(name: str, round_: Round) -> str:
    """As it is called on the person's disk: what it is, and of which round."""
    stem, _dot, kind = PARTS[name].rpartition(".")
    return f"{stem} – {round_.name}.{kind}"


def bundle(round_: Round, issuer: Issuer, *, at: datetime) -> bytes:
    """A ZIP of all parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, called in PARTS.items():
            archive.writestr(called, part(name, round_, issuer, at=at))
    return out.getvalue()
