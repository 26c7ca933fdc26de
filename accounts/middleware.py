"""Who may see a page, and whose name a change carries."""

from django.contrib.auth import middleware
from django.shortcuts import redirect

from accounts.audit import ORIGIN_VISITOR, acting
from accounts.second_step import needs_second_step

SAFE_METHODS = {"GET", "HEAD", "OPTIONS", "TRACE"}
# What somebody needs to set up a second step, or to go away without it.
WITHOUT_SECOND_STEP = {
    "accounts:second-step",
    "account_reauthenticate",
    "admin:logout",
    "mfa_index",
    "mfa_reauthenticate",
    "mfa_reauthenticate_webauthn",
    "mfa_activate_totp",
    "mfa_add_webauthn",
    "mfa_view_recovery_codes",
    "mfa_download_recovery_codes",
}


def is_public(view):
    """Whether `view` is the same for everybody: it says `@login_not_required`."""
    return not getattr(view, "login_required", True)


class LoginRequiredMiddleware(middleware.LoginRequiredMiddleware):
    """Pages are private, except those that say `@login_not_required`; these know nothing of a visitor.

    Django's own asks who the visitor is before it looks whether the page is public: two queries for
    whoever is logged in, and `Vary: Cookie` on pages that are the same for everybody.
    """

    def process_view(self, request, view_func, view_args, view_kwargs):
        if is_public(view_func):
            return None
        return super().process_view(request, view_func, view_args, view_kwargs)


class SecondStepMiddleware:
    """Whoever must have a second step sees no private page before it was taken in this session."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view_func, view_args, view_kwargs):
        if is_public(view_func) or request.resolver_match.view_name in WITHOUT_SECOND_STEP:
            return None
        if not request.user.is_authenticated or not needs_second_step(request):
            return None
        if request.method in SAFE_METHODS:
            request.session["after_second_step"] = request.get_full_path()
        return redirect("accounts:second-step")


class ActorMiddleware:
    """Changes that are asked for on a private page carry the name of who asked.

    On a public page they carry none: such a page does not look who the visitor is. The request of a safe
    method changes nothing, so it costs nothing here.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.method in SAFE_METHODS:
            return self.get_response(request)
        with acting(origin=ORIGIN_VISITOR) as actor:
            request._audit_actor = actor
            return self.get_response(request)

    def process_view(self, request, view_func, view_args, view_kwargs):
        if request.method not in SAFE_METHODS and not is_public(view_func) and request.user.is_authenticated:
            request._audit_actor.is_now(request.user)
