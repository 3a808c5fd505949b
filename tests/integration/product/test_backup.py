"""The configuration as one file: out, and in again, here and elsewhere."""
import base64
import hashlib
import json
import os
import pathlib
import signal
import subprocess
import time

import people
import pytest
from test_secrets import forms_of, has

PASSPHRASE = "a passphrase of many words"


def body_of(path):
    head, count, body = pathlib.Path(path).read_bytes().split(b"\n", 2)
    assert head == b"calconn-backup 1"
    n, digest = count.split()
    assert int(n) == len(body)
    assert hashlib.sha256(body).hexdigest() == digest.decode()
    return json.loads(body)


def frame(body):
    text = json.dumps(body).encode()
    return b"calconn-backup 1\n%d %s\n%s" % (
        len(text), hashlib.sha256(text).hexdigest().encode(), text)


def passphrase(product, text=PASSPHRASE):
    return product.ctl("backup", "passphrase", "--password-stdin",
                       given=text + "\n")


def state(product):
    """What an administrator decided, without times."""
    out = {}
    for noun, rows in (("exchange", "exchange"), ("users", "users"),
                       ("keywords", "keywords"), ("trust", "trust"),
                       ("admin", "administrators")):
        got = product.ctl(noun, "list")
        out[noun] = sorted(
            (str(r.get("display_name") or r.get("address") or r.get("name") or
                 r.get("word")), str(r.get("enabled")))
            for r in got.get(rows, next(iter(
                v for v in got.values() if isinstance(v, list)), [])))
    return out


@pytest.fixture
def saved(product, company, tmp_path):
    passphrase(product)
    path = tmp_path / "before.backup"
    assert product.ctl("backup", "create", str(path))["has_key"]
    yield path
    # Whatever a test did: as it was, and the same host's key opens it.
    product.ctl("backup", "restore", str(path))
    product.wait_subscribed(60)


def test_no_secret_is_in_the_clear(product, saved):
    raw = saved.read_bytes()
    for text in (product.service["password"], PASSPHRASE,
                 product.facts["admin_password"]):
        assert not has(raw, forms_of(text))
    body = body_of(saved)
    assert len(base64.b64decode(body["key"]["b"])) == 97
    assert oct(saved.stat().st_mode & 0o777) == "0o600"
    key = (product.folder / "keys" / "seal.sk").read_bytes().split()[2]
    assert key not in raw


def test_back_on_this_host(product, company, saved, tmp_path):
    before = state(product)
    product.ctl("users", "add", "backup-new@lab.example", "enabled=no")
    product.ctl("keywords", "add", "@backup")
    product.ctl("users", "edit", "bob@lab.example", "name=Renamed")
    shown = product.ctl("backup", "show", str(saved))
    assert shown["same_key"] and shown["passwords"] >= 1
    what = {(c["what"], c["kind"], c["name"], c["fields"])
            for c in shown["changes"]}
    assert ("remove", "User", "backup-new@lab.example", "") in what
    assert ("remove", "Keyword", "@backup", "") in what
    assert ("change", "User", "bob@lab.example", "name") in what
    assert len(what) == 3, what
    done = product.ctl("backup", "restore", str(saved))
    assert done["passwords_lost"] == 0 and done["in_effect"]
    assert state(product) == before
    assert product.ctl("backup", "show", str(saved))["changes"] == []
    log = product.ctl("log", "config")
    assert "backup/" in json.dumps(log)
    product.ctl("audit", "verify")
    product.wait_subscribed(60)
    item = company.light("alice").create("Backup", "@webex", "x")[0]
    assert people.wait_for(lambda: people.decoration(company, item), 30)


def elsewhere(product, tmp_path):
    """A backup as another host would have made it: other keys, the same
    passwords, sealed to them with what they are bound to."""
    folder = tmp_path / "other"
    (folder / "sock").mkdir(parents=True)
    conf = folder / "calconn.conf"
    text = "\n".join("%s = %s" % kv for kv in {
        "config_db": folder / "config.db", "state_db": folder / "state.db",
        "seal_pk": folder / "seal.pk", "seal_sk": folder / "seal.sk",
        "control_socket": folder / "sock" / "control",
        "fcgi_socket": folder / "sock" / "fcgi", "log_dir": folder,
        "libexec_dir": product.folder / "app/libexec/calconn",
        "templates_dir": product.folder / "app/share/calconn/templates",
        "system_name": "other.lab.example",
        "ui_origin": "https://localhost:1"}.items())
    conf.write_text(text + "\n")
    return folder, conf


class Other:
    """Another host: the same programs, with keys and databases of its own."""

    def __init__(self, product, tmp_path):
        self.folder, self.conf = elsewhere(product, tmp_path)
        tool = os.environ.get("CALCONN_BUILD")
        self.top = pathlib.Path(tool)
        libexec = self.folder / "libexec"
        libexec.mkdir()
        for name in ("engine", "net", "web", "collect"):
            (libexec / ("calconn-" + name)).symlink_to(
                self.top / ("calconn-" + name))
        self.conf.write_text(self.conf.read_text().replace(
            str(product.folder / "app/libexec/calconn"), str(libexec)))
        self.run("setup", "keys")
        self.run("setup", "store")
        self.manager = subprocess.Popen(
            [self.top / "calconn-managerd", "-e", "-c", self.conf],
            stdout=subprocess.DEVNULL, stderr=(self.folder / "err").open("w"))
        assert people.wait_for(
            lambda: (self.folder / "sock" / "control").exists(), 20)

    def run(self, *args, given="", ok=True):
        r = subprocess.run([self.top / "calconnctl", "-c", self.conf, "--json",
                            *args], input=given, capture_output=True,
                           text=True, timeout=60)
        if ok:
            assert r.returncode == 0, (r.stdout, r.stderr)
        return json.loads(r.stdout) if r.stdout.strip() else {}

    def end(self):
        self.manager.send_signal(signal.SIGTERM)
        self.manager.wait(20)


@pytest.fixture
def other(product, tmp_path):
    o = Other(product, tmp_path)
    yield o
    o.end()


def test_onto_another_host(product, company, saved, other, tmp_path):
    """With the passphrase the passwords come along, without it all else."""
    shown = other.run("backup", "show", str(saved))
    assert not shown["same_key"] and shown["has_key"]
    wrong = other.run("backup", "restore", str(saved), "--password-stdin",
                      given="another passphrase, wrong\n", ok=False)
    assert wrong["error"] == "ERR_AUTH"
    assert other.run("users", "list")["users"] == []
    done = other.run("backup", "restore", str(saved))
    assert done["passwords_lost"] == shown["passwords"]
    there = other.run("exchange", "list")["exchange"]
    assert there[0]["display_name"] == "Lab Exchange"
    full = other.run("backup", "restore", str(saved), "--password-stdin",
                     given=PASSPHRASE + "\n")
    assert full["passwords_lost"] == 0
    # Back home the passwords open again: what came over is whole.
    passed = tmp_path / "there.backup"
    other.run("backup", "passphrase", "--password-stdin",
              given="the other host's words\n")
    other.run("backup", "create", str(passed))
    mine = base64.b64decode(body_of(saved)["seal_pk"]["b"])
    theirs = base64.b64decode(body_of(passed)["seal_pk"]["b"])
    assert mine != theirs
    back = product.ctl("backup", "restore", str(passed), "--password-stdin",
                       given="the other host's words\n")
    assert back["passwords_lost"] == 0
    report = product.ctl("exchange", "test", "Lab Exchange")
    assert '"failed"' not in json.dumps(report.get("state", report))[:200]


def test_refused(product, company, saved, tmp_path):
    raw = saved.read_bytes()
    newer = body_of(saved)
    newer["schema"] = 9999
    lock_out = body_of(saved)
    columns = lock_out["tables"]["admin"]["columns"]
    for row in lock_out["tables"]["admin"]["rows"]:
        row[columns.index("enabled")] = 0
    foreign = body_of(saved)
    foreign["tables"]["session"] = {"columns": [], "rows": []}
    flipped = bytearray(raw)
    flipped[-20] ^= 1
    for data, error, word in (
            (raw[:-1], "ERR_PROTO", "truncated"),
            (raw + b"x", "ERR_PROTO", "behind"),
            (bytes(flipped), "ERR_PROTO", "changed"),
            (raw.replace(b"backup 1", b"backup 2", 1), "ERR_UNSUPPORTED",
             "newer"),
            (frame(newer), "ERR_UNSUPPORTED", "newer"),
            (frame(lock_out), "ERR_ARG", "administrator"),
            (frame(foreign), "ERR_PROTO", "tables"),
            (b"PK\3\4", "ERR_PROTO", "no backup"),
            (b"x" * (17 << 20), "ERR_TOOBIG", "")):
        path = tmp_path / "bad.backup"
        path.write_bytes(data)
        for verb in ("show", "restore"):
            code, out, err = product.ctl("backup", verb, str(path), ok=False)
            assert code == 1 and out["error"] == error, (word, out)
            assert word in out["text"], out
    assert product.ctl("backup", "show", str(saved))["changes"] == []
    code, out, _ = product.ctl("backup", "passphrase", "--password-stdin",
                               given="short\n", ok=False)
    assert out["error"] == "ERR_ARG"


def test_pages_may_not_choose_the_passphrase(product, company):
    """Who chose it could open the key: not the user of calconn-web."""
    top = str(product.folder.resolve())
    r = subprocess.run(
        ["setpriv", "--reuid=calconn-web", "--regid=calconn-web",
         "--init-groups", top + "/app/bin/calconnctl", "-c",
         top + "/etc/calconn.conf", "--json", "backup", "passphrase",
         "--password-stdin"],
        input=PASSPHRASE + "\n", capture_output=True, text=True, cwd=top)
    assert r.returncode == 1, (r.stdout, r.stderr)
    assert json.loads(r.stdout)["error"] == "ERR_DENIED", r.stdout


def test_killed_at_any_moment(product, company, saved, tmp_path):
    """Afterwards it is the old configuration or the new one, whole."""
    rows = ["Email Address,Name,Enabled"]
    rows += ["wide-%03d@lab.example,Wide %d,no" % (n, n) for n in range(300)]
    csv = tmp_path / "wide.csv"
    csv.write_text("\n".join(rows) + "\n")
    product.ctl("users", "import", str(csv))
    wide = tmp_path / "wide.backup"
    product.ctl("backup", "create", str(wide))
    old, new = body_of(saved), body_of(wide)

    def count():
        return product.ctl("users", "list", "--limit", "1")["total"]

    counts = {len(old["tables"]["user"]["rows"]),
              len(new["tables"]["user"]["rows"])}
    assert len(counts) == 2
    seen = set()
    for n in range(12):
        path = (saved, wide)[n % 2]
        p = subprocess.Popen([product.facts["ctl"], "backup", "restore",
                              str(path)], stdout=subprocess.DEVNULL,
                             stderr=subprocess.DEVNULL)
        time.sleep(0.01 * n)
        p.send_signal(signal.SIGKILL)
        p.wait()
        assert count() in counts
        seen.add(count())
        changes = [product.ctl("backup", "show", str(x))["changes"]
                   for x in (saved, wide)]
        assert [] in changes
    product.ctl("audit", "verify")
