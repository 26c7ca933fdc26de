"""The list of networks at risk: who sees which, in which order, and that screen and files are one."""

import csv
import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from openpyxl import load_workbook

from activities.models import Participation
from dashboards import facts
from loket.vocabulary import school_year
from networks.models import Assignment, Network
from networks.rights import grant
from tests.accounts.factories import UserFactory
from tests.dashboards.world import country, join, person
from tests.networks.factories import NetworkFactory
from tests.schools.factories import SchoolFactory

ADDRESS = "/dashboard/risicos/"
Role = Assignment.Role


@pytest.fixture
def home(db):
    made = country()
    made.south_network = NetworkFactory(name="Netwerk Zuid", programme=made.other, area=[made.vaals])
    made.empty = NetworkFactory(name="Netwerk Leeg", programme=made.other)
    Participation.objects.filter(school_year="2026-2027").update(school_year=school_year(timezone.localdate()))
    facts.rebuild(timezone.localdate())
    return made


@pytest.fixture
def staff(home, sign_in):
    return sign_in(person(Role.PROGRAMME_STAFF))


def names(page):
    return [row.network.name for row in page.context["page"]]


def test_where_most_schools_are_affected_comes_first(home, staff):
    page = staff.get(ADDRESS)

    # Noord: one takes part. Zuid: nobody takes part, one is covered. Leeg: nobody.
    assert names(page) == ["Netwerk Noord", "Netwerk Zuid", "Netwerk Leeg"]
    numbers = [(row.taking_count, row.covered_count) for row in page.context["page"]]
    assert [taking for taking, _covered in numbers] == [1, 0, 0]
    assert numbers[1:] == [(0, 1), (0, 0)]
    assert "Er is geen coördinator." in page.content.decode()


def test_the_numbers_are_those_of_the_figure(home, staff):
    cells = staff.get("/dashboard/cijfers/deelname/?per=netwerk").context["answer"].cells
    shown = {row.network.slug: (row.taking_count, row.covered_count) for row in staff.get(ADDRESS).context["page"]}

    assert {cell.key: (cell.value, cell.of) for cell in cells}.items() <= shown.items()


def test_one_sees_the_networks_that_one_looks_into(home, sign_in):
    coordinator = person(Role.COORDINATOR, network=home.network)
    of_region = person(Role.REGION_COORDINATOR, region=home.vaals.region)

    assert names(sign_in(coordinator).get(ADDRESS)) == ["Netwerk Noord"]
    assert names(sign_in(of_region).get(ADDRESS)) == ["Netwerk Zuid"]


def test_every_link_of_the_list_opens(home, sign_in):
    browser = sign_in(person(Role.COORDINATOR, network=home.network))

    assert f'href="/beheer/netwerken/{home.network.slug}/"' in browser.get(ADDRESS).content.decode()
    assert browser.get(f"/beheer/netwerken/{home.network.slug}/").status_code == 200
    assert f'href="{ADDRESS}"' in browser.get("/dashboard/").content.decode()


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"landsdeel": "noord"}, ["Netwerk Noord", "Netwerk Land"]),
        ({"landsdeel": "zuidoost"}, ["Netwerk Zuid", "Netwerk Land"]),
        ({"programma": "lob-meisjes"}, ["Netwerk Noord"]),
        ({"programma": "lob-meisjes", "landsdeel": "zuidoost"}, []),
    ],
)
def test_the_address_narrows_the_list_and_its_files(home, staff, query, found):
    NetworkFactory(name="Netwerk Land", programme=home.school_aan_zet, is_national=True)
    page = staff.get(ADDRESS, query)
    text = b"".join(staff.get(ADDRESS, {**query, "formaat": "csv"}).streaming_content).decode("utf-8-sig")
    sheet = b"".join(staff.get(ADDRESS, {**query, "formaat": "xlsx"}).streaming_content)
    in_sheet = [row[0].value for row in load_workbook(io.BytesIO(sheet)).active.iter_rows(min_row=2)]

    assert set(names(page)) == set(found)
    assert [row[0] for row in csv.reader(io.StringIO(text), delimiter=";")][1:] == names(page) == in_sheet


def test_a_region_and_a_former_municipality_find_their_networks(home, staff):
    home.assen.successor = home.vaals
    home.assen.save()

    assert set(names(staff.get(ADDRESS, {"regio": home.vaals.region.slug}))) == {"Netwerk Noord", "Netwerk Zuid"}


@pytest.mark.parametrize("query", ["regio=x", "landsdeel=%00", "programma=x"])
def test_a_wrong_word_gets_a_sentence(staff, query):
    page = staff.get(f"{ADDRESS}?{query}")

    assert (page.status_code, "Zo kunnen wij niet kiezen" in page.content.decode()) == (400, True)
    assert staff.get(f"{ADDRESS}?formaat=pdf").status_code == 400


def test_a_network_that_ended_is_left_out(home, staff):
    Network.objects.update(ended_on=timezone.localdate())
    page = staff.get(ADDRESS)

    assert names(page) == []
    assert "Geen netwerk is kwetsbaar" in page.content.decode()


def test_who_has_no_network_reads_how_to_get_one(sign_in, home):
    user = person(Role.REGION_COORDINATOR, region=home.vaals.region)
    Network.objects.filter(pk=home.south_network.pk).delete()

    assert "U hebt nu geen netwerk" in sign_in(user).get(ADDRESS).content.decode()


def test_more_networks_cost_no_more_queries(home, staff, django_assert_num_queries):
    def make(number):
        for _place in range(number):
            network = NetworkFactory(programme=home.other, area=[home.assen])
            join(SchoolFactory(municipality=home.assen), home.other, network=network)
            grant(user=UserFactory(), role=Role.COORDINATOR, network=network, by=None)

    make(2)
    staff.get(ADDRESS)  # the directory is made anew
    with CaptureQueriesContext(connection) as few:
        staff.get(ADDRESS)
    spent = len(few)
    make(10)
    staff.get(ADDRESS)

    with django_assert_num_queries(spent):
        staff.get(ADDRESS)
