"""Chênh lệch: where appraisal and self-assessment part, how it is explained and concluded; appraisers' locks."""

from io import BytesIO

from flask import flash, redirect, request, send_file, url_for
from flask_appbuilder import expose, permission_name
from flask_appbuilder.security.decorators import has_access
from flask_babel import gettext as _

from app.clock import now
from app.errors import DomainError, NotInScope
from app.limits import whole
from app.media_types import MEDIA_TYPES
from app.models import AgencyGroup
from app.scoring.exports.differences import differences_workbook
from app.scoring.exports.minutes import minutes_document
from app.scoring.operations import differences, unlocking
from app.scoring.queries import unlocks
from app.scoring.queries.differences import (
    columns_of,
    evidence_of,
    get_round,
    group_sheets,
    groups_of,
    heat_map,
    hold_round,
    hold_scores,
    minutes_numbers,
    round_pairs,
    rounds_after_entry,
)
from app.scoring.queries.outcomes import Outcome, round_outcomes
from app.scoring.queries.sheets import get_sheet, hold_score, suggestion_for
from app.scoring.queries.works import hold_work_of_round, work_lines
from app.scoring.states import ROUND_NAMES, RoundState, SheetState
from app.scoring.views.conclusions import ConclusionActs, back_to, listed, remembered_number
from app.scoring.views.reports import issuer
from app.scoring.views.unlocks import waiting_with_relations
from app.web.desk import me, said, writes
from app.web.documents import write_docx, write_pdf


class DifferenceView(ConclusionActs):
    """The manager's desk after appraisal (design §4, Đ.11); its conclusions are in ``conclusions``."""

    route_base = "/differences"
    default_view = "index"

    @expose("/")
    @has_access
    @permission_name("read")
    def index(self):
        """The rounds that have something to compare."""
        return self.render_template(
            "differences/index.html", rounds=rounds_after_entry(), state_names=ROUND_NAMES
        )

    @expose("/<int:round_id>")
    @has_access
    @permission_name("read")
    def round(self, round_id: int, refusal: DomainError | None = None):
        """Heat map of one group and the list of its differences; the list alone for all groups together."""
        round_ = get_round(round_id)
        groups, fields = groups_of(round_), {}
        group = _chosen_group(groups)
        if group is not None:
            fields = columns_of(round_, group.id)
        field = request.args.get("field", "")
        field = field if field in fields else ""
        pairs = round_pairs(round_, group.id if group is not None else None)
        pairs = [pair for pair in pairs if field in ("", pair.field_code)]
        heat = {}
        if group is not None:
            columns = columns_of(round_, group.id, field) if field else fields
            heat = {"heat": heat_map(pairs, columns, field), "sheets": group_sheets(round_, group.id)}
        return self.render_template(
            "differences/round.html",
            round=round_,
            groups=groups,
            group=group,
            fields=fields,
            field=field,
            refusal=refusal,
            numbers=minutes_numbers(round_),
            minutes_number=remembered_number(round_id),
            typed=request.form,
            **heat,
            **listed(pairs, now()),
        )

    @expose("/<int:round_id>/ask", methods=["POST"])
    @has_access
    @permission_name("write")
    @writes(again="round")
    def ask_many(self, round_id: int):
        """Ask about every row marked in the list."""
        round_ = hold_round(round_id)
        scores = hold_scores(round_, request.form.getlist("rowid", type=whole))
        differences.ask_explanations(scores, request.form.get("reason", ""), actor=me(), at=now())
        flash(_("Đã yêu cầu giải trình %(count)s dòng.", count=len(scores)), "success")
        return redirect(url_for(".round", round_id=round_id, **request.args))

    @expose("/<int:round_id>/agencies/<int:sheet_id>")
    @has_access
    @permission_name("read")
    def agency(self, round_id: int, sheet_id: int, refusal: DomainError | None = None, at_score: int = 0):
        """Each difference of one agency with its thread."""
        round_ = get_round(round_id)
        sheet = get_sheet(me(), sheet_id)
        if sheet.round_id != round_.id:
            raise NotInScope()
        outcomes = round_outcomes(round_, sheet).get(sheet.id, [])
        field, everything = request.args.get("field", ""), "all" in request.args
        rows = [o for o in outcomes if everything or _counts(o) or o.score.id == at_score]
        chosen = [o for o in rows if field in ("", o.score.criterion.field_code, o.score.criterion.code)]
        return self.render_template(
            "differences/agency.html",
            round=round_,
            sheet=sheet,
            outcomes=chosen if at_score == 0 else rows,
            everything=everything,
            field=field,
            evidence=evidence_of(sheet),
            suggestions={o.score.id: suggestion_for(o.score) for o in rows},
            minutes_number=remembered_number(round_id),
            settling=sheet.state == SheetState.APPRAISED,
            refusal=refusal,
            at_score=at_score,
            typed=request.form,
            moment_now=now(),
        )

    @expose("/scores/<int:score_id>/ask", methods=["POST"])
    @has_access
    @permission_name("write")
    @writes(again="agency_again")
    def ask(self, score_id: int):
        held = hold_score(me(), score_id)
        differences.ask_explanation(held, request.form.get("reason", ""), actor=me(), at=now())
        score = held.row
        flash(_("Đã yêu cầu giải trình tiêu chí %(code)s.", code=score.criterion.code), "success")
        return back_to(score)

    @expose("/<int:round_id>/appraisers")
    @has_access
    @permission_name("read")
    def appraisers(self, round_id: int, work_id: int = 0, refusal: DomainError | None = None):
        """Each appraiser's progress, sending and lock."""
        round_ = get_round(round_id)
        return self.render_template(
            "differences/appraisers.html",
            round=round_,
            lines=work_lines(round_),
            unlockable=round_.state in (RoundState.APPRAISING, RoundState.CONSOLIDATED),
            waiting={asked.work_id: (asked, relation) for asked, relation in waiting_with_relations(round_)},
            unlocked={request.work_id: request for request in unlocks.confirmed_unlocks(round_)},
            refusal=refusal,
            at_work=work_id,
        )

    @expose("/<int:round_id>/appraisers/<int:work_id>/unlock", methods=["POST"])
    @has_access
    @permission_name("write")
    @writes(again="appraisers")
    def unlock(self, round_id: int, work_id: int):
        """Ask that an appraiser may work again, with a reason; another manager confirms."""
        held_round = hold_round(round_id)
        work = hold_work_of_round(held_round.row, work_id)
        unlocking.request_unlock(held_round, work, request.form.get("reason", ""), actor=me(), at=now())
        flash(_("Đã ghi đề nghị mở khóa; chờ một quản lý khác xác nhận."), "success")
        return redirect(url_for(".appraisers", round_id=round_id))

    @expose("/<int:round_id>/unlocks/<int:unlock_id>/confirm", methods=["POST"])
    @has_access
    @permission_name("write")
    @writes()
    def confirm_unlock(self, round_id: int, unlock_id: int):
        """The second manager opens what is asked for."""
        held = unlocks.hold_unlock(round_id, unlock_id)
        unlocking.confirm_unlock(held, actor=me(), at=now())
        asked = held.row
        flash(_("Đã mở khóa: %(subject)s.", subject=said(unlocks.subject_of(asked))), "success")
        return redirect(unlocks.page_of(asked))

    @expose("/<int:round_id>/unlocks/<int:unlock_id>/refuse", methods=["POST"])
    @has_access
    @permission_name("write")
    @writes()
    def refuse_unlock(self, round_id: int, unlock_id: int):
        """Another manager says no, or the first one takes the request back."""
        held = unlocks.hold_unlock(round_id, unlock_id)
        unlocking.refuse_unlock(held, actor=me(), at=now())
        asked = held.row
        flash(_("Đã bỏ đề nghị mở khóa."), "success")
        return redirect(unlocks.page_of(asked))

    @expose("/<int:round_id>/minutes.<any(docx, pdf):kind>")
    @has_access
    @permission_name("read")
    def minutes(self, round_id: int, kind: str):
        """Biên bản of one number, or of every conclusion so far."""
        number = request.args.get("number") or None
        document = minutes_document(get_round(round_id), issuer(), at=now(), number=number)
        written = write_docx(document) if kind == "docx" else write_pdf(document)
        return _file(written, f"bien-ban-{round_id}.{kind}", kind)

    @expose("/<int:round_id>/differences.xlsx")
    @has_access
    @permission_name("read")
    def workbook(self, round_id: int):
        return _file(differences_workbook(get_round(round_id)), f"chenh-lech-{round_id}.xlsx", "xlsx")


def _chosen_group(groups: list[AgencyGroup]) -> AgencyGroup | None:
    """None for all of them; the first when nothing was chosen."""
    if request.args.get("group") == "all":
        return None
    return next((g for g in groups if g.id == request.args.get("group", type=whole)), groups[0])


def _counts(outcome: Outcome) -> bool:
    """Differs, is settled or asked about, or was appraised and has no outcome."""
    unscored = outcome.appraised is not None and outcome.final.applicable and outcome.final.points is None
    return outcome.differs or unscored or outcome.is_concluded or outcome.score.asked_at is not None




def _file(data: bytes, name: str, extension: str):
    return send_file(BytesIO(data), MEDIA_TYPES[extension], as_attachment=True, download_name=name)
