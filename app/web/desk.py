"""Working screens: one base view, one transaction a request, one place where a refusal becomes a page."""

import errno
from collections.abc import Callable
from functools import wraps

from flask import Flask, current_app, flash, g, redirect, render_template, request
from flask_appbuilder.utils.base import get_safe_redirect
from flask_appbuilder.views import BaseView
from flask_babel import gettext as _
from flask_login import current_user
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException

from app.errors import Conflict, DomainError, Sentence
from app.extensions import db
from app.files import size_text
from app.models import Account
from app.tokens import is_api
from app.web.constraint_words import collision


def said(sentence: Sentence | str) -> str:
    """The sentence in the reader's language; its values, when they are our own words, too."""
    if isinstance(sentence, str):
        return _(sentence) if sentence else ""
    values = {
        name: said(value) if isinstance(value, (Sentence, str)) else value
        for name, value in sentence.values.items()
    }
    return _(sentence.template, **values) if values else _(sentence.template)


def me() -> Account:
    """The account that asks."""
    return g.user._get_current_object() if hasattr(g.user, "_get_current_object") else g.user


def is_htmx() -> bool:
    return request.headers.get("HX-Request") == "true"


def came_from() -> str:
    """The page of ours that the request came from, else the index."""
    return get_safe_redirect(request.referrer or "")


def writes(again: str | None = None) -> Callable:
    """One transaction for a view that changes something: commit when it returns, roll back when it refuses.

    A refusal is shown where the person is. ``again`` names the view's method that draws the form once more
    with what was typed; it gets the route's arguments and ``refusal``, for a small request (htmx) too. Out of
    scope (404) and without the right (403) are pages of their own.
    """

    def decorate(view: Callable) -> Callable:
        @wraps(view)
        def act(self, *args, **kwargs):
            try:
                answer = view(self, *args, **kwargs)
                db.session.commit()
            except (DomainError, StaleDataError, IntegrityError) as error:
                db.session.rollback()
                return _refused(self, again, refusal_of(error), args, kwargs)
            return answer

        act.again = again
        return act

    return decorate


def refusal_of(error: DomainError | StaleDataError | IntegrityError) -> DomainError:
    """What a person should hear when the database, not we, noticed the collision."""
    if isinstance(error, DomainError):
        return error
    if isinstance(error, StaleDataError):
        return Conflict("Người khác vừa lưu nội dung này. Hãy tải lại trang để xem bản mới.")
    return collision(error)


def _refused(view, again, refusal: DomainError, args, kwargs):
    if refusal.status in (403, 404) or (is_htmx() and again is None):
        raise refusal
    if again is not None:
        return getattr(view, again)(*args, **kwargs, refusal=refusal), refusal.status
    flash(said(refusal.sentence), "danger")
    return redirect(came_from())


class DeskView(BaseView):
    """Base of the working screens. Every route is ``@permission_name("read")`` or ``("write")``."""

    base_permissions = ["can_read", "can_write"]


FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
ERROR_WORDS = {
    400: "Yêu cầu không hợp lệ. Hãy tải lại trang rồi thử lại.",
    401: "Phiên làm việc đã hết. Hãy đăng nhập lại.",
    403: "Tài khoản của bạn không có quyền làm việc này.",
    404: "Không tìm thấy nội dung này.",
    405: "Không thể thực hiện theo cách này.",
    413: "Nội dung gửi lên lớn hơn mức cho phép (%(limit)s một lần gửi).",
    414: "Địa chỉ quá dài.",
    429: "Bạn thao tác quá nhanh. Hãy đợi một phút rồi thử lại.",
    500: "Phần mềm gặp lỗi và chưa lưu được. Hãy thử lại; nếu vẫn lỗi, báo mã yêu cầu cho Sở Nội vụ.",
    503: "Phần mềm đang bận. Hãy thử lại sau ít giây.",
    507: "Máy chủ hết chỗ lưu nên nội dung này chưa được lưu. Hãy giữ trang này và báo cho Sở Nội vụ.",
}


def _page(status: int, words: str):
    if is_api():
        return {"message": words, "request_id": g.get("request_id", "")}, status
    template = "error_fragment.html" if is_htmx() else "error.html"
    return render_template(template, status=status, words=words, request_id=g.get("request_id", "")), status


def _full_page():
    """Whatever of the request was not read is still coming: the connection ends with this answer, and says so."""
    page = current_app.make_response(_page(507, _(ERROR_WORDS[507])))
    page.headers["Connection"] = "close"
    return page


def _on_domain_error(error: DomainError):
    db.session.rollback()
    return _page(error.status, said(error.sentence))


def _on_http_error(error: HTTPException):
    if error.response is not None or (error.code or 500) < 400:
        return error
    values = {"limit": size_text(current_app.config["MAX_CONTENT_LENGTH"])} if error.code == 413 else {}
    return _page(error.code, _(ERROR_WORDS.get(error.code, ERROR_WORDS[400]), **values))


def _on_csrf_error(_error: CSRFError):
    return _page(400, _("Trang đã mở quá lâu hoặc phiên đã hết. Hãy tải lại trang rồi thử lại."))


def _on_busy(error: OperationalError):
    db.session.rollback()
    current_app.logger.error("database: %s", error)
    status = 507 if _is_full(error) else 503
    try:
        return _full_page() if status == 507 else _page(status, _(ERROR_WORDS[status]))
    except OperationalError:
        db.session.rollback()
        return _bare_page(status, _(ERROR_WORDS[status])), status


def _bare_page(status: int, words: str) -> str:
    """Without the context processors, which ask the database who is there."""
    page = current_app.jinja_env.get_template("error_bare.html")
    return page.render(status=status, words=words, request_id=g.get("request_id", ""))


def _is_full(error: OperationalError) -> bool:
    """SQLite says it in words, PostgreSQL by its code (disk full)."""
    return getattr(error.orig, "sqlstate", "") == "53100" or "disk is full" in str(error.orig)


def _on_system_error(error: OSError):
    """A full disk, a full quota or a file at its limit is said; anything else is a fault of ours."""
    if error.errno not in FULL:
        raise error
    db.session.rollback()
    current_app.logger.error("disk: %s", error)
    return _full_page()


def _receive_upload() -> None:
    """The whole upload arrives before the first statement: a slow sender must not hold the database's write lock."""
    if request.mimetype == "multipart/form-data":
        g.user = current_user  # read by the page that refuses an upload too large; FAB sets it later
        request.files.keys()


def init_app(app: Flask) -> None:
    """Refusals, HTTP errors and crashes as pages in the reader's language; htmx gets the sentence alone."""
    app.json.ensure_ascii = False  # Vietnamese stays readable in JSON too
    app.before_request(_receive_upload)
    app.register_error_handler(DomainError, _on_domain_error)
    app.register_error_handler(CSRFError, _on_csrf_error)
    app.register_error_handler(OperationalError, _on_busy)
    app.register_error_handler(OSError, _on_system_error)
    app.register_error_handler(HTTPException, _on_http_error)
