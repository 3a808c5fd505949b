"""Alarms that are sent away: by syslog, by mail and to a webhook."""
import email
import email.policy
import hashlib
import hmac
import json
import os
import re
import signal
import sqlite3

import people
import pytest
from receivers import (Datagrams, hook_server, mail_server, syslog_stream)

HOST = "fault.lab.example"	# 127.0.0.21, with a certificate of the lab's CA
UDP_ADDR = ("127.0.0.21", 15140)
SECRET = "a key for the hook"
LOGIN = ("sender", "a mail password 1")
NOBODY = "nobody.told@lab.example"
# RFC 5424 6: PRI, version, time, host, application, process, message id,
# structured data, and a message in UTF-8 behind its mark.
RFC5424 = re.compile(
    rb"<(\d{1,3})>1 \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ [!-~]{1,255} calconn - "
    rb"([A-Z]+) - \xef\xbb\xbf(.*)", re.S)


@pytest.fixture
def pki(product, company):
    yield os.path.dirname(product.lab["ca_file"])
    for channel in ("syslog", "mail", "webhook"):
        product.ctl("alarms", "delivery", channel, "enabled=no", ok=False)
    product.ctl("users", "delete", NOBODY, ok=False)


def configure(product, channel, *fields, secret=None):
    more = ["--password-stdin"] if secret else []
    return product.ctl("alarms", "delivery", channel, *fields, *more,
                       given=secret + "\n" if secret else None)


def tried(product, channel):
    """Exit code, the step."""
    code, out, err = product.ctl(
        "alarms", "delivery", channel, "test", ok=False)
    assert "report" in out, err
    return code, out["report"]["steps"][0]


def answer(step):
    return {k["key"]: k["value"] for k in step["evidence"]}.get(
        "detail", "")


def test_syslog_by_each_transport(product, pki):
    local = str(product.folder.resolve() / "syslog.sock")
    configure(product, "syslog", "transport=local")
    code, step = tried(product, "syslog")
    assert (code, step["failure"]) == (1, "syslog-local"), step
    configure(product, "syslog", "host=" + HOST, "port=%d" % UDP_ADDR[1])
    with Datagrams(local) as unix, Datagrams(UDP_ADDR) as udp, \
            syslog_stream(15141) as tcp, syslog_stream(15142, pki) as tls:
        for transport, port, got in (
                ("local", 514, unix), ("udp", UDP_ADDR[1], udp),
                ("tcp", 15141, tcp), ("tls", 15142, tls)):
            configure(product, "syslog", "transport=" + transport,
                  "port=%d" % port)
            code, step = tried(product, "syslog")
            assert code == 0, (transport, step)
            assert people.wait_for(lambda: got.texts(), 10, 0.05), transport
            m = RFC5424.fullmatch(got.texts()[0])
            assert m, got.texts()
            assert (m[1], m[2]) == (b"30", b"TEST") # daemon, informational
            assert b"This is a test message" in m[3]
    configure(product, "syslog", "host=refused.lab.example")
    assert tried(product, "syslog")[1]["failure"] == "connect-refused"
    # Nor is anything sent to whom nobody vouches for.
    with syslog_stream(15142, pki):
        configure(product, "syslog", "host=127.0.0.21")
        assert tried(product, "syslog")[1]["failure"] == "tls-name"


def test_mail(product, pki):
    fields = ["host=" + HOST, "port=12525", "security=starttls",
              "sender=calconn@lab.example",
              "recipients=ops@lab.example, night@lab.example"]
    configure(product, "mail", *fields)
    with mail_server(12525, pki) as plain:
        code, step = tried(product, "mail")
        assert code == 0 and "Ok: queued as 4711" in step["what"]
        (mail,) = plain.texts()
        assert mail["secure"] and mail["from"] == "calconn@lab.example"
        assert mail["to"] == ["ops@lab.example", "night@lab.example"]
        m = email.message_from_bytes(mail["raw"],
                                     policy=email.policy.default)
        assert m["Subject"].endswith("Test message") and not m.defects
        assert m["Auto-Submitted"] == "auto-generated" and m["Date"]
        assert "This is a test message" in m.get_content()
        plain.mode = "refuse"
        code, step = tried(product, "mail")
        assert step["failure"] == "mail-refused"
        assert "Relaying denied" in answer(step)
        # Nothing goes in the clear.
        plain.mode = "no-starttls"
        assert tried(product, "mail")[1]["failure"] == "mail-no-tls"
        assert len(plain.got) == 1
    with mail_server(12525, pki, login=LOGIN) as server:
        configure(product, "mail", "account=" + LOGIN[0], secret="wrong")
        code, step = tried(product, "mail")
        assert step["failure"] == "mail-auth"
        assert "Authentication failed" in answer(step)
        configure(product, "mail", "account=" + LOGIN[0], secret=LOGIN[1])
        assert tried(product, "mail")[0] == 0
        assert server.texts()[-1]["signed"]
    # The password serves this server only, in this way.
    for other in ("host=mail.lab.example", "port=465", "security=tls",
                  "account=me"):
        code, out, _ = product.ctl(
            "alarms", "delivery", "mail", other, ok=False)
        assert code == 1, other
        assert [p["key"] for p in out["problems"]] == [other.split("=")[0]]
    with mail_server(12465, pki, implicit=True, login=LOGIN) as server:
        configure(product, "mail", "port=12465", "security=tls",
              secret=LOGIN[1])
        assert tried(product, "mail")[0] == 0
        assert server.texts()[0]["signed"]
    with mail_server(12465, pki, name="expired", implicit=True, login=LOGIN):
        assert tried(product, "mail")[1]["failure"] in (
            "tls-expired", "tls-name")
    configure(product, "mail", "account=")
    assert not product.ctl("alarms", "delivery", "mail")["has_secret"]


def signed_right(got):
    m = re.fullmatch(r"t=(\d+),v1=([0-9a-f]{64})",
                     got["headers"]["X-Calconn-Signature"])
    want = hmac.new(SECRET.encode(), m[1].encode() + b"." + got["body"],
                    hashlib.sha256).hexdigest()
    return hmac.compare_digest(want, m[2]) and \
        abs(int(m[1]) - got["at"]) < 120


def test_webhook(product, pki):
    url = "https://%s:18443/hook?for=alarms" % HOST
    code, out, _ = product.ctl("alarms", "delivery", "webhook",
                               "enabled=yes", "url=" + url, ok=False)
    assert code == 1 and out["problems"][0]["key"] == "secret"
    configure(product, "webhook", "url=" + url, secret=SECRET)
    with hook_server(18443, pki) as hook:
        code, step = tried(product, "webhook")
        assert code == 0 and answer(step) == "HTTP status 200. thanks"
        (got,) = hook.texts()
        assert got["path"] == "/hook?for=alarms" and signed_right(got)
        assert SECRET not in str(got)
        body = json.loads(got["body"])
        assert body["test"] is True and body["events"] == []
        assert body["id"] == got["headers"]["X-Calconn-Delivery"]
        for status, failure in ((204, ""), (500, "hook-refused"),
                                (302, "hook-refused")):
            hook.status = status
            assert tried(product, "webhook")[1]["failure"] == failure
    assert tried(product, "webhook")[1]["failure"] == "connect-refused"
    code, out, _ = product.ctl("alarms", "delivery", "webhook",
                               "url=https://%s/" % HOST, ok=False)
    assert code == 1 and out["problems"][0]["key"] == "url"
    # A record that was changed beside the programs does not get the key out.
    db = sqlite3.connect(product.facts["config_db"])
    with db:
        db.execute("UPDATE delivery_field SET value = ? WHERE key = 'url'",
                   (url + "2",))
        db.execute("UPDATE config_meta SET revision = revision + 1")
    with hook_server(18443, pki) as hook:
        assert tried(product, "webhook")[1]["failure"] == "cred-bound"
        assert hook.got == []
        with db:
            db.execute("UPDATE delivery_field SET value = ?"
                       " WHERE key = 'url'", (url,))
            db.execute("UPDATE config_meta SET revision = revision + 1")
        assert tried(product, "webhook")[0] == 0
    db.close()


def told(server, parse, what):
    """Of the alarm about NOBODY: the times when a receiver heard of it."""
    return [at for at, text in server.got
            if what in parse(text) and NOBODY in parse(text)]


def test_raised_and_lowered_over_a_killed_engine(product, pki):
    """All ways at once, since each says little in a minute."""
    parse_mail = (lambda m: email.message_from_bytes(
        m["raw"], policy=email.policy.default).get_content())
    with Datagrams(UDP_ADDR) as udp, mail_server(12525, pki) as mail, \
            hook_server(18443, pki) as hook:
        ways = ((udp, bytes.decode, 'Event="Alarm Raised"',
                 'Event="Alarm Lowered"'),
                (mail, parse_mail, "RAISED", "LOWERED"),
                (hook, lambda h: h["body"].decode(), '"event":"raised"',
                 '"event":"lowered"'))
        configure(product, "syslog", "enabled=yes", "transport=udp",
              "host=" + HOST, "port=%d" % UDP_ADDR[1])
        configure(product, "mail", "enabled=yes", "host=" + HOST, "port=12525",
              "security=starttls", "account=", "sender=a@lab.example",
              "recipients=ops@lab.example")
        configure(product, "webhook", "enabled=yes",
              "url=https://%s:18443/" % HOST, secret=SECRET)
        product.add_person(NOBODY)
        for server, parse, raised, _ in ways:
            assert people.wait_for(
                lambda: told(server, parse, raised), 90, 0.1), raised
        (pid,) = product.processes()["calconn-engine"]
        product.ctl("users", "delete", NOBODY)
        assert people.wait_for(lambda: not [
            a for a in product.ctl("alarms", "list")["alarms"]
            if NOBODY in a["detail"]], 30, 0.1)
        # What is not said yet is said by its successor.
        os.kill(pid, signal.SIGKILL)
        for server, parse, _, lowered in ways:
            assert people.wait_for(
                lambda: told(server, parse, lowered), 120, 0.1), lowered
        for server, _, _, _ in ways:
            at = [t for t, _ in server.got]
            assert all(b - a > 59 for a, b in zip(at, at[1:])), at
        assert signed_right(hook.texts()[-1])
        ids = [e["id"] for h in hook.texts()
               for e in json.loads(h["body"])["events"]]
        assert ids == sorted(set(ids))
        for row in product.ctl("alarms", "delivery")["delivery"][:3]:
            assert row["enabled"] and row["sent"] and not row["failure"]
