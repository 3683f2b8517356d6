"""Progress: agencies and appraisers of a round, reminders, extensions, returns."""

from flask import flash, redirect, request, send_file, url_for
from flask_appbuilder import expose, permission_name
from flask_appbuilder.security.decorators import has_access
from flask_babel import gettext as _

from app.clock import now
from app.scoring.exports.progress import progress_workbook, state_name
from app.scoring.operations import granting, unlocking
from app.scoring.queries import progress
from app.scoring.queries.sheets import hold_sheet
from app.scoring.queries.unlocks import subject_of
from app.scoring.states import PROGRAMME_NAMES, ROUND_NAMES, SHEET_NAMES, WORK_NAMES, RoundState, SheetState
from app.scoring.views import typed
from app.scoring.views.files import attachment
from app.scoring.views.unlocks import waiting_with_relations
from app.web.desk import DeskView, me, writes


class ProgressView(DeskView):
    route_base = "/progress"
    default_view = "rounds"

    @expose("/")
    @has_access
    @permission_name("read")
    def rounds(self):
        return self.render_template(
            "progress/rounds.html",
            rounds=progress.followed_rounds(),
            programmes=PROGRAMME_NAMES,
            states=ROUND_NAMES,
        )

    @expose("/<int:round_id>")
    @has_access
    @permission_name("read")
    def show(self, round_id: int):
        round_ = progress.get_progress_round(me(), round_id)
        rows, choice = progress.agency_rows(round_, now()), _choice()
        return self.render_template(
            "progress/show.html",
            rows=[row for row in rows if choice.takes(row)],
            everyone=rows,
            stages=progress.stages_of(rows),
            choice=choice,
            sheet_names=SHEET_NAMES,
            **_words(round_),
        )

    @expose("/<int:round_id>/progress.xlsx")
    @has_access
    @permission_name("read")
    def workbook(self, round_id: int):
        round_ = progress.get_progress_round(me(), round_id)
        rows = [row for row in progress.agency_rows(round_, now()) if _choice().takes(row)]
        return send_file(**attachment(progress_workbook(round_, rows), f"Tiến độ – {round_.name}.xlsx"))

    @expose("/<int:round_id>/appraisers")
    @has_access
    @permission_name("read")
    def appraisers(self, round_id: int):
        round_ = progress.get_progress_round(me(), round_id)
        return self.render_template(
            "progress/appraisers.html",
            works=progress.work_rows(round_),
            work_names=WORK_NAMES,
            **_words(round_),
        )

    @expose("/<int:round_id>/sheets/<int:sheet_id>")
    @has_access
    @permission_name("read")
    def sheet(self, round_id: int, sheet_id: int, refusal=None):
        round_ = progress.get_progress_round(me(), round_id)
        row = progress.get_row(round_, sheet_id, now())
        return self.render_template(
            "progress/sheet.html",
            row=row,
            can_return=row.sheet.state in (SheetState.SUBMITTED, SheetState.APPRAISING),
            waiting=[
                (asked, relation)
                for asked, relation in waiting_with_relations(round_)
                if asked.sheet_id == sheet_id
            ],
            unlock_subject=subject_of,
            typed=request.form,
            refusal=refusal,
            act=request.endpoint,
            **_words(round_),
        )

    @expose("/<int:round_id>/remind", methods=["POST"])
    @has_access
    @permission_name("write")
    @writes()
    def remind_all(self, round_id: int):
        """Everyone in the list as it is narrowed who has not sent; nobody else."""
        round_ = progress.get_progress_round(me(), round_id)
        rows = [row for row in progress.agency_rows(round_, now()) if row.unsent and _choice().takes(row)]
        told = [granting.remind(row.sheet, actor=me(), at=now()) for row in rows]
        flash(_told(len(told), sum(told)), "success" if sum(told) else "warning")
        return redirect(url_for(".show", round_id=round_id, **request.args))

    @expose("/<int:round_id>/sheets/<int:sheet_id>/remind", methods=["POST"])
    @has_access
    @permission_name("write")
    @writes(again="sheet")
    def remind(self, round_id: int, sheet_id: int):
        told = granting.remind(_sheet(round_id, sheet_id).row, actor=me(), at=now())
        flash(_told(1, told), "success" if told else "warning")
        return redirect(url_for(".sheet", round_id=round_id, sheet_id=sheet_id))

    @expose("/<int:round_id>/sheets/<int:sheet_id>/extend", methods=["POST"])
    @has_access
    @permission_name("write")
    @writes(again="sheet")
    def extend(self, round_id: int, sheet_id: int):
        sheet, number, reason = (
            _sheet(round_id, sheet_id),
            typed.text("decision_number"),
            typed.text("reason"),
        )
        granting.extend(sheet, typed.moment("deadline"), number, reason, actor=me(), at=now())
        flash(_("Đã gia hạn và báo cho cơ quan."), "success")
        return redirect(url_for(".sheet", round_id=round_id, sheet_id=sheet_id))

    @expose("/<int:round_id>/sheets/<int:sheet_id>/return", methods=["POST"])
    @has_access
    @permission_name("write")
    @writes(again="sheet")
    def give_back(self, round_id: int, sheet_id: int):
        """Ask that the sheet go back; another manager confirms."""
        sheet, reason = _sheet(round_id, sheet_id), typed.text("reason")
        unlocking.request_return(sheet, reason, typed.moment("deadline"), actor=me(), at=now())
        flash(_("Đã ghi đề nghị trả lại; chờ một quản lý khác xác nhận."), "success")
        return redirect(url_for(".sheet", round_id=round_id, sheet_id=sheet_id))


def _sheet(round_id: int, sheet_id: int):
    """The sheet of this very round, held until the commit."""
    round_ = progress.get_progress_round(me(), round_id)
    return progress.of_round(hold_sheet(me(), sheet_id), round_)


def _choice() -> progress.Choice:
    return progress.Choice(*(request.args.get(name, "") for name in ("group", "state", "search")))


def _told(agencies: int, accounts: int) -> str:
    if not accounts:
        return _("Không có tài khoản nào để nhắc: cơ quan chưa có tài khoản nhập liệu đang hoạt động.")
    return _("Đã nhắc %(n)s cơ quan (%(people)s tài khoản).", n=agencies, people=accounts)


def _words(round_) -> dict:
    return {
        "round": round_,
        "programmes": PROGRAMME_NAMES,
        "states": ROUND_NAMES,
        "state_name": state_name,
        "is_open": round_.state == RoundState.OPEN,
    }
