"""Programs that live and die together: the web server, the worker and beat of a local run."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time

STOP_TIMEOUT_S = 15
ORPHAN_TIMEOUT_S = 2


class Children:
    """Child processes by name. Whatever happens to us, none of them stays behind."""

    def __init__(self):
        self.running = {}

    def start(self, name, command):
        """Start a program. It gets a session of its own, so that Ctrl-C reaches only us and we stop it in order."""
        self.running[name] = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, start_new_session=True, preexec_fn=_end_with(os.getpid())
        )

    def ended(self):
        """(name, exit code) of a program that is not running any more, or None."""
        for name, child in self.running.items():
            if child.poll() is not None:
                return name, child.returncode
        return None

    def stop(self):
        """Ask all to end, wait, and end by force what stays longer than STOP_TIMEOUT_S."""
        for child in self.running.values():
            child.terminate()
        deadline = time.monotonic() + STOP_TIMEOUT_S
        for child in self.running.values():
            try:
                child.wait(timeout=max(0.0, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                os.killpg(child.pid, signal.SIGKILL)
                child.wait()
            _end_group(child.pid)
        self.running.clear()


def _end_group(group):
    """End what a program left behind: a worker that is told to stop while it starts forgets its own children.

    Such an orphan would count as a user of the embedded servers, so that nobody stops these.
    """
    deadline = time.monotonic() + ORPHAN_TIMEOUT_S
    with contextlib.suppress(ProcessLookupError):  # nobody is left
        os.killpg(group, signal.SIGKILL)
        while time.monotonic() < deadline:
            os.killpg(group, 0)
            time.sleep(0.02)


def _end_with(parent):
    """What a child does first: ask the kernel for a SIGTERM when `parent` dies, even by kill -9. Linux only."""
    if sys.platform != "linux":
        return None
    prctl = ctypes.CDLL(None, use_errno=True).prctl  # found before the fork: after it little is safe
    set_parent_death_signal = 1

    def ask():
        prctl(set_parent_death_signal, signal.SIGTERM)
        if os.getppid() != parent:  # died before we asked
            os._exit(1)

    return ask
