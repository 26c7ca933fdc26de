"""Mail about registrations: to the school at each step, to the network for a new one and for a cancellation."""

from dataclasses import dataclass

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.mail import queue_mail
from enquiries.calendar_file import attachment
from enquiries.models.signing_up import Kind, State
from enquiries.registration_words import day, subject, what_now, when, where
from networks.directory import CONFIRMED_FOR, OFFICE_SLUG
from networks.models import ContactRole
from schools.models import Membership

KIND = "registration"
# A calendar is told of these: the date stands, or it does not any more.
STANDS = frozenset({Kind.PLACED, Kind.ACCEPTED, Kind.MOVED})


@dataclass(frozen=True, slots=True)
class NetworkContact:
    """Whom the network, or the office in its stead, has for mail."""

    name: str
    email: str
    telephone: str
    is_network: bool


def readers(registration):
    """Users who get mail about a registration. One query.

    Who registered, while they speak for the school; else all members of the school itself; without any,
    who registered, if that account is still there.
    """
    of_school = Membership.objects.active().of_school(registration.school).filter(user__is_active=True)
    members = list(of_school.select_related("user").order_by("pk"))
    by = registration.registered_by
    if by and any(member.user_id == by.pk for member in members):
        return [by]
    own = [member.user for member in members if member.school_id == registration.school_id]
    return own or ([by] if by and by.is_active else [])


def contact_of(network, today):
    """The NetworkContact of a network (None: of the office): its first confirmed one, else the office's; or None.

    Read from the rows and not from `networks.directory`: each registration raises the content version, and
    the directory would be built anew for each.
    """
    fresh = ContactRole.objects.filter(confirmed_on__gte=today - CONFIRMED_FOR).select_related("person")
    roles = fresh.filter(network=network).order_by("order", "pk") if network else ContactRole.objects.none()
    role = roles.first()
    if role is None:
        office = ContactRole.objects.filter(organisation__slug=OFFICE_SLUG).select_related("person")
        role = office.order_by("order", "pk").first()
    if role is None:
        return None
    person = role.person
    return NetworkContact(person.name, person.email, person.telephone, role.network_id is not None)


def tell_school(registration, event, *, now, queue=None, expires_at=None, before=None, extra=()):
    """Mail who must know at the school what `event` means.

    before: the Occurrence as it was, for a date that moved or a transfer. extra: sentences that come first.
    """
    told = what_now(registration, now=now, queue=queue, expires_at=expires_at, said=event)
    context = {
        "headline": told.headline if event.kind != Kind.CHANGED else _("De datum is veranderd"),
        "sentences": [*extra, *told.sentences],
        "facts": facts(registration),
        "url": settings.SITE_URL + registration.get_absolute_url(),
        "button": _("Neem de plaats aan of sla haar af") if event.kind == Kind.OFFERED else _("Bekijk uw aanmelding"),
    }
    for user in readers(registration):
        queue_mail(
            key=f"registration-{event.pk}-{user.pk}",
            kind=KIND,
            to=user.email,
            template="registration_school",
            context=context,
            subject=subject(event, registration),
            attachments=_attachments(registration, event, before),
        )


def _attachments(registration, event, before):
    date = registration.occurrence
    if date is None:
        return []
    if event.kind in STANDS or (event.kind == Kind.CHANGED and registration.state == State.PLACED):
        moved = event.kind == Kind.MOVED and before is not None
        return [attachment(date), *([attachment(before, withdrawn=True)] if moved else [])]
    if event.kind in (Kind.CANCELLED, Kind.CALLED_OFF):
        return [attachment(date, withdrawn=True)]
    return []


def tell_on_again(registration, event):
    """Mail a school whose date was called off by `event` that it takes place after all."""
    date = registration.occurrence
    names = {"what": registration.what, "day": day(date.starts_at), "when": when(date.starts_at)}
    for user in readers(registration):
        queue_mail(
            # A date can be called off and on more than once; SEQUENCE tells these apart.
            key=f"registration-{event.pk}-{user.pk}-on-{date.sequence}",
            kind=KIND,
            to=user.email,
            template="registration_school",
            context={
                "headline": _("De datum %(day)s gaat toch door") % names,
                "sentences": [
                    _("Uw aanmelding was voorbij, omdat de datum was afgelast."),
                    _("Wilt u nog komen op %(when)s? Meld u dan opnieuw aan.") % names,
                ],
                "facts": facts(registration),
                "url": settings.SITE_URL + reverse("enquiries:register", args=[date.uid]),
                "button": _("Meld u opnieuw aan"),
            },
            subject=_("Gaat toch door op %(day)s: %(what)s") % names,
        )


def tell_network(registration, event, *, now):
    """Mail the contact of the network that a school registered, or cancelled."""
    contact = contact_of(registration.carrier, timezone.localtime(now).date())
    if contact is None:
        return
    gone = event.kind == Kind.CANCELLED
    date = registration.occurrence
    names = {
        "school": registration.school.name,
        "what": registration.what,
        "day": day(date.starts_at) if date else "",
    }
    title = _("Afmelding: %(school)s") if gone else _("Nieuwe aanmelding: %(school)s")
    path = reverse("enquiries:attendance", args=[date.uid]) if date else registration.get_absolute_url()
    by = registration.registered_by
    queue_mail(
        key=f"registration-{event.pk}-network",
        kind=KIND,
        to=contact.email,
        reply_to=by.email if by else "",
        template="registration_network",
        context={
            "headline": title % names,
            "sentences": [_state_for_network(registration, event)],
            "facts": [*facts(registration), *([(_("Aangemeld door"), f"{by}, {by.email}")] if by else [])],
            "remark": registration.remark,
            "is_network": contact.is_network or registration.carrier is None,
            "network": registration.carrier,
            "url": settings.SITE_URL + path,
            "button": _("Bekijk wie er komen") if date else _("Bekijk de aanmelding"),
        },
        subject=f"{title % names}, {registration.what}",
    )


def _state_for_network(registration, event):
    if event.kind == Kind.CANCELLED:
        reason = event.get_reason_display()
        parts = [_("De school heeft zich afgemeld.")]
        parts += [_("Reden: %(reason)s.") % {"reason": reason}] if reason else []
        parts += [event.text] if event.text else []
        return " ".join(parts)
    return {
        State.PLACED: _("De school heeft een plaats."),
        State.WAITING: _("De school staat op de wachtlijst.")
        if registration.occurrence_id
        else _("De school staat op de wachtlijst. Is er plaats? Bevestig dan de deelname in Loket."),
        State.SIGNED_UP: _("Neem contact op met de school, en bevestig de deelname in Loket."),
    }[registration.state]


def facts(registration):
    """(name, value) of what was registered, for mail and page."""
    date = registration.occurrence
    found = [(_("Activiteit") if date else _("Programma"), str(registration.what))]
    if date:
        found.append((_("Wanneer"), when(date.starts_at)))
        if where(date):
            found.append((_("Waar"), where(date)))
    school = registration.school
    found += [
        (_("School"), f"{school.name} ({school.code})"),
        (_("Sector"), registration.get_sector_display()),
    ]
    for label, number in ((_("Leerlingen"), registration.pupils_count), (_("Leraren"), registration.teachers_count)):
        if number is not None:
            found.append((label, str(number)))
    return found
