"""The wiring of Loket. Celery's app is imported here, so that `shared_task` finds it in every process."""

from loket.celery import app as celery_app

__all__ = ["celery_app"]
