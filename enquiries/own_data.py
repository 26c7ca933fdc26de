"""What this room keeps about one person, for that person to download."""

from accounts.own_data import own_data
from enquiries.models import Enquiry, EnquiryEvent, Handler, HandlingNote, Registration, RegistrationEvent


@own_data
def questions(user):
    rows = Enquiry.objects.filter(asked_by=user).with_status().select_related("school").order_by("pk")
    return "vragen", [
        {
            "school": row.school.code,
            "gesteld op": row.asked_at,
            "bereiken": row.goal,
            "voor wie": row.for_whom,
            "wanneer": row.period,
            "zonder naam van de school": row.is_anonymous,
            "stand": row.status,
        }
        for row in rows
    ]


@own_data
def question_events(user):
    rows = EnquiryEvent.objects.filter(by=user).select_related("recipient").order_by("pk")
    return "wat u deed met vragen", [
        {
            "wanneer": row.happened_at,
            "wat": row.get_kind_display(),
            "namens": row.recipient.owner if row.recipient else "",
            "tekst": row.text,
        }
        for row in rows
    ]


@own_data
def questions_taken_care_of(user):
    rows = Handler.objects.filter(user=user).select_related("recipient").order_by("pk")
    return "vragen die u doet", [{"namens": row.recipient.owner, "gekozen op": row.chosen_at} for row in rows]


@own_data
def notes(user):
    rows = HandlingNote.objects.filter(written_by=user).select_related("recipient").order_by("pk")
    return "interne notities bij vragen", [
        {"namens": row.recipient.owner, "wanneer": row.written_at, "tekst": row.text} for row in rows
    ]


@own_data
def registrations(user):
    rows = Registration.objects.filter(registered_by=user).for_page().with_state().order_by("pk")
    return "aanmeldingen die u deed", [
        {
            "school": row.school.name,
            "waarvoor": str(row.what),
            "aangemeld op": row.registered_at,
            "stand": row.state.label,
            "leerlingen": row.pupils_count,
            "leraren": row.teachers_count,
            "opmerking": row.remark,
        }
        for row in rows
    ]


@own_data
def registration_events(user):
    rows = RegistrationEvent.objects.filter(by=user).select_related("registration__school").order_by("pk")
    return "wat u met aanmeldingen deed", [
        {
            "school": row.registration.school.name,
            "wanneer": row.happened_at,
            "wat": row.get_kind_display(),
            "toelichting": row.text,
        }
        for row in rows
    ]
