"""The last nightly root, as printed in minutes and reports: paper that tells later whether the trail was changed."""

from app.audit.roots import last_root, short_code
from app.clock import PROVINCE_ZONE
from app.web.documents import Paragraph


def root_lines() -> list[Paragraph]:
    """One line with the number, day and code of the last root; none before the first."""
    root = last_root()
    if root is None:
        return []
    day = root.made_at.astimezone(PROVINCE_ZONE)
    text = f"Dấu nhật ký số {root.number}, lập ngày {day:%d/%m/%Y}: {short_code(root)}"
    return [Paragraph(text, align="left", italic=True)]
