"""The page for whoever was asked: by the mailed link, and logged in for coordinators."""

import uuid
from dataclasses import dataclass
from functools import wraps

from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.db.models import Case, IntegerField, Value, When
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.kept_text import show_kept_text, typed_texts
from activities.models import Activity
from enquiries import answering
from enquiries.ask_views import new_link
from enquiries.asking import NotPossibleError
from enquiries.attachments import hand_out
from enquiries.enquiry_forms import AnswerForm
from enquiries.letters import kind_of_school
from enquiries.links import ANSWER, UnknownLinkError
from enquiries.models import Attachment, EnquiryEvent, Recipient
from enquiries.pages import RecipientPage
from enquiries.status import OPEN, RecipientStatus
from networks.rights import is_coordinator

PER_PAGE = 25
READ = "lees"  # the value of the button that opens the question


@dataclass(frozen=True)
class Door:
    """How whoever was asked came in: the recipient, who it is (None by a link), and the way back.

    The workspace has a door of its own, with more around the same form.
    """

    recipient: Recipient
    by: object
    token: str = ""
    page = "enquiries/recipient.html"
    unread_page = "enquiries/unread.html"
    before_form = ""  # a template with more to choose from, between the question and the form

    def context(self):
        """What the page shows beside the question and the form."""
        return {}

    def text_to_add(self, request):
        """A text that must be put into the answer before anything is sent; None sends the form."""
        return None

    @property
    def url(self):
        if self.token:
            return reverse("enquiries:answer", args=[self.token])
        return reverse("enquiries:recipient", args=[self.recipient.enquiry.uid, self.recipient.uid])

    def attachment_url(self, file):
        if self.token:
            return reverse("enquiries:answer-attachment", args=[self.token, file.uid])
        ours = [self.recipient.enquiry.uid, self.recipient.uid, file.uid]
        return reverse("enquiries:recipient-attachment", args=ours)


def rows_for_doors():
    return Recipient.objects.select_related(
        "network", "passed_from", "enquiry__school__municipality", "enquiry__asked_by"
    )


def by_link(view):
    """`view(request, door, ...)` for whoever has the mailed link."""

    @login_not_required
    @never_cache
    @wraps(view)
    def page(request, token, **kwargs):
        try:
            uid, is_too_old = ANSWER.read(token)
        except UnknownLinkError:
            return render(request, "enquiries/link_unknown.html", status=404)
        recipient = rows_for_doors().filter(uid=uid).first()
        if recipient is None:
            return render(request, "enquiries/link_unknown.html", {"is_gone": True}, status=404)
        if is_too_old:
            if request.method == "POST" and not typed_texts(request.POST):
                return new_link(request, recipient, recipient.email, link=ANSWER)
            texts = typed_texts(request.POST) if request.method == "POST" else []
            return render(request, "enquiries/link_expired.html", {"is_sent": True, "texts": texts}, status=410)
        return view(request, Door(recipient, None, token), **kwargs)

    return page


def logged_in(view):
    """`view(request, door, ...)` for coordinators who may answer in the name of this recipient."""

    @never_cache
    @wraps(view)
    def page(request, uid, recipient, **kwargs):
        mine = rows_for_doors().for_coordinator(request.user, timezone.localdate())
        found = mine.filter(enquiry__uid=uid, uid=recipient).first()
        if found is None:
            if request.method == "POST" and typed_texts(request.POST):
                said = _("U kunt deze vraag niet (meer) beantwoorden. Er is niets verstuurd.")
                return show_kept_text(request, said, status=404)
            raise Http404
        return view(request, Door(found, request.user), **kwargs)

    return page


@require_http_methods(["GET", "HEAD", "POST"])
def answer(request, door):
    """First who asks what kind of thing; after the button the question, and the form."""
    now, on = timezone.now(), timezone.localdate()
    if request.method == "POST" and request.POST.get("knop") == READ:
        answering.see(recipient=door.recipient, now=now, by=door.by)
        return redirect(door.url)
    page = RecipientPage(door.recipient, on=on)
    if not page.is_read:
        return render(request, door.unread_page, {"page": page, "door": door, **door.context()})
    added = door.text_to_add(request)
    if added is not None:
        return _render(request, page, door, _with_text(request, page, on, added), was_added=bool(added))
    form = _form(request, page, on)
    earlier = _made_by(request, page.recipient)
    if earlier:
        if earlier.text == form.fields["text"].clean(request.POST.get("text", "")):
            return redirect(door.url)
        since = [_("U verstuurde dit formulier al, met een andere tekst. Druk nog eens als dit erbij moet.")]
        return _render(request, page, door, _again(form, request, page, on), since=since, status=409)
    status = 200
    if request.method == "POST" and form.is_valid():
        since = page.happened_since(form.cleaned_data["seen_until"] or 0)
        if since:
            # The text stays, and pressing again sends it.
            return _render(request, page, door, _again(form, request, page, on), since=since, status=409)
        try:
            _send(form, page.recipient, now=now, by=door.by)
        except NotPossibleError as error:
            form.add_error(None, str(error))
            status = 409
        else:
            return redirect(door.url)
    return _render(request, page, door, form, status=status)


def _form(request, page, on, data=None, typed=None):
    """typed: what stands in the fields of a form that is not sent yet."""
    network = page.recipient.network_id
    activities = Activity.objects.public().filter(network=network).order_by("title") if network else None
    is_post = request.method == "POST" and typed is None
    return AnswerForm(
        data or (request.POST if is_post else None),
        request.FILES if is_post and data is None else None,
        on=on,
        activities=activities,
        next_owner=page.next_owner,
        is_addition=page.has_answered,
        initial={"form_key": uuid.uuid4(), "seen_until": page.last_pk, **(typed or {})},
    )


def _with_text(request, page, on, added):
    """The form with all that was typed, and the text `added` below it; nothing is sent."""
    typed = request.POST.dict()
    typed["text"] = "\n\n".join(part for part in (typed.get("text", "").strip(), added) if part)
    typed["what"] = typed.get("what") or AnswerForm.ANSWER
    return _form(request, page, on, typed=typed)


def _again(form, request, page, on):
    """A new form with all that was typed, that knows of what happened meanwhile. Files must be chosen again."""
    data = form.data.copy()
    data["seen_until"] = str(page.last_pk)
    data["form_key"] = str(uuid.uuid4())
    return _form(request, page, on, data)


def _made_by(request, recipient):
    """The event that this very form made before (a double press, or "back"), or None."""
    try:
        key = uuid.UUID(request.POST.get("form_key", ""))
    except ValueError:
        return None
    return EnquiryEvent.objects.filter(recipient=recipient, form_key=key).first()


def _send(form, recipient, *, now, by):
    typed = form.cleaned_data
    common = {"recipient": recipient, "form_key": typed["form_key"], "now": now, "by": by}
    if typed["what"] == AnswerForm.ANSWER:
        answering.answer(text=typed["text"], activity=typed.get("activity"), files=typed["files"], **common)
    elif typed["what"] == AnswerForm.REFUSE:
        answering.refuse(
            text=typed["text"],
            reason=typed["reason"],
            ask_again_on=typed["ask_again_on"],
            files=typed["files"],
            **common,
        )
    else:
        answering.pass_on(reason=typed["text"], **common)


def _render(request, page, door, form, *, since=(), was_added=False, status=200):
    context = {
        "page": page,
        "door": door,
        "form": form,
        "since": since,
        "was_added": was_added,
        "said": [
            (event, [(file, door.attachment_url(file)) for file in event.attachments.all()]) for event in page.said
        ],
        "had_files": bool(request.FILES),
        **door.context(),
    }
    return render(request, door.page, context, status=status)


@require_safe
def attachment(request, door, file):
    """A file that this recipient sent along itself."""
    found = Attachment.objects.filter(event__recipient=door.recipient, uid=file).defer(None)
    return hand_out(get_object_or_404(found))


@never_cache
@require_safe
def received(request):
    """The questions that somebody may answer: those that wait first, the most urgent on top."""
    on = timezone.localdate()
    if not is_coordinator(request.user, on):
        raise Http404
    waits = Case(
        When(status__in=[*OPEN, RecipientStatus.LATE], then=Value(0)), default=Value(1), output_field=IntegerField()
    )
    mine = rows_for_doors().for_coordinator(request.user, on).with_status().exclude(status=None)
    page = Paginator(mine.order_by(waits, "reply_due_on", "-pk"), PER_PAGE).get_page(request.GET.get("pagina"))
    lines = [
        {
            "recipient": recipient,
            "who": kind_of_school(recipient.enquiry),
            "label": RecipientStatus(recipient.status).label,
            "is_open": recipient.status in OPEN,
            "is_late": recipient.status == RecipientStatus.LATE
            or (recipient.status in OPEN and recipient.reply_due_on < on),
        }
        for recipient in page
    ]
    return render(request, "enquiries/received.html", {"page": page, "lines": lines})
