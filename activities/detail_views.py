"""The page of one activity, and "Klopt er iets niet?"."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.limits import TooOftenError, address_of
from activities.desk import desk_for
from activities.fit import asked_school, fit
from activities.forms import NoteForm
from activities.linked_data import as_script_text, linked_data
from activities.models import Activity
from activities.notes import count_note, recipient_of, write_note
from activities.offer_page import OfferPage
from activities.situation import read_situation
from networks.directory import directory
from regions.kept_pages import kept_page
from schools.views import Typed


@login_not_required
@require_safe
@kept_page("school", "q")
def detail(request, slug, *, version):
    """For whom it is, what it asks and gives, when it is, whom to call, and whether it suits one school."""
    known, on = directory(version), timezone.localdate()
    activity = get_object_or_404(Activity.objects.public().prefetch_related("materials"), slug=slug)
    page = OfferPage(activity, known, on)
    typed = Typed.from_request(request)
    asked = asked_school(request.GET.get("school", ""), typed.text)
    data = linked_data(page)
    return render(
        request,
        "activities/detail.html",
        {
            "activity": activity,
            "page": page,
            "typed": typed,
            "asked": asked,
            "fit": _fit(page, asked.school) if asked.school else None,
            "site_url": settings.SITE_URL,
            "linked_data": as_script_text(data) if data else "",
        },
    )


def _fit(page, school):
    """As on the loket page of a school that said nothing of itself."""
    reading = read_situation(QueryDict(), school_code=school.code, school_sectors=school.sectors, programmes={})
    desk = desk_for(school, reading.situation, on=page.on, known=page.directory)
    return fit(desk, page.activity, page.offer)


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def note(request, slug):
    """ "Klopt er iets niet?": a form for everybody; it holds a token, so it is never kept."""
    activity, recipient = _activity_and_recipient(slug)
    form = NoteForm(request.POST or None)
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            count_note(address_of(request), timezone.now())
        except TooOftenError:
            form.add_error(
                None,
                _("Er komen nu te veel opmerkingen binnen. Wat u schreef, staat er nog: probeer het later opnieuw."),
            )
            status = 429
        else:
            text, sender = form.cleaned_data["text"], form.cleaned_data["sender"]
            write_note(activity=activity, text=text, sender=sender, recipient=recipient)
            return redirect("activities:note-sent", slug=activity.slug)
    context = {"activity": activity, "recipient": recipient, "form": form}
    return render(request, "activities/note_form.html", context, status=status)


@login_not_required
@require_safe
@kept_page()
def note_sent(request, slug, *, version):
    """What happens now with a note."""
    activity, recipient = _activity_and_recipient(slug, version)
    return render(request, "activities/note_sent.html", {"activity": activity, "recipient": recipient})


def _activity_and_recipient(slug, version=None):
    activity = get_object_or_404(Activity.objects.public().select_related("network"), slug=slug)
    return activity, recipient_of(activity, directory(version), timezone.localdate())
