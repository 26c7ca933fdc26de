"""What a figure rests on, row by row: the activities, questions, contacts and networks that it counts.

Who may see them: the office all, coordinators those of their own networks (`networks/rights.py`). Schools behind a
figure have a page of their own. There is no list behind numbers of persons, nor of single searches.
"""

from collections import defaultdict
from dataclasses import dataclass
from itertools import islice

from django.db.models import BooleanField, Case, Q, Value, When
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from activities.models import Advice, Participation, aged
from activities.periods import midnight
from dashboards import work_figures
from enquiries.figures import replies
from enquiries.models import EnquiryEvent, Recipient
from loket.vocabulary import RefusalReason
from networks.coverage import coverage
from networks.models import Partner
from networks.rights import networks_seen_by, schools_coordinated_by
from quality.signs_of_life import SignsOfLife, silent_networks, silent_regions
from regions.models import Landsdeel, Municipality, Region
from schools.models import School

CHUNK = 1000
YES, NO = _("ja"), _("nee")


@dataclass(frozen=True, slots=True)
class Listing:
    """columns: headings. rows: a queryset or a list. lines: some of the rows -> [(address, its values)] of each.

    The address is that of the page of what the row is about. is_own: whether who is not of the office sees a part.
    """

    columns: tuple
    rows: object
    lines: object
    is_own: bool = True

    def file_rows(self):
        """The values of all rows, read a chunk at a time: a file of everything takes no more memory than a page."""
        rows = iter(self.rows) if isinstance(self.rows, list) else self.rows.iterator(chunk_size=CHUNK)
        while chunk := list(islice(rows, CHUNK)):
            for _address, values in self.lines(chunk):
                yield values


def offer(chosen, viewer):
    """Behind `versheid`: activities that run, those first that wait for a confirmation."""
    rows = work_figures.running_offer(chosen)
    if not viewer.is_staff:
        rows = rows.filter(network__in=_own(viewer, chosen.on).values("pk"))
    is_old = Case(
        When(aged(chosen.on, "confirm"), then=Value(True)), default=Value(False), output_field=BooleanField()
    )
    rows = rows.annotate(is_old=is_old).select_related("network__programme").order_by("-is_old", "title", "pk")

    def lines(page):
        for row in page:
            confirmed = (row.confirmed_on, NO if row.is_old else YES)
            # Its page for the public may be closed just because nobody confirmed it.
            yield (
                reverse("workspace:offer", args=[row.slug]),
                (row.title, row.network.name, row.network.programme.name, *confirmed),
            )

    columns = (_("activiteit"), _("netwerk"), _("programma"), _("bevestigd op"), _("pas bevestigd"))
    return Listing(columns, rows, lines)


def answers(chosen, viewer):
    """Behind `antwoordtijd`: everybody who replied."""
    return _replies(chosen, viewer, lambda reply: reply.days is not None)


def promises(chosen, viewer):
    """Behind `belofte`: everybody of whom it is known whether the promise was kept."""
    return _replies(chosen, viewer, lambda reply: reply.in_time is not None)


def _replies(chosen, viewer, counts):
    mine = Recipient.objects.for_coordinator(viewer.user, chosen.on).values("pk")
    asked = work_figures.recipients_of(chosen).filter(pk__in=mine)

    def lines(page):
        page = list(page)
        rows = Recipient.objects.in_bulk([reply.recipient for reply in page])
        for reply in page:
            row = rows[reply.recipient]
            in_time = {True: YES, False: NO, None: ""}[reply.in_time]
            days = (reply.sent_on, reply.replied_on, reply.days, reply.due_on)
            yield _question(row), (row.owner, *days, in_time)

    columns = (
        _("netwerk of loket"),
        _("gevraagd op"),
        _("beantwoord op"),
        _("werkdagen"),
        _("uiterlijk op"),
        _("op tijd"),
    )
    return Listing(columns, [reply for reply in replies(asked, on=chosen.on) if counts(reply)], lines)


def refusals(chosen, viewer):
    """Behind `geweigerde-vragen`: refusals of questions that nobody answered. A question may have several."""
    mine = Recipient.objects.for_coordinator(viewer.user, chosen.on).values("pk")
    rows = EnquiryEvent.objects.unmet_demand(work_figures.year_before(chosen.on)).filter(recipient__in=mine)
    rows = rows.select_related("recipient").order_by("-happened_at", "-pk")
    reasons = dict(RefusalReason.choices)

    def lines(page):
        for row in page:
            refused_on = timezone.localdate(row.happened_at)
            yield _question(row.recipient), (row.recipient.owner, refused_on, reasons.get(row.reason, row.reason))

    return Listing((_("netwerk of loket"), _("geweigerd op"), _("reden")), rows, lines)


def contacts(chosen, viewer):
    """Behind `contacten`: what has no contact that was confirmed lately enough (R54)."""
    found = []
    own = None if viewer.is_staff else set(_own(viewer, chosen.on).values_list("pk", flat=True))
    for kind, label, missing in work_figures.without_contact(chosen):
        if own is not None:
            missing = missing & own if kind == "netwerk" else set()
        found += [(label, row) for row in _named(kind, missing, chosen)]

    def lines(page):
        for label, row in page:
            yield row.get_absolute_url(), (row.name, label)

    return Listing((_("naam"), _("wat")), found, lines)


def sleeping(chosen, viewer):
    """Behind `slapend`: networks and regions that gave no sign of life for a year, with the last one (R30)."""
    networks = silent_networks(chosen.on).order_by("name", "pk")
    if not viewer.is_staff:
        networks = networks.filter(pk__in=_own(viewer, chosen.on).values("pk"))
    regions = silent_regions(chosen.on).order_by("name") if viewer.is_staff else ()
    signs = SignsOfLife(chosen.on)
    found = [(_("netwerk"), row, signs.of_network) for row in networks]
    found += [(_("regio"), row, signs.of_region) for row in regions]

    def lines(page):
        for label, row, sign_of in page:
            yield row.get_absolute_url(), (row.name, label, sign_of(row.pk))

    return Listing((_("naam"), _("wat"), _("laatste teken van leven")), found, lines)


def advices(chosen, viewer):
    """Behind `advies`: each advice of two years, and with which of the advised programmes the school began (R25)."""
    rows = Advice.objects.filter(given_at__gte=midnight(chosen.on - 2 * work_figures.YEAR))
    if not viewer.is_staff:
        own = schools_coordinated_by(viewer.user, chosen.on, is_staff=False)
        rows = rows.filter(school__in=own.order_by().values("pk"))
    names = {row.slug: row.name for row in chosen.known.programmes.values()}

    def lines(page):
        page = list(page)
        began = defaultdict(list)
        joined = Participation.objects.filter(school__in=[row.school_id for row in page]).order_by()
        for school, slug, started_on, signed_up_on in joined.values_list(
            "school", "programme__slug", "started_on", "signed_up_on"
        ):
            began[school, slug].append(started_on or signed_up_on)
        for row in page:
            given_on = timezone.localdate(row.given_at)
            slugs = list(dict.fromkeys(suggestion.get("programme") for suggestion in row.suggestions))
            since = [s for s in slugs if any(day and day >= given_on for day in began[row.school_id, s])]
            said = [", ".join(names.get(slug, slug or "") for slug in some) for some in (slugs, since)]
            yield row.school.get_absolute_url(), (row.school.name, given_on, *said)

    columns = (_("school"), _("gegeven op"), _("aangeraden"), _("daarna begonnen met"))
    rows = rows.select_related("school").order_by("-given_at", "-pk")
    return Listing(columns, rows, lines)


def overlaps(chosen, viewer):
    """Behind `overlap`: municipalities where two or more networks of one programme work, with their names."""
    places = {row.pk: row for row in Municipality.objects.current()}
    found = []
    for slug, result in coverage(chosen.on, chosen.known).items():
        if chosen.programme and slug != chosen.programme.slug:
            continue
        for code in result.overlaps:
            networks = [row.name for row in chosen.known.networks_for(code, None, chosen.on) if row.programme == slug]
            found.append((places[code], chosen.known.programmes[slug].name, networks))
    found.sort(key=lambda row: (row[0].name, row[1]))

    def lines(page):
        for place, programme, networks in page:
            yield place.get_absolute_url(), (place.name, programme, len(networks), ", ".join(networks))

    return Listing((_("gemeente"), _("programma"), _("aantal"), _("netwerken")), found, lines, is_own=False)


def covered(chosen, viewer):
    """Behind `dekking`: schools that a network of the chosen programme is there for."""
    return _schools(chosen, is_covered=True)


def white_spots(chosen, viewer):
    """Behind `witte-vlekken`: schools that no network of the chosen programme is there for."""
    return _schools(chosen, is_covered=False)


def _schools(chosen, *, is_covered):
    """Schools with a sector of the chosen programme; None without one, for each programme has its own."""
    if chosen.programme is None:
        return None
    networks = [
        row
        for row in chosen.known.networks.values()
        if row.programme == chosen.programme.slug and not row.has_ended(chosen.on)
    ]
    here = Q(pk__in=[]) if not any(row.is_national for row in networks) else Q()
    if here:
        area = {code for row in networks for code in chosen.known.area_of(row)}
        boards = Partner.objects.filter(role=Partner.Role.BOARD, network__in=[row.pk for row in networks])
        here = Q(municipality__in=area) | Q(board__in=boards.values("organisation"))
    everybody = School.objects.open().filter(sectors__overlap=sorted(chosen.programme.sectors))
    covered = everybody.filter(here)
    rows = covered if is_covered else everybody.exclude(pk__in=covered.order_by().values("pk"))
    for path, place in (("landsdeel", chosen.landsdeel), ("region", chosen.region), ("pk", chosen.municipality)):
        if place:
            rows = rows.filter(**{f"municipality__{path}": place})
    rows = rows.select_related("municipality").order_by("name", "code")

    def lines(page):
        for row in page:
            place = row.municipality.name if row.municipality else ""
            yield row.get_absolute_url(), (row.name, row.code, row.place, place)

    return Listing((_("school"), _("code"), _("plaats"), _("gemeente")), rows, lines, is_own=False)


def _own(viewer, on):
    return networks_seen_by(viewer.user, on, is_staff=False).order_by()


def _named(kind, pks, chosen):
    if kind in ("netwerk", "programma"):
        rows = chosen.known.networks if kind == "netwerk" else chosen.known.programmes
        return sorted((row for row in rows.values() if row.pk in pks), key=lambda row: row.name.lower())
    model = Region if kind == "regio" else Landsdeel
    return model.objects.filter(pk__in=pks).order_by("name")


def _question(recipient):
    return reverse("workspace:question", args=[recipient.uid])


# Key of a figure -> what is behind it: (Chosen, Viewer) -> Listing, or None where one must choose more first.
BEHIND = {
    "dekking": covered,
    "witte-vlekken": white_spots,
    "overlap": overlaps,
    "antwoordtijd": answers,
    "belofte": promises,
    "versheid": offer,
    "geweigerde-vragen": refusals,
    "contacten": contacts,
    "slapend": sleeping,
    "advies": advices,
}
