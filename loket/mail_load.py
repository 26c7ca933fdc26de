"""Many things that are due, and the mail about them, for `manage.py bench`.

One rule of its own, which a worker knows by `--include loket.mail_load`. It is urgent, so that the day on which
somebody measures makes no difference.
"""

import contextlib
import os
import socketserver
import subprocess
import sys
import threading
import time
from datetime import timedelta

from celery import current_app
from django.conf import settings
from django.db import connection
from django.utils import timezone

from accounts.models import Message
from networks.models import Network
from quality.models import Obligation
from reminders.delivery import bundle
from reminders.due import RULES, Due
from reminders.letters import URGENT
from reminders.models import Reminder, Rule

SUBJECTS, DUE, SENT = 100_000, 10_000, 3_000
KEY = "bench-verplichting"
TITLE = "bench"


@RULES.register(
    key=KEY,
    name="Meting",
    audience="niemand",
    variables={"wat": "de verplichting"},
    subject_line="Doe {wat}",
    sentence="Doe {wat} op tijd.",
    button="Gedaan",
    is_urgent=True,
    act=lambda subject, user, now: "",
)
def obligations(asked):
    rows = Obligation.objects.open().filter(title=TITLE, due_on__lte=asked.on).order_by()
    if asked.subjects is not None:
        rows = rows.filter(pk__in=[int(subject.partition(":")[2]) for subject in asked.subjects])
    for pk, due_on in rows.values_list("pk", "due_on").iterator(chunk_size=2000):
        yield Due(
            subject=f"quality.Obligation:{pk}",
            to=f"lezer{pk}@voorbeeld.example",
            user_pk=None,
            moment=f"{due_on}/0",
            values={"wat": f"verplichting {pk}"},
            path="/beheer/",
        )


# How a process of its own plans: the seconds, and the most memory it had.
PLANNED = """
import os, re, time
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "loket.settings")
import django
django.setup()
from django.utils import timezone
from loket import mail_load
from reminders.models import Rule
from reminders.planning import plan, sync_rules
sync_rules()
Rule.objects.exclude(key=mail_load.KEY).update(is_on=False)
started = time.perf_counter()
found = plan(timezone.now())
seconds = time.perf_counter() - started
assert found == mail_load.DUE, found
print(seconds, re.search(r"VmHWM:\\s+([0-9]+)", open("/proc/self/status").read())[1])
"""


def fill():
    """SUBJECTS obligations, of which DUE are due."""
    empty()
    network, today = Network.objects.order_by("pk").first(), timezone.localdate()
    for first in range(0, SUBJECTS, 5000):
        Obligation.objects.bulk_create(
            Obligation(
                network=network,
                kind=Obligation.Kind.OTHER,
                title=TITLE,
                due_on=today - timedelta(days=1) if number < DUE else today + timedelta(days=90),
            )
            for number in range(first, first + 5000)
        )


def empty():
    """Plain SQL: else each row passes by the audit log, which takes minutes."""
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE reminders_reminder")
        cursor.execute("DELETE FROM accounts_message WHERE kind = %s", [URGENT])
        cursor.execute("DELETE FROM quality_obligation WHERE title = %s", [TITLE])
    Rule.objects.filter(key=KEY).delete()
    Rule.objects.update(is_on=True)


def planned():
    """(seconds, megabytes at most) of planning in a process of its own. Raises CalledProcessError."""
    done = subprocess.run(
        [sys.executable, "-c", PLANNED], cwd=settings.BASE_DIR, capture_output=True, text=True, check=True
    )
    seconds, kilobytes = done.stdout.split()[-2:]
    return float(seconds), int(kilobytes) / 1024


def sent_a_second():
    """(mails put together, mails sent) a second: SENT of them, by two processes of a worker, to a sink."""
    keep = Reminder.objects.filter(rule__key=KEY).order_by("pk")[:SENT].values("pk")
    Reminder.objects.filter(rule__key=KEY).exclude(pk__in=keep).delete()
    current_app.control.purge()
    started = time.perf_counter()
    made = bundle(timezone.now())
    bundled = made / (time.perf_counter() - started)
    with Sink() as sink, _worker(sink.port):
        sink.wait_for(made)
    assert Message.objects.filter(reminders__rule__key=KEY, sent_at__isnull=False).count() == made == SENT
    return bundled, sink.rate


@contextlib.contextmanager
def _worker(port):
    command = [sys.executable, "-m", "celery", "--quiet", "--app", "loket", "worker", "--include", __name__]
    command += ["--concurrency", "2", "--loglevel", "ERROR", "--without-gossip", "--without-mingle"]
    mail = {"EMAIL_HOST": "127.0.0.1", "EMAIL_PORT": str(port), "EMAIL_USE_TLS": "false", "LOG_LEVEL": "ERROR"}
    connection.close()
    with open(settings.VAR_DIR / "bench.log", "ab") as log:
        worker = subprocess.Popen(command, cwd=settings.BASE_DIR, env=os.environ | mail, stdout=log, stderr=log)
    try:
        yield
    finally:
        worker.terminate()
        worker.wait(30)


class Sink(socketserver.ThreadingTCPServer):
    """A mail server that takes everything and keeps the moments."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), _Talk)
        self.moments = []
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def __exit__(self, *error):
        self.shutdown()
        super().__exit__(*error)

    @property
    def port(self):
        return self.server_address[1]

    @property
    def rate(self):
        return (len(self.moments) - 1) / (max(self.moments) - min(self.moments))

    def wait_for(self, count, seconds=180):
        deadline = time.monotonic() + seconds
        while len(self.moments) < count:
            if time.monotonic() > deadline:
                raise TimeoutError(f"{len(self.moments)} of {count} mails came in {seconds} seconds.")
            time.sleep(0.05)
        time.sleep(1)  # the last one is noted after the sink took it


class _Talk(socketserver.StreamRequestHandler):
    ANSWERS = {b"EHLO": b"250 sink\r\n", b"DATA": b"354 go on\r\n", b"QUIT": b"221 bye\r\n"}

    def handle(self):
        self.wfile.write(b"220 sink\r\n")
        while line := self.rfile.readline():
            verb = line[:4].upper()
            self.wfile.write(self.ANSWERS.get(verb, b"250 ok\r\n"))
            if verb == b"DATA":
                while self.rfile.readline() not in {b".\r\n", b""}:
                    pass
                self.server.moments.append(time.perf_counter())
                self.wfile.write(b"250 taken\r\n")
            elif verb == b"QUIT":
                return
