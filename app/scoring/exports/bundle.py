"""Everything about a round's results in one ZIP, and each part by its name.

The ZIP proves itself: ``data.json`` is what the ranking came from, ``manifest.json`` has the SHA-256 of every other
member, and ``verify.py`` recomputes the ranking with nothing but Python.
"""

import hashlib
import io
import json
import zipfile
from datetime import datetime
from pathlib import Path

from app.clock import PROVINCE_ZONE
from app.scoring.exports.detail import detail_workbook
from app.scoring.exports.differences import differences_workbook
from app.scoring.exports.issuer import Issuer
from app.scoring.exports.matrix import criterion_matrix, field_matrix
from app.scoring.exports.ranking import ranking_workbook
from app.scoring.exports.ranking_report import ranking_document
from app.scoring.models import Round
from app.scoring.queries.records import content_of
from app.web.documents import write_docx, write_pdf

VERIFIER = Path(__file__).with_name("verify.py")
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
    """A ZIP of all parts and their proof."""
    members = {called: part(name, round_, issuer, at=at) for name, called in PARTS.items()}
    members["data.json"] = content_of(round_).encode()
    members["verify.py"] = VERIFIER.read_bytes()
    members["manifest.json"] = _manifest(members, round_, at)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


def _manifest(members: dict[str, bytes], round_: Round, at: datetime) -> bytes:
    manifest = {
        "format": 1,
        "round": {"id": round_.id, "name": round_.name},
        "made_at": at.astimezone(PROVINCE_ZONE).isoformat(timespec="seconds"),
        "files": {name: hashlib.sha256(content).hexdigest() for name, content in members.items()},
    }
    return json.dumps(manifest, ensure_ascii=False, indent=1).encode()
