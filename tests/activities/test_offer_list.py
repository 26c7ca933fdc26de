"""The list of the offer: what it shows, says and costs, and that no address breaks it."""

from datetime import UTC, date, datetime, timedelta
from urllib.parse import urlencode

import pytest
from django.core.cache import cache
from django.db import connection
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st

from activities.distance import Gazetteer, distance_km
from activities.filters import FACETS, PARAMETERS, OfferFilter
from activities.models import Activity, SearchMiss, Synonym
from activities.tasks import forget_old_searches
from loket.vocabulary import Availability
from networks.directory import directory
from regions.models import ContentVersion, PostcodeArea
from tests.activities.factories import ActivityFactory, OccurrenceFactory
from tests.networks.factories import NetworkFactory, ProgrammeFactory
from tests.regions.factories import MunicipalityFactory

ON = date(2026, 11, 23)
URL = "/aanbod/"
ASSEN, GRONINGEN, MAASTRICHT = (52.997, 6.562), (53.219, 6.566), (50.851, 5.691)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]


@pytest.fixture(autouse=True)
def _no_page_of_another_test():
    cache.clear()


def place(name, pc4, point):
    municipality = MunicipalityFactory(name=name)
    PostcodeArea.objects.create(pc4=pc4, place=name, municipality=municipality, latitude=point[0], longitude=point[1])
    return municipality


@pytest.fixture
def north(db):
    """Assen and Groningen (25 km apart) and Maastricht, each with an activity, and a national one."""
    towns = {
        "Assen": place("Assen", "9401", ASSEN),
        "Groningen": place("Groningen", "9711", GRONINGEN),
        "Maastricht": place("Maastricht", "6211", MAASTRICHT),
    }
    for name, municipality in towns.items():
        ActivityFactory(title=f"In {name}", network=NetworkFactory(area=[municipality]))
    ActivityFactory(title="Overal", network=NetworkFactory(is_national=True))
    return towns


def find(query):
    return OfferFilter(QueryDict(query), known=directory(), on=ON)


def in_order(query):
    found = find(query)
    titles = dict(Activity.objects.values_list("pk", "title"))
    return [titles[found.index.pks[position]] for position in found.ordered]


def text_of(client, query=""):
    response = client.get(f"{URL}?{query}")
    assert response.status_code == 200
    return response.content.decode()


# --- the page --------------------------------------------------------------------------------------


def test_an_activity_that_cannot_be_joined_shows_why_and_no_word_to_sign_up(client):
    programme = ProgrammeFactory(availability=Availability.VERKENNING)
    ActivityFactory(title="Nog niet", network=NetworkFactory(programme=programme))

    page = text_of(client).partition('<ol class="results"')[2].partition("</ol>")[0]

    assert "Nog niet" in page
    assert "wordt verkend" in page
    assert "meld" not in page.lower()
    assert "schrijf" not in page.lower()


def test_chosen_filters_are_links_that_leave_them_out(client):
    ActivityFactory(title="Een robot", cost_euro=0)

    found = find("q=robot&sector=po&kosten=gratis")

    assert [(chip.label, chip.query) for chip in found.chips] == [
        ("“robot”", "sector=po&kosten=gratis"),
        ("basisonderwijs (po)", "q=robot&kosten=gratis"),
        ("gratis", "q=robot&sector=po"),
    ]
    assert 'href="/aanbod/?q=robot&amp;sector=po"' in text_of(client, "q=robot&sector=po&kosten=gratis")


def test_the_form_works_without_scripts_and_keeps_what_was_chosen(client):
    ActivityFactory(cost_euro=0)

    page = text_of(client, "sector=po&kosten=gratis&alle=netwerk")

    assert '<form class="offer__form no-print" id="aanbod-filters" action="/aanbod/" method="get"' in page
    assert 'name="sector" value="po" checked' in page
    assert 'type="submit"' in page
    assert 'name="alle" value="netwerk"' in page


def test_a_long_facet_shows_the_ten_with_most_and_the_chosen_ones_and_all_when_asked(client):
    for number in range(15):
        network = NetworkFactory(slug=f"net-{number:02}")
        for _copy in range(2 if number < 10 else 1):
            ActivityFactory(network=network)

    def slugs(query, whole=""):
        facet = next(f for f in find(query).facet_choices(whole=whole) if f.name == "netwerk")
        return {option.value for option in facet.options}, facet.hidden

    assert slugs("") == ({f"net-{number:02}" for number in range(10)}, 5)
    assert slugs("netwerk=net-14") == ({*(f"net-{number:02}" for number in range(10)), "net-14"}, 4)
    assert slugs("", whole="netwerk") == ({f"net-{number:02}" for number in range(15)}, 0)
    assert 'href="/aanbod/?alle=netwerk"' in text_of(client)


def test_hits_are_marked_and_what_was_typed_comes_back_harmless(client):
    ActivityFactory(title="Een robot bouwen")

    assert "Een <mark>robot</mark> bouwen" in text_of(client, "q=robot")
    page = text_of(client, urlencode({"q": '"><script>alert(1)</script>', "plaats": "<img>"}))
    assert "<script>alert" not in page
    assert "<img>" not in page


def test_a_page_that_is_not_there_becomes_the_nearest_with_a_message(client):
    for _number in range(21):
        ActivityFactory()

    for typed, shown in [("0", 1), ("-3", 1), ("1000000000", 2), ("x", 1), ("9" * 50, 2)]:
        page = text_of(client, f"pagina={typed}")
        assert f"Bladzijde {shown} van 2" in page
        assert "is er niet" in page


# --- order, place and region -----------------------------------------------------------------------


def test_sorting_by_first_date_and_by_newest():
    late = ActivityFactory(title="laat", published_on=date(2026, 1, 1))
    soon = ActivityFactory(title="gauw", published_on=date(2025, 1, 1))
    ActivityFactory(title="nooit", published_on=date(2026, 6, 1))
    OccurrenceFactory(activity=late, starts_at=datetime(2027, 3, 1, 9, tzinfo=UTC))
    OccurrenceFactory(activity=soon, starts_at=datetime(2026, 12, 1, 9, tzinfo=UTC))

    assert in_order("sorteer=datum") == ["gauw", "laat", "nooit"]
    assert in_order("sorteer=nieuw") == ["nooit", "laat", "gauw"]


def test_distance_goes_from_a_place_or_postcode_to_where_the_network_works(north):
    assert in_order("plaats=assen") == ["In Assen", "In Groningen", "In Maastricht", "Overal"]
    assert in_order("plaats=6211 AB&sorteer=afstand") == ["In Maastricht", "In Assen", "In Groningen", "Overal"]


def test_a_date_held_somewhere_says_where_the_activity_is(north):
    activity = Activity.objects.get(title="In Maastricht")
    OccurrenceFactory(activity=activity, municipality=north["Assen"])

    assert "In Maastricht" in in_order("plaats=Assen&straal=5")


def test_a_radius_keeps_what_is_near_and_what_is_national(north, client):
    assert set(in_order("plaats=Assen&straal=10")) == {"In Assen", "Overal"}
    assert set(in_order("plaats=Assen&straal=30")) == {"In Assen", "In Groningen", "Overal"}
    assert "in het hele land" in text_of(client, "plaats=Assen&straal=10")


def test_my_region_is_where_networks_work_and_national_offers_stay(north):
    found = find("plaats=9711&mijnregio=1")

    assert set(in_order("plaats=9711&mijnregio=1")) == {"In Groningen", "Overal"}
    assert found.region == north["Groningen"].region.slug
    assert found.national_count == 1


@pytest.mark.parametrize(
    ("query", "part"),
    [
        ("plaats=Nergenshuizen", "kennen wij niet als plaats of postcode"),
        ("straal=10", "ook een plaats of postcode"),
        ("mijnregio=1", "ook een plaats of postcode"),
        ("sorteer=afstand", "uw plaats of postcode nodig"),
        ("plaats=Assen&straal=0", "geen straal"),
        ("plaats=Assen&straal=301", "geen straal"),
        ("sorteer=zomaar", "niet sorteren"),
        ("sector=mbo", "kennen wij niet bij “sector”"),
        ("sorteer=datum&sorteer=nieuw", "meer dan één waarde"),
        ("q=%00!", "geen woord"),
        ("mijnregio=misschien", "alleen 1 of niets"),
    ],
)
def test_what_cannot_be_read_is_told_and_left_out(north, client, query, part):
    assert any(part in message for message in find(query).messages)
    assert part in text_of(client, query)
    assert find(query).count == 4


def test_five_thousand_values_are_counted_and_not_read(client):
    page = text_of(client, "&".join(["sector=po"] + ["sector=x"] * 4_999))

    assert "4960 waarden niet gelezen" in page


def test_places_with_one_name_are_told_apart():
    rows = [
        ("6191", "Beek (L)", "0888", "Beek", 50.9, 5.8),
        ("7037", "Beek (gem. Montferland)", "1955", "Montferland", 51.9, 6.2),
        ("6190", "Beek (L)", "0888", "Beek", 50.9, 5.8),
        ("2511", "'s-Gravenhage", "0518", "'s-Gravenhage", 52.0, 4.3),
    ]
    gazetteer = Gazetteer(rows)

    assert [place.name for place in gazetteer.find("beek")] == ["Beek (L)", "Beek (gem. Montferland)"]
    assert gazetteer.find("Den Haag")[0].municipality == "0518"
    assert gazetteer.find("montferland")[0].municipality == "1955"
    assert gazetteer.find("9999") == ()


def test_a_distance_is_that_of_the_great_circle():
    assert distance_km(ASSEN, ASSEN) == 0
    assert distance_km(ASSEN, GRONINGEN) == pytest.approx(24.7, abs=0.2)
    with pytest.raises(ValueError, match="latitude"):
        distance_km((91, 0), ASSEN)


# --- nothing found ---------------------------------------------------------------------------------


def test_nothing_found_says_which_filter_to_leave_out_and_what_that_gives(client):
    ActivityFactory(sectors=["po"], cost_euro=0)
    ActivityFactory(sectors=["po"], cost_euro=0)
    ActivityFactory(sectors=["vwo"], cost_euro=500)

    found = find("sector=po&kosten=meer")

    assert [(drop.count, drop.query) for drop in found.drops] == [(2, "sector=po"), (1, "kosten=meer")]
    page = text_of(client, "sector=po&kosten=meer")
    assert "Laat één filter weg" in page
    assert 'href="/aanbod/?sector=po"' in page


def test_when_one_less_is_not_enough_it_says_what_one_alone_gives(client):
    ActivityFactory(title="Een robot", sectors=["po"], cost_euro=0, effort_hours=2)

    page = text_of(client, "q=robot&kosten=meer&uren=meer")

    assert "alleen de tekst “robot”" in page


def test_a_search_in_vain_is_written_down_each_time_without_who_or_digits(client):
    ActivityFactory()

    for _time in range(2):
        text_of(client, urlencode({"q": "Drones jan@voorbeeld.example 0612345678 klas3", "sector": "po"}))

    assert (
        list(SearchMiss.objects.values_list("text", "filters", "searched_on"))
        == [("drones klas", {"sector": ["po"]}, ON)] * 2
    )


@pytest.mark.parametrize(
    ("query", "headers"),
    [
        ("", {}),
        ("q=12345", {}),
        ("q=drones&pagina=2", {}),
        ("q=drones", {"HX-Request": "true", "HX-History-Restore-Request": "true"}),
        ("q=drones", {"Sec-Purpose": "prefetch"}),
    ],
)
def test_what_nobody_asked_now_is_not_written_down(client, query, headers):
    client.get(f"{URL}?{query}", headers=headers)

    assert not SearchMiss.objects.exists()


def test_a_search_with_a_result_is_not_written_down(client):
    ActivityFactory(title="Drones")

    text_of(client, "q=drones")

    assert not SearchMiss.objects.exists()


def test_unmet_demand_shows_from_five_equal_searches_on(admin_client):
    for text, count in [("drones", 5), ("zeldzame vraag", 4)]:
        for number in range(count):
            SearchMiss.objects.create(text=text, filters={"sector": ["po"]}, searched_on=ON - timedelta(days=number))

    demand = SearchMiss.objects.unmet_demand(ON - timedelta(days=30))
    page = admin_client.get("/admin/activities/searchmiss/").content.decode()

    assert [(row["text"], row["search_count"], row["last_on"]) for row in demand] == [("drones", 5, ON)]
    assert not SearchMiss.objects.unmet_demand(ON - timedelta(days=3))
    assert "drones" in page
    assert "zeldzame vraag" not in page


def test_searches_are_forgotten_after_twelve_months():
    SearchMiss.objects.create(text="oud", searched_on=ON - timedelta(days=366))
    SearchMiss.objects.create(text="nog net", searched_on=ON - timedelta(days=365))

    forget_old_searches()
    forget_old_searches()

    assert list(SearchMiss.objects.values_list("text", flat=True)) == ["nog net"]


def test_staff_edit_synonyms_and_the_search_follows(admin_client, client):
    ActivityFactory(title="Een automaat")
    assert find("q=robot").count == 0

    admin_client.post("/admin/activities/synonym/add/", {"words": "robot, automaat"})

    assert Synonym.objects.get().words == ["robot", "automaat"]
    assert find("q=robot").count == 1


def test_the_list_can_be_followed_and_taken_along_with_its_filters(client):
    ActivityFactory(sectors=["po"], needs=["girls"])

    text = client.get(URL + "?behoefte=girls&periode=geen-datum&sorteer=nieuw").content.decode()

    for path in ("/agenda/", "/agenda.ics", "/aanbod.atom"):
        assert f'href="{path}?behoefte=girls"' in text
        assert client.get(f"{path}?behoefte=girls").status_code == 200
    for ending in ("csv", "xlsx", "json"):
        path = f"/open-data/catalogus.{ending}?behoefte=girls&amp;periode=geen-datum&amp;sorteer=nieuw"
        assert f'href="{path}"' in text
        assert client.get(path.replace("&amp;", "&")).status_code == 200


def test_what_gives_nothing_either_is_not_offered_as_a_way_out(client):
    ActivityFactory(sectors=["po"], cost_euro=0)

    text = client.get(URL + "?sector=po&kosten=gratis&q=zeppelin").content.decode()

    assert "zonder de tekst" in text
    assert "zonder Sector" not in text


# --- keeping and cost ------------------------------------------------------------------------------


def test_a_page_is_kept_for_the_parameters_it_knows(client):
    ActivityFactory()
    text_of(client, "sector=po")

    with CaptureQueriesContext(connection) as queries:
        text_of(client, "sector=po&utm_source=brief")

    assert len(queries) == 1  # the content version


def test_htmx_takes_its_part_out_of_the_same_page(client):
    ActivityFactory()

    whole = client.get(f"{URL}?sector=po")
    part = client.get(f"{URL}?sector=po", headers={"HX-Request": "true"})

    assert whole.content == part.content
    assert b'id="aanbod"' in whole.content
    assert b'hx-push-url="true"' in whole.content


@pytest.mark.parametrize("query", ["", "sector=po", "q=activiteit&sector=po", "plaats=Assen&straal=300"])
def test_more_rows_cost_no_more_queries(north, client, query):
    def queries_of():
        client.get(URL)  # makes the index
        with CaptureQueriesContext(connection) as queries:
            text_of(client, f"{query}&x={ContentVersion.current()}")
        return len(queries)

    client.cookies["sessionid"] = "x"  # a fresh page each time
    few = queries_of()
    for _number in range(30):
        OccurrenceFactory(municipality=north["Assen"])
    many = queries_of()

    assert few == many <= 12


@pytest.fixture(scope="module")
def visitor():
    return Client()


VALUES = st.one_of(
    st.text(max_size=60),
    st.sampled_from(
        ["po", "vwo", "x", "0", "-1", "1e9", "\x00", "Assen", "9401", "1", "afstand", "gratis", ",,,", "ß", "𝟗"]
    ),
    st.integers().map(str),
)


@settings(max_examples=120)
@given(
    pairs=st.lists(st.tuples(st.sampled_from([*PARAMETERS, "alle", "pagina", "iets"]), VALUES), max_size=12),
    often=st.integers(1, 60),
)
def test_no_combination_of_parameters_breaks_the_list(north, visitor, pairs, often):
    pairs = [(name, value.encode("utf-8", "ignore").decode()) for name, value in pairs] * often

    response = visitor.get(URL, QUERY_STRING=urlencode(pairs))

    assert response.status_code == 200


@settings(max_examples=150)
@given(pairs=st.lists(st.tuples(st.sampled_from(PARAMETERS), VALUES), max_size=8))
def test_the_query_of_a_filter_asks_for_the_same_and_has_no_messages(north, pairs):
    params = QueryDict(mutable=True)
    for name, value in pairs:
        params.appendlist(name, value)
    known = directory()
    first = OfferFilter(params, known=known, on=ON)

    again = OfferFilter(QueryDict(first.query), known=known, on=ON)

    assert again.pairs == first.pairs
    assert again.ids == first.ids
    assert set(first.chosen) == set(FACETS)
