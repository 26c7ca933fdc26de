"""A network with schools that take part, that wait, of a partner board, in the area, and elsewhere."""

from datetime import date

from activities.models import Entry
from networks.models import Partner
from tests.activities.factories import ActivityFactory, ParticipationFactory
from tests.enquiries.signing_up import NOW, world
from tests.regions.factories import BoardFactory, MunicipalityFactory
from tests.schools.factories import SchoolFactory

YEAR = "2026-2027"
TODAY = NOW.date()


def grid_world():
    """`home` of signing up, with two activities and five schools more."""
    home = world()
    home.second = ActivityFactory(
        slug="bezoek", title="Bezoek een bedrijf", network=home.network, kind="company_visit"
    )
    home.board = BoardFactory(name="Bestuur Noord")
    Partner.objects.create(network=home.network, organisation=home.board, role=Partner.Role.BOARD)
    home.of_board = SchoolFactory(code="04BB00", name="De Bestuursschool", board=home.board)
    home.in_area = SchoolFactory(code="05CC00", name="De Buurt", municipality=home.place)
    home.elsewhere = SchoolFactory(code="06DD00", name="De Verte", municipality=MunicipalityFactory(name="Vaals"))
    home.row = take_part(home, home.school)
    return home


def take_part(home, school, *, network=None, **values):
    network = network or home.network
    return ParticipationFactory(school=school, programme=network.programme, network=network, **values)


def happened(row, activity, day=date(2026, 9, 10), pupils=None, teachers=None, **values):
    return Entry.objects.create(
        participation=row,
        activity=activity,
        kind=activity.kind,
        happened_on=day,
        pupils_count=pupils,
        teachers_count=teachers,
        **values,
    )
