"""Join Details: for new meetings, and never for those that have some."""
import people


def body_of(company, subject, html=False):
    alice = company.light("alice")
    item = alice.create(subject, "@webex", "x", html=html)[0]
    assert people.wait_for(lambda: people.decoration(company, item), 20)
    return item, alice.get(item)["Body"]


def test_details(product, company):
    old, before = body_of(company, "Old")
    assert "Join meeting in my" in before
    product.ctl("joindetails", "set", "language=de", "toll=+1 650 555")
    product.ctl("joindetails", "text", "de", "header=Willkommen <b>")
    new, body = body_of(company, "New")
    assert "Willkommen &lt;b&gt;" in body or "Willkommen <b>" in body
    assert "Rufen Sie diese Nummer an:" in body and "+1 650 555" in body
    alice = company.light("alice")
    alice.update(old, subject="Old again")
    last, _ = body_of(company, "Last")
    assert alice.get(old)["Body"] == before
    shown = product.ctl("joindetails", "preview", "language=ar",
                        "form=html")["block"]
    assert 'dir="rtl"' in shown
    code, _, said = product.ctl("joindetails", "text", "de",
                                "header=" + "x" * 1025, ok=False)
    assert code != 0 and "1025" in said
    product.ctl("joindetails", "text", "de", "header=", "footer=")
    product.ctl("joindetails", "set", "language=meeting", "toll=")
    for item in (old, new, last):
        alice.delete(item)


HOSTILE = "<img src=x> {{footer}} \u202e\u0007 & 'x'"


def test_template(product, company):
    """In a form of one's own, for new meetings; what people type is text."""
    old, before = body_of(company, "Before the template", html=True)
    code, _, said = product.ctl("joindetails", "template", "en",
                                "source={{link}}\n{{nope}}", ok=False)
    assert code != 0 and "Line 2, column 1" in said
    product.ctl("joindetails", "text", "en", "footer=The foot")
    product.ctl("joindetails", "template", "en",
                "source=# Our way\n{{subject}}\n{{link}}\n{{footer}}")
    subject = HOSTILE.replace("\u0007", "")
    new, body = body_of(company, subject, html=True)
    assert "Our way" in body and body.count("The foot") == 1
    assert "<img" not in body and "{{footer}}" in body
    assert "\u202e" not in body.split("Our way")[1]
    assert body.count("Do not delete or change any of the") == 2
    assert "Join meeting in my" not in body
    alice = company.light("alice")
    alice.update(old, subject="Touched")
    product.ctl("joindetails", "template", "en", "source=")
    product.ctl("joindetails", "text", "en", "footer=")
    alice.update(new, subject="Touched too")
    last, after = body_of(company, "Without the template")
    assert "Join meeting in my" in after
    assert alice.get(old)["Body"] == before
    assert alice.get(new)["Body"] == body
    for item in (old, new, last):
        alice.delete(item)


SET = "00020329-0000-0000-C000-000000000046"
NAMES = ("TMS:ExternalConferenceData", "UCCapabilities")


def test_for_room_systems(product, company):
    """Both properties as exchangelib reads and writes them: only once the
    invitation was sent, and never over another program's."""
    from exchangelib import CalendarItem
    from exchangelib.extended_properties import ExtendedProperty
    fields = ("conference", "capabilities")
    for field, name in zip(fields, NAMES):
        CalendarItem.register(field, type(field, (ExtendedProperty,), {
            "property_set_id": SET, "property_name": name,
            "property_type": "String"}))
    try:
        room_systems(product, company)
    finally:
        for field in fields:
            CalendarItem.deregister(field)


def values(alice, item):
    got = alice.find(item_id=item.id)
    return got.conference, got.capabilities


def room_systems(product, company):
    alice = company.person("alice")
    bob = company.person("bob").address
    # Not sent to anybody: nothing is written but the body.
    quiet = alice.create("Not sent", "@webex", "x")
    assert people.wait_for(lambda: people.decoration(company, quiet.id), 30)
    assert values(alice, quiet) == (None, None)
    item = alice.create("Sent", "@webex", "x", invite=[bob])
    assert people.wait_for(lambda: values(alice, item)[0], 30)
    conference, xml = values(alice, item)
    assert conference.startswith("sip:") and "@" in conference
    assert "<ExternalSIPUrl>%s<" % conference[4:] in xml
    assert people.decoration(company, item.id)
    # Another program's values stay; what is the connector's own follows.
    other = alice.create("Foreign", "Room 5", "x", invite=[bob])
    other = alice.find(item_id=other.id)
    alice.update(other, conference="sip:of@another.example")
    other = alice.find(item_id=other.id)
    alice.update(other, location="@webex")
    assert people.wait_for(lambda: values(alice, other)[1], 30)
    assert values(alice, other)[0] == "sip:of@another.example"
    product.ctl("joindetails", "set", "room_conference_shape=dial",
                "room_capabilities=no")
    dial = alice.create("Dial", "@webex", "x", invite=[bob])
    assert people.wait_for(lambda: values(alice, dial)[0], 30)
    assert values(alice, dial) == (conference[4:], None)
    bad = product.ctl("joindetails", "set", "room_set=x", ok=False)
    assert bad[0] != 0
    product.ctl("joindetails", "set", "room_conference_shape=uri",
                "room_capabilities=yes")
    for each in (quiet, item, other, dial):
        alice.find(item_id=each.id).delete()
