"""Who may enter the workspace. What they see there comes out of `networks/rights.py`, row by row."""

from functools import wraps

from django.core.exceptions import PermissionDenied
from django.utils import timezone
from django.views.decorators.cache import never_cache

from networks.rights import is_coordinator


def coordinator_required(view):
    """For who has any assignment today; `request.today` is the day that all rows of the page are asked for.

    Others get the 403 page. Nothing of the workspace may be kept by a cache.
    """

    @never_cache
    @wraps(view)
    def checked(request, *args, **kwargs):
        request.today = timezone.localdate()
        if not is_coordinator(request.user, request.today):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return checked
