"""The directory of another forest, OTHER.EXAMPLE: OpenLDAP with what an
Active Directory holds of Autodiscover.  It listens on loopback only;
exsim/directory.py stands before it with TLS and Active Directory's manners."""
import os
import shutil
import socket
import subprocess
import time

from . import plan

DIR = plan.INSIDE + "/slapd"
ROOT_DN = "cn=root," + plan.OTHER_BASE_DN

# Only the names matter to a client; the numbers are Microsoft's where there
# are such.
SCHEMA = """
attributetype ( 1.2.840.113556.1.4.48 NAME 'keywords'
 EQUALITY caseIgnoreMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.15 )
attributetype ( 1.2.840.113556.1.4.510 NAME 'serviceBindingInformation'
 EQUALITY caseIgnoreMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.15 )
attributetype ( 1.3.6.1.4.1.32473.1.1 NAME 'configurationNamingContext'
 EQUALITY distinguishedNameMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.12 )
objectclass ( 1.2.840.113556.1.3.23 NAME 'container' SUP top STRUCTURAL
 MUST cn )
objectclass ( 1.2.840.113556.1.5.126 NAME 'serviceConnectionPoint' SUP top
 STRUCTURAL MUST cn MAY ( keywords $ serviceBindingInformation ) )
"""

CONF = """
include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/inetorgperson.schema
include {dir}/adlite.schema
modulepath /usr/lib/ldap
moduleload back_mdb
pidfile {dir}/slapd.pid
rootDSE {dir}/root.ldif
sizelimit unlimited
database mdb
suffix "{base}"
rootdn "{root}"
rootpw "{password}"
directory {dir}/db
access to attrs=userPassword by anonymous auth by * none
access to * by users read by * none
"""


def dn_of(login):
    return "cn=%s,cn=Users,%s" % (login, plan.OTHER_BASE_DN)


def _objects(passwords):
    """A forest that trusts ours knows our accounts and their passwords."""
    base = plan.OTHER_BASE_DN
    yield {"dn": base, "objectClass": ["dcObject", "organization"],
           "o": ["Other"], "dc": ["other"]}
    for dn in ("cn=Users," + base, "cn=Configuration," + base,
               "cn=Services,cn=Configuration," + base):
        yield {"dn": dn, "objectClass": ["container"]}
    for login, password in passwords.items():
        yield {"dn": dn_of(login), "objectClass": ["person"],
               "sn": [login], "userPassword": [password]}


def _ldif(objects):
    for o in objects:
        rows = dict(o)
        dn = rows.pop("dn")
        rows.setdefault("cn", [dn.split(",")[0].split("=")[1]])
        if dn == plan.OTHER_BASE_DN:
            del rows["cn"]
        yield "dn: %s\n" % dn + "".join(
            "%s: %s\n" % (k, v) for k, vs in rows.items() for v in vs) + "\n"


def prepare(passwords, root_password):
    # A lab that is started again in its folder begins anew.
    shutil.rmtree(DIR, ignore_errors=True)
    os.makedirs(DIR + "/db", mode=0o700)
    names = dict(dir=DIR, base=plan.OTHER_BASE_DN, root=ROOT_DN,
                 password=root_password)
    for name, text in (
            ("adlite.schema", SCHEMA), ("slapd.conf", CONF.format(**names)),
            ("root.ldif", "dn:\nobjectClass: top\nobjectClass: OpenLDAProotDSE"
             "\nconfigurationNamingContext: cn=Configuration,%s\n"
             % plan.OTHER_BASE_DN),
            ("all.ldif", "".join(_ldif(_objects(passwords))))):
        fd = os.open(DIR + "/" + name, os.O_WRONLY | os.O_CREAT, 0o600)
        with os.fdopen(fd, "w") as f:
            f.write(text)
    subprocess.run(["slapadd", "-q", "-f", DIR + "/slapd.conf",
                    "-l", DIR + "/all.ldif"], check=True)


def start():
    log = open(DIR + "/slapd.out", "ab")
    return subprocess.Popen(
        ["slapd", "-f", DIR + "/slapd.conf", "-d", "0",
         "-h", "ldap://%s:%d" % plan.SLAPD_ADDR], stdin=subprocess.DEVNULL,
        stdout=log, stderr=log, start_new_session=True)


def wait_up(timeout_s):
    end = time.monotonic() + timeout_s
    while True:
        try:
            socket.create_connection(plan.SLAPD_ADDR, 1).close()
            return
        except OSError:
            if time.monotonic() > end:
                raise RuntimeError("slapd did not come up: see " + DIR)
            time.sleep(0.02)
