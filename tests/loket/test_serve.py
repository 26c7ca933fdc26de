"""`manage.py serve`, for real: a folder of its own, in a terminal of its own."""

import fcntl
import os
import pty
import re
import select
import signal
import socket
import subprocess
import sys
import termios
import time
from pathlib import Path
from urllib.request import urlopen

import psutil
import pytest

ROOT = Path(__file__).resolve().parents[2]
START_TIMEOUT_S = 120


class Served:
    """`manage.py serve` in a terminal; `said` is what stands there."""

    def __init__(self, var_dir, port):
        self.port = port
        self.said = ""
        self.terminal, inside = pty.openpty()
        self.process = subprocess.Popen(
            [sys.executable, "manage.py", "serve", "--port", str(port)],
            cwd=ROOT,
            env=_environment(var_dir),
            stdin=inside,
            stdout=inside,
            stderr=inside,
            start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
        )
        os.close(inside)

    def read_until(self, text):
        """Wait until `text` stands in the terminal, or everything ended; gives whether it stands there."""
        deadline = time.monotonic() + START_TIMEOUT_S
        while text not in self.said:
            readable, _, _ = select.select([self.terminal], [], [], max(0.0, deadline - time.monotonic()))
            assert readable, f"{text!r} did not come; this did:\n{self.said}"
            try:
                self.said += os.read(self.terminal, 4096).decode()
            except OSError:  # nobody has the terminal open any more
                return False
        return True

    def start(self):
        assert self.read_until("Ctrl-C stops it."), self.said
        return self

    def programs(self):
        return psutil.Process(self.process.pid).children(recursive=True)

    def press_ctrl_c(self):
        os.write(self.terminal, b"\x03")

    def exit_code(self):
        self.read_until("nothing says this")
        return self.process.wait(timeout=60)

    def close(self):
        self.process.kill()
        self.process.wait()
        os.close(self.terminal)


@pytest.fixture(scope="module")
def var_dir(tmp_path_factory):
    """One folder for the whole module: setting up takes longest the first time."""
    return tmp_path_factory.mktemp("serve") / "var"


@pytest.fixture
def port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


@pytest.fixture
def serve(var_dir, port):
    served = []

    def start():
        served.append(Served(var_dir, port))
        return served[-1]

    yield start
    for each in served:
        each.close()


def _environment(var_dir):
    return os.environ | {
        "DJANGO_SETTINGS_MODULE": "loket.settings_test",
        "LOKET_VAR_DIR": str(var_dir),
        "PYTHONUNBUFFERED": "1",
    }


def servers_in(var_dir):
    """The database and broker that work in `var_dir`: they stand in their data folder."""
    found = []
    for process in psutil.process_iter():
        try:
            if Path(process.cwd()).is_relative_to(var_dir):
                found.append(process)
        except (psutil.Error, FileNotFoundError):
            continue
    return found


def test_it_answers_and_ctrl_c_leaves_nothing_running(serve, var_dir, port):
    served = serve().start()
    programs = served.programs()

    with urlopen(f"http://127.0.0.1:{port}/healthz/live") as answer:
        assert answer.status == 200
    assert f"http://127.0.0.1:{port}/" in served.said
    assert "beheer@voorbeeld.example" in served.said
    served.press_ctrl_c()

    assert served.exit_code() == 0
    assert "Stopped." in served.said
    assert "Traceback" not in served.said
    assert psutil.wait_procs(programs, timeout=0)[1] == []
    assert servers_in(var_dir) == []


def test_a_port_in_use_is_said_before_anything_is_set_up(serve, port):
    with socket.create_server(("127.0.0.1", port)):
        served = serve()

        assert served.exit_code() == 1
    assert f"Port {port} cannot be used" in served.said
    assert "make run PORT=8010" in served.said
    assert "Setting up" not in served.said


def test_a_program_that_dies_is_named_and_stops_the_rest(serve, var_dir):
    served = serve().start()
    programs = served.programs()
    beat = next(each for each in programs if "beat" in each.cmdline())

    beat.send_signal(signal.SIGKILL)

    assert served.exit_code() == 1
    assert re.search(r"The beat ended by itself \(exit code -9\)", served.said)
    assert psutil.wait_procs(programs, timeout=0)[1] == []
    assert servers_in(var_dir) == []


def test_ctrl_c_while_setting_up_ends_quietly(serve, var_dir):
    served = serve()
    served.read_until("Setting up")
    served.press_ctrl_c()

    assert served.exit_code() == 0
    assert "Traceback" not in served.said
    assert servers_in(var_dir) == []


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child that its parent died")
def test_killed_it_leaves_nothing_running_and_starts_again(serve, var_dir):
    killed = serve().start()
    programs = killed.programs()

    killed.process.kill()
    alive = psutil.wait_procs(programs, timeout=60)[1]

    assert [each for each in alive if each.status() != psutil.STATUS_ZOMBIE] == []
    again = serve().start()
    again.press_ctrl_c()
    assert again.exit_code() == 0
    assert servers_in(var_dir) == []
