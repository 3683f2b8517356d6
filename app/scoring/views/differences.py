"""Chênh lệch: where appraisal and self-assessment part, how it is explained and concluded; appraisers' locks."""

from io import BytesIO

from flask import current_app, flash, redirect, request, send_file, url_for
from flask_appbuilder import expose, permission_name
from flask_appbuilder.security.decorators import has_access
from flask_babel import gettext as _

from app.clock import now
from app.errors import DomainError, NotInScope
from app.limits import whole
from app.media_types import MEDIA_TYPES
from app.points import to_points
from app.scoring.exports.differences import differences_workbook
from app.scoring.exports.issuer import Issuer
from app.scoring.exports.minutes import minutes_document
from app.scoring.models import Score
from app.scoring.operations import differences, unlocking
from app.scoring.queries import unlocks
from app.scoring.queries.differences import (
    Pair,
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
    scores_with_rows,
)
from app.scoring.queries.outcomes import Outcome, round_outcomes
from app.scoring.queries.sheets import get_score, get_sheet, hold_score
from app.scoring.queries.works import hold_work_of_round, work_lines
from app.scoring.states import ROUND_NAMES, RoundState, SheetState
from app.scoring.views.unlocks import waiting_with_relations
from app.web.desk import DeskView, me, said, writes
from app.web.documents import write_docx

ROWS_A_PAGE = 30


class DifferenceView(DeskView):
    """The manager's desk after appraisal (design §4, Đ.11)."""

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
        """Heat map of one group and the list of its differences."""
        round_ = get_round(round_id)
        groups = groups_of(round_)
        group = next((g for g in groups if g.id == request.args.get("group", type=whole)), groups[0])
        field = request.args.get("field", "")
        fields = columns_of(round_, group.id)
        field = field if field in fields else ""
        pairs = [p for p in round_pairs(round_, group.id) if field in ("", p.field_code)]
        heat = heat_map(pairs, columns_of(round_, group.id, field) if field else fields, field)
        return self.render_template(
            "differences/round.html",
            round=round_,
            groups=groups,
            group=group,
            fields=fields,
            field=field,
            heat=heat,
            sheets=group_sheets(round_, group.id),
            refusal=refusal,
            numbers=minutes_numbers(round_),
            **_listed(pairs),
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
        return _back(score)

    @expose("/scores/<int:score_id>/conclude", methods=["POST"])
    @has_access
    @permission_name("write")
    @writes(again="agency_again")
    def conclude(self, score_id: int):
        """The council's points, or that the leaf does not apply, with the reason and the minutes' number."""
        held, form = hold_score(me(), score_id), request.form
        not_applicable, text = bool(form.get("not_applicable")), form.get("points", "").strip()
        differences.conclude_score(
            held,
            to_points(text, within=held.row.criterion.maximum) if text and not not_applicable else None,
            form.get("reason", ""),
            form.get("minutes_number", ""),
            not_applicable=not_applicable,
            actor=me(),
            at=now(),
        )
        score = held.row
        flash(_("Đã ghi kết luận tiêu chí %(code)s.", code=score.criterion.code), "success")
        return _back(score)

    @expose("/scores/<int:score_id>/withdraw", methods=["POST"])
    @has_access
    @permission_name("write")
    @writes(again="agency_again")
    def withdraw(self, score_id: int):
        held = hold_score(me(), score_id)
        differences.withdraw_conclusion(held, actor=me(), at=now())
        score = held.row
        flash(_("Đã rút kết luận tiêu chí %(code)s.", code=score.criterion.code), "success")
        return _back(score)

    def agency_again(self, score_id: int, refusal: DomainError):
        """The agency's page with what was typed into one row, after a refusal."""
        score = get_score(me(), score_id)
        return self.agency(score.sheet.round_id, score.sheet_id, refusal=refusal, at_score=score_id)

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

    @expose("/<int:round_id>/minutes.docx")
    @has_access
    @permission_name("read")
    def minutes(self, round_id: int):
        """Biên bản of one number, or of every conclusion so far."""
        number = request.args.get("number") or None
        document = minutes_document(get_round(round_id), _issuer(), at=now(), number=number)
        return _file(write_docx(document), f"bien-ban-{round_id}.docx", "docx")

    @expose("/<int:round_id>/differences.xlsx")
    @has_access
    @permission_name("read")
    def workbook(self, round_id: int):
        return _file(differences_workbook(get_round(round_id)), f"chenh-lech-{round_id}.xlsx", "xlsx")


def _listed(pairs: list[Pair]) -> dict:
    """The page of the list that was asked for, only open rows when asked so."""
    only_open = "open" in request.args
    found = [pair for pair in pairs if (pair.is_open if only_open else pair.counts)]
    page = max(request.args.get("page", 1, type=whole), 1)
    shown = found[(page - 1) * ROWS_A_PAGE : page * ROWS_A_PAGE]
    return {
        "pairs": shown,
        "scores": scores_with_rows([pair.score_id for pair in shown]),
        "count": len(found),
        "open_count": sum(pair.is_open for pair in pairs),
        "only_open": only_open,
        "page": page,
        "pages": -(-len(found) // ROWS_A_PAGE),
    }


def _counts(outcome: Outcome) -> bool:
    """Differs, is settled or asked about, or was appraised and has no outcome."""
    unscored = outcome.appraised is not None and outcome.final.applicable and outcome.final.points is None
    return outcome.differs or unscored or outcome.is_concluded or outcome.score.asked_at is not None


def _back(score: Score):
    page = url_for(".agency", round_id=score.sheet.round_id, sheet_id=score.sheet_id)
    return redirect(f"{page}#score-{score.id}")


def _issuer() -> Issuer:
    config = current_app.config
    return Issuer(
        config["PROVINCE"],
        config["PROVINCE_PEOPLES_COMMITTEE"],
        config["HOME_AFFAIRS"],
        config["BASE_URL"],
    )


def _file(data: bytes, name: str, extension: str):
    return send_file(BytesIO(data), MEDIA_TYPES[extension], as_attachment=True, download_name=name)
