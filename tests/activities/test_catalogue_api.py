"""The lists of the API and the exports."""

import csv
import io
import json
from datetime import date

import jsonschema
import openpyxl
import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.throttling import SimpleRateThrottle

from activities.catalogue_api import ActivitySerializer
from activities.models import Activity
from tests.activities.factories import ActivityFactory, OccurrenceFactory
from tests.networks.factories import NetworkFactory

LISTS = ["programmes", "networks", "organisations", "activities", "dates", "subsidies", "schools", "regions"]


@pytest.mark.parametrize("name", [*LISTS, "coverage"])
def test_every_list_answers_also_without_content(client, db, name):
    response = client.get(f"/api/v1/{name}/")

    assert response.status_code == 200
    assert response["Content-Type"] == "application/json"


@pytest.mark.parametrize("name", LISTS)
def test_a_row_that_is_not_there_is_404(client, db, name):
    missing = "00000000-0000-0000-0000-000000000000" if name == "dates" else "niets"

    assert client.get(f"/api/v1/{name}/{missing}/").status_code == 404


def test_pages_follow_each_other_by_cursor(client, country):
    for _number in range(5):
        ActivityFactory(network=country.network)

    slugs, address = [], "/api/v1/activities/?page_size=2"
    while address:
        page = client.get(address).json()
        slugs += [row["slug"] for row in page["results"]]
        address = page["next"]

    assert slugs == sorted(Activity.objects.values_list("slug", flat=True))


def test_an_unchanged_list_is_304_until_something_changes(client, country):
    first = client.get("/api/v1/networks/")

    assert client.get("/api/v1/networks/", headers={"If-None-Match": first["ETag"]}).status_code == 304
    NetworkFactory()
    assert client.get("/api/v1/networks/", headers={"If-None-Match": first["ETag"]}).status_code == 200


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_nothing_can_be_written(client, country, method):
    assert getattr(client, method)("/api/v1/networks/").status_code == 405


def test_other_sites_may_read_it_without_cookies(client, country):
    response = client.get("/api/v1/programmes/", headers={"Origin": "https://elders.example"})

    assert response["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Credentials" not in response
    assert "Access-Control-Allow-Origin" not in client.get("/", headers={"Origin": "https://elders.example"})


@pytest.mark.parametrize(
    "query",
    [
        "schools/?sector=zz",
        "subsidies/?sector=zz",
        "dates/?vanaf=morgen",
        "dates/?regio=nergens",
        "schools/?cursor=x",
        "schools/?sektor=po",
        "activities/?sorteer=nieuw",
        "coverage/?programma=x",
        "regions/groningen/?page_size=3",
    ],
)
def test_a_wrong_filter_is_a_clear_400_or_404(client, db, query):
    response = client.get(f"/api/v1/{query}")

    assert response.status_code in {400, 404}
    assert response.json()


def test_unpublished_activities_are_nowhere(client, country):
    Activity.objects.update(published_on=None)

    assert client.get("/api/v1/activities/").json()["results"] == []
    assert client.get("/api/v1/activities/training/").status_code == 404
    assert "training" not in b"".join(client.get("/open-data/catalogus.csv")).decode()


@pytest.mark.parametrize("name", ["networks", "activities", "programmes"])
def test_a_list_costs_the_same_however_long(client, country, name):
    def cost():
        with CaptureQueriesContext(connection) as captured:
            client.get(f"/api/v1/{name}/")
        return len(captured)

    few = cost()
    for _number in range(20):
        ActivityFactory(network=NetworkFactory(area=[country.municipality]))

    assert cost() == few


def test_the_three_exports_hold_the_same_activities(client, country):
    ActivityFactory(slug="gevaar", title='=HYPERLINK("http://elders.example")', network=country.network)

    lines = list(csv.reader(io.StringIO(b"".join(client.get("/open-data/catalogus.csv")).decode("utf-8-sig"))))
    objects = json.loads(b"".join(client.get("/open-data/catalogus.json")))
    sheet = openpyxl.load_workbook(io.BytesIO(b"".join(client.get("/open-data/catalogus.xlsx")))).active

    slugs = ["gevaar", "training"]
    assert [line[0] for line in lines[1:]] == slugs
    assert [row["slug"] for row in objects] == slugs
    assert [row[0].value for row in list(sheet.rows)[1:]] == slugs
    assert lines[1][1].startswith("'=")


def test_the_api_filters_as_the_website_does(client, country):
    ActivityFactory(slug="anders", network=country.network, needs=["girls"])

    found = client.get("/api/v1/activities/?behoefte=girls").json()["results"]

    assert [row["slug"] for row in found] == ["anders"]
    assert client.get("/api/v1/activities/?behoefte=onzin").status_code == 400


def test_dates_are_filtered_as_in_the_agenda(client, country):
    girls = ActivityFactory(network=country.network, needs=["girls"], phases=["verdieping"])
    first = OccurrenceFactory(activity=girls, places_left=3)
    OccurrenceFactory(activity=girls, places_left=0)
    OccurrenceFactory(activity=country.activity, places_left=3)

    def uids(query):
        return [row["uid"] for row in client.get(f"/api/v1/dates/?{query}").json()["results"]]

    assert uids("behoefte=girls&fase=verdieping&plaatsen=vrij") == [str(first.uid)]
    assert uids(f"gemeente={country.municipality.code}&plaatsen=vrij&fase=verdieping") == [str(first.uid)]
    assert len(uids("vanaf=2026-12-01&tot=2026-12-01")) == 3
    assert uids("vanaf=2026-12-02") == []


def test_exports_hold_what_the_list_of_the_offer_holds(client, country):
    ended = NetworkFactory(ended_on=date(2020, 1, 1))
    ActivityFactory(slug="voorbij", network=ended)
    ActivityFactory(slug="meisjes", network=country.network, needs=["girls"])

    def slugs(query=""):
        return [row["slug"] for row in json.loads(b"".join(client.get(f"/open-data/catalogus.json{query}")))]

    assert slugs() == ["meisjes", "training"]
    assert slugs("?behoefte=girls&sorteer=nieuw") == ["meisjes"]
    assert client.get("/open-data/catalogus.csv?behoefte=onzin").status_code == 400
    assert "sektor" in client.get("/open-data/catalogus.csv?sektor=po").content.decode()
    assert client.get("/open-data/catalogus.json", headers={"Origin": "https://elders.example"}).headers[
        "Access-Control-Allow-Origin"
    ]


@pytest.mark.parametrize(("path", "scope"), [("/api/v1/regions/", "anon"), ("/open-data/catalogus.csv", "export")])
def test_who_asks_too_often_waits_and_gets_no_tag_for_it(client, country, monkeypatch, path, scope):
    monkeypatch.setitem(SimpleRateThrottle.THROTTLE_RATES, scope, "1/min")
    cache.clear()

    answers = [client.get(path) for _number in range(2)]

    assert [answer.status_code for answer in answers] == [200, 429]
    assert int(answers[1]["Retry-After"]) > 0
    assert "ETag" in answers[0]
    assert "ETag" not in answers[1]


def test_the_answer_for_a_school_is_tagged_too(client, country):
    first = client.get("/api/v1/loket/03WU00/")

    assert client.get("/api/v1/loket/03WU00/", headers={"If-None-Match": first["ETag"]}).status_code == 304
    other = client.get("/api/v1/loket/03WU00/?fase=invoering", headers={"If-None-Match": first["ETag"]})
    assert other.status_code == 200


def test_every_list_shows_an_example_that_fits_its_description(client, db):
    schema = client.get("/api/v1/schema/?format=json").json()
    shown = {}
    for path, operations in schema["paths"].items():
        content = operations["get"]["responses"]["200"]["content"]["application/json"]
        for found in content.get("examples", {}).values():
            value = found["value"]
            # The references of the description point at its own components.
            jsonschema.validate(value, {**content["schema"], "components": schema["components"]})
            shown[path] = value

    assert set(shown) == {path for path in schema["paths"] if path != "/api/v1/schema/"}
    row = shown["/api/v1/activities/"]["results"][0]
    assert set(row) == set(ActivitySerializer().fields)


def test_the_map_of_a_region_holds_its_municipalities_only(client, country):
    NetworkFactory()
    rows = client.get(f"/regio/{country.municipality.region.slug}/kaart.json").json()["rows"]

    assert [row["name"] for row in rows] == ["Assen"]
    assert client.get("/regio/nergens/kaart.json").status_code == 404
