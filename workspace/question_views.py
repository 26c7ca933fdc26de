"""The inbox of questions, the page of one, and the texts that a network answers with often.

Answering itself is `enquiries.answer_views.answer`: the page here is another door to it, with more around the form.
"""

from dataclasses import dataclass
from datetime import date
from functools import wraps

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import IntegrityError, transaction
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.audit import trail
from accounts.drafts import keeps_typed_text, take_draft
from accounts.kept_text import show_kept_text, typed_texts
from enquiries import answer_views, handling
from enquiries.asking import NotPossibleError
from enquiries.figures import reply_times
from enquiries.models import Handler
from networks.rights import networks_changed_by
from workspace.access import coordinator_required
from workspace.exports import PARAMETER, export_response
from workspace.lists import PAGE, rest_of_query, state_in_words
from workspace.models import AnswerTemplate
from workspace.question_filters import QuestionFilter
from workspace.question_forms import AnswerTemplateForm, HandlerForm, NoteForm
from workspace.question_rows import MEASURED, inbox, lines

PER_PAGE = 50
AT_A_TIME = 500
SECTION = "questions"
COLUMNS = (
    "gekregen op",
    "van",
    "code van de school",
    "aan",
    "over",
    "stand",
    "antwoord uiterlijk op",
    "wie doet dit",
)


@coordinator_required
@require_safe
def questions(request):
    """What waits for an answer, the most urgent on top; and how fast answers went out over the last year."""
    on = request.today
    mine = inbox(request.user, on)
    filterset = QuestionFilter(request.GET, queryset=mine, user=request.user)
    if PARAMETER in request.GET:
        return export_response(request, _export_rows(filterset.qs, on), COLUMNS, _("vragen"))
    page = Paginator(filterset.qs, PER_PAGE).get_page(request.GET.get(PAGE))
    context = {
        "section": SECTION,
        "filter": filterset,
        "page": page,
        "query": rest_of_query(request),
        "state": state_in_words(filterset.form),
        "lines": list(lines(page.object_list, on)),
        "figures": reply_times(mine.filter(created_at__gte=timezone.now() - MEASURED), on=on),
        "since": on - MEASURED,
        "on": on,
        "has_networks": networks_changed_by(request.user, on).exists(),
    }
    return render(request, "workspace/questions.html", context)


def _export_rows(recipients, on):
    for line in lines(recipients.iterator(chunk_size=AT_A_TIME), on):
        row = line.recipient
        yield (
            timezone.localdate(row.created_at),
            line.who,
            row.enquiry.school.code if row.school_known else "",
            row.owner,
            line.about,
            line.label,
            row.reply_due_on,
            str(line.handler or ""),
        )


# --- one question ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class WorkspaceDoor(answer_views.Door):
    """The way in by the workspace: with colleagues, notes and texts beside the question."""

    on: date | None = None
    page = "workspace/question.html"
    unread_page = "workspace/question.html"
    before_form = "workspace/_answer_templates.html"

    FILL = "antwoordtekst"  # the value of the button that puts a text into the answer

    @property
    def url(self):
        return reverse("workspace:question", args=[self.recipient.uid])

    def context(self):
        handler = Handler.objects.filter(recipient=self.recipient).select_related("user").first()
        return {
            "section": SECTION,
            "handler_form": _handler_form(self.recipient, self.on, handler),
            "handler_trail": trail(handler) if handler else [],
            "notes": handling.notes_of(self.recipient),
            "note_form": NoteForm(action=reverse("workspace:question-note", args=[self.recipient.uid])),
            "answer_templates": self._templates,
        }

    @property
    def _templates(self):
        return AnswerTemplate.objects.filter(network=self.recipient.network_id, network__isnull=False)

    def text_to_add(self, request):
        if request.method != "POST" or request.POST.get("knop") != self.FILL:
            return None
        chosen = request.POST.get(self.FILL, "")
        found = self._templates.filter(pk=chosen).first() if chosen.isdecimal() else None
        return found.text if found else ""


def _handler_form(recipient, on, handler=None, data=None):
    return HandlerForm(
        data,
        colleagues=handling.colleagues(recipient, on),
        action=reverse("workspace:question-handler", args=[recipient.uid]),
        initial={"user": handler.user_id if handler else None},
    )


def of_recipient(view):
    """`view(request, recipient)` for who may answer in its name; what they typed is not lost when they may not."""

    @wraps(view)
    def page(request, uid):
        mine = answer_views.rows_for_doors().for_coordinator(request.user, request.today)
        recipient = mine.with_status().exclude(status=None).filter(uid=uid).first()
        if recipient is None:
            if request.method == "POST" and typed_texts(request.POST):
                said = _("U kunt deze vraag niet (meer) beantwoorden. Er is niets bewaard of verstuurd.")
                return show_kept_text(request, said, status=404)
            raise Http404
        return view(request, recipient)

    return page


@coordinator_required
@of_recipient
def question(request, recipient):
    """A question with its clock, who does it, notes of colleagues, and the form to answer."""
    return answer_views.answer(request, WorkspaceDoor(recipient, request.user, on=request.today))


@keeps_typed_text
@coordinator_required
@require_http_methods(["GET", "HEAD", "POST"])
@of_recipient
def question_note(request, recipient):
    """Keep an internal note. A page of its own for what could not be kept."""
    data = request.POST if request.method == "POST" else take_draft(request)
    form = NoteForm(data, action=request.path)
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data
        handling.write_note(
            recipient=recipient,
            text=typed["text"],
            form_key=typed["form_key"],
            by=request.user,
            now=timezone.now(),
        )
        messages.success(request, _("De notitie is bewaard. Alleen uw netwerk leest haar."))
        return redirect("workspace:question", uid=recipient.uid)
    context = {"section": SECTION, "recipient": recipient, "form": form}
    return render(request, "workspace/question_note.html", context)


@coordinator_required
@require_POST
@of_recipient
def question_handler(request, recipient):
    """Say who takes care of a question."""
    form = _handler_form(recipient, request.today, data=request.POST)
    if not form.is_valid():
        messages.error(request, " ".join(form.errors["user"]))
        return redirect("workspace:question", uid=recipient.uid)
    user = form.cleaned_data["user"]
    try:
        handling.hand_to(recipient=recipient, user=user, by=request.user, now=timezone.now())
    except NotPossibleError as error:
        messages.error(request, str(error))
    else:
        said = _("%(who)s doet deze vraag.") % {"who": user} if user else _("Nu doet nog niemand deze vraag.")
        messages.success(request, said)
    return redirect("workspace:question", uid=recipient.uid)


# --- texts to answer with --------------------------------------------------------------------------------


def _templates_changed_by(request):
    mine = networks_changed_by(request.user, request.today)
    return AnswerTemplate.objects.filter(network__in=mine.values("pk")).select_related("network")


@coordinator_required
@require_safe
def answer_templates(request):
    """The texts of the networks that somebody may change, by network."""
    rows = _templates_changed_by(request).order_by("network__name", "title", "pk")
    networks = networks_changed_by(request.user, request.today)
    context = {"section": SECTION, "rows": rows, "may_add": networks.exists()}
    return render(request, "workspace/answer_templates.html", context)


@keeps_typed_text
@coordinator_required
@require_http_methods(["GET", "HEAD", "POST"])
def answer_template_add(request):
    networks = networks_changed_by(request.user, request.today).order_by("name")
    if not networks.exists():
        raise Http404
    initial = {"network": networks[0].pk} if networks.count() == 1 else {}
    data = request.POST if request.method == "POST" else take_draft(request)
    form = AnswerTemplateForm(data, networks=networks, initial=initial)
    if request.method == "POST" and form.is_valid() and _saved(form, AnswerTemplate(**form.cleaned_data)):
        messages.success(request, _("De tekst is bewaard. U vindt haar bij elke vraag aan dit netwerk."))
        return redirect("workspace:answer-templates")
    return render(request, "workspace/answer_template.html", {"section": SECTION, "form": form})


@keeps_typed_text
@coordinator_required
@require_http_methods(["GET", "HEAD", "POST"])
def answer_template(request, pk):
    row = get_object_or_404(_templates_changed_by(request), pk=pk)
    initial = {"title": row.title, "text": row.text}
    data = request.POST if request.method == "POST" else take_draft(request)
    form = AnswerTemplateForm(
        data, networks=networks_changed_by(request.user, request.today), template=row, initial=initial
    )
    if request.method == "POST" and form.is_valid():
        row.title, row.text = form.cleaned_data["title"], form.cleaned_data["text"]
        if _saved(form, row):
            messages.success(request, _("De tekst is bewaard."))
            return redirect("workspace:answer-templates")
    context = {"section": SECTION, "form": form, "row": row, "trail": trail(row)}
    return render(request, "workspace/answer_template.html", context)


def _saved(form, row):
    """Whether the row could be kept; a colleague may have used the same name in the same moment."""
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        form.add_error("title", _("Dit netwerk heeft al een tekst met deze naam. Kies een andere naam."))
        return False
    return True


@coordinator_required
@require_POST
def answer_template_remove(request, pk):
    row = get_object_or_404(_templates_changed_by(request), pk=pk)
    row.delete()
    messages.success(request, _("De tekst “%(title)s” is weg.") % {"title": row.title})
    return redirect("workspace:answer-templates")
