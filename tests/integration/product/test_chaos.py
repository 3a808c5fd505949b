"""kill -9 of each program in turn while meetings come in."""
import itertools
import os
import signal
import threading
import time

import people
import pytest
from running import PROGRAMS

KILLS = 20
MEETINGS = 300
RATE = 10.0		# a second
PAUSE_S = 1.5		# between kills


@pytest.mark.slow
def test_each_meeting_once(product, company):
    made, killed = [], []
    done = threading.Event()

    def work():
        made.extend(people.burst(company, ["alice", "bob", "carol"], MEETINGS,
                                 RATE, subject="Chaos"))
        done.set()

    thread = threading.Thread(target=work)
    thread.start()
    turn = itertools.cycle(PROGRAMS)
    while len(killed) < KILLS:
        program = next(turn)
        pids = people.wait_for(
            lambda: alive(product, program), 10, 0.1)
        assert pids, "%s is not there again" % program
        os.kill(pids[0], signal.SIGKILL)
        killed.append(program)
        time.sleep(PAUSE_S)
    thread.join()
    assert done.is_set() and len(made) == MEETINGS

    ids = {i for i, _ in made}
    service = product.service["address"]

    def writes():
        count = dict.fromkeys(ids, 0)
        for row in company.get("/history?brief=1"):
            if row["id"] in ids:
                count[row["id"]] = sum(
                    v["by"] == service and "Body" in v["fields"]
                    for v in row["versions"])
        return count

    end = time.monotonic() + 60
    while min(writes().values()) == 0 and time.monotonic() < end:
        time.sleep(0.5)
    time.sleep(3)
    count = writes()
    missed = [i for i, n in count.items() if n == 0]
    twice = [i for i, n in count.items() if n > 1]
    print("kills", len(killed), "meetings", len(ids), "missed", len(missed),
          "twice", len(twice))
    assert not missed and not twice
    for program in PROGRAMS:
        assert people.wait_for(lambda: alive(product, program), 10, 0.1)


def alive(product, program):
    code, out, _ = product.ctl("status", ok=False)
    if code != 0:
        return None
    return [p["pid"] for p in out["processes"]
            if p["program"] == program and p["pid"]]
