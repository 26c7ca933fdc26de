"""Whom to call at a network and its support points: a person, and what that person does there (R54, R55)."""

from collections import defaultdict

from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext as _

from networks.models import ContactRole, Person, SupportPoint
from schools.words import plain
from workspace.imports.cells import Count, Day, Email, Named, Telephone, Text
from workspace.imports.lists import Column, Line, ListResource, NetworkCell, Rejected


class Contacts(ListResource):
    kind = "contacts"
    parts = ("person", "role")
    title = "Contacten"
    explanation = (
        "Eén rij voor elke functie. Heeft iemand meer functies, dan zijn naam, telefoon en bereikbaarheid "
        "op elke rij "
        "hetzelfde. Iemand wordt herkend aan het e-mailadres."
    )

    email = Column(
        "E-mailadres",
        Email(),
        "person__email",
        needed=True,
        key=True,
        example="contact@voorbeeld.example",
        aliases=("email", "mail", "e-mail", "mailadres"),
    )
    name = Column(
        "Naam", Text(120), "person__name", needed=True, example="Voorbeeld Persoon", aliases=("contactpersoon",)
    )
    telephone = Column(
        "Telefoon",
        Telephone(20),
        "person__telephone",
        example="000 000 00 01",
        aliases=("telefoonnummer", "tel"),
        help="Maak van deze kolom tekst, anders laat Excel de nul vooraan weg.",
    )
    reachable = Column("Bereikbaar", Text(120), "person__reachable", example="ma t/m do, 9-17 uur")
    title_of_role = Column(
        "Functie", Text(120), "role__title", needed=True, example="coördinator", aliases=("rol", "titel")
    )
    order = Column(
        "Volgorde",
        Count(999, least=1),
        "role__order",
        example=1,
        help="1 wordt het eerst gebeld. Leeg bij een nieuw contact: 1.",
    )
    network = Column(
        "Netwerk",
        NetworkCell(),
        "role__network_shown",
        key=True,
        help="Leeg: het netwerk dat u bij het inlezen koos.",
    )
    support_point = Column(
        "Steunpunt",
        Named("steunpunt"),
        "role__support_point",
        key=True,
        help="Naam van een steunpunt van het netwerk; leeg is het netwerk zelf.",
    )
    confirmed_on = Column("Bevestigd op", Day(), "role__confirmed_on", readonly=True)

    def prepare(self, rows):
        self.fields["network"].widget.fill_from(self.scope)
        self._networks = {network.pk: network for network in self.scope.networks}
        points = list(SupportPoint.objects.filter(network__in=self.scope.keys))
        self.fields["support_point"].widget.fill(points, "name", "pk")
        self._points = {point.pk: point for point in points}
        mine = Q(network__in=self.scope.keys) | Q(support_point__network__in=self.scope.keys)
        self._roles = list(
            self.locked(ContactRole.objects.filter(mine).order_by("order", "pk")).select_related("person")
        )
        self._people = {}
        wanted = {role.person.email.lower() for role in self._roles}
        if rows is not None:
            wanted |= {str(row.get("E-mailadres") or "").lower().removeprefix("mailto:") for row in rows}
        for person in self.locked(
            Person.objects.alias(lowered=Lower("email")).filter(lowered__in=wanted).order_by("pk")
        ):
            self._people[person.email.lower()] = person
        for role in self._roles:
            role.person = self._people.get(role.person.email.lower(), role.person)
            self._show(role)
        # Of people the list is about: what else they do, for networks that are not in the list.
        others = ContactRole.objects.filter(person__in=[person.pk for person in self._people.values()]).exclude(mine)
        self._elsewhere = {}
        for role in others.select_related(
            "network", "programme", "support_point__network", "region", "landsdeel", "organisation"
        ):
            self._elsewhere.setdefault(role.person_id, []).append(role)
        self._titles = defaultdict(set)  # that the list gives somebody at one place
        for row in rows or ():
            self._titles[self._place(row)].add(plain(str(row.get("Functie") or "")))
        self._made = {}
        self._taken = set()

    @staticmethod
    def _place(row):
        email = str(row.get("E-mailadres") or "").lower().removeprefix("mailto:")
        return (email, plain(str(row.get("Netwerk") or "")), plain(str(row.get("Steunpunt") or "")))

    def _show(self, role):
        role.network_shown = self._networks.get(role.network_id or self._points[role.support_point_id].network_id)
        if role.support_point_id:
            role.support_point = self._points[role.support_point_id]

    def lines(self):
        for role in sorted(self._roles, key=lambda each: (each.network_shown.name, each.order, each.pk)):
            yield Line(person=role.person, role=role)

    def find(self, values):
        network = self.network_of(values)
        point = values.get("support_point")
        if point and point.network_id != network.pk:
            raise Rejected(
                _("Steunpunt: %(point)s is geen steunpunt van %(network)s.") % {"point": point, "network": network}
            )
        email = values["email"]
        person = self._people.get(email)
        if person is None:
            person = self._people[email] = Person(email=email)
        owner = {"support_point": point} if point else {"network": network}
        role = self._role(person, owner, values)
        self._taken.add(id(role))
        # Somebody may do two things of one name here; a row is about the next of these that stands here.
        key = (email, network.pk, point.pk if point else None, plain(values["title_of_role"]), role.pk)
        return Line(person=person, role=role), {"person": email, "role": key}

    def _role(self, person, owner, values):
        (name, thing), title = next(iter(owner.items())), plain(values["title_of_role"])
        here = [
            role
            for role in self._roles
            if role.person is person
            and getattr(role, f"{name}_id") == thing.pk
            and (name != "network" or not role.support_point_id)
        ]
        same = [role for role in here if plain(role.title) == title]
        if same:
            free = [role for role in same if id(role) not in self._taken]
            return (free or same)[0]
        place = self._place(self._by_number[self._line.number].cells)
        if len(here) == 1 and len(self._titles[place]) == 1:
            return here[0]  # the one thing this person does here has another name now
        key = (person.email.lower(), name, thing.pk, title)
        if key not in self._made:
            self._made[key] = ContactRole(person=person, order=1, **owner)
            self._made[key].network_shown = owner.get("network") or self._networks[thing.network_id]
        return self._made[key]

    def import_instance(self, instance, row, **kwargs):
        if self.values.get("order", 1) is None:  # an empty cell leaves the order as it is
            del self.values["order"]
        super().import_instance(instance, row, **kwargs)

    def check(self, line, values):
        if line.person._state.adding:
            return
        original = self._originals.get(id(line.person))
        differing = [
            name
            for name in ("name", "telephone", "reachable")
            if original is not None and getattr(original, name) != getattr(line.person, name)
        ]
        elsewhere = self._elsewhere.get(line.person.pk, ())
        if differing and elsewhere:
            owners = ", ".join(sorted({str(role.owner) for role in elsewhere}))
            if not self.scope.is_staff and not all(self._may_change(role) for role in elsewhere):
                raise Rejected(
                    _(
                        "Deze persoon is ook contact van %(owners)s. Naam, telefoon en bereikbaarheid kunt "
                        "u daarom niet "
                        "wijzigen. Neem over wat er staat, of vraag het programmabureau."
                    )
                    % {"owners": owners}
                )
            self._line.notes.append(_("Dit geldt ook bij %(owners)s.") % {"owners": owners})

    def _may_change(self, role):
        network = role.network_id or (role.support_point_id and role.support_point.network_id)
        return network in self.scope.changed

    def before_save(self, part, row):
        if part == "role":
            row.confirmed_on = self.scope.today
        else:
            row.is_sample = False

    def edits(self, part):
        roles = [part] if isinstance(part, ContactRole) else [role for role in self._roles if role.person is part]
        return [role.network_shown.pk for role in roles]

    def label(self, line):
        name, title = line.person.name or self.values["name"], line.role.title or self.values["title_of_role"]
        return f"{name} <{line.person.email}>, {title}"
