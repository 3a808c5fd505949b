"""The lab's Exchange, judged by a client that nobody here wrote."""
import datetime
import http.client
import ssl
import threading
import time
import urllib.parse

import pytest
from exchangelib import (BASIC, IMPERSONATION, NTLM, UTC, Account,
                         Configuration, Credentials, EWSDateTime,
                         ExtendedProperty)
from exchangelib.errors import (ErrorImpersonateUserDenied,
                                ErrorIrresolvableConflict,
                                ErrorNonExistentMailbox, UnauthorizedError)
from exchangelib.items import (SEND_TO_ALL_AND_SAVE_COPY, SEND_TO_NONE,
                               CalendarItem)
from exchangelib.version import Build, Version

import people


def service(lab, mailbox, ntlm=True):
    """The service account acting for a mailbox, as a connector does."""
    people.trust(lab["ca_file"])
    s = lab["service_account"]
    config = Configuration(
        service_endpoint=lab["ews_url"], auth_type=NTLM if ntlm else BASIC,
        credentials=Credentials(s["netbios"] if ntlm else s["username"],
                                s["password"]),
        version=Version(build=Build(15, 1, 2507, 61)))
    return Account(mailbox, config=config, autodiscover=False,
                   access_type=IMPERSONATION)


def wait(check, seconds=5):
    got = people.wait_for(check, seconds)
    assert got, "not within %s s" % seconds
    return got


@pytest.mark.parametrize("ntlm", [True, False])
def test_person_makes_a_meeting(company, ntlm):
    alice = company.person("alice", ntlm=ntlm)
    subject = "Plan \u00e4\u20ac\U0001f600 <&> %s" % ntlm
    body = "<html><body><p>Hi &amp; hello</p>\n</body></html>"
    item = alice.create(subject, "@Webex", body, html=True,
                        invite=["bob@lab.example", "out@side.example"],
                        optional=["carol@lab.example"])
    again = alice.find(item_id=item.id)
    assert again.subject == subject
    assert again.location == "@Webex"
    assert again.body == body
    assert again.organizer.email_address == "alice@lab.example"
    assert again.is_meeting and again.meeting_request_was_sent
    for who in ("bob", "carol"):
        copy = company.person(who, ntlm=ntlm).find(subject=subject)
        assert copy.uid == again.uid
        assert copy.body == again.body
        assert copy.my_response_type == "NoResponseReceived"
        assert copy.organizer.email_address == "alice@lab.example"


def test_updates_reach_the_attendees(company):
    alice, bob = company.person("alice"), company.person("bob")
    item = alice.create("Moves", "@webex", "first", invite=["bob@lab.example"])
    alice.update(item, location="Room 5", tell=False)
    assert bob.find(subject="Moves").location == "@webex"
    alice.update(item, subject="Moves again", tell=True)
    copy = bob.find(subject="Moves again")
    assert copy.location == "Room 5"
    item.refresh()
    item.delete(send_meeting_cancellations=SEND_TO_ALL_AND_SAVE_COPY)
    copy.refresh()
    assert copy.is_cancelled and copy.subject == "Canceled: Moves again"


def test_a_room_accepts(company):
    alice = company.person("alice")
    item = alice.create("In a room", "@webex", invite=["bob@lab.example"],
                        rooms=["room1@lab.example"])
    key = item.changekey

    def accepted():
        got = alice.find(item_id=item.id)
        return got if got.resources[0].response_type == "Accept" else None

    got = wait(accepted)
    assert got.changekey != key


def test_impersonation(company):
    a = service(company, "alice@lab.example")
    item = company.person("alice").create("Seen by the service", "@webex")
    got = a.calendar.get(id=item.id)
    assert got.subject == "Seen by the service"
    with pytest.raises(ErrorNonExistentMailbox):
        list(service(company, "nobody@lab.example").calendar.all())
    company.post("/impersonation", deny=["carol@lab.example"])
    with pytest.raises(ErrorImpersonateUserDenied):
        list(service(company, "carol@lab.example").calendar.all())
    config = company.person("bob").account.protocol.config
    bob = Account("alice@lab.example", config=config, autodiscover=False,
                  access_type=IMPERSONATION)
    with pytest.raises(ErrorImpersonateUserDenied):
        list(bob.calendar.all())


def test_wrong_password(company):
    for ntlm in (True, False):
        with pytest.raises(UnauthorizedError):
            company.person("alice", ntlm=ntlm, password="wrong").list()


def test_change_keys(company):
    alice = company.person("alice")
    item = alice.create("Conflict", "@webex", "text")
    mine = service(company, "alice@lab.example").calendar.get(id=item.id)
    theirs = alice.find(item_id=item.id)
    theirs.body = "theirs"
    theirs.save(update_fields=["body"],
                send_meeting_invitations=SEND_TO_NONE)
    mine.body = "mine"
    for mode in ("NeverOverwrite", "AutoResolve"):
        with pytest.raises(ErrorIrresolvableConflict):
            mine.save(update_fields=["body"], conflict_resolution=mode,
                      send_meeting_invitations=SEND_TO_NONE)
    mine.save(update_fields=["body"], conflict_resolution="AlwaysOverwrite",
              send_meeting_invitations=SEND_TO_NONE)
    assert alice.find(item_id=item.id).body == "mine"
    rows = company.get("/history?id=" + urllib.parse.quote(item.id, ""))
    assert [v["by"] for v in rows[0]["versions"]] == [
        "alice@lab.example", "alice@lab.example", "svc-ews@lab.example"]


class JoinLink(ExtendedProperty):
    distinguished_property_set_id = "PublicStrings"
    property_name = "OnlineMeetingExternalLink"
    property_type = "String"


def test_extended_properties(company):
    CalendarItem.register("join_link", JoinLink)
    try:
        alice = company.person("alice")
        item = alice.create("Named", "@webex", invite=["bob@lab.example"])
        item.join_link = "https://site.example/meet/1"
        item.save(update_fields=["join_link"],
                  send_meeting_invitations=SEND_TO_ALL_AND_SAVE_COPY)
        for who in ("alice", "bob"):
            got = company.person(who).find(subject="Named")
            assert got.join_link == "https://site.example/meet/1"
    finally:
        CalendarItem.deregister("join_link")


def test_streaming(company):
    company.post("/config", heartbeat_s=0.2, minute_s=3)
    cal = service(company, "alice@lab.example").calendar
    sub = cal.subscribe_to_streaming()
    light = company.light("alice")
    light.create("Warm", "x")
    made, seen = {}, {}

    def write():
        time.sleep(0.5)
        made["id"] = light.create("Streamed", "@webex")[0]
        made["at"] = time.time()

    thread = threading.Thread(target=write)
    thread.start()
    for n in cal.get_streaming_events(sub, connection_timeout=1):
        for e in n.events:
            now = time.time()
            if getattr(e, "item_id", None) is not None:
                seen.setdefault((type(e).__name__, e.item_id.id), now)
    thread.join()
    assert seen["CreatedEvent", made["id"]] - made["at"] < 0.5
    assert company.get("/stats")["streams"] == 0
    cal.unsubscribe(sub)
    assert company.get("/stats")["subscriptions"] == 0


def test_sync(company):
    erin = company.person("erin")
    made = [erin.create("Sync %d" % n) for n in range(7)]
    cal = service(company, "erin@lab.example").calendar
    rows = list(cal.sync_items(only_fields=["subject"],
                               max_changes_returned=3))
    assert [k for k, _ in rows] == ["create"] * 7
    state = cal.item_sync_state
    erin.update(made[2], subject="Sync changed", tell=False)
    made[3].delete(send_meeting_cancellations=SEND_TO_NONE)
    erin.create("Sync new")
    rows = list(cal.sync_items(sync_state=state, only_fields=["subject"]))
    assert sorted(k for k, _ in rows) == ["create", "delete", "update"]
    company.post("/sync/invalidate", mailbox="erin@lab.example")
    with pytest.raises(Exception, match="Synchronization state data"):
        list(cal.sync_items(sync_state=state, only_fields=["subject"]))


def test_view_and_paging(company):
    dave = company.person("dave")
    day = datetime.datetime(2027, 3, 1, 9, tzinfo=datetime.timezone.utc)
    for n in range(25):
        dave.create("Paged %02d" % n, start=EWSDateTime.from_datetime(
            day + datetime.timedelta(hours=n)))
    view = list(dave.account.calendar.view(
        start=EWSDateTime(2027, 3, 1, 12, tzinfo=UTC),
        end=EWSDateTime(2027, 3, 1, 14, tzinfo=UTC)))
    assert [i.subject for i in view] == ["Paged 03", "Paged 04"]
    q = dave.account.calendar.filter(subject__startswith="Paged")
    q = q.order_by("-subject").only("subject")
    q.page_size = 10
    assert [i.subject for i in q][:2] == ["Paged 24", "Paged 23"]
    assert q.count() == 25


def test_small_things(company):
    a = service(company, "omer@lab.example")
    assert a.oof_settings.state == "Disabled"
    names = a.protocol.resolve_names(["\u00d6mer"])
    assert names[0].email_address == "omer@lab.example"
    assert "UTC" in [z.id for z in a.protocol.get_timezones()]
    assert [r.email_address for r in a.protocol.get_rooms(
        "rooms@lab.example")] == ["room1@lab.example", "room2@lab.example"]


def test_nobody_can_say_who_they_are(company):
    """What a client claims in the front's own header is not believed."""
    tls = ssl.create_default_context(cafile=company["ca_file"])
    c = http.client.HTTPSConnection(company["front_host"], context=tls)
    c.request("GET", "/EWS/Exchange.asmx",
              headers={"X-Remote-User": "LAB\\alice"})
    assert c.getresponse().status == 401
    light = company.light("bob")
    item = company.light("alice").create("Private")[0]
    with pytest.raises(RuntimeError, match="ErrorAccessDenied"):
        light.call('<m:GetItem><m:ItemShape><t:BaseShape>IdOnly'
                   '</t:BaseShape></m:ItemShape><m:ItemIds><t:ItemId Id="%s"/>'
                   "</m:ItemIds></m:GetItem>" % item,
                   {"X-Remote-User": "LAB\\alice"})


@pytest.fixture(scope="module", autouse=True)
def every_answer_is_one_that_exchange_could_give(lab):
    yield
    stats = lab.get("/stats")
    assert stats["wrong_answers"] == []
