"""The properties of a calendar item: showing them as a request asks, and
taking them from a request."""
import datetime
import html
import re

from . import model, series, xmlout
from .model import Attendee, EwsError
from .xmlout import esc, kids, local, t, text

ATTENDEE_KINDS = ("RequiredAttendees", "OptionalAttendees", "Resources")

# Kept as text, and as XML just as given.
SIMPLE = {"Subject", "Sensitivity", "Importance", "ReminderIsSet",
          "ReminderMinutesBeforeStart", "Start", "End", "IsAllDayEvent",
          "LegacyFreeBusyStatus", "Location", "IsResponseRequested",
          "ConferenceType", "AllowNewTimeProposal", "IsOnlineMeeting",
          "MeetingWorkspaceUrl", "NetShowUrl", "Culture", "ItemClass",
          "InReplyTo", "StartTimeZoneId", "EndTimeZoneId"}
AS_GIVEN = {"Categories", "Recurrence", "StartTimeZone", "EndTimeZone",
            "MeetingTimeZone", "EnhancedLocation", "Flag"}
READ_ONLY = {"ItemId", "ParentFolderId", "Size", "DateTimeReceived",
             "DateTimeSent", "DateTimeCreated", "LastModifiedName",
             "LastModifiedTime", "IsMeeting", "IsCancelled", "IsRecurring",
             "MeetingRequestWasSent", "CalendarItemType", "MyResponseType",
             "Organizer", "AppointmentSequenceNumber", "AppointmentState",
             "IsOrganizer", "Duration", "When", "DisplayTo", "DisplayCc",
             "FirstOccurrence", "LastOccurrence", "OriginalStart",
             "ModifiedOccurrences", "DeletedOccurrences",
             "EffectiveRights", "ConversationId", "HasAttachments", "UID",
             "DateTimeStamp", "WebClientReadFormQueryString", "TextBody",
             "WebClientEditFormQueryString", "UniqueBody", "NormalizedBody"}

SETS = {
    "Meeting": "6ed8da90-450b-101b-98da-00aa003f1305",
    "Appointment": "00062002-0000-0000-c000-000000000046",
    "Common": "00062008-0000-0000-c000-000000000046",
    "PublicStrings": "00020329-0000-0000-c000-000000000046",
    "Address": "00062004-0000-0000-c000-000000000046",
    "InternetHeaders": "00020386-0000-0000-c000-000000000046",
    "CalendarAssistant": "11000e07-b51b-40d6-af21-caa85edab1d0",
    "UnifiedMessaging": "4442858e-a9e3-4e80-b900-317a210cc15b",
    "Task": "00062003-0000-0000-c000-000000000046",
    "Sharing": "00062040-0000-0000-c000-000000000046",
}
_GOID = ((SETS["Meeting"], "id", 3), (SETS["Meeting"], "id", 35))


def utc(value):
    """A date of a request as Exchange gives it back: UTC with a Z."""
    try:
        d = datetime.datetime.fromisoformat(value.strip())
    except ValueError:
        raise EwsError("ErrorInvalidArgument", "bad date: " + value)
    if d.tzinfo is None:
        d = d.replace(tzinfo=datetime.timezone.utc)
    return d.astimezone(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def stamp(seconds):
    return datetime.datetime.utcfromtimestamp(seconds).strftime(
        "%Y-%m-%dT%H:%M:%SZ")


def ext_key(el):
    """What names an extended property, however a request spells it."""
    if el.get("PropertyTag"):
        try:
            return ("tag", "tag", int(el.get("PropertyTag"), 0))
        except ValueError:
            raise EwsError("ErrorInvalidExtendedProperty")
    guid = el.get("PropertySetId", "").lower() or \
        SETS.get(el.get("DistinguishedPropertySetId"))
    if not guid:
        raise EwsError("ErrorInvalidExtendedProperty")
    if el.get("PropertyName") is not None:
        return (guid, "name", el.get("PropertyName"))
    if el.get("PropertyId") is not None:
        return (guid, "id", int(el.get("PropertyId")))
    raise EwsError("ErrorInvalidExtendedProperty")


def _ext_value(item, key):
    if key in _GOID:
        return ("Binary", model.global_object_id(item.uid or ""))
    if key[0] == "tag" and key[2] == 0x0037 or key[2] == 0x0E1D:
        return ("String", item.props.get("Subject", ""))
    return item.ext.get(key)


def show_ext(item, el):
    """`el` is the ExtendedFieldURI of the request, given back as it came."""
    got = _ext_value(item, ext_key(el))
    if got is None:
        return ""
    kind, value = got
    uri = xmlout.fragment(el)
    if isinstance(value, list):
        inner = "<t:Values>%s</t:Values>" % "".join(
            "<t:Value>%s</t:Value>" % esc(v) for v in value)
    else:
        inner = "<t:Value>%s</t:Value>" % esc(value)
    return "<t:ExtendedProperty>%s%s</t:ExtendedProperty>" % (uri, inner)


def _take_ext(item, el):
    uri = t(el, "ExtendedFieldURI")
    key = ext_key(uri)
    if key in _GOID:
        raise EwsError("ErrorInvalidPropertySet")
    values = t(el, "Values")
    if values is not None:
        value = [text(v) for v in kids(values)]
    else:
        value = text(t(el, "Value"), "")
    item.ext[key] = (uri.get("PropertyType"), value)
    return "ext:%s/%s" % (key[0], key[2])


# ---- showing

def mailbox_xml(name, address):
    return ("<t:Mailbox><t:Name>%s</t:Name><t:EmailAddress>%s"
            "</t:EmailAddress><t:RoutingType>SMTP</t:RoutingType>"
            "<t:MailboxType>Mailbox</t:MailboxType></t:Mailbox>"
            % (esc(name), esc(address)))


def _attendees(item, kind):
    rows = [a for a in item.attendees if a.kind == kind]
    if not rows:
        return ""
    out = []
    for a in rows:
        out.append("<t:Attendee>" + mailbox_xml(a.name, a.address) +
                   "<t:ResponseType>%s</t:ResponseType>" % a.response +
                   ("<t:LastResponseTime>%s</t:LastResponseTime>"
                    % stamp(a.time) if a.time else "") + "</t:Attendee>")
    return "<t:%s>%s</t:%s>" % (kind, "".join(out), kind)


def to_text(body):
    s = re.sub(r"(?is)<(head|style|script)\b.*?</\1>", "", body)
    s = re.sub(r"(?i)<br\s*/?>|</(p|div|tr|h\d|li)>", "\n", s)
    s = re.sub(r"(?s)<[^>]*>", "", s)
    return html.unescape(s).strip()


def to_html(body):
    lines = html.escape(body, False).replace("\r\n", "\n").replace(
        "\n", "<br>\r\n")
    return ("<html>\r\n<head>\r\n<meta http-equiv=\"Content-Type\" "
            "content=\"text/html; charset=utf-8\">\r\n</head>\r\n<body>\r\n"
            "<div>%s</div>\r\n</body>\r\n</html>\r\n" % lines)


def body_xml(item, wanted, tag="Body"):
    kind, body = item.body
    if wanted in ("HTML", "Text") and wanted != kind:
        body = to_html(body) if wanted == "HTML" else to_text(body)
        kind = wanted
    return '<t:%s BodyType="%s"%s>%s</t:%s>' % (
        tag, kind, ' IsTruncated="false"' if tag == "Body" else "",
        esc(body), tag)


def _rights(_item):
    names = ("CreateAssociated", "CreateContents", "CreateHierarchy",
             "Delete", "Modify", "Read", "ViewPrivateItems")
    return "<t:EffectiveRights>%s</t:EffectiveRights>" % "".join(
        "<t:%s>%s</t:%s>" % (n, "false" if n in names[:3] else "true", n)
        for n in names)


def _tag(name, value):
    return "<t:%s>%s</t:%s>" % (name, esc(value), name)


def _bool(name, fn):
    return name, lambda i: _tag(name, "true" if fn(i) else "false")


def _prop(name, default=None):
    def show(item):
        v = item.props.get(name, default)
        return "" if v is None else _tag(name, v)
    return name, show


def _given(name):
    return name, lambda i: i.props.get(name, "")


def _duration(item):
    try:
        a, b = (datetime.datetime.fromisoformat(item.props[n])
                for n in ("Start", "End"))
    except (KeyError, ValueError):
        return ""
    minutes = max(0, int((b - a).total_seconds() // 60))
    return _tag("Duration", "PT%dM" % minutes)


def _names(item, kinds):
    return "; ".join(a.name for a in item.attendees if a.kind in kinds)


def item_id(item):
    return '<t:ItemId Id="%s" ChangeKey="%s"/>' % (item.id, item.change_key)


def folder_id(folder, tag="FolderId"):
    return '<t:%s Id="%s" ChangeKey="%s"/>' % (tag, folder.id,
                                               folder.change_key)


def _type(item):
    if isinstance(item, series.Part):
        return "Exception" if item.is_changed else "Occurrence"
    return "RecurringMaster" if "Recurrence" in item.props else "Single"


def _part(item, fn):
    return fn(item) if isinstance(item, series.Part) else ""


_ITEM = (
    ("ItemId", item_id),
    ("ParentFolderId", lambda i: folder_id(i.folder, "ParentFolderId")),
    _prop("ItemClass", "IPM.Appointment"),
    _prop("Subject"),
    _prop("Sensitivity", "Normal"),
    ("Body", None),
    ("DateTimeReceived",
     lambda i: _tag("DateTimeReceived", stamp(i.created))),
    ("Size", lambda i: _tag("Size", str(2000 + len(i.body[1])))),
    _given("Categories"),
    _prop("Importance", "Normal"),
    _prop("InReplyTo"),
    _bool("IsSubmitted", lambda i: False),
    _bool("IsDraft", lambda i: i.is_meeting and i.is_organizer
          and not i.sent),
    _bool("IsFromMe", lambda i: False),
    _bool("IsResend", lambda i: False),
    _bool("IsUnmodified", lambda i: False),
    ("DateTimeSent", lambda i: _tag("DateTimeSent", stamp(i.created))),
    ("DateTimeCreated",
     lambda i: _tag("DateTimeCreated", stamp(i.created))),
    ("ReminderDueBy", lambda i: _tag("ReminderDueBy", i.props["Start"])
     if "Start" in i.props else ""),
    _prop("ReminderIsSet", "false"),
    _prop("ReminderMinutesBeforeStart", "15"),
    ("DisplayCc",
     lambda i: _tag("DisplayCc", _names(i, ("OptionalAttendees",)))),
    ("DisplayTo",
     lambda i: _tag("DisplayTo", _names(i, ("RequiredAttendees",)))),
    _bool("HasAttachments", lambda i: False),
    ("ExtendedProperty", None),
    _prop("Culture", "en-US"),
    ("EffectiveRights", _rights),
    ("LastModifiedName",
     lambda i: _tag("LastModifiedName", i.modified_by)),
    ("LastModifiedTime",
     lambda i: _tag("LastModifiedTime", stamp(i.modified))),
    _bool("IsAssociated", lambda i: False),
    _given("Flag"),
    ("TextBody", None),
)
_CALENDAR = (
    ("UID", lambda i: _tag("UID", i.uid) if i.uid else ""),
    ("DateTimeStamp", lambda i: _tag("DateTimeStamp", stamp(i.modified))),
    _prop("Start"),
    _prop("End"),
    ("OriginalStart", lambda i: _part(
        i, lambda p: _tag("OriginalStart", p.original))),
    _prop("IsAllDayEvent", "false"),
    _prop("LegacyFreeBusyStatus", "Busy"),
    _prop("Location"),
    _bool("IsMeeting", lambda i: i.is_meeting),
    _bool("IsCancelled", lambda i: i.cancelled),
    _bool("IsRecurring", lambda i: _type(i) != "Single"),
    _bool("MeetingRequestWasSent", lambda i: i.sent),
    _prop("IsResponseRequested", "true"),
    ("CalendarItemType", lambda i: _tag("CalendarItemType", _type(i))),
    ("MyResponseType", lambda i: _tag("MyResponseType", i.my_response)),
    ("Organizer", lambda i: "<t:Organizer>%s</t:Organizer>"
     % mailbox_xml(i.organizer[1], i.organizer[0])),
) + tuple((k, lambda i, k=k: _attendees(i, k)) for k in ATTENDEE_KINDS) + (
    ("Duration", _duration),
    ("AppointmentSequenceNumber",
     lambda i: _tag("AppointmentSequenceNumber", str(i.sequence))),
    ("AppointmentState", lambda i: _tag("AppointmentState", str(
        (1 if i.is_meeting else 0) | (0 if i.is_organizer else 2) |
        (4 if i.cancelled else 0)))),
    _given("Recurrence"),
    ("FirstOccurrence", lambda i: series.show_end(COMPANY[0], i, False)),
    ("LastOccurrence", lambda i: series.show_end(COMPANY[0], i, True)),
    ("ModifiedOccurrences", lambda i: series.show_changed(i)),
    ("DeletedOccurrences", lambda i: series.show_deleted(i)),
    _given("MeetingTimeZone"),
    ("StartTimeZone", lambda i: series.show_zone(i, "StartTimeZone")),
    ("EndTimeZone", lambda i: series.show_zone(i, "EndTimeZone")),
    _prop("ConferenceType", "0"),
    _prop("AllowNewTimeProposal", "true"),
    _prop("IsOnlineMeeting", "false"),
    _prop("MeetingWorkspaceUrl"),
    _prop("NetShowUrl"),
    _given("EnhancedLocation"),
    _prop("StartTimeZoneId", "UTC"),
    _prop("EndTimeZoneId", "UTC"),
    _bool("IsOrganizer", lambda i: i.is_organizer),
)
ORDER = _ITEM + _CALENDAR
URI = {("item:" + n): n for n, _ in _ITEM}
URI.update({("calendar:" + n): n for n, _ in _CALENDAR})
DEFAULT = {"ItemId", "ParentFolderId", "ItemClass", "Subject", "Sensitivity",
           "Body", "Size", "HasAttachments", "ReminderIsSet", "Start", "End",
           "LegacyFreeBusyStatus", "Location", "CalendarItemType",
           "Organizer", "RequiredAttendees", "OptionalAttendees",
           "Resources", "IsMeeting", "IsCancelled", "IsRecurring",
           "MeetingRequestWasSent", "MyResponseType"}
# A summary (FindItem, SyncFolderItems) never has these.
GET_ONLY = {"Body", "TextBody", "RequiredAttendees", "OptionalAttendees",
            "Resources", "Recurrence", "MeetingTimeZone", "FirstOccurrence",
            "LastOccurrence", "ModifiedOccurrences", "DeletedOccurrences"}
COMPANY = [None]	# whose meetings of series are made when they are asked for


class Shape:
    """What a request wants to see of each item."""

    def __init__(self, el, summary=False):
        base = text(t(el, "BaseShape"), "IdOnly")
        self.body_type = text(t(el, "BodyType"), "Best")
        self.ext = []
        if base == "AllProperties":
            self.names = {n for n, _ in ORDER} - {"TextBody"}
        elif base == "Default":
            self.names = set(DEFAULT)
        else:
            self.names = {"ItemId"}
        if summary:
            self.names -= GET_ONLY
        more = t(el, "AdditionalProperties")
        for path in kids(more) if more is not None else ():
            if local(path) == "ExtendedFieldURI":
                ext_key(path)
                self.ext.append(path)
            elif local(path) == "FieldURI":
                uri = path.get("FieldURI")
                if uri not in URI:
                    continue	# the schema knows it, this item has none
                if summary and URI[uri] in GET_ONLY:
                    raise EwsError(
                        "ErrorInvalidPropertyRequest",
                        "Property is not valid for this object type: " + uri)
                self.names.add(URI[uri])

    def show(self, item, tag="CalendarItem"):
        out = ["<t:%s>" % tag]
        for name, fn in ORDER:
            if name == "ExtendedProperty":
                out.extend(show_ext(item, e) for e in self.ext)
            elif name not in self.names:
                continue
            elif name == "Body":
                out.append(body_xml(item, self.body_type))
            elif name == "TextBody":
                out.append(body_xml(item, "Text", "TextBody"))
            else:
                out.append(fn(item))
        out.append("</t:%s>" % tag)
        return "".join(out)


# ---- taking

def _take_attendees(item, el, find, append=False):
    kind = local(el)
    old = {(a.kind, a.address.lower()): a for a in item.attendees}
    rows = [a for a in item.attendees if append or a.kind != kind]
    for a in kids(el):
        box = t(a, "Mailbox")
        address = text(t(box, "EmailAddress"), "").strip()
        if not address:
            raise EwsError("ErrorInvalidRecipients")
        known = find(address)
        name = text(t(box, "Name")) or (known.name if known else address)
        kept = old.get((kind, address.lower()))
        rows.append(kept or Attendee(known.address if known else address,
                                     name, kind))
    item.attendees = rows
    item.is_meeting = item.is_meeting or bool(rows)


def take(item, el, find, append=False):
    """Sets one property from its element; returns the field's name."""
    name = local(el)
    if name == "ExtendedProperty":
        return _take_ext(item, el)
    if name == "Body":
        new = text(el)
        if append:
            item.body = (item.body[0], item.body[1] + new)
        else:
            item.body = (el.get("BodyType", "Text"), new)
    elif name in ATTENDEE_KINDS:
        _take_attendees(item, el, find, append)
    elif append:
        raise EwsError("ErrorInvalidPropertyAppend")
    elif name in ("Start", "End"):
        item.props[name] = utc(text(el))
    elif name in SIMPLE:
        item.props[name] = text(el)
    elif name in AS_GIVEN:
        item.props[name] = xmlout.fragment(el)
        if name in ("StartTimeZone", "EndTimeZone") and el.get("Id"):
            item.props[name + "Id"] = el.get("Id")
    elif name in READ_ONLY:
        raise EwsError("ErrorInvalidPropertySet",
                       "Set action is invalid for property: " + name)
    else:
        raise EwsError("ErrorInvalidPropertySet", name)
    return name


def delete(item, path):
    """Deletes the property that a path names; returns the field's name."""
    if local(path) == "ExtendedFieldURI":
        key = ext_key(path)
        item.ext.pop(key, None)
        return "ext:%s/%s" % (key[0], key[2])
    name = URI.get(path.get("FieldURI"))
    if name is None or name in ("Start", "End", "Body") or name in READ_ONLY:
        raise EwsError("ErrorInvalidPropertyDelete")
    if name in ATTENDEE_KINDS:
        item.attendees = [a for a in item.attendees if a.kind != name]
    else:
        item.props.pop(name, None)
    return name


def path_matches(path, el):
    """Does the path of a SetItemField name the property that is given?"""
    if local(path) == "ExtendedFieldURI":
        return local(el) == "ExtendedProperty" and \
            ext_key(path) == ext_key(t(el, "ExtendedFieldURI"))
    if local(path) == "IndexedFieldURI":
        return False
    uri = path.get("FieldURI")
    return URI.get(uri, uri.rpartition(":")[2]) == local(el)


def plain(item, path):
    """A property's value as text, for restrictions and sorting."""
    if local(path) == "ExtendedFieldURI":
        got = _ext_value(item, ext_key(path))
        return None if got is None else str(got[1])
    uri = path.get("FieldURI")
    name = URI.get(uri)
    if name is None:
        return None
    if name == "Body":
        return item.body[1]
    for n, fn in ORDER:
        if n == name and fn is not None:
            s = fn(item)
            if not s or name in AS_GIVEN or name == "Organizer":
                return s or None
            return html.unescape(re.sub(r"<[^>]*>", "", s))
    return None


def ext_rows(item):
    """For the control interface."""
    return [{"set": k[0], "by": k[1], "name": k[2], "type": v[0],
             "value": v[1]} for k, v in sorted(item.ext.items(), key=str)]
