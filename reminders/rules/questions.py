"""Questions of schools: asked and not answered, gone to somebody else, and "vraag me in maart".

Who is asked got a mail at once, with the last day for an answer; these say it again when nothing happens. No text
here holds the question, or says which school it is of: that stands behind the link, as in `enquiries.letters`.
"""

from django.db.models import Exists, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from activities.reasons import day as in_words
from enquiries.letters import kind_of_school
from enquiries.links import ANSWER, FOLLOW
from enquiries.models import Enquiry, EnquiryEvent, Recipient
from enquiries.status import OPEN, EnquiryStatus, EventKind, RecipientStatus
from reminders.audience import Audience, Members, Reader, once, reader_of, with_account
from reminders.due import RULES
from reminders.rules.moments import WEEK, latest, reach
from reminders.rules.subjects import asked_for, row_of, streamed, tell

# Of these somebody still hopes for an answer.
UNANSWERED = (EnquiryStatus.SENT, EnquiryStatus.SEEN, EnquiryStatus.LATE)
ANSWERABLE = (*OPEN, RecipientStatus.LATE, RecipientStatus.PASSED_ON, RecipientStatus.ANSWERED)
WHO_DOES_IT = "wie de vraag kreeg, of wie haar op zich nam"
ABOUT = {
    "school": "wat voor school het vraagt, zonder naam",
    "netwerk": "het netwerk of loket dat de vraag kreeg",
}


def answer_page(subject):
    """The page to answer, pass on or refuse, for who was asked; it opens without login."""
    return ANSWER.path(row_of(Recipient.objects.with_status().filter(status__in=ANSWERABLE), subject))


def enquiry_page(subject):
    """The page of a question for who asked it; without login for who asked without an account."""
    row = row_of(Enquiry.objects.all(), subject)
    return FOLLOW.path(row) if row.sender_email else row.get_absolute_url()


# --- to whoever was asked ----------------------------------------------------------------------------------
@RULES.register(
    key="question-unanswered",
    name="Vraag wacht op antwoord",
    audience=f"{WHO_DOES_IT}; op de laatste dag ook wie het netwerk mag wijzigen",
    days=(0,),
    variables={**ABOUT, "gevraagd": "de dag waarop de vraag kwam", "dag": "de laatste dag voor een antwoord"},
    subject_line="Een school wacht op antwoord, uiterlijk {dag}",
    sentence="{school} stelde op {gevraagd} een vraag aan {netwerk}. Antwoord uiterlijk op {dag}. Kunt u niet "
    "helpen? Zeg dat dan ook, of stuur de vraag door.",
    button="Lees en beantwoord de vraag",
    leads_to=answer_page,
)
def question_unanswered(asked):
    """Half-way between the question and its last day, and on that day; what nobody passed on yet stays due."""
    audience = Audience(asked.on)
    for row in streamed(_recipients(asked, status__in=OPEN)):
        asked_on = timezone.localdate(row.created_at)
        half_on = asked_on + (row.reply_due_on - asked_on) // 2
        moment = latest(row.reply_due_on, asked)
        readers = _who_does(row, audience)
        if moment is not None:
            readers = once(*readers, *_colleagues(row, audience))
        elif half_on <= asked.on:
            moment = f"{row.reply_due_on:%Y-%m-%d}/helft"
        values = {**_about(row), "gevraagd": in_words(asked_on), "dag": in_words(row.reply_due_on)}
        yield from tell(readers or audience.office, row, moment, values, row.get_absolute_url())


@RULES.register(
    key="question-passed-on",
    name="Vraag ging naar een ander",
    audience="wie het netwerk mag wijzigen, en wie de vraag kreeg en niet antwoordde",
    days=(0,),
    variables={
        **ABOUT,
        "dag": "de dag waarop de vraag verder ging",
        "volgende": "wie de vraag nu heeft",
    },
    subject_line="Een vraag aan {netwerk} ging naar een ander",
    sentence="{school} vroeg iets aan {netwerk}, en kreeg niet op tijd antwoord. De vraag ging op {dag} naar "
    "{volgende}. Een antwoord van u is nog welkom.",
    button="Lees de vraag",
    leads_to=answer_page,
)
def question_passed_on(asked):
    """Once, after the time was over and somebody else got it, while the school has no answer yet."""
    audience, until = Audience(asked.on), reach(asked)
    expired = EnquiryEvent.objects.filter(recipient=OuterRef("pk"), kind=EventKind.EXPIRED)
    following = Recipient.objects.filter(passed_from=OuterRef("pk"))
    rows = _recipients(asked, status=RecipientStatus.PASSED_ON).filter(
        Exists(expired), enquiry__in=_enquiries(*UNANSWERED)
    )
    rows = rows.annotate(
        expired_at=Subquery(expired.order_by("happened_at").values("happened_at")[:1]),
        next_owner=Subquery(following.values("owner")[:1]),
        next_network=Subquery(following.values("network")[:1]),
    )
    for row in streamed(rows):
        expired_on = timezone.localdate(row.expired_at)
        if until is None or expired_on > until:
            continue
        same = row.network_id is not None and row.next_network == row.network_id
        following = _("een collega bij %(owner)s") % {"owner": row.next_owner} if same else row.next_owner
        values = {**_about(row), "dag": in_words(expired_on), "volgende": following}
        readers = once(*_who_does(row, audience), *_colleagues(row, audience))
        yield from tell(readers, row, latest(expired_on, asked), values, row.get_absolute_url())


@RULES.register(
    key="question-late",
    name="Vraag bleef zonder antwoord",
    audience="het programmabureau, en wie de vraag het laatst kreeg",
    days=(-1,),
    variables={**ABOUT, "dag": "de laatste dag voor een antwoord"},
    subject_line="Een vraag is nog steeds niet beantwoord",
    sentence="{school} wacht op antwoord van {netwerk}. Dat kon tot en met {dag}, en na hen is er niemand meer.",
    button="Lees en beantwoord de vraag",
    leads_to=answer_page,
)
def question_late(asked):
    """The end of the chain, and each week after it, until somebody answers."""
    audience, until = Audience(asked.on), reach(asked)
    if until is None:
        return
    rows = _recipients(asked, status=RecipientStatus.LATE, reply_due_on__lte=until)
    for row in streamed(rows.filter(enquiry__in=_enquiries(*UNANSWERED))):
        values = {**_about(row), "dag": in_words(row.reply_due_on)}
        readers = once(*audience.office, *_who_does(row, audience), *_colleagues(row, audience))
        yield from tell(readers, row, latest(row.reply_due_on, asked, every=WEEK), values, row.get_absolute_url())


@RULES.register(
    key="question-resumes",
    name="School wilde later verder",
    audience=f"{WHO_DOES_IT}, als die al had geantwoord",
    days=(0,),
    variables={**ABOUT, "dag": "vanaf wanneer de school verder wilde"},
    subject_line="Een school wilde vanaf {dag} verder met haar vraag",
    sentence="{school} stelde haar vraag aan {netwerk} uit tot {dag}. Vraag de school nu of zij verder wil.",
    button="Bekijk de vraag",
    leads_to=answer_page,
)
def question_resumes(asked):
    """ "Vraag me in maart", on that day, to the network that had answered; not when the school asked anew."""
    audience, until = Audience(asked.on), reach(asked)
    if until is None:
        return
    again = _postponed("enquiry").values("ask_again_on")[:1]
    rows = _recipients(asked, status=RecipientStatus.ANSWERED).annotate(again_on=Subquery(again))
    rows = rows.filter(_not_asked_anew("enquiry"), enquiry__in=_enquiries(EnquiryStatus.POSTPONED))
    for row in streamed(rows.filter(again_on__lte=until)):
        readers = _who_does(row, audience) or _colleagues(row, audience)
        values = {**_about(row), "dag": in_words(row.again_on)}
        yield from tell(readers, row, latest(row.again_on, asked), values, row.get_absolute_url())


# --- to the school -----------------------------------------------------------------------------------------
@RULES.register(
    key="ask-again",
    name="Vraag opnieuw stellen",
    audience="wie de vraag stelde; is dat account er niet meer, dan de leden van de school",
    days=(0,),
    variables={
        "gevraagd": "de dag waarop de vraag gesteld werd",
        "dag": "de dag vanaf wanneer het weer kan",
        "reden": "waarom de vraag bleef liggen, in een zin",
    },
    subject_line="Uw vraag van {gevraagd}: wilt u verder?",
    sentence="Op {gevraagd} stelde u een vraag op Loket. {reden} Dat is nu. Wilt u nog verder? Stel haar dan "
    "opnieuw.",
    button="Bekijk uw vraag",
    leads_to=enquiry_page,
)
def ask_again(asked):
    """On the day for which the school postponed its question, or a network said that it can be asked again."""
    until = reach(asked)
    if until is None:
        return
    refused = EnquiryEvent.objects.filter(enquiry=OuterRef("pk"), kind=EventKind.REFUSED, ask_again_on__isnull=False)
    again = Coalesce(
        Subquery(_postponed("pk").values("ask_again_on")[:1]),
        Subquery(refused.order_by("ask_again_on", "pk").values("ask_again_on")[:1]),
    )
    rows = Enquiry.objects.with_status().filter(status__in=[EnquiryStatus.POSTPONED, EnquiryStatus.REFUSED])
    # First what the index of events has, because the status of each question is dear.
    named = EnquiryEvent.objects.filter(enquiry=OuterRef("pk"), kind__in=[EventKind.POSTPONED, EventKind.REFUSED])
    rows = rows.filter(Exists(named.filter(ask_again_on__lte=until)))
    rows = asked_for(rows, asked).annotate(again_on=again).filter(_not_asked_anew("self"), again_on__lte=until)
    members = Members(rows.order_by().values_list("school", flat=True).distinct())
    for row in streamed(rows.select_related("school", "asked_by").order_by("pk")):
        said = (
            _("U stelde haar uit tot %(day)s.")
            if row.status == EnquiryStatus.POSTPONED
            else _("Toen kon niemand u helpen, en u kon het weer vragen vanaf %(day)s.")
        )
        values = {
            "gevraagd": in_words(timezone.localdate(row.asked_at)),
            "dag": in_words(row.again_on),
            "reden": said % {"day": in_words(row.again_on)},
        }
        yield from tell(_askers(row, members), row, latest(row.again_on, asked), values, row.get_absolute_url())


# --- pieces ------------------------------------------------------------------------------------------------
def _recipients(asked, **which):
    rows = with_account(Recipient.objects.with_status().filter(**which), "email")
    return asked_for(
        rows.select_related("enquiry__school__municipality", "network", "handling__user").order_by("pk"), asked
    )


def _enquiries(*statuses):
    return Enquiry.objects.with_status().filter(status__in=statuses).order_by().values("pk")


def _postponed(enquiry):
    """The last time that an enquiry was postponed; `enquiry` is the way to its key."""
    rows = EnquiryEvent.objects.filter(enquiry=OuterRef(enquiry), kind=EventKind.POSTPONED)
    return rows.order_by("-happened_at", "-pk")


def _not_asked_anew(enquiry):
    """Whether the school asked nothing since about the same programme, which is what picking it up looks like."""
    path = "" if enquiry == "self" else "enquiry__"
    newer = Enquiry.objects.sent().annotate(about=Coalesce("programme", 0))
    newer = newer.filter(
        about=Coalesce(OuterRef(f"{path}programme"), 0),
        school=OuterRef(f"{path}school"),
        asked_at__gt=OuterRef(f"{path}asked_at"),
    )
    return ~Exists(newer)


def _about(row):
    return {"school": capfirst(kind_of_school(row.enquiry)), "netwerk": row.owner}


def _who_does(row, audience):
    """Who took the question on, else whom it was sent to; nobody when neither can get mail."""
    handler = getattr(row, "handling", None)
    if handler and handler.user_id:
        taken = [reader for reader in _colleagues(row, audience) if reader.user_pk == handler.user_id]
        if taken:
            return tuple(taken)
    return reader_of(row.email, row, _holidays(row, audience))


def _colleagues(row, audience):
    """Who may answer in the name of the same network or desk; for the others the programme office."""
    if row.network_id:
        return audience.of_network(row.network_id)
    return audience.of_region(_region(row)) if row.level == Recipient.Level.REGION else audience.office


def _holidays(row, audience):
    if row.network_id:
        return audience.holidays_of("network", row.network_id)
    return audience.holidays_of("region", _region(row)) if row.level == Recipient.Level.REGION else None


def _region(row):
    municipality = row.enquiry.school.municipality
    return municipality.region_id if municipality else None


def _askers(row, members):
    """As `enquiries.letters.asker_addresses` has it, for many at once."""
    holidays = row.school.holiday_region_id
    if row.asked_by and row.asked_by.is_active and row.asked_by.email:
        return (Reader(row.asked_by.email.lower(), row.asked_by_id, holidays),)
    if row.sender_email:
        return (Reader(row.sender_email.lower(), None, holidays),)
    return members.of(row.school)
