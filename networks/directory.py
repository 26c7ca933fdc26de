"""Programmes, networks, their areas and whom to call, kept per process (settled decision "Speed is design").

These rows change seldom and every loket page needs most of them, so one `Directory` is built for each
`ContentVersion` and kept until that number changes: the page then pays one query instead of seven.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from threading import Lock

from django.conf import settings
from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Prefetch
from django.urls import reverse

from loket.vocabulary import Sector
from networks.models import ContactRole, Network, Partner, Programme, WorkingArea
from regions.models import ContentVersion, Municipality, Organisation

OFFICE_SLUG = "pbt"
CONFIRMED_FOR = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Contact:
    """Somebody to call, with the day this was last confirmed (None: never)."""

    name: str
    title: str
    telephone: str
    email: str
    reachable: str
    confirmed_on: date | None
    is_sample: bool
    role_pk: int | None = None  # of the ContactRole

    @property
    def dial(self):
        """The telephone number as a link wants it: digits and a leading plus."""
        return "".join(sign for sign in self.telephone if sign.isdigit() or sign == "+")

    def is_stale(self, on):
        """Whether on day `on` the last confirmation is more than 365 days old, or never was (R54)."""
        return self.confirmed_on is None or on - self.confirmed_on > CONFIRMED_FOR


@dataclass(frozen=True, slots=True)
class FirstContact:
    """Where a school knocks first: a contact, and the name of the region, landsdeel or office it is of.

    `contact` is None only where even the programme office has none; `stale` is true only for an office
    whose own contact is not confirmed, because nothing stands behind it.
    """

    contact: Contact | None
    owner: str
    level: str  # "region", "landsdeel" or "office"
    stale: bool


@lru_cache(maxsize=4096)
def network_path(slug):
    """The address of the page of a network, made once: figures list more than a thousand of them."""
    return reverse("activities:network", args=[slug])


@dataclass(frozen=True, slots=True)
class NetworkFacts:
    """What the public pages say of a network; `contacts` in the order in which to call them."""

    pk: int
    slug: str
    name: str
    programme: str  # slug
    lead: str
    is_national: bool
    website: str
    confirmed_on: date | None
    ended_on: date | None
    is_sample: bool
    contacts: tuple[Contact, ...]

    def get_absolute_url(self):
        return network_path(self.slug)

    def has_ended(self, on):
        """Whether it ended before or on day `on`; without a day also when its end is still to come."""
        return self.ended_on is not None and (on is None or self.ended_on <= on)


@dataclass(frozen=True, slots=True)
class ProgrammeFacts:
    """What the public pages say of a programme; for `serves`, `scores`, `continuation` see `Programme`."""

    pk: int
    slug: str
    aliases: tuple[str, ...]
    name: str
    abbreviation: str
    sectors: frozenset[str]
    availability: str
    availability_note: str
    status: str
    summary: str
    serves: dict[str, dict[str, tuple[str, ...]]]  # sector -> {"primary": needs, "secondary": needs}
    scores: dict
    continuation: dict
    waiting_list_count: int | None
    waiting_list_on: date | None
    organiser: str
    related: tuple[str, ...]  # slugs
    website: str
    facts_as_of: date | None
    confirm_after_months: int
    fade_after_months: int
    hide_after_months: int
    in_mbb: bool
    contacts: tuple[Contact, ...]

    def get_absolute_url(self):
        return reverse("activities:programme", args=[self.slug])

    @property
    def sector_list(self):
        """The sectors in the order in which people name them."""
        return [sector for sector in Sector.values if sector in self.sectors]


class Directory:
    """All programmes (by slug), all networks (by pk), where they work and whom to call, at one version."""

    def __init__(self, version, programmes, networks, areas, boards, desks, places):
        """areas: municipality code -> network pks; boards: board pk -> network pks; desks: (level, key) ->
        (owner's name, contacts); places: municipality code of today -> (region pk, landsdeel slug), None if none."""
        self.version = version
        self.programmes = programmes
        self.networks = networks
        self._areas = areas
        self._boards = boards
        self._desks = desks
        self.places = places
        self._national = tuple(network.pk for network in networks.values() if network.is_national)

    def networks_for(self, municipality_code, board_pk, on=None):
        """Networks that cover a school: by area, because its board is a partner, or because they are national.

        municipality_code, board_pk: of the school, None where it has none. on: leave out networks that
        ended before or on this day; without a day also those whose end is still to come. Returns a list
        of NetworkFacts, each once, nearest kind first.
        """
        pks = dict.fromkeys(
            (*self._areas.get(municipality_code, ()), *self._boards.get(board_pk, ()), *self._national)
        )
        return [network for network in map(self.networks.__getitem__, pks) if not network.has_ended(on)]

    def networks_in(self, municipality_codes, on):
        """Networks that work in at least one of the municipalities on day `on`, national ones last."""
        pks = dict.fromkeys(pk for code in municipality_codes for pk in self._areas.get(code, ()))
        local = [network for network in map(self.networks.__getitem__, pks) if not network.is_national]
        national = [self.networks[pk] for pk in self._national]
        return [network for network in (*local, *national) if not network.has_ended(on)]

    def works_in(self, network, municipality_code):
        """Whether `network` itself works in the municipality, and not only for the schools of its boards."""
        return network.is_national or network.pk in self._areas.get(municipality_code, ())

    def networks_of_board(self, board_pk):
        """Primary keys of the networks in which a school board is partner."""
        return self._boards.get(board_pk, ())

    def area_of(self, network):
        """CBS codes of the municipalities of today in which `network` works; none for a national one."""
        return [code for code, pks in self._areas.items() if network.pk in pks] if not network.is_national else []

    def first_contact(self, region_pk, landsdeel_slug, on):
        """The one place where a school knocks first (settled decision 9). Never a network.

        The desk of the region; without a confirmed contact there, that of the landsdeel; else the office.
        """
        return self._first(on, ("region", region_pk), ("landsdeel", landsdeel_slug))

    def white_spot_contact(self, landsdeel_slug, on):
        """Whom to call where no network of a programme works: the landsdeel, else the office (R19)."""
        return self._first(on, ("landsdeel", landsdeel_slug))

    def network_contact(self, network, on):
        """The first confirmed contact of `network` (NetworkFacts), or None: then the first contact stands in."""
        return fresh_contact(network.contacts, on)

    def _first(self, on, *desks):
        for level, key in desks:
            owner, contacts = self._desks.get((level, key), ("", ()))
            contact = fresh_contact(contacts, on)
            if contact:
                return FirstContact(contact, owner, level, stale=False)
        _owner, contacts = self._desks.get(("office", OFFICE_SLUG), ("", ()))
        contact = fresh_contact(contacts, on) or next(iter(contacts), None)
        return FirstContact(
            contact, settings.OFFICE_NAME, "office", stale=contact is not None and contact.is_stale(on)
        )


def fresh_contact(contacts, on):
    """The first of `contacts` that is confirmed on day `on`, or None."""
    return next((contact for contact in contacts if not contact.is_stale(on)), None)


def contact_of(role):
    """The Contact of a ContactRole that was read with its person."""
    person = role.person
    return Contact(
        name=person.name,
        title=role.title,
        telephone=person.telephone,
        email=person.email,
        reachable=person.reachable,
        confirmed_on=role.confirmed_on,
        is_sample=person.is_sample,
    )


def directory(version=None):
    """The Directory of now: one query when it is known already, eight when something changed.

    version: `ContentVersion.current()` when the caller read it in this request already; then no query.
    """
    global _kept
    if version is None:
        version = ContentVersion.current()
    kept = _kept
    if kept is not None and kept.version == version:
        return kept
    with _building:
        # Not "older than": after restoring a backup the number is lower than what was kept.
        if _kept is None or _kept.version != version:
            _kept = _build(version)
        return _kept


def forget():
    """Forget what is kept. Needed after a rollback that took the version back, so between tests."""
    global _kept
    _kept = None


_kept = None
_building = Lock()


def _build(version):
    """The version was read before the rows: rows that are newer are only read once more."""
    contacts, desks = _contacts()
    programmes = {}
    related = Prefetch("related", Programme.objects.only("slug").order_by("slug"))
    for row in Programme.objects.select_related("organiser").prefetch_related(related).order_by("name"):
        programmes[row.slug] = ProgrammeFacts(
            pk=row.pk,
            slug=row.slug,
            aliases=tuple(row.aliases),
            name=row.name,
            abbreviation=row.abbreviation,
            sectors=frozenset(row.sectors),
            availability=row.availability,
            availability_note=row.availability_note,
            status=row.status,
            summary=row.summary,
            serves={
                sector: {rank: tuple(needs.get(rank, ())) for rank in ("primary", "secondary")}
                for sector, needs in row.serves.items()
            },
            scores=row.scores,
            continuation=row.continuation,
            waiting_list_count=row.waiting_list_count,
            waiting_list_on=row.waiting_list_on,
            organiser=visible_name(row.organiser),
            related=tuple(other.slug for other in row.related.all()),
            website=row.website,
            facts_as_of=row.facts_as_of,
            confirm_after_months=row.confirm_after_months,
            fade_after_months=row.fade_after_months,
            hide_after_months=row.hide_after_months,
            in_mbb=row.in_mbb,
            contacts=contacts["programme", row.pk],
        )
    networks = _networks(programmes, contacts)
    successors, places = _municipalities()
    return Directory(version, programmes, networks, _areas(networks, successors), _boards(), desks, places)


def _municipalities():
    """(code of each that merged -> code of the one it went up in, code of each of today -> (region, landsdeel))."""
    successors, places = {}, {}
    for code, successor, region, landsdeel in Municipality.objects.values_list(
        "code", "successor", "region", "landsdeel"
    ):
        if successor:
            successors[code] = successor
        else:
            places[code] = (region, landsdeel)
    return successors, places


def _networks(programmes, contacts):
    """Network pk -> NetworkFacts, by name. Of plain values, for the same reason as the contacts."""
    slugs = {programme.pk: programme.slug for programme in programmes.values()}
    lead = ("lead__name", "lead__kind", "lead__slug")
    plain = ("name", "is_national", "website", "confirmed_on", "ended_on", "is_sample")
    found = {}
    rows = Network.objects.order_by("name", "pk").values_list("pk", "slug", "programme", *lead, *plain)
    for pk, slug, programme, lead_name, kind, lead_slug, name, *values in rows:
        if programme in slugs:  # else both came just now, and the next version has them
            leader = _shown(lead_name, kind, lead_slug)
            found[pk] = NetworkFacts(pk, slug, name, slugs[programme], leader, *values, contacts["network", pk])
    return found


def _areas(networks, successors):
    """Municipality code -> network pks, in the order of `networks` (their pks). Rows of a municipality come as one.

    An area that names a merged municipality follows its successor.
    """
    order = {pk: place for place, pk in enumerate(networks)}
    areas = defaultdict(set)
    rows = WorkingArea.objects.order_by().values_list("municipality_id")
    for code, pks in rows.annotate(networks=ArrayAgg("network_id")):
        areas[_today(code, successors)].update(pks)
    # A network that came just now is of the next version.
    return {code: tuple(sorted(order.keys() & pks, key=order.__getitem__)) for code, pks in areas.items()}


def _boards():
    boards = defaultdict(list)
    rows = Partner.objects.filter(role=Partner.Role.BOARD).order_by("network__name", "network_id")
    for board, network in rows.values_list("organisation_id", "network_id"):
        boards[board].append(network)
    return {board: tuple(networks) for board, networks in boards.items()}


def _contacts():
    """Two mappings: (kind of owner, pk) -> contacts; (level of first contact, key) -> (owner, contacts)."""
    contacts = defaultdict(tuple)
    desks = defaultdict(list)
    names = {}
    # Plain values: a nation has thousands of these, and a model for each would take three times as long.
    people = (f"person__{name}" for name in ("name", "telephone", "email", "reachable", "is_sample"))
    owners = ("network", "programme", "region", "landsdeel", "organisation")
    owned = ("region__name", "landsdeel__name", "organisation__kind", "organisation__slug")
    roles = ContactRole.objects.filter(support_point=None).order_by("order", "pk")
    for pk, title, confirmed_on, *values in roles.values_list(
        "pk", "title", "confirmed_on", *people, *owners, *owned
    ):
        name, telephone, email, reachable, is_sample, network, programme, region, landsdeel, *values = values
        organisation, region_name, landsdeel_name, kind, slug = values
        contact = Contact(name, title, telephone, email, reachable, confirmed_on, is_sample, pk)
        if network is not None:
            contacts["network", network] += (contact,)
        elif programme is not None:
            contacts["programme", programme] += (contact,)
        elif region is not None:
            names["region", region] = region_name
            desks["region", region].append(contact)
        elif landsdeel is not None:
            names["landsdeel", landsdeel] = landsdeel_name
            desks["landsdeel", landsdeel].append(contact)
        elif organisation is not None and _is_office(kind, slug):
            desks["office", OFFICE_SLUG].append(contact)
    return contacts, {key: (names.get(key, ""), tuple(found)) for key, found in desks.items()}


def visible_name(organisation):
    """As visitors read it: "" for none, and the name of the office is a setting."""
    return _shown(organisation.name, organisation.kind, organisation.slug) if organisation else ""


def _shown(name, kind, slug):
    return settings.OFFICE_NAME if _is_office(kind, slug) else name or ""


def _is_office(kind, slug):
    return (kind, slug) == (Organisation.Kind.PROGRAMME_OFFICE, OFFICE_SLUG)


def _today(code, successors):
    """The municipality that `code` is part of now; a loop in the data ends where it began."""
    seen = set()
    while code in successors and code not in seen:
        seen.add(code)
        code = successors[code]
    return code
