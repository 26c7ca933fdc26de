"""Real servers to break: PostgreSQL, Valkey, workers as processes, and a mail server that misbehaves."""

import contextlib
import os
import signal
import socketserver
import subprocess
import sys
import threading
import time
from collections import Counter
from pathlib import Path

import psycopg2
from celery import Celery
from kombu.exceptions import OperationalError

from loket.embedded import Postgres, Valkey
from loket.supervisor import _end_with as end_with

ROOT = Path(__file__).resolve().parents[2]


class Sink(socketserver.ThreadingTCPServer):
    """A mail server. `got` counts each Message-ID; `mood` says what it does with a mail.

    moods: "takes it"; "refuses" (550 for the address); "is busy" (451); "hangs up" (takes it, and says nothing).
    slow_s: how long it thinks about each mail.
    """

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Talk)
        self.got = Counter()
        self.mood, self.slow_s = "takes it", 0.0
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    @property
    def port(self):
        return self.server_address[1]

    def handle_error(self, request, client_address):
        """A client that was killed in the middle of a mail is what the tests are about."""


class Talk(socketserver.StreamRequestHandler):
    def handle(self):
        self.say("220 sink")
        while line := self.rfile.readline():
            verb = line[:4].upper()
            if verb == b"EHLO":
                self.say("250-sink\r\n250 8BITMIME")
            elif verb == b"RCPT" and self.server.mood in {"refuses", "is busy"}:
                self.say("550 5.1.1 nobody here" if self.server.mood == "refuses" else "451 4.3.0 later")
            elif verb == b"DATA":
                if not self.data():
                    return
            else:
                self.say("221 bye" if verb == b"QUIT" else "250 ok")
                if verb == b"QUIT":
                    return

    def data(self):
        self.say("354 go on")
        name = None
        while (line := self.rfile.readline()) not in {b".\r\n", b""}:
            if line.lower().startswith(b"message-id:"):
                name = line.split(b":", 1)[1].strip().decode()
        time.sleep(self.server.slow_s)
        self.server.got[name] += 1
        if self.server.mood == "hangs up":
            return False
        self.say("250 taken")
        return True

    def say(self, text):
        self.wfile.write(text.encode() + b"\r\n")


class Machine:
    """Servers of their own in `home`, with the tables of the test database, and workers that use them."""

    def __init__(self, home, sink, tables_of):
        self.home, self.sink = home, sink
        self.postgres, self.valkey = Postgres(home, durable=False), Valkey(home)
        self.workers = []
        self.log = open(home / "workers.log", "wb")  # noqa: SIM115  until `close`
        self.postgres.use()
        self.valkey.use()
        self._make_tables(tables_of)
        self.environment = os.environ | {
            "LOKET_LOCAL": "true",
            "LOKET_VAR_DIR": str(home),
            "DJANGO_SETTINGS_MODULE": "loket.settings",
            "DATABASE_URL": f"postgres://{Postgres.NAME}@/{Postgres.NAME}?host={self.postgres.socket_dir}",
            "REDIS_URL": f"unix://{self.valkey.socket_path}",
            "EMAIL_HOST": "127.0.0.1",
            "EMAIL_PORT": str(sink.port),
            "EMAIL_USE_TLS": "false",
        }
        self.app = Celery(set_as_current=False, broker=f"redis+socket://{self.valkey.socket_path}")

    def _make_tables(self, settings):
        programs = self.postgres._program("pginstall", "bin", "pg_dump").parent
        source = ["-h", settings["HOST"], "-p", settings["PORT"], "-U", settings["USER"], settings["NAME"]]
        dump = subprocess.run([programs / "pg_dump", "--no-owner", *source], capture_output=True, check=True)
        place = ["-h", self.postgres.socket_dir, "-U", Postgres.NAME, "-d", Postgres.NAME]
        command = [programs / "psql", "-q", "-v", "ON_ERROR_STOP=1", *place]
        subprocess.run(command, input=dump.stdout, stdout=subprocess.DEVNULL, check=True)

    def start_worker(self, processes=2):
        """A worker in a session of its own, so that all of it can be killed."""
        command = [sys.executable, "-m", "celery", "--quiet", "--app", "loket", "worker", "--loglevel", "ERROR"]
        command += ["--concurrency", str(processes), "--without-gossip", "--without-mingle"]
        worker = subprocess.Popen(
            command,
            cwd=ROOT,
            env=self.environment,
            stdout=self.log,
            stderr=self.log,
            start_new_session=True,
            preexec_fn=end_with(os.getpid()),
        )
        self.workers.append(worker)
        return worker

    def kill(self, worker):
        """kill -9 of the worker and all its children at once."""
        os.killpg(worker.pid, signal.SIGKILL)
        worker.wait()
        self.workers.remove(worker)

    def ask_to_sweep(self):
        with contextlib.suppress(OperationalError):  # the broker is away: that is what beat would meet too
            self.app.send_task("accounts.tasks.sweep_messages", retry=False)

    def sql(self, query, *values):
        place = {"host": str(self.postgres.socket_dir), "port": Postgres.PORT}
        link = psycopg2.connect(user=Postgres.NAME, dbname=Postgres.NAME, **place)
        with contextlib.closing(link), link, link.cursor() as cursor:
            cursor.execute(query, values)
            return cursor.fetchall() if cursor.description else None

    def write_messages(self, count):
        """So many messages that are due now, as if no task came for them."""
        self.sql("TRUNCATE accounts_message CASCADE")
        self.sink.got.clear()
        self.sql(
            """INSERT INTO accounts_message (key, kind, "to", reply_to, subject, text, html, attachments, headers,
                   is_secret, due_at, tries, last_error, message_id, created_at)
               SELECT 'fault-' || n, 'note', 'lezer@voorbeeld.example', '', 'Nummer ' || n, 'Tekst', '', '[]', '{}',
                   false, now(), 0, '', '<' || n || '@voorbeeld.example>', now()
               FROM generate_series(1, %s) AS n""",
            count,
        )

    def sent_count(self):
        return self.sql("SELECT count(*) FROM accounts_message WHERE sent_at IS NOT NULL")[0][0]

    def sweep_until(self, condition, *, seconds=120):
        """Ask for a sweep now and then, as beat does, until `condition()` holds; returns whether it did."""
        deadline = time.monotonic() + seconds
        asked = 0.0
        while time.monotonic() < deadline:
            if condition():
                return True
            if time.monotonic() - asked > 1.5:
                self.ask_to_sweep()
                asked = time.monotonic()
            time.sleep(0.05)
        return False

    def close(self):
        for worker in list(self.workers):
            self.kill(worker)
        self.app.close()
        self.log.close()
