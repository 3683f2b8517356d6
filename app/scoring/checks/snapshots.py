"""Frozen reports: the digest is that of the content, and the content is what the rows say (Đ.6.2, 9.2)."""

import hashlib
import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import exists, func, or_, select

from app.codes import read_verification_code
from app.extensions import db
from app.scoring.checks.rules import named, rule
from app.scoring.models import Sheet, Snapshot
from app.scoring.operations.sheets import canonical_content
from app.scoring.queries.sheets import sheet_page
from app.scoring.states import SheetState

COLUMNS = (Snapshot.id, Snapshot.code)
WORDS = ("told", "working")
"""Of a row: made from its figures, and from the reform index, which goes on after this report was approved."""
CURRENT = Snapshot.status == "current"


@rule("Mã băm phải là của nội dung đã đóng băng")
def digest_of_content() -> Iterator[str]:
    query = select(Snapshot.id, Snapshot.code, Snapshot.digest, Snapshot.content).order_by(Snapshot.id)
    for number, code, digest, content in db.session.execute(query):
        if hashlib.sha256(content.encode()).hexdigest() != digest:
            yield f"bản đóng băng {number} ({code})"


@rule("Mã xác thực phải đúng dạng và không trùng")
def codes_are_readable() -> Iterator[str]:
    for number, code in db.session.execute(select(*COLUMNS).order_by(Snapshot.id)):
        if read_verification_code(code) != code:
            yield f"bản đóng băng {number} ({code})"


@rule("Bản đóng băng còn hiệu lực là bản mà phiếu đang dùng")
def current_is_the_sheets_own() -> Iterator[str]:
    own = exists().where(Sheet.snapshot_id == Snapshot.id, Sheet.id == Snapshot.sheet_id)
    return named("bản đóng băng", select(*COLUMNS).where(own != CURRENT))


@rule("Bản đóng băng chỉ còn hiệu lực khi phiếu đã duyệt trở đi")
def current_when_approved_or_later() -> Iterator[str]:
    query = select(*COLUMNS).join(Sheet, Sheet.id == Snapshot.sheet_id)
    return named("bản đóng băng", query.where(CURRENT, Sheet.state == SheetState.DRAFT))


@rule("Mỗi phiếu có nhiều nhất một bản đóng băng còn hiệu lực")
def one_current_a_sheet() -> Iterator[str]:
    query = select(Snapshot.sheet_id).where(CURRENT).group_by(Snapshot.sheet_id)
    return named("phiếu", query.having(func.count() > 1))


@rule("Bản đóng băng được làm đúng lúc phiếu được duyệt")
def frozen_at_approval() -> Iterator[str]:
    query = select(*COLUMNS).join(Sheet, Sheet.snapshot_id == Snapshot.id)
    other = or_(Sheet.approved_at.is_(None), Snapshot.created_at != Sheet.approved_at)
    return named("bản đóng băng", query.where(other))


@rule("Nội dung đóng băng phải bằng điểm, số liệu, giải trình và tài liệu của phiếu")
def content_equals_rows() -> Iterator[str]:
    query = select(Snapshot, Sheet).join(Sheet, Sheet.snapshot_id == Snapshot.id).order_by(Snapshot.id)
    for snapshot, sheet in db.session.execute(query):
        frozen = _frozen(snapshot.content)
        if frozen is None or frozen != _reduced(_frozen(_now(sheet)), frozen):
            yield f"bản đóng băng {snapshot.id} ({snapshot.code}, {sheet.agency_name})"


def _reduced(now: Any, frozen: Any) -> Any:
    """``now`` without what contents did not hold yet when this one was frozen."""
    if isinstance(now, dict) and isinstance(frozen, dict):
        return {key: _reduced(value, frozen[key]) for key, value in now.items() if key in frozen}
    if isinstance(now, list) and isinstance(frozen, list) and len(now) == len(frozen):
        return [_reduced(value, kept) for value, kept in zip(now, frozen, strict=True)]
    return now


def _now(sheet: Sheet) -> str:
    return canonical_content(sheet_page(sheet), approved_by="", approved_at=sheet.approved_at or datetime.min)


def _frozen(content: str) -> list | None:
    """The parts that later renaming of an agency or a round leaves alone; None when it cannot be read."""
    try:
        read = json.loads(content)
    except json.JSONDecodeError:
        return None
    rows = [{key: value for key, value in row.items() if key not in WORDS} for row in read.get("rows", [])]
    return [rows, read.get("points"), read.get("maximum")]
