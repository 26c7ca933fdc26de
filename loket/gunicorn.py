"""How gunicorn serves Loket: `gunicorn -c python:loket.gunicorn loket.wsgi`.

gunicorn itself reads WEB_CONCURRENCY, the number of worker processes. The address to listen on is
given on the command line.
"""

import os
from pathlib import Path

from gunicorn.glogging import Logger

from loket import logs


class AccessLogger(Logger):
    """gunicorn's logger, with an access log of fields instead of one long text."""

    def exception(self, msg, *args, **kwargs):
        # "Error handling request ...": of the URL, only what stands before the question mark.
        super().exception(msg, *(arg.split("?")[0] if isinstance(arg, str) else arg for arg in args), **kwargs)

    def access(self, resp, req, environ, request_time):
        headers = {name.lower(): value for name, value in resp.headers}
        status = int(str(resp.status).split(None, 1)[0])
        path = environ.get("PATH_INFO", "")
        self.access_log.info(
            "%s %s %s",
            environ.get("REQUEST_METHOD"),
            path,
            status,
            extra={
                "method": environ.get("REQUEST_METHOD"),
                "path": path,
                "status": status,
                "size_bytes": resp.sent,
                "duration_ms": round(request_time.total_seconds() * 1000, 1),
                # The response is done, and with it the context that the filter reads.
                "request_id": headers.get(logs.REQUEST_ID_HEADER.lower()),
            },
        )


worker_class = "gthread"
threads = 4  # a request waits for the database part of its time; more only makes requests wait for each other
keepalive = 130  # seconds; longer than the two minutes for which the proxy keeps a connection
# A long query string gets a page that says what was not read. The proxy in front limits what comes in (1 MB).
limit_request_line = 0
timeout = 30
graceful_timeout = 30
# The sign of life of a worker is a file; on a disk that is busy, writing it can take too long.
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108
control_socket_disable = True  # nobody uses it, and it wants a home directory to write in
logger_class = AccessLogger
logconfig_dict = logs.config(form=os.environ.get("LOG_FORMAT", "json"), level=os.environ.get("LOG_LEVEL", "INFO"))
