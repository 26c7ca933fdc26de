"""Loket's own variants of Django apps."""

from django.contrib.staticfiles.apps import StaticFilesConfig


class OurStaticFilesConfig(StaticFilesConfig):
    """Collects what pages use, and leaves out what wheels bring along: half a minute of compressing."""

    ignore_patterns = [
        *StaticFilesConfig.ignore_patterns,
        "redoc",  # beside Swagger UI
        "rest_framework",  # of the browsable API; ours answers in JSON only
        "ext",  # htmx: its extensions, and a version that we do not use
        "htmx-4*",
        "htmax-*",
        "*.rtl.*",  # Bootstrap: languages from right to left, parts and modules
        "bootstrap-*.css*",
        "bootstrap.esm.*",
        "draw",  # Leaflet: what other maps use
        "leaflet-src*",
        "leaflet.extras*",
        "leaflet.forms*",
        "leaflet_django*",
        "Control.MiniMap*",
        "proj4*",
    ]
