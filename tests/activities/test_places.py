"""Pages of regions, networks, programmes and organisations, subsidies and the map: what they say and cost."""

from datetime import date, timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from activities.models import Occurrence
from loket.vocabulary import Availability, ProgrammeStatus
from networks.models import ContactRole, Network, Partner, Programme, SupportPoint, WorkingArea
from regions.models import News, Organisation
from tests.activities.factories import ActivityFactory, ParticipationFactory, SubsidyFactory
from tests.networks.factories import ContactRoleFactory, NetworkFactory, PersonFactory, ProgrammeFactory
from tests.regions.factories import MunicipalityFactory
from tests.schools.factories import SchoolFactory

pytestmark = pytest.mark.usefixtures("today")


@pytest.fixture(autouse=True)
def _no_kept_pages():
    cache.clear()


def text_of(client, path):
    response = client.get(path)
    assert response.status_code == 200, path
    return response.content.decode()


def test_a_region_says_whom_to_call_what_works_there_and_what_is_missing(client, country):
    text = text_of(client, f"/regio/{country.municipality.region.slug}/")

    assert "Regioloket" in text
    assert "Netwerk Nabij" in text
    assert "Netwerkcontact" in text
    assert "<strong>Elders</strong>: er is hier geen netwerk, voor 1 school." in text


@pytest.mark.parametrize(
    ("path", "said"), [("/landsdeel/noord/", "Landsdeel Noord"), ("/gemeente/{slug}/", "Gemeente Assen")]
)
def test_the_other_places_answer_too(client, country, path, said):
    assert said in text_of(client, path.format(slug=country.municipality.slug))


def test_a_white_spot_names_the_municipalities_that_have_schools_for_it(client, country):
    neighbour = MunicipalityFactory(name="Buren", region=country.municipality.region)
    SchoolFactory(municipality=neighbour)
    SchoolFactory(municipality=neighbour, sectors=["vwo"], kind="vo")

    text = text_of(client, f"/regio/{country.municipality.region.slug}/")

    assert "<strong>Nabij</strong>: geen netwerk in Buren (1 school)." in text


def test_schools_that_take_part_this_year_are_counted_once_for_a_programme(client, country):
    near, here = country.programmes["near"], country.municipality
    two_sectors = SchoolFactory(municipality=here)
    for values in (
        {"school": country.school},
        {"school": two_sectors},
        {"school": two_sectors, "sector": "vwo"},
        {"school": SchoolFactory(municipality=here), "started_on": None},
        {"school": SchoolFactory(municipality=here), "stopped_on": date(2026, 10, 1)},
        {"school": SchoolFactory(municipality=here), "school_year": "2025-2026"},
        {"school": SchoolFactory(municipality=MunicipalityFactory())},
    ):
        ParticipationFactory(programme=near, **values)

    text = text_of(client, f"/regio/{here.region.slug}/")

    assert "Nabij</a>: 2 scholen" in text
    assert "voorbeeld" not in text.split('id="doet-mee"')[1].split("</section>")[0]


def test_counts_of_examples_say_so(client, country):
    ParticipationFactory(school=country.school, programme=country.programmes["near"], is_sample=True)

    text = text_of(client, f"/gemeente/{country.municipality.slug}/")

    assert "voorbeeld" in text.split('id="doet-mee"')[1].split("</section>")[0]


def test_a_former_municipality_leads_to_the_one_it_became(client, country):
    MunicipalityFactory(slug="oud", region=None, successor=country.municipality)

    assert client.get("/gemeente/oud/")["Location"] == f"/gemeente/{country.municipality.slug}/"


def test_news_and_agenda_text_are_markdown_made_harmless(client, country):
    region = country.municipality.region
    region.agenda = "# Plan\n\n[klik](javascript:alert(1)) <script>alert(2)</script> **sterk**"
    region.save()
    News.objects.create(
        title="Nieuw", text="![x](http://elders.example/x.png) *mooi*", region=region, published_on="2026-11-01"
    )
    News.objects.create(title="Later", text="x", region=region, published_on="2026-12-01")

    text = text_of(client, f"/regio/{region.slug}/")

    assert "<strong>sterk</strong>" in text
    assert "<em>mooi</em>" in text
    assert "Later" not in text.replace("<strong>Later</strong>", "")
    assert not any(bad in text for bad in ('href="javascript', "<script>alert", "<img"))


def test_a_place_costs_the_same_however_much_is_there(client, country):
    region = country.municipality.region
    path = f"/regio/{region.slug}/"

    def cost():
        cache.clear()
        text_of(client, "/programma/")  # fills what is kept per process
        with CaptureQueriesContext(connection) as captured:
            text_of(client, path)
        return len(captured)

    few = cost()
    for _number in range(15):
        place = MunicipalityFactory(region=region)
        SchoolFactory(municipality=place)
        network = NetworkFactory(area=[place])
        activity = ActivityFactory(network=network)
        start = timezone.now() + timedelta(days=700)
        Occurrence.objects.create(activity=activity, starts_at=start, ends_at=start, municipality=place)

    assert cost() == few <= 12


def test_a_network_shows_its_area_activities_and_partners(client, country):
    university = Organisation.objects.create(kind="university", slug="uni", name="Universiteit X")
    Partner.objects.create(network=country.network, organisation=university, role=Partner.Role.KNOWLEDGE)

    text = text_of(client, f"/netwerk/{country.network.slug}/")

    assert all(part in text for part in ("Assen", "Training in de klas", "Universiteit X", "Netwerkcontact"))


def test_a_network_without_a_fresh_contact_points_to_the_regions(client, country):
    ContactRole.objects.filter(network__isnull=False).update(confirmed_on=date(2024, 1, 1))

    text = text_of(client, f"/netwerk/{country.network.slug}/")

    assert "Netwerkcontact" not in text
    assert "geen bevestigd contact" in text


def test_an_ended_programme_reads_as_history_and_is_never_offered(client, country):
    ProgrammeFactory(slug="vroeger", status=ProgrammeStatus.BEEINDIGD, availability=Availability.BEEINDIGD)

    text = text_of(client, "/programma/vroeger/")

    assert "Dit programma is gestopt." in text
    assert "Bekijk" not in text
    assert text_of(client, "/programma/").index("Vroeger") > text_of(client, "/programma/").index("Gestopt")


@pytest.mark.parametrize("end", ["network", "programme"])
def test_a_network_of_something_that_ended_reads_as_history(client, country, end):
    if end == "network":
        Network.objects.filter(pk=country.network.pk).update(ended_on=date(2024, 1, 1))
    else:
        Programme.objects.filter(slug="nabij").update(status=ProgrammeStatus.BEEINDIGD)

    text = text_of(client, f"/netwerk/{country.network.slug}/")

    assert "Wat dit netwerk deed" in text
    assert "Training in de klas" in text
    assert not any(part in text for part in ("Netwerkcontact", "iCalendar", "/aanbod/?netwerk", "mailto:"))


def test_a_programme_says_whom_to_call_and_leads_to_its_white_spots_on_the_map(client, country):
    programme = country.programmes["near"]
    ContactRoleFactory(
        person=PersonFactory(name="Programmaleider"), programme=programme, confirmed_on=date(2026, 11, 1)
    )

    text = text_of(client, "/programma/nabij/")

    assert "Programmaleider" in text
    assert "/kaart/?laag=dekking&amp;programma=nabij" in text


def test_an_organisation_says_for_whom_it_is(client, country):
    Organisation.objects.create(
        kind="company", slug="bv", name="Bedrijf", target_groups=["girls"], labels=["Jet-Net"]
    )

    text = text_of(client, "/organisatie/bv/")

    assert "Voor meisjes." in text
    assert "Jet-Net" in text


def test_a_region_says_where_each_network_works_and_what_else_is_there(client, country):
    region = country.municipality.region
    MunicipalityFactory(name="Borger", region=region)
    NetworkFactory(name="Landelijk", is_national=True)
    Organisation.objects.create(kind="company", slug="bv", name="Bedrijf", municipality=country.municipality)
    Organisation.objects.create(kind="board", slug="bestuur", name="Bestuur", municipality=country.municipality)
    SupportPoint.objects.create(network=country.network, name="Steunpunt Zuid", municipality=country.municipality)
    SubsidyFactory(name="Voor nabij", programme=country.programmes["near"], closes_on=date(2099, 1, 1))
    SubsidyFactory(name="Voor ander", programme=country.programmes["later"], closes_on=date(2099, 1, 1))

    text = text_of(client, f"/regio/{region.slug}/")

    assert "<td>Assen</td>" in text
    assert "<td>hele land</td>" in text
    assert all(part in text for part in ("Bedrijf", "Steunpunt Zuid", "Voor nabij"))
    assert not any(part in text for part in ("Bestuur<", "Voor ander"))
    for path in ("/agenda/", "/agenda.ics", "/aanbod.atom", "/aanbod/"):
        assert f'href="{path}?regio={region.slug}"' in text
        assert client.get(f"{path}?regio={region.slug}").status_code == 200


def test_a_network_with_much_shows_the_first_and_where_the_rest_is(client, country):
    ActivityFactory.create_batch(30, network=country.network)

    text = text_of(client, f"/netwerk/{country.network.slug}/")

    assert "Zoek in alle 31 activiteiten" in text
    assert text.count('<a href="/aanbod/activiteit-') < 30


def test_an_alias_leads_to_its_programme(client, country):
    ProgrammeFactory(slug="echt", aliases=["anders"])

    assert client.get("/programma/anders/")["Location"] == "/programma/echt/"


@pytest.mark.parametrize(
    "path",
    ["/regio/x/", "/landsdeel/x/", "/gemeente/x/", "/netwerk/x/", "/programma/x/", "/organisatie/x/"],
)
def test_what_does_not_exist_is_a_page_not_found(client, country, path):
    assert client.get(path).status_code == 404


@pytest.mark.parametrize("path", ["/regio/", "/programma/", "/kaart/", "/subsidies/"])
def test_an_empty_database_still_gives_a_page(client, db, path):
    assert client.get(path).status_code == 200


def test_subsidies_stand_under_the_state_that_follows_from_their_dates(client, db, today):
    SubsidyFactory(name="Nu", closes_on=today)
    SubsidyFactory(name="Straks", opens_on=today + timedelta(days=1))
    SubsidyFactory(name="Weg", ended_on=today)
    SubsidyFactory(name="Vaag")
    SubsidyFactory(name="Ander", sectors=["vwo"], closes_on=today)

    text = text_of(client, "/subsidies/?sector=po")

    order = [
        text.index(part)
        for part in ('id="open"', "Nu<", 'id="expected"', "Straks<", 'id="unknown"', "Vaag<", 'id="ended"', "Weg<")
    ]
    assert order == sorted(order)
    assert "Ander<" not in text


def test_an_unknown_sector_of_subsidies_is_told(client, db):
    assert "Die sector kennen wij niet." in text_of(client, "/subsidies/?sector=%00")


def test_the_map_and_its_table_hold_the_same_rows(client, country):
    empty = MunicipalityFactory(name="Leeg")
    spot = MunicipalityFactory(name="Vlek")
    SchoolFactory(municipality=spot)
    path = "/kaart/?laag=dekking&programma=nabij"

    text = text_of(client, path)
    rows = client.get(path.replace("/kaart/", "/kaart/rijen.json")).json()["rows"]

    groups = {row["name"]: row["group"] for row in rows}
    assert groups["Assen"] == "covered"
    assert groups["Vlek"] == "white-spot"
    assert groups[empty.name] == "no-school"
    assert all(f">{row['name']}</a>" in text for row in rows)


def test_a_layer_shows_the_working_area_of_each_network_of_a_programme(client, country):
    other = MunicipalityFactory(name="Borger")
    NetworkFactory(name="Buurnetwerk", programme=country.programmes["near"], area=[other, country.municipality])
    NetworkFactory(name="Elders", area=[MunicipalityFactory(name="Weert")])

    rows = client.get("/kaart/rijen.json?laag=werkgebieden&programma=nabij").json()["rows"]

    assert [(row["name"], row["value"]) for row in rows] == [
        ("Borger", "Buurnetwerk"),
        ("Assen", "Buurnetwerk, Netwerk Nabij"),
    ]
    assert rows[1]["group"] == "several"


def test_the_map_of_a_network_holds_the_municipalities_it_works_in(client, country):
    former = MunicipalityFactory(name="Vroeger", region=None, successor=MunicipalityFactory(name="Nu"))
    WorkingArea.objects.create(network=country.network, municipality=former)
    path = f"/netwerk/{country.network.slug}/"

    rows = client.get(f"{path}kaart.json").json()["rows"]

    assert [row["name"] for row in rows] == ["Assen", "Nu"]
    assert f'data-rows="{path}kaart.json"' in text_of(client, path)
    national = NetworkFactory(is_national=True)
    assert "data-map" not in text_of(client, f"/netwerk/{national.slug}/")
    assert client.get(f"/netwerk/{national.slug}/kaart.json").status_code == 404


@pytest.mark.parametrize(
    "layer", ["dekking", "werkgebieden", "gemeenten", "regios", "landsdelen", "datums", "organisaties", "x", "%00"]
)
def test_every_layer_answers(client, country, layer):
    assert client.get(f"/kaart/?laag={layer}&programma=onzin").status_code == 200
    assert client.get(f"/kaart/rijen.json?laag={layer}").headers["Content-Type"] == "application/json"


def test_the_shapes_are_the_same_until_the_next_release(client, db):
    first = client.get("/kaart/vormen.json")

    assert set(first.json()["objects"]) >= {"municipalities", "regions", "landsdelen"}
    assert client.get("/kaart/vormen.json", headers={"If-None-Match": first["ETag"]}).status_code == 304
