#!/usr/bin/python3
"""Versions change while meetings come in.

usage: upgrade_load.py RUN

RUN was started by quickstart --blank --bundle.  Five meetings a second are
made in the lab while a newer bundle is sent through the page, one whose
engine does not work is sent after it, and the first version is rolled back
to, and the newer one allowed again.  Meanwhile a page is asked for again and
again.  Prints, as JSON, what came of it: meetings made, missed and written
more than once, and how long the pages were away at each change."""
import json
import multiprocessing
import os
import pathlib
import shutil
import subprocess
import sys
import threading
import time
import urllib.parse

TOP = pathlib.Path(__file__).resolve().parents[2]
for folder in ("tests/lab", "tests/integration/product", "tests/integration"):
    sys.path.insert(0, str(TOP / folder))

import people  # noqa: E402
import requests  # noqa: E402
from page import Page  # noqa: E402
from running import Product  # noqa: E402

RATE = 5  # meetings a second
FOLK = ("alice", "bob", "carol")
PATIENCE_S = 60


def meetings(folder, stop, out):
    """Runs in the lab's network: makes them, then says what became of
    them."""
    product = Product(folder)
    lab = product.lab
    lab.enter()
    calendars = [lab.light(who) for who in FOLK]
    made, began = [], time.monotonic()
    while not stop.is_set():
        made.append(calendars[len(made) % len(FOLK)].create(
            "Load %d" % len(made), "@webex", "Agenda")[0])
        time.sleep(max(0, began + len(made) / RATE - time.monotonic()))
    seconds = time.monotonic() - began
    waiting = set(made)
    end = time.monotonic() + PATIENCE_S
    while waiting and time.monotonic() < end:
        waiting -= {i for i in waiting if people.decoration(lab, i)}
        time.sleep(0.2)
    time.sleep(2)  # what would be written once more is written now
    writes = {}
    for item in made:
        rows = lab.get("/history?id=" + urllib.parse.quote(item, safe=""))
        writes[item] = sum(v["by"] == product.service["address"]
                           for row in rows for v in row["versions"])
    times = list(people.latencies(lab, set(made)).values())
    out.put({"made": len(made), "per_second": round(len(made) / seconds, 2),
             "missed": sum(n == 0 for n in writes.values()),
             "twice": sum(n > 1 for n in writes.values()),
             "slowest_s": round(max(times, default=0), 2)})


class Watch(threading.Thread):
    """Asks for a page again and again; the longest time without one."""

    def __init__(self, facts):
        super().__init__(daemon=True)
        self.url, self.ca = facts["url"] + "sign-in", facts["ca_file"]
        self.last, self.gap = time.monotonic(), 0
        self.ends = False

    def run(self):
        while not self.ends:
            try:
                ok = requests.get(self.url, verify=self.ca,
                                  timeout=2).status_code == 200
            except requests.RequestException:
                ok = False
            now = time.monotonic()
            if ok:
                self.gap = max(self.gap, now - self.last)
                self.last = now
            time.sleep(0.05)

    def taken(self):
        gap, self.gap = max(self.gap, time.monotonic() - self.last), 0
        return round(gap, 2)


def broken_bundle(run, version):
    tree, out = run / "broken", run / (version + ".tlp")
    shutil.copytree(run / "app", tree)
    engine = tree / "libexec/calconn/calconn-engine"
    engine.write_text("#!/bin/sh\nexit 1\n")
    tool = run / "app/sbin/calconn-pkg"
    subprocess.run([tool, "build", "-V", version, "-o", out, tree], check=True,
                   stdout=subprocess.DEVNULL)
    subprocess.run([tool, "sign", "-s", run / "etc/bundle.sec", out],
                   check=True, stdout=subprocess.DEVNULL)
    return out


class Versions:
    def __init__(self, run):
        self.run = run

    def current(self):
        return os.readlink(self.run / "all/current").rpartition("/")[2]

    def status(self):
        return (self.run / "all/status").read_text().split(maxsplit=3)

    def rejected(self):
        return (self.run / "all/rejected").read_text().split()

    def wait(self, what, state, current):
        """Until it has ended as it should."""
        def there():
            status = self.status()
            return (status[:2] == [state, what] and
                    self.current() == current and
                    not os.listdir(self.run / "upload"))
        assert people.wait_for(there, PATIENCE_S), (
            what, state, self.status(), self.current())


def change(page, versions, watch):
    run, away = versions.run, {}
    bad = broken_bundle(run, "1.2")
    time.sleep(2)
    watch.taken()
    page.send((run / "1.1.tlp").read_bytes())
    versions.wait("install", "done", "1.1")
    away["upgrade"] = watch.taken()
    page.send(bad.read_bytes())
    versions.wait("install", "failed", "1.1")
    away["failing_upgrade"] = watch.taken()
    assert versions.rejected() == ["1.2"], versions.rejected()
    page.get("/connectors/calendar/version?do=rollback&version=1.0")
    page.post("/connectors/calendar/version", do="rollback", version="1.0",
              current=page.password)
    versions.wait("rollback", "done", "1.0")
    away["roll_back"] = watch.taken()
    assert "1.1" in versions.rejected()
    page.get("/connectors/calendar/version?do=allow&version=1.1")
    page.post("/connectors/calendar/version", do="allow", version="1.1",
              current=page.password)
    assert people.wait_for(lambda: "1.1" not in versions.rejected(), 20)
    return away


def main():
    run = pathlib.Path(sys.argv[1])
    product = Product(run)
    product.ready()
    fork = multiprocessing.get_context("fork")
    stop, out = fork.Event(), fork.Queue()
    child = fork.Process(target=meetings, args=(run, stop, out), daemon=True)
    child.start()
    watch = Watch(product.facts)
    watch.start()
    began = time.monotonic()
    away = change(Page(product.facts), Versions(run), watch)
    time.sleep(1)
    watch.ends = True
    stop.set()
    found = out.get(timeout=2 * PATIENCE_S)
    found["away_s"] = away
    found["seconds"] = round(time.monotonic() - began, 1)
    print(json.dumps(found))


if __name__ == "__main__":
    main()
