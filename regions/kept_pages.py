"""Pages kept for everybody until something public changes.

A kept page is a function of its path, the parameters it knows, the content version and the date, and of
nothing else: so it holds no token, no message and nothing of a person, and the view must not touch the
session or `request.user`. Visitors with a session get a fresh page that no shared cache may keep.
"""

import hashlib
import os
from functools import cache, wraps
from urllib.parse import urlencode

from django.conf import settings
from django.core.cache import cache as store
from django.http import HttpResponse, HttpResponseNotModified
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.http import parse_etags

from regions.models import ContentVersion

KEPT_FOR = 24 * 60 * 60
LONGEST_QUERY = 500  # a longer one is answered, but would only fill the cache with what nobody asks again


def kept_page(*parameters, by_host=False):
    """Keep the answers of a GET view under path, `parameters` and content version; answer 304 where possible.

    parameters: names of the query parameters that the view reads; all others are ignored for the key.
    by_host: the answer holds addresses with the name of the site, so it is kept for each name apart.
    The view is called with the version as keyword `version`, so that nobody reads it twice. An answer that
    it marks `Cache-Control: no-store` is kept by nobody.
    """

    def decorate(view):
        @wraps(view)
        def answer(request, *args, **kwargs):
            version = ContentVersion.current()
            if settings.SESSION_COOKIE_NAME in request.COOKIES:
                response = view(request, *args, version=version, **kwargs)
                patch_cache_control(response, private=True, no_cache=True)
                return response
            key = _key(request, parameters)
            if by_host:
                key = f"{request.build_absolute_uri('/')} {key}"
            etag = f'"{_digest(f"{key} {version} {timezone.localdate()}")}"'
            # A proxy that compresses marks a tag as weak; it is still the same page.
            if etag in [tag.removeprefix("W/") for tag in parse_etags(request.headers.get("If-None-Match", ""))]:
                return _with_headers(HttpResponseNotModified(), etag)
            short = len(request.META.get("QUERY_STRING", "")) <= LONGEST_QUERY
            kept = store.get(etag) if short else None
            if kept is None:
                response = view(request, *args, version=version, **kwargs)
                if response.status_code != 200 or "no-store" in response.get("Cache-Control", ""):
                    return response
                kept = response.headers["Content-Type"], response.content
                if short:
                    store.set(etag, kept, KEPT_FOR)
            content_type, body = kept
            return _with_headers(HttpResponse(body, content_type=content_type), etag)

        return answer

    return decorate


def _with_headers(response, etag):
    response.headers["ETag"] = etag
    patch_cache_control(response, public=True, no_cache=True)
    return response


def _key(request, parameters):
    known = [(name, value) for name in parameters for value in request.GET.getlist(name)]
    return f"{release()} {request.path} {urlencode(known)}"


def _digest(text):
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


@cache
def release():
    """What tells one release of the code from another: the newest change of a template, script or style.

    All containers of one image agree on it, because the files carry the times of the image.
    """
    newest = 0.0
    for folder in ("templates", "static", "loket", *settings.ROOMS):
        for path, _folders, files in os.walk(settings.BASE_DIR / folder):
            newest = max([newest, *(os.stat(os.path.join(path, file)).st_mtime for file in files)])
    return f"{newest:.0f} {settings.OFFICE_NAME}"
