"""The loket page of a school: what it says, what it never says, and what it costs."""

from datetime import date, timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from activities.models import Activity
from networks.models import ContactRole, Person
from tests.activities.factories import ActivityFactory, SubsidyFactory
from tests.networks.factories import NetworkFactory, ProgrammeFactory
from tests.schools.factories import SchoolFactory

pytestmark = pytest.mark.usefixtures("today")


@pytest.fixture(autouse=True)
def _no_kept_pages():
    cache.clear()


def page(client, query="", code="03WU00"):
    response = client.get(f"/loket/{code}/{query}")
    assert response.status_code == 200
    return response.content.decode()


def test_one_first_contact_with_name_and_role(client, country):
    text = page(client)

    assert text.count('class="contact-card"') == 1
    assert "Regioloket" in text
    assert "Landsdeel Noord" in text  # only at the white spot
    assert "Bureau" not in text


def test_a_stale_desk_falls_through_to_the_landsdeel(client, country):
    ContactRole.objects.filter(region__isnull=False).update(confirmed_on=date(2025, 1, 1))

    text = page(client)

    assert "Regioloket" not in text
    assert "daarom staat hier dat van uw landsdeel" in text


def test_a_suggestion_says_why_in_sentences_and_whom_to_call(client, country):
    text = page(client, "?behoefte=curriculum")

    assert "Training in de klas" in text
    assert "U zoekt leerlijn en lesmateriaal: daar is Nabij voor bedoeld." in text
    assert "Het netwerk werkt in uw gemeente: Assen." in text
    assert "in uw fase: “we beginnen net”" in text
    assert "Netwerkcontact" in text


def test_what_stands_apart_stands_apart_with_its_reason(client, country):
    text = page(client)
    apart = {
        heading: text.index(f">{heading}</h2>") for heading in ("Nu nog niet", "Geen netwerk hier", "Ter informatie")
    }

    assert text.index("<strong>Later</strong>") > apart["Nu nog niet"]
    assert text.index("<strong>Elders</strong>") > apart["Geen netwerk hier"]
    assert text.index("<strong>Leerlijn</strong>") > apart["Ter informatie"]


def test_a_made_up_contact_says_so_wherever_it_is_shown(client, country):
    Person.objects.update(is_sample=True)

    text = page(client, "?doet=nabij")
    spot = text[text.index("Geen netwerk hier") : text.index("Ter informatie")]
    step = text[text.index("Wat u al doet") : text.index("Nu nog niet")]

    assert "Dit contact is verzonnen" in text
    assert ("Landsdeel Noord" in spot, "verzonnen, bel niet" in spot) == (True, True)
    assert ("Netwerkcontact" in step, "verzonnen, bel niet" in step) == (True, True)


@pytest.mark.parametrize(
    ("programme", "sentence"),
    [
        ("elders", "Er is geen netwerk van Elders dat werkt in Assen."),
        ("later", "Het wordt nog verkend."),
        ("leerlijn", "u gebruikt wat er gemaakt is"),
        ("nabij", "Nabij staat wel in uw lijst, op plaats 1."),
    ],
)
def test_why_a_programme_is_not_in_the_list(client, country, programme, sentence):
    assert sentence in page(client, f"?waarom={programme}")


def test_the_waiting_list_is_told_with_its_length_and_date(client, country):
    programme = ProgrammeFactory(
        slug="vol", availability="wachtlijst", waiting_list_count=85, waiting_list_on=date(2013, 12, 1)
    )
    ActivityFactory(network=NetworkFactory(programme=programme, is_national=True))

    assert "Er is een wachtlijst: 85 scholen (stand 2013)." in page(client)


def test_at_most_five_suggestions_and_the_rest_one_click_away(client, country):
    for number in range(30):
        ActivityFactory(network=country.network, title=f"Nummer {number}")

    text = page(client)
    first = client.get("/loket/03WU00/alles/").content.decode()
    second = client.get("/loket/03WU00/alles/?pagina=2").content.decode()

    assert text.count('class="suggestion"') == 5
    assert "Nog 26 mogelijkheden" in text
    assert (first.count('class="suggestion"'), second.count('class="suggestion"')) == (20, 6)
    assert 'value="6"' in first
    assert 'value="31"' in second


@pytest.mark.parametrize("number", ["0", "-1", "x", "999999999", "1.5", ""])
def test_any_page_number_gives_a_page(client, country, number):
    assert client.get(f"/loket/03WU00/alles/?pagina={number}").status_code == 200


def test_only_open_subsidies_are_shown(client, country, today):
    SubsidyFactory(name="Open regeling", sectors=["po"], opens_on=today, closes_on=today)
    SubsidyFactory(name="Dichte regeling", closes_on=today - timedelta(days=1))
    SubsidyFactory(name="Vage regeling")
    SubsidyFactory(name="Andere sector", sectors=["vwo"], closes_on=today)

    text = page(client)

    assert "Open regeling" in text
    assert not any(name in text for name in ("Dichte regeling", "Vage regeling", "Andere sector"))


def test_a_need_without_any_offer_is_said_plainly(client, country):
    assert "Voor meisjes en techniek is hier nu geen eigen aanbod." in page(client, "?behoefte=girls")


def test_what_the_school_does_comes_back_as_a_next_step_only(client, country):
    text = page(client, "?doet=nabij")

    assert "Training in de klas" not in text
    assert "Wat u al doet" in text


def test_unknown_values_are_told_and_answered(client, country):
    text = page(client, "?fase=bestaat-niet&behoefte=%3Cscript%3Ealert(1)%3C/script%3E")

    assert "Niet alles in het adres van deze pagina is begrepen." in text
    assert "<script>alert" not in text
    assert "&lt;script&gt;alert(1)" in text


@pytest.mark.parametrize(
    "query",
    [
        "?behoefte=" + "x" * 10_000,
        "?fase=%00",
        "?doet=%F0%9F%98%80",
        "?sector=';DROP TABLE x;--",
        "?waarom=%0d%0a",
        "?=&&",
    ],
)
def test_strange_query_strings_get_a_page(client, country, query):
    assert client.get(f"/loket/03WU00/{query}").status_code == 200


@pytest.mark.parametrize("code", ["99ZZ99", "x", "03WU", "%00", "03WU001", "<b>", "%F0%9F%98%80", "a" * 3000])
def test_an_unknown_code_is_a_page_not_found_that_helps(client, country, code):
    response = client.get(f"/loket/{code}/")

    assert response.status_code == 404
    assert 'action="/scholen/"' in response.content.decode()


def test_a_code_in_small_letters_leads_to_the_page(client, country):
    response = client.get("/loket/03wu00/?behoefte=girls")

    assert response.status_code == 301
    assert response["Location"] == "/loket/03WU00/?behoefte=girls"


def test_a_closed_school_says_so_and_names_its_successor(client, country):
    SchoolFactory(code="03WU01", name="Oude school", closed_on=date(2026, 8, 1), successor=country.school)

    text = page(client, code="03WU01")

    assert "Deze school is gesloten op 1 augustus 2026." in text
    assert 'href="/loket/03WU00/"' in text


def test_a_school_without_anything_still_gets_its_page(client, db):
    SchoolFactory(code="18BR00", name="Kaal", sectors=[], municipality=None, place="")

    text = page(client, code="18BR00")

    assert "Van deze school kennen wij geen sector" in text
    assert "Er is nog geen aanspreekpunt ingevuld" in text


def test_unpublished_and_closed_activities_are_not_there(client, country, today):
    Activity.objects.update(published_on=None)
    ActivityFactory(network=country.network, title="Voorbij", closes_on=today - timedelta(days=1))

    text = page(client)

    assert "Training in de klas" not in text
    assert "Voorbij" not in text


def test_sample_content_says_so_on_the_screen(client, country):
    Activity.objects.update(is_sample=True)

    assert "badge-sample" in page(client)


# --- speed and privacy -----------------------------------------------------------------------------


def queries_of(client, path):
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert client.get(path).status_code == 200
    return len(captured)


def test_thirty_offers_cost_as_many_queries_as_one(client, country):
    cache.clear()
    client.get("/loket/03WU00/?behoefte=girls")  # fills what is kept per process
    few = queries_of(client, "/loket/03WU00/")
    for number in range(30):
        ActivityFactory(network=NetworkFactory(programme=ProgrammeFactory(), area=[country.municipality]))
        SubsidyFactory(closes_on=date(2099, 1, 1 + number % 28))
    client.get("/loket/03WU00/?behoefte=girls")
    many = queries_of(client, "/loket/03WU00/")

    assert many == few
    assert many <= 12


def test_a_repeat_comes_from_the_cache_with_one_query_until_something_changes(client, country):
    page(client)

    assert queries_of(client, "/loket/03WU00/") == 1

    Activity.objects.update(title="Nieuwe titel")
    assert "Nieuwe titel" in page(client)


def test_an_unchanged_page_is_answered_304(client, country):
    first = client.get("/loket/03WU00/")

    again = client.get("/loket/03WU00/", headers={"If-None-Match": first["ETag"]})
    other = client.get("/loket/03WU00/?behoefte=girls", headers={"If-None-Match": first["ETag"]})

    assert (again.status_code, again.content) == (304, b"")
    assert other.status_code == 200


def test_a_kept_page_holds_no_token_and_sets_no_cookie(client, country):
    response = client.get("/loket/03WU00/")

    assert "csrfmiddlewaretoken" not in response.content.decode()
    assert not response.cookies
    assert "Cookie" not in response.get("Vary", "")


def test_who_has_a_session_gets_a_private_page(client, country, django_user_model):
    client.force_login(django_user_model.objects.create_user("a@voorbeeld.example"))

    response = client.get("/loket/03WU00/")

    assert "private" in response["Cache-Control"]
    assert "ETag" not in response


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("?fase_vwo=verdieping", "dat heeft uw school niet"),
        ("?fase=verdieping&fase=orientatie", "meer dan één fase"),
        ("?waarom=onzin", "Dat programma kennen wij niet."),
    ],
)
def test_what_is_left_out_is_told(client, country, query, said):
    assert said in page(client, query)


def test_a_closed_school_is_offered_nothing(client, country, today):
    country.school.closed_on = today
    country.school.save()

    text = page(client)

    assert "Regioloket" in text
    assert "Training in de klas" not in text


def test_a_school_that_will_close_still_gets_its_offer(client, country, today):
    country.school.closed_on = today + timedelta(days=30)
    country.school.save()

    text = page(client)

    assert "Deze school sluit op" in text
    assert "Training in de klas" in text


def test_a_weak_tag_of_a_proxy_is_the_same_page(client, country):
    tag = client.get("/loket/03WU00/")["ETag"]

    assert client.get("/loket/03WU00/", headers={"If-None-Match": f"W/{tag}"}).status_code == 304


def test_a_mistake_in_the_address_takes_no_place_in_the_cache(client, country):
    assert "no-store" in client.get("/loket/03WU00/?behoefte=x")["Cache-Control"]
