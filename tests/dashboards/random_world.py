"""A small country that is drawn by lot, with everything that makes a figure hard to count. A seed gives one country.

Mergers of schools (up to four in a row) and of municipalities (one after another too), schools with several sectors,
without a place, closed, about to close; participation that waits, stopped or is of a sector that a school has no
more; what happened long ago and what is still planned.
"""

from datetime import date, datetime, time, timedelta
from random import Random
from uuid import UUID

from django.utils import timezone

from accounts.models import User
from activities.models import Activity, Advice, Entry, Participation, SearchMiss
from enquiries.models import Enquiry, EnquiryEvent, Recipient
from loket.vocabulary import Availability, HolidayRegionName, Kind, Phase, ProgrammeStatus, RefusalReason, Sector
from networks.models import ContactRole, Network, Partner, Person, Programme, WorkingArea
from quality.models import Meeting, Obligation
from regions.models import HolidayRegion, Landsdeel, Municipality, Organisation, Region, SchoolHoliday
from schools.mergers import follow_municipality
from schools.models import Institution, Membership, Profile, School

TODAY = date(2026, 11, 25)
YEARS = ("2023-2024", "2024-2025", "2025-2026", "2026-2027")
DAY = timedelta(days=1)

PO, VMBO, HAVO, VWO, SO, VSO = Sector.PO, Sector.VMBO, Sector.HAVO, Sector.VWO, Sector.SO, Sector.VSO
SECTORS = ([PO], [PO], [PO], [VMBO], [VMBO, HAVO], [HAVO, VWO], [VMBO, HAVO, VWO], [SO], [SO, VSO], [])
PROGRAMMES = (  # slug, in_mbb, sectors, months to confirm, availability
    ("lob-meisjes", True, [VMBO, HAVO, VWO], 6, Availability.PER_REGIO),
    ("school-aan-zet", True, [PO, VMBO, HAVO, VWO], 3, Availability.WACHTLIJST),
    ("netwerken-po", True, [PO], 12, Availability.PER_REGIO),
    ("techniek", False, [VMBO, HAVO, SO], 6, Availability.OPEN),
    ("leerlijn", False, [PO], 6, Availability.GEEN_DEELNAME),  # nobody carries it in an area
)
NETWORKS = (  # slug, programme, ended_on; "landelijk" works everywhere
    ("landelijk", "lob-meisjes", None),
    ("meisjes-noord", "lob-meisjes", None),
    ("zet", "school-aan-zet", None),
    ("zet-oud", "school-aan-zet", date(2026, 10, 1)),
    ("po-noord", "netwerken-po", None),
    ("po-zuid", "netwerken-po", date(2027, 3, 1)),
    ("po-oud", "netwerken-po", date(2025, 2, 1)),
    ("techniek-zuid", "techniek", None),
)


def moment(day, hour=12):
    """An hour of a day in the Netherlands."""
    return timezone.make_aware(datetime.combine(day, time(hour)))


class RandomWorld:
    """Makes all rows of the country of a seed, in the order in which they need each other."""

    def __init__(self, seed):
        self.draw = Random(seed)
        self._places()
        self._carriers()
        self._schools()
        self._participations()
        self._memberships()
        self._offer()
        self._questions()
        self._contacts()
        self._signs_of_life()

    def _maybe(self, chance, value):
        return value if self.draw.random() < chance else None

    def _day(self, first, last):
        return first + DAY * self.draw.randint(0, (last - first).days)

    def _edge(self, *days):
        """One of the days, or the one before or after it: where a rule begins and ends."""
        return self.draw.choice(days) + DAY * self.draw.choice((-1, 0, 0, 1))

    def _places(self):
        parts = [Landsdeel(slug=slug, name=slug, order=order) for order, slug in enumerate(("noord", "oost", "zuid"))]
        Landsdeel.objects.bulk_create(parts)
        self.regions = Region.objects.bulk_create(
            Region(code=f"R{n}", slug=f"regio-{n}", name=f"Regio {n}") for n in range(3)
        )
        self.places = [
            # A region may lie in two landsdelen, and one municipality is in none.
            Municipality(
                code=f"{5000 + n}",
                slug=f"gemeente-{n}",
                name=f"Gemeente {n}",
                region=self.regions[n % 3],
                landsdeel=None if n == 5 else parts[n] if n < 3 else self.draw.choice(parts),
            )
            for n in range(6)
        ]
        # 5007 went up in 5006, and that one in the first.
        for code, successor in (("5006", "5000"), ("5007", "5006")):
            self.places.append(
                Municipality(code=code, slug=f"oud-{code}", name=f"Oud {code}", successor_id=successor)
            )
        Municipality.objects.bulk_create(self.places)
        self.boards = Organisation.objects.bulk_create(
            Organisation(kind=Organisation.Kind.BOARD, slug=f"bestuur-{n}", name=f"Bestuur {n}", number=str(n))
            for n in range(1, 5)
        )
        self.holiday_regions = HolidayRegion.objects.bulk_create(
            HolidayRegion(slug=slug, name=slug) for slug in HolidayRegionName.values
        )
        SchoolHoliday.objects.bulk_create(
            SchoolHoliday(
                region=region,
                name=name,
                school_year="2025-2026",
                first_on=first + 7 * DAY * number,
                last_on=first + 7 * DAY * number + 8 * DAY,
            )
            for number, region in enumerate(self.holiday_regions)
            for name, first in (("Voorjaar", date(2026, 2, 7)), ("Mei", date(2026, 4, 18)))
        )

    def _carriers(self):
        self.programmes = {
            slug: Programme(
                slug=slug,
                name=slug.capitalize(),
                in_mbb=in_mbb,
                sectors=sectors,
                status=ProgrammeStatus.LOPEND,
                availability=availability,
                confirm_after_months=months,
                fade_after_months=12,
                hide_after_months=18,
            )
            for slug, in_mbb, sectors, months, availability in PROGRAMMES
        }
        Programme.objects.bulk_create(self.programmes.values())
        self.networks = {
            slug: Network(
                slug=slug,
                name=slug.capitalize(),
                programme=self.programmes[programme],
                is_national=slug == "landelijk",
                ended_on=ended_on,
            )
            for slug, programme, ended_on in NETWORKS
        }
        Network.objects.bulk_create(self.networks.values())
        WorkingArea.objects.bulk_create(
            WorkingArea(network=network, municipality=place)
            for slug, network in self.networks.items()
            if slug != "landelijk"
            for place in self.draw.sample(self.places, self.draw.randint(1, 4))
        )
        Partner.objects.bulk_create(
            [
                Partner(network=self.networks[slug], organisation=board, role=Partner.Role.BOARD)
                for slug, board in zip(("po-noord", "zet", "po-oud"), self.boards, strict=False)
            ]
            # A board that pays, or that is a partner of another kind, covers nobody.
            + [Partner(network=self.networks["zet"], organisation=self.boards[3], role=Partner.Role.FUNDER)]
        )

    def _schools(self):
        Institution.objects.create(brin="10AA")
        self.schools = School.objects.bulk_create(
            School(
                code=f"10AA{n:02}",
                institution_id="10AA",
                name=f"School {n}",
                kind="bo",
                sectors=self.draw.choice(SECTORS),
                municipality=self._maybe(0.93, self.draw.choice(self.places)),
                board=self._maybe(0.6, self.draw.choice(self.boards)),
                holiday_region=self._maybe(0.8, self.draw.choice(self.holiday_regions)),
                source="test",
                source_date=TODAY,
            )
            for n in range(64)
        )
        closing = (date(2023, 8, 1), date(2025, 7, 31), date(2025, 8, 1), TODAY, TODAY + DAY, date(2027, 8, 1))
        for n in range(20):
            self.schools[n].closed_on = self.draw.choice(closing)
            # The first five go up in each other: one merger more than history goes along with.
            self.schools[n].successor = self.schools[n + 1] if n < 5 else self._maybe(0.6, self.schools[n + 9])
        School.objects.bulk_update(self.schools, ["closed_on", "successor"])
        for place in self.places:
            follow_municipality(place)  # as when its merger is saved
        Profile.objects.bulk_create(
            Profile(
                school=school,
                sector=self.draw.choice(school.sectors or [PO]),
                phase=self.draw.choice(["", *Phase.values]),
                set_at=moment(self._day(date(2025, 1, 1), TODAY)),
            )
            for school in self.draw.choices(self.schools, k=70)
        )

    def _memberships(self):
        for number in range(24):
            user = User.objects.create(email=f"lid-{number}@voorbeeld.example")
            of_board = number % 6 == 0
            Membership.objects.create(
                user=user,
                school=None if of_board else self.draw.choice(self.schools),
                board=self.draw.choice(self.boards) if of_board else None,
                role="board" if of_board else "teacher",
                approved_at=self._maybe(0.8, moment(TODAY)),
                ended_at=moment(TODAY) if number % 7 == 1 else None,
            )

    def _participations(self):
        rows = {}
        # A few schools never do anything, so that there is somebody to count as doing nothing.
        for school in self.draw.choices(self.schools[:56], k=460):
            slug = self.draw.choice(list(self.programmes))
            programme = self.programmes[slug]
            fitting = [sector for sector in school.sectors if sector in programme.sectors]
            carriers = [row for row in self.networks.values() if row.programme == programme]
            network = self._maybe(0.7, self.draw.choice(carriers)) if carriers else None
            # Some of a sector that the school had once, or that the programme was for once.
            sector = self.draw.choice(fitting if fitting and self.draw.random() < 0.9 else list(Sector.values))
            if not fitting and self.draw.random() < 0.8:
                continue
            year = self.draw.choice(YEARS)
            first = date(int(year[:4]), 8, 1)
            row = Participation(school=school, programme=programme, network=network, sector=sector, school_year=year)
            row.signed_up_on = self._maybe(0.7, self._day(first - 60 * DAY, first + 100 * DAY))
            row.waiting_from_on = self._maybe(0.2, first)
            row.started_on = self._maybe(0.6, self._day(first, first + 200 * DAY))
            row.stopped_on = self._maybe(0.15, self._day(first, first + 500 * DAY))
            rows[school.pk, slug, network and network.slug, sector, year] = row
        self.participations = Participation.objects.bulk_create(rows.values())
        edges = [date(year, *day) for year in range(2023, 2027) for day in ((7, 31), (8, 1))]
        edges += [TODAY, TODAY.replace(year=2024), TODAY.replace(year=2025)]
        Entry.objects.bulk_create(
            Entry(
                participation=self.draw.choice(self.participations),
                kind=self.draw.choice(Kind.values),
                happened_on=self._edge(*edges) if n % 3 else self._day(date(2022, 8, 1), TODAY + 60 * DAY),
                pupils_count=self._maybe(0.8, self.draw.randint(0, 30)),
                teachers_count=self._maybe(0.2, self.draw.choice((0, 1, 2, 3, 6))),
            )
            for n in range(450)
        )

    def _offer(self):
        networks = list(self.networks.values())
        Activity.objects.bulk_create(
            Activity(
                slug=f"activiteit-{n}",
                title=f"Activiteit {n}",
                network=self.draw.choice(networks),
                kind=Kind.TRAINING,
                published_on=self._maybe(0.9, self._edge(TODAY, date(2024, 2, 29), date(2026, 5, 25))),
                ended_on=self._maybe(0.2, self._edge(TODAY)),
                confirmed_on=self._maybe(0.7, self._edge(date(2026, 8, 25), date(2026, 5, 25), date(2025, 11, 25))),
                facts_as_of=self._maybe(0.1, date(2013, 9, 1)),
            )
            for n in range(60)
        )
        SearchMiss.objects.bulk_create(
            SearchMiss(
                text=self.draw.choice(("", "robots", "sterren", "Robots")),
                filters=self.draw.choice(({}, {}, {"sector": "po"})),
                searched_on=self._day(TODAY - 400 * DAY, TODAY),
            )
            for _number in range(90)
        )

    def _questions(self):
        kinds = EnquiryEvent.Kind
        enquiries, recipients, events = [], [], []
        for n in range(90):
            asked_on = self._edge(TODAY - 365 * DAY) if n < 12 else self._day(TODAY - 420 * DAY, TODAY - DAY)
            enquiries.append(
                Enquiry(form_key=UUID(int=n + 1), school=self.draw.choice(self.schools), goal="Hulp bij techniek.")
            )
            for network in self.draw.sample([None, *self.networks.values()], self.draw.choice((1, 1, 2, 3))):
                row = Recipient(
                    enquiry=enquiries[-1],
                    level="network" if network else "office",
                    network=network,
                    owner="Iemand",
                    reply_due_on=asked_on + 7 * DAY,
                )
                recipients.append((row, moment(asked_on)))
                if self.draw.random() < 0.1:
                    continue  # it waits for who asked to confirm it
                happened = [(kinds.SENT, asked_on)]
                for kind, chance in (
                    (kinds.SEEN, 0.6),
                    (kinds.ANSWERED, 0.4),
                    (kinds.ANSWERED, 0.1),
                    (kinds.REFUSED, 0.3),
                    (kinds.PASSED_ON, 0.2),
                    (kinds.CLOSED, 0.15),
                ):
                    if self.draw.random() < chance:
                        happened.append((kind, asked_on + DAY * self.draw.randint(0, 16)))
                for kind, day in happened:
                    if day <= TODAY:
                        reason = self.draw.choice(RefusalReason.values) if kind == kinds.REFUSED else ""
                        hour = self.draw.choice((0, 9, 23))  # also where it is another day in UTC
                        events.append(
                            EnquiryEvent(
                                enquiry=row.enquiry,
                                recipient=row,
                                kind=kind,
                                happened_at=moment(day, hour),
                                reason=reason,
                            )
                        )
        Enquiry.objects.bulk_create(enquiries)
        Recipient.objects.bulk_create(row for row, _asked_at in recipients)
        # The field itself takes the moment of the clock.
        for row, asked_at in recipients:
            row.created_at = asked_at
        Recipient.objects.bulk_update([row for row, _asked_at in recipients], ["created_at"])
        EnquiryEvent.objects.bulk_create(events)
        advices = Advice.objects.bulk_create(
            Advice(
                school=self.draw.choice(self.schools),
                suggestions=[
                    {"activity": n, "programme": slug, "rank": place}
                    for place, slug in enumerate(self.draw.sample([*self.programmes, "weg"], n % 3), 1)
                ],
            )
            for n in range(80)
        )
        for row in advices:
            row.given_at = moment(self._day(TODAY - 800 * DAY, TODAY), self.draw.choice((0, 12, 23)))
        started = [row for row in self.participations if row.started_on and row.started_on <= TODAY]
        for row, joined in zip(
            advices, self.draw.sample(started, 12), strict=False
        ):  # on the day itself, or around it
            row.school_id, row.suggestions = joined.school_id, [{"programme": joined.programme.slug}]
            row.given_at = moment(self._edge(joined.started_on), 0)
        Advice.objects.bulk_update(advices, ["given_at", "school", "suggestions"])

    def _contacts(self):
        person = Person.objects.create(name="Iemand", email="iemand@voorbeeld.example")
        owners = [("network", row) for row in self.networks.values()]
        owners += [("programme", row) for row in self.programmes.values()]
        owners += [("region", row) for row in self.regions] + [("landsdeel", row) for row in Landsdeel.objects.all()]
        edges = [date(2026, 5, 25), date(2026, 8, 25), date(2025, 11, 25), date(2026, 11, 1)]
        ContactRole.objects.bulk_create(
            ContactRole(
                person=person, title="contact", confirmed_on=self._maybe(0.8, self._edge(*edges)), **{kind: row}
            )
            for kind, row in self.draw.choices(owners, k=20)
        )

    def _signs_of_life(self):
        """Few and around the day on which they stop to count: else nobody would sleep."""
        networks = list(self.networks.values())
        Meeting.objects.bulk_create(
            Meeting(network=network, held_on=self._edge(TODAY, TODAY - 365 * DAY), title="Overleg")
            for network in self.draw.sample(networks, 3)
        )
        Obligation.objects.bulk_create(
            Obligation(
                network=network,
                kind=Obligation.Kind.AUDIT,
                due_on=TODAY,
                done_at=self._maybe(0.6, moment(self._edge(TODAY - 364 * DAY), 0)),
            )
            for network in self.draw.sample(networks, 3)
        )
