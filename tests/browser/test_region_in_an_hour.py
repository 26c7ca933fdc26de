"""A new coordinator at work in one sitting: takes over, brings a list, draws the area, publishes, answers."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from activities.models import Activity, Occurrence, Participation
from enquiries.models import EnquiryEvent, Registration
from loket.vocabulary import school_year
from networks.models import Assignment
from tests.accounts.factories import UserFactory
from tests.browser.test_workspace_networks import assert_fine
from tests.schools.factories import MembershipFactory, SchoolFactory
from tests.workspace.imports.files import xlsx_file
from tests.workspace.world import ask, world
from workspace.imports import steps
from workspace.models import Import

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def home(transactional_db, monkeypatch):
    monkeypatch.setattr(steps, "hand_over", lambda pk: None)
    made = world()
    made.far_school = SchoolFactory(code="05XY00", name="De Verte", municipality=made.far)
    made.newcomer = UserFactory(email="nieuw@voorbeeld.example", name="Nieuwe Coördinator")
    return made


def work():
    for this in Import.objects.waiting():
        steps.work_on(this.pk, now=timezone.now())


def list_of_last_year(home):
    year = school_year(timezone.localdate() - timedelta(days=365))
    heading = ["Vestigingscode", "School", "Sector", "Schooljaar", "Doet mee vanaf"]
    return xlsx_file(heading, [home.school.code, home.school.name, "po", year, f"{year[:4]}-09-01"])


def test_a_new_coordinator_runs_the_region(home, visit_as, barriers):
    fine = lambda: assert_fine(page, barriers)  # noqa: E731

    # The coordinator left; the programme office hands the network over today.
    page = visit_as(home.people["staff"], reverse("workspace:network-hand-over", args=[home.network.slug]))
    page.get_by_label(str(home.people["coordinator"])).check()
    page.get_by_label("E-mailadres").fill(home.newcomer.email)
    page.get_by_role("button", name="Draag over").click()
    fine()
    assert Assignment.objects.on(timezone.localdate()).filter(user=home.newcomer, network=home.network).exists()

    # The new coordinator begins at the work.
    page = visit_as(home.newcomer, "/mijn/begin/")
    assert page.get_by_role("heading", level=1).inner_text() == "Nu doen"
    fine()

    # Last year's participants come from a spreadsheet.
    page.get_by_role("link", name="Lijsten").click()
    page.get_by_label("Wat staat er in de lijst?").select_option("participants")
    sheet = {"name": "deelname.xlsx", "mimeType": "application/octet-stream", "buffer": list_of_last_year(home)}
    page.set_input_files("input[type=file]", sheet)
    page.get_by_role("button", name="Lees in").click()
    work()
    page.get_by_role("button", name="Pas 1 rij toe").wait_for()  # the page asks each second and loads itself anew
    page.wait_for_load_state()
    fine()
    page.get_by_role("button", name="Pas 1 rij toe").click()
    work()
    page.get_by_text("Toegepast op").wait_for()
    page.wait_for_load_state()
    assert Participation.objects.get(network=home.network).school == home.school

    # The area grows by a municipality; first it says what that changes.
    page.get_by_role("link", name="Netwerken").click()
    page.goto(reverse("workspace:network-area", args=[home.network.slug]))
    fine()
    page.evaluate("document.querySelectorAll('main details').forEach(fold => { fold.open = true; })")
    page.get_by_label("Vaals", exact=True).check()
    page.get_by_role("button", name="Bekijk wat er verandert").click()
    page.get_by_role("heading", name="Wat er verandert").wait_for()
    fine()
    page.get_by_role("button", name="Bewaar dit werkgebied").click()
    assert set(home.network.area.values_list("name", flat=True)) == {"Assen", "Vaals"}

    # An offer with three dates.
    page.goto("/beheer/aanbod/nieuw/")
    page.get_by_role("button", name="Begin met een leeg formulier").click()
    page.get_by_label("Titel").fill("Robots in de klas")
    page.get_by_label("Wat u doet").fill("U krijgt een gast in de klas.")
    page.get_by_label("Soort").select_option("guest_lesson")
    page.get_by_role("button", name="Bewaar en ga verder").click()
    page.get_by_label("basisonderwijs (po)").check()
    for _step in range(4):
        fine()
        page.get_by_role("button", name="Bewaar en ga verder").click()
    fine()
    page.get_by_role("button", name="Publiceer").click()
    activity = Activity.objects.get(title="Robots in de klas")
    for days in (40, 47, 54):
        page.goto(reverse("workspace:offer-dates", args=[activity.slug]))
        page.get_by_label("Dag, of de eerste dag").fill((timezone.localdate() + timedelta(days=days)).isoformat())
        page.locator("#id_begins").fill("13:30")
        page.locator("#id_ends").fill("15:00")
        page.get_by_label("Gemeente").select_option(label="Assen")
        page.get_by_role("button", name="Bekijk welke datums dit worden").click()
        page.get_by_role("button", name="datum toe").click()
    fine()
    assert activity.occurrences.count() == 3

    # A question of a school is answered.
    recipient = ask(home)
    page.goto("/beheer/")
    page.get_by_role("link", name="Beantwoord").first.click()
    page.get_by_role("button", name="Lees de vraag").click()
    page.get_by_label("Ik geef antwoord").check()
    page.get_by_label("Uw antwoord of toelichting").fill("Dat kan. Kom naar Robots in de klas.")
    page.get_by_role("button", name="Verstuur", exact=True).click()
    fine()
    assert EnquiryEvent.objects.filter(recipient=recipient, kind="answered").exists()

    # The school comes; who was there is written down.
    date = activity.occurrences.order_by("starts_at").first()
    teacher = MembershipFactory(school=home.school).user
    school = visit_as(teacher, reverse("enquiries:register", args=[date.uid]))
    school.get_by_label("Hoeveel leraren komen er?").fill("3")
    school.locator("main form button[type=submit]").last.click()
    assert Registration.objects.filter(occurrence=date).exists()
    then = timezone.now() - timedelta(hours=3)
    Occurrence.objects.filter(pk=date.pk).update(starts_at=then, ends_at=then + timedelta(hours=1))
    page.goto("/beheer/")
    page.get_by_role("link", name="Vul in wie er was").click()
    page.locator("form.attendance input[type=radio]").first.check()
    page.get_by_label("leraren", exact=True).fill("3")
    page.get_by_role("button", name="Bewaar de lijst").click()
    fine()
    assert (
        Participation.objects.get(
            school=home.school, school_year=school_year(timezone.localdate(then))
        ).entries.count()
        == 1
    )
