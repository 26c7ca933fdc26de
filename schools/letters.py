"""What people read by mail about their membership. One form for all: paragraphs, what somebody wrote, one button."""

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.mail import queue_mail
from schools.my_pages import choose_school_url, invitation_url, members_url, my_school_url, my_url


def send_letter(*, key, kind, to, subject, paragraphs, quote="", url, label):
    """Queue a letter; inside a transaction. quote: what a person wrote, shown as theirs. url: a whole address."""
    return queue_mail(
        key=key,
        kind=kind,
        to=to,
        template="letter",
        subject=subject,
        context={"paragraphs": paragraphs, "quote": quote, "url": url, "label": label},
    )


def of_what(membership):
    """The school or board of a membership, by name."""
    return membership.school.name if membership.school_id else membership.board.name


def approved(membership):
    name = of_what(membership)
    url = my_school_url(membership.school, absolute=True) if membership.school_id else my_url(absolute=True)
    return send_letter(
        key=f"membership-{membership.pk}-approved",
        kind="membership",
        to=membership.user.email,
        subject=_("U bent lid van %(name)s") % {"name": name},
        paragraphs=[
            _("Uw aanvraag voor %(name)s is goedgekeurd. Uw rol: %(role)s.")
            % {"name": name, "role": membership.get_role_display()},
            _("Alles van de school staat nu bij elkaar: het profiel, uw vragen en uw aanmeldingen."),
        ],
        url=url,
        label=_("Open Mijn school"),
    )


def refused(membership):
    return send_letter(
        key=f"membership-{membership.pk}-refused",
        kind="membership",
        to=membership.user.email,
        subject=_("Uw aanvraag voor %(name)s is afgewezen") % {"name": of_what(membership)},
        paragraphs=[
            _("U vroeg om toegang tot %(name)s. Die krijgt u nu niet. De reden:") % {"name": of_what(membership)}
        ],
        quote=membership.refusal,
        url=choose_school_url(absolute=True),
        label=_("Kies een school of vraag opnieuw"),
    )


def ended(membership, *, is_last):
    paragraphs = [
        _("U bent geen lid meer van %(name)s. U ziet het profiel, de vragen en de aanmeldingen niet meer.")
        % {"name": of_what(membership)},
        _("Klopt dit niet? Vraag een collega om u uit te nodigen, of vraag opnieuw toegang."),
    ]
    if is_last:
        paragraphs.insert(1, meaning_of_the_last())
    return send_letter(
        key=f"membership-{membership.pk}-ended",
        kind="membership",
        to=membership.user.email,
        subject=_("U bent geen lid meer van %(name)s") % {"name": of_what(membership)},
        paragraphs=paragraphs,
        url=choose_school_url(absolute=True),
        label=_("Vraag opnieuw toegang"),
    )


def meaning_of_the_last():
    """What it means that a school has no member any more."""
    return _(
        "U was het laatste lid. De gegevens van de school blijven bewaard, en lopende vragen en aanmeldingen lopen "
        "door. Niemand van de school ziet ze, tot een collega lid wordt."
    )


def role_changed(membership, now):
    return send_letter(
        key=f"membership-{membership.pk}-role-{membership.role}-{now:%Y%m%d%H%M%S%f}",
        kind="membership",
        to=membership.user.email,
        subject=_("Uw rol bij %(name)s is gewijzigd") % {"name": of_what(membership)},
        paragraphs=[
            _("Uw rol bij %(name)s is nu: %(role)s.")
            % {"name": of_what(membership), "role": membership.get_role_display()}
        ],
        url=members_url(membership.school, absolute=True),
        label=_("Bekijk de leden"),
    )


def joined(membership, leader):
    """To a leader of the school: somebody came in whom nobody looked at."""
    return send_letter(
        key=f"membership-{membership.pk}-joined-{leader.pk}",
        kind="membership",
        to=leader.email,
        subject=_("Nieuw lid van %(name)s") % {"name": membership.school.name},
        paragraphs=[
            _("%(person)s (%(email)s) is nu lid van %(name)s, als %(role)s. Dat ging vanzelf, door het adres.")
            % {
                "person": membership.user,
                "email": membership.user.email,
                "name": membership.school.name,
                "role": membership.get_role_display(),
            },
            _("Hoort deze persoon niet bij de school? Haal hem of haar dan van de lijst."),
        ],
        url=members_url(membership.school, absolute=True),
        label=_("Bekijk de leden"),
    )


def invited(invitation):
    return send_letter(
        key=f"invitation-{invitation.pk}",
        kind="invitation",
        to=invitation.email,
        subject=_("Uitnodiging voor %(name)s") % {"name": invitation.school.name},
        paragraphs=[
            _("%(person)s nodigt u uit om op Loket mee te doen voor %(name)s, als %(role)s.")
            % {
                "person": invitation.invited_by,
                "name": invitation.school.name,
                "role": invitation.get_role_display(),
            },
            _("U logt in met dit e-mailadres. Hebt u nog geen account, dan maakt u dat in een minuut."),
            _("De uitnodiging geldt tot en met %(day)s.")
            % {"day": date_format(timezone.localtime(invitation.expires_at), "j F Y")},
        ],
        url=invitation_url(invitation, absolute=True),
        label=_("Bekijk de uitnodiging"),
    )
