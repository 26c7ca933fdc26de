"""The loket page as JSON."""

import pytest

from tests.activities.factories import ActivityFactory

pytestmark = pytest.mark.usefixtures("today")


def test_it_says_the_same_as_the_page(client, country):
    ActivityFactory(network=country.network, title="Nog een")

    answer = client.get("/api/v1/loket/03WU00/?behoefte=curriculum&fase=invoering").json()

    assert answer["school"]["name"] == "De Regenboog"
    assert answer["situation"]["phases"] == {"po": "invoering"}
    assert answer["first_contact"]["contact"]["name"] == "Regioloket"
    assert [s["title"] for s in answer["suggestions"]] == ["Training in de klas", "Nog een"]
    first = answer["suggestions"][0]
    assert first["reasons"][0] == {
        "criterion": "need",
        "sentence": "U zoekt leerlijn en lesmateriaal: daar is Nabij voor bedoeld.",
    }
    assert {s["criterion"] for s in first["scores"]} >= {"need", "near", "availability"}
    assert [p["programme"] for p in answer["white_spots"]] == ["elders"]
    assert [p["programme"] for p in answer["not_now"]] == ["later"]
    assert [p["programme"] for p in answer["references"]] == ["leerlijn"]


def test_what_is_not_understood_is_told(client, country):
    assert client.get("/api/v1/loket/03WU00/?fase=x").json()["messages"]


@pytest.mark.parametrize("code", ["99ZZ99", "x", "%00", "a" * 2000])
def test_an_unknown_code_is_a_clear_404(client, db, code):
    response = client.get(f"/api/v1/loket/{code}/")

    assert response.status_code == 404
    assert "03WU00" in response.json()["detail"]


def test_only_reading_is_allowed(client, country):
    assert client.post("/api/v1/loket/03WU00/").status_code == 405


def test_the_schema_describes_it(client, db):
    schema = client.get("/api/v1/schema/?format=json").json()

    names = {parameter["name"] for parameter in schema["paths"]["/api/v1/loket/{code}/"]["get"]["parameters"]}
    assert {"code", "fase", "behoefte", "belemmering", "doet", "sector", "fase_vwo"} <= names


def test_the_readable_page_loads_nothing_from_elsewhere(client, db):
    text = client.get("/api/v1/docs/").content.decode()

    assert "swagger-ui" in text
    assert "http" not in text.replace("http-equiv", "")
    assert "<style" not in text
