"""Asking a question: the form, the mailed link, and the button that sends it."""

import uuid
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from accounts.audit import acting
from accounts.limits import TooOftenError, address_of, count_try
from activities.fit import asked_school
from activities.models import Activity
from activities.situation import PARAMETERS, Reading, read_situation
from enquiries import letters
from enquiries.asking import NotPossibleError, verify
from enquiries.asking import ask as ask_question
from enquiries.clock import ReplyClock
from enquiries.enquiry_forms import AskForm
from enquiries.links import FOLLOW, VERIFY, UnknownLinkError
from enquiries.models import Enquiry
from enquiries.routing import FIRST_CONTACT, MOST_CHOSEN, Router
from enquiries.status import EventKind
from networks.directory import directory
from schools.models import School
from schools.views import Typed

# Somebody without an account asks this often, and one e-mail address gets this many mails, within so many seconds.
MOST_PER_ADDRESS, MOST_PER_MAILBOX, WITHIN_S = 5, 5, 60 * 60
MOST_PER_DAY = 200  # all without an account together
ABOUT = ("activiteit", "programma", "netwerk", "opnieuw")


@dataclass
class Subject:
    """What a question is about, as the address of the page says it, and whom one may ask."""

    school: School
    params: QueryDict
    on: date
    messages: list[str] = field(default_factory=list)

    @cached_property
    def known(self):
        return directory()

    @cached_property
    def reading(self) -> Reading:
        slugs = {slug: slug for slug in self.known.programmes}
        school = self.school
        return read_situation(self.params, school_code=school.code, school_sectors=school.sectors, programmes=slugs)

    @cached_property
    def router(self):
        return Router(self.school, known=self.known, on=self.on)

    @cached_property
    def choices(self):
        return self.router.choices(self.reading.situation.sectors)

    @cached_property
    def activity(self):
        slug = self.params.get("activiteit", "")
        return Activity.objects.public().filter(slug=slug).first() if slug else None

    @cached_property
    def programme(self):
        """ProgrammeFacts of the programme in the address, else of the activity; or None."""
        asked = self.params.get("programma", "")
        by_alias = {alias: p for p in self.known.programmes.values() for alias in p.aliases}
        found = self.known.programmes.get(asked) or by_alias.get(asked)
        if found is None and self.activity:
            found = self.known.programmes[self.known.networks[self.activity.network_id].programme]
        return found

    @cached_property
    def preset(self):
        """The values of the choices that are ticked at first."""
        offered = {choice.value for choice in self.choices}
        wanted = self.params.get("netwerk", "")
        if not wanted and self.activity:
            wanted = self.known.networks[self.activity.network_id].slug
        if wanted in offered:
            return [wanted]
        if wanted:
            self.messages.append(
                _("Het netwerk dat u koos, werkt niet voor uw school. Dit zijn de adressen die dat wel doen.")
            )
        if self.programme:
            mine = {n.slug for n in self.router.networks if n.programme == self.programme.slug}
            if found := [choice.value for choice in self.choices if choice.value in mine]:
                return found[:MOST_CHOSEN]
        return [FIRST_CONTACT]

    @property
    def shown_choices(self):
        """(those in sight, those behind "meer"): what is ticked and what works nearby come first."""
        near = [c for c in self.choices if c.value in self.preset or c.value == FIRST_CONTACT]
        return near, [c for c in self.choices if c not in near]


@login_not_required
@never_cache
@sensitive_post_parameters("sender_email", "sender_name", "goal")
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request):
    """First which school asks, then the question. All that is known of it stands in the address."""
    typed = Typed.from_request(request)
    asked = asked_school(request.GET.get("school", ""), typed.text)
    if asked.school is None or asked.school.closed_on:
        rest = [(name, value) for name in (*PARAMETERS, *ABOUT) for value in request.GET.getlist(name)[:40]]
        context = {"typed": typed, "asked": asked, "rest": rest, "rest_query": urlencode(rest)}
        return render(request, "enquiries/find_school.html", context)
    subject = Subject(asked.school, request.GET, timezone.localdate())
    user = request.user if request.user.is_authenticated else None
    form = AskForm(
        request.POST or None,
        choices=subject.choices,
        with_sender=user is None,
        initial=_initial(request, subject, user),
    )
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            if user is None:
                _count(request, form.cleaned_data["sender_email"])
        except TooOftenError:
            form.add_error(
                None, _("Er komen nu te veel vragen binnen. Wat u schreef, staat er nog: probeer het later opnieuw.")
            )
            status = 429
        else:
            # A public page does not look who the visitor is; this one did.
            with acting(user) if user else nullcontext():
                enquiry = _ask(subject, form, user)
            if _is_what_was_typed(enquiry, form, user):
                return redirect(enquiry) if user else redirect("enquiries:ask-sent")
            form.renew_key()
            form.add_error(
                None,
                _("Dit formulier is al verstuurd, met andere woorden. Druk nog eens: dan is dit een nieuwe vraag."),
            )
    elif form.errors.get("form_key"):
        form.renew_key()
    return render(request, "enquiries/ask.html", _context(subject, form, user), status=status)


def _initial(request, subject, user):
    initial = {
        "form_key": uuid.uuid4(),
        "was_logged_in": user is not None,
        "needs": list(subject.reading.situation.needs),
        "recipients": subject.preset,
    }
    if user and (uid := request.GET.get("opnieuw")):
        try:
            earlier = Enquiry.objects.of_school_side(user).filter(school=subject.school, uid=uuid.UUID(uid)).first()
        except ValueError:
            earlier = None
        if earlier:
            initial |= {name: getattr(earlier, name) for name in ("goal", "for_whom", "period", "needs")}
    return initial


def _count(request, email):
    day_ago = timezone.now() - timedelta(days=1)
    if Enquiry.objects.filter(asked_by=None, asked_at__gt=day_ago).count() >= MOST_PER_DAY:
        raise TooOftenError
    count_try("enquiry", address_of(request), most=MOST_PER_ADDRESS, within_s=WITHIN_S)
    count_try("enquiry-mail", email.casefold(), most=MOST_PER_MAILBOX, within_s=WITHIN_S)


def _ask(subject, form, user):
    by_slug = {network.slug: network.pk for network in subject.router.networks}
    typed = form.cleaned_data
    return ask_question(
        form_key=typed["form_key"],
        school=subject.school,
        texts=form.texts,
        sectors=subject.reading.situation.sectors,
        needs=typed["needs"],
        networks=[by_slug[slug] for slug in form.network_slugs],
        to_first_contact=form.to_first_contact,
        is_anonymous=typed["is_anonymous"],
        programme_id=subject.programme.pk if subject.programme else None,
        activity=subject.activity,
        by=user,
        sender=("", "") if user else (typed["sender_name"], typed["sender_email"]),
        now=timezone.now(),
    )


def _is_what_was_typed(enquiry, form, user):
    """Whether this is the question of the form, and not another one that its key made before ("back")."""
    mine = enquiry.asked_by_id == user.pk if user else enquiry.sender_email == form.cleaned_data["sender_email"]
    if not mine or any(getattr(enquiry, name) != value for name, value in form.texts.items()):
        return False
    return set(enquiry.networks.values_list("slug", flat=True)) == set(form.network_slugs)


def _context(subject, form, user):
    chosen = form["recipients"].value() or []
    shown, more = subject.shown_choices
    return {
        "school": subject.school,
        "activity": subject.activity,
        "programme": subject.programme,
        "messages": [*subject.messages, *subject.reading.messages],
        "form": form,
        "is_logged_in": user is not None,
        "was_logged_in": user is None and form.is_bound and form.data.get("was_logged_in") == "True",
        "due": ReplyClock.for_school(subject.school).due(subject.on),
        "shown_choices": shown,
        "more_choices": more,
        "chosen": chosen,
        "more_is_open": any(choice.value in chosen for choice in more),
        "first_contact": subject.choices[0].address,
    }


@login_not_required
@never_cache
@require_safe
def ask_sent(request):
    """What to do now: open the mail."""
    return render(request, "enquiries/ask_sent.html")


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def verify_page(request, token):
    """The mailed link opens this page; its button sends the question. Used or too old, it says so and goes on."""
    try:
        uid, is_too_old = VERIFY.read(token)
    except UnknownLinkError:
        return render(request, "enquiries/link_unknown.html", status=404)
    enquiry = Enquiry.objects.select_related("school__municipality").filter(uid=uid).first()
    if enquiry is None:
        return render(request, "enquiries/link_unknown.html", {"is_gone": True}, status=404)
    is_sent = enquiry.events.filter(kind=EventKind.SENT).exists()
    if is_sent and not is_too_old:
        return redirect(FOLLOW.path(enquiry))
    if is_too_old:
        if request.method == "POST":
            return new_link(request, enquiry, enquiry.sender_email, is_sent=is_sent)
        return render(request, "enquiries/link_expired.html", {"is_sent": is_sent}, status=410)
    if request.method == "POST":
        try:
            verify(enquiry=enquiry, now=timezone.now())
        except NotPossibleError as error:
            return render(request, "enquiries/verify.html", {"enquiry": enquiry, "error": error}, status=409)
        return redirect(FOLLOW.path(enquiry))
    due = ReplyClock.for_school(enquiry.school).due(timezone.localdate())
    return render(request, "enquiries/verify.html", {"enquiry": enquiry, "due": due})


def new_link(request, subject, to, *, is_sent=True, link=FOLLOW):
    """Mail a fresh link to the address that the old one was for; the page never says which that is."""
    now = timezone.now()
    try:
        count_try("enquiry-link", f"{type(subject).__name__}-{subject.pk}", most=3, within_s=WITHIN_S)
    except TooOftenError:
        return render(request, "enquiries/link_expired.html", {"is_too_often": True}, status=429)
    if to:
        with transaction.atomic():
            if is_sent:
                letters.send_new_link(subject, to, link.address(subject), cause=f"{now:%Y%m%d%H%M%S%f}")
            else:
                letters.ask_to_verify(subject, cause=f"{now:%Y%m%d%H%M%S%f}", now=now)
    return render(request, "enquiries/link_sent.html")


def ask_url(school, **about):
    return f"{reverse('enquiries:ask')}?{urlencode({'school': school.code, **about})}"
