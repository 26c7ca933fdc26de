"""How long a confirmation holds, and what confirming leaves behind."""

from datetime import date

import pytest
from auditlog.models import LogEntry

from networks.freshness import confirm, contacts_to_confirm, networks_to_confirm
from networks.models import ContactRole, Network, SupportPoint
from tests.networks.factories import ContactRoleFactory, NetworkFactory, ProgrammeFactory
from tests.regions.factories import MunicipalityFactory, RegionFactory

ON = date(2026, 8, 31)


@pytest.mark.parametrize(
    ("confirmed_on", "months", "asked"),
    [
        (None, 6, True),
        (date(2026, 2, 27), 6, True),
        (date(2026, 2, 28), 6, True),  # six months later is 28 August
        (date(2026, 3, 1), 6, False),
        (date(2026, 3, 1), 5, True),
    ],
)
def test_a_network_is_asked_after_the_months_of_its_programme(db, confirmed_on, months, asked):
    programme = ProgrammeFactory(confirm_after_months=months)
    network = NetworkFactory(programme=programme, confirmed_on=confirmed_on)

    assert list(networks_to_confirm(Network.objects.all(), ON)) == ([network] if asked else [])


def test_a_network_that_ended_is_not_asked(db):
    NetworkFactory(ended_on=ON)

    assert not networks_to_confirm(Network.objects.all(), ON).exists()


def test_contacts_follow_their_network_and_others_six_months(db):
    quick = NetworkFactory(programme=ProgrammeFactory(confirm_after_months=1))
    point = SupportPoint.objects.create(network=quick, name="Hier", municipality=MunicipalityFactory())
    day = date(2026, 7, 1)
    of_network = ContactRoleFactory(network=quick, confirmed_on=day)
    of_point = ContactRoleFactory(support_point=point, confirmed_on=day)
    of_region = ContactRoleFactory(region=RegionFactory(), confirmed_on=day)
    never = ContactRoleFactory(region=of_region.region, confirmed_on=None)

    found = list(contacts_to_confirm(ContactRole.objects.all(), ON))

    assert found == [never, of_network, of_point]
    assert list(contacts_to_confirm(ContactRole.objects.filter(pk=of_region.pk), date(2027, 1, 1))) == [of_region]


def test_confirming_many_leaves_a_line_for_each_and_none_for_what_was_confirmed(db):
    first, second = NetworkFactory(confirmed_on=None), NetworkFactory(confirmed_on=None)
    done = NetworkFactory(confirmed_on=ON)

    assert confirm(Network.objects.all(), today=ON) == 2

    for network in (first, second, done):
        network.refresh_from_db()
        assert network.confirmed_on == ON
    lines = LogEntry.objects.get_for_objects(Network.objects.all()).filter(action=LogEntry.Action.UPDATE)
    assert {int(line.object_pk) for line in lines} == {first.pk, second.pk}
