#!/usr/bin/env python
"""Django's command line for Loket."""

import os
import sys


def main():
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "loket.settings")
    try:
        from django.core.exceptions import ImproperlyConfigured
        from django.core.management import execute_from_command_line
    except ImportError as error:
        raise SystemExit(
            "Django is not installed here. Run `make run` once: it makes .venv with all that is needed."
        ) from error
    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:  # its text says what to do; where it was raised helps nobody
        raise SystemExit(f"Loket cannot start: {error}") from None


if __name__ == "__main__":
    main()
