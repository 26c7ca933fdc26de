"""How one wants to be told: by the link in each mail without login, or from one's own account."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from accounts.links import UnknownLinkError
from accounts.models import Preference
from accounts.own_data import addresses_of
from accounts.preferences import choose, chosen_by
from reminders.due import RULES
from reminders.links import CHOOSE, UNSUBSCRIBE
from reminders.preference_forms import PreferenceForm, rules_for

READ_AND_WRITE = ["GET", "HEAD", "POST"]


@login_not_required
@never_cache
@require_http_methods(READ_AND_WRITE)
def choose_by_link(request, token):
    """The choices of one address, for who has the link of its mail."""
    try:
        address, is_old = CHOOSE.read(token)
    except UnknownLinkError:
        return render(request, "reminders/link_unknown.html", status=404)
    if is_old:
        return render(request, "reminders/link_unknown.html", {"is_old": True}, status=410)
    return _page(request, [address], "reminders/choose.html")


@never_cache
@require_http_methods(READ_AND_WRITE)
def preferences(request):
    """The choices of who is logged in, for each of their addresses."""
    answer = _page(request, sorted(addresses_of(request.user)), "reminders/preferences.html")
    if request.method == "POST" and answer.status_code == 200:
        messages.success(request, _("Uw keuze is bewaard."))
        return redirect("reminders:preferences")
    return answer


def _page(request, addresses, template):
    form = PreferenceForm(request.POST or None, addresses=addresses)
    is_kept = request.method == "POST" and form.is_valid()
    if is_kept:
        choose(addresses, form.choices)
    context = {
        "addresses": addresses,
        "form": form,
        "is_kept": is_kept,
        "urgent": [rule for rule in RULES.rules.values() if rule.is_urgent],
    }
    return render(request, template, context, status=422 if form.errors else 200)


@csrf_exempt  # a mail program sends it (RFC 8058); who has the signed link may, and may only switch off
@login_not_required
@never_cache
@require_http_methods(READ_AND_WRITE)
def unsubscribe(request, token):
    """Switch off the kinds of one mail by one POST; twice changes nothing. A GET only shows what it would do."""
    try:
        said, _is_old = UNSUBSCRIBE.read(token)  # leaving is never too late
    except UnknownLinkError:
        return render(request, "reminders/link_unknown.html", status=404)
    address = said["to"]
    rules = [RULES.rules[kind] for kind in said["kinds"] if kind in RULES.rules and not RULES.rules[kind].is_urgent]
    if request.method == "POST":
        choose([address], {rule.key: Preference.How.OFF for rule in rules})
    off = set(chosen_by([address]).filter(how=Preference.How.OFF).values_list("kind", flat=True))
    context = {
        "address": address,
        "rules": rules,
        "is_off": all(rule.key in off for rule in rules),
        "choose_path": CHOOSE.path(address),
        "addressed": rules_for([address]),
    }
    return render(request, "reminders/unsubscribe.html", context)
