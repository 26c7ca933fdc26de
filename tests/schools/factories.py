"""Schools for tests, and DUO's lists of them with a few rows."""

from datetime import UTC, date, datetime

import factory

from loket.vocabulary import SchoolKind, SchoolRole, Sector
from regions.models import Organisation
from schools.models import BRIN_LENGTH, Institution, Membership, School
from tests.accounts.factories import UserFactory


class InstitutionFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Institution
        django_get_or_create = ("brin",)

    brin = factory.Sequence(lambda number: f"{number % 100:02}ZZ")


class BoardFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Organisation
        django_get_or_create = ("number",)

    kind = Organisation.Kind.BOARD
    number = factory.Sequence(lambda number: str(90000 + number))
    name = factory.LazyAttribute(lambda board: f"Schoolbestuur {board.number}")
    slug = factory.LazyAttribute(lambda board: f"bestuur-{board.number}")


class SchoolFactory(factory.django.DjangoModelFactory):
    """A primary school without municipality, board or point unless they are given."""

    class Meta:
        model = School

    code = factory.Sequence(lambda number: f"{number // 100 % 100:02}ZZ{number % 100:02}")
    institution = factory.LazyAttribute(lambda school: InstitutionFactory(brin=school.code[:BRIN_LENGTH]))
    name = factory.LazyAttribute(lambda school: f"School {school.code}")
    kind = SchoolKind.BO
    sectors = factory.LazyFunction(lambda: [Sector.PO])
    street = "Dorpsstraat"
    house_number = "1"
    postcode = "1234 AB"
    place = "Dorp"
    source = "test"
    source_date = date(2020, 1, 1)


class MembershipFactory(factory.django.DjangoModelFactory):
    """An active member of a school, invited by a colleague; `pending=True` waits for somebody to decide."""

    class Meta:
        model = Membership

    class Params:
        pending = factory.Trait(
            approved_at=None,
            way="",
            doubt=Membership.Doubt.OTHER_DOMAIN,
            asked_at=datetime(2026, 11, 20, 9, tzinfo=UTC),
        )
        of_board = factory.Trait(
            school=None, board=factory.SubFactory(BoardFactory), role=SchoolRole.BOARD, way=Membership.Way.STAFF
        )

    user = factory.SubFactory(UserFactory)
    school = factory.SubFactory(SchoolFactory)
    role = SchoolRole.TEACHER
    asked_at = approved_at = datetime(2026, 9, 1, 9, tzinfo=UTC)
    way = Membership.Way.INVITATION


class ListRow(factory.DictFactory):
    """A row of DUO's po list of 2026, as text by column name."""

    class Meta:
        rename = {
            "board": "BEVOEGD GEZAG NUMMER",
            "brin": "INSTELLINGSCODE",
            "code": "VESTIGINGSCODE",
            "name": "VESTIGINGSNAAM",
            "street": "STRAATNAAM",
            "house_number": "HUISNUMMER-TOEVOEGING",
            "postcode": "POSTCODE",
            "place": "PLAATSNAAM",
            "municipality": "GEMEENTENUMMER",
            "denomination": "DENOMINATIE",
            "telephone": "TELEFOONNUMMER",
            "website": "INTERNETADRES",
            "holiday_region": "VAKANTIEREGIO",
        }

    board = "20091"
    brin = factory.LazyAttribute(lambda row: row.code[:BRIN_LENGTH])
    code = factory.Sequence(lambda number: f"01AA{number % 100:02}")
    name = factory.LazyAttribute(lambda row: f"School {row.code}")
    street = "Dorpsstraat"
    house_number = "1"
    postcode = "1234 AB"
    place = "DORP"
    municipality = "0363"
    denomination = "Openbaar"
    telephone = "0201234567"
    website = "www.school.example"
    holiday_region = "Noord"


def po_row(**values):
    """A row of DUO's po list."""
    return ListRow(**values)


def vo_row(structure, **values):
    """A row of DUO's vo list of 2020: older names of columns, no holiday region."""
    row = ListRow(**values)
    del row["VAKANTIEREGIO"]
    row["BRIN NUMMER"] = row.pop("INSTELLINGSCODE")
    row["VESTIGINGSNUMMER"] = row.pop("VESTIGINGSCODE")
    return row | {"ONDERWIJSSTRUCTUUR": structure}


def list_text(*rows, newline="\r\n"):
    """DUO's list of `rows` (dicts with the same columns) as text."""
    return newline.join(";".join(cells) for cells in (rows[0].keys(), *(row.values() for row in rows))) + newline
