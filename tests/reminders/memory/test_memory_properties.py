"""For any history: who was told what is what the rules said, once; one bundle a day; nothing to who opted out."""

from collections import Counter
from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.messages import send
from accounts.models import Message, Preference
from accounts.preferences import choose
from reminders.delivery import bundle
from reminders.due import RULES
from reminders.letters import PERIODIC
from reminders.models import Reminder, Rule
from reminders.planning import plan
from tests.reminders.memory.pretend import MONDAY, a_due, at

PEOPLE = ("an@voorbeeld.example", "bo@voorbeeld.example")
START = at(MONDAY, 7)
# What can happen: (what, which thing, for whom). "wait" lets so many half hours pass.
EVENTS = st.one_of(
    st.tuples(st.just("begins"), st.integers(0, 2), st.sampled_from(PEOPLE)),
    st.tuples(st.just("is done"), st.integers(0, 2), st.sampled_from(PEOPLE)),
    st.tuples(st.just("chooses"), st.sampled_from(Preference.How.values), st.sampled_from(PEOPLE)),
    st.tuples(st.just("wait"), st.integers(1, 100), st.none()),
    st.tuples(st.just("plan"), st.none(), st.none()),
    st.tuples(st.just("bundle"), st.none(), st.none()),
    st.tuples(st.just("send"), st.none(), st.none()),
)


class History:
    """Things that begin and are done, beat that comes or not, and all that left."""

    def __init__(self, pretend):
        self.pretend = pretend
        self.now = START
        self.due = set()  # (thing, person)
        self.off = set()
        self.truth = set()  # what was due at some plan
        self.wrong = []
        self.sent = []

    def happen(self, what, which, who):
        if what == "begins":
            self.due.add((which, who))
        elif what == "is done":
            self.due.discard((which, who))
        elif what == "chooses":
            choose([who], {"ding": which})
            (self.off.add if which == "off" else self.off.discard)(who)
        elif what == "wait":
            self.now += which * timedelta(minutes=30)
        self.pretend.dues["ding"] = [a_due(number, to=to) for number, to in sorted(self.due)]
        if what == "plan":
            plan(self.now)
            self.truth |= self.due
        elif what == "bundle":
            bundle(self.now)
        elif what == "send":
            self._send()

    def _send(self):
        for pk in Message.objects.due(self.now).values_list("pk", flat=True):
            if send(pk, now=self.now):
                message = Message.objects.get(pk=pk)
                numbers = {int(row.subject.split(":")[1]) for row in message.reminders.all()}
                self.sent.append((message.to, timezone.localdate(self.now), numbers))
                self.wrong += [(number, message.to) for number in numbers if (number, message.to) not in self.due]
                self.wrong += [message.to] if message.to in self.off else []


@pytest.mark.django_db
@settings(max_examples=40)
@given(events=st.lists(EVENTS, max_size=25))
def test_whatever_happens_the_memory_is_what_the_rules_said_and_nobody_is_told_in_vain(pretend, events):
    for model in (Reminder, Message, Preference):
        model.objects.all().delete()
    pretend.dues.clear()
    if "ding" not in RULES.rules:
        pretend.rule()
    Rule.objects.update(last_run_at=None)
    history = History(pretend)

    for event in events:
        history.happen(*event)

    rows = list(Reminder.objects.all())
    assert {(int(row.subject.split(":")[1]), row.to) for row in rows} == history.truth
    assert len({row.key for row in rows}) == len(rows)
    assert history.wrong == []
    assert max(Counter((to, on) for to, on, _numbers in history.sent).values(), default=0) <= 1
    assert max(Counter((to, n) for to, _on, numbers in history.sent for n in numbers).values(), default=0) <= 1
    assert all(on.weekday() < 5 for _to, on, _numbers in history.sent)
    assert Message.objects.exclude(kind=PERIODIC).count() == 0
    assert len(mail.outbox) >= len(history.sent)


@pytest.mark.django_db
@settings(max_examples=25)
@given(
    begun=st.sets(st.tuples(st.integers(0, 4), st.sampled_from(PEOPLE)), min_size=1),
    gaps=st.lists(st.integers(1, 80)),
)
def test_with_beat_that_comes_again_everything_that_stays_due_is_told(pretend, begun, gaps):
    Reminder.objects.all().delete()
    Message.objects.all().delete()
    if "ding" not in RULES.rules:
        pretend.rule()
    Rule.objects.update(last_run_at=None)
    history = History(pretend)
    history.due = set(begun)

    for gap in [*gaps, 24 * 2 * 4]:
        history.happen("plan", None, None)
        history.happen("bundle", None, None)
        history.happen("send", None, None)
        history.happen("wait", gap, None)
    while not (history.now.weekday() < 5 and 9 <= timezone.localtime(history.now).hour < 20):
        history.now += timedelta(hours=1)
    for what in ("plan", "bundle", "send"):
        history.happen(what, None, None)

    assert {(number, to) for to, _on, numbers in history.sent for number in numbers} == begun
    assert history.wrong == []
