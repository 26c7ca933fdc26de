"""The pages of the tables of 2013; public, because the report is."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from dashboards import baseline
from dashboards.baseline_chart import chart
from dashboards.models import BaselineTable
from regions.kept_pages import kept_page
from workspace.exports import CONTENT_TYPES, PARAMETER, export_response, file_response

LONGEST_SEARCH = 100
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
@kept_page(PARAMETER)
def table(request, number, *, version):
    """One table with all that is known about it; `?formaat=` gives it as a file."""
    numbers = list(BaselineTable.objects.values_list("number", flat=True))
    if number not in numbers:
        return render(request, "dashboards/baseline_unknown.html", {"numbers": numbers}, status=404)
    shown = BaselineTable.objects.get(number=number)
    if form := request.GET.get(PARAMETER):
        if form not in CONTENT_TYPES:
            message = _("Dit formaat kennen wij niet. Kies uit: %(known)s.") % {"known": ", ".join(CONTENT_TYPES)}
            return HttpResponse(f"{message}\n", status=400, content_type="text/plain; charset=utf-8")
        name, notes = f"tabel-{number}-van-2013", list(baseline.explanation(shown))
        return file_response(baseline.lines(shown), baseline.heading(shown), name, form, notes=notes)
    at = numbers.index(number)
    context = {
        "table": shown,
        "chart": chart(shown),
        "n_text": baseline.n_text(shown),
        "source_text": baseline.source_text(shown),
        "previous": numbers[at - 1] if at else None,
        "next": numbers[at + 1] if at + 1 < len(numbers) else None,
    }
    return render(request, "dashboards/baseline_table.html", context)
