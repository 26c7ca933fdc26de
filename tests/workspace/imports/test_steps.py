"""The life of a list: whole or not at all, once, by whoever may, and still right when the world moved meanwhile."""

import threading
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from activities.models import Participation
from networks.models import Assignment
from tests.accounts.factories import UserFactory
from tests.activities.factories import ParticipationFactory
from tests.networks.factories import NetworkFactory
from tests.schools.factories import SchoolFactory
from tests.workspace.imports.files import csv_file, network_with_coordinator
from workspace import tasks
from workspace.imports import lists, steps
from workspace.imports.steps import NotNow, ask_to_apply, bring, due_keys, forget_contents, work_on
from workspace.models import Import

HEADING = ["Vestigingscode", "Sector", "Schooljaar", "Doet mee vanaf"]
ROWS = [["01AA00", "po", "2026-2027", "2026-09-01"], ["01AA01", "po", "2026-2027", "2026-09-01"]]


@pytest.fixture
def here(db, monkeypatch):
    it = network_with_coordinator()
    it.schools = [SchoolFactory(code=code) for code in ("01AA00", "01AA01")]
    it.handed = []
    monkeypatch.setattr(steps, "hand_over", it.handed.append)

    def brought(*rows, heading=HEADING):
        return bring(
            kind="participants", network=it.network, name="lijst.csv", content=csv_file(heading, *rows), by=it.user
        )

    def step(this):
        work_on(this.pk, now=timezone.now())
        this.refresh_from_db()
        return this

    it.bring, it.step = brought, step
    return it


def ask(this, *, leave_out=False, fingerprint=None):
    this = ask_to_apply(
        this, fingerprint=fingerprint or this.report["fingerprint"], leave_out=leave_out, now=timezone.now()
    )
    this.refresh_from_db()
    return this


def test_from_bringing_to_applying(here, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        this = here.bring(*ROWS)
    assert here.handed == [this.pk]
    assert this.is_busy

    this = here.step(this)
    assert this.counts == {"new": 2, "changed": 0, "unchanged": 0, "duplicate": 0, "unmatched": 0, "rejected": 0}
    assert not Participation.objects.exists()
    assert not this.is_busy

    with django_capture_on_commit_callbacks(execute=True):
        this = ask(this)
    assert here.handed == [this.pk] * 2
    assert this.is_busy

    this = here.step(this)
    assert this.applied_at
    assert Participation.objects.count() == 2


def test_a_task_that_comes_twice_does_nothing_more(here):
    this = here.step(here.bring(*ROWS))
    read_at = this.read_at
    assert here.step(this).read_at == read_at

    ask(this)
    applied_at = here.step(this).applied_at
    assert here.step(this).applied_at == applied_at
    assert Participation.objects.count() == 2


def test_asking_twice_is_asking_once(here):
    this = here.step(here.bring(*ROWS))

    assert ask(this).asked_to_apply_at == ask(this).asked_to_apply_at


def test_rows_that_cannot_be_are_left_out_only_when_one_says_so(here):
    this = here.step(here.bring(*ROWS, ["99ZZ99", "po", "2026-2027", ""]))
    assert this.left_out_count == 1
    assert this.report["raw"] == {"4": ["99ZZ99", "po", "2026-2027", ""]}

    with pytest.raises(NotNow, match="weglaat"):
        ask(this)
    ask(this, leave_out=True)
    here.step(this)

    assert Participation.objects.count() == 2


def test_a_list_that_changes_nothing_cannot_be_applied(here):
    this = here.step(here.bring(["99ZZ99", "po", "2026-2027", ""]))

    with pytest.raises(NotNow, match="wijzigt niets"):
        ask(this, leave_out=True)


def test_another_preview_than_one_saw_is_not_applied(here):
    this = here.step(here.bring(*ROWS))

    with pytest.raises(NotNow, match="voorvertoning veranderd"):
        ask(this, fingerprint="een andere")


def test_what_changed_meanwhile_stops_it_and_is_said(here):
    this = here.step(here.bring(*ROWS))
    ask(this)
    ParticipationFactory(school=here.schools[1], network=here.network, programme=here.network.programme)

    this = here.step(this)

    assert not this.applied_at
    assert not this.asked_to_apply_at
    assert this.report["moved"] == [3]
    assert this.counts["new"] == 1
    assert Participation.objects.count() == 1

    ask(this)
    assert here.step(this).applied_at
    assert Participation.objects.count() == 2


def test_a_change_of_something_else_does_not_stop_it(here):
    this = here.step(here.bring(*ROWS))
    ask(this)
    ParticipationFactory(school=here.schools[0], network=NetworkFactory())

    assert here.step(this).applied_at


def test_a_failure_halfway_leaves_nothing(here, monkeypatch):
    this = here.step(here.bring(*ROWS))
    ask(this)
    with monkeypatch.context() as broken:
        broken.setattr(lists, "record_many", lambda *args, **kwargs: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            work_on(this.pk, now=timezone.now())

    assert not Participation.objects.exists()
    assert here.step(this).applied_at
    assert Participation.objects.count() == 2


def test_a_row_made_at_the_same_moment_undoes_all_and_shows_anew(here, monkeypatch):
    this = here.step(here.bring(*ROWS))
    ask(this)
    write = lists.ListResource._write

    def somebody_else_first(self, new, changed):
        with monkeypatch.context() as once:
            once.setattr(lists.ListResource, "_write", write)
            # The same row twice is what a concurrent insert looks like from here.
            write(self, new, changed)
            for row in new:
                row.pk = None
            write(self, new, changed)

    with monkeypatch.context() as racing:
        racing.setattr(lists.ListResource, "_write", somebody_else_first)
        work_on(this.pk, now=timezone.now())

    this.refresh_from_db()
    assert (this.read_at, this.asked_to_apply_at, this.applied_at) == (None, None, None)
    assert here.handed == [this.pk]
    assert not Participation.objects.exists()


def test_who_lost_the_network_meanwhile_changes_nothing(here):
    this = here.step(here.bring(*ROWS))
    ask(this)
    Assignment.objects.filter(user=here.user).delete()

    this = here.step(this)

    assert "mag dit netwerk niet" in this.refused_because
    assert this.content is None
    assert not Participation.objects.exists()


def test_a_file_that_turns_out_unreadable_is_refused_and_not_kept(here):
    this = here.step(here.bring())

    assert "geen enkele rij" in this.refused_because
    assert (this.content, this.report) == (None, {})


def test_the_sweep_finds_what_no_task_came_for_and_gives_up_in_the_end(here):
    this = here.bring(*ROWS)
    now = timezone.now()
    assert due_keys(now) == []

    later = now + timedelta(seconds=90)
    assert [due_keys(later) for _try in range(6)] == [[this.pk]] * 5 + [[]]
    this.refresh_from_db()
    assert "lukte niet" in this.refused_because
    assert this.content is None


def test_the_sweep_task_hands_over(here):
    this = here.bring(*ROWS)
    Import.objects.update(uploaded_at=timezone.now() - timedelta(minutes=2))

    tasks.sweep_imports()
    tasks.work_on_import(this.pk)

    this.refresh_from_db()
    assert here.handed == [this.pk]
    assert this.read_at


def test_a_list_of_somebody_without_an_account_is_refused(here):
    this = here.bring(*ROWS)
    Import.objects.update(uploaded_by=None)

    assert "account" in here.step(this).refused_because


def test_files_go_after_thirty_days_and_what_was_done_stays_known(here):
    done, waiting = here.step(here.bring(*ROWS)), here.step(here.bring(*ROWS))
    ask(done)
    here.step(done)
    young = here.step(here.bring(*ROWS))
    old = timezone.now() - timedelta(days=31)
    Import.objects.filter(pk__in=[done.pk, waiting.pk]).update(uploaded_at=old)

    tasks.forget_import_contents()
    forget_contents(timezone.now())

    for this in (done, waiting, young):
        this.refresh_from_db()
    assert (done.content, done.refused_at, done.report) == (None, None, {"counts": done.counts})
    assert "dertig dagen" in waiting.refused_because
    assert young.content is not None


def test_a_stranger_is_no_scope(db):
    with pytest.raises(NotNow):
        steps.scope_of(UserFactory(), NetworkFactory(), timezone.localdate())


@pytest.mark.django_db(transaction=True)
def test_while_one_worker_is_busy_another_leaves_it_alone(monkeypatch):
    it = network_with_coordinator()
    SchoolFactory(code="01AA00")
    monkeypatch.setattr(steps, "hand_over", lambda pk: None)
    this = bring(
        kind="participants", network=it.network, name="a.csv", content=csv_file(HEADING, ROWS[0]), by=it.user
    )
    seen = {}

    def other_worker():
        try:
            work_on(this.pk, now=timezone.now())
            seen["sweep"] = due_keys(timezone.now() + timedelta(minutes=5))
            seen["read_at"] = Import.objects.get(pk=this.pk).read_at
        finally:
            connection.close()

    with transaction.atomic():
        Import.objects.select_for_update().get(pk=this.pk)
        thread = threading.Thread(target=other_worker)
        thread.start()
        thread.join(30)

    assert seen == {"sweep": [], "read_at": None}
    work_on(this.pk, now=timezone.now())
    this.refresh_from_db()
    assert this.read_at
