"""Giving a network from hand to hand; `networks/rights.py` says what each role may do."""

from datetime import timedelta

from allauth.account.models import EmailAddress
from django.db import transaction
from django.db.models import Exists, F, OuterRef
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.mail import queue_mail
from accounts.models import User
from networks.models import Assignment, Network
from networks.rights import grant

# Who answers for a network; a delegate stands in for one of these.
LEADING = (Assignment.Role.COORDINATOR, Assignment.Role.ACCOUNT_MANAGER)


class AssignmentError(Exception):
    """What was asked cannot be; the message is a sentence for the person who asked."""


def without_coordinator(networks, on):
    """Those of `networks` for which nobody answers on the day `on`: no active coordinator or account manager."""
    leading = Assignment.objects.on(on).filter(network=OuterRef("pk"), role__in=LEADING, user__is_active=True)
    return networks.filter(~Exists(leading), ended_on=None)


def account_of(email):
    """The account that proves to have `email`, made when there is none yet; (User, whether it is new).

    Who it is made for logs in with a code that is mailed to that address, so nobody else can.
    """
    address = EmailAddress.objects.filter(email__iexact=email, verified=True).select_related("user").first()
    user = address.user if address else User.objects.filter(email__iexact=email).first()
    if user is not None:
        if not user.is_active:
            raise AssignmentError(_("Dit account is afgesloten. Kies iemand anders, of vraag het programmabureau."))
        return user, False
    user = User.objects.create_user(email)
    EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=False)
    return user, True


@transaction.atomic
def hand_over(*, network, assignment, email, from_on, by, today):
    """Give `network` to whoever has `email`, from the day `from_on`; returns the new Assignment.

    assignment: the one that ends the day before; None when nobody has the network now. What lies with the
    network (questions, registrations, offers) stays with it. Both get a mail.
    Raises AssignmentError when the days do not fit, or when it is the same person.
    """
    if from_on < today:
        raise AssignmentError(_("Kies vandaag of een dag die nog komt."))
    role = Assignment.Role.COORDINATOR
    if assignment is not None:
        assignment = Assignment.objects.select_for_update(of=("self",)).select_related("user").get(pk=assignment.pk)
        role = assignment.role
        if assignment.until_on and assignment.until_on < today:
            raise AssignmentError(_("Deze opdracht is intussen al beëindigd. Bekijk het netwerk opnieuw."))
        if assignment.from_on and assignment.from_on >= from_on:
            raise AssignmentError(
                _("De opdracht van nu begint op %(day)s. Kies een dag daarna.")
                % {"day": f"{assignment.from_on:%d-%m-%Y}"}
            )
    user, is_new = account_of(email)
    if assignment is not None:
        if assignment.user_id == user.pk:
            raise AssignmentError(_("Dit is wie het netwerk nu heeft. Kies iemand anders."))
        last_on = from_on - timedelta(days=1)
        if assignment.until_on is None or assignment.until_on > last_on:
            assignment.until_on = last_on
            assignment.save(update_fields=["until_on"])
    new = grant(user=user, role=role, by=by, network=network, from_on=from_on)
    _tell(new, "network_received", _("U krijgt het netwerk %(name)s"), is_new=is_new, previous=assignment)
    if assignment is not None:
        _tell(assignment, "network_handed_over", _("U hebt het netwerk %(name)s overgedragen"), following=new)
    return new


@transaction.atomic
def appoint(*, network, email, role, from_on, until_on, by, today):
    """Let whoever has `email` stand in (delegate) or read along (committee) in these days; returns the Assignment.

    Raises AssignmentError when the days do not fit or somebody answers for the network already.
    """
    if role not in (Assignment.Role.DELEGATE, Assignment.Role.COMMITTEE):
        raise ValueError("Who answers for a network gets it by hand_over.")
    if from_on > until_on:
        raise AssignmentError(_("De laatste dag ligt voor de eerste. Verbeter de dagen."))
    if until_on < today:
        raise AssignmentError(_("De laatste dag is al voorbij. Kies een dag die nog komt."))
    user, is_new = account_of(email)
    held = Assignment.objects.filter(user=user, network=network, role__in=LEADING).exclude(until_on__lt=from_on)
    if role == Assignment.Role.DELEGATE and held.exists():
        raise AssignmentError(_("Deze persoon mag dit netwerk al wijzigen. Kies iemand anders."))
    new = grant(user=user, role=role, by=by, network=network, from_on=from_on, until_on=until_on)
    _tell(new, "network_appointed", _("U hebt tijdelijk toegang tot %(name)s"), is_new=is_new)
    return new


@transaction.atomic
def end_assignment(*, assignment, today):
    """The assignment holds to the end of yesterday, or not at all when it began later; the row stays.

    Raises AssignmentError when it ended already.
    """
    assignment = Assignment.objects.select_for_update(of=("self",)).get(pk=assignment.pk)
    if assignment.until_on and assignment.until_on < today:
        raise AssignmentError(_("Deze opdracht is al beëindigd."))
    yesterday = today - timedelta(days=1)
    assignment.until_on = yesterday
    if assignment.from_on and assignment.from_on > yesterday:
        assignment.from_on = yesterday
    assignment.save(update_fields=["from_on", "until_on"])
    return assignment


def _tell(assignment, template, subject, **context):
    network = assignment.network
    queue_mail(
        key=f"{template}-{assignment.pk}-{timezone.now():%Y%m%d%H%M%S%f}",
        kind="assignment",
        to=assignment.user.email,
        template=f"networks/{template}",
        subject=subject % {"name": network.name},
        context={
            "assignment": assignment,
            "network": network,
            "path": reverse("workspace:network", args=[network.slug]),
            **context,
        },
    )


def assignments_of(network):
    """All assignments of `network`, those without an end first, then those that end last."""
    rows = Assignment.objects.filter(network=network).select_related("user", "granted_by")
    return rows.order_by(F("until_on").desc(nulls_first=True), "role", "pk")


def networks_led_by(user, on):
    """Networks that `user` answers for, as coordinator or account manager, on the day `on`. A queryset."""
    mine = Assignment.objects.on(on).filter(user=user, role__in=LEADING)
    return Network.objects.filter(pk__in=mine.values("network"))
