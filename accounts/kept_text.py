"""What somebody typed is shown again when it can no longer be sent: logged out meanwhile, or not allowed any more."""

from django.contrib.auth.views import redirect_to_login
from django.shortcuts import render
from django.utils.translation import gettext as _


def typed_texts(post):
    """The values of a form that hold words: those with a space or a line end in them. Never a password."""
    return [
        value.strip()
        for name, values in post.lists()
        if "password" not in name
        for value in values
        if any(sign.isspace() for sign in value.strip())
    ]


def show_kept_text(request, said, *, status):
    """A page that says what happened (`said`) and shows what was typed, to copy."""
    login = "" if request.user.is_authenticated else redirect_to_login(request.path).url
    context = {"said": said, "texts": typed_texts(request.POST), "login_url": login}
    response = render(request, "accounts/kept_text.html", context, status=status)
    response["Cache-Control"] = "no-store, private"
    return response


class KeptTextMiddleware:
    """A form sent by somebody whose session ended shows its text instead of only the login. Before LoginRequired."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view_func, view_args, view_kwargs):
        if request.method != "POST" or not getattr(view_func, "login_required", True):
            return None
        if request.user.is_authenticated or not typed_texts(request.POST):
            return None
        said = _("U bent niet meer ingelogd. Er is niets verstuurd. Log in en plak wat u schreef opnieuw.")
        return show_kept_text(request, said, status=403)
