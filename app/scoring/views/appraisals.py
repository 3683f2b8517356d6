"""Thẩm định: an appraiser's queue, one agency or one criterion at a time, and the sending that locks the account."""

from decimal import Decimal

from flask import g, redirect, render_template, request, url_for
from flask_appbuilder import expose, permission_name
from flask_appbuilder.security.decorators import has_access
from flask_babel import gettext as _
from flask_login import logout_user

from app.clock import now
from app.errors import Conflict, DomainError, NotInScope, Refused
from app.extensions import db
from app.limits import whole
from app.points import to_points
from app.scoring.models import AppraiserWork
from app.scoring.operations import appraisals
from app.scoring.operations.appraisals import Verdict, is_undisputed
from app.scoring.queries.appraisals import (
    Task,
    get_work,
    hold_round_of_work,
    hold_work,
    tasks,
    works_of,
)
from app.scoring.queries.consistency import other_of, unlike_cases
from app.scoring.queries.hints import phrases, suggestions
from app.scoring.queries.queue import (
    Place,
    Queue,
    criteria_by_id,
    done_count,
    fields_of,
    queue_of,
    queues,
    sheets_by_id,
    task_to_save,
)
from app.scoring.states import ROUND_NAMES, Programme, RoundState, WorkState
from app.web.desk import DeskView, me, writes

MENU_AT = {Programme.CCHC: "ReformAppraisals", Programme.HTNV: "TaskAppraisals"}
AGENCIES_A_PAGE = 40
REASON_LIMIT = 2000


class AppraisalView(DeskView):
    """The appraiser's desk (Đ.10)."""

    route_base = "/appraisals"
    default_view = "index"

    @expose("/")
    @expose("/<any(cchc, htnv):programme>/")
    @has_access
    @permission_name("read")
    def index(self, programme: str = ""):
        """The account's works, of one programme when the menu asked for one."""
        works = [w for w in works_of(me()) if programme in ("", w.round.programme)]
        found = queues(me(), [work.round for work in works])
        counts = {work.round_id: found[work.round_id].count for work in works}
        title = {Programme.CCHC: _("Thẩm định Cải cách hành chính")}
        title[Programme.HTNV] = _("Thẩm định Hoàn thành nhiệm vụ")
        return self.render_template(
            "appraisals/index.html",
            works=works,
            counts=counts,
            state_names=ROUND_NAMES,
            title=title.get(programme, _("Thẩm định")),
        )

    @expose("/<int:round_id>")
    @has_access
    @permission_name("read")
    def desk(self, round_id: int):
        """The round's queue, by agency or by criterion."""
        work = get_work(me(), round_id)
        queue = queue_of(me(), work.round)
        by = "criteria" if request.args.get("by") == "criteria" else "agencies"
        counts = queue.by_criterion() if by == "criteria" else queue.by_sheet()
        rows = criteria_by_id(counts) if by == "criteria" else sheets_by_id(counts)
        return self.render_template(
            "appraisals/desk.html", by=by, rows=rows, counts=counts, **self._common(work, queue)
        )

    @expose("/<int:round_id>/next")
    @has_access
    @permission_name("read")
    def next_open(self, round_id: int):
        """To the first score that still waits; to the sending when none does."""
        place = queue_of(me(), get_work(me(), round_id).round).next_open(set())
        if place is None:
            return redirect(url_for(".send", round_id=round_id))
        return redirect(_address(round_id, place))

    @expose("/<int:round_id>/agencies/<int:sheet_id>")
    @has_access
    @permission_name("read")
    def agency(self, round_id: int, sheet_id: int, refusal: DomainError | None = None):
        """Every leaf of one agency that is mine, by field."""
        work = get_work(me(), round_id)
        queue = queue_of(me(), work.round)
        found = self._tasks(queue.of_sheet(sheet_id))
        sheet = found[0].score.sheet
        others = sheets_by_id(queue.by_sheet())
        return self.render_template(
            "appraisals/agency.html",
            sheet=sheet,
            fields=fields_of(sheet.criteria_set_id),
            neighbours=_neighbours(list(others.values()), sheet),
            **self._page(work, queue, found, refusal),
        )

    @expose("/<int:round_id>/criteria/<int:criterion_id>")
    @has_access
    @permission_name("read")
    def criterion(self, round_id: int, criterion_id: int, refusal: DomainError | None = None):
        """One leaf across the agencies, side by side, forty a page."""
        work = get_work(me(), round_id)
        queue = queue_of(me(), work.round)
        places = queue.of_criterion(criterion_id)
        page = max(request.args.get("page", 1, type=whole), 1)
        start = (page - 1) * AGENCIES_A_PAGE
        found = self._tasks(places[start : start + AGENCIES_A_PAGE])
        criterion = found[0].score.criterion
        others = criteria_by_id(queue.by_criterion())
        unlike = unlike_cases(me(), [place.score_id for place in places])
        return self.render_template(
            "appraisals/criterion.html",
            criterion=criterion,
            unlike=unlike,
            other_of=other_of(unlike),
            page_of={place.score_id: at // AGENCIES_A_PAGE + 1 for at, place in enumerate(places)},
            neighbours=_neighbours(list(others.values()), criterion),
            page=page,
            pages=-(-len(places) // AGENCIES_A_PAGE),
            **self._page(work, queue, found, refusal),
        )

    @expose("/scores/<int:score_id>", methods=["POST"])
    @has_access
    @permission_name("write")
    @writes()
    def save(self, score_id: int):
        """Save one row when it is left; the answer is the row's own small result."""
        task, work = task_to_save(me(), score_id)
        total = request.form.get("total", 0, type=whole)
        try:
            version = request.form.get("version", 0, type=whole)
            verdict = _verdict(task.score.criterion.maximum)
            appraisals.save_appraisal(task, work, verdict, version=version, actor=me(), at=now())
        except (Refused, Conflict) as refusal:
            db.session.rollback()
            return self._refused_row(score_id, refusal)
        done = done_count(me(), work.row.round_id)
        return render_template("appraisals/saved.html", task=task, done=done, total=total)

    @expose("/<int:round_id>/agencies/<int:sheet_id>/take", methods=["POST"])
    @has_access
    @permission_name("write")
    @writes(again="agency")
    def take_agency(self, round_id: int, sheet_id: int):
        """Take over the unit's points of this page's undisputed rows."""
        self._take(round_id, lambda queue: queue.of_sheet(sheet_id))
        return redirect(url_for(".agency", round_id=round_id, sheet_id=sheet_id))

    @expose("/<int:round_id>/criteria/<int:criterion_id>/take", methods=["POST"])
    @has_access
    @permission_name("write")
    @writes(again="criterion")
    def take_criterion(self, round_id: int, criterion_id: int):
        page = max(request.args.get("page", 1, type=whole), 1)
        here = slice((page - 1) * AGENCIES_A_PAGE, page * AGENCIES_A_PAGE)
        self._take(round_id, lambda queue: queue.of_criterion(criterion_id)[here])
        return redirect(url_for(".criterion", round_id=round_id, criterion_id=criterion_id, page=page))

    @expose("/<int:round_id>/send")
    @has_access
    @permission_name("read")
    def send(self, round_id: int, refusal: DomainError | None = None):
        """What is missing, with links; or the receipt when everything is sent."""
        work = get_work(me(), round_id)
        if work.state == WorkState.SENT:
            return self.render_template("appraisals/sent.html", locked=False, **_work(work))
        queue = queue_of(me(), work.round)
        lacking = tasks(me(), queue.lacking[:100])
        return self.render_template(
            "appraisals/send.html", lacking=lacking, refusal=refusal, **self._common(work, queue)
        )

    @expose("/<int:round_id>/send", methods=["POST"])
    @has_access
    @permission_name("write")
    @writes(again="send")
    def do_send(self, round_id: int):
        """Send; when that locks the account, the receipt is this answer and the session ends with it."""
        held_round = hold_round_of_work(me(), round_id)
        held = hold_work(me(), round_id)
        appraisals.send_work(held_round, held, actor=me(), at=now())
        if me().locked_at is None:
            return redirect(url_for(".send", round_id=round_id))
        page = self.render_template("appraisals/receipt.html", work=held.row, locked=True, person=me())
        db.session.flush()
        logout_user()
        g.pop("user", None)
        return page

    def _take(self, round_id: int, chosen) -> None:
        held = hold_work(me(), round_id)
        found = self._tasks(chosen(queue_of(me(), held.row.round)))
        appraisals.take_over(found, held, actor=me(), at=now())

    def _tasks(self, places: list[Place]) -> list[Task]:
        """With all that a page shows; nothing assigned to me there is nothing to see."""
        if not places:
            raise NotInScope()
        return tasks(me(), places)

    def _common(self, work: AppraiserWork, queue: Queue) -> dict:
        late = appraisals.is_late(work.round, now())
        sendable = work.state == WorkState.OPEN and work.round.state == RoundState.APPRAISING
        shown = {"late": late, "sendable": sendable, "writable": sendable and not late}
        return {"count": queue.count, **_work(work), **shown}

    def _page(self, work: AppraiserWork, queue: Queue, found: list[Task], refusal) -> dict:
        here = {task.score.id for task in found}
        ahead = queue.next_open(here)
        return self._common(work, queue) | {
            "tasks": found,
            "suggestions": suggestions(found),
            "phrases": phrases(me()),
            "undisputed": sum(is_undisputed(task) for task in found),
            "ahead": _address(work.round_id, ahead) if ahead is not None else None,
            "refusal": refusal,
        }

    def _refused_row(self, score_id: int, refusal: DomainError):
        """Both versions on a collision; what was typed stays in the page's own fields."""
        task, _work = task_to_save(me(), score_id)
        typed = request.form.get("version", 0, type=whole)
        stored = task.appraisal.version if task.appraisal is not None else 0
        answer = render_template(
            "appraisals/refused.html",
            task=task,
            refusal=refusal,
            collided=isinstance(refusal, Conflict) and task.appraisal is not None and stored != typed,
            version=stored if isinstance(refusal, Conflict) else typed,
        )
        return answer, refusal.status


def _work(work: AppraiserWork) -> dict:
    """The work that a page is about, and the menu's entry that it belongs to."""
    return {"work": work, "menu_at": MENU_AT[Programme(work.round.programme)]}


def _verdict(most: Decimal) -> Verdict:
    """What the row's fields say; raises ``Refused`` for points that cannot be read. ``most``: how many there are."""
    reason = request.form.get("reason", "")
    if len(reason) > REASON_LIMIT:
        raise Refused("Lý do dài quá %(limit)s ký tự.", field="reason", limit=REASON_LIMIT)
    if request.form.get("not_applicable"):
        return Verdict(None, not_applicable=True, reason=reason)
    text = request.form.get("points", "").strip()
    return Verdict(to_points(text, within=most) if text else None, reason=reason)


def _address(round_id: int, place: Place) -> str:
    page = url_for("AppraisalView.agency", round_id=round_id, sheet_id=place.sheet_id)
    return f"{page}#score-{place.score_id}"


def _neighbours(rows: list, here) -> tuple:
    """The rows before and after this one, None at the ends."""
    at = next(spot for spot, row in enumerate(rows) if row.id == here.id)
    return (rows[at - 1] if at else None, rows[at + 1] if at + 1 < len(rows) else None)
