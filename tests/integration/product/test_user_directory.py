"""Users out of the directory: by Samba's Active Directory, and by the other
forest's, which can be filled and told to misbehave."""
import people
import pytest

MINE = "dirtest"
OTHER = "Directory of another forest"
BASE = "cn=People,DC=other,DC=example"
FILTER = "(&(objectClass=inetOrgPerson)(mail=*))"
PLAIN = dict(exchange="", base="", filter="", attr_mail="", attr_name="",
             attr_language="", attr_room_link="", attr_room_number="",
             attr_room_video="", schedule="off", gone="keep", gone_max="")


def person(n, name=None, **more):
    row = {"mail": "%s%d@lab.example" % (MINE, n),
           "displayName": name or "Person %d" % n}
    row.update(more)
    return row


def given(**fields):
    return ["%s=%s" % kv for kv in fields.items()]


@pytest.fixture
def other(product, company):
    """A record of the other forest; all that came of it goes again."""
    product.ctl("exchange", "add", "--password-stdin", "--keep-disabled",
                "display_name=" + OTHER, "ad_domain=other.example",
                "account=" + company["service_account"]["username"],
                "enabled=no",
                given=company["service_account"]["password"] + "\n", ok=False)
    assert product.ctl("exchange", "show", OTHER)
    company.post("/directory", people=[])
    product.ctl("directory", "set", *given(
        **dict(PLAIN, exchange=OTHER, base=BASE, filter=FILTER)))
    yield lambda *rows: company.post("/directory", people=list(rows))
    product.ctl("directory", "set", *given(**PLAIN))
    for user in product.ctl("users", "list", MINE, "--limit",
                            "1000")["users"]:
        product.ctl("users", "delete", user["address"])
    product.ctl("exchange", "delete", OTHER)
    assert people.wait_for(lambda: not alarms(product), 30, 0.2)


def alarms(product):
    return [a for a in product.ctl("alarms", "list")["alarms"]
            if a["number"] == 60133]


def preview(product, **fields):
    return product.ctl("directory", "preview", *given(**fields))


def test_active_directory(product, company):
    """Samba's own people, from the domain's own base; nothing changes."""
    before = product.ctl("users", "list", "--limit", "1000")["users"]
    seen = preview(product, **dict(PLAIN, exchange="Lab Exchange"))
    assert seen["run_server"] == "dc1.lab.example"
    by = {u["address"]: u for u in seen["users"]}
    assert seen["run_found"] >= 5 and seen["problems"] == []
    assert seen["added"] + seen["changed"] + seen["same"] == seen["run_found"]
    # who is here already is taken over, who is not is added
    assert by["alice@lab.example"]["effect"] == "change"
    assert any(u["effect"] == "add" for u in seen["users"])
    assert product.ctl("users", "list", "--limit", "1000")["users"] == before
    one = preview(product, **dict(PLAIN, exchange="Lab Exchange",
                                  filter="(sAMAccountName=alice)"))
    assert [u["address"] for u in one["users"]] == ["alice@lab.example"]


def test_run_follows_the_directory(product, other):
    other(person(1, "Şükrü Çağlar İnönü", preferredLanguage="tr-TR",
                 labeledURI="https://site.webex.example/meet/s",
                 employeeNumber="264 010 001"),
          person(2), {"displayName": "nobody"}, person(3, mail="no address"))
    product.ctl("directory", "set", *given(
        attr_language="preferredLanguage", attr_room_link="labeledURI",
        attr_room_number="employeeNumber", gone="disable", gone_max="1",
        filter="(objectClass=inetOrgPerson)"))
    seen = preview(product)
    assert (seen["added"], seen["run_unusable"]) == (2, 2), seen
    assert product.ctl("users", "list", MINE)["total"] == 0
    done = product.ctl("directory", "run")
    assert (done["result"], done["added"]) == ("done", 2), done
    first = product.ctl("users", "show", MINE + "1@lab.example")
    assert first["name"] == "Şükrü Çağlar İnönü" and first["enabled"]
    assert first["language"] == "tr"
    assert first["room_number"] == "264 010 001"
    assert product.ctl("directory", "run")["changed"] == 0
    # One is gone: disabled, and enabled when it is back.
    other(person(1, "Another name"))
    done = product.ctl("directory", "run")
    assert (done["changed"], done["disabled"]) == (1, 1), done
    assert not product.ctl(
        "users", "show", MINE + "2@lab.example")["enabled"]
    other(person(1, "Another name"), person(2))
    assert product.ctl("directory", "run")["changed"] == 1
    assert product.ctl("users", "show", MINE + "2@lab.example")["enabled"]
    log = product.ctl("log", "config", "directory/users/run")["log"]
    assert "added 2, changed 0" in "".join(r["new"] for r in log), log[:3]


def test_brake(product, other):
    """Everybody gone, or more than may be: nobody is disabled, and the alarm
    says so until a run is fine again."""
    other(person(1), person(2))
    product.ctl("directory", "set", "gone=disable", "gone_max=1")
    assert product.ctl("directory", "run")["added"] == 2
    other()
    code, done, _ = product.ctl("directory", "run", ok=False)
    assert code == 1 and done["result"] == "held", done
    assert "nobody at all" in done["why"]
    assert people.wait_for(lambda: alarms(product), 30, 0.2)
    other(person(3))
    seen = preview(product)
    assert (seen["held"], seen["disabled"]) == (True, 2), seen
    assert product.ctl("users", "show", MINE + "1@lab.example")["enabled"]
    product.ctl("directory", "set", "gone_max=2")
    assert product.ctl("directory", "run")["disabled"] == 2
    assert people.wait_for(lambda: not alarms(product), 30, 0.2)


def test_filters(product, other):
    """Names as Turks have them, what is special in a value, and what is not
    a filter at all."""
    other(person(1, "Şule Öztürk"), person(2, "Sule (Ofis) *"),
          person(3, "Ayşe"))

    def found(text):
        return [u["name"] for u in preview(product, filter=text)["users"]]

    assert found("(displayName=Şule*)") == ["Şule Öztürk"]
    assert found("(displayName=Sule \\28Ofis\\29 \\2a)") == ["Sule (Ofis) *"]
    assert found("(&(mail=*)(!(displayName=Ayşe)))") == [
        "Şule Öztürk", "Sule (Ofis) *"]
    for bad in ("(mail=*", "mail=*", "(mail=*)(cn=*)", "(mail=(x)",
                "(mail=\\zz)", "(&(mail=*)", "(=x)", "(" * 20 + "a=b"):
        code, answer, err = product.ctl(
            "directory", "set", "filter=" + bad, ok=False)
        assert code != 0 and "haracter" in str(answer) + err, (bad, answer)
    assert product.ctl("directory", "show")["filter"] == FILTER


def test_many_come_in_pages(product, other):
    other(*[person(n) for n in range(1203)])
    seen = preview(product)
    assert seen["run_found"] == 1203 and seen["added"] == 1203
    assert not seen["run_is_cut"]


def failed(product, *fields):
    code, answer, err = product.ctl(
        "directory", "preview", *fields, ok=False)
    assert code != 0, answer
    return str(answer) + err


def test_directory_at_fault(product, company, other):
    other(person(1))
    assert "no such place" in failed(product, "base=cn=None," + BASE)
    for rule, words in (({"bind": "52e"}, "refused the user name"),
                        ({"search": "denied"}, "answered with an error"),
                        ({"search": "garbage"}, "connection"),
                        ({"bind": "close"}, "closed the connection")):
        company.post("/directory", **rule)
        assert words in failed(product), rule
    company.post("/directory", size_limit=0)
    seen = preview(product)
    assert seen["run_is_cut"] and seen["added"] == 0
    # A run that fails changes nothing, and is told by the alarm.
    company.post("/directory", bind="52e")
    product.ctl("directory", "run", ok=False)
    assert people.wait_for(lambda: alarms(product), 30, 0.2)
    shown = product.ctl("directory", "show")
    assert shown["run_failure"] == "ldap-bind"
    company.post("/directory")
    assert product.ctl("directory", "run")["added"] == 1
    assert people.wait_for(lambda: not alarms(product), 30, 0.2)
