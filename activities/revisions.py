"""How a change to an activity becomes public: draft, proposal, approval, publication (settled decision 5).

An Activity holds approved values only. Whoever changes something works in a Revision, which remembers the values at
the beginning (`base`). Publishing writes only the fields that this revision changed, so what another published
meanwhile stays; a field that both changed must be chosen first (`merge`). Nothing is overwritten unseen: who decides
sends back the `fingerprint` of what stood on the screen.

Whoever calls these has checked who may. The order of locks is the same everywhere: the revision, then the activity.
"""

import hashlib
import json
from dataclasses import dataclass

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.text import slugify
from django.utils.translation import gettext as _

from accounts.mail import queue_mail
from activities import reasons
from activities.models import Activity, Revision
from networks.rights import programme_staff, publishers_of

# What a person edits, in the order of the form; the names of fields of Activity.
FIELDS = (
    "title",
    "summary",
    "kind",
    "sectors",
    "phases",
    "needs",
    "target_groups",
    "years",
    "intended_result",
    "delivery",
    "effort_hours",
    "cost_euro",
    "own_availability",
    "evidence",
    "evidence_baseline",
    "evidence_instrument",
    "evidence_on",
    "evidence_result",
    "opens_on",
    "closes_on",
    "ended_on",
)
REQUIRED = ("title", "summary", "kind", "sectors")
# What belongs to one year: a copy begins without it.
OF_ONE_YEAR = ("opens_on", "closes_on", "ended_on")
KIND = "revision"


class RefusedError(Exception):
    """Something cannot be done now, with the sentence that says why and what can be done instead."""

    def __init__(self, sentence):
        super().__init__(sentence)
        self.sentence = str(sentence)


@dataclass(frozen=True, slots=True)
class Change:
    """One field in words: what is public now, what it becomes, and, where another changed it, what it was."""

    name: str
    label: str
    before: str
    after: str
    base: str = ""


# --- values ----------------------------------------------------------------------------------------------


def values_of(activity):
    """The fields of an Activity that a person edits, as JSON can hold them."""
    return {name: _plain(getattr(activity, name)) for name in FIELDS}


def blank_values():
    return values_of(Activity(kind=""))


def copy_of(activity):
    """The values of another activity to begin with, without what belongs to its year."""
    return values_of(activity) | dict.fromkeys(OF_ONE_YEAR)


def _plain(value):
    if isinstance(value, list | tuple):
        return list(value)
    return value.isoformat() if hasattr(value, "isoformat") else value


def in_words(name, value):
    """A value of `values_of` as a person reads it; "" for nothing."""
    field = Activity._meta.get_field(name)
    if value is None or value in ("", []):
        return ""
    if isinstance(value, list):
        choices = dict(field.base_field.choices)
        return reasons.listed(choices.get(each, each) for each in value)
    if field.choices:
        return str(dict(field.choices).get(value, value))
    if name.endswith("_on"):
        return reasons.day(parse_date(value))
    return str(value)


def label_of(name):
    return str(Activity._meta.get_field(name).verbose_name)


def filled(activity, values):
    """`activity` with `values` (by name) set on it; not saved."""
    for name, value in values.items():
        setattr(activity, name, Activity._meta.get_field(name).to_python(value))
    return activity


def preview_of(revision):
    """An unsaved Activity as it will be; that of an existing one has its key, dates and material."""
    if revision.activity_id:
        activity = Activity.objects.get(pk=revision.activity_id)
        return filled(activity, _to_write(revision, values_of(activity)))
    return filled(Activity(network_id=revision.network_id, slug="voorbeeld"), revision.values)


# --- what differs ----------------------------------------------------------------------------------------


def current_values(revision):
    """What is approved now; for a new activity the blank that it began with."""
    return values_of(revision.activity) if revision.activity_id else revision.base


def _changed(revision):
    return [name for name in FIELDS if revision.values.get(name) != revision.base.get(name)]


def _to_write(revision, current):
    """The values that this revision changed and that differ from what is approved now."""
    values = revision.values
    return {name: values[name] for name in _changed(revision) if values[name] != current.get(name)}


def difference(revision):
    """What publishing would change, field by field: a list of Change."""
    current = current_values(revision)
    return [_change(revision, name, current) for name in _to_write(revision, current)]


def conflicts(revision):
    """Fields that both this revision and somebody else changed since it began, in different ways."""
    current = current_values(revision)
    wanted = _to_write(revision, current)
    return [_change(revision, name, current) for name in wanted if current.get(name) != revision.base.get(name)]


def changed_by_others(revision):
    """Fields that only somebody else changed since this revision began; they stay as they are now."""
    current = current_values(revision)
    mine = set(_changed(revision))
    names = [name for name in FIELDS if name not in mine and current.get(name) != revision.base.get(name)]
    return [
        Change(name, label_of(name), in_words(name, revision.base.get(name)), in_words(name, current.get(name)))
        for name in names
    ]


def _change(revision, name, current):
    return Change(
        name,
        label_of(name),
        in_words(name, current.get(name)),
        in_words(name, revision.values.get(name)),
        in_words(name, revision.base.get(name)),
    )


def fingerprint(revision):
    """What somebody saw who decides: changes when the revision or the approved activity does."""
    seen = [revision.values, revision.base, _plain(revision.publish_on), current_values(revision), revision.state]
    return _digest(seen)


def fingerprint_of(values):
    """Of some values, for who edits a part of them."""
    return _digest(values)


def _digest(seen):
    return hashlib.sha256(json.dumps(seen, sort_keys=True).encode()).hexdigest()[:24]


def unfinished(revision):
    """Names of fields that must still be filled in or mended before it can be published."""
    missing = [name for name in REQUIRED if not revision.values.get(name)]
    broken = [name for names in revision.typed.values() for name in names.get("errors", ()) if name not in missing]
    return missing + list(dict.fromkeys(broken))


# --- the steps -------------------------------------------------------------------------------------------


def start(*, network, by, activity=None, values=None):
    """Begin to work on a new activity of `network`, or on `activity`; returns the Revision.

    values: what to begin with for a new one. Somebody who works on this activity already goes on with that draft.
    """
    if activity is not None:
        mine = Revision.objects.undecided().filter(activity=activity, made_by=by, proposed_at=None).first()
        if mine:
            return mine
        base = values_of(activity)
        return Revision.objects.create(network=network, activity=activity, values=base, base=base, made_by=by)
    return Revision.objects.create(network=network, values=values or blank_values(), base=blank_values(), made_by=by)


@transaction.atomic
def save_step(*, revision, step, values, typed, publish_on=..., seen, by):
    """Keep one step of the form; returns the Revision as it is now.

    values: what could be read, by name. typed: {"data": ..., "errors": [names]} where something could not, else {}.
    publish_on: a day or None where the step asks for it. seen: `fingerprint_of` the values of this step that the
    person saw. Raises RefusedError when somebody else changed them since.
    """
    revision = _locked(revision)
    if revision.is_decided:
        raise RefusedError(_("Hierover is al besloten. Begin opnieuw met een wijziging."))
    names = list(values)
    if seen != fingerprint_of(step_values(revision, names)):
        raise RefusedError(_("Intussen heeft iemand anders dit deel gewijzigd. Wat u typte, staat er nog."))
    revision.values = {**revision.values, **values}
    revision.typed = {name: kept for name, kept in revision.typed.items() if name != step}
    if typed:
        revision.typed[step] = typed
    if publish_on is not ...:
        revision.publish_on = publish_on
    revision.save()
    return revision


def step_values(revision, names):
    return {name: revision.values.get(name) for name in sorted(names)}


@transaction.atomic
def propose(*, revision, by, now):
    """Ask who publishes the offer of this network to approve; they get a mail. Twice is once."""
    revision = _locked(revision)
    if revision.proposed_at and not revision.is_decided:
        return revision
    _refuse_if_decided(revision)
    _refuse_if_unfinished(revision)
    if not difference(revision):
        raise RefusedError(_("Er is niets veranderd. Er valt niets voor te stellen."))
    revision.proposed_at = now
    revision.save()
    on = timezone.localdate(now)
    for user in publishers_of(revision.network, on) or programme_staff(on):
        _mail(
            revision,
            f"proposed-{now.isoformat()}-{user.pk}",
            user,
            subject=_("Voorstel voor het aanbod: %(title)s") % {"title": revision},
            paragraphs=[
                _("%(name)s stelt een wijziging voor in het aanbod van %(network)s: “%(title)s”.")
                % {"name": by, "network": revision.network, "title": revision},
                _("Tot u besluit, verandert er niets aan wat scholen zien."),
            ],
            label=_("Bekijk het verschil en besluit"),
        )
    return revision


@transaction.atomic
def take_back(*, revision, by, now):
    """Make a proposal a draft again, to work on."""
    revision = _locked(revision)
    _refuse_if_decided(revision)
    revision.proposed_at = None
    revision.save()
    return revision


@transaction.atomic
def discard(*, revision):
    """Throw a draft away. Raises RefusedError for what is proposed or decided."""
    revision = _locked(revision)
    if revision.proposed_at or revision.is_decided:
        raise RefusedError(_("Alleen een concept kan weg. Neem een voorstel eerst terug."))
    revision.delete()


@transaction.atomic
def merge(*, revision, choices, seen, by):
    """Settle the fields that two people changed; what only the other changed is taken over.

    choices: {name: "mine" or "theirs"} for each of `conflicts`. seen: the fingerprint of what the person saw.
    Raises RefusedError when one is missing, or when something changed once more.
    """
    revision = _locked(revision)
    _refuse_if_decided(revision)
    _refuse_if_unseen(revision, seen)
    current = current_values(revision)
    mine = set(_changed(revision))
    for change in conflicts(revision):
        if choices.get(change.name) not in ("mine", "theirs"):
            raise RefusedError(_("Kies voor elk veld welke tekst u houdt."))
        if choices[change.name] == "theirs":
            mine.discard(change.name)
    revision.values = {name: revision.values[name] if name in mine else current.get(name) for name in FIELDS}
    revision.base = current
    revision.save()
    return revision


@transaction.atomic
def approve(*, revision, by, now, seen, note=""):
    """Publish a revision now, or on its `publish_on`; returns the Activity, or None while that day is to come.

    A new activity is made at once and published on that day, so that it can have dates before. Publishing
    confirms: what the network itself published today is right today, and no longer a fact of the report.
    Raises RefusedError when something is missing, wrong, in conflict, or changed since it was seen.
    """
    revision = _locked(revision)
    _refuse_if_decided(revision)
    _refuse_if_unseen(revision, seen)
    _refuse_if_unfinished(revision)
    if conflicts(revision):
        raise RefusedError(_("Iemand anders heeft hetzelfde veld gewijzigd. Kies eerst welke tekst u houdt."))
    if not difference(revision):
        raise RefusedError(_("Er is niets veranderd. Er valt niets te publiceren."))
    on = timezone.localdate(now)
    revision.approved_at, revision.decided_by, revision.decision_note = now, by, note
    is_later = bool(revision.publish_on and revision.publish_on > on)
    activity = None
    if revision.activity_id and is_later:
        _checked(filled(Activity.objects.get(pk=revision.activity_id), _to_write(revision, current_values(revision))))
    else:
        activity = _apply(revision, on)
        revision.applied_at = now
    revision.save()
    if revision.made_by and revision.made_by != by:
        _tell_decision(revision, _("Uw voorstel is goedgekeurd"), _when(revision, is_later))
    return activity


@transaction.atomic
def reject(*, revision, by, now, note):
    """Say no to a proposal, with a note that its maker reads. Raises RefusedError without a note."""
    revision = _locked(revision)
    _refuse_if_decided(revision)
    if not revision.proposed_at:
        raise RefusedError(_("Dit is een concept: er is nog niets voorgesteld."))
    if not note.strip():
        raise RefusedError(_("Schrijf op waarom, zodat de ander weet wat er anders moet."))
    revision.rejected_at, revision.decided_by, revision.decision_note = now, by, note.strip()
    revision.save()
    if revision.made_by and revision.made_by != by:
        _tell_decision(
            revision, _("Uw voorstel is niet overgenomen"), _("U kunt het aanpassen en opnieuw voorstellen.")
        )
    return revision


@transaction.atomic
def again(*, revision, by):
    """A new draft with the values of a rejected one, beside what is approved now; returns the Revision."""
    base = current_values(revision)
    mine = {name: revision.values[name] for name in _changed(revision)}
    return Revision.objects.create(
        network=revision.network,
        activity=revision.activity,
        values={**base, **mine},
        base=base,
        publish_on=None,
        made_by=by,
    )


@transaction.atomic
def unschedule(*, revision, by):
    """Take back the approval of a change that is not published yet; it is a draft again."""
    revision = _locked(revision)
    if revision.state != Revision.State.SCHEDULED:
        raise RefusedError(_("Dit is al gepubliceerd."))
    _reopen(revision)
    return revision


def publish_due(*, now):
    """Publish what was approved for today or before; returns how many. Each in a transaction of its own.

    Where somebody changed the same field meanwhile, nothing is overwritten: it becomes a proposal again, and who
    publishes gets a mail.
    """
    on = timezone.localdate(now)
    done = 0
    for pk in list(Revision.objects.due(on).order_by("publish_on", "pk").values_list("pk", flat=True)):
        with transaction.atomic():
            revision = _due_and_locked(pk, on)
            if revision is None:
                continue
            try:
                if conflicts(revision):
                    raise RefusedError(_("Iemand anders heeft intussen hetzelfde veld gewijzigd."))
                with transaction.atomic():
                    _apply(revision, on)
            except RefusedError as refused:
                _reopen(revision, proposed_at=now)
                for user in publishers_of(revision.network, on) or programme_staff(on):
                    _mail(
                        revision,
                        f"not-published-{now.isoformat()}-{user.pk}",
                        user,
                        subject=_("Niet gepubliceerd: %(title)s") % {"title": revision},
                        paragraphs=[
                            _("De geplande wijziging van “%(title)s” is niet gepubliceerd.") % {"title": revision},
                            refused.sentence,
                        ],
                        label=_("Bekijk het verschil en besluit"),
                    )
            else:
                revision.applied_at = now
                revision.save()
                done += 1
    return done


@transaction.atomic
def confirm(*, activities, by, on):
    """Say of each of `activities` (a queryset) that it is right today; returns how many changed.

    Facts of the report become the network's own word, and age from today on.
    """
    count = 0
    for activity in activities.select_for_update(of=("self",)).order_by("pk"):
        if activity.confirmed_on == on and not activity.facts_as_of:
            continue
        activity.confirmed_on, activity.facts_as_of = on, None
        activity.save(update_fields=["confirmed_on", "facts_as_of"])
        count += 1
    return count


# --- pieces ----------------------------------------------------------------------------------------------


def _locked(revision):
    """The revision as it is now, and its activity, both locked."""
    row = Revision.objects.select_for_update(of=("self",)).select_related("network", "made_by").filter(pk=revision.pk)
    found = row.first()
    if found is None:
        raise RefusedError(_("Dit concept is er niet meer."))
    if found.activity_id:
        found.activity = Activity.objects.select_for_update().get(pk=found.activity_id)
    return found


def _due_and_locked(pk, on):
    """None when another sweep has it or did it."""
    rows = (
        Revision.objects.due(on)
        .select_for_update(of=("self",), skip_locked=True)
        .select_related("network", "made_by")
    )
    revision = rows.filter(pk=pk).first()
    if revision and revision.activity_id:
        revision.activity = Activity.objects.select_for_update().get(pk=revision.activity_id)
    return revision


def _reopen(revision, proposed_at=None):
    revision.approved_at = revision.decided_by = revision.publish_on = None
    revision.proposed_at = proposed_at
    revision.save()


def _apply(revision, on):
    """Write the values of a locked revision on its activity, or make that; returns the Activity."""
    activity = revision.activity
    if activity is None:
        activity = Activity(network=revision.network, slug=free_slug(revision))
        filled(activity, revision.values)
    else:
        filled(activity, _to_write(revision, values_of(activity)))
    if not activity.published_on:
        activity.published_on = max(revision.publish_on or on, on)
    activity.confirmed_on, activity.facts_as_of = on, None
    _checked(activity).save()
    revision.activity = activity
    return activity


def _checked(activity):
    """`activity`, when the database would take it. Raises RefusedError in words else."""
    try:
        activity.full_clean(exclude=["search", "network"])
    except ValidationError as error:
        raise RefusedError(" ".join(error.messages)) from error
    return activity


def free_slug(revision):
    """An address that no activity has: the title, then the network, then a number."""
    title = slugify(revision.values.get("title") or "")[:60].strip("-") or "activiteit"
    base = f"{title}-{revision.network.slug}"[:94].strip("-")
    taken = set(Activity.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    if base not in taken:
        return base
    number = next(number for number in range(2, len(taken) + 3) if f"{base}-{number}" not in taken)
    return f"{base}-{number}"


def _refuse_if_decided(revision):
    if revision.is_decided:
        raise RefusedError(_("Hierover is al besloten."))


def _refuse_if_unseen(revision, seen):
    if seen != fingerprint(revision):
        raise RefusedError(_("Intussen is er iets veranderd. Kijk het verschil hieronder na, en besluit dan."))


def _refuse_if_unfinished(revision):
    names = unfinished(revision)
    if names:
        labels = reasons.listed(label_of(name) if name in FIELDS else _("dag van publicatie") for name in names)
        raise RefusedError(_("Dit is nog niet af. Vul in of verbeter: %(labels)s.") % {"labels": labels})


def _when(revision, is_later):
    if is_later:
        return _("Scholen zien het vanaf %(day)s.") % {"day": reasons.day(revision.publish_on)}
    return _("Scholen zien het nu.")


def _tell_decision(revision, subject, sentence):
    paragraphs = [
        _("Het gaat om “%(title)s” van %(network)s.") % {"title": revision, "network": revision.network},
        sentence,
    ]
    if revision.decision_note:
        paragraphs.append(_("%(name)s schrijft:") % {"name": revision.decided_by})
    moment = revision.rejected_at or revision.approved_at
    _mail(
        revision,
        f"decided-{moment.isoformat()}",
        revision.made_by,
        subject=f"{subject}: {revision}",
        paragraphs=paragraphs,
        label=_("Bekijk de wijziging"),
        quote=revision.decision_note,
    )


def _mail(revision, key, user, *, subject, paragraphs, label, quote=""):
    queue_mail(
        key=f"revision-{revision.uid}-{key}",
        kind=KIND,
        to=user.email,
        template="letter",
        context={
            "paragraphs": paragraphs,
            "quote": quote,
            "label": label,
            "url": settings.SITE_URL + reverse("workspace:revision", args=[revision.uid]),
        },
        subject=subject,
    )
