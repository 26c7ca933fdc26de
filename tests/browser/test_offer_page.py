"""The page of an activity and its form in a real browser: no barrier, no broken policy, and without scripts."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.utils import timezone

from activities.models import Activity, Material, Note, Occurrence
from loket.vocabulary import Availability
from tests.activities.factories import small_country

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PATH = "/aanbod/training/"


@pytest.fixture(autouse=True)
def country():
    """A small country with a date, a cancelled date and material at its one activity."""
    cache.clear()
    country = small_country()
    Activity.objects.update(summary="</script><b>Een les.</b>", is_sample=True)
    Material.objects.create(activity=country.activity, title="Werkblad", url="https://maker.example/")
    for days, cancelled_at in ((7, None), (8, timezone.now())):
        moment = timezone.now() + timedelta(days=days)
        Occurrence.objects.create(
            activity=country.activity, starts_at=moment, ends_at=moment, places_left=3, cancelled_at=cancelled_at
        )
    return country


@pytest.mark.parametrize("width", ["wide", "small"])
@pytest.mark.parametrize("path", [PATH, f"{PATH}?q=regenboog", f"{PATH}?q=xyzzyx", f"{PATH}klopt-niet/"])
def test_no_barrier_and_no_broken_policy(visit, barriers, path, width):
    page = visit(path, width=width)

    assert page.complaints == []
    assert barriers(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("availability", [Availability.VERKENNING, Availability.WACHTLIJST, Availability.BEEINDIGD])
def test_no_barrier_whatever_its_standing(visit, barriers, availability):
    Activity.objects.update(own_availability=availability)

    page = visit(PATH)

    assert page.complaints == []
    assert barriers(page) == []


def test_without_scripts_a_school_reads_whether_it_fits(visit):
    page = visit(PATH, scripts=False)
    page.get_by_label("Uw school, plaats").fill("regenboog assen")
    page.get_by_role("button", name="Kijk of het past").click()

    assert page.get_by_text("Past omdat:").is_visible()


def test_without_scripts_a_note_is_refused_with_its_text_and_then_taken(visit, barriers):
    page = visit(PATH, scripts=False)
    page.get_by_role("link", name="Klopt er iets niet?").click()
    page.get_by_label("Wat klopt er niet?").fill("De prijs klopt niet.")
    page.get_by_label("Uw e-mailadres").fill("geen adres")
    page.get_by_role("button", name="Stuur naar het netwerk").click()

    assert page.get_by_text("Dit is geen e-mailadres.").is_visible()
    assert page.get_by_label("Wat klopt er niet?").input_value() == "De prijs klopt niet."
    page.get_by_label("Uw e-mailadres").fill("")
    page.get_by_role("button", name="Stuur naar het netwerk").click()
    assert page.get_by_text("Wat er nu gebeurt").is_visible()
    assert Note.objects.get().text == "De prijs klopt niet."
