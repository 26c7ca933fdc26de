"""What somebody typed on a private page survives their session.

A session that ended while typing would send the form to the login, and its text to nowhere. A view with
`@keeps_typed_text` gets it back: the middleware puts it in the session of the visitor, logging in keeps that
session, and `take_draft` hands it to the form on the page that the visitor comes back to. Without the
decorator `kept_text` shows the text, to copy.
"""

from django.contrib.auth.views import redirect_to_login
from django.http import QueryDict

SESSION_KEY = "typed_text"
LONGEST = 50_000  # characters; more is no form of ours


def keeps_typed_text(view):
    """Decorator for a private view with a form; outermost but for decorators that keep its attributes."""
    view.keeps_typed_text = True
    return view


def take_draft(request, path=None):
    """What was typed before logging in, as a QueryDict; None without. Only once.

    path: where the form was sent to, when that is not this page.
    """
    kept = request.session.get(SESSION_KEY)
    if not kept or kept["path"] != (path or request.path):
        return None
    del request.session[SESSION_KEY]
    return QueryDict(kept["body"])


class TypedTextMiddleware:
    """Keeps what is posted to a private page by somebody who is not logged in. Stands before the login."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view_func, view_args, view_kwargs):
        if request.method != "POST" or not getattr(view_func, "keeps_typed_text", False):
            return None
        if request.user.is_authenticated:
            return None
        typed = request.POST.copy()
        typed.pop("csrfmiddlewaretoken", None)
        body = typed.urlencode()
        if len(body) > LONGEST:
            return None  # `kept_text` shows it, to copy
        request.session[SESSION_KEY] = {"path": request.path, "body": body}
        return redirect_to_login(request.path)
