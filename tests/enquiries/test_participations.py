"""Participation follows from registrations and attendance; by hand only what Loket cannot know."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from auditlog.models import LogEntry
from django.core.exceptions import ValidationError

from activities.models import Entry, Occurrence, Participation
from enquiries import participations, registrations
from enquiries.models import State
from enquiries.registrations import RefusedError
from loket.vocabulary import Availability, Initiative
from tests.activities.factories import OccurrenceFactory
from tests.enquiries.signing_up import NOW, START, TODAY, days, fresh, kinds, sign_up, world
from tests.networks.factories import ProgrammeFactory
from tests.schools.factories import SchoolFactory

AFTER = START + timedelta(hours=3)


@pytest.fixture
def home(db):
    return world()


@pytest.fixture
def registration(home):
    return sign_up(home, school=home.school, by=home.member, pupils_count=24, initiatives=["school"])


def attendance(home, rows, *, now=AFTER, by=None):
    rows = {row.pk: said for row, said in rows.items()}
    return registrations.record_attendance(occurrence=home.date, rows=rows, by=by or home.coordinator, now=now)


def for_programme(home, availability=Availability.PER_REGIO):
    home.programme.availability = availability
    home.programme.save()
    return registrations.register_for_programme(
        form_key=uuid4(),
        school=home.school,
        sector="po",
        programme=home.programme,
        network=home.network,
        by=home.member,
        now=NOW,
    )


def test_a_place_makes_a_participation(home, registration):
    row = Participation.objects.get()

    assert (row.school, row.programme, row.network) == (home.school, home.programme, home.network)
    assert (row.sector, row.school_year) == ("po", "2026-2027")
    assert (row.signed_up_on, row.started_on, row.stopped_on) == (TODAY, None, None)
    assert (row.state, row.contact, row.initiatives) == ("aangemeld", home.member, ["school"])
    assert row.source == "registration"


def test_who_registers_on_behalf_of_a_school_is_not_its_contact(home):
    sign_up(home, school=home.school, by=home.coordinator)

    assert Participation.objects.get().contact is None


def test_waiting_for_a_date_is_not_taking_part(home):
    Occurrence.objects.update(capacity=0, places_left=0)

    sign_up(home)

    assert not Participation.objects.exists()


def test_a_second_date_in_the_same_year_is_the_same_participation(home, registration):
    later = OccurrenceFactory(activity=home.activity, starts_at=START + days(60))
    sign_up(home, school=home.school, by=home.member, occurrence=later, initiatives=["companies"])

    assert Participation.objects.get().initiatives == ["school", "companies"]


def test_a_date_after_the_summer_is_another_school_year(home, registration):
    later = OccurrenceFactory(activity=home.activity, starts_at=START + days(270))
    sign_up(home, school=home.school, by=home.member, occurrence=later)

    assert list(Participation.objects.values_list("school_year", flat=True)) == ["2027-2028", "2026-2027"]


def test_the_last_cancellation_stops_what_never_began_with_its_reason(home, registration):
    other = sign_up(home, school=home.school, by=home.member)

    registrations.cancel(registration=registration, reason="effects", by=None, now=NOW)
    assert Participation.objects.get().stopped_on is None
    registrations.cancel(registration=other, reason="cutbacks", by=None, now=NOW)

    row = Participation.objects.get()
    assert (row.stopped_on, row.stop_reason) == (TODAY, "cutbacks")

    sign_up(home, school=home.school, by=home.member)
    row.refresh_from_db()
    assert (row.stopped_on, row.stop_reason, row.state) == (None, "", "aangemeld")


def test_a_date_called_off_stops_without_a_reason(home, registration):
    registrations.change_occurrence(occurrence=home.date, values={"cancelled_at": NOW}, by=None, now=NOW)

    row = Participation.objects.get()
    assert (row.stopped_on, row.stop_reason) == (TODAY, "")


def test_what_a_coordinator_entered_is_not_stopped_by_a_cancellation(home, registration):
    Participation.objects.update(source="coordinator")

    registrations.cancel(registration=registration, reason="effects", by=None, now=NOW)

    assert Participation.objects.get().stopped_on is None


def test_moving_to_another_school_year_moves_the_participation(home, registration):
    later = OccurrenceFactory(activity=home.activity, starts_at=START + days(270))

    registrations.transfer(registration=registration, to=later, by=None, now=NOW)

    new, old = Participation.objects.order_by("-school_year")
    assert (new.state, old.state) == ("aangemeld", "gestopt")


def test_a_date_that_moves_over_the_summer_takes_its_participations_along(home, registration):
    values = {"starts_at": START + days(270), "ends_at": START + days(270)}

    registrations.change_occurrence(occurrence=home.date, values=values, by=None, now=NOW)

    new, old = Participation.objects.order_by("-school_year")
    assert (new.state, old.state) == ("aangemeld", "gestopt")


def test_a_programme_with_a_waiting_list_waits_until_it_is_confirmed(home):
    row = for_programme(home, Availability.WACHTLIJST)
    assert Participation.objects.get().state == "wachtlijst"

    registrations.confirm(registration=row, by=home.coordinator, now=NOW + days(3))

    found = Participation.objects.get()
    assert (found.state, found.started_on, found.waiting_from_on) == ("actief", TODAY + days(3), TODAY)


def test_taking_back_what_was_confirmed_stops_what_had_begun(home):
    row = for_programme(home)
    registrations.confirm(registration=row, by=home.coordinator, now=NOW)

    registrations.cancel(registration=row, reason="yields_little", by=None, now=NOW + days(30))

    found = Participation.objects.get()
    assert (found.started_on, found.stopped_on, found.stop_reason) == (TODAY, TODAY + days(30), "yields_little")


# --- attendance ------------------------------------------------------------------------------------------


def test_attendance_makes_an_entry_and_begins_the_participation(home, registration):
    assert attendance(home, {registration: (True, 22, 2)}) == 1

    entry = Entry.objects.get()
    assert (entry.happened_on, entry.kind, entry.activity) == (START.date(), home.activity.kind, home.activity)
    assert (entry.pupils_count, entry.teachers_count, entry.source) == (22, 2, "attendance")
    assert entry.participation.started_on == START.date()
    assert entry.participation.state == "actief"
    assert fresh(registration).state == State.ATTENDED
    assert fresh(registration).pupils_count == 24  # what was announced


def test_two_groups_of_a_school_are_one_entry_with_their_sum(home, registration):
    second = sign_up(home, school=home.school, by=home.member)

    attendance(home, {registration: (True, 22, None), second: (True, 20, 1)})

    entry = Entry.objects.get()
    assert (entry.pupils_count, entry.teachers_count) == (42, 1)

    attendance(home, {second: (False, None, None)})
    entry.refresh_from_db()
    assert (entry.pupils_count, entry.teachers_count) == (22, None)


def test_saving_again_corrects_and_keeps_what_was_said(home, registration):
    attendance(home, {registration: (True, 22, 2)})
    assert attendance(home, {registration: (True, 22, 2)}) == 0

    attendance(home, {registration: (True, 23, 2)})
    assert Entry.objects.get().pupils_count == 23

    attendance(home, {registration: (False, None, None)})

    assert not Entry.objects.exists()
    assert kinds(registration) == ["placed", "attended", "attended", "absent"]
    row = Participation.objects.get()
    assert (row.started_on, row.stopped_on, row.state) == (None, None, "aangemeld")
    changes = [entry.changes for entry in LogEntry.objects.filter(content_type__model="entry", action=1)]
    assert {"pupils_count": [22, 23]}.items() <= changes[0].items()


def test_the_list_is_saved_whole_or_not_at_all(home, registration):
    gone = sign_up(home)
    registrations.cancel(registration=gone, reason="other", by=None, now=NOW)

    with pytest.raises(RefusedError, match="Intussen is de lijst veranderd"):
        attendance(home, {registration: (True, 1, 1), gone: (True, 1, 1)})
    assert not Entry.objects.exists()
    assert fresh(registration).state == State.PLACED


def test_the_list_is_for_the_day_itself_and_later(home, registration):
    with pytest.raises(RefusedError, match="vanaf de dag zelf"):
        attendance(home, {registration: (True, 1, 1)}, now=START - days(1))

    assert attendance(home, {registration: (True, 1, 1)}, now=START - timedelta(hours=9)) == 1


def test_nobody_was_at_a_date_that_was_called_off(home, registration):
    Occurrence.objects.update(cancelled_at=NOW)

    with pytest.raises(RefusedError, match="gaat niet door"):
        attendance(home, {registration: (True, 1, 1)})


# --- by hand ---------------------------------------------------------------------------------------------


@pytest.fixture
def participation(home):
    return Participation.objects.create(
        school=home.school, programme=home.programme, network=home.network, sector="po", school_year="2026-2027"
    )


VALUES = {"happened_on": date(2026, 10, 1), "kind": "talk", "pupils_count": 5, "teachers_count": None}


def test_an_entry_by_hand_begins_the_participation(home, participation):
    entry = participations.add_entry(participation=participation, values=VALUES, by=home.coordinator, today=TODAY)

    participation.refresh_from_db()
    assert (entry.source, entry.recorded_by) == ("hand", home.coordinator)
    assert participation.started_on == date(2026, 10, 1)


@pytest.mark.parametrize(
    ("day", "said"), [(TODAY + days(1), "nog niet geweest"), (date(2026, 7, 31), "valt niet in schooljaar")]
)
def test_a_day_that_cannot_be_is_refused(home, participation, day, said):
    with pytest.raises(ValidationError, match=said):
        participations.add_entry(
            participation=participation, values=VALUES | {"happened_on": day}, by=home.coordinator, today=TODAY
        )
    assert not Entry.objects.exists()


def test_a_correction_leaves_what_stood_there_in_the_log(home, participation):
    entry = participations.add_entry(participation=participation, values=VALUES, by=home.coordinator, today=TODAY)

    participations.correct_entry(entry=entry, values=VALUES | {"pupils_count": 6}, by=home.member, today=TODAY)

    log = LogEntry.objects.get_for_object(entry).filter(action=LogEntry.Action.UPDATE).get()
    assert log.changes["pupils_count"] == [5, 6]


def test_of_an_attendance_only_the_numbers_are_corrected(home, registration):
    attendance(home, {registration: (True, 22, 2)})
    entry = Entry.objects.get()

    corrected = participations.correct_entry(entry=entry, values=VALUES, by=home.coordinator, today=TODAY)

    assert (corrected.happened_on, corrected.kind, corrected.pupils_count) == (START.date(), entry.kind, 5)


def test_stopping_keeps_its_first_day_and_reason(home, participation):
    participations.stop(participation=participation, reason="effects", today=TODAY)
    row = participations.stop(participation=participation, reason="other", today=TODAY + days(1))

    assert (row.stopped_on, row.stop_reason) == (TODAY, "effects")


# --- what others ask -------------------------------------------------------------------------------------


def test_what_a_school_already_does(home, participation):
    def done(**values):
        Participation.objects.filter(pk=participation.pk).update(
            **{"signed_up_on": None, "waiting_from_on": None, "started_on": None, "stopped_on": None} | values
        )
        return participations.programmes_done(home.school, TODAY)

    assert done(signed_up_on=TODAY) == {"nabij"}
    assert done(started_on=TODAY) == {"nabij"}
    assert done(started_on=TODAY, school_year="2025-2026") == {"nabij"}
    assert done(started_on=TODAY, school_year="2024-2025") == set()
    assert done(school_year="2026-2027", waiting_from_on=TODAY) == set()
    assert done(waiting_from_on=TODAY, started_on=TODAY) == {"nabij"}
    assert done(started_on=TODAY, stopped_on=TODAY) == set()
    assert done() == set()


def test_history_goes_along_with_a_merger(home, participation):
    Participation.objects.update(started_on=TODAY)
    new = SchoolFactory()
    home.school.successor = new
    home.school.save()

    assert participations.programmes_done(new, TODAY) == {"nabij"}


def test_school_aan_zet_alone_makes_no_mbb_school(home, participation):
    participation.started_on = TODAY
    saz = Participation(programme=ProgrammeFactory(slug="school-aan-zet", in_mbb=True), started_on=TODAY)
    other = Participation(programme=ProgrammeFactory(in_mbb=False), started_on=TODAY)
    waiting = Participation(programme=home.programme, waiting_from_on=TODAY)

    assert participations.is_mbb_school([participation, saz])
    assert not participations.is_mbb_school([saz, other, waiting])
    assert participations.is_saz_only([saz, other, waiting])
    assert not participations.is_saz_only([saz, participation])
    assert not participations.is_saz_only([])


def test_initiatives_are_kept_in_the_order_of_the_list(home, registration):
    later = OccurrenceFactory(activity=home.activity, starts_at=START + days(7))
    sign_up(home, school=home.school, by=home.member, occurrence=later, initiatives=["other", "office"])

    assert Participation.objects.get().initiatives == [
        value for value in Initiative.values if value in {"school", "office", "other"}
    ]
