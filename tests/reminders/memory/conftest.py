import pytest

from reminders.due import RULES
from reminders.models import Rule
from tests.reminders.memory.pretend import Pretend


@pytest.fixture
def pretend(monkeypatch, db):
    """No rules but those that the test makes."""
    monkeypatch.setattr(RULES, "rules", {})
    Rule.objects.all().delete()
    return Pretend()
