"""The whole product beside the lab, as the tests and benchmarks drive it."""
import json
import os
import pathlib
import subprocess
import sys

import pytest

TOP = pathlib.Path(__file__).resolve().parents[3]
sys.path.insert(0, str(TOP / "tests" / "lab"))

import people  # noqa: E402

PROGRAMS = ("calconn-supervise", "calconn-managerd", "calconn-launch",
            "calconn-engine", "calconn-net", "calconn-web")


class Product:
    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.facts = json.loads((self.folder / "quickstart.json").read_text())
        self.lab = people.Lab(str(self.folder / "lab" / "lab.json"))
        self.service = self.lab["service_account"]

    def ctl(self, *args, given=None, ok=True):
        """Runs calconnctl --json; returns what it printed, parsed."""
        r = subprocess.run([self.facts["ctl"], "--json", *args],
                           input=given or "", capture_output=True, text=True,
                           timeout=120)
        if ok and r.returncode != 0:
            pytest.fail("calconnctl %s: %d\n%s%s"
                        % (" ".join(args), r.returncode, r.stdout, r.stderr))
        try:
            out = json.loads(r.stdout) if r.stdout.strip() else {}
        except ValueError:
            out = {"text": r.stdout}
        return out if ok else (r.returncode, out, r.stderr)

    def link(self, **fields):
        """Adds the lab's Exchange, tested; returns calconnctl's answer."""
        given = {"display_name": "Lab Exchange",
                 "account": self.service["username"],
                 "ad_domain": self.lab["ad_domain"],
                 "email": "alice@lab.example"}
        given.update(fields)
        return self.ctl("exchange", "add", "--password-stdin",
                        *("%s=%s" % kv for kv in given.items()),
                        given=self.service["password"] + "\n")

    def add_person(self, address):
        name = address.partition("@")[0]
        self.ctl("users", "add", address, "enabled=yes",
                 "room_link=https://site.webex.example/meet/" + name,
                 "room_number=264010001",
                 "room_video=%s@site.webex.example" % name)

    def states(self):
        return {u["address"]: u["state"]
                for u in self.ctl("users", "list")["users"]}

    def wait_subscribed(self, timeout_s=30):
        def all_in():
            states = self.states()
            return states and set(states.values()) == {"subscribed"}
        assert people.wait_for(all_in, timeout_s, 0.1), self.states()

    def processes(self):
        """{program: [pid, ...]} as the manager tells it."""
        out = {}
        for row in self.ctl("status")["processes"]:
            if row["pid"]:
                out.setdefault(row["program"], []).append(row["pid"])
        return out

    def ready(self, folk=("alice@lab.example", "bob@lab.example",
                          "carol@lab.example")):
        """Linked, people enabled, connector running; once."""
        if not self.ctl("exchange", "list")["exchange"]:
            self.ctl("ca", "add", self.lab["ca_file"])
            self.link()
        have = self.states()
        for address in folk:
            if address not in have:
                self.add_person(address)
        self.ctl("connector", "enable")
        self.wait_subscribed()

    def outside(self, *command, **kw):
        """Runs a command in the network where the pages are served."""
        return subprocess.run(
            ["nsenter", "-t", str(os.getppid()), "-n", *command], **kw)
