import pytest

from tests.workspace.world import today, world


def make_home():
    """The small world of tests.workspace.world; its `today` is its day."""
    found = world()
    found.today = today()
    return found


@pytest.fixture
def home(db):
    return make_home()
