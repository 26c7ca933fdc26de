"""The words of every mail about a question. One form for all (`templates/mail/enquiry.*`), so that the text and
the HTML of a mail cannot drift apart.

No mail holds the question itself, and none to whoever was asked says which school it is of: that stands behind
its link. So a mail that goes astray, its subject and its headers tell nothing about a school.
"""

from dataclasses import dataclass

from django.conf import settings
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from accounts.mail import queue_mail
from activities.reasons import sector_names
from enquiries.links import ANSWER, FOLLOW, VERIFY
from schools.models import Membership


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """One mail: a subject, what is said, what was written (quoted), and the one button."""

    name: str  # what it is for; part of its key and its kind
    subject: str
    lines: tuple[str, ...]
    label: str
    quote: str = ""
    after: tuple[str, ...] = ()


def day(date):
    return date_format(date, "l j F Y")


def kind_of_school(enquiry):
    """Who asks, without a name: "een school voor po in Assen"."""
    municipality = enquiry.school.municipality
    names = {
        "sectors": sector_names(enquiry.sectors) if enquiry.sectors else "",
        "place": municipality.name if municipality else "",
    }
    if names["sectors"] and names["place"]:
        return _("een school voor %(sectors)s in de gemeente %(place)s") % names
    if names["sectors"]:
        return _("een school voor %(sectors)s") % names
    return _("een school in de gemeente %(place)s") % names if names["place"] else _("een school")


def on_to(old, following):
    """In words who gets a question after `old`; of the same network it is somebody else there.

    old: a Recipient. following: a Recipient or a routing.Address.
    """
    network = following.network
    if network is not None and network.pk == old.network_id:
        return _("een collega bij %(owner)s") % {"owner": following.owner}
    return following.owner


# --- sending ---------------------------------------------------------------------------------------
def asker_addresses(enquiry):
    """Where the school side gets its mail: who asked; when that account is gone, the members of the school."""
    if enquiry.asked_by_id and enquiry.asked_by.is_active:
        return [enquiry.asked_by.email]
    if enquiry.sender_email:
        return [enquiry.sender_email]
    members = Membership.objects.active().filter(school=enquiry.school_id, user__is_active=True)
    return list(members.order_by("pk").values_list("user__email", flat=True))


def asker_page(enquiry):
    """The address of the enquiry for the school side: signed for who asked without an account."""
    if enquiry.sender_email:
        return FOLLOW.address(enquiry)
    return settings.SITE_URL + enquiry.get_absolute_url()


def tell_asker(enquiry, letter, event):
    """Mail the school side about an event; once for each event and address."""
    for number, to in enumerate(asker_addresses(enquiry)):
        _queue(letter, f"{event.pk}-asker-{number}", to, asker_page(enquiry), is_secret=bool(enquiry.sender_email))


def tell_recipient(recipient, letter, cause, *, due_at=None):
    """Mail somebody who was asked. cause: makes the key unique. An office without an address reads it in Loket."""
    if recipient.email:
        page = ANSWER.address(recipient)
        _queue(letter, f"{cause}-{recipient.pk}", recipient.email, page, is_secret=True, due_at=due_at)


def ask_to_verify(enquiry, *, cause, now):
    """Mail who asked without an account the link that sends the question."""
    letter = Letter(
        name="verify",
        subject=_("Verstuur uw vraag: nog één stap"),
        lines=(
            _("U schreef op Loket een vraag namens %(school)s.") % {"school": enquiry.school.name},
            _("De vraag is nog niet verstuurd. Druk op de knop, en dan op “Verstuur mijn vraag”."),
        ),
        label=_("Naar mijn vraag"),
        after=(
            _("Deze link werkt drie dagen."),
            _("Schreef u geen vraag? Dan hoeft u niets te doen: zonder u wordt er niets verstuurd."),
        ),
    )
    _queue(
        letter,
        f"{enquiry.pk}-{cause}",
        enquiry.sender_email,
        VERIFY.address(enquiry),
        is_secret=True,
        expires_at=now + VERIFY.valid_for,
    )


def send_new_link(subject, to, page, *, cause):
    """Mail a fresh link to whoever had one that is too old. subject: the Enquiry or Recipient."""
    letter = Letter(
        name="link",
        subject=_("Uw nieuwe link"),
        lines=(_("U vroeg een nieuwe link naar een vraag op Loket. Hier is hij."),),
        label=_("Naar de vraag"),
        after=(_("Vroeg u dit niet? Dan hoeft u niets te doen."),),
    )
    _queue(letter, f"{type(subject).__name__.lower()}-{subject.pk}-{cause}", to, page, is_secret=True)


def _queue(letter, cause, to, page, **options):
    queue_mail(
        key=f"enquiry-{letter.name}-{cause}",
        kind=f"enquiry-{letter.name}",
        to=to,
        template="enquiry",
        context={"letter": letter, "page": page},
        subject=letter.subject,
        **options,
    )


# --- to whoever was asked ----------------------------------------------------------------------------
def received(recipient):
    enquiry = recipient.enquiry
    lines = [
        _("%(who)s heeft een vraag aan %(owner)s.")
        % {"who": capfirst(kind_of_school(enquiry)), "owner": recipient.owner},
        _("Antwoord uiterlijk op %(day)s. Een paar zinnen zijn genoeg; u hebt geen account nodig.")
        % {"day": day(recipient.reply_due_on)},
    ]
    if recipient.passed_from_id:
        lines.insert(
            1,
            _("De vraag ging eerst naar %(owner)s, en komt nu bij u.") % {"owner": recipient.passed_from.owner},
        )
    return Letter(
        name="received",
        subject=_("Een school vraagt u iets: antwoord voor %(day)s")
        % {"day": date_format(recipient.reply_due_on, "j F")},
        lines=tuple(lines),
        label=_("Lees de vraag"),
        after=(
            _("Kunt u niet helpen? Zeg dat dan ook, of stuur de vraag door."),
            _("Doet u niets, dan gaat de vraag na die dag naar een ander."),
            _("Beantwoord deze mail niet: dat ziet de school niet. Gebruik de knop."),
        ),
    )


def changed(recipient):
    return Letter(
        name="changed",
        subject=_("De school heeft haar vraag veranderd"),
        lines=(
            _("De vraag van %(who)s is veranderd. Lees haar opnieuw voor u antwoordt.")
            % {"who": kind_of_school(recipient.enquiry)},
            _("U antwoordt nog steeds uiterlijk op %(day)s.") % {"day": day(recipient.reply_due_on)},
        ),
        label=_("Lees de vraag"),
    )


def revealed(recipient):
    return Letter(
        name="revealed",
        subject=_("De school maakt zich bekend"),
        lines=(
            _("Een school die u zonder naam iets vroeg, heeft zich bekendgemaakt. Wie het is, leest u bij de vraag."),
        ),
        label=_("Lees wie het vraagt"),
    )


def withdrawn(recipient):
    return Letter(
        name="withdrawn",
        subject=_("De school heeft haar vraag ingetrokken"),
        lines=(
            _("De vraag van %(who)s is ingetrokken. U hoeft niet meer te antwoorden.")
            % {"who": kind_of_school(recipient.enquiry)},
        ),
        label=_("Bekijk de vraag"),
    )


def postponed_for(recipient, event):
    return Letter(
        name="postponed",
        subject=_("De school stelt haar vraag uit"),
        lines=(
            _("%(who)s stelt de vraag uit. U hoeft nu niet te antwoorden.")
            % {"who": capfirst(kind_of_school(recipient.enquiry))},
            _("Zij wil er vanaf %(day)s mee verder.") % {"day": day(event.ask_again_on)},
        ),
        quote=event.text,
        label=_("Bekijk de vraag"),
    )


def closed(recipient):
    return Letter(
        name="closed",
        subject=_("U hoeft niet meer te antwoorden"),
        lines=(
            _("%(who)s heeft al een antwoord dat helpt. U hoeft niet meer te antwoorden; het mag wel.")
            % {"who": capfirst(kind_of_school(recipient.enquiry))},
        ),
        label=_("Bekijk de vraag"),
    )


def accepted(recipient):
    return Letter(
        name="accepted",
        subject=_("De school neemt uw antwoord aan"),
        lines=(
            _("De school neemt het antwoord van %(owner)s aan.") % {"owner": recipient.owner},
            _("Bij de vraag leest u welke school het is, en hoe u contact opneemt."),
            _("Neem zelf het initiatief: bel of mail de school deze week."),
        ),
        label=_("Lees wie het vroeg"),
    )


# --- to the school -----------------------------------------------------------------------------------
def receipt(recipients):
    lines = [_("Uw vraag is verstuurd."), *(_due_line(recipient) for recipient in recipients)]
    if not all(recipient.holidays_known for recipient in recipients):
        lines.append(holidays_unknown())
    return Letter(
        name="receipt",
        subject=_("Uw vraag is verstuurd"),
        lines=tuple(lines),
        label=_("Volg uw vraag"),
        after=(_("U kunt uw vraag altijd bekijken, veranderen zolang er geen antwoord is, en intrekken."),),
    )


def _due_line(recipient):
    return _("%(owner)s antwoordt uiterlijk op %(day)s.") % {
        "owner": recipient.owner,
        "day": day(recipient.reply_due_on),
    }


def holidays_unknown():
    return _(
        "De schoolvakanties in deze tijd zijn ons niet bekend. Is het dan vakantie, dan kan het antwoord later komen."
    )


def answered(recipient, event):
    return Letter(
        name="answered",
        subject=_("Antwoord op uw vraag van %(owner)s") % {"owner": recipient.owner},
        lines=(
            _("%(owner)s heeft geantwoord. Bijlagen en voorgestelde activiteiten staan bij uw vraag.")
            % {"owner": recipient.owner},
        ),
        quote=event.text,
        label=_("Lees het antwoord"),
        after=_careful(recipient.enquiry),
    )


def refused(recipient, event):
    lines = [
        _("%(owner)s kan u niet helpen: %(reason)s.")
        % {"owner": recipient.owner, "reason": event.get_reason_display()}
    ]
    if event.ask_again_on:
        lines.append(
            _("U kunt het opnieuw vragen vanaf %(day)s. Dat staat bij uw vraag.") % {"day": day(event.ask_again_on)}
        )
    lines.append(_("Bij uw vraag kunt u haar met één knop doorsturen naar een ander."))
    return Letter(
        name="refused",
        subject=_("%(owner)s kan u niet helpen") % {"owner": recipient.owner},
        lines=tuple(lines),
        quote=event.text,
        label=_("Bekijk uw vraag"),
    )


def passed_on(recipient, following, event):
    return Letter(
        name="passed-on",
        subject=_("Uw vraag gaat naar %(owner)s") % {"owner": on_to(recipient, following)},
        lines=(
            _("%(old)s heeft uw vraag doorgestuurd naar %(new)s.")
            % {"old": recipient.owner, "new": on_to(recipient, following)},
            _due_line(following),
        ),
        quote=event.text,
        label=_("Bekijk uw vraag"),
    )


def expired(recipient, following):
    """following: the next Recipient, or None at the end of the chain."""
    lines = [
        _("%(owner)s heeft niet op tijd geantwoord. Dat spijt ons.") % {"owner": recipient.owner},
    ]
    if following:
        lines += [
            _("Uw vraag gaat nu naar %(owner)s.") % {"owner": on_to(recipient, following)},
            _due_line(following),
        ]
    else:
        lines.append(
            _("Na hen is er niemand meer. Uw vraag blijft daar open staan, en %(office)s ziet dat het te laat is.")
            % {"office": settings.OFFICE_NAME}
        )
    return Letter(
        name="expired",
        subject=_("Uw vraag gaat naar een ander") if following else _("Uw vraag is nog niet beantwoord"),
        lines=tuple(lines),
        label=_("Bekijk uw vraag"),
    )


def _careful(enquiry):
    if not enquiry.is_anonymous:
        return ()
    return (_("U vroeg dit zonder naam. Belt of mailt u zelf, dan weet men wie u bent."),)
