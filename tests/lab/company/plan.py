"""Who and what the company is: one place for every name and address.

All addresses are in the network namespace of one lab, so that several labs
can run at once."""

REALM = "LAB.EXAMPLE"
DOMAIN = "lab.example"
NETBIOS = "LAB"
SITE = "Default-First-Site-Name"
BASE_DN = "DC=lab,DC=example"
OTHER_DOMAIN = "other.example"
HOSTED_DOMAIN = "hosted.example"
# another forest: its own directory, which pointers in ours lead to
OTHER_BASE_DN = "DC=other,DC=example"
OTHER_DC_HOST = "dc." + OTHER_DOMAIN
OTHER_DC_ADDR = "127.0.0.30"
OTHER_SITE = "Vienna"
SLAPD_ADDR = ("127.0.0.1", 10389)		# behind its front

DC_HOST = "dc1." + DOMAIN
DC_ADDR = "127.0.0.10"
FRONT_HOST = "mail." + DOMAIN
FRONT_ADDR = "127.0.0.20"

EWS_URL = "https://%s/EWS/Exchange.asmx" % FRONT_HOST
# Three Active Directory sites, one front: its other names stand for the
# servers of the other sites.
SITE_HOSTS = (FRONT_HOST, "site2." + DOMAIN, "site3." + DOMAIN)
SITE_EWS_URLS = tuple("https://%s/EWS/Exchange.asmx" % h for h in SITE_HOSTS)
AUTODISCOVER_URL = "https://%s/autodiscover/autodiscover.xml" % FRONT_HOST
LOG_ADDR = ("127.0.0.1", 10098)		# Squid tells of refused requests
CONTROL_ADDR = ("127.0.0.1", 10099)
PROXY_PORT = 13128
PROXY_AUTH_PORT = 13129
PROXY_ROUGH_PORT = 13130
DNS_ADDR = "127.0.0.11"			# what the lab's hosts ask

# Hosts that misbehave: name, address, certificate (see pki.py).
# "none" speaks no TLS, "closed" has no listener at all.
FAULT_HOSTS = (
    ("fault", "127.0.0.21", "fault"),
    ("wrongname", "127.0.0.22", "wrongname"),
    ("expired", "127.0.0.23", "expired"),
    ("unknownca", "127.0.0.24", "unknownca"),
    ("selfsigned", "127.0.0.25", "selfsigned"),
    ("plain", "127.0.0.26", "none"),
    ("refused", "127.0.0.27", "closed"),
    ("notyet", "127.0.0.28", "notyet"),
)
FAULT_ADDR = "127.0.0.21"

# Hosts that fail below HTTP (exsim/rough.py): name, address, in what way.
# Only exsim/names.py knows their addresses.
ROUGH_HOSTS = (
    ("oldtls", "127.0.0.31", "old-tls"),
    ("nocipher", "127.0.0.32", "no-cipher"),
    ("clientcert", "127.0.0.33", "client-cert"),
    ("weakkey", "127.0.0.34", "weak-key"),
    ("weakhash", "127.0.0.35", "weak-hash"),
    ("nochain", "127.0.0.36", "no-chain"),
    ("resets", "127.0.0.37", "resets"),
    ("hangsup", "127.0.0.38", "hangs-up"),
    ("mute", "127.0.0.39", "mute"),
    ("stalls", "127.0.0.40", "stalls"),
    ("full", "127.0.0.41", "full"),
    ("drips", "127.0.0.42", "drips"),
    ("alerts", "127.0.0.43", "alerts"),
    ("notldap", "127.0.0.44", "no-ldap"),
    ("noroute", "10.99.0.1", "no-server"),
    ("silent", "", "no-server"),	# nor does the name server answer
)

# Conferencing services, by the names that they have in the world.
TMS_HOST = "tms." + DOMAIN
TMS_ADDR = "127.0.0.51"
WEBEX_HOST = "webexapis.com"
WEBEX_ADDR = "127.0.0.50"
CMS_HOST = "cms." + DOMAIN
CMS_ADDR = "127.0.0.51"
CMS_PORT = 445

# Room devices; the certificate of the second is signed by itself.
DEVICE_HOST = "device1." + DOMAIN
DEVICE_ADDR = "127.0.0.52"
DEVICE2_HOST = "device2." + DOMAIN
DEVICE2_ADDR = "127.0.0.53"

# Opens TLS with a certificate of its own and passes on what it hears to the
# front, as a box that inspects traffic does, or a thief.
RELAY_HOST = "relay." + DOMAIN
RELAY_ADDR = "127.0.0.29"

# Whose account has the key of Exchange's service (an alternate service
# account), and the hosts that it answers for.
EXCHANGE_ACCOUNT = "exch-asa"
FRONT_HOSTS = SITE_HOSTS + ("autodiscover." + DOMAIN, DOMAIN)
KEYTAB_HOSTS = FRONT_HOSTS + (RELAY_HOST,)

# Where everything is seen from inside the lab's mount namespace: short, and
# the same in every lab, so that a frozen domain fits anywhere.
RUN = "/run/samba"
INSIDE = RUN + "/lab"

SERVICE = ("svc-ews", "svc-ews@" + DOMAIN, "Exchange Service Account")

# login name, mail address, display name; each has an account and a mailbox
PEOPLE = (
    ("alice", "alice@" + DOMAIN, "Alice Adams"),
    ("bob", "bob@" + DOMAIN, "Bob Brown"),
    ("carol", "carol@" + DOMAIN, "Carol Clark"),
    ("dave", "dave@" + DOMAIN, "Dave Davis"),
    ("erin", "erin@" + DOMAIN, "Erin Evans"),
    ("omer", "omer@" + DOMAIN, "\u00d6mer \u00c7elik"),
    ("o'neil", "o'neil@" + DOMAIN, "Shea O'Neil"),
    ("pat", "pat@" + OTHER_DOMAIN, "Pat Other"),
)
# resource mailboxes: no account
ROOMS = (
    ("room1", "room1@" + DOMAIN, "Room 1 Orion"),
    ("room2", "room2@" + DOMAIN, "Room 2 Lyra"),
)

# (name, type, data, zone) beside what a domain controller registers itself
DNS_RECORDS = (
    ("mail", "A", FRONT_ADDR, DOMAIN),
    ("site2", "A", FRONT_ADDR, DOMAIN),
    ("site3", "A", FRONT_ADDR, DOMAIN),
    ("autodiscover", "A", FRONT_ADDR, DOMAIN),
    ("@", "A", FRONT_ADDR, DOMAIN),
    ("_autodiscover._tcp", "SRV", FRONT_HOST + " 443 0 0", DOMAIN),
    ("relay", "A", RELAY_ADDR, DOMAIN),
) + tuple((n, "A", a, DOMAIN) for n, a, _ in FAULT_HOSTS) + (
    # nothing but an SRV record tells where this one's mail is
    ("_autodiscover._tcp", "SRV", FRONT_HOST + " 443 0 0", OTHER_DOMAIN),
    ("dc", "A", OTHER_DC_ADDR, OTHER_DOMAIN),
    # the first of its domain controllers is dead; its site knows better
    ("dead", "A", "127.0.0.27", OTHER_DOMAIN),
    ("_ldap._tcp.dc._msdcs", "SRV", "dead.%s 389 0 100" % OTHER_DOMAIN,
     OTHER_DOMAIN),
    ("_ldap._tcp.dc._msdcs", "SRV", OTHER_DC_HOST + " 389 10 100",
     OTHER_DOMAIN),
    ("_ldap._tcp.%s._sites.dc._msdcs" % OTHER_SITE, "SRV",
     OTHER_DC_HOST + " 389 0 100", OTHER_DOMAIN),
    # and this one is at a host that is not ours to trust
    ("@", "A", FAULT_ADDR, HOSTED_DOMAIN),
    ("autodiscover", "A", FAULT_ADDR, HOSTED_DOMAIN),
)

SCP_URL_GUID = "77378F46-2C66-4aa9-A6A6-3E7A48B19596"
SCP_POINTER_GUID = "67661d7F-8FC4-4fa7-BFAC-E1D7794C1F68"
_SERVICES = "CN=Services,CN=Configuration," + BASE_DN
_EXCHANGE = "CN=Microsoft Exchange," + _SERVICES
_ORG = "CN=LabOrg," + _EXCHANGE
_SERVER = "CN=MAIL1," + _ORG
_AUTODISCOVER = "CN=Autodiscover," + _SERVER

DIRECTORY_OBJECTS = [
    {"dn": dn, "objectClass": "container"}
    for dn in (_EXCHANGE, _ORG, _SERVER, _AUTODISCOVER)
] + [
    {"dn": "CN=MAIL1," + _AUTODISCOVER,
     "objectClass": "serviceConnectionPoint",
     "keywords": [SCP_URL_GUID, "Site=" + SITE],
     "serviceBindingInformation": AUTODISCOVER_URL,
     "serviceClassName": "ms-Exchange-AutoDiscover-Service",
     "serviceDNSName": "MAIL1"},
    {"dn": "CN=other.example,CN=Microsoft Exchange," + _SERVICES,
     "objectClass": "serviceConnectionPoint",
     "keywords": [SCP_POINTER_GUID, "Domain=" + OTHER_DOMAIN],
     "serviceBindingInformation": "LDAP://dc." + OTHER_DOMAIN},
]

# What the other forest's directory holds unless it is told otherwise.
OTHER_SCPS = [
    {"keywords": [SCP_URL_GUID, "Site=" + OTHER_SITE],
     "serviceBindingInformation": [
         "https://%s/Autodiscover/Autodiscover.xml" % FRONT_HOST]},
]
