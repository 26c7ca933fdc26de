"""The whole chain in a real browser: search, loket, question, answer, registration, attendance, next step."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.utils import timezone

from activities.models import Entry, Occurrence, Participation
from tests.activities.factories import OccurrenceFactory, small_country
from tests.networks.factories import AssignmentFactory
from tests.schools.factories import MembershipFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_from_the_search_to_the_next_step(visit_as):
    cache.clear()
    country = small_country()
    teacher = MembershipFactory(school=country.school).user
    coordinator = AssignmentFactory(network=country.network).user
    date = OccurrenceFactory(
        activity=country.activity, starts_at=timezone.now() + timedelta(days=20), capacity=10, places_left=10
    )

    # The school finds what fits, and asks.
    school = visit_as(teacher, "/")
    school.locator("input[name=q]").fill("regenboog")
    school.locator("main button[type=submit]").click()
    school.locator("ol.results a").first.click()
    assert school.get_by_text("U bent lid van deze school.").is_visible()
    school.locator(".suggestion").first.get_by_role("link", name="Stel uw vraag").click()
    school.get_by_label("Wat wilt u bereiken?").fill("Wij willen beginnen met onderzoekend leren in groep 7.")
    school.get_by_role("button", name="Verstuur mijn vraag").click()
    school.wait_for_url("**/vraag/*/")
    question = school.url
    assert school.get_by_text("verstuurd, nog niet gelezen").first.is_visible()

    # The network reads it and answers.
    network = visit_as(coordinator, "/vraag/ontvangen/")
    network.locator("main .result__name a").first.click()
    network.get_by_role("button", name="Lees de vraag").click()
    assert network.get_by_text("onderzoekend leren in groep 7").first.is_visible()
    network.get_by_label("Ik geef antwoord").check()
    network.get_by_label("Uw antwoord of toelichting").fill("Dat kan. Schrijf u in voor de training.")
    network.get_by_role("button", name="Verstuur", exact=True).click()

    # The school accepts the answer and signs up for the date.
    school.goto(question)
    school.get_by_role("button", name="Neem dit antwoord aan").click()
    assert school.get_by_text("antwoord aangenomen").first.is_visible()
    school.goto(country.activity.get_absolute_url())
    school.get_by_role("link", name="Schrijf in voor").first.click()
    school.get_by_label("Hoeveel leraren komen er?").fill("4")
    school.locator("main form button[type=submit]").last.click()
    school.wait_for_url("**/aanmelding/*/")
    assert Occurrence.objects.get(pk=date.pk).places_left == 9

    # The date passes; the network records who was there.
    Occurrence.objects.filter(pk=date.pk).update(
        starts_at=timezone.now() - timedelta(hours=3), ends_at=timezone.now() - timedelta(hours=1)
    )
    network.goto(f"/aanwezig/{date.uid}/")
    network.locator("form.attendance input[type=radio]").first.check()
    network.get_by_label("leraren", exact=True).fill("4")
    network.get_by_role("button", name="Bewaar de lijst").click()
    network.wait_for_load_state()
    entry = Entry.objects.get()
    assert (entry.participation.state, entry.teachers_count) == (Participation.State.ACTIVE, 4)

    # What was new is now what the school does, with its next step.
    school.goto("/loket/03WU00/")
    assert school.get_by_role("heading", name="Wat u al doet").is_visible()
    assert school.get_by_text("Volgende stap:").first.is_visible()
    school.goto("/mijn/03WU00/")
    assert school.get_by_text("1 activiteit sinds").is_visible()
    assert school.complaints == []
    assert network.complaints == []
