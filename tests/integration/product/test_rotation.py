"""Another service account for a record while meetings are made: none is
missed, none decorated twice, and nobody is ever without a subscription."""
import threading
import time

import people
import pytest

FOLK = ["alice", "bob", "carol"]
NEXT = "dave@lab.example"
MEETINGS = 60
RATE = 10.0		# a second


@pytest.fixture
def second(product, company):
    """Dave may act for others as well."""
    row = [m for m in company["mailboxes"] if m["address"] == NEXT][0]
    both = [product.service["address"], NEXT]
    company.post("/impersonation", accounts=both)
    yield row
    company.post("/impersonation", accounts=both[:1])
    product.ctl("exchange", "edit", "Lab Exchange", "--password-stdin",
                "account=" + product.service["username"],
                given=product.service["password"] + "\n")
    product.wait_subscribed()


def rotate(product, *words, given=None):
    return product.ctl("exchange", "rotate", "Lab Exchange", *words,
                       given=given, ok=False)


def shown(product):
    return product.ctl("exchange", "show", "Lab Exchange")


def test_steps(product, company, second):
    code, out, _ = rotate(product, "take")
    assert code == 1 and out["error"] == "ERR_NOTFOUND"
    before = shown(product)
    code, out, err = rotate(product, "stage", "account=" + NEXT,
                            given="not the password\n")
    assert code == 1 and not out["passed"]
    assert out["report"]["account"] == NEXT
    # The directory's refusal is the last word: it goes nowhere else.
    assert "ldap-bind" in {s["failure"] for s in out["report"]["steps"]}
    code, out, _ = rotate(product, "take")
    assert code == 1 and out["error"] == "ERR_DENIED"
    code, out, err = rotate(product, "stage", "account=" + NEXT,
                            given=second["password"] + "\n")
    assert code == 0 and out["passed"]
    assert second["password"] not in str(out) + err
    now = shown(product)
    assert now["next_account"] == NEXT and now["next_passed"]
    assert (now["account"], now["rev"]) == (before["account"], before["rev"])
    assert rotate(product, "test")[0] == 0
    assert rotate(product, "drop")[0] == 0
    assert "next_account" not in shown(product)
    assert rotate(product, "elsewhere")[0] == 2


def test_each_meeting_once(product, company, second):
    assert rotate(product, "stage", "account=" + NEXT,
                  given=second["password"] + "\n")[0] == 0
    made, seen = [], set()
    service = product.service["address"]

    def of(account):
        return sum(v["by"] == account and "Body" in v["fields"]
                   for row in company.get("/history?brief=1")
                   for v in row["versions"])

    before = of(service)
    done = threading.Event()

    def work():
        made.extend(people.burst(company, FOLK, MEETINGS, RATE,
                                 subject="Rotation"))
        done.set()

    thread = threading.Thread(target=work)
    thread.start()
    assert people.wait_for(lambda: of(service) > before, 20, 0.05)
    assert rotate(product, "take")[0] == 0
    while not done.is_set():
        seen |= set(product.states().values())
    thread.join()
    assert len(made) == MEETINGS
    assert seen == {"subscribed"}
    ids = {i for i, _ in made}
    accounts = {service, NEXT}

    def writes():
        return {row["id"]: [v["by"] for v in row["versions"]
                            if v["by"] in accounts and "Body" in v["fields"]]
                for row in company.get("/history?brief=1")
                if row["id"] in ids}

    assert people.wait_for(
        lambda: min(map(len, writes().values())) > 0, 30, 0.2)
    company_now = shown(product)
    assert company_now["account"] == NEXT and company_now["tested"]
    # Time enough for a second one.
    time.sleep(2)
    by = writes()
    assert [len(v) for v in by.values()] == [1] * MEETINGS
    assert {a for v in by.values() for a in v} == accounts
