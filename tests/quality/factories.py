"""Obligations and meetings for tests; name the network."""

from datetime import date

from factory.django import DjangoModelFactory

from quality.models import Meeting, Obligation


class ObligationFactory(DjangoModelFactory):
    class Meta:
        model = Obligation

    kind = Obligation.Kind.PROGRESS_REPORT
    due_on = date(2026, 12, 1)


class MeetingFactory(DjangoModelFactory):
    class Meta:
        model = Meeting

    held_on = date(2026, 3, 1)
    title = "Overleg"
