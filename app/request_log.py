"""One JSON line a request, and the id that ties it to the audit trail, the error page and the proxy's own log.

Lines hold the route, never the address typed: codes, search words and names of files stay out of the logs.
"""

import json
import logging
import re
import secrets
import sys
import time
from datetime import UTC, datetime

from flask import Flask, Response, current_app, g, has_request_context, request

ACCEPTED_ID = re.compile(r"[A-Za-z0-9._-]{8,40}")
REQUESTS = logging.getLogger("app.requests")


class JsonLines(logging.Formatter):
    """A record as one line of JSON; ``extra={"fields": {…}}`` adds names of its own."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if has_request_context():
            line["request_id"] = g.get("request_id", "")
        line |= getattr(record, "fields", {})
        if record.exc_info:
            line["trace"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)


def route() -> str:
    """The rule that answers, such as ``/sheets/<int:sheet_id>``; "" when none does."""
    return request.url_rule.rule if request.url_rule is not None else ""


def milliseconds() -> float:
    """Since the request came; a body that is streamed is still on its way."""
    return round((time.perf_counter() - g.get("begun", time.perf_counter())) * 1000, 1)


def init_app(app: Flask) -> None:
    """Must come before everything else that looks at a request."""
    root = logging.getLogger()
    if not root.handlers:  # a program that has set up logging itself keeps its own
        handler = logging.StreamHandler(sys.stderr)
        handler.setFormatter(JsonLines())
        root.addHandler(handler)
    logging.getLogger("app").setLevel(app.config["LOG_LEVEL"])
    app.before_request(_begin)
    app.after_request(_end)


def _begin() -> None:
    given = request.headers.get("X-Request-ID", "")
    believed = current_app.config["PROXY"] and ACCEPTED_ID.fullmatch(given)
    g.request_id = given if believed else secrets.token_hex(8)
    g.begun = time.perf_counter()


def _end(response: Response) -> Response:
    response.headers["X-Request-ID"] = g.get("request_id", "")
    if request.endpoint != "static":
        fields = {
            "method": request.method,
            "route": route(),
            "status": response.status_code,
            "ms": milliseconds(),
            "account_id": g.get("account_id"),
        }
        REQUESTS.info("request", extra={"fields": fields})
    return response
