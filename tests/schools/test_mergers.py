"""A school whose municipality goes up in another lies in that one from then on."""

import pytest

from regions.models import Municipality
from schools.mergers import follow_municipality
from tests.regions.factories import MunicipalityFactory
from tests.schools.factories import SchoolFactory

pytestmark = pytest.mark.django_db


def places_of(*schools):
    for school in schools:
        school.refresh_from_db()
    return [school.municipality for school in schools]


def test_schools_move_when_their_municipality_goes_up_in_another():
    old, new, other = MunicipalityFactory(), MunicipalityFactory(), MunicipalityFactory()
    moving, staying = SchoolFactory(municipality=old), SchoolFactory(municipality=other)

    old.successor = new
    old.save()

    assert places_of(moving, staying) == [new, other]


def test_they_go_along_all_the_way_to_the_municipality_of_today():
    last = MunicipalityFactory()
    middle = MunicipalityFactory(successor=last)
    first = MunicipalityFactory()
    school = SchoolFactory(municipality=first)

    first.successor = middle
    first.save()

    assert places_of(school) == [last]


def test_who_went_along_once_goes_along_again():
    first, middle, last = MunicipalityFactory(), MunicipalityFactory(), MunicipalityFactory()
    school = SchoolFactory(municipality=first)
    for old, new in ((first, middle), (middle, last)):
        old.successor = new
        old.save()

    assert places_of(school) == [last]


def test_a_circle_in_the_data_ends():
    one, two = MunicipalityFactory(), MunicipalityFactory()
    school = SchoolFactory(municipality=one)
    Municipality.objects.filter(pk=one.pk).update(successor=two)
    Municipality.objects.filter(pk=two.pk).update(successor=one)
    one.refresh_from_db()

    assert follow_municipality(one) == 0
    assert places_of(school) == [one]


def test_a_municipality_that_stays_moves_nobody():
    place = MunicipalityFactory()
    school = SchoolFactory(municipality=place)
    place.name = "Anders"
    place.save()

    assert places_of(school) == [place]
    assert follow_municipality(place) == 0
