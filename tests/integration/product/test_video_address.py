"""Where no keyword stands, a video address is found and the body is left."""
import people

HTML = ('<p>Join: <a href="https://eur01.safelinks.protection.outlook.com/'
        '?url=https%3A%2F%2Fus02web.zoom.us%2Fj%2F98765432100%3Fpwd%3Dx&amp;'
        'data=05&amp;reserved=0">here</a></p>')


def found(product, item_id):
    rows = product.ctl("meetings", "list", "alice@lab.example")["meetings"]
    return next((m for m in rows if m["item_id"] == item_id
                 and m["verdict"] == "found"), None)


def test_found_and_left_alone(product, company):
    alice = company.light("alice")
    sip = alice.create("Sip", "Room 5; 12345@video.example", "Agenda")[0]
    link = alice.create("Link", "Room 5", HTML, html=True)[0]
    none = alice.create("None", "Room 5", "alice@lab.example")[0]
    last = alice.create("Last", "@webex", "x")[0]
    assert people.wait_for(lambda: people.decoration(company, last), 20)
    assert people.wait_for(lambda: found(product, sip), 20)
    row = found(product, sip)
    assert row["video_dial"] == "12345@video.example"
    assert row["video_place"] == "location" and row["keyword"] == ""
    assert people.wait_for(lambda: found(product, link), 20)
    row = found(product, link)
    assert row["video_service"] == "zoom" and row["video_place"] == "body"
    assert row["video_dial"] == "98765432100@zoomcrc.com"
    assert row["video_url"] == "https://us02web.zoom.us/j/98765432100?pwd=x"
    assert found(product, none) is None
    for item in (sip, link, none):
        assert people.decoration(company, item) is None
    # A keyword takes over, and what was found goes.
    alice.update(sip, location="@webex 12345@video.example")
    assert people.wait_for(lambda: people.decoration(company, sip), 20)
    rows = product.ctl("meetings", "list", "alice@lab.example")["meetings"]
    row = next(m for m in rows if m["item_id"] == sip)
    assert row["verdict"] == "decorated" and row["video_dial"] == ""
    for item in (sip, link, none, last):
        alice.delete(item)


def test_rule_tester(product):
    got = product.ctl("rules", "test", "location=Room; @Webex:myroom",
                            "user=alice@lab.example")
    assert got["decorates"] and got["keyword"] == "@Webex:myroom"
    assert "/meet/alice" in got["block"]
    got = product.ctl("rules", "test", "body=" + HTML, "html=yes")
    assert got["video_service"] == "Zoom" and not got["decorates"]
    assert product.ctl("rules", "test", "x=1", ok=False)[0] == 2
