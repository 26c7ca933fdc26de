"""The pages: what they say, who sees what, and that screen, file and JSON are one."""

import csv
import io
import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from activities.models import Participation
from dashboards import facts, snapshots, urls, views
from dashboards.access import PUBLIC
from dashboards.baseline_models import BaselineTable
from dashboards.overview import QUALITY
from dashboards.registry import FIGURES
from dashboards.tables import HIDDEN
from loket.vocabulary import school_year
from networks.models import Assignment
from networks.rights import grant
from networks.target_rows import fingerprint
from tests.dashboards.world import person
from tests.networks.factories import NetworkFactory
from tests.schools.factories import SchoolFactory

Role = Assignment.Role


def a_target(home):
    """The key of a target of `home`."""
    home.science.targets = [{"indicator": "scholen", "value": 250, "unit": "scholen"}]
    home.science.save()
    return fingerprint(home.science.targets[0])


SEEN = ("committee", "elsewhere", "coordinator", "staff")
READING = ("observer", *SEEN)
EVERYBODY = ("anonymous", "member", *READING)
# name of the URL -> (arguments, or what finds them in a home; query; who may)
TABLE = {
    "overview": ([], {}, READING),
    "definitions": ([], {}, READING),
    "networks": ([], {}, ("committee", "elsewhere", "coordinator")),
    "figure": (["deelname"], {"per": "gemeente"}, ("staff",)),
    "figure of the nation": (["deelname"], {"per": "landsdeel"}, READING),
    "figure-map": (["deelname"], {"per": "gemeente"}, ("staff",)),
    "figure-map of the nation": (["deelname"], {"per": "landsdeel"}, READING),
    "schools": (["deelname"], {}, ("elsewhere", "coordinator", "staff")),
    "rows": (["versheid"], {}, ("elsewhere", "coordinator", "staff")),
    "white-spot": (["lob-meisjes", lambda home: home.vaals.code], {}, SEEN),
    "risks": ([], {}, ("elsewhere", "coordinator", "staff")),
    "snapshots": ([], {}, READING),
    "snapshot": ([lambda home: snapshots.take(timezone.localdate()).pk], {}, READING),
    "target-programmes": ([], {}, ("staff",)),
    "targets": (["lob-meisjes"], {}, ("staff",)),
    "target-add": (["lob-meisjes", "doel"], {}, ("staff",)),
    "target-change": (["lob-meisjes", "doel", a_target], {}, ("staff",)),
    "target-remove": (["lob-meisjes", "doel", a_target], {}, ("staff",)),
    "open": ([], {}, EVERYBODY),
    "open-figure": (["deelname"], {}, EVERYBODY),
    "baseline": ([], {}, EVERYBODY),
    "baseline-table": ([18], {}, EVERYBODY),
}


def test_every_page_stands_in_the_table():
    assert {pattern.name for pattern in urls.urlpatterns} == {name.partition(" ")[0] for name in TABLE}


@pytest.mark.parametrize("name", list(TABLE))
def test_exactly_who_may_sees_a_page(client, sign_in, home, people, name):
    arguments, query, may = TABLE[name]
    arguments = [value(home) if callable(value) else value for value in arguments]
    address = reverse(f"dashboards:{name.partition(' ')[0]}", args=arguments)
    clients = {"anonymous": client} | {role: sign_in(user) for role, user in people.items()}
    seen = {role for role, browser in clients.items() if browser.get(address, query).status_code == 200}

    assert seen == set(may)


@pytest.mark.parametrize(
    ("role", "query", "status"),
    [
        ("coordinator", "?netwerk={own}&per=gemeente", 200),
        ("coordinator", "?netwerk={other}", 400),
        ("coordinator", "?per=netwerk", 200),
        ("coordinator", "?gemeente={place}", 400),
        ("coordinator", "?per=sector&naast=regio:x", 400),
        ("committee", "?netwerk={own}&per=gemeente", 400),
        ("committee", "?netwerk={own}", 200),
        ("elsewhere", "?netwerk={own}", 400),
        ("staff", "?netwerk={other}&per=gemeente", 200),
    ],
)
def test_small_places_are_for_who_may_see_the_schools(sign_in, home, people, role, query, status):
    other = NetworkFactory(programme=home.other, area=[home.assen])
    query = query.format(own=home.network.slug, other=other.slug, place=home.vaals.slug)

    assert sign_in(people[role]).get(f"/dashboard/cijfers/deelname/{query}").status_code == status


def test_a_split_by_network_shows_others_only_own_networks(sign_in, home, people):
    other = NetworkFactory(name="Netwerk Geheim", programme=home.other, area=[home.assen])
    page = sign_in(people["coordinator"]).get("/dashboard/cijfers/deelname/?per=netwerk").content.decode()

    assert home.network.name in page
    assert other.name not in page


def test_own_networks_stand_beside_the_nation(sign_in, home, people):
    browser = sign_in(people["coordinator"])
    own, nation = browser.get("/dashboard/netwerken/").context["lines"]
    for line, query in ((own, {"netwerk": home.network.slug}), (nation, {})):
        for figure, cell, _percent in line.cells:
            total = browser.get(f"/dashboard/cijfers/{figure.key}/", query).context["answer"].total
            assert (cell.value, cell.of) == (total.value, total.of) if cell else not total.of
    assert own.network.pk == home.network.pk
    assert nation.network is None


def test_the_file_of_own_networks_has_the_same_numbers(sign_in, home, people):
    browser = sign_in(people["coordinator"])
    lines = browser.get("/dashboard/netwerken/").context["lines"]
    file = b"".join(browser.get("/dashboard/netwerken/?formaat=csv").streaming_content).decode("utf-8-sig")
    heading, *rows = csv.reader(io.StringIO(file), delimiter=";")

    assert [row[0] for row in rows] == [str(line.name) for line in lines]
    assert rows[0][heading.index("Scholen die meedoen")] == str(lines[0].cells[0][1].value)


def test_more_networks_cost_no_more_queries(sign_in, home, people, django_assert_max_num_queries):
    browser = sign_in(people["coordinator"])
    browser.get("/dashboard/netwerken/")
    with CaptureQueriesContext(connection) as few:
        browser.get("/dashboard/netwerken/")
    spent = len(few)
    for _number in range(3):
        network = NetworkFactory(programme=home.science, area=[home.assen])
        grant(user=people["coordinator"], role=Role.COORDINATOR, network=network, by=None)
    browser.get("/dashboard/netwerken/")
    with django_assert_max_num_queries(spent):
        assert len(browser.get("/dashboard/netwerken/").context["lines"]) == 5


def test_rows_are_ones_own_schools(sign_in, home, people):
    page = sign_in(people["coordinator"]).get("/dashboard/cijfers/deelname/scholen/").content.decode()

    assert home.one.name in page
    assert home.south_school.name not in page


@pytest.mark.parametrize("key", [figure.key for figure in FIGURES.values() if not figure.is_open])
def test_what_is_not_open_is_not_there_for_everybody(client, db, key):
    assert client.get(f"/dashboard/open/{key}/").status_code == 404


def test_an_open_figure_is_counted_once_for_all_visitors(client, home):
    client.get("/dashboard/open/deelname/?per=sector&naast=schooljaar:2025-2026")
    Participation.objects.update(stopped_on=timezone.localdate())
    facts.rebuild(timezone.localdate())
    again = client.get("/dashboard/open/deelname/?per=sector&naast=schooljaar:2025-2026")
    other = client.get("/dashboard/open/deelname/?per=landsdeel&naast=schooljaar:2025-2026")

    assert again.context["answer"].total.value == 4
    assert other.context["answer"].total.value == 0


def test_the_public_never_sees_small_places():
    for figure in FIGURES.values():
        assert not {"regio", "gemeente", "netwerk", "fase"} & set(PUBLIC.dimensions(figure)), figure.key


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("?schooljaar=2026", "is geen schooljaar"),
        ("?schooljaar=1990-1991", "kennen wij niet"),
        ("?sector=mbo", "kennen wij niet"),
        ("?per=kleur", "Kies uit"),
        ("?programma=x", "kennen wij niet"),
        ("?landsdeel=west", "Kies uit: "),
        ("?naast=kleur:rood", "kennen wij niet"),
        ("?volgorde=x", "kennen wij niet"),
        ("?regio=x", "kennen wij niet"),
        ("?gemeente=%00", "kennen wij niet"),
    ],
)
def test_a_wrong_word_gets_a_sentence(sign_in, people, query, said):
    browser = sign_in(people["staff"])
    page = browser.get(f"/dashboard/cijfers/deelname/{query}")

    assert (page.status_code, said in page.content.decode()) == (400, True)
    assert browser.get(f"/dashboard/cijfers/deelname/{query}&formaat=json").json()["detail"]


def test_coverage_per_place_asks_for_a_programme_first(sign_in, people):
    page = sign_in(people["staff"]).get("/dashboard/cijfers/witte-vlekken/?per=gemeente")

    assert (page.status_code, "Kies eerst een programma" in page.content.decode()) == (400, True)


def test_a_filter_that_a_figure_does_not_know_is_said(sign_in, people):
    page = sign_in(people["staff"]).get("/dashboard/cijfers/dekking/?sector=po")

    assert "kunt u niet kiezen op sector" in page.content.decode()


@pytest.mark.parametrize("key", list(FIGURES))
def test_screen_file_and_json_say_the_same(sign_in, people, key):
    browser = sign_in(people["staff"])
    for split in ("", *FIGURES[key].dimensions):
        asked = {"per": split} if split else {}
        if FIGURES[key].per_programme and split != "programma":
            asked["programma"] = "lob-meisjes"
        page = browser.get(f"/dashboard/cijfers/{key}/", asked)
        values = browser.get(f"/dashboard/cijfers/{key}/", {**asked, "formaat": "json"}).json()
        file = b"".join(browser.get(f"/dashboard/cijfers/{key}/", {**asked, "formaat": "csv"}).streaming_content)
        rows = list(csv.reader(io.StringIO(file.decode("utf-8-sig")), delimiter=";"))[1:]

        assert page.status_code == 200
        assert "NaN" not in json.dumps(values)
        shown = [(str(line.cell.label), line.cell.value) for line in page.context["lines"]]
        assert shown == [(cell["label"], cell["value"]) for cell in values["cells"]]
        assert [row[0] for row in rows] == [cell["label"] for cell in (*values["cells"], values["total"])]
        assert [row[1] for row in rows] == [
            str(HIDDEN) if cell["hidden"] else "" if cell["value"] is None else str(cell["value"]).replace(".", ",")
            for cell in (*values["cells"], values["total"])
        ]


@pytest.mark.parametrize("key", [figure.key for figure in FIGURES.values() if figure.is_open])
def test_the_api_says_the_same_as_the_open_page(client, home, key):
    for split in PUBLIC.dimensions(FIGURES[key]):
        asked = {"per": split}
        if FIGURES[key].per_programme:
            asked["programma"] = "lob-meisjes"
        api = client.get(f"/api/v1/figures/{key}/", asked)
        page = client.get(f"/dashboard/open/{key}/", {**asked, "formaat": "json"})

        assert api.status_code == page.status_code == 200, api.content
        assert api.json() == page.json()


def test_the_api_refuses_what_it_does_not_know(client, home):
    assert client.get("/api/v1/figures/deelname/?regio=assen").status_code == 400
    assert client.get("/api/v1/figures/deelname/?per=gemeente").status_code == 400
    assert client.get("/api/v1/figures/contacten/").status_code == 404
    assert {row["key"] for row in client.get("/api/v1/figures/").json()} == {
        figure.key for figure in FIGURES.values() if figure.is_open
    }


def test_one_goes_down_from_the_nation_to_the_schools(sign_in, home, people):
    browser = sign_in(people["staff"])
    page = browser.get("/dashboard/cijfers/deelname/?per=landsdeel&schooljaar=" + school_year(timezone.localdate()))
    for split in ("regio", "gemeente"):
        line = next(line for line in page.context["lines"] if line.cell.value)
        page = browser.get(f"/dashboard/cijfers/deelname/{line.drill}")
        assert (page.context["asked"].split, page.context["answer"].total.value) == (split, line.cell.value)
    line = next(line for line in page.context["lines"] if line.cell.value)
    schools = browser.get(line.drill)

    assert schools.context["page"].paginator.count == page.context["answer"].total.value


def test_more_parts_than_one_can_read_stand_on_more_pages(sign_in, people, monkeypatch):
    monkeypatch.setattr(views, "MOST_LINES", 1)
    browser = sign_in(people["staff"])
    pages = [browser.get(f"/dashboard/cijfers/deelname/?per=landsdeel&pagina={number}") for number in (1, 2)]
    shown = [[line.cell.key for line in page.context["lines"]] for page in pages]
    file = browser.get("/dashboard/cijfers/deelname/?per=landsdeel&pagina=2&formaat=csv")

    assert shown == [["noord"], ["zuidoost"]]
    assert "Pagina 2 van 2" in pages[1].content.decode()
    assert "pagina" not in pages[1].context["lines"][0].drill
    assert len(b"".join(file.streaming_content).splitlines()) == 4  # heading, both, and the total


@pytest.mark.parametrize(
    ("key", "query"),
    [
        ("deelname", "per=fase"),
        ("deelname", "per=netwerk"),
        ("deelname", "per=schooljaar"),
        ("aantal-programmas", "per=aantal"),
        ("intensiteit", "per=intensiteit"),
        ("intensiteit", "per=intensiteit&programma=lob-meisjes"),
        ("activiteiten", "per=schooljaar"),
    ],
)
def test_a_part_opens_as_many_schools_as_it_counts(sign_in, people, key, query):
    browser = sign_in(people["staff"])
    lines = [line for line in browser.get(f"/dashboard/cijfers/{key}/?{query}").context["lines"] if line.cell.value]
    assert lines
    for line in lines:
        page = browser.get(line.drill).context["page"]
        if key == "activiteiten":
            assert sum(row.activities for row in page.object_list) == line.cell.value
        else:
            assert page.paginator.count == line.cell.value


def test_coverage_goes_down_from_the_nation_to_the_schools(sign_in, home, people):
    browser = sign_in(people["staff"])
    page = browser.get("/dashboard/cijfers/dekking/?programma=lob-meisjes&per=landsdeel")
    for split in ("regio", "gemeente"):
        line = next(line for line in page.context["lines"] if line.cell.value)
        page = browser.get(f"/dashboard/cijfers/dekking/{line.drill}")
        assert (page.context["asked"].split, page.context["answer"].total.value) == (split, line.cell.value)
    line = next(line for line in page.context["lines"] if line.cell.value)
    rows = browser.get(line.drill)

    assert rows.context["page"].paginator.count == line.cell.value


@pytest.mark.parametrize(
    ("key", "query"), [("versheid", "per=programma"), ("versheid", "per=netwerk"), ("overlap", "per=programma")]
)
def test_where_no_schools_are_behind_a_part_leads_to_its_rows(sign_in, home, people, key, query):
    browser = sign_in(people["staff"])
    for line in browser.get(f"/dashboard/cijfers/{key}/?{query}").context["lines"]:
        if line.cell.value:
            rows = browser.get(line.drill).context["page"].paginator.count
            assert rows == (line.cell.of if key == "versheid" else line.cell.value)


def test_a_part_that_is_not_there_is_said(sign_in, people):
    page = sign_in(people["staff"]).get("/dashboard/cijfers/deelname/scholen/?per=fase&deel=morgen")

    assert page.status_code == 400
    assert "Dit deel kennen wij niet" in page.content.decode()


@pytest.mark.parametrize("split", ["gemeente", "regio", "fase"])
def test_the_nation_beside_an_own_network_opens_no_small_places(sign_in, home, people, split):
    national = NetworkFactory(name="Landelijk", programme=home.other, is_national=True)
    browser = sign_in(person(Role.COORDINATOR, network=national))
    address = f"/dashboard/cijfers/deelname/?netwerk={national.slug}&per={split}"

    assert browser.get(address).status_code == 200
    assert "land" not in dict(browser.get(address).context["besides"])
    refused = browser.get(address + "&naast=land&programma=lob-meisjes")
    assert refused.status_code == 400
    assert "dat ziet alleen wie de scholen zelf mag zien" in refused.content.decode()
    assert (
        browser.get(f"/dashboard/cijfers/deelname/?netwerk={national.slug}&per=sector&naast=land").status_code == 200
    )


def test_a_second_role_as_committee_opens_no_schools(sign_in, home, people):
    grant(user=people["elsewhere"], role=Role.COMMITTEE, network=home.network, by=None)
    browser = sign_in(people["elsewhere"])
    shown = {row.school.name for row, _names in browser.get("/dashboard/cijfers/deelname/scholen/").context["rows"]}

    assert shown == {"De Zuidelijke"}
    assert browser.get(f"/dashboard/cijfers/deelname/?netwerk={home.network.slug}&per=gemeente").status_code == 400
    assert browser.get(f"/dashboard/cijfers/deelname/?netwerk={home.network.slug}&per=sector").status_code == 200


def test_of_a_school_that_joined_ones_network_no_other_programmes_are_told(sign_in, home, people):
    national = NetworkFactory(name="Landelijk", programme=home.other, is_national=True)
    Participation.objects.filter(school=home.one, programme=home.other).update(network=national)
    facts.rebuild(timezone.localdate())
    browser = sign_in(person(Role.COORDINATOR, network=national))
    ((row, names),) = browser.get("/dashboard/cijfers/deelname/scholen/").context["rows"]

    assert (row.school.name, names) == ("De Eerste", "Ander")
    assert (row.activities, row.activities_two_years) == (None, 0)


def test_what_only_the_second_has_stands_below(sign_in, people):
    browser = sign_in(people["staff"])
    address = "/dashboard/cijfers/deelname/?per=regio&landsdeel=noord&naast=landsdeel:zuidoost"
    page = browser.get(address)
    lines = page.context["lines"]
    file = b"".join(browser.get(address + "&formaat=csv").streaming_content).decode("utf-8-sig").splitlines()
    told = json.loads(browser.get(address + "&formaat=json").content)

    assert [line.is_only_beside for line in lines] == [False, True]
    assert sum(line.beside.value for line in lines if line.beside) == page.context["beside"].total.value == 1
    assert len(file) == 4
    assert told["beside"]["name"] == page.context["asked"].beside_name
    assert [cell["value"] for cell in told["beside"]["cells"]] == [1]


def test_schools_without_a_place_lead_nowhere(sign_in, home, people):
    SchoolFactory(municipality=None, sectors=["po"])
    page = sign_in(people["staff"]).get("/dashboard/cijfers/witte-vlekken/?programma=lob-meisjes&per=gemeente")

    assert "plaats onbekend" in page.content.decode()
    assert "/lob-meisjes/geen/" not in page.content.decode()


def test_two_years_stand_beside_each_other(sign_in, people):
    page = sign_in(people["staff"]).get("/dashboard/cijfers/deelname/?naast=schooljaar:2025-2026")

    assert page.context["beside"].total.value == 1
    assert "2025-2026" in page.content.decode()


def test_the_overview_has_a_budget_of_queries(sign_in, people, django_assert_max_num_queries):
    browser = sign_in(people["staff"])
    with django_assert_max_num_queries(25):
        page = browser.get("/dashboard/")

    assert [tile.figure for tile in page.context["tiles"]][:2] == ["deelname", "mbb-scholen"]


def test_sectors_and_years_of_the_overview_are_those_of_the_figures(sign_in, people):
    browser = sign_in(people["staff"])
    lines = browser.get("/dashboard/").context["sectors"]
    for line in lines:
        for cell in line.years:
            query = {"schooljaar": cell.key, "sector": line.sector}
            total = browser.get("/dashboard/cijfers/deelname/", query).context["answer"].total
            assert (cell.value, cell.of) == (total.value, total.of)
        total = browser.get("/dashboard/cijfers/intensief/", {"sector": line.sector}).context["answer"].total
        assert (line.intensive.value, line.intensive.of) == (total.value, total.of)
    assert sum(cell.value for line in lines for cell in line.years)


def test_every_figure_of_reach_has_quality_beside_it(sign_in, people):
    page = sign_in(people["staff"]).get("/dashboard/")
    found = {tile.figure: tile.quality for tile in page.context["tiles"]}
    printed = {
        row.key: row.values["opbrengst"]
        for row in BaselineTable.objects.get(number=15).printed
        if not row.few_respondents
    }
    saz = {value for key, value in printed.items() if key.endswith("school-aan-zet")}

    assert {key for key, quality in found.items() if quality} == set(QUALITY)
    assert (found["deelname"].least, found["deelname"].most) == (min(printed.values()), max(printed.values()))
    assert {found["alleen-school-aan-zet"].least, found["alleen-school-aan-zet"].most} == saz
    assert not found["dekking"].table
    assert "een 3,2 tot 3,9 (schaal 1 tot 5" in page.content.decode()


def test_without_the_tables_of_2013_quality_is_not_measured(sign_in, people):
    BaselineTable.objects.all().delete()
    page = sign_in(people["staff"]).get("/dashboard/")

    assert not any(tile.quality.table for tile in page.context["tiles"] if tile.quality)
    assert "Nog niet gemeten." in page.content.decode()


def test_the_overview_is_kept_for_a_moment_only(sign_in, people, django_assert_max_num_queries):
    browser = sign_in(people["staff"])
    browser.get("/dashboard/")
    with django_assert_max_num_queries(8):
        browser.get("/dashboard/")


def test_a_white_spot_leads_to_a_network_nearby(sign_in, home, people):
    home.one.latitude, home.one.longitude = 52.99, 6.56
    home.one.save()
    home.south_school.latitude, home.south_school.longitude = 50.77, 6.01
    home.south_school.save()
    NetworkFactory(programme=home.other, name="Netwerk Ver", area=[home.assen])
    page = sign_in(people["staff"]).get(f"/dashboard/witte-vlek/ander/{home.vaals.code}/").content.decode()

    assert "Netwerk Ver" in page
    assert "ongeveer 250 km" in page
