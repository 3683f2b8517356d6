"""What the machine room asks: does the process live, can it serve, how much does it serve.

``/healthz``, ``/readyz`` and ``/metrics`` need no account and show nothing of the province's data. Hosts that are not
ours (``TRUSTED_HOSTS``) are turned away here, before any page is made.
"""

import hmac
import os
from collections.abc import Callable
from ipaddress import ip_address

from alembic.runtime.migration import MigrationContext
from flask import Blueprint, Flask, Response, abort, current_app, request
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, Counter, Histogram
from prometheus_client import generate_latest as written
from prometheus_client.multiprocess import MultiProcessCollector
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import SecurityError

from app import antivirus
from app.extensions import db
from app.machine import newest_migration
from app.request_log import milliseconds, route
from app.web.uploads import file_store

METHODS = {"GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"}
ANSWERS = Counter("http_requests", "Requests answered.", ["method", "route", "status"])
SECONDS = Histogram("http_request_seconds", "Time to an answer.", ["method", "route"])

service = Blueprint("service", __name__)


@service.get("/healthz")
def healthz():
    """The process lives; asks nobody else."""
    return {"status": "ok"}


@service.get("/readyz")
def readyz():
    """Whether requests may be sent here: each part by name, 503 when one fails."""
    parts = {name: "ok" if _holds(name, check) else "failed" for name, check in _checks().items()}
    ready = set(parts.values()) == {"ok"}
    return {"status": "ready" if ready else "not ready", **parts}, 200 if ready else 503


def _holds(name: str, check: Callable[[], bool]) -> bool:
    """The check's answer; why it failed goes to the log, not to whoever asks."""
    try:
        return check()
    except (SQLAlchemyError, OSError) as error:
        db.session.rollback()
        current_app.logger.error("not ready: %s: %s", name, error)
        return False


def _database_answers() -> bool:
    return db.session.scalar(text("select 1")) == 1


def _migrations_at_head() -> bool:
    return MigrationContext.configure(db.session.connection()).get_current_revision() == newest_migration()


def _files_writable() -> bool:
    """Where uploads arrive, and the object store when there is one."""
    return file_store().answers()


def _antivirus_answers() -> bool:
    return antivirus.answers(current_app.config["CLAMD_ADDRESS"])


CHECKS = {"database": _database_answers, "migrations": _migrations_at_head, "files": _files_writable}


def _checks() -> dict[str, Callable[[], bool]]:
    """The virus scanner is asked where there is one."""
    return CHECKS | ({"antivirus": _antivirus_answers} if current_app.config["CLAMD_ADDRESS"] else {})


@service.get("/metrics")
def metrics():
    """For Prometheus: only with METRICS, and only from this machine or with METRICS_TOKEN."""
    if not current_app.config["METRICS"]:
        abort(404)
    if not (_from_here() or _has_token()):
        abort(403)
    return Response(written(_registry()), content_type=CONTENT_TYPE_LATEST)


def _from_here() -> bool:
    """From this machine itself; what a proxy passed on counts only when PROXY says whose it is."""
    passed_on = "X-Forwarded-For" in request.headers and not current_app.config["PROXY"]
    return not passed_on and ip_address(request.remote_addr or "0.0.0.0").is_loopback


def _has_token() -> bool:
    token = current_app.config["METRICS_TOKEN"]
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    return bool(token) and hmac.compare_digest(given.encode(), token.encode())


def _registry() -> CollectorRegistry:
    """All workers' figures together, when gunicorn gave them a folder to share; else this process's own."""
    if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
        return REGISTRY
    together = CollectorRegistry()
    MultiProcessCollector(together)
    return together


def _count(response: Response) -> Response:
    if current_app.config["METRICS"]:
        method = request.method if request.method in METHODS else "other"
        ANSWERS.labels(method, route(), response.status_code).inc()
        SECONDS.labels(method, route()).observe(milliseconds() / 1000)
    return response


def _refuse_foreign_host():
    """No page is made for a host that is not ours: its links would lead there."""
    if isinstance(request.routing_exception, SecurityError):
        return Response("Địa chỉ này không thuộc hệ thống.\n", 400, mimetype="text/plain")
    return None


def init_app(app: Flask) -> None:
    app.register_blueprint(service)
    app.before_request(_refuse_foreign_host)
    app.after_request(_count)
