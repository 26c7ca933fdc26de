"""What was typed stays in sight when the session ended meanwhile."""

import pytest
from django.http import QueryDict

from accounts.kept_text import typed_texts

# A private page that takes a form; which one does not matter.
PATH = "/admin/regions/region/add/"


def test_somebody_whose_session_ended_gets_the_text_back(client, db):
    response = client.post(PATH, {"name": "Een lange zin <b>die blijft</b>", "csrfmiddlewaretoken": "abc"})

    page = response.content.decode()
    assert response.status_code == 403
    assert "U bent niet meer ingelogd. Er is niets verstuurd." in page
    assert "Een lange zin &lt;b&gt;die blijft&lt;/b&gt;" in page
    assert "next=/admin/regions/region/add/" in page
    assert "no-store" in response["Cache-Control"]


@pytest.mark.parametrize("data", [{}, {"name": "woord"}])
def test_without_words_it_is_only_the_login(client, db, data):
    assert client.post(PATH, data).status_code == 302


def test_who_is_logged_in_sends_the_form_as_always(admin_client):
    assert admin_client.post(PATH, {"name": "twee woorden"}).status_code == 200


def test_words_are_kept_and_passwords_never():
    post = QueryDict(mutable=True)
    post.setlist("text", ["een\r\nregel", "x"])
    post["old_password"] = "correct horse battery"
    post["token"] = "abc123"

    assert typed_texts(post) == ["een\r\nregel"]
