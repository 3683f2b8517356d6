"""Progress: agencies and appraisers of a round, reminders, extensions, returns."""

from flask import current_app, flash, redirect, request, send_file, url_for
from flask_appbuilder import expose, permission_name
from flask_appbuilder.security.decorators import has_access
from flask_babel import gettext as _

from app.clock import now
from app.errors import DomainError
from app.scoring.exports.progress import progress_workbook, state_name
from app.scoring.models import Round
from app.scoring.operations import granting, reminding, unlocking
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
            recent=_recent([row]),
            **_reminding([row]),
            **_words(round_),
        )

    @expose("/<int:round_id>/remind")
    @has_access
    @permission_name("write")
    def reminder(self, round_id: int, refusal=None):
        """The words of a reminder, how they will read, and who will get it: the list as it is narrowed."""
        round_ = progress.get_progress_round(me(), round_id)
        rows = _unsent(round_)
        return self.render_template(
            "progress/remind.html",
            rows=rows,
            recent=_recent(rows),
            filters=request.args.to_dict(),
            refusal=refusal,
            **_reminding(rows),
            **_words(round_),
        )

    @expose("/<int:round_id>/remind", methods=["POST"])
    @has_access
    @permission_name("write")
    @writes(again="reminder")
    def remind_all(self, round_id: int):
        """Everyone in the list as it is narrowed who has not sent; nobody else."""
        round_ = progress.hold_progress_round(me(), round_id)
        if "preview" in request.form:
            return self.reminder(round_id)
        sheets = [row.sheet for row in _unsent(round_.row)]
        told = reminding.remind(round_, sheets, _reminder_text(), again=_again(), actor=me(), at=now())
        flash(_told(told), "success" if told.accounts else "warning")
        return redirect(url_for(".show", round_id=round_id, **request.args))

    @expose("/<int:round_id>/sheets/<int:sheet_id>/remind", methods=["POST"])
    @has_access
    @permission_name("write")
    @writes(again="sheet")
    def remind(self, round_id: int, sheet_id: int):
        round_ = progress.hold_progress_round(me(), round_id)
        sheet = progress.of_round(hold_sheet(me(), sheet_id), round_.row)
        told = reminding.remind(round_, [sheet.row], _reminder_text(), again=_again(), actor=me(), at=now())
        flash(_told(told), "success" if told.accounts else "warning")
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


def _unsent(round_: Round) -> list[progress.AgencyRow]:
    """Of the list as it is narrowed, those to be reminded."""
    return [row for row in progress.agency_rows(round_, now()) if row.unsent and _choice().takes(row)]


def _recent(rows: list[progress.AgencyRow]) -> list[progress.AgencyRow]:
    """Reminded a short while ago, the latest first."""
    found = [row for row in rows if row.reminder is not None and now() - row.reminder.at < reminding.SOON]
    return sorted(found, key=lambda row: row.reminder.at, reverse=True)


def _reminder_text() -> str:
    return request.form.get("text", reminding.DEFAULT_TEXT)


def _again() -> bool | None:
    """What was answered about agencies reminded a short while ago; None where nothing was."""
    return {"yes": True, "no": False}.get(typed.text("again"))


def _reminding(rows: list[progress.AgencyRow]) -> dict:
    """The text as typed, how it reads for the first agency, or why it does not."""
    text = _reminder_text()
    try:
        return {"text": text, "preview": reminding.text_for(text, rows[0].sheet) if rows else ""}
    except DomainError as error:
        return {"text": text, "preview": "", "text_error": error.sentence}


def _told(told: reminding.Reminded) -> str:
    if not told.accounts:
        return _("Không có tài khoản nào để nhắc: cơ quan chưa có tài khoản nhập liệu đang hoạt động.")
    parts = [_("Đã nhắc %(n)s cơ quan (%(people)s tài khoản).", n=told.agencies, people=told.accounts)]
    if told.letters and not current_app.config["SMTP_HOST"]:
        parts.append(_("Thư điện tử chưa bật: %(n)s thư nằm chờ, chưa gửi ra ngoài.", n=told.letters))
    if told.skipped:
        parts.append(_("Bỏ qua %(n)s cơ quan đã nhắc trong 24 giờ qua.", n=told.skipped))
    if told.nobody:
        parts.append(_("%(n)s cơ quan không có tài khoản nhập liệu đang hoạt động.", n=told.nobody))
    return " ".join(parts)


def _words(round_) -> dict:
    return {
        "round": round_,
        "programmes": PROGRAMME_NAMES,
        "states": ROUND_NAMES,
        "state_name": state_name,
        "is_open": round_.state == RoundState.OPEN,
    }
