"""What a school reads of its registration: where it stands, what happens now and when.

The page and the mail say the same, because both take it from here. No query.
"""

from dataclasses import dataclass

from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from enquiries.models.signing_up import Kind, State
from loket.vocabulary import Availability


@dataclass(frozen=True, slots=True)
class Queue:
    """A place on a waiting list, from 1, and how long that list is."""

    position: int
    length: int


@dataclass(frozen=True, slots=True)
class Told:
    """A headline, and the sentences under it."""

    headline: str
    sentences: tuple[str, ...]


def day(moment):
    """ "12 maart"."""
    return date_format(timezone.localtime(moment), "j F")


def when(moment):
    """ "vrijdag 12 maart 2027, 10:00 uur"."""
    return date_format(timezone.localtime(moment), _("l j F Y, H:i")) + " " + _("uur")


def where(occurrence):
    """The place of a date, as it stands in a sentence; "" when it is not known."""
    if occurrence.is_online:
        return _("online")
    town = occurrence.municipality.name if occurrence.municipality else ""
    return ", ".join(dict.fromkeys(part for part in (occurrence.place, town) if part))


def what_now(registration, *, now, queue=None, expires_at=None, said=None):
    """The Told of a registration at the moment `now`.

    queue: its Queue while it waits. expires_at: of the open offer. said: the event that put it in its state,
    for who and why.
    """
    state = registration.state
    date = registration.occurrence
    names = {
        "what": registration.what,
        "network": registration.carrier or settings.OFFICE_NAME,
        "when": when(date.starts_at) if date else "",
        "day": day(date.starts_at) if date else "",
        "where": where(date) if date else "",
        "days": settings.OFFER_WORKING_DAYS,
    }
    begun = date is not None and date.starts_at <= now
    sentences = {
        State.PLACED: _placed,
        State.SIGNED_UP: _signed_up,
        State.CONFIRMED: _confirmed,
        State.WAITING: _waiting,
        State.OFFERED: _offered,
    }.get(state, _ended)
    return sentences(registration, names, begun, queue, expires_at, said)


def _placed(registration, names, begun, *_unused):
    if begun:
        return Told(
            _("U had een plaats op %(day)s") % names,
            (_("Het netwerk noteert wie er was. Daarna ziet u dat hier."),),
        )
    return Told(
        _("U hebt een plaats op %(day)s") % names,
        tuple(
            sentence % names
            for sentence in (
                _("Wij verwachten u op %(when)s. Plaats: %(where)s.")
                if names["where"]
                else _("Wij verwachten u op %(when)s. De plaats hoort u van het netwerk."),
                _("%(network)s weet dat u komt. U hoeft nu niets te doen."),
                _("Kunt u niet komen? Meld u dan af. Dan is er plaats voor een andere school."),
            )
        ),
    )


def _signed_up(registration, names, *_unused):
    programme = registration.programme
    first = _("%(network)s heeft uw aanmelding gekregen en neemt contact met u op.") % names
    limited = [_("Er is een vast aantal plaatsen. U kunt meedoen als een andere school stopt.")]
    return Told(
        _("U bent aangemeld voor %(what)s") % names,
        (
            first,
            *(limited if programme.availability == Availability.BEPERKT else ()),
            _("Bevestigt het netwerk uw deelname, dan krijgt u een mail en ziet u het hier."),
        ),
    )


def _confirmed(registration, names, *_unused):
    return Told(
        _("Uw school doet mee aan %(what)s") % names,
        (
            _("%(network)s heeft uw deelname bevestigd en maakt de afspraken met u.") % names,
            _("Wat er gebeurt, staat daarna bij de deelname van uw school."),
        ),
    )


def _waiting(registration, names, begun, queue, *_unused):
    if begun:
        return Told(
            _("Er kwam geen plaats vrij op %(day)s") % names,
            (_("De activiteit is begonnen. Kies een andere datum, of stel uw vraag aan het netwerk."),),
        )
    place = ()
    if queue:
        counted = names | {"position": queue.position, "length": queue.length}
        place = (
            _("U staat op plaats %(position)d van %(length)d. De volgorde is die van aanmelden.") % counted
            if queue.length > 1
            else _("U staat op plaats 1. De volgorde is die van aanmelden."),
        )
    if registration.occurrence_id:
        return Told(
            _("U staat op de wachtlijst voor %(day)s") % names,
            (
                *place,
                ngettext(
                    "Komt er een plaats vrij, dan krijgt u een mail. U hebt dan %(days)d werkdag om te kiezen.",
                    "Komt er een plaats vrij, dan krijgt u een mail. U hebt dan %(days)d werkdagen om te kiezen.",
                    names["days"],
                )
                % names,
                _("U kunt ook een andere datum kiezen."),
            ),
        )
    return Told(
        _("U staat op de wachtlijst voor %(what)s") % names,
        (*place, _("Is er plaats, dan bevestigt %(network)s uw deelname. U krijgt dan een mail.") % names),
    )


def _offered(registration, names, begun, queue, expires_at, said):
    sentences = [_("Neem de plaats aan of sla haar af.")]
    if expires_at:
        sentences.insert(
            0,
            _("Kies uiterlijk %(deadline)s. Daarna gaat de plaats naar de volgende school.")
            % {"deadline": when(expires_at)},
        )
    return Told(_("Er is een plaats voor u op %(day)s") % names, tuple(sentences))


def _ended(registration, names, begun, queue, expires_at, said):
    at = (_("Dat was op %(at)s.") % {"at": when(said.happened_at)},) if said else ()
    again = () if begun else (_("U kunt zich opnieuw aanmelden."),)
    typed = (said.text,) if said and said.text else ()
    match registration.state:
        case State.DECLINED:
            return Told(
                _("U hebt de plaats op %(day)s niet aangenomen") % names,
                (_("De plaats ging naar de volgende school."), *at, *again),
            )
        case State.LAPSED:
            missed = _("U had een plaats kunnen krijgen op %(day)s. Zij ging naar de volgende school.") % names
            return Told(_("De tijd om te kiezen is voorbij"), (missed, *at, *again))
        case State.CANCELLED:
            return Told(_("Uw school is afgemeld"), (*at, *typed, *again))
        case State.CALLED_OFF:
            return Told(
                _("De datum %(day)s gaat niet door") % names,
                (
                    _("%(network)s heeft dit afgelast. Uw aanmelding is voorbij; u hoeft niets te doen.") % names,
                    _("Kijk bij de activiteit of er een andere datum is."),
                ),
            )
        case State.ATTENDED:
            return Told(_("U was er op %(day)s") % names, (_("Dit telt mee bij de deelname van uw school."),))
    return Told(
        _("U stond op de lijst, maar was er niet"),
        (_("Zo heeft het netwerk het genoteerd. Klopt dat niet? Laat het %(network)s weten.") % names,),
    )


def subject(event, registration):
    """The subject of the mail about `event`."""
    date = registration.occurrence
    names = {"what": registration.what, "day": day(date.starts_at) if date else ""}
    return {
        Kind.SIGNED_UP: _("U bent aangemeld voor %(what)s"),
        Kind.PLACED: _("U hebt een plaats op %(day)s: %(what)s"),
        Kind.WAITLISTED: _("U staat op de wachtlijst: %(what)s"),
        Kind.OFFERED: _("Er is een plaats voor u op %(day)s: %(what)s"),
        Kind.ACCEPTED: _("U hebt een plaats op %(day)s: %(what)s"),
        Kind.LAPSED: _("De tijd om te kiezen is voorbij: %(what)s"),
        Kind.MOVED: _("Uw nieuwe datum is %(day)s: %(what)s"),
        Kind.CANCELLED: _("Uw school is afgemeld: %(what)s"),
        Kind.CALLED_OFF: _("Gaat niet door op %(day)s: %(what)s"),
        Kind.CONFIRMED: _("Uw school doet mee aan %(what)s"),
        Kind.CHANGED: _("Let op, andere tijd of plaats: %(what)s"),
    }[event.kind] % names
