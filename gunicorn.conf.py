"""The server. Two processes of four threads serve some 300 people on two cores."""

import os
import tempfile

# The workers' figures lie side by side in this folder, so that any of them can tell all (app/service.py).
if os.environ.get("METRICS", "").strip().lower() in {"1", "true", "yes", "on"}:
    os.environ.setdefault("PROMETHEUS_MULTIPROC_DIR", tempfile.mkdtemp(prefix="cham-diem-metrics-"))

bind = os.environ.get("BIND") or f"127.0.0.1:{os.environ.get('PORT') or 8080}"
worker_class = "gthread"
workers = int(os.environ.get("WEB_CONCURRENCY") or 2)
threads = 4
preload_app = False  # every worker opens its own database connections
timeout = 120  # the largest export of a round with some 230 agencies
graceful_timeout = 30
keepalive = 5
max_requests = 5000
max_requests_jitter = 500
accesslog = None
control_socket_disable = True  # it would lie in the home folder, shared by every server of one user
errorlog = "-"

# TLS of its own (1.2 and 1.3), for a proxy on another machine; both are set or neither.
certfile = os.environ.get("CERT_FILE") or None
keyfile = os.environ.get("KEY_FILE") or None


def child_exit(_server, worker) -> None:
    """A worker that has gone no longer counts as one that lives; what it had counted stays."""
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        from prometheus_client import multiprocess  # at import it looks for the folder named above

        multiprocess.mark_process_dead(worker.pid)
