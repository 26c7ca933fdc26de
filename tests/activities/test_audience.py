"""Who sees an activity: the count is what the loket pages say, school by school."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from activities.audience import Audience, default_situation
from activities.desk import desk_for
from activities.models import Activity
from activities.offer_page import OfferPage
from networks.directory import directory, forget
from schools.models import School
from tests.activities.factories import ActivityFactory, small_country
from tests.regions.factories import MunicipalityFactory
from tests.schools.factories import BoardFactory, SchoolFactory

TODAY = date(2026, 11, 25)


@pytest.fixture
def country(db):
    return small_country()


def audience_of(activity, on=TODAY):
    return Audience(OfferPage(activity, directory(), on))


def codes(audience):
    return set(audience.schools.values_list("code", flat=True))


def on_their_pages(activity, on=TODAY):
    """Codes of the schools on whose loket page the activity stands."""
    return {
        school.code
        for school in School.objects.for_desk().filter(closed_on=None)
        if any(m.offer.key == activity.pk for m in desk_for(school, default_situation(school), on=on).matches)
    }


@settings(max_examples=25)
@given(
    sectors=st.sets(st.sampled_from(["po", "vmbo", "havo"]), min_size=1).map(sorted),
    opens=st.sampled_from([None, -5, 0, 5]),
    closes=st.sampled_from([None, 6, 7]),
    availability=st.sampled_from(["", "verkenning", "wachtlijst", "geen_deelname", "beeindigd"]),
    is_national=st.booleans(),
)
def test_the_count_is_what_the_pages_of_the_schools_show(country, sectors, opens, closes, availability, is_national):
    if not School.objects.filter(code="99ZZ01").exists():
        board = BoardFactory()
        country.network.partnerships.create(organisation=board, role="board")
        SchoolFactory(code="99ZZ01", board=board, municipality=MunicipalityFactory())
        SchoolFactory(code="99ZZ02", municipality=MunicipalityFactory())
        SchoolFactory(code="99ZZ03", municipality=country.municipality, sectors=["vmbo"])
        SchoolFactory(code="99ZZ04", municipality=country.municipality, closed_on=date(2026, 1, 1))
    country.network.is_national = is_national
    country.network.save()
    activity = country.activity
    activity.sectors, activity.own_availability = sectors, availability
    activity.opens_on = None if opens is None else TODAY + timedelta(days=opens)
    activity.closes_on = None if closes is None else TODAY + timedelta(days=closes)
    activity.confirmed_on = TODAY
    activity.save()
    forget()

    assert codes(audience_of(activity)) == on_their_pages(activity)


def test_the_place_and_the_reasons_are_those_of_the_page(country):
    for _ in range(7):
        ActivityFactory(network=country.network)
    school = School.objects.for_desk().get(code="03WU00")
    desk = desk_for(school, default_situation(school), on=TODAY)

    (seer,) = audience_of(country.activity).seers([school])

    suggestion = desk.suggestion_for(country.activity.pk)
    assert (seer.rank, seer.why) == (suggestion.rank, suggestion.why)


def test_a_draft_counts_as_if_it_were_public(country):
    draft = Activity(
        network=country.network, slug="voorbeeld", title="Nieuw", summary="x", kind="event", sectors=["po"],
        published_on=TODAY, confirmed_on=TODAY,
    )  # fmt: skip

    audience = audience_of(draft)

    assert codes(audience) == {"03WU00"}
    assert audience.seers(list(audience.schools.for_desk()))[0].rank == 2


def test_why_a_school_does_not_see_it_is_said_as_on_its_page(country):
    far = SchoolFactory(code="99ZZ02", municipality=MunicipalityFactory(name="Ver"))
    vmbo = SchoolFactory(code="99ZZ03", municipality=country.municipality, sectors=["vmbo"])
    audience = audience_of(country.activity)

    seen = [audience.of_school(School.objects.for_desk().get(pk=school.pk)) for school in (far, vmbo)]

    assert [seer for seer, _why in seen] == [None, None]
    assert "werkt in Ver" in seen[0][1]
    assert "Uw school heeft het vmbo" in seen[1][1]


def test_the_number_of_queries_does_not_grow(country, django_assert_num_queries):
    for number in range(30):
        SchoolFactory(code=f"98ZZ{number:02}", municipality=country.municipality)
        ActivityFactory(network=country.network)
    audience = audience_of(country.activity)

    with django_assert_num_queries(3):
        assert audience.schools.count() == 31
        assert len(audience.seers(list(audience.schools.for_desk()[:25]))) == 25
