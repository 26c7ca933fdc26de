"""Silence is told in two ways, since when and whether: both agree, at the day and around it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from networks.models import Network
from quality.signs_of_life import SILENT_AFTER, SignsOfLife, silent_networks, silent_regions
from regions.models import Region
from tests.quality.factories import MeetingFactory, ObligationFactory
from tests.reminders.test_rules_networks import SIGNS
from tests.workspace.world import DAY, today, world


def assert_both_agree(on):
    signs = SignsOfLife(on)
    for rows, since, silent in (
        (Network.objects.all(), signs.of_network, silent_networks(on)),
        (Region.objects.all(), signs.of_region, silent_regions(on)),
    ):
        told = {row for row in rows if since(row.pk) is None or on - since(row.pk) >= SILENT_AFTER}
        assert set(silent) == told


@pytest.fixture
def home(db):
    made = world()
    made.meeting.delete()
    return made


@pytest.mark.parametrize("sign", SIGNS)
@pytest.mark.parametrize("days_ago", [0, 1, 364, 365, 366, 4000])
def test_a_sign_of_life_holds_for_a_year(home, sign, days_ago):
    on = today()
    SIGNS[sign](home, on - days_ago * DAY)

    assert_both_agree(on)
    assert (home.network in silent_networks(on)) is (days_ago >= SILENT_AFTER.days)
    assert (home.place.region in silent_regions(on)) is (days_ago >= SILENT_AFTER.days)


def test_what_is_planned_is_no_sign_yet(home):
    on = today()
    MeetingFactory(network=home.network, held_on=on + DAY)
    ObligationFactory(network=home.network, due_on=on)

    assert_both_agree(on)
    assert home.network in silent_networks(on)


def test_a_network_that_ended_sleeps_no_more(home):
    home.elsewhere.ended_on = today() - DAY
    home.elsewhere.save()

    assert home.elsewhere not in silent_networks(today())


def test_what_was_delivered_today_counts_today(home):
    ObligationFactory(network=home.network, due_on=today() - 9 * DAY, done_at=timezone.now() - timedelta(seconds=1))

    assert home.network not in silent_networks(today())
    assert_both_agree(today())
