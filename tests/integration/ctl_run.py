"""Runs calconnctl against databases of its own, for the tests beside it."""
import json
import os
import pathlib
import subprocess

TOP = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("CALCONN_BUILD", TOP / "build"))
CTL = BUILD / "calconnctl"

CONF = """
config_db = {0}/config/config.db
state_db = {0}/state/state.db
seal_pk = {0}/keys/seal.pk
seal_sk = {0}/keys/seal.sk
control_socket = {0}/control.sock
fcgi_socket = {0}/fcgi.sock
log_dir = {0}/log
libexec_dir = {0}
templates_dir = {0}
system_name = test
ui_origin = https://localhost:8443
"""

PASSWORD = "a stored password 1"


class Answer:
    def __init__(self, r):
        self.code = r.returncode
        self.out = r.stdout
        self.err = r.stderr

    @property
    def json(self):
        return json.loads(self.out)

    def problems(self):
        return {p["key"]: p["text"] for p in self.json["problems"]}


class Ctl:
    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.conf = self.folder / "calconn.conf"
        for name in ("config", "state", "keys", "log"):
            (self.folder / name).mkdir()
        self.conf.write_text(CONF.format(folder))

    @property
    def config_db(self):
        return self.folder / "config" / "config.db"

    @property
    def socket(self):
        return self.folder / "control.sock"

    def __call__(self, *words, stdin="", **more):
        r = subprocess.run([CTL, "-c", self.conf, *map(str, words)],
                           input=stdin, capture_output=True, text=True,
                           timeout=60, **more)
        return Answer(r)

    def json(self, *words, **more):
        return self(*words, "--json", **more)

    def add_exchange(self, *words, stdin=PASSWORD + "\n", **more):
        return self.json("exchange", "add", "display_name=Lab",
                         "account=svc@lab.example", "ad_domain=lab.example",
                         *words, stdin=stdin, **more)
