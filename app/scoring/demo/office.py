"""What lies on the desks of Sở Nội vụ: notices, proposals, requests, an extension, a reminder."""

from datetime import date, datetime, timedelta

from sqlalchemy import select

from app.accounts.requests import request_account
from app.extensions import db
from app.holding import hold_row
from app.models import ResetRequest
from app.office.models import Announcement, Proposal
from app.scoring.demo import words
from app.scoring.demo.papers import Paper
from app.scoring.demo.people import clerk, leader
from app.scoring.demo.province import Demo
from app.scoring.models import Round, Sheet
from app.scoring.operations import granting, reminding
from app.scoring.states import RoundState, SheetState

GUIDE = (
    "Sở Nội vụ hướng dẫn các cơ quan, đơn vị tự đánh giá, chấm điểm trên phần mềm: nhập số liệu từng tiêu chí, đính "
    "tài liệu kiểm chứng, kiểm tra trước khi gửi, trình lãnh đạo phê duyệt và gửi báo cáo đã ký đúng thời hạn."
)


def fill_office(demo: Demo, *, at: datetime) -> None:
    _propose(demo, _announce(demo, at), at)
    _request(demo, at)
    for round_ in db.session.scalars(select(Round).where(Round.state == RoundState.OPEN).order_by(Round.id)):
        _extend_and_remind(demo, round_, at)
    db.session.flush()


def _announce(demo: Demo, at: datetime) -> Announcement:
    title = f"HƯỚNG DẪN tự đánh giá, chấm điểm năm {at.year}"
    paper = Paper(title, "3120/HD-SNV", date(at.year, 10, 5), "Sở Nội vụ", GUIDE)
    name = "Hướng dẫn tự đánh giá, chấm điểm.pdf"
    guide = Announcement(
        title=f"Hướng dẫn tự đánh giá, chấm điểm năm {at.year}",
        body=GUIDE,
        published_at=at - timedelta(days=18),
        file=demo.papers.keep(paper, name, at),
        file_name=name,
    )
    training = Announcement(
        title="Tập huấn trực tuyến cho UBND các xã, phường",
        body="Các xã, phường cử cán bộ nhập liệu và lãnh đạo phê duyệt tham dự lớp tập huấn trực tuyến.",
        published_at=at - timedelta(days=9),
        groups=[demo.groups["xa"]],
    )
    db.session.add_all([guide, training])
    return guide


def _propose(demo: Demo, guide: Announcement, at: datetime) -> None:
    rows = [
        (
            "criteria",
            "SO-YT",
            "Đề nghị xem lại tiêu chí về hồ sơ trực tuyến toàn trình",
            "Nhiều thủ tục của ngành y tế chưa đủ điều kiện toàn trình; đề nghị chỉ tính thủ tục đủ điều kiện.",
        ),
        (
            "fault",
            "SO-XD",
            "Tệp quét dung lượng lớn tải lên chậm",
            "Tệp 18 MB tải lên mất nhiều thời gian vào giờ cao điểm, đề nghị hỗ trợ.",
        ),
        (
            "question",
            "SO-TP",
            "Số liệu của tiêu chí tính đến ngày nào?",
            "Hướng dẫn chưa nói số liệu lấy đến ngày gửi báo cáo hay đến hết năm.",
        ),
    ]
    for kind, code, title, body in rows:
        person = demo.people[clerk(code)]
        db.session.add(
            Proposal(
                kind=kind,
                title=title,
                body=body,
                agency=person.agency,
                created_by_id=person.id,
                created_at=at - timedelta(days=4),
                announcement=guide if kind == "question" else None,
            )
        )


def _request(demo: Demo, at: datetime) -> None:
    request_account(
        last_name="Lê Thị",
        first_name="Thu Hằng",
        email="hang.lt@thanhhoa.example",
        position="Chuyên viên Văn phòng Sở",
        can_approve=False,
        reason="Bổ sung cán bộ nhập liệu lĩnh vực dịch vụ công trực tuyến.",
        actor=demo.people[leader("SO-GDDT")],
        at=at - timedelta(days=2),
    )
    db.session.add(
        ResetRequest(
            username=clerk("SO-CT"),
            contact="0237 3852 000",
            head_of_agency="Giám đốc Sở Công Thương",
            requested_at=at - timedelta(days=1),
        )
    )


def _extend_and_remind(demo: Demo, round_: Round, at: datetime) -> None:
    """One agency has more time, three are reminded."""
    drafts = db.session.scalars(
        select(Sheet)
        .where(Sheet.round_id == round_.id, Sheet.state == SheetState.DRAFT)
        .order_by(Sheet.id)
        .limit(4)
    ).all()
    if not drafts:
        return
    later = round_.entry_deadline + timedelta(days=7)
    granting.extend(hold_row(drafts[0]), later, "2931/UBND-THKH", words.EXTENDED, actor=demo.manager, at=at)
    reminding.remind(hold_row(round_), drafts[1:], actor=demo.manager, at=at)
