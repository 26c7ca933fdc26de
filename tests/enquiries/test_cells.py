"""Writing cells: all or none, never over what the writer did not see, and the participation follows."""

from datetime import date

import pytest
from auditlog.models import LogEntry
from django.db import connection
from django.test.utils import CaptureQueriesContext

from activities.models import Entry, Participation
from enquiries import registrations
from enquiries.cells import ChangedMeanwhileError, NotWrittenError, Said, Write, write_all
from enquiries.participations import Key
from tests.activities.factories import ActivityFactory, ParticipationFactory
from tests.enquiries.signing_up import TODAY, days, sign_up, world
from tests.schools.factories import SchoolFactory

YEAR = "2026-2027"
FIRST, SECOND = Said(date(2026, 9, 10), 24, 2), Said(date(2026, 10, 1), 30)


@pytest.fixture
def home(db):
    return world()


def cell(home, said, seen=None, *, school=None, activity=None, year=YEAR):
    key = Key(school or home.school, home.programme, home.network, "po", year)
    return Write(key, activity or home.activity, said, seen)


def write(home, *writes):
    return write_all(writes, by=home.coordinator, today=TODAY)


def test_a_school_that_did_something_takes_part(home):
    assert write(home, cell(home, FIRST)) == 1

    row = Participation.objects.get()
    entry = row.entries.get()
    assert (row.started_on, row.source, row.state) == (FIRST.happened_on, "coordinator", "actief")
    assert (entry.kind, entry.activity, entry.source, entry.recorded_by) == (
        home.activity.kind,
        home.activity,
        "hand",
        home.coordinator,
    )
    assert Said.of(entry) == FIRST


def test_a_school_that_had_registered_begins_with_the_first_thing_that_happened(home):
    ParticipationFactory(
        school=home.school, programme=home.programme, network=home.network, started_on=None, signed_up_on=TODAY
    )

    write(home, cell(home, SECOND))
    write(home, cell(home, FIRST, activity=ActivityFactory(network=home.network)))

    assert Participation.objects.get().started_on == FIRST.happened_on


def test_a_correction_leaves_what_stood_there_in_the_log(home):
    write(home, cell(home, FIRST))
    write(home, cell(home, SECOND, seen=FIRST))

    entry = Entry.objects.get()
    assert Said.of(entry) == SECOND
    assert entry.participation.started_on == SECOND.happened_on
    log = LogEntry.objects.get_for_object(entry).filter(action=LogEntry.Action.UPDATE).get()
    assert log.changes["pupils_count"] == [24, 30]


def test_emptying_the_only_cell_takes_the_participation_away_that_it_made(home):
    write(home, cell(home, FIRST))
    write(home, cell(home, None, seen=FIRST))

    assert not Entry.objects.exists()
    assert not Participation.objects.exists()


def test_emptying_one_of_two_cells_lets_the_participation_begin_with_the_other(home):
    other = ActivityFactory(network=home.network)
    write(home, cell(home, FIRST), cell(home, SECOND, activity=other))
    write(home, cell(home, None, seen=FIRST))

    assert Participation.objects.get().started_on == SECOND.happened_on


def test_a_participation_that_says_more_stays_when_its_cell_is_emptied(home):
    ParticipationFactory(
        school=home.school,
        programme=home.programme,
        network=home.network,
        started_on=FIRST.happened_on,
        signed_up_on=date(2026, 9, 1),
    )
    write(home, cell(home, FIRST))
    write(home, cell(home, None, seen=FIRST))

    assert Participation.objects.get().started_on == FIRST.happened_on


def test_nobody_writes_over_what_they_did_not_see(home):
    write(home, cell(home, FIRST))

    for seen in (None, SECOND):
        with pytest.raises(ChangedMeanwhileError) as refused:
            write(home, cell(home, Said(date(2026, 11, 2)), seen=seen))
        assert refused.value.current == FIRST
    assert write(home, cell(home, FIRST, seen=None)) == 0  # both wrote the same: nothing is in the way


def test_one_cell_that_cannot_be_written_keeps_all_others_out(home):
    second = SchoolFactory()

    with pytest.raises(NotWrittenError) as refused:
        write(home, cell(home, FIRST), cell(home, Said(TODAY + days(1)), school=second))

    assert refused.value.write.key.school == second
    assert "nog niet geweest" in refused.value.sentence
    assert not Participation.objects.exists()


def test_a_day_outside_the_school_year_is_refused(home):
    with pytest.raises(NotWrittenError, match="2026-2027"):
        write(home, cell(home, Said(date(2026, 7, 31))))


def test_what_attendance_made_keeps_its_day_and_is_not_emptied(home):
    held = home.date.starts_at + days(1)
    registration = sign_up(home, school=home.school, by=home.member)
    registrations.record_attendance(
        occurrence=home.date, rows={registration.pk: (True, 20, 1)}, by=home.coordinator, now=held
    )
    there = Said.of(Entry.objects.get())

    with pytest.raises(NotWrittenError, match="staat vast"):
        write(home, cell(home, FIRST, seen=there))
    with pytest.raises(NotWrittenError, match="lijst wie er waren"):
        write(home, cell(home, None, seen=there))
    write(home, cell(home, Said(there.happened_on, 22, 1), seen=there))
    assert Entry.objects.get().pupils_count == 22


def test_a_cell_with_several_entries_is_not_written_as_one(home):
    row = ParticipationFactory(school=home.school, programme=home.programme, network=home.network)
    for day in (FIRST.happened_on, SECOND.happened_on):
        Entry.objects.create(participation=row, activity=home.activity, kind="training", happened_on=day)

    with pytest.raises(NotWrittenError, match="meer dan één keer"):
        write(home, cell(home, Said(date(2026, 11, 2)), seen=FIRST))


def test_two_cells_for_the_same_new_school_make_one_participation(home):
    write(home, cell(home, SECOND), cell(home, FIRST, activity=ActivityFactory(network=home.network)))

    row = Participation.objects.get()
    assert (row.entries.count(), row.started_on) == (2, FIRST.happened_on)


def test_nothing_to_write_is_nothing(home):
    assert write(home) == 0


def test_reading_costs_the_same_for_one_cell_as_for_many(home):
    schools = [SchoolFactory() for _number in range(20)]
    writes = [cell(home, FIRST, school=school) for school in schools]
    write(home, *writes)

    counts = []
    for some in (writes[:1], writes):
        with CaptureQueriesContext(connection) as queries:
            assert write(home, *some) == 0
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_other_years_and_networks_are_left_alone(home):
    other = ParticipationFactory(school=home.school, programme=home.programme, network=None)
    before = ParticipationFactory(
        school=home.school, programme=home.programme, network=home.network, school_year="2025-2026"
    )

    write(home, cell(home, FIRST))

    assert not other.entries.exists()
    assert not before.entries.exists()
