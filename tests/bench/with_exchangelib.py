#!/usr/bin/python3
"""Reads meetings and writes join details into them, with exchangelib: one
process, a pool of threads, a session each, an account for each mailbox.

usage: with_exchangelib.py URL CA FIRST COUNT THREADS MAILBOXES

Prints one line of JSON: seconds, meetings, and the memory of this process."""
import datetime
import json
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import requests.adapters
from exchangelib import (BASIC, IMPERSONATION, UTC, Account, Configuration,
                         Credentials, HTMLBody)
from exchangelib.folders import Calendar, Root
from exchangelib.protocol import BaseProtocol
from exchangelib.version import Build, Version

DETAILS = "<p>Join: <a href='https://site.webex.example/meet/m%d'>here</a></p>"


def main():
    url, ca = sys.argv[1:3]
    first, count, threads, mailboxes = map(int, sys.argv[3:7])

    class Trusting(requests.adapters.HTTPAdapter):
        def cert_verify(self, conn, url, verify, cert):
            super().cert_verify(conn=conn, url=url, verify=ca, cert=cert)

    BaseProtocol.HTTP_ADAPTER_CLS = Trusting
    config = Configuration(
        service_endpoint=url, auth_type=BASIC, max_connections=threads,
        credentials=Credentials("bench", "bench"),
        version=Version(build=Build(15, 1, 2507, 61)))
    accounts = {}

    def account(number):
        if number not in accounts:
            a = Account("m%d@bench.example" % number, config=config,
                        autodiscover=False, access_type=IMPERSONATION,
                        default_timezone=UTC)
            # Found without asking for the tree of folders.
            a.__dict__["root"] = Root(account=a)
            accounts[number] = a
        return accounts[number]

    def work(n):
        a = account(n * 7919 % mailboxes)
        item = next(iter(a.fetch(
            [("i%d" % n, "k1")], folder=Calendar(root=a.root),
            only_fields=["subject", "body", "location", "start", "end",
                         "is_cancelled"])))
        assert item.start > datetime.datetime.now(tz=UTC)
        item.body = HTMLBody(item.body.replace("</body>",
                                               DETAILS % n + "</body>"))
        item.save(update_fields=["body"],
                  send_meeting_invitations="SendToNone",
                  conflict_resolution="NeverOverwrite")

    work(first)				# sessions, imports
    began = time.monotonic()
    with ThreadPoolExecutor(threads) as pool:
        for _ in pool.map(work, range(first + 1, first + count)):
            pass
    took = time.monotonic() - began
    memory = 0
    for line in open("/proc/self/smaps_rollup"):
        if line.startswith("Pss:"):
            memory = int(line.split()[1]) * 1024
    print(json.dumps({"seconds": took, "meetings": count - 1,
                      "memory": memory}))


if __name__ == "__main__":
    main()
