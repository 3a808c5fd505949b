"""The meetings of the next four weeks, read when somebody asks."""
import datetime

import people

ROW = ("<m:CreateItem SendMeetingInvitations='SendToNone'><m:Items>"
       "<t:CalendarItem><t:Subject>%s</t:Subject><t:Sensitivity>%s"
       "</t:Sensitivity><t:Start>%s</t:Start><t:End>%s</t:End><t:Location>%s"
       "</t:Location></t:CalendarItem></m:Items></m:CreateItem>")


def test_next_four_weeks(product, company):
    alice = company.light("alice")
    now = datetime.datetime.now(datetime.timezone.utc)
    form = "%Y-%m-%dT%H:%M:%SZ"

    def make(subject, days, sensitivity="Normal", location="Room 7"):
        start = now + datetime.timedelta(days=days)
        end = start + datetime.timedelta(hours=1)
        alice.call(ROW % (subject, sensitivity, start.strftime(form),
                          end.strftime(form), location))

    make("List-soon", 2)
    make("List-hidden", 3, "Private", "List-secret-place")
    make("List-sensitive", 4, "Confidential", "List-secret-place")
    make("List-late", 29)
    make("List-over", -1)
    item = alice.create("List-keyword", "@webex", "x")[0]
    assert people.wait_for(lambda: people.decoration(company, item), 30)
    rows = product.ctl("meetings", "next", "alice@lab.example")["meetings"]
    # Others than this test's may be there as well.
    rows = [r for r in rows if r["subject"].startswith(("List-", "(priv"))]
    subjects = [r["subject"] for r in rows]
    assert subjects.count("(private)") == 2
    assert "List-soon" in subjects and "List-keyword" in subjects
    assert not {"List-late", "List-over"} & set(subjects)
    assert "secret" not in str(rows) and "hidden" not in str(rows)
    (hit,) = [r for r in rows if r["subject"] == "List-keyword"]
    assert hit["verdict"] in ("decorated", "unchanged")
    starts = [r["start"] for r in rows]
    assert starts == sorted(starts)
    # Nothing of it is on disk.
    for name in ("config_db", "state_db"):
        if name in product.facts:
            with open(product.facts[name], "rb") as f:
                assert b"List-soon" not in f.read()
    code, _, err = product.ctl("meetings", "next", "nobody@lab.example",
                               ok=False)
    assert code != 0 and "no such user" in err.lower() + str(_).lower()


def test_timeline(product, company):
    """What happened to a mailbox and to its meetings, and why."""
    who = "late.timeline@lab.example"
    product.add_person(who)
    assert people.wait_for(lambda: [
        r for r in product.ctl("users", "timeline", who)["timeline"]
        if r["result"] == "error" and r["failure"] and r["next_try"]], 60,
        0.2)
    company.post("/mailboxes", address=who)
    product.ctl("users", "retry", who)
    assert people.wait_for(
        lambda: product.states()[who] == "subscribed", 60, 0.2)
    rows = product.ctl("users", "timeline", who)["timeline"]
    assert [r["result"] for r in rows][:1] == ["subscribed"]
    assert "error" in [r["result"] for r in rows]
    times = [r["at"] for r in rows]
    assert times == sorted(times, reverse=True)
    product.ctl("users", "delete", who)
    item = company.light("alice").create("Time", "@webex", "x")[0]
    assert people.wait_for(lambda: people.decoration(company, item), 30)
    assert people.wait_for(lambda: [
        r for r in product.ctl("users", "timeline", "alice@lab.example")
        ["timeline"] if r["what"] == "meeting" and r["keyword"] == "@webex"
        and r["result"] in ("decorated", "unchanged")], 30, 0.2)
