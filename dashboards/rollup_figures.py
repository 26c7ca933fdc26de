"""Figures about schools: each a GROUP BY of the kept sums (`facts.py`)."""

from collections import Counter, defaultdict
from datetime import date

from django.db.models import Count, F, Func, IntegerField, Q, Sum, Value
from django.db.models.functions import Coalesce
from django.db.models.lookups import GreaterThanOrEqual
from django.utils.translation import gettext as _

from activities.intensity import LEVELS
from dashboards.figures import NONE, Answer, Cell
from dashboards.rollup_models import Rollup
from loket.vocabulary import MAIN_SECTORS, Phase, Sector, school_year
from networks.models import Partner
from regions.models import Landsdeel, Municipality, Region
from schools.models import Membership

MOST_PROGRAMMES = 4  # so many or more are one class
EVERYBODY = Q()
STEPS = ((0, 0), (1, 1), (2, 3), (4, None))  # activities in two years; 2 and 4 are the report's (2.4)


class Unnest(Func):
    """The elements of an array, a row for each."""

    function = "unnest"
    arity = 1
    set_returning = True


class PlaceIn(Func):
    """The number that stands in `counts` at the place of a programme in `programmes`; NULL when it is not there."""

    template = "(%(expressions)s)"
    output_field = IntegerField()

    def as_sql(self, compiler, connection, **extra):
        places, counts, wanted = [compiler.compile(part) for part in self.get_source_expressions()]
        sql = f"({counts[0]})[array_position({places[0]}, {wanted[0]}::bigint)]"
        return sql, [*counts[1], *places[1], *wanted[1]]


def as_of(chosen):
    """The day that the sums of the chosen year are of: its last day, or the day they were made."""
    return min(chosen.built_on or chosen.on, date(int(chosen.school_year[-4:]), 7, 31))


def rows_of(chosen, *, split="", in_register=True):
    """The kept rows that `chosen` asks for, one for each school (or for each school and sector when split so)."""
    rows = Rollup.objects.filter(in_register=True) if in_register else Rollup.objects.all()
    rows = rows.filter(school_year=chosen.school_year) if split != "schooljaar" else rows
    if split == "sector":
        rows = rows.exclude(sector="")
        if chosen.sector:
            rows = rows.filter(sector=chosen.sector)
    else:
        rows = rows.filter(sector=chosen.sector)
    if chosen.landsdeel:
        rows = rows.filter(landsdeel=chosen.landsdeel)
    if chosen.region:
        rows = rows.filter(region=chosen.region)
    if chosen.municipality:
        rows = rows.filter(municipality=chosen.municipality)
    if chosen.programme and in_register:
        sectors = sorted(chosen.programme.sectors)
        if split == "sector" or chosen.sector:
            rows = rows.filter(sector__in=sectors)
        else:
            rows = rows.filter(school__sectors__overlap=sectors)
    if chosen.network and in_register:
        rows = rows.filter(_reached(chosen, split))
    return rows


def _reached(chosen, split):
    """Schools that a network is for: of a sector of its programme and in its area or of a board that is partner, in
    the years until it ended. And whoever takes part in it.
    """
    network = chosen.network
    sectors = sorted(chosen.known.programmes[network.programme].sectors)
    is_for = Q(sector__in=sectors) if split == "sector" or chosen.sector else Q(school__sectors__overlap=sectors)
    if not network.is_national:
        boards = Partner.objects.filter(network=network.pk, role=Partner.Role.BOARD).values("organisation")
        is_for &= Q(municipality__in=chosen.known.area_of(network)) | Q(school__board__in=boards)
    if network.has_ended(chosen.built_on or chosen.on):
        is_for &= Q(school_year__lt=school_year(network.ended_on))
    return is_for | Q(networks__contains=[network.pk])


def taking_part(chosen):
    """The condition that a kept row takes part, in the programme and network of `chosen` when there is one."""
    condition = Q(programmes_count__gt=0)
    if chosen.programme:
        condition &= Q(programmes__contains=[chosen.programme.pk])
    if chosen.network:
        condition &= Q(networks__contains=[chosen.network.pk])
    return condition


def participation(chosen, split):
    """Schools that take part."""
    return _counted(chosen, split, taking_part(chosen), "taking")


def mbb_schools(chosen, split):
    """Schools with a programme of MBB other than School aan Zet (R52)."""
    return _counted(chosen, split, Q(mbb_count__gt=0), "mbb")


def only_school_aan_zet(chosen, split):
    """Schools of which School aan Zet is the only programme (R52)."""
    return _counted(chosen, split, ONLY_SAZ, "only_saz")


ONLY_SAZ = Q(in_saz=True, programmes_count=1)


def participation_rows(chosen):
    return rows_of(chosen).filter(taking_part(chosen))


def all_rows(chosen):
    return rows_of(chosen)


def rows_with_activities(chosen):
    return rows_of(chosen, in_register=False).filter(activities__gt=0)


def mbb_rows(chosen):
    return rows_of(chosen).filter(mbb_count__gt=0)


def only_saz_rows(chosen):
    return rows_of(chosen).filter(ONLY_SAZ)


def _counted(chosen, split, condition, name, *, among=EVERYBODY, of="schools"):
    """Count the rows that meet `condition` out of those that meet `among`, split by a dimension.

    name, of: those of the yearly numbers.
    """
    aggregates = {"value": Count("pk", filter=condition & among), "of": Count("pk", filter=among)}
    if split == "schooljaar":
        return _per_year(chosen, name, of)
    found = rows_of(chosen).aggregate(**aggregates)
    total = Cell("", _("alles bij elkaar"), found["value"], found["of"])
    if split == "programma":
        cells, adds_up = _by_programme(chosen, condition), False
    elif split == "netwerk":
        cells, adds_up = _by_network(chosen, condition), False
    elif split:
        cells, adds_up = _grouped(chosen, split, aggregates), split != "sector"
    else:
        cells, adds_up = (), True
    return Answer(total, cells, as_of(chosen), adds_up)


def _per_year(chosen, value, of):
    """All school years, the chosen one as total: the years are wholes of their own."""
    cells = tuple(
        Cell(row["school_year"], row["school_year"], row[value] or 0, row[of])
        for row in chosen.once("years", lambda: list(_years(chosen)))
        # Of a year in which nobody is known to have done anything, nothing is known.
        if row["did"] or row["school_year"] == chosen.school_year
    )
    total = next((cell for cell in cells if cell.key == chosen.school_year), Cell("", "", 0, 0))
    return Answer(Cell("", chosen.school_year, total.value, total.of), cells, as_of(chosen), adds_up=False)


def by_sector_and_year(chosen):
    """{sector: its rows of numbers, the oldest school year first} of the nation; one query for a page with both.

    What the trends of the same page need is then known: the rows of all sectors together.
    """
    found = defaultdict(list)
    rows = Rollup.objects.order_by("school_year").values("sector", "school_year")
    for row in _numbers(chosen, rows, Q(in_register=True)):
        found[row["sector"]].append(row)
    chosen.memo["years"] = found.pop("", [])
    return found


def _years(chosen):
    """The numbers of each school year, of all figures at once: one query for a page that shows several trends."""
    registered = Q(pk__in=rows_of(chosen, split="schooljaar").values("pk"))
    if not (chosen.programme or chosen.network):
        registered = Q(in_register=True)
    rows = rows_of(chosen, split="schooljaar", in_register=False).order_by("school_year").values("school_year")
    return _numbers(chosen, rows, registered)


def _numbers(chosen, rows, registered):
    """`rows` (grouped) with what trends need. registered: the condition that a kept row is in the denominator."""
    return rows.annotate(
        schools=Count("pk", filter=registered),
        taking=Count("pk", filter=registered & taking_part(chosen)),
        mbb=Count("pk", filter=registered & Q(mbb_count__gt=0)),
        only_saz=Count("pk", filter=registered & ONLY_SAZ),
        intensive=Count("pk", filter=registered & taking_part(chosen) & _is_intensive(chosen)),
        did=Count("pk", filter=Q(programmes_count__gt=0) | Q(activities__gt=0)),
        **{f"sum_of_{field}": Sum(field) for field in ("activities", "pupils", "teachers")},
    )


COLUMNS = {
    "sector": "sector",
    "schooljaar": "school_year",
    "landsdeel": "landsdeel_id",
    "regio": "region_id",
    "gemeente": "municipality_id",
    "fase": "phase",
}


def _grouped(chosen, split, aggregates, *, in_register=True):
    column = COLUMNS[split]
    rows = rows_of(chosen, split=split, in_register=in_register).order_by()
    found = {row[column]: row for row in rows.values(column).annotate(**aggregates)}
    cells = []
    for key, label, url in _members(split, chosen, found):
        row = found.pop(key, None) or dict.fromkeys(aggregates, 0)
        cells.append(Cell(_text(key), label, row["value"] or 0, row["of"], url=url))
    return tuple(cells)


def _text(key):
    return NONE if key in (None, "") else str(key)


def _members(split, chosen, found):
    """(key, label, address) of every member of a dimension that could have a number, also where it is zero."""
    if split == "sector":
        shown = chosen.programme.sectors if chosen.programme else set()
        for sector in Sector:
            wanted = sector in shown if shown else sector in MAIN_SECTORS
            if sector in found or (wanted and (not chosen.sector or sector == chosen.sector)):
                yield sector.value, sector.label, ""
        return
    if split == "fase":
        yield from ((phase.value, str(phase.label), "") for phase in Phase)
        yield "", _("niet ingevuld"), ""
        return
    if split == "landsdeel":
        members = [(row.pk, row.name, row.get_absolute_url()) for row in Landsdeel.objects.order_by("order")]
    elif split == "regio":
        members = [(row.pk, row.name, row.get_absolute_url()) for row in Region.objects.order_by("name")]
    else:
        places = Municipality.objects.current().order_by("name")
        members = [(row.pk, row.name, row.get_absolute_url()) for row in places]
    is_narrow = chosen.landsdeel or chosen.region or chosen.municipality or chosen.network
    for member in members:
        if not is_narrow or member[0] in found:
            yield member
    if None in found:
        yield None, _("plaats onbekend"), ""


def _by_programme(chosen, condition):
    """Schools per programme, out of the schools with one of its sectors."""
    rows = rows_of(chosen).filter(condition).order_by().annotate(programme=Unnest("programmes"))
    rows = list(rows.values_list("programme", "school__sectors").annotate(Count("pk")))
    groups = rows_of(chosen).order_by().values_list("school__sectors").annotate(Count("pk"))
    groups = [(frozenset(sectors), count) for sectors, count in groups]
    cells = []
    for programme in sorted(chosen.known.programmes.values(), key=lambda row: row.name):
        if chosen.programme and programme.pk != chosen.programme.pk:
            continue
        if chosen.sector and chosen.sector not in programme.sectors:
            continue
        of = sum(count for sectors, count in groups if not programme.sectors.isdisjoint(sectors))
        # Who joined once and has none of its sectors any more is not in `of` either.
        taking = sum(
            count for pk, sectors, count in rows if pk == programme.pk and not programme.sectors.isdisjoint(sectors)
        )
        if of:
            url = programme.get_absolute_url()
            cells.append(Cell(programme.slug, programme.name, taking, of, url=url))
    return tuple(cells)


def _by_network(chosen, condition):
    """Schools per network, out of the schools of the right sector that it covers or that take part in it."""
    groups = rows_of(chosen).order_by().values_list("municipality", "school__board", "school__sectors")
    schools = defaultdict(Counter)  # (municipality, board that is a partner somewhere) -> sectors -> schools
    for municipality, board, sectors, number in groups.annotate(Count("pk")):
        asked = frozenset([chosen.sector] if chosen.sector else sectors)
        schools[_whose(chosen, municipality, board)][asked] += number
    covered, here = Counter(), {}
    for place, by_sectors in schools.items():
        networks = chosen.known.networks_for(*place, as_of(chosen))
        here[place] = {network.pk for network in networks}
        of_programme = {}
        for slug in {network.programme for network in networks}:
            serves = chosen.known.programmes[slug].sectors
            of_programme[slug] = sum(n for sectors, n in by_sectors.items() if not serves.isdisjoint(sectors))
        for network in networks:
            covered[network.pk] += of_programme[network.programme]
    taking = Counter()
    # A row for each school: grouped by network they would be many times as many.
    rows = rows_of(chosen).filter(condition).exclude(networks=[]).order_by()
    for municipality, board, sectors, networks in rows.values_list(
        "municipality", "school__board", "school__sectors", "networks"
    ):
        taking.update(networks)
        asked = [chosen.sector] if chosen.sector else sectors
        near = here[_whose(chosen, municipality, board)]
        for pk in networks:
            network = chosen.known.networks.get(pk)
            serves = chosen.known.programmes[network.programme].sectors if network else frozenset()
            if pk not in near or serves.isdisjoint(asked):
                covered[pk] += 1  # who takes part counts in the denominator, wherever the school is
    cells = [
        Cell(row.slug, row.name, taking[row.pk], covered[row.pk], url=row.get_absolute_url())
        for row in _shown_networks(chosen)
        if covered[row.pk]
    ]
    return tuple(cells)


def _shown_networks(chosen):
    """The networks that a split may name, by name."""
    for network in sorted(chosen.known.networks.values(), key=lambda row: row.name):
        if chosen.programme and network.programme != chosen.programme.slug:
            continue
        if chosen.network and network.pk != chosen.network.pk:
            continue
        if chosen.shown_networks is None or network.pk in chosen.shown_networks:
            yield network


def _whose(chosen, municipality, board):
    """Where a school is covered from: its municipality, and its board when that is a partner of a network."""
    return municipality, board if chosen.known.networks_of_board(board) else None


def programmes_per_school(chosen, split):
    """How many programmes schools take part in: 0, 1, 2, ... as Tabel 4."""
    found = Counter()
    for programmes, _activities, schools in _spread(chosen):
        found[str(min(programmes, MOST_PROGRAMMES))] += schools
    labels = {str(number): str(number) for number in range(MOST_PROGRAMMES)}
    labels[str(MOST_PROGRAMMES)] = _("%(number)d of meer") % {"number": MOST_PROGRAMMES}
    return _distribution(chosen, found, labels)


def _spread(chosen):
    """[(programmes, activities in two years, schools)], once for the two spreads of a page."""
    rows = rows_of(chosen).order_by().values_list("programmes_count", "activities_two_years")
    return chosen.once("spread", lambda: list(rows.annotate(Count("pk"))))


def intensity(chosen, split):
    """How many activities schools had in two years; for a programme with agreed levels, those (R47)."""
    bounds = _bounds(chosen)
    if chosen.programme or chosen.network:
        rows = participation_rows(chosen).order_by().annotate(number=_number(chosen))
        counts = rows.values_list("number").annotate(Count("pk"))
    else:
        counts = [(activities, schools) for programmes, activities, schools in _spread(chosen) if programmes]
    found = Counter()
    for activities, schools in counts:
        found[next(str(least) for least, _most, _label in reversed(bounds) if activities >= least)] += schools
    return _distribution(chosen, found, {str(least): label for least, _most, label in bounds})


def _bounds(chosen):
    """[(least, most, name)] of the classes of intensity, the lowest first; most is None in the last one."""
    levels = LEVELS.get(chosen.programme.slug) if chosen.programme else None
    if not levels:
        return [(least, most, _steps(least, most)) for least, most in STEPS]
    bounds = [(0, levels[-1][0] - 1, _("nog geen niveau"))]
    return bounds + [
        (least, levels[place - 1][0] - 1 if place else None, str(name))
        for place, (least, name) in reversed(list(enumerate(levels)))
    ]


def _number(chosen):
    """Activities of a kept row in two years, in the chosen programme when there is one."""
    if chosen.programme:
        return Coalesce(PlaceIn(F("programmes"), F("counts"), Value(chosen.programme.pk)), 0)
    return F("activities_two_years")


def intensive(chosen, split):
    """Schools that take part with as many activities in two years as the highest class of `intensity`."""
    if split != "netwerk":
        return _counted(chosen, split, _is_intensive(chosen), "intensive", among=taking_part(chosen), of="taking")
    whole = _counted(chosen, "", _is_intensive(chosen), "intensive", among=taking_part(chosen))
    taking, done = Counter(), Counter()
    rows = intensive_rows(chosen).order_by()
    for found, counted in ((done, rows), (taking, participation_rows(chosen).order_by())):
        for (networks,) in counted.exclude(networks=[]).values_list("networks"):
            found.update(networks)
    cells = [
        Cell(row.slug, row.name, done[row.pk], taking[row.pk], url=row.get_absolute_url())
        for row in _shown_networks(chosen)
        if taking[row.pk]
    ]
    return Answer(whole.total, tuple(cells), as_of(chosen), adds_up=False)


def schools_without_contact(chosen, split):
    """Schools that take part and of which nobody has an account (R54)."""
    return _counted(chosen, split, ~_with_contact(), "", among=taking_part(chosen))


def rows_without_contact(chosen):
    return participation_rows(chosen).exclude(_with_contact())


def _with_contact():
    return Q(school__in=Membership.objects.active().schools().order_by().values("pk"))


def intensive_rows(chosen):
    return participation_rows(chosen).filter(_is_intensive(chosen))


def _is_intensive(chosen):
    return Q(GreaterThanOrEqual(_number(chosen), _bounds(chosen)[-1][0]))


def part_of(chosen, rows, split, key):
    """Those of kept `rows` that the cell `key` of a split counts, where no filter says so; None: no such cell."""
    if split == "fase" and key in {NONE, *Phase.values}:
        return rows.filter(phase="" if key == NONE else key)
    if split == "aantal" and key in {str(number) for number in range(MOST_PROGRAMMES + 1)}:
        most = int(key) == MOST_PROGRAMMES
        return rows.filter(**{"programmes_count__gte" if most else "programmes_count": int(key)})
    if split == "intensiteit":
        for least, most, _label in _bounds(chosen):
            if str(least) == key:
                rows = rows.annotate(number=_number(chosen)).filter(number__gte=least)
                return rows if most is None else rows.filter(number__lte=most)
    return None


def _steps(least, most):
    if most is None:
        return _("%(number)d of meer") % {"number": least}
    return str(least) if least == most else _("%(least)d of %(most)d") % {"least": least, "most": most}


def _distribution(chosen, found, labels):
    of = sum(found.values())
    cells = tuple(Cell(key, label, found[key], of) for key, label in labels.items())
    return Answer(Cell("", _("alles bij elkaar"), of, of), cells, as_of(chosen))


def summed(field):
    """A figure that adds up `field` of all rows, of schools that left the register as well: it did happen."""

    def count(chosen, split):
        condition = Q(programmes_count__gt=0) | Q(activities__gt=0)
        aggregates = {"value": Sum(field), "of": Count("pk", filter=condition)}
        if split == "schooljaar":
            return _per_year(chosen, f"sum_of_{field}", "did")
        found = rows_of(chosen, in_register=False).aggregate(**aggregates)
        total = Cell("", _("alles bij elkaar"), found["value"] or 0, found["of"])
        cells = _grouped(chosen, split, aggregates, in_register=False) if split else ()
        return Answer(total, cells, as_of(chosen))

    return count
