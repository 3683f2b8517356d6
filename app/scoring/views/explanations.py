"""Giải trình: the agency answers what the council asks after appraisal, within the window of days."""

from flask import flash, redirect, request, url_for
from flask_appbuilder import expose, permission_name
from flask_appbuilder.security.decorators import has_access
from flask_babel import gettext as _

from app.clock import now
from app.errors import NotInScope
from app.scoring.operations.differences import answer_explanation
from app.scoring.policy import works_for
from app.scoring.queries.entry import appraised, asked_scores
from app.scoring.queries.own_outcome import basis_of, reasons_of
from app.scoring.queries.sheets import get_sheet, hold_score
from app.scoring.states import SheetState
from app.scoring.views.sheets import sheet_words
from app.web.desk import DeskView, me, writes


class ExplanationView(DeskView):
    route_base = "/sheets"
    class_permission_name = "SheetView"

    @expose("/<int:sheet_id>/explanations")
    @has_access
    @permission_name("read")
    def explanations(self, sheet_id: int, score_id: int | None = None, refusal=None):
        sheet = get_sheet(me(), sheet_id)
        scores = asked_scores(sheet)
        return self.render_template(
            "sheet/explanations.html",
            scores=scores,
            reasons=reasons_of([score.id for score in scores]),
            basis={score.id: basis_of(score) for score in scores},
            appraised=appraised(sheet),
            open=sheet.state == SheetState.APPRAISED and works_for(me(), sheet.agency_id),
            at=now(),
            blamed=score_id,
            refusal=refusal,
            **sheet_words(sheet),
        )

    @expose("/<int:sheet_id>/explanations/<int:score_id>", methods=["POST"])
    @has_access
    @permission_name("write")
    @writes(again="explanations")
    def answer(self, sheet_id: int, score_id: int):
        held = hold_score(me(), score_id)
        score = held.row
        if score.sheet_id != sheet_id:
            raise NotInScope()
        answer_explanation(held, request.form.get("answer", ""), actor=me(), at=now())
        flash(_("Đã gửi giải trình tiêu chí %(code)s.", code=score.criterion.code), "success")
        return redirect(url_for("ExplanationView.explanations", sheet_id=sheet_id))
