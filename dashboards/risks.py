"""Networks whose future is at risk, those first on which most schools depend."""

from dataclasses import dataclass

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from dashboards.asked import everything
from dashboards.rollup_figures import as_of, participation
from dashboards.rollup_models import RollupState
from networks.models import Network, Programme
from networks.rights import networks_seen_by
from quality.sustainability import known_of, risks_of
from regions.models import Landsdeel, Region

COLUMNS = (
    _("netwerk"),
    _("programma"),
    _("scholen die meedoen"),
    _("scholen waarvoor het er is"),
    _("risico’s"),
    _("waarom"),
    _("coördinator"),
    _("e-mailadres"),
)


@dataclass(frozen=True, slots=True)
class AtRisk:
    """taking_count: schools that take part this year. covered_count: schools it is for. As the figure "deelname"."""

    network: Network
    risks: list
    leading: list
    taking_count: int
    covered_count: int


class RiskFilter(forms.Form):
    """`?landsdeel=noord&regio=groningen&programma=jet-net`; what is not known is said."""

    landsdeel = forms.ModelChoiceField(Landsdeel.objects.order_by("order"), label=_("Landsdeel"))
    regio = forms.ModelChoiceField(Region.objects.order_by("name"), to_field_name="slug", label=_("Regio"))
    programma = forms.ModelChoiceField(Programme.objects.order_by("name"), to_field_name="slug", label=_("Programma"))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.required, field.empty_label = False, _("alle")
            field.widget.attrs["class"] = "form-select"
            field.error_messages["invalid_choice"] = _("Dit kennen wij niet. Kies uit de lijst.")

    def narrow(self, networks):
        """Those of `networks` that work in the chosen places; a national one works in all. Asks a valid form."""
        chosen = self.cleaned_data
        for name, lookup in (("landsdeel", "landsdeel"), ("regio", "region")):
            if place := chosen[name]:
                # An area may still name a municipality that went up in another.
                here = Q(**{f"area__{lookup}": place}) | Q(**{f"area__successor__{lookup}": place})
                working = Network.objects.filter(here).order_by().values("pk")
                networks = networks.filter(Q(is_national=True) | Q(pk__in=working))
        return networks.filter(programme=chosen["programma"]) if chosen["programma"] else networks


def at_risk(viewer, on, form):
    """([AtRisk], the day of their numbers of schools): networks that `viewer` may look into, by a valid `form`.

    Networks that ended are left out. Ordered by schools that take part, then by schools covered. The number of
    queries is the same for any number of networks.
    """
    own = networks_seen_by(viewer.user, on, is_staff=viewer.is_staff)
    networks = form.narrow(own.filter(Q(ended_on=None) | Q(ended_on__gt=on)))
    known = known_of(networks, on)
    rows = {row.pk: row for row in networks.select_related("programme")}
    chosen = everything(on, RollupState.current(), shown_networks=frozenset(rows))
    schools = {cell.key: cell for cell in participation(chosen, "netwerk").cells} if rows else {}
    found = []
    for pk, network in rows.items():
        if risks := risks_of(network, known[pk], on):
            cell = schools.get(network.slug)
            numbers = (cell.value, cell.of) if cell else (0, 0)
            found.append(AtRisk(network, risks, known[pk].leading, *numbers))
    found.sort(key=lambda row: (-row.taking_count, -row.covered_count, row.network.name.lower(), row.network.pk))
    return found, as_of(chosen)


def file_rows(found):
    """The rows of the file, under COLUMNS."""
    for row in found:
        yield (
            row.network.name,
            row.network.programme.name,
            row.taking_count,
            row.covered_count,
            len(row.risks),
            " ".join(risk.why for risk in row.risks),
            [str(user) for user in row.leading],
            [user.email for user in row.leading],
        )
