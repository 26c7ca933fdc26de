"""The offer in the workspace, in a real browser: every page and state, by keyboard and without scripts."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from activities import revisions
from activities.models import Activity, Revision
from tests.activities.factories import ActivityFactory, OccurrenceFactory, open_day, small_country
from tests.networks.factories import AssignmentFactory, NetworkFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def scene(db):
    """A coordinator with activities in several states, a proposal, a conflict, a rejection and dates."""
    country = small_country()
    user = AssignmentFactory(network=country.network).user
    other = AssignmentFactory(network=country.network).user
    today, now = timezone.localdate(), timezone.now()
    country.date = OccurrenceFactory(activity=country.activity, starts_at=now + timedelta(days=9), capacity=5)
    country.past = OccurrenceFactory(activity=country.activity, starts_at=now - timedelta(days=9))
    for days in (10, 200, 300, 400):
        ActivityFactory(
            network=country.network, confirmed_on=today - timedelta(days=days), title="Een heel lange " * 6
        )
    ActivityFactory(network=NetworkFactory(programme=country.network.programme), title="Van elders")
    country.user = user
    country.draft = revisions.start(network=country.network, by=user)
    country.draft.typed = {"vraagt-en-levert": {"data": {"effort_hours": ["veel"]}, "errors": ["effort_hours"]}}
    country.draft.save()
    country.conflict = revisions.start(network=country.network, by=user, activity=country.activity)
    country.conflict.values = {**country.conflict.values, "title": "Van mij", "summary": "Mijn tekst."}
    country.conflict.save()
    country.proposal = revisions.start(network=country.network, by=other, activity=country.activity)
    country.proposal.values = {**country.proposal.values, "cost_euro": 10}
    country.proposal.save()
    revisions.propose(revision=country.proposal, by=other, now=now)
    Activity.objects.filter(pk=country.activity.pk).update(title="Van een ander", effort_hours=3)
    country.rejected = revisions.start(network=country.network, by=other)
    country.rejected.values = {**country.rejected.values, "title": "Toch niet"}
    country.rejected.proposed_at = country.rejected.rejected_at = now
    country.rejected.decision_note = "Dit doen wij al."
    country.rejected.save()
    return country


def pages(scene):
    revision = {name: getattr(scene, name).uid for name in ("draft", "conflict", "proposal", "rejected")}
    date = ("training", scene.date.uid)
    found = [
        ("offers", ()),
        ("offer-new", ()),
        ("offer", ("training",)),
        ("offer-audience", ("training",)),
        ("offer-dates", ("training",)),
        ("offer-date", date),
        ("offer-date-call-off", date),
        ("offer-date", ("training", scene.past.uid)),
        *(("revision", (uid,)) for uid in revision.values()),
        ("revision-preview", (revision["conflict"],)),
        ("revision-audience", (revision["conflict"],)),
        *(
            ("revision-step", (revision["draft"], step))
            for step in ("wat", "voor-wie", "vraagt-en-levert", "bewijs", "wanneer")
        ),
    ]
    addresses = [reverse(f"workspace:{name}", args=args) for name, args in found]
    return [*addresses, "/beheer/aanbod/?stand=gepland", "/beheer/aanbod/activiteit/training/wie/?school=03WU00"]


@pytest.mark.parametrize("width", ["wide", "small"])
def test_no_page_holds_a_barrier_or_is_too_wide(visit_as, barriers, scene, width):
    page = visit_as(scene.user, "/beheer/aanbod/", width=width)
    found = {}
    for path in pages(scene):
        page.goto(path)
        problems = barriers(page) + page.complaints
        if page.evaluate("document.documentElement.scrollWidth") > page.viewport_size["width"]:
            problems.append("wider than the screen")
        if problems:
            found[path] = problems

    assert found == {}


@pytest.mark.parametrize("width", ["wide", "small"])
def test_what_was_typed_wrong_is_readable_too(visit_as, barriers, scene, width):
    page = visit_as(scene.user, reverse("workspace:revision-step", args=[scene.draft.uid, "wat"]), width=width)
    page.get_by_role("button", name="Bewaar en ga verder").click()

    assert page.get_by_text("Geef het een titel.").is_visible()
    assert barriers(page) == []

    page.goto(reverse("workspace:offer-dates", args=["training"]))
    page.get_by_role("button", name="Bekijk welke datums dit worden").click()

    assert page.get_by_text("Vul een dag in.").is_visible()
    assert barriers(page) == []


def test_confirming_swaps_one_row_and_says_so(visit_as, scene):
    page = visit_as(scene.user, "/beheer/aanbod/?stand=te-bevestigen")
    rows = page.locator("tbody tr")
    before = rows.count()
    rows.first.get_by_role("button", name="Dit klopt nog").click()
    page.get_by_text("vandaag bevestigd").wait_for()

    assert rows.count() == before
    assert page.url.endswith("?stand=te-bevestigen")
    assert Activity.objects.to_confirm(timezone.localdate()).count() == 2
    assert page.complaints == []


def test_an_offer_with_three_dates_is_made_by_keyboard_and_then_public(visit_as, scene):
    page = visit_as(scene.user, "/beheer/aanbod/nieuw/")
    page.get_by_role("button", name="Begin met een leeg formulier").press("Enter")
    page.get_by_label("Titel").fill("Robots in de klas")
    page.get_by_label("Wat u doet").fill("U krijgt een gast in de klas.")
    page.get_by_label("Soort").select_option("guest_lesson")
    page.get_by_label("Titel").press("Enter")
    page.get_by_label("basisonderwijs (po)").check()
    for _step in range(4):
        page.get_by_role("button", name="Bewaar en ga verder").click()

    assert page.get_by_text("1 school ziet dit in haar lijst.").is_visible()
    page.get_by_role("button", name="Publiceer").click()
    assert page.get_by_text("Scholen zien dit nu.").is_visible()

    page.get_by_role("link", name="Datums (0)").click()
    first = open_day()
    page.get_by_label("Dag, of de eerste dag").fill(first.isoformat())
    page.locator("#id_begins").fill("13:30")
    page.locator("#id_ends").fill("15:00")
    page.get_by_label("Hoe vaak?").select_option("week")
    page.get_by_label("Tot en met").fill((first + timedelta(days=14)).isoformat())
    page.get_by_label("Gemeente").select_option(label="Assen")
    page.get_by_role("button", name="Bekijk welke datums dit worden").click()
    page.get_by_role("button", name="datums toe").click()

    activity = Activity.objects.get(title="Robots in de klas")
    assert page.get_by_text("Scholen zien ze nu.").is_visible()
    assert activity.occurrences.count() == 3
    page.goto(activity.get_absolute_url())
    assert page.get_by_role("heading", name="Robots in de klas").is_visible()
    assert not Revision.objects.undecided().filter(activity=activity).exists()
