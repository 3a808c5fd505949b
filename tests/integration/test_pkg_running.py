"""Versions changed while the product runs: what runs is what `current` leads
to, whatever ends in the middle."""
import json
import os
import pathlib
import signal
import subprocess
import sys
import time

import pytest

from ctl_run import BUILD, TOP
from pkg_run import Host, Shelf

sys.path.insert(0, str(TOP / "tests" / "harness"))

from control import Control, Refused, text  # noqa: E402


@pytest.fixture(scope="module")
def shelf(tmp_path_factory):
    s = Shelf(tmp_path_factory.mktemp("shelf"))
    for version in ("1.0", "1.1"):
        s.make(version)
    return s


class Running(Host):
    def start(self):
        self.done("install", self.bundle("1.0"))
        self.ctl("setup", "keys")
        self.process = subprocess.Popen(
            [self.root / "current/sbin/calconn-managerd", "-c", self.conf,
             "--supervise"], stdout=subprocess.DEVNULL,
            stderr=open(self.dir / "stderr", "a"))
        self.up("1.0")

    def processes(self):
        """Program to the version that it is of; None: not all are up."""
        r = subprocess.run(
            [self.root / "current/bin/calconnctl", "-c", self.conf, "--json",
             "status"], capture_output=True, text=True)
        if r.returncode:
            return None
        st = json.loads(r.stdout)
        if st["state"] in ("starting", "stopping"):
            return None
        found = {}
        for p in st["processes"]:
            try:
                exe = os.readlink(f"/proc/{p['pid']}/exe")
            except OSError:
                return None
            if p["program"] != "calconn-supervise":
                found[p["program"]] = exe.split("/versions/")[1].split("/")[0]
        return found

    def up(self, version, seconds=40):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            got = self.processes()
            if got and set(got.values()) == {version} and len(got) >= 5:
                return
            time.sleep(0.05)
        pytest.fail(f"{version} does not run: {got}\n" +
                    (self.dir / "log/calconn-managerd.log").read_text()[-3000:])

    def until(self, what, seconds=60):
        end = time.monotonic() + seconds
        while not what():
            assert time.monotonic() < end
            time.sleep(0.05)

    def end(self):
        self.process.terminate()
        try:
            self.process.wait(15)
        finally:
            mine = str(self.conf).encode()
            for entry in pathlib.Path("/proc").glob("[0-9]*/cmdline"):
                try:
                    if mine in entry.read_bytes():
                        os.kill(int(entry.parent.name), signal.SIGKILL)
                except (FileNotFoundError, ProcessLookupError):
                    pass


@pytest.fixture
def host(tmp_path, shelf):
    h = Running(tmp_path / "h", shelf)
    h.bundle = lambda v: shelf.dir / f"{v}.tlp"
    h.start()
    yield h
    h.end()


def test_upgrade_and_back(host):
    host.tell("a.example")
    host.done("install", host.bundle("1.1"))
    host.up("1.1")
    assert host.told() == "a.example"
    host.tell("b.example")
    host.done("rollback", "--yes")
    host.up("1.0")
    assert host.told() == "a.example"
    assert host.list()["rejected"] == ["1.1"]


def test_one_that_does_not_work(host, shelf):
    """Its engine ends at once: the version before runs again by itself."""
    def spoil(tree):
        engine = tree / "libexec/calconn/calconn-engine"
        engine.unlink()
        engine.write_text("#!/bin/sh\nexit 1\n")
        engine.chmod(0o755)

    host.tell("a.example")
    r = host.pkg("install", shelf.make("1.3", spoil))
    assert r.returncode == 1 and "did not work" in r.stderr
    assert host.current() == "1.0"
    host.up("1.0")
    assert host.told() == "a.example"
    assert host.list()["rejected"] == ["1.3"]
    assert host.refused("install", shelf.dir / "1.3.tlp") == "rejected"


def test_killed_while_it_holds(host):
    """The manager comes back when the one that held it is gone."""
    with subprocess.Popen(
            [host.root / "current/sbin/calconn-pkg", "-c", host.conf, "hold",
             "installing"], stdin=subprocess.PIPE,
            stdout=subprocess.PIPE) as holder:
        assert holder.stdout.read(1) == b"h"
        assert host.processes() is None
        holder.kill()
    host.up("1.0")


def test_killed_after_the_switch(host):
    """Nobody has said yet that the new version works."""
    host.tell("a.example")
    with subprocess.Popen(
            [host.root / "current/sbin/calconn-pkg", "-c", host.conf,
             "install", host.bundle("1.1")], stdout=subprocess.PIPE,
            text=True, start_new_session=True) as p:
        while "watching" not in p.stdout.readline():
            pass
        os.killpg(p.pid, signal.SIGKILL)
    host.up("1.1")
    host.until(lambda: not (host.root / "journal").exists())
    assert host.current() == "1.1" and host.told() == "a.example"


def test_asked_for_by_the_pages(host):
    """The manager leaves the request, its supervisor has it carried out."""
    host.done("install", host.bundle("1.1"))
    host.up("1.1")
    with Control(host.dir / "control.sock", BUILD) as c:
        for verb, version in (("install", "1.1"), ("allow", ""),
                              ("allow", "../1.0"), ("rollback", "1.0")):
            with pytest.raises(Refused):
                c.call("VERSION_REQUEST", text(verb) + text(version))
        c.call("VERSION_REQUEST", text("rollback") + text(""))
    host.up("1.0")
    host.until(lambda: not (host.root / "journal").exists())
    assert host.list()["rejected"] == ["1.1"]
    with Control(host.dir / "control.sock", BUILD) as c:
        c.call("VERSION_REQUEST", text("allow") + text("1.1"))
    host.until(lambda: host.list()["rejected"] == [])


def test_by_calconnctl(host):
    host.done("install", host.bundle("1.1"))
    assert host.ctl("connector", "versions")["target"] == "1.0"
    r = subprocess.run(
        [host.root / "current/bin/calconnctl", "-c", host.conf, "connector",
         "rollback", "1.1"], capture_output=True, text=True)
    assert r.returncode == 1 and "leads to version 1.0" in r.stderr
    host.ctl("connector", "rollback", "1.0")
    assert host.current() == "1.0"
    host.ctl("connector", "allow", "1.1")
    host.ctl("connector", "install", host.bundle("1.1"))
    assert host.current() == "1.1"
