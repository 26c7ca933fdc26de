"""The offer in one file, row by row, so that memory stays flat whatever its size.

The rows are those of `/aanbod/`, and the same filters narrow them down; an unknown one is refused with 400.
"""

import csv
import io
import json
from functools import wraps

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db.models import Case, F, TextField, Value, When
from django.db.models.functions import Concat
from django.http import FileResponse, HttpResponse, StreamingHttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from openpyxl import Workbook
from rest_framework.throttling import AnonRateThrottle

from activities.api_parts import with_etag
from activities.feeds import only, refused
from activities.filters import PARAMETERS, OfferFilter
from activities.models import Activity
from networks.directory import directory

COLUMNS = (
    "slug",
    "title",
    "summary",
    "intended_result",
    "programme",
    "network",
    "kind",
    "sectors",
    "phases",
    "needs",
    "target_groups",
    "years",
    "delivery",
    "effort_hours",
    "cost_euro",
    "evidence",
    "availability",
    "opens_on",
    "closes_on",
    "confirmed_on",
    "facts_as_of",
    "url",
    "is_sample",
)
AT_A_TIME = 1000


class ExportThrottle(AnonRateThrottle):
    """A file costs as much as many pages, so it has a limit of its own (EXPORT_RATE)."""

    scope = "export"

    def get_cache_key(self, request, view):
        return self.cache_format % {"scope": self.scope, "ident": self.get_ident(request)}


class Echo:
    """A file that gives back what is written to it, for csv.writer."""

    def write(self, text):
        return text


def export(view):
    """A public file: `view` gets the rows that the query string asks for."""

    @login_not_required
    @require_safe
    @with_etag
    @only(*PARAMETERS)
    @wraps(view)
    def answer(request):
        throttle = ExportThrottle()
        if not throttle.allow_request(request, None):
            response = HttpResponse(
                _("U vraagt te vaak om een bestand. Probeer het over een minuut weer.") + "\n",
                status=429,
                content_type="text/plain; charset=utf-8",
            )
            response["Retry-After"] = str(int(throttle.wait() or 60))
            return response
        asked = OfferFilter(request.GET, Activity.objects.all(), known=directory(), on=timezone.localdate())
        if asked.messages:
            return refused(asked.messages, PARAMETERS)
        return view(request, rows(asked.qs))

    return answer


def rows(activities):
    """One tuple for each of `activities`, in the order of COLUMNS."""
    page = settings.SITE_URL + reverse("activities:detail", args=["SLUG"])
    before, after = page.split("SLUG")
    found = activities.order_by("slug").annotate(
        availability=Case(
            When(own_availability="", then=F("network__programme__availability")), default=F("own_availability")
        ),
        url=Concat(Value(before), F("slug"), Value(after), output_field=TextField()),
        is_sample_text=Case(When(is_sample=True, then=Value("ja")), default=Value("nee")),
    )
    fields = {"programme": "network__programme__slug", "network": "network__slug", "is_sample": "is_sample_text"}
    return found.values_list(*(fields.get(name, name) for name in COLUMNS)).iterator(AT_A_TIME)


def cell(value):
    """A value as a spreadsheet takes it: lists joined, and nothing that it would run as a formula."""
    if value is None:
        return ""
    if isinstance(value, list):
        return " ".join(value)
    if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r"):
        return f"'{value}"
    return value


@export
def catalogue_csv(request, found):
    """Comma-separated, UTF-8 with a mark so that spreadsheets see it."""
    writer = csv.writer(Echo())

    def lines():
        yield "\ufeff" + writer.writerow(COLUMNS)
        for row in found:
            yield writer.writerow([cell(value) for value in row])

    return _attachment(StreamingHttpResponse(lines(), content_type="text/csv; charset=utf-8"), "csv")


@export
def catalogue_json(request, found):
    """One list of objects; the same names as the columns."""

    def parts():
        before = "["
        for row in found:
            yield before + json.dumps(dict(zip(COLUMNS, row, strict=True)), default=str, ensure_ascii=False)
            before = ",\n"
        yield "]" if before != "[" else "[]"

    return _attachment(StreamingHttpResponse(parts(), content_type="application/json"), "json")


@export
def catalogue_xlsx(request, found):
    """A spreadsheet, written row by row; only its compressed bytes are in memory, 2 MB for 20,000 rows."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("catalogus")
    sheet.append(COLUMNS)
    for row in found:
        sheet.append([cell(value) for value in row])
    file = io.BytesIO()
    book.save(file)
    file.seek(0)
    response = FileResponse(file, content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
    return _attachment(response, "xlsx")


def _attachment(response, ending):
    response["Content-Disposition"] = f'attachment; filename="loket-catalogus-{timezone.localdate()}.{ending}"'
    response["Cache-Control"] = "public, no-cache"
    return response
