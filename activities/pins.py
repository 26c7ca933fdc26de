"""What a coordinator changes in the list of one school: put on top, add, leave out (R23)."""

from django.db import transaction

from activities.models import Activity, Pin
from networks.models import Assignment
from networks.rights import is_programme_staff, networks_changed_by

MOST_PINS = 10  # for one school: with more, nothing is on top


class TooManyPinsError(Exception):
    """A school has as many choices as it can have."""


def pinnable_by(user, *, covering, on):
    """Activities that `user` may put on top or leave out for a school. A queryset, by title.

    covering: primary keys of the networks that cover the school. A coordinator of networks decides about
    their own; who coordinates a region, and the programme office, about all that is there for the school.
    """
    activities = Activity.objects.public().select_related("network").order_by("title", "pk")
    in_region = Assignment.objects.on(on).filter(user=user, role=Assignment.Role.REGION_COORDINATOR)
    if is_programme_staff(user, on) or in_region.exists():
        return activities.filter(network__in=covering)
    return activities.filter(network__in=networks_changed_by(user, on))


@transaction.atomic
def pin(*, school, activity, kind, note, by):
    """Set what holds for one activity at one school; returns the Pin. A second choice replaces the first.

    Raises TooManyPinsError from the eleventh activity on.
    """
    others = Pin.objects.select_for_update().filter(school=school).exclude(activity=activity)
    if len(others) >= MOST_PINS:
        raise TooManyPinsError
    row, _created = Pin.objects.update_or_create(
        school=school, activity=activity, defaults={"kind": kind, "note": note, "made_by": by}
    )
    return row
