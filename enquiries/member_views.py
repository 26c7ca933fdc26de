"""Membership: choose a school, ask for it, the members of a school, invitations, a whole board."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.audit import trails
from enquiries.member_forms import BoardClaimForm, ClaimForm, InviteForm, RoleForm
from enquiries.members import (
    ask_for_board,
    ask_for_school,
    is_member,
    manages,
    roles_to_give,
)
from enquiries.school_pages import school_page
from loket.vocabulary import SchoolRole
from networks.rights import coordinators_of
from regions.models import Organisation
from schools.letters import meaning_of_the_last
from schools.membership import (
    MOST_OPEN_CLAIMS,
    AlreadyDecidedError,
    AlreadyMemberError,
    InvitationGoneError,
    SchoolClosedError,
    TooManyError,
    WrongAddressError,
    accept,
    change_role,
    doubt_about,
    end,
    invite,
    is_for,
    is_last,
    state_of,
    withdraw_invitation,
)
from schools.models import Invitation, Membership, School
from schools.search import SHOWN, attempts, known_words
from schools.views import Typed
from schools.words import Question, understand

PER_PAGE = 25
FORM_METHODS = ["GET", "HEAD", "POST"]
ANOTHER_ADDRESS_HELPS = {Membership.Doubt.UNVERIFIED, Membership.Doubt.OTHER_DOMAIN, Membership.Doubt.MAIL_FOR_ALL}


def _posted(request):
    """What a form is bound to; an empty POST is one too."""
    return request.POST if request.method == "POST" else None


# --- choose a school and ask ---------------------------------------------------------------------
@require_safe
@never_cache
def choose_school(request):
    """Search one's school; each leads to the page where one asks for it."""
    typed = Typed.from_request(request)
    question = understand(typed.text, known_words()) if typed.text else Question((), ())
    page = None
    for attempt in attempts(question):
        schools = attempt.schools.select_related("municipality").only(*SHOWN, "postcode", "municipality__name")
        paginator = Paginator(schools, PER_PAGE)
        if paginator.count:
            page = paginator.get_page(request.GET.get("page"))
            break
    return render(request, "enquiries/choose_school.html", {"typed": typed, "page": page})


@require_http_methods(FORM_METHODS)
@never_cache
def choose_role(request, code):
    """Say what one is at the school, after reading what happens then."""
    school = get_object_or_404(School.objects.select_related("municipality", "successor"), code=code.upper())
    current = Membership.objects.current().filter(user=request.user, school=school).first()
    if current and current.is_pending:
        return redirect("enquiries:claim", pk=current.pk)
    if current:
        messages.info(request, _("U bent al lid van %(name)s.") % {"name": school.name})
        return redirect("enquiries:my-school", code=school.code)
    form = ClaimForm(_posted(request))
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            membership = ask_for_school(user=request.user, school=school, now=timezone.now(), **form.cleaned_data)
        except TooManyError:
            form.add_error(None, _too_many_claims())
            status = 429
        except SchoolClosedError:
            form.add_error(None, _("Deze school is gesloten. Kies de school van nu."))
        else:
            return redirect("enquiries:claim", pk=membership.pk)
    context = {"school": school, "form": form, "judgement": _judgement(request.user, school)}
    return render(request, "enquiries/choose_role.html", context, status=status)


def _judgement(user, school):
    """What happens when `user` asks for `school` now, for the page before the form is sent."""
    on = timezone.localdate()
    doubt = doubt_about(user=user, school=school, role=SchoolRole.TEACHER)
    return {
        "doubt": Membership.Doubt(doubt).label if doubt else "",
        "another_address_helps": doubt in ANOTHER_ADDRESS_HELPS,
        "has_coordinator": coordinators_of(school, on).exclude(pk=user.pk).exists(),
    }


def _too_many_claims():
    return _(
        "U hebt nu te veel aanvragen lopen: ten hoogste %(most)d tegelijk. Wacht tot er één is beslist, of trek er "
        "een in. Voor veel scholen tegelijk is er de rol bestuur."
    ) % {"most": MOST_OPEN_CLAIMS}


@require_http_methods(FORM_METHODS)
@never_cache
def claim_page(request, pk):
    """Where one's own claim stands and what happens next; a POST takes it back."""
    own = Membership.objects.filter(user=request.user).select_related("school__municipality", "board")
    membership = get_object_or_404(own, pk=pk)
    if request.method == "POST":
        if membership.is_active:
            messages.info(request, _("Uw aanvraag was al goedgekeurd: u bent nu lid."))
        else:
            end(membership=membership, by=request.user, now=timezone.now())
            messages.success(request, _("Uw aanvraag is ingetrokken."))
        return redirect("enquiries:claim", pk=membership.pk)
    on = timezone.localdate()
    has_coordinator = (
        membership.school_id is not None
        and coordinators_of(membership.school, on).exclude(pk=request.user.pk).exists()
    )
    return render(request, "enquiries/claim.html", {"membership": membership, "has_coordinator": has_coordinator})


# --- a whole board -------------------------------------------------------------------------------
@require_safe
@never_cache
def boards(request):
    """Search one's board by name or number."""
    typed = Typed.from_request(request)
    page = None
    if typed.text:
        found = Organisation.objects.filter(kind=Organisation.Kind.BOARD)
        for word in typed.text.split()[:8]:
            found = found.filter(Q(name__icontains=word) | Q(number=word))
        found = found.annotate(schools_count=Count("schools", filter=Q(schools__closed_on=None)))
        paginator = Paginator(found.order_by("name", "pk"), PER_PAGE)
        page = paginator.get_page(request.GET.get("page")) if paginator.count else None
    return render(request, "enquiries/boards.html", {"typed": typed, "page": page})


@require_http_methods(FORM_METHODS)
@never_cache
def board(request, number):
    """Ask for all schools of a board."""
    board = get_object_or_404(Organisation.objects.exclude(number=""), kind=Organisation.Kind.BOARD, number=number)
    current = Membership.objects.current().filter(user=request.user, board=board).first()
    if current and request.method != "POST":
        return redirect("enquiries:claim", pk=current.pk)
    form = BoardClaimForm(_posted(request))
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            membership = ask_for_board(user=request.user, board=board, now=timezone.now(), **form.cleaned_data)
        except TooManyError:
            form.add_error(None, _too_many_claims())
            status = 429
        else:
            return redirect("enquiries:claim", pk=membership.pk)
    schools = School.objects.open().filter(board=board).order_by("sort_name", "code")
    context = {"board": board, "form": form, "schools": schools[:10], "schools_count": schools.count()}
    return render(request, "enquiries/board.html", context, status=status)


# --- members -------------------------------------------------------------------------------------
def _members(school):
    """Members of a school now, of its board and of schools that went up in it, in the order in which they came."""
    active = Membership.objects.active().of_school(school)
    return active.select_related("user", "school", "board", "approved_by").order_by("approved_at", "pk")


@require_safe
@school_page
def members(request, school):
    """Who speaks for the school, who was invited, and, for who manages, what changed."""
    on, now = timezone.localdate(), timezone.now()
    manager = manages(request.user, school, on)
    found = list(_members(school))
    for membership in found:
        membership.may_end = membership.user == request.user or (manager and membership.board_id is None)
        membership.may_change = membership.board_id is None and membership.may_end
    context = {
        "school": school,
        "members": found,
        "invitations": Invitation.objects.valid(now).filter(school=school).select_related("invited_by"),
        "pending": Membership.objects.pending().filter(school=school).select_related("user") if manager else (),
        "manager": manager,
        "entries": _entries(school) if manager else None,
    }
    return render(request, "enquiries/members.html", context)


def _entries(school):
    """The newest changes to the members and invitations of a school, also of those who are gone."""
    return trails([Membership.objects.filter(school=school), Invitation.objects.filter(school=school)], limit=30)


@require_http_methods(FORM_METHODS)
@school_page(form_class=InviteForm)
def invite_member(request, school):
    """Ask a colleague to join."""
    on = timezone.localdate()
    form = InviteForm(_posted(request), roles=roles_to_give(request.user, school, on))
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            invitation = invite(school=school, by=request.user, now=timezone.now(), **form.cleaned_data)
        except AlreadyMemberError:
            form.add_error("email", _("Met dit adres is al iemand lid van deze school."))
        except SchoolClosedError:
            form.add_error(None, _("Deze school is gesloten, dus er komen geen leden meer bij."))
        except TooManyError:
            form.add_error(
                None, _("Er zijn vandaag al veel uitnodigingen verstuurd voor deze school. Probeer het morgen weer.")
            )
            status = 429
        else:
            messages.success(
                request,
                _("%(email)s krijgt nu een mail. De uitnodiging geldt 14 dagen; tot dan staat zij in de lijst.")
                % {"email": invitation.email},
            )
            return redirect("enquiries:members", code=school.code)
    return render(request, "enquiries/invite.html", {"school": school, "form": form}, status=status)


@require_POST
@school_page
def withdraw(request, school, uid):
    """Take an invitation back: who sent it, or who manages."""
    sent = Invitation.objects.filter(school=school)
    if not manages(request.user, school, timezone.localdate()):
        sent = sent.filter(invited_by=request.user)
    invitation = get_object_or_404(sent, uid=uid)
    try:
        withdraw_invitation(invitation=invitation, now=timezone.now())
    except InvitationGoneError:
        messages.warning(request, _("Deze uitnodiging is al aangenomen. Haal de persoon zo nodig van de ledenlijst."))
    else:
        messages.success(request, _("De uitnodiging aan %(email)s is ingetrokken.") % {"email": invitation.email})
    return redirect("enquiries:members", code=school.code)


def _membership_to_change(request, school, pk):
    """The membership `pk` of the school when the visitor may change it: their own, or as manager; else 404."""
    mine = Q(user=request.user)
    on = timezone.localdate()
    if manages(request.user, school, on):
        mine |= Q(board=None)
    return get_object_or_404(_members(school).filter(mine), pk=pk)


@require_http_methods(FORM_METHODS)
@school_page
def end_member(request, school, pk):
    """Leave, or take somebody off the list, after reading what that means."""
    try:
        membership = _membership_to_change(request, school, pk)
    except Http404:
        # Somebody else did it first, or pressed twice.
        if Membership.objects.of_school(school).filter(pk=pk, ended_at__isnull=False).exists():
            messages.info(request, _("Deze persoon is al van de ledenlijst gehaald."))
            return redirect("enquiries:members", code=school.code)
        raise
    is_self = membership.user == request.user
    if request.method == "POST":
        end(membership=membership, by=request.user, now=timezone.now())
        if is_self:
            messages.success(request, _("U bent geen lid meer van %(name)s.") % {"name": school.name})
            return redirect("enquiries:my")
        messages.success(
            request, _("%(person)s is geen lid meer en krijgt daarover een mail.") % {"person": membership.user}
        )
        return redirect("enquiries:members", code=school.code)
    context = {
        "school": school,
        "membership": membership,
        "is_self": is_self,
        "meaning": meaning_of_the_last() if is_last(membership) else "",
    }
    return render(request, "enquiries/end_member.html", context)


@require_http_methods(FORM_METHODS)
@school_page(form_class=RoleForm)
def member_role(request, school, pk):
    """Another role for a member of the school; a board has no other."""
    membership = _membership_to_change(request, school, pk)
    if membership.board_id:
        raise Http404
    roles = roles_to_give(request.user, school, timezone.localdate())
    if membership.role not in roles:
        roles = [*roles, SchoolRole(membership.role)]
    form = RoleForm(_posted(request), roles=roles, initial={"role": membership.role})
    if request.method == "POST" and form.is_valid():
        try:
            change_role(membership=membership, by=request.user, now=timezone.now(), **form.cleaned_data)
        except AlreadyDecidedError:
            messages.warning(request, _("Deze persoon is intussen geen lid meer. De rol is niet gewijzigd."))
        else:
            messages.success(request, _("De rol is bewaard."))
        return redirect("enquiries:members", code=school.code)
    context = {"school": school, "membership": membership, "form": form}
    return render(request, "enquiries/member_role.html", context)


# --- invitations ---------------------------------------------------------------------------------
@require_http_methods(FORM_METHODS)
@never_cache
def invitation(request, uid):
    """What the link in the mail opens. The button accepts; used, withdrawn and expired ones say so."""
    found = Invitation.objects.select_related("school", "invited_by")
    invitation = get_object_or_404(found, uid=uid)
    now = timezone.now()
    state = state_of(invitation, now)
    if request.method == "POST":
        try:
            accept(invitation=invitation, user=request.user, now=now)
        except InvitationGoneError as gone:
            state = gone.state
            if state == "accepted" and is_member(request.user, invitation.school):
                return redirect("enquiries:my-school", code=invitation.school.code)
        except (WrongAddressError, SchoolClosedError):
            pass  # the page says so
        else:
            messages.success(request, _("Welkom. U bent nu lid van %(name)s.") % {"name": invitation.school.name})
            return redirect("enquiries:my-school", code=invitation.school.code)
    context = {
        "invitation": invitation,
        "state": "closed" if state == "open" and invitation.school.closed_on else state,
        "is_for_me": is_for(invitation, request.user),
        "is_member": is_member(request.user, invitation.school),
        "masked": _masked(invitation.email),
    }
    return render(request, "enquiries/invitation.html", context, status=409 if request.method == "POST" else 200)


def _masked(email):
    """An address so that its owner knows it and nobody else learns it: "j…@school.nl"."""
    name, _at, domain = email.rpartition("@")
    return f"{name[:1]}…@{domain}"
