"""What a request to TMS and its answer may hold, in our own words: for each
type its elements in their order, with what stands in them.

"Name" is text that may be left out, "Name:type" something else, "!" behind it
is what must be there, "*" what may be there more than once.  Only what we
send and what the lab answers; facts: the Booking API guide."""
import re

BOOKING = "http://tandberg.net/2004/02/tms/external/booking/"
SETUP = BOOKING + "remotesetup/"

WORDS = {
    "conftype": ("Reservation Only", "Automatic Call Launch",
                 "Manual Call Launch", "Default", "Ad-Hoc conference",
                 "One Button To Push"),
    "bandwidth": ("1b/64kbps", "2b/128kbps", "3b/192kbps", "4b/256kbps",
                  "5b/320kbps", "6b/384kbps", "8b/512kbps", "12b/768kbps",
                  "18b/1152kbps", "23b/1472kbps", "30b/1920kbps",
                  "32b/2048kbps", "48b/3072kbps", "64b/4096kbps", "Max",
                  "Default"),
    "picture": ("Continuous Presence", "Enhanced CP", "Voice Switched",
                "Default"),
    "yesno": ("Yes", "No", "If Possible", "Default"),
    "extend": ("Yes", "No", "Default", "AutomaticBestEffort"),
    "frequency": ("Daily", "DailyWeekday", "Weekly", "Monthly", "Yearly",
                  "Secondly", "Minutely", "Hourly", "Default"),
    "weekday": ("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday",
                "Friday", "Saturday"),
    "ends": ("EndByDate", "EndByInstances", "EndNever", "Default"),
    "exception_type": ("ADD", "MODIFY", "DELETE"),
    "range": ("None", "ThisAndFuture", "ThisAndPrior", "Default"),
    "calltype": ("TMS", "TMS Master Participant", "IP Video <-",
                 "IP Video ->", "IP Tel <-", "IP Tel ->", "ISDN Video <-",
                 "ISDN Video ->", "Telephone <-", "Telephone ->", "SIP <-",
                 "SIP ->", "3G <-", "3G ->", "Directory", "User"),
}
FORMS = {
    "int": r"[+-]?\d{1,10}", "long": r"[+-]?\d{1,19}",
    "bool": r"true|false|1|0", "text": r"(?s).*",
    # UTC, and it says so
    "utc": r"(\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\dZ)?",
    "title": r"(?s).{0,255}",
    "dateTime": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ",
    "second": r"\d{1,5}", "month": r"[1-9]|1[0-2]",
    "mday": r"[1-9]|[12]\d|3[01]", "week": r"[1-5]", "wday": r"[0-6]",
}
TYPES = {
    "header": "ClientVersionIn:int! ClientIdentifierIn "
              "ClientLatestNamespaceIn NewServiceURL ClientSession",
    "version": "ConfAPIVersion:int!",
    "none": "",
    "conference":
        "ConferenceId:int! Title:title StartTimeUTC:utc EndTimeUTC:utc "
        "RecurrenceInstanceIdUTC:utc RecurrenceInstanceType "
        "FirstOccurrenceRecInstanceIdUTC:utc "
        "RecurrencePattern:pattern OwnerId:long! OwnerUserName "
        "OwnerFirstName OwnerLastName OwnerEmailAddress "
        "ConferenceType:conftype! Bandwidth:bandwidth! PictureMode:picture! "
        "Encrypted:yesno! DataConference:yesno! ShowExtendOption:extend! "
        "Password BillingCode ISDNRestrict:bool! ConferenceInfoText "
        "ConferenceInfoHtml UserMessageText ExternalSourceId "
        "ExternalPrimaryKey Participants:participants RecordedConferenceUri "
        "WebConferencePresenterUri WebConferenceAttendeeUri "
        "ConferenceTimeZoneRules:zone_rules",
    "pattern": "FrequencyType:frequency! Interval:int! DaysOfWeek:days "
               "FirstDayOfWeek:weekday! BySetPosition:int! "
               "PatternEndType:ends! PatternEndDateUTC:utc "
               "FirstOccurrenceRecInstanceIdUTC:utc PatternInstances:int! "
               "Exceptions:exceptions",
    "days": "DayOfWeek:weekday*",
    "exceptions": "RecurrenceException:exception*",
    "exception": "ExceptionType:exception_type! RecurrenceIdUTC:utc! "
                 "RecurrenceIdRange:range! ModifiedMask:int! "
                 "ModifiedData:conference",
    "zone_rules": "TimeZoneRule:zone_rule*",
    "zone_rule": "ValidFrom:dateTime! Id DisplayName "
                 "BaseOffsetInMinutes:int! Daylight:change "
                 "DaylightOffsetInMinutes:int! Standard:change",
    "change": "ChangeSecondAtDay:second! TimeChangeAbsoluteRule:absolute "
              "TimeChangeRelativeRule:relative",
    "absolute": "Month:month! Day:mday!",
    "relative": "Month:month! Week:week! Day:wday!",
    "participants": "Participant:participant*",
    "participant": "ParticipantId:int! NameOrNumber EmailAddress "
                   "ParticipantCallType:calltype!",
    "save": "Conference:conference",
    "saved": "SaveConferenceResult:conference",
    "got": "GetConferenceByIdResult:conference",
    "default": "GetDefaultConferenceResult:conference",
    "find": "ExternalSourceId ExternalConferenceId RecurrenceIdUTC:utc",
    "found": "GetConferenceIdByExternalIdResult:int!",
    "delete": "ConferenceId:int!",
    "since": "CurrentTransactionId:int!",
    "transactions": "GetTransactionsSinceResult:none",
    "alive": "IsAliveResult:bool!",
    "behalf": "IsTMSBookOnBehalfUserResult:bool!",
    "zone": "TimezoneName StartTimeDTS EndTimeDTS GMTOffset",
    "system": "SystemId:long! SystemName Contact Manufacturer Description "
              "SystemType NetworkAddress Location ISDNNumber QNumber "
              "WebInterfaceURL SIPUri H323Id E164Alias TimeZone:zone",
    "systems": "TMSSystem:system*",
    "system_list": "GetSystemsForUserResult:systems",
    "user": "DisplayName EmailAddress FirstName LastName UserName "
            "IsHiddenUser:bool! TimeZone:zone",
    "users": "User:user*",
    "user_list": "GetUsersResult:users",
}
ROOTS = {
    BOOKING: {
        "ExternalAPIVersionSoapHeader": "header",
        "VersionSoapHeader": "version",
        "GetDefaultConference": "none",
        "GetDefaultConferenceResponse": "default",
        "SaveConference": "save", "SaveConferenceResponse": "saved",
        "GetConferenceIdByExternalId": "find",
        "GetConferenceIdByExternalIdResponse": "found",
        "GetConferenceById": "delete", "GetConferenceByIdResponse": "got",
        "DeleteConferenceById": "delete",
        "DeleteConferenceByIdResponse": "none",
        "GetTransactionsSince": "since",
        "GetTransactionsSinceResponse": "transactions"},
    SETUP: {
        "ExternalAPIVersionSoapHeader": "header",
        "IsAlive": "none", "IsAliveResponse": "alive",
        "IsTMSBookOnBehalfUser": "none",
        "IsTMSBookOnBehalfUserResponse": "behalf",
        "GetSystemsForUser": "none",
        "GetSystemsForUserResponse": "system_list",
        "GetUsers": "none", "GetUsersResponse": "user_list"},
}
ROW = re.compile(r"(\w+)(?::(\w+))?([!*]?)")


def _value(e, kind):
    text = e.text or ""
    if len(e):
        return "%s holds elements" % e.tag
    if kind in WORDS:
        if text not in WORDS[kind]:
            return "%s is %r" % (e.tag, text)
    elif not re.fullmatch(FORMS[kind], text):
        return "%s is %r, which is no %s" % (e.tag, text[:80], kind)
    return ""


def _type(e, kind, ns):
    """The first thing that is wrong, or an empty string."""
    if (e.text or "").strip():
        return "%s holds text" % e.tag
    rest = list(e)
    for row in TYPES[kind].split():
        name, of, mark = ROW.fullmatch(row).groups()
        of, n = of or "text", 0
        while rest and rest[0].tag == "{%s}%s" % (ns, name) and (
                mark == "*" or n == 0):
            c = rest.pop(0)
            wrong = _type(c, of, ns) if of in TYPES else _value(c, of)
            if wrong:
                return wrong
            n += 1
        if mark == "!" and n == 0:
            return "%s has no %s" % (e.tag, name)
    if rest:
        return "%s is unknown or stands at the wrong place in %s" % (
            rest[0].tag, e.tag)
    return ""


def check(e):
    """One part of an envelope; the first thing that is wrong, or ''."""
    ns, _, name = e.tag[1:].partition("}")
    kind = ROOTS.get(ns, {}).get(name)
    return _type(e, kind, ns) if kind else "%s is not declared" % e.tag
