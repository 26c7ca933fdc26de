"""What every answer of the API has in common: its tag, its pages, and that it understands what it is asked."""

import hashlib
from functools import wraps

from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import condition
from rest_framework import serializers
from rest_framework.pagination import CursorPagination

from regions.kept_pages import release
from regions.models import ContentVersion


def etag_of(request, *args, **kwargs):
    """The same for the same address on the same day, until something public or the code changes."""
    named = f"{release()} {ContentVersion.current()} {timezone.localdate()} {request.get_full_path()}"
    return f'"{hashlib.blake2b(named.encode(), digest_size=16).hexdigest()}"'


def with_etag(view):
    """Tag the answers of `view` by content version; 304 where nothing changed.

    An error carries no tag: who was refused for asking too often must not get a 304 for that later.
    """
    tagged = condition(etag_func=etag_of)(view)

    @wraps(view)
    def answer(request, *args, **kwargs):
        response = tagged(request, *args, **kwargs)
        if response.status_code not in (200, 304):
            del response["ETag"]
        return response

    return answer


class BySlug(CursorPagination):
    """50 rows a page, or `page_size` up to 200; `next` and `previous` are addresses."""

    page_size = 50
    max_page_size = 200
    page_size_query_param = "page_size"
    ordering = "slug"

    @property
    def parameters(self):
        return (self.cursor_query_param, self.page_size_query_param)


class ByCode(BySlug):
    ordering = "code"


class ByStart(BySlug):
    ordering = ("starts_at", "pk")


def refuse_unknown(request, parameters):
    """Raise a ValidationError for a parameter that is not in `parameters`.

    A filter with a typing error would else give everything, and nobody would see it.
    """
    known = (*parameters, "format")
    unknown = sorted(set(request.GET) - set(known))
    if unknown:
        reasons = [_("Dit adres kent “%(name)s” niet.") % {"name": name[:40]} for name in unknown[:10]]
        choice = _("U kunt kiezen uit: %(names)s.") % {"names": ", ".join(known)}
        raise serializers.ValidationError({"detail": [*reasons, choice]})
