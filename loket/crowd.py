"""A crowd of schools that press the button for one date at the same moment, for `manage.py bench`.

What must hold, whatever the load: each school gets an answer that is a registration, the places go in the order
in which the lock of the date was got, and the rest waits in that order.
"""

import socket
import threading
import time
import uuid
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlencode

from django.conf import settings
from django.middleware.csrf import get_token
from django.test import Client, RequestFactory
from django.utils import timezone

from accounts.models import Message, User
from activities.models import Activity, Occurrence, Participation
from enquiries import places
from enquiries.models import Registration, RegistrationEvent
from enquiries.models.signing_up import Kind
from loket.vocabulary import Sector
from networks.models import Network, Programme
from schools.models import Membership, School

SCHOOLS, PLACES = 200, 50
SLUG = "bench-menigte"


@dataclass(frozen=True, slots=True)
class Outcome:
    """wrong: answers that lead to no registration. seconds: until the last answer."""

    wrong: int
    placed_too_many: int  # or too few
    lost: int
    out_of_order: int
    seconds: float


def crowd(port, exchange):
    """Let SCHOOLS members register through the server at `port`; returns the Outcome and leaves nothing behind.

    exchange: (socket, bytes) -> (head, body) of one request.
    """
    date = _date()
    try:
        requests = [_request(date, school) for school in School.objects.open().filter(sectors=[Sector.PO])[:SCHOOLS]]
        heads, seconds = _at_once(port, requests, exchange)
        return _outcome(date, heads, seconds)
    finally:
        _clear(date)


def _date():
    programme = Programme.objects.filter(sectors__contains=[Sector.PO], availability="per_regio").first()
    network = Network.objects.create(slug=SLUG, name="Menigte", programme=programme, is_national=True)
    activity = Activity.objects.create(
        slug=SLUG,
        network=network,
        title="Menigte",
        summary="Om te meten.",
        kind="training",
        sectors=[Sector.PO],
        published_on=timezone.localdate(),
    )
    start = timezone.now() + timedelta(days=30)
    return Occurrence.objects.create(
        activity=activity, starts_at=start, ends_at=start, capacity=PLACES, places_left=PLACES
    )


def _request(date, school):
    """The POST of a member who is logged in, as bytes."""
    user = User.objects.create_user(f"{school.code.lower()}@menigte.example")
    Membership.objects.create(
        user=user, school=school, role="leader", approved_at=timezone.now(), way=Membership.Way.STAFF
    )
    client = Client()
    client.force_login(user)
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    request = RequestFactory().get("/")
    token = get_token(request)
    cookies = {settings.SESSION_COOKIE_NAME: session, settings.CSRF_COOKIE_NAME: request.META["CSRF_COOKIE"]}
    body = urlencode({"form_key": uuid.uuid4(), "school": school.code, "sector": Sector.PO.value, "remark": ""})
    return (
        f"POST /aanmelden/datum/{date.uid}/ HTTP/1.1\r\n"
        "Host: 127.0.0.1\r\n"
        f"Cookie: {'; '.join(f'{name}={value}' for name, value in cookies.items())}\r\n"
        f"X-CSRFToken: {token}\r\n"
        "Content-Type: application/x-www-form-urlencoded\r\n"
        f"Content-Length: {len(body)}\r\n"
        "Connection: close\r\n\r\n"
        f"{body}"
    ).encode()


def _at_once(port, requests, exchange):
    """(the head of each answer, or the error instead; seconds until the last of them)."""
    heads = [""] * len(requests)
    ready = threading.Barrier(len(requests) + 1)

    def press(number):
        ready.wait()
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=120) as link:
                heads[number], _body = exchange(link, requests[number])
        except OSError as error:
            heads[number] = str(error)

    threads = [threading.Thread(target=press, args=(number,)) for number in range(len(requests))]
    for thread in threads:
        thread.start()
    ready.wait()
    started = time.perf_counter()
    for thread in threads:
        thread.join()
    return heads, time.perf_counter() - started


def _outcome(date, heads, seconds):
    rows = Registration.objects.filter(occurrence=date)
    events = RegistrationEvent.objects.filter(registration__in=rows)
    said = list(events.order_by("pk").values_list("kind", flat=True))
    due = [Kind.PLACED] * PLACES + [Kind.WAITLISTED] * (SCHOOLS - PLACES)
    return Outcome(
        wrong=sum("\r\nlocation: /aanmelding/" not in head.lower() for head in heads),
        placed_too_many=abs(places.count(date).taken - PLACES),
        lost=abs(SCHOOLS - rows.count()),
        out_of_order=sum(here != there for here, there in zip(said, due, strict=False)),
        seconds=seconds,
    )


def _clear(date):
    users = User.objects.filter(email__endswith="@menigte.example")
    Registration.objects.filter(occurrence=date).delete()
    Participation.objects.filter(network=date.activity.network).delete()
    Message.objects.filter(to__in=users.values("email")).delete()
    Membership.objects.filter(user__in=users).delete()
    users.delete()
    network = date.activity.network
    date.activity.delete()
    network.delete()
