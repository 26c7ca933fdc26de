"""Schools that take part, and what they did: the lists of programme offices (R46, R48, R53)."""

from collections import defaultdict
from datetime import date

from django.db.models import Q
from django.utils.translation import gettext as _

from activities.models import Activity, Entry, Participation
from loket.vocabulary import Initiative, Kind, Sector, StopReason
from schools.models import School
from workspace.imports.cells import Cell, Choice, Choices, Count, Day, Named, SchoolYear, Text
from workspace.imports.codes import Register
from workspace.imports.lists import Column, Line, ListResource, NetworkCell, Rejected

MOST_PUPILS = 5_000


class SchoolCell(Cell):
    """The code of a school; the value is a Known of the register."""

    sort = "code van zes tekens, zoals 01AB00"
    register = None

    def read(self, value, note):
        school, repaired = self.register.find(value)
        if repaired:
            note(repaired)
        return school

    def render(self, value, obj=None, **kwargs):
        return value.code if value else ""


class Participants(ListResource):
    kind = "participants"
    parts = ("participation", "entry")
    title = "Deelnemende scholen"
    explanation = (
        "Eén rij voor elke school, sector en schooljaar. Gebeurde er meer dan één keer iets, gebruik dan "
        "voor elke keer "
        "een eigen rij, met daarin dezelfde gegevens van de deelname. Noem nooit leerlingen: alleen aantallen."
    )

    school = Column(
        "Vestigingscode",
        SchoolCell(),
        "participation__school",
        needed=True,
        key=True,
        example="01AB00",
        aliases=("code", "brin", "brin6", "brinvest", "brin vestiging", "brin-nummer", "vestiging", "schoolcode"),
        help="Maak van deze kolom tekst, anders laat Excel nullen weg.",
    )
    school_name = Column(
        "School",
        Text(200),
        "participation__school__name",
        key=True,
        example="De voorbeeldschool",
        aliases=("naam", "schoolnaam", "naam school", "vestigingsnaam"),
        help="Alleen om de school te vinden als de code niet klopt.",
    )
    school_place = Column(
        "Plaats",
        Text(80),
        "participation__school__place",
        key=True,
        example="Voorbeelddorp",
        aliases=("plaatsnaam", "woonplaats"),
        help="Alleen om de school te vinden als de code niet klopt.",
    )
    network = Column(
        "Netwerk",
        NetworkCell(),
        "participation__network",
        key=True,
        help="Leeg: het netwerk dat u bij het inlezen koos.",
    )
    sector = Column(
        "Sector",
        Choice(Sector.choices),
        "participation__sector",
        needed=True,
        key=True,
        example="po",
        aliases=("onderwijssoort",),
    )
    school_year = Column(
        "Schooljaar",
        SchoolYear(),
        "participation__school_year",
        needed=True,
        key=True,
        example="2026-2027",
        aliases=("jaar",),
    )
    signed_up_on = Column("Aangemeld op", Day(), "participation__signed_up_on", aliases=("aanmelddatum",))
    waiting_from_on = Column(
        "Op de wachtlijst vanaf", Day(), "participation__waiting_from_on", aliases=("wachtlijst",)
    )
    started_on = Column(
        "Doet mee vanaf",
        Day(),
        "participation__started_on",
        example=date(2026, 9, 1),
        aliases=("startdatum", "start", "begonnen op", "deelname vanaf"),
    )
    stopped_on = Column("Gestopt op", Day(), "participation__stopped_on", aliases=("einddatum", "gestopt"))
    stop_reason = Column(
        "Reden van stoppen", Choice(StopReason.choices, empty=""), "participation__stop_reason", aliases=("reden",)
    )
    initiatives = Column(
        "Wie nam het initiatief", Choices(Initiative.choices), "participation__initiatives", aliases=("initiatief",)
    )
    activity = Column(
        "Activiteit",
        Named("activiteit"),
        "entry__activity",
        key=True,
        help="Titel of kenmerk van een activiteit van het netwerk. Mag leeg, als de soort is ingevuld.",
    )
    happened_on = Column("Datum", Day(), "entry__happened_on", key=True, example=date(2026, 11, 12))
    kind_of_entry = Column(
        "Soort", Choice(Kind.choices), "entry__kind", key=True, example="gastles", aliases=("soort activiteit",)
    )
    pupils_count = Column(
        "Aantal leerlingen", Count(MOST_PUPILS), "entry__pupils_count", example=24, aliases=("leerlingen",)
    )
    teachers_count = Column(
        "Aantal leraren", Count(MOST_PUPILS), "entry__teachers_count", example=2, aliases=("leraren", "docenten")
    )
    source = Column("Bron", Choice(Participation.Source.choices), "participation__source", readonly=True)
    confirmed_on = Column("Bevestigd op", Day(), "participation__confirmed_on", readonly=True)

    ENTRY_COLUMNS = ("activity", "happened_on", "kind_of_entry", "pupils_count", "teachers_count")

    def prepare(self, rows):
        self.register = self.fields["school"].widget.register = Register()
        self.fields["network"].widget.fill_from(self.scope)
        self._schools = {}
        participations = self.locked(Participation.objects.filter(network__in=self.scope.keys).order_by("pk"))
        if rows is not None:
            # Only the years of the list: five years of a network would be five times the rows.
            years = {self._year(row.get("Schooljaar")) for row in rows} - {None}
            participations = participations.filter(school_year__in=years)
        self._participations = {}
        by_pk = {}
        networks = {network.pk: network for network in self.scope.networks}
        for participation in participations:
            self._know(participation, networks)
            by_pk[participation.pk] = participation
            self._participations[self._key_of(participation)] = participation
        self._entries = defaultdict(list)
        entries = Entry.objects.filter(participation__in=list(by_pk)).order_by("pk")
        for entry in self.locked(entries):
            entry.participation = by_pk[entry.participation_id]
            self._entries[self._key_of(entry.participation)].append(entry)
        named = {entry.activity_id for group in self._entries.values() for entry in group} - {None}
        activities = Activity.objects.filter(Q(network__in=self.scope.keys) | Q(pk__in=named)).defer("search")
        by_activity = {
            activity.pk: activity for activity in activities.only("pk", "title", "slug", "kind", "network")
        }
        self.fields["activity"].widget.fill(by_activity.values(), "title", "slug")
        for group in self._entries.values():
            for entry in group:
                if entry.activity_id:
                    entry.activity = by_activity[entry.activity_id]
        self._rows_of = defaultdict(list)  # what earlier rows said of one happening
        self._made = {}

    @staticmethod
    def _year(cell):
        try:
            return SchoolYear().clean(cell)
        except ValueError:
            return None

    def _know(self, participation, networks):
        """Give a participation its school, network and programme without a query."""
        participation.school = self._school(self.register.by_pk[participation.school_id])
        participation.network = networks[participation.network_id]
        if participation.programme_id == participation.network.programme_id:
            participation.programme = participation.network.programme

    def _school(self, known):
        if known.pk not in self._schools:
            school = School(pk=known.pk, code=known.code, name=known.name, place=known.place)
            school._state.adding = False
            self._schools[known.pk] = school
        return self._schools[known.pk]

    @staticmethod
    def _key_of(participation):
        return (
            participation.school_id,
            participation.programme_id,
            participation.network_id,
            participation.sector,
            participation.school_year,
        )

    def lines(self):
        order = sorted(
            self._participations.values(),
            key=lambda each: (each.network.name, each.school_year, each.school.code, each.sector, each.pk),
        )
        for participation in order:
            entries = self._entries[self._key_of(participation)]
            for entry in sorted(entries, key=lambda each: (each.happened_on, each.pk)) or [None]:
                yield Line(participation=participation, entry=entry)

    def find(self, values):
        network = self.network_of(values)
        known = values["school"]
        key = (known.pk, network.programme_id, network.pk, values["sector"], values["school_year"])
        participation = self._participations.get(key)
        if participation is None:
            self._check_open(known, values["school_year"])
            participation = self._participations[key] = Participation(
                school=self._school(known),
                programme=network.programme,
                network=network,
                sector=values["sector"],
                school_year=values["school_year"],
            )
        if known.sectors and values["sector"] not in known.sectors:
            self._line.notes.append(
                _("Volgens het register heeft deze school geen %(sector)s.") % {"sector": values["sector"]}
            )
        keys = {"participation": key}
        entry = None
        if any(values.get(name) not in (None, "") for name in self.ENTRY_COLUMNS):
            entry, keys["entry"] = self._entry(participation, key, values)
        return Line(participation=participation, entry=entry), keys

    @staticmethod
    def _check_open(known, school_year):
        if known.closed_on and known.closed_on < date(int(school_year[:4]), 8, 1):
            raise Rejected(
                _("Deze school is gesloten op %(day)s.") % {"day": f"{known.closed_on:%d-%m-%Y}"},
                [known.successor_code] if known.successor_code else [],
            )

    def _entry(self, participation, key, values):
        """The Entry of the row: the next one that stands here about the same happening, else a new one."""
        activity, day = values.get("activity"), values.get("happened_on")
        kind = values.get("kind_of_entry") or (activity.kind if activity else None)
        wrong = []
        if day is None:
            wrong.append(_("Datum: vul in wanneer dit gebeurde, of laat ook de andere cellen erover leeg."))
        elif day > self.scope.today and (values.get("pupils_count") or values.get("teachers_count")):
            wrong.append(_("Datum: deze dag moet nog komen; er kan nog niemand bereikt zijn."))
        if kind is None:
            wrong.append(_("Soort: vul in wat er gebeurde, of noem de activiteit."))
        if wrong:
            raise Rejected(wrong)
        about = (*key, day, kind, activity.pk if activity else None)
        said = (values.get("pupils_count"), values.get("teachers_count"))
        standing = [
            entry
            for entry in self._entries.get(key, ())
            if (entry.happened_on, entry.kind, entry.activity_id) == about[len(key) :]
        ]
        earlier = self._rows_of[about]
        if said in earlier and len(earlier) >= len(standing):
            place = earlier.index(said)
        else:
            place = len(earlier)
            earlier.append(said)
        if place < len(standing):
            return standing[place], (*about, place)
        if (*about, place) not in self._made:
            self._made[*about, place] = Entry(
                participation=participation,
                activity=activity,
                happened_on=day,
                kind=kind,
                recorded_by=self.scope.user,
            )
        return self._made[*about, place], (*about, place)

    def check(self, line, values):
        participation = line.participation
        wrong = []
        if participation.stop_reason and participation.stopped_on is None:
            wrong.append(_("Reden van stoppen: vul dan ook in wanneer de school stopte."))
        begun = participation.started_on or participation.waiting_from_on or participation.signed_up_on
        if participation.stopped_on and begun and participation.stopped_on < begun:
            wrong.append(_("Gestopt op: dat is eerder dan het begin."))
        if wrong:
            raise Rejected(wrong)

    def before_save(self, part, row):
        if part == "participation":
            row.source = Participation.Source.IMPORT
            row.confirmed_on = self.scope.today
            row.is_sample = False
        else:
            row.source = Entry.Source.IMPORT

    def label(self, line):
        about = line.participation
        text = f"{about.school.code} {about.school.name}, {about.sector}, {about.school_year}"
        if line.entry:
            text += f", {line.entry.happened_on:%d-%m-%Y} {Kind(line.entry.kind).label}"
        return text
