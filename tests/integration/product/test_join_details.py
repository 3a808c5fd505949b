"""Join Details: for new meetings, and never for those that have some."""
import people


def body_of(company, subject):
    alice = company.light("alice")
    item = alice.create(subject, "@webex", "x")[0]
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
