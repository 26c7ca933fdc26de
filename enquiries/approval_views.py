"""Who asks to speak for a school or a board, for whoever decides: coordinators and the programme office."""

from allauth.account.models import EmailAddress
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Prefetch
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from enquiries.member_forms import RefuseForm
from enquiries.members import claims_for, way_of
from networks.rights import is_coordinator
from schools.membership import AlreadyDecidedError, approve, refuse

PER_PAGE = 25


def _may_decide(request):
    if not is_coordinator(request.user, timezone.localdate()):
        raise PermissionDenied


def _claims(user):
    verified = EmailAddress.objects.filter(verified=True).order_by("-primary", "pk")
    return (
        claims_for(user, timezone.localdate())
        .select_related("user", "school__municipality", "board")
        .prefetch_related(Prefetch("user__emailaddress_set", verified, to_attr="verified_addresses"))
        .order_by("asked_at", "pk")
    )


def _list(request, *, refused=None, form=None, status=200):
    """The list; `refused` is the claim whose reason must be written better, with its form."""
    page = Paginator(_claims(request.user), PER_PAGE).get_page(request.GET.get("page"))
    for claim in page:
        claim.form = form if refused == claim else RefuseForm(auto_id=f"aanvraag-{claim.pk}-%s")
    context = {"page": page, "refused": refused}
    return render(request, "enquiries/approvals.html", context, status=status)


@require_safe
@never_cache
def approvals(request):
    """Who waits, the longest first: who asks, for what, and why it did not go by itself."""
    _may_decide(request)
    return _list(request)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def decide(request, pk):
    """Approve or refuse one claim. A page of yesterday is told what happened meanwhile."""
    _may_decide(request)
    if request.method != "POST":
        return redirect("enquiries:approvals")
    claim = _claims(request.user).filter(pk=pk).first()
    if claim is None:
        return _gone(request, pk)
    try:
        if request.POST.get("besluit") == "goedkeuren":
            way = way_of(request.user, timezone.localdate())
            approve(membership=claim, by=request.user, way=way, now=timezone.now())
            messages.success(
                request,
                _("%(person)s hoort er nu bij en krijgt daarover een mail.") % {"person": claim.user},
            )
        else:
            form = RefuseForm(request.POST, auto_id=f"aanvraag-{claim.pk}-%s")
            if not form.is_valid():
                return _list(request, refused=claim, form=form)
            refuse(membership=claim, by=request.user, now=timezone.now(), **form.cleaned_data)
            messages.success(request, _("%(person)s leest uw reden nu per mail.") % {"person": claim.user})
    except AlreadyDecidedError:
        return _gone(request, pk)
    return redirect("enquiries:approvals")


def _gone(request, pk):
    """404 for what was never the visitor's to decide; else what became of it, with the text that was typed."""
    decided = claims_for(request.user, timezone.localdate(), pending=False)
    claim = get_object_or_404(decided.select_related("user", "school", "board"), pk=pk)
    context = {"claim": claim, "typed": request.POST.get("reason", "").strip()}
    return render(request, "enquiries/claim_decided.html", context, status=409)
