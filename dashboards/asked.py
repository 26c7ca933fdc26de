"""What the address of a figure asks: filters, split and a second thing beside it. Wrong words get a sentence back."""

import re
from dataclasses import dataclass, field, replace

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dashboards.facts import years_kept
from dashboards.figures import Chosen
from dashboards.rollup_models import RollupState
from loket.vocabulary import MAIN_SECTORS, Sector, school_year
from networks.directory import directory
from regions.models import Landsdeel, Municipality, Region

LABELS = {
    "schooljaar": gettext_lazy("Schooljaar"),
    "sector": gettext_lazy("Sector"),
    "programma": gettext_lazy("Programma"),
    "landsdeel": gettext_lazy("Landsdeel"),
    "regio": gettext_lazy("Regio"),
    "gemeente": gettext_lazy("Gemeente"),
    "netwerk": gettext_lazy("Netwerk"),
    "fase": gettext_lazy("Fase"),
    "aantal": gettext_lazy("Aantal programma’s"),
    "intensiteit": gettext_lazy("Activiteiten in twee jaar"),
    "reden": gettext_lazy("Reden"),
    "zoekopdracht": gettext_lazy("Gezocht naar"),
    "soort": gettext_lazy("Soort"),
}
SPLIT, BESIDE, SORT = "per", "naast", "volgorde"
SORTS = {
    "naam": gettext_lazy("zoals gewoon"),
    "hoog": gettext_lazy("hoogste eerst"),
    "laag": gettext_lazy("laagste eerst"),
    "aandeel": gettext_lazy("grootste aandeel eerst"),
}
YEAR_FORM = re.compile(r"\d{4}-\d{4}\Z")
SMALL = ("regio", "gemeente")
LONGEST = 60  # characters of a wrong word that are shown back


@dataclass(slots=True)
class Asked:
    """values: filter -> what was asked for, as typed. names: filter -> how a person reads it."""

    chosen: Chosen
    split: str = ""
    beside: Chosen | None = None
    beside_name: str = ""
    has_samples: bool = False
    sort: str = "naam"
    values: dict = field(default_factory=dict)
    names: dict = field(default_factory=dict)
    errors: list = field(default_factory=list)


def school_years(on):
    """School years that can be asked of, the newest first."""
    return years_kept(on)[::-1]


def everything(on, state, *, known=None, **narrowed):
    """The Chosen of all of the country on the day `on`, or of what is `narrowed`.

    state: the RollupState or None; known: the Directory, when the caller has it already.
    """
    return Chosen(
        on=on,
        school_year=school_year(on),
        known=known or directory(),
        built_on=state.built_on if state else None,
        **narrowed,
    )


def read(query, figure, viewer, on):
    """The Asked of a QueryDict. With `errors` the figure must not be counted."""
    state = RollupState.current()
    chosen = everything(on, state, shown_networks=None if viewer.is_staff else viewer.networks)
    reader = _Reader(figure, viewer, chosen.known, on)
    asked = Asked(chosen, has_samples=bool(state and state.has_samples))
    for name in LABELS:
        value = query.get(name, "").replace("\0", "\N{REPLACEMENT CHARACTER}").strip()
        if value:
            reader.narrow(asked, name, value)
    network = asked.chosen.network.pk if asked.chosen.network else None
    may = viewer.dimensions(figure, network=network)
    for name in SMALL:
        # Not by `may`: a figure may know the filter and still have no such split.
        if asked.values.get(name) and not viewer.sees_places(network):
            asked.errors.append(_closed(LABELS[name], viewer))
    split = query.get(SPLIT, "").strip()
    if split and split not in may:
        closed = split in figure.dimensions
        asked.errors.append(_closed(LABELS[split], viewer) if closed else _unknown(_("Verdelen per"), split, may))
    of_places = split not in ("", "programma") or any(name in asked.values for name in ("landsdeel", *SMALL))
    if figure.per_programme and of_places and not asked.chosen.programme:
        asked.errors.append(_("Kies eerst een programma: per plaats of netwerk tellen wij dit voor één programma."))
    asked.split = split if split in may else _usual(figure, may, asked.chosen)
    beside = query.get(BESIDE, "").replace("\0", "\N{REPLACEMENT CHARACTER}").strip()
    if beside:
        reader.set_beside(asked, beside)
    sort = query.get(SORT, "").strip() or "naam"
    if sort in SORTS:
        asked.sort = sort
    else:
        asked.errors.append(_unknown(_("Volgorde"), sort, SORTS))
    return asked


def _usual(figure, may, chosen):
    """The split when nobody asked for one: the figure's own, or by landsdeel where one programme is chosen."""
    usual = figure.own
    if usual == "programma" and chosen.programme and "landsdeel" in may:
        usual = "landsdeel"
    return usual if usual in may else ""


class _Reader:
    def __init__(self, figure, viewer, known, on):
        self.figure, self.viewer, self.known, self.on = figure, viewer, known, on

    def narrow(self, asked, name, value):
        if name not in self.figure.filters:
            asked.errors.append(
                _("“%(figure)s” kunt u niet kiezen op %(name)s.")
                % {"figure": self.figure.name, "name": str(LABELS[name]).lower()}
            )
            return
        found = getattr(self, f"_{name}")(value)
        if isinstance(found, str):
            asked.errors.append(found)
            return
        attribute, setting, said = found
        asked.chosen = replace(asked.chosen, **{attribute: setting})
        asked.values[name], asked.names[name] = value, said

    def set_beside(self, asked, value):
        """`?naast=schooljaar:2025-2026` or `?naast=regio:groningen`: the same, but for this one filter."""
        name, _colon, wanted = value.partition(":")
        # With a memory of its own: what was counted for the one is not so for the other.
        apart = replace(asked.chosen, memo={})
        other = Asked(apart)
        if name == "land" and not wanted:
            # The own network that opened small places is not chosen beside it.
            if asked.split and asked.split not in self.viewer.dimensions(self.figure):
                asked.errors.append(_closed(LABELS[asked.split], self.viewer))
                return
            asked.beside = replace(apart, network=None, landsdeel="", region=None, municipality="")
            asked.beside_name = _("heel Nederland")
            return
        if name not in self.figure.filters:
            asked.errors.append(_unknown(_("Naast"), value, [f"{key}:…" for key in self.figure.filters]))
            return
        if name in ("regio", "gemeente") and not self.viewer.is_staff:
            asked.errors.append(_closed(LABELS[name], self.viewer))
            return
        self.narrow(other, name, wanted)
        asked.errors += other.errors
        if not other.errors:
            asked.beside, asked.beside_name = other.chosen, other.names[name]

    def _schooljaar(self, value):
        if not YEAR_FORM.match(value):
            return _("“%(value)s” is geen schooljaar. Schrijf het als 2026-2027.") % {"value": value[:LONGEST]}
        years = school_years(self.on)
        if value not in years:
            return _unknown(LABELS["schooljaar"], value, years)
        return "school_year", value, value

    def _sector(self, value):
        if value not in Sector.values:
            return _unknown(LABELS["sector"], value, MAIN_SECTORS)
        return "sector", value, str(Sector(value).label)

    def _programma(self, value):
        found = self.known.programmes.get(value) or next(
            (row for row in self.known.programmes.values() if value in row.aliases), None
        )
        return ("programme", found, found.name) if found else _unknown(LABELS["programma"], value)

    def _netwerk(self, value):
        found = next((row for row in self.known.networks.values() if row.slug == value), None)
        if found is None:
            return _unknown(LABELS["netwerk"], value)
        if not self.viewer.is_staff and found.pk not in self.viewer.networks:
            return _closed(LABELS["netwerk"], self.viewer)
        return "network", found, found.name

    def _landsdeel(self, value):
        names = dict(Landsdeel.objects.values_list("pk", "name"))
        return ("landsdeel", value, names[value]) if value in names else _unknown(LABELS["landsdeel"], value, names)

    def _regio(self, value):
        found = Region.objects.filter(slug=value).first()
        return ("region", found.pk, found.name) if found else _unknown(LABELS["regio"], value)

    def _gemeente(self, value):
        """By slug or CBS code; one that went up in another is read as that one."""
        found = Municipality.objects.filter(slug=value).first() or Municipality.objects.filter(pk=value[:4]).first()
        if found is None:
            return _unknown(LABELS["gemeente"], value)
        for _generation in range(10):
            if found.successor is None:
                break
            found = found.successor
        return "municipality", found.pk, found.name


def _unknown(label, value, choices=()):
    said = _("%(label)s: “%(value)s” kennen wij niet.") % {"label": label, "value": str(value)[:LONGEST]}
    if choices:
        said += " " + _("Kies uit: %(choices)s.") % {"choices": ", ".join(map(str, choices))}
    return said


def _closed(label, viewer):
    said = _("%(label)s: dat ziet alleen wie de scholen zelf mag zien.") % {"label": label}
    if viewer.row_networks:
        said += " " + _("Kies eerst een netwerk van u, of vraag het programmabureau.")
    elif not viewer.is_public:
        said += " " + _("Vraag het programmabureau.")
    return said
