"""calconn-net driven by a test: the manager's and the engine's side of it,
through net_drive, which turns JSON lines into frames."""
import json
import os
import pathlib
import queue
import subprocess
import threading

TOP = pathlib.Path(__file__).resolve().parents[2]


def build_dir():
    return pathlib.Path(os.environ.get("CALCONN_BUILD", TOP))


# enum query_mode, and its words in a binding
LDAP, STARTTLS, LDAPS = range(3)
BOUND_WORDS = ("sealed", "ldap", "ldaps")


class Net:
    """One worker; every request has an id of its own."""

    def __init__(self, folder, prefix=(), program=None):
        build = build_dir()
        subprocess.run(["make", "-s", "-C", str(build),
                        "tests/harness/net_drive"], check=True,
                       stdout=subprocess.DEVNULL)
        conf = pathlib.Path(folder) / "calconn.conf"
        conf.write_text("".join(
            "%s = %s/%s\n" % (k, folder, k) for k in (
                "config_db", "state_db", "seal_pk", "seal_sk",
                "control_socket", "fcgi_socket", "log_dir", "libexec_dir",
                "templates_dir")) + "ui_origin = https://ui.example\n")
        self.log = open(pathlib.Path(folder) / "net.log", "wb")
        self.p = subprocess.Popen(
            list(prefix) + [str(build / "tests/harness/net_drive"),
                            program or str(build / "calconn-net"), str(conf)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.log,
            text=True)
        self.lock = threading.Lock()
        self.waiting = {}
        self.gone = threading.Event()
        self.next = 1
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self):
        for line in self.p.stdout:
            o = json.loads(line)
            if o.get("gone"):
                break
            with self.lock:
                q = self.waiting.get(o["id"])
            if q is not None:
                q.put(o)
        self.gone.set()
        with self.lock:
            for q in self.waiting.values():
                q.put(None)

    def post(self, msg, body, number=None):
        """Sends, and returns the id under which answers come."""
        with self.lock:
            if number is None:
                number = self.next
                self.next += 1
            self.waiting.setdefault(number, queue.Queue())
            self.p.stdin.write(json.dumps(
                {"msg": msg, "id": number, "body": body}) + "\n")
            self.p.stdin.flush()
        return number

    def answer(self, number, timeout=30):
        """The next frame for that id: (name, body)."""
        o = self.waiting[number].get(timeout=timeout)
        assert o is not None, "calconn-net has ended"
        return o["msg"], o["body"]

    def call(self, msg, body, timeout=30):
        return self.answer(self.post(msg, body), timeout)[1]

    def config(self, ca_pem="", **more):
        self.post("NET_CONFIG", dict(ca_pem=ca_pem, allow_loopback=True,
                                     use_system_ca=False, **more))

    def cred(self, number, account, secret, tls="https=no;ldap=no",
             auth="kerberos,ntlm,basic", target=None, mode=LDAPS, server="",
             domain="lab.example"):
        target = target or (
            "autodiscover:ad=%s;mail=lab.example;scp=yes;query=%s%s;"
            "type=2019;proxy=no" % (domain, BOUND_WORDS[mode],
                                    ";dc=" + server if server else ""))
        binding = (f"record=1\nkind=exchange\naccount={account}\n"
                   f"target={target}\ntls={tls}\nauth={auth}\n")
        self.post("CRED_GIVE", dict(cred_id=number, account=account,
                                    binding=binding, secret=secret))

    def cred_service(self, number, account, secret, host, auth, field,
                     kind, port=0):
        """Returns what it is bound to."""
        at = f";port={port}" if port else ""
        binding = (f"record=7\nkind=conferencing\naccount={account}\n"
                   f"target=service:{host}{at};type={kind};field={field}\n"
                   f"tls=https=yes\nauth={auth}\n")
        self.post("CRED_GIVE", dict(cred_id=number, account=account,
                                    binding=binding, secret=secret))
        return binding

    def cred_webex(self, number, client_id, secret, refresh):
        """The client secret is number + 100."""
        self.cred_service(number + 100, client_id, secret, "webexapis.com",
                          "oauth", "client_secret", "webex")
        return self.cred_service(number, client_id, refresh, "webexapis.com",
                                 "oauth", "refresh_token", "webex")

    def cred_cms(self, number, account, secret, host, port):
        self.cred_service(number, account, secret, host, "basic", "password",
                          "cms", port)

    def cred_device(self, number, account, secret, host, port=443, pin=""):
        target = (f"workspace:{host};port={port};mailbox=room1@lab.example"
                  + (f";pin={pin}" if pin else ""))
        binding = (f"record=7\nkind=workspace\naccount={account}\n"
                   f"target={target}\ntls={'pin' if pin else 'ca'}\n"
                   f"auth=basic\n")
        self.post("CRED_GIVE", dict(cred_id=number, account=account,
                                    binding=binding, secret=secret))

    def cancel(self, number):
        self.post("NET_CANCEL", {}, number)

    def close(self):
        self.p.stdin.close()
        code = self.p.wait(timeout=20)
        self.log.close()
        return code


def access(cred_id=1, ntlm=True, basic=True, verify=True, timeout_ms=5000,
           proxy=False, kerberos=False):
    return dict(cred_id=cred_id, auth_kerberos=kerberos, auth_ntlm=ntlm,
                auth_basic=basic, tls_verify=verify, use_proxy=proxy,
                timeout_ms=timeout_ms)


def context(url, mailbox="", anchor="", cookie="", **via):
    return dict(via=access(**via), url=url, mailbox=mailbox, anchor=anchor,
                cookie=cookie)
