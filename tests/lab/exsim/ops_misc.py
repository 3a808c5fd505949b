"""ConvertId, ResolveNames, GetServerTimeZones, GetUserOofSettings, rooms."""
import base64

from .ews import answer, each, error, ok, op, required
from .fields import mailbox_xml
from .model import EwsError
from .xmlout import attr, esc, kids, local, m, t, text

ZONES = (
    # id, name, bias of standard time, of daylight time, rule begin, end
    ("UTC", "(UTC) Coordinated Universal Time", 0, None, None, None),
    ("W. Europe Standard Time", "(UTC+01:00) Amsterdam, Berlin, Bern, Rome, "
     "Stockholm, Vienna", -60, -120, (3, -1, 2), (10, -1, 3)),
    ("GMT Standard Time", "(UTC+00:00) Dublin, Edinburgh, Lisbon, London",
     0, -60, (3, -1, 1), (10, -1, 2)),
    ("Eastern Standard Time", "(UTC-05:00) Eastern Time (US & Canada)",
     300, 240, (3, 2, 2), (11, 1, 2)),
    ("India Standard Time", "(UTC+05:30) Chennai, Kolkata, Mumbai, New "
     "Delhi", -330, None, None, None),
)


def _bias(minutes):
    sign = "-" if minutes < 0 else ""
    return "%sPT%dM" % (sign, abs(minutes))


def _zone(zone, full):
    id_, name, std, dst, begin, end = zone
    head = '<t:TimeZoneDefinition Id="%s" Name="%s"' % (attr(id_),
                                                       attr(name))
    if not full:
        return head + "/>"
    periods = '<t:Period Bias="%s" Name="Standard" Id="std"/>' % _bias(std)
    if dst is None:
        group = '<t:Transition><t:To Kind="Period">std</t:To></t:Transition>'
    else:
        periods += '<t:Period Bias="%s" Name="Daylight" Id="dlt"/>' \
            % _bias(dst)
        group = "".join(
            '<t:RecurringDayTransition><t:To Kind="Period">%s</t:To>'
            '<t:TimeOffset>PT%dH</t:TimeOffset><t:Month>%d</t:Month>'
            '<t:DayOfWeek>Sunday</t:DayOfWeek><t:Occurrence>%d'
            '</t:Occurrence></t:RecurringDayTransition>'
            % (to, rule[2], rule[0], rule[1])
            for to, rule in (("dlt", begin), ("std", end)))
    return head + ("><t:Periods>%s</t:Periods><t:TransitionsGroups>"
                   '<t:TransitionsGroup Id="0">%s</t:TransitionsGroup>'
                   '</t:TransitionsGroups><t:Transitions><t:Transition>'
                   '<t:To Kind="Group">0</t:To></t:Transition>'
                   '</t:Transitions></t:TimeZoneDefinition>'
                   % (periods, group))


@op("GetServerTimeZones")
def get_server_time_zones(svc, ctx, el):
    full = el.get("ReturnFullTimeZoneData", "true") in ("true", "1")
    ids = m(el, "Ids")
    wanted = {text(i) for i in kids(ids)} if ids is not None else None
    rows = [_zone(z, full) for z in ZONES
            if wanted is None or z[0] in wanted]
    return answer("GetServerTimeZones", ok(
        "GetServerTimeZonesResponseMessage",
        "<m:TimeZoneDefinitions>%s</m:TimeZoneDefinitions>" % "".join(rows)))


def _decode(kind, value):
    try:
        if kind == "HexEntryId":
            return bytes.fromhex(value)
        return base64.b64decode(value[4:] if kind.startswith("Ews")
                                else value, validate=True)
    except ValueError:
        raise EwsError("ErrorInvalidIdMalformed", "Id is malformed.")


@op("ConvertId")
def convert_id(svc, ctx, el):
    want = el.get("DestinationFormat")

    def one(a):
        if local(a) != "AlternateId":
            raise EwsError("ErrorInvalidIdMalformed", "Id is malformed.")
        raw = _decode(a.get("Format"), a.get("Id"))
        if want == "HexEntryId":
            out = raw.hex().upper()
        else:
            out = base64.b64encode(raw).decode()
            if want.startswith("Ews"):
                out = "AAMk" + out
        return ('<m:AlternateId xmlns:xsi="http://www.w3.org/2001/XMLSchema'
                '-instance" xsi:type="t:AlternateIdType" Format="%s" Id="%s"'
                ' Mailbox="%s"/>' % (want, out, attr(a.get("Mailbox"))))

    return answer("ConvertId", each("ConvertIdResponseMessage",
                                    kids(required(el, "SourceIds")), one))


@op("ResolveNames")
def resolve_names(svc, ctx, el):
    name = "ResolveNamesResponseMessage"
    wanted = text(required(el, "UnresolvedEntry")).lower()
    wanted = wanted.partition(":")[2] if wanted.startswith("smtp:") \
        else wanted
    found = [b for b in svc.company.all() if not b.hidden and
             (wanted in b.address.lower() or wanted in b.name.lower())]
    if not found:
        return answer("ResolveNames", error(name, EwsError(
            "ErrorNameResolutionNoResults", "No results were found.")))
    rows = "".join("<t:Resolution>%s</t:Resolution>"
                   % mailbox_xml(b.name, b.address) for b in found[:100])
    return answer("ResolveNames", ok(
        name, '<m:ResolutionSet TotalItemsInView="%d" '
        'IncludesLastItemInRange="true">%s</m:ResolutionSet>'
        % (len(found), rows)))


@op("GetUserOofSettings")
def get_user_oof_settings(svc, ctx, el):
    address = text(t(el, "Mailbox", "Address"), "")
    box = svc.company.find(address)
    if box is None or box is not ctx.box:
        return ("<m:GetUserOofSettingsResponse><m:ResponseMessage "
                'ResponseClass="Error"><m:MessageText>%s</m:MessageText>'
                "<m:ResponseCode>%s</m:ResponseCode></m:ResponseMessage>"
                "</m:GetUserOofSettingsResponse>"
                % (("Unable to resolve e-mail address.",
                    "ErrorMailRecipientNotFound") if box is None else
                   ("Access is denied.", "ErrorAccessDenied")))
    empty = "<t:Message/>"
    return ("<m:GetUserOofSettingsResponse><m:ResponseMessage "
            'ResponseClass="Success"><m:ResponseCode>NoError'
            "</m:ResponseCode></m:ResponseMessage><t:OofSettings><t:OofState>"
            "%s</t:OofState><t:ExternalAudience>All</t:ExternalAudience>"
            "<t:Duration><t:StartTime>%s</t:StartTime>"
            "<t:EndTime>%s</t:EndTime></t:Duration>"
            "<t:InternalReply>%s</t:InternalReply><t:ExternalReply>%s"
            "</t:ExternalReply></t:OofSettings><m:AllowExternalOof>All"
            "</m:AllowExternalOof></m:GetUserOofSettingsResponse>"
            % ((box.oof,) + box.oof_span + (empty, empty)))


def _address(name, address):
    return ("<t:Address><t:Name>%s</t:Name><t:EmailAddress>%s"
            "</t:EmailAddress><t:RoutingType>SMTP</t:RoutingType>"
            "<t:MailboxType>PublicDL</t:MailboxType></t:Address>"
            % (esc(name), esc(address)))


ROOM_LIST = ("All Rooms", "rooms@lab.example")


@op("GetRoomLists")
def get_room_lists(svc, ctx, el):
    return ('<m:GetRoomListsResponse ResponseClass="Success"><m:ResponseCode>'
            "NoError</m:ResponseCode><m:RoomLists>%s</m:RoomLists>"
            "</m:GetRoomListsResponse>" % _address(*ROOM_LIST))


@op("GetRooms")
def get_rooms(svc, ctx, el):
    rooms = "".join(
        "<t:Room><t:Id><t:Name>%s</t:Name><t:EmailAddress>%s"
        "</t:EmailAddress><t:RoutingType>SMTP</t:RoutingType><t:MailboxType>"
        "Mailbox</t:MailboxType></t:Id></t:Room>"
        % (esc(b.name), esc(b.address))
        for b in svc.company.all() if b.room)
    return ('<m:GetRoomsResponse ResponseClass="Success"><m:ResponseCode>'
            "NoError</m:ResponseCode><m:Rooms>%s</m:Rooms>"
            "</m:GetRoomsResponse>" % rooms)
