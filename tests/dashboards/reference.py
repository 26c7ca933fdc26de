"""The figures once more, counted the slow way: plain Python over the rows, from the words of each definition.

`COUNTS` has for each figure a function `(rows, asked) -> (value, of)`. A part of a split is the same figure, asked of
that part alone, so `parts` splits all of them; `CLASSES` has the splits that are no filter, such as a number of
programmes. Nothing here is shared with `dashboards/`: what both would get wrong alike, no test would find.
"""

from calendar import monthrange
from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from statistics import median

import holidays
from django.utils import timezone

from activities.models import Activity, Advice, Entry, Participation, SearchMiss
from enquiries.models import EnquiryEvent, Recipient
from loket.vocabulary import Phase, RefusalReason, Sector
from networks.models import ContactRole, Network, Partner, Programme, WorkingArea
from quality.models import Meeting, Obligation
from regions.models import Landsdeel, Municipality, Region, SchoolHoliday
from schools.models import Membership, Profile, School

NOWHERE = "geen"  # what has no place, no network, no phase
YEARS = ("2021-2022", "2022-2023", "2023-2024", "2024-2025", "2025-2026", "2026-2027")
MERGERS = 3  # that history goes along with
DAY = timedelta(days=1)
YEAR = timedelta(days=365)
PUBLIC_HOLIDAYS = holidays.country_holidays("NL", years=range(2024, 2028))


@dataclass(frozen=True, kw_only=True)
class Asked:
    """The filters of a figure by the names of its address; "" is everything, `NOWHERE` what has none."""

    schooljaar: str
    sector: str = ""
    programma: str = ""
    netwerk: str = ""
    landsdeel: str = ""
    regio: str = ""
    gemeente: str = ""


class Rows:
    """All rows of the country in plain lists, and the rules that hold for every figure."""

    def __init__(self, today):
        self.today = today
        self.schools = {row.pk: row for row in School.objects.all()}
        self.municipalities = {row.code: row for row in Municipality.objects.all()}
        self.regions = list(Region.objects.all())
        self.landsdelen = list(Landsdeel.objects.all())
        self.programmes = {row.slug: row for row in Programme.objects.all()}
        self.networks = {row.slug: row for row in Network.objects.select_related("programme")}
        self.areas = list(WorkingArea.objects.all())
        self.board_partners = list(Partner.objects.filter(role="board"))
        self.participations = list(Participation.objects.select_related("programme", "network"))
        self.entries = list(Entry.objects.select_related("participation__programme"))
        self.memberships = list(Membership.objects.all())
        self.profiles = list(Profile.objects.order_by("set_at", "pk"))
        self.activities = list(Activity.objects.select_related("network__programme"))
        self.searches = list(SearchMiss.objects.all())
        self.recipients = list(Recipient.objects.select_related("enquiry", "network"))
        self.events = list(EnquiryEvent.objects.all())
        self.first_days = defaultdict(dict)  # recipient -> {kind of event: the first day}
        for row in self.events:
            day, days = local_day(row.happened_at), self.first_days[row.recipient_id]
            days[row.kind] = min(day, days.get(row.kind, day))
        self.school_holidays = list(SchoolHoliday.objects.all())
        self.contacts = list(ContactRole.objects.select_related("network__programme", "programme"))
        self.meetings = list(Meeting.objects.all())
        self.obligations = list(Obligation.objects.all())
        self.advices = list(Advice.objects.all())
        self._joined, self._happened = {}, {}

    def last_day(self, year):
        """A year is looked at on 31 July, or today while it lasts."""
        return min(self.today, date(int(year[5:]), 7, 31))

    def place_of(self, code):
        """The municipality of today that a code is part of, or None."""
        place = self.municipalities.get(code)
        while place and place.successor_id:
            place = self.municipalities[place.successor_id]
        return place

    def lies_in(self, place, asked):
        """Whether a municipality lies in the places that were asked for."""
        return (
            asked.landsdeel in ("", (place and place.landsdeel_id) or NOWHERE)
            and asked.regio in ("", self._slug_of_region(place))
            and asked.gemeente in ("", place.code if place else NOWHERE)
        )

    def _slug_of_region(self, place):
        return next((row.slug for row in self.regions if place and row.pk == place.region_id), NOWHERE)

    def lived_on(self, school, day):
        """The school itself, or the one that it had gone up in by `day`."""
        for _merger in range(MERGERS):
            if not is_closed(school, day) or school.successor_id is None:
                break
            school = self.schools[school.successor_id]
        return school

    def joined(self, year):
        """[(school of that time, participation)] of who takes part in a school year."""
        if year not in self._joined:
            self._joined[year] = [
                (self.lived_on(self.schools[row.school_id], self.last_day(year)), row)
                for row in self.participations
                if row.school_year == year and takes_part(row)
            ]
        return self._joined[year]

    def happened(self, year, *, whole_period=False):
        """[(school of that time, entry)] of a school year until its day, or of the two years until that day."""
        if (year, whole_period) not in self._happened:
            until = self.last_day(year)
            first = until.replace(year=until.year - 2) + DAY if whole_period else date(int(year[:4]), 8, 1)
            self._happened[year, whole_period] = [
                (self.lived_on(self.schools[row.participation.school_id], until), row)
                for row in self.entries
                if first <= row.happened_on <= until
            ]
        return self._happened[year, whole_period]

    def covers(self, network, school, place, on):
        """Whether a network is there for a school on a day: it works in its place, or with its board."""
        if network.ended_on and network.ended_on <= on:
            return False
        return (
            self.works_in(network, place)
            or network.is_national
            or any(p.network_id == network.pk and p.organisation_id == school.board_id for p in self.board_partners)
        )

    def works_in(self, network, place):
        """Whether a network works in a municipality of today; what it says of a former one is of this one."""
        if place is None:
            return False
        return network.is_national or any(
            row.network_id == network.pk and self.place_of(row.municipality_id).pk == place.pk for row in self.areas
        )


def takes_part(participation):
    """Begun or registered; not who waits, and not who stopped."""
    if participation.stopped_on:
        return False
    return bool(participation.started_on or (participation.signed_up_on and not participation.waiting_from_on))


def is_closed(school, day):
    return school.closed_on is not None and school.closed_on <= day


def is_running(thing, day):
    """Whether a network or an activity has not ended on `day`."""
    return thing.ended_on is None or thing.ended_on > day


def months_later(day, months):
    """The same day so many months later, or the last one of a month that is too short."""
    year, month = day.year + (day.month - 1 + months) // 12, (day.month - 1 + months) % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def begin_of(day):
    return timezone.make_aware(datetime.combine(day, time(0)))


def local_day(moment):
    return timezone.localtime(moment).date()


# Schools


def taken(rows, asked):
    """{school: its participations} in the sector that was asked for."""
    found = {}
    for school, row in rows.joined(asked.schooljaar):
        if asked.sector in ("", row.sector):
            found.setdefault(school.pk, []).append(row)
    return found


def register(rows, asked):
    """Schools of the denominator: open, of the sector and the place; with a programme those of its sectors.

    With a network those of the sectors of its programme that it is there for, and those that take part in it.
    """
    day, joined = rows.last_day(asked.schooljaar), taken(rows, asked)
    for school in rows.schools.values():
        sectors = {asked.sector} & set(school.sectors) if asked.sector else set(school.sectors)
        place = rows.place_of(school.municipality_id)
        if is_closed(school, day) or not sectors or not rows.lies_in(place, asked):
            continue
        if asked.programma and not sectors & set(rows.programmes[asked.programma].sectors):
            continue
        if asked.netwerk:
            network = rows.networks[asked.netwerk]
            is_for = sectors & set(network.programme.sectors) and rows.covers(network, school, place, day)
            if not is_for and all(row.network != network for row in joined.get(school.pk, ())):
                continue
        yield school


def those_taking_part(rows, asked):
    """[(school, its participations)] of the denominator that take part in the programme and the network asked for."""
    joined = taken(rows, asked)
    for school in register(rows, asked):
        mine = joined.get(school.pk, [])
        in_programme = [row for row in mine if asked.programma in ("", row.programme.slug)]
        in_network = [row for row in mine if not asked.netwerk or (row.network and row.network.slug == asked.netwerk)]
        if in_programme and in_network:
            yield school, mine


def how_many(items):
    return sum(1 for _item in items)


def participation(rows, asked):
    return how_many(those_taking_part(rows, asked)), how_many(register(rows, asked))


def in_mbb(participations):
    return any(row.programme.in_mbb and row.programme.slug != "school-aan-zet" for row in participations)


def mbb_schools(rows, asked):
    taking = [school for school, mine in those_taking_part(rows, asked) if in_mbb(mine)]
    return len(taking), how_many(register(rows, asked))


def only_in_saz(participations):
    return {row.programme.slug for row in participations} == {"school-aan-zet"}


def only_school_aan_zet(rows, asked):
    taking = [school for school, mine in those_taking_part(rows, asked) if only_in_saz(mine)]
    return len(taking), how_many(register(rows, asked))


def all_of_them(rows, asked):
    number = how_many(register(rows, asked))
    return number, number


def taking_part_of_themselves(rows, asked):
    number = how_many(those_taking_part(rows, asked))
    return number, number


def by_number_of_programmes(rows, asked):
    joined, found = taken(rows, asked), Counter()
    for school in register(rows, asked):
        programmes = {row.programme_id for row in joined.get(school.pk, ())}
        found[min(len(programmes), 4)] += 1
    return {str(number): (found[number], found.total()) for number in range(5)}


def by_intensity(rows, asked):
    """VHTO agreed on 2 and 4 activities in two years; the other classes are 0, 1, 2 or 3, and 4 or more."""
    done = Counter(
        school.pk
        for school, entry in rows.happened(asked.schooljaar, whole_period=True)
        if asked.sector in ("", entry.participation.sector)
        and asked.programma in ("", entry.participation.programme.slug)
    )
    classes = (0, 2, 4) if asked.programma == "lob-meisjes" else (0, 1, 2, 4)
    found = Counter(
        max(least for least in classes if least <= done[school.pk])
        for school, _mine in those_taking_part(rows, asked)
    )
    return {str(least): (found[least], found.total()) for least in classes}


def intensive(rows, asked):
    """Who is in the highest class of `by_intensity`, which is 4 for all of them."""
    return by_intensity(rows, asked)["4"][0], how_many(those_taking_part(rows, asked))


def without_account(rows, asked):
    """Schools that take part and of which nobody has an account: there, at its board, or where it came from."""
    members = [row for row in rows.memberships if row.approved_at and not row.ended_at]
    boards = {row.board_id for row in members}
    schools = {rows.schools[row.school_id] for row in members if row.school_id}
    for _merger in range(MERGERS):
        schools |= {
            rows.schools[school.successor_id] for school in schools if school.closed_on and school.successor_id
        }
    taking = [school for school, _mine in those_taking_part(rows, asked)]
    without = [row for row in taking if row not in schools and (row.board_id is None or row.board_id not in boards)]
    return len(without), len(taking)


def phase_of(rows, school, sector):
    """What a school last said of a sector; of all its sectors together the last that it said of any of them."""
    last = {row.sector: row for row in rows.profiles if row.school_id == school.pk}  # the newest stays
    if sector:
        return (last[sector].phase if sector in last else "") or NOWHERE
    said = [row for row in last.values() if row.phase and row.sector in school.sectors]
    return max(said, key=lambda row: (row.set_at, row.pk)).phase if said else NOWHERE


def by_phase(does):
    """Schools by their phase; `does`: whether the participations of a school make it count."""

    def classes(rows, asked):
        value, of = Counter(), Counter(phase_of(rows, school, asked.sector) for school in register(rows, asked))
        value.update(
            phase_of(rows, school, asked.sector) for school, mine in those_taking_part(rows, asked) if does(mine)
        )
        return {key: (value[key], of[key]) for key in (*Phase.values, NOWHERE)}

    return classes


def summed(number):
    """What happened in the school year until its day, added up by `number`; also of schools that are closed."""

    def count(rows, asked):
        here = {
            school.pk
            for school in rows.schools.values()
            if rows.lies_in(rows.place_of(school.municipality_id), asked)
        }
        done = [
            (school.pk, entry)
            for school, entry in rows.happened(asked.schooljaar)
            if asked.sector in ("", entry.participation.sector) and school.pk in here
        ]
        busy = {school for school, _entry in done} | (taken(rows, asked).keys() & here)
        return sum(number(entry) for _school, entry in done), len(busy)

    return count


# Where networks work


def carried(rows, asked):
    """Programmes that are there per region or have a network that runs; the one asked for if it is one of them."""
    for slug, programme in rows.programmes.items():
        networks = [
            row for row in rows.networks.values() if row.programme == programme and is_running(row, rows.today)
        ]
        if asked.programma in ("", slug) and (networks or programme.availability == "per_regio"):
            yield programme, networks


def open_schools(rows, asked, programme):
    """Open schools with a sector of the programme. One of which the closing is announced is left out (`open()`)."""
    return [
        school
        for school in rows.schools.values()
        if school.closed_on is None
        and set(school.sectors) & set(programme.sectors)
        and rows.lies_in(rows.place_of(school.municipality_id), asked)
    ]


def covered(wanted):
    """Schools that a network of the programme is there for, or is not; unknown for a programme without networks."""

    def count(rows, asked):
        value = of = 0
        programmes = list(carried(rows, asked))
        for programme, networks in programmes:
            schools = open_schools(rows, asked, programme)
            of += len(schools)
            for school in schools:
                place = rows.place_of(school.municipality_id)
                networks = [row for row in networks if asked.netwerk in ("", row.slug)]
                value += any(rows.covers(network, school, place, rows.today) for network in networks) is wanted
        return (value, of) if programmes else (None, None)

    return count


def overlap(rows, asked):
    """Municipalities of today with a school of the programme where two or more of its networks work."""
    found = set()
    for programme, networks in carried(rows, asked):
        places = {rows.place_of(school.municipality_id) for school in open_schools(rows, asked, programme)} - {None}
        found |= {place for place in places if sum(rows.works_in(network, place) for network in networks) > 1}
    return len(found), sum(place.region_id is not None for place in rows.municipalities.values())


# How the work goes


def working_days(rows, region, after, until):
    """Working days after a day up to and including another: no weekend, public holiday or holiday of the region."""
    days = [after + DAY * number for number in range(1, (until - after).days + 1)]
    free = [(row.first_on, row.last_on) for row in rows.school_holidays if row.region_id == region]
    return sum(
        day.weekday() < 5 and day not in PUBLIC_HOLIDAYS and not any(first <= day <= last for first, last in free)
        for day in days
    )


def asked_lately(rows, asked):
    """[(recipient, its school, {kind of event: the first day})] of the questions that were sent in a year."""
    for row in rows.recipients:
        school = rows.schools[row.enquiry.school_id]
        network = row.network.slug if row.network else NOWHERE
        if row.created_at < begin_of(rows.today - YEAR) or asked.netwerk not in ("", network):
            continue
        days = rows.first_days[row.pk]
        if "sent" in days and rows.lies_in(rows.place_of(school.municipality_id), asked):
            yield row, school, days


def replied_on(days):
    """The day of the first answer or refusal, or None."""
    return min((days[kind] for kind in ("answered", "refused") if kind in days), default=None)


def reply_median(rows, asked):
    lasted = [
        working_days(rows, school.holiday_region_id, days["sent"], replied_on(days))
        for _row, school, days in asked_lately(rows, asked)
        if replied_on(days)
    ]
    return median(lasted) if lasted else None, len(lasted)


def promise_kept(rows, asked):
    """Judged are who replied and who let the day pass; not who passed the question on, or was let off, in time."""
    kept = []
    for row, _school, days in asked_lately(rows, asked):
        let_off = any(days.get(kind, date.max) <= row.reply_due_on for kind in ("passed_on", "closed"))
        if replied_on(days):
            kept.append(replied_on(days) <= row.reply_due_on)
        elif row.reply_due_on < rows.today and not let_off:
            kept.append(False)
    return sum(kept), len(kept)


def fresh_offer(rows, asked):
    running = [
        row
        for row in rows.activities
        if row.published_on
        and row.published_on <= rows.today
        and is_running(row, rows.today)
        and asked.netwerk in ("", row.network.slug)
        and asked.programma in ("", row.network.programme.slug)
    ]
    return sum(is_fresh(row, rows.today) for row in running), len(running)


def is_fresh(activity, on):
    """Facts of the report do not age; what was never confirmed counts from when it was published."""
    since = activity.confirmed_on or activity.published_on
    return bool(activity.facts_as_of) or on < months_later(since, activity.network.programme.confirm_after_months)


def refusals_in_vain(rows):
    """Refusals of a year of questions that nobody answered."""
    answered = {row.enquiry_id for row in rows.events if row.kind == "answered"}
    since = begin_of(rows.today - YEAR)
    return [
        row
        for row in rows.events
        if row.kind == "refused" and row.happened_at >= since and row.enquiry_id not in answered
    ]


def refused_questions(rows, asked):
    return len({row.enquiry_id for row in refusals_in_vain(rows)}), None


def by_reason(rows, asked):
    """A question that was refused for two reasons counts in both."""
    pairs = {(row.reason, row.enquiry_id) for row in refusals_in_vain(rows)}
    return {key: (sum(reason == key for reason, _enquiry in pairs), None) for key in RefusalReason.values}


def empty_searches(rows, asked):
    return sum(row.searched_on >= rows.today - YEAR for row in rows.searches), None


def by_search(rows, asked):
    """What was searched for five times or more, each by the first row of its kind."""
    same = {}
    for row in rows.searches:
        if row.searched_on >= rows.today - YEAR:
            same.setdefault((row.text, str(sorted(row.filters.items()))), []).append(row.pk)
    total, _of = empty_searches(rows, asked)
    return {str(min(pks)): (len(pks), total) for pks in same.values() if len(pks) >= 5}


def without_contact(rows, kind, owners):
    """How many owners have no contact that was confirmed within the months of their programme (six for others)."""

    def is_good(row):
        programme = row.programme or (row.network and row.network.programme)
        months = programme.confirm_after_months if programme else 6
        return row.confirmed_on and rows.today < months_later(row.confirmed_on, months)

    good = {getattr(row, f"{kind}_id") for row in rows.contacts if is_good(row)}
    return sum(owner.pk not in good for owner in owners), len(owners)


def contacts_by_kind(rows, asked):
    networks = [row for row in rows.networks.values() if is_running(row, rows.today)]
    return {
        "netwerk": without_contact(rows, "network", networks),
        "programma": without_contact(rows, "programme", rows.programmes.values()),
        "regio": without_contact(rows, "region", rows.regions),
        "landsdeel": without_contact(rows, "landsdeel", rows.landsdelen),
    }


def lately(rows, day):
    """Whether a day lies in the year until today."""
    return day is not None and rows.today - YEAR < day <= rows.today


def signs(rows):
    """What there was in a year: participations that joined or did something, and networks that met or delivered."""
    alive = [row for row in rows.participations if lately(rows, row.started_on) or lately(rows, row.signed_up_on)]
    alive += [row.participation for row in rows.entries if lately(rows, row.happened_on)]
    working = {row.network_id for row in rows.meetings if lately(rows, row.held_on)}
    working |= {row.network_id for row in rows.obligations if row.done_at and lately(rows, local_day(row.done_at))}
    return alive, working


def sleeping_by_kind(rows, asked):
    """A region wakes by its schools and by the networks that work there; a national one is no sign of a region."""
    alive, working = signs(rows)
    networks = [row for row in rows.networks.values() if is_running(row, rows.today)]
    awake = working | {row.network_id for row in alive}
    local = {row.pk for row in rows.networks.values() if not row.is_national} & working
    places = {rows.schools[row.school_id].municipality_id for row in alive}
    places |= {row.municipality_id for row in rows.areas if row.network_id in local}
    regions = {rows.municipalities[code].region_id for code in places - {None}}
    return {
        "netwerk": (sum(row.pk not in awake for row in networks), len(networks)),
        "regio": (sum(row.pk not in regions for row in rows.regions), len(rows.regions)),
    }


def sum_of(classes):
    """The total of a figure that is the sum of its classes."""

    def count(rows, asked):
        values, ofs = zip(*classes(rows, asked).values(), strict=True)
        return sum(values), sum(ofs)

    return count


def advice_followed(rows, asked):
    """Advices of two years after which the school began, or signed up, with one of the programmes; not who waits."""
    lately_given = [row for row in rows.advices if row.given_at >= begin_of(rows.today - 2 * YEAR)]

    def led_to_something(advice):
        advised = {suggestion["programme"] for suggestion in advice.suggestions}
        for row in rows.participations:
            began_on = row.started_on or (row.signed_up_on if not row.waiting_from_on else None)
            is_advised = row.school_id == advice.school_id and row.programme.slug in advised
            if is_advised and began_on and began_on >= local_day(advice.given_at):
                return True
        return False

    return sum(map(led_to_something, lately_given)), len(lately_given)


COUNTS = {
    "deelname": participation,
    "mbb-scholen": mbb_schools,
    "alleen-school-aan-zet": only_school_aan_zet,
    "aantal-programmas": all_of_them,
    "intensiteit": taking_part_of_themselves,
    "intensief": intensive,
    "scholen-zonder-contact": without_account,
    "activiteiten": summed(lambda entry: 1),
    "leerlingen": summed(lambda entry: entry.pupils_count or 0),
    "leraren": summed(lambda entry: entry.teachers_count or 0),
    "dekking": covered(True),
    "witte-vlekken": covered(False),
    "overlap": overlap,
    "antwoordtijd": reply_median,
    "belofte": promise_kept,
    "versheid": fresh_offer,
    "geweigerde-vragen": refused_questions,
    "lege-zoekopdrachten": empty_searches,
    "contacten": sum_of(contacts_by_kind),
    "slapend": sum_of(sleeping_by_kind),
    "advies": advice_followed,
}

CLASSES = {
    ("deelname", "fase"): by_phase(bool),
    ("mbb-scholen", "fase"): by_phase(in_mbb),
    ("aantal-programmas", "aantal"): by_number_of_programmes,
    ("intensiteit", "intensiteit"): by_intensity,
    ("geweigerde-vragen", "reden"): by_reason,
    ("lege-zoekopdrachten", "zoekopdracht"): by_search,
    ("contacten", "soort"): contacts_by_kind,
    ("slapend", "soort"): sleeping_by_kind,
}

# dimension -> rows -> {key of the cell: what to ask for instead}
MEMBERS = {
    "landsdeel": lambda rows: {row.pk: row.pk for row in rows.landsdelen} | {NOWHERE: NOWHERE},
    "regio": lambda rows: {str(row.pk): row.slug for row in rows.regions} | {NOWHERE: NOWHERE},
    "gemeente": lambda rows: {code: code for code in rows.municipalities} | {NOWHERE: NOWHERE},
    "sector": lambda rows: {sector: sector for sector in Sector.values},
    "schooljaar": lambda rows: {year: year for year in YEARS},
    "programma": lambda rows: {slug: slug for slug in rows.programmes},
    "netwerk": lambda rows: {slug: slug for slug in rows.networks},
}


def parts(key, rows, asked, dimension):
    """{key of the cell: (value, of)} of a figure that is split by a dimension."""
    if (key, dimension) in CLASSES:
        return CLASSES[key, dimension](rows, asked)
    members = MEMBERS[dimension](rows)
    if dimension == "netwerk" and key in ("antwoordtijd", "belofte"):
        members[NOWHERE] = NOWHERE  # asked at a desk
    elif dimension == "netwerk" and asked.programma:
        members = {slug: slug for slug in members if rows.networks[slug].programme.slug == asked.programma}
    chosen = getattr(asked, dimension)
    return {
        cell: COUNTS[key](rows, replace(asked, **{dimension: wanted}))
        for cell, wanted in members.items()
        # What was chosen is the only part; school years are wholes, so the others stand beside the chosen one.
        if dimension == "schooljaar" or chosen in ("", wanted)
    }
