"""Asking (`asking`), what a network keeps about it (`handling`) and signing up (`signing_up`).

Status is a function of events, never a column.
"""

from enquiries.models.asking import Attachment, Enquiry, EnquiryEvent, Recipient
from enquiries.models.handling import Handler, HandlingNote
from enquiries.models.signing_up import CalendarFeed, Registration, RegistrationEvent, State, WaitingOffer

__all__ = [
    "Attachment",
    "CalendarFeed",
    "Enquiry",
    "EnquiryEvent",
    "Handler",
    "HandlingNote",
    "Recipient",
    "Registration",
    "RegistrationEvent",
    "State",
    "WaitingOffer",
]
