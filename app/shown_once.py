"""The page and the file of a list of secrets, open to the session that made it until its owner confirms."""

import io

from flask import flash, g, redirect, send_file, session, url_for
from flask_appbuilder import expose, permission_name
from flask_appbuilder.security.decorators import has_access
from flask_babel import gettext as _

from app.clock import now
from app.sign_in.shown_once import SecretList, delete_list, get_list, keep_list
from app.web.desk import DeskView, writes
from app.web.qr import qr
from app.web.workbook import Column, Tab, write_workbook

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_ON_A_PAGE = 300
"""Each slip may carry a picture; longer lists are given as a file."""


def show_once(found: SecretList):
    """Keep the list, and go to its page: reloading that page or coming back to it shows it again."""
    kept = keep_list(found, session_id=g.session_id, key=session["_key"], at=now())
    return redirect(url_for("ShownOnceView.show", list_id=kept.id))


class ShownOnceView(DeskView):
    route_base = "/shown-once"

    @expose("/<int:list_id>")
    @has_access
    @permission_name("read")
    def show(self, list_id: int):
        found = _own(list_id)
        return self.render_template(
            "account/slips.html", list_id=list_id, found=found, most=MOST_ON_A_PAGE, qr=qr
        )

    @expose("/<int:list_id>.xlsx")
    @has_access
    @permission_name("read")
    def file(self, list_id: int):
        found = _own(list_id)
        tab = Tab(found.title, (found.title.upper(),), [Column(name) for name in found.columns], found.rows,
                  notes=(found.hint,), landscape=True)  # fmt: skip
        data = io.BytesIO(write_workbook([tab], title=found.title))
        return send_file(data, XLSX, as_attachment=True, download_name=f"{found.title}.xlsx")

    @expose("/<int:list_id>/confirm", methods=["POST"])
    @has_access
    @permission_name("write")
    @writes()
    def confirm(self, list_id: int):
        back = _own(list_id).back
        delete_list(list_id, session_id=g.session_id)
        flash(_("Đã xóa danh sách khỏi phần mềm."), "success")
        return redirect(back)


def _own(list_id: int) -> SecretList:
    return get_list(list_id, session_id=g.session_id, key=session["_key"])
