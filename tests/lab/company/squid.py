"""The front that does NTLM and Basic with the directory's own accounts, and
the CONNECT proxies: two Squids."""
import grp
import os
import pwd
import subprocess

from . import dc, plan

DIR = plan.INSIDE + "/squid"

COMMON = """
pid_filename {dir}/{name}.pid
cache_log {dir}/{name}.cache.log
cache deny all
cache_mem 8 MB
max_filedescriptors 8192
pinger_enable off
shutdown_lifetime 0 seconds
visible_hostname {host}
httpd_suppress_version_string on
logformat lab %ts.%03tu %>a %>Hs %Ss [%>h] %rm %ru HTTP/%rv
"""

# The simulator must only ever see the front's word on who asks, so what a
# client says about it is cut out first.  Nothing is asked twice (a request
# that changes a mailbox must not be repeated), and no answer is held back.
FRONT = """
https_port {addr}:443 accel defaultsite={host} vhost \
tls-cert={pki}/front.pem tls-key={pki}/front.key
cache_peer {sim} parent {sim_port} 0 no-query no-digest originserver \
name=ews connect-fail-limit=1000000 connect-timeout=5 seconds
access_log tcp:{log}:{log_port} logformat=lab
connect_retries 0
forward_max_tries 1
retry_on_error off
read_timeout 60 minutes
client_lifetime 1 day
client_idle_pconn_timeout 5 minutes
read_ahead_gap 64 KB
via off
forwarded_for delete
auth_param ntlm program /usr/bin/ntlm_auth --configfile={conf} \
--helper-protocol=squid-2.5-ntlmssp
auth_param ntlm children 20 startup=2 idle=2
auth_param ntlm keep_alive on
auth_param basic program /usr/bin/ntlm_auth --configfile={conf} \
--helper-protocol=squid-2.5-basic
auth_param basic children 5 startup=2 idle=1
auth_param basic realm {host}
auth_param basic credentialsttl 1 second
acl authd proxy_auth REQUIRED
acl basic_given req_header Authorization -i ^Basic
request_header_access X-Remote-User deny all
request_header_access X-Auth-Scheme deny all
request_header_add X-Remote-User "%un" all
request_header_add X-Auth-Scheme "Basic" basic_given
http_access allow authd
http_access deny all
"""

PROXY = """
http_port 127.0.0.1:{open_port} name=open
http_port 127.0.0.1:{auth_port} name=auth
access_log tcp:{log}:{log_port} logformat=lab
auth_param basic program /usr/lib/squid/basic_ncsa_auth {dir}/proxy.pw
auth_param basic children 2 startup=1
auth_param basic realm proxy
auth_param basic credentialsttl 1 second
acl open_port myportname open
acl auth_port myportname auth
acl authd proxy_auth REQUIRED
acl ssl_ports port 443
acl CONNECT method CONNECT
http_access deny !CONNECT
http_access deny !ssl_ports
http_access allow open_port
http_access allow auth_port authd
http_access deny all
"""


def prepare(proxy_user, proxy_password):
    os.makedirs(DIR, exist_ok=True)
    user = pwd.getpwnam("proxy")
    names = dict(dir=DIR, pki=plan.INSIDE + "/pki", conf=dc.CONF,
                 host=plan.FRONT_HOST, addr=plan.FRONT_ADDR,
                 sim=plan.SIM_ADDR[0], sim_port=plan.SIM_ADDR[1],
                 log=plan.LOG_ADDR[0], log_port=plan.LOG_ADDR[1],
                 open_port=plan.PROXY_PORT, auth_port=plan.PROXY_AUTH_PORT)
    for name, text in (("front", FRONT), ("proxy", PROXY)):
        with open("%s/%s.conf" % (DIR, name), "w") as f:
            f.write((COMMON + text).format(name=name, **names))
    crypted = subprocess.run(
        ["openssl", "passwd", "-apr1", "-stdin"], input=proxy_password,
        check=True, text=True, stdout=subprocess.PIPE).stdout.strip()
    with open(DIR + "/proxy.pw", "w") as f:
        f.write("%s:%s\n" % (proxy_user, crypted))
    for name in ["."] + os.listdir(DIR):
        os.chown(os.path.join(DIR, name), user.pw_uid, user.pw_gid)
    os.chmod(DIR, 0o750)
    os.chmod(DIR + "/proxy.pw", 0o600)


def group_id():
    return grp.getgrnam("proxy").gr_gid


def start(name):
    """-n keeps two instances apart; the name has no other meaning."""
    out = open("%s/%s.out" % (DIR, name), "ab")
    return subprocess.Popen(
        ["squid", "-N", "-n", "lab" + name, "-f", "%s/%s.conf" % (DIR, name)],
        stdin=subprocess.DEVNULL, stdout=out, stderr=out,
        start_new_session=True)
