"""The partners of a network: companies, colleges, boards, and what each is to it (R32, R56)."""

import re

from django.db.models import Q
from django.utils.text import slugify
from django.utils.translation import gettext as _

from loket.vocabulary import TargetGroup
from networks.models import Network, Partner
from regions.models import Municipality, Organisation
from schools.words import plain
from workspace.imports.cells import Cell, Choice, Choices, Named, Text, Website, near, said, tidy
from workspace.imports.lists import Column, Line, ListResource, NetworkCell, Rejected

LONGEST_LABEL = 30


def _labels(text):
    """The different labels in a cell, in order."""
    return list(dict.fromkeys(" ".join(part.split()) for part in re.split(r"[;|\n]", str(text)) if part.strip()))


class Labels(Cell):
    sort = "woorden met “;” ertussen, zoals Jet-Net; TechNet"

    def empty(self):
        return []

    def read(self, value, note):
        labels = _labels(value)
        if long := [label for label in labels if len(label) > LONGEST_LABEL]:
            raise ValueError(
                _("“%(label)s” is te lang: ten hoogste %(most)d tekens.")
                % {"label": said(long[0]), "most": LONGEST_LABEL}
            )
        return labels

    def render(self, value, obj=None, **kwargs):
        return "; ".join(value or ())

    def shown(self, value):
        return "; ".join(_labels(tidy(self.render(value))))


class Organisations(ListResource):
    kind = "organisations"
    parts = ("organisation", "partner")
    title = "Organisaties"
    explanation = (
        "Eén rij voor elke partner van het netwerk, en voor elke rol die zij daar heeft. Schoolbesturen "
        "komen uit het "
        "register: noem hun bestuursnummer, dan worden zij partner."
    )

    name = Column(
        "Naam",
        Text(200),
        "organisation__name",
        needed=True,
        example="Voorbeeld Techniek",
        aliases=("organisatie", "bedrijf"),
    )
    slug = Column(
        "Kenmerk",
        Text(80),
        "organisation__slug",
        key=True,
        aliases=("slug",),
        help="Het laatste stuk van het adres van haar pagina. Leeg: wij zoeken op naam.",
    )
    number = Column("Bestuursnummer", Text(10), "organisation__number", key=True, help="Alleen bij schoolbesturen.")
    kind_of_organisation = Column(
        "Soort", Choice(Organisation.Kind.choices), "organisation__kind", needed=True, example="bedrijf"
    )
    role = Column(
        "Rol in het netwerk",
        Choice(Partner.Role.choices, empty=Partner.Role.OTHER),
        "partner__role",
        key=True,
        example="bedrijf",
        aliases=("rol",),
        help="Leeg: partner.",
    )
    network = Column(
        "Netwerk", NetworkCell(), "partner__network", key=True, help="Leeg: het netwerk dat u bij het inlezen koos."
    )
    website = Column("Website", Website(200), "organisation__website", example="https://techniek.voorbeeld.example")
    municipality = Column("Gemeente", Named("gemeente"), "organisation__municipality", example="Assen")
    labels = Column("Labels", Labels(), "organisation__labels", example="Jet-Net")
    target_groups = Column("Doelgroepen", Choices(TargetGroup.choices), "organisation__target_groups")
    summary = Column("In het kort", Text(5000, lines=True), "organisation__summary")

    OFFICES = (Organisation.Kind.PROGRAMME_OFFICE, Organisation.Kind.MINISTRY)

    def prepare(self, rows):
        self.fields["network"].widget.fill_from(self.scope)
        municipalities = list(Municipality.objects.current())
        self.fields["municipality"].widget.fill(municipalities, "name", "code")
        by_code = {each.code: each for each in municipalities}
        networks = {network.pk: network for network in self.scope.networks}
        partners = list(self.locked(Partner.objects.filter(network__in=self.scope.keys).order_by("pk")))
        wanted = Q(pk__in=[partner.organisation_id for partner in partners])
        # A name is compared as words, so all that are no board are looked at: a few thousand at most.
        wanted |= ~Q(kind=Organisation.Kind.BOARD)
        if rows is not None:
            wanted |= Q(number__in={str(row.get("Bestuursnummer") or "-") for row in rows} - {""})
            wanted |= Q(slug__in={str(row.get("Kenmerk") or "-") for row in rows})
        self._by_slug, self._by_number_of_board, self._by_name = {}, {}, {}
        by_pk = {}
        for organisation in self.locked(Organisation.objects.filter(wanted).order_by("pk")):
            if organisation.municipality_id in by_code:
                organisation.municipality = by_code[organisation.municipality_id]
            by_pk[organisation.pk] = organisation
            self._by_slug[organisation.slug] = organisation
            if organisation.number:
                self._by_number_of_board[organisation.number] = organisation
            self._by_name.setdefault(plain(organisation.name), []).append(organisation)
        self._partners = {}
        for partner in partners:
            partner.organisation, partner.network = by_pk[partner.organisation_id], networks[partner.network_id]
            self._partners[partner.organisation_id, partner.network_id, partner.role] = partner
        self._slugs = None
        self._made = {}
        self._theirs = None

    def lines(self):
        for partner in sorted(
            self._partners.values(), key=lambda each: (each.network.name, each.organisation.name, each.pk)
        ):
            yield Line(organisation=partner.organisation, partner=partner)

    def find(self, values):
        network = self.network_of(values)
        organisation = self._organisation(values)
        role = values.get("role") or Partner.Role.OTHER
        key = (organisation.pk or id(organisation), network.pk, role)
        partner = self._partners.get(key)
        if partner is None:
            partner = self._partners[key] = Partner(organisation=organisation, network=network, role=role)
        return Line(organisation=organisation, partner=partner), {"organisation": key[0], "partner": key}

    def _organisation(self, values):
        if slug := values.get("slug"):
            if slug not in self._by_slug:
                raise Rejected(
                    _("Kenmerk: “%(slug)s” kennen wij niet.%(near)s")
                    % {"slug": said(slug), "near": near(slug, self._by_slug)}
                )
            return self._by_slug[slug]
        if values["kind_of_organisation"] == Organisation.Kind.BOARD:
            number = (values.get("number") or "").removesuffix(".0")
            if not number:
                raise Rejected(_("Bestuursnummer: vul het in, want namen van besturen lijken op elkaar."))
            if number not in self._by_number_of_board:
                raise Rejected(_("Bestuursnummer: “%(number)s” staat niet in het register.") % {"number": number})
            return self._by_number_of_board[number]
        if values.get("number"):
            raise Rejected(_("Bestuursnummer: alleen schoolbesturen hebben er een."))
        word = plain(values["name"])
        found = [each for each in self._by_name.get(word, ()) if each.kind != Organisation.Kind.BOARD]
        if len(found) > 1:
            raise Rejected(
                _("Naam: er is meer dan één organisatie met deze naam. Vul het kenmerk in."),
                [each.slug for each in found],
            )
        if found:
            return found[0]
        if values["kind_of_organisation"] in self.OFFICES:
            raise Rejected(_("Soort: programmabureau en ministerie worden niet met een lijst toegevoegd."))
        if word not in self._made:
            self._made[word] = Organisation(slug=self._free_slug(values["name"]))
            names = [name[0].name for name in self._by_name.values() if name[0].kind != Organisation.Kind.BOARD]
            if like := near(values["name"], [name for name in names if abs(len(name) - len(values["name"])) < 12], 2):
                self._line.notes.append(_("Wordt een nieuwe organisatie.%(like)s") % {"like": like})
        return self._made[word]

    def _free_slug(self, name):
        if self._slugs is None:
            self._slugs = set(Organisation.objects.values_list("slug", flat=True))
        base = slug = slugify(name)[:70] or "organisatie"
        number = 1
        while slug in self._slugs:
            number += 1
            slug = f"{base}-{number}"
        self._slugs.add(slug)
        return slug

    def check(self, line, values):
        organisation = line.organisation
        changed = [column for column, _before, _after in self._line.changes if self._of_organisation(column)]
        if organisation._state.adding or not changed:
            return
        if (
            organisation.kind == Organisation.Kind.BOARD
            or self._originals[id(organisation)].kind == Organisation.Kind.BOARD
        ):
            raise Rejected(
                _("Een schoolbestuur komt uit het register; %(columns)s kan niet met een lijst worden gewijzigd.")
                % {"columns": ", ".join(changed)}
            )
        if not self.scope.is_staff and not self._mine(organisation):
            raise Rejected(
                _(
                    "Deze organisatie hoort ook bij andere netwerken, of nog bij geen netwerk. %(columns)s "
                    "kan alleen het "
                    "programmabureau wijzigen; neem over wat er staat."
                )
                % {"columns": ", ".join(changed)}
            )

    def _of_organisation(self, heading):
        return any(column.column_name == heading and column.part == "organisation" for column in self.fields.values())

    def _mine(self, organisation):
        """Whether every network it belongs to is one that this user may change."""
        if self._theirs is None:
            self._theirs = {}
            pairs = [
                *Partner.objects.values_list("organisation", "network"),
                *Network.objects.exclude(lead=None).values_list("lead", "pk"),
            ]
            for organisation_pk, network_pk in pairs:
                self._theirs.setdefault(organisation_pk, set()).add(network_pk)
        networks = self._theirs.get(organisation.pk, set())
        return bool(networks) and networks <= self.scope.changed

    def before_save(self, part, row):
        if part == "organisation":
            row.is_sample = False

    def edits(self, part):
        return [part.network_id] if isinstance(part, Partner) else ()

    def label(self, line):
        role = line.partner.get_role_display()
        return f"{line.organisation.name or self.values['name']}, {role} – {line.partner.network}"
