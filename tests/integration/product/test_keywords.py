"""Keywords of one's own, and Personal Rooms made by a rule."""
import people

GUARD = "Do not delete or change any of the following text"


def decorated(lab, who, item_id, timeout_s=10):
    assert people.wait_for(
        lambda: people.decoration(lab, item_id), timeout_s), "not decorated"
    return lab.light(who).get(item_id)["Body"]


def test_keyword_of_ones_own(product, company):
    """Counts as soon as it is stored, and no longer once it is off."""
    alice = company.light("alice")
    assert GUARD in decorated(company, "alice",
                              alice.create("M", "Room 5; @Meet", "x")[0])
    early = alice.create("Early", "@standup", "x")[0]
    product.ctl("keywords", "add", "@StandUp")
    late = alice.create("Late", "x, @standup", "x")[0]
    decorated(company, "alice", late)
    assert people.decoration(company, early) is None
    product.ctl("keywords", "disable", "@standup")
    off = alice.create("Off", "@standup", "x")[0]
    decorated(company, "alice", alice.create("Last", "@webex", "x")[0])
    assert people.decoration(company, off) is None
    product.ctl("keywords", "delete", "@standup")
    assert product.ctl("keywords", "delete", "@standup", ok=False)[0] != 0


def test_room_by_rule(product, company):
    """Who has no room of their own gets the one that the rule makes; a
    meeting that waited for one is done then."""
    who = "o'neil@lab.example"
    product.ctl("users", "add", who, "enabled=yes")
    product.wait_subscribed()
    waits = company.light("o'neil").create("Waits", "@webex", "x")[0]
    decorated(company, "alice",
              company.light("alice").create("First", "@webex", "x")[0])
    assert people.decoration(company, waits) is None
    bad = product.ctl("setting", "set", "room_rule_link",
                      "https://rooms.example/everybody", ok=False)
    assert bad[0] != 0 and "{local}" in str(bad[1])
    product.ctl("setting", "set", "room_rule_video", "{local}@rooms.example")
    product.ctl("setting", "set", "room_rule_link",
                "https://rooms.example/{domain}/{local}")
    body = decorated(company, "o'neil", waits)
    assert "https://rooms.example/lab.example/o%27neil" in body
    assert "o'neil@rooms.example" in body
    # Alice keeps her own.
    body = decorated(company, "alice",
                     company.light("alice").create("Own", "@webex", "x")[0])
    assert "rooms.example" not in body and "/meet/alice" in body
    product.ctl("setting", "set", "room_rule_link")
    product.ctl("setting", "set", "room_rule_video")
    product.ctl("users", "delete", who)
