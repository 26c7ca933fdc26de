"""The profile of a school for each sector, and the intake of a school that does nothing yet."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from activities.models import Participation
from enquiries.intake_advice import advice_for
from enquiries.member_forms import IntakeForm, ProfileForm
from enquiries.members import is_member
from enquiries.school_pages import school_page
from loket.vocabulary import Barrier, Need, Sector, default_phase
from schools.models import Intake
from schools.profiles import (
    ChangedMeanwhileError,
    answer_intake,
    current_profile,
    history,
    profile_sectors,
    set_profile,
)

FORM_METHODS = ["GET", "HEAD", "POST"]


@require_safe
@school_page
def profile(request, school):
    """What the school says of itself in each sector, and since when."""
    current = current_profile(school)
    rows = [
        {
            "sector": sector,
            "label": Sector(sector).label,
            "profile": current.get(sector),
            "needs": [Need(need).label for need in current[sector].needs] if sector in current else [],
            "barriers": [Barrier(each).label for each in current[sector].barriers] if sector in current else [],
            "default": default_phase(sector).label,
            "history": history(school, sector),
        }
        for sector in profile_sectors(school)
    ]
    context = {
        "school": school,
        "rows": rows,
        "intake": Intake.objects.filter(school=school).select_related("answered_by").first(),
        "takes_part": Participation.objects.of_school(school).exists(),
        "is_member": is_member(request.user, school),
    }
    return render(request, "enquiries/profile.html", context)


@require_http_methods(FORM_METHODS)
@school_page(form_class=ProfileForm)
def profile_sector(request, school, sector):
    """Set the profile in one sector, as a member or as a coordinator."""
    if sector not in profile_sectors(school):
        raise Http404
    current = current_profile(school).get(sector)
    member = is_member(request.user, school)
    initial = {"seen": current.pk if current else None}
    if current:
        initial |= {"phase": current.phase, "needs": current.needs, "barriers": current.barriers}
    form = ProfileForm(request.POST if request.method == "POST" else None, initial=initial, sector=sector)
    meanwhile = None
    if request.method == "POST" and form.is_valid():
        try:
            set_profile(
                school=school,
                sector=sector,
                by=request.user,
                by_coordinator=not member,
                now=timezone.now(),
                **form.cleaned_data,
            )
        except ChangedMeanwhileError as changed:
            meanwhile = history(school, sector, limit=1)[0]
            # What was typed stays; sent once more it counts as having seen the other.
            form.data = form.data.copy()
            form.data["seen"] = changed.current.pk if changed.current else ""
        else:
            messages.success(
                request,
                _("Het profiel voor %(sector)s is bewaard. Het loket van de school begint er voortaan mee.")
                % {"sector": Sector(sector).label},
            )
            return redirect("enquiries:profile", code=school.code)
    context = {
        "school": school,
        "sector": sector,
        "label": Sector(sector).label,
        "form": form,
        "meanwhile": meanwhile,
        "is_member": member,
    }
    return render(request, "enquiries/profile_sector.html", context, status=409 if meanwhile else 200)


@require_http_methods(FORM_METHODS)
@school_page(form_class=IntakeForm)
def intake(request, school):
    """In one minute: why the school does nothing yet, and what Loket can do about each reason."""
    answered = Intake.objects.filter(school=school).select_related("answered_by").first()
    takes_part = Participation.objects.of_school(school).exists()
    member = is_member(request.user, school)
    form = IntakeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        if not member:
            raise Http404  # a coordinator reads the answer of the school, and does not give it
        if form.is_valid():
            answer_intake(school=school, by=request.user, now=timezone.now(), **form.cleaned_data)
            return redirect(reverse("enquiries:intake", args=[school.code]) + "#antwoord")
    elif answered:
        form = IntakeForm(initial={"reasons": answered.reasons})
    context = {
        "school": school,
        "form": form,
        "answered": answered,
        "advice": advice_for(school, answered.reasons) if answered else (),
        "takes_part": takes_part,
        "is_member": member,
    }
    return render(request, "enquiries/intake.html", context)
