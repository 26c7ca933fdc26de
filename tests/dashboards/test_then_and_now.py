"""2013 beside today: both sides equal a count of their own, on both pages, in the files and in the API."""

import csv
import io

import pytest
from django.db import connection
from django.utils import timezone
from openpyxl import load_workbook

from activities.models import Participation
from dashboards import baseline, facts
from dashboards.registry import FIGURES
from dashboards.then_and_now import MATCHES, TABLES
from loket.vocabulary import school_year
from networks.models import Programme
from tests.dashboards.world import country, join
from tests.networks.factories import ProgrammeFactory
from tests.schools.factories import SchoolFactory

# As printed in Tabel 4 (bijlage 1): schools in 0, 1, 2, 3, and 4 or 5 projects, and how many were asked.
PRINTED = {
    "po": ([135, 81, 38, 13, 4 + 0], 271),
    "": ([173, 148, 106, 62, 35 + 25], 549),
}
PAGES = {"po": "?sector=po&per=aantal", "": "?per=aantal"}


@pytest.fixture
def home(db):
    made = country()
    for slug in ("regionale-netwerken-po", "talentenkracht"):
        join(SchoolFactory(municipality=made.assen), ProgrammeFactory(slug=slug, sectors=["po"]))
    Participation.objects.filter(school_year="2026-2027").update(school_year=school_year(timezone.localdate()))
    facts.rebuild(timezone.localdate())
    baseline.load()
    return made


def counted_now(sector):
    """{number of programmes, 4 for more: schools}, from the participations and the register themselves."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT least(number, 4), count(*) FROM (
                SELECT school.id, count(DISTINCT joined.programme_id) AS number
                FROM schools_school school
                LEFT JOIN activities_participation joined
                  ON joined.school_id = school.id AND joined.school_year = %(year)s
                 AND joined.stopped_on IS NULL AND (%(sector)s = '' OR joined.sector = %(sector)s)
                WHERE school.closed_on IS NULL AND (%(sector)s = '' OR %(sector)s = ANY(school.sectors))
                GROUP BY school.id
            ) counted GROUP BY 1
            """,
            {"year": school_year(timezone.localdate()), "sector": sector},
        )
        return dict(cursor.fetchall())


def as_lines(response):
    text = b"".join(response).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text), delimiter=";"))


@pytest.mark.parametrize("sector", PRINTED)
def test_table_4_equals_independent_counts_on_both_sides(home, client, sector):
    then, of = PRINTED[sector]
    now = counted_now(sector)
    answer = client.get(f"/dashboard/open/aantal-programmas/{PAGES[sector]}&formaat=json").json()
    rows = answer["compared_with_2013"]["rows"]

    assert [(row["key"], row["then"], row["then_of"]) for row in rows] == [
        (str(number), value, of) for number, value in enumerate(then)
    ]
    assert [row["then_percent"] for row in rows] == [round(value * 100 / of, 1) for value in then]
    assert [row["now"] for row in rows] == [now.get(number, 0) for number in range(5)]
    assert {row["now_of"] for row in rows} == {sum(now.values())}


def test_all_schools_of_2013_are_in_the_parts():
    for values, of in PRINTED.values():
        assert sum(values) == of


def test_participation_of_the_po_equals_independent_counts(home, client):
    answer = client.get("/dashboard/open/deelname/?sector=po&per=programma&formaat=json").json()
    rows = {row["key"]: row for row in answer["compared_with_2013"]["rows"]}
    year = school_year(timezone.localdate())

    assert {key: (row["then"], row["then_of"]) for key, row in rows.items()} == {
        "school-aan-zet": (104, 271),
        "regionale-netwerken-po": (52, 271),
        "talentenkracht": (41, 271),
    }
    for key, row in rows.items():
        joined = Participation.objects.filter(programme__slug=key, sector="po", school_year=year, stopped_on=None)
        assert row["now"] == joined.values("school").distinct().count() == 1


@pytest.mark.parametrize("number", sorted(TABLES))
def test_both_pages_files_and_api_say_the_same(home, client, number):
    page = client.get(f"/dashboard/2013/{number}/")
    shown = [comparison.as_values() for comparison, _address in page.context["comparisons"]]
    lines = as_lines(client.get(f"/dashboard/2013/{number}/?formaat=csv&naast=nu"))[1:]
    book = load_workbook(io.BytesIO(b"".join(client.get(f"/dashboard/2013/{number}/?formaat=xlsx&naast=nu"))))

    assert client.get(f"/api/v1/baseline/{number}/").json()["today"] == shown
    assert [(line[1], line[2], line[5]) for line in lines] == [
        (row["label"], str(row["then"]), str(row["now"])) for values in shown for row in values["rows"]
    ]
    assert [row[2].value for row in book.worksheets[0].iter_rows(min_row=2)] == [int(line[2]) for line in lines]
    explained = [cell for line in book.worksheets[1].values for cell in line]
    for comparison, address in page.context["comparisons"]:
        other = client.get(address)
        text = other.content.decode()
        values = comparison.as_values()
        assert other.context["comparison"].as_values() == values
        assert comparison.differences in text
        assert comparison.differences in page.content.decode()
        assert comparison.differences in explained
        assert f'href="/dashboard/2013/{number}/"' in text
        api = client.get(f"/api/v1/figures/{comparison.figure.key}/?{comparison.query}").json()
        assert api["compared_with_2013"] == values
        heading, *rows = as_lines(client.get(f"{address}&formaat=csv"))
        assert heading[-3:] == ["2013: scholen", "2013: van", "2013: procent"]
        beside = {row["label"]: str(row["then"]) for row in values["rows"]}
        assert {row[0]: row[-3] for row in rows if row[-3]} == beside


@pytest.mark.parametrize(
    "address",
    [
        "/dashboard/open/aantal-programmas/?landsdeel=noord",
        "/dashboard/open/aantal-programmas/?sector=vmbo",
        "/dashboard/open/deelname/?per=programma",
        "/dashboard/open/deelname/?sector=po&per=landsdeel",
        "/dashboard/open/mbb-scholen/?sector=po",
    ],
)
def test_what_is_not_the_same_stands_not_beside_it(home, client, address):
    assert client.get(address).context["comparison"] is None


def test_a_table_that_nothing_corresponds_with_has_no_such_file(home, client):
    plain = client.get("/dashboard/2013/5/?formaat=csv").getvalue()

    assert client.get("/dashboard/2013/5/?formaat=csv&naast=nu").getvalue() == plain
    assert client.get("/api/v1/baseline/5/").json()["today"] == []


def test_figures_of_today_are_not_kept_with_the_table(home, client):
    before = client.get("/dashboard/2013/4/").context["comparisons"][0][0].pairs[0].now.value
    Participation.objects.update(stopped_on=timezone.localdate())
    facts.rebuild(timezone.localdate())

    assert client.get("/dashboard/2013/4/").context["comparisons"][0][0].pairs[0].now.value > before


def test_without_tables_or_sums_there_is_nothing_beside(db, client):
    facts.rebuild(timezone.localdate())
    assert client.get("/dashboard/open/aantal-programmas/").context["comparison"] is None
    baseline.load()
    assert client.get("/dashboard/2013/4/").context["comparisons"] == []


def test_every_match_names_cells_and_programmes_that_are_there(home):
    for match in MATCHES:
        assert match.printed()
        assert match.split in FIGURES[match.figure].dimensions
        if match.split == "programma":
            assert Programme.objects.filter(slug__in=match.rows).count() == len(match.rows)


def test_more_schools_cost_no_more_queries(home, client, django_assert_max_num_queries):
    client.get("/dashboard/2013/4/")
    with django_assert_max_num_queries(12):
        client.get("/dashboard/2013/4/")
    for _number in range(5):
        join(SchoolFactory(municipality=home.assen), home.other)
    facts.rebuild(timezone.localdate())
    client.get("/dashboard/2013/4/")  # the directory is made anew
    with django_assert_max_num_queries(12):
        client.get("/dashboard/2013/4/")
