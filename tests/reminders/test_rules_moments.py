"""The latest moment that came: properties for any day, any lead times, any pause."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from reminders.due import Asked
from reminders.rules.moments import latest, reach
from tests.reminders.asking import at

DAY = date(2027, 3, 1)
leads = st.lists(st.integers(-400, 400), min_size=1, max_size=5, unique=True).map(tuple)
offsets = st.integers(-500, 900)
repeats = st.none() | st.integers(1, 60)


def asked(offset, days):
    return Asked(now=at(DAY + timedelta(days=offset)), days=days)


@given(offsets, leads, repeats)
def test_a_moment_lies_behind_and_the_next_one_ahead(offset, days, every):
    moment = latest(DAY, asked(offset, days), every=every)

    if moment is None:
        assert all(offset < -number for number in days)
        return
    day, _slash, text = moment.rpartition("/")
    number = int(text)
    assert day == "2027-03-01"
    assert -number <= offset
    assert all(-other > offset or other >= number for other in days)
    assert number in days or (every and number < min(*days, 1))
    if every and number < min(days):
        assert offset < -number + every


@given(offsets, leads, repeats)
def test_moments_only_go_on_and_a_pause_ends_at_the_same_one(offset, days, every):
    before, after = (latest(DAY, asked(offset + step, days), every=every) for step in (0, 1))

    if before is not None:
        assert int(after.rpartition("/")[2]) <= int(before.rpartition("/")[2])


@given(offsets, leads)
def test_reach_is_the_last_day_of_which_a_moment_came(offset, days):
    until = reach(asked(offset, days))

    assert (until >= DAY) == (latest(DAY, asked(offset, days)) is not None)
    assert reach(asked(offset, ())) is None
