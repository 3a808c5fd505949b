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


def alarm(product, subject):
    for a in product.ctl("alarms", "list")["alarms"]:
        if (a["number"], a["subject"]) == (60064, subject):
            return a
    return None


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
