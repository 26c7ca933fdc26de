"""What was typed on a private page comes back after logging in: to that person, on that page, once."""

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.http import HttpResponse
from django.test import RequestFactory

from accounts.drafts import LONGEST, TypedTextMiddleware, keeps_typed_text, take_draft
from accounts.models import User

pytestmark = pytest.mark.django_db


@keeps_typed_text
def form(request):
    return HttpResponse()


def posted(data, *, user=None, path="/formulier/"):
    from django.contrib.auth.models import AnonymousUser

    request = RequestFactory().post(path, data)
    request.user, request.session = user or AnonymousUser(), SessionStore()
    return request


def passed(request, view=form):
    return TypedTextMiddleware(lambda request: HttpResponse()).process_view(request, view, (), {})


def test_the_text_waits_behind_the_login_and_comes_back_once():
    request = posted({"tekst": ["een", "twee woorden"], "csrfmiddlewaretoken": "geheim"})

    response = passed(request)

    assert response["Location"].endswith("?next=/formulier/")
    draft = take_draft(request)
    assert draft.getlist("tekst") == ["een", "twee woorden"]
    assert "csrfmiddlewaretoken" not in draft
    assert take_draft(request) is None


def test_another_page_gets_nothing_unless_it_names_where_the_form_went():
    request = posted({"tekst": "woorden"})
    passed(request)
    request.path = "/elders/"

    assert take_draft(request) is None
    assert take_draft(request, "/formulier/")["tekst"] == "woorden"


def test_who_is_logged_in_just_sends_the_form():
    request = posted({"tekst": "woorden"}, user=User.objects.create_user("lid@voorbeeld.example"))

    assert passed(request) is None
    assert take_draft(request) is None


def test_other_pages_and_texts_that_are_too_long_are_left_to_others():
    assert passed(posted({"tekst": "woorden"}), view=lambda request: None) is None
    assert passed(posted({"tekst": "x" * LONGEST})) is None
