"""What happened to one question, read once: for the services under its lock, and for the pages."""

from collections import defaultdict
from functools import cached_property

from enquiries.status import ENDED, OPEN, EventKind, RecipientStatus, enquiry_status, recipient_status


class Facts:
    """The recipients and events of one enquiry, with what follows from them. No query of its own.

    `Facts.of(enquiry)` reads them: two queries.
    """

    def __init__(self, enquiry, recipients, events):
        self.enquiry = enquiry
        self.recipients = recipients
        self.events = events
        self._kinds = defaultdict(set)
        for event in events:
            self._kinds[event.recipient_id].add(event.kind)

    @classmethod
    def of(cls, enquiry):
        recipients = list(enquiry.recipients.select_related("network").order_by("pk"))
        for recipient in recipients:
            recipient.enquiry = enquiry
        return cls(enquiry, recipients, list(enquiry.events.order_by("happened_at", "pk")))

    @cached_property
    def status(self):
        return enquiry_status((event.kind, event.recipient_id) for event in self.events)

    @property
    def is_ended(self):
        return self.status in ENDED

    def happened(self, kind):
        return any(kind in kinds for kinds in self._kinds.values())

    def happened_to(self, recipient, kind):
        return kind in self._kinds[recipient.pk]

    def status_of(self, recipient):
        return recipient_status(self._kinds[recipient.pk])

    def is_open(self, recipient):
        return self.status_of(recipient) in OPEN

    @property
    def open_recipients(self):
        return [recipient for recipient in self.recipients if self.is_open(recipient)]

    @property
    def waiting_recipients(self):
        """Those from whom an answer is still welcome: open ones, and late ones with nobody behind them."""
        return [r for r in self.recipients if self.is_open(r) or self.status_of(r) == RecipientStatus.LATE]

    def last(self, *kinds, recipient=None):
        """The last event of one of `kinds` (at one recipient), or None."""
        found = [e for e in self.events if e.kind in kinds and (not recipient or e.recipient_id == recipient.pk)]
        return found[-1] if found else None

    def hides_school_from(self, recipient):
        """Whether this recipient may not know which school asks: until it says so or accepts their answer."""
        return (
            self.enquiry.is_anonymous
            and not self.happened(EventKind.REVEALED)
            and not self.happened_to(recipient, EventKind.ACCEPTED)
        )

    def chain(self, recipient):
        """All recipients that one first address led to, `recipient` among them, in order."""
        parents = {r.pk: r.passed_from_id for r in self.recipients}

        def first(pk):
            while parents.get(pk):
                pk = parents[pk]
            return pk

        root = first(recipient.pk)
        return [r for r in self.recipients if first(r.pk) == root]
