"""Autodiscover: POX (autodiscover.xml), SOAP (autodiscover.svc) and JSON
(autodiscover.json/v1.0/ADDRESS?Protocol=EWS)."""
import json
import time
import urllib.parse

from . import xmlout
from .xmlout import esc

RESPONSE = "http://schemas.microsoft.com/exchange/autodiscover/" \
    "responseschema/2006"
OUTLOOK = "http://schemas.microsoft.com/exchange/autodiscover/outlook/" \
    "responseschema/2006a"
A = "http://schemas.microsoft.com/exchange/2010/Autodiscover"
S = xmlout.S
HEAD = '<?xml version="1.0" encoding="utf-8"?>'


def _pox(inner, ns=OUTLOOK):
    return ('%s<Autodiscover xmlns="%s"><Response xmlns="%s">%s</Response>'
            "</Autodiscover>" % (HEAD, RESPONSE, ns, inner)).encode()


def _pox_error(code, message):
    now = time.strftime("%H:%M:%S") + ".0000000"
    return ('%s<Autodiscover xmlns="%s"><Response><Error Time="%s" '
            'Id="1234567890"><ErrorCode>%d</ErrorCode><Message>%s</Message>'
            "<DebugData/></Error></Response></Autodiscover>"
            % (HEAD, RESPONSE, now, code, esc(message))).encode()


def _user(box):
    return ("<User><DisplayName>%s</DisplayName><LegacyDN>%s</LegacyDN>"
            "<AutoDiscoverSMTPAddress>%s</AutoDiscoverSMTPAddress>"
            "<DeploymentId>%s</DeploymentId></User>"
            % (esc(box.name), esc(box.legacy_dn), esc(box.address), box.guid))


def pox(company, body, ews_of, rule):
    """The answer to a POX request."""
    try:
        root = xmlout.parse(body)
        address = next((e.text or "" for e in root.iter()
                        if isinstance(e.tag, str) and
                        xmlout.local(e) == "EMailAddress"), "").strip()
        schema = next((e.text or "" for e in root.iter()
                       if isinstance(e.tag, str) and
                       xmlout.local(e) == "AcceptableResponseSchema"), "")
    except Exception:
        return _pox_error(600, "Invalid Request")
    if not address:
        return _pox_error(600, "Invalid Request")
    if schema.strip() != OUTLOOK:
        return _pox_error(601, "Provider is not available")
    if rule is not None and rule.action == "redirectAddr":
        return _pox("<Account><Action>redirectAddr</Action><RedirectAddr>%s"
                    "</RedirectAddr></Account>"
                    % esc(rule.row.get("address", "")))
    if rule is not None and rule.action == "redirectUrl":
        return _pox("<Account><Action>redirectUrl</Action><RedirectUrl>%s"
                    "</RedirectUrl></Account>" % esc(rule.row.get("url", "")))
    box = company.find(address)
    if box is None:
        return _pox_error(500, "The email address can't be found.")
    ews_url = ews_of(box)
    if rule is not None and rule.action == "noews":
        urls = ""
    else:
        urls = "<ASUrl>%s</ASUrl><EwsUrl>%s</EwsUrl>" % (
            esc(ews_url), esc(ews_url))
    exch = ("<Protocol><Type>EXCH</Type><Server>%s@lab.example</Server>"
            "<ServerDN>/o=LabOrg/cn=Configuration/cn=Servers/cn=%s"
            "</ServerDN><ServerVersion>73C286D4</ServerVersion>"
            "%s<AuthPackage>Negotiate</AuthPackage></Protocol>"
            % (box.guid, box.guid, urls))
    expr = ("<Protocol><Type>EXPR</Type><Server>%s</Server><SSL>On</SSL>"
            "<AuthPackage>Ntlm</AuthPackage>%s"
            "<CertPrincipalName>None</CertPrincipalName></Protocol>"
            % (esc(ews_url.split("/")[2]), urls))
    return _pox("%s<Account><AccountType>email</AccountType><Action>settings"
                "</Action><MicrosoftOnline>False</MicrosoftOnline>%s%s"
                "</Account>" % (_user(box), exch, expr))


def _setting(name, value):
    return ('<UserSetting i:type="StringSetting"><Name>%s</Name><Value>%s'
            "</Value></UserSetting>" % (name, esc(value)))


def soap(company, body, ews_of, rule):
    """The answer to a SOAP GetUserSettings request."""
    try:
        root = xmlout.parse(body)
    except Exception:
        return None
    ns = "{%s}" % A
    boxes = [e.text or "" for e in root.iter(ns + "Mailbox")
             if len(e) == 0]
    wanted = [e.text or "" for e in root.iter(ns + "Setting")]
    rows = []
    for address in boxes:
        box = company.find(address)
        target, code = "", "NoError"
        if rule is not None and rule.action == "redirectAddr":
            code, target = "RedirectAddress", rule.row.get("address", "")
        elif rule is not None and rule.action == "redirectUrl":
            code, target = "RedirectUrl", rule.row.get("url", "")
        elif box is None:
            code = "InvalidUser"
        settings, errors = "", ""
        if code == "NoError":
            have = {"UserDisplayName": box.name, "UserDN": box.legacy_dn,
                    "AutoDiscoverSMTPAddress": box.address,
                    "UserDeploymentId": str(box.guid),
                    "EwsSupportedSchemas": "Exchange2007, Exchange2007_SP1,"
                    " Exchange2010, Exchange2010_SP1, Exchange2010_SP2, "
                    "Exchange2013, Exchange2013_SP1, Exchange2015",
                    "GroupingInformation": "LabOrg-Site%d" % (box.site + 1)}
            if rule is None or rule.action != "noews":
                have["ExternalEwsUrl"] = have["InternalEwsUrl"] = \
                    ews_of(box)
            settings = "".join(_setting(n, have[n]) for n in wanted
                               if n in have)
            errors = "".join(
                "<UserSettingError><ErrorCode>SettingIsNotAvailable"
                "</ErrorCode><ErrorMessage/><SettingName>%s</SettingName>"
                "</UserSettingError>" % esc(n) for n in wanted
                if n not in have)
        rows.append("<UserResponse><ErrorCode>%s</ErrorCode><ErrorMessage>%s"
                    '</ErrorMessage><RedirectTarget%s<UserSettingErrors>%s'
                    "</UserSettingErrors><UserSettings>%s</UserSettings>"
                    "</UserResponse>"
                    % (code, "No error." if code == "NoError" else code,
                       ">%s</RedirectTarget>" % esc(target) if target
                       else ' i:nil="true"/>', errors, settings))
    return ('%s<s:Envelope xmlns:s="%s" xmlns:a="http://www.w3.org/2005/08/'
            'addressing"><s:Header><a:Action s:mustUnderstand="1">http://'
            "schemas.microsoft.com/exchange/2010/Autodiscover/Autodiscover/"
            'GetUserSettingsResponse</a:Action><h:ServerVersionInfo xmlns:h="'
            '%s"><h:MajorVersion>15</h:MajorVersion><h:MinorVersion>2'
            "</h:MinorVersion><h:MajorBuildNumber>1544</h:MajorBuildNumber>"
            "<h:MinorBuildNumber>4</h:MinorBuildNumber><h:Version>Exchange2016"
            "</h:Version></h:ServerVersionInfo></s:Header><s:Body>"
            '<GetUserSettingsResponseMessage xmlns="%s"><Response xmlns:i='
            '"%s"><ErrorCode>NoError</ErrorCode><ErrorMessage/>'
            "<UserResponses>%s</UserResponses></Response>"
            "</GetUserSettingsResponseMessage></s:Body></s:Envelope>"
            % (HEAD, S, A, A, xmlout.XSI, "".join(rows))).encode()


def json_v2(company, target, ews_of, rule):
    """(status, body) of a GET: Autodiscover V2.  It needs no credentials."""
    path, _, query = target.partition("?")
    address = urllib.parse.unquote(path.rpartition("/")[2])
    protocol = dict(urllib.parse.parse_qsl(query)).get("Protocol", "")
    if protocol.lower() != "ews":
        return 400, json.dumps({
            "ErrorCode": "InvalidProtocol", "ErrorMessage":
            "The given protocol value '%s' is invalid." % protocol}).encode()
    box = company.find(address)
    if box is None:
        return 404, json.dumps({
            "ErrorCode": "UserNotFound", "ErrorMessage":
            "The given user isn't found."}).encode()
    row = {"Protocol": "Ews", "Url": ews_of(box)}
    if rule is not None and rule.action == "noews":
        del row["Url"]
    return 200, json.dumps(row).encode()
