"""The pages of signing up: who may, what they say, what they cost, and what never gets lost."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from activities.models import Entry, Occurrence, Participation
from enquiries import registrations
from enquiries.models import Registration, RegistrationEvent, State, WaitingOffer
from loket.vocabulary import Availability
from networks.models import Assignment
from networks.rights import grant
from schools.models import Membership
from tests.activities.factories import OccurrenceFactory
from tests.enquiries.signing_up import (
    NOW,
    START,
    TODAY,
    coordinator_of,
    days,
    fresh,
    kinds,
    member_of,
    sign_up,
    world,
)
from tests.networks.factories import NetworkFactory, ProgrammeFactory
from tests.regions.factories import BoardFactory, MunicipalityFactory
from tests.schools.factories import SchoolFactory

MOST_QUERIES = 15


@pytest.fixture(autouse=True)
def clock(monkeypatch, settings):
    """The pages are asked at NOW; `clock(moment)` moves it, and nobody is logged out by that."""
    settings.SESSION_COOKIE_AGE = 365 * 24 * 60 * 60

    def at(moment):
        monkeypatch.setattr("django.utils.timezone.now", lambda: moment)

    at(NOW)
    return at


@pytest.fixture
def home(db):
    cache.clear()
    return world()


@pytest.fixture
def client(home, sign_in):
    """The browser of the member of the school."""
    return sign_in(home.member)


def url_of(home):
    return reverse("enquiries:register", args=[home.date.uid])


def form(home, **values):
    return {"form_key": str(uuid4()), "school": home.school.code, "sector": "po", "remark": ""} | values


def text_of(response, status=200):
    assert response.status_code == status, response.content.decode()[:3000]
    return response.content.decode()


def act(client, row, name, **values):
    return client.post(reverse(f"enquiries:registration-{name}", args=[row.uid]), values)


# --- signing up ---------------------------------------------------------------------------------------------


def test_a_stranger_is_led_to_the_login_and_back(home):
    response = Client().get(url_of(home))

    assert response.status_code == 302
    assert response["Location"].endswith(f"?next={url_of(home)}")


def test_a_member_of_one_school_signs_it_up(home, client):
    page = text_of(client.get(url_of(home)))
    assert "De Regenboog" in page
    assert "Schrijf in voor 17 december" in page
    assert "Noem geen namen van leerlingen." in page

    response = client.post(url_of(home), form(home, pupils_count="24", initiatives=["school", "office"]))

    row = Registration.objects.get()
    assert response["Location"] == row.get_absolute_url()
    assert (row.school, row.pupils_count, row.initiatives) == (home.school, 24, ["school", "office"])
    assert (row.registered_by, row.registered_at) == (home.member, NOW)
    assert "U hebt een plaats op 17 december" in text_of(client.get(response["Location"]))


def test_sending_twice_and_going_back_end_at_the_same_registration(home, client):
    values = form(home)

    answers = [client.post(url_of(home), values) for _number in range(3)]

    assert len({answer["Location"] for answer in answers}) == 1
    assert Registration.objects.count() == 1


def test_private_pages_are_kept_by_nobody(home, client):
    row = sign_up(home, school=home.school, by=home.member)

    for url in (url_of(home), row.get_absolute_url()):
        assert "no-store" in client.get(url)["Cache-Control"]


def test_somebody_of_no_school_reads_what_to_do_first(home, sign_in):
    nobody = sign_in(User.objects.create_user("niemand@voorbeeld.example"))

    assert "U hoort nog niet bij een school" in text_of(nobody.get(url_of(home)), 403)
    assert nobody.post(url_of(home), form(home)).status_code == 403
    assert not Registration.objects.exists()


def test_a_member_of_two_schools_chooses(home, client):
    other = SchoolFactory(name="De Andere")
    Membership.objects.create(user=home.member, school=other, role="leader", approved_at=NOW, way="coordinator")

    page = text_of(client.get(url_of(home)))
    assert f"?school={other.code}" in page
    assert "De Andere" in text_of(client.get(f"{url_of(home)}?school={other.code}"))

    client.post(url_of(home), form(home, school=other.code))
    assert Registration.objects.get().school == other


def test_a_school_of_somebody_else_is_refused_and_the_text_stays(home, client):
    other = SchoolFactory()

    page = text_of(client.post(url_of(home), form(home, school=other.code, remark="Dit typte ik zelf")), 403)

    assert "U spreekt niet (meer) voor" in page
    assert "Dit typte ik zelf" in page
    assert not Registration.objects.exists()


def test_who_was_removed_while_typing_keeps_the_text(home, client):
    client.get(url_of(home))
    Membership.objects.update(ended_at=NOW)

    page = text_of(client.post(url_of(home), form(home, remark="Bijna klaar", pupils_count="31")), 403)

    assert "Bijna klaar" in page
    assert 'value="31"' in page
    assert not Registration.objects.exists()


def test_what_was_typed_survives_the_end_of_the_session(home):
    visitor = Client()
    values = form(home, remark="Lang getypt", pupils_count="31")

    response = visitor.post(url_of(home), values)
    assert response.status_code == 302
    assert "login" in response["Location"]

    visitor.force_login(home.member)
    page = text_of(visitor.get(url_of(home)))
    assert "U was uitgelogd. Wat u typte, staat er nog" in page
    assert "Lang getypt" in page
    assert values["form_key"] in page
    assert "Lang getypt" not in text_of(visitor.get(url_of(home)))  # handed out once


def test_a_deadline_that_passed_while_typing_keeps_the_text(home, client, clock):
    client.get(url_of(home))
    clock(START + timedelta(seconds=1))

    page = text_of(client.post(url_of(home), form(home, remark="Net te laat")), 409)

    assert "De inschrijving is gesloten" in page
    assert "Net te laat" in page


def test_a_date_called_off_while_typing_is_told_with_other_dates(home, client):
    other = OccurrenceFactory(activity=home.activity, starts_at=START + days(7))
    Occurrence.objects.filter(pk=home.date.pk).update(cancelled_at=NOW)

    page = text_of(client.post(url_of(home), form(home, remark="Wij willen graag")), 409)
    assert "Deze datum gaat niet door." in page
    assert "Wij willen graag" in page

    page = text_of(client.get(url_of(home)))
    assert "Deze datum gaat niet door." in page
    assert reverse("enquiries:register", args=[other.uid]) in page


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"sector": ""}, "Kies een sector."),
        ({"sector": "vwo"}, "Deze sector past hier niet"),
        ({"pupils_count": "veel"}, "Vul een heel getal in"),
        ({"pupils_count": "-1"}, "Vul 0 of meer in"),
        ({"pupils_count": "999999"}, "Dit zijn er te veel"),
        ({"remark": "x" * 501}, "Dit is te lang: 501 tekens."),
        ({"initiatives": "iets"}, "Dit antwoord kennen wij niet"),
    ],
)
def test_a_mistake_is_told_in_dutch_beside_its_field(home, client, values, said):
    home.school.sectors = ["po", "so"]
    home.school.save()
    home.activity.sectors = ["po", "so"]
    home.activity.save()

    page = text_of(client.post(url_of(home), form(home) | values))

    assert said in page
    assert "Wat u typte, staat er nog." in page
    assert not Registration.objects.exists()


def test_a_second_group_is_possible_and_said(home, client):
    first = sign_up(home, school=home.school, by=home.member)

    assert first.get_absolute_url() in text_of(client.get(url_of(home)))


def test_a_coordinator_signs_up_on_behalf_of_a_school(home, sign_in):
    coordinator = sign_in(home.coordinator)

    page = text_of(coordinator.get(url_of(home), {"q": "regenboog assen"}))
    assert f"?school={home.school.code}" in page
    coordinator.post(url_of(home), form(home))

    row = Registration.objects.get()
    assert row.registered_by == home.coordinator
    # The school hears of it.
    assert row.events.get().kind == "placed"


def test_a_coordinator_of_elsewhere_may_not(home, sign_in):
    other = NetworkFactory(area=[MunicipalityFactory()])
    elsewhere = sign_in(coordinator_of(other, "elders@voorbeeld.example"))

    assert elsewhere.post(url_of(home), form(home)).status_code == 403
    assert not Registration.objects.exists()


def test_a_date_nobody_may_see_is_not_found(home, client):
    home.activity.published_on = None
    home.activity.save()

    assert client.get(url_of(home)).status_code == 404


# --- programmes ---------------------------------------------------------------------------------------------


def programme_url(home):
    return reverse("enquiries:register-programme", args=[home.programme.slug])


def test_the_network_that_covers_the_school_is_chosen_by_itself(home, client):
    client.get(programme_url(home))
    client.post(programme_url(home), form(home))

    row = Registration.objects.get()
    assert (row.programme, row.network, row.occurrence) == (home.programme, home.network, None)
    assert "U bent aangemeld voor Nabij" in text_of(client.get(row.get_absolute_url()))


def test_of_two_networks_the_school_chooses(home, client):
    second = NetworkFactory(name="Netwerk Twee", programme=home.programme, area=[home.place])

    assert "Netwerk Twee" in text_of(client.get(programme_url(home)))
    assert "Kies een netwerk." in text_of(client.post(programme_url(home), form(home)))
    client.post(programme_url(home), form(home, network=str(second.pk)))

    assert Registration.objects.get().network == second


def test_where_no_network_works_the_school_is_told_and_led_on(home, client):
    home.network.area.clear()

    page = text_of(client.get(programme_url(home)))

    assert "Er is geen netwerk van Nabij dat voor uw school werkt." in page
    assert home.school.get_absolute_url() in page
    assert client.post(programme_url(home), form(home)).status_code == 409
    assert not Registration.objects.exists()


def test_an_open_programme_without_networks_goes_to_the_office(home, client):
    programme = ProgrammeFactory(slug="open", availability=Availability.OPEN)

    client.post(reverse("enquiries:register-programme", args=["open"]), form(home))

    row = Registration.objects.get()
    assert (row.programme, row.network) == (programme, None)


@pytest.mark.parametrize(
    ("availability", "said"),
    [
        (Availability.VERKENNING, "Het wordt nog verkend."),
        (Availability.NIET_GESTART, "Het is gepland, maar niet begonnen."),
        (Availability.GEEN_DEELNAME, "Hiervoor meldt u zich niet aan"),
        (Availability.BEEINDIGD, "is gestopt"),
        (Availability.ONBEKEND, "is niet bekend"),
    ],
)
def test_a_programme_that_cannot_be_joined_says_so_and_has_no_form(home, client, availability, said):
    home.programme.availability = availability
    home.programme.save()

    page = text_of(client.get(programme_url(home)))

    assert said in page
    assert "Meld uw school aan</button>" not in page
    assert said in text_of(client.post(programme_url(home), form(home)), 409)


def test_registering_again_for_a_programme_leads_to_the_first(home, client):
    client.post(programme_url(home), form(home))
    response = client.post(programme_url(home), form(home))

    row = Registration.objects.get()
    assert response["Location"] == row.get_absolute_url()
    assert "al aangemeld" in text_of(client.get(response["Location"]))


# --- the page of a registration --------------------------------------------------------------------------------


@pytest.fixture
def row(home):
    return sign_up(home, school=home.school, by=home.member, pupils_count=24)


def full(home):
    """The school of the member waits behind two others."""
    others = [sign_up(home), sign_up(home)]
    return others, sign_up(home, school=home.school, by=home.member)


def test_the_page_is_for_the_school_and_its_coordinators(home, row, sign_in):
    url = row.get_absolute_url()
    board = BoardFactory()
    home.school.board = board
    home.school.save()
    of_board = User.objects.create_user("bestuur@voorbeeld.example")
    Membership.objects.create(user=of_board, board=board, role="board", approved_at=NOW, way="staff")
    committee, region, staff = (User.objects.create_user(f"{name}@voorbeeld.example") for name in ("r", "g", "p"))
    grant(user=committee, role=Assignment.Role.COMMITTEE, by=None, network=home.network)
    grant(user=region, role=Assignment.Role.REGION_COORDINATOR, by=None, region=home.place.region)
    grant(user=staff, role=Assignment.Role.PROGRAMME_STAFF, by=None)
    other_network = NetworkFactory(area=[MunicipalityFactory()])

    def status(user):
        return sign_in(user).get(url).status_code

    assert Client().get(url).status_code == 302
    assert {status(user) for user in (home.member, of_board, home.coordinator, committee, region, staff)} == {200}
    assert status(member_of(SchoolFactory())) == 404
    assert status(coordinator_of(other_network, "elders@voorbeeld.example")) == 404
    assert status(User.objects.create_user("niemand@voorbeeld.example")) == 404
    # Who only reads, changes nothing.
    assert act(sign_in(committee), row, "cancel", **{"afmelden-reason": "other"}).status_code == 403
    assert act(sign_in(region), row, "cancel", **{"afmelden-reason": "other"}).status_code == 302


def test_who_left_the_school_sees_nothing_of_it_any_more(home, row, client):
    Membership.objects.update(ended_at=NOW)

    assert client.get(row.get_absolute_url()).status_code == 404
    assert act(client, row, "cancel", **{"afmelden-reason": "other"}).status_code == 404
    assert fresh(row).state == State.PLACED


def test_waiting_shows_the_place_and_why(home, client):
    _others, mine = full(home)

    page = text_of(client.get(mine.get_absolute_url()))

    assert "U staat op de wachtlijst voor 17 december" in page
    assert "U staat op plaats 1. De volgorde is die van aanmelden." in page


def test_an_offer_shows_its_deadline_and_two_buttons(home, client):
    (first, _second), mine = full(home)
    registrations.cancel(registration=first, reason="other", by=None, now=NOW)

    page = text_of(client.get(mine.get_absolute_url()))
    assert "Kies uiterlijk woensdag 25 november 2026, 17:00 uur." in page
    assert "Neem de plaats aan" in page

    assert act(client, mine, "accept")["Location"] == mine.get_absolute_url()
    assert act(client, mine, "accept").status_code == 302  # pressed twice
    assert kinds(mine) == ["waitlisted", "offered", "accepted"]
    assert "U hebt een plaats" in text_of(client.get(mine.get_absolute_url()))


def test_a_link_in_the_mail_opens_a_page_and_changes_nothing(home, client):
    (first, _second), mine = full(home)
    registrations.cancel(registration=first, reason="other", by=None, now=NOW)

    response = client.get(reverse("enquiries:registration-accept", args=[mine.uid]))

    assert response["Location"] == mine.get_absolute_url()
    assert fresh(mine).state == State.OFFERED


def test_an_offer_that_is_over_says_so_in_an_old_tab(home, client, clock):
    (first, _second), mine = full(home)
    registrations.cancel(registration=first, reason="other", by=None, now=NOW)
    clock(NOW + days(4))

    assert "Neem de plaats aan</button>" not in text_of(client.get(mine.get_absolute_url()))
    page = text_of(act(client, mine, "accept"), 409)

    assert "De tijd om te kiezen was voorbij" in page
    assert "De tijd om te kiezen is voorbij" in page
    assert fresh(mine).state == State.LAPSED
    assert "Meld u opnieuw aan" in page


def test_declining_passes_the_place_on(home, client):
    (first, _second), mine = full(home)
    behind = sign_up(home)
    registrations.cancel(registration=first, reason="other", by=None, now=NOW)

    act(client, mine, "decline")

    assert (fresh(mine).state, fresh(behind).state) == (State.DECLINED, State.OFFERED)


def test_cancelling_asks_a_reason(home, row, client):
    page = text_of(act(client, row, "cancel", **{"afmelden-text": "Te druk"}))
    assert "Kies een reden." in page
    assert "Te druk" in page

    act(client, row, "cancel", **{"afmelden-reason": "cutbacks", "afmelden-text": "Te druk"})

    event = RegistrationEvent.objects.get(kind="cancelled")
    assert (event.reason, event.text, event.by) == ("cutbacks", "Te druk", home.member)
    page = text_of(client.get(row.get_absolute_url()))
    assert "Uw school is afgemeld" in page
    assert "bezuiniging" in page


def test_a_text_that_looks_like_code_is_shown_as_typed(home, row, client):
    act(client, row, "cancel", **{"afmelden-reason": "other", "afmelden-text": "100% %(day)s <b>x</b>"})

    assert "100% %(day)s &lt;b&gt;x&lt;/b&gt;" in text_of(client.get(row.get_absolute_url()))


def test_other_dates_can_be_moved_to(home, row, client):
    target = OccurrenceFactory(activity=home.activity, starts_at=START + days(7))
    crowded = OccurrenceFactory(activity=home.activity, starts_at=START + days(8), capacity=0, places_left=0)
    page = text_of(client.get(row.get_absolute_url()))
    assert str(target.uid) in page
    assert str(crowded.uid) not in page

    act(client, row, "transfer", **{"datum-to": str(target.uid)})

    assert fresh(row).occurrence == target


def test_moving_to_a_date_that_filled_up_meanwhile_keeps_the_place(home, row, client):
    target = OccurrenceFactory(activity=home.activity, starts_at=START + days(7), capacity=1, places_left=1)
    client.get(row.get_absolute_url())
    sign_up(home, occurrence=target)

    page = text_of(act(client, row, "transfer", **{"datum-to": str(target.uid)}))

    assert "Naar deze datum kan het niet meer. U houdt wat u had." in page or "U hebt een plaats op 17" in page
    assert fresh(row).occurrence == home.date


def test_numbers_of_a_stale_tab_do_not_overwrite(home, row, client):
    seen = registrations.newest_event(row)
    registrations.change(registration=row, values={"pupils_count": 30}, seen=seen, by=None, now=NOW)

    page = text_of(act(client, row, "change", pupils_count="26", teachers_count="", remark="", seen=seen), 409)

    assert "Intussen is er iets veranderd" in page
    assert 'value="26"' in page
    assert fresh(row).pupils_count == 30
    # The form that came back has seen it.
    newest = registrations.newest_event(row)
    assert f'name="seen" value="{newest}"' in page
    act(client, row, "change", pupils_count="26", teachers_count="", remark="", seen=newest)
    assert fresh(row).pupils_count == 26


def test_a_form_sent_after_the_session_ended_comes_back_filled(home, row):
    visitor = Client()
    response = act(visitor, row, "cancel", **{"afmelden-text": "Bijna alles getypt"})
    assert response.status_code == 302

    visitor.force_login(home.member)
    url = reverse("enquiries:registration-cancel", args=[row.uid])
    page = text_of(visitor.get(url, follow=True))

    assert "Bijna alles getypt" in page
    assert fresh(row).state == State.PLACED


def test_nothing_can_be_done_after_the_start(home, row, client, clock):
    clock(START + timedelta(minutes=1))

    page = text_of(client.get(row.get_absolute_url()))
    assert "U had een plaats op 17 december" in page
    assert "Meld u af" not in page
    assert "de activiteit is begonnen" in text_of(act(client, row, "cancel", **{"afmelden-reason": "other"}), 409)


def test_the_network_confirms_on_the_page_and_a_school_cannot(home, client, sign_in):
    client.post(programme_url(home), form(home))
    mine = Registration.objects.get()

    assert act(client, mine, "confirm").status_code == 403
    coordinator = sign_in(home.coordinator)
    assert "Bevestig de deelname van De Regenboog" in text_of(coordinator.get(mine.get_absolute_url()))
    act(coordinator, mine, "confirm")

    assert fresh(mine).state == State.CONFIRMED
    assert Participation.objects.get().started_on == TODAY


def test_the_date_goes_into_a_calendar(home, row, client):
    url = reverse("enquiries:registration-ics", args=[row.uid])

    response = client.get(url)
    assert response["Content-Type"].startswith("text/calendar")
    assert "DTSTART;TZID=Europe/Amsterdam:20261217T100000" in text_of(response)

    registrations.cancel(registration=row, reason="other", by=None, now=NOW)
    assert "STATUS:CANCELLED" in text_of(client.get(url))


def test_the_calendar_file_is_read_by_another_program(home, row, client):
    import vobject

    text = text_of(client.get(reverse("enquiries:registration-ics", args=[row.uid])))

    event = vobject.readOne(text).vevent
    assert event.summary.value == "Training in de klas"
    assert event.dtstart.value == START


def test_the_trail_says_who_changed_what(home, row, client):
    seen = registrations.newest_event(row)
    act(client, row, "change", pupils_count="26", teachers_count="", remark="", seen=seen)

    page = text_of(client.get(row.get_absolute_url()))

    assert "Aantal leerlingen: 24 → 26" in page
    assert "Lid van De Regenboog" in page


def queries(client, url):
    client.get(url)
    with CaptureQueriesContext(connection) as captured:
        text_of(client.get(url))
    return len(captured)


def test_a_registration_page_costs_the_same_with_a_long_history(home, client):
    (first, _second), mine = full(home)
    registrations.cancel(registration=first, reason="other", by=None, now=NOW)
    url = mine.get_absolute_url()
    few = queries(client, url)

    for number in range(10):
        OccurrenceFactory(activity=home.activity, starts_at=START + days(number + 1))
        registrations.change(
            registration=mine,
            values={"pupils_count": number},
            seen=registrations.newest_event(mine),
            by=home.member,
            now=NOW,
        )
        sign_up(home)

    assert queries(client, url) <= few + 1  # the names of who stands in the trail
    assert queries(client, url) <= MOST_QUERIES


def test_a_form_costs_the_same_with_many_schools_and_registrations(home, client):
    few = queries(client, url_of(home))
    for _number in range(10):
        sign_up(home)
        sign_up(home, school=home.school, by=home.member)

    assert queries(client, url_of(home)) == few <= MOST_QUERIES


# --- attendance -------------------------------------------------------------------------------------------------


def attendance_url(home):
    return reverse("enquiries:attendance", args=[home.date.uid])


def said(*rows):
    values = {"shown": [str(row.pk) for row, *_rest in rows]}
    for row, there, pupils, teachers in rows:
        values |= {
            f"g{row.pk}-was_there": there,
            f"g{row.pk}-pupils_count": pupils,
            f"g{row.pk}-teachers_count": teachers,
        }
    return values


def test_the_list_is_for_the_coordinator_of_the_network(home, row, client, sign_in):
    elsewhere = coordinator_of(NetworkFactory(area=[MunicipalityFactory()]), "elders@voorbeeld.example")

    assert Client().get(attendance_url(home)).status_code == 302
    assert client.get(attendance_url(home)).status_code == 404
    assert sign_in(elsewhere).get(attendance_url(home)).status_code == 404
    assert sign_in(elsewhere).post(attendance_url(home), {}).status_code == 404
    page = text_of(sign_in(home.coordinator).get(attendance_url(home)))
    assert "Wie komen er" in page
    assert "Bewaar de lijst" not in page


def test_the_list_is_saved_and_corrected(home, row, sign_in, clock):
    clock(START + timedelta(hours=3))
    coordinator = sign_in(home.coordinator)
    assert 'value="24"' in text_of(coordinator.get(attendance_url(home)))  # as announced

    coordinator.post(attendance_url(home), said((row, "ja", "22", "2")))
    assert "De lijst is bewaard." in text_of(coordinator.get(attendance_url(home)))
    assert Entry.objects.get().pupils_count == 22

    coordinator.post(attendance_url(home), said((row, "nee", "22", "2")))
    assert not Entry.objects.exists()
    assert kinds(row) == ["placed", "attended", "absent"]


def test_a_mistake_in_one_row_saves_none_and_keeps_all(home, row, sign_in, clock):
    other = sign_up(home)
    clock(START + timedelta(hours=3))
    coordinator = sign_in(home.coordinator)

    page = text_of(coordinator.post(attendance_url(home), said((row, "ja", "22", ""), (other, "ja", "veel", ""))))

    assert "De lijst is nog niet bewaard." in page
    assert 'value="veel"' in page
    assert 'value="22"' in page
    assert not Entry.objects.exists()


def test_a_group_that_left_meanwhile_is_told(home, row, sign_in, clock):
    other = sign_up(home)
    registrations.cancel(registration=other, reason="other", by=None, now=NOW)
    clock(START + timedelta(hours=3))

    page = text_of(
        sign_in(home.coordinator).post(attendance_url(home), said((row, "ja", "22", ""), (other, "ja", "9", ""))), 409
    )

    assert "Intussen is de lijst veranderd." in page
    assert not Entry.objects.exists()


def test_more_groups_than_places_are_shown_to_the_coordinator(home, row, sign_in):
    sign_up(home)
    registrations.change_occurrence(occurrence=home.date, values={"capacity": 1}, by=None, now=NOW)

    assert "1 groep meer dan er plaatsen zijn" in text_of(sign_in(home.coordinator).get(attendance_url(home)))


def test_the_list_costs_the_same_with_many_groups(home, row, sign_in, clock):
    Occurrence.objects.update(capacity=20)
    clock(START + timedelta(hours=3))
    coordinator = sign_in(home.coordinator)
    few = queries(coordinator, attendance_url(home))
    clock(NOW)
    for _number in range(10):
        sign_up(home)
    clock(START + timedelta(hours=3))

    assert queries(coordinator, attendance_url(home)) == few <= MOST_QUERIES


# --- participation ----------------------------------------------------------------------------------------------


@pytest.fixture
def taking_part(home, row, clock):
    """The participation of the school, with an entry by attendance."""
    registrations.record_attendance(
        occurrence=home.date, rows={row.pk: (True, 22, 2)}, by=home.coordinator, now=START + timedelta(hours=3)
    )
    clock(START + days(1))
    return Participation.objects.get()


def participation_url(taking_part):
    return reverse("enquiries:participation", args=[taking_part.pk])


ENTRY = {"happened_on": "2026-10-01", "kind": "talk", "pupils_count": "5", "teachers_count": ""}


def test_a_participation_is_for_the_school_and_its_coordinators(home, taking_part, client, sign_in):
    url = participation_url(taking_part)
    elsewhere = coordinator_of(NetworkFactory(area=[MunicipalityFactory()]), "elders@voorbeeld.example")

    assert Client().get(url).status_code == 302
    page = text_of(client.get(url))
    assert "1 activiteit sinds" in page
    assert "Noteer wat er gebeurde" not in page
    assert "Noteer wat er gebeurde" in text_of(sign_in(home.coordinator).get(url))
    assert sign_in(member_of(SchoolFactory())).get(url).status_code == 404
    assert sign_in(elsewhere).get(url).status_code == 404


def test_after_a_merger_the_members_of_the_new_school_read_on(home, taking_part, sign_in):
    new = SchoolFactory()
    home.school.successor = new
    home.school.save()

    assert sign_in(member_of(new)).get(participation_url(taking_part)).status_code == 200


def test_the_coordinator_notes_and_the_school_cannot(home, taking_part, client, sign_in):
    url = reverse("enquiries:entry-add", args=[taking_part.pk])

    assert client.post(url, ENTRY).status_code == 403
    coordinator = sign_in(home.coordinator)
    assert "Deze dag valt niet in schooljaar" in text_of(coordinator.post(url, ENTRY | {"happened_on": "2020-01-01"}))
    coordinator.post(url, ENTRY)

    assert Entry.objects.filter(source="hand").count() == 1


def test_the_school_corrects_numbers_and_nothing_else(home, taking_part, client):
    entry = Entry.objects.get()
    url = reverse("enquiries:entry", args=[taking_part.pk, entry.pk])
    assert "happened_on" not in text_of(client.get(url))

    client.post(url, ENTRY)

    entry.refresh_from_db()
    assert (entry.pupils_count, entry.teachers_count, entry.happened_on) == (5, None, START.date())
    assert "22 → 5" in text_of(client.get(url))


def test_a_school_stops_with_a_reason(home, taking_part, client):
    url = reverse("enquiries:participation-stop", args=[taking_part.pk])

    assert "Kies een reden." in text_of(client.post(url, {}))
    client.post(url, {"afmelden-reason": "yields_little"})

    taking_part.refresh_from_db()
    assert (taking_part.stopped_on, taking_part.stop_reason) == (START.date() + days(1), "yields_little")


def test_a_participation_with_ten_years_of_history_costs_the_same(home, taking_part, sign_in):
    coordinator = sign_in(home.coordinator)
    url = participation_url(taking_part)
    few = queries(coordinator, url)
    for year in range(2015, 2026):
        old = Participation.objects.create(
            school=home.school,
            programme=home.programme,
            network=home.network,
            sector="po",
            school_year=f"{year}-{year + 1}",
            started_on=f"{year}-09-01",
        )
        for month in (10, 11, 12):
            Entry.objects.create(participation=old, happened_on=f"{year}-{month}-01", kind="talk")
            Entry.objects.create(participation=taking_part, happened_on=f"2026-{month}-02", kind="talk")

    assert queries(coordinator, url) <= few
    assert few <= MOST_QUERIES


# --- the admin --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "model",
    [
        "enquiries/registration",
        "enquiries/registrationevent",
        "enquiries/waitingoffer",
        "activities/participation",
        "activities/entry",
        "activities/occurrence",
    ],
)
def test_the_admin_lists_searches_and_deletes_no_history(home, taking_part, admin_client, model):
    (first, _second) = (sign_up(home, now=NOW), None)
    registrations.cancel(registration=first, reason="other", by=None, now=NOW)

    page = text_of(admin_client.get(f"/admin/{model}/?q=regenboog"))

    assert "delete_selected" not in page
    if not model.endswith("occurrence"):
        assert admin_client.get(f"/admin/{model}/add/").status_code == 403


def test_the_admin_filters_by_state(home, row, admin_client):
    cancelled = sign_up(home)
    registrations.cancel(registration=cancelled, reason="other", by=None, now=NOW)

    page = text_of(admin_client.get("/admin/enquiries/registration/?stand=cancelled"))

    assert cancelled.school.name in page
    assert row.school.name not in page
    assert "afgemeld" in text_of(admin_client.get(f"/admin/enquiries/registration/{cancelled.pk}/change/"))


def test_a_date_called_off_in_the_admin_tells_the_schools(home, row, admin_client):
    url = f"/admin/activities/occurrence/{home.date.pk}/change/"
    page = admin_client.get(url).context["adminform"].form
    values = {
        "activity": home.activity.pk,
        "starts_at_0": "2026-12-17",
        "starts_at_1": "10:00:00",
        "ends_at_0": "2026-12-17",
        "ends_at_1": "12:00:00",
        "place": "Zaal 1",
        "municipality": "",
        "capacity": "1",
        "taken_elsewhere": "1",
        "cancelled_at_0": "",
        "cancelled_at_1": "",
    }
    assert "places_left" not in page.fields

    assert admin_client.post(url, values, follow=True).status_code == 200
    home.date.refresh_from_db()
    assert (home.date.capacity, home.date.places_left) == (1, 0)
    assert fresh(row).state == State.PLACED

    admin_client.post(url, values | {"cancelled_at_0": "2026-11-23", "cancelled_at_1": "09:00:00"})
    assert fresh(row).state == State.CALLED_OFF
    assert not WaitingOffer.objects.exists()
