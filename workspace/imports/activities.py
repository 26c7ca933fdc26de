"""The offer of a network. What the coordinator brings and confirms is published: the preview is the difference."""

from datetime import date

from django.utils.text import slugify
from django.utils.translation import gettext as _

from activities.models import Activity
from loket.vocabulary import Availability, Delivery, Kind, Need, Phase, Sector, TargetGroup, Years
from networks.rights import networks_published_by
from schools.words import plain
from workspace.imports.cells import Choice, Choices, Count, Day, Text, near, said
from workspace.imports.lists import Column, Line, ListResource, NetworkCell, Rejected


class Activities(ListResource):
    kind = "activities"
    parts = ("activity",)
    title = "Aanbod"
    explanation = (
        "Eén rij voor elke activiteit. Wat u hier wijzigt, is na “Pas toe” meteen te zien voor iedereen. Een nieuwe "
        "activiteit zonder dag van publicatie wordt vandaag gepubliceerd."
    )

    title_of_activity = Column(
        "Titel", Text(150), "activity__title", needed=True, example="Gastles robots", aliases=("naam", "activiteit")
    )
    slug = Column(
        "Kenmerk",
        Text(100),
        "activity__slug",
        key=True,
        aliases=("slug",),
        help="Het laatste stuk van het adres van haar pagina. Leeg: wij zoeken op titel.",
    )
    network = Column(
        "Netwerk", NetworkCell(), "activity__network", key=True, help="Leeg: het netwerk dat u bij het inlezen koos."
    )
    summary = Column(
        "Wat u doet",
        Text(5000, lines=True),
        "activity__summary",
        needed=True,
        example="Een techneut bouwt met de klas een robot.",
        aliases=("omschrijving", "samenvatting"),
    )
    intended_result = Column("Wat het oplevert", Text(5000, lines=True), "activity__intended_result")
    kind_of_activity = Column("Soort", Choice(Kind.choices), "activity__kind", needed=True, example="gastles")
    sectors = Column("Sectoren", Choices(Sector.choices), "activity__sectors", needed=True, example="po; vmbo")
    phases = Column("Past bij fase", Choices(Phase.choices), "activity__phases", help="Leeg: past bij elke fase.")
    needs = Column("Helpt bij", Choices(Need.choices), "activity__needs")
    target_groups = Column("Doelgroepen", Choices(TargetGroup.choices), "activity__target_groups")
    years = Column("Leerjaren", Choices(Years.choices), "activity__years")
    delivery = Column("Vorm", Choice(Delivery.choices, empty=""), "activity__delivery", example="kant-en-klaar")
    effort_hours = Column(
        "Uren voor de school", Count(2000), "activity__effort_hours", example=6, help="Leeg: onbekend."
    )
    cost_euro = Column(
        "Kosten in euro", Count(1_000_000), "activity__cost_euro", example=0, help="0 is gratis; leeg is onbekend."
    )
    own_availability = Column(
        "Aanmelden",
        Choice(Availability.choices, empty=""),
        "activity__own_availability",
        help="Alleen als het anders is dan bij het programma.",
    )
    opens_on = Column("Open vanaf", Day(), "activity__opens_on", example=date(2026, 9, 1))
    closes_on = Column("Open tot en met", Day(), "activity__closes_on", example=date(2027, 6, 30))
    published_on = Column("Gepubliceerd op", Day(), "activity__published_on")
    ended_on = Column("Niet meer te zien vanaf", Day(), "activity__ended_on")
    confirmed_on = Column("Bevestigd op", Day(), "activity__confirmed_on", readonly=True)

    def prepare(self, rows):
        self.fields["network"].widget.fill_from(self.scope)
        networks = {network.pk: network for network in self.scope.networks}
        self._by_slug, self._by_title = {}, {}
        for activity in self.locked(
            Activity.objects.filter(network__in=self.scope.keys).defer("search").order_by("pk")
        ):
            activity.network = networks[activity.network_id]
            self._by_slug[activity.slug] = activity
            self._by_title.setdefault((activity.network_id, plain(activity.title)), []).append(activity)
        self._slugs = None
        self._made = {}
        published = networks_published_by(self.scope.user, self.scope.today, is_staff=self.scope.is_staff)
        self._publishes = set(published.filter(pk__in=self.scope.keys).values_list("pk", flat=True))

    def lines(self):
        for activity in sorted(self._by_slug.values(), key=lambda each: (each.network.name, each.title, each.pk)):
            yield Line(activity=activity)

    def find(self, values):
        network = self.network_of(values)
        if network.pk not in self._publishes:
            raise Rejected(
                _("Het aanbod van %(network)s publiceert de coördinator. Stel uw wijziging voor bij “Aanbod”.")
                % {"network": network}
            )
        activity = self._activity(network, values)
        return Line(activity=activity), {"activity": activity.pk or id(activity)}

    def _activity(self, network, values):
        if slug := values.get("slug"):
            activity = self._by_slug.get(slug)
            if activity is None or activity.network_id != network.pk:
                raise Rejected(
                    _("Kenmerk: “%(slug)s” is geen activiteit van %(network)s.%(near)s")
                    % {"slug": said(slug), "network": network, "near": near(slug, self._by_slug)}
                )
            return activity
        key = (network.pk, plain(values["title_of_activity"]))
        found = self._by_title.get(key, ())
        if len(found) > 1:
            raise Rejected(
                _("Titel: er is meer dan één activiteit met deze titel. Vul het kenmerk in."),
                [each.slug for each in found],
            )
        if found:
            return found[0]
        if key not in self._made:
            self._made[key] = Activity(network=network, slug=self._free_slug(values["title_of_activity"]))
        return self._made[key]

    def _free_slug(self, title):
        if self._slugs is None:
            self._slugs = set(Activity.objects.values_list("slug", flat=True))
        base = slug = slugify(title)[:90] or "activiteit"
        number = 1
        while slug in self._slugs:
            number += 1
            slug = f"{base}-{number}"
        self._slugs.add(slug)
        return slug

    def check(self, line, values):
        activity = line.activity
        wrong = []
        if activity.opens_on and activity.closes_on and activity.closes_on < activity.opens_on:
            wrong.append(_("Open tot en met: dat is eerder dan “Open vanaf”."))
        if activity.published_on and activity.ended_on and activity.ended_on < activity.published_on:
            wrong.append(_("Niet meer te zien vanaf: dat is eerder dan “Gepubliceerd op”."))
        if wrong:
            raise Rejected(wrong)
        if activity._state.adding and activity.published_on is None:
            self._line.notes.append(_("Wordt vandaag gepubliceerd."))

    def before_save(self, part, row):
        row.is_sample = False
        row.confirmed_on = self.scope.today
        if row._state.adding and row.published_on is None:
            row.published_on = self.scope.today

    def label(self, line):
        return f"{line.activity.title or self.values['title_of_activity']} – {line.activity.network}"
