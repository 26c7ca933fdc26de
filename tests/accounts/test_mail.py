"""A mail reads the same in words and in HTML, carries its attachments, and keeps its secrets."""

from copy import deepcopy
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy

import pytest
from django.core import mail
from django.db import IntegrityError, transaction

from accounts.mail import queue_mail
from accounts.messages import queue, send
from accounts.models import Message

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
CALENDAR = {"name": "datum.ics", "content_type": "text/calendar; method=PUBLISH", "text": "BEGIN:VCALENDAR\r\n"}


@pytest.fixture
def templates(settings, tmp_path):
    """A pair of templates, as a room has them."""
    (tmp_path / "mail").mkdir()
    (tmp_path / "mail" / "greeting.txt").write_text(
        '{% extends "mail/base.txt" %}{% block content %}Dag {{ name }},\n\n\n\nKlik: {{ site_url }}/x/{% endblock %}'
    )
    (tmp_path / "mail" / "greeting.html").write_text(
        '{% extends "mail/base.html" %}{% block content %}<p>Dag {{ name }},</p>'
        '{% include "mail/_button.html" with url=site_url|add:"/x/" label="Kijk" only %}{% endblock %}'
    )
    changed = deepcopy(settings.TEMPLATES)
    changed[0]["DIRS"] = [tmp_path, *changed[0]["DIRS"]]
    settings.TEMPLATES = changed
    settings.SITE_URL = "https://loket.voorbeeld.example"


def greeting(**values):
    return queue_mail(
        **{
            "key": "greeting-1",
            "kind": "greeting",
            "to": "school@voorbeeld.example",
            "template": "greeting",
            "context": {"name": "Jip & <Janneke>"},
            "subject": "Een\ngroet",
            "due_at": NOW,
            **values,
        }
    )


def test_text_and_html_say_the_same_and_only_html_is_escaped(db, templates):
    message = greeting()

    assert message.subject == "Een groet"
    assert "Dag Jip & <Janneke>,\n\nKlik: https://loket.voorbeeld.example/x/\n" in message.text
    assert "Dag Jip &amp; &lt;Janneke&gt;," in message.html
    assert 'class="button" href="https://loket.voorbeeld.example/x/">Kijk</a>' in message.html
    assert "<title>Een groet</title>" in message.html
    for text in (message.text, message.html):
        assert "een dienst van Platform Bèta Techniek" in text
    assert "src=" not in message.html


def test_it_leaves_as_two_forms_of_one_mail_with_its_attachments(db, templates):
    message = greeting(attachments=[CALENDAR], reply_to="netwerk@voorbeeld.example")

    assert send(message.pk, now=NOW) is True

    letter = message_from_bytes(mail.outbox[0].message().as_bytes(), policy=policy.default)
    assert letter.get_body(("plain",)).get_content().startswith("Dag Jip & <Janneke>")
    assert "&lt;Janneke&gt;" in letter.get_body(("html",)).get_content()
    (attached,) = letter.iter_attachments()
    assert (attached.get_filename(), attached.get_content_type()) == ("datum.ics", "text/calendar")
    assert attached["Content-Type"].params["method"] == "PUBLISH"
    assert attached.get_content().startswith("BEGIN:VCALENDAR")
    assert letter["Reply-To"] == "netwerk@voorbeeld.example"


def test_a_mail_without_html_is_plain(db):
    message = queue(key="k", kind="note", to="a@voorbeeld.example", subject="s", text="t", due_at=NOW)

    send(message.pk, now=NOW)

    assert mail.outbox[0].message().get_content_type() == "text/plain"


@pytest.mark.parametrize("wrong", [{"name": "a.ics"}, CALENDAR | {"text": b"x"}, CALENDAR | {"path": "/etc/passwd"}])
def test_an_attachment_of_another_form_is_refused(db, templates, wrong):
    with pytest.raises(ValueError, match="content_type"):
        greeting(attachments=[wrong])

    assert not Message.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_mail_outside_a_transaction_is_refused(templates):
    with pytest.raises(transaction.TransactionManagementError):
        greeting()


def test_a_secret_is_never_shown_to_staff_and_is_gone_once_sent(db, templates, admin_client):
    message = greeting(is_secret=True, attachments=[CALENDAR])
    waiting = admin_client.get(f"/admin/accounts/message/{message.pk}/change/").content.decode()

    send(message.pk, now=NOW)
    message.refresh_from_db()

    assert "school@voorbeeld.example" in waiting
    assert "Janneke" not in waiting
    assert "VCALENDAR" not in waiting
    assert "Janneke" in mail.outbox[0].body
    assert (message.text, message.html, message.attachments) == ("", "", [])
    assert message.sent_at == NOW


def test_what_runs_out_before_it_can_leave_is_given_up_and_its_secret_with_it(db, templates, admin_client):
    message = greeting(is_secret=True, expires_at=NOW + timedelta(minutes=15))

    assert send(message.pk, now=NOW + timedelta(minutes=15)) is False

    message.refresh_from_db()
    assert mail.outbox == []
    assert (message.text, message.tries) == ("", 0)
    assert message.given_up_at == NOW + timedelta(minutes=15)
    assert message.last_error.startswith("Te laat")
    # An empty mail is of no use to anybody.
    admin_client.post("/admin/accounts/message/", {"action": "try_again", "_selected_action": [message.pk]})
    message.refresh_from_db()
    assert message.given_up_at is not None


def test_the_database_itself_keeps_no_secret_that_is_done_with(db, templates):
    message = greeting(is_secret=True)

    with pytest.raises(IntegrityError, match="message_secret_emptied_when_done_with"):
        Message.objects.filter(pk=message.pk).update(sent_at=NOW)
