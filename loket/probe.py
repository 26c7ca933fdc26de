"""Does the web server of this container answer? For Docker's HEALTHCHECK: exit code 0 or 1.

The image has no curl, and the site answers only to its own names, so this asks for one of them. Run as
a file (`python -I loket/probe.py`): importing the package would load all of Celery every few seconds.
"""

import os
import sys
from urllib.error import URLError
from urllib.request import Request, urlopen

ADDRESS = "http://127.0.0.1:8000/healthz/live"


def host():
    """A name this site answers to: the first of ALLOWED_HOSTS; ".loket.example" stands for loket.example too."""
    first = os.environ.get("ALLOWED_HOSTS", "").split(",")[0].strip()
    return "localhost" if first in {"", "*"} else first.removeprefix(".")


def main():
    try:
        urlopen(Request(ADDRESS, headers={"Host": host()}), timeout=4).close()
    except (URLError, OSError) as error:
        return f"{ADDRESS} as {host()}: {error}"
    return 0


if __name__ == "__main__":
    sys.exit(main())
