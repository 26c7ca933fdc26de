"""A small country in which a school can ask something, with several networks, contacts and people."""

import uuid
from datetime import UTC, date, datetime, timedelta

from django.contrib.auth import get_user_model

from enquiries import asking
from enquiries.models import Enquiry
from loket.vocabulary import SchoolRole
from networks.models import Assignment
from schools.models import Membership
from tests.activities.factories import ActivityFactory, small_country
from tests.networks.factories import ContactRoleFactory, NetworkFactory, PersonFactory, ProgrammeFactory

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)  # a Monday; five working days later is Monday 30 November
TEXTS = {"goal": "Wij zoeken hulp bij techniek in groep 7.", "for_whom": "groep 7", "period": "voorjaar"}
CONFIRMED = date(2026, 11, 1)


def user(name, **values):
    return get_user_model().objects.create_user(f"{name}@voorbeeld.example", name=name.capitalize(), **values)


def contact(name, **owner):
    person = PersonFactory(name=name, email=f"{name.lower().replace(' ', '-')}@voorbeeld.example")
    return ContactRoleFactory(person=person, confirmed_on=CONFIRMED, order=owner.pop("order", 1), **owner)


def asking_country():
    """The small country with a second contact, a neighbour of the same programme, one that serves a need, people."""
    country = small_country()
    place = [country.municipality]
    country.second = contact("Tweede contact", network=country.network, order=2)
    country.neighbour = NetworkFactory(
        slug="buren", name="Netwerk Buren", programme=country.programmes["near"], area=place
    )
    contact("Buurcontact", network=country.neighbour)
    serving = ProgrammeFactory(
        slug="dienend", name="Dienend", serves={"po": {"primary": ["companies"], "secondary": []}}
    )
    country.serving = NetworkFactory(slug="bedrijven", name="Netwerk Bedrijven", programme=serving, area=place)
    contact("Bedrijvencontact", network=country.serving)
    ActivityFactory(slug="bezoek", title="Bezoek een bedrijf", network=country.serving)
    country.member = user("lid")
    country.membership = join(country.member, country.school)
    country.asker = user("vrager")
    join(country.asker, country.school)
    country.coordinator = user("coordinator")
    Assignment.objects.create(user=country.coordinator, role=Assignment.Role.COORDINATOR, network=country.network)
    country.stranger = user("vreemde")
    return country


def join(someone, school, **values):
    return Membership.objects.create(
        user=someone, school=school, role=SchoolRole.TEACHER, approved_at=NOW - timedelta(days=100), **values
    )


def ask(country, **values):
    """A question of the asker to the network of the country, sent at NOW unless `sender` is given."""
    given = {
        "form_key": uuid.uuid4(),
        "school": country.school,
        "texts": TEXTS,
        "sectors": ["po"],
        "needs": ["curriculum"],
        "networks": [country.network.pk],
        "by": None if "sender" in values else country.asker,
        "now": NOW,
        **values,
    }
    enquiry = asking.ask(**given)
    # The day of asking is the one of the test; the field takes the clock's.
    Enquiry.objects.filter(pk=enquiry.pk).update(asked_at=given["now"])
    return enquiry


def only_recipient(enquiry):
    return enquiry.recipients.get()


def later(days):
    return NOW + timedelta(days=days)


def kinds(enquiry):
    return list(enquiry.events.order_by("happened_at", "pk").values_list("kind", flat=True))
