"""What the benchmarks of the engine and the chaos test share: the simulator of
tests/bench/sim, the product beside it, and a report with its targets."""
import glob
import json
import multiprocessing
import os
import pathlib
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time

TOP = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("CALCONN_BUILD", TOP / "build"))
sys.path.insert(0, str(TOP / "tests" / "lab"))
sys.path.insert(0, str(TOP / "tests" / "integration" / "product"))

from running import PROGRAMS, Product  # noqa: E402

ADDRESSES = ["127.0.0.%d" % n for n in (77, 78, 79)]
ADDRESS = ADDRESSES[0]
LANES = 20		# WORKS_RUNNING_MAX
SHIFT = BUILD / "tests" / "bench" / "sim" / "clock_shift.so"
TICKS = os.sysconf("SC_CLK_TCK")
MIB, KIB = 1 << 20, 1 << 10


def build():
    subprocess.run(["make", "-s", "-C", str(BUILD)] +
                   ["tests/bench/sim/" + x
                    for x in ("sim", "load", "clock_shift.so")],
                   check=True, stdout=subprocess.DEVNULL)


class Simulator:
    """One Exchange, of `mailboxes` mailboxes from m<first> on."""

    def __init__(self, folder, mailboxes, address=ADDRESS, first=0):
        self.folder = folder
        self.address = address
        self.ca = folder + "/bench-ca.pem"
        pem = folder + "/bench.pem"
        if not os.path.exists(pem):
            self.certify(folder + "/bench-ca.key", pem)
        self.process = subprocess.Popen(
            [str(BUILD / "tests" / "bench" / "sim" / "sim"), address, "443",
             pem, str(mailboxes), str(first)], stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, text=True, bufsize=1)
        self.answer()

    def certify(self, key, pem):
        """Valid since yesterday: clocks are going to jump."""
        ext = self.folder + "/bench.ext"
        pathlib.Path(ext).write_text("subjectAltName=" + ",".join(
            "IP:" + a for a in ADDRESSES) + "\n")
        curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
                 "-nodes"]
        for words in (
                ["req", "-x509", *curve, "-days", "30", "-keyout", key,
                 "-out", self.ca, "-subj", "/CN=Bench CA", "-addext",
                 "keyUsage=critical,keyCertSign,cRLSign"],
                ["req", *curve, "-keyout", pem + ".key", "-out",
                 pem + ".csr", "-subj", "/CN=" + ADDRESS],
                ["x509", "-req", "-in", pem + ".csr", "-CA", self.ca,
                 "-CAkey", key, "-CAcreateserial", "-days", "30", "-out",
                 pem, "-extfile", ext]):
            subprocess.run(["openssl", *words], check=True,
                           capture_output=True,
                           env=dict(os.environ, LD_PRELOAD=str(SHIFT),
                                    CLOCK_SHIFT_S="-86400"))
        with open(pem, "a") as out:
            out.write(pathlib.Path(pem + ".key").read_text())

    def answer(self):
        line = self.process.stdout.readline()
        if not line:
            raise SystemExit("the simulator has ended")
        return json.loads(line)

    def say(self, *words):
        self.process.stdin.write(" ".join(map(str, words)) + "\n")
        return self.answer()

    def stats(self):
        return self.say("stats")

    def stop(self):
        self.process.stdin.close()
        self.process.wait()


def pss(pid):
    """Proportional bytes of a process."""
    for line in open("/proc/%d/smaps_rollup" % pid):
        if line.startswith("Pss:"):
            return int(line.split()[1]) * KIB
    return 0


class Rig:
    """Product and simulators with so many mailboxes, shared out to them.
    disk_mib: on a disk of its own, of this size."""

    def __init__(self, count, servers=1, disk_mib=0):
        self.count = count
        self.folder = tempfile.mktemp(prefix="calconn-bench-", dir="/tmp")
        self.tool = [str(TOP / "quickstart"), "--dir", self.folder]
        self.parent = os.getppid()
        self.disk = disk_mib > 0
        if self.disk:
            os.mkdir(self.folder)
            subprocess.run(["mount", "-t", "tmpfs", "-o",
                            "size=%dm,mode=755" % disk_mib, "bench",
                            self.folder], check=True)
        # It cannot remove a folder that is a disk, says so and goes on.
        subprocess.run(self.tool + ["--blank"], check=True,
                       stdout=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL if self.disk else None)
        self.product = Product(self.folder)
        self.product.lab.enter()
        each = count // servers
        self.sims = [Simulator(self.folder, each, ADDRESSES[k], k * each)
                     for k in range(servers)]
        self.sim = self.sims[0]
        self.product.ctl("ca", "add", self.sim.ca)
        for k, sim in enumerate(self.sims):
            self.product.ctl(
                "exchange", "add", "--password-stdin",
                "display_name=Bench %d" % k, "account=bench%d@bench.example"
                % k, "discovery=direct", "address=" + sim.address,
                "scp_enabled=no", "auth_ntlm=no", "auth_basic=yes",
                "email=m%d@bench.example" % (k * each), given="bench\n")
        self.state = self.database("state_db")
        self.add_users()

    def database(self, key):
        for line in open(glob.glob(self.folder + "/**/calconn.conf",
                                   recursive=True)[0]):
            name, _, value = line.partition("=")
            if name.strip() == key:
                return value.strip()
        raise KeyError(key)

    def add_users(self):
        """In one transaction, as no program of ours does."""
        now = int(time.time())
        db = sqlite3.connect(self.database("config_db"), isolation_level=None)
        db.execute("BEGIN IMMEDIATE")
        db.executemany(
            "INSERT INTO user (address, name, enabled, room_link, room_number,"
            " room_video, created_s, changed_s, changed_by) VALUES (?, ?, 1,"
            " 'https://site.webex.example/meet/' || ?, '', '', ?, ?, 'bench')",
            [("m%d@bench.example" % n, "m%d" % n, "m%d" % n, now, now)
             for n in range(self.count)])
        db.execute("UPDATE config_meta SET revision = revision + 1")
        db.execute("COMMIT")
        db.close()

    def subscribed(self):
        db = sqlite3.connect("file:%s?mode=ro" % self.state, uri=True)
        n = db.execute("SELECT count(*) FROM mailbox"
                       " WHERE state = 'subscribed'").fetchone()[0]
        db.close()
        return n

    def pids(self):
        return [p for v in self.product.processes().values() for p in v]

    def cpu(self):
        """Seconds of all programs; of each by name."""
        out = {}
        for name, pids in self.product.processes().items():
            for pid in pids:
                row = open("/proc/%d/stat" % pid).read().rsplit(")")[-1]
                words = row.split()
                out[name] = out.get(name, 0) + \
                    (int(words[11]) + int(words[12])) / TICKS
        return out

    def memory(self, processes=None):
        """Proportional bytes of all programs; of each by name."""
        out = {}
        for name, pids in (processes or self.product.processes()).items():
            for pid in pids:
                out[name] = out.get(name, 0) + pss(pid)
        return out

    def start(self, limit_s=300):
        for sim in self.sims:
            sim.say("reset")
        began = time.monotonic()
        self.product.ctl("connector", "enable")
        while self.subscribed() < self.count:
            if time.monotonic() - began > limit_s:
                break
            time.sleep(0.2)
        return time.monotonic() - began

    def quiet(self, limit_s=120):
        """Until the catch-up of the start is over."""
        before = -1
        for _ in range(limit_s):
            now = sum(sim.stats()["syncs"] for sim in self.sims)
            if now >= self.count and now == before:
                break
            before = now
            time.sleep(1)

    def stop(self):
        outside = ["nsenter", "-t", str(self.parent), "-n", "-m"]
        for sim in self.sims:
            sim.stop()
        subprocess.run(outside + self.tool + ["--stop"],
                       stdout=subprocess.DEVNULL)
        if self.disk:
            subprocess.run(outside + ["umount", "-l", self.folder])
        if os.environ.get("KEEP_LOGS") and not self.disk:
            return
        subprocess.run(outside + ["rm", "-rf", self.folder])


def apart(out, fn, *args):
    """Calls fn(report, ...) in a process of its own, since a process lives in
    one lab; returns what it returned."""
    context = multiprocessing.get_context("fork")
    here, there = context.Pipe()

    def child():
        report = Report()
        there.send((fn(report, *args), report.lines, report.missed))

    process = context.Process(target=child)
    process.start()
    there.close()
    try:
        result, lines, missed = here.recv()
    except EOFError:
        raise SystemExit("a part has failed")
    process.join()
    out.lines += lines
    out.missed += missed
    return result


class Report:
    def __init__(self):
        self.lines, self.missed = [], []

    def add(self, text):
        print(text, flush=True)
        self.lines.append(text)

    def check(self, name, value, target, more=False):
        ok = value >= target if more else value <= target
        self.add("  %-44s %10.3f   target %s %g%s" % (
            name, value, ">=" if more else "<=", target,
            "" if ok else "   MISSED"))
        if not ok:
            self.missed.append(name)


def mib(memory):
    return sum(memory.values()) / MIB


def shares(values, unit):
    return ", ".join("%s %.1f" % (k.replace("calconn-", ""), v / unit)
                     for k, v in sorted(values.items()))
