"""Replies per place and per network: each part equals a count of its own, for who may see it."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dashboards.figures import NONE, Chosen
from dashboards.registry import FIGURES
from enquiries import answering
from enquiries.figures import reply_times
from enquiries.models import Recipient
from networks.directory import directory
from networks.models import Assignment, Network
from networks.rights import grant
from regions.models import Landsdeel, Region
from tests.accounts.factories import UserFactory
from tests.enquiries.factories import NOW, TEXTS, ask, asking_country, later
from tests.regions.factories import LandsdeelFactory, MunicipalityFactory, ProvinceFactory
from tests.schools.factories import SchoolFactory

ON = NOW.date() + timedelta(days=60)
KEYS = ("antwoordtijd", "belofte")
SPLITS = {
    "landsdeel": (Landsdeel, "enquiry__school__municipality__landsdeel", "slug"),
    "regio": (Region, "enquiry__school__municipality__region", "pk"),
    "netwerk": (Network, "network", "slug"),
}


def question(country, *networks, days=None, **values):
    """A question to `networks`, answered by the first after `days`; to the first contact when none is named."""
    texts = TEXTS | {"goal": f"Wij zoeken hulp, {uuid4()}"}
    enquiry = ask(country, texts=texts, networks=[row.pk for row in networks], **values)
    if days is not None:
        recipient = enquiry.recipients.filter(network=networks[0] if networks else None).first()
        answering.answer(recipient=recipient, form_key=uuid4(), now=later(days), text="Ja, dat kan.")
    return enquiry


@pytest.fixture
def country(db):
    """Questions of two schools in two landsdelen to two networks and to a desk: in time, late, and never answered."""
    made = asking_country()
    south = LandsdeelFactory(slug="zuidoost", order=2)
    vaals = MunicipalityFactory(name="Vaals", landsdeel=south, province=ProvinceFactory(landsdeel=south))
    made.far = SchoolFactory(code="04AA00", municipality=vaals)
    made.unplaced = SchoolFactory(code="05AA00", municipality=None)
    for school in (made.far, made.unplaced):
        school.memberships.create(user=made.asker, role="teacher", approved_at=NOW)
    question(made, made.network, days=1)
    question(made, made.network, made.neighbour, days=9)
    question(made, made.neighbour)
    question(made, made.neighbour, days=2, school=made.far)
    question(made, days=3, school=made.far)
    question(made, made.network, days=4, school=made.unplaced)
    return made


def chosen(**values):
    return Chosen(**{"on": ON, "school_year": "2026-2027", "known": directory()} | values)


def numbers(found):
    """What the two figures say of ReplyTimes."""
    return {"antwoordtijd": (found.median_days, found.replied), "belofte": (found.in_time, found.judged)}


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("split", SPLITS)
def test_each_part_equals_a_count_of_its_own(country, key, split):
    model, path, name = SPLITS[split]
    answer = FIGURES[key](chosen(), split)
    apart = {
        str(getattr(row, name)): numbers(reply_times(Recipient.objects.filter(**{path: row}), on=ON))[key]
        for row in model.objects.all()
    }
    apart[NONE] = numbers(reply_times(Recipient.objects.filter(**{path: None}), on=ON))[key]
    shown = {cell.key: (cell.value, cell.of) for cell in answer.cells}

    assert (answer.total.value, answer.total.of) == numbers(reply_times(Recipient.objects.all(), on=ON))[key]
    assert shown.items() <= apart.items()
    # A network that nobody asked is left out; a place is not.
    assert all(of == 0 for place, (_value, of) in apart.items() if place not in shown)
    if key == "belofte":
        assert answer.adds_up
        assert sum(value for value, _of in shown.values()) == answer.total.value
        assert sum(of for _value, of in shown.values()) == answer.total.of


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("split", SPLITS)
def test_more_questions_and_places_cost_no_more_queries(country, key, split, django_assert_num_queries):
    on = chosen()
    with CaptureQueriesContext(connection) as few:
        FIGURES[key](on, split)
    spent = len(few)
    for _number in range(3):
        question(country, country.serving, days=2)
        MunicipalityFactory(name="Verweg")
    again = chosen()

    with django_assert_num_queries(spent):
        FIGURES[key](again, split)
    assert spent <= 4


def test_who_coordinates_a_network_sees_no_other_network(country):
    answer = FIGURES["belofte"](chosen(shown_networks=frozenset({country.network.pk})), "netwerk")

    assert [cell.key for cell in answer.cells] == [country.network.slug]
    assert not answer.adds_up


@pytest.mark.parametrize(("filters", "label"), [({"landsdeel": "zuidoost"}, "zuidoost"), ({}, "")])
def test_one_place_is_a_figure_of_its_own(country, filters, label):
    whole = FIGURES["belofte"](chosen(), "landsdeel")
    expected = next((cell for cell in whole.cells if cell.key == label), whole.total)
    answer = FIGURES["belofte"](chosen(**filters), "regio")

    assert (answer.total.value, answer.total.of) == (expected.value, expected.of)
    assert all(cell.of for cell in answer.cells) or not filters


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize(
    ("role", "query", "status"),
    [
        ("staff", "?per=regio", 200),
        ("staff", "?per=netwerk", 200),
        ("staff", "?regio={region}", 200),
        ("coordinator", "?per=landsdeel", 200),
        ("coordinator", "?per=netwerk", 200),
        ("coordinator", "?per=regio", 400),
        ("coordinator", "?per=regio&netwerk={own}", 200),
        ("coordinator", "?regio={region}", 400),
        ("coordinator", "?netwerk={other}", 400),
        ("committee", "?per=netwerk", 200),
        ("committee", "?per=regio&netwerk={own}", 400),
    ],
)
def test_small_places_and_networks_are_for_whose_they_are(country, sign_in, key, role, query, status):
    roles = {
        "staff": (Assignment.Role.PROGRAMME_STAFF, {}),
        "coordinator": (Assignment.Role.COORDINATOR, {"network": country.network}),
        "committee": (Assignment.Role.COMMITTEE, {"network": country.network}),
    }
    user = UserFactory()
    grant(user=user, role=roles[role][0], by=None, **roles[role][1])
    query = query.format(
        own=country.network.slug, other=country.neighbour.slug, region=country.municipality.region.slug
    )

    assert sign_in(user).get(f"/dashboard/cijfers/{key}/{query}").status_code == status


def test_everybody_sees_landsdelen_only(country, client):
    assert client.get("/dashboard/open/belofte/?per=landsdeel").status_code == 200
    for query in ("per=regio", "per=netwerk", f"regio={country.municipality.region.slug}"):
        assert client.get(f"/dashboard/open/belofte/?{query}").status_code == 400


def test_what_stands_beside_is_counted_by_itself(country, sign_in):
    user = UserFactory()
    grant(user=user, role=Assignment.Role.PROGRAMME_STAFF, by=None)
    page = sign_in(user).get(f"/dashboard/cijfers/belofte/?netwerk={country.neighbour.slug}&naast=land")

    assert page.context["answer"].total.of < page.context["beside"].total.of
