"""Work on lists in the background: a key in, one function called. A repeated task does nothing."""

from celery import shared_task
from django.utils import timezone

from workspace.imports import steps


@shared_task
def work_on_import(pk):
    steps.work_on(pk, now=timezone.now())


@shared_task
def sweep_imports():
    """Each minute: lists that no task came for, or whose worker died."""
    for pk in steps.due_keys(timezone.now()):
        steps.hand_over(pk)


@shared_task
def forget_import_contents():
    """Each night: what was uploaded is kept for thirty days."""
    steps.forget_contents(timezone.now())
