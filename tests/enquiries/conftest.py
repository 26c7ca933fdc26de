from datetime import UTC

import pytest
from django.core.cache import cache

from accounts import messages
from tests.enquiries.factories import NOW, asking_country


@pytest.fixture(autouse=True)
def _nothing_counted_and_nobody_sends(monkeypatch):
    cache.clear()
    monkeypatch.setattr(messages.current_app, "send_task", lambda *args, **options: None, raising=False)


@pytest.fixture
def country(db):
    return asking_country()


@pytest.fixture
def today(monkeypatch):
    """The clock of the pages stands at NOW; `today.move(days)` moves it."""

    class Clock:
        now = NOW

        def move(self, to):
            self.now = to

    clock = Clock()
    monkeypatch.setattr("django.utils.timezone.now", lambda: clock.now)
    assert clock.now.tzinfo is UTC
    return clock
