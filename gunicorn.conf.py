"""The server. Two processes of four threads serve some 300 people on two cores."""

import os

bind = f"127.0.0.1:{os.environ.get('PORT') or 8080}"
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
errorlog = "-"
