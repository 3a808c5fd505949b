"""A system snapshot holds what helps, and nothing that must stay here."""
import json
import pathlib
import re
import tarfile

import people
import pytest
from test_secrets import Browser, forms_of, has

TOP = "calconn-snapshot/"
SUBJECT = "SubjectCanary 5d1f"
BODY = "BodyCanary 77c0"


@pytest.fixture
def browser(product, tmp_path):
    b = Browser(product, tmp_path / "jar")
    b.post("/sign-in", {"name": product.facts["admin_user"],
                        "password": product.facts["admin_password"]},
           "/sign-in")
    return b


def unpack(path):
    """{name: bytes}, after judging that the tar holds plain files only."""
    out = {}
    with tarfile.open(path, "r:gz") as tar:
        for m in tar.getmembers():
            assert m.isfile() and m.name.startswith(TOP), m
            assert ".." not in m.name and m.mode == 0o640, m
            out[m.name[len(TOP):]] = tar.extractfile(m).read()
    return out


def cookie_of(jar):
    got = re.findall(r"\t(__Host-\S+)\t(\S+)$", jar.read_text(), re.M)
    assert got
    return got[0][1]


def test_snapshot_has_no_secret(product, company, browser, tmp_path):
    password = product.service["password"]
    own = product.facts["admin_password"]
    item = company.light("alice").create(SUBJECT, "@webex", BODY)[0]
    assert people.wait_for(lambda: people.decoration(company, item), 20)
    product.ctl("exchange", "test", "Lab Exchange")
    page = browser.post("/second-factor", {"do": "begin", "current": own},
                        "/second-factor")
    factor = re.search(r'id="key">([^<]+)<', page).group(1)
    # As it stands in the page, and as it is typed.
    canaries = {"the service account's password": forms_of(password),
                "the administrator's": forms_of(own),
                "the key of the codes": {factor.encode(),
                                         factor.replace(" ", "").encode()},
                "a session": {cookie_of(tmp_path / "jar").encode()},
                "a subject": {SUBJECT.encode()}, "a body": {BODY.encode()},
                "a sealed box or hash": {b"$argon2id$", b"calconn-seal"}}
    made = product.ctl("snapshot", "start", "--wait", "60")
    assert made["state"] == "done", made
    name = made["name"]
    to = tmp_path / "snapshot.tar.gz"
    product.ctl("snapshot", "download", name, str(to))
    files = unpack(to)
    for path, data in files.items():
        for what, forms in canaries.items():
            assert not has(data, forms), "%s in %s" % (what, path)
    # And the canaries do show where somebody puts them in.
    assert has(password.encode(), canaries["the service account's password"])

    assert "calconn-engine" in files["status.txt"].decode()
    assert "Product: calconn" in files["versions.txt"].decode()
    assert "Left out" not in files["README.txt"].decode(), files["README.txt"]
    users = {u["address"]: u for u in json.loads(files["state/users.json"])}
    assert users["alice@lab.example"]["state"] == "subscribed"
    records = json.loads(files["config/exchange.json"])
    lab = [r for r in records if r["display_name"] == "Lab Exchange"]
    assert lab and lab[0]["has_password"] == 1
    assert json.loads(files["state/tests.json"])[0]["json"]["steps"]
    meetings = json.loads(files["state/meetings.json"])
    assert "decorated" in {m["verdict"] for m in meetings}
    for part in ("config/conferencing", "config/alarm-delivery",
                 "config/join-details", "config/keywords", "state/bookings",
                 "state/servers", "state/timeline"):
        assert isinstance(json.loads(files[part + ".json"]), list), part
    assert b"Event=" in files["logs/calconn-engine.log"]
    assert sum(map(len, files.values())) < 96 << 20

    # The same through the page.
    page = browser.get("/system-snapshot")
    assert name in page
    product.outside(
        "curl", "-sS", "--cacert", product.facts["ca_file"], "-b",
        browser.jar, "-o", str(tmp_path / "page.tar.gz"),
        browser.base + "/system-snapshot/download?name=" + name, check=True)
    assert (tmp_path / "page.tar.gz").read_bytes() == to.read_bytes()
    log_dir = pathlib.Path(product.facts["log_dir"])
    assert not list(log_dir.glob("*.part"))
    product.ctl("snapshot", "delete", name)
    assert not (log_dir / name).exists()
    code, out, _ = product.ctl("snapshot", "delete", name, ok=False)
    assert code == 1 and out["error"] == "ERR_NOTFOUND"


def test_only_the_newest_are_kept(product, company):
    made = []
    for _ in range(4):
        done = product.ctl("snapshot", "start", "--wait", "60")
        if done["name"] in made:
            continue
        made.append(done["name"])
        people.wait_for(lambda: False, 1.1, 0.5)  # a name is of a second
    have = [x["name"] for x in product.ctl("snapshot", "list")["snapshots"]]
    assert have == sorted(made, reverse=True)[:3]


def test_killed_while_it_is_made(product, company):
    """A collector that dies leaves no half of a file, and says so."""
    log_dir = pathlib.Path(product.facts["log_dir"])
    before = product.ctl("snapshot", "list")["snapshots"]
    program = product.folder / "app/libexec/calconn/calconn-collect"
    aside = program.with_name("calconn-collect.aside")
    program.rename(aside)
    try:
        program.write_text("#!/bin/sh\nkill -9 $$\n")
        program.chmod(0o755)
        code, out, err = product.ctl("snapshot", "start", "--wait", "30",
                                     ok=False)
        assert code == 1 and "Event Log" in err, (out, err)
        assert product.ctl("snapshot", "status")["state"] == "failed"
    finally:
        aside.rename(program)
    assert not list(log_dir.glob("*.part"))
    assert product.ctl("snapshot", "list")["snapshots"] == before
