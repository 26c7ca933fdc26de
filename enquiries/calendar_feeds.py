"""The secret address of somebody's calendar of one school."""

from django.db import transaction

from enquiries.models import CalendarFeed


@transaction.atomic
def renew_feed(*, user, school, now):
    """A new address; the one before stops working. Returns the CalendarFeed."""
    revoke_feed(user=user, school=school, now=now)
    return CalendarFeed.objects.create(user=user, school=school)


def revoke_feed(*, user, school, now):
    """Stop the address in use; returns whether there was one."""
    return bool(CalendarFeed.objects.filter(user=user, school=school, revoked_at=None).update(revoked_at=now))
