"""A folder with installed versions, for the tests of calconn-pkg: each
version is the programs that were built, under a number of its own."""
import hashlib
import json
import os
import pathlib
import shutil
import subprocess

from ctl_run import BUILD, TOP

CONF = """
config_db = {0}/all/current/data/config/config.db
state_db = {0}/all/current/data/state/state.db
seal_pk = {0}/seal.pk
seal_sk = {0}/seal.sk
control_socket = {0}/control.sock
fcgi_socket = {0}/fcgi.sock
log_dir = {0}/log
libexec_dir = {0}/all/current/libexec/calconn
templates_dir = {0}/all/current/share/calconn/templates
bundle_root = {0}/all
bundle_keys = {0}/bundle.pub
upload_dir = {0}/upload
system_name = test
ui_origin = https://localhost:8443
"""
PROGRAMS = {"calconnctl": "bin", "calconn-managerd": "sbin",
            "calconn-pkg": "sbin", "calconn-engine": "libexec/calconn",
            "calconn-net": "libexec/calconn",
            "calconn-web": "libexec/calconn",
            "calconn-collect": "libexec/calconn"}


def run(*words, **kw):
    return subprocess.run(list(map(str, words)), capture_output=True,
                          text=True, timeout=300, **kw)


class Shelf:
    """Bundles of some versions, and their key; made once."""

    def __init__(self, folder):
        self.dir = pathlib.Path(folder)
        self.key = self.dir / "bundle.sec"
        tree = self.dir / "tree"
        for name, where in PROGRAMS.items():
            (tree / where).mkdir(parents=True, exist_ok=True)
            run("strip", "-o", tree / where / name, BUILD / name, check=True)
        shutil.copytree(TOP / "templates", tree / "share/calconn/templates")
        shutil.copytree(TOP / "static", tree / "share/calconn/static")
        self.tree = tree
        run(BUILD / "calconn-pkg", "key", self.dir / "bundle.pub", self.key,
            check=True)

    def make(self, version, change=None):
        """change: a function of the tree, for versions that do not work."""
        out = self.dir / f"{version}.tlp"
        tree = self.dir / f"tree-{version}"
        shutil.copytree(self.tree, tree, copy_function=os.link)
        (tree / "version").write_text(version)
        if change:
            change(tree)
        run(BUILD / "calconn-pkg", "build", "-o", out, "-V", version, tree,
            check=True)
        run(BUILD / "calconn-pkg", "sign", "-s", self.key, out, check=True)
        return out


class Host:
    """One place where versions are installed."""

    def __init__(self, folder, shelf):
        self.dir = pathlib.Path(folder)
        self.dir.mkdir(exist_ok=True)
        for folder in ("log", "upload"):
            (self.dir / folder).mkdir(exist_ok=True)
        self.root = self.dir / "all"
        self.conf = self.dir / "calconn.conf"
        self.conf.write_text(CONF.format(self.dir))
        shutil.copy(shelf.dir / "bundle.pub", self.dir / "bundle.pub")

    def pkg(self, *words, env=None):
        return run(BUILD / "calconn-pkg", "-c", self.conf, "--json", *words,
                   env=env, start_new_session=True)

    def done(self, *words):
        r = self.pkg(*words)
        assert r.returncode == 0, r.stdout + r.stderr
        return json.loads(r.stdout)

    def refused(self, *words):
        r = self.pkg(*words)
        assert r.returncode == 1, r.stdout + r.stderr
        return json.loads(r.stdout).get("refused")

    def ctl(self, *words):
        r = run(self.root / "current/bin/calconnctl", "-c", self.conf,
                "--json", *words)
        assert r.returncode == 0, r.stdout + r.stderr
        return json.loads(r.stdout)

    def list(self):
        return self.done("list")

    def current(self):
        return os.readlink(self.root / "current").removeprefix("versions/")

    def is_whole(self):
        """The version that runs has each file of its list."""
        at = self.root / "current"
        for line in (at / ".manifest").read_text().splitlines():
            word = line.split(" ")
            if word[0] != "file":
                continue
            data = (at / word[4]).read_bytes()
            assert hashlib.sha256(data).hexdigest() == word[3], line
        assert (at / "version").read_text() == self.current()

    def tell(self, text):
        self.ctl("setting", "set", "room_rule_video", "{local}@" + text)

    def told(self):
        return self.ctl("setting", "get", "room_rule_video")[
            "value"].removeprefix("{local}@")
