"""A password is used only for what it was entered for."""
import sqlite3
import subprocess

import pytest

BOUND = [
    ("address", "fault.lab.example"),
    ("account", "someone@lab.example"),
    ("type", "office365"),
    ("tls_verify", "no"),
]


@pytest.fixture
def record(product, company):
    """A record with a direct address, tested."""
    name = "Bound"
    code, _, _ = product.ctl("exchange", "show", name, ok=False)
    if code != 0:
        product.link(display_name=name, discovery="direct", scp_enabled="no",
                     address="mail.lab.example", enabled="no")
    return name


@pytest.mark.parametrize("key,value", BOUND)
def test_change_without_password_is_refused(product, company, record, key,
                                            value):
    before = product.ctl("exchange", "show", record)
    code, out, err = product.ctl("exchange", "edit", record,
                                 "%s=%s" % (key, value), ok=False)
    assert code == 1
    assert key in str(out) + err and "assword" in str(out) + err
    assert product.ctl("exchange", "show", record) == before
    assert not company.get("/canary")


def test_what_is_not_bound_may_change(product, company, record):
    product.ctl("exchange", "edit", record, "scheduling_email=rooms@lab.example")
    product.ctl("exchange", "edit", record, "scheduling_email=")


def edit_db(product, sql, *values):
    """As somebody who can write the file would."""
    db = sqlite3.connect(product.facts["config_db"], timeout=5)
    with db:
        db.execute(sql, values)
        db.execute("UPDATE config_meta SET revision = revision + 1")
    db.close()


def alarms(product):
    return {(a["number"]): a for a in product.ctl("alarms", "list")["alarms"]}


def test_box_moved_to_another_record(product, company, record):
    product.link(display_name="Other", discovery="direct", scp_enabled="no",
                 address="mail.lab.example", enabled="no")
    ids = {r["display_name"]: r["id"]
           for r in product.ctl("exchange", "list")["exchange"]}
    edit_db(product, "UPDATE exchange SET (box, bound_to) = (SELECT box, "
            "bound_to FROM exchange WHERE id = ?) WHERE id = ?",
            ids[record], ids["Other"])
    company.post("/reset")
    seen = requests(product)
    code, report, _ = product.ctl("exchange", "test", "Other", ok=False)
    assert code == 1
    assert "cred-bound" in str(report)
    assert requests(product) == seen, "something was sent"
    assert 60101 in alarms(product)
    product.ctl("exchange", "delete", "Other")


def test_host_changed_in_the_database(product, company, record):
    """The canary host asks for the password and does not get it."""
    ids = {r["display_name"]: r["id"]
           for r in product.ctl("exchange", "list")["exchange"]}
    edit_db(product, "UPDATE exchange SET address = 'fault.lab.example' "
            "WHERE id = ?", ids[record])
    code, report, _ = product.ctl("exchange", "test", record, ok=False)
    assert code == 1 and "cred-bound" in str(report)
    assert not company.get("/canary")
    edit_db(product, "UPDATE exchange SET address = 'mail.lab.example' "
            "WHERE id = ?", ids[record])
    assert product.ctl("exchange", "test", record)


def requests(product):
    folder = product.folder / "lab" / "requests"
    return len(list(folder.glob("*")))


def test_password_is_refused_as_an_argument(product, company):
    r = subprocess.run([product.facts["ctl"], "exchange", "edit", "Bound",
                        "password=hunter2"], capture_output=True, text=True)
    assert r.returncode == 2 and "hunter2" not in r.stdout + r.stderr
