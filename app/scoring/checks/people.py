"""Accounts and what they asked for (Đ.3.2, 6.1, 8.2, 16.5), and the letters that wait for them."""

from collections.abc import Iterator

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import aliased, selectinload

from app.accounts import ACCOUNT_TYPES, DATA_ENTRY, MANAGER
from app.accounts.fields import is_username
from app.extensions import db
from app.field_rules import CODE, is_email
from app.models import (
    Account,
    AccountRequest,
    Agency,
    AgencyGroup,
    Notification,
    OutgoingMail,
    ResetRequest,
)
from app.scoring.checks.rules import named, rule

COLUMNS = (Account.id, Account.username)


@rule("Tài khoản nhập liệu phải thuộc một cơ quan")
def data_entry_has_agency() -> Iterator[str]:
    homeless = and_(Account.roles.any(name=DATA_ENTRY), Account.agency_id.is_(None))
    return named("tài khoản", select(*COLUMNS).where(homeless))


@rule("Mỗi tài khoản thuộc đúng một loại")
def one_account_type() -> Iterator[str]:
    query = select(Account).options(selectinload(Account.roles)).order_by(Account.id)
    for account in db.session.scalars(query):
        if len(account.role_names & set(ACCOUNT_TYPES)) != 1:
            yield f"tài khoản {account.id} ({account.username})"


@rule("Quyền phê duyệt chỉ dành cho tài khoản nhập liệu")
def approval_for_data_entry() -> Iterator[str]:
    astray = and_(Account.can_approve, ~Account.roles.any(name=DATA_ENTRY))
    return named("tài khoản", select(*COLUMNS).where(astray))


@rule("Phải có ít nhất một tài khoản quản lý đang hoạt động")
def a_manager_is_there() -> Iterator[str]:
    working = and_(Account.active, Account.locked_at.is_(None), Account.roles.any(name=MANAGER))
    everyone, managers = (
        db.session.scalar(select(func.count()).select_from(Account).where(condition))
        for condition in (Account.id.is_not(None), working)
    )
    if everyone and not managers:
        yield "tài khoản quản lý"


@rule("Tài khoản bị khóa phải có lý do; không khóa thì không có lý do")
def locks_have_reasons() -> Iterator[str]:
    odd = Account.locked_at.is_(None) != Account.lock_reason.is_(None)
    odd = or_(odd, and_(Account.locked_by_sending, Account.locked_at.is_(None)))
    return named("tài khoản", select(*COLUMNS).where(odd))


@rule("Tên đăng nhập không trùng nhau, kể cả chữ hoa và chữ thường")
def usernames_differ() -> Iterator[str]:
    lowered = func.lower(Account.username)
    return named(
        "tài khoản", select(func.min(Account.id), lowered).group_by(lowered).having(func.count() > 1)
    )


@rule("Tên đăng nhập và thư điện tử phải đúng dạng, viết chữ thường")
def names_well_formed() -> Iterator[str]:
    for account_id, username, email in db.session.execute(select(*COLUMNS, Account.email).order_by(Account.id)):
        if not is_username(username or "") or not is_email(email or ""):
            yield f"tài khoản {account_id} ({username}, {email})"


@rule("Thư điện tử không trùng nhau và không là tên đăng nhập của tài khoản khác")
def addresses_differ() -> Iterator[str]:
    other = aliased(Account)
    address = func.lower(Account.email)
    same = or_(func.lower(other.email) == address, func.lower(other.username) == address)
    clash = select(other.id).where(other.id != Account.id, same).exists()
    return named("tài khoản", select(*COLUMNS, Account.email).where(clash).order_by(Account.id))


@rule("Mã cơ quan, mã khối phải đúng dạng và không trùng nhau, kể cả chữ hoa và chữ thường")
def codes_differ() -> Iterator[str]:
    for model, noun in ((AgencyGroup, "khối"), (Agency, "cơ quan")):
        seen: dict[str, int] = {}
        for row_id, code in db.session.execute(select(model.id, model.code).order_by(model.id)):
            if not CODE.fullmatch(code) or seen.setdefault(code.lower(), row_id) != row_id:
                yield f"{noun} {row_id} ({code})"


@rule("Các cơ quan không kế thừa nhau thành vòng")
def successors_end() -> Iterator[str]:
    after = dict(db.session.execute(select(Agency.id, Agency.successor_id)).all())
    for agency_id in sorted(after):
        seen, following = {agency_id}, after[agency_id]
        while following is not None and following not in seen:
            seen.add(following)
            following = after.get(following)
        if following == agency_id:
            yield f"cơ quan {agency_id}"


@rule("Đăng ký tài khoản đã xử lý có người xử lý và thời điểm; được duyệt thì có tài khoản")
def account_requests_decided() -> Iterator[str]:
    granted = AccountRequest.account_id.is_not(None) == (AccountRequest.state == "approved")
    query = select(AccountRequest.id, AccountRequest.email)
    return named("đăng ký", query.where(~and_(_decided(AccountRequest), granted)))


@rule("Đề nghị cấp lại mật khẩu đã xử lý có người xử lý và thời điểm")
def reset_requests_decided() -> Iterator[str]:
    return named("đề nghị", select(ResetRequest.id, ResetRequest.username).where(~_decided(ResetRequest)))


def _decided(model):
    stamped = and_(model.decided_at.is_not(None), model.decided_by_id.is_not(None))
    bare = and_(model.decided_at.is_(None), model.decided_by_id.is_(None))
    pending, settled = model.state == "pending", model.state.in_(["approved", "refused"])
    return or_(and_(pending, bare), and_(settled, stamped))


@rule("Thư chờ gửi phải có địa chỉ, tiêu đề, và không gửi trước khi viết")
def letters_can_be_sent() -> Iterator[str]:
    wrong = or_(
        OutgoingMail.recipient.not_like("%_@_%"),
        OutgoingMail.subject == "",
        OutgoingMail.attempts < 0,
        OutgoingMail.sent_at < OutgoingMail.created_at,
    )
    return named("thư", select(OutgoingMail.id, OutgoingMail.recipient).where(wrong))


@rule("Thông báo phải có nội dung, và không được đọc trước khi viết")
def notices_can_be_read() -> Iterator[str]:
    wrong = or_(Notification.text == "", Notification.read_at < Notification.created_at)
    return named("thông báo", select(Notification.id).where(wrong))
