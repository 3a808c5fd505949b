"""Logs: levels that change while all runs, and a rotation that loses no
line."""
import os
import pathlib
import re
import signal

import people

MODULE = "hybridservices.c_cal.net"
PROGRAMS = ("calconn-managerd", "calconn-engine", "calconn-net", "calconn-web")


def lines(product, program):
    """All lines of a program, from the oldest file to the newest."""
    files = sorted(pathlib.Path(product.folder / "log")
                   .glob(program + ".log*"), reverse=True)
    return [x for f in files for x in f.read_text().splitlines()]


def level(product, module):
    for m in product.ctl("log", "levels")["modules"]:
        if m["module"] == module:
            return m["level"], m["until"]
    raise AssertionError(module)


def test_filtered(product, company):
    got = product.ctl("log", "show", "module=hybridservices.c_mgmt",
                      "all=process started", "--limit", "3")["lines"]
    assert len(got) == 3
    assert all(x["module"] == "hybridservices.c_mgmt" for x in got)
    assert [x["at"] for x in got] == sorted((x["at"] for x in got),
                                            reverse=True)
    assert not product.ctl("log", "show", "all=no-such-thing")["lines"]
    code, _, err = product.ctl("log", "show", "level=loud", ok=False)
    assert code == 1 and "FATAL" in err


def test_level_of_a_module(product, company):
    assert level(product, MODULE) == ("INFO", None)

    def lines(*words):
        return len(product.ctl("log", "show", *words, "--limit",
                               "500")["lines"])
    # Another test may have asked for more before.
    before = lines("module=" + MODULE, "all=DEBUG")
    set_before = lines("all=Log Level Set", "any=" + MODULE)
    product.ctl("exchange", "test", "Lab Exchange")
    assert lines("module=" + MODULE, "all=DEBUG") == before
    pids = product.processes()
    product.ctl("log", "level", MODULE, "DEBUG", "minutes=5")
    assert level(product, MODULE)[0] == "DEBUG" and level(product, MODULE)[1]
    product.ctl("exchange", "test", "Lab Exchange")
    assert people.wait_for(
        lambda: lines("module=" + MODULE, "all=DEBUG") > before, 10, 0.1)
    # Nobody was started anew for it.
    assert product.processes()["calconn-net"] == pids["calconn-net"]
    product.ctl("log", "level", MODULE, "INFO")
    assert level(product, MODULE) == ("INFO", None)
    for words in (["nonsense", "DEBUG"], [MODULE, "LOUD"],
                  [MODULE, "DEBUG", "minutes=0"]):
        assert product.ctl("log", "level", *words, ok=False)[0] == 1
    assert lines("all=Log Level Set", "any=" + MODULE) == set_before + 2


def test_level_of_the_pages(product, company):
    """A web worker has no link: another takes its place."""
    pids = product.processes()["calconn-web"]
    product.ctl("log", "level", "hybridservices.web", "DEBUG")
    assert people.wait_for(
        lambda: len(product.processes().get("calconn-web", [])) == len(pids)
        and not set(product.processes()["calconn-web"]) & set(pids), 15, 0.1)
    product.ctl("log", "level", "hybridservices.web", "INFO")


def test_renamed_files_are_left(product, company):
    """As logrotate does it: rename, then SIGHUP."""
    folder = pathlib.Path(product.folder / "log")
    before = {p: len(lines(product, p)) for p in PROGRAMS}
    for p in PROGRAMS:
        os.rename(folder / (p + ".log"), folder / (p + ".log.9"))
    # Lines of this moment are in the old file.
    product.ctl("exchange", "test", "Lab Exchange")
    os.kill(product.processes()["calconn-managerd"][0], signal.SIGHUP)

    def engine_is_over():
        product.ctl("exchange", "test", "Lab Exchange")
        f = folder / "calconn-engine.log"
        return f.exists() and "Connection Test Ended" in f.read_text()
    assert people.wait_for(engine_is_over, 20, 0.2)
    assert people.wait_for((folder / "calconn-web.log").exists, 15, 0.1)
    # Each test begins and ends once, in one file or the other.
    events = [re.search(r'Event="Connection Test (\w+)"', x)
              for x in lines(product, "calconn-engine")]
    words = [m[1] for m in events if m]
    assert words.count("Started") == words.count("Ended")
    for p in PROGRAMS:
        assert len(lines(product, p)) >= before[p]
