"""The page of one reminded thing, without login: a signed link opens it, and a button there acts."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.links import UnknownLinkError
from reminders.due import GoneError
from reminders.letters import item_of
from reminders.links import CHOOSE, ITEM
from reminders.models import Reminder
from reminders.planning import still_due

OTHER = "ander"  # the value of the second button


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def item(request, token):
    """One thing that is due, and the button that does it; whoever is not told about it any more cannot."""
    try:
        pk, is_old = ITEM.read(token)
    except UnknownLinkError:
        return render(request, "reminders/link_unknown.html", status=404)
    reminder = Reminder.objects.filter(pk=pk).select_related("rule", "user").first()
    if reminder is None or reminder.rule.definition is None:
        return render(request, "reminders/link_unknown.html", {"is_gone": True}, status=404)
    now = timezone.now()
    context = {"reminder": reminder, "item": item_of(reminder), "choose_path": CHOOSE.path(reminder.to)}
    if is_old:
        return render(request, "reminders/item_over.html", {**context, "is_old": True}, status=410)
    if not _is_still_told(reminder, now):
        said = _("Dit is al gedaan, of het hoeft niet meer.")
        return render(request, "reminders/item_over.html", {**context, "said": said}, status=410)
    if request.method == "POST":
        return _act(request, reminder, context, now)
    return render(
        request, "reminders/item.html", {**context, "other": OTHER, "wants_account": _wants_account(reminder)}
    )


def _wants_account(reminder):
    """Whether the button leads to a page for who has an account, and this reader has none."""
    definition = reminder.rule.definition
    return reminder.user_id is None and not definition.act and not definition.leads_to


def _is_still_told(reminder, now):
    """Whether the rule still says this to this person, at whatever moment: who left a network cannot act for it."""
    if reminder.user is not None and not reminder.user.is_active:
        return False
    dues = still_due([reminder], now, goes_on=False)[reminder.rule].values()
    return any((due.subject, due.to) == (reminder.subject, reminder.to) for due in dues)


def _act(request, reminder, context, now):
    definition = reminder.rule.definition
    act = definition.other_act if request.POST.get("knop") == OTHER else definition.act
    try:
        if act is None:
            path = definition.leads_to(reminder.subject) if definition.leads_to else reminder.path
            return HttpResponseRedirect(path, status=303)
        said = act(reminder.subject, reminder.user, now)
    except GoneError as gone:
        return render(request, "reminders/item_over.html", {**context, "said": str(gone)}, status=410)
    Reminder.objects.told().filter(rule=reminder.rule, subject=reminder.subject, done_at=None).update(done_at=now)
    return render(request, "reminders/item_done.html", {**context, "said": said})
