"""Whom a question goes to, and who comes next when nobody answers (R6).

At first: each chosen network at its first confirmed contact; a network without one, or no network, at the
school's first contact. Next, when the time is over or the question is passed on:

1. the second confirmed contact of the same network;
2. a neighbouring network, once: another one of the same programme that covers the school, else one that
   covers the school and serves what it asks for;
3. the school's first contact;
4. the programme office.

A question never goes to an address twice, except at first: somebody who is the contact of two networks that the
school chose, answers for each. Nothing here asks the database: all comes from the directory.
"""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from enquiries.models import Recipient
from loket.vocabulary import JOINABLE, ProgrammeStatus
from networks.directory import Contact, NetworkFacts

FIRST_CONTACT = "eerste-aanspreekpunt"  # stands for it in forms; no network has this slug
CONTACTS_ASKED = 2  # of one network
MOST_CHOSEN = 5


@dataclass(frozen=True, slots=True)
class Address:
    """Somebody to ask. contact: None only where even the programme office has none; staff find it in Loket."""

    level: str
    owner: str
    contact: Contact | None
    network: NetworkFacts | None = None

    @property
    def email(self):
        return self.contact.email if self.contact else ""

    @property
    def key(self):
        """By what two addresses are the same; that of an office without contact is its own."""
        return self.email.casefold() or self.level


@dataclass(frozen=True, slots=True)
class Choice:
    """A line in the list of whom one may ask: `value` in the form, who reads it, and why it stands there."""

    value: str
    name: str
    why: str
    address: Address

    @property
    def falls_through(self):
        """Whether somebody else reads it, because the network has no confirmed contact."""
        return self.value != FIRST_CONTACT and self.address.network is None


class Router:
    """Addresses for one school on one day."""

    def __init__(self, school, *, known, on):
        """school: with its municipality at hand. known: a Directory."""
        self.school = school
        self.known = known
        self.on = on
        self.networks = known.networks_for(school.municipality_id, school.board_id, on)

    # --- at first ------------------------------------------------------------------------------------

    def first_contact(self):
        municipality = self.school.municipality
        found = self.known.first_contact(
            municipality.region_id if municipality else None,
            municipality.landsdeel_id if municipality else None,
            self.on,
        )
        return Address(Recipient.Level(found.level), found.owner, found.contact)

    def office(self):
        found = self.known.first_contact(None, None, self.on)
        return Address(Recipient.Level.OFFICE, found.owner, found.contact)

    def _contacts(self, network):
        """The confirmed contacts of a network that a question may go to, in order, each as an Address."""
        fresh = [contact for contact in network.contacts if not contact.is_stale(self.on)]
        return [Address(Recipient.Level.NETWORK, network.name, one, network) for one in fresh[:CONTACTS_ASKED]]

    def address_of(self, network, used=frozenset()):
        """Who reads a question to `network`: its first contact that is not in `used`, else its first contact."""
        contacts = self._contacts(network)
        unused = [address for address in contacts if address.key not in used]
        return next(iter(unused or contacts), None) or self.first_contact()

    def addresses_for(self, networks, *, to_first_contact=False):
        """Addresses of the chosen networks (NetworkFacts), and of the first contact where nothing was chosen."""
        found, used = [], set()
        for network in networks:
            address = self.address_of(network, used)
            if address.network is not None:
                found.append(address)
                used.add(address.key)
            else:
                to_first_contact = True
        if to_first_contact or not found:
            address = self.first_contact()
            if address.key not in used:
                found.append(address)
        return found

    def choices(self, sectors):
        """All whom this school may ask: the first contact, then the networks for its sectors, near ones first."""
        first = self.first_contact()
        lines = [Choice(FIRST_CONTACT, first.owner, _("het eerste aanspreekpunt van uw school"), first)]
        fitting = [network for network in self.networks if self._is_for(network, sectors)]
        fitting.sort(key=lambda network: network.is_national)
        return lines + [
            Choice(network.slug, network.name, self._why(network), self.address_of(network)) for network in fitting
        ]

    def _is_for(self, network, sectors):
        programme = self.known.programmes[network.programme]
        if programme.status == ProgrammeStatus.BEEINDIGD:
            return False
        return not sectors or not programme.sectors.isdisjoint(sectors)

    def _why(self, network):
        if network.is_national:
            return _("werkt in het hele land")
        if not self.known.works_in(network, self.school.municipality_id):
            return _("uw bestuur is partner")
        return _("werkt in uw gemeente")

    # --- and then ------------------------------------------------------------------------------------

    def next_address(self, *, network, is_neighbour, asked, used, sectors, needs):
        """The Address after one that did not answer, or None at the end of the chain.

        network: pk of the network that did not answer, None where it was a desk. is_neighbour: whether that
        was a neighbour already. asked: pks of all networks that have the question. used: keys (`Address.key`)
        of all addresses that have it.
        """
        candidates = self._candidates(network, is_neighbour, asked, sectors, needs)
        return next((address for address in candidates if address.key not in used), None)

    def _candidates(self, network_pk, is_neighbour, asked, sectors, needs):
        network = self.known.networks.get(network_pk)
        if network:
            yield from self._contacts(network)
            if not is_neighbour:
                for neighbour in self._neighbours(network, asked, sectors, needs):
                    yield from self._contacts(neighbour)[:1]
        yield self.first_contact()
        yield self.office()

    def _neighbours(self, network, asked, sectors, needs):
        others = [other for other in self.networks if other.pk != network.pk and other.pk not in asked]
        same = [other for other in others if other.programme == network.programme]
        wanted = set(needs)
        return same + [other for other in others if other not in same and self._serves(other, sectors, wanted)]

    def _serves(self, network, sectors, wanted):
        programme = self.known.programmes[network.programme]
        return programme.availability in JOINABLE and any(
            not wanted.isdisjoint(needs)
            for sector in sectors
            if sector in programme.sectors
            for needs in programme.serves.get(sector, {}).values()
        )
