"""The states of rounds, sheets, criteria sets and appraisers' work, and who may move them (design §4).

Pure. Each transition names the act, where it starts, where it ends and whose act it is; operations ask
``round_step`` and ``sheet_step`` before they change anything, and screens draw their buttons from the same tables.
"""

from enum import StrEnum
from typing import NamedTuple

from app.errors import Conflict


class Programme(StrEnum):
    CCHC = "cchc"
    HTNV = "htnv"


class SetState(StrEnum):
    DRAFT = "draft"
    ISSUED = "issued"
    RETIRED = "retired"


class RoundState(StrEnum):
    PREPARING = "preparing"
    OPEN = "open"
    APPRAISING = "appraising"
    CONSOLIDATED = "consolidated"
    CONCLUDED = "concluded"


BEFORE_APPRAISAL = (RoundState.PREPARING, RoundState.OPEN)
ASSIGNABLE = (*BEFORE_APPRAISAL, RoundState.APPRAISING)


class SheetState(StrEnum):
    DRAFT = "draft"
    APPROVED = "approved"
    SUBMITTED = "submitted"
    APPRAISING = "appraising"
    APPRAISED = "appraised"
    CONCLUDED = "concluded"


class WorkState(StrEnum):
    OPEN = "open"
    SENT = "sent"


class Who(StrEnum):
    """Whose act a transition is; ``policy.py`` turns it into a check of the account."""

    ENTRY = "entry"
    LEADER = "leader"
    APPRAISER = "appraiser"
    MANAGER = "manager"
    SYSTEM = "system"


class Step(NamedTuple):
    """One arrow of a state diagram; ``label`` is the button's Vietnamese."""

    act: str
    sources: frozenset
    target: StrEnum
    who: Who
    label: str


def _step(act, sources, target, who, label) -> Step:
    return Step(act, frozenset(sources), target, who, label)


S, R = SheetState, RoundState

SHEET_STEPS = {
    step.act: step
    for step in (
        _step("edit", {S.DRAFT}, S.DRAFT, Who.ENTRY, "Nhập liệu"),
        _step("present", {S.DRAFT}, S.DRAFT, Who.ENTRY, "Trình lãnh đạo"),
        _step("hand_back", {S.DRAFT}, S.DRAFT, Who.LEADER, "Trả lại kèm ý kiến"),
        _step("settle_comment", {S.DRAFT}, S.DRAFT, Who.ENTRY, "Xử lý ý kiến của lãnh đạo"),
        _step("approve", {S.DRAFT}, S.APPROVED, Who.LEADER, "Phê duyệt báo cáo"),
        _step("reopen", {S.APPROVED}, S.DRAFT, Who.LEADER, "Mở lại để sửa"),
        _step("sign", {S.APPROVED}, S.APPROVED, Who.ENTRY, "Đính báo cáo đã ký"),
        _step("send", {S.APPROVED}, S.SUBMITTED, Who.ENTRY, "Gửi kết quả tự đánh giá"),
        _step("return", {S.SUBMITTED, S.APPRAISING}, S.DRAFT, Who.MANAGER, "Trả lại"),
        _step("begin", {S.DRAFT, S.APPROVED, S.SUBMITTED}, S.APPRAISING, Who.SYSTEM, "Bắt đầu thẩm định"),
        _step("appraise", {S.APPRAISING}, S.APPRAISING, Who.APPRAISER, "Chấm thẩm định"),
        _step("finish", {S.APPRAISING}, S.APPRAISED, Who.SYSTEM, "Hoàn thành thẩm định"),
        _step("resume", {S.APPRAISED}, S.APPRAISING, Who.SYSTEM, "Thẩm định lại"),
        _step("settle", {S.APPRAISED}, S.APPRAISED, Who.MANAGER, "Giải trình và kết luận"),
        _step("conclude", {S.APPRAISED}, S.CONCLUDED, Who.SYSTEM, "Kết luận"),
        _step("unlock", {S.CONCLUDED}, S.APPRAISED, Who.SYSTEM, "Mở lại kết quả"),
    )
}

ROUND_STEPS = {
    step.act: step
    for step in (
        _step("prepare", {R.PREPARING}, R.PREPARING, Who.MANAGER, "Chuẩn bị"),
        _step("open", {R.PREPARING}, R.OPEN, Who.MANAGER, "Mở kỳ chấm điểm"),
        _step("appraise", {R.OPEN}, R.APPRAISING, Who.MANAGER, "Chuyển sang thẩm định"),
        _step("consolidate", {R.APPRAISING}, R.CONSOLIDATED, Who.SYSTEM, "Tổng hợp"),
        _step("resume", {R.CONSOLIDATED}, R.APPRAISING, Who.SYSTEM, "Thẩm định lại"),
        _step("conclude", {R.CONSOLIDATED}, R.CONCLUDED, Who.MANAGER, "Kết luận kỳ chấm điểm"),
        _step("publish", {R.CONCLUDED}, R.CONCLUDED, Who.MANAGER, "Công bố kết quả"),
        _step("unlock", {R.CONCLUDED}, R.CONSOLIDATED, Who.MANAGER, "Mở lại kết quả đã kết luận"),
    )
}

class Matter(StrEnum):
    """A kind of thing that is written about a set, a round or a sheet, until a freeze closes it."""

    CRITERIA = "criteria"
    SETTINGS = "settings"
    ASSIGNMENTS = "assignments"
    DEADLINES = "deadlines"
    ENTRIES = "entries"
    DOCUMENTS = "documents"
    REVIEW = "review"
    REPORT = "report"
    APPRAISALS = "appraisals"
    WORKS = "works"
    SURVEY_POINTS = "survey points"
    EXPLANATIONS = "explanations"
    CONCLUSIONS = "conclusions"
    CONDITIONS = "conditions"


class Freeze(NamedTuple):
    """An act that decides by what it ``reads``; what it ``closes`` stays as it was read, until it is opened again."""

    name: str
    step: Step | None
    closes: frozenset[Matter]
    reads: frozenset[Matter]


def _freeze(name: str, step: Step | None, closes: set[Matter], also_reads: set[Matter] = frozenset()) -> Freeze:
    return Freeze(name, step, frozenset(closes), frozenset(closes | also_reads))


M = Matter

# What is named here is written only while the set, the round, the sheet or the work that it belongs to is held:
# ``operations/declaring.py``. The races of ``soak/pairs.py`` are every act that writes × every freeze that reads it.
FREEZES = {
    freeze.name: freeze
    for freeze in (
        _freeze("issue_set", None, {M.CRITERIA}),
        _freeze("open_round", ROUND_STEPS["open"], {M.SETTINGS}),
        _freeze("approve", SHEET_STEPS["approve"], {M.ENTRIES, M.DOCUMENTS, M.REVIEW}),
        _freeze("send", SHEET_STEPS["send"], {M.REPORT}),
        _freeze(
            "begin_appraisal",
            ROUND_STEPS["appraise"],
            {M.ENTRIES, M.DOCUMENTS, M.REVIEW, M.REPORT},
            also_reads={M.ASSIGNMENTS},
        ),
        _freeze("send_work", None, {M.APPRAISALS, M.ASSIGNMENTS}),
        _freeze(
            "conclude_round",
            ROUND_STEPS["conclude"],
            {
                *(M.DEADLINES, M.APPRAISALS, M.WORKS, M.SURVEY_POINTS),
                *(M.EXPLANATIONS, M.CONCLUSIONS, M.CONDITIONS),
            },
        ),
    )
}

NAMES = {
    Programme.CCHC: "Chỉ số cải cách hành chính",
    Programme.HTNV: "Mức độ hoàn thành nhiệm vụ",
    SetState.DRAFT: "Dự thảo",
    SetState.ISSUED: "Đã ban hành",
    SetState.RETIRED: "Hết hiệu lực",
    R.PREPARING: "Đang chuẩn bị",
    R.OPEN: "Đang tự đánh giá",
    R.APPRAISING: "Đang thẩm định",
    R.CONSOLIDATED: "Đã tổng hợp",
    R.CONCLUDED: "Đã kết luận",
}

ROUND_NAMES = {state: NAMES[state] for state in RoundState}
SHEET_NAMES = {
    S.DRAFT: "Đang nhập",
    S.APPROVED: "Đã duyệt, chưa gửi",
    S.SUBMITTED: "Đã gửi",
    S.APPRAISING: "Đang thẩm định",
    S.APPRAISED: "Đã thẩm định",
    S.CONCLUDED: "Đã kết luận",
}
SET_NAMES = {state: NAMES[state] for state in SetState}
PROGRAMME_NAMES = {programme: NAMES[programme] for programme in Programme}
WORK_NAMES = {WorkState.OPEN: "Đang chấm", WorkState.SENT: "Đã gửi"}


def sheet_step(act: str, state: str) -> Step:
    """The sheet's transition ``act`` from ``state``; raises ``Conflict`` (409) when the diagram has no such arrow."""
    step = SHEET_STEPS[act]
    if state not in step.sources:
        raise Conflict(
            "Phiếu đang ở trạng thái “%(state)s” nên không thể thực hiện: %(act)s.",
            state=SHEET_NAMES[SheetState(state)],
            act=step.label,
        )
    return step


def round_step(act: str, state: str) -> Step:
    """The round's transition ``act`` from ``state``; raises ``Conflict`` (409) when there is no such arrow."""
    step = ROUND_STEPS[act]
    if state not in step.sources:
        raise Conflict(
            "Kỳ chấm điểm đang ở trạng thái “%(state)s” nên không thể thực hiện: %(act)s.",
            state=ROUND_NAMES[RoundState(state)],
            act=step.label,
        )
    return step


def sheet_acts(state: str) -> list[str]:
    """Acts that leave ``state``, in the order of the table."""
    return [act for act, step in SHEET_STEPS.items() if state in step.sources]

CHANNEL_NAMES = {
    "inside": "Trong phần mềm",
    "print": "Mã in trên giấy",
    "sms": "Mã gửi tin nhắn",
    "link": "Liên kết mở",
    "paper": "Nhập từ phiếu giấy",
    "unknown": "Không rõ nguồn",
}
"""How a survey answer came, in the order in which screens and minutes name the channels."""
