"""What every command shares: ``--json``, one commit, exit status, and the words for refusals."""

import functools
import getpass
import json
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

import click
from flask import current_app
from flask.cli import AppGroup

from app import audit
from app.audit.lines import send_to_collector
from app.cli.database import has_tables, is_empty
from app.clock import now
from app.errors import DomainError
from app.extensions import db
from app.routines import note_run
from app.row_access import system_access
from app.scoring.imports.changes import Change
from app.scoring.imports.finding import Finding

scoring = AppGroup("scoring", help="Chấm điểm: nhập, xuất hàng loạt và tự động hóa.")

NO_TABLES = (
    "Cơ sở dữ liệu chưa có bảng. Hãy chạy: flask --app run scoring seed --stage empty "
    "(tỉnh mới) hoặc flask --app run db upgrade (dữ liệu cũ)."
)


class Outcome(NamedTuple):
    """What a command has to say: ``data`` for ``--json``, ``lines`` for people; not ``done`` exits with 1 and
    takes every change back. ``status`` is the exit status of what is done, and yet not as it should be."""

    data: Any
    lines: Iterable[str] = ()
    done: bool = True
    status: int = 0


def command(
    name: str, *, needs_tables: bool = True, group: AppGroup = scoring, routine: str | None = None
) -> Callable:
    """A command of the group; the decorated function returns an ``Outcome`` and never commits.

    ``routine``: the name under which each run and its last line are noted (``app.routines``).
    """

    def decorate(act: Callable[..., Outcome]) -> click.Command:
        @functools.wraps(act)
        def run(as_json: bool, **options: Any) -> None:
            if needs_tables and not has_tables():
                raise _Refusal(NO_TABLES, as_json)
            send_to_collector(current_app.config["LOG_SOCKET"])
            audit.bind(None, name=f"{_person()} (dòng lệnh)")
            with system_access(f"command {name}"):
                _print(_finish(act, options, as_json, routine), as_json)

        option = click.option("--json", "as_json", is_flag=True, help="In kết quả dạng JSON.")
        return group.command(name, help=act.__doc__)(option(run))

    return decorate


def _finish(
    act: Callable[..., Outcome], options: dict[str, Any], as_json: bool, routine: str | None = None
) -> Outcome:
    """Run the act in one transaction: committed when done, else taken back."""
    try:
        outcome = act(**options)
        if outcome.done:
            db.session.commit()
        else:
            db.session.rollback()
        _note(routine, outcome.done and not outcome.status, _last(outcome))
        return outcome
    except DomainError as refusal:
        db.session.rollback()
        _note(routine, False, str(refusal))
        raise _Refusal(str(refusal), as_json) from refusal


def _note(routine: str | None, succeeded: bool, summary: str) -> None:
    """An empty database stays empty: a backup may still be restored into it."""
    if routine and has_tables() and not is_empty():
        note_run(routine, succeeded=succeeded, summary=summary, at=now())


def _last(outcome: Outcome) -> str:
    lines = list(outcome.lines)
    return lines[-1] if lines else ""


def _print(outcome: Outcome, as_json: bool) -> None:
    if as_json:
        click.echo(to_json(outcome.data))
    else:
        for line in outcome.lines:
            click.echo(line)
    if status := outcome.status if outcome.done else 1:
        raise click.exceptions.Exit(status)


def _person() -> str:
    """The account of the machine that types; a container may have none."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "?"


class _Refusal(click.ClickException):
    """Exit status 1: the sentence on stderr, and with ``--json`` as ``{"error": …}`` on stdout."""

    exit_code = 1

    def __init__(self, message: str, as_json: bool):
        super().__init__(message)
        self.as_json = as_json

    def show(self, file=None) -> None:
        click.echo(self.message, err=True)
        if self.as_json:
            click.echo(to_json({"error": self.message}))


def to_json(data: Any) -> str:
    return json.dumps(data, ensure_ascii=False, indent=2)


def finding_lines(findings: Iterable[Finding]) -> list[str]:
    """Findings for people: severity, place, code, words."""
    return [f"  {_severity(f):<9}{_place(f):<28}{f.code:<24}{f.message}" for f in findings]


def change_lines(changes: Iterable[Change]) -> list[str]:
    """Values that an import replaces, for people."""
    return [f"  dòng {c.row}, {c.what}, {c.column}: “{c.old}” → “{c.new}”" for c in changes]


def _severity(finding: Finding) -> str:
    return "lỗi" if finding.severity == "error" else "cảnh báo"


def _place(finding: Finding) -> str:
    row = "" if finding.row is None else f"dòng {finding.row}"
    return ", ".join(part for part in (row, finding.column) if part) or "cả tệp"


def as_dicts(findings: Iterable[Finding]) -> list[dict]:
    return [finding.as_dict() for finding in findings]


def table(headings: list[str], rows: list[list[str]]) -> list[str]:
    """Aligned columns: text to the left, numbers to the right."""
    widths = [max(len(cell) for cell in column) for column in zip(headings, *rows, strict=True)]
    return [_line(row, widths, rows) for row in [headings, *rows]]


def _line(row: list[str], widths: list[int], rows: list[list[str]]) -> str:
    cells = [
        cell.rjust(width) if _numeric(place, rows) else cell.ljust(width)
        for place, (cell, width) in enumerate(zip(row, widths, strict=True))
    ]
    return "  ".join(cells).rstrip()


def _numeric(place: int, rows: list[list[str]]) -> bool:
    return bool(rows) and all(
        row[place].replace(",", "").isdigit() or row[place] in ("", "–") for row in rows
    )
