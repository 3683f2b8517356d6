"""Thư tổng hợp hằng ngày: one letter a person a day into the outbox, none when there is nothing to say."""

from datetime import datetime

from app.accounts import asker_of
from app.clock import local_date
from app.extensions import db
from app.models import Account, Digest, OutgoingMail
from app.row_access import asking
from app.scoring.queries.digest import Letter, letter_for


def digest_of(account_id: int, *, lock: bool = False) -> Digest:
    """The account's row, made when there is none. ``lock`` holds it until the commit."""
    found = db.session.get(Digest, account_id, with_for_update=lock or None)
    if found is None:
        found = Digest(account_id=account_id, wanted=True)
        db.session.add(found)
    return found


def choose_digest(account: Account, wanted: bool) -> None:
    """The owner switches the letter on or off."""
    digest_of(account.id, lock=True).wanted = wanted


def write_digest(account: Account, *, address: str, at: datetime) -> bool:
    """Put the account's letter of the day into the outbox; False when it has one, or when there is nothing to say.

    ``address``: where the application is reached. Two runs at once meet at the row: one of them writes.
    """
    digest, today = digest_of(account.id, lock=True), local_date(at)
    if digest.made_on == today or not digest.wanted:
        return False
    with asking(asker_of(account)):  # the letter tells what its reader may see
        letter = letter_for(account, at, digest.told_until)
    if letter.is_empty:
        return False
    mail = OutgoingMail(
        recipient=account.email,
        subject=f"Việc cần làm ngày {today:%d/%m/%Y}",
        body=letter_text(account, letter, address),
        created_at=at,
    )
    db.session.add(mail)
    digest.made_on, digest.told_until = today, at
    return True


def letter_text(account: Account, letter: Letter, address: str) -> str:
    """Plain text: a greeting, the parts that hold something, where to work and where to switch this off."""
    parts = (("MỚI", letter.new), ("SẮP ĐẾN HẠN", letter.due), ("ĐANG CHỜ", letter.waiting))
    told = "".join(f"\n{head}\n" + "".join(f"- {line}\n" for line in lines) for head, lines in parts if lines)
    return (
        f"Kính gửi {account.full_name},\n{told}\n"
        f"Mở phần mềm: {address}/home/\n"
        f"Ngừng nhận thư này: {address}/home/settings\n"
    )
