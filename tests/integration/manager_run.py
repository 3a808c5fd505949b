"""calconn-managerd with stand-ins for the other programs
(tests/harness/fake_child.c), for the tests of the manager."""
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time

import pytest

TOP = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("CALCONN_BUILD", "/nowhere"))
sys.path.insert(0, str(TOP / "tests" / "harness"))

from control import Control  # noqa: E402

FAKE = BUILD / "tests" / "harness" / "fake_child"
SEAL = BUILD / "tests" / "harness" / "seal_tool"
# A build with sanitizers has no filter on system calls, and keeps what was
# freed.
SANITIZED = (BUILD / "config.h").exists() and \
    "#define HAVE_SANITIZERS 1" in (BUILD / "config.h").read_text()
BINDING = ("record=1\naccount=svc@lab.example\n"
           "host=mail.lab.example\n")
PASSWORD = "hunter2-and-a-half"


@pytest.fixture(scope="session", autouse=True)
def programs():
    subprocess.run(["make", "-s", "-C", BUILD, "calconn-managerd",
                    "tests/harness/fake_child", "tests/harness/seal_tool"],
                   check=True)


def wait_for(what, seconds=15.0):
    """The first true value of what(), and how long it took."""
    began = time.monotonic()
    while True:
        try:
            value = what()
        except (OSError, IndexError):  # not there, or between two lives
            value = None
        took = time.monotonic() - began
        if value:
            return value, took
        assert took < seconds, f"nothing after {seconds} s"
        time.sleep(0.01)


def soon(seconds):
    """What takes so long on a machine with nothing else to do."""
    return seconds * max(1.0, os.getloadavg()[0] / os.cpu_count())


def is_alive(pid):
    try:
        state = pathlib.Path(f"/proc/{pid}/stat").read_text()
    except FileNotFoundError:
        return False
    return state.rsplit(")", 1)[1].split()[0] != "Z"


def proc_status(pid):
    lines = pathlib.Path(f"/proc/{pid}/status").read_text().splitlines()
    return dict(line.split(":\t", 1) for line in lines if ":\t" in line)


class Manager:
    def __init__(self, folder, supervise=False, users=False, **conf):
        self.folder = folder
        self.supervise = supervise
        self.args = [BUILD / "calconn-managerd"]
        for name in ("log", "libexec", "db"):
            (folder / name).mkdir()
        for name in ("engine", "net", "web"):
            shutil.copy(FAKE, folder / "libexec" / f"calconn-{name}")
        subprocess.run([SEAL, "keys", folder / "pk", folder / "sk"],
                       check=True)
        values = {
            "config_db": folder / "db" / "config.db",
            "state_db": folder / "db" / "state.db",
            "seal_pk": folder / "pk", "seal_sk": folder / "sk",
            "control_socket": folder / "control",
            "fcgi_socket": folder / "fcgi", "log_dir": folder / "log",
            "libexec_dir": folder / "libexec",
            "ui_origin": "https://localhost", "net_workers": 2,
            "web_workers": 2}
        if users:
            values.update(users)
        values.update(conf)
        self.conf = folder / "calconn.conf"
        self.conf.write_text("".join(
            f"{k} = {v}\n" for k, v in values.items()))

    def start(self):
        args = [*self.args, "-c", self.conf]
        if self.supervise:
            args.append("--supervise")
        self.process = subprocess.Popen(
            args, stdout=subprocess.DEVNULL,
            stderr=open(self.folder / "stderr", "a"))
        wait_for(self.is_up)
        return self

    def control(self, **kw):
        return Control(self.folder / "control", BUILD, **kw)

    def status(self):
        with self.control() as c:
            return c.status()

    def is_up(self):
        """The status, once everything runs."""
        st = self.status()
        up = st["state"] == "running" and all(
            p["pid"] for p in st["processes"])
        return st if up else None

    def pids(self, program=None):
        return [p["pid"] for p in self.status()["processes"]
                if p["pid"] and program in (None, p["program"])]

    def pid(self, program):
        return self.pids(program)[0]

    def log(self, program="calconn-managerd"):
        return (self.folder / "log" / f"{program}.log").read_text()

    def stop(self):
        """What is left of it after at most 6 seconds; the kernel ends the
        launcher when the manager has ended."""
        pids = self.pids()
        self.process.terminate()
        code = self.process.wait(6)
        end = time.monotonic() + 1
        while any(is_alive(p) for p in pids) and time.monotonic() < end:
            time.sleep(0.01)
        return code, [p for p in pids if is_alive(p)]

    def kill_supervisor(self):
        """Its process id.  The manager may name it for a moment longer: who
        would kill the manager then has killed both."""
        pid = self.pid("calconn-supervise")
        os.kill(pid, signal.SIGKILL)
        self.process.wait()
        return pid

    def end(self):
        """Whatever happened: nothing of ours stays."""
        if self.process.poll() is None:
            self.process.terminate()
        try:
            self.process.wait(8)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        for pid in self.mine():
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass

    def mine(self):
        """Who was started with our file, in whatever life."""
        found = []
        for entry in pathlib.Path("/proc").glob("[0-9]*/cmdline"):
            try:
                if str(self.conf).encode() in entry.read_bytes():
                    found.append(int(entry.parent.name))
            except (FileNotFoundError, ProcessLookupError):
                pass
        return found


@pytest.fixture
def make():
    """Makes managers, in folders short enough for a socket's path."""
    made = []

    def new(**kw):
        folder = pathlib.Path(tempfile.mkdtemp(prefix="ccm."))
        os.chmod(folder, 0o755)
        made.append(Manager(folder, **kw))
        return made[-1]
    yield new
    for m in made:
        if hasattr(m, "process"):
            m.end()
        shutil.rmtree(m.folder)


@pytest.fixture
def manager(make):
    return make().start()
