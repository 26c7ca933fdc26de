"""The embedded servers, for real: each test starts users as processes of their own."""

import contextlib
import json
import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import psutil
import psycopg2
import pytest

ROOT = Path(__file__).resolve().parents[2]
USER = """
import json, os, sys
from loket import embedded
servers = {"database": embedded.database_settings(sys.argv[1]), "redis": embedded.redis_url(sys.argv[1])}
if sys.argv[2:] == ["fork"]:
    child = os.fork()
    if not child:
        sys.exit()
    os.waitpid(child, 0)
print(json.dumps(servers), flush=True)
sys.stdin.read()
"""


class User:
    """A process that uses both servers until `leave`."""

    def __init__(self, var_dir, *arguments, **environment):
        self.process = subprocess.Popen(
            [sys.executable, "-c", USER, var_dir, *arguments],
            cwd=ROOT,
            env=os.environ | environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def __enter__(self):
        answer = self.process.stdout.readline()
        assert answer, self.process.stderr.read()
        self.servers = json.loads(answer)
        return self

    def __exit__(self, *error):
        self.leave()

    def leave(self):
        """End as a program ends; returns what it said on its way out."""
        if self.process.stdin.closed:
            return None
        return self.process.communicate(timeout=60)[1]

    def kill(self):
        self.process.kill()
        self.leave()

    def sql(self, statement):
        database = self.servers["database"]
        connection = psycopg2.connect(
            host=database["HOST"], port=database["PORT"], user=database["USER"], dbname=database["NAME"]
        )
        try:
            with connection, connection.cursor() as cursor:
                cursor.execute(statement)
                return cursor.fetchone() if cursor.description else None
        finally:
            connection.close()

    def redis(self, *command):
        import redis

        with redis.Redis.from_url(self.servers["redis"]) as client:
            return client.execute_command(*command)


def servers_in(var_dir):
    """Process numbers of the servers that work in `var_dir`: they stand in their data folder."""
    found = []
    for process in psutil.process_iter():
        try:
            if Path(process.cwd()).is_relative_to(Path(var_dir).resolve()):
                found.append(process.pid)
        except (psutil.Error, FileNotFoundError):  # ended meanwhile, or not ours
            continue
    return found


def kill_servers_in(var_dir):
    """kill -9 of both servers with all their children; a child may end by itself once its parent is gone."""
    for pid in servers_in(var_dir):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


@pytest.fixture
def bystander():
    """A program that has nothing to do with us."""
    process = subprocess.Popen(["sleep", "600"])
    yield process
    process.kill()
    process.wait()


def test_a_server_starts_with_its_first_user_and_stops_with_it(tmp_path):
    with User(tmp_path) as user:
        assert user.sql("SELECT lower('É')") == ("é",)
        assert user.redis("PING")
        sockets = Path(user.servers["database"]["HOST"])
        assert stat.S_IMODE(sockets.stat().st_mode) == 0o700
        assert user.leave() == ""

    assert servers_in(tmp_path) == []
    assert not sockets.exists()


def test_the_second_user_keeps_the_servers_when_the_first_leaves(tmp_path):
    with User(tmp_path) as first, User(tmp_path) as second:
        assert first.servers == second.servers
        first.leave()

        assert second.sql("SELECT 1") == (1,)
        assert second.redis("PING")

    assert servers_in(tmp_path) == []


def test_a_forked_child_that_ends_stops_nothing(tmp_path):
    with User(tmp_path, "fork") as user:
        assert user.sql("SELECT 1") == (1,)
        assert user.redis("PING")


def test_after_kill_9_of_a_user_the_next_one_goes_on_and_stops_the_servers(tmp_path):
    with User(tmp_path) as killed:
        killed.sql("CREATE TABLE kept (n int)")
        killed.redis("SET", "kept", "yes")
        killed.kill()

    with User(tmp_path) as user:
        assert user.sql("SELECT count(*) FROM kept") == (0,)
        assert user.redis("GET", "kept") == b"yes"

    assert servers_in(tmp_path) == []


def test_after_kill_9_of_everything_no_committed_row_is_lost(tmp_path):
    with User(tmp_path) as user:
        user.sql("CREATE TABLE kept AS SELECT generate_series(1, 1000) AS n")
        user.redis("SET", "kept", "yes")
        user.kill()
        kill_servers_in(tmp_path)

    with User(tmp_path) as user:
        assert user.sql("SELECT count(*) FROM kept") == (1000,)
        assert user.redis("GET", "kept") == b"yes"


def test_a_stale_pid_file_neither_blocks_the_start_nor_harms_who_has_the_number_now(tmp_path, bystander):
    with User(tmp_path):
        pid_file = tmp_path / "postgres/data/postmaster.pid"
        lines = pid_file.read_text().splitlines(keepends=True)
    pid_file.write_text("".join([f"{bystander.pid}\n", *lines[1:]]))

    with User(tmp_path) as user:
        assert user.sql("SELECT 1") == (1,)

    assert bystander.poll() is None


def test_a_server_that_died_is_not_stopped_by_the_number_it_had(tmp_path, bystander):
    with User(tmp_path) as user:
        kill_servers_in(tmp_path)
        (tmp_path / "postgres/data/postmaster.pid").write_text(f"{bystander.pid}\n")
        user.leave()

    assert bystander.poll() is None
    with User(tmp_path) as user:
        assert user.sql("SELECT 1") == (1,)


def test_a_long_path_with_spaces_is_no_problem(tmp_path):
    var_dir = tmp_path / ("een lange map " * 8).strip() / "var"

    with User(var_dir) as user:
        assert user.sql("SELECT 1") == (1,)
        assert user.redis("PING")

    assert servers_in(var_dir) == []


def test_a_half_made_cluster_is_made_again(tmp_path):
    half_made = tmp_path / "postgres/data.new"
    half_made.mkdir(parents=True)
    (half_made / "PG_VERSION").write_text("18\n")

    with User(tmp_path) as user:
        assert user.sql("SELECT 1") == (1,)


def test_a_socket_folder_that_others_may_enter_is_refused(tmp_path):
    with User(tmp_path) as user:
        sockets = Path(user.servers["database"]["HOST"])
    sockets.mkdir()
    sockets.chmod(0o777)

    said = User(tmp_path).leave()

    assert f"needs {sockets}, which is not ours alone; remove it" in said


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has to become somebody else")
def test_root_without_user_namespaces_and_with_a_closed_folder_reads_what_to_do(tmp_path):
    tmp_path.chmod(0o700)
    no_unshare = tmp_path / "bin"
    no_unshare.mkdir()
    (no_unshare / "unshare").write_text("#!/bin/sh\nexit 1\n")
    (no_unshare / "unshare").chmod(0o755)

    said = User(tmp_path / "var", PATH=f"{no_unshare}:{os.environ['PATH']}").leave()

    assert "cannot run as root" in said
    assert "Or set DATABASE_URL to use another." in said


def test_a_start_that_fails_shows_the_end_of_the_log(tmp_path):
    with User(tmp_path):
        pass
    (tmp_path / "postgres/data/PG_VERSION").write_text("9.6\n")

    said = User(tmp_path).leave()

    assert "stopped while starting" in said
    assert "9.6" in said
