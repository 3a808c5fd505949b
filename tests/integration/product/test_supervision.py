"""The programs as they are, under the eyes of the manager: one that hangs,
one that ends again and again."""
import os
import signal

import people
import pytest


def row_with(product, program, pid):
    for row in product.ctl("connector", "status")["processes"]:
        if row["program"] == program and row["pid"] == pid:
            return row
    return None


def alarm(product, subject, number=60064):
    for a in product.ctl("alarms", "list")["alarms"]:
        if (a["number"], a["subject"]) == (number, subject):
            return a
    return None


def past(product, number):
    return [a for a in product.ctl("alarms", "history")["history"]
            if a["number"] == number]


def kill_next(product, program, not_pid):
    def there():
        pids = product.processes().get(program, [])
        return pids and pids[0] != not_pid and pids[0]
    pid = people.wait_for(there, 20, 0.1)
    assert pid, "%s is not there again" % program
    os.kill(pid, signal.SIGKILL)
    return pid


def test_third_death_raises_the_alarm(product):
    product.ready()
    pid = None
    for _ in range(3):
        pid = kill_next(product, "calconn-net", pid)
    raised = people.wait_for(lambda: alarm(product, "calconn-net"), 20, 0.1)
    assert raised and "signal 9 (Killed)" in raised["detail"]
    product.wait_subscribed()
    status = product.ctl("connector", "status")
    ends = {r["program"]: r["ended_why"] for r in status["processes"]
            if r["ended_why"]}
    assert ends["calconn-net"] == "signal 9 (Killed)"
    assert any("calconn-net[" in line["line"] or "calconn-engine[" in
               line["line"] for line in status["lines"])
    assert len(status["lines"]) <= 10


@pytest.mark.slow
@pytest.mark.parametrize("program", ["calconn-web", "calconn-net"])
def test_one_that_hangs(product, program):
    """Killed after half a minute; the idle ones beside it are not."""
    product.ready()
    before = product.processes()
    pid = before[program][0]
    os.kill(pid, signal.SIGSTOP)
    try:
        assert people.wait_for(
            lambda: pid not in product.processes().get(program, [pid]),
            90, 0.5)
    finally:
        try:
            os.kill(pid, signal.SIGCONT)
        except ProcessLookupError:
            pass
    assert people.wait_for(
        lambda: len(product.processes().get(program, [])) ==
        len(before[program]), 20, 0.1)
    whys = [r["ended_why"] for r in
            product.ctl("connector", "status")["processes"]
            if r["program"] == program]
    assert "killed: no heartbeat for 30 seconds" in whys
    after = product.processes()
    assert set(before["calconn-web"]) - {pid} <= set(after["calconn-web"])
    product.wait_subscribed()


def test_manager_that_was_killed_is_told_of(product):
    """Nobody runs who could say so at once: the next one does."""
    product.ready()
    before = len(past(product, 60170))
    pid = product.processes()["calconn-managerd"][0]
    os.kill(pid, signal.SIGKILL)
    assert people.wait_for(
        lambda: len(past(product, 60170)) > before, 60, 0.2)
    newest = past(product, 60170)[0]
    assert "without having been told to" in newest["detail"]
    assert alarm(product, "", 60170) is None
    product.wait_subscribed()


def after_a_new_start(product):
    """Who runs as soon as another manager has started them all: passwords are
    still being asked for."""
    old = product.processes()
    os.kill(old["calconn-managerd"][0], signal.SIGKILL)

    def there():
        code, told, _ = product.ctl("status", ok=False)
        now = {} if code else {
            r["program"]: r["pid"] for r in told["processes"] if r["pid"]}
        return now.get("calconn-engine", 0) not in (
            0, *old["calconn-engine"]) and "calconn-net" in now
    assert people.wait_for(there, 60, 0.01)
    return product.processes()


@pytest.mark.slow
@pytest.mark.parametrize("when", ["idle", "starting"])
def test_manager_that_hangs_is_told_of(product, when):
    product.ready()
    product.wait_subscribed()
    before = (product.processes() if when == "idle" else
              after_a_new_start(product))
    pid = before["calconn-managerd"][0]
    os.kill(pid, signal.SIGSTOP)
    try:
        assert people.wait_for(
            lambda: alarm(product, "", 60171), 120, 0.5)
    finally:
        os.kill(pid, signal.SIGCONT)
    assert people.wait_for(
        lambda: alarm(product, "", 60171) is None, 60, 0.5)
    product.wait_subscribed(60)
    # Their heartbeats waited for it to go on: nobody was killed, or crashed.
    after = product.processes()
    for program in ("calconn-engine", "calconn-net"):
        assert sorted(after[program]) == sorted(before[program])
