"""calconn-managerd: who starts it again, and whom it kills because they
hang.  With the stand-ins of manager_run.py."""
import os
import shutil
import signal
import subprocess
import time

import pytest

from manager_run import (  # noqa: F401
    BUILD, wait_for, soon, is_alive, make, manager, programs)
from control import text


def test_supervisor_starts_it_again(make):
    m = make(supervise=True).start()
    for _ in range(5):
        old = m.is_up()["processes"]
        os.kill(m.pid("calconn-managerd"), signal.SIGKILL)

        def back():
            st = m.is_up()
            return st and not (
                {p["pid"] for p in st["processes"]} &
                {p["pid"] for p in old
                 if p["program"] != "calconn-supervise"})
        _, took = wait_for(back)
        assert took < soon(2.0)
        assert not any(is_alive(p["pid"]) for p in old
                       if p["program"] != "calconn-supervise")
    assert m.stop() == (0, [])


def test_supervisor_is_started_again_too(make):
    m = make(supervise=True).start()
    for _ in range(3):
        old = m.kill_supervisor()
        wait_for(lambda: m.pids("calconn-supervise") not in ([], [old]))
        assert m.is_up()
        old = m.pid("calconn-managerd")
        os.kill(old, signal.SIGKILL)
        wait_for(lambda: m.is_up() and m.pid("calconn-managerd") != old)
    pids = m.pids()
    os.kill(m.pid("calconn-supervise"), signal.SIGTERM)
    wait_for(lambda: not any(is_alive(p) for p in pids), 6)


PKG = """#!/bin/sh
# stands in for calconn-pkg: one line a run, which lasts until "go" is there
echo run >>{0}/runs
until [ -e {0}/go ]; do sleep 0.05; done
"""


def make_with_pkg(make, before=()):
    """A manager with its supervisor, beside a stand-in of calconn-pkg whose
    first run, at the start, has begun."""
    m = make(supervise=True)
    (m.folder / "sbin").mkdir()
    shutil.copy(BUILD / "calconn-managerd", m.folder / "sbin")
    pkg = m.folder / "sbin" / "calconn-pkg"
    pkg.write_text(PKG.format(m.folder))
    pkg.chmod(0o755)
    m.args = [*before, m.folder / "sbin" / "calconn-managerd"]
    m.start()
    wait_for(lambda: runs(m) == 1)
    return m


def runs(m):
    return (m.folder / "runs").read_text().count("run")


def request_version(m, version):
    with m.control() as c:
        c.call("VERSION_REQUEST", text("allow") + text(version))


def test_request_beside_a_running_pkg_is_seen_to(make):
    m = make_with_pkg(make)
    request_version(m, "1.2.3")
    (m.folder / "go").touch()
    wait_for(lambda: runs(m) == 2)
    assert m.stop() == (0, [])


def test_pkg_without_a_descriptor_is_waited_for_too(make):
    # the first of the supervisor's is the manager's, the second this one's
    m = make_with_pkg(make, before=[
        "strace", "-qq", "-o", "/dev/null", "-e", "trace=pidfd_open",
        "-e", "inject=pidfd_open:error=EMFILE:when=2"])
    (m.folder / "go").touch()
    first = m.folder / "control.request"

    def again():
        first.unlink(missing_ok=True)
        request_version(m, "1.2.3")
        return runs(m) > 1
    wait_for(again)


def test_manager_without_a_descriptor_is_not_kept(make):
    m = make(supervise=True)
    r = subprocess.run(
        ["strace", "-qq", "-o", "/dev/null", "-e", "trace=pidfd_open",
         "-e", "inject=pidfd_open:error=EMFILE:when=1",
         BUILD / "calconn-managerd", "--supervise", "-c", m.conf],
        stderr=subprocess.DEVNULL, timeout=20)
    assert r.returncode == 1
    assert m.mine() == []


def test_launcher_takes_all_along_and_comes_back(make):
    m = make(supervise=True).start()
    for _ in range(5):
        old = [p["pid"] for p in m.is_up()["processes"]
               if p["program"] != "calconn-supervise"]
        os.kill(m.pid("calconn-launch"), signal.SIGKILL)
        _, took = wait_for(lambda: m.is_up() and not set(old) & set(m.pids()))
        assert took < soon(2.0)
        wait_for(lambda: not any(is_alive(p) for p in old), 1)


def test_launcher_may_pause(make):
    m = make(supervise=True).start()
    launcher, engine = m.pid("calconn-launch"), m.pid("calconn-engine")
    os.kill(launcher, signal.SIGSTOP)
    with m.control() as c:
        c.call("CONNECTOR_RESTART")
    os.kill(engine, signal.SIGKILL)
    time.sleep(0.2)
    os.kill(launcher, signal.SIGCONT)
    wait_for(lambda: m.is_up() and m.pid("calconn-engine") != engine)


def row_of(m, program):
    return next(p for p in m.status()["processes"]
                if p["program"] == program)


@pytest.mark.parametrize("program", [
    "calconn-engine", "calconn-net", "calconn-web"])
def test_who_hangs_is_killed_and_started_again(make, program):
    m = make(heartbeat_max_s=3).start()
    began = time.time()
    old = row_of(m, program)
    assert (old["why"], old["ended_s"]) == ("", 0)
    os.kill(old["pid"], signal.SIGSTOP)
    wait_for(lambda: m.is_up() and old["pid"] not in m.pids(), soon(15))
    why = [p for p in m.status()["processes"] if p["why"]]
    assert [(p["program"], p["why"]) for p in why] == [
        (program, "killed: no heartbeat for 3 seconds")]
    assert why[0]["ended_s"] >= int(began)
    assert why[0]["restarts"] == 1
    assert 'Reason="no heartbeat for 3 seconds"' in m.log()
    if program == "calconn-engine":
        assert "killed: no heartbeat" in m.log()


def test_engine_that_falls_silent_is_killed(make):
    m = make(heartbeat_max_s=3).start()
    old = m.pid("calconn-engine")
    with m.control() as c:
        c.send("JOB_GET", text("silent"))
    wait_for(lambda: m.is_up() and m.pid("calconn-engine") != old, soon(15))


def test_manager_that_was_stopped_kills_nobody(make):
    """Their heartbeats wait in its sockets until it reads them."""
    m = make(heartbeat_max_s=3).start()
    before = sorted(m.pids())
    pid = m.pid("calconn-managerd")
    for _ in range(3):
        os.kill(pid, signal.SIGSTOP)
        time.sleep(5)  # what is tested: longer than heartbeat_max_s
        os.kill(pid, signal.SIGCONT)
        wait_for(m.is_up)
    time.sleep(1.5)  # one tick of the manager, and some
    assert sorted(m.pids()) == before
    assert "no heartbeat" not in m.log()


def test_third_death_is_told_to_the_engine(manager):
    def told(program, times, why):
        line = (f'Event="Fake Deaths" Module="tests" Program="{program}" '
                f'Times="{times}" Why="{why}"')
        return line in manager.log("calconn-engine")

    kill = "signal 9 (Killed)"
    for n in range(3):
        old = manager.pid("calconn-net")
        os.kill(old, signal.SIGKILL)
        wait_for(lambda: manager.is_up() and old not in manager.pids())
        if n < 2:
            assert not told("calconn-net", n + 1, kill)
    wait_for(lambda: told("calconn-net", 3, kill))
    # one that starts is told what was before it
    with manager.control() as c:
        c.send("JOB_GET", text("exit"))
    wait_for(lambda: told("calconn-engine", 1, "exit code 3"))
