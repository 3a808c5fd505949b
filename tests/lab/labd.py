#!/usr/bin/python3
"""The first process of a lab, in its own network, mount and process
namespaces: makes what the lab needs, starts its servers, and takes them all
with it when it ends.  Started by `lab start`, never by hand."""
import argparse
import fcntl
import http.client
import json
import os
import secrets
import select
import signal
import ssl
import string
import subprocess
import sys
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)

from company import dc, pki, plan, slapd, squid  # noqa: E402

BEGAN = time.monotonic()


def say(text):
    print("%5.2f s  %s" % (time.monotonic() - BEGAN, text), flush=True)


def password():
    letters = string.ascii_letters + string.digits
    # One of each kind, for the sake of any policy.
    return "Aa1-" + "".join(secrets.choice(letters) for _ in range(18))


def namespaces(folder):
    """The lab's directory at one short path, and Samba's own run directory
    and shared memory for this lab alone."""
    os.makedirs(plan.RUN, exist_ok=True)
    for where in (plan.RUN, "/dev/shm"):
        subprocess.run(["mount", "-t", "tmpfs", "-o", "mode=%s" % (
            "755" if where == plan.RUN else "1777"), "tmpfs", where],
            check=True)
    os.makedirs(plan.INSIDE)
    subprocess.run(["mount", "--bind", folder, plan.INSIDE], check=True)


def domain(cache):
    path = os.path.join(cache, "domain-%s.tar.zst" % dc.fingerprint())
    os.makedirs(cache, mode=0o700, exist_ok=True)
    with open(os.path.join(cache, "lock"), "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)	# one makes it, others wait
        if not os.path.exists(path):
            say("making the domain (once)")
            dc.provision(password())
            dc.freeze(path)
    dc.unfreeze(path)


def mailboxes(people, passwords, sids):
    rows = []
    for login, address, name in (plan.SERVICE,) + plan.PEOPLE:
        rows.append({"login": login, "address": address, "name": name,
                     "upn": "%s@%s" % (login, plan.DOMAIN),
                     "password": passwords[login], "sid": sids[login]})
    for _, address, name in plan.ROOMS:
        rows.append({"address": address, "name": name, "room": True,
                     "password": None})
    for n in range(1, people + 1):
        rows.append({"address": "p%03d@%s" % (n, plan.DOMAIN),
                     "name": "Person %03d" % n, "password": None})
    return rows


def write_json(path, data):
    fd = os.open(path + ".new", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(fd, "w") as f:
        json.dump(data, f, indent=1, ensure_ascii=False)
        f.write("\n")
    os.rename(path + ".new", path)


def simulator():
    log = open(plan.INSIDE + "/exsim.log", "ab")
    return subprocess.Popen(
        [sys.executable, os.path.join(HERE, "exsim", "main.py"),
         plan.INSIDE + "/sim.json"], stdin=subprocess.DEVNULL, stdout=log,
        stderr=log, start_new_session=True)


def wait_front(login, secret, children, timeout_s=30):
    """Until the front has asked the directory about the service account."""
    import base64
    ctx = ssl.create_default_context(cafile=plan.INSIDE + "/pki/ca.pem")
    word = base64.b64encode(("%s:%s" % (login, secret)).encode()).decode()
    end, last = time.monotonic() + timeout_s, ""
    while time.monotonic() < end:
        for name, child in children.items():
            if child.poll() is not None:
                raise RuntimeError("%s ended with status %s; see %s.*"
                                   % (name, child.returncode, name))
        try:
            c = http.client.HTTPSConnection(plan.FRONT_HOST, 443, timeout=5,
                                            context=ctx)
            c.request("GET", "/EWS/Exchange.asmx",
                      headers={"Authorization": "Basic " + word})
            last = str(c.getresponse().status)
            c.close()
            if last == "200":
                return
        except OSError as e:
            last = str(e)
        time.sleep(0.05)
    raise RuntimeError("the front does not answer: " + last)


def start(args):
    namespaces(args.dir)
    os.makedirs(plan.INSIDE + "/requests", exist_ok=True)
    os.chmod(plan.INSIDE + "/requests", 0o755)
    pki.make(plan.INSIDE + "/pki")
    say("certificates")
    domain(args.cache)
    names = [p[0] for p in (plan.SERVICE,) + plan.PEOPLE]
    passwords = {n: password() for n in names}
    sids = dc.set_passwords(passwords)
    say("directory of %d accounts" % len(names))
    dc.start()
    proxy = ("proxyuser", password())
    squid.prepare(*proxy)
    slapd_password = password()
    slapd.prepare(passwords, slapd_password)
    rows = mailboxes(args.people, passwords, sids)
    write_json(plan.INSIDE + "/sim.json", {
        "requests_dir": plan.INSIDE + "/requests",
        "slapd_password": slapd_password, "pki": plan.INSIDE + "/pki", "ews_url": plan.EWS_URL,
        "accounts": [r for r in rows if r["password"]], "mailboxes": rows})
    children = {"slapd": slapd.start()}
    slapd.wait_up(10)
    children["exsim"] = simulator()
    dc.wait_up(20)
    say("domain controller")
    children["proxy"] = squid.start("proxy")
    wait_front(plan.SERVICE[1], passwords[plan.SERVICE[0]], children)
    say("front and simulator")
    outside = args.dir
    write_json(plan.INSIDE + "/lab.json", {
        "netns": args.netns, "dir": outside,
        "ews_url": plan.EWS_URL, "autodiscover_url": plan.AUTODISCOVER_URL,
        "ldap_url": "ldap://" + plan.DC_HOST,
        "ldaps_url": "ldaps://" + plan.DC_HOST,
        "dc_host": plan.DC_HOST, "dc_address": plan.DC_ADDR,
        "front_host": plan.FRONT_HOST, "front_address": plan.FRONT_ADDR,
        "proxy_url": "http://127.0.0.1:%d" % plan.PROXY_PORT,
        "proxy_auth_url": "http://127.0.0.1:%d" % plan.PROXY_AUTH_PORT,
        "proxy_user": proxy[0], "proxy_password": proxy[1],
        "control_url": "http://%s:%d" % plan.CONTROL_ADDR,
        "requests_dir": outside + "/requests",
        "ca_file": outside + "/pki/ca.pem",
        "ad_domain": plan.DOMAIN, "ad_netbios": plan.NETBIOS,
        "ad_site": plan.SITE,
        "other_domain": plan.OTHER_DOMAIN, "other_site": plan.OTHER_SITE,
        "other_dc_host": plan.OTHER_DC_HOST,
        "service_account": {
            "username": plan.SERVICE[1],
            "netbios": "%s\\%s" % (plan.NETBIOS, plan.SERVICE[0]),
            "address": plan.SERVICE[1],
            "password": passwords[plan.SERVICE[0]]},
        "mailboxes": [{k: r.get(k) for k in
                       ("address", "password", "name", "login", "room")}
                      for r in rows if r.get("login") != plan.SERVICE[0]],
        "fault_hosts": {n: "%s.%s" % (n, plan.DOMAIN)
                        for n, _, _ in plan.FAULT_HOSTS},
    })
    return children


def tie(fd):
    """The lab ends with the process that this descriptor stands for."""
    def wait():
        select.select([fd], [], [])
        os._exit(0)
    threading.Thread(target=wait, daemon=True).start()


def watch(children):
    """Reaps what ends; a server that ends by itself is told in the log."""
    names = {c.pid: n for n, c in children.items()}
    while True:
        try:
            pid, status = os.wait()
        except ChildProcessError:
            signal.pause()
            continue
        except InterruptedError:
            continue
        if pid in names:
            say("%s ended, status %d" % (names.pop(pid), status))


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--dir", required=True)
    p.add_argument("--netns", required=True)
    p.add_argument("--cache", required=True)
    p.add_argument("--people", type=int, default=0)
    p.add_argument("--tie-fd", type=int)
    args = p.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
    os.umask(0o022)
    if args.tie_fd is not None:
        tie(args.tie_fd)
    try:
        children = start(args)
    except Exception as e:
        say("failed: %s" % e)
        raise
    say("ready")
    watch(children)


if __name__ == "__main__":
    main()
