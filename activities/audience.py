"""Who sees an activity on the loket page: how many schools, which, and why; and why one school does not.

Counted with what a school has on its own page when nobody says anything there: its sectors. Whatever schools fill in
changes the order of a list and not what is in it. Works for an activity that is not public yet just as well.
"""

from dataclasses import dataclass

from django.db.models import Q
from django.utils.translation import gettext as _

from activities import reasons
from activities.desk import desk_for
from activities.fit import why_not_this
from activities.matching import FIRST_VIEW, Match, Obstacle, Situation, first_view, match, obstacle
from networks.models import Partner
from schools.models import School


@dataclass(frozen=True, slots=True)
class Seer:
    """A school that sees the activity: on which place of its list (from 1), and the reasons in words."""

    school: School
    rank: int
    why: list[tuple[str, str]]

    @property
    def is_first_view(self):
        return self.rank <= FIRST_VIEW


class Audience:
    """page: an OfferPage of the activity as it is or will be, so with its network, programme and day."""

    def __init__(self, page):
        self.page = page
        self.offer = page.full_offer
        self.on = page.on

    @property
    def hindrance(self):
        """What keeps it from every school, in words; "" when nothing does."""
        activity, offer = self.page.activity, self.offer
        sectors = [sector for sector in activity.sectors if sector in offer.programme.sectors]
        if not sectors:
            return _("Geen enkele school: de sectoren passen niet bij het programma.")
        found = obstacle(Situation(sectors=tuple(sectors)), offer, self.on)
        if self.page.network.has_ended(self.on):
            found = Obstacle.ENDED
        if activity.ended_on and activity.ended_on <= self.on:
            return _("Geen enkele school: dit is niet meer te zien sinds %(day)s.") % {
                "day": reasons.day(activity.ended_on)
            }
        if activity.published_on and activity.published_on > self.on:
            return _("Nu nog niemand: dit is te zien vanaf %(day)s.") % {"day": reasons.day(activity.published_on)}
        if found is Obstacle.NOT_YET_OPEN:
            return _("Nu nog niemand: dit gaat open op %(day)s.") % {"day": reasons.day(activity.opens_on)}
        if found is Obstacle.CLOSED:
            return _("Niemand meer: dit was open tot en met %(day)s.") % {"day": reasons.day(activity.closes_on)}
        if found is Obstacle.ENDED:
            return _("Geen enkele school: het programma of het netwerk is gestopt.")
        if found is Obstacle.NOT_NOW:
            return _("Geen enkele school in de lijst:") + " " + reasons.not_now_sentence(offer)
        if found is Obstacle.REFERENCE:
            return _("Geen enkele school in de lijst:") + " " + reasons.reference_sentence(offer)
        return ""

    @property
    def schools(self):
        """Schools that see it in their list, by name: a queryset. None when something keeps it from all."""
        if self.hindrance:
            return School.objects.none()
        return self.reached.order_by("sort_name", "pk")

    @property
    def reached(self):
        """Open schools of its sectors for which the network works, whatever the day."""
        offer, network = self.offer, self.page.network
        sectors = [sector for sector in offer.sectors if sector in offer.programme.sectors]
        rows = School.objects.open().filter(sectors__overlap=sectors)
        if network.is_national:
            return rows
        boards = Partner.objects.filter(network=network.pk, role=Partner.Role.BOARD).values("organisation")
        return rows.filter(Q(municipality__in=self.page.directory.area_of(network)) | Q(board__in=boards))

    def seers(self, schools):
        """A Seer for each of `schools` (a page of them, with `for_desk`): one query, then the matching of each."""
        known, page = self.page.directory, self.page
        desks = [desk_for(school, default_situation(school), on=self.on, known=known) for school in schools]
        if not desks:
            return []
        by_network = _offers_by_network(desks, without=self.offer.key)
        found = []
        for desk in desks:
            offers = [offer for network in desk.networks for offer in by_network.get(network.pk, ())]
            mine = self.offer
            ranked = match(desk.situation, [*offers, mine], self.on)
            rank, hit = _place(ranked, mine.key)
            found.append(
                Seer(
                    desk.school,
                    rank,
                    reasons.why(
                        hit,
                        desk.situation,
                        place=desk.place,
                        by_board=not known.works_in(page.network, desk.school.municipality_id),
                        programmes=known.programmes,
                    ),
                )
            )
        return found

    def of_school(self, school):
        """(Seer or None, why not in words) of one school, as its loket page would say. At most three queries."""
        desk = desk_for(school, default_situation(school), on=self.on, known=self.page.directory)
        covers = any(network.pk == self.page.network.pk for network in desk.networks)
        if school.closed_on is not None:
            return None, _("Deze school is gesloten.")
        if covers and not self.hindrance and obstacle(desk.situation, self.offer, self.on) is None:
            return self.seers([school])[0], ""
        if covers and self.hindrance and obstacle(desk.situation, self.offer, self.on) is None:
            return None, self.hindrance
        return None, why_not_this(desk, self.page.activity, self.offer)


def default_situation(school):
    """What the loket page of `school` assumes when nobody said anything."""
    return Situation(sectors=tuple(school.sectors), seed=school.code)


def _offers_by_network(desks, *, without):
    """{network pk: offers} of all that the schools of `desks` can see, the one `without` left out. One query."""
    first = desks[0]
    networks = {network.pk for desk in desks for network in desk.networks}
    sectors = {sector for desk in desks for sector in desk.situation.sectors}
    rows = first.public_rows(networks, sectors)
    if isinstance(without, int):
        rows = rows.exclude(pk=without)
    found = {}
    for offer in first.offers(rows):
        found.setdefault(offer.network.pk, []).append(offer)
    return found


def _place(ranked: list[Match], key):
    """(place in the list as the loket page shows it, the Match) of the offer with `key`."""
    shown = first_view(ranked)
    keys = {m.offer.key for m in shown}
    order = [*shown, *(m for m in ranked if m.offer.key not in keys)]
    return next((rank, m) for rank, m in enumerate(order, 1) if m.offer.key == key)
