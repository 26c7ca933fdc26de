"""Rows of the map for tests. Codes lie outside the real ones, so that a test may name those beside them."""

import factory
from factory.django import DjangoModelFactory

from regions.models import Landsdeel, Municipality, Organisation, Province, Region


class LandsdeelFactory(DjangoModelFactory):
    class Meta:
        model = Landsdeel
        django_get_or_create = ["slug"]

    slug = "oost"
    name = factory.LazyAttribute(lambda landsdeel: landsdeel.slug.capitalize())


class ProvinceFactory(DjangoModelFactory):
    class Meta:
        model = Province

    code = factory.Sequence(lambda n: f"P{n % 1000}")
    name = factory.Sequence(lambda n: f"Provincie {n}")
    landsdeel = factory.SubFactory(LandsdeelFactory)


class RegionFactory(DjangoModelFactory):
    class Meta:
        model = Region

    code = factory.Sequence(lambda n: f"R{n}")
    name = factory.Sequence(lambda n: f"Regio {n}")
    slug = factory.Sequence(lambda n: f"regio-{n}")


class MunicipalityFactory(DjangoModelFactory):
    class Meta:
        model = Municipality

    code = factory.Sequence(lambda n: f"{5000 + n % 5000}")
    name = factory.LazyAttribute(lambda municipality: f"Gemeente {municipality.code}")
    slug = factory.LazyAttribute(lambda municipality: f"gemeente-{municipality.code}")
    region = factory.SubFactory(RegionFactory)
    landsdeel = factory.SubFactory(LandsdeelFactory)


class BoardFactory(DjangoModelFactory):
    class Meta:
        model = Organisation

    kind = Organisation.Kind.BOARD
    number = factory.Sequence(lambda n: f"{n + 900000}")
    name = factory.LazyAttribute(lambda board: f"Bestuur {board.number}")
    slug = factory.LazyAttribute(lambda board: f"bestuur-{board.number}")


class OfficeFactory(DjangoModelFactory):
    class Meta:
        model = Organisation

    kind = Organisation.Kind.PROGRAMME_OFFICE
    slug = "pbt"
    name = "Een naam die niemand ziet"
