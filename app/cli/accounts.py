"""``give-password``: what an operator does on the server when no two managers can (Đ.16.5)."""

import click

from app.accounts import find_account, give_one_time_password
from app.cli.commands import Outcome, command
from app.clock import now
from app.field_rules import one_line
from app.passwords import new_one_time


@command("give-password")
@click.argument("username")
@click.option("--by", "operator", required=True, metavar="HỌ_TÊN", help="Người chịu trách nhiệm cấp lại.")
@click.option("--reason", required=True, help="Lý do; ghi cả văn bản hoặc người đã xác minh.")
@click.option("--without-second-factor", is_flag=True, help="Mất điện thoại: gỡ cả xác thực hai lớp.")
def give_password(username: str, operator: str, reason: str, without_second_factor: bool) -> Outcome:
    """Cấp mật khẩu dùng một lần cho một tài khoản, kể cả tài khoản quản lý; mọi tài khoản quản lý được báo."""
    operator, reason = one_line(operator, "by"), one_line(reason, "reason")
    ready = new_one_time()
    account = find_account(username)
    if account is None:
        raise click.UsageError(f"Không có tài khoản “{username}”.")
    given = give_one_time_password(
        account,
        actor=None,
        at=now(),
        without_second_factor=without_second_factor,
        password=ready,
        operator=operator,
        reason=reason,
    )
    data = {"username": account.username, "password": given}
    return Outcome(data, [f"Mật khẩu dùng một lần của {account.username}, chỉ in ra lúc này: {given}"])
