"""The domain controller: Samba 4 as Active Directory.

A domain is made once, frozen in a cache, and unpacked for each start; then
everyone gets a new password.  All functions run inside the lab's mount
namespace, where the lab's directory is plan.INSIDE."""
import hashlib
import os
import shutil
import socket
import subprocess
import sys
import time

from . import plan

DIR = plan.INSIDE + "/dc"
CONF = DIR + "/etc/smb.conf"
SAM = DIR + "/private/sam.ldb"
KEYTAB = DIR + "/http.keytab"
PIDFILE = DIR + "/samba.pid"

SMB_CONF = """[global]
 workgroup = {netbios}
 realm = {realm}
 netbios name = DC1
 server role = active directory domain controller
 server services = ldap, cldap, kdc, dns, rpc, winbindd
 interfaces = {addr}/8
 bind interfaces only = yes
 dns forwarder =
 allow dns updates = disabled
 private dir = {dir}/private
 lock directory = {dir}
 state directory = {dir}/state
 cache directory = {dir}/cache
 pid directory = {dir}
 ncalrpc dir = {dir}/ncalrpc
 ntp signd socket directory = {dir}/ntp_signd
 log file = {dir}/log.%m
 panic action =
 load printers = no
 tls enabled = yes
 tls keyfile = {inside}/pki/dc.key
 tls certfile = {inside}/pki/dc.pem
 tls cafile = {inside}/pki/ca.pem
 vfs objects = dfs_samba4 acl_xattr xattr_tdb
"""


def _run(argv, **kw):
    r = subprocess.run(argv, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                       text=True, **kw)
    if r.returncode != 0:
        raise RuntimeError("%s: %s" % (" ".join(argv[:4]), r.stdout[-2000:]))
    return r.stdout


def fingerprint():
    """Names the frozen domain: changes with this recipe and with Samba."""
    h = hashlib.sha256()
    here = os.path.dirname(__file__)
    for name in ("plan.py", "dc.py"):
        with open(os.path.join(here, name), "rb") as f:
            h.update(f.read())
    h.update(_run(["samba", "--version"]).encode())
    return h.hexdigest()[:16]


def provision(admin_password):
    shutil.rmtree(DIR, ignore_errors=True)
    _run(["samba-tool", "domain", "provision", "--targetdir=" + DIR,
          "--realm=" + plan.REALM, "--domain=" + plan.NETBIOS,
          "--server-role=dc", "--dns-backend=SAMBA_INTERNAL",
          "--adminpass=" + admin_password, "--host-name=dc1",
          "--host-ip=" + plan.DC_ADDR, "--use-rfc2307",
          "--option=interfaces=%s/8" % plan.DC_ADDR,
          "--option=bind interfaces only=yes",
          "--option=vfs objects=dfs_samba4 acl_xattr xattr_tdb"])
    with open(CONF, "w") as f:
        f.write(SMB_CONF.format(netbios=plan.NETBIOS, realm=plan.REALM,
                                addr=plan.DC_ADDR, dir=DIR,
                                inside=plan.INSIDE))
    _run(["samba-tool", "domain", "passwordsettings", "set",
          "--complexity=off", "--history-length=0", "--min-pwd-age=0",
          "--max-pwd-age=0", "-H", SAM, "-s", CONF])
    db = open_sam()
    import ldb
    for login, mail, name in (plan.SERVICE,) + plan.PEOPLE:
        db.newuser(login, admin_password, mailaddress=mail, givenname=name)
        m = ldb.Message(user_dn(db, login))
        m["upn"] = ldb.MessageElement(mail if mail.endswith(plan.DOMAIN)
                                      else "%s@%s" % (login, plan.DOMAIN),
                                      ldb.FLAG_MOD_REPLACE,
                                      "userPrincipalName")
        m["name"] = ldb.MessageElement(name, ldb.FLAG_MOD_REPLACE,
                                       "displayName")
        db.modify(m)
    for obj in plan.DIRECTORY_OBJECTS:
        db.add(obj)
    # Kerberos to LDAP needs this name, which nobody else registers here.
    _run(["samba-tool", "spn", "add", "ldap/" + plan.DC_HOST, "DC1$",
          "-H", SAM, "-s", CONF])
    exchange_account(db)
    _add_dns(admin_password)
    # winbindd insists on root and 0750.
    os.makedirs(DIR + "/state/winbindd_privileged", 0o750, exist_ok=True)


def exchange_account(db):
    """The account whose key opens Kerberos tickets for Exchange."""
    import ldb
    import secrets
    db.newuser(plan.EXCHANGE_ACCOUNT, secrets.token_urlsafe(24))
    m = ldb.Message(user_dn(db, plan.EXCHANGE_ACCOUNT))
    names = ["HTTP/" + h for h in plan.KEYTAB_HOSTS]
    m["s"] = ldb.MessageElement(names, ldb.FLAG_MOD_REPLACE,
                                "servicePrincipalName")
    m["e"] = ldb.MessageElement("24", ldb.FLAG_MOD_REPLACE,	# AES only
                                "msDS-SupportedEncryptionTypes")
    db.modify(m)
    for name in names:
        _run(["samba-tool", "domain", "exportkeytab", KEYTAB,
              "--principal=" + name, "-s", CONF])


def _add_dns(admin_password):
    start()
    try:
        wait_up(20)
        auth = ["-U", "%s\\administrator%%%s" % (plan.NETBIOS,
                                                 admin_password), "-s", CONF]
        tool = ["samba-tool", "dns"]
        for zone in (plan.OTHER_DOMAIN, plan.HOSTED_DOMAIN):
            _run(tool + ["zonecreate", plan.DC_ADDR, zone] + auth)
        _run(tool + ["delete", plan.DC_ADDR, plan.DOMAIN, "@", "A",
                     plan.DC_ADDR] + auth)
        for name, kind, data, zone in plan.DNS_RECORDS:
            _run(tool + ["add", plan.DC_ADDR, zone, name, kind, data] + auth)
    finally:
        stop()


def freeze(path):
    tmp = "%s.%d" % (path, os.getpid())
    os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
    _run(["sh", "-c", 'umask 077; tar -C "$1" --xattrs -cf - . | '
          'zstd -q -f -o "$2"', "sh", DIR, tmp])
    os.rename(tmp, path)


def unfreeze(path):
    shutil.rmtree(DIR, ignore_errors=True)
    os.makedirs(DIR)
    _run(["sh", "-c", 'zstd -dcq "$2" | tar -C "$1" --xattrs -xf -',
          "sh", DIR, path])


def open_sam():
    from samba.auth import system_session
    from samba.param import LoadParm
    from samba.samdb import SamDB
    lp = LoadParm()
    lp.load(CONF)
    return SamDB(url=SAM, session_info=system_session(), lp=lp)


def user_dn(db, login):
    import ldb
    r = db.search(base=plan.BASE_DN, scope=ldb.SCOPE_SUBTREE, attrs=["dn"],
                  expression="(sAMAccountName=%s)" % ldb.binary_encode(login))
    if len(r) != 1:
        raise KeyError(login)
    return r[0].dn


def set_passwords(passwords):
    """Everyone's password in one session; returns their SIDs."""
    import ldb
    from samba.dcerpc import security
    from samba.ndr import ndr_unpack
    db = open_sam()
    sids = {}
    db.transaction_start()
    for login, password in passwords.items():
        dn = user_dn(db, login)
        m = ldb.Message(dn)
        m["p"] = ldb.MessageElement(('"%s"' % password).encode("utf-16-le"),
                                    ldb.FLAG_MOD_REPLACE, "unicodePwd")
        db.modify(m)
        r = db.search(base=dn, scope=ldb.SCOPE_BASE, attrs=["objectSid"])
        sids[login] = str(ndr_unpack(security.dom_sid,
                                     r[0]["objectSid"][0]))
    db.transaction_commit()
    return sids


def account(login, action, password=None):
    """What an administrator does to an account while the DC runs."""
    import ldb
    db = open_sam()
    dn = user_dn(db, login)
    m = ldb.Message(dn)

    def put(attr, value):
        m[attr] = ldb.MessageElement(value, ldb.FLAG_MOD_REPLACE, attr)

    if action == "password":
        put("unicodePwd", ('"%s"' % password).encode("utf-16-le"))
    elif action == "expire":
        put("pwdLastSet", "0")
    elif action == "unexpire":
        put("pwdLastSet", "-1")
    elif action in ("disable", "enable"):
        put("userAccountControl", "514" if action == "disable" else "512")
    elif action == "lock":
        # A lockout counts only while the domain has a lockout duration.
        dom = ldb.Message(ldb.Dn(db, plan.BASE_DN))
        dom["d"] = ldb.MessageElement(str(-30 * 60 * 10 ** 7),
                                      ldb.FLAG_MOD_REPLACE, "lockoutDuration")
        db.modify(dom)
        now = int((time.time() + 11644473600) * 10 ** 7)
        put("lockoutTime", str(now))
    elif action == "unlock":
        put("lockoutTime", "0")
    elif action == "end":
        put("accountExpires", "132000000000000000")	# in 2019
    elif action == "hours":
        put("logonHours", bytes(21))		# at no hour of the week
    elif action == "workstations":
        put("userWorkstations", "NOT-THIS-ONE")
    elif action == "mend":
        put("pwdLastSet", "-1")
        put("userAccountControl", "512")
        put("lockoutTime", "0")
        put("accountExpires", "0")
        put("logonHours", b"\xff" * 21)
        put("userWorkstations", [])
    else:
        raise ValueError("unknown action: " + action)
    db.modify(m)


def start():
    log = open(DIR + "/samba.out", "ab")
    p = subprocess.Popen(["samba", "-F", "--no-process-group", "-s", CONF,
                          "-M", "single"], stdin=subprocess.DEVNULL,
                         stdout=log, stderr=log, start_new_session=True)
    with open(PIDFILE, "w") as f:
        f.write(str(p.pid))
    return p


def wait_up(timeout_s):
    """Until LDAPS and DNS answer and winbindd has its pipe."""
    end = time.monotonic() + timeout_s
    pipe = plan.RUN + "/winbindd/pipe"
    while True:
        try:
            for port in (636, 53):
                socket.create_connection((plan.DC_ADDR, port), 1).close()
            if os.path.exists(pipe):
                return
        except OSError:
            pass
        if time.monotonic() > end:
            raise RuntimeError("the domain controller did not come up: see "
                               + DIR + "/samba.out")
        time.sleep(0.03)


def stop():
    """Ends Samba and every process of its session."""
    try:
        with open(PIDFILE) as f:
            pid = int(f.read())
        os.unlink(PIDFILE)
    except (OSError, ValueError):
        return
    end_session(pid)
    try:
        os.unlink(plan.RUN + "/winbindd/pipe")
    except OSError:
        pass


def end_session(sid):
    """Kills what belongs to a session.  Only for a private /proc."""
    import signal
    for _ in range(100):
        found = False
        for name in os.listdir("/proc"):
            if not name.isdigit():
                continue
            try:
                with open("/proc/%s/stat" % name) as f:
                    fields = f.read().rsplit(")", 1)[1].split()
            except OSError:
                continue
            if int(fields[3]) == sid and fields[0] != "Z":
                found = True
                try:
                    os.kill(int(name), signal.SIGKILL)
                except OSError:
                    pass
        try:
            os.waitpid(sid, os.WNOHANG)
        except OSError:
            pass
        if not found:
            return
        time.sleep(0.02)


def main(argv):
    """For the control interface: account LOGIN ACTION, stop, start."""
    if len(argv) == 3 and argv[0] == "account":
        account(argv[1], argv[2], sys.stdin.readline().rstrip("\n") or None)
    elif argv == ["stop"]:
        stop()
    elif argv == ["start"]:
        start()
        wait_up(20)
    else:
        print("usage: account LOGIN ACTION | stop | start")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
