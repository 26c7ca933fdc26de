"""What a registration does, step by step: places, the waiting list, offers, moves and cancellations."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from accounts.models import Message
from activities.models import Occurrence
from enquiries import places, registrations
from enquiries.models import Registration, RegistrationEvent, State, WaitingOffer
from enquiries.models.signing_up import STATE_AFTER, state_of
from enquiries.registrations import RefusedError
from enquiries.tasks import sweep_offers
from loket.vocabulary import Availability
from networks.models import ContactRole
from regions.models import ContentVersion
from schools.models import Membership
from tests.activities.factories import ActivityFactory, OccurrenceFactory
from tests.enquiries.signing_up import NOW, START, days, fresh, kinds, member_of, sign_up, world
from tests.schools.factories import SchoolFactory


@pytest.fixture
def home(db):
    return world()


def cancel(registration, *, now=NOW, reason="other", by=None):
    return registrations.cancel(registration=registration, reason=reason, by=by, now=now)


def changed(date, *, now=NOW, by=None, **values):
    """Change a date as a coordinator does; returns its Places."""
    return registrations.change_occurrence(occurrence=date, values=values, by=by, now=now)


def mails(template_start):
    return Message.objects.filter(subject__startswith=template_start)


# --- places and the waiting list --------------------------------------------------------------------------


def test_places_go_in_order_and_the_rest_waits(home):
    first, second, third, fourth = (sign_up(home) for _number in range(4))

    assert [row.state for row in map(fresh, (first, second, third, fourth))] == [
        State.PLACED,
        State.PLACED,
        State.WAITING,
        State.WAITING,
    ]
    assert (registrations.queue_of(third).position, registrations.queue_of(fourth).position) == (1, 2)
    assert registrations.queue_of(fourth).length == 2
    assert registrations.queue_of(first) is None


def test_what_the_public_reads_follows_in_the_same_transaction(home):
    version = ContentVersion.current()
    for _number in range(3):
        sign_up(home)

    home.date.refresh_from_db()

    assert (home.date.places_left, home.date.waiting_list_count) == (0, 1)
    assert home.date.reported_on == NOW.date()
    assert ContentVersion.current() > version


def test_places_given_elsewhere_count(home):
    Occurrence.objects.update(taken_elsewhere=1, places_left=1)

    assert [sign_up(home).state, sign_up(home).state] == [State.PLACED, State.WAITING]


def test_without_a_capacity_everybody_gets_a_place(home):
    Occurrence.objects.update(capacity=None, places_left=None)

    assert {sign_up(home).state for _number in range(4)} == {State.PLACED}
    home.date.refresh_from_db()
    assert (home.date.places_left, home.date.waiting_list_count) == (None, 0)


def test_a_reported_number_of_places_is_a_limit_too(home):
    Occurrence.objects.update(capacity=None, places_left=1)

    assert [sign_up(home).state, sign_up(home).state] == [State.PLACED, State.WAITING]
    home.date.refresh_from_db()
    assert (home.date.capacity, home.date.places_left) == (1, 0)


def test_a_group_is_one_place_whatever_its_size(home):
    sign_up(home, pupils_count=300)

    assert places.count(home.date).left == 1


def test_the_same_form_twice_is_one_registration_and_one_mail(home):
    key = uuid4()
    first = sign_up(home, school=home.school, by=home.member, form_key=key)
    mailed = Message.objects.count()

    again = sign_up(home, school=home.school, by=home.member, form_key=key)

    assert again == first
    assert (Registration.objects.count(), Message.objects.count()) == (1, mailed)


def test_a_second_form_of_one_school_is_a_second_group(home):
    groups = [sign_up(home, school=home.school, by=home.member) for _number in range(3)]

    assert [row.state for row in groups] == [State.PLACED, State.PLACED, State.WAITING]


def test_a_form_of_somebody_else_is_not_handed_out(home):
    first = sign_up(home)

    with pytest.raises(RefusedError, match="al een keer gebruikt"):
        sign_up(home, school=home.school, by=home.member, form_key=first.form_key)


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"cancelled_at": NOW}, "gaat niet door"),
        ({"starts_at": NOW - timedelta(minutes=1)}, "De inschrijving is gesloten"),
        ({"starts_at": NOW}, "De inschrijving is gesloten"),
    ],
)
def test_a_date_that_is_off_or_began_is_closed(home, values, said):
    Occurrence.objects.update(**values)

    with pytest.raises(RefusedError, match=said):
        sign_up(home)
    assert not Registration.objects.exists()


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"own_availability": Availability.VERKENNING}, "nog verkend"),
        ({"own_availability": Availability.GEEN_DEELNAME}, "meldt u zich niet aan"),
        ({"own_availability": Availability.BEEINDIGD}, "gestopt"),
        ({"opens_on": NOW.date() + days(1)}, "nog niet open"),
        ({"closes_on": NOW.date() - days(1)}, "Dit is gesloten"),
    ],
)
def test_an_activity_that_cannot_be_joined_says_why(home, values, said):
    for name, value in values.items():
        setattr(home.activity, name, value)
    home.activity.save()

    with pytest.raises(RefusedError, match=said):
        sign_up(home)


def test_another_sector_is_refused(home):
    with pytest.raises(RefusedError, match="Dit is voor het basisonderwijs"):
        sign_up(home, school=SchoolFactory(sectors=["vwo"]), sector="vwo")


def test_registering_mails_the_school_with_a_calendar_and_the_network_without(home):
    row = sign_up(home, school=home.school, by=home.member, pupils_count=24, remark="Wij komen met de bus.")

    to_school = Message.objects.get(to="lid@voorbeeld.example")
    to_network = Message.objects.get(to="netwerk@voorbeeld.example")

    assert to_school.subject == "U hebt een plaats op 17 december: Training in de klas"
    assert "Wij verwachten u op donderdag 17 december 2026, 10:00 uur. Plaats: Zaal 1." in to_school.text
    assert row.get_absolute_url() in to_school.text
    assert row.get_absolute_url() in to_school.html
    assert "BEGIN:VEVENT" in to_school.attachments[0]["text"]
    assert to_network.subject == "Nieuwe aanmelding: De Regenboog, Training in de klas"
    assert to_network.reply_to == "lid@voorbeeld.example"
    assert "> Wij komen met de bus." in to_network.text
    assert "Leerlingen: 24" in to_network.text


def test_without_a_fresh_contact_the_office_hears_of_it(home):
    ContactRole.objects.update(confirmed_on="2020-01-01")

    sign_up(home, school=home.school, by=home.member)

    assert list(Message.objects.values_list("to", flat=True)) == ["lid@voorbeeld.example"]


def test_who_left_the_school_gets_no_more_mail_about_it(home):
    colleague = member_of(home.school, "collega@voorbeeld.example")
    row = sign_up(home, school=home.school, by=home.member)
    Membership.objects.filter(user=home.member).update(ended_at=NOW)

    cancel(row)

    assert Message.objects.get(subject__startswith="Uw school is afgemeld").to == colleague.email


# --- moving up ----------------------------------------------------------------------------------------------


def full(home, *, waiting=2):
    """Two with a place, and some that wait."""
    return [sign_up(home) for _number in range(2)], [sign_up(home) for _number in range(waiting)]


def test_a_place_that_comes_free_is_offered_to_the_first(home):
    (first, _second), (third, fourth) = full(home)

    cancel(first, reason="cutbacks")

    assert fresh(third).state == State.OFFERED
    assert fresh(fourth).state == State.WAITING
    assert places.count(home.date).left == 0
    offer = WaitingOffer.objects.get()
    # Monday; two working days later, at 17:00 in the Netherlands.
    assert offer.expires_at == datetime(2026, 11, 25, 16, 0, tzinfo=UTC)
    mail = mails("Er is een plaats voor u").get()
    assert "Kies uiterlijk woensdag 25 november 2026, 17:00 uur." in mail.text
    assert RegistrationEvent.objects.get(kind="cancelled").reason == "cutbacks"


def test_an_offer_ends_at_the_latest_when_the_date_begins(db):
    home = world(starts_at=NOW + timedelta(hours=3))
    (first, _second), (third, _fourth) = full(home)

    cancel(first)

    assert WaitingOffer.objects.get(registration=third).expires_at == home.date.starts_at


def test_taking_an_offer_is_a_place(home):
    (first, _second), (third, _fourth) = full(home)
    cancel(first)

    registrations.accept(registration=third, by=None, now=NOW + timedelta(hours=1))
    registrations.accept(registration=third, by=None, now=NOW + timedelta(hours=2))

    assert kinds(third) == ["waitlisted", "offered", "accepted"]
    assert fresh(third).state == State.PLACED
    assert not WaitingOffer.objects.filter(closed_at=None).exists()
    assert mails("U hebt een plaats").filter(key__contains=f"-{third.events.last().pk}-").get().attachments


def test_refusing_an_offer_passes_it_on(home):
    (first, _second), (third, fourth) = full(home)
    cancel(first)

    registrations.decline(registration=third, by=None, now=NOW)
    registrations.decline(registration=third, by=None, now=NOW)

    assert (fresh(third).state, fresh(fourth).state) == (State.DECLINED, State.OFFERED)
    assert kinds(third) == ["waitlisted", "offered", "declined"]


def test_an_offer_that_lapsed_passes_on_and_lapses_once(home):
    (first, _second), (third, fourth) = full(home)
    cancel(first)
    later = WaitingOffer.objects.get().expires_at

    assert registrations.lapse_offers(now=later - timedelta(seconds=1)) == 0
    assert registrations.lapse_offers(now=later) == 1
    assert registrations.lapse_offers(now=later) == 0

    assert (fresh(third).state, fresh(fourth).state) == (State.LAPSED, State.OFFERED)
    assert mails("De tijd om te kiezen is voorbij").count() == 1


def test_the_task_of_each_minute_lapses_what_is_due(home):
    (first, _second), (third, _fourth) = full(home)
    cancel(first)
    WaitingOffer.objects.update(expires_at="2020-01-01T00:00Z")

    sweep_offers()

    assert fresh(third).state == State.LAPSED


def test_accepting_too_late_is_refused_and_the_place_goes_on(home):
    (first, _second), (third, fourth) = full(home)
    cancel(first)

    with pytest.raises(RefusedError, match="De tijd om te kiezen was voorbij op woensdag 25 november"):
        registrations.accept(registration=third, by=None, now=NOW + days(5))

    assert (fresh(third).state, fresh(fourth).state) == (State.LAPSED, State.OFFERED)


def test_there_is_nothing_to_take_without_an_offer(home):
    _placed, (third, _fourth) = full(home)

    for act in (registrations.accept, registrations.decline):
        with pytest.raises(RefusedError, match="Er is nu geen plaats"):
            act(registration=third, by=None, now=NOW)


def test_more_places_move_up_in_order(home):
    _placed, (third, fourth) = full(home)

    found = changed(home.date, capacity=3)

    assert (fresh(third).state, fresh(fourth).state) == (State.OFFERED, State.WAITING)
    assert (found.left, found.over) == (0, 0)


def test_fewer_places_than_are_taken_take_nothing_away(home):
    (first, second), (third, _fourth) = full(home)

    found = changed(home.date, capacity=1)

    assert found.over == 1
    assert (fresh(first).state, fresh(second).state) == (State.PLACED, State.PLACED)

    cancel(first)
    assert fresh(third).state == State.WAITING  # no room yet
    cancel(second)
    assert fresh(third).state == State.OFFERED


def test_fewer_places_of_a_date_nobody_registered_for(home):
    changed(home.date, capacity=1)
    home.date.refresh_from_db()
    assert home.date.places_left == 1

    changed(home.date, taken_elsewhere=5)
    home.date.refresh_from_db()
    assert home.date.places_left == 0


def test_who_comes_new_does_not_pass_who_waits(home):
    _placed, (third, _fourth) = full(home)
    Occurrence.objects.update(capacity=3)  # behind the back of the service, as plain SQL would

    late = sign_up(home)

    assert fresh(third).state == State.OFFERED
    assert late.state == State.WAITING


# --- cancelling, moving, changing ---------------------------------------------------------------------------


def test_cancelling_twice_is_once(home):
    row = sign_up(home)
    cancel(row, reason="effects")
    cancel(row, reason="other")

    assert kinds(row) == ["placed", "cancelled"]
    assert mails("Afmelding").count() == 1


def test_cancelling_takes_the_date_out_of_the_calendar(home):
    row = sign_up(home, school=home.school, by=home.member)
    cancel(row)

    text = mails("Uw school is afgemeld").get().attachments[0]["text"]

    assert "STATUS:CANCELLED" in text
    assert f"SEQUENCE:{home.date.sequence + 1}" in text


def test_cancelling_after_the_start_is_refused(home):
    row = sign_up(home)

    with pytest.raises(RefusedError, match="de activiteit is begonnen"):
        cancel(row, now=START)
    assert fresh(row).state == State.PLACED


def test_an_offer_goes_on_when_who_had_it_cancels(home):
    (first, _second), (third, fourth) = full(home)
    cancel(first)
    cancel(third)

    assert (fresh(third).state, fresh(fourth).state) == (State.CANCELLED, State.OFFERED)


def other_date(home, **values):
    return OccurrenceFactory(activity=home.activity, starts_at=START + days(7), **({"capacity": 1} | values))


def test_moving_takes_a_place_there_and_leaves_one_here(home):
    (first, _second), (third, _fourth) = full(home)
    target = other_date(home)

    registrations.transfer(registration=first, to=target, by=None, now=NOW)
    registrations.transfer(registration=fresh(first), to=target, by=None, now=NOW)

    assert fresh(first).occurrence == target
    assert kinds(first) == ["placed", "moved"]
    assert first.events.last().from_occurrence == home.date
    assert fresh(third).state == State.OFFERED
    target.refresh_from_db()
    assert target.places_left == 0
    mail = mails("Uw nieuwe datum is 24 december").get()
    assert ["STATUS:CONFIRMED" in part["text"] for part in mail.attachments] == [True, False]


def test_moving_to_a_full_date_keeps_the_old_place(home):
    row = sign_up(home)
    target = other_date(home, capacity=0)

    with pytest.raises(RefusedError, match=r"Die datum is vol\. U houdt wat u had\."):
        registrations.transfer(registration=row, to=target, by=None, now=NOW)
    assert (fresh(row).state, fresh(row).occurrence) == (State.PLACED, home.date)


def test_moving_is_for_dates_of_one_activity(home):
    row = sign_up(home)
    target = OccurrenceFactory(activity=ActivityFactory(network=home.network), starts_at=START)

    with pytest.raises(RefusedError, match="andere activiteit"):
        registrations.transfer(registration=row, to=target, by=None, now=NOW)


def test_who_waits_may_move_to_a_date_with_a_place(home):
    _placed, (third, fourth) = full(home)

    registrations.transfer(registration=third, to=other_date(home), by=None, now=NOW)

    assert fresh(third).state == State.PLACED
    assert registrations.queue_of(fourth).position == 1


def test_numbers_change_with_a_trace_and_not_over_what_somebody_else_did(home):
    row = sign_up(home, pupils_count=20)
    seen = registrations.newest_event(row)
    values = {"pupils_count": 25, "teachers_count": None, "initiatives": ["school"], "remark": ""}

    registrations.change(registration=row, values=values, seen=seen, by=None, now=NOW)

    assert fresh(row).pupils_count == 25
    assert kinds(row) == ["placed", "changed"]
    assert fresh(row).state == State.PLACED
    with pytest.raises(RefusedError, match="Intussen is er iets veranderd"):
        registrations.change(registration=row, values=values | {"pupils_count": 30}, seen=seen, by=None, now=NOW)
    # What is the same already is no change, whoever saw what.
    registrations.change(registration=row, values=values, seen=seen, by=None, now=NOW)
    assert kinds(row) == ["placed", "changed"]


# --- what happens to the date --------------------------------------------------------------------------------


def test_a_date_called_off_ends_every_registration_and_tells_each_school(home):
    (first, _second), (third, _fourth) = full(home)
    cancel(first)

    changed(home.date, cancelled_at=NOW)

    states = [row.state for row in Registration.objects.with_state().order_by("pk")]
    assert states == [State.CANCELLED, State.CALLED_OFF, State.CALLED_OFF, State.CALLED_OFF]
    assert mails("Gaat niet door op 17 december").count() == 3
    assert not WaitingOffer.objects.filter(closed_at=None).exists()
    assert "STATUS:CANCELLED" in mails("Gaat niet door").first().attachments[0]["text"]
    assert registrations.lapse_offers(now=NOW + days(30)) == 0
    assert fresh(third).state == State.CALLED_OFF


def test_a_date_that_is_on_again_tells_those_who_were_called_off(home):
    row = sign_up(home, school=home.school, by=home.member)
    changed(home.date, cancelled_at=NOW)

    changed(home.date, cancelled_at=None)

    assert fresh(row).state == State.CALLED_OFF
    mail = mails("Gaat toch door op 17 december").get()
    assert f"/aanmelden/datum/{home.date.uid}/" in mail.text


def test_a_date_that_moves_keeps_places_and_tells_each_school(home):
    row = sign_up(home, school=home.school, by=home.member)

    changed(home.date, starts_at=START + days(1), ends_at=START + days(1) + timedelta(hours=2), place="Zaal 2")

    assert fresh(row).state == State.PLACED
    mail = mails("Let op, andere tijd of plaats").get()
    assert (
        "Was: donderdag 17 december 2026, 10:00 uur, Zaal 1. Wordt: vrijdag 18 december 2026, 10:00 uur" in mail.text
    )
    assert "20261218T100000" in mail.attachments[0]["text"]
    assert row.events.last().kind == "changed"


def test_a_change_nobody_has_to_know_tells_nobody(home):
    sign_up(home)
    mailed = Message.objects.count()

    changed(home.date, latitude=52.0)

    assert Message.objects.count() == mailed


# --- programmes ----------------------------------------------------------------------------------------------


def for_programme(home, **values):
    school = values.pop("school", home.school)
    return registrations.register_for_programme(
        form_key=values.pop("form_key", None) or uuid4(),
        school=school,
        sector="po",
        programme=home.programme,
        network=home.network,
        by=values.pop("by", home.member),
        now=NOW,
    )


@pytest.mark.parametrize("availability", [Availability.OPEN, Availability.PER_REGIO, Availability.BEPERKT])
def test_a_programme_that_can_be_joined_takes_registrations(home, availability):
    home.programme.availability = availability
    home.programme.save()

    row = for_programme(home)

    assert row.state == State.SIGNED_UP
    assert mails("U bent aangemeld voor Nabij").count() == mails("Nieuwe aanmelding").count() == 1


def test_a_programme_with_a_waiting_list_gives_place_and_length(home):
    home.programme.availability = Availability.WACHTLIJST
    home.programme.save()
    for_programme(home, school=SchoolFactory())

    row = for_programme(home)

    assert row.state == State.WAITING
    assert (registrations.queue_of(row).position, registrations.queue_of(row).length) == (2, 2)
    assert "U staat op plaats 2 van 2. De volgorde is die van aanmelden." in mails(
        "U staat op de wachtlijst"
    ).first().text + (mails("U staat op de wachtlijst").last().text)


@pytest.mark.parametrize(
    "availability",
    [
        Availability.VERKENNING,
        Availability.NIET_GESTART,
        Availability.GEEN_DEELNAME,
        Availability.BEEINDIGD,
        Availability.ONBEKEND,
    ],
)
def test_a_programme_that_cannot_be_joined_refuses_in_its_own_words(home, availability):
    home.programme.availability = availability
    home.programme.availability_note = "Vraag het de organisator."
    home.programme.save()

    with pytest.raises(RefusedError) as refused:
        for_programme(home)

    assert refused.value.sentence
    assert ("Vraag het de organisator." in refused.value.sentence) == (availability != Availability.BEEINDIGD)
    assert not Registration.objects.exists()


def test_a_school_registers_for_a_programme_once_at_a_time(home):
    first = for_programme(home)

    with pytest.raises(RefusedError, match="al aangemeld voor Nabij") as refused:
        for_programme(home)
    assert refused.value.registration == first

    cancel(first)
    assert for_programme(home).state == State.SIGNED_UP


def test_the_network_confirms_once(home):
    row = for_programme(home)

    registrations.confirm(registration=row, by=home.coordinator, now=NOW)
    registrations.confirm(registration=row, by=home.coordinator, now=NOW)

    assert kinds(row) == ["signed_up", "confirmed"]
    assert mails("Uw school doet mee aan Nabij").count() == 1


def test_a_date_is_not_confirmed(home):
    with pytest.raises(RefusedError, match="Bevestigen kan niet"):
        registrations.confirm(registration=sign_up(home), by=home.coordinator, now=NOW)


# --- state ---------------------------------------------------------------------------------------------------


def test_every_kind_of_event_has_a_state_or_none_on_purpose():
    assert set(RegistrationEvent.Kind) - set(STATE_AFTER) == {RegistrationEvent.Kind.CHANGED}
    assert set(State) == set(STATE_AFTER.values())


def test_a_registration_without_events_has_no_state():
    with pytest.raises(ValueError, match="at least the event"):
        state_of(["changed"])
