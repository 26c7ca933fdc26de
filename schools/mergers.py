"""Schools follow their municipality when that goes up in another."""

from django.db import transaction

from schools.models import School

STEPS = 10  # a loop in the data ends somewhere


@transaction.atomic
def follow_municipality(municipality):
    """Move the schools of a Municipality that went up in another to the one of today; returns how many.

    The list of schools moves them too, but comes once in a while, and until then a school in a former municipality
    lies nowhere: outside the area of every network, and in no region.
    """
    today = municipality
    for _step in range(STEPS):
        if today.successor is None:
            break
        today = today.successor
    if today == municipality:
        return 0
    return School.objects.filter(municipality=municipality).update(municipality=today)
