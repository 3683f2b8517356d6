"""Commands that bring tables in: agencies, accounts, criteria sets, scores, questionnaires."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import click

from app.accounts import find_account, is_appraiser
from app.cli.arguments import (
    PROGRAMME,
    dry_run_option,
    file_argument,
    read_day,
    reading_options,
    round_option,
    the_groups,
    the_round,
)
from app.cli.commands import Outcome, as_dicts, change_lines, command, finding_lines
from app.clock import now
from app.holding import hold_row
from app.models import Account
from app.points import format_points, plain
from app.scoring.imports.changes import Change
from app.scoring.imports.columns import Reading
from app.scoring.imports.finding import Finding, has_errors
from app.scoring.operations import accounts, agencies, criteria, scores, surveys


@command("import-agencies")
@file_argument
@dry_run_option
@reading_options
def import_agencies(file: Path, dry_run: bool, reading: Reading) -> Outcome:
    """Nhập danh sách cơ quan; mã đã có thì cập nhật. Có lỗi thì không nhập dòng nào."""
    data = file.read_bytes()
    would = agencies.read_agencies(data, file.name, reading)
    if dry_run:
        return _dry_run(would.changes, len(would.new), would.findings)
    created, updated, findings = agencies.import_agencies(
        data, file.name, actor=None, at=now(), reading=reading
    )
    counts = {"imported": created + updated, "created": created, "updated": updated}
    said = f"Đã nhập {created} cơ quan mới, cập nhật {updated}."
    return _imported(counts, said, findings, would.changes)


@command("import-accounts")
@file_argument
@reading_options
def import_accounts(file: Path, reading: Reading) -> Outcome:
    """Nhập danh sách tài khoản; mật khẩu dùng một lần chỉ được in ra ở đây."""
    data = file.read_bytes()
    ready = accounts.passwords_for(data, file.name, reading)
    made, findings = accounts.import_accounts(
        data, file.name, actor=None, at=now(), passwords=ready, reading=reading
    )
    rows = [{"username": account.username, "password": password} for account, password in made]
    data = {"imported": len(rows), "accounts": rows}
    outcome = _imported(data, f"Đã cấp {len(rows)} tài khoản (mật khẩu dùng một lần):", findings)
    return outcome._replace(lines=[*outcome.lines, *(f"  {r['username']:<40}{r['password']}" for r in rows)])


@command("import-surveys")
@file_argument
@reading_options
def import_surveys(file: Path, reading: Reading) -> Outcome:
    """Nhập phiếu khảo sát; phiếu đã có thì giữ nguyên."""
    made, findings = surveys.import_surveys(
        file.read_bytes(), file.name, actor=None, at=now(), reading=reading
    )
    return _imported({"imported": made}, f"Đã nhập {made} phiếu khảo sát.", findings)


@command("import-scores")
@file_argument
@round_option
@click.option("--stage", type=click.Choice(scores.STAGES), required=True, help="Loại điểm trong tệp.")
@click.option(
    "--appraiser", metavar="TÀI_KHOẢN", help="Tài khoản thẩm định đứng tên (với --stage appraisal)."
)
@dry_run_option
@reading_options
def import_scores(
    file: Path, round_id: int, stage: str, appraiser: str | None, dry_run: bool, reading: Reading
) -> Outcome:
    """Nhập điểm của một kỳ: agency_code, criterion_code, points[, not_applicable, reason]."""
    data, held, by = file.read_bytes(), hold_row(the_round(round_id)), _appraiser(appraiser, stage)
    would = scores.read_scores(data, file.name, held.row, stage, appraiser=by, reading=reading)
    if dry_run:
        return _dry_run(would.changes, len(would.found), would.findings)
    imported, findings = scores.import_scores(
        data, file.name, held, stage, actor=None, at=now(), appraiser=by, reading=reading
    )
    return _imported({"imported": imported}, f"Đã nhập {imported} điểm.", findings, would.changes)


def _appraiser(username: str | None, stage: str) -> Account | None:
    if username is None:
        return None
    if stage != "appraisal":
        raise click.UsageError("--appraiser chỉ dùng với --stage appraisal.")
    account = find_account(username)
    if account is None or not is_appraiser(account):
        raise click.UsageError(f"Không có tài khoản thẩm định “{username}”.")
    return account


@command("import-criteria")
@file_argument
@click.option("--programme", type=PROGRAMME, required=True, help="Chương trình: cchc hoặc htnv.")
@click.option(
    "--group", "groups", multiple=True, required=True, metavar="MÃ", help="Khối áp dụng; ghi nhiều lần."
)
@click.option("--name", required=True, help="Tên bộ tiêu chí.")
@click.option("--issue", is_flag=True, help="Ban hành ngay nếu không có lỗi.")
@click.option("--draft", is_flag=True, help="Có lỗi vẫn giữ làm dự thảo (không ban hành được).")
@click.option("--legal-number", default="", help="Số văn bản ban hành.")
@click.option("--legal-date", callback=read_day, help="Ngày văn bản: 31/12/2026 hoặc 2026-12-31.")
@click.option("--legal-issuer", default="", help="Cơ quan ban hành.")
@click.option("--no-deviation", is_flag=True, help="Không cho tự chấm khác gợi ý, kể cả khi có giải trình.")
@reading_options
def import_criteria(
    file: Path,
    programme: str,
    groups: tuple[str, ...],
    name: str,
    issue: bool,
    draft: bool,
    legal_number: str,
    legal_date: date | None,
    legal_issuer: str,
    no_deviation: bool,
    reading: Reading,
) -> Outcome:
    """Nhập một bộ tiêu chí; có lỗi thì không nhập gì, trừ khi có --draft."""
    if issue and draft:
        raise click.UsageError("Chọn một trong hai: --issue hoặc --draft.")
    made, parsed, findings = criteria.import_criteria(
        file.read_bytes(),
        file.name,
        programme=programme,
        groups=the_groups(groups),
        name=name,
        actor=None,
        at=now(),
        keep_draft=draft,
        legal_number=legal_number,
        legal_date=legal_date,
        legal_issuer=legal_issuer,
        allows_deviation=not no_deviation,
        reading=reading,
    )
    if made is not None and issue:
        criteria.issue(hold_row(made), actor=None, at=now())
    return _criteria_outcome(made, parsed, findings, name)


def _criteria_outcome(made, parsed, findings: list[Finding], name: str) -> Outcome:
    data = {
        "set_id": None if made is None else made.id,
        "name": name.strip() if made is None else made.name,
        "nodes": parsed.nodes_count,
        "leaves": parsed.leaves_count,
        "max_points": plain(parsed.max_points),
        "findings": as_dicts(findings),
    }
    counts = (
        f"{parsed.nodes_count} nội dung, {parsed.leaves_count} tiêu chí chấm điểm, "
        f"tối đa {format_points(parsed.max_points)} điểm"
    )
    said = "Không nhập bộ tiêu chí nào" if made is None else f"Bộ tiêu chí số {made.id}: {made}"
    return Outcome(data, [f"{said} ({counts}).", *finding_lines(findings)], made is not None)


def _imported(data: dict, said: str, findings: list[Finding], changes: Sequence[Change] = ()) -> Outcome:
    """All rows came in, or none did because of errors. ``changes``: what was replaced."""
    failed = has_errors(findings)
    lines = ["Không nhập dòng nào: tệp có lỗi." if failed else said, *finding_lines(findings)]
    data = data | {"findings": as_dicts(findings)}
    if changes and not failed:
        lines += change_lines(changes)
        data["changes"] = [change.as_dict() for change in changes]
    return Outcome(data, lines, not failed)


def _dry_run(changes: Sequence[Change], rows: int, findings: list[Finding]) -> Outcome:
    """What would come in; nothing does, and a file with errors is told by the exit status."""
    said = f"Chưa nhập gì (--dry-run): {rows} dòng mới hoặc có điểm, {len(changes)} ô thay đổi."
    data = {"imported": 0, "changes": [change.as_dict() for change in changes], "findings": as_dicts(findings)}
    lines = [said, *finding_lines(findings), *change_lines(changes)]
    return Outcome(data, lines, not has_errors(findings))
