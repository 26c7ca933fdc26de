"""What staff edit of the offer in the admin."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from activities.models import Activity, Occurrence
from regions.models import News
from tests.activities.factories import ActivityFactory


def test_staff_write_news_of_a_region(client, country, admin_client):
    region = country.municipality.region
    values = {"title": "Nieuw!", "text": "Er is **veel**.", "region": region.pk, "published_on": "2026-11-01"}

    answer = admin_client.post("/admin/regions/news/add/", values)

    assert answer.status_code == 302
    assert News.objects.get().published_on == date(2026, 11, 1)
    assert "Er is <strong>veel</strong>." in client.get(f"/regio/{region.slug}/").content.decode()


def test_staff_add_a_date_and_material_to_an_activity(client, country, admin_client):
    path = f"/admin/activities/activity/{country.activity.pk}/change/"
    form = admin_client.get(path).context["adminform"].form
    values = {name: value for name, value in form.initial.items() if value not in (None, "")}
    prefix = "occurrences-0-"
    values |= {
        "occurrences-TOTAL_FORMS": 1,
        "occurrences-INITIAL_FORMS": 0,
        f"{prefix}starts_at_0": "2026-12-10",
        f"{prefix}starts_at_1": "09:30",
        f"{prefix}ends_at_0": "2026-12-10",
        f"{prefix}ends_at_1": "12:00",
        f"{prefix}place": "Assen",
        "materials-TOTAL_FORMS": 1,
        "materials-INITIAL_FORMS": 0,
        "materials-0-title": "Lesbrief",
        "materials-0-url": "https://maker.voorbeeld.example/brief",
    }

    answer = admin_client.post(path, values)

    assert answer.status_code == 302, answer.context["errors"]
    assert Occurrence.objects.get().place == "Assen"
    assert Activity.objects.get(slug="training").materials.get().title == "Lesbrief"


@pytest.mark.parametrize(
    ("chosen", "seen"), [("weg", {"oud"}), ("vragen", {"oud", "te-vragen"}), ("", {"oud", "te-vragen", "vers"})]
)
def test_staff_find_what_nobody_confirmed(admin_client, chosen, seen):
    today = timezone.localdate()
    for slug, days in (("oud", 400), ("te-vragen", 200), ("vers", 10)):
        ActivityFactory(slug=slug, confirmed_on=today - timedelta(days=days))

    page = admin_client.get("/admin/activities/activity/", {"bevestigd": chosen} if chosen else {})

    assert {activity.slug for activity in page.context["cl"].queryset} == seen
