"""The schools of somebody's area: who takes part, how far they are, who fell silent, and what is missing.

Taking part is: a participation of this school year that began or was registered, and was not stopped. Dormant is an
open school that took part before, and of which nothing is known in the last twelve months: no activity, no
registration, no beginning. History goes along with a merger.

Read as narrow rows of all schools of the area (9,000 for the programme office), so that each filter and each count
is of the same schools; what a row shows more is asked for the schools on the page.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from django.db.models import Count, F, Max, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from activities.intensity import counted_since, level_of
from activities.models import Participation, SearchMiss
from activities.periods import midnight
from enquiries.figures import unmet_demand
from loket.vocabulary import Availability, Phase, RefusalReason, SchoolRole, school_year
from networks.directory import directory
from networks.rights import schools_coordinated_by
from schools.models import Membership, Profile, School

SILENT_FOR = timedelta(days=365)
TAKES_PART, NOT_NOW, DORMANT, NEVER = "mee", "niet", "slapend", "nooit"
STANDINGS = {
    TAKES_PART: gettext_lazy("doet mee"),
    NOT_NOW: gettext_lazy("doet niet mee"),
    DORMANT: gettext_lazy("deed mee, en al een jaar niets"),
    NEVER: gettext_lazy("deed nog nooit mee"),
}
UNKNOWN_PHASE = "onbekend"
MOST_SEARCHES = 20


@dataclass(frozen=True, slots=True)
class Narrow:
    pk: int
    name: str
    sectors: tuple[str, ...]
    municipality: str | None
    board: int | None


@dataclass(frozen=True, slots=True)
class Contact:
    name: str
    email: str


@dataclass(frozen=True, slots=True)
class Line:
    """A school on the page."""

    school: School
    standing: str  # in words
    is_dormant: bool
    programmes: tuple[str, ...]
    activities: int  # in two years
    levels: tuple[str, ...]
    last_on: date | None
    phases: tuple[tuple[str, str], ...]  # (sector, phase in words)
    contact: Contact | None


@dataclass(frozen=True, slots=True)
class WhiteSpot:
    """A programme with schools here that no network of it covers."""

    programme: object
    school_count: int
    municipalities: tuple[str, ...]


class Area:
    """All that is known of the schools that `user` coordinates, on the day `on`."""

    def __init__(self, user, on):
        self.user, self.on = user, on
        self.year = school_year(on)
        self.since = on - SILENT_FOR

    @property
    def schools(self):
        """The schools, as a queryset: closed ones are left out."""
        return schools_coordinated_by(self.user, self.on).open()

    @cached_property
    def all(self):
        """[Narrow] of all schools, by name. One query."""
        rows = self.schools.order_by("sort_name", "code").values_list(
            "pk", "sort_name", "sectors", "municipality_id", "board_id"
        )
        return [Narrow(pk, name, tuple(sectors), place, board) for pk, name, sectors, place, board in rows]

    @cached_property
    def _mine(self):
        return {row.pk for row in self.all}

    def _schools_of(self, participations):
        found = participations.with_school_now().order_by().values_list("school_now", flat=True).distinct()
        return self._mine.intersection(found)

    def _here(self):
        """Participations of the schools, of those that went up in them too."""
        mine = self.schools.order_by().values("pk")
        path, wanted = "school", Q(school__in=mine)
        for _generation in range(3):
            path += "__successor"
            wanted |= Q(**{f"{path}__in": mine})
        return Participation.objects.filter(wanted)

    @cached_property
    def taking_part(self):
        """Keys of the schools that take part this school year. One query."""
        return self._schools_of(self._here().taking_part().filter(school_year=self.year))

    @cached_property
    def took_part(self):
        """Keys of the schools that ever began. One query."""
        return self._schools_of(self._here().filter(Q(started_on__isnull=False) | Q(entries__isnull=False)))

    @cached_property
    def dormant(self):
        """Keys of the schools that took part and fell silent. One query more."""
        signs = Q(entries__happened_on__gt=self.since)
        for name in ("started_on", "signed_up_on", "waiting_from_on"):
            signs |= Q(**{f"{name}__gt": self.since})
        return self.took_part - self._schools_of(self._here().filter(signs)) - self.taking_part

    @cached_property
    def phases(self):
        """Key of a school -> {sector: phase}, as its stored profile has it now. One query."""
        found = defaultdict(dict)
        rows = Profile.objects.filter(school__in=self.schools.order_by().values("pk")).current()
        for profile in rows:
            if profile.phase:
                found[profile.school_id][profile.sector] = profile.phase
        return found

    def standing(self, pk):
        if pk in self.taking_part:
            return TAKES_PART
        if pk in self.dormant:
            return DORMANT
        return NOT_NOW if pk in self.took_part else NEVER

    # --- narrowing down ------------------------------------------------------------------------------------

    def filtered(self, *, sector="", municipality="", standing="", phase=""):
        """[Narrow] that meet all that is asked; "" asks nothing."""
        return [
            row
            for row in self.all
            if (not sector or sector in row.sectors)
            and (not municipality or row.municipality == municipality)
            and (not standing or self._stands(row.pk, standing))
            and (not phase or self._is_in_phase(row.pk, phase, sector))
        ]

    def _stands(self, pk, standing):
        return pk not in self.taking_part if standing == NOT_NOW else self.standing(pk) == standing

    def _is_in_phase(self, pk, phase, sector):
        known = self.phases.get(pk, {})
        phases = {known[sector]} if sector in known else set() if sector else set(known.values())
        return not phases if phase == UNKNOWN_PHASE else phase in phases

    # --- what the page says above the list ---------------------------------------------------------------------

    @property
    def counts(self):
        """(name, number of schools, value of the filter) for the whole area."""
        return [
            (_("scholen"), len(self.all), ""),
            (STANDINGS[TAKES_PART], len(self.taking_part), TAKES_PART),
            (STANDINGS[NOT_NOW], len(self._mine - self.taking_part), NOT_NOW),
            (STANDINGS[DORMANT], len(self.dormant), DORMANT),
        ]

    @property
    def by_phase(self):
        """[(phase, in words, schools that take part, that do not)]; a school with two phases counts in both."""
        counts = Counter()
        for row in self.all:
            for phase in set(self.phases.get(row.pk, {}).values()) or {UNKNOWN_PHASE}:
                counts[phase, row.pk in self.taking_part] += 1
        named = [*((phase.value, phase.label) for phase in Phase), (UNKNOWN_PHASE, _("niet ingevuld"))]
        return [(value, label, counts[value, True], counts[value, False]) for value, label in named]

    @cached_property
    def by_municipality(self):
        """Code of a municipality -> (schools, of which take part)."""
        schools, active = Counter(), Counter()
        for row in self.all:
            schools[row.municipality] += 1
            active[row.municipality] += row.pk in self.taking_part
        return {code: (count, active[code]) for code, count in schools.items() if code}

    def white_spots(self, names):
        """[WhiteSpot], the most schools first. names: code of a municipality -> its name. No query."""
        known = directory()
        asked = [p for p in known.programmes.values() if p.availability == Availability.PER_REGIO]
        covered, missing, places = {}, Counter(), defaultdict(set)
        for row in self.all:
            place = row.municipality, row.board
            if place not in covered:
                covered[place] = {network.programme for network in known.networks_for(*place, self.on)}
            for programme in asked:
                if programme.slug not in covered[place] and not programme.sectors.isdisjoint(row.sectors):
                    missing[programme.slug] += 1
                    places[programme.slug].add(row.municipality)
        return [
            WhiteSpot(
                known.programmes[slug], count, tuple(sorted(names[code] for code in places[slug] if code in names))
            )
            for slug, count in missing.most_common()
        ]

    @property
    def refusals(self):
        """[(reason in words, number of questions)] of the last twelve months, of schools of the area."""
        rows = unmet_demand(midnight(self.since), schools=self.schools)
        labels = dict(RefusalReason.choices)
        return [(labels.get(row["reason"], row["reason"]), row["enquiry_count"]) for row in rows]

    @property
    def searches(self):
        """Searches of the last twelve months that found nothing, of the whole country, from five equal ones on."""
        return list(SearchMiss.objects.unmet_demand(self.since)[:MOST_SEARCHES])

    # --- the list ------------------------------------------------------------------------------------------

    def lines(self, rows):
        """The Lines of some Narrow rows. Six queries, however many."""
        pks = [row.pk for row in rows]
        schools = School.objects.select_related("municipality").in_bulk(pks)
        participations = Participation.objects.with_school_now().filter(
            Q(school__in=pks)
            | Q(school__successor__in=pks)
            | Q(school__successor__successor__in=pks)
            | Q(school__successor__successor__successor__in=pks)
        )
        programmes = defaultdict(set)
        this_year = participations.taking_part().filter(school_year=self.year)
        for pk, name in this_year.order_by().values_list("school_now", "programme__name"):
            programmes[pk].add(name)
        counts, levels = Counter(), defaultdict(list)
        done = participations.filter(entries__happened_on__range=(counted_since(self.on), self.on)).order_by()
        for pk, slug, count in done.values_list("school_now", "programme__slug").annotate(Count("entries")):
            counts[pk] += count
            if level_of(slug, count):
                levels[pk].append(level_of(slug, count))
        last = dict(participations.order_by().values_list("school_now").annotate(Max("entries__happened_on")))
        contacts = self._contacts(pks, participations)
        for row in rows:
            yield Line(
                school=schools[row.pk],
                standing=STANDINGS[self.standing(row.pk)],
                is_dormant=row.pk in self.dormant,
                programmes=tuple(sorted(programmes[row.pk])),
                activities=counts[row.pk],
                levels=tuple(levels[row.pk]),
                last_on=last.get(row.pk),
                phases=tuple(
                    (sector, Phase(phase).label) for sector, phase in sorted(self.phases.get(row.pk, {}).items())
                ),
                contact=contacts.get(row.pk),
            )

    def _contacts(self, pks, participations):
        """Key of a school -> whom to call: of its newest participation, else a member, the leader first."""
        found = {}
        members = Membership.objects.active().filter(school__in=pks, user__is_active=True).select_related("user")
        for row in members.order_by("-approved_at"):
            if row.school_id not in found or row.role == SchoolRole.LEADER:
                found[row.school_id] = Contact(str(row.user), row.user.email)
        told = participations.filter(contact__is_active=True).order_by("school_year", "pk")
        for pk, name, email in told.values_list(F("school_now"), "contact__name", "contact__email"):
            found[pk] = Contact(name or email, email)
        return found
