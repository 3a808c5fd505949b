"""Who is out of office: from Exchange to calconnctl, the page and a webhook."""
import hashlib
import hmac
import json
import os
import re
import time

import people
import pytest
from receivers import hook_server

HOST = "fault.lab.example"	# 127.0.0.21, with a certificate of the lab's CA
PORT = 18453
SECRET = "a key for presence"
AWAY = "away.oof@lab.example"
TURNS = "turns.oof@lab.example"


@pytest.fixture
def folk(product, company):
    for address in (AWAY, TURNS):
        company.post("/mailboxes", address=address)
    yield company
    product.ctl("alarms", "delivery", "presence", "enabled=no", ok=False)
    for address in (AWAY, TURNS):
        product.ctl("users", "delete", address, ok=False)


def iso(at):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(at))


def word(product, address):
    return product.ctl("users", "show", address)["out_of_office"]


def signed_right(got):
    m = re.fullmatch(r"t=(\d+),v1=([0-9a-f]{64})",
                     got["headers"]["X-Calconn-Signature"])
    want = hmac.new(SECRET.encode(), m[1].encode() + b"." + got["body"],
                    hashlib.sha256).hexdigest()
    return hmac.compare_digest(want, m[2])


def test_shown_and_told(product, folk):
    pki = os.path.dirname(product.lab["ca_file"])
    folk.post("/mailboxes", address=AWAY, oof="Enabled")
    product.add_person(AWAY)
    assert people.wait_for(lambda: word(product, AWAY) == "yes", 60, 0.2)
    shown = product.ctl("users", "show", AWAY)
    assert shown["out_of_office_as_of"] and not shown["out_of_office_failure"]
    (row,) = product.ctl("users", "list", AWAY)["users"]
    assert row["out_of_office"] == "yes"
    # What is scheduled begins by itself, long before the next round.
    start = time.time() + 15
    folk.post("/mailboxes", address=TURNS, oof="Scheduled",
              oof_span=[iso(start), iso(start + 3600)])
    product.add_person(TURNS)
    assert people.wait_for(
        lambda: word(product, TURNS) in ("no", "yes"), 60, 0.2)
    with hook_server(PORT, pki) as hook:
        product.ctl("alarms", "delivery", "presence", "enabled=yes",
                    "url=https://%s:%d/presence" % (HOST, PORT),
                    "--password-stdin", given=SECRET + "\n")

        def told():
            out = {}
            for got in hook.texts():
                for p in json.loads(got["body"])["people"]:
                    out[p["address"]] = p
            return out

        # Everybody at first, each once in a message.
        assert people.wait_for(lambda: AWAY in told(), 60, 0.2)
        assert told()[AWAY]["out_of_office"] is True
        assert told()[AWAY]["state"] == "on"
        assert all(signed_right(got) for got in hook.texts())
        assert people.wait_for(lambda: word(product, TURNS) == "yes", 60, 0.2)
        # At most one message a minute.
        assert people.wait_for(
            lambda: told().get(TURNS, {}).get("out_of_office"), 100, 0.2)
        assert told()[TURNS]["from"] == iso(start)
        at = [t for t, _ in hook.got]
        assert all(b - a > 59 for a, b in zip(at, at[1:])), at
        # Nothing of what the person wrote is anywhere in it.
        assert b"Message" not in b"".join(g["body"] for g in hook.texts())
