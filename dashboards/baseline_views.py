"""The pages of the tables of 2013; public, because the report is."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from dashboards import baseline
from dashboards.baseline_chart import chart
from dashboards.models import BaselineTable
from dashboards.then_and_now import COLUMNS as THEN_AND_NOW
from dashboards.then_and_now import TABLES, beside_table, file_rows
from regions.kept_pages import kept_page
from workspace.exports import CONTENT_TYPES, PARAMETER, export_response, file_response

LONGEST_SEARCH = 100
BESIDE, NOW = "naast", "nu"  # `?formaat=csv&naast=nu` is the comparison as a file
COLUMNS = ("tabel", "titel", "sector", "rij", "kolom", "eenheid", "waarde")


@login_not_required
@require_safe
@kept_page("q", PARAMETER)
def tables(request, *, version):
    """All tables; `?q=` leaves those in whose words all of its words stand."""
    typed = request.GET.get("q", "").replace("\x00", "")[:LONGEST_SEARCH].strip()
    found = [
        table for table in BaselineTable.objects.all() if all(word in table.words for word in typed.lower().split())
    ]
    if PARAMETER in request.GET:
        return export_response(request, _every_cell(found), COLUMNS, "tabellen-2013")
    return render(request, "dashboards/baseline.html", {"tables": found, "typed": typed})


def _every_cell(found):
    for table in found:
        for row in table.printed:
            for column in table.columns:
                yield (
                    table.number,
                    table.title,
                    row.sector,
                    row.label,
                    column["label"],
                    table.unit_label,
                    row.values[column["key"]],
                )


@login_not_required
@require_safe
def table(request, number):
    """One table with all that is known about it; `?formaat=` gives it as a file.

    Beside some stand figures of today, which change within a day: those are made anew each time.
    """
    if number not in TABLES:
        return _kept_table(request, number)
    response = _table(request, number)
    patch_cache_control(response, no_cache=True)
    return response


@kept_page(PARAMETER)
def _kept_table(request, number, *, version):
    return _table(request, number)


def _table(request, number):
    numbers = list(BaselineTable.objects.values_list("number", flat=True))
    if number not in numbers:
        return render(request, "dashboards/baseline_unknown.html", {"numbers": numbers}, status=404)
    shown = BaselineTable.objects.get(number=number)
    comparisons = beside_table(number, timezone.localdate())
    if form := request.GET.get(PARAMETER):
        if form not in CONTENT_TYPES:
            message = _("Dit formaat kennen wij niet. Kies uit: %(known)s.") % {"known": ", ".join(CONTENT_TYPES)}
            return HttpResponse(f"{message}\n", status=400, content_type="text/plain; charset=utf-8")
        name, notes = f"tabel-{number}-van-2013", list(baseline.explanation(shown))
        if request.GET.get(BESIDE) == NOW and comparisons:
            notes += [(_("Wat verschilt"), comparison.differences) for comparison in comparisons]
            return file_response(file_rows(comparisons), THEN_AND_NOW, f"{name}-en-nu", form, notes=notes)
        return file_response(baseline.lines(shown), baseline.heading(shown), name, form, notes=notes)
    at = numbers.index(number)
    context = {
        "table": shown,
        "chart": chart(shown),
        "comparisons": [(found, _page_of(found)) for found in comparisons],
        "n_text": baseline.n_text(shown),
        "source_text": baseline.source_text(shown),
        "previous": numbers[at - 1] if at else None,
        "next": numbers[at + 1] if at + 1 < len(numbers) else None,
    }
    return render(request, "dashboards/baseline_table.html", context)


def _page_of(comparison):
    """The page of the figure that stands beside a table; it is open to everybody."""
    return f"{reverse('dashboards:open-figure', args=[comparison.figure.key])}?{comparison.query}"
