"""Who is told: people with an address, asked for in bulk, so that the number of queries does not grow with the rows.

- A network: whoever may change it that day, so coordinators, account managers, and a delegate besides; without them
  its first confirmed contact; else the programme office. So mail and "Nu doen" are of the same people.
- A region: its coordinators, else its first confirmed contact, else the programme office.
- A school: its members, as the mail of the rooms chooses them.
- The country: the staff of the programme office, else its contact.

A person without an address, or whose account is closed, is not there: the next stands in.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass
from functools import cached_property
from weakref import WeakKeyDictionary

from django.db.models import Count, OuterRef, Q, Subquery
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from networks.directory import CONFIRMED_FOR, OFFICE_SLUG, directory
from networks.models import Assignment, ContactRole, WorkingArea
from networks.rights import CHANGING, programme_staff
from regions.models import Municipality
from reminders.due import GoneError
from schools.models import GENERATIONS, Membership, School


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody who is told. to: in lower case. user_pk: the account of that address, None without one."""

    to: str
    user_pk: int | None = None
    holiday_region_pk: str | None = None


def once(*readers):
    """`readers` without those whose address came before."""
    found = {}
    for reader in readers:
        found.setdefault(reader.to, reader)
    return tuple(found.values())


class Audience:
    """Who is told about networks, regions and the country on one day. Each question to the database is asked once."""

    def __init__(self, on):
        self.on = on

    @classmethod
    def at(cls, now):
        return cls(timezone.localtime(now).date())

    # --- networks -----------------------------------------------------------------------------------------
    def of_network(self, pk):
        """Readers for a network; for None, which no network carries, the programme office."""
        if pk is None:
            return self.office
        return self.of_assignments("network", pk) or self.of_contact("network", pk) or self.office

    def of_region(self, pk):
        return self.of_assignments("region", pk) or self.of_contact("region", pk) or self.office

    def of_assignments(self, scope, pk):
        """Those who have the "network" or the "region" by an assignment that day."""
        return self._assigned[scope].get(pk, ())

    def of_contact(self, owner, pk):
        """The first confirmed contact of a "network", "region" or "organisation", in a tuple; () without one."""
        return self._contacts[owner].get(pk, ())

    @cached_property
    def office(self):
        staff = [Reader(user.email.lower(), user.pk) for user in programme_staff(self.on) if user.email]
        return once(*staff) or self.of_contact("organisation", OFFICE_SLUG)

    @cached_property
    def _assigned(self):
        found = {"network": defaultdict(list), "region": defaultdict(list)}
        mine = Q(role__in=CHANGING) | Q(role=Assignment.Role.REGION_COORDINATOR)
        rows = Assignment.objects.on(self.on).filter(mine, user__is_active=True).exclude(user__email="")
        names = ("network_id", "region_id", "user_id", "user__email")
        for network, region, user, email in rows.order_by("pk").values_list(*names):
            scope, pk = ("network", network) if network else ("region", region)
            found[scope][pk].append(Reader(email.lower(), user, self.holidays_of(scope, pk)))
        return {scope: {pk: once(*readers) for pk, readers in rows.items()} for scope, rows in found.items()}

    @cached_property
    def _contacts(self):
        found = {"network": {}, "region": {}, "organisation": {}}
        rows = with_account(ContactRole.objects.filter(confirmed_on__gte=self.on - CONFIRMED_FOR))
        rows = rows.exclude(person__email="").filter(Q(account_pk=None) | Q(account_open=True))
        rows = rows.filter(Q(network__isnull=False) | Q(region__isnull=False) | Q(organisation__slug=OFFICE_SLUG))
        names = ("network_id", "region_id", "organisation__slug", "person__email", "account_pk")
        for network, region, slug, email, account in rows.order_by("order", "pk").values_list(*names):
            scope, pk = ("network", network) if network else ("region", region) if region else ("organisation", slug)
            found[scope].setdefault(pk, (Reader(email.lower(), account, self.holidays_of(scope, pk)),))
        return found

    # --- when periodic mail rests -----------------------------------------------------------------------
    def holidays_of(self, scope, pk):
        """The holiday region of most schools in the area of a network or region; None when unknown."""
        return self._holidays[scope].get(pk) if scope in self._holidays else None

    @cached_property
    def _holidays(self):
        """{"network" or "region": {key: holiday region}}, kept with the directory: one query when nothing changed.

        Every mail is asked for again before it leaves, and this reads the whole register of schools.
        """
        known = directory()
        if known not in _HOLIDAYS:
            _HOLIDAYS[known] = _holidays_of_all()
        return _HOLIDAYS[known]


_HOLIDAYS = WeakKeyDictionary()


def _holidays_of_all():
    found = defaultdict(Counter)
    rows = School.objects.open().exclude(holiday_region=None).exclude(municipality=None).order_by()
    for place, holidays, count in rows.values_list("municipality", "holiday_region").annotate(Count("pk")):
        found[place][holidays] = count
    return {
        "network": _most(WorkingArea.objects.order_by().values_list("network", "municipality"), found),
        "region": _most(Municipality.objects.exclude(region=None).order_by().values_list("region", "pk"), found),
    }


def _most(pairs, by_municipality):
    """{key: the holiday region of most schools in its municipalities}."""
    found = defaultdict(Counter)
    for pk, place in pairs:
        if place in by_municipality:
            found[pk] += by_municipality[place]
    return {pk: min(counted, key=lambda name: (-counted[name], name)) for pk, counted in found.items()}


def with_account(rows, email="person__email"):
    """`rows` with `account_pk` and `account_open` of the account of the address in the field `email`, or None."""
    account = User.objects.alias(lower=Lower("email")).filter(lower=Lower(OuterRef(email)))
    return rows.annotate(
        account_pk=Subquery(account.values("pk")[:1]), account_open=Subquery(account.values("is_active")[:1])
    )


def reader_of(email, row, holiday_region_pk=None):
    """The reader of an address whose account stands at `row` (`with_account`), in a tuple; () for a closed one."""
    if not email or row.account_open is False:
        return ()
    return (Reader(email.lower(), row.account_pk, holiday_region_pk),)


# --- schools -----------------------------------------------------------------------------------------------
class Members:
    """Who speaks for some schools now; two queries, when it is first asked."""

    def __init__(self, schools):
        """schools: their keys, as a list or a queryset of values. A list is asked for by its keys and not by a
        subquery, because Django takes seconds to write that one down six times (measured)."""
        self.schools = schools

    def of(self, school, *, roles=None, with_board=False):
        """Readers of the school itself, of all `roles` or of these; with_board: those of its board too."""
        rows = self._found[0].get(school.pk, [])
        if with_board and school.board_id:
            rows = rows + self._found[1].get(school.board_id, [])
        return once(*(self._reader(school, row) for row in rows if roles is None or row[2] in roles))

    def of_registration(self, registration):
        """As `enquiries.registration_mail.readers` has it, for many at once."""
        school, by = registration.school, registration.registered_by
        if by and not (by.is_active and by.email):
            by = None
        registrant = (Reader(by.email.lower(), by.pk, school.holiday_region_id),) if by else ()
        if by and self._speaks(by.pk, school):
            return registrant
        return self.of(school) or registrant

    def _speaks(self, user_pk, school):
        own, boards, moved = self._found
        rows = own.get(school.pk, []) + boards.get(school.board_id, []) + moved.get(school.pk, [])
        return any(row[0] == user_pk for row in rows)

    @staticmethod
    def _reader(school, row):
        user_pk, email, _role = row
        return Reader(email.lower(), user_pk, school.holiday_region_id)

    @cached_property
    def _found(self):
        """({school: [(user, address, role)]}, the same by board, and of schools that went up in one)."""
        keys = list(self.schools)
        boards = School.objects.filter(pk__in=keys).exclude(board=None).order_by().values("board")
        which, names, path = Q(school__in=keys) | Q(board__in=boards), [], "school"
        for _generation in range(GENERATIONS):
            names += [f"{path}__closed_on", f"{path}__successor_id"]
            path += "__successor"
            which |= Q(**{f"{path}__in": keys})
        rows = Membership.objects.active().filter(which, user__is_active=True).exclude(user__email="").order_by("pk")
        own, of_board, moved = defaultdict(list), defaultdict(list), defaultdict(list)
        for user, email, role, school, board, *steps in rows.values_list(
            "user_id", "user__email", "role", "school_id", "board_id", *names
        ):
            row = (user, email, role)
            if board:
                of_board[board].append(row)
                continue
            own[school].append(row)
            for closed_on, successor in zip(steps[::2], steps[1::2], strict=True):
                if not closed_on or not successor:
                    break
                moved[successor].append(row)
        return own, of_board, moved


def must_be_told(readers, user):
    """Raises GoneError when `user` (None: somebody without an account) is not one of `readers` (any more)."""
    pk = user.pk if user else None
    if (user and not user.is_active) or not any(reader.user_pk == pk for reader in readers):
        raise GoneError(_("Dit is niet (meer) aan u."))
