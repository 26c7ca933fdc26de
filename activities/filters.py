"""What a visitor asks of the offer, read from a URL, and what that leaves of it.

Each parameter once, more often, or as one comma-separated list; several values mean "one of these",
several parameters mean "all of these":

    sector=po  fase=orientatie  behoefte=companies  soort=guest_lesson  doelgroep=girls  leerjaar=po_upper
    programma=jet-net  netwerk=<slug>  regio=<slug>  landsdeel=noord  gemeente=<CBS code>
    vorm=ready_made  kosten=gratis  uren=tot-4  bewijs=proven  aanmelden=open  periode=deze-maand  plaatsen=vrij

and once:

    q=robots             words in title, summary or result
    plaats=Assen         or a postcode: gives distances
    straal=20            kilometres around `plaats`; national offers stay
    mijnregio=1          what works in the region that `plaats` lies in; national offers stay
    sorteer=beste        or datum, nieuw, afstand
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from urllib.parse import urlencode

from django import forms
from django.db.models import BooleanField, F, Func, Value
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django_filters import Filter, FilterSet

from activities.facets import offer_index, positions_of
from activities.models import Activity
from activities.offer_search import MOST_WORDS, WORD, ranks, search_query

FACETS = (
    "sector",
    "fase",
    "behoefte",
    "soort",
    "doelgroep",
    "leerjaar",
    "programma",
    "netwerk",
    "regio",
    "landsdeel",
    "gemeente",
    "vorm",
    "kosten",
    "uren",
    "bewijs",
    "aanmelden",
    "periode",
    "plaatsen",
)
PARAMETERS = ("q", *FACETS, "plaats", "straal", "mijnregio", "sorteer")
SORTS = {
    "beste": gettext_lazy("wat het best past"),
    "datum": gettext_lazy("eerste datum"),
    "nieuw": gettext_lazy("nieuwste"),
    "afstand": gettext_lazy("afstand"),
}
RADII = (5, 10, 20, 30, 50)
WIDEST = 300  # km: from one corner of the country to the other
MOST_VALUES = 40  # of one parameter; the rest of a longer list is told, not read
LONGEST_TEXT = 200
SHOWN_LENGTH = 40
MOST_MESSAGES = 10
LONG_FACET = 10


@dataclass(frozen=True, slots=True)
class Given:
    """What was given for one parameter: its different values in order, and how many were not read."""

    values: tuple[str, ...] = ()
    unread: int = 0


class AsGiven(forms.Widget):
    """Hands over all that was given for a parameter; drawing it is up to the page."""

    def value_from_datadict(self, data, files, name):
        if hasattr(data, "getlist"):
            return data.getlist(name)
        value = data.get(name, ())
        return [value] if isinstance(value, str) else list(value)


class GivenField(forms.Field):
    """Never refuses: what cannot be read is told beside a page that still answers."""

    widget = AsGiven

    def __init__(self, *, is_list=True, **kwargs):
        self.is_list = is_list
        super().__init__(**kwargs)

    def clean(self, value):
        # A thousand of one parameter: the first are read, the others counted.
        texts = [str(text) for text in value[:MOST_VALUES]]
        if self.is_list:
            texts = list(chain.from_iterable(text.split(",") for text in texts))
        found = tuple(dict.fromkeys(text for text in map(readable, texts) if text))
        return Given(found[:MOST_VALUES], max(0, len(value) - MOST_VALUES) + max(0, len(found) - MOST_VALUES))


class GivenFilter(Filter):
    field_class = GivenField


def one():
    return GivenFilter(is_list=False)


@dataclass(frozen=True, slots=True)
class Chip:
    """An active filter: what it says, and the query string without it."""

    label: str
    query: str


@dataclass(frozen=True, slots=True)
class Drop:
    """What would be left with one filter less (or with only one): the filter, the count, the query string."""

    label: str
    count: int
    query: str


@dataclass(frozen=True, slots=True)
class Option:
    value: str
    label: str
    count: int
    chosen: bool


@dataclass(frozen=True, slots=True)
class FacetChoices:
    """A facet as it is shown. `hidden`: how many options stand behind "meer"."""

    name: str
    label: str
    options: list[Option]
    hidden: int
    chosen: int


class IsOneOf(Func):
    """`column = ANY (array)`, with the ids as one text: IN with 20,000 of them takes 150 ms to parse (measured)."""

    template = "%(expressions)s::bigint[])"
    arg_joiner = " = ANY ("
    output_field = BooleanField()

    def __init__(self, column, ids):
        super().__init__(F(column), Value(f"{{{','.join(map(str, ids))}}}"))


class OfferFilter(FilterSet):
    """Which activities a URL asks for. The list, feeds and API read the same parameters by it.

    OfferFilter(params, known=directory(version), on=day): params is a QueryDict (or a mapping), and never
    makes it fail; what cannot be read is left out and told in `messages`.

    ids: frozenset of pks of Activity; `queryset` (default all activities) narrowed down to them is `.qs`.
    messages: sentences; empty means that everything was understood (a feed answers 400 when it is not).
    chips: the active filters with the query string without each. pairs, query: the same filter, written
    in one fixed order. bitmap: the same as `ids`, for `activities.facets`.

    Free text costs a query; the rest none, once the index of the content version is there.
    """

    q = one()
    sector = GivenFilter()
    fase = GivenFilter()
    behoefte = GivenFilter()
    soort = GivenFilter()
    doelgroep = GivenFilter()
    leerjaar = GivenFilter()
    programma = GivenFilter()
    netwerk = GivenFilter()
    regio = GivenFilter()
    landsdeel = GivenFilter()
    gemeente = GivenFilter()
    vorm = GivenFilter()
    kosten = GivenFilter()
    uren = GivenFilter()
    bewijs = GivenFilter()
    aanmelden = GivenFilter()
    periode = GivenFilter()
    plaatsen = GivenFilter()
    plaats = one()
    straal = one()
    mijnregio = one()
    sorteer = one()

    class Meta:
        model = Activity
        fields = []

    def __init__(self, data=None, queryset=None, *, known, on, request=None, prefix=None):
        super().__init__({} if data is None else data, queryset, request=request, prefix=prefix)
        self.index = offer_index(known, on)
        self._told = []
        self.form.is_valid()  # always: GivenField refuses nothing
        self._given: Mapping[str, Given] = self.form.cleaned_data
        self.chosen = {name: self._options(self.index.facets[name]) for name in FACETS}
        self.text = self._text()
        self.place = self._place()
        self.radius_km = self._radius()
        self.region = self._region()
        self.sort = self._sort()
        self.messages = tuple(dict.fromkeys(self._told))[:MOST_MESSAGES]

    # --- reading ---------------------------------------------------------------------------------

    def _tell(self, sentence, **names):
        self._told.append(sentence % {name: shown(value) for name, value in names.items()})

    def _options(self, facet):
        given, found = self._given[facet.name], set()
        for value in given.values:
            value = facet.aliases.get(value, value)
            if value in facet.options:
                found.add(value)
            elif facet.is_long:
                self._tell(
                    _("“%(value)s” kennen wij niet bij “%(name)s”. Wij hebben het overgeslagen."),
                    value=value,
                    name=facet.name,
                )
            else:
                self._tell(
                    _("“%(value)s” kennen wij niet bij “%(name)s”. Wij hebben het overgeslagen. Kies uit: ")
                    + ", ".join(facet.options)
                    + ".",
                    value=value,
                    name=facet.name,
                )
        if given.unread:
            self._told.append(
                ngettext(
                    "Bij “%(name)s” is %(count)d waarde niet gelezen: het zijn er te veel.",
                    "Bij “%(name)s” zijn %(count)d waarden niet gelezen: het zijn er te veel.",
                    given.unread,
                )
                % {"name": facet.name, "count": given.unread}
            )
        return tuple(value for value in facet.options if value in found)

    def _single(self, name):
        """The value of a parameter that has one; of contradictory ones the last."""
        values = self._given[name].values
        if len(values) > 1:
            self._tell(
                _("“%(name)s” staat er met meer dan één waarde. Wij lezen alleen “%(value)s”."),
                name=name,
                value=values[-1],
            )
        return values[-1] if values else ""

    def _text(self):
        text = self._single("q")
        if len(text) > LONGEST_TEXT or len(WORD.findall(text)) > MOST_WORDS:
            self._told.append(
                _("Uw zoektekst is lang. Wij zoeken met de eerste %(count)d woorden.") % {"count": MOST_WORDS}
            )
            text = text[:LONGEST_TEXT]
        if text and not WORD.search(text):
            self._tell(_("In “%(text)s” staat geen woord om op te zoeken."), text=text)
            return ""
        return text

    def _place(self):
        typed = self._single("plaats")
        if not typed:
            return None
        found = self.index.gazetteer.find(typed)
        if not found:
            self._tell(
                _(
                    "“%(typed)s” kennen wij niet als plaats of postcode. Vul een plaats in, zoals Assen, "
                    "of een postcode, zoals 9401."
                ),
                typed=typed,
            )
            return None
        if len(found) > 1:
            self._tell(
                _("Er is meer dan één %(typed)s. Wij nemen %(name)s. Bedoelt u een andere? Vul de postcode in."),
                typed=typed,
                name=found[0].name,
            )
        return found[0]

    def _radius(self):
        typed = self._single("straal")
        if not typed:
            return None
        if not (typed.isascii() and typed.isdigit() and len(typed) < 6 and 1 <= int(typed) <= WIDEST):
            self._tell(
                _("“%(typed)s” is geen straal. Vul bij “straal” een aantal kilometers in van 1 tot en met 300."),
                typed=typed,
            )
            return None
        if self.place is None:
            if not self._given["plaats"].values:
                self._told.append(_("Wij weten niet waar u bent. Vul bij de straal ook een plaats of postcode in."))
            return None
        return int(typed)

    def _region(self):
        """The slug of the region to stay in, or ""."""
        typed = self._single("mijnregio")
        if typed in ("", "0", "nee"):
            return ""
        if typed not in ("1", "ja", "on"):
            self._tell(_("Bij “mijnregio” kunt u alleen 1 of niets invullen, niet “%(typed)s”."), typed=typed)
            return ""
        if self.place is None:
            if not self._given["plaats"].values:
                self._told.append(_("Wij weten niet wat uw regio is. Vul ook een plaats of postcode in."))
            return ""
        region = self.index.region_of.get(self.place.municipality, "")
        if not region:
            self._tell(_("Wij weten niet in welke regio %(name)s ligt."), name=self.place.name)
        return region

    def _sort(self):
        typed = self._single("sorteer")
        if typed and typed not in SORTS:
            self._tell(_("Op “%(typed)s” kunnen wij niet sorteren. Kies uit: ") + ", ".join(SORTS) + ".", typed=typed)
        elif typed == "afstand" and self.place is None:
            if not self._given["plaats"].values:
                self._told.append(_("Om op afstand te sorteren hebben wij uw plaats of postcode nodig."))
        elif typed:
            return typed
        return self.usual_sort

    @property
    def usual_sort(self):
        """The order without being asked: nearest first for who gave only a place."""
        return "afstand" if self.place and not self.text else "beste"

    # --- what is left ----------------------------------------------------------------------------

    @cached_property
    def _ranks(self):
        query = self.search_query
        return ranks(query) if query is not None else {}

    @cached_property
    def search_query(self):
        """`text` as a SearchQuery with its synonyms, or None."""
        return search_query(self.text, self.index.synonyms) if self.text else None

    @cached_property
    def distances_km(self):
        """Kilometres from `place` by position (None: no place of its own), or None without a place."""
        return self.index.distances_km(self.place) if self.place else None

    @cached_property
    def _narrowed(self):
        """Name of each active filter -> bitmap of what it leaves on its own."""
        narrowed = {}
        if self.text:
            narrowed["q"] = self.index.bitmap(self._ranks)
        for name, values in self.chosen.items():
            if values:
                narrowed[name] = 0
                for value in values:
                    narrowed[name] |= self.index.facets[name].bits.get(value, 0)
        if self.radius_km:
            near = [
                position
                for position, km in enumerate(self.distances_km)
                if (km is not None and km <= self.radius_km) or (km is None and self.index.national >> position & 1)
            ]
            narrowed["straal"] = self.index.bitmap_at(near)
        if self.region:
            narrowed["mijnregio"] = self.index.facets["regio"].bits.get(self.region, 0)
        return narrowed

    def without(self, *names):
        """The bitmap of what is left when the filters `names` are not set."""
        bitmap = self.index.everything
        for name, left in self._narrowed.items():
            if name not in names:
                bitmap &= left
        return bitmap

    @cached_property
    def bitmap(self):
        return self.without()

    @cached_property
    def count(self):
        return self.bitmap.bit_count()

    @cached_property
    def ids(self):
        return frozenset(self.index.pks[position] for position in positions_of(self.bitmap))

    def filter_queryset(self, queryset):
        """`queryset` of Activity with those of `ids`; used for `.qs`."""
        return queryset.filter(IsOneOf("pk", self.ids))

    @cached_property
    def ordered(self):
        """Positions in the index of what is left, in the order asked for; ties in the fair order."""
        left = positions_of(self.bitmap)
        if self.sort == "afstand":
            far = float("inf")
            km = self.distances_km
            return sorted(left, key=lambda position: far if km[position] is None else km[position])
        if self.sort in ("datum", "nieuw"):
            wanted = set(left)
            order = self.index.soonest if self.sort == "datum" else self.index.newest
            return [position for position in order if position in wanted]
        if self.text:
            found, pks = self._ranks, self.index.pks
            return sorted(left, key=lambda position: -found[pks[position]])
        return left

    # --- telling it ------------------------------------------------------------------------------

    @cached_property
    def pairs(self):
        """(parameter, value) pairs that ask for the same, in one fixed order."""
        pairs = [("q", self.text)] if self.text else []
        pairs += [(name, value) for name in FACETS for value in self.chosen[name]]
        if self.place:
            pairs.append(("plaats", self._given["plaats"].values[-1]))
        if self.radius_km:
            pairs.append(("straal", str(self.radius_km)))
        if self.region:
            pairs.append(("mijnregio", "1"))
        if self.sort != self.usual_sort:
            pairs.append(("sorteer", self.sort))
        return pairs

    @property
    def query(self):
        return urlencode(self.pairs)

    @property
    def agenda_query(self):
        """The query string for the agenda and the feeds: when it is and in which order is up to those."""
        return self.query_without("periode", "sorteer")

    def query_without(self, *dropped):
        """The query string without some parameters (names) or values (pairs)."""
        return urlencode([pair for pair in self.pairs if pair not in dropped and pair[0] not in dropped])

    @cached_property
    def chips(self):
        chips = [Chip(f"“{self.text}”", self.query_without("q"))] if self.text else []
        for name in FACETS:
            facet = self.index.facets[name]
            for value in self.chosen[name]:
                label = str(facet.options[value])
                if value in AMBIGUOUS:
                    label = f"{facet.label}: {label}"
                chips.append(Chip(label, self.query_without((name, value))))
        if self.radius_km:
            chips.append(Chip(self._said("straal"), self.query_without("straal")))
        if self.region:
            chips.append(Chip(self._said("mijnregio"), self.query_without("mijnregio")))
        if self.place and not (self.radius_km or self.region):
            label = _("afstand tot %(place)s") % {"place": self.place.name}
            chips.append(Chip(label, self.query_without("plaats", ("sorteer", "afstand"))))
        return chips

    def _said(self, name):
        """The active filter `name` in words."""
        if name == "q":
            return _("de tekst “%(text)s”") % {"text": self.text}
        if name == "straal":
            return _("binnen %(km)d km van %(place)s") % {"km": self.radius_km, "place": self.place.name}
        if name == "mijnregio":
            return _("werkt in regio %(region)s") % {"region": self.index.facets["regio"].options[self.region]}
        facet = self.index.facets[name]
        return f"{facet.label}: " + ", ".join(str(facet.options[value]) for value in self.chosen[name])

    @cached_property
    def drops(self):
        """What each active filter less would give, most first. For the page that found nothing."""
        drops = [
            Drop(self._said(name), self.without(name).bit_count(), self.query_without(name))
            for name in self._narrowed
        ]
        return sorted(drops, key=lambda drop: -drop.count)

    @cached_property
    def keeps(self):
        """What each active filter alone would give, without those that find nothing either; most first."""
        keeps = []
        for name, left in self._narrowed.items():
            others = [other for other in self._narrowed if other != name]
            if left:
                keeps.append(Drop(self._said(name), left.bit_count(), self.query_without(*others)))
        return sorted(keeps, key=lambda keep: -keep.count)

    def facet_choices(self, *, whole=""):
        """The facets with the count of each option, counted as if the facet itself were not set.

        An option that would give nothing is left out, unless it is chosen. Of a long facet the ten with the
        highest count are given and those chosen, unless its name is `whole`.
        """
        return [shown for name in FACETS if (shown := self._choices(self.index.facets[name], name == whole)).options]

    def _choices(self, facet, is_whole):
        chosen = self.chosen[facet.name]
        if facet.name == "gemeente" and not chosen:
            return FacetChoices(facet.name, facet.label, [], 0, 0)  # too many to choose from: `plaats` does that
        base = self.without(facet.name)
        counts = {value: (bits & base).bit_count() for value, bits in facet.bits.items()}
        values = [value for value in facet.options if counts.get(value) or value in chosen]
        total = len(values)
        if facet.is_long and not is_whole and total > LONG_FACET:
            most = set(sorted(values, key=lambda value: -counts.get(value, 0))[:LONG_FACET])
            values = [value for value in values if value in most or value in chosen]
        options = [Option(value, facet.options[value], counts.get(value, 0), value in chosen) for value in values]
        return FacetChoices(facet.name, facet.label, options, total - len(values), len(chosen))

    @cached_property
    def national_count(self):
        """How many of what is left are offered in the whole country."""
        return (self.bitmap & self.index.national).bit_count()


# Labels that say nothing without the name of their facet.
AMBIGUOUS = frozenset({"onbekend", "meer"})


def readable(text):
    """`text` without what cannot be printed (NUL, line ends), one space between words."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text[:2_000]).split())


def shown(value):
    """`value` as a message repeats it: short."""
    return value if len(value) <= SHOWN_LENGTH else value[:SHOWN_LENGTH] + "…"
