"""Addresses of "Mijn school". The pages are of a later room, so they are known here by name only."""

from django.conf import settings
from django.urls import reverse


def my_url(*, absolute=False):
    """The page of who is logged in, with all schools; `absolute` for mail."""
    return _address("enquiries:my", absolute=absolute)


def my_school_url(school, *, absolute=False):
    """The page of one school, for its members."""
    return _address("enquiries:my-school", school.code, absolute=absolute)


def members_url(school, *, absolute=False):
    return _address("enquiries:members", school.code, absolute=absolute)


def invitation_url(invitation, *, absolute=False):
    return _address("enquiries:invitation", invitation.uid, absolute=absolute)


def choose_school_url(*, absolute=False):
    return _address("enquiries:choose-school", absolute=absolute)


def approvals_url(*, absolute=False):
    """Who asks for access, for coordinators and the programme office."""
    return _address("enquiries:approvals", absolute=absolute)


def _address(name, *args, absolute):
    return (settings.SITE_URL if absolute else "") + reverse(name, args=args)
