"""The acts after filling in: present, hand back, approve, reopen, attach the signed report, send (Đ.9.2, 9.3)."""

from flask import flash, redirect, request, url_for
from flask_appbuilder import expose, permission_name
from flask_appbuilder.security.decorators import has_access
from flask_babel import gettext as _

from app.clock import now
from app.errors import Refused
from app.extensions import db
from app.scoring.exports.comparison import compared
from app.scoring.forms.sheets import read_comments
from app.scoring.operations import review, sheets
from app.scoring.operations.evidence import keep_file
from app.scoring.policy import require_entry
from app.scoring.queries import review as review_queries
from app.scoring.queries.sheets import get_sheet, hold_sheet
from app.scoring.views.evidence import allowed_usage
from app.scoring.views.reports import issuer, pdf_facts
from app.scoring.views.sheets import check_page, show_page
from app.web.desk import DeskView, me, writes
from app.web.uploads import keep_pdf


class SheetStepView(DeskView):
    """Each act is one post from the check page; a refusal draws that page again with the reason."""

    route_base = "/sheets"
    class_permission_name = "SheetView"

    @expose("/<int:sheet_id>/present", methods=["POST"])
    @has_access
    @permission_name("write")
    @writes(again="check_again")
    def present(self, sheet_id: int):
        review.present(hold_sheet(me(), sheet_id), request.form.get("note", ""), actor=me(), at=now())
        flash(_("Đã trình lãnh đạo phê duyệt."), "success")
        return redirect(url_for("SheetView.check", sheet_id=sheet_id))

    @expose("/<int:sheet_id>/hand-back", methods=["POST"])
    @has_access
    @permission_name("write")
    @writes(again="check_again")
    def hand_back(self, sheet_id: int):
        comment, of_rows = read_comments(request.form)
        count = review.hand_back(hold_sheet(me(), sheet_id), comment, of_rows, actor=me(), at=now())
        flash(_("Đã trả lại phiếu kèm %(count)s ý kiến.", count=count), "success")
        return redirect(url_for("SheetView.check", sheet_id=sheet_id))

    @expose("/comments/<int:comment_id>/settle", methods=["POST"])
    @has_access
    @permission_name("write")
    @writes(again="settle_again")
    def settle_comment(self, comment_id: int):
        held = review_queries.hold_comment(me(), comment_id)
        review.settle_comment(held, request.form.get("answer", ""), actor=me(), at=now())
        comment = held.row
        place = f"row-{comment.score_id}" if comment.score_id is not None else "comments"
        return redirect(url_for("SheetView.show", sheet_id=comment.sheet_id, _anchor=place))

    @expose("/<int:sheet_id>/approve", methods=["POST"])
    @has_access
    @permission_name("write")
    @writes(again="check_again")
    def approve(self, sheet_id: int):
        sheet = hold_sheet(me(), sheet_id)
        snapshot = sheets.approve(sheet, actor=me(), at=now())
        flash(_("Đã duyệt báo cáo. Mã xác thực: %(code)s.", code=snapshot.code), "success")
        return redirect(url_for("SheetView.check", sheet_id=sheet_id))

    @expose("/<int:sheet_id>/reopen", methods=["POST"])
    @has_access
    @permission_name("write")
    @writes(again="check_again")
    def reopen(self, sheet_id: int):
        sheets.reopen(hold_sheet(me(), sheet_id), actor=me(), at=now())
        flash(_("Đã mở lại phiếu để sửa; báo cáo đã duyệt không còn hiệu lực."), "success")
        return redirect(url_for("SheetView.show", sheet_id=sheet_id))

    @expose("/<int:sheet_id>/sign", methods=["POST"])
    @has_access
    @permission_name("write")
    @writes(again="check_again")
    def sign(self, sheet_id: int):
        sheet = get_sheet(me(), sheet_id)
        require_entry(me(), sheet)
        upload = request.files.get("file")
        if upload is None or not upload.filename:
            raise Refused("Hãy chọn tệp PDF của báo cáo đã ký.", field="file")
        db.session.rollback()  # nobody waits while the file is written and scanned
        stored = keep_pdf(upload)
        facts = pdf_facts(upload.stream)
        sheet = hold_sheet(me(), sheet_id)
        file, allowed = keep_file(stored, at=now()), allowed_usage().with_reserve()
        reading = compared(sheet.row, facts, issuer()) if sheet.row.snapshot is not None else None
        sheets.sign(sheet, file, stored.name, actor=me(), at=now(), allowed=allowed, reading=reading)
        flash(_("Đã đính báo cáo đã ký “%(name)s”.", name=stored.name), "success")
        return redirect(url_for("SheetView.check", sheet_id=sheet_id))

    @expose("/<int:sheet_id>/send", methods=["POST"])
    @has_access
    @permission_name("write")
    @writes(again="check_again")
    def send(self, sheet_id: int):
        """A second click lands on the same receipt."""
        confirmed = request.form.get("confirmed") == "yes"
        sheets.send(hold_sheet(me(), sheet_id), actor=me(), at=now(), confirmed=confirmed)
        return redirect(url_for("SheetView.receipt", sheet_id=sheet_id))

    def settle_again(self, comment_id: int, refusal):
        """The sheet once more, with the reason beside the comment."""
        comment = review_queries.get_comment(me(), comment_id)
        return show_page(self, comment.sheet_id, refusal, comment_id)

    def check_again(self, sheet_id: int, refusal):
        """The check page once more, with the reason of the refusal."""
        return check_page(self, sheet_id, refusal)
