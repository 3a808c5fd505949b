"""calconnctl with the manager, the engine and the lab behind it."""
import os
import signal
import subprocess
import time

import pytest

from ctl_run import BUILD, CTL, Ctl


@pytest.fixture(scope="module")
def product(lab, tmp_path_factory):
    """The programs as a person starts them, in the lab's network."""
    c = Ctl(tmp_path_factory.mktemp("product"))
    c.conf.write_text(c.conf.read_text() + "lab_loopback = yes\n"
                      "net_workers = 2\nweb_workers = 1\n")
    libexec = c.folder / "libexec"
    libexec.mkdir()
    for name in ("calconn-engine", "calconn-net", "calconn-web"):
        (libexec / name).symlink_to(BUILD / name)
    text = c.conf.read_text()
    c.conf.write_text(text.replace(f"libexec_dir = {c.folder}",
                                   f"libexec_dir = {libexec}"))
    (c.folder / "templates").symlink_to(CTL.parents[0])
    assert c("setup", "keys").code == 0
    assert c("ca", "add", lab["ca_file"]).code == 0
    with open(c.folder / "log" / "managerd.log", "w") as log:
        p = subprocess.Popen([BUILD / "calconn-managerd", "-c", c.conf],
                             stdout=log, stderr=log, start_new_session=True)
    until = time.monotonic() + 10
    while c("connector", "status").code != 0:
        assert time.monotonic() < until
        time.sleep(0.05)
    yield c
    p.terminate()
    p.wait(20)


@pytest.fixture
def ctl(product, company):
    yield product
    for x in product.json("exchange", "list").json["exchange"]:
        assert product("exchange", "delete", x["id"]).code == 0
    for u in product.json("users", "list").json["users"]:
        product("users", "delete", u["address"])
    assert product("connector", "disable", "--wait", "10").code == 0


def link(ctl, lab, *words, password=None, **more):
    account = lab["service_account"]
    return ctl.json("exchange", "add", "display_name=Lab",
                    f"account={account['username']}",
                    f"ad_domain={lab['ad_domain']}",
                    "email=alice@lab.example", *words,
                    stdin=(password or account["password"]) + "\n", **more)


def test_add_tests_and_stores(ctl, lab):
    a = link(ctl, lab)
    assert a.code == 0, a.err
    j = a.json
    assert j["ok"] and j["stored"] and j["tested"] and j["passed"]
    assert j["in_effect"], j["notice"]
    assert j["report"]["ews_url"] == lab["ews_url"]
    for step in j["report"]["steps"]:
        assert step["title"] in a.err
    x = ctl.json("exchange", "show", "Lab").json
    assert x["tested"] and x["enabled"]
    assert lab["service_account"]["password"] not in a.out + a.err


def test_failed_test_stores_nothing(ctl, lab):
    a = link(ctl, lab, password="not the password")
    assert a.code == 1
    assert not a.json["ok"] and not a.json["stored"]
    failed = [s for s in a.json["report"]["steps"] if s["state"] == "failed"]
    assert any(s["failure"] == "ldap-bind" and s["todo"] for s in failed)
    assert "To do: " in a.err and "Nothing was stored" in a.err
    assert ctl.json("exchange", "list").json["exchange"] == []


def test_failed_test_kept_disabled(ctl, lab):
    a = link(ctl, lab, "--keep-disabled", password="not the password")
    assert a.code == 1 and a.json["stored"] and not a.json["tested"]
    x = ctl.json("exchange", "show", "Lab").json
    assert not x["enabled"] and not x["tested"]


def test_without_a_mailbox(ctl, lab):
    a = link(ctl, lab, "email=")
    assert a.code == 0 and a.json["stored"] and not a.json["tested"]
    assert "service connection points" in a.err


def test_text(ctl, lab):
    link(ctl, lab)
    a = ctl("exchange", "test", "lab")
    assert a.code == 0 and "the test passed" in a.out
    assert "Impersonation" in a.err
    a = ctl("exchange", "test", "Lab", "--address", "nobody@lab.example")
    assert a.code == 1 and "the test failed" in a.out
    a = ctl("status")
    assert a.code == 0 and "calconn-engine" in a.out


def test_edit_is_tested(ctl, lab):
    link(ctl, lab)
    before = ctl.json("exchange", "show", "Lab").json
    a = ctl.json("exchange", "edit", "Lab", "email=nobody@lab.example")
    assert a.code == 1 and not a.json["stored"]
    assert ctl.json("exchange", "show", "Lab").json["rev"] == before["rev"]
    a = ctl.json("exchange", "edit", "Lab", "email=bob@lab.example")
    assert a.code == 0 and a.json["tested"]
    a = ctl.json("exchange", "edit", "Lab", "auth_basic=yes")
    assert a.code == 1 and set(a.problems()) == {"auth_basic"}
    a = ctl.json("exchange", "edit", "Lab", "auth_basic=yes",
                 "--password-stdin",
                 stdin=lab["service_account"]["password"])
    assert a.code == 0 and a.json["tested"]


def test_several_addresses(ctl, lab):
    """A tree each; one that fails does not stop the others."""
    link(ctl, lab)
    before = ctl.json("exchange", "show", "Lab").json["rev"]
    who = ["alice@lab.example", "nobody@lab.example", "bob@lab.example"]
    asked = [w for a in who for w in ("--address", a)]
    a = ctl.json("exchange", "test", "Lab", *asked)
    assert a.code == 1 and not a.json["ok"] and not a.json["passed"]
    reports = a.json["reports"]
    assert [r["mailbox"] for r in reports] == who
    assert [r["state"] for r in reports] == ["ok", "failed", "ok"]
    assert [r["place"] for r in reports] == [1, 2, 3]
    assert all(r["by"] and r["trees"] == 3 for r in reports)
    assert lab["service_account"]["password"] not in a.out + a.err
    x = ctl.json("exchange", "show", "Lab").json
    assert x["rev"] == before
    a = ctl("exchange", "test", "Lab", *asked)
    assert a.code == 1 and a.out.count("the test passed") == 2
    assert "Tree 3 of 3" in a.err
    a = ctl.json("exchange", "test", "Lab", "--address", "alice@@lab",
                 *["--address", "bob@lab.example"] * 10)
    assert a.code == 1 and set(a.problems()) == {"email"}
    assert "At most 10" in a.err


def established(port):
    """Connections to this port in the lab's network."""
    with open("/proc/net/tcp") as f:
        rows = [row.split() for row in f.readlines()[1:]]
    return sum(int(r[2].rpartition(":")[2], 16) == port and r[3] == "01"
               for r in rows)


def test_interrupt_ends_requests(ctl, lab):
    """What was asked of a server ends with the test."""
    link(ctl, lab, "scp_enabled=no")
    idle = established(443)
    lab.fault("never")
    p = subprocess.Popen(
        [CTL, "-c", ctl.conf, "exchange", "test", "Lab"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    until = time.monotonic() + 20
    while established(443) <= idle:
        assert time.monotonic() < until, "nothing was asked"
        time.sleep(0.02)
    p.send_signal(signal.SIGINT)
    assert p.wait(10) == 1
    assert "cancelled" in p.stderr.read()
    # Long before the time-out of a request.
    until = time.monotonic() + 5
    while established(443) > idle:
        assert time.monotonic() < until, "a request outlived its test"
        time.sleep(0.02)


def test_interrupt_cancels(ctl, lab):
    lab.fault("never")
    account = lab["service_account"]
    p = subprocess.Popen(
        [CTL, "-c", ctl.conf, "exchange", "add", "display_name=Slow",
         f"account={account['username']}", "scp_enabled=no",
         "email=alice@lab.example"], stdin=subprocess.PIPE,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    p.stdin.write(account["password"] + "\n")
    p.stdin.close()
    assert p.stderr.readline()
    p.send_signal(signal.SIGINT)
    assert p.wait(10) == 1
    assert "cancelled" in p.stderr.read()
    assert ctl.json("exchange", "list").json["exchange"] == []


def test_time_out(ctl, lab):
    lab.fault("never")
    a = link(ctl, lab, "scp_enabled=no", "--timeout", "1")
    assert a.code == 1 and a.json["error"] == "ERR_TIMEOUT"
    assert ctl.json("exchange", "list").json["exchange"] == []


def test_users_and_connector(ctl, lab):
    link(ctl, lab)
    a = ctl.json("connector", "enable", "--wait", "10")
    assert a.code == 0 and a.json["state"] == "running"
    a = ctl.json("users", "add", "alice@lab.example", "enabled=yes",
                 "--wait", "20")
    assert a.code == 0 and a.json["users"][0]["state"] == "subscribed"
    ctl("users", "add", "bob@lab.example")
    a = ctl.json("users", "enable", "bob@lab.example", "--wait", "20")
    assert a.code == 0 and a.json["users"][0]["state"] == "subscribed"
    a = ctl.json("users", "add", "nobody@lab.example", "enabled=yes",
                 "--wait", "20")
    assert a.code == 1
    assert a.json["users"][0]["failure"] == "autodiscover-error"
    a = ctl.json("users", "retry", "nobody@lab.example", "--wait", "20")
    assert a.code == 1 and a.json["users"][0]["state"] == "error"
    s = ctl.json("status").json
    assert (s["users"], s["users_subscribed"], s["users_error"]) == (3, 2, 1)
    assert s["in_effect"] and s["revision_running"] == s["revision_saved"]
    assert ctl("users", "disable", "bob@lab.example", "--wait",
               "20").code == 0
    a = ctl.json("connector", "restart", "--wait", "20")
    assert a.code == 0 and a.json["state"] == "running"


def test_engine_dies_meanwhile(ctl):
    engine = [p for p in ctl.json("status").json["processes"]
              if p["program"] == "calconn-engine"]
    os.kill(engine[0]["pid"], signal.SIGKILL)
    a = ctl.json("setting", "set", "use_system_ca", "yes")
    assert a.code == 0 and a.json["in_effect"], a.json["notice"]
    ctl("setting", "set", "use_system_ca")
