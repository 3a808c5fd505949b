"""The CONNECT proxies: a Squid."""
import os
import pwd
import subprocess

from . import plan

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
    with open(DIR + "/proxy.conf", "w") as f:
        f.write((COMMON + PROXY).format(
            name="proxy", dir=DIR, host=plan.FRONT_HOST,
            log=plan.LOG_ADDR[0], log_port=plan.LOG_ADDR[1],
            open_port=plan.PROXY_PORT, auth_port=plan.PROXY_AUTH_PORT))
    crypted = subprocess.run(
        ["openssl", "passwd", "-apr1", "-stdin"], input=proxy_password,
        check=True, text=True, stdout=subprocess.PIPE).stdout.strip()
    with open(DIR + "/proxy.pw", "w") as f:
        f.write("%s:%s\n" % (proxy_user, crypted))
    for name in ["."] + os.listdir(DIR):
        os.chown(os.path.join(DIR, name), user.pw_uid, user.pw_gid)
    os.chmod(DIR, 0o750)
    os.chmod(DIR + "/proxy.pw", 0o600)


def start(name):
    """-n keeps two instances apart; the name has no other meaning."""
    out = open("%s/%s.out" % (DIR, name), "ab")
    return subprocess.Popen(
        ["squid", "-N", "-n", "lab" + name, "-f", "%s/%s.conf" % (DIR, name)],
        stdin=subprocess.DEVNULL, stdout=out, stderr=out,
        start_new_session=True)
