"""Programs that live and die together."""

import os
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from loket import supervisor
from loket.supervisor import Children

ROOT = Path(__file__).resolve().parents[2]
IN_CHARGE = """
import time
from loket.supervisor import Children
children = Children()
children.start("sleeper", ["sleep", "600"])
print(children.running["sleeper"].pid, flush=True)
time.sleep(600)
"""


@pytest.fixture
def children():
    children = Children()
    yield children
    children.stop()


def test_stop_ends_all_programs(children):
    children.start("one", ["sleep", "600"])
    children.start("two", ["sleep", "600"])
    pids = [child.pid for child in children.running.values()]

    children.stop()

    assert not any(psutil.pid_exists(pid) for pid in pids)


def test_a_program_that_ended_is_named_with_its_exit_code(children):
    children.start("stays", ["sleep", "600"])
    children.start("goes", ["sh", "-c", "exit 7"])
    children.running["goes"].wait(timeout=20)

    assert children.ended() == ("goes", 7)


def test_as_long_as_all_run_none_has_ended(children):
    children.start("stays", ["sleep", "600"])

    assert children.ended() is None


def test_what_a_program_leaves_behind_when_it_is_told_to_stop_is_ended_too(children, tmp_path):
    careless = f"trap 'exit 0' TERM; sleep 600 & echo $! > {tmp_path}/pid; wait"
    children.start("careless", ["sh", "-c", careless])
    while not (tmp_path / "pid").exists() or not (tmp_path / "pid").read_text().strip():
        time.sleep(0.02)
    orphan = int((tmp_path / "pid").read_text())
    assert psutil.pid_exists(orphan)

    children.stop()

    assert not psutil.pid_exists(orphan) or psutil.Process(orphan).status() == psutil.STATUS_ZOMBIE


def test_a_program_that_does_not_listen_is_ended_by_force_with_its_own_children(children, monkeypatch, tmp_path):
    monkeypatch.setattr(supervisor, "STOP_TIMEOUT_S", 0.2)
    deaf = f"trap '' TERM; sleep 600 & echo $! > {tmp_path}/pid; wait; while true; do sleep 1; done"
    children.start("deaf", ["sh", "-c", deaf])
    pid = psutil.Process(int(_appears(tmp_path / "pid")))

    children.stop()

    psutil.wait_procs([pid], timeout=20)
    assert not pid.is_running() or pid.status() == psutil.STATUS_ZOMBIE


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child that its parent died")
def test_programs_end_when_who_started_them_is_killed():
    parent = subprocess.Popen(
        [sys.executable, "-c", IN_CHARGE], cwd=ROOT, env=os.environ, stdout=subprocess.PIPE, text=True
    )
    child = psutil.Process(int(parent.stdout.readline()))

    parent.kill()
    parent.communicate(timeout=20)

    psutil.wait_procs([child], timeout=20)
    assert not child.is_running() or child.status() == psutil.STATUS_ZOMBIE


def _appears(path):
    """What the file says, as soon as it says something."""
    deadline = time.monotonic() + 20
    while not (path.exists() and path.read_text()):
        assert time.monotonic() < deadline
        time.sleep(0.01)
    return path.read_text()
