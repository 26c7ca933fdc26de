"""The small country of this school year, and somebody of every role in it."""

import pytest
from django.core.management import call_command
from django.utils import timezone

from activities.models import Participation
from dashboards import facts
from loket.vocabulary import school_year
from networks.models import Assignment
from tests.dashboards.world import country, person
from tests.networks.factories import NetworkFactory
from tests.schools.factories import MembershipFactory

Role = Assignment.Role


@pytest.fixture
def home(db):
    """As `country`, with the tables of 2013, and what happened moved to this school year."""
    made = country()
    call_command("load_baseline", verbosity=0)
    Participation.objects.filter(school_year="2026-2027").update(school_year=school_year(timezone.localdate()))
    facts.rebuild(timezone.localdate())
    return made


@pytest.fixture
def people(home):
    """Role -> somebody who has it. `elsewhere` coordinates a network of the other municipality."""
    other = NetworkFactory(name="Netwerk Zuid", programme=home.science, area=[home.vaals])
    return {
        "member": MembershipFactory(school=home.one).user,
        "committee": person(Role.COMMITTEE, network=home.network),
        "elsewhere": person(Role.COORDINATOR, network=other),
        "coordinator": person(Role.COORDINATOR, network=home.network),
        "staff": person(Role.PROGRAMME_STAFF),
        "observer": person(Role.OBSERVER),
    }
