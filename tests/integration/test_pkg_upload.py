"""A bundle sent through the page, over HTTPS and the real web server: what is
refused is named there and changes nothing; what is good runs some seconds
later."""
import hashlib
import os
import re
import time

import pytest

from ctl_run import BUILD, TOP
from pkg_run import run

SENTENCES = dict(re.findall(r'REFUSE\(\w+, "([\w-]+)",\s+"([^"]+)"\)', (
    TOP / "pkg" / "refuse.def").read_text()))


SIGNATURE = ("unsigned", "other-key", "bad-signature")


@pytest.fixture
def product(bundled):
    return bundled


@pytest.fixture
def page(signed_in):
    return signed_in


def bundle(product, version):
    return (product / f"{version}.tlp").read_bytes()


def current(product):
    return os.readlink(product / "all" / "current").rpartition("/")[2]


def ended(product, page, seconds=60):
    """The page when nothing goes on any more."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            page.get("/connectors/calendar")
        except OSError:
            continue
        if page.r.status_code == 200 and not re.search(
                r'<h2 id="v[rq]">', page.text) and not os.listdir(
                product / "upload"):
            return page.text
        time.sleep(0.05)
    pytest.fail("it does not end: " + page.text)


def until(what, seconds=60):
    end = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < end
        time.sleep(0.05)


def rejected(product):
    return (product / "all" / "rejected").read_text().split()


def alarms(page):
    """Numbers of those that are raised, with what they are about."""
    page.get("/alarms")
    return set(re.findall(r"/alarms/show\?n=(\d+)&(?:amp;)?about=([^\"]*)",
                          page.text))


def unsigned(product):
    out = product / "unsigned.tlp"
    run(BUILD / "calconn-pkg", "build", "-V", "1.2", "-o", out,
        product / "app", check=True)
    return out.read_bytes()


def other_key(product):
    (product / "other.tlp").write_bytes(unsigned(product))
    run(BUILD / "calconn-pkg", "key", product / "other.pub",
        product / "other.sec", check=True)
    run(BUILD / "calconn-pkg", "sign", "-s", product / "other.sec",
        product / "other.tlp", check=True)
    return (product / "other.tlp").read_bytes()


def flipped(product):
    data = bytearray(bundle(product, "1.1"))
    data[len(data) // 2] ^= 1
    return bytes(data)


@pytest.mark.parametrize("reason,make", [
    ("not-a-bundle", lambda p: b"<html>" * 100),
    ("unsigned", unsigned), ("other-key", other_key),
    ("bad-signature", flipped),
    ("truncated", lambda p: bundle(p, "1.1")[:100000]),
    ("bytes-added", lambda p: bundle(p, "1.1") + b"\n\n"),
    ("installed", lambda p: bundle(p, "1.0")),
])
def test_refused(product, page, reason, make):
    page.send(make(product))
    assert page.path == "/connectors/calendar"
    text = ended(product, page)
    assert "The installation failed" in text
    assert SENTENCES[reason].rstrip(".") in text
    assert current(product) == "1.0"
    number = ("60056" if reason in SIGNATURE else
              None if reason == "installed" else "60054")
    wanted = {(number, "")} if number else set()
    until(lambda: alarms(page) & {("60054", ""), ("60056", "")} == wanted)


def test_too_large(product, page):
    """By the pages where it comes so far, before them else."""
    page.send(b"x" * (64 * 1048576 + 1))
    assert page.r.status_code == 422 and "at most 64 MiB" in page.text
    form = "/connectors/calendar/install"
    assert page.status_of(form, 66 * 1048576) == 413
    # Elsewhere, and without a session, no more than a form has.
    assert page.status_of("/users", 2 * 1048576) == 413
    assert page.status_of(form, 2 * 1048576, cookie=False) == 413
    assert os.listdir(product / "upload") == []


def test_not_without_the_password(product, page):
    page.send(bundle(product, "1.1"), password="not mine")
    assert page.r.status_code == 422
    assert "not the password that you have now" in page.text
    assert os.listdir(product / "upload") == []
    assert current(product) == "1.0"


def test_installed_and_rolled_back(product, page):
    page.send(bundle(product, "1.1"), name="../../../etc/calconn.conf")
    text = ended(product, page)
    assert "The installation failed" not in text, text
    assert current(product) == "1.1"
    assert 'Installed version</dt><dd class="num">1.1' in text
    # Who sent it is in the log of the version that it brought.
    page.get("/configuration-log")
    digest = hashlib.sha256(bundle(product, "1.1")).hexdigest()
    assert "version/bundle" in page.text and digest in page.text
    page.get("/connectors/calendar/version?do=rollback&version=1.0")
    page.post("/connectors/calendar/version", do="rollback", version="1.0",
              current=page.password)
    until(lambda: current(product) == "1.0")
    ended(product, page)
    assert rejected(product) == ["1.1"]
    until(lambda: ("60061", "1.1") in alarms(page))
    # It is refused until it is allowed again.
    page.send(bundle(product, "1.1"))
    assert SENTENCES["rejected"].rstrip(".") in ended(product, page)
    page.get("/connectors/calendar/version?do=allow&version=1.1")
    page.post("/connectors/calendar/version", do="allow", version="1.1",
              current=page.password)
    until(lambda: rejected(product) == [])
    until(lambda: ("60061", "1.1") not in alarms(page))
    page.send(bundle(product, "1.1"))
    ended(product, page)
    assert current(product) == "1.1"
