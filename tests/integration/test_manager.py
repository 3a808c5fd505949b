"""calconn-managerd with stand-ins for the other programs
(tests/harness/fake_child.c): it starts them, keeps them alive, ends them,
and lets nobody in who may not come in."""
import os
import pathlib
import pwd
import random
import signal
import socket
import struct
import subprocess
import time

import pytest

from manager_run import (  # noqa: F401
    BUILD, SEAL, SANITIZED, BINDING, PASSWORD, wait_for, soon, is_alive,
    proc_status, make, manager, programs)
from control import Refused, frame, proto, text


def test_starts_all_and_says_so(manager):
    st = manager.is_up()
    names = [p["program"] for p in st["processes"]]
    assert sorted(names) == sorted(
        ["calconn-managerd", "calconn-launch", "calconn-engine"] +
        ["calconn-net"] * 2 + ["calconn-web"] * 2)
    assert st["rev_running"] == 7
    assert manager.pid("calconn-managerd") == manager.process.pid
    with manager.control() as c:
        wait_for(lambda: c.job_get("nets") == "2")
    mode = (manager.folder / "control").stat().st_mode
    assert mode & 0o777 == 0o660


@pytest.mark.parametrize("program", [
    "calconn-engine", "calconn-net", "calconn-web"])
def test_kill_is_survived(manager, program):
    for _ in range(20):
        before = manager.is_up()
        victim = manager.pid(program)
        os.kill(victim, signal.SIGKILL)

        def back():
            st = manager.is_up()
            pids = [p["pid"] for p in st["processes"]] if st else [victim]
            return victim not in pids and len(pids) == len(
                before["processes"])
        _, took = wait_for(back)
        assert took < soon(1.0)
    with manager.control() as c:
        wait_for(lambda: c.job_get("nets") == "2")


def test_engine_takes_its_net_workers_along(manager):
    nets = manager.pids("calconn-net")
    os.kill(manager.pid("calconn-engine"), signal.SIGKILL)
    wait_for(lambda: manager.is_up() and
             not set(nets) & set(manager.pids("calconn-net")))
    assert not any(is_alive(p) for p in nets)


def test_stop_leaves_nothing(manager):
    code, left = manager.stop()
    assert code == 0
    assert left == []
    assert not (manager.folder / "control").exists()
    assert not (manager.folder / "fcgi").exists()


def test_stop_ends_who_does_not_want_to(manager):
    stuck = manager.pid("calconn-web")
    os.kill(stuck, signal.SIGSTOP)
    began = time.monotonic()
    code, left = manager.stop()
    assert code == 0
    assert left == []
    assert time.monotonic() - began < 5.5


def test_killed_manager_leaves_no_orphan(manager):
    pids = manager.pids()
    manager.process.kill()
    manager.process.wait()
    wait_for(lambda: not any(is_alive(p) for p in pids), 1.0)
    # and what it left behind hinders no successor
    manager.start()
    assert manager.is_up()


def test_supervised_manager_may_be_told_to_end(make):
    m = make(supervise=True).start()
    pids = m.pids()
    os.kill(m.pid("calconn-managerd"), signal.SIGTERM)
    assert m.process.wait(6) == 0
    wait_for(lambda: not any(is_alive(p) for p in pids), 1)


def test_supervisor_gives_up_what_never_served(make):
    m = make(supervise=True, seal_sk="/nowhere/key")
    r = subprocess.run(
        [BUILD / "calconn-managerd", "--supervise", "-c", m.conf],
        stderr=subprocess.PIPE, text=True, timeout=10)
    assert r.returncode == 1
    assert "/nowhere/key" in r.stderr


def test_restart_on_request(manager):
    old = set(manager.pids("calconn-engine") + manager.pids("calconn-net"))
    with manager.control() as c:
        assert c.call("CONNECTOR_RESTART")[0] == "OK"
        assert c.status()["state"] in ("stopping", "starting", "running")
    wait_for(lambda: manager.is_up() and not old & set(manager.pids()))
    log = manager.log()
    assert 'To="stopping"' in log
    # it was given the time to end by itself
    ends = [line for line in log.splitlines()
            if "Process Ended" in line and "calconn-engine" in line]
    assert len(ends) == 1 and 'How="exit code 0"' in ends[0]


def test_failing_engine_waits_longer(manager):
    for _ in range(3):
        with manager.control() as c:
            c.send("JOB_GET", text("exit"))
            with pytest.raises(ConnectionError):
                while True:
                    c.read()
                    raise ConnectionError
        wait_for(manager.is_up)
    waits = [line.split('NextMs="')[1].split('"')[0]
             for line in manager.log().splitlines()
             if 'Program="calconn-engine"' in line and "NextMs" in line]
    assert waits[0] == "0" and int(waits[-1]) > 100


def test_request_to_an_engine_that_dies(manager):
    with manager.control() as c:
        c.send("JOB_GET", text("exit"))
        name, ident, body = c.read()
        assert (name, ident) == ("ERROR", 1)
        assert Refused(body).code == "GONE"


def test_engine_that_breaks_the_protocol_is_ended(manager):
    old = manager.pid("calconn-engine")
    with manager.control() as c:
        c.send("JOB_GET", text("garbage"))
    wait_for(lambda: manager.is_up() and
             manager.pid("calconn-engine") != old)
    assert "Process Killed" in manager.log()


# -- relay ------------------------------------------------------------------


def test_answers_reach_who_asked(manager):
    with manager.control() as a, manager.control() as b:
        for i in range(50):
            # both use the same ids
            ia = a.send("JOB_GET", text(f"a{i}"))
            ib = b.send("JOB_GET", text(f"b{i}"))
            assert ia == ib
        for i in range(50):
            for c, name in ((a, "a"), (b, "b")):
                what, ident, body = c.read()
                assert (what, ident) == ("JOB_STARTED", i + 1)
                assert body == (text(f"{name}{i}") +
                                struct.pack("<I?", 1, False))
        name, body = a.call("CONFIG_CHANGED", (99).to_bytes(8, "little"))
        assert (name, body) == ("CONFIG_RUNNING", (99).to_bytes(8, "little"))
        with pytest.raises(Refused, match="UNSUPPORTED"):
            b.call("USER_RETRY", text("alice@lab.example"))


def test_client_that_leaves_harms_nobody(manager):
    for _ in range(20):
        c = manager.control()
        for i in range(30):
            c.send("JOB_GET", text("x" * 60))
        c.close()
    with manager.control() as c:
        assert c.job_get("still here") == "still here"


def test_one_client_cannot_take_all_places(manager):
    os.kill(manager.pid("calconn-engine"), signal.SIGSTOP)
    try:
        with manager.control() as c:
            for _ in range(100):
                c.send("JOB_GET", text("x"))
            name, _, body = c.read()
            assert name == "ERROR" and Refused(body).code == "BUSY"
            with manager.control() as other:
                other.send("JOB_GET", text("y"))
                assert other.status()["processes"]
    finally:
        os.kill(manager.pid("calconn-engine"), signal.SIGCONT)


# -- hostile clients ----------------------------------------------------------


@pytest.mark.parametrize("bad, code", [
    (frame("ENGINE_STATE", 5, text("running") + text("") + bytes(8)),
     "DENIED"),
    (frame("CRED_OPEN", 5, bytes(100)), "DENIED"),
    (frame("STATUS", 5, bytes(100)), "DENIED"),
    (frame("STATUS_GET", 5, b"x"), "PROTO"),
    (frame("STATUS_GET", 5, bytes(1000)), "TOOBIG"),
    (frame("JOB_GET", 5, b"\xff" * 20), "PROTO"),
    (frame("JOB_GET", 5, text("a")[:-1]), "PROTO"),
    (frame("CONN_TEST", 5, text("\x00") * 6), "PROTO"),
    (frame(0, 5), "PROTO"),
    (frame(60000, 5, bytes(30)), "PROTO"),
])
def test_bad_message_gets_an_error(manager, bad, code):
    engine = manager.pid("calconn-engine")
    with manager.control() as c:
        c.sock.sendall(bad)
        name, ident, body = c.read()
        assert (name, ident) == ("ERROR", 5)
        assert Refused(body).code in (code, "ARG", "TOOBIG")
        assert c.status()["state"] == "running"
    assert manager.pid("calconn-engine") == engine


def test_noise_is_survived(manager):
    rnd = random.Random(20261122)
    pids = manager.pids()
    hello = frame("HELLO", 0, text(proto(BUILD)) + text("noise"))
    for i in range(300):
        with manager.control(hello=False) as c:
            data = rnd.randbytes(rnd.randrange(1, 4000))
            if i % 3 == 1:
                data = hello + data
            if i % 3 == 2:
                data = bytearray(hello + frame("JOB_GET", 1, text("abc")) +
                                 frame("STATUS_GET", 2))
                for _ in range(rnd.randrange(1, 4)):
                    data[rnd.randrange(len(data))] = rnd.randrange(256)
            try:
                c.sock.sendall(data)
                c.sock.settimeout(0.02)
                while c.sock.recv(65536):
                    pass
            except OSError:
                pass
    assert manager.is_up()
    assert manager.pids() == pids


def test_another_version_is_told(manager):
    with manager.control(hello=False) as c:
        c.send("HELLO", text("calconn-ipc-1:0000") + text("old"), 3)
        assert c.read()[0] == "HELLO"
        name, ident, body = c.read()
        assert (name, ident) == ("ERROR", 3)
        assert Refused(body).code == "UNSUPPORTED"


def test_many_clients_at_once(manager):
    clients = []
    try:
        for _ in range(200):
            s = socket.socket(socket.AF_UNIX)
            s.connect(str(manager.folder / "control"))
            clients.append(s)
    finally:
        for s in clients:
            s.close()
    wait_for(manager.is_up)


@pytest.mark.skipif(os.geteuid() != 0, reason="needs another user")
def test_other_users_are_refused(manager):
    os.chmod(manager.folder / "control", 0o666)
    nobody = pwd.getpwnam("nobody").pw_uid
    r, w = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.setuid(nobody)
        answer = "nothing"
        try:
            with manager.control() as c:
                # Asking again and again keeps no place for it.
                for _ in range(20):
                    try:
                        c.status()
                        answer = "let in"
                        break
                    except Refused as e:
                        answer = e.code
                    time.sleep(0.5)
                else:
                    answer += " and kept"
        except (OSError, AssertionError):
            pass
        except BaseException as e:
            answer = repr(e)
        os.write(w, answer.encode())
        os._exit(0)
    os.waitpid(pid, 0)
    assert os.read(r, 100).decode() == "DENIED"
    os.close(r)
    os.close(w)
    assert "Client Refused" in manager.log()


# -- credentials --------------------------------------------------------------


def seal(manager, binding, as_binding=None):
    """A file with the binding and the box, for the fake engine."""
    path = manager.folder / "box"
    subprocess.run([SEAL, "box", manager.folder / "pk", binding, path],
                   input=PASSWORD + "\n", text=True, check=True)
    raw = path.read_bytes()
    if as_binding is not None:
        raw = as_binding.encode() + raw[len(binding.encode()):]
        path.write_bytes(raw)
    return path


def open_box(manager, path, net=""):
    with manager.control() as c:
        wait_for(lambda: c.job_get("nets") == "2")
        return c.call("CONN_TEST", text(str(path)) + text(net) +
                      text("") + bytes(4) + text("") +
                      text("svc@lab.example"))


def test_credential_reaches_its_worker(manager):
    name, _ = open_box(manager, seal(manager, BINDING))
    assert name == "JOB_STARTED"
    want = f'Account="svc@lab.example" Length="{len(PASSWORD)}"'
    wait_for(lambda: want in manager.log("calconn-net"))
    logs = "".join(p.read_text() for p in (manager.folder / "log").iterdir())
    assert PASSWORD not in logs


def test_wrong_binding_is_refused(manager):
    path = seal(manager, BINDING, BINDING.replace("mail", "evil"))
    with pytest.raises(Refused, match="BOUND"):
        open_box(manager, path)
    assert 'Event="Credential Refused"' in manager.log()
    assert "Fake Credential" not in manager.log("calconn-net")


def test_box_serves_no_other_account(manager):
    """The password goes out under the name that it was entered for."""
    other = BINDING.replace("svc@lab.example", "somebody@lab.example")
    with pytest.raises(Refused, match="BOUND"):
        open_box(manager, seal(manager, other))
    assert "Fake Credential" not in manager.log("calconn-net")


def test_damaged_box_is_refused(manager):
    path = seal(manager, BINDING)
    raw = bytearray(path.read_bytes())
    raw[-3] ^= 1
    path.write_bytes(raw)
    with pytest.raises(Refused, match="AUTH"):
        open_box(manager, path)


def test_credential_for_a_worker_that_is_gone(manager):
    with pytest.raises(Refused, match="GONE"):
        open_box(manager, seal(manager, BINDING), net="9999")


def test_secret_is_not_left_in_memory(manager):
    """Neither the password nor the key, in what root can read of it."""
    if os.geteuid() != 0 or SANITIZED:
        pytest.skip("needs the memory of another process, unchanged")
    open_box(manager, seal(manager, BINDING))
    pid = manager.pid("calconn-managerd")
    found = 0
    with open(f"/proc/{pid}/maps") as maps, \
            open(f"/proc/{pid}/mem", "rb", 0) as mem:
        for line in maps:
            span, rights = line.split()[:2]
            if "r" not in rights or "[v" in line:
                continue
            start, end = (int(x, 16) for x in span.split("-"))
            try:
                mem.seek(start)
                data = mem.read(end - start)
                found += data.count(PASSWORD.encode())
            except OSError:
                pass
    assert found == 0


# -- rights -------------------------------------------------------------------


def test_no_core_no_privileges(manager):
    for pid in manager.pids():
        st = proc_status(pid)
        assert st["NoNewPrivs"] == "1"
        assert SANITIZED or st["Seccomp"] == "2"
        limits = pathlib.Path(f"/proc/{pid}/limits").read_text()
        core = next(x for x in limits.splitlines() if "core file" in x)
        assert core.split()[4:6] == ["0", "0"]


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root")
def test_each_program_has_its_user(make):
    users = {"user_web": "games", "user_engine": "news", "user_net": "uucp",
             "user_manager": "backup", "group_store": "users",
             "fcgi_group": "www-data"}
    m = make(users=users)
    backup = pwd.getpwnam("backup")
    os.chown(m.folder, backup.pw_uid, backup.pw_gid)
    os.chown(m.folder / "log", backup.pw_uid, backup.pw_gid)
    m.start()
    for program, key in (("web", "user_web"), ("engine", "user_engine"),
                         ("net", "user_net"), ("managerd", "user_manager")):
        uid = pwd.getpwnam(users[key]).pw_uid
        for pid in m.pids(f"calconn-{program}"):
            # it takes it a moment
            wait_for(lambda: str(uid) in proc_status(pid)["Uid"].split() and
                     proc_status(pid)["NoNewPrivs"] == "1")
            st = proc_status(pid)
            assert set(st["Uid"].split()) == {str(uid)}
            for cap in ("CapEff", "CapPrm", "CapBnd", "CapInh", "CapAmb"):
                assert int(st[cap], 16) == 0
    # to change users and to end processes of others, and no more
    st = proc_status(m.pid("calconn-launch"))
    assert set(st["Uid"].split()) == {str(backup.pw_uid)}
    assert int(st["CapEff"], 16) == int(st["CapBnd"], 16) == 0x1e0
    os.kill(m.pid("calconn-engine"), signal.SIGKILL)
    wait_for(m.is_up)
    assert m.stop() == (0, [])


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root")
def test_users_and_supervisor_together(make):
    users = {"user_web": "games", "user_engine": "news", "user_net": "uucp",
             "user_manager": "backup", "group_store": "users",
             "fcgi_group": "www-data"}
    m = make(supervise=True, users=users)
    backup = pwd.getpwnam("backup")
    for path in (m.folder, m.folder / "log", m.folder / "sk"):
        os.chown(path, backup.pw_uid, backup.pw_gid)
    m.start()
    old = m.kill_supervisor()
    wait_for(lambda: m.pids("calconn-supervise") not in ([], [old]))
    os.kill(m.pid("calconn-managerd"), signal.SIGKILL)
    wait_for(m.is_up)
    news = str(pwd.getpwnam("news").pw_uid)
    assert news in proc_status(m.pid("calconn-engine"))["Uid"].split()
    pids = m.pids()
    os.kill(m.pid("calconn-supervise"), signal.SIGTERM)
    wait_for(lambda: not any(is_alive(p) for p in pids), 6)


# -- starting -----------------------------------------------------------------


def test_second_manager_is_refused(manager):
    r = subprocess.run([BUILD / "calconn-managerd", "-c", manager.conf],
                       stderr=subprocess.PIPE, text=True, timeout=10)
    assert r.returncode == 1
    assert "runs already" in r.stderr
    assert manager.is_up()


@pytest.mark.parametrize("args", [["-x"], ["more"], ["-c"]])
def test_usage(args):
    r = subprocess.run([BUILD / "calconn-managerd"] + args,
                       stderr=subprocess.PIPE, text=True, timeout=10)
    assert r.returncode == 2
    assert "usage" in r.stderr


def test_log_is_reopened(manager):
    log = manager.folder / "log" / "calconn-managerd.log"
    log.rename(log.with_suffix(".old"))
    os.kill(manager.process.pid, signal.SIGHUP)
    wait_for(lambda: log.exists() and "Log Reopened" in log.read_text())
