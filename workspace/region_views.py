"""The schools of one's area by participation and phase, as a table and on the map; and what is missing there."""

from django import forms
from django.core.paginator import Paginator
from django.http import JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from activities.map_layers import Row, as_values
from loket.vocabulary import Phase, Sector
from regions.models import Municipality
from workspace.access import coordinator_required
from workspace.exports import PARAMETER, export_response
from workspace.lists import PAGE, rest_of_query, state_in_words
from workspace.region_rows import STANDINGS, UNKNOWN_PHASE, Area

PER_PAGE = 50
AT_A_TIME = 500
# From which share of its schools a municipality is drawn so, the highest first.
SHARES = ((0.5, "part-3"), (0.2, "part-2"), (0.0001, "part-1"), (0, "part-0"))
LEGEND = (
    ("part-0", gettext_lazy("geen school doet mee")),
    ("part-1", gettext_lazy("minder dan 20 procent")),
    ("part-2", gettext_lazy("20 tot 50 procent")),
    ("part-3", gettext_lazy("50 procent of meer")),
)
ANY = [("", gettext_lazy("alle"))]


class RegionFilter(forms.Form):
    """`?sector=po&gemeente=0106&deelname=slapend&fase=orientatie`; an unknown value is not chosen on, and said."""

    sector = forms.ChoiceField(label=gettext_lazy("Sector"), required=False, choices=[*ANY, *Sector.choices])
    gemeente = forms.ChoiceField(label=gettext_lazy("Gemeente"), required=False)
    deelname = forms.ChoiceField(label=gettext_lazy("Deelname"), required=False, choices=[*ANY, *STANDINGS.items()])
    fase = forms.ChoiceField(
        label=gettext_lazy("Fase"),
        required=False,
        choices=[*ANY, *Phase.choices, (UNKNOWN_PHASE, gettext_lazy("niet ingevuld"))],
    )

    def __init__(self, data, *, municipalities):
        super().__init__(data)
        self.fields["gemeente"].choices = [*ANY, *municipalities]
        for field in self.fields.values():
            field.widget.attrs["class"] = "form-select"

    @property
    def asked(self):
        """What to narrow down to, as `Area.filtered` takes it."""
        self.is_valid()
        names = {"sector": "sector", "gemeente": "municipality", "deelname": "standing", "fase": "phase"}
        return {names[name]: value for name, value in self.cleaned_data.items()}


@coordinator_required
@require_safe
def region(request):
    """The schools that somebody coordinates, narrowed down; above the list what stands out."""
    area = Area(request.user, request.today)
    names = _names(area)
    form = RegionFilter(request.GET, municipalities=sorted(names.items(), key=lambda pair: pair[1]))
    rows = area.filtered(**form.asked)
    if PARAMETER in request.GET:
        columns = (
            "code",
            _("school"),
            _("plaats"),
            _("gemeente"),
            _("sectoren"),
            _("deelname"),
            _("programma’s dit schooljaar"),
            _("activiteiten in twee jaar"),
            _("laatste activiteit"),
            _("fase"),
            _("contact"),
            _("e-mailadres"),
        )
        return export_response(request, _export_rows(area, rows), columns, _("scholen in uw gebied"))
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get(PAGE))
    context = {
        "section": "participation",
        "tab": "region",
        "area": area,
        "filter": form,
        "state": state_in_words(form),
        "page": page,
        "query": rest_of_query(request),
        "lines": list(area.lines(page.object_list)),
        "counts": area.counts,
        "by_phase": area.by_phase,
        "municipalities": [(code, names[code], *area.by_municipality[code]) for code in sorted(names, key=names.get)],
        "white_spots": area.white_spots(names),
        "refusals": area.refusals,
        "searches": area.searches,
        "legend": LEGEND,
    }
    return render(request, "workspace/region.html", context)


def _names(area):
    """Code -> name of the municipalities of the area. One query."""
    return dict(Municipality.objects.filter(pk__in=area.by_municipality).values_list("code", "name"))


def _export_rows(area, rows):
    for start in range(0, len(rows), AT_A_TIME):
        for line in area.lines(rows[start : start + AT_A_TIME]):
            school = line.school
            yield (
                school.code,
                school.name,
                school.place,
                school.municipality.name if school.municipality else "",
                school.sectors,
                line.standing,
                line.programmes,
                line.activities,
                line.last_on,
                [f"{sector}: {phase}" for sector, phase in line.phases],
                line.contact.name if line.contact else "",
                line.contact.email if line.contact else "",
            )


@coordinator_required
@require_safe
def region_map(request):
    """The municipalities of the area for the map: how many of their schools take part."""
    area = Area(request.user, request.today)
    names, address = _names(area), reverse("workspace:region")
    rows = []
    for code, name in sorted(names.items(), key=lambda pair: pair[1]):
        count, active = area.by_municipality[code]
        group = next(group for least, group in SHARES if active / count >= least)
        value = _("%(active)d van %(count)d scholen doen mee") % {"active": active, "count": count}
        rows.append(Row(code, name, group, value, f"{address}?{urlencode({'gemeente': code})}"))
    return JsonResponse({"shape": "municipalities", "rows": as_values(rows)})
