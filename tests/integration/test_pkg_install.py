"""Versions installed, upgraded, rolled back and allowed while nothing runs,
and each of that cut short at every place where it changes the disk."""
import mmap
import os
import shutil
import struct
import subprocess

import pytest

from ctl_run import TOP
from pkg_run import Host, Shelf

POINTS = 12     # of each kind of change; all of them in the soak


@pytest.fixture(scope="module")
def shelf(tmp_path_factory):
    s = Shelf(tmp_path_factory.mktemp("shelf"))
    for version in ("1.0", "1.1", "1.2", "1.10"):
        s.make(version)
    return s


@pytest.fixture
def host(tmp_path, shelf):
    h = Host(tmp_path / "host", shelf)
    h.bundle = lambda v: shelf.dir / f"{v}.tlp"
    return h


def everything(folder):
    """All names, sizes and times below a folder, but of the note that says
    what became of the last attempt."""
    return sorted((str(p), p.lstat().st_size, p.lstat().st_mtime_ns)
                  for p in folder.rglob("*")
                  if p.is_file() and p != folder / "status")


def test_first_install(host):
    assert host.list()["installed"] == ""
    host.done("install", host.bundle("1.0"))
    assert host.current() == "1.0"
    host.is_whole()
    host.tell("a.example")
    assert host.told() == "a.example"
    got = host.list()
    assert (got["installed"], got["target"]) == ("1.0", "")


def test_there_and_back(host):
    host.done("install", host.bundle("1.0"))
    host.tell("a.example")
    host.done("install", host.bundle("1.1"))
    assert host.current() == "1.1" and host.told() == "a.example"
    host.is_whole()
    host.tell("b.example")
    assert host.list()["target"] == "1.0"

    asked = host.pkg("rollback")
    assert asked.returncode == 3
    assert "room_rule_video" in asked.stdout and "b.example" in asked.stdout
    assert host.current() == "1.1"

    host.done("rollback", "--yes")
    assert host.current() == "1.0" and host.told() == "a.example"
    host.is_whole()
    assert host.list()["rejected"] == ["1.1"]
    before = everything(host.root)
    assert host.refused("install", host.bundle("1.1")) == "rejected"
    assert everything(host.root) == before
    host.done("install", host.bundle("1.2"))
    assert host.list()["target"] == "1.0"

    host.done("rollback", "--yes")
    host.done("allow", "1.1")
    assert host.list()["rejected"] == ["1.2"]
    host.done("install", host.bundle("1.1"))
    assert host.current() == "1.1" and host.told() == "a.example"


def test_nothing_to_go_back_to(host):
    host.done("install", host.bundle("1.0"))
    r = host.pkg("rollback", "--yes")
    assert r.returncode == 1 and "no earlier version" in r.stderr
    assert host.current() == "1.0"


def test_refused_changes_nothing(host, shelf, tmp_path):
    host.done("install", host.bundle("1.1"))
    added, cut = tmp_path / "added.tlp", tmp_path / "cut.tlp"
    good = host.bundle("1.2").read_bytes()
    added.write_bytes(good + b"x")
    cut.write_bytes(good[:-1000])
    before = everything(host.root)
    for path, why in ((host.bundle("1.1"), "installed"),
                      (host.bundle("1.0"), "downgrade"),
                      (added, "bytes-added"), (cut, "truncated")):
        assert host.refused("install", path) == why
        assert everything(host.root) == before


def test_numbers_and_not_letters(host):
    host.done("install", host.bundle("1.2"))
    host.done("install", host.bundle("1.10"))
    assert host.current() == "1.10"


def test_three_stay(host, shelf):
    for version in ("1.0", "1.1", "1.2", "1.10"):
        host.done("install", host.bundle(version))
    names = [v["version"] for v in host.list()["versions"]]
    assert names == ["1.1", "1.2", "1.10"]
    assert not (host.root / "versions" / "1.0").exists()


def test_one_that_cannot_migrate(host, shelf):
    def spoil(tree):
        (tree / "bin/calconnctl").unlink()
        (tree / "bin/calconnctl").write_text("#!/bin/sh\nexit 1\n")
        (tree / "bin/calconnctl").chmod(0o755)

    host.done("install", host.bundle("1.0"))
    host.tell("a.example")
    bad = shelf.make("2.0", spoil)
    r = host.pkg("install", bad)
    assert r.returncode == 1 and "calconnctl failed" in r.stderr
    assert host.current() == "1.0" and host.told() == "a.example"
    assert not (host.root / "versions" / "2.0").exists()
    host.done("install", host.bundle("1.1"))


def test_one_at_a_time(host):
    host.done("install", host.bundle("1.0"))
    with subprocess.Popen(["flock", host.root / "lock", "-c",
                           "echo locked; read x"], stdin=subprocess.PIPE,
                          stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout.readline() == "locked\n"
        r = host.pkg("install", host.bundle("1.1"))
        assert r.returncode == 1 and "Another" in r.stderr
        other.stdin.close()


def test_configuration_elsewhere(host):
    text = host.conf.read_text().replace("all/current/data/config",
                                         "config")
    host.conf.write_text(text)
    r = host.pkg("install", host.bundle("1.0"))
    assert r.returncode == 1 and "config_db is to be" in r.stderr


# -- cut short ---------------------------------------------------------------

DIES, FULL = 1, 2


@pytest.fixture(scope="module")
def fault(tmp_path_factory):
    """Preloads tests/harness/fault.c: (host, at, what) -> how to run."""
    folder = tmp_path_factory.mktemp("fault")
    lib, counter = folder / "fault.so", folder / "counter"
    subprocess.run(["gcc", "-shared", "-fPIC", "-O1", "-o", lib,
                    TOP / "tests/harness/fault.c"], check=True)
    counter.write_bytes(bytes(4096))

    class Fault:
        env = dict(os.environ, LD_PRELOAD=str(lib),
                   CALCONN_FAULT=str(counter))

        def set(self, at, what):
            with open(counter, "r+b") as f, mmap.mmap(f.fileno(), 0) as m:
                m[0:24] = struct.pack("QQQ", 0, at, what)

        def count(self):
            return struct.unpack("Q", counter.read_bytes()[:8])[0]
    return Fault()


def points(n, request):
    if "soak" in (request.config.option.markexpr or ""):
        return range(1, n + 1)
    return sorted({1 + i * (n - 1) // (POINTS - 1) for i in range(POINTS)})


CHANGES = {
    # words, version and setting before, after, rejected after
    "install": (["install", "1.1"], ("1.0", "a.example"),
                ("1.1", "a.example"), []),
    "rollback": (["rollback", "--yes"], ("1.1", "b.example"),
                 ("1.0", "a.example"), ["1.1"]),
    "first": (["install", "1.0"], None, ("1.0", ""), []),
}


@pytest.mark.slow
@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("what", [DIES, FULL], ids=["killed", "full"])
def test_cut_short(host, fault, request, tmp_path, change, what):
    words, before, after, rejected = CHANGES[change]
    words = [str(host.bundle(w)) if w[0] == "1" else w for w in words]
    if before:
        host.done("install", host.bundle("1.0"))
        host.tell("a.example")
    if change == "rollback":
        host.done("install", host.bundle("1.1"))
        host.tell("b.example")
    start = tmp_path / "start"
    if before:
        shutil.copytree(host.root, start, symlinks=True)
    fault.set(0, 0)
    assert host.pkg(*words, env=fault.env).returncode == 0
    n = fault.count()
    assert n >= 10

    for at in points(n, request):
        where = f"{change} {what} at {at} of {n}"
        shutil.rmtree(host.root)
        if before:
            shutil.copytree(start, host.root, symlinks=True)
        fault.set(at, what)
        r = host.pkg(*words, env=fault.env)
        assert r.returncode != 0 or at > fault.count() or what == FULL, where
        # One of the two, whole, with its own databases.
        if before or os.path.lexists(host.root / "current"):
            host.is_whole()
            now = (host.current(), host.told())
            assert now in (before, after), where
            if what == FULL and r.returncode:
                assert now == before or change == "rollback", where
        # What was begun is ended, and then it goes as it would have.
        host.done("recover")
        r = host.pkg(*words)
        if r.returncode:
            assert host.current() == after[0], where + r.stdout + r.stderr
        assert (host.current(), host.told()) == after, where
        host.is_whole()
        assert host.list()["rejected"] == rejected, where
        left = {p.name for p in (host.root / "versions").iterdir()}
        assert left <= {"1.0", "1.1"}, where
        assert {p.name for p in host.root.iterdir()} <= {
            "current", "versions", "lock", "rejected", "status", ".status.new"}, where
