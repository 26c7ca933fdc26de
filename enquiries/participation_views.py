"""The page of a participation: what happened, how intensively, and corrections that leave a trace."""

from functools import wraps

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.audit import trail
from accounts.drafts import keeps_typed_text, take_draft
from activities.intensity import intensity
from activities.models import Entry, Participation
from enquiries import participations
from enquiries.registration_access import Access
from enquiries.registration_forms import CancelForm, EntryForm

FORBIDDEN = 403


def action(view):
    """Decorator for what a button does. Who comes here otherwise, such as from the login, gets the page."""

    @wraps(view)
    def answer(request, pk):
        if request.method != "POST":
            return redirect("enquiries:participation", pk=pk)
        return view(request, pk)

    return never_cache(keeps_typed_text(answer))


def _mine(request, pk, on):
    access = Access(request.user, on)
    rows = access.participations().select_related("school", "programme", "network", "contact")
    row = get_object_or_404(rows, pk=pk)
    return row, access.rights_over(row, row.network)


@never_cache
@require_safe
def participation(request, pk):
    """What a school did in a programme in one school year."""
    on = timezone.localdate()
    row, rights = _mine(request, pk, on)
    return _page(request, row, rights, on)


def _page(request, row, rights, on, *, forms=None, refusal="", status=200):
    entries = list(row.entries.select_related("activity", "recorded_by"))
    all_years = Participation.objects.of_school(row.school).filter(programme=row.programme_id)
    history = Entry.objects.filter(participation__in=all_years)
    forms = forms or {}
    if rights.is_coordinator:
        forms = {
            "entry": EntryForm(take_draft(request), action=reverse("enquiries:entry-add", args=[row.pk]))
        } | forms
    if rights.may_change and row.stopped_on is None:
        url = reverse("enquiries:participation-stop", args=[row.pk])
        forms = {"stop": _stop_form(take_draft(request, url), url)} | forms
    context = {
        "row": row,
        "rights": rights,
        "entries": entries,
        "may_correct": rights.is_coordinator or rights.is_member,
        "intensity": intensity(row.programme.slug, history.only("happened_on"), on),
        "others": [other for other in all_years.order_by("-school_year", "sector", "pk") if other.pk != row.pk],
        "forms": forms,
        "open_form": next((name for name, form in forms.items() if form.is_bound), ""),
        "refusal": refusal,
        "trail": trail(row) if rights.may_change else [],
    }
    return render(request, "enquiries/participation.html", context, status=status)


def _stop_form(data, url):
    form = CancelForm(data, action=url, button=_("Wij stoppen"))
    form.fields["reason"].label = _("Waarom stopt u?")
    return form


@action
def add_entry(request, pk):
    """Write down what happened, by the coordinator."""
    on = timezone.localdate()
    row, rights = _mine(request, pk, on)
    form = EntryForm(request.POST, action=request.path)
    valid = form.is_valid()
    if not rights.is_coordinator:
        return _page(request, row, rights, on, refusal=_("Dit mag alleen het netwerk."), status=FORBIDDEN)

    def save(values):
        participations.add_entry(participation=row, values=values, by=request.user, today=on)

    if valid and _saved(form, save):
        messages.success(request, _("Het is genoteerd."))
        return redirect("enquiries:participation", pk=row.pk)
    return _page(request, row, rights, on, forms={"entry": form})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@keeps_typed_text
def correct_entry(request, pk, entry_pk):
    """Correct what happened: the coordinator everything that was typed, the school its numbers."""
    on = timezone.localdate()
    row, rights = _mine(request, pk, on)
    entry = get_object_or_404(row.entries.select_related("activity"), pk=entry_pk)
    if not (rights.is_coordinator or rights.is_member):
        return _page(request, row, rights, on, refusal=_("Dit mag u niet veranderen."), status=FORBIDDEN)
    only_numbers = not rights.is_coordinator or entry.source == Entry.Source.ATTENDANCE
    initial = {name: getattr(entry, name) for name in ("happened_on", "kind", "pupils_count", "teachers_count")}
    data = request.POST if request.method == "POST" else take_draft(request)
    form = EntryForm(data, only_numbers=only_numbers, initial=initial)

    def save(values):
        participations.correct_entry(entry=entry, values=values, by=request.user, today=on)

    if request.method == "POST" and form.is_valid() and _saved(form, save):
        messages.success(request, _("De verbetering is bewaard. Wat er stond, blijft in de geschiedenis."))
        return redirect("enquiries:participation", pk=row.pk)
    context = {"row": row, "entry": entry, "form": form, "only_numbers": only_numbers, "trail": trail(entry)}
    return render(request, "enquiries/entry.html", context)


def _saved(form, save):
    """Whether `save(values)` took it; what it refuses comes beside the field."""
    try:
        save(form.cleaned_data)
    except ValidationError as error:
        form.add_error(None, error)
        return False
    return True


@action
def stop(request, pk):
    """The school stops with the programme, with a reason (R50)."""
    on = timezone.localdate()
    row, rights = _mine(request, pk, on)
    form = _stop_form(request.POST, request.path)
    valid = form.is_valid()
    if not rights.may_change:
        return _page(request, row, rights, on, refusal=_("Dit mag u niet veranderen."), status=FORBIDDEN)
    if valid:
        participations.stop(participation=row, reason=form.cleaned_data["reason"], today=on)
        return redirect("enquiries:participation", pk=row.pk)
    return _page(request, row, rights, on, forms={"stop": form})
