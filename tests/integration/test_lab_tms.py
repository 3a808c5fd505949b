"""The lab's TMS takes only what a real one would."""
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "lab"))
from confsim.tms_schema import Schema  # noqa: E402
from confsim.tms_table import BOOKING, SETUP  # noqa: E402

HEAD = ('<ExternalAPIVersionSoapHeader xmlns="%s"><ClientVersionIn>%s'
        "</ClientVersionIn></ExternalAPIVersionSoapHeader>")
GOOD = ("<ConferenceId>-1</ConferenceId><Title>x</Title>"
        "<StartTimeUTC>2030-01-01 10:00:00Z</StartTimeUTC>"
        "<EndTimeUTC>2030-01-01 11:00:00Z</EndTimeUTC><OwnerId>0</OwnerId>"
        "<ConferenceType>One Button To Push</ConferenceType>"
        "<Bandwidth>Default</Bandwidth><PictureMode>Default</PictureMode>"
        "<Encrypted>Default</Encrypted><DataConference>Default"
        "</DataConference><ShowExtendOption>Default</ShowExtendOption>"
        "<ISDNRestrict>false</ISDNRestrict><Participants><Participant>"
        "<ParticipantId>11</ParticipantId><EmailAddress>a@b</EmailAddress>"
        "<ParticipantCallType>TMS</ParticipantCallType></Participant>"
        "</Participants>")


def envelope(op, inner="", ns=BOOKING, version="15"):
    return ('<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/">'
            "<s:Header>%s</s:Header><s:Body><%s xmlns=\"%s\">%s</%s>"
            "</s:Body></s:Envelope>"
            % (HEAD % (ns, version), op, ns, inner, op)).encode()


def save(conference=GOOD, **kw):
    return envelope("SaveConference", "<Conference>%s</Conference>"
                    % conference, **kw)


def swapped(name):
    """That element behind all the others."""
    begin, end = GOOD.index("<%s>" % name), \
        GOOD.index("</%s>" % name) + len(name) + 3
    return GOOD[:begin] + GOOD[end:] + GOOD[begin:end]


def test_good_requests_are_taken():
    for schema in (Schema(), Schema("/nowhere")):
        assert schema.check(save()) == ""
        assert schema.check(envelope("IsAlive", ns=SETUP)) == ""
        assert schema.check(envelope(
            "GetTransactionsSince",
            "<CurrentTransactionId>1</CurrentTransactionId>")) == ""


def test_bad_requests_are_named():
    bad = (
        (save(swapped("Title")), "wrong place"),
        (save(GOOD.replace("<OwnerId>0</OwnerId>", "")), "has no OwnerId"),
        (save(GOOD.replace("10:00:00Z", "10:00:00")), "no utc"),
        (save(GOOD.replace("<Title>x", "<Title>" + "x" * 256)), "no title"),
        (save(GOOD.replace(">TMS<", ">Fax<")), "'Fax'"),
        (save(GOOD.replace(">-1<", ">one<")), "no int"),
        (save(GOOD + "<Invitees>x</Invitees>"), "unknown"),
        (save(version="many"), "no int"),
        (envelope("SendFax"), "not declared"),
        (envelope("IsAlive"), "not declared"),
        (b"<a/>", "envelope"),
        (b"<a", "Start Tag"),
    )
    for data, word in bad:
        assert word in Schema("/nowhere").check(data), (data, word)
        assert Schema().check(data)
