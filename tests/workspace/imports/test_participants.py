"""Lists of schools that take part: what is new, what changes, what is said, and what is left alone."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.audit import trail
from activities.models import Entry, Participation
from tests.activities.factories import ActivityFactory, ParticipationFactory
from tests.networks.factories import AssignmentFactory, NetworkFactory
from tests.schools.factories import SchoolFactory
from tests.workspace.imports.files import csv_file, network_with_coordinator, read, statuses, xlsx_file

TODAY = date(2026, 11, 25)
HEADING = [
    "Vestigingscode",
    "Sector",
    "Schooljaar",
    "Doet mee vanaf",
    "Gestopt op",
    "Datum",
    "Soort",
    "Aantal leerlingen",
]
ROW = ["01AA00", "po", "2026-2027", "2026-09-01", "", "2026-11-12", "gastles", "24"]


@pytest.fixture
def here(db):
    it = network_with_coordinator()
    it.school = SchoolFactory(code="01AA00", name="De Regenboog", place="Assen")
    it.read = lambda content, apply=False: read(
        "participants", content, it.user, it.network, apply=apply, today=TODAY
    )
    return it


def with_(**cells):
    """ROW with other cells, by the name of their column with _ for a space."""
    named = dict(zip(HEADING, ROW, strict=True)) | {name.replace("_", " "): cell for name, cell in cells.items()}
    return [named[name] for name in HEADING]


def test_a_new_school_and_what_it_did(here):
    (outcome,) = here.read(csv_file(HEADING, ROW), apply=True)

    assert (outcome.status, outcome.number) == ("new", 2)
    assert outcome.label == "01AA00 De Regenboog, po, 2026-2027, 12-11-2026 gastles"
    participation = Participation.objects.get()
    assert (participation.school, participation.network, participation.programme) == (
        here.school,
        here.network,
        here.network.programme,
    )
    assert participation.state == "actief"
    assert (participation.source, participation.confirmed_on, participation.is_sample) == ("import", TODAY, False)
    entry = Entry.objects.get()
    assert (entry.participation, entry.kind, entry.pupils_count, entry.source, entry.recorded_by) == (
        participation,
        "guest_lesson",
        24,
        "import",
        here.user,
    )


def test_looking_first_changes_nothing(here):
    here.read(csv_file(HEADING, ROW))

    assert not Participation.objects.exists()


def test_the_same_list_again_changes_nothing(here):
    here.read(csv_file(HEADING, ROW), apply=True)
    Participation.objects.update(confirmed_on=date(2026, 10, 1))

    assert statuses(here.read(csv_file(HEADING, ROW), apply=True)) == ["unchanged"]
    assert Participation.objects.get().confirmed_on == date(2026, 10, 1)
    assert Entry.objects.count() == 1


def test_a_change_tells_the_old_and_the_new_value_and_leaves_its_line_in_the_log(here):
    here.read(csv_file(HEADING, ROW), apply=True)

    (outcome,) = here.read(csv_file(HEADING, with_(Gestopt_op="1-2-2027", Aantal_leerlingen="30")), apply=True)

    assert outcome.status == "changed"
    assert outcome.changes == [["Gestopt op", "", "2027-02-01"], ["Aantal leerlingen", "24", "30"]]
    participation = Participation.objects.get()
    assert participation.stopped_on == date(2027, 2, 1)
    newest, oldest = trail(participation)
    assert (newest.who, newest.action, oldest.action) == (str(here.user), "gewijzigd", "gemaakt")
    assert ("Gestopt op", "", "1 februari 2027") in [(each.label, each.before, each.after) for each in newest.changes]
    assert [entry.who for entry in trail(Entry.objects.get())] == [str(here.user)] * 2


def test_a_column_that_is_not_in_the_list_is_left_alone(here):
    ParticipationFactory(
        school=here.school, programme=here.network.programme, network=here.network, signed_up_on=date(2026, 6, 1)
    )

    (outcome,) = here.read(csv_file(HEADING[:4], ["01AA00", "po", "2026-2027", "2026-10-01"]), apply=True)

    assert outcome.changes == [["Doet mee vanaf", "2026-09-01", "2026-10-01"]]
    assert Participation.objects.get().signed_up_on == date(2026, 6, 1)


def test_more_rows_of_one_school_are_one_participation(here):
    outcomes = here.read(csv_file(HEADING, ROW, with_(Datum="2026-11-13")), apply=True)

    assert statuses(outcomes) == ["new", "new"]
    assert Participation.objects.get().entries.count() == 2


def test_the_same_row_twice_counts_once(here):
    outcomes = here.read(csv_file(HEADING, ROW, ROW), apply=True)

    assert statuses(outcomes) == ["new", "duplicate"]
    assert "rij 2" in outcomes[1].notes[0]
    assert Entry.objects.count() == 1


def test_two_groups_on_one_day_are_two_entries_also_when_read_again(here):
    content = csv_file(HEADING, ROW, with_(Aantal_leerlingen="25"))

    assert statuses(here.read(content, apply=True)) == ["new", "new"]
    assert statuses(here.read(content, apply=True)) == ["unchanged", "unchanged"]
    assert sorted(Entry.objects.values_list("pupils_count", flat=True)) == [24, 25]


def test_rows_that_contradict_each_other_are_said(here):
    outcomes = here.read(csv_file(HEADING, ROW, with_(Doet_mee_vanaf="2026-10-01", Datum="2026-11-13")), apply=True)

    assert statuses(outcomes) == ["new", "rejected"]
    assert outcomes[1].notes == ["Rij 2 zegt over hetzelfde iets anders: Doet mee vanaf."]
    assert Participation.objects.get().started_on == date(2026, 9, 1)


def test_an_unknown_school_tells_who_may_have_been_meant(here):
    content = csv_file([*HEADING, "School", "Plaats"], [*with_(Vestigingscode="99ZZ99"), "Regenboog", "Assen"])

    (outcome,) = here.read(content)

    assert outcome.status == "unmatched"
    assert "“99ZZ99” staat niet in het register" in outcome.notes[0]
    assert outcome.candidates == ["01AA00 De Regenboog, Assen"]


def test_a_code_that_lost_its_zero_is_repaired_and_said(here):
    (outcome,) = here.read(csv_file(HEADING, with_(Vestigingscode="1AA00")))

    assert outcome.status == "new"
    assert "miste de nul vooraan; gelezen als 01AA00" in outcome.notes[0]


def test_a_code_that_became_a_number_is_asked_about(here):
    SchoolFactory(code="12EA01", name="De Vlinder", place="Assen")

    (outcome,) = here.read(xlsx_file(HEADING, with_(Vestigingscode=120)))

    assert outcome.status == "unmatched"
    assert outcome.candidates == ["12EA01 De Vlinder, Assen"]


def test_a_row_tells_everything_that_is_wrong_with_it(here):
    (outcome,) = here.read(csv_file(HEADING, with_(Sector="mbo", Schooljaar="2026", Aantal_leerlingen="veel")))

    assert outcome.status == "rejected"
    assert [note.split(":")[0] for note in outcome.notes] == ["Sector", "Schooljaar", "Aantal leerlingen"]


@pytest.mark.parametrize(
    ("cells", "why"),
    [
        ({"Datum": ""}, "Datum: vul in wanneer"),
        ({"Soort": ""}, "Soort: vul in wat er gebeurde"),
        ({"Datum": "2026-12-24"}, "moet nog komen"),
        ({"Gestopt op": "2026-08-01"}, "eerder dan het begin"),
        ({"Vestigingscode": ""}, "mag niet leeg zijn"),
    ],
)
def test_what_cannot_be_is_refused(here, cells, why):
    (outcome,) = here.read(csv_file(HEADING, with_(**cells)), apply=True)

    assert outcome.status == "rejected"
    assert why in " ".join(outcome.notes)
    assert not Participation.objects.exists()


def test_a_row_that_is_refused_leaves_nothing_behind_for_the_next(here):
    outcomes = here.read(csv_file(HEADING, with_(Gestopt_op="2026-08-01"), ROW), apply=True)

    assert statuses(outcomes) == ["rejected", "new"]
    assert Participation.objects.get().stopped_on is None


def test_a_reason_needs_a_day(here):
    content = csv_file([*HEADING, "Reden van stoppen"], [*ROW, "bezuiniging"])

    assert "wanneer de school stopte" in here.read(content)[0].notes[0]


def test_another_network_is_refused_in_words(here):
    other = NetworkFactory(name="Netwerk Elders")

    (outcome,) = here.read(csv_file([*HEADING, "Netwerk"], [*ROW, "netwerk elders"]), apply=True)

    assert outcome.status == "rejected"
    assert outcome.notes == [
        "Netwerk: Deze rij gaat over Netwerk Elders. U mag alleen lijsten inlezen van uw eigen netwerken."
    ]
    assert not other.participations.exists()


def test_all_ones_networks_at_once_need_the_network_on_each_row(here):
    second = NetworkFactory(name="Netwerk Twee")
    AssignmentFactory(network=second, user=here.user)
    content = csv_file([*HEADING, "Netwerk"], [*ROW, "Netwerk Twee"], [*ROW, ""])

    outcomes = read("participants", content, here.user, None, apply=True, today=TODAY)

    assert statuses(outcomes) == ["new", "rejected"]
    assert Participation.objects.get().network == second


def test_participation_of_another_network_is_left_alone(here):
    other = ParticipationFactory(school=here.school, network=NetworkFactory(programme=here.network.programme))

    here.read(csv_file(HEADING, ROW), apply=True)

    other.refresh_from_db()
    assert other.source == "coordinator"
    assert Participation.objects.count() == 2


def test_an_activity_gives_its_kind(here):
    activity = ActivityFactory(network=here.network, title="Robots bouwen", kind="masterclass")
    content = csv_file(
        [*HEADING, "Activiteit"], [*with_(Soort=""), "robots bouwen"], [*with_(Datum="2-11-2026"), "Robotten"]
    )

    outcomes = here.read(content, apply=True)

    assert statuses(outcomes) == ["new", "rejected"]
    assert (Entry.objects.get().activity, Entry.objects.get().kind) == (activity, "masterclass")
    assert "Bedoelt u: “Robots bouwen”?" in outcomes[1].notes[0]


def test_a_school_that_closed_before_the_year_is_refused_with_its_successor(here):
    SchoolFactory(code="02BB00", closed_on=date(2025, 8, 1), successor=here.school)

    (outcome,) = here.read(csv_file(HEADING, with_(Vestigingscode="02BB00")))

    assert (outcome.status, outcome.candidates) == ("rejected", ["01AA00"])


def test_a_sector_that_the_register_does_not_know_is_said(here):
    (outcome,) = here.read(csv_file(HEADING, with_(Sector="vmbo")))

    assert outcome.status == "new"
    assert "heeft deze school geen vmbo" in outcome.notes[0]


def test_queries_do_not_grow_with_the_rows(here):
    def queries(count, **kwargs):
        codes = [f"{number:02}BB{count:02}" for number in range(count)]
        for code in codes:
            SchoolFactory(code=code)
        with CaptureQueriesContext(connection) as captured:
            outcomes = here.read(csv_file(HEADING, *[with_(Vestigingscode=code) for code in codes]), **kwargs)
        assert statuses(outcomes) == ["new"] * count
        return len(captured)

    queries(1, apply=True)  # what is kept per process is there from now on
    assert queries(80) == queries(2) <= 16
    assert queries(70, apply=True) == queries(3, apply=True) <= 20
