"""What Exchange may answer: each fault has its name, advice, and bounds."""
import pathlib
import threading

import pytest

HOST = "fault.lab.example"
RULE = {"host": HOST}

FAULTS = [
    # name, address, what the lab is told, failure in the report
    ("401", HOST, None, {"auth": "refuse"}, "http-401"),
    ("403", HOST, {"action": "status", "code": 403}, None, "http-403"),
    ("404", HOST, {"action": "status", "code": 404}, None, "http-404"),
    ("500", HOST, {"action": "status", "code": 500}, None, "http-500"),
    ("503", HOST, {"action": "status", "code": 503}, None, "http-503"),
    ("html", HOST, {"action": "html"}, None, "content-html"),
    ("truncated", HOST, {"action": "truncated"}, None, "content-xml"),
    ("100 MiB", HOST, {"action": "bigbody"}, None, "content-toobig"),
    ("doctype", HOST, {"action": "doctype"}, None, "content-doctype"),
    pytest.param("never", HOST, {"action": "never"}, None, "timeout",
                 marks=pytest.mark.slow),
    ("closes", HOST, {"action": "close"}, None, "connection-closed"),
    ("wrong name", "wrongname.lab.example", None, None, "tls-name"),
    ("expired", "expired.lab.example", None, None, "tls-expired"),
    ("unknown CA", "unknownca.lab.example", None, None, "tls-unknown-ca"),
    ("self-signed", "selfsigned.lab.example", None, None, "tls-self-signed"),
    ("no TLS", "plain.lab.example", None, None, "tls-failed"),
    ("refused", "refused.lab.example", None, None, "connect-refused"),
    ("no such name", "nowhere.lab.example", None, None, "dns-not-found"),
]
TLS = {"tls-name", "tls-expired", "tls-unknown-ca", "tls-self-signed",
       "tls-failed", "connect-refused", "dns-not-found"}
NET_MEMORY_KIB = 64 * 1024	# a worker, whatever it is sent


def peak_kib(pid):
    for line in pathlib.Path("/proc/%d/status" % pid).read_text().split("\n"):
        if line.startswith("VmHWM"):
            return int(line.split()[1])
    return 0


@pytest.mark.parametrize("name,address,rule,config,failure", FAULTS,
                         ids=[getattr(f, "values", f)[0] for f in FAULTS])
def test_fault_is_named(product, company, name, address, rule, config,
                        failure):
    if rule:
        company.post("/faults", host=address, **rule)
    if config:
        company.post("/config", **config)
    pids = product.processes()
    before = {r["id"] for r in product.ctl("exchange", "list")["exchange"]}
    code, report, err = product.ctl(
        "exchange", "add", "--password-stdin", "display_name=F " + name,
        "account=" + product.service["username"], "discovery=direct",
        "address=" + address, "scp_enabled=no", "auth_basic=yes",
        "email=alice@lab.example", given=product.service["password"] + "\n",
        ok=False)
    assert code == 1
    failed = [s for s in steps(report) if s["state"] == "failed"]
    assert failure in {s["failure"] for s in failed}, failed
    step = next(s for s in failed if s["failure"] == failure)
    assert step["what"] and step["todo"]
    assert product.service["password"] not in str(report) + err
    # Nothing was stored, nobody died, nothing grew without bound.
    after = {r["id"] for r in product.ctl("exchange", "list")["exchange"]}
    assert after == before
    assert product.processes() == pids
    for pid in pids["calconn-net"]:
        assert peak_kib(pid) < NET_MEMORY_KIB
    if failure in TLS:
        assert not company.get("/canary")


def steps(report):
    rows = report.get("steps") or report.get("report", {}).get("steps", [])
    return rows


@pytest.mark.slow
def test_other_users_go_on_meanwhile(product, company):
    """A server that hangs holds up nobody else's test."""
    company.post("/faults", host=HOST, action="never")
    slow = threading.Thread(target=lambda: product.ctl(
        "exchange", "add", "--password-stdin", "display_name=Slow",
        "account=" + product.service["username"], "discovery=direct",
        "address=" + HOST, "scp_enabled=no", "email=alice@lab.example",
        given=product.service["password"] + "\n", ok=False))
    slow.start()
    assert product.ctl("exchange", "test", "Lab Exchange")
    slow.join()
