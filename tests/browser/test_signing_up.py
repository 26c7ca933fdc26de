"""The pages of signing up in a real browser: no barrier and no broken policy, in each state and at both widths."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone

from activities.models import Entry, Occurrence
from enquiries import registrations
from enquiries.models import Registration
from loket.vocabulary import Availability
from tests.activities.factories import OccurrenceFactory
from tests.enquiries.signing_up import sign_up, world
from tests.networks.factories import NetworkFactory
from tests.schools.factories import SchoolFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def now():
    return timezone.now()


@pytest.fixture(autouse=True)
def home(now):
    """A date with two places, in ten days; another one after it."""
    cache.clear()
    home = world(starts_at=now + timedelta(days=10))
    home.other = OccurrenceFactory(
        activity=home.activity, starts_at=now + timedelta(days=17), capacity=3, places_left=3
    )
    return home


def checked(page, barriers):
    assert page.complaints == []
    assert barriers(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def path_of(home):
    return reverse("enquiries:register", args=[home.date.uid])


def for_programme(home, now, availability=Availability.WACHTLIJST):
    home.programme.availability = availability
    home.programme.save()
    return registrations.register_for_programme(
        form_key=uuid4(),
        school=home.school,
        sector="po",
        programme=home.programme,
        network=home.network,
        by=home.member,
        now=now,
    )


@pytest.mark.parametrize("width", ["wide", "small"])
def test_a_school_signs_up_without_scripts_and_moves_and_cancels(visit_as, barriers, home, width):
    page = visit_as(home.member, home.activity.get_absolute_url(), width=width, scripts=False)
    page.get_by_role("link", name="Schrijf in voor").first.click()
    page.get_by_label("Hoeveel leerlingen komen er?").fill("veel")
    page.get_by_label("onze eigen school").check()
    page.get_by_role("button", name="Schrijf in voor").click()
    assert page.get_by_text("Vul een heel getal in").is_visible()
    assert page.get_by_label("Hoeveel leerlingen komen er?").input_value() == "veel"

    page.get_by_label("Hoeveel leerlingen komen er?").fill("24")
    page.get_by_role("button", name="Schrijf in voor").click()
    assert page.get_by_role("heading", level=1).inner_text().startswith("U hebt een plaats op")

    page.get_by_text("Kies een andere datum").click()
    page.get_by_label("3 vrij").check()
    page.get_by_role("button", name="Ga naar deze datum").click()
    assert Registration.objects.get().occurrence == home.other

    page.get_by_text("Meld u af", exact=True).click()
    page.get_by_role("button", name="Meld af voor").click()
    assert page.get_by_text("Kies een reden.").is_visible()
    page.get_by_label("bezuiniging").check()
    page.get_by_role("button", name="Meld af voor").click()
    assert page.get_by_role("heading", level=1).inner_text() == "Uw school is afgemeld"


@pytest.mark.parametrize("width", ["wide", "small"])
def test_no_barrier_in_the_form_with_and_without_mistakes(visit_as, barriers, home, width):
    home.school.sectors = home.activity.sectors = ["po", "so"]
    home.school.save()
    home.activity.save()
    page = visit_as(home.member, path_of(home), width=width)
    checked(page, barriers)

    page.get_by_label("Hoeveel leerlingen komen er?").fill("-3")
    page.get_by_label("Wat moet het netwerk nog weten?").fill("x" * 600)
    page.get_by_role("button", name="Schrijf in voor").click()

    assert page.get_by_text("Kies een sector.").is_visible()
    checked(page, barriers)


@pytest.mark.parametrize("width", ["wide", "small"])
def test_no_barrier_where_one_chooses_or_cannot(visit_as, barriers, home, now, width, django_user_model):
    nobody = django_user_model.objects.create_user("niemand@voorbeeld.example")
    page = visit_as(nobody, path_of(home), width=width)
    page.complaints.clear()  # the browser writes down that the answer was 403
    checked(page, barriers)

    page = visit_as(home.coordinator, f"{path_of(home)}?q=regenboog", width=width)
    checked(page, barriers)

    NetworkFactory(name="Netwerk Twee", programme=home.programme, area=[home.place])
    page = visit_as(home.member, reverse("enquiries:register-programme", args=["nabij"]), width=width)
    checked(page, barriers)

    Occurrence.objects.filter(pk=home.date.pk).update(cancelled_at=now)
    page = visit_as(home.member, path_of(home), width=width)
    assert page.get_by_text("Deze datum gaat niet door.").is_visible()
    checked(page, barriers)


def placed(home, now):
    return sign_up(home, school=home.school, by=home.member, now=now, pupils_count=24, remark="Wij komen met de bus.")


def waiting(home, now):
    sign_up(home, now=now), sign_up(home, now=now)
    return placed(home, now)


def offered(home, now):
    row = waiting(home, now)
    first = Registration.objects.order_by("pk").first()
    registrations.cancel(registration=first, reason="other", by=None, now=now)
    return row


def lapsed(home, now):
    row = offered(home, now)
    row.waiting_offers.update(expires_at=now)
    registrations.lapse_offers(now=now)
    return row


def cancelled(home, now):
    row = placed(home, now)
    return registrations.cancel(registration=row, reason="cutbacks", text="Te druk", by=home.member, now=now)


def called_off(home, now):
    row = placed(home, now)
    registrations.change_occurrence(occurrence=home.date, values={"cancelled_at": now}, by=None, now=now)
    return row


def signed_up(home, now):
    return for_programme(home, now, Availability.BEPERKT)


@pytest.mark.parametrize("width", ["wide", "small"])
@pytest.mark.parametrize(
    "state",
    [placed, waiting, offered, lapsed, cancelled, called_off, signed_up, for_programme],
    ids=lambda s: s.__name__,
)
def test_no_barrier_in_any_state(visit_as, barriers, home, now, state, width):
    row = state(home, now)

    page = visit_as(home.member, row.get_absolute_url(), width=width)
    for fold in page.locator("details").all():
        fold.locator("summary").click()

    checked(page, barriers)


@pytest.mark.parametrize("width", ["wide", "small"])
def test_no_barrier_in_a_form_with_mistakes_on_the_page(visit_as, barriers, home, now, width):
    page = visit_as(home.member, placed(home, now).get_absolute_url(), width=width)
    page.get_by_text("Meld u af", exact=True).click()
    page.get_by_role("button", name="Meld af voor").click()

    assert page.get_by_text("Kies een reden.").is_visible()
    checked(page, barriers)


@pytest.mark.parametrize("width", ["wide", "small"])
def test_the_coordinator_confirms_and_takes_attendance(visit_as, barriers, home, now, width):
    row = for_programme(home, now)
    page = visit_as(home.coordinator, row.get_absolute_url(), width=width)
    page.get_by_role("button", name="Bevestig de deelname").click()
    assert page.get_by_role("heading", level=1).inner_text() == "Uw school doet mee aan Nabij"

    placed(home, now)
    path = reverse("enquiries:attendance", args=[home.date.uid])
    page.goto(path)
    checked(page, barriers)  # before the day

    Occurrence.objects.filter(pk=home.date.pk).update(starts_at=now - timedelta(minutes=1))
    page.goto(path)
    checked(page, barriers)
    page.get_by_label("was er", exact=True).check()
    page.get_by_label("leerlingen").fill("veel")
    page.get_by_role("button", name="Bewaar de lijst").click()
    assert page.get_by_text("De lijst is nog niet bewaard.").is_visible()
    checked(page, barriers)
    page.get_by_label("leerlingen").fill("22")
    page.get_by_role("button", name="Bewaar de lijst").click()
    assert page.get_by_text("De lijst is bewaard.").is_visible()

    page.goto(reverse("enquiries:participation", args=[Entry.objects.get().participation_id]))
    for fold in page.locator("details").all():
        fold.locator("summary").click()
    checked(page, barriers)
    page.get_by_role("link", name="Verbeter").click()
    checked(page, barriers)
    page.get_by_label("Hoeveel leerlingen waren er?").fill("x")
    page.get_by_role("button", name="Bewaar").click()
    assert page.get_by_text("Vul een heel getal in").is_visible()
    checked(page, barriers)


def test_the_list_on_paper_has_every_group_and_no_form(visit_as, home, now):
    placed(home, now)
    sign_up(home, school=SchoolFactory(name="De Tweede"), now=now)
    page = visit_as(home.coordinator, reverse("enquiries:attendance", args=[home.date.uid]))
    page.emulate_media(media="print")

    assert page.get_by_role("table", name="Presentielijst").get_by_role("row").count() == 3
    assert not page.locator("main form").first.is_visible()
