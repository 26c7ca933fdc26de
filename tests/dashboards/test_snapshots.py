"""Figures that were kept on a day: equal to those of that day, never changed, and for who may see them."""

import csv
import io
from dataclasses import replace
from datetime import date
from threading import Barrier, Thread

import pytest
from django.conf import settings
from django.db import IntegrityError, connection, connections, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from openpyxl import load_workbook

from accounts.own_data import collect
from activities.models import Participation
from dashboards import facts, snapshot_content, snapshots, tasks
from dashboards.access import Viewer
from dashboards.figures import Cell
from dashboards.models import Snapshot
from dashboards.registry import FIGURES
from dashboards.snapshot_changes import Pair, changes, side_by_side
from dashboards.snapshot_content import figures_for, splits_of
from dashboards.tables import HIDDEN
from loket.vocabulary import school_year
from networks.models import Assignment
from tests.dashboards.world import TODAY, country, join, person
from tests.schools.factories import SchoolFactory

Role = Assignment.Role
OBSERVER, STAFF, OTHERS = Viewer(is_observer=True), Viewer(is_staff=True, sees_rows=True), Viewer()
LIST = "/dashboard/momenten/"
WITHOUT_PERSONS = [figure.key for figure in FIGURES.values() if not figure.of_persons]
OPEN = [key for key in WITHOUT_PERSONS if FIGURES[key].is_open]


@pytest.fixture
def home(home):
    home.science.targets = [{"indicator": "scholen", "value": 250, "unit": "scholen", "deadline": "2016"}]
    home.science.save()
    return home


@pytest.fixture
def people(home, people):
    return people | {"region": person(Role.REGION_COORDINATOR, region=home.assen.region)}


@pytest.fixture
def staff(people, sign_in):
    return sign_in(people["staff"])


@pytest.fixture
def observer(people, sign_in):
    return sign_in(people["observer"])


def taken(**values):
    return snapshots.take(timezone.localdate(), **values)


def one_more_school(home):
    join(
        SchoolFactory(municipality=home.assen),
        home.science,
        network=home.network,
        school_year=school_year(timezone.localdate()),
    )


def total(snapshot, key="deelname", viewer=OBSERVER):
    return next(figure.total.value for figure in figures_for(snapshot, viewer) if figure.key == key)


def file_of(answer):
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text), delimiter=";"))


# --- what is kept --------------------------------------------------------------------------------


def test_it_keeps_exactly_the_figures_that_the_ministry_may_see(home):
    kept = {row["key"]: row for row in taken().content["figures"]}

    assert list(kept) == WITHOUT_PERSONS
    for key, row in kept.items():
        assert (row["name"], row["definition"]) == (str(FIGURES[key].name), str(FIGURES[key].definition))
        assert [split["key"] for split in row["splits"]] == list(splits_of(FIGURES[key]))


@pytest.mark.parametrize("key", WITHOUT_PERSONS)
def test_every_total_and_part_is_what_the_page_of_the_figure_says(home, observer, key):
    kept = next(row for row in taken().content["figures"] if row["key"] == key)
    for split in kept["splits"]:
        page = observer.get(f"/dashboard/cijfers/{key}/", {"per": split["key"], "formaat": "json"}).json()
        expected = [{name: value for name, value in cell.items() if name != "percent"} for cell in page["cells"]]
        assert split["cells"] == expected, split["key"]
        assert (kept["total"]["value"], kept["total"]["of"]) == (page["total"]["value"], page["total"]["of"])
        assert (kept["as_of"], split["adds_up"]) == (page["as_of"], page["adds_up"])
    assert set(splits_of(FIGURES[key])) <= set(OBSERVER.dimensions(FIGURES[key]))


def test_the_targets_of_that_day_are_kept_too(home):
    (target,) = taken().content["targets"]

    assert (target["programme"], target["indicator"], target["value"], target["realised"]) == (
        "Meisjes",
        "scholen",
        250,
        None,
    )


def test_what_changed_a_moment_ago_is_in_it(home):
    before = total(taken(title="eerst"))
    one_more_school(home)

    assert total(taken(title="dan")) == before + 1


def test_what_changes_later_does_not_alter_it(home, observer):
    snapshot = taken()
    address = f"{snapshot.get_absolute_url()}?formaat=json"
    before = observer.get(address).json()
    one_more_school(home)
    home.science.targets = []
    home.science.save()
    facts.refresh(timezone.localdate())

    assert observer.get(address).json() == before


def test_it_cannot_be_saved_again(home):
    snapshot = taken()
    snapshot.title = "anders"

    with pytest.raises(TypeError):
        snapshot.save()


def test_it_outlives_the_account_of_who_took_it(home, people):
    snapshot = taken(by=people["staff"], title="voor het verslag")
    assert collect(people["staff"])["cijfers die u vastlegde"][0]["titel"] == "voor het verslag"
    people["staff"].delete()

    snapshot.refresh_from_db()
    assert snapshot.taken_by is None


def test_samples_are_said(home, observer, staff):
    Participation.objects.filter(pk=home.row.pk).update(is_sample=True)
    snapshot = taken()

    assert snapshot.has_samples
    for address in (LIST, snapshot.get_absolute_url()):
        assert "badge-sample" in observer.get(address).content.decode(), address
    file = observer.get(f"{snapshot.get_absolute_url()}?formaat=csv")
    assert "met-voorbeelden" in file["Content-Disposition"]
    assert observer.get(f"{snapshot.get_absolute_url()}?formaat=json").json()["has_samples"]


# --- once a month --------------------------------------------------------------------------------


@pytest.mark.parametrize("day", [date(2026, 11, 1), date(2026, 11, 25), date(2026, 11, 30)])
def test_the_monthly_one_is_made_on_the_first_day_that_it_can(home, day):
    made = snapshots.take_monthly(day)

    assert (made.taken_on, made.is_monthly, made.taken_by) == (day, True, None)
    assert snapshots.take_monthly(day) is None
    assert snapshots.take_monthly(date(2026, 11, 30)) is None
    assert snapshots.take_monthly(date(2026, 12, 1)).taken_on == date(2026, 12, 1)
    assert Snapshot.objects.filter(is_monthly=True).count() == 2


def test_the_task_runs_each_day_and_twice_makes_one(home):
    planned = settings.CELERY_BEAT_SCHEDULE["keep the figures of this month"]
    assert planned["task"] == tasks.take_monthly_snapshot.name
    assert planned["schedule"].day_of_month == set(range(1, 32))

    tasks.take_monthly_snapshot()
    tasks.take_monthly_snapshot()

    assert Snapshot.objects.get().taken_on == timezone.localdate()


def test_one_of_the_office_does_not_stand_in_the_way_of_the_monthly_one(home):
    taken()

    assert snapshots.take_monthly(timezone.localdate()).is_monthly


def test_the_database_refuses_a_second_one(home):
    first = snapshots.take_monthly(TODAY)
    with pytest.raises(IntegrityError), transaction.atomic():
        Snapshot.objects.create(content=first.content, taken_on=TODAY.replace(day=1), is_monthly=True)
    Snapshot.objects.create(content=first.content, taken_on=TODAY, is_monthly=False, title="a")
    with pytest.raises(IntegrityError), transaction.atomic():
        Snapshot.objects.create(content=first.content, taken_on=TODAY, is_monthly=False, title="a")


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_the_same_time_make_one():
    country()
    start, wrong = Barrier(2), []

    def work():
        start.wait()
        try:
            tasks.take_monthly_snapshot()
        except Exception as error:
            wrong.append(error)
        finally:
            connections.close_all()

    threads = [Thread(target=work) for _number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    assert wrong == []
    assert Snapshot.objects.count() == 1


# --- who sees it ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "keys"),
    [
        ("member", None),
        ("committee", OPEN),
        ("elsewhere", OPEN),
        ("coordinator", OPEN),
        ("region", OPEN),
        ("observer", WITHOUT_PERSONS),
        ("staff", WITHOUT_PERSONS),
    ],
)
def test_everybody_sees_the_figures_that_are_for_them(sign_in, people, role, keys):
    snapshot, other, browser = taken(), taken(title="nog een"), sign_in(people[role])
    address = snapshot.get_absolute_url()
    pages = [browser.get(one) for one in (LIST, address, f"{address}?naast={other.pk}", f"{address}?formaat=json")]

    if keys is None:
        assert [page.status_code for page in pages] == [403] * 4
        return
    assert [page.status_code for page in pages] == [200] * 4
    assert [shown.figure.key for shown in pages[1].context["figures"]] == keys
    assert [figure["key"] for figure in pages[3].json()["figures"]] == keys
    names = {row[0] for row in file_of(browser.get(f"{address}?formaat=csv"))[1:]}
    assert names == {str(FIGURES[key].name) for key in keys}
    sheet = browser.get(f"{address}?formaat=xlsx")
    explained = load_workbook(io.BytesIO(sheet.getvalue())).worksheets[1]
    assert not {row[0].value for row in explained} & {
        str(figure.name) for figure in FIGURES.values() if figure.key not in keys
    }


def test_only_the_office_keeps_figures(sign_in, people):
    for role in set(people) - {"staff"}:
        browser = sign_in(people[role])
        assert browser.post(LIST, {"title": "x"}).status_code == 403, role
        if role != "member":
            assert "<form method" not in browser.get(LIST).content.decode(), role

    assert not Snapshot.objects.exists()


def test_who_took_it_is_told_to_the_office_only(sign_in, people):
    people["staff"].name = "Persoon van het bureau"
    people["staff"].save()
    address = taken(by=people["staff"]).get_absolute_url()

    assert "Persoon van het bureau" in sign_in(people["staff"]).get(address).content.decode()
    assert "Persoon van het bureau" not in sign_in(people["observer"]).get(address).content.decode()


def test_what_is_closed_since_is_closed_in_old_snapshots_too(home, monkeypatch):
    snapshot = taken()

    def see(viewer, **now):
        """Whether `viewer` sees the participation of then, when it is such a figure `now`; nothing: it is gone."""
        registry = FIGURES | {"deelname": replace(FIGURES["deelname"], **now)} if now else {}
        monkeypatch.setattr(snapshot_content, "FIGURES", registry)
        return "deelname" in {figure.key for figure in figures_for(snapshot, viewer)}

    assert (see(OTHERS), see(OBSERVER), see(STAFF)) == (True, True, True)
    assert (see(OTHERS, is_open=False), see(OBSERVER, is_open=False)) == (False, True)
    assert (see(OBSERVER, of_persons=True), see(STAFF, of_persons=True)) == (False, True)


def test_no_small_place_no_network_and_no_person_is_in_it(home):
    snapshot = taken()
    kept = {split["key"] for figure in snapshot.content["figures"] for split in figure["splits"]}

    assert not kept & {"regio", "gemeente", "netwerk", "fase", "zoekopdracht"}
    assert not {"leerlingen", "leraren"} & {figure["key"] for figure in snapshot.content["figures"]}
    assert home.network.name not in str(snapshot.content)
    assert home.one.name not in str(snapshot.content)


# --- page, files ---------------------------------------------------------------------------------


def test_page_csv_spreadsheet_and_json_say_the_same(home, observer):
    address = taken().get_absolute_url()
    page = observer.get(address)
    rows = file_of(observer.get(f"{address}?formaat=csv"))
    book = load_workbook(io.BytesIO(observer.get(f"{address}?formaat=xlsx").getvalue()))
    values = observer.get(f"{address}?formaat=json").json()

    assert page.status_code == 200
    assert rows[0] == ["cijfer", "verdeeld per", "deel", "waarde", "eenheid", "van", "procent", "peildatum"]
    shown, written = [], []
    for row in page.context["figures"]:
        pairs = [("", row.total), *((split.label, pair) for split, parts in row.splits for pair in parts)]
        shown += [
            (row.figure.name, split, pair.label, pair.cell.value, pair.cell.of, pair.percent) for split, pair in pairs
        ]
    for figure in values["figures"]:
        cells = [("", figure["total"])]
        cells += [(split["label"], cell) for split in figure["splits"] for cell in split["cells"]]
        written += [
            (figure["name"], split, cell["label"], cell["value"], cell["of"], cell["percent"])
            for split, cell in cells
        ]
    assert shown == written
    assert [(*row[:4], *row[5:7]) for row in rows[1:]] == [tuple(map(_in_csv, row)) for row in written]
    sheet = [[cell.value for cell in row] for row in book.worksheets[0]][1:]
    assert [(*row[:4], *row[5:7]) for row in sheet] == [
        tuple(None if value == "" else value for value in row) for row in written
    ]


def _in_csv(value):
    return "" if value is None else str(value).replace(".", ",") if isinstance(value, float) else str(value)


def test_a_hidden_number_stays_hidden_everywhere(home, observer):
    snapshot = taken()
    content = snapshot.content
    for cell in (content["figures"][0]["total"], content["figures"][0]["splits"][0]["cells"][0]):
        cell.update(value=None, hidden=True)
    Snapshot.objects.filter(pk=snapshot.pk).update(content=content)
    other = taken(title="later")
    address = snapshot.get_absolute_url()

    rows = file_of(observer.get(f"{address}?formaat=csv&naast={other.pk}"))
    page = observer.get(f"{address}?naast={other.pk}").content.decode()
    assert [row[3] for row in rows[1:3]] == [str(HIDDEN)] * 2
    assert [row[-1] for row in rows[1:3]] == [""] * 2
    assert str(HIDDEN) in page
    assert (
        f"Scholen die meedoen: {total(other)}, was niet getoond"
        in observer.get(other.get_absolute_url()).content.decode()
    )


def test_the_targets_are_a_file_too(home, observer):
    rows = file_of(observer.get(f"{taken().get_absolute_url()}?formaat=csv&deel=doelen"))

    assert rows[1][:5] == ["Meisjes", "scholen", "", "250", "scholen"]


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("naast=x", "is geen moment dat is vastgelegd"),
        ("naast=999999", "is geen moment dat is vastgelegd"),
        ("naast=-1", "is geen moment dat is vastgelegd"),
        ("naast=%00", "is geen moment dat is vastgelegd"),
        ("naast=²", "is geen moment dat is vastgelegd"),
        ("naast=" + "9" * 40, "is geen moment dat is vastgelegd"),
        ("naast={own}", "niet naast zichzelf"),
    ],
)
def test_a_wrong_moment_beside_it_gets_a_sentence(home, observer, query, said):
    snapshot = taken()
    address = f"{snapshot.get_absolute_url()}?{query.format(own=snapshot.pk)}"
    page = observer.get(address)

    assert (page.status_code, said in page.content.decode()) == (400, True)
    assert "Alle totalen" in page.content.decode()
    for form in ("json", "csv", "xlsx"):
        answer = observer.get(f"{address}&formaat={form}")
        assert (answer.status_code, said in answer.json()["detail"][0]) == (400, True)


def test_a_wrong_form_page_or_moment_is_said(home, observer):
    snapshot = taken()

    answer = observer.get(f"{snapshot.get_absolute_url()}?formaat=pdf")
    assert (answer.status_code, answer.content.decode()) == (
        400,
        "Dit formaat kennen wij niet. Kies uit: csv, xlsx, json.\n",
    )
    for typed in ("2", "x", "-1", "%00"):
        page = observer.get(f"{LIST}?pagina={typed}")
        assert (page.status_code, "U ziet pagina 1." in page.content.decode()) == (404, True), typed
    assert observer.get(f"{LIST}{'9' * 30}/").status_code == 404
    assert observer.get(f"{LIST}{snapshot.pk + 1}/").status_code == 404
    assert observer.post(snapshot.get_absolute_url()).status_code == 405


# --- two beside each other -----------------------------------------------------------------------


def test_two_stand_beside_each_other_with_the_difference(home, observer):
    first = taken(title="eerst")
    one_more_school(home)
    second = taken(title="dan")
    page = observer.get(f"{second.get_absolute_url()}?naast={first.pk}")
    shown = page.context["figures"][0]
    parts = {
        pair.label: pair.difference for split, pairs in shown.splits for pair in pairs if split.key == "landsdeel"
    }

    assert (shown.total.difference, shown.total.difference_text) == (1, "+1")
    assert sorted(parts.values()) == [0, 1]
    rows = file_of(observer.get(f"{second.get_absolute_url()}?naast={first.pk}&formaat=csv"))
    assert rows[0][-1] == "verschil"
    assert (rows[1][3], rows[1][8], rows[1][-1]) == (str(total(second)), str(total(first)), "1")
    assert observer.get(f"{first.get_absolute_url()}?naast={second.pk}").context["figures"][0].total.difference == -1


def test_the_page_says_what_changed_since_the_moment_before(home, observer):
    first = taken(title="eerst")
    assert "Dit is het eerste moment" in observer.get(first.get_absolute_url()).content.decode()
    same = taken(title="daarna")
    assert "Geen totaal is veranderd." in observer.get(same.get_absolute_url()).content.decode()

    one_more_school(home)
    second = taken(title="dan")
    page = observer.get(second.get_absolute_url())
    assert page.context["before"] == same
    assert page.context["changes"][0] == f"Scholen die meedoen: {total(second)}, was {total(first)}"
    assert f"<li>{page.context['changes'][0]}</li>" in page.content.decode()


def test_another_school_year_is_said(home, observer):
    first = snapshots.take(date(2026, 7, 31))
    second = taken()

    said = observer.get(f"{second.get_absolute_url()}?naast={first.pk}").content.decode()
    assert "Dat was schooljaar 2025-2026." in said
    assert "Ernaast staat schooljaar 2025-2026." in said


def test_a_figure_that_is_new_or_described_otherwise_is_said(home):
    snapshot = taken()
    figures = figures_for(snapshot, STAFF)
    fewer = figures[1:]
    assert changes(figures, fewer) == [f"Scholen die meedoen: {total(snapshot)}, dit cijfer is nieuw"]
    assert changes(fewer, figures) == []

    later = [replace(row, total=replace(row.total, value=float(row.total.value or 0))) for row in figures]
    assert changes(later, [replace(row, total=replace(row.total, value=int(row.total.value))) for row in later]) == []

    snapshot.content["figures"][0]["definition"] = "Iets anders."
    (shown, *others) = side_by_side(figures, figures_for(snapshot, STAFF))
    assert shown.is_redefined
    assert not any(other.is_redefined for other in others)


@pytest.mark.parametrize(
    ("now", "then", "said"),
    [
        (5, 3, "+2"),
        (3, 5, "−2"),
        (3, 3, "0"),
        (2.5, 2, "+0,5"),
        (3.0, 3, "0"),
        (3.0, 2, "+1"),
        (None, 3, "–"),
        (3, None, "–"),
    ],
)
def test_a_difference_in_words(now, then, said):
    assert Pair(Cell("", "", now), Cell("", "", then)).difference_text == said


def test_a_part_that_is_there_no_more_stands_last():
    pair = Pair(None, Cell("x", "Weg", 3, 10))

    assert (pair.label, pair.difference_text, pair.percent, pair.other_percent) == ("Weg", "–", None, 30.0)


# --- the list and the button ---------------------------------------------------------------------


def test_an_empty_list_says_so(observer, staff):
    assert "Er zijn nog geen cijfers vastgelegd" in observer.get(LIST).content.decode()
    assert "Leg de cijfers van vandaag vast" in staff.get(LIST).content.decode()


def test_the_office_keeps_the_figures_of_today(staff, people):
    answer = staff.post(LIST, {"title": "  Voor de   evaluatie\0 "}, follow=True)
    snapshot = Snapshot.objects.get()

    assert answer.redirect_chain == [(snapshot.get_absolute_url(), 302)]
    assert "De cijfers van vandaag zijn vastgelegd." in answer.content.decode()
    assert (snapshot.title, snapshot.taken_by, snapshot.is_monthly) == ("Voor de evaluatie", people["staff"], False)


def test_pressing_twice_makes_one(staff):
    for title, said in (("", "zijn al vastgelegd"), ("Evaluatie", "Onder deze titel")):
        assert staff.post(LIST, {"title": title}).status_code == 302
        again = staff.post(LIST, {"title": title})
        assert (again.status_code, said in again.content.decode()) == (422, True)

    assert Snapshot.objects.count() == 2


def test_what_was_typed_stays_when_it_is_wrong(staff):
    answer = staff.post(LIST, {"title": "x" * 81})

    assert answer.status_code == 422
    assert "Maak er ten hoogste 80 van." in answer.content.decode()
    assert "x" * 81 in answer.content.decode()
    assert not Snapshot.objects.exists()


def test_the_newest_stands_first_and_the_list_has_pages(home, observer):
    content = taken().content
    Snapshot.objects.bulk_create(
        Snapshot(taken_on=date(2020 + number // 12, number % 12 + 1, 1), is_monthly=True, content=content)
        for number in range(30)
    )
    first, second = observer.get(LIST), observer.get(f"{LIST}?pagina=2")

    days = [row.taken_on for page in (first, second) for row in page.context["page"]]
    assert days == sorted(days, reverse=True)
    assert len(days) == 31


def test_the_queries_do_not_grow_with_what_is_kept(home, observer):
    content = taken().content

    def add(year):
        return Snapshot.objects.create(taken_on=date(year, 1, 1), content=content)

    beside, last = add(2020), add(2027)
    addresses = (LIST, f"{last.get_absolute_url()}?naast={beside.pk}")
    counts = []
    for first_year in (2000, 2010):
        for address in addresses:
            observer.get(address)
            with CaptureQueriesContext(connection) as queries:
                observer.get(address)
            counts.append(len(queries))
        for number in range(10):
            add(first_year + number)

    assert counts[:2] == counts[2:]
    assert max(counts) <= 12


def test_the_admin_changes_and_deletes_nothing(home, admin_client):
    snapshot = taken()
    address = f"/admin/dashboards/snapshot/{snapshot.pk}"

    assert admin_client.get(f"{address}/change/").status_code == 200
    assert admin_client.post(f"{address}/change/", {"title": "anders"}).status_code == 403
    assert admin_client.post(f"{address}/delete/", {"post": "yes"}).status_code == 403
    assert admin_client.get("/admin/dashboards/snapshot/add/").status_code == 403
    assert Snapshot.objects.get().title == ""
