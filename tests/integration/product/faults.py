"""Every fault that the tests seed, a row each: what is wrong, how the lab is
brought to it, and what the connection test must call it.  docs/FAULTS.md is
made of these rows and of what the product said (test_faults.py)."""
import dataclasses

FAULT = "fault.lab.example"
FRONT = "mail.lab.example"
FRONTS = (FRONT, "lab.example", "autodiscover.lab.example")
TARGET = "https://%s/autodiscover/autodiscover.xml" % FAULT
NOWHERE = "alice@nowhere.lab.example"	# no way leads on from here

EWS = "EWS reached and authenticated"
ACT = "Impersonation of the test mailbox"
SUB = "Streaming subscription accepted"
SETTINGS = "Settings of the mailbox"
AUTODISCOVER = "Autodiscover: https://"
DIRECTORY = "Active Directory"


@dataclasses.dataclass
class Row:
    id: str
    area: str
    wrong: str			# what is wrong, for a person
    failure: str		# its name
    step: str			# how the title of its step begins
    phrase: str			# words of the advice, or of the command
    lab: tuple = ()		# (path, {...}) posted to the control interface
    undo: tuple = ()		# posted afterwards, where reset does not do it
    ctl: tuple = ()		# commands before, and
    ctl_undo: tuple = ()	# afterwards
    fields: dict = dataclasses.field(default_factory=dict)
    password: str = ""		# else the account's own
    slow: bool = False		# ends by a time-out: run beside the others


def host(name, **more):
    return dict(discovery="direct", address=name + ".lab.example", **more)


def rule(action, **more):
    return ("/faults", dict({"action": action, "host": FAULT}, **more))


def names(name, answer, **more):
    return ("/dns", dict({"name": name, "answer": answer}, **more))


def found_by(**more):
    """Autodiscover by the well-known addresses alone."""
    return dict({"discovery": "autodiscover", "scp_enabled": "no"}, **more)


def ways(action, **more):
    """Each address that the company vouches for misbehaves."""
    return tuple(rule(action, **dict({"host": h, "op": "Autodiscover"},
                                     **more)) for h in FRONTS)


def directory(domain, **more):
    """The directory is asked, and nothing else can answer."""
    return dict({"discovery": "autodiscover", "scp_enabled": "yes",
                 "ad_domain": domain, "email": NOWHERE}, **more)


def other(id_, area, wrong, failure, phrase, mode="ldaps", **rules):
    """The directory of the other forest, which can be told to misbehave."""
    return Row(id_, area, wrong, failure, DIRECTORY, phrase,
               (("/directory", rules),),
               fields=directory("other.example", query_mode=mode))


def account(id_, wrong, failure, phrase, action, undo):
    """Of the company's own directory, when dave signs in."""
    return Row(id_, "authentication", wrong + " (by LDAP)", failure,
               DIRECTORY, phrase, ad(action), ad(undo),
               fields=directory("lab.example", account="dave@lab.example"))


def proxy(port, address=FRONT):
    return ((("proxy", "set", "host=127.0.0.1", "port=%d" % port),),
            (("proxy", "clear"),),
            dict(discovery="direct", address=address, use_proxy="yes"))


def dns(id_, wrong, failure, phrase, answer, **more):
    return Row(id_, "DNS", wrong, failure, EWS, phrase,
               (names(id_ + ".lab.example", answer),), fields=host(id_),
               **more)


def below(name, area, wrong, failure, phrase, **more):
    """A host of the lab that fails by itself."""
    return Row(name, area, wrong, failure, EWS, phrase, fields=host(name),
               **more)


def answers(id_, area, wrong, failure, phrase, *lab, step=EWS, **more):
    return Row(id_, area, wrong, failure, step, phrase, lab,
               fields=host("fault", **more))


def status(code, wrong, phrase, **more):
    return answers("http-%d" % code, "HTTP", wrong, "http-%d" % code, phrase,
                   rule("status", code=code, **more))


def ews(id_, area, wrong, failure, phrase, code, op="GetFolder", step=ACT):
    return answers(id_, area, wrong, failure, phrase,
                   rule("error", code=code, op=op, message="Lab."), step=step)


def through(id_, wrong, failure, phrase, port, *lab, **more):
    before, after, fields = proxy(port, more.pop("address", FRONT))
    return Row(id_, "proxy", wrong, failure, EWS, phrase, lab, ctl=before,
               ctl_undo=after, fields=fields, **more)


def ad(action):
    return (("/ad", {"user": "dave", "action": action}),)


OLD = ('<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/">'
       '<s:Header><h:ServerVersionInfo MajorVersion="14" MinorVersion="3" '
       'xmlns:h="http://schemas.microsoft.com/exchange/services/2006/types"/>'
       "</s:Header><s:Body/></s:Envelope>")
BLOCKED = ("<html><body><h1>Access blocked</h1><p>This category of web sites "
           "is not allowed.</p></body></html>")
POINTER = "67661d7F-8FC4-4fa7-BFAC-E1D7794C1F68"
CHAIN = tuple(
    rule("redirectUrl", host=h, op="Autodiscover",
         path="/autodiscover/autodiscover.xml",
         url="https://%s/autodiscover/1/" % FRONTS[2])
    for h in FRONTS) + tuple(
    rule("redirectUrl", host=FRONTS[2], path="/autodiscover/%d/" % n,
         url="https://%s/autodiscover/%d/" % (FRONTS[2], n + 1))
    for n in range(1, 14))

ROWS = [
    # -- DNS
    below("nowhere", "DNS", "the name does not exist", "dns-not-found",
          "spelling"),
    dns("noaddress", "the name has no address", "dns-no-address",
        "A or AAAA", "empty"),
    dns("servfail", "the DNS server reports a failure", "dns-failed",
        "resolv.conf", "servfail"),
    dns("dnsrefuses", "the DNS server refuses to answer", "dns-failed",
        "resolv.conf", "refused"),
    Row("dnssilent", "DNS", "no DNS server answers", "dns-timeout", EWS,
        "port 53", fields=host("silent"), slow=True),
    Row("linklocal", "DNS", "the name leads to an address of no server",
        "url-refused", EWS, "unicast address",
        (names("linklocal.lab.example", "address",
               addresses=["169.254.1.1"]),), fields=host("linklocal")),

    # -- TCP
    below("refused", "TCP", "nothing listens", "connect-refused", "firewall"),
    below("noroute", "TCP", "there is no route", "connect-unreachable",
          "routes"),
    below("full", "TCP", "packets are dropped", "connect-timeout",
          "port 443", slow=True),
    below("resets", "TCP", "the connection is reset", "tls-closed",
          "firewall"),
    answers("closes", "TCP", "the connection ends in the answer",
            "connection-closed", "event log", rule("close")),

    # -- TLS
    below("plain", "TLS", "the port does not speak TLS", "tls-none",
          "plain HTTP"),
    below("oldtls", "TLS", "the server knows TLS 1.1 at most", "tls-version",
          "TLS 1.2"),
    below("nocipher", "TLS", "no cipher is in common", "tls-cipher",
          "cipher suites"),
    below("clientcert", "TLS", "the server wants a client certificate",
          "tls-client-cert", "Ignore"),
    below("alerts", "TLS", "the server reports an error of its own",
          "tls-failed", "TLS settings"),
    below("hangsup", "TLS", "the server hangs up in the handshake",
          "tls-closed", "inspection"),
    below("mute", "TLS", "the server does not answer to TLS", "tls-timeout",
          "HTTPS service", slow=True),
    below("wrongname", "TLS", "the certificate is for another name",
          "tls-name", "name that stands in the certificate"),
    below("expired", "TLS", "the certificate has expired", "tls-expired",
          "Get-ExchangeCertificate"),
    below("notyet", "TLS", "the certificate is not valid yet", "tls-not-yet",
          "clocks"),
    below("unknownca", "TLS", "the issuer is not trusted", "tls-unknown-ca",
          "Trusted CA certificate"),
    below("selfsigned", "TLS", "the certificate is signed by itself",
          "tls-self-signed", "certificate of your CA"),
    below("nochain", "TLS", "the intermediate certificate is missing",
          "tls-no-issuer", "whole chain"),
    below("weakkey", "TLS", "the key has 1024 bits", "tls-weak",
          "New-ExchangeCertificate"),
    below("weakhash", "TLS", "the certificate is signed with SHA-1",
          "tls-weak", "SHA-256"),

    # -- LDAP
    Row("nodc", "LDAP", "the domain has no domain controller", "ldap-no-dc",
        DIRECTORY, "_ldap._tcp.dc._msdcs", fields=directory("nodc.example")),
    Row("dcdown", "LDAP", "the domain controller is down",
        "ldap-unreachable", DIRECTORY, "636",
        fields=directory("refused.lab.example")),
    Row("dcname", "LDAP", "the domain controller's certificate is for "
        "another name", "tls-name", DIRECTORY,
        "name that stands in the certificate",
        (names("ad.lab.example", "address", addresses=["127.0.0.10"]),),
        fields=directory("ad.lab.example")),
    Row("dcsilent", "LDAP", "the domain controller does not answer",
        "ldap-timeout", DIRECTORY, "load", slow=True,
        fields=directory("mute.lab.example")),
    Row("notldap", "LDAP", "what answers is no directory",
        "connection-closed", DIRECTORY, "event log",
        fields=directory("notldap.lab.example")),
    Row("bind", "LDAP", "the directory refuses the password", "ldap-bind",
        DIRECTORY, "Get-ADUser", fields=directory("lab.example"),
        password="not the password"),

    other("dcbusy", "LDAP", "the domain controller is too busy",
          "ldap-timeout", "load", search="busy"),
    other("dcdenies", "LDAP", "the directory denies the search",
          "ldap-failed", "event log", search="denied"),
    other("dccloses", "LDAP", "the directory hangs up in the search",
          "connection-closed", "event log", search="close"),
    other("starttls", "LDAP", "the directory refuses StartTLS",
          "ldap-starttls", "certificate", "starttls", starttls="refuse"),
    other("nokerberos", "LDAP", "no sign-in without TLS is possible",
          "ldap-gss", "_kerberos._tcp", "ldap"),

    # -- service connection points, and Autodiscover
    other("noscp", "SCP", "the directory holds no service connection point",
          "scp-none", "Get-ClientAccessService", entries=[]),
    Row("scploop", "SCP", "pointers lead in a circle", "scp-loop", DIRECTORY,
        "Get-ADObject", (("/directory", {"entries": [
            {"keywords": [POINTER, "Domain=other.example"],
             "serviceBindingInformation": ["LDAP://dc1.lab.example"]}]}),),
        fields=directory("lab.example", email="pat@other.example")),
    Row("noway", "SCP", "no way leads to Autodiscover", "autodiscover-none",
        SETTINGS, "Each way", fields=found_by(email=NOWHERE)),
    Row("noews", "SCP", "Autodiscover names no EWS address",
        "autodiscover-no-ews", AUTODISCOVER, "Set-WebServicesVirtualDirectory",
        ways("noews"), fields=found_by()),
    Row("nobody", "SCP", "Autodiscover does not know the mailbox",
        "autodiscover-error", AUTODISCOVER, "Get-Mailbox nobody@lab.example",
        fields=found_by(email="nobody@lab.example")),
    Row("badews", "SCP", "Autodiscover names an EWS address without TLS",
        "url-refused", SETTINGS, "Only https",
        (("/config", {"ews_url": "http://mail.lab.example/EWS"}),),
        fields=found_by()),

    Row("nosrv", "SCP", "the domain has no SRV record", "srv-none",
        "DNS SRV", "_autodiscover._tcp", fields=found_by(email=NOWHERE)),
    Row("nohint", "SCP", "the plain-HTTP address redirects nowhere",
        "hint-none", "Plain HTTP redirect", "another way",
        (names("autodiscover.hint.example", "address",
               addresses=["127.0.0.21"]),
         rule("status", code=404, host="autodiscover.hint.example")),
        fields=found_by(email="alice@hint.example")),

    # -- redirects
    Row("untrusted", "redirect", "redirectUrl leads to a host nobody allowed",
        "redirect-untrusted", AUTODISCOVER, "Trust List",
        ways("redirectUrl", url=TARGET), fields=found_by()),
    Row("untrusted302", "redirect", "302 leads to a host nobody allowed",
        "redirect-untrusted", AUTODISCOVER, "Trust List",
        ways("redirect", url=TARGET), fields=found_by()),
    Row("blocked", "redirect", "the redirect leads to a blocked host",
        "redirect-blocked", AUTODISCOVER, "allow it under Trust List",
        ways("redirectUrl", url=TARGET), fields=found_by(),
        ctl=(("trust", "block", FAULT),),
        ctl_undo=(("trust", "delete", FAULT),)),
    Row("insecure", "redirect", "the redirect leads to an http address",
        "redirect-insecure", AUTODISCOVER, "Use https",
        ways("redirectUrl", url=TARGET.replace("https", "http")),
        fields=found_by()),
    Row("loop", "redirect", "the redirects go in a circle", "redirect-loop",
        AUTODISCOVER, "Mend the redirects",
        ways("redirectUrl", url="https://autodiscover.lab.example/"
             "autodiscover/autodiscover.xml"), fields=found_by()),
    Row("many", "redirect", "more than ten redirects", "redirect-loop",
        AUTODISCOVER, "Mend the redirects", CHAIN, fields=found_by()),
    Row("foreign", "redirect", "redirectAddr leads to another mail domain",
        "domain-untrusted", AUTODISCOVER, "Trust List",
        ways("redirectAddr", address="alice@hosted.example"),
        fields=found_by()),
    answers("ewsredirect", "redirect", "EWS redirects elsewhere",
            "http-redirect", "final address", rule("redirect", url=TARGET)),

    # -- HTTP
    status(400, "the server does not understand the request", "HTTPERR"),
    status(403, "the server forbids access", "Get-CASMailbox"),
    status(404, "there is no such page", "Get-WebServicesVirtualDirectory"),
    status(405, "POST is not allowed", "POST"),
    status(413, "the request is too large", "request size"),
    status(429, "a gateway limits the requests",
           "Get-ThrottlingPolicyAssociation"),
    status(440, "the directory wants forms-based sign-in",
           "WindowsAuthentication"),
    status(449, "ActiveSync answers instead", "Exchange.asmx"),
    status(456, "the account is blocked", "Unblock"),
    status(500, "an internal error", "event log"),
    status(502, "the gateway gets no answer from Exchange", "load balancer"),
    status(503, "stopped for maintenance", "Test-ServiceHealth"),
    status(504, "the gateway waits in vain", "Test-ServiceHealth"),
    answers("teapot", "HTTP", "a status that nobody expects", "http-status",
            "what stands between", rule("status", code=418)),
    below("stalls", "HTTP", "the request is never answered", "timeout",
          "Test-ServiceHealth", slow=True),

    below("drips", "HTTP", "the answer comes byte by byte", "timeout-slow",
          "inspects the traffic", slow=True),

    # -- authentication
    Row("password", "authentication", "the password is wrong (NTLM)",
        "http-401", EWS, "Get-ADUser", fields=host("mail"),
        password="not the password"),
    Row("basicpassword", "authentication", "the password is wrong (Basic)",
        "http-401", EWS, "Get-ADUser", password="not the password",
        fields=host("mail", auth_ntlm="no", auth_basic="yes")),
    Row("unknown", "authentication", "the account does not exist",
        "http-401", EWS, "name and password",
        fields=host("mail", account="nobody@lab.example")),
    Row("locked", "authentication", "the account is locked", "http-401", EWS,
        "not locked", ad("lock"), ad("unlock"),
        fields=host("mail", account="dave@lab.example")),
    Row("mustchange", "authentication", "the password must be changed",
        "http-401", EWS, "expired", ad("expire"), ad("unexpire"),
        fields=host("mail", account="dave@lab.example")),
    Row("disabled", "authentication", "the account is disabled",
        "http-401", EWS, "Enabled", ad("disable"), ad("enable"),
        fields=host("mail", account="dave@lab.example")),
    answers("basicoff", "authentication", "the server offers only NTLM, the "
            "record only Basic", "auth-no-common", "Tick",
            ("/config", {"schemes": ["NTLM"]}), auth_ntlm="no",
            auth_basic="yes"),
    answers("negotiateonly", "authentication", "the server offers only "
            "Negotiate", "auth-no-common", "Get-WebServicesVirtualDirectory",
            ("/config", {"schemes": ["Negotiate"]})),

    answers("ntlm1", "authentication", "the server knows only version 1 of "
            "NTLM", "ntlm-v1", "LmCompatibilityLevel",
            ("/config", {"auth": "ntlm1"}), auth_basic="no"),
    answers("challenge", "authentication", "NTLM's challenge is damaged",
            "ntlm-challenge", "what stands between",
            ("/config", {"auth": "damaged"}), auth_basic="no"),
    answers("multiplexed", "authentication", "the connection does not last "
            "for the steps of signing in", "auth-connection",
            "multiplexing", ("/config", {"auth": "closes"}),
            auth_basic="no"),

    account("ldaplocked", "the account is locked", "ldap-account-locked",
            "Unlock-ADAccount", "lock", "unlock"),
    account("ldapmustchange", "the password must be changed",
            "ldap-password-change", "ChangePasswordAtLogon", "expire",
            "unexpire"),
    account("ldapdisabled", "the account is disabled",
            "ldap-account-disabled", "Enable-ADAccount", "disable", "enable"),
    other("ldapexpired", "authentication", "the password has expired (by "
          "LDAP)", "ldap-password-expired", "PasswordNeverExpires",
          bind="532"),
    other("ldapaccountexpired", "authentication", "the account has expired "
          "(by LDAP)", "ldap-account-expired", "Clear-ADAccountExpiration",
          bind="701"),
    other("ldaphours", "authentication", "the account may not sign in now "
          "(by LDAP)", "ldap-logon-hours", "logonHours", bind="530"),
    other("ldapworkstation", "authentication", "the account may not sign in "
          "from here (by LDAP)", "ldap-workstation", "userWorkstations",
          bind="531"),
    other("ldapunknown", "authentication", "the directory does not know the "
          "account (by LDAP)", "ldap-account-unknown", "domain", bind="525"),

    # -- impersonation
    Row("impersonation", "impersonation", "the account may not act for the "
        "mailbox", "ews-impersonation", ACT, "New-ManagementRoleAssignment",
        (("/impersonation", {"deny": ["erin@lab.example"]}),),
        fields=host("mail", email="erin@lab.example")),
    Row("nomailbox", "impersonation", "the mailbox does not exist",
        "ews-no-mailbox", ACT, "Get-Mailbox nobody@lab.example",
        fields=host("mail", email="nobody@lab.example")),
    ews("accessdenied", "impersonation", "Exchange denies access",
        "ews-denied", "Get-CASMailbox alice@lab.example", "ErrorAccessDenied"),
    ews("notprimary", "impersonation", "the address is not the primary one",
        "ews-not-primary", "PrimarySmtpAddress", "ErrorNonPrimarySmtpAddress"),
    ews("accountdisabled", "impersonation", "the account is disabled",
        "ews-account-disabled", "Get-ADUser", "ErrorAccountDisabled"),
    ews("quota", "impersonation", "the mailbox is full", "ews-quota",
        "Quota", "ErrorQuotaExceeded"),
    ews("storedown", "impersonation", "the database is not mounted",
        "ews-store-down", "Get-MailboxDatabase",
        "ErrorMailboxStoreUnavailable"),
    ews("moving", "impersonation", "the mailbox is being moved", "ews-moving",
        "Get-MoveRequest", "ErrorMailboxMoveInProgress"),

    # -- throttling
    answers("busy503", "throttling", "too busy: 503 of the queue",
            "http-503", "tries again", rule("throttle", shape="503")),
    answers("busyfault", "throttling", "too busy: SOAP fault", "ews-busy",
            "New-ThrottlingPolicy", rule("throttle", shape="fault",
                                         backoff_ms=3000, op="GetFolder"),
            step=ACT),
    answers("busyinner", "throttling", "too busy: inside of an internal "
            "error", "ews-busy", "Set-ThrottlingPolicyAssociation",
            rule("throttle", shape="inner", backoff_ms=3000, op="GetFolder"),
            step=ACT),
    ews("connections", "throttling", "too many connections",
        "ews-connections", "EWSMaxConcurrency",
        "ErrorExceededConnectionCount"),
    ews("subscriptions", "throttling", "too many subscriptions",
        "ews-subscriptions", "EWSMaxSubscriptions",
        "ErrorExceededSubscriptionCount", "Subscribe", SUB),

    # -- proxy
    through("proxyoff", "nothing listens at the proxy's port",
            "proxy-connect", "address and port", 13199),
    through("proxy407", "the proxy wants a password", "proxy-auth",
            "proxy", 13129),
    through("proxy403", "the proxy forbids the server", "proxy-denied",
            "CONNECT", 13130, ("/proxy", {"answer": "status", "code": 403})),
    through("proxy405", "the proxy makes no tunnels", "proxy-no-connect",
            "web server", 13130, ("/proxy", {"answer": "status",
                                             "code": 405})),
    through("proxy502", "the proxy cannot reach the server",
            "proxy-upstream", "resolve and reach", 13128,
            address="refused.lab.example"),
    through("proxycloses", "the proxy hangs up", "proxy-closed",
            "HTTP proxy", 13130, ("/proxy", {"answer": "close"})),
    Row("proxyname", "proxy", "the proxy's name does not exist",
        "proxy-name", EWS, "spelling",
        ctl=(("proxy", "set", "host=proxy.nowhere.example", "port=8080"),),
        ctl_undo=(("proxy", "clear"),),
        fields=host("mail", use_proxy="yes")),
    through("proxysilent", "the proxy does not answer", "proxy-timeout",
            "port and load", 13130, ("/proxy", {"answer": "silent"}),
            slow=True),
    through("proxydead", "the tunnel ends at once", "tls-closed",
            "inspection", 13130, ("/proxy", {"answer": "dead"})),

    # -- content
    answers("signin", "content", "a sign-in page instead of XML",
            "content-sign-in", "AD FS", rule("html")),
    answers("blockpage", "content", "a page of a firewall instead of XML",
            "content-html", "firewall", rule("status", code=200,
                                             body=BLOCKED)),
    answers("truncated", "content", "the answer is cut off", "content-xml",
            "event log", rule("truncated")),
    answers("garbage", "content", "the answer is no XML", "content-xml",
            "what stands between", rule("garbage")),
    answers("empty", "content", "the answer is empty", "content-empty",
            "what stands between", rule("status", code=200, type="text/xml",
                                        body="")),
    answers("huge", "content", "the answer is 100 MiB long",
            "content-toobig", "No Exchange server", rule("bigbody")),
    answers("doctype", "content", "an entity bomb", "content-doctype",
            "No Exchange server", rule("doctype")),
    answers("otherxml", "content", "XML that is no SOAP",
            "content-unexpected", "Exchange server",
            rule("status", code=200, type="text/xml", body="<x/>")),
    answers("oldversion", "content", "Exchange 2010", "ews-version",
            "Exchange 2013", rule("status", code=200, type="text/xml",
                                  body=OLD)),
    ews("internal", "content", "an internal error of Exchange", "ews-error",
        "error code", "ErrorInternalServerError"),
    answers("schema", "content", "Exchange finds the request malformed",
            "ews-schema", "Get-ExchangeServer",
            rule("fault", code="ErrorSchemaValidation", op="GetFolder"),
            step=ACT),
    answers("exchangedirectory", "content", "Exchange cannot reach its "
            "directory", "ews-directory", "CurrentDomainControllers",
            rule("fault", code="ErrorADUnavailable", op="GetFolder"),
            step=ACT),
]
