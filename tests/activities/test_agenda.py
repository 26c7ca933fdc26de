"""The agenda: what a filter leaves, how dates lie in a list and in a month, and what no query can break."""

from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

import pytest
from django.core.cache import cache
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from activities.agenda import PARAMETERS
from tests.activities.factories import ActivityFactory, OccurrenceFactory
from tests.networks.factories import NetworkFactory, ProgrammeFactory
from tests.regions.factories import MunicipalityFactory


@pytest.fixture(autouse=True)
def _nothing_kept():
    cache.clear()


def text(client, path):
    response = client.get(path)
    assert response.status_code == 200
    return response.content.decode()


def titles(client, path):
    return [row.activity.title for row in client.get(path).context["page"]]


def test_dates_to_come_stand_under_their_day_and_past_ones_do_not(client, country, today):
    OccurrenceFactory(activity=country.activity, starts_at=datetime(2026, 12, 1, 9, tzinfo=UTC), places_left=3)
    OccurrenceFactory(activity=country.activity, starts_at=datetime(2026, 11, 20, 9, tzinfo=UTC))

    page = text(client, "/agenda/")

    assert "Dinsdag 1 december 2026" in page
    assert "10:00</time>–12:00" in page
    assert "Nog 3 plaatsen vrij" in page
    assert "20 november" not in page


def test_a_date_late_in_the_evening_stands_under_the_dutch_day(client, country, today):
    OccurrenceFactory(activity=country.activity, starts_at=datetime(2026, 12, 1, 23, 30, tzinfo=UTC))

    assert [day.isoformat() for day, _rows in client.get("/agenda/").context["days"]] == ["2026-12-02"]
    assert "datums op woensdag 2 december" in text(client, "/agenda/?dag=2026-12-02").replace("1 datum ", "1 datums ")


def test_a_cancelled_date_says_so(client, country, today):
    OccurrenceFactory(activity=country.activity, cancelled_at=datetime(2026, 11, 1, tzinfo=UTC))

    assert "Gaat niet door" in text(client, "/agenda/")
    assert "gaat niet door" in text(client, "/agenda/?maand=2026-12")


def test_each_filter_keeps_what_it_names(client, country, today):
    elsewhere = MunicipalityFactory(landsdeel__slug="zuid")
    other = ProgrammeFactory(slug="anders", sectors=["vwo"])
    away = NetworkFactory(slug="ver", programme=other, area=[elsewhere])
    OccurrenceFactory(activity=country.activity, municipality=country.municipality, places_left=0)
    OccurrenceFactory(
        activity=ActivityFactory(title="Ver weg", network=away, sectors=["vwo"], needs=["girls"]),
        municipality=elsewhere,
        places_left=2,
    )

    for near, far in (
        ("sector=po", "sector=vwo"),
        ("programma=nabij", "programma=anders"),
        (f"netwerk={country.network.slug}", "netwerk=ver"),
        ("behoefte=curriculum", "behoefte=girls"),
        (f"regio={country.municipality.region.slug}", f"regio={elsewhere.region.slug}"),
        ("landsdeel=noord", "landsdeel=zuid"),
        (f"gemeente={country.municipality.code}", f"gemeente={elsewhere.code}"),
    ):
        assert titles(client, f"/agenda/?{near}") == ["Training in de klas"], near
        assert titles(client, f"/agenda/?{far}") == ["Ver weg"], far
    assert titles(client, "/agenda/?plaatsen=vrij") == ["Ver weg"]
    assert titles(client, f"/agenda/?landsdeel=zuid&gemeente={country.municipality.code}") == []


def test_a_national_network_counts_in_an_area_only_when_it_is_held_there_or_online(client, country, today):
    national = NetworkFactory(programme=country.programmes["near"], is_national=True)
    for title, values in (
        ("Hier", {"municipality": country.municipality}),
        ("Ver", {"municipality": MunicipalityFactory()}),
        ("Online", {"is_online": True}),
    ):
        OccurrenceFactory(activity=ActivityFactory(title=title, network=national), **values)

    assert sorted(titles(client, "/agenda/?landsdeel=noord")) == ["Hier", "Online"]


def test_nothing_is_offered_of_a_network_or_programme_that_ended(client, country, today):
    ended = NetworkFactory(programme=country.programmes["near"], ended_on=today)
    history = NetworkFactory(programme=ProgrammeFactory(status="beeindigd"))
    for network in (ended, history):
        OccurrenceFactory(activity=ActivityFactory(network=network))

    assert titles(client, "/agenda/") == []


def test_a_month_shows_three_dates_of_a_day_and_where_the_rest_is(client, country, today):
    OccurrenceFactory.create_batch(5, activity=country.activity, starts_at=datetime(2026, 12, 1, 9, tzinfo=UTC))

    response = client.get("/agenda/?maand=2026-12&sector=po")

    month = response.context["month"]
    first = next(cell for cell in month.weeks[0] if cell.in_month)
    assert (first.day.isoformat(), len(first.dates), first.more, month.count) == ("2026-12-01", 3, 2, 5)
    page = response.content.decode()
    assert "?sector=po&amp;dag=2026-12-01" in page
    assert "?sector=po&amp;maand=2026-11" in page
    assert "?sector=po&amp;maand=2027-01" in page
    assert "December 2026: 5 datums" in page


def test_a_month_begins_and_ends_at_dutch_midnight(client, country, today):
    for hour in (22, 23):
        OccurrenceFactory(activity=country.activity, starts_at=datetime(2026, 11, 30, hour, 30, tzinfo=UTC))

    assert client.get("/agenda/?maand=2026-11").context["month"].count == 1
    assert client.get("/agenda/?maand=2026-12").context["month"].count == 1


@pytest.mark.parametrize("month", ["2026-13", "0000-00", "tekst", "", "2026-1", "9999-12", "1990-01", "-", "²⁰²⁶-¹²"])
def test_a_month_that_is_none_is_told_and_becomes_this_month(client, country, today, month):
    response = client.get("/agenda/", {"maand": month})

    assert response.context["month"].first.isoformat() == "2026-11-01"
    assert "Die maand kunnen wij niet laten zien" in response.content.decode()


def test_links_to_months_come_to_an_end(client, country, today):
    assert client.get("/agenda/?maand=2025-11").context["month"].previous is None
    assert client.get("/agenda/?maand=2028-11").context["month"].next is None


def test_fifty_dates_on_a_page_and_a_page_too_far_is_the_last(client, country, today):
    for days in range(60):
        OccurrenceFactory(
            activity=country.activity, starts_at=datetime(2026, 12, 1, 9, tzinfo=UTC) + timedelta(days=days)
        )

    assert len(titles(client, "/agenda/?sector=po")) == 50
    assert "?sector=po&amp;pagina=2" in text(client, "/agenda/?sector=po")
    assert len(titles(client, "/agenda/?pagina=1000000000")) == 10


def test_an_unknown_value_is_told_and_the_rest_still_filters(client, country, today):
    OccurrenceFactory(activity=country.activity)

    page = text(client, "/agenda/?sector=mavo,po&regio=<script>")

    assert "“mavo” kennen wij niet bij “sector”" in page
    assert "<script>" not in page
    assert "/agenda.ics?sector=po" in page


ANYTHING = st.text(max_size=30) | st.sampled_from(
    ["po", "po,vwo", "noord", "vrij", "2026-12", "0363", "-1", "9" * 20, "\x00", "2026-02-30"]
)


@settings(max_examples=60)
@given(pairs=st.lists(st.tuples(st.sampled_from([*PARAMETERS, "maand", "dag", "pagina"]), ANYTHING), max_size=12))
def test_no_query_breaks_the_agenda_or_its_feeds(client, country, today, pairs):
    query = urlencode(pairs)

    assert client.get(f"/agenda/?{query}").status_code == 200
    assert client.get(f"/agenda.ics?{query}").status_code in {200, 400}
    assert client.get(f"/aanbod.atom?{query}").status_code in {200, 400}


def test_the_other_filters_of_the_offer_count_in_the_agenda_too(client, country, today):
    start = timezone.now() + timedelta(days=600)
    for title, kind in (("Gesprek", "talk"), ("Gastles", "guest_lesson")):
        activity = ActivityFactory(title=title, kind=kind, network=country.network)
        OccurrenceFactory(activity=activity, starts_at=start, ends_at=start)

    text = client.get("/agenda/?soort=talk").content.decode()
    feed = client.get("/agenda.ics?soort=talk").content.decode()

    assert "Gesprek" in text
    assert "Gastles</a>" not in text
    assert "SUMMARY:Gesprek" in feed
    assert "SUMMARY:Gastles" not in feed
    assert client.get("/agenda.ics?soort=onzin").status_code == 400
