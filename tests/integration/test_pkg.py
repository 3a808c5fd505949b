"""calconn-pkg and the tools that other people have: ar, tar, minisign."""
import json
import os
import subprocess

import pytest

from ctl_run import BUILD

PKG = os.path.join(BUILD, "calconn-pkg")


def sh(*words, **kw):
    return subprocess.run(words, check=True, capture_output=True, text=True,
                          **kw).stdout


class Pkg:
    def __init__(self, folder):
        self.dir = folder
        self.key, self.pub = folder / "key.sec", folder / "key.pub"
        self.tree = folder / "tree"
        (self.tree / "sbin").mkdir(parents=True)
        (self.tree / "sbin" / "tool").write_text("#!/bin/sh\n")
        (self.tree / "sbin" / "tool").chmod(0o755)
        (self.tree / "data").write_text("some data\n" * 1000)
        self("key", self.pub, self.key)

    def __call__(self, *words):
        return sh(PKG, *map(str, words), cwd=self.dir)

    def refused(self, *words):
        done = subprocess.run([PKG, "--json", *map(str, words)],
                              capture_output=True, text=True, cwd=self.dir)
        assert done.returncode == 1
        return json.loads(done.stdout)["refused"]

    def build(self, name, *more):
        self("build", "-o", name, "-V", "1.2.3", *more, self.tree)
        return self.dir / name

    def verify(self, path, pub=None):
        return json.loads(self("verify", "--json", "-k", pub or self.pub,
                               path))


@pytest.fixture
def pkg(tmp_path):
    return Pkg(tmp_path)


def test_build_sign_verify(pkg):
    b = pkg.build("a.tlp")
    assert pkg.refused("verify", "-k", pkg.pub, b) == "unsigned"
    pkg("sign", "-s", pkg.key, b)
    got = pkg.verify(b)
    assert got["version"] == "1.2.3"
    assert got["comment"].startswith("calconn 1.2.3 ")
    shown = json.loads(pkg("inspect", "--json", b))
    assert [f["path"] for f in shown["files"]] == ["data", "sbin/tool"]
    assert [f["mode"] for f in shown["files"]] == ["0644", "0755"]


def test_same_bytes(pkg):
    """The time, the order in a folder and the owner do not matter."""
    one = pkg.build("a.tlp").read_bytes()
    again = pkg.dir / "again"
    (again / "sbin").mkdir(parents=True)
    for name in ("sbin/tool", "data"):
        (again / name).write_bytes((pkg.tree / name).read_bytes())
        os.utime(again / name, (1, 1))
    (again / "sbin" / "tool").chmod(0o700)
    pkg("build", "-o", "b.tlp", "-V", "1.2.3", again)
    assert (pkg.dir / "b.tlp").read_bytes() == one


def test_other_tools_read_it(pkg):
    b = pkg.build("a.tlp")
    pkg("sign", "-s", pkg.key, b)
    sh("ar", "x", b, cwd=pkg.dir)
    text = sh("minisign", "-V", "-m", "content", "-p", pkg.pub, cwd=pkg.dir)
    assert "Trusted comment: calconn 1.2.3" in text
    sh("tar", "xf", "content", cwd=pkg.dir)
    assert (pkg.dir / "files" / "data").read_text().startswith("some data")
    assert "version 1.2.3\n" in (pkg.dir / "manifest").read_text()
    with open(pkg.dir / "content", "ab") as f:
        f.write(b"x")
    assert subprocess.run(
        ["minisign", "-V", "-m", "content", "-p", pkg.pub], cwd=pkg.dir,
        capture_output=True).returncode == 1


def test_other_tools_make_it(pkg):
    """A key and a signature of minisign, put together by ar."""
    sh("minisign", "-G", "-W", "-p", "m.pub", "-s", "m.key", cwd=pkg.dir)
    b = pkg.build("a.tlp")
    sh("ar", "x", b, cwd=pkg.dir)
    sh("minisign", "-S", "-m", "content", "-s", "m.key", "-t", "by hand",
       cwd=pkg.dir)
    sh("ar", "qcD", "b.tlp", "content", "content.minisig", cwd=pkg.dir)
    assert pkg.verify("b.tlp", "m.pub")["comment"] == "by hand"
    assert pkg.refused("verify", "-k", pkg.pub, "b.tlp") == "other-key"
    sh("minisign", "-S", "-l", "-m", "content", "-s", "m.key", cwd=pkg.dir)
    sh("ar", "rcD", "b.tlp", "content.minisig", cwd=pkg.dir)
    assert pkg.refused("verify", "-k", "m.pub", "b.tlp") == "legacy-signature"


def test_more_keys_than_one(pkg):
    b = pkg.build("a.tlp")
    pkg("sign", "-s", pkg.key, b)
    pkg("key", "next.pub", "next.sec")
    both = pkg.dir / "both.pub"
    both.write_text((pkg.dir / "next.pub").read_text() +
                    pkg.pub.read_text())
    pkg.verify(b, both)
    pkg("sign", "-s", "next.sec", b)
    pkg.verify(b, both)
    assert pkg.refused("verify", "-k", pkg.pub, b) == "other-key"


def test_platform(pkg):
    b = pkg.build("a.tlp", "-p", "12")
    pkg("sign", "-s", pkg.key, b)
    rel = pkg.dir / "os-release"
    for text, good in (('VERSION_ID="12"\n', True), ("VERSION_ID=13\n", True),
                       ('ID=x\nVERSION_ID="11.9"\n', False), ("", False)):
        rel.write_text(text)
        words = ("verify", "--os-release", rel, "-k", pkg.pub, b)
        if good:
            pkg(*words)
        else:
            assert pkg.refused(*words) == "older-platform"


def test_tree_with_a_link(pkg):
    (pkg.tree / "link").symlink_to("/etc/passwd")
    assert pkg.refused("build", "-o", "a.tlp", "-V", "1.2.3",
                       pkg.tree) == "link"
    assert not (pkg.dir / "a.tlp").exists()
