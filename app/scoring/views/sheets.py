"""The unit's sheets: the list of a programme's years, the whole sheet on one page, the pre-send check."""

from dataclasses import dataclass
from itertools import groupby

from flask import abort, send_file
from flask_appbuilder import expose, permission_name
from flask_appbuilder.security.decorators import has_access

from app.accounts import is_leader, is_manager
from app.clock import now
from app.errors import Conflict, DomainError
from app.scoring.exports.receipt_proof import proof_bundle, proven_sending
from app.scoring.models import LeaderComment, Sheet
from app.scoring.policy import works_for
from app.scoring.queries.comparison import RowPair, compare
from app.scoring.queries.entry import Tally, before_values, closed_reason, previous_scores
from app.scoring.queries.next_step import Facts, NextStep, facts_of, next_step
from app.scoring.queries.precheck import grouped, precheck, warnings_of
from app.scoring.queries.returned import returned
from app.scoring.queries.review import changed_since_presented, comments_of, history_of, open_comments
from app.scoring.queries.sheets import (
    Page,
    Row,
    get_sheet,
    progress_counts,
    sheet_page,
    sheets_of_agency,
)
from app.scoring.queries.signed_papers import is_doubtful, paper_told
from app.scoring.rules import Total
from app.scoring.states import PROGRAMME_NAMES, SHEET_NAMES, Programme, SheetState
from app.scoring.views.files import attachment
from app.web.desk import DeskView, me

MENU_AT = {Programme.CCHC: "ReformSheets", Programme.HTNV: "TaskSheets"}
STEPS = ("Nhập liệu", "Duyệt báo cáo", "Gửi", "Thẩm định", "Kết luận")
STEP_OF = {
    SheetState.DRAFT: 0,
    SheetState.APPROVED: 2,
    SheetState.SUBMITTED: 3,
    SheetState.APPRAISING: 3,
    SheetState.APPRAISED: 4,
    SheetState.CONCLUDED: 5,
}


@dataclass(frozen=True)
class Field:
    """A field (lĩnh vực) with the rows under it; a field that is itself scored is its own row."""

    head: Row
    rows: list[Row]
    total: Total | None
    progress: tuple[int, int]


def fields_of(page: Page) -> list[Field]:
    found = []
    for code, members in groupby(page.rows, key=lambda row: row.criterion.field_code):
        head, *rows = members
        rows = [head] if head.score is not None else rows
        found.append(Field(head, rows, page.fields.get(code), page.field_progress(code)))
    return found


def tally_of(page: Page) -> Tally:
    """The page's totals in the shape of the small answer, so that both are drawn by one template."""
    fields = {code: (found, *page.field_progress(code)) for code, found in page.fields.items()}
    return Tally(page.total, page.done, page.to_do, fields)


class SheetView(DeskView):
    """Phiếu chấm điểm of one's own agency; a manager reads every sheet and changes none (Đ.9)."""

    route_base = "/sheets"
    default_view = "index"

    @expose("/")
    @has_access
    @permission_name("read")
    def index(self):
        return self._list(None)

    @expose("/<any(cchc, htnv):programme>/")
    @has_access
    @permission_name("read")
    def programme(self, programme: str):
        return self._list(programme)

    def _list(self, programme: str | None):
        agency_id = me().agency_id if works_for(me(), me().agency_id or 0) else None
        sheets = sheets_of_agency(agency_id, programme) if agency_id else []
        return self.render_template(
            "sheet/list.html",
            title=PROGRAMME_NAMES[Programme(programme)] if programme else "Phiếu chấm điểm",
            programme=programme,
            sheets=sheets,
            counts=progress_counts([sheet.id for sheet in sheets]),
            names=SHEET_NAMES,
            programmes=PROGRAMME_NAMES,
            at=now(),
        )

    @expose("/<int:sheet_id>")
    @has_access
    @permission_name("read")
    def show(self, sheet_id: int):
        return show_page(self, sheet_id)

    @expose("/<int:sheet_id>/check")
    @has_access
    @permission_name("read")
    def check(self, sheet_id: int):
        return check_page(self, sheet_id)

    @expose("/<int:sheet_id>/receipt")
    @has_access
    @permission_name("read")
    def receipt(self, sheet_id: int):
        """Giấy biên nhận: number, server time, digest, list of files; printable."""
        sheet = get_sheet(me(), sheet_id)
        if sheet.submitted_at is None:
            abort(404)
        page = sheet_page(sheet)
        files = [file for row in page.leaves for file in row.score.evidence]
        return self.render_template(
            "sheet/receipt.html",
            page=page,
            files=list(dict.fromkeys(files)),
            proven=proven_sending(sheet),
            paper_findings=paper_told(sheet),
            **sheet_words(sheet),
        )

    @expose("/<int:sheet_id>/receipt/proof")
    @has_access
    @permission_name("read")
    def proof(self, sheet_id: int):
        """The receipt's proof of inclusion in the nightly root, with the program that checks it."""
        sheet = get_sheet(me(), sheet_id)
        if sheet.submitted_at is None:
            abort(404)
        found = proven_sending(sheet)
        if found is None:
            raise Conflict("Bằng chứng sẽ có sau lần lập dấu nhật ký kế tiếp (mỗi đêm).")
        return send_file(**attachment(proof_bundle(found), f"Bằng chứng {sheet.receipt_number}.zip"))


def show_page(
    view: DeskView, sheet_id: int, refusal: DomainError | None = None, comment_id: int | None = None
) -> str:
    """The whole sheet; with the reason why the leader's comment was not settled."""
    sheet = get_sheet(me(), sheet_id)
    page, closed = sheet_page(sheet), closed_reason(sheet, now())
    own = works_for(me(), sheet.agency_id)
    comments = open_comments(sheet) if own and sheet.state == SheetState.DRAFT else []
    return view.render_template(
        "sheet/sheet.html",
        page=page,
        fields=fields_of(page),
        tally=tally_of(page),
        previous=previous_scores(sheet),
        before_values=before_values,
        returned=returned(page),
        comments=comments,
        editable=own and closed is None,
        own=own,
        closed=closed,
        refusal=refusal,
        blamed=comment_id,
        **sheet_words(sheet, _facts(page, comments)),
    )


def check_page(view: DeskView, sheet_id: int, refusal: DomainError | None = None) -> str:
    """What is missing before the report can be approved, last year beside it, and the acts that follow."""
    sheet = get_sheet(me(), sheet_id)
    page = sheet_page(sheet)
    drafted, own = sheet.state == SheetState.DRAFT, works_for(me(), sheet.agency_id)
    problems, comments = precheck(page) if drafted else [], comments_of(sheet) if own else []
    return view.render_template(
        "sheet/check.html",
        page=page,
        tally=tally_of(page),
        groups=grouped(problems),
        errors=sum(problem.severity == "error" for problem in problems),
        warnings=sum(problem.severity != "error" for problem in problems),
        approved_with=None if drafted else warnings_of(sheet.snapshot),
        own=own,
        leader=own and is_leader(me()),
        closed=closed_reason(sheet, now()),
        late=now() > page.deadline,
        refusal=refusal,
        paper_findings=paper_told(sheet),
        doubtful=is_doubtful(sheet),
        compared=compare(page),
        rows_alone=[RowPair(row, None) for row in page.rows if row.self_scored],
        changed=changed_since_presented(sheet) if drafted else set(),
        comments=comments,
        history=history_of(sheet),
        **sheet_words(sheet, _facts(page, comments)),
    )


def own_step(sheet: Sheet, facts: Facts | None) -> NextStep | None:
    """What the person does next on the sheet of their own agency; None for everyone else."""
    if not works_for(me(), sheet.agency_id):
        return None
    if facts is None:
        drafts = [sheet.id] if sheet.state == SheetState.DRAFT else []
        facts = facts_of([sheet], progress_counts(drafts) if drafts else {}, now())[sheet.id]
    return next_step(me(), sheet, facts, now())


def _facts(page: Page, comments: list[LeaderComment]) -> Facts | None:
    """A draft's facts, from what its page has read already."""
    is_open = sum(comment.settled_at is None for comment in comments)
    return Facts(page.done, page.to_do, is_open) if page.sheet.state == SheetState.DRAFT else None


def step_of(sheet: Sheet) -> int:
    """The place in ``STEPS``; a draft that was presented stands before the leader's."""
    presented = sheet.state == SheetState.DRAFT and sheet.presented_at is not None
    return 1 if presented else STEP_OF[SheetState(sheet.state)]


def sheet_words(sheet: Sheet, facts: Facts | None = None) -> dict:
    """What every page about one sheet shows in its head; ``facts`` of its next step, where they are known."""
    return {
        "sheet": sheet,
        "next": own_step(sheet, facts),
        "menu_at": "ProgressView" if is_manager(me()) else MENU_AT[Programme(sheet.round.programme)],
        "steps": STEPS,
        "step": step_of(sheet),
        "state_name": SHEET_NAMES[SheetState(sheet.state)],
        "programme_name": PROGRAMME_NAMES[Programme(sheet.round.programme)],
    }
