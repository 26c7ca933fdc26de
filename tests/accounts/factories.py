import base64
import hashlib
import hmac
import struct
import time

import factory
from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal import auth

from accounts.models import User


class UserFactory(factory.django.DjangoModelFactory):
    """Somebody with a proven address and no password; `password="..."` gives one."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    email = factory.Sequence(lambda number: f"persoon{number}@school.example")
    name = factory.Sequence(lambda number: f"Persoon {number}")

    @factory.post_generation
    def password(self, create, given):
        if given:
            self.set_password(given)
        else:
            self.set_unusable_password()
        if create:
            self.save()

    @factory.post_generation
    def address(self, create, given):
        if create and given is not False:
            EmailAddress.objects.create(user=self, email=self.email, verified=True, primary=True)


def app_of(user):
    """Give `user` an app with codes; returns its secret."""
    secret = auth.generate_totp_secret()
    auth.TOTP.activate(user, secret)
    return secret


def code_of(secret):
    """What the app shows now. Source: RFC 6238 with the values of its reference: 30 s, 6 digits, SHA-1."""
    counter = struct.pack(">Q", int(time.time()) // 30)
    digest = hmac.new(base64.b32decode(secret), counter, hashlib.sha1).digest()
    offset = digest[-1] & 0xF
    number = struct.unpack(">I", digest[offset : offset + 4])[0] & 0x7FFFFFFF
    return f"{number % 1_000_000:06}"
