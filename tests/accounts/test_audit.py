"""The log says who changed what, in words, and nothing about where from."""

import copy

import pytest
from auditlog.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.template.loader import render_to_string

from accounts.audit import acting, record_many, trail, trails
from accounts.models import Message, User
from tests.accounts.factories import UserFactory


def words(entry):
    return entry.who, entry.action, [(change.label, change.before, change.after) for change in entry.changes]


def test_a_change_on_a_private_page_carries_the_name_of_who_asked(sign_in, db):
    user = UserFactory(name="Jip")

    sign_in(user).post("/account/naam/", {"name": "Janneke"}, headers={"X-Forwarded-For": "203.0.113.9"})

    newest, *_older = trail(user)
    assert words(newest) == ("Janneke", "gewijzigd", [("Naam", "Jip", "Janneke")])
    entry = LogEntry.objects.latest("pk")
    assert (entry.actor, entry.remote_addr, entry.remote_port) == (user, None, None)


def test_a_change_on_a_public_page_carries_no_name(client, db):
    client.post("/account/signup/", {"name": "Jip", "email": "jip@school.example"})

    assert {entry.additional_data["origin"] for entry in LogEntry.objects.all()} == {"visitor"}
    assert LogEntry.objects.filter(actor=None).count() == LogEntry.objects.count() > 0


def test_a_change_by_a_command_is_of_loket_itself(db):
    user = UserFactory()
    user.mfa_required = True
    user.save()

    newest = trail(user)[0]
    assert words(newest) == ("Loket zelf", "gewijzigd", [("Tweede stap verplicht", "nee", "ja")])


def test_roles_are_logged_and_logging_in_is_not(sign_in, db, client):
    user = UserFactory(password="vier paarden in de wei")
    before = LogEntry.objects.count()

    client.post("/account/login/", {"login": user.email, "password": "vier paarden in de wei"})

    assert LogEntry.objects.count() == before


def test_who_is_named_does_not_stick_to_what_comes_after(db):
    jip, janneke, other = UserFactory(), UserFactory(), UserFactory()
    with acting(jip):
        with acting(janneke):
            other.name = "een"
            other.save()
        other.name = "twee"
        other.save()
    other.name = "drie"
    other.save()

    assert [entry.who for entry in trail(other)[:3]] == ["Loket zelf", str(jip), str(janneke)]


def test_a_trail_costs_as_many_queries_for_thirty_entries_as_for_one(db, django_assert_num_queries):
    user = UserFactory()
    trail(user)  # the content type is remembered from here on
    with django_assert_num_queries(1):
        trail(user)
    for number in range(30):
        with acting(UserFactory()):
            user.name = f"naam {number}"
            user.save()

    with django_assert_num_queries(1):
        assert len(trail(user)) == 31


@pytest.mark.parametrize("name", ["<script>alert(1)</script>", ""])
def test_a_trail_is_shown_as_text(db, name):
    user = UserFactory(name="Jip")
    user.name = name
    user.save()

    html = render_to_string("components/audit_trail.html", {"entries": trail(user)[:1]})

    assert "<script>" not in html
    assert "Naam: Jip → " in html
    assert ("niets" in html) == (name == "")


def test_a_trail_without_entries_says_so(db):
    html = render_to_string("components/audit_trail.html", {"entries": []})

    assert "Er is nog niets gewijzigd." in html


def test_trails_of_many_rows_come_together_the_newest_first(db):
    first, second = UserFactory(name="Eerste"), UserFactory(name="Tweede")
    for user, name in ((second, "Tweede B"), (first, "Eerste B")):
        user.name = name
        user.save()

    entries = trails([User.objects.filter(pk=first.pk), User.objects.filter(pk=second.pk)], limit=2)

    assert [entry.about for entry in entries] == ["Eerste B", "Tweede B"]
    assert trails([User.objects.none()]) == []


def test_rows_that_were_saved_in_bulk_are_written_down_by_hand(db, django_assert_num_queries):
    coordinator = UserFactory(name="Jip")
    users = [UserFactory(name=f"Naam {number}") for number in range(3)]
    before = [copy.copy(user) for user in users]
    for user in users[:2]:
        user.name = "Janneke"
    ContentType.objects.get_for_model(users[0])

    with django_assert_num_queries(1):
        record_many(zip(before, users, strict=True), by=coordinator)

    assert words(trail(users[0])[0]) == ("Jip", "gewijzigd", [("Naam", "Naam 0", "Janneke")])
    assert [len(trail(user)) for user in users] == [2, 2, 1]


def test_rows_of_what_is_not_kept_leave_no_entry(db):
    here = LogEntry.objects.count()

    record_many([(None, Message(key="x"))], by=None)

    assert LogEntry.objects.count() == here
