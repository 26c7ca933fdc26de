"""Signed links in mail: who has the link may open the page, until it is too old.

A link opens a page; a button there acts, because programs that scan mail follow links. Each purpose has its own
salt, so that a link for one never opens another.
"""

from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.core import signing
from django.urls import reverse


class UnknownLinkError(Exception):
    """Somebody changed the link, or it was cut off on its way."""


@dataclass(frozen=True, slots=True)
class SignedLink:
    """A kind of link: the page it opens, and how long it does."""

    page: str  # name of the URL; it takes the token
    salt: str
    valid_for: timedelta

    def token(self, subject):
        """subject: a row with a `uid`, or what JSON can hold."""
        return signing.dumps(subject.uid.hex if hasattr(subject, "uid") else subject, salt=self.salt)

    def path(self, subject):
        return reverse(self.page, args=[self.token(subject)])

    def address(self, subject):
        """The whole address, as a mail needs it."""
        return settings.SITE_URL + self.path(subject)

    def read(self, token):
        """(the subject, or its uid in hexadecimal; whether the link is too old). Raises UnknownLinkError."""
        try:
            try:
                return signing.loads(token, salt=self.salt, max_age=self.valid_for), False
            except signing.SignatureExpired:
                return signing.loads(token, salt=self.salt), True
        except signing.BadSignature as error:
            raise UnknownLinkError from error
