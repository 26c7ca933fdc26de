import hashlib
import os
import signal
import socket
import sys
import time
from pathlib import Path

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command, get_commands
from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError, connections
from django.utils import timezone

from dashboards import facts, snapshots
from loket.supervisor import Children

HOST = "127.0.0.1"
READY_TIMEOUT_S = 60
LOADERS = {
    "load_reference": "regions and schools",
    "load_catalogue": "programmes, networks and their offer",
    "load_baseline": "the tables of 2013",
    "load_sample_cycle": "example meetings and obligations",
}
# Of the demo accounts, the one that may change everything.
DEMO_OFFICE = "beheer@voorbeeld.example"
DEMO_PASSWORD = "welkom-bij-loket"  # noqa: S105


class Command(BaseCommand):
    help = (
        "Set up everything and run Loket on this machine: web server, worker and beat, until Ctrl-C. `make run` "
        "calls it. For a real installation see docker-compose.yml."
    )
    requires_system_checks = []  # migrate runs them

    def add_arguments(self, parser):
        parser.add_argument("--port", type=int, default=8000, help="port of the web server (default: 8000)")

    def handle(self, *, port, **options):
        self._refuse_port_in_use(port)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, _interrupt)
        os.environ.setdefault("LOG_FORMAT", "text")  # for gunicorn, which does not read Django's settings
        os.environ.setdefault("SITE_URL", f"http://{HOST}:{port}")
        children = Children()
        ended = None
        try:
            self._set_up()
            for name, command in _programs(port).items():
                children.start(name, command)
            ended = self._wait_until_ready(children, port)
            if not ended:
                self._welcome(port)
            while not ended:
                time.sleep(0.25)
                ended = children.ended()
        except KeyboardInterrupt:
            self.stdout.write("\nStopping ...")
        except OperationalError as error:
            raise CommandError(f"The database does not answer, or not as needed (DATABASE_URL): {error}") from error
        finally:
            for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
                signal.signal(number, signal.SIG_IGN)  # we are stopping already, asked twice or not
            children.stop()
        if ended:
            name, code = ended
            raise CommandError(
                f"The {name} ended by itself (exit code {code}); its last words are above. Stopped the rest."
            )
        self.stdout.write("Stopped.")

    def _refuse_port_in_use(self, port):
        if not 0 < port < 65536:
            raise CommandError(f"{port} is not a port. Choose one from 1 to 65535, for example: make run PORT=8010")
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as gunicorn does
            try:
                probe.bind((HOST, port))
            except OSError as error:
                raise CommandError(
                    f"Port {port} cannot be used ({error.strerror}). Choose another, for example: make run PORT=8010"
                ) from error

    def _set_up(self):
        self._step("database", lambda: call_command("migrate", verbosity=0, interactive=False))
        self._step("static files", _collect_static)
        for name, what in LOADERS.items():
            if name in get_commands():
                self._step(what, lambda name=name: call_command(name, verbosity=0))
        _make_demo_accounts()
        if settings.DEMO_ACCOUNTS:
            self._step("what the demo accounts do", lambda: call_command("load_demo", verbosity=0))
            self._step("what is due there", lambda: call_command("load_demo_due", verbosity=0))
        # Beat would do so within half a minute; until then the first who looks would see zeros.
        self._step("the sums of the dashboards", lambda: facts.refresh(timezone.localdate()))
        self._step("the figures of this month, kept", lambda: snapshots.take_monthly(timezone.localdate()))
        connections.close_all()

    def _step(self, what, do):
        started = time.monotonic()
        self.stdout.write(f"Setting up: {what} ...", ending="")
        self.stdout.flush()
        do()
        self.stdout.write(f" {time.monotonic() - started:.1f} s")

    def _wait_until_ready(self, children, port):
        """Wait for the web server; gives what `Children.ended` gives."""
        deadline = time.monotonic() + READY_TIMEOUT_S
        while time.monotonic() < deadline:
            ended = children.ended()
            if ended:
                return ended
            with socket.socket() as probe:
                if probe.connect_ex((HOST, port)) == 0:
                    return None
            time.sleep(0.05)
        raise CommandError(f"The web server does not listen after {READY_TIMEOUT_S} seconds.")

    def _welcome(self, port):
        self.stdout.write(f"\nLoket runs at http://{HOST}:{port}/")
        for email, name in settings.DEMO_ACCOUNTS.items():
            self.stdout.write(f"  {name}: {email}, password {DEMO_PASSWORD}, at http://{HOST}:{port}/account/login/")
        if settings.DEMO_POST:
            self.stdout.write(f"  Mail is not sent; read it at http://{HOST}:{port}/demo/post/")
        self.stdout.write("Ctrl-C stops it.")
        self.stdout.flush()


def _interrupt(number, frame):
    raise KeyboardInterrupt


def _programs(port):
    programs = {
        "web server": f"gunicorn -c python:loket.gunicorn loket.wsgi --bind {HOST}:{port} --workers 2",
        "worker": "celery -q -A loket worker --concurrency 1 --loglevel WARNING --without-gossip --without-mingle",
        "beat": "celery -q -A loket beat --loglevel WARNING",
    }
    # In a container root is who one is; Celery's advice against it is for real installations.
    python = [sys.executable, "-W", "ignore:You're running the worker with superuser", "-m"]
    return {name: [*python, *command.split()] for name, command in programs.items()}


def _collect_static():
    """Collect and compress, unless no file changed since the last time."""
    state = hashlib.sha256(repr((settings.STORAGES, settings.STATIC_ROOT)).encode())
    for finder in get_finders():
        for path, storage in finder.list([]):
            file = os.stat(storage.path(path))
            state.update(f"{storage.path(path)} {file.st_size} {file.st_mtime_ns}\n".encode())
    stamp = settings.VAR_DIR / "static.stamp"
    if stamp.exists() and stamp.read_text() == state.hexdigest() and Path(settings.STATIC_ROOT).is_dir():
        return
    call_command("collectstatic", verbosity=0, interactive=False, clear=True)
    stamp.write_text(state.hexdigest())


def _make_demo_accounts():
    """The accounts of settings.DEMO_ACCOUNTS, with an address that needs no code any more."""
    accounts = get_user_model().objects
    for email, name in settings.DEMO_ACCOUNTS.items():
        make = accounts.create_superuser if email == DEMO_OFFICE else accounts.create_user
        user = accounts.filter(email=email).first() or make(email, DEMO_PASSWORD, name=name)
        EmailAddress.objects.get_or_create(user=user, email=email, defaults={"verified": True, "primary": True})
