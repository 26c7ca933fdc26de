"""The bitmaps of the offer: what is in them, and that they count as a loop over the rows does."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from activities.facets import bitmap_of, cost_band, effort_band, offer_index, positions_of
from activities.filters import OfferFilter
from loket.vocabulary import Availability, Delivery, Kind, Phase, ProgrammeStatus
from networks.directory import directory
from tests.activities.factories import ActivityFactory, OccurrenceFactory
from tests.networks.factories import NetworkFactory, ProgrammeFactory
from tests.regions.factories import LandsdeelFactory, MunicipalityFactory

ON = date(2026, 11, 23)

pytestmark = pytest.mark.django_db


def find(query=""):
    return OfferFilter(QueryDict(query), known=directory(), on=ON)


def titles(query=""):
    return set(find(query).qs.values_list("title", flat=True))


def counts(query, name):
    """Option -> count as the page shows them."""
    facet = next((facet for facet in find(query).facet_choices() if facet.name == name), None)
    return {option.value: option.count for option in facet.options} if facet else {}


@given(st.sets(st.integers(0, 300)))
def test_a_bitmap_gives_back_its_positions(positions):
    assert positions_of(bitmap_of(positions, 301)) == sorted(positions)


@pytest.mark.parametrize(
    ("euro", "band"), [(None, "onbekend"), (0, "gratis"), (1, "tot-100"), (100, "tot-100"), (101, "meer")]
)
def test_a_price_has_one_band(euro, band):
    assert cost_band(euro) == band


@pytest.mark.parametrize(
    ("hours", "band"), [(None, "onbekend"), (0, "tot-4"), (4, "tot-4"), (5, "tot-16"), (16, "tot-16"), (17, "meer")]
)
def test_hours_have_one_band(hours, band):
    assert effort_band(hours) == band


def test_only_what_is_published_open_and_not_ended_is_in_it():
    ActivityFactory(title="wel")
    ActivityFactory(title="laatste dag", closes_on=ON)
    ActivityFactory(title="concept", published_on=None)
    ActivityFactory(title="voorbij", closes_on=ON - timedelta(days=1))
    ActivityFactory(title="later", opens_on=ON + timedelta(days=1))
    ActivityFactory(title="zelf gestopt", own_availability=Availability.BEEINDIGD)
    ActivityFactory(title="netwerk gestopt", network=NetworkFactory(ended_on=ON))
    ActivityFactory(title="programma gestopt", network__programme__status=ProgrammeStatus.BEEINDIGD)

    assert titles() == {"wel", "laatste dag"}


def test_each_facet_is_counted_with_itself_unset():
    ActivityFactory(sectors=["po"], kind=Kind.TRAINING)
    ActivityFactory(sectors=["po", "vwo"], kind=Kind.EVENT)
    ActivityFactory(sectors=["vwo"], kind=Kind.EVENT)

    assert counts("sector=po", "sector") == {"po": 2, "vwo": 2}
    assert counts("sector=po", "soort") == {"training": 1, "event": 1}
    assert counts("sector=po&soort=event", "sector") == {"po": 1, "vwo": 2}


def test_an_option_that_gives_nothing_is_left_out_unless_it_is_chosen():
    ActivityFactory(sectors=["po"])

    assert counts("", "sector") == {"po": 1}
    assert counts("sector=vwo", "sector") == {"po": 1, "vwo": 0}


@pytest.mark.parametrize(
    "query",
    [
        "",
        "sector=po",
        "sector=po&sector=vwo",
        "kosten=gratis&uren=tot-4",
        "vorm=tailor_made&sector=vwo",
        "bewijs=onbekend",
    ],
)
def test_every_count_is_what_choosing_the_option_gives(query):
    networks = [NetworkFactory() for _number in range(3)]
    for number in range(40):
        ActivityFactory(
            network=networks[number % 3],
            sectors=[("po",), ("vwo",), ("po", "havo")][number % 3],
            phases=[[], [Phase.ORIENTATIE], [Phase.INVOERING, Phase.VERDIEPING]][number % 3],
            delivery=Delivery.values[number % 4],
            cost_euro=[None, 0, 50, 500][number % 4],
            effort_hours=[None, 2, 8, 40][number // 4 % 4],
        )
    found = find(query)

    for facet in found.facet_choices():
        others = [pair for pair in found.pairs if pair[0] != facet.name]
        for option in facet.options:
            asked = QueryDict(mutable=True)
            for name, value in [*others, (facet.name, option.value)]:
                asked.appendlist(name, value)
            assert OfferFilter(asked, known=directory(), on=ON).count == option.count, (facet.name, option.value)


def test_no_phase_fits_every_phase():
    ActivityFactory(title="elke fase")
    ActivityFactory(title="begin", phases=[Phase.BEWUSTWORDING])

    assert titles("fase=verdieping") == {"elke fase"}
    assert counts("", "fase")["bewustwording"] == 2


def test_partly_tailor_made_counts_for_both_forms():
    ActivityFactory(title="deels", delivery=Delivery.MIXED)

    assert titles("vorm=ready_made") == titles("vorm=tailor_made") == {"deels"}


def test_an_activity_that_differs_from_its_programme_counts_where_it_stands_itself():
    network = NetworkFactory(programme=ProgrammeFactory(availability=Availability.OPEN))
    ActivityFactory(title="als programma", network=network)
    ActivityFactory(title="vol", network=network, own_availability=Availability.WACHTLIJST)

    assert titles("aanmelden=open") == {"als programma"}
    assert titles("aanmelden=wachtlijst") == {"vol"}


def test_where_a_network_works_is_where_its_offer_is_and_a_national_one_is_everywhere():
    drenthe = MunicipalityFactory(landsdeel=LandsdeelFactory(slug="noord"))
    elsewhere = MunicipalityFactory(landsdeel=LandsdeelFactory(slug="oost"))
    ActivityFactory(title="hier", network=NetworkFactory(area=[drenthe]))
    ActivityFactory(title="daar", network=NetworkFactory(area=[elsewhere]))
    ActivityFactory(title="overal", network=NetworkFactory(is_national=True))

    assert titles(f"regio={drenthe.region.slug}") == {"hier", "overal"}
    assert titles("landsdeel=noord") == {"hier", "overal"}
    assert titles(f"gemeente={drenthe.code}") == {"hier", "overal"}
    assert find("landsdeel=noord").national_count == 1


def test_periods_follow_from_the_next_date_that_is_not_cancelled():
    def on(day, **more):
        return OccurrenceFactory(starts_at=datetime(*day, 9, tzinfo=UTC), **more)

    on((2026, 11, 30), activity__title="november", places_left=3)
    on((2027, 2, 1), activity__title="februari", places_left=0)
    on((2027, 6, 1), activity__title="juni")
    on((2027, 9, 1), activity__title="volgend jaar")
    cancelled = on((2026, 11, 30), activity__title="afgelast", cancelled_at=datetime(2026, 11, 1, tzinfo=UTC))
    on((2026, 11, 1), activity=cancelled.activity)
    ActivityFactory(title="zonder")

    assert titles("periode=deze-maand") == {"november"}
    assert titles("periode=drie-maanden") == {"november", "februari"}
    assert titles("periode=dit-schooljaar") == {"november", "februari", "juni"}
    assert titles("periode=geen-datum") == {"zonder", "afgelast"}
    assert titles("plaatsen=vrij") == {"november"}


def test_an_old_name_of_a_programme_is_understood():
    ActivityFactory(title="van het programma", network__programme__aliases=["oude-naam"])
    ActivityFactory()

    assert titles("programma=oude-naam") == {"van het programma"}


def test_the_order_without_a_question_is_a_draw_that_stays_the_same_all_school_year():
    for _number in range(30):
        ActivityFactory()
    known = directory()

    index = offer_index(known, ON)
    next_month = offer_index(known, date(2026, 12, 24))
    next_year = offer_index(known, date(2027, 8, 1))

    assert index.pks == next_month.pks
    assert index.pks != next_year.pks
    assert index.pks != sorted(index.pks)


def test_the_index_is_kept_until_something_changes(django_assert_num_queries):
    ActivityFactory()
    known = directory()
    kept = offer_index(known, ON)

    with django_assert_num_queries(0):
        assert offer_index(known, ON) is kept
    ActivityFactory()
    assert len(offer_index(directory(), ON).pks) == 2
