"""The post of a demo: readable there, and nowhere else."""

import pytest
from django.core import mail

from accounts.messages import queue, send


@pytest.fixture
def demo(settings, tmp_path):
    settings.DEMO_POST = True
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = tmp_path
    return tmp_path


def deliver(number, **values):
    message = queue(
        **{
            "key": f"m-{number}",
            "kind": "note",
            "to": "school@voorbeeld.example",
            "subject": f"Onderwerp {number} é",
            "text": "Kijk op http://127.0.0.1:8000/aanbod/ & zo.\n<script>alert(1)</script>",
            **values,
        }
    )
    assert send(message.pk)


def test_it_exists_in_a_demo_only(client, db):
    answer = client.get("/demo/post/")

    assert answer.status_code == 404
    assert "/demo/post/" not in client.get("/over/").text


def test_it_shows_the_newest_first_as_text_with_links(client, db, demo):
    deliver(1)
    attachment = {"name": "datum.ics", "content_type": "text/calendar", "text": "BEGIN:VCALENDAR"}
    deliver(2, html="<b>opmaak</b>", attachments=[attachment])
    (demo / "stray.log").write_text("no letter at all")

    page = client.get("/demo/post/").text

    assert page.index("Onderwerp 2 é") < page.index("Onderwerp 1 é")
    assert '<a href="http://127.0.0.1:8000/aanbod/"' in page
    assert "&lt;script&gt;" in page
    assert "<b>opmaak</b>" not in page
    assert "datum.ics" in page
    assert "school@voorbeeld.example" in page
    assert mail.outbox == []


def test_the_moment_is_told_as_people_here_tell_it(client, db, demo):
    (demo / "een.log").write_text("To: a@voorbeeld.example\nDate: Mon, 23 Nov 2026 09:00:00 -0000\n\nDag\n")

    assert "23 november 2026 10:00" in client.get("/demo/post/").text


def test_an_empty_post_says_what_to_do(client, db, demo):
    assert "Nog geen post" in client.get("/demo/post/").text


def test_every_page_of_a_demo_leads_to_it(client, db, demo):
    answer = client.get("/over/")

    assert 'href="/demo/post/"' in answer.text
    assert "Cookie" not in answer.headers.get("Vary", "")
