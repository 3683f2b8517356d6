"""Kết quả từng tiêu chí: what became of each row of a sheet after the conclusion, on screen and as a file."""

from flask import request, send_file
from flask_appbuilder import expose, permission_name
from flask_appbuilder.security.decorators import has_access

from app.clock import now
from app.scoring.exports.outcome import outcome_document, outcome_workbook
from app.scoring.queries.own_outcome import own_outcome
from app.scoring.queries.sheets import deadline_of, get_sheet
from app.scoring.views.files import attachment
from app.scoring.views.reports import issuer
from app.scoring.views.sheets import sheet_words
from app.web.desk import DeskView, me
from app.web.documents import write_pdf


class OutcomeView(DeskView):
    """The agency's own sheet; a manager opens any. Appraisers are not named."""

    route_base = "/sheets"
    class_permission_name = "SheetView"

    @expose("/<int:sheet_id>/outcome")
    @has_access
    @permission_name("read")
    def show(self, sheet_id: int):
        """``?only=differs`` leaves the rows whose final points are not the agency's own."""
        sheet = get_sheet(me(), sheet_id)
        found, differing = own_outcome(sheet), request.args.get("only") == "differs"
        rows = [row for row in found.rows if row.differs] if differing else found.rows
        return self.render_template(
            "sheet/outcome.html",
            found=found,
            rows=rows,
            differing=differing,
            deadline=deadline_of(sheet),
            **sheet_words(sheet),
        )

    @expose("/<int:sheet_id>/outcome.<any(pdf, xlsx):kind>")
    @has_access
    @permission_name("read")
    def download(self, sheet_id: int, kind: str):
        sheet = get_sheet(me(), sheet_id)
        found = own_outcome(sheet)
        data = (
            outcome_workbook(found)
            if kind == "xlsx"
            else write_pdf(outcome_document(found, issuer(), at=now()))
        )
        name = f"Kết quả từng tiêu chí – {sheet.agency_name} – {sheet.round.name}.{kind}"
        return send_file(**attachment(data, name))
