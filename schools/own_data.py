"""What this room keeps about one person, for that person to download."""

from accounts.own_data import addresses_of, own_data
from schools.letters import of_what
from schools.models import Intake, Invitation, Membership, Profile


@own_data
def memberships(user):
    rows = Membership.objects.filter(user=user).select_related("school", "board").order_by("pk")
    return "lidmaatschappen", [
        {
            "school of bestuur": of_what(row),
            "rol": str(row.get_role_display()),
            "gevraagd op": row.asked_at,
            "toelichting": row.explanation,
            "waarom niet vanzelf": str(row.get_doubt_display()),
            "goedgekeurd op": row.approved_at,
            "op grond van": str(row.get_way_display()),
            "afgewezen op": row.refused_at,
            "reden van de afwijzing": row.refusal,
            "beëindigd op": row.ended_at,
        }
        for row in rows
    ]


@own_data
def invitations_sent(user):
    rows = Invitation.objects.filter(invited_by=user).select_related("school").order_by("pk")
    return "uitnodigingen van u", [_invitation(row) for row in rows]


@own_data
def invitations_received(user):
    addresses = {email.lower() for email in addresses_of(user)}
    rows = Invitation.objects.to_addresses(addresses).select_related("school").order_by("pk")
    return "uitnodigingen aan u", [_invitation(row) for row in rows]


def _invitation(row):
    return {
        "school": row.school.name,
        "e-mailadres": row.email,
        "rol": str(row.get_role_display()),
        "verstuurd op": row.invited_at,
        "geldig tot": row.expires_at,
        "aangenomen op": row.accepted_at,
        "ingetrokken op": row.withdrawn_at,
    }


@own_data
def profiles_set(user):
    rows = Profile.objects.filter(set_by=user).select_related("school").order_by("pk")
    return "profielen die u zette", [
        {
            "school": row.school.name,
            "sector": row.sector,
            "fase": str(row.get_phase_display()),
            "nodig": row.needs,
            "waar u op let": row.barriers,
            "gezet op": row.set_at,
            "als coördinator": row.by_coordinator,
        }
        for row in rows
    ]


@own_data
def intakes_answered(user):
    rows = Intake.objects.filter(answered_by=user).select_related("school").order_by("pk")
    return "intakes die u beantwoordde", [
        {"school": row.school.name, "redenen": row.reasons, "beantwoord op": row.answered_at} for row in rows
    ]
