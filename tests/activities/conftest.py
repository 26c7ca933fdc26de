from datetime import date

import pytest

from tests.activities.factories import small_country


@pytest.fixture
def country(db):
    return small_country()


@pytest.fixture
def today(monkeypatch):
    """The one day on which the pages of these tests are asked."""
    day = date(2026, 11, 23)
    monkeypatch.setattr("django.utils.timezone.localdate", lambda *args: day)
    return day
