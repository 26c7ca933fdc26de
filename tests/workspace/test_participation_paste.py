"""Pasting a block: three shapes are read, what is doubtful is named by line, and all or nothing is saved."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st

from activities.models import Entry, Participation
from schools.models import School
from tests.enquiries.signing_up import NOW
from tests.schools.factories import SchoolFactory
from tests.workspace.participation_world import TODAY, YEAR, grid_world, happened
from workspace.exports import harmless
from workspace.participation_cells import read
from workspace.participation_grid import Grid, columns_of
from workspace.participation_paste import MOST_CELLS, cells_of, plan

HEAD = "code\tTraining in de klas\tBezoek een bedrijf\n"


@pytest.fixture
def home(db, monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)
    return grid_world()


@pytest.fixture
def coordinator(home, sign_in):
    return sign_in(home.coordinator)


def planned(home, text, **values):
    columns = columns_of(home.network, YEAR, TODAY)
    return plan(text, network=home.network, school_year=YEAR, columns=columns, **values)


def changes(made):
    return [(change.school[:-9], change.activity, change.before, change.after) for change in made.changes]


def sentences(made):
    return [(problem.line, problem.sentence) for problem in made.problems]


# --- what is read ------------------------------------------------------------------------------------------


def test_headings_say_which_activity_stands_in_which_column(home):
    made = planned(home, HEAD + "03WU00\t12-11 24/2\t\n04bb00\t\t13-11\n")

    assert sentences(made) == []
    assert changes(made) == [
        ("De Regenboog", "Training in de klas", "", "12-11-2026 24/2"),
        ("De Bestuursschool", "Bezoek een bedrijf", "", "13-11-2026"),
    ]
    assert [change.is_new for change in made.changes] == [False, True]


def test_codes_without_headings_begin_at_the_chosen_column(home):
    assert changes(planned(home, "03WU00\t12-11\t13-11"))[0][1] == "Bezoek een bedrijf"
    assert changes(planned(home, "03WU00\t12-11", first_column=1))[0][1] == "Training in de klas"


def test_cells_only_go_to_the_rows_and_columns_of_the_screen(home):
    rows = [("03WU00", "po"), ("04BB00", "po")]

    made = planned(home, "12-11\t13-11\n\t14-11", rows=rows)

    assert changes(made) == [
        ("De Regenboog", "Bezoek een bedrijf", "", "12-11-2026"),
        ("De Regenboog", "Training in de klas", "", "13-11-2026"),
        ("De Bestuursschool", "Training in de klas", "", "14-11-2026"),
    ]


def test_an_empty_cell_and_what_stands_there_already_change_nothing(home):
    happened(home.row, home.activity, pupils=24)
    happened(home.row, home.second, day=date(2026, 9, 1))
    happened(home.row, home.second, day=date(2026, 9, 2))

    made = planned(home, HEAD + "03WU00\t10-9 24\t2 keer, laatst 2-9-2026\n04BB00\t\t\n")

    assert (made.changes, made.problems, made.unchanged) == ([], [], 2)
    assert not made.can_be_saved


def test_a_sector_is_asked_for_only_when_a_school_has_more(home):
    home.programme.sectors = ["vmbo", "vwo"]
    home.programme.save()
    School.objects.filter(pk=home.school.pk).update(sectors=["vmbo", "vwo"])

    assert "heeft meer sectoren: vmbo, vwo" in sentences(planned(home, HEAD + "03WU00\t12-11"))[0][1]
    made = planned(home, "code\tsector\tTraining in de klas\n03WU00\tvwo\t12-11")
    assert (made.problems, made.changes[0].sector) == ([], "vwo")


@pytest.mark.parametrize(
    ("text", "line", "sentence"),
    [
        (HEAD + "99XX99\t12-11", 2, "Een school met code “99XX99” kennen wij niet."),
        (HEAD + "3WU00\t12-11", 2, "mist een nul"),
        (HEAD + "120\t12-11", 2, "maakte er een getal van"),
        (HEAD + "1,2E+2\t12-11", 2, "maakte er een getal van"),
        (HEAD + "\t12-11", 2, "ontbreekt de code"),
        (HEAD + "03WU00\tmorgen", 2, "Training in de klas: “morgen” begrijpen wij niet"),
        (HEAD + "03WU00\t12-11\t\t13-11", 2, "langer dan de kop"),
        (HEAD + "03WU00\t12-11\n03WU00\t13-11", 3, "staat er twee keer, met iets anders"),
        ("code\tOnbekend\n03WU00\t12-11", 1, "De kolom “Onbekend” kennen wij niet"),
        ("code\tTraining in de klas\tTraining in de klas\n03WU00\t12-11", 1, "staat er twee keer"),
        ("03WU00\t12-11\t13-11\t14-11", 1, "meer vakjes dan er activiteiten zijn"),
        ("12-11\t13-11", 1, "Zet in de eerste kolom de code"),
        ("", 0, "Er staat niets in"),
        ("\t\n\n", 0, "Er staat niets in"),
        ("x\t" * (MOST_CELLS + 1), 0, "meer dan"),
        ("x" * 500_000, 0, "te veel"),
    ],
)
def test_what_is_doubtful_is_named_by_line(home, text, line, sentence):
    made = planned(home, text)

    assert not made.can_be_saved
    assert [problem for problem in sentences(made) if problem[0] == line and sentence in problem[1]], sentences(made)


def test_an_unknown_code_is_named_once_however_many_cells_its_line_has(home):
    assert len(planned(home, HEAD + "99XX99\t12-11\t13-11").problems) == 1


def test_a_closed_school_is_named_with_its_successor(home):
    School.objects.filter(pk=home.in_area.pk).update(closed_on=TODAY, successor=home.school)

    assert "is gesloten. Bedoelt u De Regenboog (03WU00)?" in sentences(planned(home, HEAD + "05CC00\t12-11"))[0][1]


def test_a_cell_that_holds_several_entries_is_not_pasted_over(home):
    for day in (1, 2):
        happened(home.row, home.activity, day=date(2026, 9, day))

    assert "al meer dan één keer" in sentences(planned(home, HEAD + "03WU00\t12-11"))[0][1]


def test_a_quoted_cell_with_a_line_end_is_one_cell():
    assert cells_of('03WU00\t"12-11\n24"\n04BB00\t13-11\n') == [["03WU00", "12-11\n24"], ["04BB00", "13-11"]]


def test_more_lines_cost_no_more_queries(home):
    schools = [SchoolFactory(municipality=home.place) for _number in range(20)]
    counts = []
    for some in (schools[:1], schools):
        text = HEAD + "".join(f"{school.code}\t12-11\t13-11\n" for school in some)
        with CaptureQueriesContext(connection) as queries:
            made = planned(home, text)
        assert len(made.writes) == 2 * len(some)
        counts.append(len(queries))

    assert counts[0] == counts[1]


# --- properties --------------------------------------------------------------------------------------------

CELLS = st.sampled_from(
    ["", "12-11", "12-11-2026 24/2", "13-11 /1", "1-9", "morgen", "12-12", "2 keer, laatst 2-9-2026"]
)
CODES = st.sampled_from(["03WU00", "04BB00", "05cc00", "99XX99", "3WU00", ""])
LINES = st.lists(st.tuples(CODES, CELLS, CELLS), max_size=6)
FEW = settings(max_examples=40)


@FEW
@given(lines=LINES)
def test_either_all_of_a_block_is_saved_or_nothing_and_exactly_what_was_shown(home, coordinator, lines):
    Entry.objects.all().delete()
    Participation.objects.exclude(pk=home.row.pk).delete()
    text = HEAD + "".join("\t".join(line) + "\n" for line in lines)
    address = reverse("workspace:grid-paste", args=[home.network.slug, YEAR])
    shown = coordinator.post(address, {"tekst": text}).context["plan"]

    assert not Entry.objects.exists()
    answer = coordinator.post(address, {"tekst": text, "gezien": shown.digest})

    if answer.status_code == 302:
        entries = Entry.objects.select_related("participation__school", "activity")
        saved = {(str(one.participation.school), one.activity.title, one.happened_on) for one in entries}
        told = {(one.school, one.activity, read(one.after, YEAR).happened_on) for one in shown.changes}
        assert shown.can_be_saved
        assert saved == told
    else:
        assert not Entry.objects.exists()
        assert shown.problems or not shown.changes or "12-12" in text


@FEW
@given(
    cells=st.lists(
        st.tuples(st.integers(1, 28), st.none() | st.integers(0, 99), st.none() | st.integers(0, 9)), max_size=3
    )
)
def test_the_file_of_the_grid_pasted_back_changes_nothing(home, cells):
    Entry.objects.all().delete()
    home.second.title = "=Gevaar"
    home.second.save()
    for day, pupils, teachers in cells:
        happened(home.row, home.second, day=date(2026, 9, day), pupils=pupils, teachers=teachers)
        happened(home.row, home.activity, day=date(2026, 9, day), pupils=pupils, teachers=teachers)
    made = Grid(home.network, YEAR, on=TODAY, shown="gebied")
    head = ["code", "school", "plaats", "sector", "stand", *(harmless(column.heading) for column in made.columns)]
    rows = [
        [row.code, row.name, row.place, row.sector, str(row.state), *(harmless(cell.text) for cell in row.cells)]
        for row in made.all_rows()
    ]
    text = "\n".join("\t".join(line) for line in [head, *rows])

    found = planned(home, text)

    assert found.changes == []
    assert [problem for problem in found.problems if problem.line] == []


@FEW
@given(text=st.text(alphabet="03WU0\t\n\"'=-/ code12", max_size=60))
def test_any_block_is_planned_or_refused_and_never_breaks(home, text):
    made = planned(home, text, rows=[("03WU00", "po")])

    assert made.problems or made.changes or made.unchanged


# --- the page ----------------------------------------------------------------------------------------------


def test_a_block_is_shown_first_and_saved_by_the_second_button(home, coordinator):
    address = reverse("workspace:grid-paste", args=[home.network.slug, YEAR])
    page = coordinator.post(
        address, {"tekst": "12-11 24\n13-11", "rijen": "03WU00-po,04BB00-po", "kolom": home.activity.pk}
    )
    form = page.context["form"]

    assert "2 vakjes veranderen" in page.content.decode()
    assert "gaat meedoen" in page.content.decode()
    answer = coordinator.post(
        address, {name: form[name].value() for name in ("tekst", "rijen", "kolom", "gezien")}, follow=True
    )
    assert "2 vakjes zijn bewaard." in answer.content.decode()
    assert Entry.objects.filter(activity=home.activity, recorded_by=home.coordinator).count() == 2


def test_what_changed_since_it_was_shown_is_shown_again_before_anything_is_saved(home, coordinator):
    address = reverse("workspace:grid-paste", args=[home.network.slug, YEAR])
    text = HEAD + "03WU00\t12-11"
    shown = coordinator.post(address, {"tekst": text}).context["plan"].digest
    happened(home.row, home.activity)

    answer = coordinator.post(address, {"tekst": text, "gezien": shown})

    assert answer.status_code == 409
    assert "Er is intussen iets veranderd" in answer.content.decode()
    assert Entry.objects.get().happened_on == date(2026, 9, 10)
    coordinator.post(address, {"tekst": text, "gezien": answer.context["plan"].digest})
    assert Entry.objects.get().happened_on == date(2026, 11, 12)


def test_a_day_to_come_keeps_the_whole_block_out(home, coordinator):
    address = reverse("workspace:grid-paste", args=[home.network.slug, YEAR])
    text = HEAD + "03WU00\t12-11\n04BB00\t12-12"
    shown = coordinator.post(address, {"tekst": text}).context["plan"].digest

    answer = coordinator.post(address, {"tekst": text, "gezien": shown})

    assert answer.status_code == 409
    assert "nog niet geweest" in answer.content.decode()
    assert not Entry.objects.exists()


def test_nothing_pasted_and_a_form_that_was_meddled_with_are_refused(home, coordinator):
    address = reverse("workspace:grid-paste", args=[home.network.slug, YEAR])

    assert "Plak hier de cellen" in coordinator.post(address, {}).content.decode()
    assert "kennen wij niet" in coordinator.post(address, {"tekst": "12-11", "rijen": "onzin"}).content.decode()
    assert coordinator.get(address).status_code == 200
