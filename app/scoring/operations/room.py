"""Room for what an agency puts on disk: evidence, its library, and the scans of its signed reports."""

from sqlalchemy import select

from app.errors import Refused
from app.extensions import db
from app.files import size_text
from app.models import Agency
from app.scoring.queries.evidence import Usage, usage_of


def require_room(agency_id: int, name: str, size: int, allowed: Usage) -> None:
    """Refuse the file of so many bytes when the agency may keep no more.

    The agency is held until the commit: two uploads at once do not both take the last place.
    """
    db.session.execute(select(Agency.id).where(Agency.id == agency_id).with_for_update(key_share=True))
    used = usage_of(agency_id)
    if used.files >= allowed.files:
        raise Refused(
            "Cơ quan đã lưu %(used)s tài liệu, mức tối đa là %(allowed)s. Hãy dùng lại tài liệu đã có hoặc đề nghị "
            "Sở Nội vụ tăng mức.",
            field="file",
            used=used.files,
            allowed=allowed.files,
        )
    if used.size + size > allowed.size:
        raise Refused(
            "Cơ quan đã dùng %(used)s trong %(allowed)s dành cho tài liệu; tệp “%(name)s” (%(size)s) không còn chỗ. "
            "Hãy dùng lại tài liệu đã có hoặc đề nghị Sở Nội vụ tăng mức.",
            field="file",
            used=size_text(used.size),
            allowed=size_text(allowed.size),
            name=name,
            size=size_text(size),
        )
