"""A Webex site from the command to the tokens: renewed, kept when Webex
changes them, over a killed engine, and an alarm where that fails."""
import os
import pathlib
import signal

import pytest

import people

NAME = "Lab Webex"
ALARM = 60162


@pytest.fixture
def webex(product, company):
    company.post("/webex/reset")
    yield company
    product.ctl("conferencing", "delete", NAME, ok=False)
    company.post("/webex/reset")


def state(webex):
    return webex.get("/webex")


def add(product, webex, refresh=None):
    s = state(webex)
    product.ctl("conferencing", "add", "webex", "display_name=" + NAME,
                "site=LAB.Webex.COM", "client_id=" + s["client_id"],
                "test_account=alice@lab.example", "--password-stdin",
                given="%s\n%s\n" % (s["client_secret"],
                                    refresh or s["refresh_token"]))


def again(product, account):
    """A change makes the engine begin anew."""
    product.ctl("conferencing", "edit", NAME, "test_account=" + account)


def wait(what, fn):
    assert people.wait_for(fn, 60, 0.1), what


def alarmed(product):
    return [a for a in product.ctl("alarms", "list")["alarms"]
            if int(a["number"]) == ALARM and a["subject"] == NAME]


def test_first_token(product, webex):
    add(product, webex)
    wait("no token", lambda: state(webex)["grants"] == 1)
    assert product.ctl("conferencing", "show", NAME)["site"] == \
        "lab.webex.com"
    assert not alarmed(product)
    assert state(webex)["wrong"] == []


def test_changed_refresh_token_outlives_the_engine(product, webex):
    webex.post("/webex", rotates=True)
    add(product, webex)
    wait("no token", lambda: state(webex)["grants"] == 1)
    fresh, = state(webex)["refresh_good"]
    assert fresh != state(webex)["refresh_token"]
    # what is stored is used, although config.db has the one that was typed
    again(product, "bob@lab.example")
    wait("no second token", lambda: state(webex)["grants"] == 2)
    pid, = product.processes()["calconn-engine"]
    os.kill(pid, signal.SIGKILL)
    wait("no third token", lambda: state(webex)["grants"] == 3)
    assert not alarmed(product)
    words = [state(webex)["client_secret"], fresh,
             state(webex)["refresh_token"], *state(webex)["refresh_good"]]
    for path in pathlib.Path(product.folder).rglob("*"):
        if path.is_file() and "lab" not in path.relative_to(
                product.folder).parts[:1]:
            data = path.read_bytes()
            for word in words:
                assert word.encode() not in data, path


def test_alarm_where_webex_refuses(product, webex):
    add(product, webex, refresh="not-a-token-that-was-given")
    wait("no alarm", lambda: alarmed(product))
    row, = alarmed(product)
    assert "refuses to renew the token" in str(row)
    s = state(webex)
    product.ctl("conferencing", "edit", NAME, "--password-stdin",
                given="\n%s\n" % s["refresh_token"])
    wait("the alarm stays", lambda: not alarmed(product))
    assert state(webex)["grants"] == 1
