"""Dates of activities. A date for which schools signed up is changed on its page, which tells those schools."""

import datetime as dt

from django.utils import timezone
from django.utils.translation import gettext as _

from activities.models import Activity, Occurrence
from regions.models import Municipality
from workspace.imports.cells import Clock, Count, Day, Named, Text, YesNo, local, said
from workspace.imports.lists import Column, Line, ListResource, NetworkCell, Rejected

MOST_PLACES = 10_000


class Occurrences(ListResource):
    kind = "occurrences"
    parts = ("occurrence",)
    title = "Data"
    explanation = (
        "Eén rij voor elke datum van een activiteit. Een datum waarvoor zich scholen hebben aangemeld, "
        "verplaatst u op "
        "het scherm: dan krijgen zij bericht. Aflassen kan alleen daar."
    )

    activity = Column(
        "Activiteit",
        Named("activiteit"),
        "occurrence__activity",
        needed=True,
        key=True,
        example="Gastles robots",
        aliases=("titel",),
        help="Titel of kenmerk van een activiteit van het netwerk.",
    )
    uid = Column(
        "Kenmerk",
        Text(36),
        "occurrence__uid",
        key=True,
        help="Van een datum die al in Loket staat. Leeg: wij zoeken op activiteit, dag en tijd.",
    )
    day = Column("Datum", Day(), "occurrence__day", needed=True, example=dt.date(2026, 12, 1), aliases=("dag",))
    begins = Column(
        "Begint", Clock(), "occurrence__begins", needed=True, example="10:00", aliases=("van", "begintijd", "tijd")
    )
    ends = Column("Eindigt", Clock(), "occurrence__ends", needed=True, example="12:00", aliases=("tot", "eindtijd"))
    last_day = Column("Tot en met", Day(), "occurrence__last_day", help="Alleen als het meer dan één dag duurt.")
    place = Column("Plaats", Text(150), "occurrence__place", example="Voorbeelddorp", aliases=("locatie",))
    municipality = Column("Gemeente", Named("gemeente"), "occurrence__municipality", example="Assen")
    is_online = Column("Online", YesNo(), "occurrence__is_online", example="nee")
    capacity = Column("Plaatsen", Count(MOST_PLACES), "occurrence__capacity", example=30, help="Leeg: onbekend.")
    network = Column(
        "Netwerk",
        NetworkCell(),
        "occurrence__network",
        key=True,
        help="Leeg: het netwerk dat u bij het inlezen koos.",
    )
    cancelled = Column("Afgelast", YesNo(), "occurrence__is_cancelled", readonly=True)

    def prepare(self, rows):
        self.fields["network"].widget.fill_from(self.scope)
        municipalities = list(Municipality.objects.current())
        self.fields["municipality"].widget.fill(municipalities, "name", "code")
        by_code = {each.code: each for each in municipalities}
        networks = {network.pk: network for network in self.scope.networks}
        activities = Activity.objects.filter(network__in=self.scope.keys).only("pk", "title", "slug", "network")
        by_activity = {activity.pk: activity for activity in activities}
        for activity in by_activity.values():
            activity.network = networks[activity.network_id]
        self.fields["activity"].widget.fill(by_activity.values(), "title", "slug")
        self._by_uid, self._by_moment = {}, {}
        for occurrence in self.locked(Occurrence.objects.filter(activity__in=list(by_activity)).order_by("pk")):
            occurrence.activity = by_activity[occurrence.activity_id]
            if occurrence.municipality_id in by_code:
                occurrence.municipality = by_code[occurrence.municipality_id]
            self._show(occurrence)
            self._by_uid[str(occurrence.uid)] = occurrence
            self._by_moment.setdefault((occurrence.activity_id, occurrence.day, occurrence.begins), []).append(
                occurrence
            )
        self._made = {}
        self._signed_up = None

    @staticmethod
    def _show(occurrence):
        """A date as the columns have it: days and times of here."""
        begins, ends = local(occurrence.starts_at), local(occurrence.ends_at)
        occurrence.day, occurrence.begins, occurrence.ends = begins.date(), begins.time(), ends.time()
        occurrence.last_day = ends.date() if ends.date() != begins.date() else None
        occurrence.network = occurrence.activity.network

    def lines(self):
        for occurrence in sorted(
            self._by_uid.values(), key=lambda each: (each.network.name, each.activity.title, each.starts_at, each.pk)
        ):
            yield Line(occurrence=occurrence)

    def find(self, values):
        activity = values["activity"]
        network = values.get("network")
        if network is not None and activity.network_id != network.pk:
            raise Rejected(
                _("Activiteit: %(activity)s is geen activiteit van %(network)s.")
                % {"activity": activity, "network": network}
            )
        occurrence = self._occurrence(activity, values)
        return Line(occurrence=occurrence), {"occurrence": str(occurrence.uid)}

    def _occurrence(self, activity, values):
        if uid := (values.get("uid") or "").lower():
            occurrence = self._by_uid.get(uid)
            if occurrence is None or occurrence.activity_id != activity.pk:
                raise Rejected(
                    _("Kenmerk: “%(uid)s” is geen datum van %(activity)s. Laat het leeg voor een nieuwe datum.")
                    % {"uid": said(uid), "activity": activity}
                )
            return occurrence
        key = (activity.pk, values["day"], values["begins"])
        found = self._by_moment.get(key, ())
        if len(found) > 1:
            raise Rejected(
                _("Deze datum staat er meer dan één keer. Vul het kenmerk in."), [str(each.uid) for each in found]
            )
        if found:
            return found[0]
        if key not in self._made:
            # `check` makes its moments of these, once the cells are in them.
            made = Occurrence(activity=activity)
            made.day = made.begins = made.ends = made.last_day = None
            made.network = activity.network
            self._made[key] = made
        return self._made[key]

    def check(self, line, values):
        occurrence = line.occurrence
        self._check_nobody_signed_up(occurrence)
        last = occurrence.last_day or occurrence.day
        begins = timezone.make_aware(dt.datetime.combine(occurrence.day, occurrence.begins))
        ends = timezone.make_aware(dt.datetime.combine(last, occurrence.ends))
        if ends <= begins:
            raise Rejected(
                _("Eindigt: dat is niet later dan “Begint”. Duurt het meer dagen, vul dan “Tot en met” in.")
            )
        if occurrence._state.adding:
            occurrence.starts_at, occurrence.ends_at = begins, ends
            if ends < timezone.now():
                self._line.notes.append(_("Deze datum is al voorbij."))
        elif self._line.changes:
            # To the minute: what was not changed keeps its seconds.
            original = self._originals[id(occurrence)]
            if (occurrence.day, occurrence.begins) != (original.day, original.begins):
                occurrence.starts_at = begins
            if (last, occurrence.ends) != (original.last_day or original.day, original.ends):
                occurrence.ends_at = ends
            if occurrence.cancelled_at:
                raise Rejected(_("Deze datum is afgelast, en wijzigt niet meer."))

    def _check_nobody_signed_up(self, occurrence):
        if occurrence._state.adding or not self._line.changes:
            return
        if self._signed_up is None:
            keys = [each.pk for each in self._by_uid.values()]
            self._signed_up = set(
                Occurrence.objects.filter(pk__in=keys, registrations__isnull=False).values_list("pk", flat=True)
            )
        if occurrence.pk in self._signed_up:
            raise Rejected(
                _(
                    "Voor deze datum hebben zich scholen aangemeld. Wijzig haar op het scherm, dan krijgen "
                    "zij bericht."
                )
            )

    def before_save(self, part, row):
        row.is_sample = False
        original = self._originals.get(id(row))
        if row.capacity is not None and (original is None or original.capacity != row.capacity):
            # Nobody signed up here yet, so what is free is what was not given elsewhere.
            row.places_left = max(0, row.capacity - row.taken_elsewhere)
            row.reported_on = self.scope.today
        elif row.capacity is None and original is not None and original.capacity is not None:
            row.places_left = None

    def label(self, line):
        occurrence = line.occurrence
        day, begins = occurrence.day or self.values["day"], occurrence.begins or self.values["begins"]
        return f"{occurrence.activity.title}, {day:%d-%m-%Y} {begins:%H:%M}"
