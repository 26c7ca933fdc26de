"""The feeds, read back with a second library: times, changes, cancellations, and what they refuse."""

from datetime import UTC, date, datetime, timedelta
from urllib.parse import quote
from xml.etree import ElementTree

import pytest
import vobject
from django.core.cache import cache

from activities import feeds
from activities.models import Occurrence
from tests.activities.factories import ActivityFactory, OccurrenceFactory
from tests.networks.factories import NetworkFactory

ATOM = {"a": "http://www.w3.org/2005/Atom"}


@pytest.fixture(autouse=True)
def _nothing_kept():
    cache.clear()


def read(client, path):
    response = client.get(path)
    assert response.status_code == 200, response.content
    assert response["Content-Type"].startswith("text/calendar")
    return vobject.readOne(response.content.decode())


def events(client, path):
    return read(client, path).contents.get("vevent", [])


@pytest.mark.parametrize(
    ("moment", "offset"),
    [(datetime(2027, 7, 1, 8, 0, tzinfo=UTC), 2), (datetime(2026, 12, 1, 9, 0, tzinfo=UTC), 1)],
)
def test_a_date_is_at_ten_in_the_netherlands_in_summer_and_in_winter(client, country, today, moment, offset):
    OccurrenceFactory(activity=country.activity, starts_at=moment)

    (event,) = events(client, "/agenda.ics")

    assert event.dtstart.value.replace(tzinfo=None).hour == 10
    assert event.dtstart.value.utcoffset() == timedelta(hours=offset)
    assert event.dtstart.params["X-VOBJ-ORIGINAL-TZID"] == ["Europe/Amsterdam"]
    assert event.dtend.value - event.dtstart.value == timedelta(hours=2)


def test_an_event_says_what_where_and_how_to_reach_it(client, country, today):
    row = OccurrenceFactory(activity=country.activity, place="Assen", latitude=52.99, longitude=6.56, is_sample=True)

    (event,) = events(client, "/agenda.ics")

    assert event.uid.value == f"{row.uid}@loket"
    assert event.summary.value == "Training in de klas (voorbeeld)"
    assert (event.location.value, event.geo.value, event.status.value) == ("Assen", "52.990000;6.560000", "CONFIRMED")
    assert event.url.value == "http://testserver/aanbod/training/"
    assert event.dtstamp.value == event.last_modified.value == row.changed_at.replace(microsecond=0)


def test_long_and_difficult_text_comes_through_whole_in_short_lines(client, country, today):
    difficult = "Één; twee, drie\\vier\nvijf – " * 20
    OccurrenceFactory(activity=ActivityFactory(network=country.network, title="Één, én; " * 8, summary=difficult))

    body = client.get("/agenda.ics").content
    (event,) = events(client, "/agenda.ics")

    assert (event.summary.value, event.description.value) == ("Één, én; " * 8, difficult)
    assert max(map(len, body.split(b"\r\n"))) <= 75


def test_a_date_that_moves_keeps_its_uid_and_raises_its_sequence(client, country, today):
    row = OccurrenceFactory(activity=country.activity)
    (before,) = events(client, "/agenda.ics")

    Occurrence.objects.filter(pk=row.pk).update(ends_at=row.ends_at + timedelta(hours=1))
    (after,) = events(client, "/agenda.ics")

    assert after.uid.value == before.uid.value
    assert (before.sequence.value, after.sequence.value) == ("0", "1")
    assert after.dtend.value - before.dtend.value == timedelta(hours=1)


def test_a_cancellation_arrives(client, country, today):
    row = OccurrenceFactory(activity=country.activity)
    Occurrence.objects.filter(pk=row.pk).update(cancelled_at=datetime(2026, 11, 23, tzinfo=UTC))

    (event,) = events(client, "/agenda.ics")

    assert (event.status.value, event.sequence.value) == ("CANCELLED", "1")
    assert event.summary.value == "Gaat niet door: Training in de klas"


def test_dates_up_to_30_days_back_are_in_and_older_ones_are_not(client, country, today):
    for days in (29, 32):
        OccurrenceFactory(
            activity=country.activity, starts_at=datetime(2026, 11, 23, 9, tzinfo=UTC) - timedelta(days=days)
        )

    (event,) = events(client, "/agenda.ics")

    assert event.dtstart.value.date() == date(2026, 10, 25)


def test_an_unpublished_activity_is_not_in_a_feed(client, country, today):
    OccurrenceFactory(activity=ActivityFactory(network=country.network, published_on=None))

    assert events(client, "/agenda.ics") == []


def test_a_feed_that_is_cut_off_says_so(client, country, today, monkeypatch):
    monkeypatch.setattr(feeds, "MOST_DATES", 2)
    OccurrenceFactory.create_batch(3, activity=country.activity)

    calendar = read(client, "/agenda.ics")

    assert len(calendar.contents["vevent"]) == 2
    assert "alleen de eerste 2 datums" in calendar.x_wr_caldesc.value


def test_a_filter_names_the_calendar_and_narrows_it(client, country, today):
    OccurrenceFactory(activity=country.activity)

    kept, left = read(client, "/agenda.ics?sector=po"), read(client, "/agenda.ics?sector=vwo")

    assert kept.x_wr_calname.value == "Agenda van Loket: po"
    assert len(kept.contents["vevent"]) == 1
    assert "vevent" not in left.contents


def test_the_feed_of_a_network_holds_its_own_dates(client, country, today):
    row = OccurrenceFactory(activity=country.activity)
    OccurrenceFactory(activity=ActivityFactory(network=NetworkFactory()))

    (event,) = events(client, f"/netwerk/{country.network.slug}/agenda.ics")

    assert event.uid.value.startswith(str(row.uid))
    assert client.get("/netwerk/bestaat-niet/agenda.ics").status_code == 404


def test_the_feed_of_a_school_holds_the_dates_of_what_fits_it(client, country, today):
    row = OccurrenceFactory(activity=country.activity)
    OccurrenceFactory(activity=ActivityFactory(network=country.network, sectors=["vwo"]))

    calendar = read(client, "/loket/03WU00/agenda.ics")

    assert [event.uid.value for event in calendar.contents["vevent"]] == [f"{row.uid}@loket"]
    assert calendar.x_wr_calname.value == "Agenda voor De Regenboog"
    assert client.get("/loket/03wu00/agenda.ics?sector=po")["Location"] == "/loket/03WU00/agenda.ics?sector=po"
    assert client.get("/loket/99XX99/agenda.ics").status_code == 404


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("/agenda.ics?sector=mavo", "mavo"),
        ("/agenda.ics?sectr=po", "sectr"),
        ("/agenda.ics?regio=atlantis", "atlantis"),
        ("/agenda.ics?gemeente=" + quote("03\x0063"), "0363"),
        ("/agenda.ics?plaatsen=misschien", "misschien"),
        ("/aanbod.atom?programma=onbekend", "onbekend"),
        ("/aanbod.atom?maand=2026-12", "maand"),
        ("/loket/03WU00/agenda.ics?behoefte=geld", "geld"),
        ("/loket/03WU00/agenda.ics?netwerk=x", "netwerk"),
    ],
)
def test_an_unknown_filter_is_refused_with_a_reason(client, country, today, path, told):
    response = client.get(path)

    assert response.status_code == 400
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    assert told in response.content.decode()


def test_an_unknown_filter_is_refused_also_when_the_whole_feed_is_kept(client, country, today):
    path = f"/netwerk/{country.network.slug}/agenda.ics"
    assert client.get(path).status_code == 200

    assert client.get(f"{path}?sector=po").status_code == 400


def test_a_feed_that_did_not_change_is_a_304_and_an_address_of_one_name_is_not_kept_for_another(
    client, country, today, settings
):
    settings.ALLOWED_HOSTS = ["testserver", "loket.example"]
    OccurrenceFactory(activity=country.activity)
    etag = client.get("/agenda.ics")["ETag"]

    assert client.get("/agenda.ics", headers={"if-none-match": etag}).status_code == 304
    assert b"http://loket.example/aanbod/" in client.get("/agenda.ics", headers={"host": "loket.example"}).content


@pytest.mark.parametrize("path", ["/agenda.ics", "/loket/03WU00/agenda.ics", "/aanbod.atom", "/agenda/"])
def test_thirty_dates_cost_as_many_queries_as_one(
    client, country, today, path, django_assert_max_num_queries, django_assert_num_queries
):
    OccurrenceFactory(activity=country.activity)
    client.get(path)
    OccurrenceFactory(activity=country.activity)
    with django_assert_max_num_queries(20) as one:
        client.get(path)
    for activity in ActivityFactory.create_batch(30, network=country.network):
        OccurrenceFactory(activity=activity)

    with django_assert_num_queries(len(one)):
        assert client.get(path).status_code == 200


def test_new_offers_come_newest_first_with_stable_ids(client, country, today):
    ActivityFactory(slug="nieuw", title="Nieuw", network=country.network, published_on=date(2026, 11, 20))
    ActivityFactory(slug="concept", network=country.network, published_on=None)

    response = client.get("/aanbod.atom?sector=po")
    feed = ElementTree.fromstring(response.content)  # noqa: S314

    assert response["Content-Type"].startswith("application/atom+xml")
    assert [entry.findtext("a:id", namespaces=ATOM) for entry in feed.findall("a:entry", ATOM)] == [
        "tag:loket,2026:aanbod/nieuw",
        "tag:loket,2026:aanbod/training",
    ]
    assert feed.findtext("a:updated", namespaces=ATOM) == "2026-11-20T00:00:00+01:00"
    assert feed.find("a:entry/a:link", ATOM).get("href") == "http://testserver/aanbod/nieuw/"
