"""The acts that move a round on: open, begin appraisal, conclude, publish, copy (Đ.9–11)."""

from flask import flash, redirect, request, url_for
from flask_appbuilder import expose, permission_name
from flask_appbuilder.security.decorators import has_access
from flask_babel import gettext as _

from app.clock import now
from app.errors import Refused
from app.extensions import db
from app.files import Stored
from app.scoring.operations import concluding, publishing, unlocking
from app.scoring.operations import rounds as operations
from app.scoring.operations.evidence import keep_file
from app.scoring.queries import rounds as queries
from app.scoring.queries.assigned import Coverage
from app.scoring.queries.conclusion import NOTHING_LEFT, Left, conclusion_checks
from app.scoring.queries.coverage import leaf_gaps
from app.scoring.views import typed
from app.scoring.views.rounds import RoundPages
from app.web.desk import me, writes
from app.web.uploads import keep_pdf, send_stored

ROWS_SHOWN = 50


class RoundDeskView(RoundPages):
    """The pages of a round with its acts; every act is guarded in the operations."""

    @expose("/<int:round_id>/open", methods=["POST"])
    @has_access
    @permission_name("write")
    @writes(again="round_page")
    def open(self, round_id):
        made = operations.open_round(queries.hold_round(round_id), actor=me(), at=now())
        flash(_("Đã mở kỳ chấm điểm và tạo %(count)s phiếu.", count=made), "success")
        return self._back(round_id)

    @expose("/<int:round_id>/appraise", methods=["GET"])
    @has_access
    @permission_name("write")
    def before_appraisal(self, round_id):
        return self.appraisal_page(round_id)

    def appraisal_page(self, round_id, refusal=None):
        """What begins and what is lost when appraisal begins: gaps in the assignments, sheets not sent."""
        round_ = queries.get_round(round_id)
        coverage = Coverage(round_)
        return self.render_template(
            "rounds/appraise.html",
            round=round_,
            refusal=refusal,
            gaps=leaf_gaps(coverage),
            items=len(coverage.items),
            unsent=queries.unsent_sheets(round_),
            **self._names(),
        )

    @expose("/<int:round_id>/appraise", methods=["POST"])
    @has_access
    @permission_name("write")
    @writes(again="appraisal_page")
    def appraise(self, round_id):
        late = operations.begin_appraisal(queries.hold_round(round_id), actor=me(), at=now())
        flash(_("Đã chuyển sang thẩm định; %(count)s phiếu chưa gửi.", count=late), "success")
        return self._back(round_id)

    @expose("/<int:round_id>/conclude", methods=["GET"])
    @has_access
    @permission_name("write")
    def before_conclusion(self, round_id):
        return self.conclusion_page(round_id)

    def conclusion_page(self, round_id, refusal=None):
        """What stops the conclusion, and what it leaves as it is, to be confirmed by number."""
        round_ = queries.get_round(round_id)
        checks = conclusion_checks(round_, now())
        shown = {pair.criterion_id for rows in (checks.answered, checks.asked, checks.kept) for pair in rows}
        return self.render_template(
            "rounds/conclude.html",
            round=round_,
            refusal=refusal,
            checks=checks,
            names=queries.names_of_criteria(shown),
            shown=ROWS_SHOWN,
            **self._names(),
        )

    @expose("/<int:round_id>/conclude", methods=["POST"])
    @has_access
    @permission_name("write")
    @writes(again="conclusion_page")
    def conclude(self, round_id):
        left = Left(_number("asked"), _number("kept"), typed.text("mark") or NOTHING_LEFT.mark)
        concluding.conclude_round(queries.hold_round(round_id), left=left, actor=me(), at=now())
        flash(_("Đã kết luận kỳ chấm điểm. Điểm, hạng và xếp loại đã được chốt."), "success")
        return self._back(round_id)

    @expose("/<int:round_id>/publish", methods=["POST"])
    @has_access
    @permission_name("write")
    @writes(again="round_page")
    def publish(self, round_id):
        publishing.require_publishable(queries.get_round(round_id), actor=me())
        upload, stored = request.files.get("file"), None
        if upload is not None and upload.filename:
            db.session.rollback()  # nobody waits while the file is written and scanned
            stored = _received(upload)
        round_ = queries.hold_round(round_id)
        decision = publishing.Decision(
            typed.text("decision_number"),
            typed.day("decided_on"),
            typed.text("signer"),
            keep_file(stored, at=now()) if stored is not None else None,
            stored.name if stored is not None else "",
            earlier="earlier" in request.form,
        )
        publishing.publish(round_, decision, actor=me(), at=now())
        flash(_("Đã công bố kết quả trên trang công khai."), "success")
        return self._back(round_id)

    @expose("/<int:round_id>/publications/<int:publication_id>")
    @has_access
    @permission_name("read")
    def decision_file(self, round_id, publication_id):
        """The file of a decision, also of a publication that has ended."""
        found = queries.get_publication(round_id, publication_id)
        return send_stored(found.file, found.file_name)

    @expose("/<int:round_id>/unpublish", methods=["POST"])
    @has_access
    @permission_name("write")
    @writes(again="round_page")
    def unpublish(self, round_id):
        round_ = queries.hold_round(round_id)
        publishing.unpublish(round_, typed.text("reason"), actor=me(), at=now())
        flash(_("Đã gỡ kết quả khỏi trang công khai."), "success")
        return self._back(round_id)

    @expose("/<int:round_id>/unlock", methods=["POST"])
    @has_access
    @permission_name("write")
    @writes(again="round_page")
    def unlock(self, round_id):
        """Ask that a concluded result be opened again; another manager confirms."""
        round_ = queries.hold_round(round_id)
        unlocking.request_reopening(round_, typed.text("reopen_reason"), actor=me(), at=now())
        flash(_("Đã ghi đề nghị mở lại; chờ một quản lý khác xác nhận."), "success")
        return self._back(round_id)

    @expose("/<int:round_id>/copy", methods=["POST"])
    @has_access
    @permission_name("write")
    @writes(again="round_page")
    def copy(self, round_id):
        copy = operations.copy_round(queries.get_round(round_id), actor=me(), at=now())
        flash(_("Đã tạo kỳ %(period)s từ kỳ này, đang chuẩn bị.", period=copy.period), "success")
        return self._back(copy.id)

    def _back(self, round_id: int):
        return redirect(url_for("RoundDeskView.show", round_id=round_id))


def _number(name: str) -> int:
    """The number that a ticked box carries; 0 for a box that is not ticked or not there, -1 for anything else."""
    text = typed.text(name)
    return int(text) if text.isascii() and text.isdigit() and len(text) < 8 else -1 if text else 0


def _received(upload) -> Stored:
    try:
        return keep_pdf(upload)
    except Refused as refusal:
        raise refusal.at("file") from refusal
