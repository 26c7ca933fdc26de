"""A small country with figures that can be counted by hand."""

from datetime import date
from types import SimpleNamespace

from loket.vocabulary import Sector
from networks.rights import grant
from tests.accounts.factories import UserFactory
from tests.activities.factories import ActivityFactory, ParticipationFactory
from tests.networks.factories import NetworkFactory, ProgrammeFactory
from tests.regions.factories import LandsdeelFactory, MunicipalityFactory, ProvinceFactory
from tests.schools.factories import SchoolFactory
from tests.workspace.participation_world import happened

TODAY = date(2026, 11, 25)
YEAR, LAST_YEAR = "2026-2027", "2025-2026"


def country():
    """Two municipalities in two landsdelen, each with a network; School aan Zet beside; six schools.

    po in Assen: `one` (two programmes), `saz` (School aan Zet alone), `none`; in Vaals:
    `south_school` (one). `wide` in Assen is vmbo and havo and takes part in vmbo; `closed` went up in `one`.
    """
    north, south = LandsdeelFactory(slug="noord", order=1), LandsdeelFactory(slug="zuidoost", order=2)
    assen = MunicipalityFactory(name="Assen", landsdeel=north, province=ProvinceFactory(landsdeel=north))
    vaals = MunicipalityFactory(name="Vaals", landsdeel=south, province=ProvinceFactory(landsdeel=south))
    both = [Sector.PO, Sector.VMBO, Sector.HAVO]
    science = ProgrammeFactory(slug="lob-meisjes", name="Meisjes", in_mbb=True, sectors=both)
    other = ProgrammeFactory(slug="ander", name="Ander", in_mbb=True, sectors=both)
    saz = ProgrammeFactory(slug="school-aan-zet", name="School aan Zet", in_mbb=True, sectors=both)
    network = NetworkFactory(name="Netwerk Noord", programme=science, area=[assen])
    home = SimpleNamespace(
        north=north, south=south, assen=assen, vaals=vaals, science=science, other=other, school_aan_zet=saz,
        network=network,
        one=SchoolFactory(code="01AA00", name="De Eerste", municipality=assen),
        saz=SchoolFactory(code="02AA00", name="De Zet", municipality=assen),
        none=SchoolFactory(code="03AA00", name="De Stille", municipality=assen),
        south_school=SchoolFactory(code="04AA00", name="De Zuidelijke", municipality=vaals),
        wide=SchoolFactory(
            code="05AA00", name="De Brede", kind="vo", municipality=assen, sectors=[Sector.VMBO, Sector.HAVO]
        ),
    )  # fmt: skip
    home.closed = SchoolFactory(
        code="06AA00", name="De Oude", municipality=assen, closed_on=date(2026, 8, 1), successor=home.one
    )
    home.activity = ActivityFactory(network=network)
    home.row = join(home.one, science, network=network)
    join(home.one, other)
    join(home.saz, saz)
    join(home.south_school, science)
    join(home.wide, science, sector=Sector.VMBO)
    home.old = join(home.closed, other, school_year=LAST_YEAR)
    for day, pupils in ((date(2026, 9, 10), 20), (date(2026, 10, 1), 3), (date(2025, 12, 1), 7)):
        happened(home.row, home.activity, day, pupils=pupils, teachers=1)
    happened(home.row, home.activity, date(2024, 11, 25), pupils=100)  # a day too long ago
    happened(home.row, home.activity, date(2026, 11, 26), pupils=100)  # not yet
    return home


def join(school, programme, **values):
    return ParticipationFactory(school=school, programme=programme, **values)


def person(role, **scope):
    """Somebody with this role from today on."""
    user = UserFactory()
    grant(user=user, role=role, by=None, **scope)
    return user
