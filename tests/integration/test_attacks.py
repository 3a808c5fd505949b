"""Attacks that the pages of other appliances fell to, over the running
product; docs/THREATS.md has the table of classes, tests/unit/test_attacks.c
those that need no process.  Each test names the change that makes it fail."""
import json
import pathlib
import re
import shutil
import socket
import ssl
import subprocess
import tempfile
import urllib.parse

import pytest

from ctl_run import BUILD, TOP

ROUTES = re.findall(r'^ROUTE\(REQ_(GET|POST), "([^"]+)"', (
    TOP / "cgi" / "routes.def").read_text(), re.M)
FIELDS = sorted(set(re.findall(
    r'^SETTING\(\w+, (\w+),', (TOP / "common" / "settings.def").read_text(),
    re.M)) | {"q", "id", "server", "mailbox", "location", "user", "other",
              "version", "name", "session", "row", "job", "active", "csv",
              "addresses", "pem", "word", "again", "fresh", "code"})


def status(product):
    r = subprocess.run([product / "ctl", "--json", "status"],
                       capture_output=True, text=True, check=True)
    return {p["program"] + str(p["pid"]): p["restarts"]
            for p in json.loads(r.stdout)["processes"]}


@pytest.fixture
def open_folder():
    """Where each account may write; not so below pytest's own."""
    folder = pathlib.Path(tempfile.mkdtemp(prefix="calconn-at-", dir="/tmp"))
    folder.chmod(0o777)
    yield folder
    shutil.rmtree(folder)


def test_no_command_runs(bundled, signed_in, open_folder):
    """Command injection (CVE-2015-4303, CVE-2023-20209, CVE-2022-20755): what
    a shell would carry out is text in each field of each form and of each
    command.  Fails when a handler gives a field to system() and the worker has
    no filter, which would stop that by itself (test_sandbox), or when a worker
    ends by it."""
    mark = open_folder / "mark"
    words = (f";touch {mark};", f"|touch {mark}", f"$(touch {mark})",
             f"`touch {mark}`", f"\ntouch {mark}\n", f"' ; touch {mark} ; '")
    before = status(bundled)
    for method, path in ROUTES:
        if path in ("/sign-in", "/sign-out", "/connectors/calendar"):
            continue
        value = words[(len(path) + len(method)) % len(words)]
        if method == "GET":
            signed_in.get(path + "?" + urllib.parse.urlencode(
                {f: value for f in FIELDS if f != "active"}))
        else:
            signed_in.get("/users/new")
            for do in ("save", "add", "test", "lookup"):
                signed_in.post(path, do=do, **{f: value for f in FIELDS})
        assert signed_in.r.status_code not in (500, 502), path
    for value in words:
        for verb in (["users", "add", value], ["users", "show", value],
                     ["exchange", "add", "display_name=" + value],
                     ["connector", "install", value], ["ca", "show", value],
                     ["log", "show", value]):
            subprocess.run([bundled / "ctl", *verb], input="",
                           capture_output=True, text=True, timeout=60)
    assert not mark.exists()
    assert status(bundled) == before
    signed_in.get("/users/new")
    assert signed_in.r.status_code == 200


def raw(page, target):
    """One request with the address as it is, which a client would mend."""
    to = urllib.parse.urlsplit(page.url)
    cookie = "; ".join(f"{k}={v}" for k, v in page.s.cookies.items())
    context = ssl.create_default_context(cafile=page.s.verify)
    with socket.create_connection((to.hostname, to.port), 20) as plain, \
            context.wrap_socket(plain, server_hostname=to.hostname) as s:
        s.sendall(b"GET " + target + b" HTTP/1.1\r\nHost: " +
                  to.netloc.encode() + b"\r\nCookie: " + cookie.encode() +
                  b"\r\nConnection: close\r\n\r\n")
        got = b""
        while piece := s.recv(65536):
            got += piece
    return int(got.split(b" ", 2)[1]) if got else 0, got


@pytest.mark.parametrize("target", [
    b"/../../../../etc/passwd", b"/static/../../etc/calconn.conf",
    b"/static/%2e%2e/%2e%2e/etc/passwd", b"/static/..%2f..%2fetc%2fpasswd",
    b"/static/%252e%252e/%252e%252e/etc/passwd",
    b"/static/%c0%ae%c0%ae/%c0%ae%c0%ae/etc/passwd",
    b"/static/..\\..\\etc\\passwd", b"/static//etc/passwd",
    b"/static/app.js%00.css", b"/static/app.js\x00", b"/static/",
    b"/static/../calconn/templates/head.cs", b"//etc/passwd",
    b"/templates/head.cs", b"/static/../app/etc/passwd", b"/keys/seal.sk", b"/static/./../keys/seal.sk",
])
def test_path_stays_below(signed_in, target):
    """Directory traversal, through the web server too (CVE-2019-1854,
    CVE-2022-20812, -20813).  Fails when the web server takes files for more
    than ^/static/."""
    code, got = raw(signed_in, target)
    assert code in (301, 400, 403, 404), got[:300]
    for secret in (b"root:", b"control_socket", b"<?cs"):
        assert secret not in got


def test_hash_is_nowhere(bundled, signed_in):
    """Hashes of passwords in logs (CVE-2015-4320): an account is made, its
    password is changed, and neither word nor hash is in a log or on a page.
    Fails when an account's row is written to the configuration log as it
    is."""
    words = ("first horse staple 4711", "second horse staple 4712")
    ctl = str(bundled / "ctl")
    for verb, word in (("add", words[0]), ("password", words[1])):
        r = subprocess.run([ctl, "admin", verb, "canary", *(
            ["role=auditor"] if verb == "add" else [])],
            input=word + "\n", text=True, capture_output=True)
        assert r.returncode == 0, r.stderr
    try:
        signed_in.get("/configuration-log")
        assert "canary" in signed_in.text
        seen = signed_in.text
        for path in ("/event-log", "/administrators", "/",
                     "/administrators/edit?name=canary"):
            seen += signed_in.get(path).text
        for path in (bundled / "log").iterdir():
            seen += path.read_bytes().decode("utf-8", "replace")
        for secret in ("$argon2", *words):
            assert secret not in seen, secret
    finally:
        subprocess.run([ctl, "admin", "delete", "canary"],
                       capture_output=True)


def test_command_line_starts_nothing(bundled, tmp_path):
    """The command line as a way to a shell (CVE-2024-20492): no pager, no
    editor, no shell; the one program that it becomes has a fixed path.
    Fails when calconnctl calls system(), popen() or execvp()."""
    used = subprocess.run(["nm", "-D", "--undefined-only",
                           BUILD / "calconnctl"], capture_output=True,
                          text=True, check=True).stdout
    names = {line.split()[-1].partition("@")[0]
             for line in used.splitlines()}
    assert "execv" in names
    assert not names & {"system", "popen", "execvp", "execlp", "execl",
                        "execle", "execvpe", "posix_spawn", "posix_spawnp",
                        "wordexp", "fork", "vfork"}, names
    mark, tool = tmp_path / "mark", tmp_path / "tool"
    tool.write_text(f"#!/bin/sh\ntouch {mark}\n")
    tool.chmod(0o755)
    for name in ("calconn-pkg", "less", "more", "vi", "sh"):
        (tmp_path / name).symlink_to(tool)
    env = {"PATH": f"{tmp_path}:/usr/bin:/bin", "HOME": str(tmp_path)}
    env.update({k: str(tool) for k in ("PAGER", "EDITOR", "VISUAL", "SHELL",
                                       "MANPAGER", "LESSOPEN")})
    at = bundled / "all/current/bin/calconnctl"
    for words in (["status"], ["users", "list"], ["log", "show"],
                  ["audit", "verify"], ["connector", "versions"], ["help"]):
        subprocess.run([at, "-c", bundled / "etc/calconn.conf", *words],
                       env=env, capture_output=True, timeout=60, cwd=tmp_path)
    assert not mark.exists()
