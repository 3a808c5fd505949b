"""Programs that are units of their own: the manager asks for each by a
connection, and systemd starts it (systemd-socket-activate plays that part);
and what the programs tell systemd."""
import os
import shutil
import signal
import socket
import subprocess

import pytest

from manager_run import (  # noqa: F401
    make, programs, soon, wait_for)

ROLES = ("engine", "net", "web")


class Units:
    """Listens as the socket units do."""

    def __init__(self, m):
        self.folder = m.folder / "units"
        self.folder.mkdir()
        self.running = {}
        self.m = m
        # nothing can be executed but by the units
        shutil.move(m.folder / "libexec", m.folder / "elsewhere")
        for role in ROLES:
            self.listen(role)

    def listen(self, role):
        path = self.folder / f"calconn-{role}.sock"
        path.unlink(missing_ok=True)
        self.running[role] = subprocess.Popen(
            ["systemd-socket-activate", "--accept", "-l", path,
             self.m.folder / "elsewhere" / f"calconn-{role}", "-c",
             self.m.conf], stderr=subprocess.DEVNULL)
        wait_for(path.exists)

    def end(self):
        for p in self.running.values():
            p.kill()
            p.wait()


@pytest.fixture
def units(make):
    made = []

    def new(**conf):
        m = make(**conf)
        conf_text = m.conf.read_text() + f"activation_dir = {m.folder}/units\n"
        m.conf.write_text(conf_text)
        made.append(Units(m))
        return m, made[-1]
    yield new
    for u in made:
        u.end()


def parent_of(pid):
    with open(f"/proc/{pid}/status", encoding="ascii") as f:
        return int(next(line for line in f
                        if line.startswith("PPid:")).split()[1])


def test_all_run_and_come_back(units):
    m, u = units()
    m.start()
    for role in ROLES:
        pid = m.pid(f"calconn-{role}")
        assert parent_of(pid) == u.running[role].pid
    with m.control() as c:
        wait_for(lambda: c.job_get("nets") == "2")
    for role in ROLES:
        old = m.pid(f"calconn-{role}")
        os.kill(old, signal.SIGKILL)
        wait_for(lambda: m.is_up() and old not in m.pids())
    code, left = m.stop()
    assert (code, left) == (0, [])


def test_one_that_hangs_is_killed(units):
    m, _ = units(heartbeat_max_s=3)
    m.start()
    old = m.pid("calconn-net")
    os.kill(old, signal.SIGSTOP)
    wait_for(lambda: m.is_up() and old not in m.pids(), soon(15))
    assert any(p["why"] == "killed: no heartbeat for 3 seconds"
               for p in m.status()["processes"])


def test_they_end_with_the_manager(units):
    m, _ = units()
    m.start()
    pids = m.pids()
    m.process.kill()
    m.process.wait()
    wait_for(lambda: not any(os.path.exists(f"/proc/{p}") for p in pids), 10)


def test_a_unit_that_is_away_is_asked_again(units):
    m, u = units()
    m.start()
    u.running["engine"].kill()  # and with it the engine, its child
    u.running["engine"].wait()
    wait_for(lambda: "systemd did not start it" in m.log())
    u.listen("engine")
    wait_for(m.is_up, 30)


def test_what_systemd_is_told(make, monkeypatch):
    m = make()
    path = m.folder / "notify"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as s:
        s.bind(str(path))
        s.settimeout(20)
        monkeypatch.setenv("NOTIFY_SOCKET", str(path))
        m.start()
        assert s.recv(100) == b"READY=1"
        assert s.recv(100) == b"WATCHDOG=1"
        assert s.recv(100) == b"WATCHDOG=1"
        m.process.terminate()
        said = b""
        while said != b"STOPPING=1":
            said = s.recv(100)
            assert said in (b"WATCHDOG=1", b"STOPPING=1")
