"""The page of one activity: each state it can be in, what it promises, what machines read in it and what it costs."""

import json
import re
from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from activities.models import Activity, Material, Occurrence
from loket.vocabulary import Availability, Evidence, Kind, Need, ProgrammeStatus
from networks.models import ContactRole, Programme
from tests.activities.factories import ActivityFactory, SubsidyFactory
from tests.networks.factories import NetworkFactory, ProgrammeFactory
from tests.regions.factories import MunicipalityFactory
from tests.schools.factories import SchoolFactory

pytestmark = pytest.mark.usefixtures("today")
PATH = "/aanbod/training/"
LD = re.compile(r'<script type="application/ld\+json">(.*?)</script>', re.DOTALL)
# What a page says only where one can join.
JOINING = re.compile(r"meedoen\?|meld u|u aan|aanmeld|schrijf u|inschrijv|op de wachtlijst", re.IGNORECASE)


@pytest.fixture(autouse=True)
def _no_kept_pages():
    cache.clear()


def text_of(client, path=PATH):
    response = client.get(path)
    assert response.status_code == 200, path
    return response.content.decode()


def linked_data_of(text):
    found = LD.findall(text)
    return json.loads(found[0])["@graph"] if found else None


def add_date(activity, days=7, **values):
    starts_at = datetime(2026, 11, 23, 13, 0, tzinfo=UTC) + timedelta(days=days)
    return Occurrence.objects.create(
        activity=activity, starts_at=starts_at, ends_at=starts_at + timedelta(hours=2), **values
    )


# --- what it says ------------------------------------------------------------------------------------


def test_the_page_says_for_whom_what_it_asks_and_whom_to_call(client, country):
    Activity.objects.update(
        summary="U leert een les maken.",
        intended_result="Een lessenserie.",
        target_groups=["teachers"],
        years=["po_upper"],
        effort_hours=6,
        cost_euro=0,
        confirmed_on=date(2026, 11, 1),
    )

    text = text_of(client)

    for said in (
        "U leert een les maken.",
        "Een lessenserie.",
        "leraren",
        "groep 5 tot en met 8",
        "leerlijn en lesmateriaal",
        "ongeveer 6 uur",
        "gratis",
        "Bevestigd in november 2026",
        "Meedoen? Bel of mail",
        "Netwerkcontact",
        'href="/netwerk/',
    ):
        assert said in text


@pytest.mark.parametrize(
    ("availability", "said", "is_joinable"),
    [
        (Availability.OPEN, "Meedoen? Bel of mail", True),
        (Availability.PER_REGIO, "Meedoen? Bel of mail", True),
        (Availability.WACHTLIJST, "Er is een wachtlijst", True),
        (Availability.BEPERKT, "Is er een plaats vrij?", True),
        (Availability.ONBEKEND, "Of er plaats is voor uw school, is niet bekend.", False),
        (Availability.VERKENNING, "Het wordt nog verkend.", False),
        (Availability.NIET_GESTART, "Het is gepland, maar niet begonnen.", False),
        (Availability.GEEN_DEELNAME, "U gebruikt wat er gemaakt is, wanneer u wilt.", False),
        (Availability.BEEINDIGD, "Dit is gestopt. U leest hier wat het was.", False),
    ],
)
def test_availability_decides_the_words(client, country, availability, said, is_joinable):
    Activity.objects.update(own_availability=availability, cost_euro=10)
    add_date(country.activity, places_left=3)

    text = text_of(client)

    assert said in text
    promised = text.replace(str(Availability(availability).label), "")
    assert bool(JOINING.search(promised)) is is_joinable
    assert ('"@type": "Offer"' in text) is is_joinable


@pytest.mark.parametrize("how", ["programme", "network"])
def test_what_has_ended_is_history_without_contact_dates_or_linked_data(client, country, today, how):
    if how == "programme":
        Programme.objects.filter(slug="nabij").update(status=ProgrammeStatus.BEEINDIGD)
    else:
        country.network.ended_on = today
        country.network.save()
    add_date(country.activity)

    text = text_of(client)

    assert "Dit is gestopt. U leest hier wat het was." in text
    assert "Wat het was" in text
    assert "beëindigd" in text
    assert linked_data_of(text) is None
    assert not any(absent in text for absent in ("Netwerkcontact", "Past dit bij ons?", "Datums", "30 november"))


@pytest.mark.parametrize(
    ("period", "said"),
    [
        ({"opens_on": date(2026, 12, 1)}, "Dit gaat open op 1 december 2026."),
        ({"closes_on": date(2026, 11, 22)}, "Dit is gesloten. Het was open tot en met 22 november 2026."),
    ],
)
def test_outside_its_period_it_says_when(client, country, period, said):
    Activity.objects.update(**period)

    text = text_of(client)

    assert said in text
    assert not JOINING.search(text)


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"facts_as_of": date(2013, 12, 1), "confirmed_on": None}, "Stand december 2013."),
        ({"confirmed_on": date(2026, 6, 1)}, "Bevestigd in juni 2026."),
        ({"confirmed_on": date(2026, 1, 1)}, "Niet bevestigd sinds januari 2026. Vraag na of dit nog klopt."),
        ({"confirmed_on": None, "published_on": date(2026, 11, 1)}, "Niet bevestigd. Vraag na of dit nog klopt."),
    ],
)
def test_it_says_how_fresh_it_is(client, country, monkeypatch, values, said):
    monkeypatch.setattr("django.utils.timezone.localdate", lambda: date(2026, 11, 25))
    Activity.objects.update(**values)

    assert said in text_of(client)


def test_what_nobody_confirmed_for_a_year_is_no_page_any_more(client, country):
    Activity.objects.update(confirmed_on=None)  # published in 2020

    assert client.get("/aanbod/training/").status_code == 404


def test_proven_is_shown_with_all_that_proves_it(client, country):
    Activity.objects.update(
        evidence=Evidence.PROVEN,
        evidence_baseline="Twintig scholen zonder.",
        evidence_instrument="Een toets vooraf en achteraf.",
        evidence_on=date(2026, 6, 1),
        evidence_result="Een halve punt meer.",
    )

    text = text_of(client)

    assert "De werking is gemeten en bewezen." in text
    for shown in ("Twintig scholen zonder.", "Een toets vooraf en achteraf.", "1 juni 2026", "Een halve punt meer."):
        assert shown in text


@pytest.mark.parametrize("evidence", [Evidence.UNKNOWN, Evidence.DESCRIBED, Evidence.PROMISING])
def test_less_than_proven_is_never_called_proven(client, country, evidence):
    Activity.objects.update(evidence=evidence, evidence_result="Leuk.")

    text = text_of(client)

    assert "en bewezen" not in text
    assert "Leuk." in text


def test_without_a_confirmed_contact_the_first_contact_stands_in(client, country):
    ContactRole.objects.filter(network__isnull=False).update(confirmed_on=date(2025, 1, 1))

    text = text_of(client)

    assert "Netwerkcontact" not in text
    assert "heeft nu geen bevestigd contact" in text
    assert "Of vraag het Platform" in text


@pytest.mark.parametrize(
    ("values", "said"),
    [
        (
            {"places_left": 3, "capacity": 20, "reported_on": date(2026, 11, 3)},
            "3 van 20 plaatsen vrij (gemeld op 3 nov",
        ),
        ({"places_left": 1}, "1 plaats vrij."),
        ({"places_left": 0, "waiting_list_count": 5}, "Vol, 5 op de wachtlijst."),
        ({}, "Aantal vrije plaatsen onbekend."),
        ({"cancelled_at": datetime(2026, 11, 1, tzinfo=UTC), "places_left": 9}, "Gaat niet door."),
        ({"is_online": True, "place": "Nergens"}, "online"),
        ({"place": "De Zaal"}, "14:00</time>–16:00</strong>, De Zaal, Assen"),
    ],
)
def test_a_date_says_how_many_places_were_reported(client, country, values, said):
    add_date(country.activity, municipality=country.municipality, **values)

    text = text_of(client)

    assert "Maandag 30 november 2026" in text or "maandag 30 november 2026" in text
    assert said in text
    assert "9 plaatsen" not in text
    assert "Nergens" not in text


def test_dates_that_are_over_are_not_there_and_many_are_cut_off_with_a_word(client, country):
    add_date(country.activity, days=-1, place="Gisteren")
    for days in range(25):
        add_date(country.activity, days=days)

    text = text_of(client)

    assert "Gisteren" not in text
    assert text.count("<time ") == 20
    assert "Er zijn nog meer datums." in text


def test_material_is_linked_without_handing_over_the_window(client, country):
    Material.objects.create(
        activity=country.activity, title="Werkblad", url="https://maker.example/b", subject="natuur"
    )

    assert '<a href="https://maker.example/b" rel="noopener">Werkblad</a>, natuur' in text_of(client)


def test_subsidies_of_its_programme_or_sector_that_are_or_will_be_open(client, country, today):
    SubsidyFactory(name="Eigen", programme=country.programmes["near"], closes_on=today)
    SubsidyFactory(name="Sector", sectors=["po"], opens_on=today + timedelta(days=9))
    SubsidyFactory(name="Dicht", closes_on=today - timedelta(days=1))
    SubsidyFactory(name="Vreemd", programme=country.programmes["spot"], closes_on=today)
    SubsidyFactory(name="Andere sector", sectors=["vwo"], closes_on=today)

    text = text_of(client)

    assert "<strong>Eigen</strong> (open)" in text
    assert "Open vanaf 2 december 2026." in text
    assert not any(name in text for name in ("Dicht", "Vreemd", "Andere sector"))


def test_related_is_what_a_school_here_can_join_for_the_same_need(client, country, today):
    near = NetworkFactory(programme=ProgrammeFactory(), area=[country.municipality])
    far = NetworkFactory(programme=ProgrammeFactory(), area=[MunicipalityFactory()])
    for title, network, values in (
        ("Buurman", near, {}),
        ("Ver weg", far, {}),
        ("Andere vraag", near, {"needs": [Need.GIRLS]}),
        ("Andere sector", near, {"sectors": ["vwo"]}),
        ("Later pas", near, {"own_availability": Availability.VERKENNING}),
        ("Voorbij", near, {"closes_on": today - timedelta(days=1)}),
        ("Ongezien", near, {"published_on": None}),
    ):
        ActivityFactory(title=title, network=network, **{"needs": [Need.CURRICULUM], **values})

    related = text_of(client).partition('id="verwant"')[2]

    assert "Buurman" in related
    assert not any(
        title in related
        for title in ("Ver weg", "Andere vraag", "Andere sector", "Later pas", "Voorbij", "Ongezien", "Training")
    )


def test_each_programme_is_related_once_before_any_twice(client, country):
    for number in range(6):
        ActivityFactory(title=f"Druk {number}", network=country.network, needs=[Need.CURRICULUM])
    other = NetworkFactory(programme=ProgrammeFactory(), area=[country.municipality])
    ActivityFactory(title="Zeldzaam", network=other, needs=[Need.CURRICULUM])

    related = text_of(client).partition('id="verwant"')[2]

    assert "Zeldzaam" in related
    assert related.count("Druk ") == 3


@pytest.mark.parametrize("values", [{"published_on": None}, {"slug": "iets-anders"}])
def test_what_is_not_published_is_a_page_not_found_with_a_search(client, country, values):
    Activity.objects.update(**values)

    response = client.get(PATH)

    assert response.status_code == 404
    assert 'action="/scholen/"' in response.content.decode()


# --- "past dit bij ons?" -----------------------------------------------------------------------------


@pytest.mark.parametrize("query", ["?school=03WU00", "?school=03wu00", "?q=03WU00", "?q=regenboog"])
def test_a_school_gets_the_reasons_of_its_own_page(client, country, query):
    of_the_page = re.findall(r"<li>([^<]*)</li>", text_of(client, "/loket/03WU00/").partition("suggestion__why")[2])[
        :3
    ]

    text = text_of(client, PATH + query)

    assert "De Regenboog, Assen" in text
    assert "Past omdat:" in text
    assert "Het netwerk werkt in uw gemeente: Assen." in text
    assert all(reason in text for reason in of_the_page)
    assert "staat dit op plaats 1." in text


def test_several_schools_are_offered_to_choose_from(client, country):
    SchoolFactory(code="04AA00", name="De Regenboog", place="Emmen")

    text = text_of(client, PATH + "?q=regenboog")

    assert "Welke school is het?" in text
    assert 'href="?school=03WU00#past-dit"' in text
    assert 'href="?school=04AA00#past-dit"' in text
    assert "Past omdat:" not in text


@pytest.mark.parametrize(
    ("change", "school", "said"),
    [
        ({}, {"municipality": None}, "Er is geen netwerk van Nabij dat werkt in uw gemeente."),
        ({}, {"sectors": ["vwo"]}, "Dit is voor het basisonderwijs. Uw school heeft het vwo."),
        ({"own_availability": "verkenning"}, {}, "Het wordt nog verkend."),
        ({"closes_on": date(2026, 1, 1)}, {}, "Dit is gesloten. Het kon tot en met 1 januari 2026."),
        ({"opens_on": date(2027, 1, 1)}, {}, "Dit is nog niet open. Het kan vanaf 1 januari 2027."),
        ({"own_availability": "geen_deelname"}, {}, "u gebruikt wat er gemaakt is"),
    ],
)
def test_what_does_not_fit_says_why(client, country, change, school, said):
    Activity.objects.update(**change)
    for name, value in school.items():
        setattr(country.school, name, value)
    country.school.save()

    text = text_of(client, PATH + "?school=03WU00")

    assert said in text.partition('id="past-dit"')[2]
    assert "Past omdat:" not in text


def test_another_network_of_the_same_programme_is_named(client, country):
    elsewhere = MunicipalityFactory(name="Emmen")
    NetworkFactory(name="Netwerk Emmen", programme=country.programmes["near"], area=[elsewhere])
    SchoolFactory(code="04AA00", municipality=elsewhere)

    assert "Bij u is dat Netwerk Emmen, van hetzelfde programma." in text_of(client, PATH + "?school=04AA00")


def test_a_closed_school_says_so(client, country):
    SchoolFactory(code="03WU01", closed_on=date(2026, 8, 1), successor=country.school)

    text = text_of(client, PATH + "?school=03WU01")

    assert "Deze school is gesloten op 1 augustus 2026." in text
    assert 'href="?school=03WU00#past-dit"' in text


@pytest.mark.parametrize(
    "query",
    [
        "?school=99ZZ99",
        "?school=%00",
        "?school=<script>alert(1)</script>",
        "?school=" + "x" * 5000,
        "?q=%00%F0%9F%98%80",
        "?q=" + "y" * 5000,
        "?q=<script>alert(1)</script>",
        "?q=a&q=b&school=&school=x",
        "?q='%22%25_\\&:*|!()",
        "?school=½½",
    ],
)
def test_strange_questions_get_a_page_that_says_what_to_do(client, country, query):
    text = text_of(client, PATH + query)

    assert 'class="notice notice--warning" role="status"' in text
    assert "<script>alert" not in text


# --- what machines read ------------------------------------------------------------------------------


def test_a_training_is_a_course_with_its_dates_as_instances(client, country):
    Activity.objects.update(kind=Kind.TRAINING, cost_euro=0)
    add_date(country.activity, municipality=country.municipality, place="De Zaal", capacity=20, places_left=3)
    add_date(country.activity, days=9, is_online=True, cancelled_at=datetime(2026, 11, 1, tzinfo=UTC))

    (course,) = linked_data_of(text_of(client))

    assert course["@type"] == "Course"
    assert course["url"].endswith(PATH)
    assert course["provider"]["name"] == "Netwerk Nabij"
    assert course["offers"]["price"] == 0
    first, second = course["hasCourseInstance"]
    assert first["startDate"].startswith("2026-11-30T13:00:00")
    assert first["location"]["address"]["addressLocality"] == "Assen"
    assert (first["courseMode"], first["eventStatus"]) == ("onsite", "https://schema.org/EventScheduled")
    assert (second["courseMode"], second["eventStatus"]) == ("online", "https://schema.org/EventCancelled")


def test_a_visit_is_an_event_for_each_date(client, country):
    Activity.objects.update(kind=Kind.COMPANY_VISIT)
    add_date(country.activity)
    add_date(country.activity, days=8)

    events = linked_data_of(text_of(client))

    assert [event["@type"] for event in events] == ["EducationEvent"] * 2
    assert all(event["organizer"]["name"] == "Netwerk Nabij" for event in events)


def test_a_visit_without_dates_is_a_service(client, country):
    Activity.objects.update(kind=Kind.COMPANY_VISIT)

    assert [node["@type"] for node in linked_data_of(text_of(client))] == ["Service"]


def test_no_title_can_end_the_script_or_the_tag_it_stands_in(client, country):
    title = '</script><script>alert(1)</script>"><img src=x onerror=alert(2)> & zo'
    Activity.objects.update(title=title, summary=title)

    text = text_of(client)

    assert "<script>alert" not in text
    assert "<img" not in text
    assert linked_data_of(text)[0]["name"] == title


def test_who_shares_the_page_shares_its_title_and_address(client, country, settings):
    text = text_of(client)

    assert '<meta property="og:title" content="Training in de klas">' in text
    assert f'<meta property="og:url" content="{settings.SITE_URL}{PATH}">' in text


def test_made_up_content_and_the_answer_for_one_school_stay_out_of_search_engines(client, country):
    noindex = '<meta name="robots" content="noindex">'

    assert noindex not in text_of(client)
    assert noindex in text_of(client, PATH + "?school=03WU00")
    Activity.objects.update(is_sample=True)
    text = text_of(client)
    assert noindex in text
    assert "badge-sample" in text


# --- speed and privacy -------------------------------------------------------------------------------


def queries_of(client, path):
    cache.clear()
    with CaptureQueriesContext(connection) as captured:
        assert client.get(path).status_code == 200
    return len(captured)


@pytest.mark.parametrize("query", ["", "?school=03WU00", "?q=regenboog"])
def test_thirty_of_everything_cost_as_many_queries_as_one(client, country, query):
    path = PATH + query
    text_of(client, path)  # fills what is kept per process
    few = queries_of(client, path)
    for number in range(30):
        network = NetworkFactory(programme=ProgrammeFactory(), area=[country.municipality])
        ActivityFactory(network=network, needs=[Need.CURRICULUM])
        SubsidyFactory(closes_on=date(2099, 1, 1 + number % 28))
        Material.objects.create(activity=country.activity, title=f"{number}", url="https://maker.example/")
        add_date(country.activity, days=number, municipality=MunicipalityFactory())
    text_of(client, path)
    many = queries_of(client, path)

    assert many == few
    assert many <= (7 if not query else 14)


def test_the_page_is_kept_for_everybody_and_holds_nothing_of_a_person(client, country):
    first = client.get(PATH)
    with CaptureQueriesContext(connection) as captured:
        again = client.get(PATH)
        query_count = len(captured)
    unchanged = client.get(PATH, headers={"If-None-Match": first["ETag"]})

    assert again.content == first.content
    assert query_count == 1
    assert unchanged.status_code == 304
    assert "csrfmiddlewaretoken" not in first.content.decode()
    assert not first.cookies
    assert "Cookie" not in first.get("Vary", "")


def test_a_new_date_is_there_at_once(client, country):
    assert "Er staan nu geen datums." in text_of(client)

    add_date(country.activity, place="De Zaal")

    assert "De Zaal" in text_of(client)
