"""The grid of one network and school year: schools in rows, its activities in columns, what happened in the cells.

First the schools that take part, or registered, or wait; then the schools of boards that are partner and do nothing,
which do not take part (R32); the other schools of the area on request. A school with several sectors of the
programme has a row for each, as a participation is of one sector.
"""

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property

from django import forms
from django.db.models import F, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from activities.models import Activity, Entry, Participation
from enquiries.cells import Said
from enquiries.participations import Key, recent_years
from loket.vocabulary import MAIN_SECTORS, Sector
from networks.directory import directory
from networks.models import Partner
from schools.models import School
from schools.words import plain
from workspace.participation_cells import show

AT_A_TIME = 200  # rows of a page
NOT_TAKING_PART = gettext_lazy("doet niet mee")
ORDER = {sector: number for number, sector in enumerate(Sector.values)}


class GridFilter(forms.Form):
    """`?toon=gebied&q=regenboog`."""

    AREA, NOT = "gebied", "niet"

    toon = forms.ChoiceField(
        label=gettext_lazy("Welke scholen"),
        required=False,
        choices=[
            ("", gettext_lazy("doen mee, en van besturen die meedoen")),
            (AREA, gettext_lazy("alle in het werkgebied")),
            (NOT, gettext_lazy("doen niet mee")),
        ],
    )
    q = forms.CharField(label=gettext_lazy("Naam, plaats of code"), required=False, max_length=100)

    def __init__(self, data, *, is_national):
        super().__init__(data)
        self.fields["toon"].widget.attrs["class"] = "form-select"
        self.fields["q"].widget.attrs["class"] = "form-control"
        if is_national:  # every school of the country is no list to fill in; one can search for one
            del self.fields["toon"]

    @property
    def shown(self):
        return self.cleaned_data.get("toon", "") if self.is_valid() else ""

    @property
    def words(self):
        return self.cleaned_data["q"] if self.is_valid() else ""


@dataclass(frozen=True, slots=True)
class Column:
    pk: int
    title: str
    heading: str  # its title, with more where two activities have the same
    activity: Activity


@dataclass(frozen=True, slots=True)
class Cell:
    """kind: "" for one that can be written, "fixed" for a day of the agenda, "many" for several entries."""

    text: str
    kind: str = ""


EMPTY = Cell("")


@dataclass(frozen=True, slots=True)
class Row:
    key: str  # as `row_key` makes it
    code: str
    name: str
    place: str
    sector: str
    state: str
    is_in: bool
    participation: int | None
    cells: list[Cell]


def row_key(code, sector):
    return f"{code}-{sector}"


def activities_of(network, school_year, on):
    """The activities of a network that are public on the day `on` or were done in the school year. A queryset."""
    done = Entry.objects.filter(participation__network=network, participation__school_year=school_year)
    public = Activity.objects.public(on).filter(network=network)
    wanted = Q(pk__in=public.values("pk")) | Q(pk__in=done.order_by().values("activity"))
    return Activity.objects.filter(wanted).defer("search").order_by("title", "pk")


def columns_of(network, school_year, on):
    """A Column for each of `activities_of`. One query."""
    rows = list(activities_of(network, school_year, on))
    titles = [row.title.casefold() for row in rows]
    return [
        Column(
            row.pk,
            row.title,
            row.title if titles.count(row.title.casefold()) == 1 else f"{row.title} ({row.slug})",
            row,
        )
        for row in rows
    ]


def years_of(network, on):
    """School years one can fill in: those with participations, this one and the one before; newest first."""
    rows = Participation.objects.filter(network=network).order_by().values_list("school_year", flat=True)
    return sorted({*rows.distinct(), *recent_years(on)}, reverse=True)


def sectors_of(network):
    return list(network.programme.sectors) or list(MAIN_SECTORS)


def reached_by(network):
    """Open schools with a sector of the programme that a network covers, or whose board is a partner. A queryset."""
    schools = School.objects.open().filter(sectors__overlap=sectors_of(network))
    if network.is_national:
        return schools
    known = directory()
    facts = known.networks.get(network.pk)
    area = known.area_of(facts) if facts else []
    return schools.filter(Q(municipality__in=area) | Q(board__in=boards_of(network)))


def boards_of(network):
    return Partner.objects.filter(network=network, role=Partner.Role.BOARD).values("organisation")


def _said(words, path=""):
    """Q of schools that `words` may mean; path: from the row to the school."""
    terms = plain(words).split()
    found = Q(**{f"{path}code__istartswith": words.strip()})
    if terms:
        in_name = Q()
        for term in terms:
            in_name &= Q(**{f"{path}sort_name__contains": term}) | Q(**{f"{path}place__icontains": term})
        found |= in_name
    return found


class Grid:
    """What the page shows, read a page of rows at a time."""

    def __init__(self, network, school_year, *, on, shown="", words=""):
        self.network, self.school_year, self.on = network, school_year, on
        self.shown, self.words = shown, words

    @cached_property
    def columns(self):
        return columns_of(self.network, self.school_year, self.on)

    @cached_property
    def _participations(self):
        """(school, sector) -> its participation. One query."""
        rows = Participation.objects.filter(network=self.network, school_year=self.school_year)
        return {(row.school_id, row.sector): row for row in rows.order_by("pk")}

    @cached_property
    def places(self):
        """(key of a school, sector) of all rows, in order. Two queries, of narrow rows."""
        names = {}
        wanted = School.objects.filter(pk__in={school for school, _sector in self._participations})
        if self.words:
            wanted = wanted.filter(_said(self.words))
        taking_part = dict(wanted.order_by().values_list("pk", "sort_name"))
        names.update(taking_part)
        first = [place for place in self._participations if place[0] in taking_part]
        if self.shown == GridFilter.NOT:
            first = []
        others = []
        for pk, name, sectors in self._others().values_list("pk", "sort_name", "sectors"):
            names[pk] = name
            others += [
                (pk, sector)
                for sector in sectors_of(self.network)
                if sector in sectors and (pk, sector) not in self._participations
            ]

        def order(place):
            row = self._participations.get(place)
            return (bool(row and row.stopped_on), names[place[0]], place[0], ORDER[place[1]])

        return [*sorted(first, key=order), *sorted(others, key=order)]

    def _others(self):
        """Schools of which a row is shown though they do nothing."""
        schools = reached_by(self.network)
        if self.words:
            return schools.filter(_said(self.words)).order_by()
        if self.network.is_national:
            return schools.none()
        if self.shown:
            return schools.order_by()
        return schools.filter(board__in=boards_of(self.network)).order_by()

    def rows(self, start=0, stop=AT_A_TIME):
        """The Rows from place `start` up to `stop`. Two queries, however many."""
        places = self.places[start:stop]
        schools = {
            pk: rest
            for pk, *rest in School.objects.filter(pk__in={school for school, _sector in places})
            .order_by()
            .values_list("pk", "code", "name", "place")
        }
        entries = self._entries([self._participations[place].pk for place in places if place in self._participations])
        for place in places:
            row = self._participations.get(place)
            code, name, town = schools[place[0]]
            there = entries[row.pk] if row else {}
            yield Row(
                key=row_key(code, place[1]),
                code=code,
                name=name,
                place=town,
                sector=place[1],
                state=row.state.label if row else NOT_TAKING_PART,
                is_in=row is not None and row.stopped_on is None,
                participation=row.pk if row else None,
                cells=[there.get(column.pk, EMPTY) for column in self.columns],
            )

    def all_rows(self):
        for start in range(0, len(self.places), AT_A_TIME):
            yield from self.rows(start, start + AT_A_TIME)

    @staticmethod
    def _entries(participations):
        """participation -> activity -> Cell."""
        found = defaultdict(lambda: defaultdict(list))
        rows = Entry.objects.filter(participation__in=participations).exclude(activity=None).order_by("happened_on")
        for entry in rows.only(
            "participation_id", "activity_id", "happened_on", "pupils_count", "teachers_count", "source"
        ):
            found[entry.participation_id][entry.activity_id].append(entry)
        cells = defaultdict(dict)
        for participation, activities in found.items():
            for activity, entries in activities.items():
                cells[participation][activity] = cell_of(entries)
        return cells

    @cached_property
    def counts(self):
        """(schools that take part, registered or wait; all rows shown)."""
        live = {school for (school, _sector), row in self._participations.items() if row.stopped_on is None}
        return len(live), len(self.places)


def cell_of(entries):
    """The Cell of all entries of one school with one activity, in the order of their days."""
    if not entries:
        return EMPTY
    if len(entries) > 1:
        days = f"{entries[-1].happened_on:%-d-%-m-%Y}"
        return Cell(_("%(count)d keer, laatst %(day)s") % {"count": len(entries), "day": days}, "many")
    return Cell(show(Said.of(entries[0])), "fixed" if entries[0].source == Entry.Source.ATTENDANCE else "")


class UnknownRowError(ValueError):
    """A row that cannot be written; its text is the sentence."""


def keys_of(network, school_year, places):
    """{(code, sector): its Key or an UnknownRowError} of rows somebody wants to write. Two queries at most.

    A school must be open and have the sector, and the programme too; or take part already.
    """
    codes = {code for code, _sector in places}
    schools = {school.code: school for school in School.objects.filter(code__in=codes).select_related("successor")}
    doubtful = [
        (code, sector)
        for code, sector in places
        if code in schools and not _is_ordinary(schools[code], sector, network)
    ]
    there = set()
    if doubtful:
        rows = Participation.objects.filter(network=network, school_year=school_year, school__code__in=codes)
        there = set(rows.values_list(F("school__code"), "sector"))
    return {
        (code, sector): _key(network, school_year, schools.get(code), code, sector, (code, sector) in there)
        for code, sector in places
    }


def _is_ordinary(school, sector, network):
    return school.closed_on is None and sector in school.sectors and sector in sectors_of(network)


def _key(network, school_year, school, code, sector, is_there):
    if school is None:
        return UnknownRowError(_("Een school met code %(code)s kennen wij niet.") % {"code": code})
    if not is_there and school.closed_on:
        sentence = _("%(school)s is gesloten.") % {"school": school}
        if school.successor:
            sentence += " " + _("Bedoelt u %(school)s?") % {"school": school.successor}
        return UnknownRowError(sentence)
    if not is_there and not _is_ordinary(school, sector, network):
        return UnknownRowError(
            _("%(school)s heeft geen %(sector)s waarvoor dit programma er is.") % {"school": school, "sector": sector}
        )
    return Key(school, network.programme, network, sector, school_year)
