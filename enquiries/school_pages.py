"""The pages of one school: who may open them, and what others read instead."""

from functools import wraps

from django.http import Http404
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache

from enquiries.member_forms import typed_words
from networks.rights import schools_coordinated_by
from schools.models import Membership, School


def school_page(view=None, *, form_class=None):
    """Decorator for `view(request, school, ...)` at an address with `code`; never cached.

    A stranger gets 404. Who was a member, or is not yet, gets 403 in words; what such a person typed in a form
    of `form_class` is shown again, so that nothing is lost.
    """
    if view is None:
        return lambda real: school_page(real, form_class=form_class)

    @never_cache
    @wraps(view)
    def page(request, code, *args, **kwargs):
        # Members first: that is nearly everybody, and it spares them the question what they coordinate.
        found = School.objects.select_related("municipality", "successor").filter(code=code.upper())
        school = (
            found.filter(pk__in=School.objects.for_member(request.user).order_by().values("pk")).first()
            or found.filter(pk__in=schools_coordinated_by(request.user, timezone.localdate()).values("pk")).first()
        )
        if school is not None:
            return view(request, school, *args, **kwargs)
        asked = Membership.objects.filter(user=request.user, school__code=code.upper()).select_related("school")
        membership = asked.order_by("-asked_at", "-pk").first()
        if membership is None:
            raise Http404
        typed = typed_words(form_class, request.POST) if form_class and request.method == "POST" else []
        return render(request, "enquiries/not_a_member.html", {"membership": membership, "typed": typed}, status=403)

    return page
