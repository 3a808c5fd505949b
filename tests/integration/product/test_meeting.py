"""A person types @webex: what the invitation carries then, and for whom."""
import re
import time
import urllib.parse

import people

GUARD = "Do not delete or change any of the following text"


def decorated(lab, item_id, timeout_s=10):
    got = people.wait_for(lambda: people.decoration(lab, item_id), timeout_s)
    assert got, "not decorated within %d s" % timeout_s
    return got


def history(lab, item_id):
    return lab.get("/history?id=" + urllib.parse.quote(item_id, safe=""))


def body_of(lab, address, uid):
    rows = [i for i in lab.get("/items?mailbox=" + urllib.parse.quote(address))
            if i["uid"] == uid]
    return rows[0]["body"] if rows else None


def test_html_meeting_reaches_all_invitees(product, company):
    before = ("<html><head><style>p{margin:0}</style></head><body>\r\n"
              "<p>Agenda &amp; more</p><!-- keep --></body></html>\r\n")
    item = company.light("alice").create(
        "Plan", "Room 4; @WebEx", before, html=True,
        invite=["bob@lab.example", "carol@lab.example"])[0]
    decorated(company, item)
    now = company.light("alice").get(item)
    body = now["Body"]
    assert GUARD in body and "site.webex.example/meet/alice" in body
    assert "264010001" in body
    assert "alice@site.webex.example" in body
    # Spliced: what was there is there, byte for byte, around one insertion.
    cut = before.index("</body>")
    assert body.startswith(before[:cut]) and body.endswith(before[cut:])
    for who in ("bob@lab.example", "carol@lab.example"):
        assert body_of(company, who, now["UID"]) == body


def test_plain_text_meeting(product, company):
    before = "Agenda:\r\n 1. <b>not markup</b>\r\n"
    item = company.light("alice").create("Text", "@webex", before)[0]
    decorated(company, item)
    body = company.light("alice").get(item)["Body"]
    assert body.startswith(before) and GUARD in body
    assert "https://site.webex.example/meet/alice" in body


def test_asking_again_changes_nothing(product, company):
    alice = company.light("alice")
    item = alice.create("Again", "@webex", "Agenda", html=False)[0]
    decorated(company, item)
    body = alice.get(item)["Body"]
    alice.update(item, subject="Again, please")
    time.sleep(3)       # changes within 2 s are looked at when they are over
    assert alice.get(item)["Body"] == body
    writes = [v for row in history(company, item) for v in row["versions"]
              if v["by"] == product.service["address"]]
    assert len(writes) == 1


def test_meeting_by_exchangelib(product, company):
    item = company.person("bob").create("Plan B", "@webex",
                                        invite=["alice@lab.example"])
    decorated(company, item.id)
    assert GUARD in str(company.person("bob").find(item_id=item.id).body)


def test_meetings_that_a_delegate_makes(product, company):
    """Decorated once, in the manager's mailbox, with the manager's room; the
    copies of the delegate, who is invited too, are left to that."""
    company.post("/delegates", mailbox="alice@lab.example",
                 delegates=["bob@lab.example"])
    bob = company.person("bob", mailbox="alice@lab.example")
    made = bob.create("By a delegate", "@webex",
                      invite=["bob@lab.example", "carol@lab.example"])
    alone = bob.create("For nobody else", "@webex")
    for item in (made, alone):
        decorated(company, item.id)
    theirs = company.light("alice").get(made.id)
    assert "site.webex.example/meet/alice" in theirs["Body"]
    assert "meet/bob" not in theirs["Body"]
    assert people.wait_for(lambda: all(
        body_of(company, who, theirs["UID"]) == theirs["Body"]
        for who in ("bob@lab.example", "carol@lab.example")), 30)
    # The delegate changes it, as the manager's: looked at, written no more.
    made = bob.find(item_id=made.id)
    bob.update(made, subject="By a delegate, later")
    for item in (made, alone):
        assert people.wait_for(lambda: "meet/alice" in str(
            bob.find(item_id=item.id).body), 30)
    rows = [r for i in company.get("/items?mailbox=bob@lab.example")
            if i["uid"] == theirs["UID"] for r in history(company, i["id"])]
    assert rows and not [v for r in rows for v in r["versions"]
                         if v["by"] == product.service["address"]
                         and not v.get("by_mail")]
    for item in (made, alone):
        writes = [v for r in history(company, item.id) for v in r["versions"]
                  if v["by"] == product.service["address"]]
        assert len(writes) == 1
    for item in (made, alone):
        bob.find(item_id=item.id).delete()


def test_no_keyword_or_not_the_organizer(product, company):
    alice = company.light("alice")
    plain = alice.create("No", "Room 4, me@webex.com", "x")[0]
    word = alice.create("No", "@webexes", "x")[0]
    guest = company.light("dave").create(
        "Dave's", "@webex", "x", invite=["alice@lab.example"])[0]
    last = alice.create("Yes", "@webex", "x")[0]
    decorated(company, last)
    time.sleep(0.5)
    for item in (plain, word, guest):
        assert people.decoration(company, item) is None


def test_keyword_added_later(product, company):
    alice = company.light("alice")
    item = alice.create("Later", "Room 4", "x")[0]
    time.sleep(0.5)
    assert people.decoration(company, item) is None
    alice.update(item, location="Room 4 @webex")
    decorated(company, item)


def test_stop_and_catch_up(product, company):
    """What was typed while the connector was disabled is found after."""
    product.ctl("connector", "disable")
    assert people.wait_for(
        lambda: product.ctl("status")["state"] == "not-enabled", 10)
    item = company.light("carol").create("While away", "@webex", "x")[0]
    time.sleep(1)
    assert people.decoration(company, item) is None
    product.ctl("connector", "enable")
    decorated(company, item, 20)


def test_requests_are_right(product, company):
    """Every request that we sent kept to Microsoft's schema."""
    stats = company.get("/stats")
    assert not stats["wrong_requests"] and not stats["wrong_answers"]
    kept = list((product.folder / "lab" / "requests").glob("*.txt"))
    assert kept
    ours = [p for p in kept
            if re.search(rb"ExchangeImpersonation", p.read_bytes())]
    assert ours
