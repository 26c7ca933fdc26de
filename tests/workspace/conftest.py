import pytest

from tests.workspace.world import world


@pytest.fixture
def home(db):
    """The small world of tests.workspace.world."""
    return world()


@pytest.fixture
def as_role(home, sign_in):
    """as_role("coordinator") -> a client of that person, past the second step."""
    return lambda role: sign_in(home.people[role])
