"""A change to an activity: its five steps, the difference, the preview, and what is decided about it."""

from django.contrib import messages
from django.http import Http404, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from activities import reasons, revisions
from activities.audience import Audience
from activities.models import Revision
from activities.offer_page import OfferPage
from networks.directory import directory
from workspace.access import coordinator_required
from workspace.offer_access import may_edit, revision_or_404, rights_of
from workspace.offer_forms import STEP_OF, STEPS, DecisionForm, StepForm

OVERVIEW = "overzicht"


def page_of(revision, on):
    """The OfferPage of a revision as it will be on its day of publication, and whether a network can be shown.

    Looks at the day of publication, because "who will see this" means: from then on.
    """
    activity = revisions.preview_of(revision)
    day = max(revision.publish_on or on, activity.published_on or on, on)
    if activity.published_on is None or activity.published_on > day:
        activity.published_on = day
    activity.confirmed_on, activity.facts_as_of = day, None
    return OfferPage(activity, directory(), day)


@coordinator_required
@require_http_methods(["GET", "HEAD", "POST"])
def step(request, uid, step):
    """One step of the form. Every way out of it keeps what was typed, right or wrong."""
    if step not in STEPS:
        raise Http404(step)
    rights, today = rights_of(request), request.today
    revision = revision_or_404(rights.changed, uid)
    is_publisher = rights.published.filter(pk=revision.network_id).exists()
    if not may_edit(request.user, revision, is_publisher):
        return redirect(revision)
    kwargs = {"step": step, "programme": revision.network.programme, "today": today}
    names = [name for name in STEPS[step][1] if name != "publish_on"]
    said, status = "", 200
    if request.method == "POST":
        form = StepForm(request.POST, **kwargs)
        is_right = form.is_valid()
        more = {}
        if "publish_on" in form.names and "publish_on" in form.cleaned_data:
            more["publish_on"] = form.cleaned_data["publish_on"]
        try:
            revision = revisions.save_step(
                revision=revision,
                step=step,
                values={name: revision.values.get(name) for name in names} | form.values,
                typed=form.typed,
                seen=request.POST.get("gezien", ""),
                by=request.user,
                **more,
            )
        except revisions.RefusedError as refused:
            said, status = refused.sentence, 409
            revision.refresh_from_db()
        else:
            going = request.POST.get("ga", "")
            if going in (*STEPS, OVERVIEW):
                return _go(revision, going)
            if is_right:
                return _go(revision, _next(step))
            status = 422
    else:
        kept = revision.typed.get(step)
        form = StepForm(_as_posted(kept["data"]) if kept else None, initial=_initial(revision, names), **kwargs)
    keys = list(STEPS)
    number = keys.index(step)
    stored = revisions.step_values(revision, names)
    return render(
        request,
        "workspace/revision_step.html",
        {
            "section": "offers",
            "revision": revision,
            "step": step,
            "label": STEPS[step][0],
            "number": number + 1,
            "steps": [
                {"key": key, "label": label, "wrong": bool(_open_names(revision, names_))}
                for key, (label, names_) in STEPS.items()
            ],
            "before": keys[number - 1] if number else "",
            "form": form,
            "seen": revisions.fingerprint_of(stored),
            "said": said,
            "now_stands": [
                (revisions.label_of(name), revisions.in_words(name, value)) for name, value in stored.items()
            ]
            if said
            else [],
        },
        status=status,
    )


def _go(revision, where):
    if where == OVERVIEW:
        return redirect(revision)
    return redirect("workspace:revision-step", uid=revision.uid, step=where)


def _next(step):
    keys = [*STEPS, OVERVIEW]
    return keys[keys.index(step) + 1]


def _initial(revision, names):
    values = {}
    for name in names:
        value = revision.values.get(name)
        values[name] = parse_date(value) if name.endswith("_on") and value else value
    return values | {"publish_on": revision.publish_on}


def _as_posted(data):
    """What was typed before, in the form in which a browser sends it."""
    posted = QueryDict(mutable=True)
    for name, values in data.items():
        posted.setlist(name, values)
    return posted


def _open_names(revision, names):
    return [name for name in revisions.unfinished(revision) if name in names]


@coordinator_required
@require_safe
def revision(request, uid):
    """What would change, field by field; and what can be done now."""
    rights = rights_of(request)
    found = revision_or_404(rights.seen, uid)
    return _overview(request, rights, found)


def _overview(request, rights, found, *, said="", decision=None, status=200):
    changes = rights.changed.filter(pk=found.network_id).exists()
    is_publisher = rights.published.filter(pk=found.network_id).exists()
    is_maker = found.made_by_id == request.user.pk
    conflicts = [] if found.is_decided else revisions.conflicts(found)
    missing = [] if found.is_decided else revisions.unfinished(found)
    difference = [] if found.is_decided else revisions.difference(found)
    # A network cannot be foreseen where the sectors are missing: then there is nobody to count.
    reach = None
    if not found.is_decided and not missing:
        audience = Audience(page_of(found, request.today))
        reach = {"hindrance": audience.hindrance, "count": audience.schools.count()}
    return render(
        request,
        "workspace/revision.html",
        {
            "section": "offers",
            "revision": found,
            "difference": difference,
            "kept": _decided_changes(found) if found.is_decided else [],
            "conflicts": conflicts,
            "others": [] if found.is_decided else revisions.changed_by_others(found),
            "missing": [(_label(name), STEP_OF[name]) for name in missing],
            "steps": [(key, label) for key, (label, _names) in STEPS.items()],
            "seen": revisions.fingerprint(found),
            "may_edit": changes and may_edit(request.user, found, is_publisher),
            "may_publish": is_publisher and not found.is_decided,
            "may_propose": changes and is_maker and not is_publisher and found.state == Revision.State.DRAFT,
            "may_take_back": changes and (is_maker or is_publisher) and found.state == Revision.State.PROPOSED,
            "may_discard": changes and (is_maker or is_publisher) and found.state == Revision.State.DRAFT,
            "may_unschedule": is_publisher and found.state == Revision.State.SCHEDULED,
            "may_begin_again": changes and found.state == Revision.State.REJECTED,
            "is_later": bool(found.publish_on and found.publish_on > request.today),
            "decision": decision or DecisionForm(),
            "reach": reach,
            "said": said,
        },
        status=status,
    )


def _label(name):
    return STEPS["wanneer"][0] if name == "publish_on" else revisions.label_of(name)


def _decided_changes(found):
    """What the revision changed, against what was public when it began."""
    return [
        revisions.Change(
            name,
            revisions.label_of(name),
            revisions.in_words(name, found.base.get(name)),
            revisions.in_words(name, found.values.get(name)),
        )
        for name in revisions.FIELDS
        if found.values.get(name) != found.base.get(name)
    ]


def _decide(request, uid, *, publishes, act, form=None):
    """Do `act(revision, now)`; a refusal comes back on the page with the sentence and what was typed."""
    rights = rights_of(request)
    found = revision_or_404(rights.published if publishes else rights.changed, uid)
    try:
        return act(found, timezone.now())
    except revisions.RefusedError as refused:
        fresh = Revision.objects.filter(pk=found.pk).exists()
        if not fresh:
            messages.warning(request, refused.sentence)
            return redirect("workspace:offers")
        found = revision_or_404(rights.changed, uid)
        return _overview(request, rights, found, said=refused.sentence, decision=form, status=409)


@coordinator_required
@require_POST
def propose(request, uid):
    def act(found, now):
        if found.made_by_id != request.user.pk:
            raise Http404(uid)
        revisions.propose(revision=found, by=request.user, now=now)
        messages.success(
            request,
            _("Uw voorstel is verstuurd. U krijgt een mail zodra er besloten is. Tot dan verandert er niets."),
        )
        return redirect(found)

    return _decide(request, uid, publishes=False, act=act)


@coordinator_required
@require_POST
def publish(request, uid):
    """Approve a proposal, or publish one's own change after seeing the difference."""
    form = DecisionForm(request.POST)

    def act(found, now):
        note = form.cleaned_data.get("note", "") if form.is_valid() else None
        if note is None:
            raise revisions.RefusedError(_("De toelichting is te lang."))
        activity = revisions.approve(
            revision=found, by=request.user, now=now, seen=request.POST.get("gezien", ""), note=note
        )
        if activity is None:
            day = reasons.day(found.publish_on)
            messages.success(
                request,
                _("Goedgekeurd. Scholen zien de wijziging vanaf %(day)s; tot dan blijft wat er staat.")
                % {"day": day},
            )
            return redirect(found)
        if activity.published_on > request.today:
            day = reasons.day(activity.published_on)
            messages.success(
                request,
                _("Goedgekeurd. Scholen zien dit vanaf %(day)s. Datums kunt u nu al toevoegen.") % {"day": day},
            )
        else:
            messages.success(request, _("Gepubliceerd. Scholen zien dit nu."))
        return redirect("workspace:offer", slug=activity.slug)

    return _decide(request, uid, publishes=True, act=act, form=form)


@coordinator_required
@require_POST
def reject(request, uid):
    form = DecisionForm(request.POST, needs_note=True)

    def act(found, now):
        if not form.is_valid():
            raise revisions.RefusedError(" ".join(form.errors["note"]))
        revisions.reject(revision=found, by=request.user, now=now, note=form.cleaned_data["note"])
        messages.success(request, _("Afgewezen. Wie het voorstelde, krijgt uw toelichting per mail."))
        return redirect(found)

    return _decide(request, uid, publishes=True, act=act, form=form)


@coordinator_required
@require_POST
def merge(request, uid):
    """Choose, for each field that two people changed, which text stays."""

    def act(found, now):
        _only_editors(request, found)
        choices = {
            name.removeprefix("veld-"): value for name, value in request.POST.items() if name.startswith("veld-")
        }
        revisions.merge(revision=found, choices=choices, seen=request.POST.get("gezien", ""), by=request.user)
        messages.success(request, _("Samengevoegd. Kijk het verschil nog eens na."))
        return redirect(found)

    return _decide(request, uid, publishes=False, act=act)


def _only_editors(request, found):
    is_publisher = rights_of(request).published.filter(pk=found.network_id).exists()
    if not may_edit(request.user, found, is_publisher):
        raise Http404(found.uid)


@coordinator_required
@require_POST
def take_back(request, uid):
    def act(found, now):
        if found.made_by_id != request.user.pk:
            rights = rights_of(request)
            if not rights.published.filter(pk=found.network_id).exists():
                raise Http404(uid)
        if found.state == Revision.State.SCHEDULED:
            _publisher_only(request, found)
            revisions.unschedule(revision=found, by=request.user)
        else:
            revisions.take_back(revision=found, by=request.user, now=now)
        messages.success(request, _("Dit is weer een concept. Er is niets aan wat scholen zien veranderd."))
        return redirect(found)

    return _decide(request, uid, publishes=False, act=act)


def _publisher_only(request, found):
    if not rights_of(request).published.filter(pk=found.network_id).exists():
        raise Http404(found.uid)


@coordinator_required
@require_POST
def discard(request, uid):
    def act(found, now):
        if found.state == Revision.State.DRAFT:
            _only_editors(request, found)
        revisions.discard(revision=found)
        messages.success(request, _("Het concept is weg. Wat openbaar is, bleef zoals het was."))
        return redirect("workspace:offers")

    return _decide(request, uid, publishes=False, act=act)


@coordinator_required
@require_POST
def again(request, uid):
    """Go on with a proposal that was turned down, as a new draft."""

    def act(found, now):
        if found.state != Revision.State.REJECTED:
            raise Http404(uid)
        return redirect(revisions.again(revision=found, by=request.user))

    return _decide(request, uid, publishes=False, act=act)


@coordinator_required
@require_safe
def preview(request, uid):
    """The page as the public will see it, with a badge that says it is not public."""
    found = revision_or_404(rights_of(request).seen, uid)
    page = page_of(found, request.today)
    return render(
        request,
        "activities/detail.html",
        {
            "activity": page.activity,
            "page": page,
            "preview": found,
            "typed": None,
            "asked": None,
            "fit": None,
            "site_url": "",
            "linked_data": "",
        },
    )
