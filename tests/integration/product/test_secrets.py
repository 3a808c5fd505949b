"""The service account's password is nowhere that it must not be."""
import base64
import glob
import os
import pathlib
import re
import subprocess
import urllib.parse

import people
import pytest


def forms_of(password):
    """The ways in which the bytes could stand somewhere."""
    raw = password.encode()
    quoted = urllib.parse.quote(password, safe="").encode()
    return {raw, quoted, urllib.parse.quote_plus(password).encode(),
            base64.b64encode(raw).rstrip(b"=")[:-1],
            password.encode("utf-16-le"), raw.hex().encode()}


def has(data, forms):
    return any(f in data for f in forms)


def memory_of(pid):
    """All readable memory of a process."""
    out = []
    with open("/proc/%d/mem" % pid, "rb", 0) as mem:
        for line in open("/proc/%d/maps" % pid):
            m = re.match(r"([0-9a-f]+)-([0-9a-f]+) r", line)
            if not m or "[vvar" in line or "[vsyscall]" in line:
                continue
            start, end = (int(x, 16) for x in m.groups())
            try:
                mem.seek(start)
                out.append(mem.read(end - start))
            except OSError:
                continue
    return b"\n".join(out)


class Browser:
    """Enough of one: curl with a cookie jar, outside the lab's network."""

    def __init__(self, product, jar):
        self.product, self.jar = product, str(jar)
        self.base = product.facts["url"].rstrip("/")

    def get(self, path):
        return self._curl(path, [])

    def post(self, path, form, source):
        """Posts a form with the hidden fields that `source` shows."""
        page = self.get(source)
        hidden = re.findall(
            r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page)
        fields = dict(hidden)
        fields.update(form)
        body = urllib.parse.urlencode(fields)
        return self._curl(path, ["-H", "Origin: " + self.base,
                                 "--data-binary", "@-"], body)

    def _curl(self, path, more, given=None):
        r = self.product.outside(
            "curl", "-sS", "-L", "--cacert", self.product.facts["ca_file"],
            "-b", self.jar, "-c", self.jar, "-w", "\n%{http_code}", *more,
            self.base + path, input=given, capture_output=True, text=True)
        assert r.returncode == 0, r.stderr
        return r.stdout


@pytest.fixture
def browser(product, tmp_path):
    b = Browser(product, tmp_path / "jar")
    page = b.post("/sign-in", {"name": product.facts["admin_user"],
                               "password": product.facts["admin_password"]},
                  "/sign-in")
    assert "Overview" in page, page[-2000:]
    return b


def canaries(product):
    return [x["display_name"] for x in product.ctl("exchange", "list")[
        "exchange"] if x["display_name"].startswith("Canary")]


def test_password_is_nowhere(product, company, browser):
    password = product.service["password"]
    forms = forms_of(password)
    # Through the form, by every worker's hands.
    for n in range(6):
        page = browser.post("/exchange/edit", {
            "do": "test", "display_name": "Canary %d" % n, "password": password,
            "account": product.service["username"], "type": "onprem",
            "use_proxy": "no", "enabled": "yes", "auth_ntlm": "yes",
            "tls_verify": "yes", "discovery": "direct",
            "address": "mail.lab.example", "scp_enabled": "no",
            "query_mode": "ldaps", "ldap_tls_verify": "yes",
            "email": "alice@lab.example"}, "/exchange/new")
        assert "Streaming subscription" in page or "http-equiv" in page, page
    item = company.light("alice").create("Canary", "@webex", "x")[0]
    assert item
    places = [product.facts["config_db"], product.facts["state_db"]]
    places += glob.glob(product.facts["config_db"] + "-*")
    places += glob.glob(product.facts["state_db"] + "-*")
    places += [str(p) for p in pathlib.Path(product.facts["log_dir"]).rglob("*")
               if p.is_file()]
    assert len(places) > 6
    for place in places:
        assert not has(pathlib.Path(place).read_bytes(), forms), place
    # The command line, the environment and the memory of the pages.
    for pid in product.processes()["calconn-web"]:
        for name in ("cmdline", "environ"):
            data = pathlib.Path("/proc/%d/%s" % (pid, name)).read_bytes()
            assert not has(data, forms)
        data = memory_of(pid)
        assert len(data) > 1 << 20
        assert not has(data, forms), "memory of calconn-web %d" % pid
        admin = product.facts["admin_password"].encode()
        assert admin not in data, "the administrator's password"
    # Tested, so stored by themselves; they serve nobody else's tests.
    assert people.wait_for(lambda: len(canaries(product)) == 6, 10)
    for name in canaries(product):
        product.ctl("exchange", "delete", name)


def test_forced_core_of_web(product, browser, tmp_path):
    password = product.service["password"]
    page = browser.post("/exchange/edit", {
        "do": "test", "password": password, "account": "x"}, "/exchange/new")
    assert "Error: " in page
    for pid in product.processes()["calconn-web"]:
        core = tmp_path / "core"
        subprocess.run(["gcore", "-o", str(core), str(pid)], check=True,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        data = pathlib.Path("%s.%d" % (core, pid)).read_bytes()
        assert not has(data, forms_of(password))


def test_reports_and_urls(product, company):
    forms = forms_of(product.service["password"])
    report = product.ctl("exchange", "test", "Lab Exchange")
    assert not has(repr(report).encode(), forms)
    for path in (product.folder / "lab" / "requests").glob("*.txt"):
        assert not has(path.read_bytes(), forms), path


def test_web_cannot_open_the_box(product, company):
    """All that calconn-web's user can read does not open a box."""
    script = """
import os, sys
found = []
for top in sys.argv[1:]:
    for folder, _, names in os.walk(top):
        for name in names:
            path = os.path.join(folder, name)
            try:
                data = open(path, 'rb').read()
            except OSError:
                continue
            if b'calconn-seal-sk' in data and not path.endswith(('.so', '.py')):
                found.append(path)
print('\\n'.join(p for p in found))
"""
    top = str(product.folder.resolve())
    r = subprocess.run(
        ["setpriv", "--reuid=calconn-web", "--regid=calconn-web",
         "--init-groups", "/usr/bin/python3", "-c", script,
         top + "/keys", top + "/etc", top + "/config", top + "/state",
         top + "/sock", top + "/log"], capture_output=True, text=True)
    assert r.returncode == 0 and r.stdout.strip() == "", r.stdout + r.stderr
    key = top + "/keys/seal.sk"
    assert os.path.exists(key)
    r = subprocess.run(["setpriv", "--reuid=calconn-web",
                        "--regid=calconn-web", "--init-groups", "cat", key],
                       capture_output=True)
    assert r.returncode != 0
    # Nor does the program itself have the function that would.
    web = top + "/app/libexec/calconn/calconn-web"
    r = subprocess.run(["nm", "-D", web], capture_output=True, text=True)
    assert "crypto_box_seal_open" not in r.stdout
    for pid in product.processes()["calconn-web"]:
        assert b"calconn-seal-sk 1" not in memory_of(pid)
