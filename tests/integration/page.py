"""A browser without scripting, as far as the tests of the pages need one."""
import http.client
import re
import ssl
import urllib.parse

import requests


class Page:
    """Signed in; each answer is kept in .r, its text in .text."""

    def __init__(self, facts, name=None, password=None):
        self.url = facts["url"].rstrip("/")
        self.s = requests.Session()
        self.s.verify = facts["ca_file"]
        self.s.trust_env = False
        self.password = password or facts["admin_password"]
        self.get("/sign-in")
        self.post("/sign-in", name=name or facts["admin_user"],
                  password=self.password)

    def took(self, r):
        self.r, self.text = r, r.text
        found = re.search(r'name="csrf" value="([0-9a-f]+)"', r.text)
        if found:
            self.csrf = found.group(1)
        return r

    def get(self, path, **kw):
        return self.took(self.s.get(self.url + path, timeout=20, **kw))

    def post(self, path, files=None, headers=None, **fields):
        fields = {"csrf": self.csrf, **fields}
        headers = {"Origin": self.url, **(headers or {})}
        return self.took(self.s.post(self.url + path, data=fields,
                                     files=files, headers=headers,
                                     timeout=60))

    def send(self, data, password=None, name="a.tlp"):
        """A bundle, as the form of Connector Management sends it."""
        self.get("/connectors/calendar/install")
        return self.post("/connectors/calendar/install",
                         current=password or self.password,
                         files={"bundle": (name, data)})

    def status_of(self, path, length, cookie=True):
        """What is said to a form of that length before any of it came."""
        to = urllib.parse.urlsplit(self.url)
        context = ssl.create_default_context(cafile=self.s.verify)
        c = http.client.HTTPSConnection(to.hostname, to.port, timeout=20,
                                        context=context)
        c.putrequest("POST", path)
        c.putheader("Content-Length", str(length))
        c.putheader("Content-Type", "multipart/form-data; boundary=b")
        if cookie:
            c.putheader("Cookie", "; ".join(
                f"{k}={v}" for k, v in self.s.cookies.items()))
        c.endheaders()
        with c.getresponse() as r:
            return r.status

    @property
    def path(self):
        return urllib.parse.urlsplit(self.r.url).path
