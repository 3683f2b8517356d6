"""The demo province (Thanh Hóa): agencies, people, sets and rounds up to a stage, always the same.

Acts go through the operations that people use, with made-up people as actors; only the points of many rows are
written in bulk. Everything drawn comes from one seed, so that two machines show the same province.
"""

from datetime import datetime
from pathlib import Path

from app.scoring.demo.office import fill_office
from app.scoring.demo.people import PASSWORD, SHOWN_ACCOUNTS
from app.scoring.demo.province import make_province
from app.scoring.demo.summary import Summary, summarise
from app.scoring.demo.year import half_year, next_year, past_years, this_year

__all__ = ["PASSWORD", "SHOWN_ACCOUNTS", "STAGES", "build"]

STAGES = ("draft", "submitted", "appraised", "concluded")


def build(
    stage: str,
    *,
    at: datetime,
    files_dir: Path,
    max_bytes: int = 20 * 1024 * 1024,
    per_group: int | None = None,
) -> Summary:
    """Fill an empty, migrated database that has its roles, up to ``stage``; does not commit.

    ``per_group`` makes a small province: so many units, districts and communes beside the departments.
    """
    province = make_province(at=at, files_dir=files_dir, max_bytes=max_bytes, per_group=per_group)
    past_years(province)
    half_year(province, at=at)
    this_year(province, STAGES.index(stage), at=at)
    next_year(province, at=at)
    fill_office(province, at=at)
    return summarise()
