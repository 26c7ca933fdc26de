"""What stands behind a figure is what it counts: row by row, for who may see it, in page and file."""

import csv
import io
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from activities.models import Advice
from dashboards import facts
from dashboards.behind import BEHIND
from dashboards.registry import FIGURES
from enquiries import answering
from loket.vocabulary import RefusalReason
from networks.models import Assignment, ContactRole
from tests.activities.factories import ActivityFactory, ParticipationFactory
from tests.dashboards import world
from tests.dashboards.test_replies import question
from tests.enquiries.factories import NOW, asking_country, later
from tests.networks.factories import NetworkFactory
from tests.schools.factories import SchoolFactory

ON = NOW.date() + timedelta(days=60)
# Figure -> which of its numbers the list has a row for.
COUNTED = {
    "dekking": "value",
    "witte-vlekken": "value",
    "overlap": "value",
    "antwoordtijd": "of",
    "belofte": "of",
    "versheid": "of",
    "geweigerde-vragen": "value",
    "contacten": "value",
    "slapend": "value",
    "advies": "of",
}


@pytest.fixture
def country(db, monkeypatch):
    """Questions answered in time and late, refused and passed over; old offer, silent networks, an advice."""
    made = asking_country()
    question(made, made.network, days=1)
    question(made, made.network, made.neighbour, days=9)
    question(made, made.neighbour, days=2)
    enquiry = question(made, made.neighbour)
    answering.refuse(
        recipient=enquiry.recipients.get(),
        form_key=uuid4(),
        reason=RefusalReason.values[0],
        now=later(2),
    )
    old = ActivityFactory(title="Oud", network=made.network, confirmed_on=ON - timedelta(days=900))
    ActivityFactory(title="Nieuw", network=made.neighbour, confirmed_on=ON)
    made.old = old
    NetworkFactory(name="Stil", programme=made.network.programme, area=[made.municipality])
    ContactRole.objects.filter(network=made.network).delete()
    programme = made.network.programme
    Advice.objects.create(school=made.school, suggestions=[{"programme": programme.slug, "rank": 1}])
    Advice.objects.update(given_at=NOW)
    ParticipationFactory(school=made.school, programme=programme, network=made.network, started_on=later(3).date())
    SchoolFactory(code="44AA00", name="De Witte", municipality=None)
    monkeypatch.setattr(timezone, "localdate", lambda value=None, *rest: ON if value is None else value.date())
    facts.rebuild(ON)
    cache.clear()
    return made


def person(role, **scope):
    """Somebody with this role also on `ON`, and before."""
    user = world.person(role, **scope)
    Assignment.objects.filter(user=user).update(from_on=None)
    return user


def query_of(country, key):
    return f"?programma={country.network.programme.slug}" if key in ("dekking", "witte-vlekken") else ""


def test_each_list_says_which_number_it_is_of():
    assert set(COUNTED) == set(BEHIND)
    assert set(BEHIND) <= set(FIGURES)


def test_every_figure_opens_down_to_its_rows():
    """But for numbers of persons and for what people searched, which nobody may see one by one."""
    closed = {figure.key for figure in FIGURES.values() if not figure.rows and figure.key not in BEHIND}
    assert closed == {"leerlingen", "leraren", "lege-zoekopdrachten"}


@pytest.mark.parametrize("key", list(BEHIND))
def test_the_office_sees_a_row_for_each_that_counts(sign_in, country, key):
    browser, query = sign_in(person(Assignment.Role.PROGRAMME_STAFF)), query_of(country, key)
    answer = browser.get(f"/dashboard/cijfers/{key}/{query}").context["answer"]
    page = browser.get(f"/dashboard/cijfers/{key}/rijen/{query}")

    assert page.status_code == 200
    counted = getattr(answer.total, COUNTED[key])
    assert page.context["page"].paginator.count == counted
    assert counted or key == "overlap"  # else this says nothing


@pytest.mark.parametrize("key", list(BEHIND))
def test_the_file_has_the_rows_of_the_page(sign_in, country, key):
    browser, query = sign_in(person(Assignment.Role.PROGRAMME_STAFF)), query_of(country, key)
    page = browser.get(f"/dashboard/cijfers/{key}/rijen/{query}")
    file = browser.get(f"/dashboard/cijfers/{key}/rijen/{query or '?'}&formaat=csv")
    text = b"".join(file.streaming_content).decode("utf-8-sig")
    heading, *rows = csv.reader(io.StringIO(text), delimiter=";")

    assert heading == [str(column) for column in page.context["columns"]]
    assert [row[0] for row in rows] == [str(values[0]) for _address, values in page.context["lines"]]


@pytest.mark.parametrize("key", ["antwoordtijd", "belofte", "versheid", "geweigerde-vragen", "contacten", "slapend"])
def test_a_coordinator_sees_the_rows_of_own_networks_only(sign_in, country, key):
    browser = sign_in(person(Assignment.Role.COORDINATOR, network=country.network))
    page = browser.get(f"/dashboard/cijfers/{key}/rijen/")
    seen = page.content.decode()

    assert page.status_code == 200
    assert "Netwerk Buren" not in seen
    assert "Stil" not in seen
    rows = {"antwoordtijd": 2, "belofte": 2, "contacten": 1}
    if key in rows:
        assert page.context["page"].paginator.count == rows[key]
    if key == "versheid":
        assert "Oud" in seen
        assert "Nieuw" not in seen


@pytest.mark.parametrize("key", list(BEHIND))
@pytest.mark.parametrize("role", ["staff", "coordinator"])
def test_every_row_leads_to_a_page_that_opens(sign_in, country, key, role):
    staff = person(Assignment.Role.PROGRAMME_STAFF)
    user = staff if role == "staff" else person(Assignment.Role.COORDINATOR, network=country.network)
    browser = sign_in(user)
    lines = browser.get(f"/dashboard/cijfers/{key}/rijen/{query_of(country, key)}").context["lines"]

    assert {address: browser.get(address).status_code for address, _values in lines} == {
        address: 200 for address, _values in lines
    }


def test_coverage_offers_its_rows_when_a_programme_is_chosen(sign_in, country):
    browser = sign_in(person(Assignment.Role.PROGRAMME_STAFF))

    assert not browser.get("/dashboard/cijfers/dekking/").context["may_see_rows"]
    assert browser.get("/dashboard/cijfers/dekking/" + query_of(country, "dekking")).context["may_see_rows"]


def test_a_white_spot_does_not_say_who_asked_without_a_name(sign_in, country):
    question(country, country.neighbour, is_anonymous=True)
    browser = sign_in(person(Assignment.Role.COORDINATOR, network=country.neighbour))
    slug, place = country.neighbour.programme.slug, country.municipality.pk
    questions = browser.get(f"/dashboard/witte-vlek/{slug}/{place}/").content.decode()
    questions = questions.partition("Vragen die hier openstaan")[2]

    assert "een school voor" in questions
    assert country.school.name not in questions


def test_an_advice_says_what_the_school_began_with(sign_in, country):
    page = sign_in(person(Assignment.Role.PROGRAMME_STAFF)).get("/dashboard/cijfers/advies/rijen/")
    ((_address, values),) = page.context["lines"]

    assert values == (country.school.name, NOW.date(), *[country.network.programme.name] * 2)


def test_white_spots_ask_for_a_programme(sign_in, country):
    page = sign_in(person(Assignment.Role.PROGRAMME_STAFF)).get("/dashboard/cijfers/witte-vlekken/rijen/")

    assert page.status_code == 400
    assert "Kies eerst een programma" in page.content.decode()


@pytest.mark.parametrize("key", ["leerlingen", "lege-zoekopdrachten", "bestaat-niet"])
def test_what_has_no_list_is_not_there(sign_in, country, key):
    assert sign_in(person(Assignment.Role.PROGRAMME_STAFF)).get(f"/dashboard/cijfers/{key}/rijen/").status_code == 404


@pytest.mark.parametrize("key", list(BEHIND))
def test_more_rows_cost_no_more_queries(sign_in, country, key, django_assert_max_num_queries):
    browser, query = sign_in(person(Assignment.Role.PROGRAMME_STAFF)), query_of(country, key)
    address = f"/dashboard/cijfers/{key}/rijen/{query}"
    browser.get(address)
    with CaptureQueriesContext(connection) as few:
        browser.get(address)
    spent = len(few)
    for number in range(4):
        question(country, country.neighbour, days=2)
        ActivityFactory(network=country.network, confirmed_on=ON)
        NetworkFactory(programme=country.network.programme, area=[country.municipality])
        SchoolFactory(code=f"5{number}AA00", municipality=country.municipality if number % 2 else None)
        Advice.objects.create(school=country.school, suggestions=[])
    browser.get(address)
    with django_assert_max_num_queries(spent):
        browser.get(address)
