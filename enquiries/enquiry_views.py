"""The page of a question for the school: where it stands, the answers, and what one can do.

Two ways in lead to the same pages: logged in, at `/vraag/<uid>/`, and for who asked without an account by a
signed link, at `/vraag/volg/<token>/`.
"""

from dataclasses import dataclass
from functools import wraps

from django.contrib.auth.decorators import login_not_required
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.audit import trail
from accounts.kept_text import show_kept_text, typed_texts
from enquiries import asking
from enquiries.ask_views import ask_url, new_link
from enquiries.asking import NotPossibleError
from enquiries.attachments import hand_out
from enquiries.enquiry_forms import ChangeForm, PostponeForm
from enquiries.links import FOLLOW, UnknownLinkError
from enquiries.models import Attachment, Enquiry, Recipient
from enquiries.pages import EnquiryPage, rows_for_pages


@dataclass(frozen=True)
class Door:
    """How somebody came in: the question, who it is (None by a link), and whether they may act or only read."""

    enquiry: Enquiry
    by: object
    may_act: bool
    token: str = ""

    def url(self, name, *args):
        """The address of a page of this question, by the same way in."""
        if self.token:
            return reverse(f"enquiries:follow-{name}" if name else "enquiries:follow", args=[self.token, *args])
        return reverse(f"enquiries:enquiry-{name}" if name else "enquiries:enquiry", args=[self.enquiry.uid, *args])

    # For templates, that cannot pass arguments.
    @property
    def urls(self):
        names = ("change", "withdraw", "reveal", "postpone")
        return {name: self.url(name) for name in names} | {"page": self.url("")}


def logged_in(view):
    """`view(request, door, ...)` for the school side and the programme office; a 404 for everybody else."""

    @never_cache
    @wraps(view)
    def page(request, uid, **kwargs):
        on = timezone.localdate()
        enquiry = rows_for_pages().visible_to(request.user, on).filter(uid=uid).first()
        if enquiry is None:
            return _not_yours(request, uid, on)
        may_act = Enquiry.objects.of_school_side(request.user).filter(pk=enquiry.pk).exists()
        if request.method == "POST" and not may_act:
            raise Http404
        return view(request, Door(enquiry, request.user, may_act), **kwargs)

    return page


def _not_yours(request, uid, on):
    """Whoever was asked goes to their own page; what a former member typed is shown, and nothing else."""
    if request.method == "POST" and typed_texts(request.POST):
        said = _("U kunt niets (meer) doen met deze vraag. Hoort u nog bij de school? Er is niets veranderd.")
        return show_kept_text(request, said, status=404)
    mine = Recipient.objects.for_coordinator(request.user, on).filter(enquiry__uid=uid)
    recipient = mine.select_related("enquiry").order_by("pk").first()
    if recipient is None or request.method == "POST":
        raise Http404
    return redirect(recipient)


def by_link(view):
    """`view(request, door, ...)` for whoever has the signed link."""

    @login_not_required
    @never_cache
    @wraps(view)
    def page(request, token, **kwargs):
        try:
            uid, is_too_old = FOLLOW.read(token)
        except UnknownLinkError:
            return render(request, "enquiries/link_unknown.html", status=404)
        enquiry = rows_for_pages().filter(uid=uid).first()
        if enquiry is None:
            return render(request, "enquiries/link_unknown.html", {"is_gone": True}, status=404)
        if is_too_old:
            if request.method == "POST":
                return new_link(request, enquiry, enquiry.sender_email)
            return render(request, "enquiries/link_expired.html", {"is_sent": True}, status=410)
        return view(request, Door(enquiry, None, True, token), **kwargs)

    return page


# --- looking -----------------------------------------------------------------------------------------
@require_http_methods(["GET", "HEAD", "POST"])
def enquiry(request, door):
    """Where the question stands. A POST comes only from the page of a link that was too old."""
    return _page(request, door)


def _page(request, door, *, error="", postpone=None, status=200):
    on = timezone.localdate()
    page = EnquiryPage(door.enquiry, on=on)
    rows = [
        (
            row,
            [(event, _files(door, event)) for event in row.said],
            door.url("accept", row.recipient.uid),
            door.url("next", row.recipient.uid),
        )
        for row in page.rows
    ]
    context = {
        "enquiry": door.enquiry,
        "page": page,
        "rows": rows,
        "door": door,
        "error": error,
        "trail": trail(door.enquiry) if door.by else None,
        "postpone_form": postpone or PostponeForm(on=on, action=door.url("postpone")),
        "postpone_is_open": postpone is not None,
        "ask_again_url": ask_url(door.enquiry.school, **_about(door)),
    }
    return render(request, "enquiries/enquiry.html", context, status=status)


def _about(door):
    about = {"opnieuw": door.enquiry.uid} if door.by else {}
    if door.enquiry.activity:
        about["activiteit"] = door.enquiry.activity.slug
    if door.enquiry.programme:
        about["programma"] = door.enquiry.programme.slug
    return about


def _files(door, event):
    return [(file, door.url("attachment", file.uid)) for file in event.attachments.all()]


@require_safe
def attachment(request, door, file):
    """A file of an answer, for whoever may see the question."""
    found = Attachment.objects.filter(event__enquiry=door.enquiry, uid=file).defer(None)
    return hand_out(get_object_or_404(found))


# --- acting --------------------------------------------------------------------------------------------
@require_http_methods(["GET", "HEAD", "POST"])
def change(request, door):
    """Other words for the question, as long as nobody answered."""
    enquiry = door.enquiry
    initial = {name: getattr(enquiry, name) for name in ("goal", "for_whom", "period")}
    form = ChangeForm(request.POST or None, initial=initial)
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            asking.change(enquiry=enquiry, texts=form.texts, now=timezone.now(), by=door.by)
        except NotPossibleError as error:
            form.add_error(None, str(error))
            status = 409
        else:
            return redirect(door.url(""))
    return render(request, "enquiries/change.html", {"enquiry": enquiry, "form": form, "door": door}, status=status)


def _acting(service):
    """A view whose POST calls `service(door, now, ...)`, and then shows the page, or why it could not be done."""

    @require_POST
    def view(request, door, **kwargs):
        try:
            service(door, timezone.now(), **kwargs)
        except NotPossibleError as error:
            return _page(request, door, error=str(error), status=409)
        return redirect(door.url(""))

    return view


def _recipient(door, uid):
    return get_object_or_404(Recipient, enquiry=door.enquiry, uid=uid)


withdraw = _acting(lambda door, now: asking.withdraw(enquiry=door.enquiry, now=now, by=door.by))
reveal = _acting(lambda door, now: asking.reveal(enquiry=door.enquiry, now=now, by=door.by))
accept = _acting(
    lambda door, now, recipient: asking.accept(recipient=_recipient(door, recipient), now=now, by=door.by)
)
ask_next = _acting(
    lambda door, now, recipient: asking.ask_next(recipient=_recipient(door, recipient), now=now, by=door.by)
)


@require_POST
def postpone(request, door):
    """ "Dit jaar niet, vraag me in maart"."""
    on = timezone.localdate()
    form = PostponeForm(request.POST, on=on, action=door.url("postpone"))
    if not form.is_valid():
        return _page(request, door, postpone=form)
    until, reason = form.cleaned_data["until"], form.cleaned_data["reason"]
    try:
        asking.postpone(enquiry=door.enquiry, until=until, text=reason, now=timezone.now(), by=door.by)
    except NotPossibleError as error:
        return _page(request, door, error=str(error), postpone=form, status=409)
    return redirect(door.url(""))
