"""What Loket keeps of a school: seen by its members and coordinators, by nobody else."""

from datetime import UTC, date, datetime

import pytest
from django.core.cache import cache
from django.utils import timezone

from activities.models import Advice, Pin
from activities.stored import programmes_done
from networks.models import Assignment
from schools.models import Profile
from tests.accounts.factories import UserFactory
from tests.activities.factories import ActivityFactory, ParticipationFactory
from tests.networks.factories import AssignmentFactory, NetworkFactory, ProgrammeFactory
from tests.schools.factories import MembershipFactory, SchoolFactory

pytestmark = pytest.mark.usefixtures("today")

DAY = date(2026, 11, 23)


@pytest.fixture(autouse=True)
def _no_kept_pages():
    cache.clear()


@pytest.fixture
def profile(country):
    return Profile.objects.create(
        school=country.school, sector="po", phase="verdieping", needs=["curriculum"], barriers=["no_time"]
    )


@pytest.fixture
def member(country):
    return MembershipFactory(school=country.school).user


def page(client, user=None, query=""):
    if user:
        client.force_login(user)
    response = client.get(f"/loket/03WU00/{query}")
    assert response.status_code == 200
    return response


# --- who sees it -----------------------------------------------------------------------------------


def test_a_member_starts_from_the_stored_profile(client, profile, member):
    response = page(client, member)

    text = response.content.decode()
    assert "we gaan de diepte in" in text
    assert "uit uw profiel" in text
    assert "U zoekt leerlijn en lesmateriaal" in text
    assert "private" in response["Cache-Control"]


def test_the_address_of_the_page_wins_over_the_stored_profile(client, profile, member):
    text = page(client, member, "?fase=orientatie").content.decode()

    assert "we kijken rond" in text
    assert "U zoekt leerlijn" not in text
    assert "Laat zien wat bij het profiel past" in text


def test_links_on_the_page_of_a_member_tell_nothing_of_the_profile(client, profile, member, country):
    for _number in range(8):
        ActivityFactory(network=country.network)

    text = page(client, member).content.decode()

    assert 'href="/loket/03WU00/alles/"' in text
    assert 'name="behoefte" value="curriculum">' not in text.split('id="waarom-niet"')[1]


@pytest.mark.parametrize("make", [lambda: None, UserFactory, lambda: MembershipFactory().user])
def test_nobody_else_sees_anything_that_is_stored(client, profile, country, make):
    ParticipationFactory(school=country.school, programme=country.programmes["near"])
    Pin.objects.create(school=country.school, activity=country.activity, kind="pin", note="Een geheim")
    MembershipFactory(school=country.school)

    text = page(client, make()).content.decode()

    assert "we beginnen net" in text
    assert "Wat u al doet" not in text
    assert "Een geheim" not in text
    assert "lid van deze school" not in text


def test_what_a_member_saw_is_not_kept_for_others(client, profile, member, country):
    page(client, member)
    client.logout()

    assert "we beginnen net" in page(client).content.decode()


def test_an_ended_membership_sees_nothing(client, profile, country):
    membership = MembershipFactory(school=country.school, ended_at="2026-10-01T00:00Z")

    assert "uit uw profiel" not in page(client, membership.user).content.decode()


@pytest.mark.parametrize(
    ("scope", "sees"),
    [
        (lambda country: {"network": country.network}, True),
        (lambda country: {"network": NetworkFactory()}, False),
        (lambda country: {"network": NetworkFactory(is_national=True)}, False),
        (lambda country: {"network": country.network, "until_on": date(2026, 11, 22)}, False),
        (lambda country: {"network": country.network, "role": Assignment.Role.COMMITTEE}, False),
        (
            lambda country: {
                "region": country.municipality.region,
                "role": Assignment.Role.REGION_COORDINATOR,
            },
            True,
        ),
        (lambda country: {"role": Assignment.Role.PROGRAMME_STAFF}, True),
    ],
    ids=["own", "other", "national", "over", "committee", "region", "office"],
)
def test_coordinators_of_the_school_see_its_profile(client, profile, country, scope, sees):
    user = AssignmentFactory(**scope(country)).user

    text = page(client, user).content.decode()

    assert ("U bekijkt deze school als coördinator" in text) is sees
    assert ("uit uw profiel" in text) is sees


def test_without_the_second_step_a_coordinator_sees_nothing_that_is_stored(client, profile, country):
    user = AssignmentFactory(network=country.network).user
    user.mfa_required = True
    user.save()

    assert "uit uw profiel" not in page(client, user).content.decode()


def test_the_api_knows_nothing_of_a_stored_profile(client, profile, member, country):
    ParticipationFactory(school=country.school, programme=country.programmes["near"])
    client.force_login(member)

    answer = client.get("/api/v1/loket/03WU00/").json()

    assert "verdieping" not in str(answer["situation"])
    assert answer["situation"]["does"] == []


# --- what the school does already (R20) ------------------------------------------------------------


def test_what_the_school_does_has_a_next_step_and_is_not_new(client, member, country):
    ParticipationFactory(school=country.school, programme=country.programmes["near"])

    text = page(client, member).content.decode()

    assert "Wat u al doet" in text
    assert "Training in de klas" not in text.split("Past bij u")[1].split("Wat u al doet")[0]


def test_who_waits_reads_that_it_waits(client, member, country):
    ParticipationFactory(
        school=country.school,
        programme=country.programmes["near"],
        started_on=None,
        waiting_from_on=date(2026, 9, 1),
    )

    assert "u staat op de wachtlijst" in page(client, member).content.decode()


@pytest.mark.parametrize(
    ("rows", "state"),
    [
        ([{"school_year": "2025-2026"}], "actief"),
        ([{"school_year": "2024-2025"}], None),
        ([{"stopped_on": date(2026, 10, 1)}], None),
        ([{"school_year": "2025-2026"}, {"stopped_on": date(2026, 10, 1)}], None),
        ([{"school_year": "2025-2026", "stopped_on": date(2026, 6, 1)}, {}], "actief"),
        ([{"started_on": None}], "aangemeld"),
        ([{"started_on": None}, {"sector": "vmbo"}], "actief"),
    ],
)
def test_the_newest_school_year_decides_what_a_school_does(country, rows, state):
    for row in rows:
        ParticipationFactory(school=country.school, programme=country.programmes["near"], **row)

    assert programmes_done(country.school, DAY).get("nabij") == state


def test_what_a_merged_school_did_counts_for_its_successor(country):
    old = SchoolFactory(code="03WV00", successor=country.school, closed_on=date(2026, 8, 1))
    older = SchoolFactory(code="03WX00", successor=old, closed_on=date(2025, 8, 1))
    ParticipationFactory(school=older, programme=country.programmes["near"], school_year="2025-2026")

    assert programmes_done(country.school, DAY) == {"nabij": "actief"}


# --- choices of the coordinator (R23) --------------------------------------------------------------


def test_a_pin_stands_on_top_with_its_note_and_reasons(client, member, country):
    for _number in range(8):
        ActivityFactory(network=country.network)
    Pin.objects.create(school=country.school, activity=country.activity, kind="pin", note="Begin hiermee")

    text = page(client, member).content.decode()

    top = text.split("Uw coördinator raadt aan")[1].split("Past bij u (")[0]
    assert "Training in de klas" in top
    assert "“Begin hiermee”" in top
    assert "Het netwerk werkt in uw gemeente: Assen." in top
    assert "Training in de klas" not in text.split("Past bij u (")[1].split("Subsidies")[0]


def test_an_added_activity_is_shown_although_it_is_not_matched(client, member, country):
    other = ActivityFactory(title="Voor een ander", network=NetworkFactory(), sectors=["vmbo"])
    Pin.objects.create(school=country.school, activity=other, kind="add", note="Toch iets voor u")

    assert "Toch iets voor u" in page(client, member).content.decode()


def test_a_hidden_activity_is_left_out_and_told(client, member, country):
    Pin.objects.create(school=country.school, activity=country.activity, kind="hide", note="Al vol")

    text = page(client, member).content.decode()

    assert "1 activiteit is weggelaten door uw coördinator" in text
    assert "“Al vol”" in text
    assert 'class="suggestion"' not in text


def test_a_coordinator_sets_and_takes_away_a_choice(client, country):
    user = AssignmentFactory(network=country.network).user
    client.force_login(user)

    response = client.post(
        "/loket/03WU00/keuzes/", {"activity": country.activity.pk, "kind": "pin", "note": "Doe dit"}, follow=True
    )

    assert "“Doe dit”" in response.content.decode()
    pin = Pin.objects.get()
    assert pin.made_by == user
    client.post(f"/loket/03WU00/keuzes/{pin.pk}/weg/")
    client.post(f"/loket/03WU00/keuzes/{pin.pk}/weg/")
    assert not Pin.objects.exists()


def test_a_coordinator_decides_about_the_own_networks_only(client, country):
    other = ActivityFactory(network=NetworkFactory(area=[country.municipality]))
    client.force_login(AssignmentFactory(network=country.network).user)

    text = client.post(
        "/loket/03WU00/keuzes/", {"activity": other.pk, "kind": "hide", "note": "Weg ermee"}
    ).content.decode()

    assert "Kies een andere" in text
    assert "Weg ermee" in text
    assert not Pin.objects.exists()


def test_the_eleventh_choice_is_refused_and_what_was_typed_stays(client, country):
    for _number in range(10):
        activity = ActivityFactory(network=country.network)
        Pin.objects.create(school=country.school, activity=activity, kind="pin", note="x")
    client.force_login(AssignmentFactory(network=country.network).user)

    text = client.post(
        "/loket/03WU00/keuzes/", {"activity": country.activity.pk, "kind": "pin", "note": "De elfde"}
    ).content.decode()

    assert "Er zijn al 10 keuzes" in text
    assert "De elfde" in text
    assert Pin.objects.count() == 10


@pytest.mark.parametrize("make", [UserFactory, lambda: AssignmentFactory(network=NetworkFactory()).user])
def test_choices_are_not_there_for_others(client, country, make):
    client.force_login(make())

    assert client.get("/loket/03WU00/keuzes/").status_code == 404
    assert client.post("/loket/03WU00/keuzes/1/weg/").status_code == 404


# --- advice (R25) ----------------------------------------------------------------------------------


def test_what_a_member_was_advised_is_kept_once_a_day(client, member, country):
    page(client, member)
    page(client, member)

    advice = Advice.objects.get()
    assert advice.asked_by == member
    assert advice.suggestions == [{"activity": country.activity.pk, "programme": "nabij", "rank": 1}]
    assert advice.situation == "sector=po"


def test_the_day_is_that_of_the_netherlands(client, member, country, monkeypatch):
    """Just after midnight there it is still yesterday in UTC."""
    monkeypatch.setattr(timezone, "now", lambda: datetime(2026, 11, 23, 23, 30, tzinfo=UTC))
    page(client, member)
    page(client, member)

    assert Advice.objects.count() == 1


def test_another_situation_is_another_advice(client, member):
    page(client, member)
    page(client, member, "?behoefte=curriculum")

    assert list(Advice.objects.values_list("situation", flat=True)) == ["sector=po&behoefte=curriculum", "sector=po"]


def test_no_advice_is_kept_of_who_is_no_member(client, country):
    page(client)
    page(client, AssignmentFactory(network=country.network).user)

    assert not Advice.objects.exists()


def test_the_page_of_a_member_costs_no_more_with_more_rows(client, member, country, django_assert_max_num_queries):
    for number in range(20):
        ParticipationFactory(school=country.school, programme=ProgrammeFactory(slug=f"extra-{number}"))
    page(client, member)

    with django_assert_max_num_queries(16):
        page(client)
