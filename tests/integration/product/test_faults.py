"""What can be wrong between here and Exchange: each fault has its name, its
step, its advice and its bounds, and is listed in docs/FAULTS.md."""
import concurrent.futures
import os
import pathlib
import re

import pytest

import faults
from running import TOP
import people

NET_MEMORY_KIB = 64 * 1024	# a worker, whatever it is sent
DOCUMENT = TOP / "docs" / "FAULTS.md"
AREAS = ("DNS", "TCP", "TLS", "LDAP", "SCP", "redirect", "HTTP",
         "authentication", "impersonation", "throttling", "proxy", "content")
BEFORE_HTTP = ("DNS", "TCP", "TLS")	# no credential has left by then


def peak_kib(pid):
    for line in pathlib.Path("/proc/%d/status" % pid).read_text().split("\n"):
        if line.startswith("VmHWM"):
            return int(line.split()[1])
    return 0


def command(product, row):
    """Arguments and standard input of the command that meets the fault."""
    given = {"display_name": "F " + row.id, "email": "alice@lab.example",
             "account": product.service["username"], "scp_enabled": "no",
             "ad_domain": product.lab["ad_domain"]}
    given.update(row.fields)
    password = row.password or next(
        (m["password"] for m in product.lab["mailboxes"]
         if m["address"] == given["account"]), product.service["password"])
    return (["exchange", "add", "--password-stdin"] +
            ["%s=%s" % kv for kv in given.items()], password)


def meet(product, row):
    args, password = command(product, row)
    code, out, err = product.ctl(*args, given=password + "\n", ok=False)
    assert password not in str(out) + err
    return code, out.get("report", out).get("steps", []), err


def judge(row, code, steps, err):
    """The step that names the fault."""
    assert code == 1, err
    bad = [s for s in steps if s["failure"]]
    named = {(s["failure"], s["title"]) for s in bad}
    step = next((s for s in under(steps, row.step)
                 if s["failure"] == row.failure), None)
    assert step, "%s is not among %s" % (row.failure, named)
    assert row.phrase in step["todo"] + " " + step["command"], step
    return step


def under(steps, title):
    """Steps whose title, or an outer one's, begins so."""
    by_id = {s["id"]: s for s in steps}
    for s in steps:
        up = s
        while up:
            if up["title"].startswith(title):
                yield s
                break
            up = by_id.get(up["parent"])


@pytest.fixture(scope="module")
def told():
    """What each row was told: {id: step}."""
    return {}


@pytest.fixture(scope="module")
def beside(product):
    """Those that end by a time-out are all begun before the rest."""
    product.lab.reset()
    product.ready()
    rows = [r for r in faults.ROWS if r.slow]
    with concurrent.futures.ThreadPoolExecutor(len(rows)) as pool:
        begun = {}
        for row in rows:
            prepared(product, product.lab, row)
            begun[row.id] = pool.submit(meet, product, row)
            if row.ctl:		# what it needs goes when it is on its way
                assert people.wait_for(
                    lambda: product.lab.get("/proxy")["seen"], 10, 0.05)
            cleared(product, product.lab, row)
        yield begun


def prepared(product, company, row):
    for path, body in row.lab:
        company.control("POST", path, body)
    for args in row.ctl:
        product.ctl(*args)


def cleared(product, company, row):
    for args in row.ctl_undo:
        product.ctl(*args)
    for path, body in row.undo:
        company.control("POST", path, body)


@pytest.mark.parametrize("row", [r for r in faults.ROWS if not r.slow],
                         ids=lambda r: r.id)
def test_fault_is_named(product, company, beside, told, row):
    pids = product.processes()
    stored = product.ctl("exchange", "list")["exchange"]
    try:
        prepared(product, company, row)
        result = meet(product, row)
    finally:
        cleared(product, company, row)
    told[row.id] = judge(row, *result)
    # Nothing was stored, nobody died, nothing grew without bound.
    assert product.ctl("exchange", "list")["exchange"] == stored
    assert product.processes() == pids
    for pid in pids["calconn-net"]:
        assert peak_kib(pid) < NET_MEMORY_KIB
    if row.area in BEFORE_HTTP and row.id != "closes":
        assert not company.get("/canary")


@pytest.mark.parametrize("row", [r for r in faults.ROWS if r.slow],
                         ids=lambda r: r.id)
def test_silence_is_named(product, beside, told, row):
    told[row.id] = judge(row, *beside[row.id].result())


def test_rows():
    assert len(faults.ROWS) >= 60
    assert {r.area for r in faults.ROWS} == set(AREAS)
    assert len({r.id for r in faults.ROWS}) == len(faults.ROWS)


HEAD = """# Faults

What can be wrong between the connector and Exchange, how the connection test
names it, and what it tells the administrator to do. Each row is set up in the
lab and met by the whole product; this page is written from those tests
(`tests/integration/product/faults.py`). All names are in
`common/failure.def`; the account and mailbox in a command are the lab's.
"""


def cell(text):
    return re.sub(r"\s+", " ", text).replace("|", "\\|").replace("<", "&lt;")


def title_of(name):
    """The heading that failure.def gives a name."""
    text = (TOP / "common" / "failure.def").read_text()
    m = re.search(r'FAILURE\("%s", \w+,\s*"((?:[^"\\]|\\.)*)"' % name, text)
    return m.group(1).replace('\\"', '"')


def document(told):
    out = [HEAD]
    for area in AREAS:
        out += ["\n## %s\n" % (area[0].upper() + area[1:]),
                "| what is wrong | how it is named | what the administrator "
                "is told |", "| --- | --- | --- |"]
        for row in (r for r in faults.ROWS if r.area == area):
            step = told[row.id]
            advice = cell(step["todo"])
            if step["command"]:
                advice += " `%s`" % cell(step["command"]).replace("&lt;", "<")
            out.append("| %s | %s (`%s`) | %s |" % (
                cell(row.wrong), cell(title_of(row.failure)), row.failure,
                advice))
    return "\n".join(out) + "\n"


def test_document(told):
    """CALCONN_WRITE_FAULTS=1 writes docs/FAULTS.md anew."""
    if len(told) < len(faults.ROWS):
        pytest.fail("only %d of %d faults were named"
                    % (len(told), len(faults.ROWS)))
    text = document(told)
    if os.environ.get("CALCONN_WRITE_FAULTS"):
        DOCUMENT.write_text(text)
    assert DOCUMENT.read_text() == text
