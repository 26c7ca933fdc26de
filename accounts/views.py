"""Pages about one's own account."""

from allauth.account.decorators import reauthentication_required
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts import demo_post as post
from accounts.deletion import delete_account
from accounts.forms import DeleteForm, NameForm
from accounts.own_data import collect
from accounts.second_step import needs_second_step


@require_safe
@never_cache
def home(request):
    kinds = list(Authenticator.objects.filter(user=request.user).values_list("type", flat=True))
    return render(
        request,
        "accounts/home.html",
        {
            "addresses": EmailAddress.objects.filter(user=request.user).order_by("-primary", "email"),
            "has_password": request.user.has_usable_password(),
            "has_app": Authenticator.Type.TOTP in kinds,
            "passkey_count": kinds.count(Authenticator.Type.WEBAUTHN),
            "connected": SocialAccount.objects.filter(user=request.user).exists(),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def name(request):
    form = NameForm(request.POST or None, instance=request.user)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Uw naam is gewijzigd."))
        return redirect("accounts:home")
    return render(request, "accounts/name.html", {"form": form})


@require_safe
@never_cache
def download(request):
    """Everything that is kept about who asks, as a file."""
    today = timezone.localdate()
    content = {"gemaakt op": timezone.localtime(), **collect(request.user)}
    response = JsonResponse(content, json_dumps_params={"ensure_ascii": False, "indent": 2})
    response["Content-Disposition"] = f'attachment; filename="mijn-gegevens-loket-{today:%Y-%m-%d}.json"'
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@reauthentication_required
def delete(request):
    form = DeleteForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        delete_account(request.user, by=request.user)
        logout(request)
        return render(request, "accounts/deleted.html")
    return render(request, "accounts/delete.html", {"form": form})


@require_safe
@never_cache
def second_step(request):
    """Why a page is not shown yet, and what to do: set up a second step, or take it."""
    if not needs_second_step(request):
        return redirect(request.session.pop("after_second_step", "accounts:home"))
    kinds = set(Authenticator.objects.filter(user=request.user).values_list("type", flat=True))
    return render(
        request,
        "accounts/second_step.html",
        {
            "has_passkey": Authenticator.Type.WEBAUTHN in kinds,
            "has_app": Authenticator.Type.TOTP in kinds,
        },
    )


@login_not_required
@require_safe
@never_cache
def demo_post(request):
    """The mail of a demonstration; everywhere else this page does not exist."""
    if not settings.DEMO_POST:
        raise Http404
    return render(request, "accounts/demo_post.html", {"letters": post.letters(settings.EMAIL_FILE_PATH)})
