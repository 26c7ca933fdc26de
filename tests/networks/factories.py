"""Programmes, networks and contacts for tests."""

from datetime import date

import factory
from factory.django import DjangoModelFactory

from loket.vocabulary import Availability, ProgrammeStatus, Sector
from networks.models import Assignment, ContactRole, Network, Partner, Person, Programme


class ProgrammeFactory(DjangoModelFactory):
    class Meta:
        model = Programme

    slug = factory.Sequence(lambda n: f"programma-{n}")
    name = factory.LazyAttribute(lambda programme: programme.slug.capitalize())
    sectors = [Sector.PO]
    status = ProgrammeStatus.LOPEND
    availability = Availability.PER_REGIO


class NetworkFactory(DjangoModelFactory):
    class Meta:
        model = Network
        skip_postgeneration_save = True

    slug = factory.Sequence(lambda n: f"netwerk-{n}")
    name = factory.LazyAttribute(lambda network: network.slug.capitalize())
    programme = factory.SubFactory(ProgrammeFactory)

    @factory.post_generation
    def area(self, create, municipalities, **kwargs):
        if municipalities:
            self.area.set(municipalities)

    @factory.post_generation
    def boards(self, create, boards, **kwargs):
        for board in boards or ():
            Partner.objects.create(network=self, organisation=board, role=Partner.Role.BOARD)


class PersonFactory(DjangoModelFactory):
    class Meta:
        model = Person

    name = factory.Sequence(lambda n: f"Contactpersoon {n}")
    email = factory.Sequence(lambda n: f"contact-{n}@voorbeeld.example")
    telephone = "000 000 00 01"


class ContactRoleFactory(DjangoModelFactory):
    """Name the owner: ContactRoleFactory(region=region)."""

    class Meta:
        model = ContactRole

    person = factory.SubFactory(PersonFactory)
    title = "coördinator"
    confirmed_on = date(2026, 9, 1)


class AssignmentFactory(DjangoModelFactory):
    """The coordinator of a network, unless told otherwise."""

    class Meta:
        model = Assignment

    user = factory.SubFactory("tests.accounts.factories.UserFactory")
    role = Assignment.Role.COORDINATOR
