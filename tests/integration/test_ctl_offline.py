"""calconnctl while nothing else runs: everything that is stored, refused
and printed."""
import json
import os
import pty
import select
import sqlite3
import stat
import subprocess

import pytest

from ctl_run import CTL, Ctl, PASSWORD, TOP

NOT_RUNNING = "The manager does not run"


@pytest.fixture
def ctl(tmp_path):
    c = Ctl(tmp_path)
    assert c("setup", "keys").code == 0
    return c


@pytest.fixture
def record(ctl):
    """Stored disabled, as its test cannot run."""
    assert ctl.add_exchange("email=alice@lab.example",
                            "--keep-disabled").code == 3
    return ctl


# -- the command line -------------------------------------------------------

@pytest.mark.parametrize("words,part", [
    ([], "usage:"),
    (["nonsense"], "no such command"),
    (["exchange"], "no such command"),
    (["exchange", "nonsense"], "no such command"),
    (["exchange", "show"], "usage: calconnctl exchange show NAME"),
    (["exchange", "list", "--nonsense"], "--nonsense"),
    (["exchange", "list", "--wait", "3"], "does not have"),
    (["users", "edit", "a@b.example"], "say what to change"),
    (["exchange", "edit", "Lab"], "say what to change"),
    (["setting", "get", "nonsense"], "no setting"),
    (["ca", "delete", "abcd"], "64 hex digits"),
])
def test_usage(ctl, words, part):
    a = ctl(*words)
    assert a.code == 2
    assert part in a.err
    assert a.out == ""


def test_help_and_version(ctl):
    a = ctl("--help")
    assert a.code == 0 and "exchange add" in a.out
    assert ctl("help").code == 0
    a = ctl("--version", "--json")
    assert a.code == 0 and a.json["version"]


def test_manual_names_every_verb(ctl):
    page = (TOP / "man" / "calconnctl.1").read_text()
    for line in ctl("--help").out.splitlines():
        words = line.split()
        if not line.startswith("  "):
            continue
        name = words[0] if words[0] == "status" else " ".join(words[:2])
        assert f"Cm {name}" in page, name


def test_usage_as_json(ctl):
    a = ctl.json("exchange", "show")
    assert a.code == 2
    assert a.json["ok"] is False and a.json["error"] == "usage"


def test_no_configuration_file(tmp_path):
    r = subprocess.run([CTL, "-c", tmp_path / "none", "users", "list"],
                       capture_output=True, text=True)
    assert r.returncode == 1 and "none" in r.stderr


def test_standard_output_is_full(ctl):
    with open("/dev/full", "w") as full:
        r = subprocess.run([CTL, "-c", ctl.conf, "users", "list"],
                           stdout=full, stderr=subprocess.PIPE)
    assert r.returncode == 1


# -- setup ------------------------------------------------------------------

def test_keys(ctl):
    pk, sk = ctl.folder / "keys/seal.pk", ctl.folder / "keys/seal.sk"
    assert stat.S_IMODE(sk.stat().st_mode) == 0o400
    assert stat.S_IMODE(pk.stat().st_mode) == 0o444
    before = sk.read_bytes()
    a = ctl.json("setup", "keys")
    assert a.code == 1 and a.json["error"] == "ERR_EXISTS"
    assert ctl("keys", "create").code == 1
    assert sk.read_bytes() == before


def test_store_is_private(ctl):
    assert ctl("setup", "store").code == 0
    assert stat.S_IMODE(ctl.config_db.stat().st_mode) == 0o640


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root")
def test_store_belongs_to_its_folder(ctl):
    os.chown(ctl.folder / "config", 65534, 65534)
    assert ctl("users", "add", "a@lab.example").code == 0
    for name in os.listdir(ctl.folder / "config"):
        assert (ctl.folder / "config" / name).stat().st_uid == 65534, name


def test_foreign_store_is_refused(ctl):
    ctl("setup", "store")
    db = sqlite3.connect(ctl.config_db)
    db.execute("PRAGMA user_version = 99")
    db.commit()
    db.close()
    a = ctl("users", "list")
    assert a.code == 1 and "version 99" in a.err


# -- the manager is away ----------------------------------------------------

@pytest.mark.parametrize("words", [
    ["status"], ["connector", "status"], ["connector", "restart"],
])
def test_needs_the_manager(ctl, words):
    a = ctl.json(*words)
    assert a.code == 3
    assert a.json["error"] == "ERR_CONNECT"


def test_change_is_saved_all_the_same(ctl):
    a = ctl.json("connector", "enable")
    assert a.code == 0
    assert a.json["ok"] and not a.json["in_effect"]
    assert a.json["revision"] == 2
    assert NOT_RUNNING in a.json["notice"] and NOT_RUNNING in a.err
    log = ctl.json("log", "config").json["log"]
    assert log[0]["item"] == "connector/calendar/enabled"
    assert (log[0]["old"], log[0]["new"]) == ("no", "yes")
    assert log[0]["origin"] == "calconnctl" and log[0]["who"]


def test_the_person_behind_sudo(ctl):
    env = dict(os.environ, SUDO_USER="zeynep")
    ctl("connector", "enable", env=env)
    who = ctl.json("log", "config").json["log"][0]["who"]
    assert who == ("zeynep" if os.geteuid() == 0 else who)


# -- users ------------------------------------------------------------------

def test_users(ctl):
    a = ctl.json("users", "add", "alice@lab.example", "name=Ayşe Işık",
                 "enabled=yes",
                 "room_link=https://site.example/meet/alice",
                 "room_number=123 456", "room_video=alice@site.example")
    assert a.code == 0 and a.json["ok"]
    a = ctl.json("users", "show", "ALICE@lab.example").json
    assert a["name"] == "Ayşe Işık" and a["enabled"] is True
    assert a["state"] == "pending" and a["since"] is None
    assert a["room_video"] == "alice@site.example"
    assert a["meetings"] == []
    assert ctl("users", "add", "bob@lab.example").code == 0
    a = ctl.json("users", "list").json
    assert a["total"] == 2
    assert [u["address"] for u in a["users"]] == \
        ["alice@lab.example", "bob@lab.example"]
    assert ctl.json("users", "list", "Işık").json["total"] == 1
    assert ctl.json("users", "list", "%").json["total"] == 0
    assert ctl.json("users", "list", "--state=disabled").json["total"] == 1
    a = ctl.json("users", "list", "--limit=1", "--offset=1").json
    assert a["total"] == 2 and len(a["users"]) == 1
    assert ctl("users", "edit", "bob@lab.example", "name=Bob").code == 0
    assert "Bob" in ctl("users", "list").out
    assert ctl("users", "enable", "bob@lab.example",
               "alice@lab.example").code == 0
    assert ctl.json("users", "show", "bob@lab.example").json["enabled"]
    assert ctl("users", "disable", "bob@lab.example").code == 0
    assert not ctl.json("users", "show", "bob@lab.example").json["enabled"]
    assert ctl("users", "delete", "bob@lab.example").code == 0
    a = ctl.json("users", "show", "bob@lab.example")
    assert a.code == 1 and a.json["error"] == "ERR_NOTFOUND"


def test_users_all_or_none(ctl):
    ctl("users", "add", "alice@lab.example")
    a = ctl("users", "enable", "alice@lab.example", "nobody@lab.example")
    assert a.code == 1 and "nobody@lab.example" in a.err
    assert not ctl.json("users", "show", "alice@lab.example").json["enabled"]


def test_users_wait_in_vain(ctl):
    ctl("users", "add", "alice@lab.example")
    a = ctl.json("users", "enable", "alice@lab.example", "--wait", "0")
    assert a.code == 0
    a = ctl.json("users", "enable", "alice@lab.example", "--wait", "1")
    assert a.code == 1
    assert a.json["users"][0]["state"] == "pending"


@pytest.mark.parametrize("address,words,keys", [
    ("alice", [], {"address"}),
    ("a@b.example", ["enabled=maybe"], {"enabled"}),
    ("a@b.example", ["state=subscribed"], {"state"}),
    ("a@b.example", ["room_link=http://x/"], {"room_link"}),
    ("a@b.example", ["name=a\nb", "room_video=x y"], {"name", "room_video"}),
    ("a@b.example", ["name=" + "x" * 65536], {"name"}),
    ("a@b.example; DROP TABLE user", [], {"address"}),
], ids=lambda v: str(v)[:20])
def test_bad_users(ctl, address, words, keys):
    a = ctl.json("users", "add", address, *words)
    assert a.code == 1
    assert set(a.problems()) == keys
    assert all(t.endswith(".") for t in a.problems().values())
    assert ctl.json("users", "list").json["total"] == 0


def test_same_user_twice(ctl):
    ctl("users", "add", "alice@lab.example")
    a = ctl.json("users", "add", "Alice@Lab.Example")
    assert a.code == 1 and a.json["error"] == "ERR_EXISTS"


def test_bytes_that_are_no_text(ctl):
    r = subprocess.run([CTL, "-c", ctl.conf, "users", "add", "a@b.example",
                        b"name=\xff\xfe", "--json"], capture_output=True)
    assert r.returncode == 1
    assert json.loads(r.stdout)["problems"][0]["key"] == "name"


def test_fields_from_a_file(ctl):
    file = ctl.folder / "user.json"
    file.write_text(json.dumps({"name": "Ali", "enabled": True,
                                "room_number": 12}))
    assert ctl("users", "add", "a@b.example", "--from", file,
               "name=Veli").code == 0
    u = ctl.json("users", "show", "a@b.example").json
    assert (u["name"], u["enabled"], u["room_number"]) == ("Veli", True, "12")
    a = ctl("users", "edit", "a@b.example", "--from", "-",
            stdin='{"name": "Deniz"}')
    assert a.code == 0
    assert ctl.json("users", "show", "a@b.example").json["name"] == "Deniz"


# -- Exchange records -------------------------------------------------------

def test_add_says_all_that_is_wrong(ctl):
    a = ctl.json("exchange", "add", "auth_ntlm=no", "type=cloud",
                 "email=alice,lab.example", "nonsense=1", stdin="")
    assert a.code == 1
    assert set(a.problems()) == {
        "display_name", "account", "auth_ntlm", "ad_domain", "type",
        "email", "nonsense", "password"}
    for key in a.problems():
        assert f"calconnctl: {key}: " in a.err
    assert ctl.json("exchange", "list").json["exchange"] == []


def test_add_without_the_manager_stores_nothing(ctl):
    a = ctl.add_exchange("email=alice@lab.example")
    assert a.code == 3 and a.json["error"] == "ERR_CONNECT"
    assert ctl.json("exchange", "list").json["exchange"] == []
    db = sqlite3.connect(ctl.config_db)
    assert db.execute("SELECT count(*) FROM exchange_draft").fetchone()[0] \
        == 0


def test_keep_disabled(record):
    a = record.json("exchange", "list").json["exchange"]
    assert len(a) == 1
    assert a[0]["enabled"] is False and a[0]["tested"] is None
    assert a[0]["password_set"] is True
    x = record.json("exchange", "show", "lab").json
    assert x["id"] == a[0]["id"] and x["account"] == "svc@lab.example"
    assert record.json("exchange", "show", x["id"]).code == 0


def test_without_a_test_mailbox(ctl):
    a = ctl.add_exchange()
    assert a.code == 0
    assert a.json["stored"] and not a.json["tested"]
    x = ctl.json("exchange", "show", "Lab").json
    assert x["enabled"] is True and x["tested"] is None


def test_name_is_taken(record):
    a = record.add_exchange("display_name=LAB", "--keep-disabled")
    assert a.code == 1 and set(a.problems()) == {"display_name"}


BOUND = [
    ("account=other@lab.example", "account"),
    ("account=LAB\\svc", "account"),
    ("type=office365", "type"),
    ("tls_verify=no", "tls_verify"),
    ("ldap_tls_verify=no", "ldap_tls_verify"),
    ("query_mode=ldap", "query_mode"),
    ("query_mode=starttls", "query_mode"),
    ("ad_server=dc.evil.example", "ad_server"),
    ("scp_enabled=no", "scp_enabled"),
    ("auth_basic=yes", "auth_basic"),
    ("use_proxy=yes", "use_proxy"),
    ("ad_domain=evil.example", "ad_domain"),
    ("email=alice@evil.example", "email"),
]


@pytest.mark.parametrize("word,key", BOUND)
def test_bound_field_needs_the_password(record, word, key):
    before = record.json("exchange", "show", "Lab").json
    a = record.json("exchange", "edit", "Lab", word, "--keep-disabled")
    assert a.code == 1 and set(a.problems()) == {key}
    assert "password" in a.problems()[key]
    assert record.json("exchange", "show", "Lab").json == before


def test_direct_address_needs_the_password(record):
    a = record.json("exchange", "edit", "Lab", "discovery=direct",
                    "address=mail.evil.example", "--keep-disabled")
    assert a.code == 1 and set(a.problems()) == {"discovery"}


def test_edit_with_the_password(record):
    a = record.json("exchange", "edit", "Lab", "tls_verify=no",
                    "--keep-disabled", "--password-stdin",
                    stdin="another password\n")
    assert a.code == 3 and a.json["stored"]
    x = record.json("exchange", "show", "Lab").json
    assert x["tls_verify"] is False
    log = record.json("log", "config").json["log"]
    assert {"item": "exchange/Lab/password", "old": "set",
            "new": "set again"}.items() <= log[0].items()


def test_edit_of_what_no_test_looks_at(record):
    a = record.json("exchange", "edit", "Lab", "display_name=Merkez Şube",
                    "enabled=yes")
    assert a.code == 0 and a.json["stored"]
    assert record.json("exchange", "show", "Merkez Şube").json["enabled"]


def test_delete(record):
    assert record("exchange", "delete", "Lab").code == 0
    a = record.json("exchange", "delete", "Lab")
    assert a.code == 1 and a.json["error"] == "ERR_NOTFOUND"
    assert record("exchange", "list").out == \
        "No Exchange record is stored.\n"


def test_test_needs_the_manager(record):
    assert record("exchange", "test", "Lab").code == 3
    assert record("exchange", "test", "None").code == 1
    a = record.json("exchange", "test", "Lab", "--address", "x")
    assert a.code == 1 and set(a.problems()) == {"email"}


# -- passwords --------------------------------------------------------------

def test_password_is_no_argument(ctl):
    a = ctl("exchange", "add", "display_name=Lab", "password=hunter2")
    assert a.code == 2 and "never an argument" in a.err
    assert "hunter2" not in a.out + a.err


def test_password_is_not_in_a_file(ctl):
    file = ctl.folder / "x.json"
    file.write_text('{"password": "hunter2"}')
    a = ctl("exchange", "add", "--from", file, stdin="x\n")
    assert a.code == 2 and "never an argument" in a.err
    assert "hunter2" not in a.out + a.err


def test_two_want_standard_input(ctl):
    a = ctl("exchange", "add", "--from", "-", "--password-stdin")
    assert a.code == 2 and "both want" in a.err
    a = ctl("exchange", "add", "--from", "-", stdin="{}")
    assert a.code == 1 and "--password-fd" in a.err


def test_password_from_a_descriptor(ctl):
    r, w = os.pipe()
    os.write(w, b"from a pipe\n")
    os.close(w)
    fields = {"display_name": "Lab", "account": "svc@lab.example",
              "scp_enabled": False}
    a = ctl.json("exchange", "add", "--from", "-", "--password-fd", r,
                 stdin=json.dumps(fields), pass_fds=[r])
    os.close(r)
    assert a.code == 0 and a.json["stored"]


@pytest.mark.parametrize("typed", ["\n", "", "x" * 5000 + "\n"],
                         ids=["empty", "nothing", "long"])
def test_unusable_password(ctl, typed):
    a = ctl.add_exchange("--keep-disabled", stdin=typed)
    assert a.code == 1
    assert ctl.json("exchange", "list").json["exchange"] == []


def test_password_is_stored_sealed(record):
    stored = b"".join(p.read_bytes()
                      for p in (record.folder / "config").iterdir())
    assert b"svc@lab.example" in stored
    assert PASSWORD.encode() not in stored
    shown = record("exchange", "show", "Lab", "--json")
    assert PASSWORD not in shown.out + record("log", "config").out


def talk(argv, typed, expect):
    """Types into a terminal when `expect` is shown; all that was shown."""
    pid, fd = pty.fork()
    if pid == 0:
        os.execv(argv[0], argv)
    shown = b""
    while True:
        ready, _, _ = select.select([fd], [], [], 20)
        assert ready, shown
        try:
            got = os.read(fd, 4096)
        except OSError:
            break
        if not got:
            break
        shown += got
        if typed and expect in shown:
            os.write(fd, typed)
            typed = b""
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), shown.decode()


def test_prompt_without_echo(ctl):
    argv = [str(CTL), "-c", str(ctl.conf), "admin", "add", "root"]
    code, shown = talk(argv, b"long enough secret\n", b"password: ")
    assert code == 0
    assert "New password: " in shown and "long enough" not in shown
    assert ctl.json("admin", "list").json["admins"][0]["name"] == "root"


def test_interrupt_at_the_prompt(ctl):
    argv = [str(CTL), "-c", str(ctl.conf), "admin", "add", "root"]
    code, _ = talk(argv, b"\x03", b"password: ")
    assert code == -2
    assert ctl.json("admin", "list").json["admins"] == []


# -- administrators ---------------------------------------------------------

def test_admins(ctl):
    a = ctl.json("admin", "add", "root", "must_change=no",
                 stdin="correct horse battery\n")
    assert a.code == 0
    a = ctl.json("admin", "add", "denetçi", "role=auditor",
                 stdin="correct horse battery\n")
    assert a.code == 0
    one, two = ctl.json("admin", "list").json["admins"]
    assert (one["name"], one["role"], one["must_change"]) == \
        ("denetçi", "auditor", True)
    assert (two["name"], two["role"], two["must_change"]) == \
        ("root", "read-write", False)
    a = ctl.json("admin", "add", "ROOT", stdin="correct horse battery\n")
    assert a.code == 1 and a.json["error"] == "ERR_EXISTS"
    a = ctl.json("admin", "disable", "root")
    assert a.code == 1 and a.json["error"] == "ERR_DENIED"
    assert ctl("admin", "edit", "denetçi", "role=read-write").code == 0
    assert ctl("admin", "disable", "root").code == 0
    assert ctl("admin", "enable", "root").code == 0
    db = sqlite3.connect(ctl.config_db)

    def stored():
        return dict(db.execute("SELECT name, pwhash FROM admin"))
    before = stored()
    assert before["root"].startswith("$argon2id$")
    assert ctl("admin", "password", "root", "must_change=yes",
               stdin="another good one\n").code == 0
    after = stored()
    assert after["root"] != before["root"]
    assert after["denetçi"] == before["denetçi"]


@pytest.mark.parametrize("words,typed,keys", [
    ([], "short\n", {"password"}),
    ([], "administrator\n", {"password"}),
    (["role=king"], "correct horse battery\n", {"role"}),
    (["must_change=1"], "correct horse battery\n", {"must_change"}),
    (["enabled=no"], "correct horse battery\n", {"enabled"}),
])
def test_bad_admins(ctl, words, typed, keys):
    a = ctl.json("admin", "add", "administrator", *words, stdin=typed)
    assert a.code == 1 and set(a.problems()) == keys
    assert ctl.json("admin", "list").json["admins"] == []


# -- certificates -----------------------------------------------------------

def ended_request(folder):
    subprocess.run(
        ["openssl", "req", "-newkey", "ec", "-pkeyopt",
         "ec_paramgen_curve:prime256v1", "-nodes", "-subj", "/CN=ended",
         "-keyout", folder / "ended.key", "-out", folder / "ended.csr"],
        check=True, capture_output=True)
    return folder / "ended.csr"


def ended_config(folder):
    (folder / "index").write_text("")
    file = folder / "ended.cnf"
    file.write_text(f"[ca]\ndatabase = {folder}/index\n"
                    f"new_certs_dir = {folder}\nrand_serial = yes\n"
                    "default_md = sha256\npolicy = any\n"
                    "x509_extensions = root\n"
                    "[any]\ncommonName = supplied\n"
                    "[root]\nbasicConstraints = CA:TRUE\n")
    return file


@pytest.fixture(scope="module")
def roots(tmp_path_factory):
    folder = tmp_path_factory.mktemp("roots")
    for n in (1, 2):
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
             "ec_paramgen_curve:prime256v1", "-nodes", "-days", "30",
             "-subj", f"/O=Lab/CN=Root {n}", "-keyout", "/dev/null",
             "-out", folder / f"{n}.pem"], check=True, capture_output=True)
    # One that may issue nothing, and a root that has ended.
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
         "ec_paramgen_curve:prime256v1", "-nodes", "-days", "30",
         "-subj", "/CN=leaf", "-addext", "basicConstraints=CA:FALSE",
         "-keyout", "/dev/null", "-out", folder / "leaf.pem"],
        check=True, capture_output=True)
    subprocess.run(
        ["openssl", "ca", "-selfsign", "-batch", "-notext", "-name", "ca",
         "-config", ended_config(folder), "-startdate", "20200101000000Z",
         "-enddate", "20210101000000Z", "-out", folder / "ended.pem",
         "-in", ended_request(folder), "-keyfile", folder / "ended.key"],
        check=True, capture_output=True)
    return folder


def test_ca(ctl, roots):
    a = ctl.json("ca", "add", roots / "1.pem")
    assert a.code == 0 and a.json["ok"]
    both = (roots / "1.pem").read_text() + (roots / "2.pem").read_text()
    a = ctl.json("ca", "add", "-", stdin=both)
    assert [c["added"] for c in a.json["ca"]] == [False, True]
    assert a.json["revision"] == 3
    a = ctl.json("ca", "add", roots / "2.pem")
    assert a.code == 0 and not a.json["ca"][0]["added"]
    certs = ctl.json("ca", "list").json["ca"]
    assert [c["subject"] for c in certs] == \
        ["CN=Root 1,O=Lab", "CN=Root 2,O=Lab"]
    assert not certs[0]["expired"] and certs[0]["not_after"].endswith("Z")
    assert certs[0]["days_left"] in (29, 30)
    shown = subprocess.run(
        ["openssl", "x509", "-in", roots / "1.pem", "-noout",
         "-fingerprint", "-sha256"], capture_output=True, text=True)
    printed = shown.stdout.strip().split("=")[1]
    assert printed.replace(":", "").lower() == certs[0]["sha256"]
    a = ctl.json("ca", "show", printed)
    assert a.json["fingerprint"] == printed and a.json["added_by"]
    assert a.json["pem"] == (roots / "1.pem").read_text()
    assert ctl("ca", "delete", printed).code == 0
    assert ctl("ca", "show", printed).code == 1
    assert ctl("ca", "delete", printed).code == 1
    assert len(ctl.json("ca", "list").json["ca"]) == 1


def test_ca_is_shown_before_it_is_added(ctl, roots):
    a = ctl.json("ca", "show", roots / "1.pem")
    assert [c["verdict"] for c in a.json["ca"]] == ["good"]
    assert ctl.json("ca", "list").json["ca"] == []
    ctl("ca", "add", roots / "1.pem")
    for file, verdict in (("1", "there"), ("leaf", "not-a-ca"),
                          ("ended", "expired")):
        a = ctl.json("ca", "show", roots / (file + ".pem"))
        assert [c["verdict"] for c in a.json["ca"]] == [verdict]
    for file in ("leaf", "ended"):
        assert ctl("ca", "add", roots / (file + ".pem")).code == 1
    assert ctl("ca", "add", roots / "ended.pem", "not_a_ca=yes").code == 1
    assert len(ctl.json("ca", "list").json["ca"]) == 1
    assert ctl("ca", "add", roots / "leaf.pem", "not_a_ca=yes").code == 0
    assert ctl("ca", "add", roots / "leaf.pem", "other=yes").code == 1
    assert len(ctl.json("ca", "list").json["ca"]) == 2


def test_ca_of_this_host(ctl):
    assert not ctl.json("ca", "list").json["use_system_ca"]
    assert ctl("ca", "system", "on").code == 0
    assert ctl.json("ca", "list").json["use_system_ca"]
    assert ctl("setting", "get", "use_system_ca").out == "yes\n"
    assert ctl("ca", "system", "off").code == 0
    assert not ctl.json("ca", "list").json["use_system_ca"]
    assert ctl("ca", "system", "maybe").code == 2


def test_bad_ca(ctl, roots):
    file = ctl.folder / "x.pem"
    for text in ("", "no certificate",
                 "-----BEGIN CERTIFICATE-----\nAAAA\n"
                 "-----END CERTIFICATE-----\n"):
        file.write_text(text)
        assert ctl("ca", "add", file).code == 1
    file.write_text("x" * 2_000_000)
    assert ctl("ca", "add", file).code == 1
    assert ctl("ca", "add", ctl.folder / "none").code == 1
    assert ctl("ca", "list").out == "No CA certificate is trusted.\n"


# -- settings and lists -----------------------------------------------------

def test_settings(ctl):
    assert ctl("setting", "get", "use_system_ca").out == "no\n"
    assert ctl("setting", "set", "use_system_ca", "yes").code == 0
    a = ctl.json("setting", "get", "use_system_ca").json
    assert (a["value"], a["is_default"]) == ("yes", False)
    assert ctl("setting", "set", "use_system_ca").code == 0
    assert ctl("setting", "get", "use_system_ca").out == "no\n"
    a = ctl("--json", "setting", "set", "--", "use_system_ca", "maybe")
    assert a.code == 1 and set(a.problems()) == {"use_system_ca"}
    for gone in ("proxy_host", "proxy_port"):
        assert ctl("setting", "get", gone).code != 0
    keys = [s["key"] for s in ctl.json("setting", "list").json["settings"]]
    assert "use_system_ca" in keys


# -- the proxy --------------------------------------------------------------

def test_proxy(ctl):
    assert ctl("proxy", "show").out.startswith("No Connector Proxy is set.")
    assert not ctl.json("proxy", "show").json["set"]
    assert ctl("proxy", "clear").code == 1
    a = ctl.json("proxy", "set", "host=Proxy.lab.example", "port=3128")
    assert a.code == 0
    a = ctl.json("proxy", "show").json
    assert (a["host"], a["port"], a["account"], a["has_password"]) == \
        ("proxy.lab.example", "3128", "", False)
    # A name needs a password, and a password a name.
    a = ctl.json("proxy", "set", "account=me")
    assert a.code == 1 and set(a.problems()) == {"password"}
    a = ctl.json("proxy", "set", "--password-stdin", stdin="secret\n")
    assert a.code == 1 and set(a.problems()) == {"account"}
    a = ctl.json("proxy", "set", "account=me", "--password-stdin",
                 stdin="secret\n")
    assert a.code == 0
    assert ctl.json("proxy", "show").json["has_password"]
    assert "secret" not in ctl("proxy", "show").out
    db = sqlite3.connect(ctl.config_db)
    box, bound = db.execute("SELECT box, bound_to FROM proxy").fetchone()
    db.close()
    assert b"secret" not in box
    assert "target=proxy:proxy.lab.example;port=3128" in bound


@pytest.mark.parametrize("change, key", [
    ("host=other.lab.example", "host"), ("port=3129", "port"),
    ("account=you", "account"),
])
def test_proxy_password_is_bound(ctl, change, key):
    ctl("proxy", "set", "host=proxy.lab.example", "port=3128", "account=me",
        "--password-stdin", stdin="secret\n")
    a = ctl.json("proxy", "set", change)
    assert a.code == 1 and set(a.problems()) == {key}
    assert "entered for" in a.problems()[key]
    assert ctl("proxy", "set", change, "--password-stdin",
               stdin="secret\n").code == 0
    # Without a name there is nothing to keep.
    assert ctl("proxy", "set", "account=").code == 0
    assert not ctl.json("proxy", "show").json["has_password"]
    assert ctl("proxy", "clear").code == 0
    log = ctl.json("log", "config").json["log"]
    assert not [r for r in log if "secret" in r["new"] + r["old"]]
    assert any(r["item"].endswith("/password") and r["new"] == "unset"
               for r in log)


@pytest.mark.parametrize("words, keys", [
    (["port=8080"], {"host"}),
    (["host=http://x"], {"host"}),
    (["host=p.example", "port="], {"port"}),
    (["host=p.example", "port=0"], {"port"}),
    (["host=p.example", "port=65536"], {"port"}),
    (["host=p.example", "account=a:b"], {"account", "password"}),
    (["host=p.example", "other=x"], {"other"}),
])
def test_bad_proxy(ctl, words, keys):
    a = ctl.json("proxy", "set", *words)
    assert a.code == 1 and set(a.problems()) == keys
    assert not ctl.json("proxy", "show").json["set"]


def test_old_proxy_settings_are_taken_over(ctl):
    ctl("setup", "store")
    db = sqlite3.connect(ctl.config_db)
    db.execute("DROP TABLE proxy")
    db.execute("INSERT INTO setting VALUES ('proxy_host', 'old.example')")
    db.execute("INSERT INTO setting VALUES ('proxy_port', '3128')")
    sql = (TOP / "common" / "schema" / "config" /
           "0010_proxy.sql").read_text()
    db.executescript(sql)
    db.close()
    a = ctl.json("proxy", "show").json
    assert (a["set"], a["host"], a["port"]) == (True, "old.example", "3128")


def test_proxy_test_needs_a_server(ctl):
    assert ctl("proxy", "test").code == 2
    for bad in ("", "a b", "mail.example:0", "mail.example:x", "[::1", "x" *
                300):
        assert ctl("proxy", "test", "--", bad).code == 1


def test_empty_lists(ctl):
    assert ctl.json("alarms", "list").json == {"alarms": []}
    assert ctl.json("meetings", "list").json == {"meetings": []}
    assert ctl.json("log", "config").json == {"log": []}
    assert "No alarm" in ctl("alarms", "list").out


def test_no_escape_sequence_reaches_a_terminal(ctl):
    ctl("setup", "store")
    db = sqlite3.connect(ctl.config_db)
    db.execute("INSERT INTO config_log (at_s, who, origin, item, old_value,"
               " new_value) VALUES (1, ?, '', '', '', '')",
               ("\x1b]0;owned\x07\x9b31m",))
    db.commit()
    db.close()
    a = ctl("log", "config")
    assert not set("\x1b\x07\x9b") & set(a.out)
    assert ctl.json("log", "config").json["log"][0]["who"] == \
        "\x1b]0;owned\x07\x9b31m"


def test_log_pages(ctl):
    for n in range(5):
        ctl("setting", "set", "use_system_ca", ("yes", "no")[n % 2])
    a = ctl.json("log", "config", "--limit=2", "--offset=1").json["log"]
    assert [r["new"] for r in a] == ["no", "yes"]
