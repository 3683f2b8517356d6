"""Reading what was typed: rounds, groups, sets and times; wrong ones are wrong use (exit status 2)."""

import functools
from collections.abc import Callable, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any, TypeVar

import click
from sqlalchemy import select

from app import moments
from app.errors import Refused
from app.extensions import db
from app.models import AgencyGroup
from app.scoring.imports.columns import Reading
from app.scoring.imports.legacy_letters import NAMES
from app.scoring.models import CriteriaSet, Round
from app.scoring.periods import period_bounds

Value = TypeVar("Value")
FILE = click.Path(exists=True, dir_okay=False, readable=True, path_type=Path)
PROGRAMME = click.Choice(["cchc", "htnv"])

file_argument = click.argument("file", type=FILE)
dry_run_option = click.option("--dry-run", is_flag=True, help="Chỉ in những gì sẽ thay đổi; không nhập.")
round_option = click.option("--round", "round_id", type=int, required=True, help="Số của kỳ chấm điểm.")


def reading_options(act: Callable) -> Callable:
    """``--sheet``, ``--hidden-rows`` and ``--letters``, given to the command as one ``reading``."""

    @click.option("--sheet", default="", metavar="TÊN", help="Trang tính cần đọc; để trống thì trang đầu có đủ cột.")
    @click.option("--hidden-rows", is_flag=True, help="Đọc cả các dòng đang ẩn.")
    @click.option("--letters", type=click.Choice(list(NAMES)), help="Chuyển bảng mã cũ này sang Unicode.")
    @functools.wraps(act)
    def run(sheet: str, hidden_rows: bool, letters: str | None, **options: Any) -> Any:
        return act(reading=Reading(sheet, hidden_rows, letters or ""), **options)

    return run


def the_round(round_id: int) -> Round:
    round_ = db.session.get(Round, round_id)
    if round_ is None:
        raise click.UsageError(f"Không có kỳ chấm điểm số {round_id}.")
    return round_


def the_group(code: str) -> AgencyGroup:
    group = db.session.scalars(select(AgencyGroup).where(AgencyGroup.code == code)).one_or_none()
    if group is None:
        known = ", ".join(db.session.scalars(select(AgencyGroup.code).order_by(AgencyGroup.sort_order)))
        raise click.UsageError(f"Không có khối mang mã “{code}”. Các khối hiện có: {known or 'chưa có'}.")
    return group


def the_groups(codes: Sequence[str]) -> list[AgencyGroup]:
    """Each group once, in the order first typed."""
    return [the_group(code) for code in dict.fromkeys(codes)]


def the_sets(pairs: Sequence[str]) -> dict[AgencyGroup, CriteriaSet]:
    """``so=3`` → group → criteria set."""
    found: dict[AgencyGroup, CriteriaSet] = {}
    for pair in pairs:
        code, equals, number = pair.partition("=")
        if not equals or not number.strip().isdigit():
            raise click.UsageError(f"--set phải ghi KHỐI=SỐ_BỘ_TIÊU_CHÍ, ví dụ so=3; đã nhập “{pair}”.")
        group = the_group(code.strip())
        if group in found:
            raise click.UsageError(f"Khối “{code.strip()}” được ghi hai lần.")
        criteria_set = db.session.get(CriteriaSet, int(number))
        if criteria_set is None:
            raise click.UsageError(f"Không có bộ tiêu chí số {number.strip()}.")
        found[group] = criteria_set
    return found


def read_period(_context, _option, text: str) -> str:
    try:
        period_bounds(text)
    except Refused as refusal:
        raise click.BadParameter(str(refusal)) from refusal
    return text


def read_moment(_context, _option, text: str | None) -> datetime | None:
    """As every form reads it: a day alone ends at 17:00 in the province."""
    return None if text is None else _read(moments.read_moment, text)


def read_day(_context, _option, text: str | None) -> date | None:
    return None if text is None else _read(moments.read_day, text)


def _read(read: Callable[[str], Value], text: str) -> Value:
    try:
        return read(text)
    except Refused as refusal:
        raise click.BadParameter(f"{refusal} Đã nhập “{text}”.") from refusal
