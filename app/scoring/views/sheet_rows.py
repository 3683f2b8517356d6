"""A row of the sheet: saved by a small request when it is left, drawn again when its newer text is taken."""

from flask import render_template, request
from flask_appbuilder import expose, permission_name
from flask_appbuilder.security.decorators import has_access

from app.clock import now
from app.extensions import db
from app.scoring.forms.sheets import read_row
from app.scoring.models import Score
from app.scoring.operations.sheets import save_row
from app.scoring.policy import works_for
from app.scoring.queries.entry import before_values, closed_reason, previous_scores, tally
from app.scoring.queries.next_step import Facts, next_step
from app.scoring.queries.sheets import Row, get_score, hold_score, suggestion_for
from app.web.desk import DeskView, me, writes


class SheetRowView(DeskView):
    """One criterion of one sheet. What was typed is never replaced by an answer; only notes beside it are."""

    route_base = "/sheets/rows"
    class_permission_name = "SheetView"

    @expose("/<int:score_id>")
    @has_access
    @permission_name("read")
    def row(self, score_id: int):
        """The row as it is kept, for a person who takes a colleague's text."""
        score = get_score(me(), score_id)
        own = works_for(me(), score.sheet.agency_id)
        return render_template(
            "sheet/row.html",
            row=_row(score),
            previous=previous_scores(score.sheet),
            before_values=before_values,
            editable=own and closed_reason(score.sheet, now()) is None,
            sheet=score.sheet,
        )

    @expose("/<int:score_id>", methods=["POST"])
    @has_access
    @permission_name("write")
    @writes(again="refused")
    def save(self, score_id: int):
        held = hold_score(me(), score_id)
        entry, version = read_row(request.form, held.row.criterion)
        save_row(held, entry, version=version, actor=me(), at=now())
        db.session.flush()
        score, found = held.row, tally(held.row.sheet)
        return render_template(
            "sheet/saved.html",
            row=_row(score),
            tally=found,
            me=me(),
            sheet=score.sheet,
            next=next_step(me(), score.sheet, Facts(found.done, found.to_do, found.comments), now()),
        )

    def refused(self, score_id: int, refusal):
        """Why the row was not kept; after a collision both texts, for the person to choose from."""
        score = get_score(me(), score_id)
        version = request.form.get("version", "")
        collided = refusal.status == 409 and closed_reason(score.sheet, now()) is None
        return render_template(
            "sheet/refused.html",
            row=_row(score),
            refusal=refusal,
            collided=collided and version != str(score.version),
            mine=request.form,
        )


def _row(score: Score) -> Row:
    return Row(score.criterion, score, suggestion_for(score))
