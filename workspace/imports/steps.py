"""The life of a list: brought, read, confirmed, applied. Each step is a row first; a task carries only its key.

A task locks the row for as long as it works. A second task for the same row finds it locked and leaves; a worker that
is killed loses the lock and everything it had not finished, and the sweep finds the row again. So a list is applied
whole, once, or not at all.
"""

import hashlib
import json
import logging
from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from celery import current_app
from django.core.cache import cache
from django.db import IntegrityError, connection, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from networks.rights import is_programme_staff, networks_changed_by
from workspace.imports.kinds import KINDS
from workspace.imports.lists import LEFT_OUT, STATUSES, UNCHANGED, Scope
from workspace.imports.reading import Unreadable, open_list
from workspace.models import Import

logger = logging.getLogger(__name__)

TASK = "workspace.tasks.work_on_import"
AFTER = timedelta(seconds=60)  # a list that nobody took after this long is handed over again
MOST_TRIES = 5
KEPT_FOR = timedelta(days=30)
PROGRESS_KEPT = 600  # seconds
NETWORK_LOCK = 5_105  # the first half of the key of our advisory locks


class NotNow(Exception):
    """What was asked is not possible in the state the list is in; the text says why."""


def scope_of(user, network, today):
    """The Scope of a list that `user` brings on the day `today` for `network`, or (None) for all their networks.

    Raises NotNow when the user may not change that network, or none at all.
    """
    mine = list(networks_changed_by(user, today).select_related("programme").order_by("name"))
    wanted = [each for each in mine if network is None or each.pk == network.pk]
    if not wanted:
        raise NotNow(_("U mag dit netwerk niet (meer) wijzigen. Er is niets gebeurd."))
    return Scope(
        user=user,
        networks=tuple(wanted),
        changed=frozenset(each.pk for each in mine),
        is_staff=is_programme_staff(user, today),
        today=today,
    )


def check_form(kind, name, content):
    """Look at a file before it is kept. Raises Unreadable: then nothing of it is."""
    list_kind = KINDS[kind]
    open_list(name, content, list_kind.known_headings(), list_kind.needed_headings())


@transaction.atomic
def bring(*, kind, network, name, content, by):
    """Keep a file that `check_form` accepted and have it read; returns the Import."""
    brought = Import.objects.create(
        kind=kind, network=network, file_name=name[-200:], content=content, uploaded_by=by
    )
    transaction.on_commit(partial(hand_over, brought.pk))
    return brought


def hand_over(pk):
    """Ask a worker to work on the list. Without a broker the sweep does so later."""
    try:
        current_app.send_task(TASK, (pk,), retry=False)
    except Exception:
        logger.warning("No worker could be asked for list %s; the sweep will", pk, exc_info=True)


def due_keys(now):
    """Keys of lists that wait for a worker and that none works on; each time counts as a try."""
    with transaction.atomic():
        waiting = Import.objects.waiting().filter(
            Q(asked_to_apply_at=None, uploaded_at__lt=now - AFTER) | Q(asked_to_apply_at__lt=now - AFTER)
        )
        keys = list(waiting.select_for_update(skip_locked=True).order_by("pk").values_list("pk", flat=True))
        given_up = list(Import.objects.filter(pk__in=keys, tries__gte=MOST_TRIES).values_list("pk", flat=True))
        text = _("Het lukte niet om dit bestand te verwerken. Er is niets gewijzigd. Verdeel het, of vraag om hulp.")
        Import.objects.filter(pk__in=given_up).update(refused_at=now, refused_because=text, content=None)
        Import.objects.filter(pk__in=keys).update(tries=F("tries") + 1)
    return [pk for pk in keys if pk not in given_up]


def work_on(pk, *, now):
    """Do the next step of a list: read it, or apply it. Does nothing when there is none, or somebody else does it."""
    try:
        with transaction.atomic():
            brought = Import.objects.waiting().select_for_update(skip_locked=True, of=("self",)).filter(pk=pk).first()
            if brought is None:
                return
            if brought.asked_to_apply_at:
                _apply(brought, now)
            else:
                _read(brought, now)
    except IntegrityError:
        # Somebody made the same row while we applied. All is undone; show anew what would happen now.
        logger.info("List %s met a row that was made meanwhile", pk)
        Import.objects.filter(pk=pk, applied_at=None).update(read_at=None, asked_to_apply_at=None)
        hand_over(pk)
    finally:
        cache.delete(_progress_key(pk))


def _read(brought, now):
    try:
        plan = _plan(brought, now, apply=False)
    except (Unreadable, NotNow) as error:
        _refuse(brought, now, error)
        return
    _keep(brought, plan, now)


def _apply(brought, now):
    with connection.cursor() as cursor:
        for pk in _network_keys(brought, now):
            cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [NETWORK_LOCK, pk])
    undo = transaction.savepoint()
    try:
        plan = _plan(brought, now, apply=True)
    except (Unreadable, NotNow) as error:
        transaction.savepoint_rollback(undo)
        _refuse(brought, now, error)
        return
    if plan.fingerprint != brought.report["fingerprint"]:
        transaction.savepoint_rollback(undo)
        before = {line["number"]: line for line in brought.report["lines"]}
        after = {outcome.number: outcome.as_json() for outcome in plan.outcomes}
        moved = [
            number
            for number, line in after.items()
            if _fact(line) != _fact(before.get(number, {"status": UNCHANGED, "changes": []}))
        ]
        _keep(brought, plan, now, moved=moved)
        return
    transaction.savepoint_commit(undo)
    brought.applied_at = now
    brought.rows_done = brought.rows_total
    brought.save(update_fields=["applied_at", "rows_done"])


def _fact(line):
    return [line["status"], line["changes"]]


def _network_keys(brought, now):
    """In order, so that two lists never wait for each other."""
    today = timezone.localdate(now)
    found = networks_changed_by(brought.uploaded_by, today) if brought.uploaded_by else ()
    if brought.network_id:
        return [brought.network_id]
    return sorted(network.pk for network in found)


@dataclass
class Plan:
    """What a list does, row by row."""

    outcomes: list
    notes: list
    heading: list
    raw: dict  # number of a row that is left out -> its cells

    @property
    def fingerprint(self):
        """Two plans that do the same have the same one."""
        facts = [outcome.as_fact() for outcome in self.outcomes]
        return hashlib.sha256(json.dumps(facts, default=str).encode()).hexdigest()

    def counts(self):
        found = Counter(outcome.status for outcome in self.outcomes)
        return {status: found[status] for status in STATUSES}


def _plan(brought, now, *, apply):
    """Read the file against the database of now, and write when `apply`. Raises Unreadable or NotNow."""
    if brought.uploaded_by is None or not brought.uploaded_by.is_active:
        raise NotNow(_("Het account waarmee dit bestand is gebracht, is er niet meer."))
    scope = scope_of(brought.uploaded_by, brought.network, timezone.localdate(now))
    kind = KINDS[brought.kind]
    found = open_list(brought.file_name, bytes(brought.content), kind.known_headings(), kind.needed_headings())
    rows = list(found.rows())
    if not rows:
        raise Unreadable(_("Onder de kopjes staat geen enkele rij."))
    tell_progress(brought.pk, 0, len(rows))
    outcomes = kind(scope, progress=lambda done: tell_progress(brought.pk, done, len(rows))).read(rows, apply=apply)
    left_out = {outcome.number for outcome in outcomes if outcome.status in LEFT_OUT}
    raw = {row.number: [_as_text(cell) for cell in row.raw] for row in rows if row.number in left_out}
    return Plan(outcomes, found.notes, found.heading, raw)


def _as_text(cell):
    return "" if cell is None else str(cell)


def _keep(brought, plan, now, moved=()):
    brought.report = {
        "notes": plan.notes,
        "counts": plan.counts(),
        "lines": [outcome.as_json() for outcome in plan.outcomes if outcome.status != UNCHANGED or outcome.notes],
        "heading": plan.heading,
        "raw": plan.raw,
        "fingerprint": plan.fingerprint,
        "moved": list(moved),
    }
    brought.rows_total = brought.rows_done = len(plan.outcomes)
    brought.read_at, brought.asked_to_apply_at, brought.tries = now, None, 0
    brought.save(update_fields=["report", "rows_total", "rows_done", "read_at", "asked_to_apply_at", "tries"])


def _refuse(brought, now, error):
    """Nothing of a refused file is kept: it may hold what Loket must not have."""
    brought.refused_at, brought.refused_because, brought.content = now, str(error), None
    brought.report = {}
    brought.save(update_fields=["refused_at", "refused_because", "content", "report"])


@transaction.atomic
def ask_to_apply(brought, *, fingerprint, leave_out, now):
    """Have the list applied, as it was shown. Asking twice is asking once.

    fingerprint: that of the preview the person saw. leave_out: whether they agreed that rows which cannot be read
    are left out. Raises NotNow.
    """
    brought = Import.objects.select_for_update().get(pk=brought.pk)
    if brought.applied_at or brought.asked_to_apply_at:
        return brought
    if brought.refused_at or not brought.read_at or brought.content is None:
        raise NotNow(_("Deze lijst kan niet worden toegepast."))
    if brought.report["fingerprint"] != fingerprint:
        raise NotNow(_("Intussen is de voorvertoning veranderd. Bekijk haar opnieuw."))
    if not brought.writes_count:
        raise NotNow(_("Deze lijst wijzigt niets."))
    if brought.left_out_count and not leave_out:
        raise NotNow(_("Kies eerst dat u de rijen die niet kunnen, weglaat; of verbeter het bestand."))
    brought.asked_to_apply_at, brought.tries = now, 0
    brought.save(update_fields=["asked_to_apply_at", "tries"])
    transaction.on_commit(partial(hand_over, brought.pk))
    return brought


def forget_contents(now):
    """Throw away files and the rows quoted from them, thirty days after they came; what was done stays known."""
    for brought in Import.objects.filter(uploaded_at__lt=now - KEPT_FOR).exclude(content=None, report={}).iterator():
        brought.content = None
        brought.report = {"counts": brought.report["counts"]} if "counts" in brought.report else {}
        if not brought.applied_at and not brought.refused_at:
            brought.refused_at = now
            brought.refused_because = _("Deze lijst is niet toegepast binnen dertig dagen, en daarom weggegooid.")
        brought.save(update_fields=["content", "report", "refused_at", "refused_because"])


def _progress_key(pk):
    return f"import-progress-{pk}"


def tell_progress(pk, done, total):
    """Beside the database, because what a transaction writes is not seen before it ends."""
    cache.set(_progress_key(pk), (done, total), PROGRESS_KEPT)


def progress_of(pk):
    """(rows done, rows in all), or None when that is not known."""
    return cache.get(_progress_key(pk))
