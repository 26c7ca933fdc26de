""" "Mijn school": what waits, what runs, what was done, and who sees it."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.utils import timezone
from icalendar import Calendar

from activities.models import Advice, Entry
from enquiries.asking import ask
from enquiries.calendar_feeds import renew_feed, revoke_feed
from enquiries.models import CalendarFeed, Enquiry, EnquiryEvent
from enquiries.registrations import register
from loket.vocabulary import Initiative
from schools.models import Profile
from tests.accounts.factories import UserFactory
from tests.activities.factories import OccurrenceFactory, ParticipationFactory, small_country
from tests.networks.factories import AssignmentFactory, NetworkFactory
from tests.schools.factories import MembershipFactory, SchoolFactory

NOW = timezone.now()


@pytest.fixture
def country(db):
    return small_country()


@pytest.fixture
def member(country):
    return MembershipFactory(school=country.school).user


def page(client, user, code="03WU00"):
    client.force_login(user)
    return client.get(f"/mijn/{code}/")


def section(text, name):
    return text.split(f'id="{name}"')[1].split("</section>")[0]


def question(country, by, **values):
    texts = {"goal": "Wij willen meer onderzoek in de klas", "for_whom": "groep 7", "period": "voorjaar"}
    return ask(
        form_key=uuid4(),
        school=country.school,
        texts=texts | values,
        sectors=["po"],
        needs=[],
        networks=[country.network.pk],
        now=NOW,
        by=by,
    )


def sign_up(country, by, *, days=30, capacity=None, **values):
    starts_at = NOW + timedelta(days=days)
    occurrence = OccurrenceFactory(activity=country.activity, starts_at=starts_at, capacity=capacity, **values)
    return register(
        form_key=uuid4(),
        occurrence=occurrence,
        school=country.school,
        sector="po",
        by=by,
        now=NOW,
        pupils_count=20,
        teachers_count=2,
        initiatives=[Initiative.SCHOOL],
        remark="",
    )


# --- what it shows ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("coordinates", "belongs", "comes_to"),
    [(True, False, "/beheer/"), (True, True, "/mijn/"), (False, True, "/mijn/"), (False, False, "/mijn/")],
)
def test_after_login_each_comes_to_their_own_work(client, country, coordinates, belongs, comes_to):
    user = UserFactory()
    if coordinates:
        AssignmentFactory(user=user, network=country.network)
    if belongs:
        MembershipFactory(user=user, school=country.school)
    client.force_login(user)

    assert client.get("/mijn/begin/")["Location"] == comes_to


def test_a_school_with_nothing_is_told_where_to_begin(client, country, member):
    text = page(client, member).content.decode()

    assert "Zeg hoe ver uw school is" in section(text, "nu-doen")
    assert "Uw school doet nog nergens aan mee. Wat houdt u tegen?" in section(text, "nu-doen")
    assert "Er loopt nu geen vraag." in text
    assert "nog geen deelname bekend" in text


def test_with_a_fresh_profile_and_participation_nothing_waits(client, country, member):
    Profile.objects.create(school=country.school, sector="po", phase="orientatie")
    ParticipationFactory(school=country.school, programme=country.programmes["near"])

    text = page(client, member).content.decode()

    assert "Er wacht niets op u." in section(text, "nu-doen")
    assert "Nabij" in section(text, "volgende-stap")


def test_an_old_profile_is_asked_about(client, country, member):
    profile = Profile.objects.create(school=country.school, sector="po", phase="orientatie")
    Profile.objects.filter(pk=profile.pk).update(set_at=NOW - timedelta(days=400))

    assert "Klopt het nog?" in page(client, member).content.decode()


def test_a_running_question_says_by_when_there_is_an_answer(client, country, member):
    enquiry = question(country, member)

    text = section(page(client, member).content.decode(), "vragen")

    assert "Wij willen meer onderzoek" in text
    assert "antwoord uiterlijk" in text
    assert enquiry.get_absolute_url() in text


def test_an_answer_waits_for_the_school(client, country, member):
    enquiry = question(country, member)
    recipient = enquiry.recipients.get()
    EnquiryEvent.objects.create(
        enquiry=enquiry, recipient=recipient, kind="answered", happened_at=NOW, text="Dat kan"
    )

    assert "Er is antwoord op uw vraag" in section(page(client, member).content.decode(), "nu-doen")


def test_a_question_put_off_comes_back_on_its_day(client, country, member):
    enquiry = question(country, member)
    EnquiryEvent.objects.create(
        enquiry=enquiry, kind="postponed", happened_at=NOW, ask_again_on=timezone.localdate(NOW)
    )

    assert "U wilde deze vraag nu opnieuw bekijken" in page(client, member).content.decode()


def test_a_registration_stands_with_its_date_and_state(client, country, member):
    registration = sign_up(country, member)

    text = section(page(client, member).content.decode(), "aanmeldingen")

    assert registration.get_absolute_url() in text
    assert "heeft een plaats" in text


def test_what_is_over_is_an_earlier_registration(client, country, member):
    registration = sign_up(country, member)
    occurrence = registration.occurrence
    occurrence.starts_at, occurrence.ends_at = NOW - timedelta(days=3), NOW - timedelta(days=2)
    occurrence.save()

    text = section(page(client, member).content.decode(), "aanmeldingen")

    assert "nu nergens voor aangemeld" in text
    assert registration.get_absolute_url() in text


def test_participation_stands_by_year_with_what_happened(client, country, member):
    this_year = ParticipationFactory(school=country.school, programme=country.programmes["near"])
    ParticipationFactory(school=country.school, programme=country.programmes["near"], school_year="2015-2016")
    Entry.objects.create(
        participation=this_year, happened_on=date(2026, 10, 5), kind="training", pupils_count=25, teachers_count=1
    )

    text = section(page(client, member).content.decode(), "deelname")

    assert text.index("Schooljaar 2026-2027") < text.index("Schooljaar 2015-2016")
    assert "25 leerlingen, 1 leraar" in text
    assert "1 activiteit sinds" in text


def test_history_of_a_merged_school_stays(client, country, member):
    old = SchoolFactory(code="03WV00", successor=country.school, closed_on=date(2026, 8, 1))
    ParticipationFactory(school=old, programme=country.programmes["near"], school_year="2024-2025")

    assert "Schooljaar 2024-2025" in page(client, member).content.decode()


def test_advice_says_what_it_led_to(client, country, member):
    suggestions = [{"activity": country.activity.pk, "programme": "nabij", "rank": 1}]
    advice = Advice.objects.create(school=country.school, asked_by=member, suggestions=suggestions)
    Advice.objects.filter(pk=advice.pk).update(given_at=NOW - timedelta(days=3))
    enquiry = question(country, member)
    Enquiry.objects.filter(pk=enquiry.pk).update(activity=country.activity)
    sign_up(country, member)

    text = section(page(client, member).content.decode(), "adviezen")

    assert "Daarna volgde: 1 vraag, 1 aanmelding." in text


def test_advice_of_later_led_to_nothing_of_before(client, country, member):
    sign_up(country, member)
    suggestions = [{"activity": country.activity.pk, "programme": "nabij", "rank": 1}]
    advice = Advice.objects.create(school=country.school, suggestions=suggestions)
    Advice.objects.filter(pk=advice.pk).update(given_at=NOW + timedelta(hours=1))

    assert "Daar is nog niets uit gevolgd." in page(client, member).content.decode()


# --- who sees it -----------------------------------------------------------------------------------


@pytest.mark.parametrize("make", [UserFactory, lambda: AssignmentFactory(network=NetworkFactory()).user])
def test_a_stranger_finds_nothing(client, country, make):
    user = make()

    assert page(client, user).status_code == 404
    assert client.get("/mijn/03WU00/deelname.csv").status_code == 404
    assert client.post("/mijn/03WU00/agenda-adres/").status_code == 404


def test_a_coordinator_sees_participation_and_no_questions(client, country, member):
    question(country, member)
    ParticipationFactory(school=country.school, programme=country.programmes["near"])

    text = page(client, AssignmentFactory(network=country.network).user).content.decode()

    assert "Schooljaar 2026-2027" in text
    assert "Wij willen meer onderzoek" not in text
    assert 'id="nu-doen"' not in text
    assert 'id="agenda"' not in text


def test_the_page_is_kept_by_nobody(client, country, member):
    assert "no-store" in page(client, member)["Cache-Control"]


def test_ten_years_cost_no_more_than_one(client, country, member, django_assert_max_num_queries):
    for year in range(2016, 2026):
        row = ParticipationFactory(
            school=country.school, programme=country.programmes["near"], school_year=f"{year}-{year + 1}"
        )
        for number in range(1, 6):
            Entry.objects.create(participation=row, happened_on=date(year, 10, number), kind="training")
    for number in range(5):
        question(country, member, goal=f"Vraag nummer {number}")
        sign_up(country, member, days=10 + number)
    page(client, member)

    with django_assert_max_num_queries(15):
        assert client.get("/mijn/03WU00/").status_code == 200


# --- calendar --------------------------------------------------------------------------------------


def test_the_secret_calendar_holds_what_the_school_is_registered_for(client, country, member):
    sign_up(country, member)
    sign_up(country, member, capacity=0)
    feed = renew_feed(user=member, school=country.school, now=NOW)

    response = client.get(feed.get_absolute_url())

    events = Calendar.from_ical(response.content).walk("VEVENT")
    assert [str(event["summary"]) for event in events] == ["Training in de klas"]
    assert "no-store" in response["Cache-Control"]


def test_a_revoked_renewed_or_ended_address_is_gone(client, country, member):
    first = renew_feed(user=member, school=country.school, now=NOW)
    second = renew_feed(user=member, school=country.school, now=NOW)

    assert client.get(first.get_absolute_url()).status_code == 404
    assert client.get(second.get_absolute_url()).status_code == 200
    member.memberships.update(ended_at=NOW)
    assert client.get(second.get_absolute_url()).status_code == 404
    member.memberships.update(ended_at=None)
    assert revoke_feed(user=member, school=country.school, now=NOW)
    assert not revoke_feed(user=member, school=country.school, now=NOW)
    assert client.get(second.get_absolute_url()).status_code == 404


def test_a_member_makes_and_revokes_an_address(client, country, member):
    client.force_login(member)

    text = client.post("/mijn/03WU00/agenda-adres/", follow=True).content.decode()

    assert CalendarFeed.objects.get().secret in text
    text = client.post("/mijn/03WU00/agenda-adres/weg/", follow=True).content.decode()
    assert "werkt niet meer" in text
    assert CalendarFeed.objects.get().revoked_at


# --- file ------------------------------------------------------------------------------------------


def test_the_file_has_a_line_for_each_thing_that_happened(client, country, member):
    row = ParticipationFactory(school=country.school, programme=country.programmes["near"])
    country.activity.title = "=cmd|' /C calc'!A0"
    country.activity.save()
    Entry.objects.create(
        participation=row,
        happened_on=date(2026, 10, 5),
        kind="training",
        activity=country.activity,
        pupils_count=25,
    )
    client.force_login(member)

    lines = client.get("/mijn/03WU00/deelname.csv").content.decode("utf-8-sig").splitlines()

    assert len(lines) == 2
    assert lines[0].startswith("schooljaar;programma;")
    assert ";2026-10-05;scholing;'=cmd" in lines[1]
    assert lines[1].endswith(";25;")
